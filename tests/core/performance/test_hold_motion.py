# SPDX-License-Identifier: GPL-3.0-or-later
"""How holds are laid over a face."""

import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import SHARES
from emotebot_blender.core.performance.hold_motion import HoldMotion
from emotebot_blender.core.performance.networks import FOLDER, MOTION_RATE, HoldModel

SMILE, BROW, PRESS = (INDEX[n] for n in ("mouthSmileLeft", "browDownLeft", "mouthPressLeft"))


@pytest.fixture(scope="module")
def model() -> HoldModel:
    return HoldModel(FOLDER / "hold.onnx")


def smiling(frames: int, **weights: float) -> tuple[np.ndarray, np.ndarray]:
    face = np.zeros((frames, len(CHANNELS)), dtype=np.float32)
    for name, weight in {"mouthSmileLeft": 0.5, "mouthSmileRight": 0.5, **weights}.items():
        face[:, INDEX[name]] = weight
    shares = np.zeros((frames, len(SHARES)), dtype=np.float32)
    shares[:, SHARES.index("happiness")] = 0.6
    return face, shares


def holding(model: HoldModel, liveliness: float = 1.0, seed: int = 5) -> HoldMotion:
    hold = HoldMotion(model, liveliness, seed)
    hold.set_target(0.5, liveliness)
    return hold


@pytest.mark.parametrize("chunk", [1, 7, 100])
def test_frame_by_frame_equals_all_at_once(model: HoldModel, chunk: int) -> None:
    face, shares = smiling(300)
    whole = holding(model).advance(face, shares)
    hold = holding(model)
    parts = [hold.advance(face[i : i + chunk], shares[i : i + chunk]) for i in range(0, 300, chunk)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_a_copy_goes_on_by_itself(model: HoldModel) -> None:
    face, shares = smiling(120)
    hold = holding(model)
    hold.advance(face, shares)
    other = hold.copy()
    np.testing.assert_array_equal(hold.advance(face, shares), other.advance(face, shares))


def test_no_liveliness_leaves_the_face_to_the_bit(model: HoldModel) -> None:
    face, shares = smiling(300)
    np.testing.assert_array_equal(holding(model, 0).advance(face, shares), face)


def test_liveliness_is_a_gain(model: HoldModel) -> None:
    face, shares = smiling(600)
    full, half = (holding(model, gain).advance(face, shares) - face for gain in (1.0, 0.5))
    np.testing.assert_allclose(half, 0.5 * full, atol=1e-6)


def test_what_moves_is_what_the_feeling_is_made_of(model: HoldModel) -> None:
    face, shares = smiling(60 * MOTION_RATE)
    lively = holding(model).advance(face, shares)
    assert lively[:, SMILE].std() > 0.1  # of a weight of .5
    assert np.abs(lively[:, BROW]).max() < 0.02


def test_lips_do_not_press_while_the_mouth_is_open(model: HoldModel) -> None:
    shut, shares = smiling(120 * MOTION_RATE)
    assert holding(model).advance(shut, shares)[:, PRESS].max() > 0.05
    opened, _ = smiling(120 * MOTION_RATE, jawOpen=0.6)
    assert holding(model).advance(opened, shares)[:, PRESS].max() == 0


def test_one_liveliness_gives_way_to_another_without_a_jump(model: HoldModel) -> None:
    face, shares = smiling(600)
    hold = holding(model)
    before = hold.advance(face, shares)
    hold.set_target(1.0, 0.0)
    after = hold.advance(face, shares)
    steps = np.abs(np.diff(np.concatenate([before, after]), axis=0))
    assert steps[600:].max() < 2 * steps[300:599].max()
    np.testing.assert_array_equal(after[30:], face[30:])


def test_a_transition_comes_to_rest(model: HoldModel) -> None:
    face, shares = smiling(1200)
    hold = HoldMotion(model, 1.0, 3)
    hold.set_target(60.0, 1.0)
    moving = hold.advance(face, shares)[300:, SMILE].std()
    assert moving < 0.5 * holding(model).advance(face, shares)[300:, SMILE].std()
