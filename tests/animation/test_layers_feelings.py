# SPDX-License-Identifier: GPL-3.0-or-later
"""Feelings keyed at a frame: a strip each, which holds forward."""

import pytest
from keying import (
    DENSE,
    RAMP,
    clip_of,
    key_by_hand,
    keyed_weights,
    state,
    strip_by_hand,
    strip_of,
    tracks_of,
    values_at,
)

from emotebot_blender.animation.bake_clearing import clear_bakes
from emotebot_blender.animation.baking import bake_layers
from emotebot_blender.animation.feeling_times import feeling_times
from emotebot_blender.animation.keyed_feelings import write_keyed_feeling
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.layers import clear_layer, layer_kinds
from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.rig.face import find_face


@pytest.fixture
def feel(face, empty_scene):
    """Return a function that keys a feeling from a frame on."""

    def feel(start: float, values: list[float], channels=("jawOpen",), name: str = "Happy"):
        clip = clip_of(**dict.fromkeys(channels, values))
        return write_keyed_feeling(face, clip, empty_scene, start, name, DENSE, channels)

    return feel


def strips(head) -> list[list[tuple[float, float]]]:
    """Return the first and last frame of each strip of each track."""
    tracks = head.data.shape_keys.animation_data.nla_tracks
    return [[(strip.frame_start, strip.frame_end) for strip in track.strips] for track in tracks]


def test_it_leads_into_the_feeling_and_holds(head, feel):
    report = feel(10, RAMP)
    assert (report.curves, report.keys, report.frames, report.notes) == (1, 5, (10, 14), ())
    assert values_at(head, "jawOpen", (1, 10, 12, 14, 99)) == [0, 0, 0.5, 1, 1]
    strip = strip_of(head)
    assert (strip.name, strip.extrapolation, strip.blend_type) == (
        "Happy", "HOLD_FORWARD", "REPLACE",
    )  # fmt: skip
    assert head.data.shape_keys.animation_data.action is None


def test_one_after_another_on_one_track_in_any_order(face, head, feel):
    feel(30, [0.75, 0.5])
    feel(10, [0.0, 0.75])
    feel(11, [0.75, 0.25])
    assert strips(head) == [[(10, 11), (11, 12), (30, 31)]]
    assert values_at(head, "jawOpen", (1, 10, 12, 29, 30, 31, 50)) == [
        0, 0, 0.25, 0.25, 0.75, 0.5, 0.5,
    ]  # fmt: skip
    arrivals = [(times.start, times.arrival, times.end) for times in feeling_times(face)]
    assert arrivals == [(10, 11, None), (11, 12, None), (30, 31, None)]
    jaw = INDEX["jawOpen"]
    assert [keyed_weights(face, frame)[jaw] for frame in (9, 29, 30, 50)] == [0, 0.25, 0.75, 0.5]


def test_without_room_it_lies_above(head, feel):
    feel(10, RAMP)
    feel(12, [0.5, 0.0, 0.0, 0.0])
    assert strips(head) == [[(10, 14)], [(12, 15)]]
    assert values_at(head, "jawOpen", (11, 12, 14, 50)) == [0.25, 0.5, 0, 0]
    feel(30, [0.0, 0.875])
    assert strips(head) == [[(10, 14)], [(12, 15), (30, 31)]]
    assert values_at(head, "jawOpen", (50,)) == [0.875]


def test_again_on_the_same_frame_replaces_it(face, head, feel):
    feel(10, RAMP)
    feel(11, [0.25, 0.25, 0.25, 0.5], name="Sad")
    assert strips(head) == [[(11, 14)]]
    assert strip_of(head).name == "Sad"
    assert len(layer_kinds(face)) == 1


def test_another_part_of_the_face_on_the_same_frame_joins_it(head, feel):
    feel(10, RAMP)
    feel(10, RAMP, channels=("mouthClose",))
    assert values_at(head, "jawOpen", (14,)) == values_at(head, "mouthClose", (14,)) == [1]
    feel(10, [0.5] * 5, channels=("jawOpen", "mouthClose"))
    assert strips(head)[-1] == [(10, 14)]
    assert values_at(head, "jawOpen", (14,)) == values_at(head, "mouthClose", (14,)) == [0.5]


def test_another_part_that_begins_with_it_as_well(head, feel):
    feel(1, [1.0], ["jawOpen", "mouthClose"])
    feel(1, [0.5], ["jawOpen"])
    assert values_at(head, "jawOpen", (1, 9)) == [0.5, 0.5]
    assert values_at(head, "mouthClose", (1, 9)) == [1, 1]


def test_a_track_of_the_artists_is_not_used(head, feel):
    strip_by_hand(head, "Mine", "jawOpen", (1, 0.5), (5, 0.5))
    before = tracks_of(head)
    feel(10, RAMP)
    assert tracks_of(head)[:1] == before
    assert values_at(head, "jawOpen", (3, 14)) == [0.5, 1]


