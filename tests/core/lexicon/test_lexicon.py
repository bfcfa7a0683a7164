# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import json
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emotebot_blender.core.emotions import EMOTIONS, Feeling, Mixture
from emotebot_blender.core.errors import TriggerError
from emotebot_blender.core.lexicon.lexicon import FOLDER, Lexicon, canonical_form
from emotebot_blender.core.lexicon.word_list import read_word_list

LEXICON = Lexicon.load()
CONTENTS = {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")}
ALONE = {language: Lexicon(read_word_list(FOLDER / f"{language}.json")) for language in CONTENTS}
ENTRIES = [
    pytest.param(language, entry, id=f"{language}-{number}")
    for language, content in CONTENTS.items()
    for number, entry in enumerate(content["entries"], start=1)
]


def assert_feels(text: str, intensity: float, lexicon: Lexicon = LEXICON, **shares: float) -> None:
    feeling = lexicon.read(text)
    assert feeling.mixture.amounts() == pytest.approx(shares, abs=1e-9)
    assert feeling.intensity == pytest.approx(intensity, abs=1e-6)


@pytest.mark.parametrize(("language", "entry"), ENTRIES)
def test_every_entry(language, entry):
    """Each word means what its file says, alone and, nearly, beside all other languages."""
    assert set(entry["emotion"]) <= set(EMOTIONS)
    assert sum(entry["emotion"].values()) == pytest.approx(1)
    assert 0 < entry["intensity"] <= 1
    strongest = max(entry["emotion"].values())
    for word in entry["words"]:
        assert_feels(word, entry["intensity"], ALONE[language], **entry["emotion"])
        among_all = LEXICON.read(word)
        assert entry["emotion"].get(among_all.mixture.dominant()) == strongest, word
        assert among_all.intensity == pytest.approx(entry["intensity"], abs=0.2), word


@pytest.mark.parametrize("language", CONTENTS)
def test_no_file_says_two_things_of_a_word(language):
    content = CONTENTS[language]
    groups = [group["words"] for key in ("entries", "modifiers") for group in content.get(key, [])]
    groups += content.get("grammar", {}).values()
    count = sum(len(group) for group in groups)
    assert len(read_word_list(FOLDER / f"{language}.json")) == count


def test_languages_have_their_words():
    assert set(CONTENTS) == {"en", "emoji", "es", "fr", "de", "pt", "ja", "zh"}
    assert sum(len(entry["words"]) for entry in CONTENTS["en"]["entries"]) >= 400
    for language in set(CONTENTS) - {"emoji"}:
        dominant = {ALONE[language].read(word).mixture.dominant() for word in ALONE[language].words}
        assert dominant == set(EMOTIONS), language


@pytest.mark.parametrize(
    ("text", "intensity", "shares"),
    [
        ("happy", 0.75, {"happiness": 1}),
        ("terrified", 0.95, {"fear": 1}),
        ("uneasy", 0.35, {"fear": 1}),
        ("bittersweet", 0.5, {"happiness": 0.5, "sadness": 0.5}),
        ("furious", 0.95, {"anger": 1}),
        ("joyfully", 0.9, {"happiness": 1}),
        ("grief-stricken", 0.95, {"sadness": 1}),
        ("smirking", 0.55, {"contempt": 0.65, "happiness": 0.35}),
        ("neutral", 0.75, {"neutral": 1}),
        ("exhausted", 0.9, {"tiredness": 1}),
        ("bored to tears", 0.9, {"boredom": 1}),
        ("curious", 0.6, {"interest": 0.8, "surprise": 0.2}),
        ("in pain", 0.8, {"pain": 1}),
        ("shy", 0.45, {"embarrassment": 0.6, "fear": 0.2, "happiness": 0.2}),
        ("ashamed", 0.6, {"sadness": 0.55, "embarrassment": 0.45}),
        ("concentrating", 0.6, {"thinking": 0.5, "determination": 0.5}),
        # Modifiers multiply: .75 × .4, .75 × 1.25, .35 × 1.4, .95 × 1.4 > 1.
        ("slightly angry", 0.3, {"anger": 1}),
        ("very happy", 0.9375, {"happiness": 1}),
        ("extremely uneasy", 0.49, {"fear": 1}),
        ("extremely terrified", 1, {"fear": 1}),
        ("very, very happy", 1, {"happiness": 1}),
        ("a little bit sad", 0.375, {"sadness": 1}),
        ("happy a lot", 0.9, {"happiness": 1}),
        ("happy, very", 0.9375, {"happiness": 1}),
        # Percentages: .75 × .8.
        ("surprised 80%", 0.6, {"surprise": 1}),
        ("80% surprised", 0.6, {"surprise": 1}),
        ("surprised, 80 percent", 0.6, {"surprise": 1}),
        ("12,5% surprised", 0.09375, {"surprise": 1}),
        ("80% very happy", 0.75, {"happiness": 1}),
        ("half happy", 0.375, {"happiness": 1}),
        ("0% happy", 0, {"happiness": 1}),
        ("happy 200%", 1, {"happiness": 1}),
        # Shares: .7 × .75 + .3 × .75; .5 × .95 + .5 × .35; .2 × .75 + .1 × .75.
        ("70% fear 30% surprise", 0.75, {"fear": 0.7, "surprise": 0.3}),
        ("fear 70% surprise 30%", 0.75, {"fear": 0.7, "surprise": 0.3}),
        ("angry 80% and 20% sad", 0.75, {"anger": 0.8, "sadness": 0.2}),
        ("half terrified, half unhappy", 0.8, {"fear": 0.5, "sadness": 0.5}),
        ("20% fear 10% surprise", 0.225, {"fear": 2 / 3, "surprise": 1 / 3}),
        ("80% happy 80% sad", 0.75, {"happiness": 0.5, "sadness": 0.5}),
        ("0% happy 0% sad", 0, {"happiness": 0.5, "sadness": 0.5}),
        # Pairs: .3 against .9375, (.09 + .87890625) / 1.2375.
        ("happily surprised", 0.75, {"happiness": 0.5, "surprise": 0.5}),
        ("angry but sad", 0.75, {"anger": 0.5, "sadness": 0.5}),
        ("sad & afraid", 0.75, {"sadness": 0.5, "fear": 0.5}),
        ("happy-sad", 0.75, {"happiness": 0.5, "sadness": 0.5}),
        (
            "slightly angry but very sad",
            0.782955,
            {"anger": 0.3 / 1.2375, "sadness": 0.9375 / 1.2375},
        ),
        # Exclamation marks: .75 × 1.15, .75 × 1.15², inside a phrase and at its end.
        ("happy!", 0.8625, {"happiness": 1}),
        ("happy!!", 0.991875, {"happiness": 1}),
        ("uneasy❗", 0.4025, {"fear": 1}),
        ("angry but sad!", 0.8625, {"anger": 0.5, "sadness": 0.5}),
        ("sad! 50% and afraid 50%", 0.80625, {"sadness": 0.5, "fear": 0.5}),
        # Small words that say nothing.
        ("She looks very sad.", 0.9375, {"sadness": 1}),
        ("feeling 80% of fear", 0.6, {"fear": 1}),
    ],
)
def test_phrases(text, intensity, shares):
    assert_feels(text, intensity, **shares)


@pytest.mark.parametrize(
    ("text", "intensity", "shares"),
    [
        ("muy furioso", 1, {"anger": 1}),
        ("un poco tristes", 0.375, {"sadness": 1}),
        ("heureuse et surprise", 0.75, {"happiness": 0.5, "surprise": 0.5}),
        ("légèrement fâchée", 0.3, {"anger": 1}),
        ("sehr traurig", 0.9375, {"sadness": 1}),
        ("ein bißchen ängstlich", 0.375, {"fear": 1}),
        ("assustada mas feliz", 0.75, {"fear": 0.5, "happiness": 0.5}),
        ("とても嬉しい", 0.9375, {"happiness": 1}),
        ("驚いているけど悲しい", 0.75, {"surprise": 0.5, "sadness": 0.5}),
        ("８０％嬉しい！", 0.69, {"happiness": 1}),
        ("非常高兴", 0.9375, {"happiness": 1}),
        ("又驚訝又害怕", 0.75, {"surprise": 0.5, "fear": 0.5}),
        ("80%生气", 0.6, {"anger": 1}),
        ("todmüde", 0.9, {"tiredness": 1}),
        ("un poco confundidos", 0.375, {"confusion": 1}),
        ("🥱", 0.75, {"tiredness": 0.8, "boredom": 0.2}),
        ("🤔", 0.6, {"thinking": 1}),
        ("😡 😭", 0.9526316, {"anger": 0.9 / 1.9, "sadness": 1 / 1.9}),
        (":-(", 0.7, {"sadness": 1}),
    ],
)
def test_other_languages(text, intensity, shares):
    assert_feels(text, intensity, **shares)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("HAPPY", "happy"),
        ("ｈａｐｐｙ　８０％", "happy 80%"),
        ("Grief–Stricken", "grief stricken"),
        ("grief_stricken", "grief stricken"),
        ("furieux", "FURIEUX"),
        ("Désespérée", "desesperee"),
        ("De\u0301sespe\u0301re\u0301e", "désespérée"),
        ("I’m happy", "i'm happy"),
        ("\u263a\ufe0f", "\u263a"),
        ("ﾊﾟﾆｯｸ", "パニック"),
        ("“happy”", "happy"),
        ("hap\u00adpy", "happy"),
    ],
)
def test_ways_of_writing(text, plain):
    assert LEXICON.read(text) == LEXICON.read(plain)


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("supprised", 0, "“supprised” is unknown: try surprised,"),
        ("happy and hapy", 10, "try happy, "),
        ("slighly sad", 0, "try slightly, "),
        ("very greif-striken!", 5, "“greif-striken” is unknown: try grief-stricken"),
        ("traurg", 0, "try traurig"),
        ("とても嬉つい", 3, "“嬉つい” is unknown: .*嬉しい"),
        ("ÄÄ happy qxzqx", 0, "“ÄÄ” is unknown"),
        ("😀😀 qxzqx", 3, "“qxzqx” is unknown: try happy, sad,"),
        ("happy @", 6, "“@” is unknown"),
        ("", 0, "No feeling is named here; try happy"),
        ("very …", 0, "No feeling is named"),
        ("happy and", 6, "“and” needs a feeling after it"),
        ("not happy", 0, "“not” says what is not felt"),
        ("she isn’t happy", 4, "“isn't” says what is not felt"),
        ("怖くない", 2, "“ない” says what is not felt"),
        ("happy 80", 6, "“80” needs a percent sign"),
        ("happy %", 6, "“%” needs a number"),
        ("happy -20%", 6, "from 0% to 1000%, not -20%"),
        ("happy " + "9" * 400 + "%", 6, "from 0% to 1000%"),
        ("happy 20% 30%", 10, "a second one"),
        ("20% 30% happy", 4, "a second one"),
        ("20% happy 30%", 13, "a second one"),
        ("fear=1.5", 0, "“fear” is a number from 0 to 1, not 1.5"),
        ("fear=.5 joy=.5", 8, "“joy” is none of happiness, .* neutral, intensity"),
        ("fear=.5 fear=.5", 8, "“fear” stands here for the second time"),
        ("fear=1 intensity=nan", 7, "The exact form is written fear=0.7"),
        ("fear=1 very", 7, "The exact form is written"),
        ("intensity=0.5", 0, "needs a share"),
        ("fear=0 anger=0", 0, "needs a share"),
    ],
)
def test_faults_are_named_at_their_position(text, offset, expected):
    with pytest.raises(TriggerError, match=expected) as caught:
        LEXICON.read(text)
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("text", "intensity", "shares"),
    [
        ("fear=0.7 surprise=0.3 intensity=0.5", 0.5, {"fear": 0.7, "surprise": 0.3}),
        (" Fear = 70%, surprise = 30%; ", 1, {"fear": 0.7, "surprise": 0.3}),
        ("fear=1 anger=1 intensity=1e-3", 0.001, {"fear": 0.5, "anger": 0.5}),
    ],
)
def test_canonical_form(text, intensity, shares):
    assert_feels(text, intensity, **shares)


