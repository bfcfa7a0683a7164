# SPDX-License-Identifier: GPL-3.0-or-later
"""The turns of a head as keys: what shows, what they add to, and what is left when they go."""

import bpy
import numpy as np
import pytest
from bpy.types import Object
from mathutils import Matrix
from necked import add_neck, lowered

from emotebot_blender.animation.actions import strip_curves
from emotebot_blender.animation.bake_clearing import clear_bakes
from emotebot_blender.animation.baking import bake_layers
from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.layers import clear_layer, find_layer, layer_kinds
from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.clip import Clip
from emotebot_blender.rig.face import Face, find_face

DENSE = Keying(None)


@pytest.fixture
def face(add, empty_scene) -> Face:
    """Return a face with a jaw on a head with a neck."""
    mesh = add("MESH", "Face", ["jawOpen", "mouthClose", "eyeBlinkLeft", "browInnerUp"])
    add_neck(mesh)
    return find_face(mesh, empty_scene)


def nodding(frames: int = 25, degrees: float = 20.0) -> Clip:
    """A clip that lowers the head steadily while the jaw opens."""
    weights = np.zeros((frames, len(CHANNELS)), dtype=np.float32)
    weights[:, INDEX["jawOpen"]] = np.linspace(0, 1, frames)
    head = np.zeros((frames, 3), dtype=np.float32)
    head[:, 0] = np.linspace(0, degrees, frames)
    return Clip(weights, 24.0, head=head)


def write(face: Face, clip: Clip, head: float = 1.0, keying: Keying = DENSE, **options):
    return write_layer(face, clip, bpy.context.scene, 1, "Seq", keying, head=head, **options)


def key_head(face: Face, degrees: float, frame: int = 1) -> None:
    """Key the head lowered by hand."""
    bone = face.armature.pose.bones["head"]
    bone.rotation_quaternion = Matrix.Rotation(np.radians(degrees), 3, "X").to_quaternion()
    bone.keyframe_insert("rotation_quaternion", frame=frame)


@pytest.mark.parametrize(("strength", "expected"), [(1.0, 20), (0.5, 10)])
def test_the_head_turns_as_the_clip_says_and_as_far_as_wanted(face, strength, expected):
    write(face, nodding(), strength)
    assert lowered(face.armature, 25) == pytest.approx(expected, abs=0.01)
    assert lowered(face.armature, 13) == pytest.approx(expected / 2, abs=0.01)


def test_reduced_keys_stray_by_a_fraction_of_a_degree_and_are_few(face):
    clip = nodding(97)
    clip.head[:, 0] = 10 * np.sin(np.arange(97) / 12)
    report = write(face, clip, keying=Keying(0.01))
    strayed = [abs(lowered(face.armature, 1 + frame) - clip.head[frame, 0]) for frame in range(97)]
    assert max(strayed) < 0.5  # 0.2 for each component of each of two bones
    assert report.keys < 97


def test_no_head_and_no_turns_give_the_keys_of_the_face_alone(face):
    clip = nodding()
    for head, turns in ((0.0, clip.head), (1.0, None)):
        write(face, Clip(clip.weights, clip.fps, head=turns), head)
        assert face.armature.animation_data is None


def test_a_head_switched_off_gives_the_bones_back(face):
    write(face, nodding())
    write(face, nodding(), 0.0)
    assert lowered(face.armature, 25) == 0
    assert not face.armature.animation_data.nla_tracks


def test_a_pose_that_is_not_keyed_stays_below_the_turn_and_comes_back(face):
    bone = face.armature.pose.bones["head"]
    posed = Matrix.Rotation(np.radians(15), 3, "X").to_quaternion()
    bone.rotation_quaternion = posed
    write(face, nodding())
    assert lowered(face.armature, 1) == pytest.approx(15, abs=0.01)
    assert lowered(face.armature, 25) == pytest.approx(35, abs=0.01)
    write(face, nodding())  # again: what was there before is remembered
    assert lowered(face.armature, 25) == pytest.approx(35, abs=0.01)
    clear_layer(face)
    np.testing.assert_allclose(bone.rotation_quaternion, posed)


