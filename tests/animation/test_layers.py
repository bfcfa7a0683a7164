# SPDX-License-Identifier: GPL-3.0-or-later
from contextlib import suppress

import bpy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keying import (
    DENSE,
    HEAD,
    RAMP,
    clip_of,
    key_by_hand,
    keys_of,
    state,
    strip_by_hand,
    strip_keys,
    strip_of,
    tracks_of,
    values_at,
)

from emotebot_blender.animation.actions import strip_curves
from emotebot_blender.animation.bake_clearing import clear_bakes
from emotebot_blender.animation.baking import bake_layers
from emotebot_blender.animation.keyed_feelings import write_keyed_feeling
from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.layers import (
    clear_layer,
    find_layer,
    layer_kinds,
    set_layer_strength,
)
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message
from emotebot_blender.rig.face import find_face

STEPS = st.tuples(
    st.sampled_from(["sequence", "take", "feeling", "bake"]),
    st.integers(1, 20),
    st.integers(0, 2),
    st.sampled_from([0.0, 0.25, 1.0]),
)
"""What is written or baked, at which frame, without how many of the channels, and how strong."""


class TestWrite:
    def test_a_strip_shows_the_clip_where_nothing_else_was(self, face, head, empty_scene):
        report = write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 10, "Scene 1", DENSE)
        assert (report.curves, report.keys, report.frames) == (4, 20, (10, 14))
        assert report.notes == ()
        assert values_at(head, "jawOpen", (1, 10, 11, 12, 14, 99)) == [0, 0, 0.25, 0.5, 1, 1]
        data = head.data.shape_keys.animation_data
        assert data.action is None
        ((track),) = data.nla_tracks
        (strip,) = track.strips
        names = [track.name, strip.name, strip.action.name]
        assert names == ["Scene 1", "Head: Scene 1", "Head: Scene 1"]
        assert (strip.frame_start, strip.frame_end) == (10, 14)
        assert (strip.action_frame_start, strip.action_frame_end) == (10, 14)
        assert (strip.scale, strip.repeat) == (1, 1)
        assert (strip.blend_type, strip.extrapolation) == ("REPLACE", "HOLD")

    @pytest.mark.parametrize("start", [1000, -300, 1, 7.25])
    def test_again_elsewhere_moves_the_strip(self, face, head, empty_scene, start):
        for first in (20, start, 20, start):
            write_layer(face, clip_of(jawOpen=RAMP), empty_scene, first, "A", DENSE)
            strip = strip_of(head)
            for ends in (
                (strip.frame_start, strip.frame_end),
                (strip.action_frame_start, strip.action_frame_end),
            ):
                assert ends == (first, first + 4)
            assert (strip.scale, strip.repeat) == (1, 1)
        assert len(head.data.shape_keys.animation_data.nla_tracks) == 1
        assert len(bpy.data.actions) == 1

    def test_again_replaces_the_keys_also_those_by_hand(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=RAMP * 3), empty_scene, 1, "A", DENSE)
        strip_curves(strip_of(head)).find('key_blocks["jawOpen"].value').keyframe_points.insert(
            40, 0.5
        )
        write_layer(face, clip_of(jawOpen=[0.5, 0.25]), empty_scene, 1, "B", DENSE)
        assert strip_keys(head, "jawOpen") == [(1, 0.5), (2, 0.25)]
        assert [name for name, *_ in tracks_of(head)] == ["B"]

    def test_one_frame(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=[0.5]), empty_scene, 7, "A", Keying())
        assert strip_keys(head, "jawOpen") == [(7, 0.5)]
        assert values_at(head, "jawOpen", (1, 7, 20)) == [0.5, 0.5, 0.5]

    def test_a_channel_left_out_loses_its_curve_and_has_its_value_back(
        self, face, head, empty_scene
    ):
        head.data.shape_keys.key_blocks["mouthClose"].value = 0.125
        clip = clip_of(jawOpen=RAMP, mouthClose=RAMP)
        write_layer(face, clip, empty_scene, 1, "A", DENSE)
        empty_scene.frame_set(3)
        write_layer(face, clip, empty_scene, 1, "A", DENSE, channels=["jawOpen"])
        assert strip_keys(head, "mouthClose") is None
        assert strip_keys(head, "jawOpen") is not None
        assert values_at(head, "mouthClose", (1, 5)) == [0.125, 0.125]

    def test_a_part_without_the_channels_left_loses_its_strip(self, add, empty_scene):
        rig = add("ARMATURE", "Rig")
        head = add("MESH", "Head", HEAD, armature=rig)
        teeth = add("MESH", "Teeth", ["jawOpen"], armature=rig)
        face = find_face(rig, empty_scene)
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
        assert values_at(teeth, "jawOpen", (3,)) == [0.5]
        assert len(tracks_of(head)) == len(tracks_of(teeth)) == 1
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE, ["mouthClose"])
        assert (len(tracks_of(head)), tracks_of(teeth)) == (1, [])
        assert len(bpy.data.actions) == 1

    def test_keys_by_hand_above_survive_and_win(self, face, head, empty_scene):
        key_by_hand(head, "jawOpen", (1, 0.9), (5, 0.1))
        before = keys_of(head, "jawOpen")
        report = write_layer(
            face, clip_of(jawOpen=RAMP, mouthClose=RAMP), empty_scene, 1, "A", DENSE
        )
        assert keys_of(head, "jawOpen") == before
        assert values_at(head, "jawOpen", (1, 5)) == [0.9, 0.1]
        assert values_at(head, "mouthClose", (1, 3, 5)) == [0, 0.5, 1]
        assert find_layer(face).hidden == ("Head: jawOpen",)
        assert [str(note) for note in report.notes] == [
            "Keys of the active action hide the layer on Head: jawOpen"
        ]

    def test_a_track_below_stays_and_shows_in_part(self, face, head, empty_scene):
        strip_by_hand(head, "Mine", "jawOpen", (1, 0.8), (5, 0.8))
        before = tracks_of(head)
        write_layer(face, clip_of(jawOpen=[0.4] * 5), empty_scene, 1, "A", DENSE, strength=0.25)
        assert tracks_of(head)[:1] == before
        assert values_at(head, "jawOpen", (1, 3)) == [0.7, 0.7]  # .8 + (.4 - .8) / 4

    def test_kinds_lie_over_one_another(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=[0.25] * 5), empty_scene, 1, "A", DENSE)
        write_layer(
            face, clip_of(jawOpen=[0.75] * 5), empty_scene, 1, "B", DENSE, ["jawOpen"], kind="take"
        )
        assert values_at(head, "jawOpen", (1, 3)) == [0.75, 0.75]
        assert (find_layer(face, "sequence").name, find_layer(face, "take").name) == ("A", "B")
        clear_layer(face, "sequence")
        assert values_at(head, "jawOpen", (3,)) == [0.75]
        clear_layer(face, "take")
        assert head.data.shape_keys.key_blocks["jawOpen"].value == 0

    def test_a_strip_of_the_artists_on_the_track_is_not_moved(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE, strength=0.5)
        track = head.data.shape_keys.animation_data.nla_tracks[0]
        mine = track.strips.new("Mine", 50, bpy.data.actions.new("Mine"))
        before = (mine.frame_start, mine.frame_end)
        write_layer(face, clip_of(jawOpen=RAMP * 20), empty_scene, 1, "A", DENSE, strength=0.5)
        tracks = head.data.shape_keys.animation_data.nla_tracks
        names = [[strip.name for strip in track.strips] for track in tracks]
        assert names == [["Mine"], ["Head: A"]]
        mine = tracks[0].strips[0]
        assert (mine.frame_start, mine.frame_end) == before
        assert values_at(head, "jawOpen", (5, 100)) == [0.5, 0.5]
        clear_layer(face)
        assert [name for name, *_ in tracks_of(head)] == ["A"]  # theirs now: it holds a strip

    def test_a_muted_track_is_written_and_reported(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
        head.data.shape_keys.animation_data.nla_tracks[0].mute = True
        report = write_layer(face, clip_of(jawOpen=[1, 1]), empty_scene, 1, "A", DENSE)
        assert strip_keys(head, "jawOpen") == [(1, 1), (2, 1)]
        assert [str(note) for note in report.notes] == [
            "The layer does not show: the NLA track “A” is muted"
        ]
        assert find_layer(face).muted

    def test_a_locked_curve_is_left_and_reported(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
        strip_curves(strip_of(head)).find('key_blocks["jawOpen"].value').lock = True
        report = write_layer(face, clip_of(jawOpen=[1, 1]), empty_scene, 1, "A", DENSE)
        assert report.skipped == (("Head: jawOpen", Message("on a locked F-curve")),)
        assert len(strip_keys(head, "jawOpen")) == 5


class TestDuplicates:
    def test_each_head_has_its_own_once_written(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
        twin = head.copy()
        twin.data = head.data.copy()
        empty_scene.collection.objects.link(twin)
        assert strip_of(twin).action == strip_of(head).action
        before = tracks_of(head)
        other = find_face(twin, empty_scene)
        write_layer(other, clip_of(jawOpen=[1, 1]), empty_scene, 1, "B", DENSE)
        assert tracks_of(head) == before
        assert strip_keys(twin, "jawOpen") == [(1, 1), (2, 1)]
        assert values_at(twin, "jawOpen", (1,)) == [1]
        assert values_at(head, "jawOpen", (1, 3)) == [0, 0.5]

    def test_clear_on_one_leaves_the_other(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
        twin = head.copy()
        twin.data = head.data.copy()
        empty_scene.collection.objects.link(twin)
        before = tracks_of(head)
        assert clear_layer(find_face(twin, empty_scene))
        assert tracks_of(head) == before
        assert values_at(head, "jawOpen", (3,)) == [0.5]

    def test_a_linked_copy_of_the_strip_stays(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
        action = strip_of(head).action
        track = head.data.shape_keys.animation_data.nla_tracks.new()
        track.strips.new("Copy", 100, action)
        write_layer(face, clip_of(jawOpen=[1, 1]), empty_scene, 1, "B", DENSE)
        assert strip_of(head, 1).action == action
        assert len(strip_keys(head, "jawOpen", 1)) == 5
        assert strip_keys(head, "jawOpen") == [(1, 1), (2, 1)]


class TestClear:
    def test_all_is_as_before(self, face, head, empty_scene):
        strip_by_hand(head, "Mine", "mouthClose", (1, 0.8), (5, 0.3))
        key_by_hand(head, "eyeBlinkLeft", (1, 0.25), (9, 0.5))
        blocks = head.data.shape_keys.key_blocks
        blocks["jawOpen"].value = 0.375
        blocks["Hair"].value = 0.5
        empty_scene.frame_set(2)
        before, tracks = state(), tracks_of(head)
        clip = clip_of(jawOpen=RAMP, mouthClose=RAMP, eyeBlinkLeft=RAMP)
        write_layer(face, clip, empty_scene, 1, "A", Keying(), strength=0.5)
        write_layer(face, clip, empty_scene, 40, "B", DENSE, strength=0.75)
        empty_scene.frame_set(41)
        assert state() != before
        assert clear_layer(face)
        empty_scene.frame_set(2)
        assert state() == before
        assert tracks_of(head) == tracks
        assert not clear_layer(face)
        assert find_layer(face) is None

    def test_an_action_that_the_artist_kept_stays(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
        strip_of(head).action.use_fake_user = True
        clear_layer(face)
        assert [action.name for action in bpy.data.actions] == ["Head: A"]

    def test_a_solo_track_lets_the_others_speak_again(self, face, head, empty_scene):
        strip_by_hand(head, "Mine", "jawOpen", (1, 0.8), (5, 0.8))
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
        head.data.shape_keys.animation_data.nla_tracks[1].is_solo = True
        clear_layer(face)
        head.data.shape_keys.key_blocks["jawOpen"].value = 0
        assert values_at(head, "jawOpen", (1, 3)) == [0.8, 0.8]

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.lists(STEPS, min_size=1, max_size=8), st.permutations(["layers", "bakes"]))
    def test_whatever_was_done_goes_again(self, face, head, empty_scene, steps, order):
        head.data.shape_keys.animation_data_clear()
        for action in list(bpy.data.actions):
            bpy.data.actions.remove(action)
        for number, block in enumerate(head.data.shape_keys.key_blocks[1:]):
            block.value = number / 8
        strip_by_hand(head, "Mine", "mouthClose", (1, 0.8), (5, 0.3))
        key_by_hand(head, "eyeBlinkLeft", (1, 0.25), (9, 0.5))
        empty_scene.frame_set(2)
        before, tracks = state(), tracks_of(head)
        clip = clip_of(jawOpen=RAMP, mouthClose=RAMP, eyeBlinkRight=RAMP)
        free = ["jawOpen", "mouthClose", "eyeBlinkRight"]  # keys by hand give way to keys
        for what, start, channels, strength in steps:
            wanted = free[channels:]
            if what == "bake":
                with suppress(EmoteBotError):  # where an earlier bake hides the layer
                    bake_layers(face, empty_scene, layer_kinds(face)[:1], DENSE)
            elif what == "feeling":
                write_keyed_feeling(face, clip, empty_scene, start, what, DENSE, wanted)
            else:
                write_layer(
                    face, clip, empty_scene, start, what, DENSE, wanted, strength, kind=what
                )
            empty_scene.frame_set(start + 3)
        for what in order:
            if what == "bakes":
                clear_bakes(face)
            else:
                for kind in layer_kinds(face):
                    clear_layer(face, kind)
            empty_scene.frame_set(4)
        empty_scene.frame_set(2)
        assert state() == before
        assert tracks_of(head) == tracks


class TestStrength:
    def test_half_shows_half(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE, strength=0.5)
        assert values_at(head, "jawOpen", (1, 3, 5)) == [0, 0.25, 0.5]
        assert find_layer(face).strength == 0.5

    def test_it_is_set_without_the_keys(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
        for strength in (0.25, 0, 1, 0.5):
            set_layer_strength(face, "sequence", strength)
            assert values_at(head, "jawOpen", (3, 5)) == [strength / 2, strength]
            layer = find_layer(face)
            assert (layer.strength, layer.edited) == (strength, False)

    def test_a_keyed_one_stays(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=[1.0] * 5), empty_scene, 1, "A", DENSE, strength=0.5)
        curve = strip_of(head).fcurves.find("influence")
        curve.keyframe_points.insert(1, 0.0)
        curve.keyframe_points.insert(5, 1.0)
        with pytest.raises(EmoteBotError, match="strip on “A” is animated"):
            set_layer_strength(face, "sequence", 0.25)
        report = write_layer(face, clip_of(jawOpen=[1.0] * 5), empty_scene, 1, "A", DENSE)
        assert [str(note) for note in report.notes] == [
            "The influence of the strip is animated and was kept"
        ]
        assert values_at(head, "jawOpen", (1, 3, 5)) == [0, 0.5, 1]

    @pytest.mark.parametrize("strength", [-0.1, 1.5, float("nan")])
    def test_no_strength(self, face, empty_scene, strength):
        before = state()
        with pytest.raises(EmoteBotError, match="strength is a number from 0 to 1"):
            write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE, strength=strength)
        assert state() == before