def test_canonical_form_is_short():
    feeling = Feeling(Mixture.of({"fear": 0.7, "surprise": 0.3}), 1)
    assert canonical_form(feeling) == "surprise=0.3 fear=0.7 intensity=1"


unit = st.floats(0, 1)


COUNT = len(EMOTIONS)


@given(
    st.lists(unit, min_size=COUNT, max_size=COUNT).filter(lambda amounts: sum(amounts) > 0), unit
)
def test_canonical_form_reads_as_written(amounts, intensity):
    mixture = Mixture.of(dict(zip(EMOTIONS, amounts, strict=True)))
    feeling = Feeling(mixture, intensity)
    assert LEXICON.read(canonical_form(feeling)) == feeling


@given(st.floats(-9e-7, 9e-7), unit)
def test_canonical_form_keeps_shares_that_just_add_up(excess, intensity):
    shares = (0.25, 0.5, 0, 0.25 + excess, *(0.0,) * (len(EMOTIONS) - 4))
    feeling = Feeling(Mixture(shares), intensity)
    assert LEXICON.read(canonical_form(feeling)) == feeling


PIECES = (
    *("happy", "sad", "😱", "嬉しい", "very", "barely", "half", "and", "not", "a", "と", "qxz"),
    *("80%", "-3%", "0", "%", "!", ",", " ", "fear=0.5", "intensity=", "=", "-", "'", "½", "İ"),
    "\ufe0f",
)
pieces = st.sampled_from(PIECES)


