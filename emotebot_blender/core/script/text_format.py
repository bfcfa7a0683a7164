# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts as people type them.

In sequence, "happy, then surprised! for 2s, then slightly sad over 1.5s": a beat starts where the
one before it has been played out. Timed, one beat a line, "3.5 surprised 80% in 0.3s". The two
mix. Commas, semicolons, full stops, arrows, line ends and "then" stand between beats; after a "#"
the rest of a line is a comment. What a beat may hold beside its feeling:

- ``at 3s``, or a time in front: when it starts;
- ``over 1.5s`` or ``in 1.5s``: its transition;
- ``for 2s``: its hold; ``until next``: none of its own;
- ``take 7``: the seed of its expression;
- ``"a label"``: the words to show for it, quoted as in JSON.

Times are in seconds unless ``ms`` or ``min`` follows, or on a clock: ``1:05.5``, ``0:01:05.5``.
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..emotions import Feeling
from ..errors import EmoteBotError, ScriptError, TriggerError
from ..lexicon.lexicon import Lexicon, canonical_form
from ..messages import Message
from .beats import LARGEST_TAKE, Beat, EmotionScript
from .parsing import (
    PhraseReader,
    error_at,
    normalised_newlines,
    ordered_script,
    position,
    unwritable,
)

_THEN = "then|afterwards|luego|después|entonces|puis|ensuite|dann|danach|anschließend|depois|então"
_THEN_UNSPACED = "それから|その後|次に|そして|然后|然後|接着|接著|之后|之後"
_AND = "and|but|y|pero|et|mais|und|aber|e|mas"

_LABEL = r'"(?:[^"\\\n]|\\.)*+"'
_OPEN = r'"[^\n]*+'  # taken whole, so that no other quotation mark is searched for its end again
_BREAK = re.compile(
    rf"(?P<label>{_LABEL}|{_OPEN})|#[^\n]*|[\n；、，]|;(?!-?\))|->|→|(?<![0-9]),|,(?![0-9])"
    rf"|(?<![0-9.])\.(?=\s|$)|。"
    rf"|(?:(?<!\w)(?:{_AND})\s+)?(?<!\w)(?:{_THEN})(?!\w)|(?:{_THEN_UNSPACED})",
    re.IGNORECASE,
)

# Quantifiers are possessive: "at 80%" must not be read as the time 8 with "0%" to follow.
_CLOCK = r"[0-9]++:[0-9]++(?::[0-9]++)?+(?:[.,][0-9]++)?+"
_NUMBER = r"[-+]?+(?:(?:[0-9]++(?:[.,][0-9]++)?+|[.][0-9]++)(?:e[-+]?+[0-9]++)?+|(?:nan|inf)\b)"
_UNIT = r"(?P<unit>ms|msecs?|milliseconds?|s|secs?|seconds?|mins?|minutes?)(?!\w)"
_NO_SHARE = r"(?!\s*+(?:[%％]|percent\b|per\s+cent\b))"
_PREFIX = re.compile(
    rf"(?P<time>(?>{_CLOCK}|{_NUMBER}))(?:\s*+{_UNIT})?+{_NO_SHARE}(?![\w.:])", re.IGNORECASE
)
_CLAUSE = re.compile(
    rf"(?P<label>{_LABEL})|(?P<open>{_OPEN})"
    r"|(?<!\w)(?P<stay>until\s+(?:the\s+)?next(?:\s+beat)?)(?!\w)"
    r"|(?<!\w)take\s+(?P<take>[-+]?[0-9][\w.]*)"
    rf"|(?<!\w)(?P<key>over|in|for|at)\s+(?P<time>(?>{_CLOCK}|{_NUMBER}))"
    rf"(?>\s*+{_UNIT}|(?P<wrong>[^\W\d_]\w*|\s++(?:frames?|hours?|hrs?|h)\b)|){_NO_SHARE}",
    re.IGNORECASE,
)
_ASPECTS = {"over": "transition", "in": "transition", "for": "hold", "at": "start"}


@dataclass(frozen=True)
class Statement:
    """A beat as it is written, before the beats around it have given it a time.

    Attributes:
        feeling: what the words mean.
        words: the words, or the label; empty for a feeling in canonical form without a label.
        offset: where the statement begins in its source, in characters from 0.
        start: seconds, or None to follow the statement before.
        transition: seconds, or None.
        hold: seconds, or None.
        until_next: whether the statement says that the beat has no hold of its own.
        take: seed, or None.
    """

    feeling: Feeling
    words: str
    offset: int
    start: float | None = None
    transition: float | None = None
    hold: float | None = None
    until_next: bool = False
    take: int | None = None


