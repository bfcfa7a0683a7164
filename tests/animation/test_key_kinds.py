# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of a sequence and keys of single feelings in one action, each known as its own."""

import bpy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keying import clip_of, curve_of, key_by_hand, keys_of, state, tracks_of, values_at

from emotebot_blender.animation.actions import ensure_action, read_spans
from emotebot_blender.animation.clearing import check_clear
from emotebot_blender.animation.keyframes import Keying, clear_keys, write_clip
from emotebot_blender.animation.layers import write_layer
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message
from emotebot_blender.rig.face import find_face

DENSE = Keying(None)


def sequence(face, scene, start, values, channels=None, keying=DENSE):
    return write_clip(
        face, clip_of(jawOpen=values), scene, start, keying, channels, kind="sequence"
    )


class TestSequence:
    def test_its_earlier_keys_go_wherever_they_were(self, face, head, empty_scene):
        sequence(face, empty_scene, 1, [0.25] * 5)
        report = sequence(face, empty_scene, 100, [0.5, 0.75], ["jawOpen"])
        assert keys_of(head, "jawOpen") == [(100, 0.5), (101, 0.75)]
        assert curve_of(head, "mouthClose") is None
        assert (report.curves, report.keys, report.frames) == (1, 2, (100, 101))
        assert read_spans(head.data.shape_keys) == {"jawOpen": [(100, 101)]}

    def test_other_keys_stay(self, face, head, empty_scene):
        key_by_hand(head, "jawOpen", (-3, 0.125), (3.5, 0.875))
        write_clip(face, clip_of(jawOpen=[0.375] * 2), empty_scene, 20, DENSE, ["jawOpen"])
        sequence(face, empty_scene, 5, [0.25] * 3)
        sequence(face, empty_scene, 10, [0.5] * 2)
        expected = [(-3, 0.125), (3.5, 0.875), (10, 0.5), (11, 0.5), (20, 0.375), (21, 0.375)]
        assert keys_of(head, "jawOpen") == expected
        assert clear_keys(face, "sequence") == 2 + 3 * 2
        assert keys_of(head, "jawOpen") == [expected[place] for place in (0, 1, 4, 5)]
        assert curve_of(head, "mouthClose") is None
        assert clear_keys(face, "key") == 2
        assert keys_of(head, "jawOpen") == [(-3, 0.125), (3.5, 0.875)]

    def test_a_feeling_keyed_within_it_is_cut_out(self, face, head, empty_scene):
        sequence(face, empty_scene, 1, [0.25] * 6)
        write_clip(face, clip_of(jawOpen=[0.75] * 2), empty_scene, 3, DENSE, ["jawOpen"])
        assert clear_keys(face, "sequence") == 4 + 3 * 6
        assert keys_of(head, "jawOpen") == [(3, 0.75), (4, 0.75)]

    def test_it_is_written_over_a_feeling_that_begins_with_it(self, face, head, empty_scene):
        write_clip(face, clip_of(jawOpen=[0.75] * 5), empty_scene, 1, DENSE, ["jawOpen"])
        sequence(face, empty_scene, 1, [0.25] * 2)
        assert [value for _, value in keys_of(head, "jawOpen")] == [0.25] * 2 + [0.75] * 3
        clear_keys(face, "key")
        assert keys_of(head, "jawOpen") == [(1, 0.25), (2, 0.25)]

    def test_the_value_from_before_comes_with_the_last_of_its_keys(self, face, head, empty_scene):
        head.data.shape_keys.key_blocks["jawOpen"].value = 0.375
        before = state()
        sequence(face, empty_scene, 1, [0.25] * 3)
        write_clip(face, clip_of(jawOpen=[1.0]), empty_scene, 9, DENSE)
        clear_keys(face, "sequence")
        assert values_at(head, "jawOpen", (1, 9)) == [1, 1]
        sequence(face, empty_scene, 1, [0.25] * 3)
        clear_keys(face, "key")
        assert values_at(head, "jawOpen", (9,)) == [0.25]
        clear_keys(face, "sequence")
        assert state() == before

    def test_what_is_skipped_is_left_alone_until_it_is_free(self, face, head, empty_scene):
        sequence(face, empty_scene, 1, [0.25] * 2)
        curve_of(head, "jawOpen").mute = True
        report = sequence(face, empty_scene, 9, [0.5] * 2)
        assert report.skipped == (("Head: jawOpen", Message("on a muted F-curve")),)
        assert keys_of(head, "jawOpen") == [(1, 0.25), (2, 0.25)]
        curve_of(head, "jawOpen").mute = False
        sequence(face, empty_scene, 20, [0.75])
        assert keys_of(head, "jawOpen") == [(20, 0.75)]

    def test_a_name_that_the_user_gave_and_modifiers_are_kept(self, face, head, empty_scene):
        sequence(face, empty_scene, 1, [0.25] * 2)
        head.data.shape_keys.animation_data.action.name = "Mine"
        curve_of(head, "jawOpen").modifiers.new("NOISE")
        sequence(face, empty_scene, 50, [0.5] * 2)
        assert [action.name for action in bpy.data.actions] == ["Mine"]
        assert [modifier.type for modifier in curve_of(head, "jawOpen").modifiers] == ["NOISE"]

    def test_a_part_that_is_not_asked_for_any_more(self, add, empty_scene):
        rig = add("ARMATURE", "Rig")
        head = add("MESH", "Head", ["eyeBlinkLeft", "mouthClose"], armature=rig)
        teeth = add("MESH", "Teeth", ["jawOpen"], armature=rig)
        face = find_face(rig, empty_scene)
        sequence(face, empty_scene, 1, [0.25] * 2)
        sequence(face, empty_scene, 1, [0.25] * 2, ["mouthClose"])
        assert teeth.data.shape_keys.animation_data.action is None
        assert keys_of(head, "mouthClose") == [(1, 0), (2, 0)]
        assert [action.name for action in bpy.data.actions] == ["Head EmoteBot"]

    def test_after_saving(self, face, empty_scene, tmp_path):
        sequence(face, empty_scene, 1, [0.25] * 5)
        path = str(tmp_path / "saved.blend")
        bpy.ops.wm.save_as_mainfile(filepath=path)
        bpy.ops.wm.open_mainfile(filepath=path)
        face = find_face(None, bpy.context.scene)
        sequence(face, bpy.context.scene, 50, [0.5])
        assert keys_of(face.objects[0], "jawOpen") == [(50, 0.5)]

    def test_spans_of_files_from_before_are_of_keyed_feelings(self, face, head, empty_scene):
        write_clip(face, clip_of(jawOpen=[0.5] * 2), empty_scene, 1, DENSE)
        action = head.data.shape_keys.animation_data.action
        assert "emotebot_spans" in action
        sequence(face, empty_scene, 10, [0.25])
        sequence(face, empty_scene, 20, [0.25])
        assert keys_of(head, "jawOpen") == [(1, 0.5), (2, 0.5), (20, 0.25)]

    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.lists(
            st.tuples(st.sampled_from(["key", "sequence"]), st.integers(1, 12), st.integers(1, 8)),
            min_size=1,
            max_size=6,
        ),
        st.sampled_from(["key", "sequence"]),
    )
    def test_one_over_another(self, face, head, empty_scene, performances, cleared):
        """Each frame belongs to who wrote it last; a sequence gives up all that it had."""
        head.data.shape_keys.animation_data_clear()
        held: dict[int, tuple[str, int, float]] = {}
        for number, (kind, start, count) in enumerate(performances):
            level, end = round((number + 1) / 8, 6), start + count - 1
            write_clip(face, clip_of(jawOpen=[level] * count), empty_scene, start, DENSE, kind=kind)
            held = {
                frame: (whose, end + 1 if frame > end >= first else first, value)
                for frame, (whose, first, value) in held.items()
                if whose != kind or (kind == "key" and first != start)
            }
            held |= dict.fromkeys(range(start, end + 1), (kind, start, level))
        expected = [(frame, value) for frame, (_, _, value) in sorted(held.items())]
        assert keys_of(head, "jawOpen") == expected
        clear_keys(face, cleared)
        rest = [(frame, v) for frame, (whose, _, v) in sorted(held.items()) if whose != cleared]
        assert (keys_of(head, "jawOpen") if rest else []) == rest
        clear_keys(face)
        assert curve_of(head, "jawOpen") is None


