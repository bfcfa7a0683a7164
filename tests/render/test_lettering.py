# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of text as pixels."""

import numpy as np
import pytest

from emotebot_blender.render.lettering import Line, can_show, render_lines


@pytest.mark.parametrize(
    "words", ["triste à mourir", "грусть", "怒り", "悲しい 😢", "슬픔", "😀", "❤️"]
)
def test_words_of_other_languages_and_emoji_are_shown(words):
    assert can_show(words)


def ink(text: str, width: float = 200, size: float = 20) -> np.ndarray:
    return render_lines([Line(text, 100, 10, size, width, 0.1)], 200, 32)[..., 3]


def test_letters_stand_where_they_are_set(empty_scene):
    rows, columns = np.nonzero(ink("HHHH") > 0.5)
    assert (columns.min() + columns.max()) / 2 == pytest.approx(100, abs=2)
    assert rows.min() == pytest.approx(10, abs=1)


def test_a_long_line_keeps_to_its_width(empty_scene):
    _, columns = np.nonzero(ink("a line of words that goes on for ever and ever", 80) > 0.1)
    assert 60 < columns.max() - columns.min() <= 81


@pytest.mark.parametrize(("one", "other"), [("怒", "楽"), ("😀", "😢")])
def test_two_signs_are_not_both_the_box_of_a_missing_letter(one, other, empty_scene):
    assert np.abs(ink(one) - ink(other)).sum() > 5


def test_a_letter_has_no_hole_where_its_strokes_meet(empty_scene):
    cover = ink("w", size=28)
    columns = np.flatnonzero(cover.max(axis=0) > 0.02)
    w = cover[:, columns.min() : columns.max() + 1]
    assert np.abs(w - w[:, ::-1]).sum() < 0.25 * w.sum()  # both halves are alike
