# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from emotebot_blender.core.emotions import EMOTIONS, NEUTRAL, Feeling, Mixture
from emotebot_blender.core.performance.head_motion import HeadMotion

SEEDS = range(40)
SECOND = 60  # frames


def feeling(emotion: str, intensity: float = 1.0) -> Feeling:
    return Feeling(Mixture.of({emotion: 1}), intensity)


def turned(felt: Feeling, seed: int, seconds: float = 4.0) -> np.ndarray:
    """The turns after a change from neutral."""
    head = HeadMotion(seed)
    head.advance(30)
    head.set_target(felt, 0.5)
    return head.advance(round(seconds * SECOND))


def mean_pitch(felt: Feeling) -> float:
    return float(np.mean([turned(felt, seed)[:, 0].mean() for seed in SEEDS]))


def mean_speed(felt: Feeling) -> float:
    steps = [np.diff(turned(felt, seed), axis=0) for seed in SEEDS]
    return float(np.mean([np.linalg.norm(step, axis=1).mean() for step in steps]))


def time_to_half(turns: np.ndarray) -> int:
    """Frames until a head has done half of what it does at most."""
    gone = np.linalg.norm(turns - turns[0], axis=1)
    return int(np.argmax(gone > gone.max() / 2))


@pytest.mark.parametrize("chunk", [1, 7, 100])
def test_frame_by_frame_equals_all_at_once(chunk):
    whole, parts = HeadMotion(5, 1), HeadMotion(5, 1)
    for head in (whole, parts):
        head.advance(40)
        head.set_target(feeling("surprise"), 0.4)
    one_by_one = [parts.advance(min(chunk, 900 - first)) for first in range(0, 900, chunk)]
    np.testing.assert_array_equal(np.concatenate(one_by_one), whole.advance(900))


def test_a_turn_is_three_angles_a_frame():
    turns = HeadMotion(1).advance(12)
    assert turns.shape == (12, 3)
    assert turns.dtype == np.float32


def test_no_frames_are_none():
    assert HeadMotion(1).advance(0).shape == (0, 3)


def test_another_seed_turns_another_way():
    assert not np.array_equal(turned(feeling("fear"), 1), turned(feeling("fear"), 2))


def test_a_copy_goes_on_alike_and_apart():
    head = HeadMotion(2)
    head.advance(100)
    copied = head.copy()
    expected = head.copy().advance(300)
    head.set_target(feeling("anger"), 0.5)
    head.advance(500)
    np.testing.assert_array_equal(copied.advance(300), expected)


# Which way each feeling has the head, positive down: ../shared/science/life.md, "Head"
@pytest.mark.parametrize(
    ("emotion", "way"),
    [
        *(("happiness", -1), ("surprise", -1), ("contempt", -1)),
        *(("sadness", 1), ("anger", 1), ("fear", 1)),
    ],
)
def test_a_feeling_has_the_head_up_or_down(emotion, way):
    assert mean_pitch(feeling(emotion)) * way > 2


@pytest.mark.parametrize("emotion", ["disgust", "fear", "contempt"])
def test_a_feeling_has_the_head_aside_to_either_side(emotion):
    yaws = np.array([turned(feeling(emotion), seed)[60:, 1].mean() for seed in SEEDS])
    assert np.abs(yaws).mean() > 3
    assert 8 < np.count_nonzero(yaws > 0) < 32


def test_sadness_tilts_the_head():
    tilts = [abs(turned(feeling("sadness"), seed)[60:, 2].mean()) for seed in SEEDS]
    assert np.mean(tilts) > 3


def test_happy_heads_move_fastest_and_sad_ones_slowest_at_the_change():
    # Sowden et al. 2021, of faces; Livingstone & Palmer 2016, of heads
    half = {
        emotion: np.mean([time_to_half(turned(feeling(emotion), seed, 2.0)) for seed in SEEDS])
        for emotion in ("happiness", "anger", "sadness")
    }
    assert half["happiness"] < half["anger"] < half["sadness"]


def test_happy_heads_keep_moving_more_than_sad_ones():
    assert mean_speed(feeling("happiness")) > 1.2 * mean_speed(feeling("sadness"))


@pytest.mark.parametrize("emotion", ["happiness", "sadness", "anger"])
def test_stronger_feelings_move_more(emotion):
    slight, strong = (abs(mean_pitch(feeling(emotion, share))) for share in (0.3, 1.0))
    assert slight < 0.6 * strong


def test_a_mixture_lies_between_its_feelings():
    mixed = Feeling(Mixture.of({"happiness": 1, "sadness": 1}), 1.0)
    assert mean_pitch(feeling("happiness")) < mean_pitch(mixed) < mean_pitch(feeling("sadness"))


def test_a_head_at_rest_drifts_about_straight_ahead():
    turns = HeadMotion(3).advance(120 * SECOND)
    assert np.abs(turns.mean(axis=0)).max() < 1
    assert 0.1 < turns.std(axis=0).max() < 2


def test_a_hold_has_bouts_and_rests():
    speeds = np.linalg.norm(np.diff(turned(feeling("anger"), 4, 60.0), axis=0), axis=1) * SECOND
    assert 0.3 < np.mean(speeds < 1.0) < 0.9
    assert speeds[2 * SECOND :].max() > 4


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_head_never_jumps(emotion):
    turns = np.concatenate([turned(feeling(emotion), seed) for seed in range(5)])
    for take in turns.reshape(5, -1, 3):
        assert np.abs(np.diff(take, axis=0)).max() < 4  # degrees a frame: 240 a second


def test_it_comes_back_with_the_feeling():
    head = HeadMotion(6)
    head.set_target(feeling("sadness"), 0.5)
    lowered = head.advance(4 * SECOND)[-1, 0]
    head.set_target(Feeling(NEUTRAL, 0.0), 0.5)
    assert abs(head.advance(4 * SECOND)[-1, 0]) < lowered / 3
