# SPDX-License-Identifier: GPL-3.0-or-later
"""Recorded faces on a layer, compared with the values that their files have."""

import json

import bpy
import numpy as np
import pytest
from interface import tracks, value
from necked import add_neck, lowered
from recorded_samples import posed

from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.exchange.recorded_face import RecordedFace
from emotebot_blender.core.exchange.recording_formats import FORMATS, read_recording
from emotebot_blender.session import clearing, recorded_faces
from emotebot_blender.session.sequence import sequence_of
from emotebot_blender.ui.shown import face_of

DENSE = Keying(None)
RAMP = np.linspace(0, 1, 61)
"""A second at 60 frames, in which a channel rises."""


def recorded(channel: str = "jawOpen", values=RAMP, fps: float = 60.0, **more) -> RecordedFace:
    weights = posed(channel, values).weights
    return RecordedFace(np.arange(len(values)) / fps, weights, **more)


def perform(face: RecordedFace, frame_start: int = 10, **options):
    return recorded_faces.perform_recording(
        face_of(bpy.context), face, bpy.context.scene, frame_start, "take", DENSE, **options
    )


def shown(face, channel: str, *frames: int) -> list[float]:
    values = []
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        values.append(value(face, channel))
    return values


def test_a_recording_plays_from_its_frame_on_at_the_rate_of_the_scene(face):
    """24 frames a second of one second that rises evenly: a twenty-fourth a frame."""
    report = perform(recorded())
    assert report.frames == (10, 34)
    assert report.layer == "EmoteBot take"
    assert shown(face, "jawOpen", 10, 16, 22, 34) == pytest.approx([0, 0.25, 0.5, 1], abs=1e-5)
    assert tracks(face) == {"EmoteBot take": 1}


def test_outside_of_its_time_other_animation_shows(face):
    brow = face.data.shape_keys.key_blocks["browInnerUp"]
    brow.value = 0.125
    brow.keyframe_insert("value", frame=1)
    data = face.data.shape_keys.animation_data
    data.nla_tracks.new().strips.new("by hand", 1, data.action)
    data.action = None
    perform(recorded("browInnerUp"))
    assert shown(face, "browInnerUp", 9, 22, 36) == pytest.approx([0.125, 0.5, 0.125])


def test_channels_that_a_file_lacks_are_left_alone(face):
    report = perform(recorded(channels=frozenset(["jawOpen"])))
    assert report.curves == 1
    assert shown(face, "jawOpen", 22) == pytest.approx([0.5])


def test_a_single_frame_stays_from_its_frame_on(face):
    perform(recorded("browInnerUp", [0.5]))
    assert shown(face, "browInnerUp", 9, 10, 500) == pytest.approx([0, 0.5, 0.5])


def test_each_recording_has_a_layer_of_its_own(face):
    perform(recorded())
    perform(recorded("browInnerUp"), frame_start=100)
    names = [track.name for track in face.data.shape_keys.animation_data.nla_tracks]
    assert names == ["EmoteBot take"] * 2
    assert shown(face, "jawOpen", 22) == pytest.approx([0.5])
    assert shown(face, "browInnerUp", 112) == pytest.approx([0.5])


def test_a_region_and_a_strength_are_kept_to(face):
    both = recorded()
    both.weights[:, INDEX["browInnerUp"]] = 1
    perform(both, region="UPPER", strength=0.5)
    assert shown(face, "jawOpen", 30) == [0]
    assert shown(face, "browInnerUp", 30) == pytest.approx([0.5])


def test_few_keys_stay_within_their_tolerance(face):
    wave = np.sin(np.linspace(0, np.pi, 241)) * 0.8
    report = recorded_faces.perform_recording(
        face_of(bpy.context), recorded(values=wave), bpy.context.scene, 1, "take", Keying(0.01)
    )
    assert report.keys < 2 * 51 + 10  # two for each of those that rest
    expected = np.interp(np.arange(97) / 24, np.arange(241) / 60, wave)
    played = shown(face, "jawOpen", *range(1, 98))
    assert played == pytest.approx(expected, abs=0.011)


def test_the_mouth_adds_to_lip_sync_and_the_brows_replace(face):
    """By hand: .4 of the jaw below, .5 recorded, of which a third goes to a mouth that speaks."""
    keys = face.data.shape_keys
    for frame in range(1, 60):
        keys.key_blocks["jawOpen"].value = 0.4 if frame % 4 < 2 else 0.3
        keys.key_blocks["jawOpen"].keyframe_insert("value", frame=frame)
    perform(recorded(values=[0.3] * 61))
    spoken = 0.4
    (jaw,) = shown(face, "jawOpen", 20)
    assert spoken < jaw < spoken + 0.3


