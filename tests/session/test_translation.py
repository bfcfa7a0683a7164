# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts in other languages; .ci/try_extension.py tries that Blender shows them."""

import json
import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from emotebot_blender.core.errors import EmoteBotError, ScriptError
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.messages import Message
from emotebot_blender.session import translation

ROOT = Path(__file__).resolve().parents[2]
PLACE = re.compile(r"(?<!\{)\{\w+(?::[^{}]*)?\}")
LANGUAGES = ("de", "es", "fr", "ja")


@pytest.fixture(scope="module")
def every_text() -> list[str]:
    """Return every text of the sources."""
    return runpy.run_path(str(ROOT / "tools" / "texts.py"))["texts"]()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_a_translation(every_text, language) -> None:
    assert sorted(translation.texts(language)) == every_text


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_places_of_the_text(language) -> None:
    for english, own in translation.texts(language).items():
        assert own.strip()
        assert sorted(PLACE.findall(own)) == sorted(PLACE.findall(english))


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_texts_differ_from_english(language) -> None:
    pairs = translation.texts(language).items()
    assert sum(english == own for english, own in pairs) < len(pairs) / 15


@pytest.mark.parametrize("language", LANGUAGES)
def test_emotions_have_names_of_their_own(language) -> None:
    entries = json.loads(
        (ROOT / "emotebot_blender/data/buttons/emotions.json").read_text(encoding="utf-8")
    )
    names = [translation.texts(language)[entry["label"]] for entry in entries]
    assert len(set(names)) == 8


def in_german(message: Message) -> str:
    """Return a message as Blender shows it where its interface is German."""
    return message.translated(lambda english: translation.texts("de").get(english, english))


def test_a_sentence_is_translated_with_its_values() -> None:
    message = Message("“{face}” is live", face="Robin")
    assert in_german(message) == "„Robin“ ist live"


def test_a_name_is_never_translated() -> None:
    assert translation.texts("de")["Face"] == "Gesicht"
    assert in_german(Message("{face} + 1 mesh", face="Face")) == "Face + 1 Mesh"


def test_a_sentence_within_a_sentence_is_translated_too() -> None:
    with pytest.raises(EmoteBotError) as caught:
        Lexicon.load().read("hapy")
    german = in_german(Message("Beat {number}: {error}", number=3, error=caught.value))
    assert german.startswith("Beat 3: „hapy“")
    assert "möglich sind etwa" in german


def test_where_a_script_has_a_fault_is_translated() -> None:
    error = ScriptError(Message("“{words}” at {seconds:.2f} s", words="Face", seconds=2), 3, 5)
    assert in_german(error.message) == "Zeile 3, Spalte 5: „Face“ bei 2.00 s"


def test_an_unknown_sentence_stays_as_it_is() -> None:
    assert in_german(Message("Ceci n’est pas une phrase")) == "Ceci n’est pas une phrase"


def test_templates_are_looked_up_by_blender_before_their_values_stand_in_them(
    blender, monkeypatch
) -> None:
    asked = []

    def pgettext(text: str, context: str) -> str:
        asked.append((text, context))
        return {"{face} + 1 mesh": "1 Mesh + {face}"}[text]

    translations = SimpleNamespace(pgettext=pgettext)
    app = SimpleNamespace(translations=translations)
    monkeypatch.setattr(translation, "bpy", SimpleNamespace(app=app))
    assert translation.translate(Message("{face} + 1 mesh", face="Face")) == "1 Mesh + Face"
    assert asked == [("{face} + 1 mesh", "EmoteBot")]


def test_without_a_language_of_its_own_blender_is_followed(blender) -> None:
    assert translation.language() == "en"
    assert translation.translate(Message("Add a beat first")) == "Add a beat first"
