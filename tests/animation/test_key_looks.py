# SPDX-License-Identifier: GPL-3.0-or-later
"""What an animator sees of the keys in the dope sheet: channel groups and types of keys."""

import bpy
import numpy as np
import pytest
from keying import clip_of, curve_of, key_by_hand, strip_curve, strip_of

from emotebot_blender.animation.actions import curves_of, strip_curves
from emotebot_blender.animation.bake_clearing import clear_bakes
from emotebot_blender.animation.baking import bake_layers
from emotebot_blender.animation.key_attributes import with_types
from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.layers import rename_layer
from emotebot_blender.rig.face import find_face

RISE = [0.0] * 5 + list(np.linspace(0, 1, 11)) + [1.0] * 54
SWING = [0.0] * 5 + list(np.sin(np.linspace(0, 9, 60)) ** 2) + [0.0] * 5


def types_of(curve) -> dict[int, str]:
    return {round(point.co[0]): point.type for point in curve.keyframe_points}


def bake(face, scene):
    return bake_layers(face, scene, ["sequence"], Keying())


@pytest.fixture
def write(face, empty_scene):
    def write(keying=None, **channels):
        return write_layer(face, clip_of(**channels), empty_scene, 1, "A", keying or Keying())

    return write


class TestGroups:
    def test_curves_are_grouped_by_region(self, reference_head):
        face = find_face(None, reference_head)
        write_layer(face, clip_of(jawOpen=[0, 1]), reference_head, 1, "A", Keying())
        groups = {
            curve.data_path.split('"')[1]: curve.group.name
            for curve in strip_curves(strip_of(face.objects[0]))
        }
        assert groups["jawOpen"] == groups["mouthSmile_L"] == "Mouth and Jaw"
        assert groups["browDown_L"] == "Brows"
        assert groups["eyeBlink_L"] == groups["eyeLookUp_R"] == "Eyes"
        assert groups["noseSneer_L"] == groups["cheekPuff_R"] == "Cheeks and Nose"

    def test_baked_curves_are_grouped_and_leave_no_group(self, write, face, head, empty_scene):
        key_by_hand(head, "Hair", (1, 0.5))
        write(jawOpen=RISE)
        bake(face, empty_scene)
        assert curve_of(head, "jawOpen").group.name == "Mouth and Jaw"
        clear_bakes(face)
        (curve,) = curves_of(head.data.shape_keys)
        assert curve.group is None or len(curve.group.channels) == 1
        action = head.data.shape_keys.animation_data.action
        groups = action.groups if bpy.app.version < (4, 4) else bag_of(action).groups
        assert "Mouth and Jaw" not in groups

    def test_a_curve_of_the_artist_keeps_its_group(self, write, face, head, empty_scene):
        key_by_hand(head, "jawOpen", (1, 0.5))
        before = curve_of(head, "jawOpen").group
        key_by_hand(head, "Hair", (1, 0.5))
        write(jawOpen=RISE)
        bake(face, empty_scene)
        assert curve_of(head, "jawOpen").group == before


class TestNames:
    def test_strip_and_action_say_character_and_sequence(self, write, face, head):
        write(jawOpen=RISE)
        strip = strip_of(head)
        assert (strip.name, strip.action.name) == ("Head: A", "Head: A")
        rename_layer(face, "sequence", "Arrival")
        assert (strip.name, strip.action.name) == ("Head: Arrival", "Head: Arrival")
        assert head.data.shape_keys.animation_data.nla_tracks[0].name == "Arrival"

    def test_a_name_that_there_is_gets_a_number(self, write, head):
        bpy.data.actions.new("Head: A").use_fake_user = True
        write(jawOpen=RISE)
        assert strip_of(head).action.name == "Head: A.001"

    def test_a_baked_action_says_so_too(self, write, face, head, empty_scene):
        write(jawOpen=RISE)
        bake(face, empty_scene)
        assert head.data.shape_keys.animation_data.action.name == "Head: A baked"


class TestTypes:
    def test_key_poses_are_extremes_and_keys_between_are_breakdowns(self, write, head):
        write(jawOpen=RISE, mouthClose=SWING)
        types = types_of(strip_curve(head, "jawOpen"))
        assert types[1] == types[6] == types[70] == "EXTREME"
        assert "BREAKDOWN" in types_of(strip_curve(head, "mouthClose")).values()

    def test_baked_keys_between_poses_are_generated(self, write, face, head, empty_scene):
        write(jawOpen=RISE, mouthClose=SWING)
        bake(face, empty_scene)
        assert set(types_of(curve_of(head, "mouthClose")).values()) == {"EXTREME", "GENERATED"}

    def test_a_pose_that_the_artist_marks_is_the_artists(self, write, face, head, empty_scene):
        write(jawOpen=RISE)
        bake(face, empty_scene)
        point = curve_of(head, "jawOpen").keyframe_points[1]
        frame, point.type = round(point.co[0]), "KEYFRAME"
        clear_bakes(face)
        assert types_of(curve_of(head, "jawOpen")) == {frame: "KEYFRAME"}

    def test_a_bake_with_poses_leaves_nothing(self, write, face, head, empty_scene):
        write(jawOpen=RISE, mouthClose=SWING)
        bake(face, empty_scene)
        clear_bakes(face)
        assert curves_of(head.data.shape_keys) is None

    def test_dense_keys_are_generated(self, write, head):
        write(Keying(None), jawOpen=RISE)
        assert set(types_of(strip_curve(head, "jawOpen")).values()) == {"GENERATED"}

    def test_keys_that_an_older_file_says_no_type_of_were_generated(self):
        assert with_types(np.array([[3, 0.5]], dtype=np.float32)).tolist() == [[3, 0.5, 5]]


def bag_of(action):
    return action.layers[0].strips[0].channelbag(action.slots[0])
