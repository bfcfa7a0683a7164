# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions of the user's own, saved under words."""

import bpy
import pytest
from interface import value

from emotebot_blender.session import words


@pytest.fixture
def saved(face):
    """Return a face that was saved as "zigzag" and is at rest again."""
    for channel, number in (("mouthSmileLeft", 0.75), ("browOuterUpRight", 0.5)):
        face.data.shape_keys.key_blocks[channel].value = number
    bpy.ops.emotebot.expression_save(word="zigzag")
    for block in face.data.shape_keys.key_blocks:
        block.value = 0
    return face


def test_a_saved_word_shows_the_face_as_it_was(saved) -> None:
    bpy.ops.emotebot.pose(words="zigzag")
    assert value(saved, "mouthSmileLeft") == pytest.approx(0.75, abs=1e-4)
    assert value(saved, "browOuterUpRight") == pytest.approx(0.5, abs=1e-4)
    assert value(saved, "mouthSmileRight") == 0


def test_a_saved_word_scales_and_mixes(saved) -> None:
    bpy.ops.emotebot.pose(words="zigzag", intensity=0.5)
    assert value(saved, "mouthSmileLeft") == pytest.approx(0.375, abs=1e-4)
    bpy.ops.emotebot.pose(words="50% zigzag 50% sad")
    assert value(saved, "mouthFrownLeft") > 0.05
    assert value(saved, "browOuterUpRight") >= 0.2


def test_a_saved_word_works_in_a_sequence(saved) -> None:
    saved.emotebot.liveliness = 0
    bpy.ops.emotebot.beat_add(words="zigzag", start=0)
    bpy.context.scene.frame_set(1 + 2 * 24)
    assert value(saved, "mouthSmileLeft") == pytest.approx(0.75, abs=0.02)


def test_a_saved_word_is_offered_first(saved) -> None:
    assert words.complete("zig")[0] == "zigzag"


def test_a_saved_word_stays_in_the_file(saved, tmp_path) -> None:
    path = str(tmp_path / "saved.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert words.problem_in("zigzag")
    bpy.ops.wm.open_mainfile(filepath=path)
    assert words.problem_in("zigzag") is None


def test_saved_words_go_to_other_files(saved, tmp_path) -> None:
    path = str(tmp_path / "mine.json")
    bpy.ops.emotebot.expressions_export(filepath=path)
    bpy.ops.emotebot.expression_remove(word="zigzag")
    assert words.problem_in("zigzag")
    bpy.ops.emotebot.expressions_import(filepath=path)
    bpy.ops.emotebot.pose(words="zigzag")
    assert value(saved, "mouthSmileLeft") == pytest.approx(0.75, abs=1e-4)


@pytest.mark.parametrize("word", ["", "50 ways", "a=b", "very", "not", "and"])
def test_a_word_that_can_be_none_is_refused(face, word) -> None:
    face.data.shape_keys.key_blocks["jawOpen"].value = 0.5
    with pytest.raises(RuntimeError):
        bpy.ops.emotebot.expression_save(word=word)
    assert len(bpy.context.scene.emotebot.expressions) == 0


def test_a_face_at_rest_is_not_saved(face) -> None:
    with pytest.raises(RuntimeError, match="at rest"):
        bpy.ops.emotebot.expression_save(word="zigzag")


def test_saving_again_replaces(saved) -> None:
    saved.data.shape_keys.key_blocks["jawOpen"].value = 0.25
    bpy.ops.emotebot.expression_save(word="Zigzag")
    assert [own.word for own in bpy.context.scene.emotebot.expressions] == ["Zigzag"]
    bpy.ops.emotebot.pose(words="zigzag")
    assert value(saved, "mouthSmileLeft") == 0
    assert value(saved, "jawOpen") == pytest.approx(0.25, abs=1e-4)


@pytest.mark.parametrize(
    "weights",
    [
        "[1",
        "7",
        "[" * 100_000,
        '{"jawOpen": ' + "9" * 400 + "}",
        '{"jawOpen": ' + "9" * 5000 + "}",
        '{"jawOpen": NaN}',
        '{"jawOpen": -Infinity}',
        '{"jawOpen": "much"}',
    ],
    ids=lambda weights: weights[:14],
)
def test_a_damaged_expression_is_named(saved, weights) -> None:
    bpy.context.scene.emotebot.expressions[0].weights = weights
    bpy.ops.emotebot.pose(words="happy")
    assert words.damaged_expressions() == ["zigzag"]
    with pytest.raises(RuntimeError, match="zigzag"):
        bpy.ops.emotebot.pose(words="zigzag")
    with pytest.raises(RuntimeError, match=r"“zigzag” (was damaged|is a number from 0 to 1)"):
        bpy.ops.emotebot.expressions_export(filepath="never.json")
    bpy.ops.emotebot.expression_remove(word="zigzag")
    assert words.damaged_expressions() == []


def test_a_list_with_a_word_that_can_be_none_is_refused(saved, tmp_path) -> None:
    path = tmp_path / "mine.json"
    path.write_text('{"entries": [{"expression": {"jawOpen": 1}, "words": ["very"]}]}')
    with pytest.raises(RuntimeError, match="very"):
        bpy.ops.emotebot.expressions_import(filepath=str(path))
    bpy.ops.emotebot.pose(words="very happy")


def test_a_copied_scene_that_goes_takes_no_word_along(saved) -> None:
    scene = bpy.context.scene
    copied = scene.copy()
    saved.data.shape_keys.key_blocks["jawOpen"].value = 0.5
    bpy.ops.emotebot.expression_save(word="zigzag")
    bpy.data.scenes.remove(copied)
    bpy.ops.emotebot.pose(words="zigzag")
    assert value(saved, "jawOpen") == pytest.approx(0.5, abs=1e-4)


def test_a_word_that_means_something_else_is_performed_again(saved) -> None:
    bpy.ops.emotebot.beat_add(words="zigzag", start=0)
    saved.data.shape_keys.key_blocks["jawOpen"].value = 0.5
    bpy.ops.emotebot.expression_save(word="zigzag")
    bpy.context.scene.frame_set(1 + 2 * 24)
    assert value(saved, "jawOpen") > 0.4
