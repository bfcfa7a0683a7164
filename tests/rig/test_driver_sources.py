# SPDX-License-Identifier: GPL-3.0-or-later
"""Driven shape keys, driven at their source."""

from dataclasses import replace

import bpy
import numpy as np
import pytest
from bone_faces import add_armature
from bpy.types import Object

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.rig.convention import ControlName, Feed, RigMap
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.pose import apply_weights, held_pose, restore_pose

KEYS = ["eyeBlinkLeft", "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "jawOpen"]


@pytest.fixture
def rig(empty_scene) -> Object:
    """Return an armature with a control bone and properties."""
    rig = add_armature("Rig", {"root": (0, 0, 0), "ctrl_smile.L": (0, 0, 1)})
    rig.pose.bones["ctrl_smile.L"].rotation_mode = "XYZ"
    rig["smile"] = rig["other"] = 0.0
    return rig


@pytest.fixture
def driven_head(add, rig) -> Object:
    return add("MESH", "Head", KEYS, armature=rig)


def drive(obj: Object, key: str, owner, path: str, expression: str = "var"):
    """Add a driver with one variable that reads a property; return its curve."""
    curve = obj.data.shape_keys.key_blocks[key].driver_add("value")
    curve.driver.expression = expression
    variable = curve.driver.variables.new()
    variable.name = "var"
    target = variable.targets[0]
    if owner.id_type == "KEY":
        target.id_type = "KEY"
    target.id, target.data_path = owner, path
    return curve


def drive_by_bone(obj: Object, key: str, rig: Object, transform: str, expression: str, space=None):
    curve = obj.data.shape_keys.key_blocks[key].driver_add("value")
    curve.driver.expression = expression
    variable = curve.driver.variables.new()
    variable.name, variable.type = "var", "TRANSFORMS"
    target = variable.targets[0]
    target.id, target.bone_target = rig, "ctrl_smile.L"
    target.transform_type, target.transform_space = transform, space or "LOCAL_SPACE"
    return curve


def show(obj: Object, **weights: float) -> dict[str, float]:
    """Pose the face and return what its shape keys are then, as Blender evaluates them."""
    values = np.zeros(52, dtype=np.float32)
    for channel, weight in weights.items():
        values[INDEX[channel]] = weight
    apply_weights(find_face(obj, bpy.context.scene), values)
    graph = bpy.context.evaluated_depsgraph_get()
    graph.update()
    blocks = obj.evaluated_get(graph).data.shape_keys.key_blocks
    return {name: blocks[name].value for name in KEYS}


def reasons(obj: Object) -> dict[str, str]:
    blocked = find_face(obj, bpy.context.scene).blocked()
    return {str(control): str(reason) for control, reason in blocked}


@pytest.mark.parametrize(
    ("path", "expression", "at_full"),
    [
        ('["smile"]', "var", 1.0),
        ('["smile"]', "var * 2", 0.5),
        ('["smile"]', "max(0, (var - 0.2) / 0.4)", 0.6),
        ('pose.bones["ctrl_smile.L"].location[2]', "var * 20", 0.05),
        ('pose.bones["ctrl_smile.L"].rotation_euler[0]', "-var", -1.0),
    ],
)
def test_a_property_or_an_axis_of_a_bone_is_driven(driven_head, rig, path, expression, at_full):
    drive(driven_head, "mouthSmileLeft", rig, path, expression)
    assert reasons(driven_head) == {}
    assert show(driven_head, mouthSmileLeft=1.0)["mouthSmileLeft"] == pytest.approx(1.0)
    assert rig.path_resolve(path) == pytest.approx(at_full)
    assert show(driven_head, mouthSmileLeft=0.5)["mouthSmileLeft"] == pytest.approx(0.5)
    assert show(driven_head)["mouthSmileLeft"] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("mode", ["XYZ", "QUATERNION"])
@pytest.mark.parametrize(("transform", "gain"), [("LOC_X", "var * 10"), ("ROT_Y", "var * 4")])
def test_a_transform_of_a_bone_is_driven(driven_head, rig, transform, gain, mode):
    rig.pose.bones["ctrl_smile.L"].rotation_mode = mode
    drive_by_bone(driven_head, "mouthSmileLeft", rig, transform, gain)
    assert reasons(driven_head) == {}
    assert show(driven_head, mouthSmileLeft=1.0)["mouthSmileLeft"] == pytest.approx(1, abs=1e-4)


def test_the_keys_of_a_driver_count(driven_head, rig):
    curve = drive(driven_head, "jawOpen", rig, '["smile"]')
    for modifier in list(curve.modifiers):
        curve.modifiers.remove(modifier)
    while len(curve.keyframe_points):
        curve.keyframe_points.remove(curve.keyframe_points[0])
    for x, y in ((1, 0), (5, 1)):
        curve.keyframe_points.insert(x, y).interpolation = "LINEAR"
    assert show(driven_head, jawOpen=1.0)["jawOpen"] == pytest.approx(1.0)
    assert rig["smile"] == pytest.approx(5.0)
    curve.keyframe_points.insert(3, 0.9).interpolation = "LINEAR"
    assert reasons(driven_head) == {"Head: jawOpen": "driven by “smile” of “Rig”; set that instead"}


def test_two_directions_of_one_control(driven_head, rig):
    path = 'pose.bones["ctrl_smile.L"].location[1]'
    drive(driven_head, "mouthSmileLeft", rig, path, "max(0, var * 10)")
    drive(driven_head, "mouthFrownLeft", rig, path, "max(0, var * -10)")
    shown = show(driven_head, mouthFrownLeft=0.5)
    assert (shown["mouthSmileLeft"], shown["mouthFrownLeft"]) == pytest.approx((0, 0.5))


def test_offsets_of_keys_are_shown_by_their_source(driven_head, rig):
    for key in ("mouthSmileLeft", "mouthSmileRight"):
        drive(driven_head, key, rig, '["smile"]', "var * 2")
    feeds = {
        "mouthSmileRight": (Feed(ControlName("mouthSmileRight"), 0.5),),
        "mouthSmileLeft": (Feed(ControlName("mouthSmileLeft"), 0.5, offset=0.2),),
    }
    face = find_face(driven_head, bpy.context.scene)
    maps = [RigMap("x", feeds) if obj == driven_head else RigMap("", {}) for obj in face.objects]
    shifted = replace(face, maps=tuple(maps))
    for weight, shown in ((0, 0.1), (1, 0.35)):
        apply_weights(shifted, np.full(52, weight))
        assert rig["smile"] == pytest.approx(shown)


def test_one_control_for_both_sides_is_not_pushed_twice(driven_head, rig):
    for key in ("mouthSmileLeft", "mouthSmileRight"):
        drive(driven_head, key, rig, '["smile"]')
    shown = show(driven_head, mouthSmileLeft=0.5, mouthSmileRight=0.5)
    assert shown["mouthSmileRight"] == pytest.approx(0.5)


def test_a_driver_of_a_driver_is_followed(driven_head, rig):
    drive(driven_head, "jawOpen", rig, '["smile"]', "var * 2")
    curve = rig.driver_add('["smile"]')
    curve.driver.expression = "var / 4"
    variable = curve.driver.variables.new()
    variable.name = "var"
    variable.targets[0].id, variable.targets[0].data_path = rig, '["other"]'
    assert show(driven_head, jawOpen=1.0)["jawOpen"] == pytest.approx(1.0)
    assert rig["other"] == pytest.approx(2.0)


def test_teeth_that_follow_the_head_need_no_word(driven_head, rig, add):
    teeth = add("MESH", "Teeth", ["jawOpen"], armature=rig)
    drive(teeth, "jawOpen", driven_head.data.shape_keys, 'key_blocks["jawOpen"].value')
    face = find_face(driven_head, bpy.context.scene)
    assert [obj.name for obj in face.objects] == ["Head", "Teeth"]
    assert face.blocked() == ()
    assert sum(control.name == "jawOpen" for control in face.controls()) == 1
    show(driven_head, jawOpen=0.75)
    assert driven_head.data.shape_keys.key_blocks["jawOpen"].value == 0.75


def test_other_drivers_are_named(driven_head, rig):
    drive_by_bone(driven_head, "mouthSmileLeft", rig, "LOC_X", "var", "WORLD_SPACE")
    drive(driven_head, "jawOpen", rig, '["smile"]', "sin(var)")
    driven_head.data.shape_keys.key_blocks["eyeBlinkLeft"].driver_add("value")
    assert reasons(driven_head) == {
        "Head: mouthSmileLeft": "driven by the bone “ctrl_smile.L”; set that instead",
        "Head: jawOpen": "driven by “smile” of “Rig”; set that instead",
        "Head: eyeBlinkLeft": "driven",
    }


def test_a_locked_source_stays(driven_head, rig):
    drive(driven_head, "jawOpen", rig, 'pose.bones["ctrl_smile.L"].location[0]')
    rig.pose.bones["ctrl_smile.L"].lock_location[0] = True
    assert reasons(driven_head) == {"Rig: ctrl_smile.L location x": "locked"}


def test_what_a_source_was_is_put_back(driven_head, rig):
    drive(driven_head, "jawOpen", rig, '["smile"]')
    rig["smile"] = 0.25
    face = find_face(driven_head, bpy.context.scene)
    held = held_pose(face, None)
    show(driven_head, jawOpen=1.0)
    assert rig["smile"] == 1.0
    for obj, values in held.items():
        restore_pose(obj, values)
    assert rig["smile"] == 0.25
