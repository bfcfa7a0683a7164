# SPDX-License-Identifier: GPL-3.0-or-later
"""Performances as EmoteBot's own JSON, which keeps all that a clip holds.

``{"emotebot_clip": 1, "fps": 24, "start": 0, "channels": ["eyeBlinkLeft", …], "weights": [[0, …],
…], "head": [[0, 0, 0], …], "emotions": ["happiness", …, "custom"], "shares": [[0, …], …]}``: a row
a frame. The head's are pitch, yaw and roll in degrees: in front goes down, in front goes to the
character's left, above goes to its left. ``start`` is 0 where it is left out, as are ``head`` where
nothing is said of it, and emotions and their shares where all is a custom expression.
"""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS
from ..clip import Clip
from ..emotions import SHARES
from ..json_text import quotable
from ..messages import Message
from .recorded_face import RecordedFace, note_missing, within_range
from .recorded_json import JsonRecording

HEAD = "emotebot_clip"
DIGITS = 6
"""Of a number after its point."""

_VERSION = 1
_MOST_FPS = 1000.0


def read_clip(document: JsonRecording) -> RecordedFace:
    """Return the recorded face that a document holds.

    Raises:
        TextError: something else was expected; with line and column.
        EmoteBotError: there are no frames.
    """
    content = document.content
    if content[HEAD] != _VERSION or isinstance(content[HEAD], bool):
        message = Message(
            "version {version} of the format was expected, the one known here", version=_VERSION
        )
        raise document.fault(message, HEAD)
    if "fps" not in content:
        raise document.fault(Message("“{name}” was expected", name="fps"))
    fps = document.number(content["fps"], "fps")
    if not 0 < fps <= _MOST_FPS:
        message = Message("a number above 0 to {most:g} was expected", most=_MOST_FPS)
        raise document.fault(message, "fps")
    start = document.number(content["start"], "start") if "start" in content else 0.0
    names = document.entry("channels", list)
    places = document.channels(names, "channels")
    read = document.table("weights", len(names))
    weights = np.zeros((len(read), len(CHANNELS)), dtype=np.float32)
    weights[:, list(places)] = read[:, list(places.values())]
    weights, notes = within_range(weights)
    channels = frozenset(CHANNELS[index] for index in places)
    return RecordedFace(
        np.arange(len(read)) / fps,
        weights,
        _of_frames(document, "head", 3, len(read)),
        _shares(document, len(read)),
        fps,
        start,
        channels,
        (*note_missing(channels), *notes),
    )


def write_clip(clip: Clip) -> str:
    """Return a clip as JSON, a frame a line; ``read_clip`` gives it back to its digits."""
    content: dict[str, Any] = {
        HEAD: _VERSION,
        "fps": clip.fps,
        "start": clip.start,
        "channels": CHANNELS,
    }
    entries = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in content.items()]
    entries.append(_rows("weights", clip.weights))
    if clip.head is not None:
        entries.append(_rows("head", clip.head))
    if clip.has_emotions:
        entries += [f'"emotions": {json.dumps(SHARES)}', _rows("shares", clip.shares)]
    return "{" + ",\n".join(entries) + "}\n"


def _shares(document: JsonRecording, frames: int) -> NDArray[np.float32] | None:
    """Return the shares of the emotions, float32, shape (frames, 17), or None.

    Raises:
        TextError: something else was expected.
    """
    if "shares" not in document.content:
        return None
    names = document.entry("emotions", list)
    read = _of_frames(document, "shares", len(names), frames)
    assert read is not None
    shares = np.zeros((frames, len(SHARES)), dtype=np.float32)
    for column, name in enumerate(names):
        if name not in SHARES:
            message = Message(
                "one of {names} was expected, not “{name}”", names=SHARES, name=quotable(name)
            )
            raise document.fault(message, "emotions", column)
        shares[:, SHARES.index(name)] = read[:, column]
    return np.clip(shares, 0, 1)


def _of_frames(
    document: JsonRecording, name: str, columns: int, frames: int
) -> NDArray[np.float32] | None:
    """Return an entry with a row for every frame, float32, shape (frames, columns), or None.

    Raises:
        TextError: something else was expected.
    """
    if name not in document.content:
        return None
    rows = document.table(name, columns)
    if len(rows) != frames:
        message = Message("{count} rows were expected, one a frame", count=frames)
        raise document.fault(message, name)
    return rows


def _rows(name: str, table: NDArray[np.float32]) -> str:
    """Return an entry with a row of numbers on each line."""
    rows = np.round(table.astype(np.float64), DIGITS).tolist()
    return f'"{name}": [\n' + ",\n".join(map(json.dumps, rows)) + "\n]"
