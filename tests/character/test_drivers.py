# SPDX-License-Identifier: GPL-3.0-or-later
"""What is driven on the built-in head: correctives, and lids that follow the bones."""

import math

import bpy
import numpy as np
import pytest
from bone_posing import aim_at, part, posed, sights, turn

from emotebot_blender.character.armature import gaze_reach
from emotebot_blender.character.character import add_character
from emotebot_blender.character.skin_shapes import CORRECTIVES
from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.rig.face import find_face


def moved(root, name: str, change) -> np.ndarray:
    """Return the displacement of each vertex of a part by a change, metres, shape (n, 3)."""
    before = posed(root, name)
    change()
    return posed(root, name) - before


def update() -> None:
    bpy.context.view_layer.update()


def settle(keys) -> None:
    """Update what is driven, twice: once a driven value was still 0 after one update.

    That was on Blender 5.2.3; it never came again, and its cause is not known.
    """
    for _ in range(2):
        keys.id_data.update_tag()
        update()


def drivers(root):
    blocks = [root, *(obj.data.shape_keys for obj in root.children if obj.data.shape_keys)]
    return [
        curve.driver
        for block in blocks
        if block.animation_data
        for curve in block.animation_data.drivers
    ]


@pytest.fixture(scope="module")
def rigged():
    """Return a character that every test leaves as it was."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    return add_character(bpy.context.scene)


@pytest.mark.parametrize("direction", ["Up", "Down", "In", "Out"])
@pytest.mark.parametrize("side", ["Left", "Right"])
def test_lids_follow_a_bone_as_they_follow_the_channel(root, direction, side):
    keys = part(root, "head").data.shape_keys.key_blocks
    block = keys[f"eyeLook{direction}{side}"]
    by_channel = moved(root, "head", lambda: (setattr(block, "value", 1.0), update()))
    block.value = 0.0
    update()
    axis, sign = {"Up": (0, 1), "Down": (0, -1), "In": (2, -1), "Out": (2, 1)}[direction]
    if side == "Right" and axis == 2:
        sign = -sign
    by_bone = moved(
        root, "head", lambda: turn(root, f"eye.{side[0]}", axis, sign * gaze_reach(direction))
    )
    np.testing.assert_allclose(by_bone, by_channel, atol=1e-5)


def test_drivers_need_no_scripts(root):
    update()
    assert len(drivers(root)) > 10
    for driver in drivers(root):
        assert driver.is_valid
        assert driver.type != "SCRIPTED" or driver.is_simple_expression


def test_what_is_driven_is_no_channel_and_stands_in_no_ones_way(root, empty_scene):
    face = find_face(root, empty_scene)
    assert face.channels == CHANNELS
    assert face.armature == root
    assert {control.name for control in face.controls()} == set(CHANNELS)
    assert face.blocked() == ()


def test_a_saved_character_is_still_driven(root, tmp_path):
    path = str(tmp_path / "character.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path, use_scripts=False)
    root = bpy.data.objects["EmoteBot"]
    aim_at(root, (0.0, -0.45, 0.6))
    keys = part(root, "head").data.shape_keys.key_blocks
    assert keys["gazeUpLeft"].value == pytest.approx(1, abs=1e-3)
    assert sights(root)["L"].z > 0.3


def test_a_pose_can_be_keyed_beside_a_performance(root, empty_scene):
    bone = root.pose.bones["head"]
    bone.rotation_mode = "XYZ"
    for frame, angle in ((1, 0.0), (11, 0.4)):
        bone.rotation_euler.y = angle
        bone.keyframe_insert("rotation_euler", frame=frame)
    keys = part(root, "head").data.shape_keys
    name, channels = next(iter(CORRECTIVES.items()))
    for frame, weight in ((1, 0.0), (11, 1.0)):
        for channel in channels:
            keys.key_blocks[channel].value = weight
            keys.key_blocks[channel].keyframe_insert("value", frame=frame)
    for frame, weight, angle in ((11, 1.0, 0.4), (1, 0.0, 0.0)):
        empty_scene.frame_set(frame)
        assert bone.rotation_euler.y == pytest.approx(angle)
        assert keys.key_blocks[channels[0]].value == weight
        assert keys.key_blocks[name].value == pytest.approx(weight)


def test_lids_blink_over_aimed_eyes_as_over_eyes_that_look(root):
    """What mends a blink over the channel eyeLookDown mends it over the bone."""
    keys = part(root, "head").data.shape_keys.key_blocks
    keys["eyeBlinkLeft"].value = keys["eyeLookDownLeft"].value = 1.0
    update()
    by_channel = posed(root, "head")
    keys["eyeLookDownLeft"].value = 0.0
    turn(root, "eye.L", 0, -gaze_reach("Down"))
    np.testing.assert_allclose(posed(root, "head"), by_channel, atol=1e-5)


@pytest.mark.parametrize(("name", "channels"), CORRECTIVES.items(), ids=list(CORRECTIVES))
def test_a_corrective_is_the_product_of_its_channels(rigged, name, channels):
    keys = part(rigged, "head").data.shape_keys.key_blocks
    if name not in keys:
        pytest.skip("another part's")
    weights = {channel: 0.4 + 0.2 * index for index, channel in enumerate(dict.fromkeys(channels))}
    for channel, weight in weights.items():
        keys[channel].value = weight
    settle(keys)
    value = keys[name].value
    for channel in weights:
        keys[channel].value = 0.0
    settle(keys)
    assert value == pytest.approx(math.prod(weights[channel] for channel in channels), abs=1e-5)
    assert keys[name].value == 0
