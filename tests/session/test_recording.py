# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a live recording."""

import bpy
import pytest
from interface import RATE, Clock, value

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.session import live, recording
from emotebot_blender.session.events import FrameRateChanged
from emotebot_blender.session.runtime import runtime

ADDED = "beats added to the sequence"


def test_a_recording_becomes_beats_at_the_playhead(face, clock) -> None:
    scene = bpy.context.scene
    scene.frame_set(25)
    bpy.ops.emotebot.record()
    clock.play(0.5)
    live.trigger("happy", take=3)
    clock.play(2.0)
    live.trigger("sad", 0.5, take=4)
    clock.play(1.5)
    assert str(recording.keep(scene).message) == f"4.0 s recorded from frame 25: 2 {ADDED}"
    beats = face.emotebot.beats
    assert [(b.words, b.intensity, b.has_take, b.take) for b in beats] == [
        ("happy", 1.0, True, 3),
        ("sad", 0.5, True, 4),
    ]
    assert [b.start for b in beats] == pytest.approx([1.5, 3.5], abs=0.04)
    live.stop()
    assert face.data.shape_keys.animation_data.nla_tracks[0].name == "EmoteBot"
    assert face.emotebot.held_pose == ""
    scene.frame_set(scene.frame_current + 60)
    assert value(face, "mouthSmileLeft") > 0.2


def test_a_recording_becomes_keys_as_it_was_played(face, clock) -> None:
    settings, scene = bpy.context.scene.emotebot, bpy.context.scene
    settings.record_beats, settings.record_keys = False, True
    scene.render.fps = 30
    scene.frame_set(1)
    live.record(scene)
    live.trigger("happy", take=3)
    smiles = {}
    for frame in range(1, 61):
        clock.play(2 / RATE if frame > 1 else 1 / RATE)
        smiles[frame] = value(face, "mouthSmileLeft")
    recording.keep(scene)
    live.stop()
    assert len(face.emotebot.beats) == 0
    (track,) = face.data.shape_keys.animation_data.nla_tracks
    assert track.name == "EmoteBot Live 1"
    for frame in (10, 20, 40):
        scene.frame_set(frame)
        assert value(face, "mouthSmileLeft") == pytest.approx(smiles[frame], abs=0.06)


def test_a_recording_replaces_the_beats_of_its_time(face) -> None:
    bpy.context.scene.emotebot.record_mode = "REPLACE"
    for start in (0, 2, 30):
        bpy.ops.emotebot.beat_add(words="angry", start=start)
    bpy.context.scene.frame_set(25)
    clock = Clock().start()
    live.record(bpy.context.scene)
    live.trigger("happy")
    clock.play(3.0)
    recording.keep(bpy.context.scene)
    live.stop()
    kept = sorted((beat.start, beat.words) for beat in face.emotebot.beats)
    assert [words for _, words in kept] == ["angry", "happy", "angry"]


@pytest.fixture
def record_from_the_start(five):
    """Return a function that records three feelings in four seconds from frame 1."""

    def record(mode: str) -> recording.KeptRecording:
        scene = bpy.context.scene
        scene.emotebot.record_mode = mode
        scene.frame_set(1)
        clock = Clock().start()
        live.record(scene)
        for words in ("calm", "neutral", "contempt"):
            live.trigger(words)
            clock.play(4 / 3)
        kept = recording.keep(scene)
        live.stop()
        return kept

    return record


def starts(face) -> dict[str, float]:
    return {beat.words: round(beat.start, 1) for beat in face.emotebot.beats}


FIVE = {"happy": 0, "sad": 3, "angry": 6, "afraid": 9, "surprised": 12}


def test_a_recording_loses_no_beat_and_tells_which_moved(five, record_from_the_start) -> None:
    assert five.id_data.users_scene[0].emotebot.record_mode == "INSERT"  # if nothing is chosen
    kept = record_from_the_start("INSERT")
    moved = {words: start + 4 for words, start in FIVE.items()}
    assert starts(five) == pytest.approx(
        {"calm": 0, "neutral": 1.3, "contempt": 2.7} | moved, abs=0.06
    )
    assert str(kept.message).startswith(
        f"4.0 s recorded from frame 1: 3 {ADDED}, 5 later moved by 4.0 s. The scene ends on frame"
    )