def read_text(text: str, lexicon: Lexicon) -> EmotionScript:
    """Return the script that a text holds; a text without a word is a script without a beat.

    Raises:
        ScriptError: something else was expected; with line and column.
    """
    text = normalised_newlines(text)
    beats: list[Beat] = []
    offsets: list[int] = []
    for statement in read_statements(text, 0, len(text), PhraseReader(lexicon)):
        start = statement.start
        if start is None:
            start = beats[-1].nominal_end if beats else 0.0
        try:
            beat = Beat(
                statement.feeling,
                start,
                statement.transition,
                statement.hold,
                statement.take,
                statement.words,
            )
        except EmoteBotError as error:
            raise error_at(text, statement.offset, error.message) from error
        beats.append(beat)
        offsets.append(statement.offset)
    return ordered_script(beats, lambda index: position(text, offsets[index]))


def write_text(script: EmotionScript, lexicon: Lexicon) -> str:
    """Return the script in the timed form, one beat a line; ``read_text`` gives it back equal.

    Raises:
        EmoteBotError: a custom expression that the lexicon does not have.
    """
    phrases = PhraseWriter(PhraseReader(lexicon))
    lines = []
    for beat in script.beats:
        feeling, label = phrases.phrase(beat)
        hold = "" if beat.hold is None else f"for {written(beat.hold)}s"
        parts = (
            written(beat.start),
            feeling,
            transition_clause(beat),
            hold,
            take_clause(beat),
            label,
        )
        lines.append(" ".join(part for part in parts if part) + "\n")
    return "".join(lines)


class PhraseWriter:
    """Finds the words that give a feeling back without loss.

    Args:
        phrases: reads the words back, to be sure.
        reserved: characters that the words themselves may not hold in the format at hand.
    """

    def __init__(self, phrases: PhraseReader, reserved: str = "") -> None:
        self._phrases = phrases
        self._reserved = reserved
        self._meanings: dict[str, Feeling | None] = {}

    def phrase(self, beat: Beat) -> tuple[str, str]:
        """Return the words for a beat's feeling, and the label that keeps its words, if needed.

        Raises:
            EmoteBotError: the feeling has a custom expression that no words known here give.
        """
        if self.meaning(beat.words) == beat.feeling:
            return beat.words, ""
        label = json.dumps(beat.words, ensure_ascii=False) if beat.words else ""
        canonical = canonical_form(beat.feeling)
        if beat.feeling.custom and self._reread(canonical, "") != beat.feeling:
            raise unwritable(beat)
        return canonical, label

    def meaning(self, words: str) -> Feeling | None:
        """Return what words mean where they stand alone; None where they cannot."""
        if words not in self._meanings:
            self._meanings[words] = self._reread(words, words)
        return self._meanings[words]

    def _reread(self, source: str, words: str) -> Feeling | None:
        """Return the feeling of a source that is nothing but a feeling and keeps these words."""
        if source != normalised_newlines(source) or any(char in source for char in self._reserved):
            return None
        timed = f"0 {source}"
        try:
            statements = list(read_statements(timed, 0, len(timed), self._phrases))
        except ScriptError:
            return None
        if len(statements) != 1:
            return None
        feeling = statements[0].feeling
        return feeling if statements[0] == Statement(feeling, words, 0, start=0.0) else None


def transition_clause(beat: Beat) -> str:
    """Return the clause for a beat's transition; empty for a natural one."""
    return "" if beat.transition is None else f"over {written(beat.transition)}s"


def take_clause(beat: Beat) -> str:
    """Return the clause for a beat's take; empty without one."""
    return "" if beat.take is None else f"take {beat.take}"


def written(number: float) -> str:
    """Return the shortest writing that reads back to exactly this number."""
    return repr(float(number)).removesuffix(".0")


def read_statements(
    source: str, begin: int, end: int, phrases: PhraseReader
) -> Iterator[Statement]:
    """Yield the statements between two offsets of a source.

    Args:
        source: a text whose lines end with line feeds.
        begin: offset in characters from 0.
        end: offset of the first character that is not read.
        phrases: reads the feelings.

    Raises:
        ScriptError: something else was expected; with line and column.
    """
    first = begin
    for separator in _BREAK.finditer(source, begin, end):
        if separator["label"] is None:
            yield from _read_statement(source, first, separator.start(), phrases)
            first = separator.end()
    yield from _read_statement(source, first, end, phrases)


@dataclass
class _Clauses:
    """What the clauses of one statement have given so far."""

    start: float | None = None
    transition: float | None = None
    hold: float | None = None
    until_next: bool | None = None
    take: int | None = None
    label: str | None = None


