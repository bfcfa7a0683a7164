# SPDX-License-Identifier: GPL-3.0-or-later
"""What recordings in JSON share: a document of bounded size, whose faults have line and column."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS, INDEX
from ..errors import TextError
from ..json_text import offset_of, parse_json, quotable
from ..messages import Message
from ..text_lines import normalised_newlines, position
from .recorded_face import MOST_FRAMES

_MOST_VALUES = 2**23
"""Values of a document at most, so that it stays within some 700 MB of memory; a text of the
largest size, with six digits a weight, has fewer."""

_LARGEST = 1e9
"""A number from here on is none that is measured of a face or its time."""

_SPELLINGS = {
    spelling.lower(): INDEX[name]
    for name in CHANNELS
    for spelling in (name, name.replace("Left", "_L").replace("Right", "_R"))
}
"""Names of channels as Apple's documents and as its programs have them."""


class JsonRecording:
    """A document that holds a recording.

    Args:
        text: in JSON.

    Attributes:
        content: what it holds, an object.

    Raises:
        TextError: it is no JSON, too large or no object.
    """

    def __init__(self, text: str) -> None:
        self._text = normalised_newlines(text)
        values = sum(self._text.count(mark) for mark in ",[{")
        if values > _MOST_VALUES:
            raise TextError(
                Message("no more than {count} values were expected", count=_MOST_VALUES)
            )
        self.content = parse_json(self._text)
        if not isinstance(self.content, dict):
            raise TextError("an object was expected, in braces")

    def fault(self, message: Message, *path: str | int) -> TextError:
        """Return the error for the value that a path of keys and indices leads to."""
        return TextError(message, *position(self._text, offset_of(self._text, path)))

    def entry(self, name: str, kind: type[Any]) -> Any:
        """Return an entry of the document.

        Args:
            name: of the entry.
            kind: what it has to be, list or dict.

        Raises:
            TextError: it is missing, or something else.
        """
        if name not in self.content:
            raise self.fault(Message("“{name}” was expected", name=name))
        value = self.content[name]
        if not isinstance(value, kind):
            message = Message("“{name}”: an object was expected, in braces", name=name)
            if kind is list:
                message = Message("“{name}”: a list was expected", name=name)
            raise self.fault(message, name)
        return value

    def number(self, value: Any, *path: str | int) -> float:
        """Return a value as a number.

        Raises:
            TextError: it is none, or too large a one.
        """
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and abs(value) < _LARGEST:  # which no NaN is
            return float(value)
        message = Message("a number was expected, not “{value}”", value=quotable(value))
        raise self.fault(message, *path)

    def numbers(self, value: Any, count: int, *path: str | int) -> NDArray[np.float32]:
        """Return a value as so many numbers, float32, shape (count,).

        Raises:
            TextError: it is something else.
        """
        if not isinstance(value, list) or len(value) != count:
            message = Message("a list of {count} numbers was expected", count=count)
            raise self.fault(message, *path)
        return np.array(
            [self.number(one, *path, index) for index, one in enumerate(value)], dtype=np.float32
        )

    def table(self, name: str, columns: int) -> NDArray[np.float32]:
        """Return an entry as rows of so many numbers, float32, shape (rows, columns).

        Raises:
            TextError: it is something else, or has more than ``MOST_FRAMES`` rows.
        """
        rows = self.frames(name)
        read = [self.numbers(row, columns, name, index) for index, row in enumerate(rows)]
        return np.array(read, dtype=np.float32).reshape(len(rows), columns)

    def frames(self, name: str) -> list[Any]:
        """Return an entry that is a list with a member for every frame.

        Raises:
            TextError: it is something else, or has more than ``MOST_FRAMES`` members.
        """
        rows: list[Any] = self.entry(name, list)
        if len(rows) > MOST_FRAMES:
            message = Message("no more than {count} frames were expected", count=MOST_FRAMES)
            raise self.fault(message, name)
        return rows

    def channels(self, names: list[Any], *path: str | int) -> dict[int, int]:
        """Return the place in a list of names of each channel that is in it, by its index.

        Raises:
            TextError: a name is no text, or a channel stands there twice.
        """
        places: dict[int, int] = {}
        for place, name in enumerate(names):
            if not isinstance(name, str):
                message = Message("a name was expected, not “{value}”", value=quotable(name))
                raise self.fault(message, *path, place)
            channel = channel_index(name)
            if channel in places:
                message = Message("“{name}” was expected once, not twice", name=name)
                raise self.fault(message, *path, place)
            if channel is not None:
                places[channel] = place
        if not places:
            raise self.fault(Message("names of channels such as jawOpen were expected"), *path)
        return places


def channel_index(name: str) -> int | None:
    """Return the index of a channel that is spelt in one of Apple's ways, None for other names."""
    return _SPELLINGS.get(name.lower())
