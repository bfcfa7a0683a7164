# SPDX-License-Identifier: GPL-3.0-or-later
"""Bones that rotate by quaternions, of which the NLA sets all four components with one of them."""

import pytest
from keying import DENSE, all_keys, clip_of

from emotebot_blender.animation.actions import curves_of
from emotebot_blender.animation.bake_clearing import clear_bakes
from emotebot_blender.animation.baking import bake_layers
from emotebot_blender.animation.edited_keys import layer_keys, write_edits
from emotebot_blender.animation.keyed_feelings import write_keyed_feeling
from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.layers import clear_layer, layer_kinds
from emotebot_blender.animation.strips import layer_strips
from emotebot_blender.rig.bones import undriven_components

POSE = (0.75, 0.125, 0.25, 0.5)
"""The artist's pose of the tongue, whose last component the channel "tongueOut" moves."""

PATH = 'pose.bones["tongue"].rotation_quaternion'

FULL = 0.15113522
"""That component at full: tan(.3 / 2)."""

RAMP = [0.0, 0.5, 1.0]
FRAMES = [1, 2, 3]
CLIP = clip_of(tongueOut=RAMP)


@pytest.fixture
def rig(bone_face):
    rig = bone_face.armature
    rig.pose.bones["tongue"].rotation_quaternion = POSE
    return rig


def shown(rig, frames=FRAMES, bone="tongue") -> list[tuple[float, ...]]:
    """Return the quaternion of a bone on frames of the scene."""
    poses = []
    for frame in frames:
        rig.users_scene[0].frame_set(frame)
        poses.append(rig.pose.bones[bone].rotation_quaternion[:])
    return poses


def with_tongue(poses, weights=RAMP) -> list:
    """Return poses with the tongue out by weights."""
    pairs = zip(poses, weights, strict=True)
    return [pytest.approx((*pose[:3], weight * FULL), abs=1e-6) for pose, weight in pairs]


def key_by_hand(rig, indices=range(4), bone="tongue") -> None:
    """Key components of a quaternion that goes from one pose to another in four frames."""
    posed = rig.pose.bones[bone]
    for frame, pose in ((1, POSE), (5, (0.5, 0.25, 0.5, 0.125))):
        posed.rotation_quaternion = pose
        for index in indices:
            assert posed.keyframe_insert("rotation_quaternion", index=index, frame=frame)
    rig.users_scene[0].frame_set(1)


def push_down(rig) -> None:
    data = rig.animation_data
    strip = data.nla_tracks.new().strips.new("Mine", 1, data.action)
    if hasattr(strip, "action_slot"):
        strip.action_slot = data.action_slot
    data.action = None
    rig.users_scene[0].frame_set(1)


@pytest.mark.parametrize("keying", [DENSE, Keying()], ids=["dense", "reduced"])
class TestAPose:
    def test_is_kept_by_a_layer_and_comes_back(self, bone_face, rig, empty_scene, keying):
        write_layer(bone_face, CLIP, empty_scene, 1, "A", keying)
        write_layer(bone_face, CLIP, empty_scene, 1, "A", keying)
        assert shown(rig) == with_tongue([POSE] * 3)
        clear_layer(bone_face)
        assert shown(rig) == [POSE] * 3

    def test_is_kept_by_a_bake_and_comes_back(self, bone_face, rig, empty_scene, keying):
        write_layer(bone_face, CLIP, empty_scene, 1, "A", keying)
        played = shown(rig)
        bake_layers(bone_face, empty_scene, ["sequence"], keying)
        assert shown(rig) == played
        clear_bakes(bone_face)
        assert shown(rig) == [POSE] * 3

    def test_is_kept_by_a_keyed_feeling_and_comes_back(self, bone_face, rig, empty_scene, keying):
        write_keyed_feeling(bone_face, CLIP, empty_scene, 1, "Happy", keying)
        assert shown(rig) == with_tongue([POSE] * 3)
        for kind in layer_kinds(bone_face):
            clear_layer(bone_face, kind)
        assert shown(rig) == [POSE] * 3