class TestRefused:
    def test_where_earlier_keys_cannot_be_taken_away(self, add, empty_scene, tmp_path):
        rig = add("ARMATURE", "Rig")
        head = add("MESH", "Head", ["eyeBlinkLeft", "mouthClose"], armature=rig)
        teeth = add("MESH", "Teeth", ["jawOpen"], armature=rig)
        face = find_face(rig, empty_scene)
        sequence(face, empty_scene, 1, [0.25] * 2)
        keys = teeth.data.shape_keys
        linked = link(ensure_action(keys, ""), tmp_path)
        keys.animation_data.action = linked
        if hasattr(keys.animation_data, "action_slot"):
            keys.animation_data.action_slot = linked.slots[0]
        before = state()
        with pytest.raises(EmoteBotError, match="is linked and cannot be changed"):
            sequence(face, empty_scene, 50, [0.5], ["mouthClose"])
        assert state() == before
        assert keys_of(head, "mouthClose") == [(1, 0), (2, 0)]

    def test_where_nothing_can_be_keyed(self, face, head, empty_scene):
        sequence(face, empty_scene, 1, [0.25] * 2)
        before = state()
        with pytest.raises(EmoteBotError, match="no control for the channels"):
            sequence(face, empty_scene, 1, [0.25] * 2, ["cheekPuff"])
        assert state() == before


