# SPDX-License-Identifier: GPL-3.0-or-later
"""What the formats of a script share: places in a source, and beats put in order."""

from collections.abc import Callable, Mapping
from itertools import pairwise

from ..emotions import Feeling
from ..errors import EmoteBotError, ScriptError
from ..lexicon.lexicon import Lexicon, amounts
from ..messages import Message
from .beats import Beat, EmotionScript


class PhraseReader:
    """Reads feelings through a lexicon and remembers the answers.

    Args:
        lexicon: the words that are known.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._known: dict[str, Feeling] = {}

    def feeling(self, words: str) -> Feeling:
        """Return what the words mean.

        Raises:
            TriggerError: a word that the lexicon does not know.
        """
        feeling = self._known.get(words)
        if feeling is None:
            feeling = self._known[words] = self._lexicon.read(words)
        return feeling

    def compound(self, amounts: Mapping[str, float], intensity: float) -> Feeling:
        """Return the feeling of emotions and words of the user's own; see ``Lexicon.compound``."""
        return self._lexicon.compound(amounts, intensity)


def normalised_newlines(text: str) -> str:
    """Return a text with a line feed for every line end, without a byte order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def position(source: str, offset: int) -> tuple[int, int]:
    """Return line and column, both from 1, of an offset from 0 in a unified source."""
    line_begin = source.rfind("\n", 0, offset) + 1
    return source.count("\n", 0, offset) + 1, offset - line_begin + 1


def error_at(source: str, offset: int, message: Message | str) -> ScriptError:
    """Return the error for what stands at an offset (from 0) of a unified source."""
    return ScriptError(message, *position(source, offset))


def excerpt(text: object) -> str:
    """Return a value as an error message quotes it: on one line and not too long."""
    line = " ".join(str(text).split())
    return f"“{line[:39]}…”" if len(line) > 40 else f"“{line}”"


def writable_amounts(beat: Beat, lexicon: Lexicon | None) -> dict[str, float]:
    """Return what a beat's feeling is made of, sure to be read back by a lexicon that is given.

    Raises:
        EmoteBotError: an expression of the user's own that the lexicon does not have.
    """
    told = amounts(beat.feeling)
    if beat.feeling.custom:
        try:
            known = lexicon is not None and lexicon.compound(told, beat.feeling.intensity)
        except EmoteBotError:
            known = False
        if known != beat.feeling:
            raise unwritable(beat)
    return told


def unwritable(beat: Beat) -> EmoteBotError:
    """Return the error for a beat with an expression of the user's own that is unlike any known."""
    words = " or ".join(excerpt(expression.word) for expression, _ in beat.feeling.custom)
    return EmoteBotError(
        "The beat at {start:g} s cannot be written: {words} is not, or no longer, an "
        "expression of your own with the face that it has there",
        start=beat.start,
        words=words,
    )


def ordered_script(beats: list[Beat], place_of: Callable[[int], tuple[int, int]]) -> EmotionScript:
    """Return the script of these beats, sorted by their starts.

    Args:
        beats: as their source has them.
        place_of: gives line and column of the beat at an index; asked only on an error.

    Raises:
        ScriptError: two beats start at the same time.
    """
    order = sorted(range(len(beats)), key=lambda index: beats[index].start)
    for first, second in pairwise(order):
        if beats[first].start == beats[second].start:
            raise ScriptError(
                Message(
                    "a start of its own was expected, but the beat on line {place_of} "
                    "starts at {start:g} s too",
                    place_of=place_of(first)[0],
                    start=beats[first].start,
                ),
                *place_of(second),
            )
    return EmotionScript(tuple(beats[index] for index in order))
