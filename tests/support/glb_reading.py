# SPDX-License-Identifier: GPL-3.0-or-later
"""Binary glTF taken apart by the letter of its specification, which names every number here."""

import json
import struct
from typing import Any

import numpy as np

_SIZES = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}


class ReadGlb:
    """A file that is taken apart.

    Attributes:
        chunks: type and content of each.
        document: what its JSON holds.
    """

    def __init__(self, content: bytes) -> None:
        magic, version, length = struct.unpack_from("<4sII", content)
        assert (magic, version, length) == (b"glTF", 2, len(content))
        self.chunks: list[tuple[bytes, bytes]] = []
        place = 12
        while place < length:
            size, kind = struct.unpack_from("<I4s", content, place)
            self.chunks.append((kind, content[place + 8 : place + 8 + size]))
            place += 8 + size
        assert place == length
        self.document: dict[str, Any] = json.loads(self.chunks[0][1])
        (buffer,) = self.document["buffers"]
        assert 0 <= len(self.chunks[1][1]) - buffer["byteLength"] < 4

    def numbers(self, accessor: int) -> np.ndarray:
        """Return what an accessor reads, shape (count,) or (count, size)."""
        described = self.document["accessors"][accessor]
        view = self.document["bufferViews"][described["bufferView"]]
        size = _SIZES[described["type"]]
        assert described["componentType"] == 5126  # single precision
        assert view["byteLength"] == 4 * size * described["count"]
        assert view["byteOffset"] % 4 == 0
        assert view["byteOffset"] + view["byteLength"] <= self.document["buffers"][0]["byteLength"]
        read = np.frombuffer(
            self.chunks[1][1], "<f4", size * described["count"], view["byteOffset"]
        )
        return read if size == 1 else read.reshape(-1, size)

    def track(self, name: str, path: str) -> tuple[np.ndarray, np.ndarray]:
        """Return times and values of what is animated of the node of a name."""
        (animation,) = self.document["animations"]
        nodes = self.document["nodes"]
        (channel,) = (
            channel
            for channel in animation["channels"]
            if nodes[channel["target"]["node"]]["name"] == name
            and channel["target"]["path"] == path
        )
        sampler = animation["samplers"][channel["sampler"]]
        assert sampler["interpolation"] == "LINEAR"
        return self.numbers(sampler["input"]), self.numbers(sampler["output"])
