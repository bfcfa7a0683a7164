# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from emotebot_blender.core.emotions import Feeling, Mixture
from training.metrics.head_metrics import pitch_and_speed, told_apart, turns_of


def takes(emotion: str, seeds: range, intensity: float) -> np.ndarray:
    feeling = Feeling(Mixture.of({emotion: 1}), intensity)
    return np.array([pitch_and_speed(turns_of(feeling, seed, 0.5, 4.0)) for seed in seeds])


def test_pitch_and_speed_of_a_head_that_turns_steadily():
    turns = np.zeros((61, 3))
    turns[:, 0], turns[:, 1] = 4.0, np.linspace(0, 10, 61)
    np.testing.assert_allclose(pitch_and_speed(turns), [4.0, 10.0])


def test_what_differs_by_far_is_told_apart_and_what_is_alike_is_not():
    random = np.random.default_rng(1)
    here, there, again = (random.normal((mean, 0), 1, (400, 2)) for mean in (0, 9, 0))
    assert told_apart((here, there), (here, there)) > 0.99
    assert told_apart((here[:200], again[:200]), (here[200:], again[200:])) < 0.6


@pytest.mark.parametrize("intensity", [0.4, 1.0])
def test_the_head_alone_tells_happy_from_sad(intensity):
    names = ("happiness", "sadness")
    known, unknown = (
        tuple(takes(name, seeds, intensity) for name in names)
        for seeds in (range(40), range(1000, 1060))
    )
    # people are right in 70 % of cases (Livingstone & Palmer 2016)
    assert told_apart(known, unknown) >= 0.7
