# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions of the VRM add-on, as property groups of the same shape and names.

The add-on itself is not there. As it does, setting an expression sets the shape keys of all of
them, and once a frame has changed they are set again, as an animation cannot do so by itself.
"""

from collections.abc import Iterator
from typing import ClassVar

import bpy
import numpy as np
import pytest
from bone_faces import add_armature
from bpy.types import Object, PropertyGroup

from emotebot_blender.animation.actions import curves_of, find_curve
from emotebot_blender.animation.baking import BakePlan, write_bake
from emotebot_blender.animation.keyframes import Keying, plan_values
from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.emotions import SHARES
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.face_notes import notes_on_face
from emotebot_blender.rig.object_maps import map_of
from emotebot_blender.rig.pose import apply_weights, controls_of, solver_of
from emotebot_blender.rig.vrm_expressions import assigned_bones

PRESETS = (
    *("happy", "angry", "sad", "relaxed", "surprised", "neutral", "aa", "ih", "ou", "ee", "oh"),
    *("blink", "blink_left", "blink_right", "look_up", "look_down", "look_left", "look_right"),
)
MOUTH = ("aa", "ih", "ou", "ee", "oh")

_changed: dict[tuple[str, str], float] = {}


class MeshName(PropertyGroup):
    mesh_object_name: bpy.props.StringProperty()


class Bind(PropertyGroup):
    node: bpy.props.PointerProperty(type=MeshName)
    mesh: bpy.props.PointerProperty(type=MeshName)
    index: bpy.props.StringProperty()
    weight: bpy.props.FloatProperty(default=1)


class Expression(PropertyGroup):
    custom_name: bpy.props.StringProperty()
    preset_name: bpy.props.StringProperty()
    morph_target_binds: bpy.props.CollectionProperty(type=Bind)
    binds: bpy.props.CollectionProperty(type=Bind)
    is_binary: bpy.props.BoolProperty()
    override_mouth: bpy.props.StringProperty(default="none")
    preview: bpy.props.FloatProperty(
        min=0,
        max=1,
        get=lambda self: float(self.get("preview", 0.0)),
        set=lambda self, value: set_preview(self, value),
    )


class Presets(PropertyGroup):
    __annotations__: ClassVar = {
        name: bpy.props.PointerProperty(type=Expression) for name in PRESETS
    }


class Expressions(PropertyGroup):
    preset: bpy.props.PointerProperty(type=Presets)
    custom: bpy.props.CollectionProperty(type=Expression)


class BoneName(PropertyGroup):
    bone_name: bpy.props.StringProperty()


class HumanBone(PropertyGroup):
    bone: bpy.props.StringProperty()
    node: bpy.props.PointerProperty(type=BoneName)


class HumanBones(PropertyGroup):
    head: bpy.props.PointerProperty(type=HumanBone)
    neck: bpy.props.PointerProperty(type=HumanBone)


class Humanoid1(PropertyGroup):
    human_bones: bpy.props.PointerProperty(type=HumanBones)


class Humanoid0(PropertyGroup):
    human_bones: bpy.props.CollectionProperty(type=HumanBone)


class Vrm1(PropertyGroup):
    humanoid: bpy.props.PointerProperty(type=Humanoid1)
    expressions: bpy.props.PointerProperty(type=Expressions)


class Master(PropertyGroup):
    blend_shape_groups: bpy.props.CollectionProperty(type=Expression)


class Vrm0(PropertyGroup):
    humanoid: bpy.props.PointerProperty(type=Humanoid0)
    blend_shape_master: bpy.props.PointerProperty(type=Master)


class Extension(PropertyGroup):
    spec_version: bpy.props.StringProperty(default="1.0")
    vrm0: bpy.props.PointerProperty(type=Vrm0)
    vrm1: bpy.props.PointerProperty(type=Vrm1)


GROUPS = (
    *(MeshName, Bind, Expression, Presets, Expressions, BoneName, HumanBone, HumanBones),
    *(Humanoid1, Humanoid0, Vrm1, Master, Vrm0, Extension),
)


def set_preview(expression: Expression, value: float) -> None:
    expression["preview"] = value
    for armature in bpy.data.armatures:
        held = armature.vrm_addon_extension
        presets = {name: getattr(held.vrm1.expressions.preset, name) for name in PRESETS}
        customs = {own.custom_name: own for own in held.vrm1.expressions.custom}
        groups = {own.name: own for own in held.vrm0.blend_shape_master.blend_shape_groups}
        all_expressions = {**presets, **customs, **groups}
        if expression in all_expressions.values():
            blend = [own for own in all_expressions.values() if own.override_mouth == "blend"]
            left = max(0, 1 - sum(own.preview for own in blend))
            show(all_expressions, left)


def show(expressions: dict[str, Expression], left: float) -> None:
    """Set the shape keys of expressions, those of the mouth by the share that is left."""
    values: dict[tuple[str, str], float] = {}
    for name, own in expressions.items():
        amount = float(own.preview > 0) if own.is_binary else own.preview
        for bind in (*own.morph_target_binds, *own.binds):
            mesh = bind.node.mesh_object_name or bind.mesh.mesh_object_name
            shown = bind.weight * amount * (left if name in MOUTH else 1)
            values[mesh, bind.index] = values.get((mesh, bind.index), 0) + shown
    _changed.update(values)
    set_keys(values)


def set_keys(values: dict[tuple[str, str], float]) -> None:
    for (mesh, key), value in values.items():
        bpy.data.objects[mesh].data.shape_keys.key_blocks[key].value = value


def set_again(*_arguments: object) -> None:
    set_keys(_changed)
    _changed.clear()


@pytest.fixture
def extension() -> Iterator[None]:
    """Register what the add-on registers."""
    for group in GROUPS:
        bpy.utils.register_class(group)
    bpy.types.Armature.vrm_addon_extension = bpy.props.PointerProperty(type=Extension)
    bpy.app.handlers.frame_change_post.append(set_again)
    yield
    bpy.app.handlers.frame_change_post.remove(set_again)
    del bpy.types.Armature.vrm_addon_extension
    for group in reversed(GROUPS):
        bpy.utils.unregister_class(group)


KEYS = {
    "happy": "Joy",
    "angry": "Anger",
    "sad": "Sorrow",
    "surprised": "Wow",
    "aa": "Open",
    "ou": "Round",
    "blink_left": "Wink L",
    "blink_right": "Wink R",
}


@pytest.fixture
def rig(empty_scene, extension) -> Object:
    return add_armature("Rig", {"root": (0, 0, 0), "head": (0, 0, 1)})


def bind(expression: Expression, key: str, mesh: str = "Face") -> None:
    member = expression.morph_target_binds.add()
    member.node.mesh_object_name, member.index = mesh, key


@pytest.fixture
def vrm(rig, add) -> Object:
    """Return the armature of a character of VRM 1.0, whose shape keys tell nothing by name."""
    add("MESH", "Face", [*KEYS.values(), "mouthSmileLeft"], armature=rig)
    for name, key in KEYS.items():
        bind(getattr(rig.data.vrm_addon_extension.vrm1.expressions.preset, name), key)
    return rig


def pose(rig: Object, felt: dict[str, float] | None = None, **weights: float) -> dict[str, float]:
    """Pose the face and return the values of the shape keys that are not 0."""
    values = np.zeros(52, dtype=np.float32)
    for channel, weight in weights.items():
        values[INDEX[channel]] = weight
    felt = felt or {SHARES[-1]: 1.0}  # weights alone are a custom expression
    shares = np.array([felt.get(name, 0.0) for name in SHARES], dtype=np.float32)
    apply_weights(find_face(rig, bpy.context.scene), values, shares=shares)
    return shown()


def shown() -> dict[str, float]:
    blocks = bpy.data.objects["Face"].data.shape_keys.key_blocks
    return {own.name: pytest.approx(own.value, abs=1e-5) for own in blocks if own.value > 1e-5}


def preset_of(rig: Object, name: str) -> Expression:
    return getattr(rig.data.vrm_addon_extension.vrm1.expressions.preset, name)


def test_expressions_are_posed_and_set_their_shape_keys(vrm):
    assert pose(vrm, {"happiness": 0.75}) == {"Joy": 0.75}
    assert preset_of(vrm, "happy").preview == pytest.approx(0.75)
    assert pose(vrm, jawOpen=0.5, eyeBlinkLeft=1.0) == {"Open": 0.5, "Wink L": 1}
    assert pose(vrm) == {}


def test_keys_on_expressions_show(vrm):
    """What the add-on's export reads: curves at these paths in the action of the armature data."""
    face = find_face(vrm, bpy.context.scene)
    controls = controls_of(face, None)
    felt = np.linspace(0, 1, 25, dtype=np.float32)
    shares = np.zeros((25, len(SHARES)), dtype=np.float32)
    shares[:, SHARES.index("happiness")] = felt
    weights = np.repeat(felt[:, None], 52, axis=1)
    values = solver_of(controls).values(weights, shares)
    plan = plan_values(face, controls, np.arange(1, 26, dtype=float), values, Keying(None))
    write_bake(BakePlan(("sequence",), (), (plan,)))
    curve = find_curve(vrm.data, preset_of(vrm, "happy").path_from_id("preview"))
    assert curve is not None
    for frame in (7, 25, 13):
        bpy.context.scene.frame_set(frame)
        amount = (frame - 1) / 24
        assert curve.evaluate(frame) == pytest.approx(amount, abs=1e-5)
        assert preset_of(vrm, "happy").preview == pytest.approx(amount, abs=1e-5)
        assert shown() == {"Joy": amount, "Wink L": amount, "Wink R": amount}
    keys = bpy.data.objects["Face"].data.shape_keys
    assert {curve.data_path for curve in curves_of(keys)} == {'key_blocks["mouthSmileLeft"].value'}


