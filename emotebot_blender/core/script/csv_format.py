# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts as a table of comma-separated values.

The header names the columns, in any order: start, words, the emotions, intensity, transition, hold,
take, liveliness, recording. A table may lack any of them, and a row needs its feeling alone: shares
of emotions, or words for the lexicon to read. Custom expressions have their shares in columns named
``expression:`` and their words. What else is empty means what it means in JSON. Semicolons or tabs
between the cells, and the decimal comma that goes with semicolons, are read too. In errors the
column is the cell's.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace

from ..emotions import EMOTIONS, Feeling
from ..errors import EmoteBotError, ScriptError
from ..lexicon.lexicon import Lexicon
from ..messages import Message
from .beats import Beat, EmotionScript
from .parsing import PhraseReader, ordered_script, readable_amounts
from .text_clauses import written

COLUMNS: tuple[str, ...] = (
    "start",
    "words",
    *EMOTIONS,
    "intensity",
    "transition",
    "hold",
    "take",
    "liveliness",
)

RECORDING_COLUMN = "recording"
"""Name of a column that a table has only where a beat names a recording."""

CUSTOM_COLUMN = "expression:"
"""What the name of a column for a custom expression begins with."""


def read_csv(text: str, lexicon: Lexicon) -> EmotionScript:
    """Return the script that a table holds; an empty text is a script without a beat.

    Raises:
        ScriptError: something else was expected; with line and cell.
    """
    phrases = PhraseReader(lexicon)
    table: _Table | None = None
    beats: list[Beat] = []
    lines: list[int] = []
    for line, cells in table_rows(text):
        if table is None:
            table = _Table(cells, line, lexicon)
            continue
        following = beats[-1].nominal_end if beats else 0.0
        try:
            beats.append(table.beat(cells, line, following, phrases))
        except ScriptError:
            raise
        except EmoteBotError as error:
            raise ScriptError(error.message, line) from error
        lines.append(line)
    return ordered_script(beats, lambda index: (lines[index], 1))


def write_csv(script: EmotionScript, lexicon: Lexicon | None = None) -> str:
    """Return the script as a table, one beat a row; ``read_csv`` gives it back equal.

    Args:
        script: what to write.
        lexicon: the words that will be known to the reader; needed for custom expressions.

    Raises:
        EmoteBotError: a custom expression that the lexicon does not have.
    """
    table = io.StringIO(newline="")
    rows = csv.writer(table, lineterminator="\r\n")
    words = dict.fromkeys(face.word for beat in script.beats for face, _ in beat.feeling.custom)
    recordings = (RECORDING_COLUMN,) * any(beat.recording for beat in script.beats)
    rows.writerow((*COLUMNS, *recordings, *(CUSTOM_COLUMN + word for word in words)))
    for beat in script.beats:
        shares = readable_amounts(beat, lexicon)
        rows.writerow(
            (
                written(beat.start),
                beat.words,
                *(written(shares[name]) if name in shares else "" for name in EMOTIONS),
                written(beat.feeling.intensity),
                "" if beat.transition is None else written(beat.transition),
                "" if beat.hold is None else written(beat.hold),
                "" if beat.take is None else beat.take,
                "" if beat.liveliness is None else written(beat.liveliness),
                *(beat.recording for _ in recordings),
                *(written(shares[word]) if word in shares else "" for word in words),
            )
        )
    return table.getvalue()


