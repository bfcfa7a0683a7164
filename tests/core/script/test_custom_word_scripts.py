# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts with expressions of the user's own, in every format."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from script_samples import FISH, SMIRK, WINK, face, feelings

from emotebot_blender.core.emotions import NEUTRAL, Feeling, Mixture
from emotebot_blender.core.errors import EmoteBotError, ScriptError
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.script.beats import Beat, EmotionScript
from emotebot_blender.core.script.script_files import READERS, WRITERS, read_text_as, write_text_as

LEXICON = Lexicon.load(custom=(SMIRK, WINK, FISH))
OTHERS = [Lexicon.load(), Lexicon.load(custom=(face("smirk", jawOpen=1.0),))]
ENDINGS = sorted(READERS)
PHRASES = ["smirk", "slightly smirk", "smirk but sad", "30% smirk 70% happy", "🐟 and big wink"]


@st.composite
def own_feelings(draw: st.DrawFn) -> Feeling:
    """Feelings with some of the three expressions, some of them with nothing else."""
    parts = draw(st.lists(st.sampled_from([SMIRK, WINK, FISH]), min_size=1, unique=True))
    shares = [draw(st.floats(0.01, 1)) for _ in parts]
    whole = draw(st.booleans())
    scale = sum(shares) * (1 if whole else 1.5)
    custom = tuple((part, share / scale) for part, share in zip(parts, shares, strict=True))
    emotional = draw(feelings())
    return Feeling(NEUTRAL if whole else emotional.mixture, emotional.intensity, custom)


def felt_words() -> st.SearchStrategy[tuple[Feeling, str]]:
    """A feeling and its words: fitting ones, ones for another feeling, or none."""
    fitting = st.sampled_from(PHRASES).map(lambda words: (LEXICON.read(words), words))
    others = st.sampled_from(["", "smirk", "happy", 'a label, with 3 "signs" [x]'])
    return fitting | st.tuples(own_feelings() | feelings(), others)


@pytest.mark.parametrize("ending", ENDINGS)
@settings(max_examples=100, deadline=None)
@given(parts=st.lists(felt_words(), max_size=4))
def test_what_is_written_reads_back_equal(ending, parts):
    beats = [
        Beat(feeling, 2.0 * index, hold=0.5, take=index, words=words)
        for index, (feeling, words) in enumerate(parts)
    ]
    script = EmotionScript(tuple(beats))
    assert READERS[ending](WRITERS[ending](script, LEXICON), LEXICON) == script


def test_a_text_keeps_the_words_that_were_typed():
    script = read_text_as("script", "smirk but sad, then 🐟", LEXICON)
    assert write_text_as("script", script, LEXICON) == "0 smirk but sad\n2 🐟\n"


def test_json_gives_a_word_of_the_users_own_its_share():
    beat = Beat(Feeling(Mixture.of({"fear": 1}), 0.5, ((SMIRK, 0.25),)), words="uneasy smirk")
    fields = json.loads(WRITERS[".json"](EmotionScript((beat,)), LEXICON))["beats"][0]
    assert fields["emotion"] == {"smirk": 0.25, "fear": 1}
    assert fields["words"] == "uneasy smirk"


def test_csv_has_a_column_for_each_word_of_the_users_own():
    beats = (Beat(LEXICON.read("smirk")), Beat(LEXICON.read("Big wink"), 3.0))
    header, first, second = WRITERS[".csv"](EmotionScript(beats), LEXICON).splitlines()
    assert header.endswith(",take,liveliness,expression:smirk,expression:Big wink")
    assert first.endswith(",1,")
    assert second.endswith(",,1")


@pytest.mark.parametrize(("ending", "text"), [
    (".json", '{"emotebot_script": 1, "beats": [{"words": "smirk but sad", "intensity": 0.5}]}'),
    (".csv", "words,intensity\nsmirk but sad,0.5\n"),
])  # fmt: skip
def test_an_intensity_of_its_own_leaves_words_their_expressions(ending, text):
    feeling = READERS[ending](text, LEXICON).beats[0].feeling
    assert feeling.intensity == 0.5
    assert feeling.custom == LEXICON.read("smirk but sad").custom


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("words", ["smirk", "happy", ""])
@pytest.mark.parametrize(
    "lexicon", [Lexicon.load(), Lexicon.load(custom=(face("smirk", jawOpen=1.0),))]
)
def test_an_expression_that_nobody_could_read_back_is_refused(ending, words, lexicon):
    script = EmotionScript((Beat(LEXICON.read("smirk"), 1.5, words=words),))
    with pytest.raises(EmoteBotError, match=r"beat at 1\.5 s cannot be written: .*: smirk"):
        WRITERS[ending](script, lexicon)


@pytest.mark.parametrize(("ending", "text", "position"), [
    (".txt", "0 smirk2=1", "line 1, column 3: “smirk2” is none of"),
    (".json", '{"emotebot_script": 1, "beats": [{"emotion": {"smirk2": 1}}]}', "“smirk2” is not"),
    (".csv", "words,expression:smirk2\n,1\n", "line 1, column 2: a column such as start"),
    (".csv", "expression:smirk,expression:smirk\n1,1\n", "column 2: one column expression:smirk"),
    (".csv", "expression:smirk\nhalf\n", "line 2, column 1: expression:smirk: a number"),
])  # fmt: skip
def test_unknown_words_in_place_of_expressions_are_refused(ending, text, position):
    with pytest.raises(ScriptError, match=position):
        READERS[ending](text, LEXICON)


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("scene.json", ".json"),
        ("Scene 1.CSV", ".csv"),
        ("scene.srt", ".srt"),
        ("scene.srt.001", ".srt"),
        ("scene.txt", ".txt"),
        ("Text", ".txt"),
        ("Text.001", ".txt"),
        ("notes.md", ".txt"),
        ("", ".txt"),
    ],
)
def test_a_text_is_in_the_format_that_its_name_says(name, ending):
    script = EmotionScript((Beat(LEXICON.read("happy"), hold=1.0, words="happy"),))
    written = write_text_as(name, script, LEXICON)
    assert written == WRITERS[ending](script, LEXICON)
    assert read_text_as(name, written, LEXICON) == script
