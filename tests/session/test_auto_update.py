# SPDX-License-Identifier: GPL-3.0-or-later
"""Long sequences are performed in the first pause; where there is no window nothing ever waits."""

import time

import bpy
import pytest
from interface import curves_of, new_face

from emotebot_blender.session import auto_update


@pytest.fixture
def waiting(blender, monkeypatch):
    """Return a face whose sequence takes long, in a Blender that seems to have a window."""
    face = new_face("Face")
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    monkeypatch.setattr(auto_update, "_QUICK", 0.0)
    monkeypatch.setattr(auto_update, "_PAUSE", 0.05)
    monkeypatch.setattr(auto_update.bpy, "app", _Windowed(bpy.app))
    return face


class _Windowed:
    """Blender's application with a window."""

    background = False

    def __init__(self, app: object) -> None:
        self._app = app

    def __getattr__(self, name: str) -> object:
        return getattr(self._app, name)


def frown(face) -> float:
    """Return how far the layer lets the face frown at most."""
    (track,) = face.data.shape_keys.animation_data.nla_tracks
    curve = next(
        curve for curve in curves_of(track.strips[0].action) if "mouthFrownLeft" in curve.data_path
    )
    return max(point.co.y for point in curve.keyframe_points)


def test_edits_wait_for_a_pause(waiting) -> None:
    before = frown(waiting)
    waiting.emotebot.beats[0].words = "sad"
    auto_update._perform_waiting()
    assert frown(waiting) == before
    time.sleep(0.06)
    assert auto_update._perform_waiting() is None
    assert frown(waiting) > 2 * before


def test_a_face_that_has_gone_is_waited_for_no_longer(waiting) -> None:
    waiting.emotebot.beats[0].words = "sad"
    bpy.data.objects.remove(waiting)
    time.sleep(0.06)
    assert auto_update._perform_waiting() is None


def test_a_step_has_long_sequences_performed_again(waiting) -> None:
    before = frown(waiting)
    waiting.emotebot.automatic = False
    waiting.emotebot.beats[0].words = "sad"
    waiting.emotebot.automatic = True
    auto_update.follow_step()
    time.sleep(0.06)
    auto_update._perform_waiting()
    assert frown(waiting) > 2 * before


def test_nothing_waits_without_a_window(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    before = frown(face)
    face.emotebot.beats[0].words = "sad"
    assert not bpy.app.timers.is_registered(auto_update._perform_waiting)
    assert frown(face) > 2 * before
