# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties as controls."""

import dataclasses

import numpy as np
import pytest

from emotebot_blender.core.channels import INDEX, MASKS
from emotebot_blender.core.emotions import SHARES
from emotebot_blender.core.messages import Message
from emotebot_blender.core.rig.convention import ControlName, Feed, RigMap
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.pose import (
    FacePoser,
    apply_weights,
    held_pose,
    read_weights,
    restore_pose,
)
from emotebot_blender.rig.rna_properties import custom_property_names, read_value, write_value


def weights_of(**channels: float) -> np.ndarray:
    weights = np.zeros(52, dtype=np.float32)
    for name, weight in channels.items():
        weights[INDEX[name]] = weight
    return weights


def moved_by(bone_face, name: str):
    """Return the same face with one property as its only control."""
    feeds = {"jawOpen": (Feed(ControlName(name, "property")),)}
    return dataclasses.replace(bone_face, maps=(RigMap("x", feeds),))


@pytest.fixture
def rig(bone_face):
    return bone_face.armature


def test_where_blender_keeps_them(bone_face, rig):
    controls = [control for control in bone_face.controls() if control.kind == "property"]
    assert [(c.owner, c.path, c.rest, c.low, c.high) for c in controls] == [
        (rig, ('["look"]', 0), 0.0, -1.0, 1.0),
        (rig, ("delta_scale", 2), 1.0, controls[1].low, controls[1].high),
        (rig, ('["joy"]', 0), 0.0, -1.0, 1.0),
    ]


def test_directions_of_a_custom_property(bone_face, rig):
    apply_weights(bone_face, weights_of(eyeLookUpLeft=0.75))
    assert rig["look"] == 0.75
    apply_weights(bone_face, weights_of(eyeLookDownLeft=0.25))
    assert rig["look"] == -0.25
    weights = read_weights(bone_face)
    assert (weights[INDEX["eyeLookUpLeft"]], weights[INDEX["eyeLookDownLeft"]]) == (0, 0.25)


def test_a_member_of_an_array(bone_face, rig):
    apply_weights(bone_face, weights_of(cheekPuff=0.5))
    assert rig.delta_scale[:] == (1, 1, 1.25)
    assert read_weights(bone_face)[INDEX["cheekPuff"]] == 0.5


def test_a_preset_of_an_emotion(bone_face, rig):
    shares = np.zeros(len(SHARES), dtype=np.float32)
    shares[SHARES.index("happiness")] = 0.5
    FacePoser(bone_face).show(weights_of(), shares)
    assert rig["joy"] == 0.5


@pytest.mark.parametrize(
    ("channels", "shown"), [(None, 0.5), (MASKS["WHOLE"], 0.5), (MASKS["NO_MOUTH"], 0.0)]
)
def test_a_preset_is_of_the_whole_face(bone_face, rig, channels, shown):
    shares = np.zeros(len(SHARES), dtype=np.float32)
    shares[SHARES.index("happiness")] = 0.5
    FacePoser(bone_face, channels).show(weights_of(), shares)
    assert rig["joy"] == shown


def test_the_data_of_an_object(bone_face, rig):
    rig.data["size"] = 0.0
    face = moved_by(bone_face, "size")
    (control,) = face.controls()
    assert (control.owner, control.data_path) == (rig.data, '["size"]')
    apply_weights(face, weights_of(jawOpen=0.5))
    assert rig.data["size"] == 0.5


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("count", "not a property with a decimal point"),
        ("pass_index", "not a property with a decimal point"),
        ("dimensions[0]", "not a property that can be animated"),
    ],
)
def test_what_cannot_be_driven(bone_face, rig, name, reason):
    rig["count"] = 3
    (control,) = moved_by(bone_face, name).controls()
    assert control.blocked == Message(reason)


def test_driven(bone_face, rig):
    rig.driver_add('["look"]')
    assert bone_face.blocked() == (("Robot: look", Message("driven")),)


@pytest.mark.parametrize("name", ["nothing", "location[9]", "pose", "name", "data.nothing"])
def test_what_is_no_number_is_left_out(bone_face, name):
    assert moved_by(bone_face, name).controls() == ()


@pytest.mark.parametrize("name", ['a"b\\c', 'x["y"]', "z.w", "é"])
def test_names_with_quotes_dots_and_brackets(bone_face, rig, name):
    rig[name] = 0.0
    face = moved_by(bone_face, name)
    apply_weights(face, weights_of(jawOpen=0.5))
    assert rig[name] == 0.5


def test_one_number(bone_face, rig):
    write_value(rig, ("location", 2), 3.0)
    write_value(rig, ("nowhere", 0), 3.0)
    assert rig.location[:] == (0, 0, 3)
    assert read_value(rig, ("location", 2)) == 3
    assert read_value(rig, ("nowhere", 0)) is None


def test_a_pose_is_held_and_restored(bone_face, rig):
    rig["look"], rig.delta_scale[2] = 0.25, 2.0
    rig.pose.bones["jaw"].rotation_euler[0] = 0.125
    held = held_pose(bone_face, None)
    apply_weights(bone_face, weights_of(jawOpen=1.0, eyeLookUpLeft=1.0, cheekPuff=1.0))
    restore_pose(rig, held[rig])
    assert (rig["look"], rig.delta_scale[2]) == (0.25, 2.0)
    assert rig.pose.bones["jaw"].rotation_euler[0] == 0.125


def test_a_pose_of_shape_keys_is_restored(face, head):
    blocks = head.data.shape_keys.key_blocks
    blocks["jawOpen"].value, blocks["Hair"].value = 0.25, 0.5
    held = held_pose(face, ["jawOpen"])
    apply_weights(face, weights_of(jawOpen=1.0, mouthClose=1.0))
    restore_pose(head, held[head])
    assert (blocks["jawOpen"].value, blocks["mouthClose"].value) == (0.25, 1.0)


def test_names_of_what_could_be_a_control(add):
    rig = add("ARMATURE", "Rig")
    rig["facs_jnt_JawOpen"], rig["levels"], rig["label"] = 0.0, 2, "x"
    rig.data["facs_jnt_JawOpen"], rig.data["jaw"] = 0.0, 1.0
    assert custom_property_names(rig) == ["facs_jnt_JawOpen", "jaw"]
    assert custom_property_names(add("EMPTY", "Empty")) == []


def test_a_figure_of_daz_is_moved_by_its_armature(add, empty_scene):
    rig = add("ARMATURE", "Genesis 8.1")
    body = add("MESH", "Body", ["Key"], armature=rig)
    rig["facs_jnt_JawOpen"] = rig["facs_ctrl_EyeLookUp-DownLeft"] = 0.0
    face = find_face(body, empty_scene)
    assert face.channels == ("eyeLookDownLeft", "eyeLookUpLeft", "jawOpen")
    apply_weights(face, weights_of(jawOpen=0.5, eyeLookDownLeft=0.25))
    assert (rig["facs_jnt_JawOpen"], rig["facs_ctrl_EyeLookUp-DownLeft"]) == (0.5, -0.25)