def test_a_mesh_keeps_its_other_shape_keys(vrm):
    maps = {obj.name: map_of(obj) for obj in (vrm, bpy.data.objects["Face"])}
    assert maps["Face"].channels == ("mouthSmileLeft",)
    assert {str(own) for own in maps["Rig"].drives} == {
        f"data.vrm_addon_extension.vrm1.expressions.preset.{name}.preview" for name in KEYS
    }


def test_a_shape_key_is_not_set_from_two_sides(vrm):
    face = bpy.data.objects["Face"]
    for key in ("happy", "eyeBlinkLeft", "jawOpen"):
        face.shape_key_add(name=key, from_mix=False).value = 0
    assert map_of(face).channels == ("jawOpen", "mouthSmileLeft")  # finer than "aa"
    assert map_of(face).presets == ()
    assert pose(vrm, jawOpen=1.0, eyeBlinkLeft=1.0) == {"jawOpen": 1, "Wink L": 1}
    bind(preset_of(vrm, "aa"), "jawOpen")
    assert map_of(face).channels == ("mouthSmileLeft",)
    assert pose(vrm, jawOpen=1.0) == {"Open": 1, "jawOpen": 1}


def test_custom_expressions_show_channels_by_their_names(vrm):
    face = bpy.data.objects["Face"]
    for name in ("jawOpen", "browInnerUp"):
        face.shape_key_add(name=f"Own {name}", from_mix=False).value = 0
        custom = vrm.data.vrm_addon_extension.vrm1.expressions.custom.add()
        custom.custom_name = name
        bind(custom, f"Own {name}")
    assert pose(vrm, jawOpen=0.5, browInnerUp=1.0) == {"Own jawOpen": 0.5, "Own browInnerUp": 1}


