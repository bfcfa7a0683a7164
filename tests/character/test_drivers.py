# SPDX-License-Identifier: GPL-3.0-or-later
"""What is driven on the built-in head: correctives, and lids that follow the bones."""

import random

import bpy
import numpy as np
import pytest
from bone_posing import aim_at, part, posed, sights, turn
from waves import play_waves, weights_of

from emotebot_blender.character.armature import gaze_reach
from emotebot_blender.character.character import add_character
from emotebot_blender.character.correctives import factors_of, is_corrective, weight_of
from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.rig.face import find_face


def moved(root, name: str, change) -> np.ndarray:
    """Return the displacement of each vertex of a part by a change, metres, shape (n, 3)."""
    before = posed(root, name)
    change()
    return posed(root, name) - before


def update() -> None:
    bpy.context.view_layer.update()


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


@pytest.mark.parametrize("direction", ["Up", "Down"])
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
    name = next(filter(is_corrective, keys.key_blocks.keys()))
    channels = factors_of(name)
    for frame, weight in ((1, 0.0), (11, 1.0)):
        for channel in channels:
            keys.key_blocks[channel].value = weight
            keys.key_blocks[channel].keyframe_insert("value", frame=frame)
    for frame, weight, angle in ((11, 1.0, 0.4), (1, 0.0, 0.0)):
        empty_scene.frame_set(frame)
        assert bone.rotation_euler.y == pytest.approx(angle)
        assert keys.key_blocks[channels[0]].value == weight
        assert keys.key_blocks[name].value == pytest.approx(weight, abs=1e-4)


def test_lids_blink_over_aimed_eyes_as_over_eyes_that_look(root):
    """What mends a blink over the channel eyeLookDown mends it over the bone."""
    keys = part(root, "head").data.shape_keys.key_blocks
    keys["eyeBlinkLeft"].value = keys["eyeLookDownLeft"].value = 1.0
    update()
    by_channel = posed(root, "head")
    keys["eyeLookDownLeft"].value = 0.0
    turn(root, "eye.L", 0, -gaze_reach("Down"))
    np.testing.assert_allclose(posed(root, "head"), by_channel, atol=1e-5)


def test_a_corrective_is_weighed_by_its_channels(rigged):
    keys = part(rigged, "head").data.shape_keys
    for name in filter(is_corrective, keys.key_blocks.keys()):
        weights = {
            channel: 0.4 + 0.2 * index
            for index, channel in enumerate(dict.fromkeys(factors_of(name)))
            if not channel.startswith("gaze")
        }
        for channel, weight in weights.items():
            keys.key_blocks[channel].value = weight
        update()
        value = keys.key_blocks[name].value
        for channel in weights:
            keys.key_blocks[channel].value = 0.0
        update()
        wanted = weight_of(name, weights)
        assert value == pytest.approx(wanted, abs=1e-5), name
        assert keys.key_blocks[name].value == 0


def test_of_shape_keys_only_values_are_driven(rigged):
    """With another driver beside them, Blender 4.5 and 5.2 may write values of the frame before."""
    blocks = [obj.data.shape_keys for obj in rigged.children if obj.data.shape_keys]
    paths = [curve.data_path for keys in blocks for curve in keys.animation_data.drivers]
    assert len(paths) > len(blocks) > 1
    assert all(path.startswith("key_blocks[") for path in paths)


def test_correctives_follow_in_every_frame(root, empty_scene):
    """In order and at random jumps, as keys of all channels and of the eyes' bones play."""
    play_waves(root, empty_scene, 60, ("eye.L", "eye.R"))
    parts = [obj.data.shape_keys for obj in root.children if obj.data.shape_keys]
    jump = random.Random(1)
    wrong, pairs = [], 0
    for frame in [*range(1, 61), *(jump.randint(1, 60) for _ in range(60))]:
        empty_scene.frame_set(frame)
        graph = bpy.context.evaluated_depsgraph_get()
        for keys in parts:
            evaluated = weights_of(keys.evaluated_get(graph))
            for found in (weights_of(keys), evaluated):
                for name in filter(is_corrective, found):
                    pairs += 1
                    if abs(found[name] - weight_of(name, evaluated)) > 2e-4:
                        wrong.append((frame, keys.name, name))
    assert pairs > 10_000
    assert not wrong
