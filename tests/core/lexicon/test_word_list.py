# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os

import pytest

from emotebot_blender.core.errors import EmoteBotError, TriggerError
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.lexicon.word_list import LARGEST_WORD_LIST

LEXICON = Lexicon.load()


def assert_feels(lexicon: Lexicon, text: str, intensity: float, **shares: float) -> None:
    feeling = lexicon.read(text)
    assert feeling.mixture.amounts() == pytest.approx(shares)
    assert feeling.intensity == pytest.approx(intensity)


def lexicon_of(tmp_path, content) -> Lexicon:
    path = tmp_path / "words.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return Lexicon.load(path)


def test_words_of_a_list_add_override_and_come_first(tmp_path):
    lexicon = lexicon_of(
        tmp_path,
        {
            "entries": [
                {"emotion": {"anger": 3, "fear": 1}, "intensity": 0.6, "words": ["Hulk-mode"]},
                {"emotion": {"sadness": 1}, "intensity": 0.2, "words": ["happy"]},
            ],
            "modifiers": [{"scale": 0.5, "words": ["sorta-kinda"]}],
        },
    )
    assert_feels(lexicon, "hulk mode", 0.6, anger=0.75, fear=0.25)
    assert_feels(lexicon, "sorta kinda hulk-mode", 0.3, anger=0.75, fear=0.25)
    assert_feels(lexicon, "happy", 0.2, sadness=1)
    assert_feels(lexicon, "terrified", 0.95, fear=1)
    assert lexicon.words[:2] == ("happy", "Hulk-mode")
    assert len(lexicon.words) == len(LEXICON.words) + 1
    assert_feels(LEXICON, "happy", 0.75, happiness=1)


def test_words_of_a_list_are_suggested(tmp_path):
    entry = {"emotion": {"anger": 1}, "intensity": 1, "words": ["zornbinkel"]}
    lexicon = lexicon_of(tmp_path, {"entries": [entry]})
    with pytest.raises(TriggerError, match="is unknown: try zornbinkel"):
        lexicon.read("zornbinkl")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"entries": [}', "is not JSON: line 1, column 14"),
        ("[" * 100_000, "nests too deep"),
        ('{"entries": ' + "9" * 5000 + "}", "has a number of endless length"),
        ("[]", "the file should be an object"),
        ({"entrys": []}, "“entrys” in the file is not one of language, entries,"),
        ({"entries": {}}, "“entries” should be a list"),
        ({"entries": ["happy"]}, "entry 1 should be an object"),
        ({"language": 5}, "“language” should be a text"),
        ({"grammar": {"glue": ["and"]}}, "“glue” in “grammar” is not one of joining"),
        ({"modifiers": [{"words": ["x"]}]}, "modifier 1 should have one of “scale”"),
        ({"modifiers": [{"scale": -1, "words": ["x"]}]}, "“scale” of modifier 1 .* 0 to 10"),
    ],
)
def test_a_broken_list_is_refused(tmp_path, content, expected):
    with pytest.raises(EmoteBotError, match=f"The word list .*words.json .*{expected}"):
        lexicon_of(tmp_path, content)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"emotion": {"joy": 1}}, "“emotion” of entry 1: “joy” is not one of the 16"),
        ({"emotion": {"anger": "much"}}, "amount of “anger” in entry 1 should be a number"),
        ({"emotion": {"anger": 0}}, "“emotion” of entry 1: .* at least one emotion"),
        ({"emotion": None}, "“emotion” of entry 1 should be an object"),
        ({"intensity": 1.5}, "“intensity” of entry 1 should be a number from 0 to 1"),
        ({"intensity": True}, "“intensity” of entry 1 should be a number"),
        ({"intensity": float("nan")}, "“intensity” of entry 1 should be a number"),
        ({"intensity": None}, "“intensity” of entry 1 should be a number"),
        ({"words": "zap"}, "“words” of entry 1 should be a list"),
        ({"words": [3]}, "each of “words” of entry 1 should be a text"),
        ({"words": [" - "]}, "“ - ” in “words” of entry 1 has no letter or symbol"),
        ({"words": ["80s"]}, "“80s” .* begins with a number"),
        ({"words": ["=)"]}, "“=\\)” .* has a “=”"),
        ({"strength": 1}, "“strength” in entry 1 is not one of emotion, expression, intens"),
    ],
)
def test_a_broken_entry_is_refused(tmp_path, change, expected):
    entry = {"emotion": {"anger": 1}, "intensity": 0.5, "words": ["zap"]} | change
    with pytest.raises(EmoteBotError, match=f"The word list .*words.json .*{expected}"):
        lexicon_of(tmp_path, {"entries": [entry]})


def test_an_unreadable_list_is_refused(tmp_path):
    with pytest.raises(EmoteBotError, match=r"There is no file at .*none\.json"):
        Lexicon.load(tmp_path / "none.json")
    (tmp_path / "latin.json").write_bytes('{"language": "café"}'.encode("latin-1"))
    with pytest.raises(EmoteBotError, match="is not a text in UTF-8"):
        Lexicon.load(tmp_path / "latin.json")


def test_a_list_too_large_is_refused(tmp_path):
    path = tmp_path / "words.json"
    with path.open("wb") as file:
        file.truncate(LARGEST_WORD_LIST + 1)
    with pytest.raises(EmoteBotError, match="is larger than 16 MiB"):
        Lexicon.load(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe with a name is of Unix")
def test_a_pipe_is_no_list(tmp_path):
    os.mkfifo(tmp_path / "words.json")
    with pytest.raises(EmoteBotError, match="is a device or a pipe"):
        Lexicon.load(tmp_path / "words.json")