def test_a_locked_track_is_not_used(head, feel):
    feel(10, RAMP)
    head.data.shape_keys.animation_data.nla_tracks[0].lock = True
    feel(30, RAMP)
    assert strips(head) == [[(10, 14)], [(30, 34)]]
    with pytest.raises(EmoteBotError, match="“EmoteBot Feelings” is locked"):
        feel(10, RAMP)


def test_keys_by_hand_win_and_that_is_reported(head, feel):
    key_by_hand(head, "jawOpen", (1, 0.125), (9, 0.125))
    report = feel(3, RAMP)
    assert values_at(head, "jawOpen", (7,)) == [0.125]
    assert [str(note) for note in report.notes] == [
        "Keys of the active action hide the layer on Head: jawOpen"
    ]


def test_a_sequence_below_shows_before_it(face, head, empty_scene, feel):
    write_layer(face, clip_of(jawOpen=[0.25] * 20), empty_scene, 1, "A", DENSE)
    feel(10, [0.25, 1.0])
    assert values_at(head, "jawOpen", (5, 11, 30)) == [0.25, 1, 1]


def test_a_sequence_that_is_new_lies_below_it(face, head, empty_scene, feel):
    for start in (10, 12, 30):
        feel(start, [0.75, 1.0, 0.5])
    before = strips(head)
    for _ in range(2):
        write_layer(face, clip_of(jawOpen=[0.25] * 20), empty_scene, 1, "A", DENSE)
        assert strips(head) == [[(1, 20)], *before]
    assert values_at(head, "jawOpen", (5, 11, 14, 31, 50)) == [0.25, 1, 0.5, 1, 0.5]
    assert values_at(head, "eyeBlinkLeft", (50,)) == [0]


@pytest.mark.parametrize("flag", ["lock", "is_solo", "mute"])
def test_its_track_stays_as_it_is_above_a_sequence_that_is_new(face, head, empty_scene, feel, flag):
    feel(10, RAMP)
    setattr(head.data.shape_keys.animation_data.nla_tracks[0], flag, True)
    write_layer(face, clip_of(jawOpen=[0.25] * 20), empty_scene, 1, "A", DENSE)
    tracks = head.data.shape_keys.animation_data.nla_tracks
    assert [(track.name, getattr(track, flag)) for track in tracks] == [
        ("A", False), ("EmoteBot Feelings", True),
    ]  # fmt: skip


def test_a_track_of_the_artists_stays_solo_below_a_sequence_that_is_new(
    face, head, empty_scene, feel
):
    track = strip_by_hand(head, "Mine", "mouthClose", (1, 0.0), (9, 1.0))
    feel(10, RAMP)
    track.is_solo = True
    write_layer(face, clip_of(jawOpen=[0.25] * 20), empty_scene, 1, "A", DENSE)
    assert head.data.shape_keys.animation_data.nla_tracks["Mine"].is_solo


def test_its_keyed_strength_stays_above_a_sequence_that_is_new(face, head, empty_scene, feel):
    feel(10, RAMP)
    strip = strip_of(head)
    strip.use_animated_influence = True
    strip.fcurves.find("influence").keyframe_points.clear()
    for frame, strength in ((10, 1.0), (14, 0.5)):
        strip.influence = strength
        strip.keyframe_insert("influence", frame=frame)
    write_layer(face, clip_of(jawOpen=[0.0] * 20), empty_scene, 1, "A", DENSE)
    (curve,) = strip_of(head, track=1).fcurves
    assert [tuple(point.co) for point in curve.keyframe_points] == [(10, 1), (14, 0.5)]
    assert values_at(head, "jawOpen", (14, 30)) == [0.5, 0.5]


def test_all_are_cleared(face, head, empty_scene, feel):
    head.data.shape_keys.key_blocks["jawOpen"].value = 0.375
    before = state()
    for start in (10, 12, 30):
        feel(start, RAMP)
        empty_scene.frame_set(start + 2)
    for kind in layer_kinds(face):
        clear_layer(face, kind)
    assert state() == before
    assert tracks_of(head) == []


def test_all_are_baked(face, head, empty_scene, feel):
    for start in (10, 12, 30):
        feel(start, [0.25, 0.75, 0.5])
    frames = range(10, 33)
    before = values_at(head, "jawOpen", frames)
    bake_layers(face, empty_scene, layer_kinds(face), DENSE)
    assert tracks_of(head) == []
    assert values_at(head, "jawOpen", frames) == before
    clear_bakes(face)
    assert head.data.shape_keys.animation_data.action is None


def test_all_parts_of_a_face(add, empty_scene):
    rig = add("ARMATURE", "Rig")
    head = add("MESH", "Head", ["eyeBlinkLeft", "mouthClose"], armature=rig)
    teeth = add("MESH", "Teeth", ["jawOpen"], armature=rig)
    face = find_face(rig, empty_scene)
    clip = clip_of(jawOpen=RAMP, mouthClose=RAMP)
    for _ in range(2):
        write_keyed_feeling(face, clip, empty_scene, 10, "Happy", DENSE)
    assert strips(head) == strips(teeth) == [[(10, 14)]]
    assert values_at(teeth, "jawOpen", (12,)) == values_at(head, "mouthClose", (12,)) == [0.5]
