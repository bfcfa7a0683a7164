# SPDX-License-Identifier: GPL-3.0-or-later
"""What the artist did after a bake stays once that is cleared, and what it replaced comes back."""

import bpy
import pytest
from keying import DENSE, RAMP, all_keys, bake, clip_of, curve_of, key_by_hand, keys_of, values_at

from emotebot_blender.animation.bake_clearing import clear_bakes
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.layers import clear_layer
from emotebot_blender.rig.face import find_face


@pytest.mark.parametrize("frame", [-20, 3, 50])
def test_a_key_that_stood_alone_has_its_handles_back(face, head, empty_scene, frame):
    key_by_hand(head, "jawOpen", (frame, 0.5))
    point = curve_of(head, "jawOpen").keyframe_points[0]
    point.handle_left, point.handle_right = (frame - 7, 0.375), (frame + 2, 0.625)
    before = all_keys(head.data.shape_keys)
    bake(face, empty_scene)
    bake(face, empty_scene, 8, [0.25] * 3)
    clear_bakes(face)
    assert all_keys(head.data.shape_keys) == before


def test_keys_set_since_stay(face, head, empty_scene, lip_sync):
    bake(face, empty_scene)
    key_by_hand(head, "jawOpen", (2.5, 0.875), (4, 0.0625), (30, 1.0))
    clear_bakes(face)
    assert keys_of(head, "jawOpen") == [
        (-10, 0.1), (0, 0.2), (2, 0.7), (2.5, 0.875), (3.25, 0.9), (4, 0.0625), (5, 0.3),
        (20, 0.4), (30, 1.0),
    ]  # fmt: skip


def test_a_key_set_where_one_was_replaced_wins(face, head, empty_scene, lip_sync):
    bake(face, empty_scene)
    key_by_hand(head, "jawOpen", (2, 0.5))
    clear_bakes(face)
    assert keys_of(head, "jawOpen")[2] == (2, 0.5)
    assert len(keys_of(head, "jawOpen")) == 6


def test_a_curve_with_keys_set_since_stays(face, head, empty_scene):
    bake(face, empty_scene, channels=None)
    key_by_hand(head, "jawOpen", (9, 0.5))
    clear_bakes(face)
    assert keys_of(head, "jawOpen") == [(9, 0.5)]
    assert curve_of(head, "mouthClose") is None


def test_an_action_with_keys_set_since_is_the_artists(face, head, empty_scene):
    bake(face, empty_scene, channels=None)
    key_by_hand(head, "jawOpen", (9, 0.5))
    clear_bakes(face)
    assert list(head.data.shape_keys.animation_data.action.keys()) == []


def test_a_handle_moved_since_stays(face, head, empty_scene):
    key_by_hand(head, "jawOpen", (9, 0.5), (14, 0.25))
    point = curve_of(head, "jawOpen").keyframe_points[0]
    point.handle_left_type = point.handle_right_type = "ALIGNED"
    bake(face, empty_scene)
    point = next(p for p in curve_of(head, "jawOpen").keyframe_points if p.co[0] == 9)
    point.handle_left, point.handle_right = (7, 0), (11, 1)
    clear_bakes(face)
    assert tuple(curve_of(head, "jawOpen").keyframe_points[0].handle_right) == (11, 1)


def test_generated_keys_of_others_stay(face, head, empty_scene):
    key_by_hand(head, "jawOpen", (50, 0.25))
    curve_of(head, "jawOpen").keyframe_points[0].type = "GENERATED"
    bake(face, empty_scene)
    clear_bakes(face)
    assert keys_of(head, "jawOpen") == [(50, 0.25)]


def test_a_locked_curve_stays_until_it_is_unlocked(face, head, empty_scene, lip_sync):
    bake(face, empty_scene, channels=None)
    curve_of(head, "jawOpen").lock = True
    assert clear_bakes(face) == 15
    assert len(keys_of(head, "jawOpen")) == 8
    curve_of(head, "jawOpen").lock = False
    assert clear_bakes(face) == 5
    assert all_keys(head.data.shape_keys) == lip_sync


def test_a_curve_removed_since_is_passed_over(face, head, empty_scene):
    bake(face, empty_scene, channels=None)
    key = head.data.shape_keys
    for frame in range(1, 6):
        key.key_blocks["jawOpen"].keyframe_delete("value", frame=frame)
    clear_bakes(face)
    assert bpy.data.actions.keys() == []


def test_an_action_stays_though_it_is_empty(face, head, empty_scene):
    action = bpy.data.actions.new("Mine")
    head.data.shape_keys.animation_data_create().action = action
    bake(face, empty_scene)
    clear_bakes(face)
    assert head.data.shape_keys.animation_data.action == action
    assert list(action.keys()) == []


def test_shape_keys_renamed_since_are_followed(face, head, empty_scene, lip_sync):
    head.data.shape_keys.key_blocks["mouthClose"].value = 0.25
    bake(face, empty_scene, channels=None)
    blocks = head.data.shape_keys.key_blocks
    blocks["jawOpen"].name, blocks["mouthClose"].name = "JAW_OPEN", "mouth close"
    clear_bakes(find_face(head, empty_scene))
    paths = [path for (path, *_), *_ in all_keys(head.data.shape_keys)]
    assert paths == ['key_blocks["JAW_OPEN"].value', 'key_blocks["Hair"].value']
    assert keys_of(head, "JAW_OPEN") == [
        (-10, 0.1), (0, 0.2), (2, 0.7), (3.25, 0.9), (5, 0.3), (20, 0.4),
    ]  # fmt: skip
    assert blocks["mouth close"].value == 0.25


def test_a_layer_that_is_there_by_now_keeps_the_value_from_before(face, head, empty_scene):
    head.data.shape_keys.key_blocks["jawOpen"].value = 0.375
    bake(face, empty_scene)
    write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "B", DENSE, ["jawOpen"])
    clear_bakes(face)
    assert values_at(head, "jawOpen", (5,)) == [1]
    clear_layer(face)
    assert values_at(head, "jawOpen", (5,)) == [0.375]
