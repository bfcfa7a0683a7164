# SPDX-License-Identifier: GPL-3.0-or-later
"""One channel shown for a moment, after which the face stands as before."""

import bpy
import pytest
from interface import value

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.rig.convention import ControlName, Feed
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.map_corrections import correct
from emotebot_blender.session.wiggling import DURATION, Wiggle


@pytest.fixture
def posed(face):
    """Return a face whose jaw is open by hand."""
    face.data.shape_keys.key_blocks["jawOpen"].value = 0.25
    face.data.shape_keys.key_blocks["cheekPuff"].value = 0.5
    return face


def test_a_channel_goes_to_full_and_back(posed):
    wiggle = Wiggle(find_face(posed, bpy.context.scene), "jawOpen")
    shown = []
    for part in (0, 0.25, 0.5, 0.75):
        assert wiggle.show(part * DURATION)
        shown.append(value(posed, "jawOpen"))
    assert shown == pytest.approx([0, 0.5, 1, 0.5])
    assert value(posed, "cheekPuff") == 0.5
    assert not wiggle.show(DURATION)
    wiggle.end()
    assert value(posed, "jawOpen") == 0.25
    assert not posed.emotebot.held_pose


def test_a_channel_with_an_offset_starts_from_it(posed):
    correct(posed, {"jawOpen": [Feed(ControlName("jawOpen"), 0.5, offset=0.125)]})
    wiggle = Wiggle(find_face(posed, bpy.context.scene), "jawOpen")
    for part, shown in ((0, 0.125), (0.5, 0.625)):
        wiggle.show(part * DURATION)
        assert value(posed, "jawOpen") == pytest.approx(shown)
    wiggle.end()
    assert value(posed, "jawOpen") == 0.25


def test_an_emotion_as_a_whole_is_shown(posed):
    correct(posed, {"happiness": [Feed(ControlName("tongueOut"))], "tongueOut": ()})
    wiggle = Wiggle(find_face(posed, bpy.context.scene), "happiness")
    wiggle.show(DURATION / 2)
    assert (value(posed, "tongueOut"), value(posed, "jawOpen")) == (pytest.approx(1), 0.25)
    wiggle.end()
    assert (value(posed, "tongueOut"), value(posed, "jawOpen")) == (0, 0.25)


def test_a_file_saved_in_the_middle_has_the_face_as_before(posed, tmp_path):
    Wiggle(find_face(posed, bpy.context.scene), "jawOpen").show(DURATION / 2)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "character.blend"))
    assert value(posed, "jawOpen") == 0.25


def test_a_channel_that_moves_nothing_is_reported(posed):
    correct(posed, {"jawOpen": ()})
    with pytest.raises(EmoteBotError, match="has no control for the channels"):
        Wiggle(find_face(posed, bpy.context.scene), "jawOpen")
    assert not posed.emotebot.held_pose
