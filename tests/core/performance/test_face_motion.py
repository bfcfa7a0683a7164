# SPDX-License-Identifier: GPL-3.0-or-later
"""What leaves and what arrives where one feeling gives way to another."""

import tracemalloc

import numpy as np
import pytest
from motion_samples import face_weights

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import BASIC_EMOTIONS, EMOTIONS
from emotebot_blender.core.performance.face_motion import Change, FaceMotion
from emotebot_blender.core.performance.networks import FOLDER, MOTION_RATE, MotionModel

FACE = len(CHANNELS)
FRAME = MOTION_RATE / 24  # steps of a frame of film
FACES = {
    "happiness": {"mouthSmile": 0.75, "cheekSquint": 0.6, "eyeSquint": 0.35},
    "surprise": {"browInnerUp": 0.8, "browOuterUp": 0.75, "eyeWide": 0.7, "jawOpen": 0.55},
    "anger": {"browDown": 0.8, "eyeSquint": 0.5, "noseSneer": 0.35, "mouthPress": 0.5},
    "sadness": {"browInnerUp": 0.7, "mouthFrown": 0.6, "mouthShrugLower": 0.5},
    "neutral": {},
}
SEEDS = range(8)


@pytest.fixture(scope="module")
def model() -> MotionModel:
    return MotionModel(FOLDER / "motion.onnx")


def face(name: str) -> np.ndarray:
    return face_weights(FACES[name])


def set_out(motion: FaceMotion, name: str, seconds: float = 1.2, seed: int = 0) -> None:
    emotions = np.zeros(len(EMOTIONS), dtype=np.float32)
    emotions[EMOTIONS.index(name)] = 1.0
    noise = np.random.default_rng(seed).standard_normal(13).astype(np.float32).clip(-2, 2)
    motion.set_target(face(name), emotions, noise, seconds)


def change(
    model: MotionModel, before: str, after: str, seconds: float = 1.2, seed: int = 0
) -> np.ndarray:
    """Return the way from a face at rest to another, shape (steps + 1, 52)."""
    motion = FaceMotion(model, face(before))
    set_out(motion, after, seconds, seed)
    return np.concatenate([face(before)[None], motion.advance(240)])


def share(path: np.ndarray, channel: str) -> np.ndarray:
    column = path[:, INDEX[channel]]
    done: np.ndarray = (column - column[0]) / (column[-1] - column[0])
    return done


def half(path: np.ndarray, channel: str) -> int:
    return int(np.argmax(share(path, channel) >= 0.5))


@pytest.mark.parametrize(
    ("before", "old", "after", "new"),
    [
        ("happiness", "mouthSmileLeft", "surprise", "browInnerUp"),
        ("happiness", "mouthSmileLeft", "anger", "browDownLeft"),
        ("sadness", "mouthFrownLeft", "surprise", "browOuterUpLeft"),
    ],
)
def test_a_quarter_of_the_old_mouth_is_left_under_new_brows_that_are_half_up(
    model: MotionModel, before: str, old: str, after: str, new: str
) -> None:
    left = []
    for seed in SEEDS:
        path = change(model, before, after, seed=seed)
        left.append(1 - share(path, old)[half(path, new)])
    # As asked for: a quarter as a rule, and in no seed the mixture that was seen before, .8
    assert np.median(left) <= 0.25
    assert max(left) <= 0.45


def test_the_jaw_of_surprise_drops_with_the_brows(model: MotionModel) -> None:
    for seed in SEEDS:
        path = change(model, "happiness", "surprise", seed=seed)
        assert abs(half(path, "jawOpen") - half(path, "browInnerUp")) <= 3 * FRAME


@pytest.mark.parametrize(("before", "after"), [("neutral", "surprise"), ("happiness", "neutral")])
def test_onsets_and_releases_are_the_network_s(model: MotionModel, before: str, after: str) -> None:
    path = change(model, before, after)
    elapsed = np.arange(240) / MOTION_RATE
    emotions = np.zeros((240, len(BASIC_EMOTIONS)), dtype=np.float32)
    emotions[:, BASIC_EMOTIONS.index(after)] = 1.0
    noise = np.random.default_rng(0).standard_normal(13).astype(np.float32).clip(-2, 2)
    own, _ = model.advance(
        np.tile(face(after), (240, 1)),
        emotions,
        np.stack([elapsed, np.maximum(1.2 - elapsed, 0)], axis=1).astype(np.float32),
        np.tile(noise, (240, 1)),
        model.rest_state(face(before)),
    )
    np.testing.assert_array_equal(path[1:], own)


@pytest.mark.parametrize("seconds", [0.3, 0.6, 1.2, 3.0])
@pytest.mark.parametrize(
    ("before", "after"),
    [("happiness", "surprise"), ("sadness", "anger"), ("surprise", "happiness")],
)
def test_a_change_arrives_when_it_was_asked_to(
    model: MotionModel, before: str, after: str, seconds: float
) -> None:
    path = change(model, before, after, seconds)
    left = np.linalg.norm(path - face(after), axis=1) / np.linalg.norm(path[0] - face(after))
    assert left[round(seconds * MOTION_RATE) + 1] <= 0.05  # 95 % of the way within a step
    assert left[-1] < 5e-3


