# SPDX-License-Identifier: GPL-3.0-or-later
"""Axes of bones as controls."""

import dataclasses
import math

import bpy
import numpy as np
import pytest

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.rig.convention import ControlName, Feed, RigMap
from emotebot_blender.rig.control_values import ControlValues
from emotebot_blender.rig.pose import apply_weights


def weights_of(**channels: float) -> np.ndarray:
    weights = np.zeros(52, dtype=np.float32)
    for name, weight in channels.items():
        weights[INDEX[name]] = weight
    return weights


def bones(bone_face):
    return [control for control in bone_face.controls() if control.kind == "bone"]


@pytest.fixture
def rig(bone_face):
    return bone_face.armature


def test_where_blender_keeps_them(bone_face, rig):
    assert {(control.owner, control.path, control.rest) for control in bones(bone_face)} == {
        (rig, ('pose.bones["jaw"].rotation_euler', 0), 0.0),
        (rig, ('pose.bones["jaw"].location', 1), 0.0),
        (rig, ('pose.bones["tongue"].rotation_quaternion', 3), 0.0),
        (rig, ('pose.bones["lip"].scale', 0), 1.0),
    }
    for control in bones(bone_face):
        value = rig.path_resolve(control.data_path)[control.index]
        assert value == control.rest


def test_radians_and_metres_at_full(bone_face, rig):
    apply_weights(bone_face, weights_of(jawOpen=0.5, mouthPucker=1.0))
    jaw, lip = rig.pose.bones["jaw"], rig.pose.bones["lip"]
    assert jaw.rotation_euler[:] == pytest.approx((0.2, 0, 0))
    assert jaw.location[:] == pytest.approx((0, -0.01, 0))
    assert lip.scale[:] == pytest.approx((0.5, 1, 1))


def turned(rig) -> float:
    """Return the angle that Blender turns the tongue by."""
    bpy.context.view_layer.update()
    rotation = rig.pose.bones["tongue"].matrix_basis.to_quaternion()
    return 2 * math.atan2(rotation.z, rotation.w)


def test_a_quaternion_turns_by_the_angle(bone_face, rig):
    apply_weights(bone_face, weights_of(tongueOut=1.0))
    assert turned(rig) == pytest.approx(0.3, abs=1e-6)
    apply_weights(bone_face, weights_of(tongueOut=0.5))
    assert turned(rig) == pytest.approx(0.15, abs=math.radians(0.1))


def test_others_stay(bone_face, rig):
    rig.pose.bones["lip"].location = (1, 2, 3)
    rig.pose.bones["jaw"].rotation_euler[1] = 0.5
    apply_weights(bone_face, weights_of(jawOpen=1.0))
    assert rig.pose.bones["lip"].location[:] == (1, 2, 3)
    assert rig.pose.bones["jaw"].rotation_euler[1] == 0.5


def test_the_values_of_an_evaluated_copy(bone_face, rig):
    rig.pose.bones["jaw"].rotation_euler[0] = 0.25
    graph = bpy.context.evaluated_depsgraph_get()
    rig.pose.bones["jaw"].rotation_euler[0] = 0.5
    controls = bones(bone_face)
    shown = dict(
        zip(
            [control.path for control in controls],
            ControlValues(controls).read(lambda owner: owner.evaluated_get(graph)).tolist(),
            strict=True,
        )
    )
    assert shown['pose.bones["jaw"].rotation_euler', 0] == 0.25


@pytest.mark.parametrize(
    ("hinder", "reason"),
    [
        (lambda bone: setattr(bone, "lock_rotation", (True, False, False)), "locked"),
        (lambda bone: bone.driver_add("rotation_euler", 0), "driven"),
        (lambda bone: setattr(bone, "rotation_mode", "AXIS_ANGLE"), "rotated about a free axis"),
    ],
)
def test_blocked(bone_face, rig, hinder, reason):
    hinder(rig.pose.bones["jaw"])
    ((label, why),) = bone_face.blocked()
    assert label == "Robot: jaw rotation x"
    assert str(why).startswith(reason)
    apply_weights(bone_face, weights_of(jawOpen=1.0))
    assert rig.pose.bones["jaw"].rotation_euler[0] == 0
    assert rig.pose.bones["jaw"].location[1] == pytest.approx(-0.02)


def test_linked(bone_face, rig, tmp_path):
    library = str(tmp_path / "library.blend")
    bpy.data.libraries.write(library, {rig})
    with bpy.data.libraries.load(library, link=True) as (_, wanted):
        wanted.objects = ["Robot"]
    face = dataclasses.replace(bone_face, objects=(wanted.objects[0],))
    ((label, why),) = face.blocked()
    assert str(label) == "all of Robot"
    expected = "linked from “library.blend”; make the object local or a library override first"
    assert str(why) == expected


def test_bones_that_are_missing_are_left_out(bone_face):
    feeds = {"jawOpen": (Feed(ControlName("chin", "bone", "rotation_x"), 0.4),)}
    assert dataclasses.replace(bone_face, maps=(RigMap("x", feeds),)).controls() == ()
