# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bones turn a head, and whether what Blender shows is the turn that was asked for."""

from collections.abc import Callable

import bpy
import numpy as np
import pytest
from bpy.types import Object
from mathutils import Matrix, Vector

from emotebot_blender.rig.head_bones import Head, find_head

NECKED = {
    "Hips": (0, 0.02, 1.0),
    "Neck": (0, 0.03, 1.5),
    "Head": (0, 0.01, 1.6),
    "LeftArm": (0.2, 0, 1.4),
    "RightArm": (-0.2, 0, 1.4),
}
PARENTS = {"Neck": "Hips", "Head": "Neck", "LeftArm": "Hips", "RightArm": "Hips"}

MakeRig = Callable[..., tuple[Object, Object]]


@pytest.fixture
def rig(empty_scene) -> MakeRig:
    """Return a function that adds an armature and a mesh, all of it the head's.

    Each bone points another way, and is rolled.
    """

    def make(heads=NECKED, prefix: str = "", weighted: str = "Head", yaw: float = 0.0):
        data = bpy.data.armatures.new("Rig")
        armature = bpy.data.objects.new("Rig", data)
        empty_scene.collection.objects.link(armature)
        bpy.context.view_layer.objects.active = armature
        bpy.ops.object.mode_set(mode="EDIT")
        turned = np.array(Matrix.Rotation(yaw, 3, "Z"))
        for number, (name, head) in enumerate(heads.items()):
            bone = data.edit_bones.new(prefix + name)
            bone.head = Vector(turned @ np.array(head))
            bone.tail = bone.head + Vector((0.02 * number, 0.03, 0.1 - 0.04 * number))
            bone.roll = 0.7 * number
            if PARENTS.get(name) in heads:
                bone.parent = data.edit_bones[prefix + PARENTS[name]]
        bpy.ops.object.mode_set(mode="OBJECT")
        mesh = bpy.data.meshes.new("Face")
        mesh.from_pydata([(0, 0, 1.7), (0.1, 0, 1.7), (0, -0.1, 1.7)], [], [(0, 1, 2)])
        face = bpy.data.objects.new("Face", mesh)
        empty_scene.collection.objects.link(face)
        face.parent = armature
        face.vertex_groups.new(name=prefix + weighted).add([0, 1, 2], 1.0, "REPLACE")
        face.modifiers.new("Armature", "ARMATURE").object = armature
        return armature, face

    return make


def shown(head: Head, pitch: float = 0.0, yaw: float = 0.0, roll: float = 0.0) -> np.ndarray:
    """Turn a head and return the rotation that its bone then has from rest, shape (3, 3)."""
    for (path, index), values in head.values(np.array([[pitch, yaw, roll]]), {}).items():
        head.armature.path_resolve(path)[index] = values[0]
    bpy.context.view_layer.update()
    bone = head.armature.pose.bones[head.bones[-1].name]
    rest = bone.bone.matrix_local.to_3x3()
    return np.array(bone.matrix.to_3x3() @ rest.inverted())


AHEAD, ALOFT, LEFT = np.array([0, -1.0, 0]), np.array([0, 0, 1.0]), np.array([1.0, 0, 0])
SINE, COSINE = np.sin(np.radians(12)), np.cos(np.radians(12))


@pytest.mark.parametrize("mode", ["QUATERNION", "XYZ", "ZXY", "YZX"])
def test_a_turn_goes_where_it_is_said_to(rig, mode):
    armature, face = rig()
    for bone in armature.pose.bones:
        bone.rotation_mode = mode
    head = find_head(armature, [face])
    np.testing.assert_allclose(shown(head, pitch=12) @ AHEAD, [0, -COSINE, -SINE], atol=1e-5)
    np.testing.assert_allclose(shown(head, yaw=12) @ AHEAD, [SINE, -COSINE, 0], atol=1e-5)
    np.testing.assert_allclose(shown(head, roll=12) @ ALOFT, [SINE, 0, COSINE], atol=1e-5)


def test_a_face_that_looks_elsewhere_turns_in_its_own_frame(rig):
    armature, face = rig(yaw=np.pi / 2)  # what looked along -Y looks along X
    head = find_head(armature, [face])
    np.testing.assert_allclose(shown(head, pitch=12) @ LEFT, [COSINE, 0, -SINE], atol=1e-5)


def test_neck_and_head_share_a_turn_40_to_60(rig):
    armature, face = rig()
    head = find_head(armature, [face])
    assert [(bone.name, bone.share) for bone in head.bones] == [("Neck", 0.4), ("Head", 0.6)]


