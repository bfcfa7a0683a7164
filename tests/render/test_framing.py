# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a face is found in the world, and whether a camera sees it."""

import math

import bpy
import numpy as np
import pytest
from bone_faces import AUTO_RIG_PRO, add_armature, both_sides

from emotebot_blender.character.character import add_character
from emotebot_blender.core.channels import MIX_GROUPS
from emotebot_blender.render.framing import frame_face, head_extent, sees, view_layer_of
from emotebot_blender.rig.face import find_face


def test_framing_finds_the_face_without_the_body_and_which_way_it_looks(talker, empty_scene):
    talker.location = (5, 0, 0)
    talker.rotation_euler = (0, 0, np.pi / 2)  # from -Y to +X
    framing = frame_face(find_face(talker, empty_scene), view_layer_of(empty_scene))
    assert framing.forward.to_tuple(3) == (1, 0, 0)
    assert framing.centre.to_tuple(3) == (5.1, 0, 1.1)
    assert framing.height == pytest.approx(0.2, abs=1e-3)


def leave_the_mouth_alone(face) -> None:
    """Call the shape keys of a face that are not of its mouth by numbers."""
    for mesh in (obj for obj in face.objects if obj.type == "MESH"):
        for number, block in enumerate(mesh.data.shape_keys.key_blocks[1:]):
            channel = block.name.replace("_L", "Left").replace("_R", "Right")
            if channel not in MIX_GROUPS["MOUTH"]:
                block.name = f"Key {number}"


def check_as_a_whole(scene) -> None:
    layer = view_layer_of(scene)
    face = find_face(None, scene)
    whole = frame_face(face, layer)
    leave_the_mouth_alone(face)
    mouth = frame_face(find_face(None, scene), layer)
    assert (mouth.centre - whole.centre).length < 0.1 * whole.height
    assert mouth.height == pytest.approx(whole.height, rel=0.15)


def test_a_face_of_which_the_mouth_alone_moves_is_framed_as_a_whole(empty_scene):
    add_character(empty_scene)
    check_as_a_whole(empty_scene)


def test_the_reference_head_is_framed_as_a_whole_by_its_mouth_alone(reference_head):
    check_as_a_whole(reference_head)


def test_the_crown_is_what_stands_highest_over_the_head(talker, empty_scene):
    hat = bpy.data.meshes.new("Hat")
    hat.from_pydata([(0, 0.05, 1.35), (0.5, 0.05, 1.8)], [], [])  # a tip, and a hand raised beside
    hat = bpy.data.objects.new("Hat", hat)
    empty_scene.collection.objects.link(hat)
    layer = view_layer_of(empty_scene)
    framing = frame_face(find_face(talker, empty_scene), layer)
    assert head_extent(framing, [talker], layer).above == pytest.approx(0.1, abs=1e-3)
    assert head_extent(framing, [talker, hat], layer).above == pytest.approx(0.25, abs=1e-3)


def test_what_is_on_a_head_reaches_to_its_sides_and_what_is_beside_it_does_not(talker, empty_scene):
    antenna = bpy.data.meshes.new("Antenna")
    # its ball; a shoulder; a hand farther away than the face is high
    antenna.from_pydata([(0.15, 0.05, 1.2), (0.17, 0.0, 0.9), (0.3, 0.0, 1.1)], [], [])
    antenna = bpy.data.objects.new("Antenna", antenna)
    empty_scene.collection.objects.link(antenna)
    layer = view_layer_of(empty_scene)
    framing = frame_face(find_face(talker, empty_scene), layer)
    assert head_extent(framing, [talker], layer).aside == pytest.approx(0.1, abs=1e-3)
    assert head_extent(framing, [talker, antenna], layer).aside == pytest.approx(0.15, abs=1e-3)
    # From its side the block is .12 before and .08 behind the head's middle, and the ball .03
    side = head_extent(framing, [talker, antenna], layer, turn=90).aside
    assert side == pytest.approx(0.12, abs=1e-3)


def test_a_camera_sees_what_is_before_it_and_not_what_is_behind(talker, camera, empty_scene):
    framing = frame_face(find_face(talker, empty_scene), view_layer_of(empty_scene))
    bpy.context.view_layer.update()
    assert sees(camera, framing, empty_scene)
    camera.rotation_euler = (np.pi / 2, 0, np.pi)
    bpy.context.view_layer.update()
    assert not sees(camera, framing, empty_scene)


def test_a_camera_from_which_the_face_is_a_dot_does_not_see_it(talker, camera, empty_scene):
    framing = frame_face(find_face(talker, empty_scene), view_layer_of(empty_scene))
    camera.data.lens = 3
    bpy.context.view_layer.update()
    assert not sees(camera, framing, empty_scene)


@pytest.mark.parametrize("has_skin", [True, False])
def test_a_face_of_bones_is_framed_by_them(empty_scene, has_skin):
    rig = add_armature("rig", both_sides(AUTO_RIG_PRO))
    forward = (0, -1, 0)
    if has_skin:
        data = bpy.data.meshes.new("Skull")
        data.from_pydata(
            [(x, y, z) for x in (-0.1, 0.1) for y in (-0.1, 0.1) for z in (0, 2)], [], []
        )
        skull = bpy.data.objects.new("Skull", data)
        empty_scene.collection.objects.link(skull)
        skull.parent = rig
        rig.rotation_euler.z = math.pi / 2  # the character looks along +X
        forward = (1, 0, 0)
    rig.location = (3, 4, 5)
    framing = frame_face(find_face(rig, empty_scene), view_layer_of(empty_scene))
    assert framing.forward[:] == pytest.approx(forward, abs=1e-6)
    # the skin that bones move reaches farther than they do
    assert framing.height == pytest.approx(1.29 * (1.734 - 1.60), abs=0.013)
    assert framing.centre.z == pytest.approx(5 + (1.734 + 1.60) / 2, abs=0.01)
