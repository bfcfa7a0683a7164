# SPDX-License-Identifier: GPL-3.0-or-later
"""A bake shows on every frame of the scene what was shown there before, and goes again wholly."""

import bpy
import pytest
from keying import (
    DENSE,
    all_keys,
    clip_of,
    curve_of,
    key_by_hand,
    keys_of,
    strip_by_hand,
    strip_of,
    tracks_of,
    values_at,
)
from lip_sync import CHANNELS, LAST_FRAME, PLACES, add_lip_sync

from emotebot_blender.animation.bake_clearing import clear_bakes
from emotebot_blender.animation.bake_store import stored_bakes
from emotebot_blender.animation.baking import bake_layers
from emotebot_blender.animation.keyed_feelings import write_keyed_feeling
from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.layers import find_layer, layer_kinds
from emotebot_blender.animation.mix_shares import Mix
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.rig.face import find_face

WAVE = [(frame % 17) / 17 for frame in range(120)]


def shown(head, frames=range(-10, LAST_FRAME + 40)) -> dict[str, list[float]]:
    names = head.data.shape_keys.key_blocks.keys()[1:]
    return {name: values_at(head, name, frames) for name in names}


def apart(one, other) -> float:
    """Return how far two such results are apart at most."""
    pairs = [pair for name in one for pair in zip(one[name], other[name], strict=True)]
    return max(abs(a - b) for a, b in pairs)


@pytest.fixture
def talking(add, empty_scene):
    """Return a head with the channels of speech, and others."""
    return add("MESH", "Head", (*CHANNELS, "eyeBlinkLeft", "browInnerUp", "mouthSmileLeft"))


def perform(head, scene, **more):
    """Write a layer that mixes with what there is, and return its face."""
    face = find_face(head, scene)
    clip = clip_of(jawOpen=WAVE, mouthSmileLeft=WAVE, browInnerUp=WAVE[::-1])
    write_layer(face, clip, scene, 30, "A", DENSE, mix=Mix(), **more)
    return face


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("keying", [DENSE, Keying(0.01)])
def test_lip_sync_and_feelings(talking, empty_scene, place, keying):
    add_lip_sync(talking, place)
    owner = talking.data.shape_keys
    key_by_hand(talking, "eyeBlinkLeft", (5, 0.5), (9, 0.25)) if place == "ACTION" else None
    data = owner.animation_data
    kept = all_keys(owner), data.action_blend_type
    alone = shown(talking)
    face = perform(talking, empty_scene, strength=0.75)
    before = shown(talking)
    assert apart(before, alone) > 0.1
    bake_layers(face, empty_scene, ["sequence"], keying)
    assert find_layer(face) is None
    assert data.action_blend_type == "REPLACE"
    after = shown(talking)
    assert apart(before, after) <= (1e-5 if keying == DENSE else 0.01 + 1e-5)
    clear_bakes(face)
    assert (all_keys(owner), data.action_blend_type) == kept
    assert shown(talking) == alone


