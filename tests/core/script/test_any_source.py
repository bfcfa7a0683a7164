# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is handed in as a script or a word list is read or refused by an error of our own."""

import contextlib
import json
import time
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from script_samples import SMIRK, WINK

from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.errors import EmoteBotError, ScriptError
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.lexicon.word_list import read_word_list
from emotebot_blender.core.script.script_files import READERS, read_script

Error = TypeVar("Error", bound=EmoteBotError)

LEXICON = Lexicon.load(custom=(SMIRK, WINK))

PIECES = {
    ".txt": (
        *(
            "happy",
            "smirk",
            "嬉しい",
            "😱",
            "not",
            "and",
            "then",
            "fear=0.5",
            "intensity=2",
            "big wink",
        ),
        *("at", "over", "in", "for", "until next", "take", "3s", "1:05.5", "80%", "-1", "1e999"),
        *("lively", "very", "lively 1 ", 'recording "take.csv"', "recording "),
        *("nan", "99", "ms", "min", ",", ";", "\n", ".", "->", "#", '"', '"label"', "\\", "\u0301"),
        *("\r", "\ufeff", "\x00", "\u2028", "½", "İ", "\ud800", "[", "]", "!", "=", "…"),
    ),
    ".csv": (
        *("start", "words", "intensity", "take", "hold", "happiness", "expression:smirk", "happy"),
        *("liveliness", "recording"),
        *(",", ";", "\t", "\n", "\r\n", '"', "0", "1,5", "0.5", "-1", "nan", "1e999", "９", "\x00"),
    ),
    ".srt": (
        *("1\n", "00:00:01,000 --> 00:00:03,500\n", "-->", "99:59:59,999", "[", "]", "[happy]"),
        *("[at 3s sad]", "[sad, then happy for 2s]", '["]', "happy", "\n", "\r", "٣", "over 2s"),
    ),
}
SOURCES = {
    ending: st.one_of(st.text(), st.lists(st.sampled_from(pieces), max_size=25).map("".join))
    | st.lists(st.sampled_from(pieces), max_size=25).map(" ".join)
    for ending, pieces in PIECES.items()
}

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["happy", "smirk", "hapy", 10**400, 2**63, -0.0])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
AMOUNTS = st.dictionaries(st.sampled_from([*EMOTIONS, "smirk", "joy"]), VALUES, max_size=3)
BEATS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("start", "intensity", "transition", "hold", "take", "words"), VALUES),
        **dict.fromkeys(("liveliness", "recording"), VALUES),
        "emotion": AMOUNTS | VALUES,
        "loudness": VALUES,
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {"emotebot_script": st.just(1) | VALUES},
    optional={"beats": st.lists(BEATS | VALUES, max_size=3)},
)
SOURCES[".json"] = st.text() | DOCUMENTS.map(json.dumps) | VALUES.map(json.dumps)

ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "emotion": AMOUNTS | VALUES,
        "expression": st.dictionaries(st.sampled_from(["jawOpen", "jaw"]), VALUES) | VALUES,
        "intensity": st.floats(0, 1) | VALUES,
        "scale": VALUES,
        "share": VALUES,
        "words": st.lists(st.text(max_size=5) | VALUES, max_size=3) | VALUES,
    },
)
WORD_LISTS = st.fixed_dictionaries(
    {},
    optional={
        "language": VALUES,
        "entries": st.lists(ENTRIES, max_size=3) | VALUES,
        "modifiers": st.lists(ENTRIES, max_size=3) | VALUES,
        "grammar": st.dictionaries(st.sampled_from(["joining", "percent"]), VALUES) | VALUES,
    },
)


LONGEST_MESSAGE = 700
"""Characters: a list of twenty short names and a few values of 60."""


def error_of(read: Callable[[], object], kind: type[Error]) -> Error | None:
    """What is raised of a kind; nothing else may be."""
    try:
        read()
    except kind as error:
        return error
    return None


@pytest.mark.parametrize("ending", READERS)
def test_any_text_is_a_script_or_a_fault_within_it(ending):
    @settings(max_examples=150, deadline=None)
    @given(SOURCES[ending])
    def check(text):
        error = error_of(lambda: READERS[ending](text, LEXICON), ScriptError)
        if error:
            lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            assert 1 <= error.line <= len(lines)
            assert error.column >= 1
            assert len(str(error)) < LONGEST_MESSAGE

    check()


@settings(max_examples=100, deadline=None)
@given(SOURCES[".txt"])
def test_any_source_is_a_script_a_file_or_a_fault(source):
    with contextlib.suppress(EmoteBotError):
        read_script(source, LEXICON)


@settings(max_examples=150, deadline=None)
@given(content=st.text() | WORD_LISTS.map(json.dumps))
def test_any_file_is_a_word_list_or_a_fault(content, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any words.json"
    path.write_text(content, encoding="utf-8", errors="surrogatepass", newline="")
    error = error_of(lambda: read_word_list(path), EmoteBotError)
    assert len(str(error)) < LONGEST_MESSAGE


@pytest.mark.parametrize("ending", READERS)
def test_the_time_to_read_grows_with_the_length_alone(ending):
    """Any piece, repeated: a time that grows with the square would take hours at this length."""

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.sampled_from(PIECES.get(ending, PIECES[".txt"])), min_size=1, max_size=2))
    def check(pieces):
        text = " ".join(pieces)
        beats = [{"words": text}] * 5_000
        document = json.dumps({"emotebot_script": 1, "beats": beats})
        source = document if ending == ".json" else text * 10_000
        begun = time.process_time()
        with contextlib.suppress(EmoteBotError):
            READERS[ending](source, LEXICON)
        assert time.process_time() - begun < 5  # a tenth at most on an idle core

    check()
