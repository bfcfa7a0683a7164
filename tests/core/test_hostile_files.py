# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever lies in a file, every reader of one gives a result or refuses it by an error of ours."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hostile_input import SPECIMENS, mangled, refusal_of
from hypothesis import given, settings
from script_samples import GOLDEN, SMIRK, WINK

from emotebot_blender.core.errors import ScriptError
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.lexicon.word_list import read_word_list
from emotebot_blender.core.rig.convention_files import FOLDER, read_convention
from emotebot_blender.core.script.script_files import read_script

LEXICON = Lexicon.load(custom=(SMIRK, WINK))

LINE_AND_COLUMN = re.compile(r"line (\d+), column (\d+)")

WORD_LIST = json.dumps(
    {
        "language": "en",
        "entries": [
            {"emotion": {"fear": 1, "anger": 0.5}, "intensity": 0.95, "words": ["zap", "zip zap"]},
            {"expression": {"jawOpen": 0.3}, "words": ["gulp"]},
        ],
        "modifiers": [{"scale": 1.25, "words": ["so"]}, {"share": 0.5, "words": ["half"]}],
        "grammar": {"joining": ["and"], "percent": ["%"]},
    },
    indent=1,
).encode()


class Reader(NamedTuple):
    """A reader of files.

    Attributes:
        name: of a file that it reads.
        sound: content that it accepts.
        read: reads the file at a path.
    """

    name: str
    sound: bytes
    read: Callable[[Path], object]


def _script(name: str) -> Reader:
    return Reader(name, (GOLDEN / name).read_bytes(), lambda path: read_script(str(path), LEXICON))


READERS = [
    *map(_script, ("homecoming.txt", "homecoming.json", "homecoming.csv", "spoken.srt")),
    Reader("words.json", WORD_LIST, read_word_list),
    *(
        Reader(name, (FOLDER / name).read_bytes(), read_convention)
        for name in ("vrm_1.json", "rocketbox.json")
    ),
]

each_reader = pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)


@pytest.fixture
def read_bytes(tmp_path_factory) -> Callable[[Reader, bytes], Exception | None]:
    """Return a function that has content read from a file, and returns by what it is refused."""
    folder = tmp_path_factory.mktemp("hostile")

    def read(reader: Reader, content: bytes) -> Exception | None:
        path = folder / reader.name
        path.write_bytes(content)
        return refusal_of(lambda: reader.read(path), len(content))

    return read


def lines_of(content: bytes) -> list[str]:
    text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n")


@each_reader
def test_what_is_sound_is_read(reader, read_bytes):
    assert read_bytes(reader, reader.sound) is None


@pytest.mark.parametrize("specimen", SPECIMENS)
@each_reader
def test_what_strangers_hand_in_is_read_or_refused(reader, specimen, read_bytes):
    content = SPECIMENS[specimen]
    refusal = read_bytes(reader, content)
    if reader.name.endswith(".json"):
        assert refusal is not None


@each_reader
def test_what_accidents_leave_is_read_or_refused_with_its_place(reader, read_bytes):
    @settings(max_examples=120, deadline=None)
    @given(mangled(reader.sound))
    def check(content):
        refusal = read_bytes(reader, content)
        if isinstance(refusal, ScriptError):
            lines = lines_of(content)
            assert 1 <= refusal.line <= len(lines)
            assert 1 <= refusal.column <= len(lines[refusal.line - 1]) + 1

    check()


@pytest.mark.parametrize(
    "reader", [one for one in READERS if one.name.endswith(".json")], ids=lambda one: one.name
)
def test_what_is_no_json_is_refused_with_line_and_column(reader, read_bytes):
    lines = reader.sound.decode().splitlines()
    middle = len(lines) // 2
    lines[middle] = "  = " + lines[middle]
    refusal = read_bytes(reader, "\n".join(lines).encode())
    line, column = map(int, LINE_AND_COLUMN.search(str(refusal)).groups())
    assert (line, column) == (middle + 1, 3)
