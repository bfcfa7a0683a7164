# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts in other languages; .ci/try_extension.py tries that Blender shows them."""

import json
import re
import runpy
from pathlib import Path

import pytest

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.session import translation

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("de", "es", "fr", "ja")


@pytest.fixture(scope="module")
def said() -> list[str]:
    """Return every text that the sources say."""
    return runpy.run_path(str(ROOT / "tools" / "texts.py"))["texts"]()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_a_translation(said, language) -> None:
    assert sorted(translation.texts(language)) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_places_of_the_text(language) -> None:
    for english, own in translation.texts(language).items():
        assert own.strip()
        assert sorted(re.findall(r"\{\d+\}", own)) == sorted(re.findall(r"\{\d+\}", english))


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


def in_german(sentence: str) -> str:
    return translation._told(sentence, "de")


def test_a_sentence_is_told_with_its_values() -> None:
    assert in_german("The scene “Take 2” has 3 faces") == "Die Szene „Take 2“ hat 3 Gesichter"


def test_a_name_in_quotes_stays_as_it_is() -> None:
    assert "Face" in translation.texts("de")
    assert in_german("The scene “Face” has 3 faces") == "Die Szene „Face“ hat 3 Gesichter"


def test_a_sentence_within_a_sentence_is_told_too() -> None:
    try:
        Lexicon.load().read("hapy")
    except EmoteBotError as error:
        said = in_german(f"Beat 3: {error}")
    assert said.startswith("Beat 3: „hapy“")
    assert "am ähnlichsten" in said
    assert "trigger word" not in said


def test_braces_that_are_no_places_stay() -> None:
    english = 'a script was expected, such as {"emotebot_script": 1, "beats": []}'
    assert '{"emotebot_script": 1, "beats": []}' in in_german(english)


def test_an_unknown_sentence_stays_as_it_is() -> None:
    assert in_german("Ceci n’est pas une phrase") == "Ceci n’est pas une phrase"


def test_without_a_language_of_its_own_blender_is_followed(blender) -> None:
    assert translation.language() == "en"
    assert translation.told("Add a beat first") == "Add a beat first"