def test_the_head_turns_as_it_was_recorded(face):
    rig = add_neck(face)
    head = np.zeros((61, 3), dtype=np.float32)
    head[:, 0] = np.linspace(0, 20, 61)
    perform(recorded(head=head))
    assert lowered(rig, 22) == pytest.approx(10, abs=0.1)
    assert lowered(rig, 34) == pytest.approx(20, abs=0.1)
    assert lowered(rig, 60) == pytest.approx(0, abs=1e-3)


def test_the_head_turns_with_one_layer_alone(face):
    rig = add_neck(face)
    head = np.tile(np.float32([12, 0, 0]), (61, 1))
    perform(recorded(head=head))
    report = perform(recorded(head=head))
    assert lowered(rig, 20) == pytest.approx(12, abs=0.1)
    assert "another layer turns it" in str(report.sentence())


def test_clearing_takes_a_recording_away(face):
    face.data.shape_keys.key_blocks["jawOpen"].value = 0.125
    perform(recorded())
    clearing.clear(face_of(bpy.context), layers=True, keys=True, beats=False)
    assert tracks(face) == {}
    assert shown(face, "jawOpen", 20) == [0.125]


def test_notes_of_the_file_are_in_the_report(face, tmp_path):
    path = tmp_path / "smile.json"
    path.write_text(json.dumps({"face_units": {"mouthSmileLeft": 1, "earWiggle": 1}}))
    report = perform(read_recording(path))
    assert "No channels, left out: earWiggle" in str(report.sentence())


def test_what_cannot_be_performed_changes_nothing(face):
    with pytest.raises(EmoteBotError, match="begins on a frame"):
        perform(recorded(), frame_start=500_001)
    with pytest.raises(EmoteBotError, match="beyond the last one"):
        perform(recorded(start=1e6))
    assert tracks(face) == {}


def exported(path, name: str):
    recorded_faces.export_performance(face_of(bpy.context), bpy.context.scene, path, FORMATS[name])
    return path


def test_what_is_exported_is_what_is_keyed(face, tmp_path):
    """All but a few keys' tolerance, to the digits of the format."""
    bpy.ops.emotebot.perform(script="happy for 1s, then surprised", keying="DENSE")
    clip = read_recording(exported(tmp_path / "take.json", "emotebot")).clip()
    for frame in (1, 8, 20, 33):
        bpy.context.scene.frame_set(frame)
        played = [value(face, name) for name in CHANNELS]
        assert played == pytest.approx(clip.weights[frame - 1], abs=1e-4)


def test_an_export_is_of_the_region_and_by_the_strength(face, tmp_path):
    bpy.ops.emotebot.perform(script="happy", keying="DENSE")
    whole = read_recording(exported(tmp_path / "a.json", "emotebot")).clip()
    sequence = sequence_of(face_of(bpy.context))
    sequence.region, sequence.strength = "NO_MOUTH", 0.5
    part = read_recording(exported(tmp_path / "b.json", "emotebot")).clip()
    cheek, smile = INDEX["cheekSquintLeft"], INDEX["mouthSmileLeft"]
    assert whole.weights[:, smile].max() > 0.3
    assert part.weights[:, smile].max() == 0
    assert part.weights[:, cheek] == pytest.approx(whole.weights[:, cheek] / 2, abs=1e-5)


def test_a_still_is_of_the_frame_at_the_playhead(face, tmp_path):
    bpy.ops.emotebot.perform(script="happy", keying="DENSE")
    bpy.context.scene.frame_set(20)
    units = json.loads(exported(tmp_path / "smile.json", "mpfb").read_text())
    assert units["name"] == "smile"
    assert units["face_units"]["mouthSmileLeft"] == pytest.approx(
        value(face, "mouthSmileLeft"), abs=1e-3
    )


def test_an_export_leaves_the_file_as_it_is(face, tmp_path):
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    bpy.ops.emotebot.clear()
    exported(tmp_path / "take.vrma", "vrma")
    assert tracks(face) == {}
    assert all(value(face, name) == 0 for name in CHANNELS)


def test_without_beats_to_perform_nothing_is_written(face, tmp_path):
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    face.emotebot.beats[0].mute = True
    with pytest.raises(EmoteBotError, match="nothing to perform"):
        exported(tmp_path / "take.csv", "livelink")
    assert list(tmp_path.iterdir()) == []


def test_a_take_that_was_exported_plays_as_it_was_performed(face, tmp_path):
    bpy.ops.emotebot.perform(script="surprised", keying="DENSE")
    played = {frame: shown(face, "browInnerUp", frame)[0] for frame in (5, 12, 30)}
    path = exported(tmp_path / "take.csv", "livelink")
    bpy.ops.emotebot.clear(beats=True)
    perform(read_recording(path), frame_start=1)
    for frame, expected in played.items():
        assert shown(face, "browInnerUp", frame) == pytest.approx([expected], abs=1e-4)
