# SPDX-License-Identifier: GPL-3.0-or-later
"""Layers over the artist's own animation: what shows is a sum that is worked out by hand."""

import bpy
import pytest
from keying import (
    DENSE,
    clip_of,
    key_by_hand,
    keys_of,
    state,
    strip_by_hand,
    strip_curve,
    tracks_of,
    values_at,
)

from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.layers import clear_layer, find_layer
from emotebot_blender.animation.mix_shares import Mix
from emotebot_blender.core.errors import EmoteBotError

FULL = Mix(speaking=1.0)
THIRD = [0.3, 0.3, 0.3, 0.3, 0.3]
SPEECH = ((1, 0.0), (3, 0.4), (5, 0.0))


def write(face, scene, mix=FULL, first=1, **channels):
    clip = clip_of(**(channels or {"jawOpen": THIRD}))
    return write_layer(face, clip, scene, first, "A", DENSE, mix=mix)


def reported(report) -> list[tuple[str, str]]:
    return [(str(control), str(reason)) for control, reason in report.skipped]


def test_a_strip_below_is_added_to(face, head, empty_scene):
    strip_by_hand(head, "Speech", "jawOpen", *SPEECH)
    write(face, empty_scene)
    assert values_at(head, "jawOpen", (1, 3, 5)) == pytest.approx([0.3, 0.7, 0.3])
    blends = [(track[0], [strip[5][0] for strip in track[2]]) for track in tracks_of(head)]
    assert blends == [("Speech", ["REPLACE"]), ("A", ["REPLACE"]), ("A over Speech", ["COMBINE"])]


def test_the_active_action_adds(face, head, empty_scene):
    key_by_hand(head, "jawOpen", *SPEECH)
    write(face, empty_scene)
    assert values_at(head, "jawOpen", (1, 3, 5)) == pytest.approx([0.3, 0.7, 0.3])
    assert [name for name, *_ in tracks_of(head)] == ["A"]


def test_a_sum_is_held_softly_within_the_range_of_the_slider(face, head, empty_scene):
    head.data.shape_keys.key_blocks["jawOpen"].slider_max = 0.5
    key_by_hand(head, "jawOpen", *SPEECH)
    write(face, empty_scene, jawOpen=[0.1] * 5)
    # at the end of the range the sum is bent by a quarter of the smaller one of the two
    assert values_at(head, "jawOpen", (1, 3, 5)) == pytest.approx([0.1, 0.5 - 0.1 / 4, 0.1])
    write(face, empty_scene)
    assert values_at(head, "jawOpen", (1, 3, 5)) == pytest.approx([0.3, 0.5, 0.3])


def test_an_action_over_strips_of_its_own_keeps_what_it_has_keys_for(face, head, empty_scene):
    strip_by_hand(head, "Below", "jawOpen", (1, 0.2), (5, 0.2))
    key_by_hand(head, "jawOpen", *SPEECH)
    report = write(face, empty_scene, jawOpen=THIRD, mouthClose=THIRD)
    data = head.data.shape_keys.animation_data
    assert data.action_blend_type == "REPLACE"
    assert reported(report) == [
        (
            "Head: jawOpen",
            "keyed in the active action and on NLA tracks: push the action down to have both",
        ),
    ]
    assert values_at(head, "jawOpen", (1, 3, 5)) == pytest.approx([0.0, 0.4, 0.0])


def test_an_action_over_strips_is_added_to_once_it_is_pushed_down(face, head, empty_scene):
    strip_by_hand(head, "Below", "jawOpen", (1, 0.2), (5, 0.2))
    key_by_hand(head, "jawOpen", *SPEECH)
    write(face, empty_scene)
    data = head.data.shape_keys.animation_data
    strip = data.nla_tracks.new().strips.new("Speech", 1, data.action)
    if hasattr(strip, "action_slot"):
        strip.action_slot = data.action_slot
    data.action = None
    report = write(face, empty_scene)
    assert reported(report) == []
    assert values_at(head, "jawOpen", (1, 3, 5)) == pytest.approx([0.3, 0.7, 0.3])


def test_what_is_keyed_by_hand_while_the_action_adds_shows_on(face, head, empty_scene):
    """Blender keys the difference from the layer then."""
    key_by_hand(head, "jawOpen", *SPEECH)
    blink = {"jawOpen": THIRD, "eyeBlinkLeft": THIRD}
    write(face, empty_scene, **blink)
    empty_scene.frame_set(3)
    key_by_hand(head, "eyeBlinkLeft", (3, 0.875))
    for _ in range(2):
        report = write(face, empty_scene, **blink)
        assert reported(report) == []
        assert values_at(head, "eyeBlinkLeft", (1, 3, 5)) == pytest.approx([0.875] * 3, abs=1e-4)


