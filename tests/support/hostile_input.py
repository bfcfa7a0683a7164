# SPDX-License-Identifier: GPL-3.0-or-later
"""Input as accidents and strangers hand it in, and a bound on the memory that reading it takes."""

import codecs
import tracemalloc
from collections.abc import Callable

from hypothesis import strategies as st

from emotebot_blender.core.errors import EmoteBotError

LARGE = 200_000
"""Repetitions of a piece: a reader whose time grows with their square would take minutes."""

_SPENT_A_BYTE = 60
"""Bytes of memory that reading a byte takes at most: an empty list of JSON has three characters and
takes up some 64 bytes, and a cell of a table about as much."""

_SPENT_ALWAYS = 2 * 2**20
"""Bytes that reading takes besides: a piece of the file, the words that are suggested."""

LONGEST_MESSAGE = 700
"""Characters: a list of twenty short names and a few values of 60."""

SPECIMENS: dict[str, bytes] = {
    "nothing": b"",
    "a byte order mark": codecs.BOM_UTF8,
    "NUL": b"\0",
    "UTF-16": "{}".encode("utf-16"),
    "UTF-32": "happy".encode("utf-32"),
    "half a character": "happy 嬉".encode()[:-1],
    "Latin-1": "fröhlich".encode("latin-1"),
    "half of a pair": b'"\\ud800"',
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "one line end": b"\r",
    "a bracket": b"[",
    "a lone quote": b'"',
    "brackets, deep": b"[" * LARGE,
    "brackets, deep and closed": b"[" * LARGE + b"]" * LARGE,
    "braces, deep": b'{"channels":' * LARGE,
    "brackets, many": b"[" + b"[]," * LARGE + b"[]]",
    "a number without end": b"9" * LARGE,
    "a number beyond floats": b"1e999",
    "a whole number beyond floats": b"1" + b"0" * 400,
    "no number": b"NaN",
    "minus infinity": b"-Infinity",
    "commas": b"," * LARGE,
    "quotes": b'"' * LARGE,
    "line ends": b"\n" * LARGE,
    "spaces": b" " * LARGE,
    "backslashes": b"\\" * LARGE,
    "letters": b"a" * LARGE,
    "accents": b"a" + "\u0301".encode() * LARGE,
    "percent signs": b"1%" * LARGE,
    "quotation marks in a row": b'"",' * LARGE,
}

_PIECES = [
    b"\0",
    b"\xff",
    codecs.BOM_UTF8,
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"1" + b"0" * 400,
    b"null",
    b"true",
    b"[]",
    b"{}",
    b'""',
    b"-1",
    b"\\ud800",
    b"\r",
    "\u2028".encode(),
    b"[" * 5000,
    b"\xed\xa0\x80",  # half of a pair as no UTF-8 has it
]


def mangled(sound: bytes) -> st.SearchStrategy[bytes]:
    """Return a strategy for what accidents make of a sound file.

    Args:
        sound: its content.
    """
    places = st.integers(0, len(sound))
    values = [
        at for at, byte in enumerate(sound) if byte in b":,[{ " and sound[at + 1 : at + 2] != b" "
    ] or [0]

    def replaced(start: int, length: int, piece: bytes) -> bytes:
        return sound[:start] + piece + sound[start + length :]

    def in_place_of_a_value(at: int, piece: bytes) -> bytes:
        end = min(
            (found for mark in b",]}\n" if (found := sound.find(mark, at + 1)) > 0),
            default=len(sound),
        )
        return sound[: at + 1] + piece + sound[end:]

    return st.one_of(
        st.builds(lambda end: sound[:end], places),
        st.builds(replaced, places, st.integers(0, 40), st.binary(max_size=8)),
        st.builds(replaced, places, st.integers(0, 40), st.sampled_from(_PIECES)),
        st.builds(in_place_of_a_value, st.sampled_from(values), st.sampled_from(_PIECES)),
        st.builds(lambda start, end: sound + sound[min(start, end) :], places, places),
        st.sampled_from(["utf-16", "utf-16-be", "utf-32", "utf-8-sig"]).map(
            lambda encoding: sound.decode().encode(encoding)
        ),
        st.binary(max_size=60),
    )


def refusal_of(read: Callable[[], object], size: int) -> EmoteBotError | None:
    """Return the error of ours by which something is refused, None where it is read.

    Any other error is raised, as is more memory at a time than ``size`` bytes of input account for.

    Args:
        read: reads it.
        size: of what is read, in bytes.
    """
    refusal = None
    tracemalloc.start()
    try:
        read()
    except EmoteBotError as error:
        refusal = error
    finally:
        spent = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert spent < _SPENT_ALWAYS + _SPENT_A_BYTE * size
    assert refusal is None or len(str(refusal)) < LONGEST_MESSAGE
    return refusal
