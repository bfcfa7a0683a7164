# SPDX-License-Identifier: GPL-3.0-or-later
"""What the formats of a script share: phrases, faults in a source, and beats put in order."""

from collections.abc import Callable, Mapping
from itertools import pairwise

from ..emotions import Feeling
from ..errors import EmoteBotError, ScriptError
from ..lexicon.lexicon import Lexicon, amounts
from ..messages import Message
from ..text_lines import position
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
        """Return the feeling of emotions and custom expressions; see ``Lexicon.compound``.

        Raises:
            EmoteBotError: a name that is neither, or amounts that make no feeling.
        """
        return self._lexicon.compound(amounts, intensity)


def error_at(source: str, offset: int, message: Message) -> ScriptError:
    """Return the error for what stands at an offset.

    Args:
        source: a text whose lines end with line feeds.
        offset: in characters from 0.
        message: what was expected there.
    """
    return ScriptError(message, *position(source, offset))


def readable_amounts(beat: Beat, lexicon: Lexicon | None) -> dict[str, float]:
    """Return what a beat's feeling is made of, sure to be read back by a lexicon.

    Args:
        beat: the beat to be written.
        lexicon: the words that will be known to the reader; None where no custom expressions are.

    Raises:
        EmoteBotError: a custom expression that the lexicon does not have.
    """
    parts = amounts(beat.feeling)
    if beat.feeling.custom:
        try:
            understood = lexicon is not None and lexicon.compound(parts, beat.feeling.intensity)
        except EmoteBotError:
            understood = False
        if understood != beat.feeling:
            raise unwritable(beat)
    return parts


def unwritable(beat: Beat) -> EmoteBotError:
    """Return the error for a beat with a custom expression that is unlike any known."""
    return EmoteBotError(
        "The beat at {start:g} s cannot be written: an expression of your own is not known, or "
        "has another face by now: {words}",
        start=beat.start,
        words=tuple(expression.word for expression, _ in beat.feeling.custom),
    )


def ordered_script(
    beats: list[Beat], position_of: Callable[[int], tuple[int, int]]
) -> EmotionScript:
    """Return the script of these beats, sorted by their starts.

    Args:
        beats: as their source has them.
        position_of: gives line and column of the beat at an index; asked only on an error.

    Raises:
        ScriptError: two beats start at the same time.
    """
    order = sorted(range(len(beats)), key=lambda index: beats[index].start)
    for first, second in pairwise(order):
        if beats[first].start == beats[second].start:
            raise ScriptError(
                Message(
                    "a start of its own was expected, but the beat on line {line} "
                    "starts at {start:g} s too",
                    line=position_of(first)[0],
                    start=beats[first].start,
                ),
                *position_of(second),
            )
    return EmotionScript(tuple(beats[index] for index in order))
