# SPDX-License-Identifier: GPL-3.0-or-later
"""Where bones deform a face, they show what its shape keys only stand in for."""

import bpy
import numpy as np
import pytest
from bone_faces import add_armature
from keying import key_by_hand

from emotebot_blender.animation.mix_shares import Mix
from emotebot_blender.animation.mixing import Mixing
from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.rig.convention import ControlName, Feed
from emotebot_blender.rig import deforming_bones
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.map_corrections import correct

pytestmark = pytest.mark.usefixtures("registered")

VRM = ("blinkLeft", "blinkRight", "aa", "ih", "ou", "ee", "oh", "happy", "angry", "sad", "relaxed")
"""Shape keys of a face; "aa" stands in for the open jaw."""


@pytest.fixture
def rig(empty_scene):
    """Return an armature with eyes and a jaw, and a bone below the jaw and one beside it."""
    places = {
        "Hips": (0, 0, 1),
        "Head": (0, 0, 1.6),
        "LeftEye": (0.03, -0.08, 1.7),
        "RightEye": (-0.03, -0.08, 1.7),
        "Jaw": (0, -0.01, 1.66),
        "chin": (0, -0.05, 1.6),
        "jaw_skin": (0, -0.01, 1.66),
    }
    rig = add_armature("Body", places)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    bones = rig.data.edit_bones
    bones["chin"].parent = bones["Jaw"]
    bpy.ops.object.mode_set(mode="OBJECT")
    return rig


@pytest.fixture
def skin(rig, add):
    """Return the mesh of the face, which no bone deforms yet."""
    deforming_bones._WITHOUT.clear()
    return add("MESH", "Face", VRM, armature=rig)


def weight(skin, bone: str, amount: float = 1.0) -> None:
    skin.vertex_groups.new(name=bone).add([2], amount, "REPLACE")


def jaw_controls(start) -> set[str]:
    """Return what opens the jaw of the face that an object is part of."""
    face = find_face(start, bpy.context.scene)
    return {feed.control.name for rig_map in face.maps for feed in rig_map.feeds.get("jawOpen", ())}


@pytest.mark.parametrize("bone", ["Jaw", "chin"])
def test_a_jaw_that_deforms_the_face_opens_it(rig, skin, bone) -> None:
    weight(skin, bone, 0.25)
    assert jaw_controls(rig) == {"Jaw"}
    face = find_face(skin, bpy.context.scene)
    assert face.name == "Face"
    assert {"mouthFunnel", "mouthPucker", "eyeBlinkLeft"} <= set(face.maps[0].feeds)
    assert "jawOpen" not in face.maps[0].feeds


def test_a_jaw_that_holds_a_bone_of_the_skin_opens_it(rig, skin) -> None:
    weight(skin, "jaw_skin")
    assert jaw_controls(rig) == {"aa"}
    constraint = rig.pose.bones["jaw_skin"].constraints.new("COPY_TRANSFORMS")
    constraint.target, constraint.subtarget = rig, "Jaw"
    assert jaw_controls(rig) == {"Jaw"}
    constraint.mute = True
    assert jaw_controls(rig) == {"aa"}
    constraint = rig.pose.bones["jaw_skin"].constraints.new("ARMATURE")
    target = constraint.targets.new()
    target.target, target.subtarget = rig, "Jaw"
    assert jaw_controls(rig) == {"Jaw"}


def test_a_jaw_that_a_part_of_the_face_hangs_on_opens_it(rig, skin, add) -> None:
    teeth = add("MESH", "Teeth", VRM, parent=rig)
    assert jaw_controls(rig) == {"aa"}
    teeth.parent_type, teeth.parent_bone = "BONE", "Jaw"
    assert jaw_controls(rig) == {"Jaw"}


def no_group(_rig, _skin) -> None:
    """Leave the mesh without a vertex group."""


def no_weight(_rig, skin) -> None:
    skin.vertex_groups.new(name="Jaw").add([0, 1], 0.0, "REPLACE")


def no_deformation(rig, skin) -> None:
    weight(skin, "Jaw")
    rig.data.bones["Jaw"].use_deform = False


def no_modifier(rig, skin) -> None:
    weight(skin, "Jaw")
    skin.modifiers.clear()
    skin.parent = rig


def another_bone(_rig, skin) -> None:
    weight(skin, "Head")


@pytest.mark.parametrize("change", [no_group, no_weight, no_deformation, no_modifier, another_bone])
def test_the_vowel_opens_a_face_that_the_jaw_does_not_deform(rig, skin, change) -> None:
    change(rig, skin)
    assert jaw_controls(rig) == {"aa"}


def test_weights_that_are_painted_are_seen_after_a_while(rig, skin, monkeypatch) -> None:
    group = skin.vertex_groups.new(name="Jaw")
    monkeypatch.setattr(deforming_bones.time, "monotonic", lambda: 100.0)
    assert jaw_controls(rig) == {"aa"}
    group.add([1], 1.0, "REPLACE")
    monkeypatch.setattr(deforming_bones.time, "monotonic", lambda: 110.0)
    assert jaw_controls(rig) == {"Jaw"}
    group.add([1], 0.0, "REPLACE")
    monkeypatch.setattr(deforming_bones.time, "monotonic", lambda: 110.5)
    assert jaw_controls(rig) == {"aa"}


def test_a_shape_key_of_the_jaw_s_own_opens_it(rig, skin, add) -> None:
    weight(skin, "Jaw")
    add("MESH", "Teeth", ["jawOpen", "mouthClose"], parent=rig, armature=rig)
    assert jaw_controls(rig) == {"jawOpen", "aa"}


def test_bones_that_an_artist_has_chosen_move_beside_shape_keys(rig, skin) -> None:
    correct(rig, {"jawOpen": [Feed(ControlName("Jaw", "bone", "rotation_x"), 0.2)]})
    assert jaw_controls(rig) == {"Jaw", "aa"}
    weight(skin, "Jaw")
    assert jaw_controls(rig) == {"Jaw"}


def test_a_vowel_that_an_artist_has_chosen_stays(rig, skin) -> None:
    weight(skin, "Jaw")
    correct(skin, {"jawOpen": [Feed(ControlName("aa"), 0.5)]})
    assert jaw_controls(rig) == {"aa"}


def test_a_vowel_that_the_jaw_shows_is_lip_sync_still(rig, skin) -> None:
    weight(skin, "Jaw")
    key_by_hand(skin, "aa", (0, 0.8), (6, 0.2), (12, 0.8), (18, 0.2), (24, 0.8))
    face = find_face(rig, bpy.context.scene)
    assert [control.name for control in face.speech_controls()] == ["aa"]
    assert "aa" not in {control.name for control in face.controls()}
    frames = np.arange(6.0, 19.0)
    shares = Mixing(face, Mix(speaking=0.25)).shares.weights(frames, 24, np.ones((13, 52)))
    assert shares[:, INDEX["jawOpen"]].tolist() == [0.25] * 13
    assert shares[:, INDEX["browInnerUp"]].tolist() == [1] * 13
