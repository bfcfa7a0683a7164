# SPDX-License-Identifier: GPL-3.0-or-later
"""The head of a live face beside layers that turn it, and as keys of what was recorded."""

import bpy
import pytest
from bpy.types import Object
from interface import RATE, Clock
from live_heads import lower_bone, lowered, neck_degrees, play_sad, rotations, turn
from necked import add_neck

from emotebot_blender.session import live, recording
from emotebot_blender.session.sequence import sequence_of
from emotebot_blender.ui.shown import face_of


@pytest.fixture
def rig(face):
    """Return the armature of the face that hangs on it; nothing is live any more in the end."""
    yield add_neck(face)
    live.stop()


def lowered_on(rig: Object, frame: int) -> float:
    bpy.context.scene.frame_set(frame)
    return lowered(rig)


def record_keys(rig: Object, seconds: float = 2.0) -> dict[int, float]:
    """Record sadness from frame 25 on; return by how many degrees the head was lowered."""
    scene = bpy.context.scene
    scene.emotebot.record_keys = True
    scene.render.fps = 30
    scene.frame_set(25)
    clock = Clock().start()
    live.record(scene)
    live.trigger("sad", take=1)
    shown = {}
    for frame in range(25, 25 + round(seconds * 30)):
        clock.play(2 / RATE if frame > 25 else 1 / RATE)
        shown[frame] = lowered(rig)
    recording.keep(scene)
    live.stop()
    return shown


def test_the_turn_takes_the_place_of_that_of_a_layer_until_the_end(rig):
    lower_bone(rig, 10)
    bpy.ops.emotebot.perform(script="sad")
    scene = bpy.context.scene
    scene.frame_set(60)
    performed, before = lowered(rig), rotations(rig)
    assert performed > 13
    clock = play_sad()
    assert lowered(rig) == pytest.approx(10 + turn(), abs=0.6)
    for frame in (61, 62, 60):
        scene.frame_set(frame)
        clock.play(1 / RATE)
        assert lowered(rig) == pytest.approx(10 + turn(), abs=0.6)
    live.stop()
    assert lowered(rig) == pytest.approx(performed, abs=1e-4)
    assert rotations(rig) == before


def test_the_turn_goes_on_top_of_keys_below_a_layer(rig):
    for frame, degrees in ((1, 0), (41, 40)):
        lower_bone(rig, degrees, "neck")
        rig.pose.bones["neck"].keyframe_insert("rotation_quaternion", frame=frame)
    bpy.ops.emotebot.perform(script="sad")
    clock = play_sad()
    for frame in (21, 31):
        bpy.context.scene.frame_set(frame)
        clock.play(1 / RATE)
        assert lowered(rig) == pytest.approx(neck_degrees(rig, frame) + turn(), abs=0.6)


@pytest.mark.parametrize(("keying", "step"), [("REDUCED", 2), ("STEPPED", 4)])
def test_recorded_keys_turn_the_head_as_it_was_played_and_no_longer(rig, keying, step):
    sequence = sequence_of(face_of(bpy.context))
    sequence.keying, sequence.step = keying, step
    bpy.context.scene.emotebot.record_beats = False
    lower_bone(rig, 10)
    shown = record_keys(rig)
    assert shown[80] > 13
    near = 0.5 if keying == "REDUCED" else 1.5
    for frame in (29, 45, 65, 81):
        assert lowered_on(rig, frame) == pytest.approx(shown[frame], abs=near)
    for frame in (1, 20, 95, 200):
        assert lowered_on(rig, frame) == pytest.approx(10, abs=0.01)
    (track,) = rig.animation_data.nla_tracks
    assert track.name == "EmoteBot Live 1"
    bpy.ops.emotebot.clear()
    assert lowered_on(rig, 60) == pytest.approx(10, abs=0.01)


def test_a_pose_counts_once_where_several_layers_turn_the_head(rig):
    bpy.context.scene.emotebot.record_beats = False
    lower_bone(rig, 40)
    record_keys(rig)
    bpy.ops.emotebot.perform(script="sad")
    bpy.ops.emotebot.perform(script="sad")
    assert len(rig.animation_data.nla_tracks) == 2
    for frame in (1, 60, 120):
        assert lowered_on(rig, frame) == pytest.approx(50, abs=12)  # 90 if it counted twice


def test_beats_that_are_recorded_too_turn_the_head_alone(rig):
    record_keys(rig)
    (track,) = rig.animation_data.nla_tracks
    assert track.name == "EmoteBot"


def test_the_beats_of_a_time_turn_the_head_there_alone(rig):
    bpy.ops.emotebot.perform(script="sad")
    bpy.context.scene.emotebot.record_beats = False
    record_keys(rig)
    assert len(rig.animation_data.nla_tracks) == 1