def table_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a table that are not blank: the line on which each begins, and its cells.

    Raises:
        ScriptError: a quote that is not closed, or stands where none may.
    """
    text = text.removeprefix("\ufeff")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    while True:
        line = rows.line_num + 1
        try:
            cells = next(rows, None)
        except csv.Error as error:
            message = Message("a table was expected: {reason}", reason=str(error))
            raise ScriptError(message, line) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _delimiter(text: str) -> str:
    header = text.lstrip().partition("\n")[0]
    return max(",;\t", key=header.count)


def check_cells(cells: list[str], expected: int, line: int) -> None:
    """Check that a row has no more cells than its table has columns.

    Args:
        cells: of the row.
        expected: number of columns.
        line: of the row, for errors.

    Raises:
        ScriptError: it has, and they are not blank.
    """
    if not any(cell.strip() for cell in cells[expected:]):
        return
    message = Message(
        "{expected} cells were expected, not {count}", expected=expected, count=len(cells)
    )
    if expected == 1:
        message = Message("1 cell was expected, not {count}", count=len(cells))
    raise ScriptError(message, line, expected + 1)


class _Table:
    """Reads the rows of a table through its header.

    Args:
        header: the names of the columns.
        line: the header's line, for errors.
        lexicon: knows the custom expressions.

    Raises:
        ScriptError: an unknown column, or two of one name.
    """

    def __init__(self, header: list[str], line: int, lexicon: Lexicon) -> None:
        self._columns: dict[str, int] = {}
        self._custom: dict[str, str] = {}  # word of a custom expression to its column's name
        for index, cell in enumerate(header):
            name = cell.strip().lower()
            word = cell.strip()[len(CUSTOM_COLUMN) :].strip()
            if name.startswith(CUSTOM_COLUMN) and lexicon.expression(word) is not None:
                self._custom[word] = name
            elif name not in (*COLUMNS, RECORDING_COLUMN):
                raise ScriptError(
                    Message(
                        "a column such as {names} was expected, not “{name}”",
                        names=COLUMNS,
                        name=cell,
                    ),
                    line,
                    index + 1,
                )
            if name in self._columns:
                raise ScriptError(
                    Message("one column {name} was expected, not two", name=name), line, index + 1
                )
            self._columns[name] = index

    def beat(self, cells: list[str], line: int, following: float, phrases: PhraseReader) -> Beat:
        """Return the beat of one row.

        Args:
            cells: of the row.
            line: of the row, for errors.
            following: second at which it starts where it does not say.
            phrases: reads the feelings.

        Raises:
            EmoteBotError: the row holds no beat.
        """
        check_cells(cells, len(self._columns), line)
        start = self._number(cells, line, "start")
        return Beat(
            self._feeling(cells, line, phrases),
            following if start is None else start,
            self._number(cells, line, "transition"),
            self._number(cells, line, "hold"),
            self._take(cells, line),
            self._cell(cells, "words"),
            self._number(cells, line, "liveliness"),
            self._cell(cells, RECORDING_COLUMN),
        )

    def _feeling(self, cells: list[str], line: int, phrases: PhraseReader) -> Feeling:
        intensity = self._number(cells, line, "intensity")
        amounts = {name: self._number(cells, line, name) for name in EMOTIONS}
        amounts |= {word: self._number(cells, line, name) for word, name in self._custom.items()}
        shares = {name: amount for name, amount in amounts.items() if amount is not None}
        if shares:
            return phrases.compound(shares, 1.0 if intensity is None else intensity)
        words = self._cell(cells, "words")
        if not words.strip():
            raise ScriptError("a feeling was expected: words or shares of emotions", line)
        try:
            feeling = phrases.feeling(words)
        except EmoteBotError as error:
            raise ScriptError(
                Message("words: {problem}", problem=error.message), line, self._columns["words"] + 1
            ) from error
        return feeling if intensity is None else replace(feeling, intensity=intensity)

    def _take(self, cells: list[str], line: int) -> int | None:
        cell = self._cell(cells, "take").strip()
        if not cell:
            return None
        if not re.fullmatch("[0-9]{1,19}", cell):
            raise ScriptError(
                Message("take: a whole number from 0 was expected, not “{take}”", take=cell),
                line,
                self._columns["take"] + 1,
            )
        return int(cell)

    def _number(self, cells: list[str], line: int, name: str) -> float | None:
        cell = self._cell(cells, name).strip()
        if not cell:
            return None
        try:
            return float(cell.replace(",", "."))
        except ValueError as error:
            raise ScriptError(
                Message("{name}: a number was expected, not “{value}”", name=name, value=cell),
                line,
                self._columns[name] + 1,
            ) from error

    def _cell(self, cells: list[str], name: str) -> str:
        index = self._columns.get(name, len(cells))
        return cells[index] if index < len(cells) else ""
