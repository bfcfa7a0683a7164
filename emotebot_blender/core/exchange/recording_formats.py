# SPDX-License-Identifier: GPL-3.0-or-later
"""The formats of recorded and performed faces, by name and by the endings of files.

A file that is read says itself which format it has; one that is written is named for it.
"""

import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..clip import Clip
from ..errors import EmoteBotError, TextError
from ..input_files import check_input_file, read_text_file
from ..messages import Message
from .arkit_json import read_arkit, write_arkit
from .channel_table import read_channel_table, write_channel_table
from .clip_json import HEAD, read_clip, write_clip
from .livelink_csv import write_livelink
from .mpfb_json import read_mpfb, write_mpfb
from .recorded_face import RecordedFace
from .recorded_json import JsonRecording
from .vrma import write_perfect_sync, write_vrma

LARGEST_TABLE = 2**28
"""Bytes; a take of Live Link Face of an hour and a half."""

READ_ENDINGS = (".csv", ".json")


@dataclass(frozen=True)
class RecordingFormat:
    """A format that performances are written in; ``docs/exchange.md`` says what each holds.

    Attributes:
        name: of the format, for commands.
        ending: of its files.
        write: returns a clip, one frame or more, as the content of a file; takes a name as well.
        has_head: whether it holds the turns of the head.
        is_still: whether it holds one frame alone.
        has_channels: whether it holds the channels, else expressions that stand for them.
    """

    name: str
    ending: str
    write: Callable[[Clip, str], bytes]
    has_head: bool = False
    is_still: bool = False
    has_channels: bool = True

    def lacks(self, clip: Clip) -> tuple[Message, ...]:
        """Return what of a clip it does not hold, a sentence each."""
        notes = []
        if self.is_still and len(clip) > 1:
            notes.append(Message("Only the frame that shows most is in the file"))
        if not self.has_channels:
            notes.append(
                Message("Preset expressions alone: brows, nose and finer lips are not in the file")
            )
        if clip.head is not None and clip.head.any() and not self.has_head:
            notes.append(Message("The turns of the head are not in the file"))
        return tuple(notes)


def _table(write: Callable[[Clip, io.StringIO], None]) -> Callable[[Clip, str], bytes]:
    def written(clip: Clip, _name: str) -> bytes:
        stream = io.StringIO(newline="")
        write(clip, stream)
        return stream.getvalue().encode()

    return written


def _text(write: Callable[[Clip], str]) -> Callable[[Clip, str], bytes]:
    return lambda clip, _name: write(clip).encode()


def _expression(clip: Clip, name: str) -> bytes:
    return write_mpfb(clip, name).encode()


FORMATS: dict[str, RecordingFormat] = {
    each.name: each
    for each in (
        RecordingFormat("livelink", ".csv", _table(write_livelink), has_head=True),
        RecordingFormat("table", ".csv", _table(write_channel_table)),
        RecordingFormat("emotebot", ".json", _text(write_clip), has_head=True),
        RecordingFormat("arkit", ".json", _text(write_arkit)),
        RecordingFormat("mpfb", ".json", _expression, is_still=True),
        RecordingFormat("vrma", ".vrma", write_vrma, has_head=True, has_channels=False),
        RecordingFormat("perfect-sync", ".vrma", write_perfect_sync, has_head=True),
    )
}
"""In the order in which they are offered; of several with one ending, the first is meant by it."""


def format_of(path: Path, name: str | None = None) -> RecordingFormat:
    """Return the format that a file is to be written in.

    Args:
        path: of the file.
        name: of a format, one of ``FORMATS``; None for the one that the ending means.

    Raises:
        EmoteBotError: the ending means none, or is not that of the format.
    """
    ending = path.suffix.lower()
    if name is not None:
        chosen = FORMATS[name]
        if chosen.ending != ending:
            raise EmoteBotError("“{path}” must end in {ending}", path=path, ending=chosen.ending)
        return chosen
    for each in FORMATS.values():
        if each.ending == ending:
            return each
    raise EmoteBotError(
        "{path} does not end like a recording; the endings are {endings}",
        path=path,
        endings=tuple(dict.fromkeys(each.ending for each in FORMATS.values())),
    )


def read_recording(path: Path) -> RecordedFace:
    """Return the recorded face that a file holds, in whichever format.

    Raises:
        EmoteBotError: the file is missing, unreadable, too large, no regular file or no text, or
            has a fault, which is told with line and column, in a table of the cell.
    """
    if path.suffix.lower() not in READ_ENDINGS:
        raise EmoteBotError(
            "{path} does not end like a recording; the endings are {endings}",
            path=path,
            endings=READ_ENDINGS,
        )
    try:
        if path.suffix.lower() == ".csv":
            return read_table(path)
        return read_recording_json(read_text_file(path))
    except TextError as error:
        raise EmoteBotError("{path}, {fault}", path=path, fault=error) from error


def read_recording_json(text: str) -> RecordedFace:
    """Return the recorded face that a text in JSON holds, in whichever format.

    Raises:
        TextError: the text has a fault; with line and column.
        EmoteBotError: there are no frames, or the times make no sense.
    """
    document = JsonRecording(text)
    for mark, read in ((HEAD, read_clip), ("face_units", read_mpfb), ("frames", read_arkit)):
        if mark in document.content:
            return read(document)
    if "emotebot_script" in document.content:
        raise document.fault(Message("this is a script of feelings, not a recording"))
    message = "a recording was expected: of EmoteBot, of ARKit’s blendshapes or of MPFB"
    raise document.fault(Message(message))


def read_table(path: Path) -> RecordedFace:
    """Return the recorded face that a file with a table holds; it is read line by line.

    Raises:
        TextError: the table has a fault; with line and cell.
        EmoteBotError: the file is missing, unreadable, too large, no regular file or no text.
    """
    check_input_file(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if os.fstat(file.fileno()).st_size > LARGEST_TABLE:
                raise EmoteBotError(
                    "{path} is larger than {size:g} MiB, the most that is read of such a file",
                    path=path,
                    size=LARGEST_TABLE / 2**20,
                )
            return read_channel_table(file)
    except UnicodeDecodeError as error:
        raise EmoteBotError("{path} is not a text in UTF-8", path=path) from error
    except OSError as error:
        raise EmoteBotError(
            "{path} cannot be read: {reason}", path=path, reason=error.strerror or str(error)
        ) from error
