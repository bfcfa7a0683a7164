# SPDX-License-Identifier: GPL-3.0-or-later
"""The light at the antenna's tip and what it makes of the face."""

import math
import tempfile
from pathlib import Path

import bpy
import pytest
from mathutils import Vector

from emotebot_blender.character.character import add_character
from emotebot_blender.character.materials import LAMP
from emotebot_blender.character.styles import READY_STYLES
from emotebot_blender.render.images import read_image, render_frame, set_quality
from emotebot_blender.render.studio import portrait
from emotebot_blender.rig.face import find_face

MOODS = ("startled", "afraid", "low", "glad", "disgusted", "cross")
SMILE = ("mouthSmileLeft", "mouthSmileRight")
SORROW = ("mouthFrownLeft", "mouthFrownRight", "browInnerUp")
ANGER = ("browDownLeft", "browDownRight", "noseSneerLeft", "noseSneerRight")
SURPRISE = ("eyeWideLeft", "eyeWideRight", "jawOpen")
FEAR = (*SURPRISE, "mouthStretchLeft", "mouthStretchRight")
DISGUST = ("mouthUpperUpLeft", "mouthUpperUpRight", "mouthShrugLower")


def light(root, channels=(), weight: float = 1.0) -> tuple[tuple[float, ...], dict[str, float]]:
    """The colour of the lamp in solid mode, and its moods, while the head shows channels."""
    keys = bpy.data.objects[f"{root.name} head"].data.shape_keys.key_blocks
    for key in keys[1:]:
        if not key.name.startswith("gaze") and "+" not in key.name:
            key.value = weight if key.name in channels else 0.0
    bpy.context.view_layer.update()
    graph = bpy.context.evaluated_depsgraph_get()
    seen = bpy.data.materials[f"{root.name} lamp"].evaluated_get(graph)
    lamp = bpy.data.objects[f"{root.name} lamp"].evaluated_get(graph)
    return tuple(seen.diffuse_color)[:3], {name: lamp[name] for name in MOODS}


def test_a_calm_face_leaves_the_lamp_as_it_is(root):
    colour, moods = light(root)
    assert colour == pytest.approx(READY_STYLES[0].colours[LAMP], abs=1e-3)
    assert set(moods.values()) == {0.0}


def test_the_lamp_warms_with_a_smile(root):
    red, _, blue = light(root, SMILE)[0]
    assert red > 0.9
    assert blue < 0.2


def test_it_is_blue_in_sorrow_and_red_in_anger(root):
    sad, angry = light(root, SORROW)[0], light(root, ANGER)[0]
    assert sad[2] > 3 * max(sad[:2])
    assert angry[0] > 10 * max(angry[1:])


def test_it_is_violet_in_fear_and_green_in_disgust(root):
    afraid, disgusted = light(root, FEAR)[0], light(root, DISGUST)[0]
    assert afraid[2] > afraid[0] > afraid[1]
    assert disgusted[1] > 2 * max(disgusted[0], disgusted[2])


def test_a_start_makes_it_bright(root):
    colour, moods = light(root, SURPRISE)
    assert min(colour) > 0.5
    assert moods["startled"] > 0.7
    assert moods["low"] == 0


def test_more_of_a_feeling_is_more_of_its_colour(root):
    blues = [light(root, SMILE, weight)[0][2] for weight in (1.0, 0.5, 0.25, 0.0)]
    assert blues == sorted(set(blues))


def test_what_the_lamp_shows_is_what_it_gives_off(root):
    tree = bpy.data.materials["EmoteBot lamp"].node_tree
    shader = next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")
    for name in ("Emission Color", "Emission Strength"):
        sockets, reached = [shader.inputs[name]], set()
        while sockets:
            for wire in sockets.pop().links:
                reached.add(wire.from_node.label)
                sockets += [socket for socket in wire.from_node.inputs if socket.is_linked]
        assert set(MOODS) <= reached


def test_two_characters_glow_each_for_itself(root):
    other = add_character(bpy.context.scene)
    assert light(root, SMILE)[0][0] > 0.9
    assert light(other)[0] == pytest.approx(READY_STYLES[0].colours[LAMP], abs=1e-3)


def test_the_drivers_need_no_scripts(root):
    bpy.context.view_layer.update()
    lamp = bpy.data.objects["EmoteBot lamp"]
    for block in (lamp, lamp.active_material):
        for curve in block.animation_data.drivers:
            assert curve.driver.is_simple_expression
            assert curve.driver.is_valid


def test_a_saved_lamp_still_glows(root, tmp_path):
    path = str(tmp_path / "lamp.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path, use_scripts=False)
    assert light(bpy.data.objects["EmoteBot"], SMILE)[0][0] > 0.9


def test_a_copy_that_shares_the_material_glows_for_itself(root):
    for obj in (root, *root.children):
        obj.select_set(True)
    bpy.context.view_layer.objects.active = root
    bpy.ops.object.duplicate()
    copy = bpy.context.view_layer.objects.active
    head = next(child for child in copy.children if " head" in child.name)
    for channel in SMILE:
        head.data.shape_keys.key_blocks[channel].value = 1.0
    bpy.context.view_layer.update()
    lamps = [
        next(child for child in character.children if " lamp" in child.name)
        for character in (root, copy)
    ]
    assert lamps[0].material_slots[0].material == lamps[1].material_slots[0].material
    graph = bpy.context.evaluated_depsgraph_get()
    assert [lamp.evaluated_get(graph)["glad"] for lamp in lamps] == [0.0, 1.0]


def test_a_picture_shows_the_glow(root):
    """Whatever the nodes are: with a smile the light in the picture is warmer."""
    scene = bpy.context.scene
    red_share = []
    for weight in (0.0, 1.0):
        for control in find_face(root, scene).controls():
            if control.name in SMILE:
                control.owner.key_blocks[control.name].value = weight
        with portrait(find_face(root, scene), scene, 8, 8) as studio:
            set_quality(studio, 16)
            lamp = bpy.data.objects["EmoteBot lamp"]
            corners = [lamp.matrix_world @ Vector(corner) for corner in lamp.bound_box]
            middle = sum(corners, Vector()) / 8
            studio.camera.data.type, studio.camera.data.ortho_scale = "ORTHO", 0.005
            studio.camera.rotation_euler = (math.pi / 2, 0, 0)
            studio.camera.location = middle - Vector((0, 0.5, 0))
            with tempfile.TemporaryDirectory() as folder:
                picture = Path(folder) / "lamp.png"
                render_frame(studio, scene.frame_current, picture)
                red, green, blue = read_image(picture)[2:6, 2:6, :3].mean(axis=(0, 1))
        red_share.append(red / (red + green + blue))
    assert red_share[1] > red_share[0] + 0.1
