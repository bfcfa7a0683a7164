# SPDX-License-Identifier: GPL-3.0-or-later
"""Armatures as faces, or as parts of them, by their bones."""

import math

import bpy
import numpy as np
import pytest
from bone_faces import add_armature
from bpy.types import Object
from mathutils import Matrix, Vector

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.rig import bone_convention
from emotebot_blender.core.rig.bone_convention import BoneConvention, BoneFeed
from emotebot_blender.rig import bone_maps
from emotebot_blender.rig.bone_maps import bone_map
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.pose import apply_weights

HEADS = {
    "Hips": (0, 0, 0),
    "Eye_L": (0.03, -0.1, 1.0),
    "Eye_R": (-0.03, -0.1, 1.0),
    "Jaw": (0, 0, 0.95),
    "Lid_L": (0.03, -0.11, 1.01),
    "Lid_R": (-0.03, -0.11, 1.01),
    "Lip_L": (0.02, -0.11, 0.93),
    "Lip_R": (-0.02, -0.11, 0.93),
}
"""Metres, of a face that looks along -Y; its unit is 6 cm."""


@pytest.fixture(autouse=True)
def toy(monkeypatch):
    """Let a convention of these bones be the only one."""

    def both(channel: str, feed: BoneFeed) -> dict:
        sides = ("_L", "_R")
        return {f"{channel}Left": ((feed,),), f"{channel}Right": ((feed.mirrored(sides),),)}

    made = BoneConvention(
        "Toy",
        "made up",
        ("Jaw",),
        ("Eye_L", "Eye_R"),
        ("Hips",),
        {
            "jawOpen": ((BoneFeed("Jaw", turn=(0.4, 0, 0)),),),
            **both("eyeBlink", BoneFeed("Lid_L", move=(0, 0, -0.5))),
            **both("eyeLookOut", BoneFeed("Eye_L", turn=(0, 0.3, 0))),
            **both("mouthSmile", BoneFeed("Lip_L", move=(0.2, -0.1, 0.3))),
        },
        {},
    )
    monkeypatch.setattr(bone_convention, "bone_conventions", lambda: (made,))
    forget()
    yield
    forget()


def forget() -> None:
    """Have conventions looked for anew."""
    bone_convention.match_bones.cache_clear()
    for cached in (bone_maps._known_rows, bone_maps._bone_map):
        cached.cache_clear()


def add_toy(roll: float = 0.0, bones: tuple[str, ...] = tuple(HEADS)) -> Object:
    return add_armature("Rig", {name: HEADS[name] for name in bones}, roll)


def pose(rig: Object, **weights: float) -> None:
    values = np.zeros(52, dtype=np.float32)
    for channel, weight in weights.items():
        values[INDEX[channel]] = weight
    apply_weights(find_face(rig, bpy.context.scene), values)
    bpy.context.view_layer.update()


def place(rig: Object, bone: str) -> Vector:
    return rig.matrix_world @ rig.pose.bones[bone].head


@pytest.mark.parametrize("local", [True, False])
@pytest.mark.parametrize("roll", [0.0, 1.1])
@pytest.mark.parametrize(
    "world",
    [
        Matrix(),
        Matrix.Translation((5, 6, 7)) @ Matrix.Rotation(1.2, 4, "Z") @ Matrix.Scale(0.01, 4),
        Matrix.Rotation(math.pi / 2, 4, "X"),
    ],
)
def test_bones_move_in_the_space_of_the_face(empty_scene, world, roll, local):
    rig = add_toy(roll=roll)
    for bone in rig.data.bones:
        bone.use_local_location = local
    rig.matrix_world = world
    bpy.context.view_layer.update()
    before = place(rig, "Lip_L"), place(rig, "Lip_R")
    pose(rig, mouthSmileLeft=1.0, mouthSmileRight=0.5)
    unit, turned = 0.06, world.to_3x3()
    for bone, start, move in (
        ("Lip_L", before[0], (0.2, 0.1, 0.3)),
        ("Lip_R", before[1], (-0.1, 0.05, 0.15)),
    ):
        expected = turned @ (unit * Vector(move))
        size = unit * world.to_scale()[0]
        assert (place(rig, bone) - start - expected).length < 1e-3 * size