def test_turns_add_to_keys_of_the_active_action_which_is_given_back(face):
    key_head(face, 15)
    write(face, nodding())
    assert lowered(face.armature, 25) == pytest.approx(35, abs=0.01)
    assert find_layer(face).added_to == face.armature.animation_data.action.name
    clear_layer(face)
    assert face.armature.animation_data.action_blend_type == "REPLACE"
    assert lowered(face.armature, 25) == pytest.approx(15, abs=0.01)


def push_down(rig: Object) -> None:
    data = rig.animation_data
    action, data.action = data.action, None
    strip = data.nla_tracks.new().strips.new("Body", 1, action)
    if hasattr(strip, "action_slot") and action.slots:
        strip.action_slot = action.slots[0]


def test_turns_add_to_strips_of_the_artist(face):
    key_head(face, 15)
    key_head(face, 15, 40)
    push_down(face.armature)
    write(face, nodding())
    assert lowered(face.armature, 25) == pytest.approx(35, abs=0.01)


def test_turns_lie_over_strips_that_came_later(face):
    write(face, nodding())
    key_head(face, 15)
    key_head(face, 15, 40)
    push_down(face.armature)
    write(face, nodding())
    assert lowered(face.armature, 25) == pytest.approx(35, abs=0.01)


def test_keys_in_the_action_and_on_strips_keep_the_head_still_and_are_told(face):
    key_head(face, 15)
    push_down(face.armature)
    key_head(face, 10)
    report = write(face, nodding())
    assert any("push the action down" in str(note) for note in report.notes)
    assert face.armature.animation_data.action_blend_type == "REPLACE"
    assert lowered(face.armature, 25) == pytest.approx(10, abs=0.01)


def test_a_bake_shows_the_same_and_comes_off_again(face):
    key_head(face, 15)
    write(face, nodding())
    before = [lowered(face.armature, frame) for frame in (1, 7, 25)]
    bake_layers(face, bpy.context.scene, layer_kinds(face), DENSE)
    assert not face.armature.animation_data.nla_tracks
    np.testing.assert_allclose(
        [lowered(face.armature, frame) for frame in (1, 7, 25)], before, atol=0.02
    )
    clear_bakes(face)
    assert lowered(face.armature, 25) == pytest.approx(15, abs=0.01)


def test_a_bake_of_a_head_without_keys_of_its_own_leaves_no_action(face):
    write(face, nodding())
    bake_layers(face, bpy.context.scene, layer_kinds(face), DENSE)
    assert lowered(face.armature, 25) == pytest.approx(20, abs=0.01)
    clear_bakes(face)
    assert face.armature.animation_data.action is None
    assert lowered(face.armature, 25) == 0


def test_the_strength_of_the_layer_counts_for_the_head(face):
    write(face, nodding(), strength=0.5)
    assert lowered(face.armature, 25) == pytest.approx(10, abs=0.05)


def test_curves_of_the_head_are_grouped_by_bone(face):
    write(face, nodding())
    strip = face.armature.animation_data.nla_tracks[0].strips[0]
    assert strip.blend_type == "COMBINE"
    assert {curve.group.name for curve in strip_curves(strip)} == {"neck", "head"}


def test_an_armature_without_a_head_says_so_and_the_face_moves_otherwise(add, empty_scene):
    rig = add("ARMATURE", "Rig")
    face = find_face(add("MESH", "Head", ["jawOpen", "mouthClose"], rig), empty_scene)
    report = write(face, nodding())
    assert "No bone turns the head of “Head”" in [str(note) for note in report.notes]
    assert report.keys > 0


def test_a_mesh_alone_moves_as_without_a_head(head, empty_scene):
    face = find_face(head, empty_scene)
    assert write(face, nodding()).notes == write(face, nodding(), 0.0).notes


def test_a_blocked_bone_is_told_in_a_sentence(face):
    face.armature.pose.bones["head"].lock_rotation = (True, True, True)
    report = write(face, nodding())
    assert "“head” does not turn: it is locked" in [str(note) for note in report.notes]


def test_an_armature_that_is_tweaked_leaves_the_face_to_move(face):
    face.armature.animation_data_create()
    key_head(face, 0)
    push_down(face.armature)
    data = face.armature.animation_data
    data.nla_tracks.active = data.nla_tracks[0]
    data.nla_tracks[0].select = data.nla_tracks[0].strips[0].select = True
    data.use_tweak_mode = True
    report = write(face, nodding())
    assert any("NLA editor" in str(note) for note in report.notes)
    data.use_tweak_mode = False
