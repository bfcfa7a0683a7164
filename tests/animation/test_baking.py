# SPDX-License-Identifier: GPL-3.0-or-later
"""A layer flattened into the active action."""

import bpy
import pytest
from keying import (
    DENSE,
    HEAD,
    RAMP,
    clip_of,
    key_by_hand,
    keys_of,
    state,
    strip_by_hand,
    tracks_of,
    values_at,
)

from emotebot_blender.animation.actions import HAS_SLOTS, strip_curves
from emotebot_blender.animation.bake_clearing import clear_bakes
from emotebot_blender.animation.baking import bake_layers
from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.layers import find_layer
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.rig.face import find_face


def bake(face, scene, keying=DENSE, **more):
    return bake_layers(face, scene, ["sequence"], keying, **more)


def test_the_same_is_seen_on_every_frame(face, head, empty_scene):
    strip_by_hand(head, "Mine", "mouthClose", (1, 0.8), (9, 0.0))
    key_by_hand(head, "jawOpen", (1, 0.9), (20, 0.2))
    clip = clip_of(jawOpen=RAMP, mouthClose=RAMP, eyeBlinkLeft=RAMP)
    write_layer(face, clip, empty_scene, 3, "A", DENSE, strength=0.5)
    frames, names = (
        range(-4, 24),
        ("jawOpen", "mouthClose", "eyeBlinkLeft", "eyeBlinkRight", "Hair"),
    )
    before = {name: values_at(head, name, frames) for name in names}
    empty_scene.frame_set(5, subframe=0.5)
    shares = []
    report = bake(face, empty_scene, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert (empty_scene.frame_current, empty_scene.frame_subframe) == (5, 0.5)
    assert (report.curves, report.keys, report.frames) == (3, 5 + 5 + 9, (1, 9))
    assert find_layer(face) is None
    assert [name for name, *_ in tracks_of(head)] == ["Mine"]
    assert {name: values_at(head, name, frames) for name in names} == before
    assert before["eyeBlinkLeft"][7:12] == [0, 0.125, 0.25, 0.375, 0.5]
    assert keys_of(head, "jawOpen") == [(1, 0.9), (20, 0.2)]  # they hide the layer


def test_few_keys_stay_within_the_tolerance(face, head, empty_scene):
    clip = clip_of(jawOpen=[(frame % 50) / 50 for frame in range(200)])
    write_layer(face, clip, empty_scene, 1, "A", DENSE)
    before = values_at(head, "jawOpen", range(1, 201))
    report = bake(face, empty_scene, Keying(0.01))
    assert report.keys < 50
    after = values_at(head, "jawOpen", range(1, 201))
    assert max(abs(a - b) for a, b in zip(after, before, strict=True)) <= 0.01 + 1e-5


def test_a_shape_key_that_the_artist_added_comes_along(face, head, empty_scene):
    write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
    strip = head.data.shape_keys.animation_data.nla_tracks[0].strips[0]
    curve = strip_curves(strip).new('key_blocks["Hair"].value')
    curve.keyframe_points.insert(1, 0.5)
    bake(face, empty_scene)
    assert values_at(head, "Hair", (1, 5)) == [0.5, 0.5]


def test_what_was_before_comes_back_with_clear(face, head, empty_scene):
    head.data.shape_keys.key_blocks["jawOpen"].value = 0.375
    before = state()
    write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
    bake(face, empty_scene)
    assert values_at(head, "jawOpen", (5,)) == [1]
    assert clear_bakes(face) == 20
    assert state() == before


class TestRefused:
    @pytest.fixture(autouse=True)
    def written(self, face, head, empty_scene):
        strip_by_hand(head, "Mine", "Hair", (1, 0.8))
        key_by_hand(head, "jawOpen", (1, 0.9))
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)

    @pytest.mark.parametrize(
        ("hinder", "message"),
        [
            (lambda d: setattr(d, "use_nla", False), "as the NLA is switched off"),
            (lambda d: setattr(d.nla_tracks[1], "mute", True), "as the NLA track “A” is muted"),
            (lambda d: setattr(d.nla_tracks[0], "is_solo", True), "“Mine” is solo"),
            (lambda d: setattr(d.nla_tracks[1], "is_solo", True), "“A” is solo"),
            (lambda d: setattr(d.nla_tracks[1], "lock", True), "“A” is locked"),
            (lambda d: setattr(d, "action_blend_type", "ADD"), "does not replace"),
            (lambda d: setattr(d, "action_influence", 0.5), "does not replace"),
        ],
    )
    def test_and_nothing_is_changed(self, face, head, empty_scene, hinder, message):
        hinder(head.data.shape_keys.animation_data)
        before = state(), tracks_of(head)
        with pytest.raises(EmoteBotError, match=message):
            bake(face, empty_scene)
        assert (state(), tracks_of(head)) == before

    def test_an_error_on_the_way(self, face, head, empty_scene):
        empty_scene.frame_set(2)
        before = state(), tracks_of(head)

        def stop(share: float) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            bake(face, empty_scene, progress=stop)
        assert empty_scene.frame_current == 2
        assert (state(), tracks_of(head)) == before


@pytest.mark.parametrize(
    "hide",
    [
        lambda head, layer: head.hide_set(True),
        lambda head, layer: setattr(head, "hide_viewport", True),
        lambda head, layer: setattr(layer.children[0], "exclude", True),
        lambda head, layer: setattr(layer.children[0].collection, "hide_viewport", True),
    ],
)
def test_what_is_hidden_or_disabled_is_baked_all_the_same(face, head, empty_scene, hide):
    own = bpy.data.collections.new("Own")
    empty_scene.collection.children.link(own)
    own.objects.link(head)
    empty_scene.collection.objects.unlink(head)
    write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE, strength=0.5)
    hide(head, empty_scene.view_layers[0].layer_collection)
    bake(face, empty_scene)
    expected = [value / 2 for value in RAMP]
    assert keys_of(head, "jawOpen") == list(zip(range(1, 6), expected, strict=True))


def test_an_armature_that_was_never_evaluated(face, head, empty_scene):
    bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
    key_by_hand(head, "Hair", (1, 0.5))
    action = head.data.shape_keys.animation_data.action
    bpy.data.objects.new("Other", None).animation_data_create().action = action
    write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
    bake(face, empty_scene)
    assert keys_of(head, "jawOpen") == list(zip(range(1, 6), RAMP, strict=True))


def test_no_layer(face, empty_scene):
    with pytest.raises(EmoteBotError, match="“Head” has no layer"):
        bake(face, empty_scene)


def test_all_parts_of_a_face(add, empty_scene):
    rig = add("ARMATURE", "Rig")
    head = add("MESH", "Head", HEAD, armature=rig)
    teeth = add("MESH", "Teeth", ["jawOpen"], armature=rig)
    face = find_face(rig, empty_scene)
    write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
    bake(face, empty_scene)
    assert (
        keys_of(head, "jawOpen")
        == keys_of(teeth, "jawOpen")
        == list(zip(range(1, 6), RAMP, strict=True))
    )
    shared = "Head: A baked"
    assert [*bpy.data.actions.keys()] == ([shared] if HAS_SLOTS else [shared, "Teeth: A baked"])