class TestCheckClear:
    @pytest.fixture(autouse=True)
    def written(self, face, empty_scene):
        write_clip(face, clip_of(jawOpen=[0, 1]), empty_scene, 1, DENSE)
        for kind in ("sequence", "live-1"):
            write_layer(face, clip_of(jawOpen=[0, 1]), empty_scene, 1, kind, DENSE, kind=kind)

    def test_nothing_in_the_way(self, face, head):
        before = state(), tracks_of(head)
        check_clear(face, ["sequence", "live-1", "live-2"], keys=True)
        assert (state(), tracks_of(head)) == before

    def test_a_locked_track(self, face, head):
        head.data.shape_keys.animation_data.nla_tracks[1].lock = True
        check_clear(face, ["sequence"], keys=True)
        with pytest.raises(EmoteBotError, match="“live-1” is locked"):
            check_clear(face, ["sequence", "live-1"], keys=True)

    def test_a_linked_action(self, face, head, tmp_path):
        keys = head.data.shape_keys
        linked = link(keys.animation_data.action, tmp_path)
        keys.animation_data.action = linked
        if hasattr(keys.animation_data, "action_slot"):
            keys.animation_data.action_slot = linked.slots[0]
        check_clear(face, ["sequence", "live-1"], keys=False)
        with pytest.raises(EmoteBotError, match="is linked and cannot be changed"):
            check_clear(face, ["sequence", "live-1"], keys=True)

    def test_tweak_mode(self, face, head):
        data = head.data.shape_keys.animation_data
        data.nla_tracks[0].strips[0].select = True
        data.use_tweak_mode = True
        assert data.use_tweak_mode
        with pytest.raises(EmoteBotError, match="leave its tweak mode first"):
            check_clear(face, ["sequence"], keys=False)
        with pytest.raises(EmoteBotError, match="leave its tweak mode first"):
            check_clear(face, [], keys=True)


def link(action, folder):
    """Return the same action, linked from another file."""
    library = str(folder / "actions.blend")
    bpy.data.libraries.write(library, {action})
    with bpy.data.libraries.load(library, link=True) as (_, wanted):
        wanted.actions = [action.name]
    return wanted.actions[0]
