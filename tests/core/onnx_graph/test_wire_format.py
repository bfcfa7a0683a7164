# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages as the documentation of Protocol Buffers encodes them, and damaged ones."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotebot_blender.core.onnx_graph import wire_format
from emotebot_blender.core.onnx_graph.wire_format import (
    Field,
    FieldKind,
    FormatError,
    MessageReader,
)

SCHEMA = {
    "outer": {
        1: Field("number", FieldKind.INTEGER),
        2: Field("text", FieldKind.TEXT),
        3: Field("inner", FieldKind.MESSAGE, message="outer"),
        4: Field("share", FieldKind.FLOAT),
        6: Field("numbers", FieldKind.INTEGER, repeated=True),
        7: Field("shares", FieldKind.FLOAT, repeated=True),
    }
}


def read(content: bytes) -> dict:
    return MessageReader(SCHEMA).read("outer", memoryview(content))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("08 96 01", {"number": 150}),
        ("12 07 74 65 73 74 69 6e 67", {"text": "testing"}),
        ("1a 03 08 96 01", {"inner": {"number": 150}}),
        ("32 06 03 8e 02 9e a7 05", {"numbers": [3, 270, 86942]}),
        ("30 03 30 8e 02", {"numbers": [3, 270]}),
        ("08 fe ff ff ff ff ff ff ff ff 01", {"number": -2}),
        ("25 00 00 80 3f", {"share": 1.0}),
        ("3a 08 00 00 80 3f 00 00 00 c0", {"shares": [1.0, -2.0]}),
        ("48 01 51 00 00 00 00 00 00 00 00", {}),
        ("", {}),
    ],
)
def test_a_message_is_read(content, expected):
    assert read(bytes.fromhex(content)) == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("08", "cut off"),
        ("12 07 74", "cut off"),
        ("25 00 00", "cut off"),
        ("3a 03 00 00 80", "cut off"),
        ("08 ff ff ff ff ff ff ff ff ff 7f", "too large a number"),
        ("08 80 80 80 80 80 80 80 80 80 80 01", "cut off"),
        ("00 01", "no field"),
        ("0b", "no wire type"),
        ("08 01 08 02", "number twice"),
        ("0a 01 00", "number of another wire type"),
        ("12 01 ff", "no text"),
        ("1a 02 1a" * 9 + "00", "cut off"),
    ],
)
def test_a_damaged_message_is_refused(content, reason):
    with pytest.raises(FormatError, match=reason):
        read(bytes.fromhex(content))


def nested(depth: int) -> bytes:
    content = b""
    for _ in range(depth):
        content = bytes([0x1A, len(content)]) + content
    return content


def test_messages_within_messages_have_an_end():
    assert read(nested(wire_format.DEEPEST))
    with pytest.raises(FormatError, match="too deep"):
        read(nested(wire_format.DEEPEST + 1))


@pytest.mark.parametrize("field", [b"\x48\x00", b"\x30\x00"])
def test_fields_are_counted(field, monkeypatch):
    monkeypatch.setattr(wire_format, "MOST_FIELDS", 10)
    read(field * 10)
    with pytest.raises(FormatError, match="too long"):
        read(field * 11)


def test_packed_numbers_are_counted(monkeypatch):
    monkeypatch.setattr(wire_format, "MOST_FIELDS", 10)
    with pytest.raises(FormatError, match="too long"):
        read(b"\x32\x0a" + bytes(10))


@given(st.binary(max_size=64))
def test_any_bytes_are_a_message_or_refused(content):
    with suppress(FormatError):
        assert isinstance(read(content), dict)
