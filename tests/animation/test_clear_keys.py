# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys that EmoteBot wrote into the active action go; those by hand stay."""

import bpy
import pytest
from keying import clip_of, curve_of, key_by_hand, keys_of, state, values_at

from emotebot_blender.animation.actions import read_before, read_spans
from emotebot_blender.animation.keyframes import Keying, clear_keys, write_clip
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.rig.face import find_face

DENSE = Keying(None)


@pytest.mark.parametrize("keying", [DENSE, Keying(), Keying(step=2)])
def test_all_is_as_before(face, head, empty_scene, keying):
    blocks = head.data.shape_keys.key_blocks
    blocks["jawOpen"].value = 0.375
    before = state()
    report = write_clip(face, clip_of(jawOpen=[0, 0.5, 1, 0]), empty_scene, 1, keying)
    empty_scene.frame_set(3)
    assert clear_keys(face) == report.keys
    assert state() == before
    assert bpy.data.actions.keys() == []
    assert clear_keys(face) == 0


def test_keys_by_hand_stay(face, head, empty_scene):
    key_by_hand(head, "jawOpen", (-5, 0.25), (40, 0.75))
    key_by_hand(head, "Hair", (2, 0.5))
    action = head.data.shape_keys.animation_data.action
    properties = list(action.keys())
    before = state()
    write_clip(face, clip_of(jawOpen=[0.5] * 10), empty_scene, 1, DENSE)
    key_by_hand(head, "jawOpen", (4.5, 0.875))
    clear_keys(face)
    assert keys_of(head, "jawOpen") == [(-5, 0.25), (4.5, 0.875), (40, 0.75)]
    assert keys_of(head, "Hair") == [(2, 0.5)]
    assert curve_of(head, "mouthClose") is None
    assert read_spans(head.data.shape_keys) == read_before(head.data.shape_keys) == {}
    assert list(action.keys()) == properties
    assert [name for name in state() if name == action.name] == [action.name] * 2
    points = curve_of(head, "jawOpen").keyframe_points
    points.remove(points[1])
    assert [entry for entry in state() if entry[0] != "jawOpen"] == [
        entry for entry in before if entry[0] != "jawOpen"
    ]


def test_generated_keys_outside_emotebots_spans_stay(face, head, empty_scene):
    key_by_hand(head, "jawOpen", (50, 0.25))
    curve_of(head, "jawOpen").keyframe_points[0].type = "GENERATED"
    write_clip(face, clip_of(jawOpen=[0.5] * 3), empty_scene, 1, DENSE)
    clear_keys(face)
    assert keys_of(head, "jawOpen") == [(50, 0.25)]


def test_a_locked_curve_stays_and_is_remembered(face, head, empty_scene):
    write_clip(face, clip_of(jawOpen=[0, 1]), empty_scene, 1, DENSE)
    curve_of(head, "jawOpen").lock = True
    assert clear_keys(face) == 6
    assert keys_of(head, "jawOpen") == [(1, 0), (2, 1)]
    curve_of(head, "jawOpen").lock = False
    assert clear_keys(face) == 2
    assert bpy.data.actions.keys() == []


def test_an_action_of_the_users_stays_though_it_is_empty(face, head, empty_scene):
    action = bpy.data.actions.new("Mine")
    head.data.shape_keys.animation_data_create().action = action
    write_clip(face, clip_of(jawOpen=[0, 1]), empty_scene, 1, DENSE)
    clear_keys(face)
    assert head.data.shape_keys.animation_data.action == action


def test_a_twin_keeps_its_keys(face, head, empty_scene):
    write_clip(face, clip_of(jawOpen=[0, 1]), empty_scene, 1, DENSE)
    twin = head.copy()
    twin.data = head.data.copy()
    empty_scene.collection.objects.link(twin)
    clear_keys(find_face(twin, empty_scene))
    assert values_at(head, "jawOpen", (1, 2)) == [0, 1]
    assert curve_of(twin, "jawOpen") is None


def test_a_linked_action_is_refused(face, head, empty_scene, tmp_path):
    write_clip(face, clip_of(jawOpen=[0, 1]), empty_scene, 1, DENSE)
    library = str(tmp_path / "actions.blend")
    bpy.data.libraries.write(library, set(bpy.data.actions))
    with bpy.data.libraries.load(library, link=True) as (held, wanted):
        wanted.actions = held.actions
    head.data.shape_keys.animation_data.action = wanted.actions[0]
    before = state()
    with pytest.raises(EmoteBotError, match="is linked and cannot be changed"):
        clear_keys(face)
    assert state() == before
