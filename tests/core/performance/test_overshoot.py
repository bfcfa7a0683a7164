# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes beyond its target, by how much, and that it settles."""

import numpy as np
import pytest
from motion_samples import face_weights

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.performance.face_motion import FaceMotion
from emotebot_blender.core.performance.networks import FOLDER, MOTION_RATE, MotionModel
from emotebot_blender.core.performance.overshoot import Overshoot

FACES = {
    "surprise": {"browInnerUp": 0.8, "browOuterUp": 0.75, "eyeWide": 0.7, "jawOpen": 0.55},
    "anger": {"browDown": 0.8, "eyeSquint": 0.5, "noseSneer": 0.35, "mouthPress": 0.5},
    "sadness": {"browInnerUp": 0.7, "mouthFrown": 0.6, "mouthShrugLower": 0.5},
}
FIRST = {"surprise": "eyeWideLeft", "anger": "browDownLeft", "sadness": "browInnerUp"}
STEPS = 120


@pytest.fixture(scope="module")
def model() -> MotionModel:
    return MotionModel(FOLDER / "motion.onnx")


def moving(
    model: MotionModel,
    name: str,
    seconds: float,
    intensity: float = 1.0,
    target: np.ndarray | None = None,
) -> FaceMotion:
    """Return a neutral face that has been given an emotion's face for its target."""
    emotions = np.zeros(len(EMOTIONS), dtype=np.float32)
    emotions[EMOTIONS.index(name)] = intensity
    motion = FaceMotion(model)
    still = np.zeros(model.sizes["noise"], dtype=np.float32)
    motion.set_target(
        face_weights(FACES[name]) if target is None else target, emotions, still, seconds
    )
    return motion


def beyond(path: np.ndarray, name: str) -> float:
    """Return by how many weights what arrives first goes beyond where it settles."""
    weights = path[:, INDEX[FIRST[name]]]
    return float(weights.max() - weights[-1])


@pytest.mark.parametrize("name", ["surprise", "anger"])
def test_what_is_strong_and_sudden_goes_some_hundredths_too_far(
    model: MotionModel, name: str
) -> None:
    assert 0.01 <= beyond(moving(model, name, 0.55).advance(STEPS), name) <= 0.08


@pytest.mark.parametrize("seconds", [0.3, 0.55, 0.7])
def test_it_has_settled_when_the_time_is_over(model: MotionModel, seconds: float) -> None:
    path, target = (
        moving(model, "surprise", seconds).advance(STEPS),
        face_weights(FACES["surprise"]),
    )
    left = np.linalg.norm(path - target, axis=1) / np.linalg.norm(target)
    assert left[round(seconds * MOTION_RATE)] <= 0.05  # as every transition
    assert np.abs(path[-1] - target).max() < 5e-3


@pytest.mark.parametrize(
    ("name", "seconds", "intensity"),
    [("sadness", 0.55, 1.0), ("surprise", 2.0, 1.0), ("surprise", 0.55, 0.5)],
    ids=["sadness sinks", "slow", "half as strong"],
)
def test_others_arrive_without(
    model: MotionModel, name: str, seconds: float, intensity: float
) -> None:
    path = moving(model, name, seconds, intensity).advance(2 * STEPS)
    assert beyond(path, name) <= 0.003  # the network's own error


def test_no_weight_leaves_its_range(model: MotionModel) -> None:
    target = face_weights({**FACES["surprise"], "browInnerUp": 1.0, "eyeWide": 0.98})
    motion, highest = moving(model, "surprise", 0.55, target=target), 0.0
    for _ in range(STEPS):
        motion.advance(1)
        highest = max(highest, float(motion.weights.max()))  # before it is clipped
    assert highest <= 1.0 + 0.003


@pytest.mark.parametrize("steps", [1, 7, 50])
def test_step_by_step_equals_all_at_once(model: MotionModel, steps: int) -> None:
    whole = moving(model, "surprise", 0.55).advance(STEPS)
    motion = moving(model, "surprise", 0.55)
    parts = [motion.advance(min(steps, STEPS - done)) for done in range(0, STEPS, steps)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def rise(seconds: float, height: float) -> tuple[np.ndarray, np.ndarray]:
    """Return a path on which the jaw drops at one speed, over a second, and its target."""
    path = np.zeros((MOTION_RATE, len(CHANNELS)), dtype=np.float32)
    path[:, INDEX["jawOpen"]] = height * np.minimum(
        np.arange(1, MOTION_RATE + 1) / MOTION_RATE / seconds, 1
    )
    return path, path[-1]


def added(seconds: float, height: float, transition: float = 1.0) -> np.ndarray:
    path, target = rise(seconds, height)
    overshoot = Overshoot(np.ones(len(CHANNELS), dtype=bool))
    overshoot.set_target(np.zeros_like(target), target, 0.08, transition)
    return overshoot.follow(path)


@pytest.mark.parametrize(
    ("seconds", "height", "expected"),
    [
        (0.1, 0.5, 0.04),  # 5 weights a second: the most, .08 of .5
        (0.2, 0.6, 0.024),  # 3: half of it
        (0.5, 0.8, 0.0),  # 1.6: slow
        (0.1, 0.98, 0.02),  # no room for more
    ],
)
def test_how_far_hangs_on_speed_and_size(seconds: float, height: float, expected: float) -> None:
    found = added(seconds, height)
    assert found[:, INDEX["jawOpen"]].max() == pytest.approx(expected, rel=0.03)
    assert np.delete(found, INDEX["jawOpen"], axis=1).max() == 0


def test_it_is_given_back_once_the_channel_has_all_but_arrived() -> None:
    jaw = added(0.2, 0.6)[:, INDEX["jawOpen"]]
    # 90 % are done after 11 steps, .183 s; half of .024 is left .15 s after that, nothing after .3
    assert jaw[19] == pytest.approx(0.012, abs=1e-4)
    assert jaw[27] > 0
    np.testing.assert_array_equal(jaw[28:], 0)


def test_what_has_little_time_goes_less_far() -> None:
    assert 0 < added(0.2, 0.6, 0.35).max() < 0.7 * 0.024
    np.testing.assert_array_equal(added(0.2, 0.6, 0.35)[20:], 0)


def test_a_channel_that_may_not_overshoot_does_not() -> None:
    path, target = rise(0.1, 0.5)
    overshoot = Overshoot(np.zeros(len(CHANNELS), dtype=bool))
    overshoot.set_target(np.zeros_like(target), target, 0.08, 1.0)
    np.testing.assert_array_equal(overshoot.follow(path), 0)


@pytest.mark.parametrize("turn", [8, 14, 20])
def test_a_new_target_while_it_lasts_changes_speeds_no_more_than_an_onset(
    model: MotionModel, turn: int
) -> None:
    motion = moving(model, "surprise", 0.55)
    path = np.concatenate([np.zeros((1, len(CHANNELS))), motion.advance(turn)])
    still = np.zeros(model.sizes["noise"], dtype=np.float32)
    same = np.eye(len(EMOTIONS), dtype=np.float32)[EMOTIONS.index("surprise")]
    motion.set_target(face_weights(FACES["surprise"]), same, still, 0.55)
    path = np.concatenate([path, motion.advance(60)])
    jolts = np.abs(np.diff(path, n=2, axis=0)).max(axis=1)
    assert jolts[turn - 1] <= jolts[: turn - 2].max()
