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
- ``lively 30%``, after the feeling: how much it moves while it is held (else it is a feeling);
- ``"a label"``: the words to show for it, quoted as in JSON.

Times are in seconds unless ``ms`` or ``min`` follows, or on a clock: ``1:05.5``, ``0:01:05.5``.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..emotions import Feeling
from ..errors import EmoteBotError, ScriptError, TriggerError
from ..lexicon.lexicon import Lexicon, canonical_form
from ..messages import Message
from ..text_lines import normalised_newlines, position
from .beats import Beat, EmotionScript
from .parsing import (
    PhraseReader,
    error_at,
    ordered_script,
    unwritable,
)
from .text_clauses import (
    CLAUSE,
    LABEL,
    OPEN,
    PREFIX,
    Clauses,
    liveliness_clause,
    read_clause,
    seconds_of,
    take_clause,
    transition_clause,
    written,
)

_THEN = "then|afterwards|luego|después|entonces|puis|ensuite|dann|danach|anschließend|depois|então"
_THEN_UNSPACED = "それから|その後|次に|そして|然后|然後|接着|接著|之后|之後"
_AND = "and|but|y|pero|et|mais|und|aber|e|mas"

_BREAK = re.compile(
    rf"(?P<label>{LABEL}|{OPEN})|#[^\n]*|[\n；、，]|;(?!-?\))|->|→|(?<![0-9]),|,(?![0-9])"
    rf"|(?<![0-9.])\.(?=\s|$)|。"
    rf"|(?:(?<!\w)(?:{_AND})\s+)?(?<!\w)(?:{_THEN})(?!\w)|(?:{_THEN_UNSPACED})",
    re.IGNORECASE,
)


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
        liveliness: 0 to 1, or None.
    """

    feeling: Feeling
    words: str
    offset: int
    start: float | None = None
    transition: float | None = None
    hold: float | None = None
    until_next: bool = False
    take: int | None = None
    liveliness: float | None = None


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
                statement.liveliness,
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
            liveliness_clause(beat),
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


def _read_statement(
    source: str, begin: int, end: int, phrases: PhraseReader
) -> Iterator[Statement]:
    begin, end = _trimmed(source, begin, end)
    if begin == end:
        return
    clauses = Clauses()
    pieces: list[tuple[int, int]] = []
    is_felt = False
    unread = begin
    prefix = PREFIX.match(source, begin, end)
    if prefix:
        clauses.start = seconds_of(source, prefix)
        unread = prefix.end()
    for clause in CLAUSE.finditer(source, unread, end):
        first, last = _trimmed(source, unread, clause.start())
        if clause["lively"] and not (pieces or is_felt):
            is_felt = not _is_feeling(source[first:last], phrases)
            if is_felt:
                continue  # "lively" is the feeling itself, once, as in "very lively 80%"
        if first < last:
            pieces.append((first, last))
        unread = clause.end()
        read_clause(source, clause, clauses)
    unread, end = _trimmed(source, unread, end)
    if unread < end:
        pieces.append((unread, end))
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
        clauses.liveliness,
    )


def _is_feeling(words: str, phrases: PhraseReader) -> bool:
    try:
        phrases.feeling(words)
    except TriggerError:
        return False
    return True


def _read_words(source: str, begin: int, end: int, phrases: PhraseReader) -> tuple[Feeling, str]:
    words = source[begin:end]
    try:
        feeling = phrases.feeling(words)
    except TriggerError as error:
        raise error_at(source, begin + error.offset, error.message) from error
    if "=" in words and words == canonical_form(feeling):
        words = ""
    return feeling, words


def _trimmed(source: str, begin: int, end: int) -> tuple[int, int]:
    piece = source[begin:end]
    begin += len(piece) - len(piece.lstrip())
    return begin, max(begin, begin + len(piece.strip()))
