# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether pictures and films have been written whole.

Blender neither raises nor reports it when the disk is full: what it wrote has to be read again.
"""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from ..core.errors import EmoteBotError

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

_MP4_BOXES = {b"ftyp", b"mdat", b"moov"}
"""Boxes without which a film cannot be played."""


def check_png(path: Path) -> None:
    """Check that a PNG file is whole: every chunk with its checksum, and the last one the end.

    Chunks are those of the PNG specification (W3C, third edition, 5.3).

    Raises:
        EmoteBotError: it is not, or it is not there.
    """
    content = path.read_bytes() if path.is_file() else b""
    position, name = len(_PNG_SIGNATURE), b""
    if content.startswith(_PNG_SIGNATURE):
        while name != b"IEND" and position + 12 <= len(content):
            length, name = struct.unpack_from(">I4s", content, position)
            end = position + 8 + length
            checksum = content[end : end + 4]
            if checksum != struct.pack(">I", zlib.crc32(content[position + 4 : end])):
                break
            position = end + 4
        else:
            if name == b"IEND" and position == len(content):
                return
    raise _incomplete(path)


def check_mp4(path: Path) -> None:
    """Check that an MP4 file is whole: its boxes fill it, and none that it needs is missing.

    Boxes are those of the ISO base media file format (ISO/IEC 14496-12, 4.2).

    Raises:
        EmoteBotError: it is not, or it is not there.
    """
    if not path.is_file() or not set(_boxes(path)) >= _MP4_BOXES:
        raise _incomplete(path)


def _boxes(path: Path) -> Iterator[bytes]:
    """Yield the types of the outermost boxes that lie within the file, until one does not."""
    size = path.stat().st_size
    position = 0
    with path.open("rb") as stream:
        while position < size:
            stream.seek(position)
            header = stream.read(16)
            if len(header) < 8:
                return
            length, name = struct.unpack_from(">I4s", header)
            if length == 1 and len(header) == 16:
                (length,) = struct.unpack_from(">Q", header, 8)
            if length == 0:
                length = size - position
            position += length
            if length < 8 or position > size:
                return
            yield name


def _incomplete(path: Path) -> EmoteBotError:
    return EmoteBotError("“{path}” was not written whole; is the disk full?", path=path)