def test_a_head_without_a_neck_does_all(rig):
    armature, face = rig({name: at for name, at in NECKED.items() if name != "Neck"})
    head = find_head(armature, [face])
    assert [(bone.name, bone.share) for bone in head.bones] == [("Head", 1.0)]
    np.testing.assert_allclose(shown(head, pitch=12) @ AHEAD, [0, -COSINE, -SINE], atol=1e-5)


def test_a_head_that_does_not_follow_its_neck_does_all(rig):
    armature, face = rig()
    armature.data.bones["Head"].use_inherit_rotation = False
    head = find_head(armature, [face])
    assert [bone.name for bone in head.bones] == ["Head"]


def test_a_head_that_a_constraint_keeps_from_following_does_all(rig):
    armature, face = rig({**NECKED, "Isolated": (0, 0.01, 1.6)})
    bpy.context.view_layer.objects.active = armature  # as Rigify has it between neck and head
    bpy.ops.object.mode_set(mode="EDIT")
    bones = armature.data.edit_bones
    bones["Isolated"].parent, bones["Head"].parent = bones["Neck"], bones["Isolated"]
    bpy.ops.object.mode_set(mode="OBJECT")
    assert [bone.name for bone in find_head(armature, [face]).bones] == ["Neck", "Head"]
    constraint = armature.pose.bones["Isolated"].constraints.new("COPY_ROTATION")
    constraint.target, constraint.subtarget = armature, "Hips"
    constraint.target_space = constraint.owner_space = "LOCAL"
    head = find_head(armature, [face])
    assert [bone.name for bone in head.bones] == ["Head"]
    np.testing.assert_allclose(shown(head, pitch=12) @ AHEAD, [0, -COSINE, -SINE], atol=1e-5)


def test_a_prefix_makes_no_difference(rig):
    armature, face = rig(prefix="mixamorig:", weighted="Head")
    head = find_head(armature, [face])
    assert [bone.name for bone in head.bones] == ["mixamorig:Neck", "mixamorig:Head"]


def test_a_bone_that_moves_nothing_of_the_face_is_none(rig):
    armature, face = rig(weighted="LeftArm")
    assert find_head(armature, [face]) is None


def test_an_armature_without_a_head_has_none(rig):
    armature, face = rig({"Hips": (0, 0, 1), "LeftArm": (0.2, 0, 1.4)}, weighted="Hips")
    assert find_head(armature, [face]) is None


def test_turns_add_to_what_a_bone_has(rig):
    armature, face = rig()
    bone = armature.pose.bones["Head"]
    head = find_head(armature, [face])
    path = f"{bone.path_from_id()}.rotation_quaternion"
    before = {(path, 0): np.cos(0.2), (path, 1): np.sin(0.2)}
    values = head.values(np.zeros((1, 3)), before)
    np.testing.assert_allclose(
        [values[path, index][0] for index in range(4)], [np.cos(0.2), np.sin(0.2), 0, 0], atol=1e-6
    )


def reasons(armature: Object, face: Object) -> dict[str, str | None]:
    head = find_head(armature, [face])
    return {bone.name: bone.blocked and str(bone.blocked) for bone in head.bones}


def test_a_locked_bone_is_told_and_the_head_does_its_part(rig):
    armature, face = rig()
    armature.pose.bones["Neck"].lock_rotation = (True, True, True)
    head = find_head(armature, [face])
    assert reasons(armature, face) == {"Neck": "locked", "Head": None}
    assert head.bones[-1].share == 1.0
    np.testing.assert_allclose(shown(head, pitch=12) @ AHEAD, [0, -COSINE, -SINE], atol=1e-5)


def test_a_locked_axis_stays(rig):
    armature, face = rig()
    bone = armature.pose.bones["Head"]
    bone.rotation_mode, bone.lock_rotation = "XYZ", (False, True, False)
    shown(find_head(armature, [face]), 10, 10, 10)
    assert bone.rotation_euler[1] == 0
    assert bone.rotation_euler[0] != 0


def test_a_bone_about_a_free_axis_a_driven_and_a_held_one_are_told(rig):
    armature, face = rig()
    armature.pose.bones["Neck"].rotation_mode = "AXIS_ANGLE"
    armature.pose.bones["Head"].driver_add("rotation_quaternion", 1)
    found = reasons(armature, face)
    assert "free axis" in found["Neck"]
    assert found["Head"] == "driven"
    armature.pose.bones["Head"].driver_remove("rotation_quaternion", 1)
    armature.pose.bones["Head"].constraints.new("COPY_ROTATION").name = "Follow"
    assert "Follow" in reasons(armature, face)["Head"]
