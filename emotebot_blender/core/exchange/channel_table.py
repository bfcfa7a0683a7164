# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of channels, a line a frame, in comma-separated values: Live Link Face's and EmoteBot's.

Live Link Face writes Timecode, BlendshapeCount, the 52 channels and nine turns of head and eyes;
EmoteBot frame, time in seconds, and the channels. Columns are read by their names, in any order and
in capitals or not: Live Link Face's order differs from Apple's, and tools spell it their own way.
Turns of the eyes are left alone, since channels say where they look.
"""

import csv
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS, INDEX
from ..clip import Clip
from ..errors import TextError
from ..messages import Message
from .head_angles import turns_of
from .recorded_face import MOST_FRAMES, RATES, RecordedFace, note_missing, within_range

HEAD_COLUMNS = ("HeadYaw", "HeadPitch", "HeadRoll")

_TIMECODE = re.compile(r"(\d{1,4}):(\d{1,4}):(\d{1,4})[:;](\d{1,4})(\.\d{1,9})?", re.ASCII)
_DAY = 24 * 3600.0
_LARGEST = 1e9
"""A number from here on is none that is measured of a face or its time."""


def is_channel_table(header: Sequence[str]) -> bool:
    """Return whether the first line of a table names times and channels."""
    names = {name.strip().lower() for name in header}
    return bool(names & {"timecode", "time"} and names & {name.lower() for name in CHANNELS})


def read_channel_table(lines: Iterable[str]) -> RecordedFace:
    """Return the recorded face that a table holds.

    A last line that breaks off is left out, and so are others that are too short.

    Args:
        lines: of the table, the header first.

    Raises:
        TextError: something else was expected; with line and cell.
        EmoteBotError: there are no frames, or the times make no sense.
    """
    columns: _Columns | None = None
    values: list[NDArray[np.float32]] = []
    times: list[tuple[float, ...]] = []
    short = 0
    for line, cells in _rows(lines):
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = _Columns(cells, line)
            continue
        if len(cells) < columns.count:
            short += 1
            continue
        if len(values) >= MOST_FRAMES:
            message = Message("no more than {count} frames were expected", count=MOST_FRAMES)
            raise TextError(message, line)
        times.append(columns.time(cells, line))
        values.append(columns.values(cells, line))
    if columns is None:
        raise TextError("a table with times and channels was expected")
    table = np.array(values, dtype=np.float32).reshape(len(values), len(columns.read))
    weights, cut = within_range(columns.weights(table))
    broken = (Message("Lines that break off were left out: {count}", count=short),)
    notes = (*note_missing(columns.channels), *cut, *(broken if short else ()))
    return RecordedFace(
        columns.seconds(times),
        weights,
        columns.head(table),
        channels=columns.channels,
        notes=notes,
    )


def write_channel_table(clip: Clip, stream: TextIO, first_frame: int = 1) -> None:
    """Write a clip as EmoteBot's table: frame, time in seconds, and the 52 channels.

    Args:
        clip: what is written, a line a frame.
        stream: to which; opened without translation of line ends.
        first_frame: number of the clip's first frame.
    """
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("frame", "time", *CHANNELS))
    for index, (time, row) in enumerate(zip(clip.times(), clip.weights, strict=True)):
        weights = (f"{weight:.6f}" for weight in row.tolist())
        writer.writerow((first_frame + index, f"{time:.6f}", *weights))


class _Columns:
    """Which cell of a row is what.

    Args:
        header: the names of the columns.
        line: the header's line, for errors.

    Attributes:
        count: of cells in a whole row.
        read: the names of those that hold numbers that count.
        channels: the channels among them.

    Raises:
        TextError: a column is missing, or there are two of one name.
    """

    def __init__(self, header: Sequence[str], line: int) -> None:
        names = [name.strip().lower() for name in header]
        wanted = {name.lower(): name for name in (*CHANNELS, *HEAD_COLUMNS)}
        self.count = len(header)
        self._cells: dict[str, int] = {}
        for index, name in enumerate(names):
            key = wanted.get(name, name if name in ("timecode", "time") else None)
            if key in self._cells:
                message = Message("one column {name} was expected, not two", name=key)
                raise TextError(message, line, index + 1)
            if key is not None:
                self._cells[key] = index
        self.read = tuple(name for name in wanted.values() if name in self._cells)
        self.channels = frozenset(self.read) - set(HEAD_COLUMNS)
        if not (self.channels and self._cells.keys() & {"timecode", "time"}):
            raise TextError("a table with times and channels was expected", line)

    def time(self, cells: Sequence[str], line: int) -> tuple[float, ...]:
        """Return the time of a row: hours, minutes, seconds, frames and a part, or seconds alone.

        Raises:
            TextError: the cell holds none.
        """
        index = self._cells.get("timecode")
        if index is None:
            return (self._number(cells, "time", line),)
        match = _TIMECODE.fullmatch(cells[index].strip())
        if match is None:
            message = Message(
                "a timecode such as 10:02:45:12.5 was expected, not “{value}”", value=cells[index]
            )
            raise TextError(message, line, index + 1)
        return tuple(float(part or 0) for part in match.groups())

    def values(self, cells: Sequence[str], line: int) -> NDArray[np.float32]:
        """Return the numbers of a row, float32, one for each of ``read``.

        Raises:
            TextError: a cell holds none.
        """
        numbers = [self._number(cells, name, line) for name in self.read]
        return np.array(numbers, dtype=np.float32)

    def weights(self, table: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the channels of all rows, float32, shape (frames, 52)."""
        weights = np.zeros((len(table), len(CHANNELS)), dtype=np.float32)
        for column, name in enumerate(self.read):
            if name in INDEX:
                weights[:, INDEX[name]] = table[:, column]
        return weights

    def head(self, table: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """Return the turns of the head on all rows, float32, shape (frames, 3), or None."""
        if not set(HEAD_COLUMNS) <= set(self.read):
            return None
        angles = np.stack([table[:, self.read.index(name)] for name in HEAD_COLUMNS], axis=1)
        return turns_of(angles.astype(np.float64))

    def seconds(self, times: Sequence[tuple[float, ...]]) -> NDArray[np.float64]:
        """Return the seconds of all rows from the first on, float64; they may pass midnight.

        A timecode counts frames: the lowest usual rate that has as many a second, or a phone's 60
        where no second ends within the recording.
        """
        parts = np.array(times, dtype=np.float64)
        if not len(parts):
            return np.zeros(0)
        if parts.shape[1] == 1:
            return np.asarray(parts[:, 0] - parts[0, 0])
        rate = RATES[-1]
        if (parts[:, :3] != parts[0, :3]).any():
            rate = next((usual for usual in RATES if parts[:, 3].max() < usual), rate)
        seconds = parts[:, :3] @ (3600.0, 60.0, 1.0) + parts[:, 3:].sum(axis=1) / rate
        return np.asarray((seconds - seconds[0]) % _DAY)

    def _number(self, cells: Sequence[str], name: str, line: int) -> float:
        index = self._cells[name]
        try:
            number = float(cells[index])
        except ValueError:
            number = math.nan
        if not abs(number) < _LARGEST:
            message = Message(
                "{name}: a number was expected, not “{value}”", name=name, value=cells[index]
            )
            raise TextError(message, line, index + 1)
        return number


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a table: the number of the line on which each ends, and its cells.

    Raises:
        TextError: one is no row of a table.
    """
    rows = csv.reader(lines, strict=True)
    try:
        for cells in rows:
            yield rows.line_num, cells
    except csv.Error as error:
        message = Message("a table was expected: {reason}", reason=str(error))
        raise TextError(message, rows.line_num) from error