def test_beats_that_a_recording_replaces_are_reported(five, record_from_the_start) -> None:
    kept = record_from_the_start("REPLACE")
    assert set(starts(five)) == {"calm", "neutral", "contempt", "angry", "afraid", "surprised"}
    assert str(kept.message) == f"4.0 s recorded from frame 1: 3 {ADDED}, 2 replaced"


def test_a_recording_goes_among_the_beats_where_that_is_chosen(five, record_from_the_start) -> None:
    kept = record_from_the_start("KEEP")
    assert starts(five).items() >= FIVE.items()
    assert str(kept.message) == f"4.0 s recorded from frame 1: 3 {ADDED}, 2 kept beside them"


def test_a_recording_on_keys_edited_by_hand_warns(five, record_from_the_start) -> None:
    five.data.shape_keys.animation_data.nla_tracks[0].lock = True
    assert "locked" in str(record_from_the_start("REPLACE").problem)


def test_recording_follows_the_scene_while_it_plays(face, clock) -> None:
    scene = bpy.context.scene
    scene.frame_set(1)
    live.record(scene)
    for frame in range(1, 49):
        scene.frame_set(frame)
        if frame == 25:
            live.trigger("happy")
        clock.play(1 / RATE, playing=True)
    recording.keep(scene)
    live.stop()
    (beat,) = face.emotebot.beats
    assert beat.start == pytest.approx(1.0, abs=0.05)


def test_a_recording_that_is_to_be_kept_as_nothing_goes_on(face, clock) -> None:
    settings = bpy.context.scene.emotebot
    settings.record_beats = settings.record_keys = False
    live.record(bpy.context.scene)
    live.trigger("happy")
    clock.play(1.0)
    with pytest.raises(EmoteBotError, match="Choose beats or keys"):
        recording.keep(bpy.context.scene)
    settings.record_beats = True
    recording.keep(bpy.context.scene)
    assert len(face.emotebot.beats) == 1


def test_a_recording_is_a_step_to_undo_of_its_own(face) -> None:
    name = face.name
    bpy.ops.ed.undo_push(message="start")
    face.location.x = 1
    bpy.ops.ed.undo_push(message="moved")
    clock = Clock().start()
    live.record(bpy.context.scene)
    live.trigger("happy")
    clock.play(1.0)
    bpy.ops.emotebot.record()
    live.stop()
    bpy.ops.ed.undo()
    face = bpy.data.objects[name]
    assert face.location.x == 1
    assert len(face.emotebot.beats) == 0
    bpy.ops.ed.redo()
    assert len(bpy.data.objects[name].emotebot.beats) == 1


def test_a_scene_that_begins_again_ends_the_recording(face, clock) -> None:
    scene = bpy.context.scene
    scene.frame_set(1)
    live.record(scene)
    for frame in (*range(1, 49), 1):
        assert not live.has_restarted()
        scene.frame_set(frame)
        clock.play(1 / RATE, playing=True)
    assert live.has_restarted()
    assert str(recording.keep(scene).message) == f"2.0 s recorded from frame 1: 0 {ADDED}"


def test_recorded_keys_keep_their_seconds_at_another_rate(face, clock) -> None:
    settings, scene = bpy.context.scene.emotebot, bpy.context.scene
    settings.record_beats, settings.record_keys = False, True
    scene.frame_set(1)
    live.record(scene)
    live.trigger("happy", take=3)
    clock.play(2.0)
    recording.keep(scene)
    live.stop()
    scene.frame_set(25)
    smile = value(face, "mouthSmileLeft")
    scene.render.fps = 48
    runtime().events.emit(FrameRateChanged())
    scene.frame_set(49)
    assert value(face, "mouthSmileLeft") == pytest.approx(smile, abs=0.01)
    assert smile > 0.2