def _read_statement(
    source: str, begin: int, end: int, phrases: PhraseReader
) -> Iterator[Statement]:
    begin, end = _trimmed(source, begin, end)
    if begin == end:
        return
    clauses = _Clauses()
    pieces: list[tuple[int, int]] = []
    unread = begin
    prefix = _PREFIX.match(source, begin, end)
    if prefix:
        clauses.start = _seconds(source, prefix)
        unread = prefix.end()
    for clause in _CLAUSE.finditer(source, unread, end):
        pieces.append(_trimmed(source, unread, clause.start()))
        unread = clause.end()
        _read_clause(source, clause, clauses)
    pieces.append(_trimmed(source, unread, end))
    pieces = [piece for piece in pieces if piece[0] < piece[1]]
    if not pieces:
        message = Message("a feeling was expected with “{clauses}”", clauses=source[begin:end])
        raise error_at(source, begin, message)
    if len(pieces) > 1:
        words = source[slice(*pieces[1])]
        message = Message("a comma or “then” was expected before “{words}”", words=words)
        raise error_at(source, pieces[1][0], message)
    feeling, words = _read_words(source, *pieces[0], phrases)
    yield Statement(
        feeling,
        words if clauses.label is None else clauses.label,
        begin,
        clauses.start,
        clauses.transition,
        clauses.hold,
        bool(clauses.until_next),
        clauses.take,
    )


def _read_words(source: str, begin: int, end: int, phrases: PhraseReader) -> tuple[Feeling, str]:
    words = source[begin:end]
    try:
        feeling = phrases.feeling(words)
    except TriggerError as error:
        raise error_at(source, begin + error.offset, error.message) from error
    if "=" in words and words == canonical_form(feeling):
        words = ""
    return feeling, words


def _read_clause(source: str, clause: re.Match[str], clauses: _Clauses) -> None:
    if clause["open"]:
        message = Message("a second quotation mark was expected on this line")
        raise error_at(source, clause.start(), message)
    if clause["label"]:
        _set_once(source, clause, clauses, "label", _label(source, clause))
    elif clause["stay"]:
        _set_once(source, clause, clauses, "until_next", True)
    elif clause["take"]:
        if not re.fullmatch("[0-9]{1,19}", clause["take"]):
            raise error_at(
                source,
                clause.start("take"),
                Message(
                    "a whole number from 0 to {largest} was expected, not “{take}”",
                    largest=LARGEST_TAKE,
                    take=clause["take"],
                ),
            )
        _set_once(source, clause, clauses, "take", int(clause["take"]))
    else:
        if clause["wrong"]:
            unit = clause["wrong"].strip()
            raise error_at(
                source,
                clause.end("wrong") - len(clause["wrong"].lstrip()),
                Message("a time in s, ms or min was expected, not in “{unit}”", unit=unit),
            )
        aspect = _ASPECTS[clause["key"].lower()]
        seconds = _seconds(source, clause)
        if aspect == "transition" and seconds == 0:
            message = Message("a transition above 0 s was expected")
            raise error_at(source, clause.start("time"), message)
        _set_once(source, clause, clauses, aspect, seconds)
    if clauses.until_next and clauses.hold is not None:
        message = Message("either “for” or “until next” was expected, not both")
        raise error_at(source, clause.start(), message)


_SECOND = {
    "start": Message("one start was expected, not a second one"),
    "transition": Message("one transition was expected, not a second one"),
    "hold": Message("one hold was expected, not a second one"),
    "until_next": Message("one “until next” was expected, not a second one"),
    "take": Message("one take was expected, not a second one"),
    "label": Message("one label was expected, not a second one"),
}


def _set_once(
    source: str, clause: re.Match[str], clauses: _Clauses, aspect: str, value: float | str
) -> None:
    if getattr(clauses, aspect) is not None:
        raise error_at(source, clause.start(), _SECOND[aspect])
    setattr(clauses, aspect, value)


def _label(source: str, clause: re.Match[str]) -> str:
    try:
        return str(json.loads(clause["label"], strict=False))
    except ValueError as error:
        message = Message("a label quoted as in JSON was expected, with two backslashes for one")
        raise error_at(source, clause.start(), message) from error


def _seconds(source: str, match: re.Match[str]) -> float:
    *longer, shortest = match["time"].replace(",", ".").split(":")
    seconds = float(shortest)
    if longer:
        if match["unit"] or not seconds < 60 or (len(longer) > 1 and float(longer[1]) >= 60):
            raise error_at(
                source,
                match.start("time"),
                Message(
                    "a clock time such as 1:05.5 or 0:01:05.5 was expected, not “{time}”",
                    time=match.group().strip(),
                ),
            )
        for power, count in enumerate(reversed(longer), 1):
            seconds += float(count) * 60.0**power
    elif match["unit"]:
        unit = match["unit"].lower()
        seconds = seconds * 60 if unit[:3] == "min" else seconds / (1000 if unit[0] == "m" else 1)
    if not (math.isfinite(seconds) and seconds >= 0):
        raise error_at(
            source,
            match.start("time"),
            Message("a number of seconds from 0 was expected, not “{time}”", time=match["time"]),
        )
    return seconds


def _trimmed(source: str, begin: int, end: int) -> tuple[int, int]:
    piece = source[begin:end]
    begin += len(piece) - len(piece.lstrip())
    return begin, max(begin, begin + len(piece.strip()))