@pytest.mark.parametrize("seconds", [0.7, 1.2])
def test_no_channel_jolts_more_than_an_onset_does(model: MotionModel, seconds: float) -> None:
    names = [name for name in FACES if name != "neutral"]
    onsets = [change(model, "neutral", name, 0.7, seed) for name in names for seed in SEEDS]
    sharpest = max(np.abs(np.diff(path, n=2, axis=0)).max() for path in onsets)
    for before in names:
        for after in names:
            path = change(model, before, after, seconds)
            assert np.abs(np.diff(path, n=2, axis=0)).max() <= sharpest


@pytest.mark.parametrize("steps", [1, 7, 50])
def test_step_by_step_equals_all_at_once(model: MotionModel, steps: int) -> None:
    whole = change(model, "happiness", "surprise")[1:]
    motion = FaceMotion(model, face("happiness"))
    set_out(motion, "surprise")
    parts = [motion.advance(min(steps, 240 - done)) for done in range(0, 240, steps)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


@pytest.mark.parametrize("turn", [5, 20, 60])
def test_a_change_of_mind_goes_on_from_where_the_face_is(model: MotionModel, turn: int) -> None:
    motion = FaceMotion(model, face("happiness"))
    set_out(motion, "surprise")
    first = motion.advance(turn)
    np.testing.assert_array_equal(motion.weights.clip(0, 1), first[-1])
    set_out(motion, "sadness", 0.8)
    path = np.concatenate([face("happiness")[None], first, motion.advance(120)])
    speed = np.diff(path, axis=0)
    jolt = np.abs(np.diff(speed, axis=0))[turn - 2 : turn + 1]
    assert jolt.max() < 0.6 * np.abs(speed).max()  # as the network alone
    assert np.abs(path[-1] - face("sadness")).max() < 5e-3


@pytest.mark.parametrize("turn", [3, 8, 14])
@pytest.mark.parametrize("seconds", [0.5, 1.2])
def test_a_face_coasts_on_at_the_speed_that_it_has(
    model: MotionModel, turn: int, seconds: float
) -> None:
    motion = FaceMotion(model, face("happiness"))
    set_out(motion, "surprise", seconds)
    way = np.concatenate([face("happiness")[None], motion.copy().advance(60)])
    motion.advance(turn)
    set_out(motion, "surprise", 60.0)  # so slow that for a moment nothing pulls
    coasting = motion.advance(1)
    speeds = np.diff(way, axis=0)
    jolts = np.abs(coasting[0] - way[turn] - speeds[turn - 1])
    usual = np.abs(np.diff(speeds, axis=0))[max(turn - 3, 0) : turn + 2].max(axis=0)
    assert (jolts <= usual + 0.1 / MOTION_RATE + 1e-3).all()


def test_a_copy_goes_on_alike_and_apart(model: MotionModel) -> None:
    motion = FaceMotion(model, face("happiness"))
    set_out(motion, "surprise", 0.5)
    motion.advance(9)
    copied = motion.copy()
    expected = motion.advance(60)
    set_out(motion, "anger")
    motion.advance(30)
    np.testing.assert_array_equal(copied.advance(60), expected)


def test_a_change_in_no_time_is_as_quick_as_the_network_and_no_jump(model: MotionModel) -> None:
    path = change(model, "happiness", "surprise", 0.0)
    assert np.abs(path[8] - face("surprise")).max() < 0.05
    assert np.isfinite(path).all()


def test_a_change_of_hours_finds_no_more_of_its_way_ahead_than_a_minute(model: MotionModel) -> None:
    motion = FaceMotion(model, face("happiness"))
    set_out(motion, "surprise", 6 * 3600.0)
    tracemalloc.start()
    path = [motion.advance(600)[-1] for _ in range(8)]
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 32e6  # six hours are 270 MB
    assert np.abs(path[-1] - face("surprise")).max() < 0.01
    moved = np.abs(np.diff([face("happiness"), *path], axis=0)).max(axis=1)
    assert moved[:3].max() > 0.05
    assert 1 - share(np.array(path), "mouthSmileLeft")[half(np.array(path), "browInnerUp")] < 0.5


def test_a_face_at_rest_stays(model: MotionModel) -> None:
    motion = FaceMotion(model, face("anger"))
    np.testing.assert_array_equal(motion.advance(10), np.tile(face("anger"), (10, 1)))


def test_a_change_is_as_large_as_the_lesser_of_what_leaves_and_what_arrives() -> None:
    moved = np.zeros(FACE, dtype=np.float32)
    moved[[INDEX["mouthSmileLeft"], INDEX["mouthSmileRight"]]] = -0.3, -0.4
    moved[INDEX["jawOpen"]] = 0.8
    moved[INDEX["eyeBlinkLeft"]] = 0.9  # of the eyes' own
    found = Change.of(moved)
    assert (found.leaving, found.arriving) == pytest.approx((0.5, 0.8))
    assert found.size == pytest.approx(0.5)
    assert Change.of(np.abs(moved)).size == 0