def test_what_was_keyed_by_hand_before_wins(face, head, empty_scene):
    key_by_hand(head, "eyeBlinkLeft", (3, 0.875))
    key_by_hand(head, "jawOpen", *SPEECH)
    for _ in range(2):
        report = write(face, empty_scene, jawOpen=THIRD, eyeBlinkLeft=THIRD)
        assert reported(report) == [
            ("Head: eyeBlinkLeft", "keyed in the active action, which adds to the layer")
        ]
        assert values_at(head, "eyeBlinkLeft", (1, 3, 5)) == pytest.approx([0.875] * 3)


def test_a_part_that_is_not_driven_leaves_the_action_as_it_is(face, head, empty_scene):
    key_by_hand(head, "jawOpen", *SPEECH)
    clip = clip_of(eyeBlinkLeft=THIRD)
    report = write_layer(
        face, clip, empty_scene, 1, "A", DENSE, channels=["eyeBlinkLeft"], mix=FULL
    )
    assert head.data.shape_keys.animation_data.action_blend_type == "REPLACE"
    assert report.notes == ()


def test_a_still_pose_is_no_speech(face, head, empty_scene):
    key_by_hand(head, "jawOpen", (1, 0.2), (5, 0.2))
    write(face, empty_scene)
    assert head.data.shape_keys.animation_data.action_blend_type == "REPLACE"
    assert values_at(head, "jawOpen", (1, 3)) == pytest.approx([0.2, 0.2])


def test_eyes_add_where_that_is_chosen(face, head, empty_scene):
    strip_by_hand(head, "Blink", "eyeBlinkLeft", (1, 0.0), (3, 0.5), (5, 0.0))
    write(face, empty_scene, Mix(ways={"EYES": "ADD"}), eyeBlinkLeft=[0.2] * 5)
    assert values_at(head, "eyeBlinkLeft", (1, 3)) == pytest.approx([0.2, 0.7])
    write(face, empty_scene, Mix(), eyeBlinkLeft=[0.2] * 5)
    assert values_at(head, "eyeBlinkLeft", (1, 3)) == pytest.approx([0.2, 0.2])
    assert [name for name, *_ in tracks_of(head)] == ["Blink", "A"]


def test_speech_that_goes_gives_the_blend_type_back(face, head, empty_scene):
    key_by_hand(head, "jawOpen", *SPEECH)
    write(face, empty_scene)
    data = head.data.shape_keys.animation_data
    assert data.action_blend_type == "COMBINE"
    data.action = None
    write(face, empty_scene)
    assert data.action_blend_type == "REPLACE"
    assert find_layer(face).added_to is None


def test_a_blend_type_chosen_since_stays(face, head, empty_scene):
    key_by_hand(head, "jawOpen", *SPEECH)
    write(face, empty_scene)
    data = head.data.shape_keys.animation_data
    data.action_blend_type = "ADD"
    clear_layer(face)
    assert data.action_blend_type == "ADD"


def test_a_blend_type_chosen_since_stays_when_the_layer_is_written_again(face, head, empty_scene):
    key_by_hand(head, "jawOpen", *SPEECH)
    write(face, empty_scene)
    data = head.data.shape_keys.animation_data
    data.action_blend_type = "ADD"
    write(face, empty_scene)
    assert data.action_blend_type == "ADD"
    clear_layer(face)
    assert data.action_blend_type == "ADD"


def test_a_recording_made_later_shares_the_blend_type(face, head, empty_scene):
    key_by_hand(head, "jawOpen", *SPEECH)
    write(face, empty_scene)
    write_layer(face, clip_of(jawOpen=THIRD), empty_scene, 1, "B", DENSE, kind="live-1", mix=FULL)
    data = head.data.shape_keys.animation_data
    for kind, blend_type in (("sequence", "COMBINE"), ("live-1", "REPLACE")):
        clear_layer(face, kind)
        assert data.action_blend_type == blend_type
    assert keys_of(head, "jawOpen") == [(1, 0), (3, 0.4), (5, 0)]


