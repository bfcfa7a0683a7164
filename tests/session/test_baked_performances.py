# SPDX-License-Identifier: GPL-3.0-or-later
"""A script performed straight into the action: what it replaces, what stays, what stops it."""

import bpy
import numpy as np
import pytest
from interface import beats_of
from keying import all_keys, curve_of, key_by_hand, keys_of, tracks_of, values_at
from lip_sync import CHANNELS, add_lip_sync

from emotebot_blender.animation.bake_clearing import clear_bakes
from emotebot_blender.animation.bake_store import stored_bakes
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.script.script_files import read_script
from emotebot_blender.session import baked_performances
from emotebot_blender.ui.shown import face_of


@pytest.fixture(scope="module")
def script():
    return read_script("0.5 happy\n2 sad for 1s", Lexicon.load())


@pytest.fixture
def perform(face, script):
    """Return a function that performs the script into the action."""

    def perform(**options):
        progress = options.pop("progress", None)
        return baked_performances.perform_and_bake(
            face_of(bpy.context), script, bpy.context.scene, options, progress=progress
        )

    return perform


def kept_on(face) -> tuple:
    keys = face.data.shape_keys
    data = keys.animation_data
    stored = list(data.action.keys()) if data and data.action else None
    blend_type = data.action_blend_type if data else "REPLACE"
    sequence = face.emotebot
    return (
        all_keys(keys) if data else [],
        stored,
        tracks_of(face),
        blend_type,
        beats_of(face),
        (sequence.seed, sequence.keying, sequence.automatic, bpy.context.scene.frame_end),
        sorted(action.name for action in bpy.data.actions),
    )


def kinds_on(face) -> list[tuple[str, ...]]:
    return [bake.kinds for bake in stored_bakes(face.data.shape_keys)]


class TestWhatStays:
    def test_its_own_bake_alone_is_replaced(self, face, perform):
        perform(seed=3)
        once = all_keys(face.data.shape_keys)
        perform(seed=4)
        assert all_keys(face.data.shape_keys) != once
        perform(seed=3)
        assert all_keys(face.data.shape_keys) == once
        assert kinds_on(face) == [("sequence",)]

    def test_a_keyed_feeling_that_was_baked(self, face, perform):
        bpy.context.scene.frame_set(400)
        bpy.ops.emotebot.key(words="angry")
        bpy.ops.emotebot.bake(keying="DENSE")
        later = [key for key in keys_of(face, "browDownLeft") if key[0] > 200]
        assert max(value for _, value in later) > 0.3
        for seed in (3, 4):
            perform(seed=seed)
            assert [key for key in keys_of(face, "browDownLeft") if key[0] > 200] == later
            assert kinds_on(face) == [("feeling-1",), ("sequence",)]
        assert values_at(face, "mouthSmileLeft", (30,))[0] > 0.1
        clear_bakes(face_of(bpy.context), ["sequence"])
        assert keys_of(face, "browDownLeft") == later

    def test_a_keyed_feeling_on_its_layer(self, face, perform):
        bpy.context.scene.frame_set(400)
        bpy.ops.emotebot.key(words="angry")
        (track,) = tracks_of(face)
        perform()
        assert [name for name, *_ in tracks_of(face)] == [track[0]]
        assert values_at(face, "browDownLeft", (400,))[0] > 0.3

    def test_lip_sync_is_mixed_each_time(self, add_face, script):
        head = add_face("Head")
        bpy.context.view_layer.objects.active = head
        add_lip_sync(head)
        spoken = all_keys(head.data.shape_keys)
        results = []
        for _ in range(2):
            baked_performances.perform_and_bake(face_of(bpy.context), script, bpy.context.scene, {})
            assert head.data.shape_keys.animation_data.action_blend_type == "REPLACE"
            results.append(values_at(head, "jawOpen", range(1, 200)))
        assert results[0] == results[1]
        assert np.ptp(results[0]) > 0.3
        clear_bakes(face_of(bpy.context))
        assert all_keys(head.data.shape_keys) == spoken
        assert len(CHANNELS) == len(spoken)


def nothing(face):
    pass


def keys_by_hand(face):
    key_by_hand(face, "jawOpen", (1, 0.0), (20, 0.5), (40, 0.1))


def an_earlier_bake(face):
    keys_by_hand(face)
    bpy.ops.emotebot.perform(script="calm", target="ACTION")


def a_layer(face):
    bpy.ops.emotebot.beat_add(words="happy", start=0)


def a_layer_edited_by_hand(face):
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    strip = face.data.shape_keys.animation_data.nla_tracks[0].strips[0]
    curves = strip.action.fcurves if hasattr(strip.action, "fcurves") else None
    if curves is None:
        curves = strip.action.layers[0].strips[0].channelbags[0].fcurves
    curves[3].keyframe_points[0].co[1] = 0.4375


def a_keyed_feeling(face):
    bpy.context.scene.frame_set(60)
    bpy.ops.emotebot.key(words="sad")


@pytest.mark.parametrize(
    "there_is",
    [
        nothing,
        keys_by_hand,
        an_earlier_bake,
        a_layer,
        a_layer_edited_by_hand,
        a_keyed_feeling,
    ],
)
@pytest.mark.parametrize("share", [0.2, 0.6, 1.0])
def test_interrupted_it_leaves_everything_as_it_was(face, perform, there_is, share):
    there_is(face)
    before = kept_on(face)

    def interrupt(done: float) -> None:
        if done >= share:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        perform(seed=9, progress=interrupt)
    assert kept_on(face) == before


def test_the_jaw_is_where_it_was_after_clear(face, perform):
    keys_by_hand(face)
    before = all_keys(face.data.shape_keys)
    perform()
    assert curve_of(face, "mouthSmileLeft") is not None
    clear_bakes(face_of(bpy.context))
    assert all_keys(face.data.shape_keys) == before