def test_a_binary_expression_is_off_or_on(vrm):
    preset_of(vrm, "happy").is_binary = True
    assert pose(vrm, {"happiness": 0.4}) == {}
    assert pose(vrm, {"happiness": 0.6}) == {"Joy": 1}
    assert preset_of(vrm, "happy").preview == 1


def test_an_override_counts_once(vrm):
    preset_of(vrm, "happy").override_mouth = "blend"
    preset_of(vrm, "happy").preview = 0.5
    preset_of(vrm, "aa").preview = 1
    by_hand = shown()
    felt = {"happiness": 0.5, SHARES[-1]: 0.5}
    assert pose(vrm, felt, jawOpen=1.0)["Joy"] == 0.5
    opened = preset_of(vrm, "aa").preview
    assert by_hand["Open"] == 0.5
    assert shown()["Open"] == 0.5 * opened


def test_groups_of_vrm_0_go_by_their_presets(rig, add):
    add("MESH", "Face", ["Smile", "Mouth", "Lids"], armature=rig)
    extension = rig.data.vrm_addon_extension
    extension.spec_version = "0.0"
    for preset, name, key in (
        ("joy", "Mine", "Smile"),
        ("a", "My A", "Mouth"),
        ("unknown", "eyeBlinkLeft", "Lids"),
    ):
        group = extension.vrm0.blend_shape_master.blend_shape_groups.add()
        group.preset_name, group.name = preset, name
        member = group.binds.add()
        member.mesh.mesh_object_name, member.index = "Face", key
    assert pose(rig, {"happiness": 1.0}) == {"Smile": 1}
    assert pose(rig, jawOpen=0.5, eyeBlinkLeft=1.0) == {"Mouth": 0.5, "Lids": 1}


