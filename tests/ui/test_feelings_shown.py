# SPDX-License-Identifier: GPL-3.0-or-later
"""What the buttons of a feeling show, key and tell."""

from types import SimpleNamespace

import bpy
import pytest
from interface import tracks, value, values
from keying import key_by_hand

from emotebot_blender.ui.operators import feeling_ops

SMILE = "mouthSmileLeft"


@pytest.fixture
def auto_keying(face):
    """Yield a face in a scene with auto keying, the playhead at frame 30."""
    settings = bpy.context.scene.tool_settings
    settings.use_keyframe_insert_auto = True
    bpy.context.scene.frame_set(30)
    yield face
    settings.use_keyframe_insert_auto = False


def test_a_pose_that_keys_take_back_is_reported(face, capsys) -> None:
    key_by_hand(face, SMILE, (1, 0.58), (9, 0.0))
    key_by_hand(face, "jawOpen", (1, 0.0), (9, 0.0))
    bpy.ops.emotebot.pose(words="happy")
    assert (
        "“Face” shows “happy”. On the next frame, keys take it back on Face: jawOpen "
        "and 1 more: Key It keeps it, and so does Auto Keying"
    ) in capsys.readouterr().out


def test_a_pose_on_a_layer_is_reported_too(face, capsys) -> None:
    bpy.ops.emotebot.perform(script="sad")
    bpy.ops.emotebot.pose(words="happy")
    assert "On the next frame, keys take it back" in capsys.readouterr().out


def test_a_pose_that_stays_is_not_reported(face, capsys) -> None:
    face.location[0] = 1.0
    face.keyframe_insert("location", frame=1)
    bpy.ops.emotebot.pose(words="happy")
    assert "next frame" not in capsys.readouterr().out


def test_with_auto_keying_a_pose_is_keyed(auto_keying, capsys) -> None:
    bpy.ops.emotebot.pose(words="happy")
    assert "“happy” on “Face” arrives at frame 30, starts at 14" in capsys.readouterr().out
    shown = []
    for frame in (1, 30, 200):
        bpy.context.scene.frame_set(frame)
        shown.append(value(auto_keying, SMILE))
    assert shown[0] == 0
    assert shown[1] == shown[2] > 0.2


def test_with_auto_keying_another_feeling_takes_its_place(auto_keying) -> None:
    for words in ("happy", "sad"):
        bpy.ops.emotebot.pose(words=words)
    bpy.ops.emotebot.roll_take()
    assert tracks(auto_keying) == {"EmoteBot Feelings": 1}


def test_a_keyed_pose_is_one_step_to_undo(auto_keying) -> None:
    bpy.ops.ed.undo_push(message="start")
    bpy.ops.emotebot.pose("EXEC_DEFAULT", True, words="happy")
    bpy.ops.ed.undo()
    face = bpy.data.objects["Face"]
    assert values(face) == [0.0] * 53
    assert face.data.shape_keys.animation_data is None


def test_takes_go_on_and_back(face) -> None:
    settings, takes, faces = bpy.context.scene.emotebot, [], []
    for back in (False, False, True, True):
        bpy.ops.emotebot.roll_take(back=back)
        takes.append(settings.take)
        faces.append(values(face))
    assert takes == [1, 2, 1, 0]
    assert faces[0] == faces[2] != faces[1]


def test_there_is_no_take_before_the_first(face) -> None:
    with pytest.raises(RuntimeError, match="Take 0 is the first one"):
        bpy.ops.emotebot.roll_take(back=True)


def test_a_take_can_be_named(face) -> None:
    bpy.ops.emotebot.roll_take(take=7)
    assert bpy.context.scene.emotebot.take == 7


@pytest.mark.parametrize("way", ["is_invoke", "is_repeat"])
def test_the_panel_shows_what_a_button_or_the_redo_panel_shows(face, way) -> None:
    options = SimpleNamespace(**{"is_invoke": False, "is_repeat": False, way: True})
    operator = SimpleNamespace(words="sad", intensity=0.5, take=3, options=options)
    feeling_ops.keep_in_panel(operator, bpy.context.scene)
    settings = bpy.context.scene.emotebot
    assert (settings.words, settings.intensity, settings.take) == ("sad", 0.5, 3)


def test_the_panel_stays_when_a_script_shows_something(face) -> None:
    bpy.ops.emotebot.pose(words="sad", intensity=0.5, take=3)
    settings = bpy.context.scene.emotebot
    assert (settings.words, settings.intensity, settings.take) == ("happy", 1, 0)


def test_without_words_those_of_the_panel_are_shown(face) -> None:
    bpy.context.scene.emotebot.words = "happy"
    shown = values(face)
    bpy.ops.emotebot.pose(words="sad")
    bpy.ops.emotebot.pose()
    assert values(face) == shown