@pytest.mark.parametrize(("old", "new"), [(100, 200), (200, 100), (24, 25), (100, 101)])
@pytest.mark.parametrize("place", ["ACTION", "TRACK"])
def test_time_stretching(talking, empty_scene, old, new, place):
    add_lip_sync(talking, place)
    empty_scene.render.frame_map_old, empty_scene.render.frame_map_new = old, new
    face = perform(talking, empty_scene, strength=0.75)
    frames = range(-20, (LAST_FRAME + 40) * new // old)
    before = shown(talking, frames)
    report = bake_layers(face, empty_scene, ["sequence"], DENSE)
    assert apart(before, shown(talking, frames)) <= 1e-5
    assert report.frames[0] == pytest.approx(min(30, 13), abs=2)


def test_keys_of_stretched_time_stand_where_they_are_shown(face, head, empty_scene):
    empty_scene.render.frame_map_old, empty_scene.render.frame_map_new = 100, 200
    write_layer(face, clip_of(jawOpen=[0.0, 0.25, 0.5]), empty_scene, 1, "A", DENSE)
    bake_layers(face, empty_scene, ["sequence"], DENSE)
    assert keys_of(head, "jawOpen") == [
        (1, 0), (1.5, 0.125), (2, 0.25), (2.5, 0.375), (3, 0.5)
    ]  # fmt: skip


@pytest.mark.parametrize("extrapolation", ["HOLD", "NOTHING"])
def test_what_moves_before_and_after_the_layer(face, head, empty_scene, extrapolation):
    strip_by_hand(head, "Mine", "jawOpen", (-9, 0.8), (0, 0.1), (60, 0.7))
    strip_of(head).extrapolation = "HOLD_FORWARD"
    clip = clip_of(jawOpen=[0.5, 0.75, 1.0], eyeBlinkLeft=[0.25, 0.5, 0.75])
    write_layer(face, clip, empty_scene, 20, "A", DENSE, extrapolation=extrapolation)
    before = shown(head)
    bake_layers(face, empty_scene, ["sequence"], DENSE)
    assert apart(before, shown(head)) <= 1e-5
    lids = [frame for frame, _ in keys_of(head, "eyeBlinkLeft")]
    assert lids == ([20, 21, 22] if extrapolation == "HOLD" else [19, 20, 21, 22, 23])


def test_an_action_that_goes_on_beyond_its_keys(talking, empty_scene):
    add_lip_sync(talking)
    curve = curve_of(talking, "jawOpen")
    curve.extrapolation = "LINEAR"
    for point in curve.keyframe_points:
        point.interpolation = "LINEAR"
    curve.keyframe_points[-1].co[1] = 0.12
    empty_scene.frame_end = 260
    face = perform(talking, empty_scene)
    frames = range(1, 261)
    before = shown(talking, frames)
    assert before["jawOpen"][250] > before["jawOpen"][200] + 0.1
    bake_layers(face, empty_scene, ["sequence"], DENSE)
    assert apart(before, shown(talking, frames)) <= 1e-5


@pytest.mark.parametrize(
    ("hinder", "reason"),
    [
        (lambda curve: setattr(curve, "lock", True), "on a locked F-curve"),
        (lambda curve: curve.modifiers.new("NOISE"), "on an F-curve with modifiers"),
    ],
)
def test_curves_that_keys_would_not_show_on_are_refused(talking, empty_scene, hinder, reason):
    add_lip_sync(talking)
    face = perform(talking, empty_scene)
    hinder(curve_of(talking, "jawOpen"))
    before = tracks_of(talking), all_keys(talking.data.shape_keys)
    with pytest.raises(EmoteBotError, match=f"Head: jawOpen is {reason}"):
        bake_layers(face, empty_scene, ["sequence"], DENSE)
    assert (tracks_of(talking), all_keys(talking.data.shape_keys)) == before


def test_other_layers_stay_and_are_in_what_is_shown(face, head, empty_scene):
    clip = clip_of(jawOpen=[0.5, 0.75], eyeBlinkLeft=[0.25, 0.5])
    write_layer(face, clip, empty_scene, 20, "A", DENSE)
    write_keyed_feeling(face, clip_of(jawOpen=[0.5, 1.0]), empty_scene, 40, "Key", DENSE)
    before, (_, feeling) = shown(head), tracks_of(head)
    bake_layers(face, empty_scene, ["sequence"], DENSE)
    assert apart(before, shown(head)) <= 1e-5
    assert tracks_of(head) == [feeling]


class TestHiddenByTheAction:
    def test_keys_by_hand_stay_as_they_are(self, face, head, empty_scene):
        key_by_hand(head, "jawOpen", (1, 0.9), (20, 0.2))
        kept = all_keys(head.data.shape_keys)
        write_layer(face, clip_of(jawOpen=[0.5, 0.75]), empty_scene, 5, "A", DENSE)
        before = shown(head)
        report = bake_layers(face, empty_scene, ["sequence"], DENSE)
        assert report.curves == 3
        assert [one for one in all_keys(head.data.shape_keys) if one[0] == kept[0][0]] == kept
        assert shown(head) == before

    def test_nothing_is_left_to_bake(self, face, head, empty_scene):
        key_by_hand(head, "jawOpen", (1, 0.9))
        clip = clip_of(jawOpen=[0.5, 0.75])
        write_layer(face, clip, empty_scene, 5, "A", DENSE, ["jawOpen"])
        before = tracks_of(head), all_keys(head.data.shape_keys)
        with pytest.raises(EmoteBotError, match="hide all of the layer"):
            bake_layers(face, empty_scene, ["sequence"], DENSE)
        assert (tracks_of(head), all_keys(head.data.shape_keys)) == before

    def test_an_action_that_ends_is_refused(self, face, head, empty_scene):
        key_by_hand(head, "Hair", (1, 0.9), (9, 0.2))
        head.data.shape_keys.animation_data.action_extrapolation = "NOTHING"
        write_layer(face, clip_of(jawOpen=[0.5, 0.75]), empty_scene, 5, "A", DENSE)
        with pytest.raises(EmoteBotError, match="counts only within its keys"):
            bake_layers(face, empty_scene, ["sequence"], DENSE)


class TestKinds:
    def test_each_bake_knows_its_layers(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=[0.5, 0.75]), empty_scene, 1, "A", DENSE, ["jawOpen"])
        write_layer(
            face, clip_of(jawOpen=[0.5]), empty_scene, 1, "B", DENSE, ["mouthClose"], kind="live-1"
        )
        bake_layers(face, empty_scene, ["sequence"], DENSE)
        bake_layers(face, empty_scene, layer_kinds(face), DENSE)
        kinds = [bake.kinds for bake in stored_bakes(head.data.shape_keys)]
        assert kinds == [("sequence",), ("live-1",)]
        assert clear_bakes(face, ["sequence"]) == 2
        assert curve_of(head, "jawOpen") is None
        assert len(keys_of(head, "mouthClose")) == 2
        assert clear_bakes(face, ["sequence"]) == 0
        assert clear_bakes(face) == 2
        assert bpy.data.actions.keys() == []


@pytest.mark.parametrize("place", ["ACTION", "TRACK"])
def test_time_stretching_on_a_head_that_talks(reference_head, place):
    head = bpy.data.objects["ICT_Head"]
    add_lip_sync(head, place)
    spoken = all_keys(head.data.shape_keys)
    reference_head.render.frame_map_old, reference_head.render.frame_map_new = 100, 200
    face = find_face(head, reference_head)
    clip = clip_of(jawOpen=WAVE, mouthSmileLeft=WAVE, browInnerUp=WAVE[::-1])
    write_layer(face, clip, reference_head, 30, "A", DENSE, mix=Mix())
    frames = range(20, 400, 7)
    names = ("jawOpen", "mouthFunnel", "mouthSmile_L", "browInnerUp_L")
    before = {name: values_at(head, name, frames) for name in names}
    assert max(map(max, before.values())) > 0.8
    bake_layers(face, reference_head, ["sequence"], DENSE)
    after = {name: values_at(head, name, frames) for name in names}
    assert apart(before, after) <= 1e-5
    clear_bakes(face)
    assert all_keys(head.data.shape_keys) == spoken
