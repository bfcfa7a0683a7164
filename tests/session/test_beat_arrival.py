# SPDX-License-Identifier: GPL-3.0-or-later
"""Beats that arrive at the playhead, or set out from it."""

import re

import bpy
import pytest
from interface import beats_of, value

from emotebot_blender.session.beat_times import natural_transition


def test_a_beat_arrives_at_the_playhead(face, capfd) -> None:
    scene = bpy.context.scene
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    scene.frame_set(49)  # two seconds after frame 1 at 24 frames a second
    bpy.ops.emotebot.pose(words="surprised")
    bpy.ops.emotebot.beat_add(words="surprised")
    bpy.context.view_layer.update()
    added = face.emotebot.beats[1]
    assert added.start + natural_transition(added) == pytest.approx(2.0, abs=1 / 24)
    assert 0.2 < natural_transition(added) < 1.5
    reported = capfd.readouterr().out.splitlines()[-1]
    said = re.fullmatch(r"Info: “surprised” arrives at frame (\S+), starts at (\S+)", reported)
    assert said is not None, reported
    assert float(said[1]) == pytest.approx(49, abs=0.05)  # the way depends on where it starts
    assert float(said[2]) == pytest.approx(1 + added.start * 24, abs=0.005)
    assert value(face, "mouthSmileLeft") < 0.1 < value(face, "jawOpen")  # it is there


def test_a_beat_sets_out_at_the_playhead_where_that_is_chosen(face) -> None:
    bpy.context.scene.frame_set(49)  # two seconds after frame 1 at 24 frames a second
    bpy.ops.emotebot.beat_add(words="happy", at="START")
    assert beats_of(face) == [("happy", 2.0)]


def test_a_beat_at_the_start_sets_out_there(face, capfd) -> None:
    bpy.context.scene.frame_set(3)
    bpy.ops.emotebot.beat_add(words="happy")
    assert beats_of(face) == [("happy", 0.0)]
    assert "starts at 1\n" in capfd.readouterr().out


def test_frames_between_frames_are_reported_as_they_are(face, capfd) -> None:
    bpy.context.scene.frame_set(48, subframe=0.25)
    bpy.ops.emotebot.beat_add(words="happy", transition=0.5)
    assert "“happy” arrives at frame 48.25, starts at 36.25\n" in capfd.readouterr().out
    bpy.context.scene.emotebot.time_unit = "FRAMES"
    bpy.ops.emotebot.beat_slide(offset=0.5)
    assert "“happy” at frame 48.25\n" in capfd.readouterr().out


def test_a_beat_with_a_time_of_its_own_arrives_too(face) -> None:
    bpy.context.scene.frame_set(49)
    bpy.ops.emotebot.beat_add(words="happy", transition=0.5)
    assert beats_of(face) == [("happy", 1.5)]


def test_a_beat_that_arrives_does_not_set_out_before_the_last_one(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=1.75)
    bpy.context.scene.frame_set(49)
    bpy.ops.emotebot.beat_add(words="sad")
    added = face.emotebot.beats[1]
    assert added.start == pytest.approx(1.75 + 1 / 24)
    assert added.start + added.transition == pytest.approx(2.0)
