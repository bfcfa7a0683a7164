# SPDX-License-Identifier: GPL-3.0-or-later
"""Which words are taken for typed; ``.ci/try_window.py`` sees that each is one step to undo."""

import bpy
import pytest

from emotebot_blender.session import words
from emotebot_blender.session.events import WordsTyped
from emotebot_blender.session.runtime import runtime
from emotebot_blender.session.settings import complete, scene_settings
from emotebot_blender.ui import typed_words


@pytest.fixture
def typed(face) -> list[WordsTyped]:
    """Return what is reported of typing from now on."""
    reported: list[WordsTyped] = []
    runtime().events.subscribe(WordsTyped, reported.append)
    return reported


def test_words_that_a_field_was_left_with_were_typed(typed) -> None:
    complete(None, bpy.context, "terrified")
    scene_settings(bpy.context.scene).words = "terrified"
    assert len(typed) == 1


def test_words_that_were_chosen_from_the_completion_were_typed(typed) -> None:
    complete(None, bpy.context, "very surpr")
    scene_settings(bpy.context.scene).words = "very surprised"
    assert len(typed) == 1


def test_a_field_that_was_emptied_was_typed_into(typed) -> None:
    scene_settings(bpy.context.scene).words = ""
    assert len(typed) == 1


def test_the_words_of_a_beat_are_typed_too(typed, face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    assert not typed
    complete(None, bpy.context, "sad")
    face.emotebot.beats[0].words = "sad"
    assert len(typed) == 1


def test_words_that_a_script_sets_were_not_typed(typed) -> None:
    complete(None, bpy.context, "sad")
    scene_settings(bpy.context.scene).words = "happy"
    scene_settings(bpy.context.scene).words = "sad"
    assert not typed


def test_no_step_waits_where_there_is_no_window(typed) -> None:
    scene_settings(bpy.context.scene).words = ""
    assert not bpy.app.timers.is_registered(typed_words.push_step)


def test_a_step_that_waits_goes_with_the_add_on(typed) -> None:
    runtime().may_wait = True
    scene_settings(bpy.context.scene).words = ""
    assert bpy.app.timers.is_registered(typed_words.push_step)
    typed_words.forget_typing()
    assert not bpy.app.timers.is_registered(typed_words.push_step)


def test_the_field_completes_the_last_word(blender) -> None:
    offered = words.complete("very surpr")
    assert "very surprised" in offered
    assert all(entry.startswith("very surpr") for entry in offered)


def test_words_of_the_language_that_is_spoken_come_alone(preferred) -> None:
    assert words.complete("furi") == ["furious", "furiously"]
    preferred.language = "fr"
    assert "furieux" in words.complete("furi")
    assert "furious" not in words.complete("furi")
    assert words.complete("traurig")  # which no French word begins like
    preferred.language = "BLENDER"
