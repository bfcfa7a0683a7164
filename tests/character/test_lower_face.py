# SPDX-License-Identifier: GPL-3.0-or-later
"""Mouth, jaw and tongue of the built-in head."""

import numpy as np
import pytest

bpy = pytest.importorskip("bpy")

from headpose import MILLIMETRE, MOUTH_LEVEL  # noqa: E402

from emotebot_blender.character.openings import MOUTH_POINTS  # noqa: E402


def mouth_depth(arrays, x: float, **weights: float) -> float:
    """How far behind the foremost lip the eye can see into the mouth at ``x``, in metres."""
    skin = arrays.tree("head", weights)
    depths = []
    for height in np.arange(MOUTH_LEVEL - 0.028, MOUTH_LEVEL + 0.008, 0.0003):
        hit, *_ = skin.ray_cast((x, -0.3, height), (0, 1, 0))
        depths.append(hit.y)
    return max(depths) - min(depths)


@pytest.mark.parametrize(
    "channel", [None, "mouthRollLower", "mouthShrugLower", "mouthPucker", "mouthFrownLeft"]
)
def test_the_inside_of_the_mouth_does_not_pierce_the_chin(arrays, channel):
    data = bpy.data.meshes["EmoteBot head"]
    inside = [material.name.endswith("mouth") for material in data.materials].index(True)
    weights = {channel: 1.0} if channel else {}
    skin = arrays.tree("head", weights)
    for x in np.arange(-0.02, 0.0201, 0.002):
        for height in np.arange(MOUTH_LEVEL - 0.03, MOUTH_LEVEL - 0.007, 0.0005):
            _, _, face, _ = skin.ray_cast((x, -0.3, height), (0, 1, 0))
            assert data.polygons[face].material_index != inside


@pytest.mark.parametrize("x", [0.0, 0.008, -0.008])
@pytest.mark.parametrize("opening", [0.3, 0.6, 1.0])
def test_the_jaw_parts_the_lips_and_mouth_close_seals_them(arrays, x, opening):
    assert mouth_depth(arrays, x) < 0.03
    assert mouth_depth(arrays, x, jawOpen=opening) > 0.05
    assert mouth_depth(arrays, x, jawOpen=opening, mouthClose=opening) < 0.03


@pytest.mark.parametrize(
    "channel",
    ["mouthSmileLeft", "mouthFrownRight", "mouthPucker", "mouthLeft", "mouthPressLeft",
     "mouthShrugLower", "mouthShrugUpper", "mouthDimpleLeft", "mouthStretchRight", "cheekPuff"],
)  # fmt: skip
def test_closed_lips_stay_closed(arrays, channel):
    assert mouth_depth(arrays, 0.004, **{channel: 1}) < 0.03


def test_lower_teeth_go_with_the_jaw_and_upper_teeth_stay(arrays):
    assert arrays.displacements["teeth upper"] == {}
    points, displacements = arrays.points["teeth lower"], arrays.displacements["teeth lower"]
    front = np.argmin(points[:, 1])
    assert displacements["jawOpen"][front, 2] < -15 * MILLIMETRE
    assert displacements["jawLeft"][front, 0] > 5 * MILLIMETRE
    assert displacements["jawForward"][front, 1] < -5 * MILLIMETRE


def test_a_smile_lifts_and_widens_the_corner_and_a_frown_lowers_it(arrays):
    corner = arrays.lip(0, 0)
    smile, frown = (
        arrays.posed("head", {channel: 1.0})[corner] - arrays.points["head"][corner]
        for channel in ("mouthSmileLeft", "mouthFrownLeft")
    )
    assert smile[0] > 3 * MILLIMETRE
    assert smile[1] > 1 * MILLIMETRE
    assert smile[2] > 4 * MILLIMETRE
    assert frown[2] < -3 * MILLIMETRE


@pytest.mark.parametrize("opening", [0.0, 0.3, 0.6, 1.0])
def test_a_full_mouth_close_seals_the_lips_at_any_opening(arrays, opening):
    assert mouth_depth(arrays, 0.0, jawOpen=opening, mouthClose=1.0) < 0.03


@pytest.mark.parametrize("channel", ["mouthPucker", "mouthFunnel"])
def test_gathered_lips_reach_forward_and_grow_narrow(arrays, channel):
    displacement = arrays.displacements["head"][channel]
    assert displacement[arrays.lip(2, 14), 1] < -5 * MILLIMETRE
    assert displacement[arrays.lip(0, 0), 0] < -6 * MILLIMETRE


def test_the_whole_mouth_goes_to_the_left(arrays):
    displacement = arrays.displacements["head"]["mouthLeft"]
    assert (
        min(displacement[arrays.lip(0, angle), 0] for angle in range(MOUTH_POINTS)) > 4 * MILLIMETRE
    )


@pytest.mark.parametrize(("channel", "angle"), [("mouthRollUpper", 14), ("mouthRollLower", 42)])
def test_the_red_of_a_rolled_lip_is_no_longer_seen(arrays, channel, angle):
    points = arrays.posed("head", {channel: 1.0})
    column = np.array([points[arrays.lip(ring, angle)] for ring in range(5)])
    assert np.ptp(column[:, 2]) < 2 * MILLIMETRE
    assert column[4, 1] < column[:4, 1].min()


def test_the_tongue_comes_out_over_the_lower_lip(arrays):
    lip = arrays.posed("head", {"tongueOut": 1.0})[arrays.lip(2, 42)]
    tongue = arrays.posed("tongue", {"tongueOut": 1.0})
    tip = tongue[np.argmin(tongue[:, 1])]
    assert tip[1] < lip[1] - 5 * MILLIMETRE
    assert tongue[:, 2].min() < lip[2]
