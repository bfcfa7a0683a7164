# SPDX-License-Identifier: GPL-3.0-or-later
"""glTF 2.0 in its binary form, of nodes that are animated and nothing else.

After the header come a chunk of JSON, filled up with spaces, and one of numbers, filled up with
zeros, each to a multiple of four bytes (Khronos, glTF 2.0 specification, 4.4).
"""

import json
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MAGIC, _VERSION = 0x46546C67, 2
_JSON, _BINARY = 0x4E4F534A, 0x004E4942
_FLOAT = 5126
"""Type of a component: single precision."""

_TYPES = {1: "SCALAR", 3: "VEC3", 4: "VEC4"}


class AnimatedNodes:
    """Nodes and one animation of them, to be written as a file."""

    def __init__(self) -> None:
        self._nodes: list[dict[str, Any]] = []
        self._children: set[int] = set()
        self._accessors: list[dict[str, Any]] = []
        self._views: list[dict[str, Any]] = []
        self._binary = bytearray()
        self._samplers: list[dict[str, Any]] = []
        self._channels: list[dict[str, Any]] = []
        self._times: dict[bytes, int] = {}

    def add_node(
        self,
        name: str,
        translation: tuple[float, float, float] = (0.0, 0.0, 0.0),
        parent: int | None = None,
    ) -> int:
        """Add a node and return its index.

        Args:
            name: of the node.
            translation: metres from its parent.
            parent: index of that node; None for one of the scene's own.
        """
        index = len(self._nodes)
        self._nodes.append({"name": name, "translation": list(translation)})
        if parent is not None:
            self._nodes[parent].setdefault("children", []).append(index)
            self._children.add(index)
        return index

    def animate(
        self, node: int, path: str, times: NDArray[np.floating], values: NDArray[np.floating]
    ) -> None:
        """Animate a node, linear between keys; where nothing changes, two keys are enough.

        Args:
            node: its index.
            path: "translation" or "rotation".
            times: of the keys in seconds, from 0 and ever later, shape (frames,), one or more.
            values: shape (frames, 3), or unit quaternions x, y, z, w, shape (frames, 4).
        """
        if len(values) > 2 and (values == values[0]).all():
            times, values = times[[0, -1]], values[[0, -1]]
        keys = np.ascontiguousarray(times, dtype="<f4")
        known = self._times.get(keys.tobytes())
        if known is None:
            known = self._times[keys.tobytes()] = self._add_accessor(keys[:, None], limits=True)
        sampler = {
            "input": known,
            "interpolation": "LINEAR",
            "output": self._add_accessor(np.ascontiguousarray(values, dtype="<f4")),
        }
        self._channels.append(
            {"sampler": len(self._samplers), "target": {"node": node, "path": path}}
        )
        self._samplers.append(sampler)

    def to_bytes(self, name: str, extension: str, content: dict[str, Any]) -> bytes:
        """Return the file.

        Args:
            name: of the animation.
            extension: of glTF that the file uses.
            content: what that says of the whole file.
        """
        document = {
            "asset": {"version": "2.0", "generator": "EmoteBot"},
            "extensionsUsed": [extension],
            "extensions": {extension: content},
            "scene": 0,
            "scenes": [{"nodes": [i for i in range(len(self._nodes)) if i not in self._children]}],
            "nodes": self._nodes,
            "animations": [{"name": name, "samplers": self._samplers, "channels": self._channels}],
            "accessors": self._accessors,
            "bufferViews": self._views,
            "buffers": [{"byteLength": len(self._binary)}],
        }
        text = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
        text += b" " * (-len(text) % 4)
        chunks = b"".join(
            struct.pack("<II", len(data), kind) + data
            for kind, data in ((_JSON, text), (_BINARY, bytes(self._binary)))
        )
        return struct.pack("<III", _MAGIC, _VERSION, 12 + len(chunks)) + chunks

    def _add_accessor(self, values: NDArray[np.float32], limits: bool = False) -> int:
        """Add numbers to the file and return the index of what reads them, shape (count, size)."""
        accessor: dict[str, Any] = {
            "bufferView": len(self._views),
            "componentType": _FLOAT,
            "count": len(values),
            "type": _TYPES[values.shape[1]],
        }
        if limits:
            accessor |= {"min": values.min(axis=0).tolist(), "max": values.max(axis=0).tolist()}
        data = values.tobytes()
        view = {"buffer": 0, "byteOffset": len(self._binary), "byteLength": len(data)}
        self._binary += data
        self._views.append(view)
        self._accessors.append(accessor)
        return len(self._accessors) - 1