def test_a_refused_layer_changes_nothing(face, head, empty_scene):
    strip_by_hand(head, "Speech", "jawOpen", *SPEECH)
    write(face, empty_scene)
    head.data.shape_keys.animation_data.nla_tracks[2].lock = True
    before = (state(), tracks_of(head))
    with pytest.raises(EmoteBotError, match="A over Speech"):
        write(face, empty_scene, mouthClose=THIRD)
    assert (state(), tracks_of(head)) == before


@pytest.mark.parametrize("place", ["action", "strip"])
def test_bones_and_properties_add(bone_face, empty_scene, place):
    rig = bone_face.armature
    jaw, lip = rig.pose.bones["jaw"], rig.pose.bones["lip"]
    for frame, angle, size in ((1, 0.0, 1.0), (3, 0.1, 1.2), (5, 0.0, 1.0)):
        jaw.rotation_euler.x, lip.scale.x = angle, size
        jaw.keyframe_insert("rotation_euler", index=0, frame=frame)
        lip.keyframe_insert("scale", index=0, frame=frame)
    data = rig.animation_data
    if place == "strip":
        strip = data.nla_tracks.new().strips.new("Speech", 1, data.action)
        if hasattr(strip, "action_slot"):
            strip.action_slot = data.action_slot
        data.action = None
    clip = clip_of(jawOpen=[0.5] * 5, mouthPucker=[0.5] * 5)
    write_layer(bone_face, clip, empty_scene, 1, "A", DENSE, mix=FULL)
    empty_scene.frame_set(3)
    bpy.context.view_layer.update()
    # 0.5 of 0.4 radians and of -0.5 of the size, as the fixture says
    assert jaw.rotation_euler.x == pytest.approx(0.1 + 0.2, abs=1e-5)
    assert jaw.location.y == pytest.approx(-0.01, abs=1e-6)
    added = 1.2 - 0.25 if place == "strip" else 1.2 * (1 - 0.25)  # scales are multiplied there
    assert lip.scale.x == pytest.approx(added, abs=1e-5)
    clear_layer(bone_face)
    empty_scene.frame_set(3)
    assert (jaw.rotation_euler.x, lip.scale.x) == pytest.approx((0.1, 1.2))


class TestIdle:
    """Keys that would add nothing are left out; those that hold a control at rest are not."""

    @pytest.fixture
    def spoken(self, head):
        strip_by_hand(head, "Speech", "jawOpen", *SPEECH)
        strip_by_hand(head, "Lips", "mouthClose", *SPEECH)

    def test_what_adds_nothing_has_no_keys(self, spoken, face, head, empty_scene):
        report = write(face, empty_scene)
        assert strip_curve(head, "jawOpen", 3) is not None
        assert strip_curve(head, "mouthClose", 3) is None
        assert values_at(head, "mouthClose", (1, 3, 5)) == pytest.approx([0, 0.4, 0])
        assert "as nothing is added there: Head: mouthClose" in str(report.sentence())

    def test_it_follows_what_is_performed(self, spoken, face, head, empty_scene):
        write(face, empty_scene)
        write(face, empty_scene, jawOpen=THIRD, mouthClose=THIRD)
        assert values_at(head, "mouthClose", (1, 3, 5)) == pytest.approx([0.3, 0.7, 0.3])
        write(face, empty_scene, mouthClose=THIRD)
        assert strip_curve(head, "jawOpen", 3) is None
        assert values_at(head, "jawOpen", (1, 3, 5)) == pytest.approx([0, 0.4, 0])
        assert clear_layer(face)
        assert [name for name, *_ in tracks_of(head)] == ["Speech", "Lips"]

    def test_a_strip_is_left_that_remembers_the_speech(self, spoken, face, head, empty_scene):
        write(face, empty_scene, eyeBlinkLeft=THIRD)
        assert not find_layer(face).outdated
        speech = strip_curve(head, "jawOpen")
        speech.keyframe_points[1].co.y = 0.5
        assert find_layer(face).outdated

    def test_what_replaces_is_keyed_at_rest(self, face, head, empty_scene):
        write(face, empty_scene)
        head.data.shape_keys.key_blocks["mouthClose"].value = 0.5  # to be looked at
        assert values_at(head, "mouthClose", (2, 60)) == [0, 0]
        clear_layer(face)
        strip_by_hand(head, "Below", "eyeBlinkLeft", (1, 0.5), (5, 0.5))
        write(face, empty_scene)
        assert values_at(head, "eyeBlinkLeft", (1, 60)) == [0, 0]
