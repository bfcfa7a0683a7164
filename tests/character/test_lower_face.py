# SPDX-License-Identifier: GPL-3.0-or-later
"""Mouth, jaw and tongue of the built-in head."""

import numpy as np
import pytest

bpy = pytest.importorskip("bpy")

from headpose import CORNER, LOWER_LIP, MILLIMETRE, UPPER_LIP  # noqa: E402


def mouth_depth(arrays, x: float, **weights: float) -> float:
    """How far behind the foremost lip the eye can see into the mouth at ``x``, in metres."""
    skin = arrays.tree("head", weights)
    depths = []
    for height in np.arange(arrays.mouth_level - 0.028, arrays.mouth_level + 0.008, 0.0003):
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
        for height in np.arange(arrays.mouth_level - 0.03, arrays.mouth_level - 0.007, 0.0005):
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


def test_tongue_and_lower_teeth_go_with_the_jaw_and_upper_teeth_stay(arrays):
    assert arrays.displacements["teeth upper"] == {}
    for part in ("teeth lower", "tongue"):
        front = np.argmin(arrays.points[part][:, 1])
        opened = arrays.posed(part, {"jawOpen": 1.0}) - arrays.points[part]
        assert opened[front, 2] < -15 * MILLIMETRE


def test_a_smile_lifts_and_widens_the_corner_and_a_frown_lowers_it(arrays):
    corner = arrays.lip(0, CORNER)
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
    assert displacement[arrays.lip(2, UPPER_LIP), 1] < -5 * MILLIMETRE
    assert displacement[arrays.lip(0, CORNER), 0] < -6 * MILLIMETRE


def test_the_whole_mouth_goes_to_the_left(arrays):
    displacement = arrays.displacements["head"]["mouthLeft"]
    assert min(displacement[arrays.lip(0, index), 0] for index in range(LOWER_LIP)) > 4 * MILLIMETRE


@pytest.mark.parametrize(
    ("channel", "angle"), [("mouthRollUpper", UPPER_LIP), ("mouthRollLower", LOWER_LIP)]
)
def test_less_of_a_rolled_lip_is_seen(arrays, channel, angle):
    """From where the skin begins to where the lips meet, both seen from ahead."""
    heights = []
    for weights in ({}, {channel: 1.0}):
        points = arrays.posed("head", weights)
        column = [points[arrays.lip(ring, angle), 2] for ring in range(1, 5)]
        heights.append(abs(column[-1] - column[0]))
    assert heights[1] < 0.6 * heights[0]


def test_the_tongue_comes_out_over_the_lower_lip(arrays):
    lip = arrays.posed("head", {"tongueOut": 1.0})[arrays.lip(2, LOWER_LIP)]
    tongue = arrays.posed("tongue", {"tongueOut": 1.0})
    tip = tongue[np.argmin(tongue[:, 1])]
    assert tip[1] < lip[1] - 5 * MILLIMETRE
