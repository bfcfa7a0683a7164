# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of the user's own: faces that were saved under a word, in phrases and in word lists."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from script_samples import FISH, SMIRK, WINK, face

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.errors import EmoteBotError, TriggerError
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.lexicon.word_list import read_word_list, write_word_list
from emotebot_blender.core.script.custom_words import check_custom_word

LEXICON = Lexicon.load(custom=(SMIRK, WINK, FISH))


@pytest.mark.parametrize(
    ("text", "intensity", "custom", "emotions"),
    [
        ("smirk", 1, {"smirk": 1}, {"neutral": 1}),
        ("SMIRK", 1, {"smirk": 1}, {"neutral": 1}),
        ("big-wink", 1, {"Big wink": 1}, {"neutral": 1}),
        ("🐟", 1, {"🐟": 1}, {"neutral": 1}),
        ("slightly smirk", 0.4, {"smirk": 1}, {"neutral": 1}),
        ("a big wink, slightly", 0.4, {"Big wink": 1}, {"neutral": 1}),
        ("smirk 50%", 0.5, {"smirk": 1}, {"neutral": 1}),
        ("half smirk", 0.5, {"smirk": 1}, {"neutral": 1}),
        ("very smirk!", 1, {"smirk": 1}, {"neutral": 1}),
        ("smirk but sad", 0.892857, {"smirk": 1 / 1.75}, {"sadness": 1}),
        ("smirk, sad and afraid", 0.85, {"smirk": 0.4}, {"sadness": 0.5, "fear": 0.5}),
        ("30% smirk 70% happy", 0.825, {"smirk": 0.3}, {"happiness": 1}),
        ("smirk and big wink", 1, {"Big wink": 0.5, "smirk": 0.5}, {"neutral": 1}),
        ("smirk smirk", 1, {"smirk": 1}, {"neutral": 1}),
        ("0% smirk 100% happy", 0.75, {}, {"happiness": 1}),
        ("0% smirk", 0, {"smirk": 1}, {"neutral": 1}),
        ("smirk=0.4 fear=0.7 surprise=0.3 intensity=0.5",
         0.5, {"smirk": 0.4}, {"fear": 0.7, "surprise": 0.3}),
        ("big_wink=1", 1, {"Big wink": 1}, {"neutral": 1}),
        ("smirk=25% big_wink=25% fear=0", 1, {"smirk": 0.25, "Big wink": 0.25}, {"neutral": 1}),
    ],
)  # fmt: skip
def test_phrases(text, intensity, custom, emotions):
    feeling = LEXICON.read(text)
    assert feeling.intensity == pytest.approx(intensity, abs=1e-6)
    assert {face.word: share for face, share in feeling.custom} == pytest.approx(custom)
    assert feeling.mixture.amounts() == pytest.approx(emotions)


def test_a_word_of_the_users_own_stands_for_its_own_face():
    assert LEXICON.read("smirk").custom == ((SMIRK, 1.0),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not smirk", "name what is felt instead"),
        ("smirk 50", "needs a percent sign"),
        ("smirk=1 fear=1", "leave the emotions no share"),
        ("smirk=1 big_wink=1", "add up to 1 at most, not 2"),
        ("smirck=1", "“smirck” is none of happiness"),
        ("smirrk", "is unknown: try smirk"),
    ],
)
def test_phrases_that_name_no_feeling(text, message):
    with pytest.raises(TriggerError, match=message):
        LEXICON.read(text)


def test_own_expressions_come_before_the_words_of_a_file_and_the_built_in_ones(tmp_path):
    path = tmp_path / "list.json"
    entry = {"emotion": {"fear": 1}, "intensity": 0.5, "words": ["smirk", "happy", "zap"]}
    path.write_text(json.dumps({"entries": [entry]}), encoding="utf-8")
    lexicon = Lexicon.load(path, (SMIRK,))
    assert lexicon.read("smirk").custom == ((SMIRK, 1.0),)
    assert lexicon.read("happy").mixture.amounts() == {"fear": 1}
    assert lexicon.read("zap").mixture.amounts() == {"fear": 1}
    assert lexicon.words[:3] == ("smirk", "happy", "zap")


def test_without_own_expressions_the_lexicon_is_the_built_in_one():
    assert Lexicon.load(custom=()) is Lexicon.load()