@pytest.mark.parametrize(
    "text",
    ["\u0301\u0323" * 20_000, "fear=" + "1" * 20_000 + "x", "happy " * 1667],
    ids=["accents", "digits", "words"],
)
def test_a_phrase_of_endless_length_is_refused_at_once(text):
    begun = time.process_time()
    with pytest.raises(TriggerError, match="is named in 10000 characters at most, not in"):
        LEXICON.read(text)
    assert time.process_time() - begun < 0.5


@pytest.mark.parametrize(
    "text",
    ["happy" + "\u0301\u0323" * 4900, "fear=" + "1" * 9900 + "x", "happy " * 1666],
    ids=["accents", "digits", "words"],
)
def test_the_longest_phrase_is_read_in_a_moment(text):
    begun = time.process_time()
    with contextlib.suppress(TriggerError):
        LEXICON.read(text)
    assert time.process_time() - begun < 0.5  # a fiftieth of it on an idle core


def test_a_word_is_known_with_any_number_of_marks():
    assert LEXICON.read("h\u0301" + "\u0323" * 500 + "appy") == LEXICON.read("happy")


@given(st.one_of(st.text(), st.lists(pieces, max_size=12).map(" ".join)))
@example("barely " * 500 + "bittersweet and sad")
@example("extremely " * 9000 + "0% happy")
@example("嬉" * 5000)
def test_any_text_gives_a_feeling_or_an_error_within_it(text):
    try:
        feeling = LEXICON.read(text)
    except TriggerError as error:
        offset, message = error.offset, str(error)
    else:
        offset, message = 0, canonical_form(feeling)
    assert 0 <= offset <= len(text)
    assert 0 < len(message) < 250
