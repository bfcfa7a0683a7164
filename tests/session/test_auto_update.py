# SPDX-License-Identifier: GPL-3.0-or-later
"""Long sequences are performed in the first pause; where there is no window nothing ever waits."""

import bpy
import pytest
from interface import curves_of, new_face

from emotebot_blender.session import auto_update
from emotebot_blender.session.runtime import runtime


class SlowClock:
    """A clock on which performing a sequence takes ten seconds, as it is asked before and after."""

    def __init__(self) -> None:
        self.now = 100.0
        self.step = 10.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now

    def wait(self, seconds: float) -> float | None:
        """Let time pass, and return what the timer of updates that wait returns then."""
        self.step = 0.0
        self.now += seconds
        return auto_update.update_waiting()


@pytest.fixture
def face(blender):
    """Return a face whose sequence takes long, in a Blender that seems to have a window."""
    runtime().may_wait = True
    runtime().clock = SlowClock()
    added = new_face("Face")
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    return added


@pytest.fixture
def clock(face) -> SlowClock:
    return runtime().clock


def frown(face) -> float:
    """Return how far the layer lets the face frown at most."""
    (track,) = face.data.shape_keys.animation_data.nla_tracks
    curve = next(
        curve for curve in curves_of(track.strips[0].action) if "mouthFrownLeft" in curve.data_path
    )
    return max(point.co.y for point in curve.keyframe_points)


def test_edits_wait_for_a_pause(face, clock) -> None:
    before = frown(face)
    face.emotebot.beats[0].words = "sad"
    assert clock.wait(auto_update.PAUSE / 2) == auto_update.PAUSE
    assert frown(face) == before
    assert clock.wait(auto_update.PAUSE) is None
    assert frown(face) > 2 * before


def test_another_edit_begins_the_pause_anew(face, clock) -> None:
    before = frown(face)
    face.emotebot.beats[0].words = "calm"
    clock.wait(auto_update.PAUSE / 2)
    face.emotebot.beats[0].words = "sad"
    clock.wait(0.75 * auto_update.PAUSE)
    assert frown(face) == before


def test_a_face_that_has_gone_is_waited_for_no_longer(face, clock) -> None:
    face.emotebot.beats[0].words = "sad"
    bpy.data.objects.remove(face)
    assert clock.wait(auto_update.PAUSE) is None


def test_a_step_has_long_sequences_performed_again(face, clock) -> None:
    name, before = face.name, frown(face)
    bpy.ops.ed.undo_push(message="start")
    face.emotebot.automatic = False
    face.emotebot.beats[0].words = "sad"
    face.emotebot.automatic = True
    bpy.ops.ed.undo_push(message="sad, not yet performed")
    face.emotebot.beats[0].mute = True
    bpy.ops.ed.undo_push(message="muted")
    bpy.ops.ed.undo()
    clock.wait(auto_update.PAUSE)
    assert frown(bpy.data.objects[name]) > 2 * before


def test_another_file_ends_the_waiting(face, clock) -> None:
    face.emotebot.beats[0].words = "sad"
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert not bpy.app.timers.is_registered(auto_update.update_waiting)
    assert clock.wait(auto_update.PAUSE) is None


def test_nothing_waits_without_a_window(face) -> None:
    runtime().may_wait = False
    before = frown(face)
    face.emotebot.beats[0].words = "sad"
    assert not bpy.app.timers.is_registered(auto_update.update_waiting)
    assert frown(face) > 2 * before