@pytest.mark.parametrize("word", ["smirk", "happy", "Evil grin", "😈", "悪い顔", "d'oh", "mood 3"])
def test_words_for_an_expression(word):
    check_custom_word(word, Lexicon.load())


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("", "needs a word"),
        ("3 grins", "begins with a number"),
        ("a=b", "has a “=”"),
        ("--", "no letter or symbol"),
        ("very", "between words of feeling"),
        ("And", "between words of feeling"),
        ("not", "between words of feeling"),
        ("half", "between words of feeling"),
        ("feels", "between words of feeling"),
        ("!", "between words of feeling"),
        ("Fear", "stands for itself in the exact form"),
        ("intensity", "stands for itself in the exact form"),
        ("oh, well", "read as something else"),
        ("and then", "read as something else"),
        ("grin over 2s", "read as something else"),
        ("take 5", "read as something else"),
        ("#1", "read as something else"),
        ("[grin]", "read as something else"),
        (" grin", "read as something else"),
    ],
)
def test_words_that_cannot_be_an_expressions(word, message):
    with pytest.raises(EmoteBotError, match=message):
        check_custom_word(word, Lexicon.load())


@pytest.mark.parametrize("word", ["3 grins", "very", "fear"])
def test_a_lexicon_refuses_what_the_check_refuses(word):
    with pytest.raises(EmoteBotError, match=word):
        Lexicon.load(custom=(face(word),))


def test_two_expressions_with_one_word_are_refused():
    with pytest.raises(EmoteBotError, match="“evil grin” and “Evil-grin” read alike"):
        Lexicon.load(custom=(face("evil grin"), face("Evil-grin")))


def test_a_word_list_tells_an_expression(tmp_path):
    path = tmp_path / "own.json"
    entry = {"expression": {"jawOpen": 0.3, "tongueOut": 1}, "words": ["gawp", "gawping"]}
    weaker = {"expression": {"jawOpen": 1}, "intensity": 0.25, "words": ["gape"]}
    path.write_text(json.dumps({"entries": [entry, weaker]}), encoding="utf-8")
    lexicon = Lexicon.load(path)
    gawping = face("gawping", jawOpen=0.3, tongueOut=1.0)
    assert lexicon.read("gawping 50%").custom == ((gawping, 1.0),)
    assert lexicon.read("gape").intensity == 0.25


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"expression": {"jawOpen": 0.3}, "emotion": {"fear": 1}}, "not both"),
        ({"expression": {"jaw": 0.3}}, "“jaw” in “expression” of entry 1 is not one of the 52"),
        ({"expression": {"jawOpen": 1.5}}, "the weight of “jawOpen” .* from 0 to 1"),
        ({"expression": {"jawOpen": "0.5"}}, "the weight of “jawOpen” .* from 0 to 1"),
        ({"expression": [0.3]}, "“expression” of entry 1 should be an object"),
        ({"expression": {}, "intensity": 2}, "“intensity” of entry 1"),
        ({"expression": {}, "words": ["fear"]}, "“fear” cannot be the word of an expression"),
    ],
)
def test_a_word_list_with_a_broken_expression_is_refused(tmp_path, entry, message):
    path = tmp_path / "own.json"
    path.write_text(json.dumps({"entries": [{"words": ["gawp"]} | entry]}), encoding="utf-8")
    with pytest.raises(EmoteBotError, match=message):
        read_word_list(path)


WEIGHTS = st.dictionaries(st.sampled_from(CHANNELS), st.floats(0, 1), max_size=6)
WORDS = st.sets(st.sampled_from(["smirk", "Evil grin", "😈", "悪い顔", "d'oh", "happy", '"q"\\']))


@given(words=WORDS, data=st.data())
def test_an_exported_word_list_reads_back_equal(tmp_path_factory, words, data):
    expressions = [face(word, **data.draw(WEIGHTS)) for word in sorted(words)]
    path = tmp_path_factory.mktemp("export") / "own.json"
    path.write_text(write_word_list(expressions), encoding="utf-8")
    terms = read_word_list(path)
    assert [term.expression for term in terms.values()] == expressions
    assert {term.value for term in terms.values()} <= {1.0}


def test_an_exported_word_list_names_channels_and_words():
    content = json.loads(write_word_list([SMIRK, WINK]))
    assert content == {
        "entries": [
            {"expression": {"mouthSmileLeft": 0.6}, "words": ["smirk"]},
            {"expression": {"eyeBlinkLeft": 1}, "words": ["Big wink"]},
        ]
    }


def test_an_export_of_two_expressions_with_one_word_is_refused():
    with pytest.raises(EmoteBotError, match="read alike"):
        write_word_list([SMIRK, face("Smirk")])