def test_an_expression_that_sets_nothing_is_no_control(vrm):
    preset_of(vrm, "aa").morph_target_binds.clear()
    assert "jawOpen" not in map_of(vrm).channels


def test_without_the_add_on_shape_keys_are_driven(add):
    rig = add_armature("Rig", {"root": (0, 0, 0)})
    rig.data["vrm_addon_extension"] = {"spec_version": 1, "vrm1": {"expressions": {}}}
    face = add("MESH", "Face", ["happy", "aa", "blinkLeft", "blinkRight"], armature=rig)
    assert map_of(face).presets
    assert map_of(rig).channels == ()


def test_a_face_all_of_whose_shape_keys_are_bound(rig, add):
    face = add("MESH", "Face", list(KEYS.values()), armature=rig)
    for name, key in KEYS.items():
        bind(preset_of(rig, name), key)
    found = find_face(face, bpy.context.scene)
    assert found.objects == (rig,)
    assert found.blocked() == ()
    assert [str(note) for note in notes_on_face(found)] == []


def assign(rig: Object, version: str, bones: dict[str, str]) -> None:
    extension = rig.data.vrm_addon_extension
    extension.spec_version = version
    for name, bone in bones.items():
        if version == "0.0":
            human = extension.vrm0.humanoid.human_bones.add()
            human.bone = name
        else:
            human = getattr(extension.vrm1.humanoid.human_bones, name)
        human.node.bone_name = bone


@pytest.mark.parametrize("version", ["0.0", "1.0"])
def test_bones_that_are_assigned_are_known_whatever_they_are_called(rig, version):
    assign(rig, version, {"head": "root", "neck": "gone"})
    assert assigned_bones(rig, ("head", "neck")) == {"head": "root"}


def test_nothing_is_assigned_without_the_add_on(empty_scene):
    assert assigned_bones(add_armature("Rig", {"head": (0, 0, 0)}), ("head",)) == {}


def test_a_head_that_is_assigned_comes_before_one_by_its_name(vrm):
    face = find_face(vrm, bpy.context.scene)
    mesh = bpy.data.objects["Face"]
    for name in ("root", "head"):
        mesh.vertex_groups.new(name=name).add([0, 1, 2], 0.5, "REPLACE")
    assert [bone.name for bone in face.head().bones] == ["head"]
    assign(vrm, "1.0", {"head": "root"})
    assert [bone.name for bone in face.head().bones] == ["root"]
