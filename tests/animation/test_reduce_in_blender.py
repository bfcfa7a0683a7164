# SPDX-License-Identifier: GPL-3.0-or-later
"""Blender's own evaluation of the reduced keys is the measure of the tolerance."""

import bpy
import numpy as np
import pytest

from emotebot_blender.core.reduce import BezierKeys, reduce

FRAMES_PER_SECOND = 24


def new_curve() -> bpy.types.FCurve:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    action = bpy.data.actions.new("reduced")
    if bpy.app.version < (4, 4, 0):
        return action.fcurves.new("value")
    slot = action.slots.new("OBJECT", "reduced")
    strip = action.layers.new("layer").strips.new(type="KEYFRAME")
    return strip.channelbag(slot, ensure=True).fcurves.new("value")


def evaluated(keys: BezierKeys, frames: np.ndarray) -> np.ndarray:
    curve = new_curve()
    points = curve.keyframe_points
    points.add(len(keys))
    for name in ("co", "handle_left", "handle_right"):
        points.foreach_set(name, getattr(keys, name).ravel())
    for point in points:
        point.interpolation = "BEZIER"
        point.handle_left_type = point.handle_right_type = "FREE"
    curve.update()
    return np.array([curve.evaluate(frame) for frame in frames])


def swing(frames: np.ndarray) -> np.ndarray:
    """A rest at 0, a damped swing to 0.7, a drop within three frames, a rest at 0."""
    seconds = (frames - frames[0]) / FRAMES_PER_SECOND
    since = np.maximum(seconds - 1, 0)
    swung = 0.7 * (1 - np.exp(-4 * since) * np.cos(9 * since))
    return np.clip(swung, 0, 1) * np.clip(1 - (seconds - 6) * FRAMES_PER_SECOND / 3, 0, 1)


def noise(frames: np.ndarray) -> np.ndarray:
    return np.random.default_rng(3).random(len(frames))


@pytest.mark.parametrize("tolerance", [0.05, 0.01, 0.001, 0.0])
@pytest.mark.parametrize("signal", [swing, noise])
@pytest.mark.parametrize("begin", [-40.0, 1.0, 14_160.0, 250_000.5])
def test_blender_evaluates_the_keys_within_the_tolerance(begin, signal, tolerance):
    frames = begin + np.arange(240.0)
    values = signal(frames).astype(np.float32)
    curve = evaluated(reduce(frames, values, tolerance), frames)
    assert np.abs(curve - values).max() <= tolerance


def test_blender_holds_a_rest_exactly_and_stays_within_the_samples():
    frames = np.arange(240.0)
    values = swing(frames).astype(np.float32)
    keys = reduce(frames, values, 0.01)
    assert (evaluated(keys, np.arange(0, 24.01, 0.1)) == 0).all()
    between = evaluated(keys, np.arange(0, 239, 0.05))
    assert between.min() >= 0
    assert between.max() <= values.max() + 1e-6
