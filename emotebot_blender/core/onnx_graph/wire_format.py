# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of Protocol Buffers, as far as an ONNX file needs them: bytes to dictionaries.

The format is that of https://protobuf.dev/programming-guides/encoding/. What would be read in one
way here and in another one elsewhere is refused: a field twice that stands once, and a field of
another wire type than its own.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

DEEPEST = 16
"""Messages within messages; a network with a loop has seven."""

MOST_FIELDS = 100_000
"""Fields and packed whole numbers of a message, with all in it; a network has some thousands."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10


class FormatError(ValueError):
    """Bytes that are no such message."""


class FieldKind(Enum):
    """What a field holds."""

    INTEGER = "int64"
    FLOAT = "float"
    TEXT = "string"
    BYTES = "bytes"
    MESSAGE = "message"


@dataclass(frozen=True)
class Field:
    """A field of a message.

    Attributes:
        name: under which it is found.
        kind: what it holds.
        repeated: whether it may stand any number of times, or packed.
        message: name of the type of the message that it holds.
    """

    name: str
    kind: FieldKind
    repeated: bool = False
    message: str = ""


Schema = Mapping[str, Mapping[int, Field]]
"""Name of a type of message to the fields that are read, by number; others are passed over."""


class MessageReader:
    """Reads messages of some types, and no more of them than ``MOST_FIELDS`` allows.

    Args:
        schema: types of messages.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._left = MOST_FIELDS

    def read(self, name: str, content: memoryview, depth: int = 0) -> dict[str, Any]:
        """Return a message as a dictionary: name of each field that is there to its value.

        Repeated fields are lists. Bytes are views of the content.

        Args:
            name: of the type of the message.
            content: its bytes.
            depth: how many messages it is in.

        Raises:
            FormatError: it is damaged, too long or too deep.
        """
        if depth > DEEPEST:
            raise FormatError("too deep")
        fields = self._schema[name]
        message: dict[str, Any] = {}
        for number, wire, value in _fields(content):
            self._count()
            field = fields.get(number)
            if field is None:
                continue
            if field.repeated:
                message.setdefault(field.name, []).extend(self._values(field, wire, value, depth))
            elif field.name in message:
                raise FormatError(f"{field.name} twice")
            else:
                (message[field.name],) = self._values(field, wire, value, depth)
        return message

    def _values(self, field: Field, wire: int, value: Any, depth: int) -> Iterator[Any]:
        """Yield what a field holds: one value, or several if they are packed."""
        packed = field.repeated and wire == _BYTES
        if field.kind is FieldKind.INTEGER and packed:
            place = 0
            while place < len(value):
                self._count()
                number, place = _varint(value, place)
                yield _signed(number)
        elif field.kind is FieldKind.FLOAT and packed:
            if len(value) % 4:
                raise FormatError("cut off")
            yield from struct.unpack(f"<{len(value) // 4}f", value)
        elif field.kind is FieldKind.INTEGER and wire == _VARINT:
            yield _signed(value)
        elif field.kind is FieldKind.FLOAT and wire == _FIXED32:
            yield struct.unpack("<f", value)[0]
        elif field.kind is FieldKind.MESSAGE and wire == _BYTES:
            yield self.read(field.message, value, depth + 1)
        elif field.kind is FieldKind.TEXT and wire == _BYTES:
            try:
                yield str(value, "utf-8")
            except UnicodeDecodeError as error:
                raise FormatError("no text") from error
        elif field.kind is FieldKind.BYTES and wire == _BYTES:
            yield value
        else:
            raise FormatError(f"{field.name} of another wire type")

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise FormatError("too long")


def _fields(content: memoryview) -> Iterator[tuple[int, int, Any]]:
    """Yield number, wire type and raw value of each field."""
    place = 0
    while place < len(content):
        tag, place = _varint(content, place)
        wire, number = tag & 7, tag >> 3
        if not 0 < number < 1 << 29:
            raise FormatError("no field")
        value: Any
        if wire == _VARINT:
            value, place = _varint(content, place)
        else:
            if wire == _BYTES:
                size, place = _varint(content, place)
            elif wire in (_FIXED32, _FIXED64):
                size = 4 if wire == _FIXED32 else 8
            else:
                raise FormatError("no wire type")
            value, place = content[place : place + size], place + size
            if place > len(content):
                raise FormatError("cut off")
        yield number, wire, value


def _varint(content: memoryview, place: int) -> tuple[int, int]:
    """Return an unsigned number of up to 64 bits and where it ends."""
    number = 0
    for index, byte in enumerate(content[place : place + _LONGEST_VARINT]):
        number |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            if number >= 1 << 64:
                raise FormatError("too large a number")
            return number, place + index + 1
    raise FormatError("cut off")


def _signed(number: int) -> int:
    return number - (1 << 64) if number >= 1 << 63 else number
