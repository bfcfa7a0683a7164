# SPDX-License-Identifier: GPL-3.0-or-later
"""Sheets of pictures and their labels."""

import pytest

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import NEUTRAL, CustomExpression, Feeling, Mixture
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.script.beats import Beat
from emotebot_blender.render.images import read_image
from emotebot_blender.render.sheet import MOST_PICTURES, SheetPicture, picture_of, render_sheet
from emotebot_blender.rig.face import find_face


def test_a_sheet_shows_every_beat_and_wraps_into_rows(talker, empty_scene, contents, tmp_path):
    before = contents()
    pictures = [SheetPicture(1 + index % 3, f"word {index}", "fear 95 %") for index in range(8)]
    path = tmp_path / "sheet.png"
    render_sheet(find_face(talker, empty_scene), empty_scene, pictures, path, None, 48, 1)
    height, width, _ = read_image(path).shape
    assert 4 * 48 < width < 5 * 48  # eight in two rows of four, with margins
    assert height > 2 * 60
    assert contents() == before


@pytest.mark.parametrize("count", [0, MOST_PICTURES + 1])
def test_a_sheet_of_nothing_or_too_much_is_refused(count, talker, empty_scene, tmp_path):
    face = find_face(talker, empty_scene)
    with pytest.raises(EmoteBotError, match=f"not {count}"):
        render_sheet(face, empty_scene, [SheetPicture(1, "a", "b")] * count, tmp_path / "sheet.png")
    assert list(tmp_path.iterdir()) == []


def feeling(**amounts: float) -> Feeling:
    return Feeling(Mixture.of(amounts), 0.95)


def test_a_label_gives_the_words_and_what_they_stand_for():
    picture = picture_of(Beat(feeling(fear=1), words="terrified"), 7)
    assert picture == SheetPicture(7, "terrified", "fear 95 %")


def test_a_label_names_the_two_greatest_parts_of_a_mixture():
    mixed = Feeling(Mixture.of({"fear": 0.5, "anger": 0.3, "disgust": 0.2}), 1.0)
    assert picture_of(Beat(mixed, words="x"), 0).note == "fear 50 %  anger 30 %"


def test_a_picture_names_an_expression_of_the_users_own():
    gawp = CustomExpression("gawp", (0.5,) * len(CHANNELS))
    mixed = Feeling(Mixture.of({"fear": 1}), 0.5, ((gawp, 0.4),))
    assert picture_of(Beat(mixed, words="x"), 0).note == "fear 30 %  gawp 20 %"
    alone = Feeling(NEUTRAL, 0.5, ((gawp, 1.0),))
    assert picture_of(Beat(alone, words="x"), 0).note == "gawp 50 %"


@pytest.mark.parametrize("words", ["", "سعيد", "ཀ"])
def test_words_that_cannot_be_shown_give_way_to_the_emotion(words):
    assert picture_of(Beat(feeling(sadness=1), words=words), 0).title == "sadness"
