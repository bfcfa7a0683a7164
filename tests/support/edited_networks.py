# SPDX-License-Identifier: GPL-3.0-or-later
"""Network files that somebody else may have made: EmoteBot's own, read, changed and written."""

import random
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from emotebot_blender.core.onnx_graph.onnx_file import SCHEMA
from emotebot_blender.core.onnx_graph.wire_format import FieldKind, MessageReader
from emotebot_blender.core.performance.networks import FOLDER

NOT_A_NUMBER = struct.pack("<f", float("nan"))


def message_of(kind: str) -> dict[str, Any]:
    """Return EmoteBot's network of a kind as a message that can be changed."""
    content = (FOLDER / f"{kind}.onnx").read_bytes()
    return MessageReader(SCHEMA).read("model", memoryview(content))


def written(message: dict[str, Any], path: Path) -> Path:
    """Write a message as an ONNX file and return its path."""
    path.write_bytes(encoded(message, "model"))
    return path


def encoded(message: dict[str, Any], name: str) -> bytes:
    """Return a message of a type of ``SCHEMA`` as bytes."""
    parts = []
    for number, field in SCHEMA[name].items():
        values = message.get(field.name, [])
        for value in values if field.repeated else [values] if field.name in message else []:
            if field.kind is FieldKind.INTEGER:
                parts += [_varint(number << 3), _varint(value % (1 << 64))]
            elif field.kind is FieldKind.FLOAT:
                parts += [_varint(number << 3 | 5), struct.pack("<f", value)]
            else:
                content = (
                    encoded(value, field.message)
                    if field.kind is FieldKind.MESSAGE
                    else value.encode()
                    if field.kind is FieldKind.TEXT
                    else bytes(value)
                )
                parts += [_varint(number << 3 | 2), _varint(len(content)), content]
    return b"".join(parts)


def constant_of(graph: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a constant of a graph's message, by its name."""
    (constant,) = (each for each in graph["initializer"] if each["name"] == name)
    return constant


def change_somewhere(message: dict[str, Any], chance: random.Random) -> None:
    """Change one number, name, array or list of a message, to something that it may well hold."""
    places = list(_places(message))
    names = [held[key] for held, key in places if isinstance(held[key], str)]
    held, key = chance.choice(places)
    value = held[key]
    if isinstance(value, int):
        held[key] = chance.choice([value + 1, value - 1, -value, 0, 1, 2, 7, 2**31, -(2**62)])
    elif isinstance(value, float):
        held[key] = chance.choice([value * 2, 0.0, -1.0, 3e38, float("nan"), float("inf")])
    elif isinstance(value, str):
        held[key] = chance.choice([*names, "", "Loop", "Expand"])
    elif isinstance(value, dict):
        value.pop(chance.choice(list(value)), None) if value else None
    elif isinstance(value, list):
        other = chance.choice(value)
        chance.choice([value.remove, value.append])(other)
    else:
        place = chance.randrange(len(value) + 1)
        held[key] = bytes(value[:place]) + chance.choice(
            [b"", b"\0\0\xc0\x7f", bytes(value[place:])]
        )


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield what holds each part of a message, and the key or index of the part."""
    keys = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for key in keys:
        if value[key] != []:
            yield value, key
        yield from _places(value[key])


def _varint(number: int) -> bytes:
    parts = []
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])
