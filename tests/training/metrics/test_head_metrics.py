# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from emotebot_blender.core.emotions import Feeling, Mixture
from training.metrics.head_metrics import pair_accuracy, pitch_and_speed, rest_share, turns_of


def takes(emotion: str, seeds: range, intensity: float) -> np.ndarray:
    feeling = Feeling(Mixture.of({emotion: 1}), intensity)
    return np.array([pitch_and_speed(turns_of(feeling, seed, 0.5, 4.0)) for seed in seeds])


def test_pitch_and_speed_of_a_head_that_turns_steadily():
    turns = np.zeros((61, 3))
    turns[:, 0], turns[:, 1] = 4.0, np.linspace(0, 10, 61)
    np.testing.assert_allclose(pitch_and_speed(turns), [4.0, 10.0])


def test_a_head_rests_where_it_is_slower_than_a_degree_a_second():
    still, fast = np.zeros((31, 3)), np.zeros((30, 3))
    fast[:, 1] = np.arange(1, 31) * 2 / 60  # two degrees a second
    assert rest_share(np.concatenate([still, fast])) == 0.5


def test_what_differs_by_far_is_told_apart_and_what_is_alike_is_not():
    random = np.random.default_rng(1)
    here, there, again = (random.normal((mean, 0), 1, (400, 2)) for mean in (0, 9, 0))
    assert pair_accuracy((here, there), (here, there)) > 0.99
    assert pair_accuracy((here[:200], again[:200]), (here[200:], again[200:])) < 0.6


def test_what_never_varies_is_told_apart_if_it_differs_and_guessed_if_not():
    one, other = np.full((5, 2), 1.0), np.full((5, 2), 2.0)
    assert pair_accuracy((one, other), (one, other)) == 1.0
    assert pair_accuracy((one, other), (other, one)) == 0.0
    assert pair_accuracy((one, one), (one, one)) == 0.5


def test_one_number_is_enough_to_tell_by():
    low, high = np.array([[0.0], [2.0]]), np.array([[4.0], [6.0]])  # the line is at 3
    assert pair_accuracy((low, high), (np.array([[2.9], [3.1]]), np.array([[3.5], [9.0]]))) == 0.75


@pytest.mark.parametrize("intensity", [0.4, 1.0])
def test_the_head_alone_tells_happy_from_sad(intensity):
    names = ("happiness", "sadness")
    known, unknown = (
        tuple(takes(name, seeds, intensity) for name in names)
        for seeds in (range(40), range(1000, 1060))
    )
    # people are right in 70 % of cases (Livingstone & Palmer 2016)
    assert pair_accuracy(known, unknown) >= 0.7
