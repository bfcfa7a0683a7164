# SPDX-License-Identifier: GPL-3.0-or-later
import json
import statistics
import time
from types import SimpleNamespace

import bpy
import pytest

from emotebot_blender.core.triggers import Lexicon
from emotebot_blender.ui import emote, panel
from emotebot_blender.ui.properties import settings

EMOTIONS = {
    "Happy": "happiness",
    "Sad": "sadness",
    "Surprised": "surprise",
    "Angry": "anger",
    "Afraid": "fear",
    "Disgusted": "disgust",
    "Contemptuous": "contempt",
    "Neutral": "neutral",
}
PANELS = (panel.FacePanel, panel.EmotePanel, panel.ScriptPanel)


class Layout:
    """Takes what a panel draws and keeps it."""

    def __init__(self, drawn: list | None = None) -> None:
        self.__dict__["drawn"] = [] if drawn is None else drawn

    def __setattr__(self, name: str, value: object) -> None:
        """Take a setting of the layout; none of them matters here."""

    def _part(self, **_arguments: object) -> "Layout":
        return Layout(self.drawn)

    row = column = box = grid_flow = _part

    def label(self, text: str = "", **_arguments: object) -> None:
        self.drawn.append(("label", text))

    def prop(self, owner: object, name: str, **_arguments: object) -> None:
        assert name in owner.bl_rna.properties
        self.drawn.append(("prop", name))

    def operator(self, name: str, **_arguments: object) -> SimpleNamespace:
        group, _, own = name.partition(".")
        getattr(getattr(bpy.ops, group), own).get_rna_type()
        pressed = SimpleNamespace()
        self.drawn.append(("operator", name, pressed))
        return pressed


def _context(width: int = 292) -> SimpleNamespace:
    return SimpleNamespace(
        scene=bpy.context.scene,
        view_layer=bpy.context.view_layer,
        preferences=SimpleNamespace(system=SimpleNamespace(ui_scale=1.0)),
        region=SimpleNamespace(width=width),
    )


def _draw(*panels: type, width: int = 292) -> list[tuple]:
    context, layout = _context(width), Layout()
    for each in panels:
        if getattr(each, "poll", lambda _: True)(context):
            each.draw(SimpleNamespace(layout=layout), context)
    return layout.drawn


def _labels(drawn: list[tuple]) -> str:
    return " ".join(entry[1] for entry in drawn if entry[0] == "label")


def _operators(drawn: list[tuple]) -> list[str]:
    return [entry[1] for entry in drawn if entry[0] == "operator"]


def test_without_a_face_there_is_one_to_add(blender) -> None:
    drawn = _draw(*PANELS)
    assert "no face" in _labels(drawn)
    assert _operators(drawn) == ["emotebot.add_character"]


def test_the_face_is_named_with_its_channels(face) -> None:
    assert "Face 52 of 52 channels, 1 mesh" in _labels(_draw(panel.FacePanel))


def test_a_new_face_is_seen_at_once(add_face) -> None:
    assert "no face" in _labels(_draw(panel.FacePanel))
    add_face("Robin")
    assert "Robin" in _labels(_draw(panel.FacePanel))


def test_what_stands_in_the_way_is_told(face) -> None:
    face.data.shape_keys.key_blocks["jawOpen"].lock_shape = True
    assert "jawOpen (locked)" in _labels(_draw(panel.FacePanel))


def test_everything_of_the_first_panel_is_there(face) -> None:
    drawn = _draw(*PANELS)
    pressed = _operators(drawn)
    assert pressed.count("emotebot.pose") == 8
    assert pressed[-2:] == ["emotebot.key", "emotebot.perform"]
    assert {entry[1] for entry in drawn if entry[0] == "prop"} >= {"words", "intensity", "script"}


def test_an_unknown_word_is_told_on_lines_that_fit(face) -> None:
    settings(bpy.context.scene).words = "hapy"
    wide, narrow = (_draw(panel.EmotePanel, width=width) for width in (900, 180))
    assert "hapy" in _labels(wide)
    assert _labels(wide).split() == _labels(narrow).split()
    assert len([entry for entry in narrow if entry[0] == "label"]) > 2


@pytest.mark.parametrize("button", panel.buttons(), ids=lambda button: button.label)
def test_a_button_shows_the_emotion_that_it_names(button) -> None:
    mixture = Lexicon.load().read(button.words).mixture
    assert mixture.amounts() == {EMOTIONS[button.label]: 1}


def test_there_is_a_button_for_each_emotion() -> None:
    assert [button.label for button in panel.buttons()] == list(EMOTIONS)


def test_a_list_of_own_words_is_read_again_when_it_changes(blender, tmp_path) -> None:
    own = tmp_path / "words.json"
    assert "words.json" in emote.fault_in("zorblax", own)
    entry = {"emotion": {"happiness": 1}, "intensity": 0.5, "words": ["zorblax"]}
    own.write_text(json.dumps({"entries": [entry]}), encoding="utf-8")
    assert emote.fault_in("zorblax", own) == ""


def test_the_field_completes_the_last_word(blender) -> None:
    found = emote.complete("very surpr", None)
    assert "very surprised" in found
    assert all(entry.startswith("very surpr") for entry in found)


def test_drawing_takes_less_than_a_millisecond(blender, shared) -> None:
    bpy.ops.wm.open_mainfile(filepath=str(shared / "rigs" / "reference_head.blend"))
    settings(bpy.context.scene).words = "hapy"  # the worst case: the nearest words are looked for
    _draw(*PANELS)
    seconds = []
    for _ in range(50):
        before = time.perf_counter()
        _draw(*PANELS)
        seconds.append(time.perf_counter() - before)
    assert statistics.median(seconds) < 0.001