class TestKeysByHand:
    def test_in_the_action_hide_a_layer(self, bone_face, rig, empty_scene):
        key_by_hand(rig)
        before, keys = shown(rig), all_keys(rig)
        report = write_layer(bone_face, CLIP, empty_scene, 1, "A", DENSE)
        (note,) = report.notes
        assert note.values["control"] == "Robot: tongue rotation z"
        assert shown(rig) == before
        bake_layers(bone_face, empty_scene, ["sequence"], DENSE)
        assert shown(rig) == before
        clear_bakes(bone_face)
        assert (shown(rig), all_keys(rig)) == (before, keys)

    def test_on_a_strip_below_keep_the_other_components(self, bone_face, rig, empty_scene):
        key_by_hand(rig)
        push_down(rig)
        before = shown(rig)
        write_layer(bone_face, CLIP, empty_scene, 1, "A", DENSE)
        assert shown(rig) == with_tongue(before)
        bake_layers(bone_face, empty_scene, ["sequence"], DENSE)
        assert shown(rig) == with_tongue(before)
        clear_bakes(bone_face)
        assert shown(rig) == before

    def test_of_one_component_leave_the_others_to_come_back(self, bone_face, rig, empty_scene):
        """Also on a bone that is none of the face's: with a strip the NLA sets all of it."""
        key_by_hand(rig, indices=[1], bone="jaw")
        rig.pose.bones["jaw"].rotation_quaternion = POSE
        before = shown(rig, bone="jaw")
        assert before[0] == POSE
        write_layer(bone_face, CLIP, empty_scene, 1, "A", DENSE)
        assert shown(rig, bone="jaw") != before
        write_layer(bone_face, CLIP, empty_scene, 1, "A", DENSE)
        clear_layer(bone_face)
        assert shown(rig, bone="jaw") == before


def test_a_layer_of_older_files_is_baked_as_it_shows(bone_face, rig, empty_scene):
    write_layer(bone_face, CLIP, empty_scene, 1, "A", DENSE)
    (layer,) = layer_strips(rig)
    for curve in list(layer.curves):
        if curve.data_path == PATH and curve.array_index < 3:
            layer.curves.remove(curve)
    played = shown(rig)
    assert played == with_tongue([(1, 0, 0)] * 3)
    bake_layers(bone_face, empty_scene, ["sequence"], DENSE)
    assert shown(rig) == played


def test_edits_are_added_to_one_component_alone(bone_face, rig, empty_scene):
    write_layer(bone_face, CLIP, empty_scene, 1, "A", DENSE)
    layers = layer_strips(rig)
    performed = layer_keys(layers)
    edited = {number: dict(keys) for number, keys in performed.items()}
    edited[rig, (PATH, 3)]["co"] = edited[rig, (PATH, 3)]["co"] + (0, 0.25)
    write_edits(bone_face, performed, edited, 24, "Edits", 1.0)
    assert shown(rig) == [
        pytest.approx((*POSE[:3], weight * FULL + 0.25), abs=1e-5) for weight in RAMP
    ]


def test_a_component_with_a_driver_is_left_to_it(bone_face, rig, empty_scene):
    driver = rig.driver_add(PATH, 1).driver
    driver.expression = "0.375"
    write_layer(bone_face, CLIP, empty_scene, 1, "A", DENSE)
    bake_layers(bone_face, empty_scene, ["sequence"], DENSE)
    indices = {c.array_index for c in curves_of(rig) if c.data_path.endswith("quaternion")}
    assert indices == {0, 2, 3}
    assert shown(rig)[2] == pytest.approx((0.75, 0.375, 0.25, FULL), abs=1e-6)


def test_undriven_components_complete_a_quaternion(bone_face):
    names = [control.name for control in undriven_components(bone_face.controls())]
    assert names == ["tongue rotation w", "tongue rotation x", "tongue rotation y"]
    whole = [*bone_face.controls(), *undriven_components(bone_face.controls())]
    assert undriven_components(whole) == []