@pytest.mark.parametrize("mode", ["QUATERNION", "XYZ", "ZYX"])
@pytest.mark.parametrize("roll", [0.0, 1.1])
def test_bones_turn_about_the_axes_of_the_face(empty_scene, mode, roll):
    rig = add_toy(roll=roll)
    for bone in rig.pose.bones:
        bone.rotation_mode = mode
    rest = {name: rig.pose.bones[name].matrix.copy() for name in ("Jaw", "Eye_L")}
    pose(rig, jawOpen=1.0, eyeLookOutLeft=1.0)
    for name, axis, angle in (("Jaw", "X", 0.4), ("Eye_L", "Z", 0.3)):
        turned = rig.pose.bones[name].matrix.to_3x3() @ rest[name].to_3x3().inverted()
        expected = Matrix.Rotation(angle, 3, axis)
        off = (expected.inverted() @ turned).to_quaternion().angle
        # Angles about several Euler axes are not one about the oblique axis: a tenth at most.
        assert off < (1e-2 if mode == "QUATERNION" else 0.1 * angle)


def test_edited_bones_are_measured_anew(empty_scene):
    rig = add_toy()
    before = bone_map(rig)
    assert bone_map(rig) is before
    bpy.ops.object.mode_set(mode="EDIT")
    for side, x in (("L", 0.06), ("R", -0.06)):
        rig.data.edit_bones[f"Eye_{side}"].translate(Vector((x - HEADS[f"Eye_{side}"][0], 0, 0)))
    bpy.ops.object.mode_set(mode="OBJECT")
    assert bone_map(rig).feeds["eyeBlinkLeft"] != before.feeds["eyeBlinkLeft"]


def test_an_armature_alone_is_a_face(empty_scene):
    rig = add_toy()
    face = find_face(None, empty_scene)
    assert (face.name, face.objects, face.armature) == ("Rig", (rig,), rig)
    assert face.maps[0].convention == "Toy"
    assert len(face.channels) == 7


def test_the_mesh_of_a_bone_face_leads_to_it(empty_scene, add):
    rig = add_toy()
    skin = add("MESH", "Skin", armature=rig)
    assert find_face(skin, empty_scene).objects == (rig,)


def test_bones_of_a_body_are_no_face(empty_scene, add):
    rig = add_toy(bones=("Hips", "Eye_L", "Eye_R", "Jaw"))
    assert bone_map(rig).channels == ("eyeLookOutLeft", "eyeLookOutRight", "jawOpen")
    with pytest.raises(EmoteBotError, match="has no face"):
        find_face(rig, empty_scene)
    add("MESH", "Skin", armature=rig)
    with pytest.raises(EmoteBotError, match="has no face"):
        find_face(None, empty_scene)


def test_eyes_and_jaw_of_a_face_with_shape_keys(empty_scene, add):
    rig = add_toy(bones=("Hips", "Eye_L", "Eye_R", "Jaw"))
    head = add("MESH", "Head", ["eyeBlinkLeft", "mouthSmileLeft", "jawOpen"], armature=rig)
    face = find_face(rig, empty_scene)
    assert (face.name, face.objects) == ("Head", (head, rig))
    assert face.channels == (
        "eyeBlinkLeft",
        "eyeLookOutLeft",
        "eyeLookOutRight",
        "jawOpen",
        "mouthSmileLeft",
    )
    pose(rig, jawOpen=1.0)
    assert head.data.shape_keys.key_blocks["jawOpen"].value == 1
    assert rig.pose.bones["Jaw"].rotation_quaternion[:] == (1, 0, 0, 0)


def test_an_armature_that_adds_nothing_is_no_part(empty_scene, add):
    rig = add_toy(bones=("Hips", "Eye_L", "Eye_R", "Jaw"))
    keys = ["eyeBlinkLeft", "mouthSmileLeft", "jawOpen", "eyeLookOutLeft", "eyeLookOutRight"]
    head = add("MESH", "Head", keys, armature=rig)
    face = find_face(None, empty_scene)
    assert (face.objects, face.armature) == ((head,), rig)


def test_two_that_share_their_bones_are_two_faces(empty_scene):
    rig = add_toy()
    twin = bpy.data.objects.new("Twin", rig.data)
    empty_scene.collection.objects.link(twin)
    assert find_face(rig, empty_scene).objects == (rig,)
    assert find_face(twin, empty_scene).objects == (twin,)
    assert find_face(twin, empty_scene).sharing == ()
