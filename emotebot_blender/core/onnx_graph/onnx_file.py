# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads ONNX files, up to a size, without any library for it.

Names and numbers of fields and types are those of ``onnx.proto`` (https://github.com/onnx/onnx).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EmoteBotError
from ..input_files import read_input_file
from .wire_format import Field, FieldKind, FormatError, MessageReader, Schema

LARGEST_FILE = 16 * 2**20
"""Bytes; EmoteBot's own networks take less than .4 MB each."""

MOST_AXES = 8
"""Of an array; NumPy has no more than 32 everywhere."""

_INTEGER, _FLOAT = FieldKind.INTEGER, FieldKind.FLOAT
_TEXT, _BYTES = FieldKind.TEXT, FieldKind.BYTES


def _message(name: str, message: str, repeated: bool = False) -> Field:
    return Field(name, FieldKind.MESSAGE, repeated, message)


SCHEMA: Schema = {
    "model": {
        1: Field("ir_version", _INTEGER),
        7: _message("graph", "graph"),
        8: _message("opset_import", "opset", True),
        14: _message("metadata", "entry", True),
        20: Field("training_info", _BYTES, True),
        25: Field("functions", _BYTES, True),
    },
    "opset": {1: Field("domain", _TEXT), 2: Field("version", _INTEGER)},
    "entry": {1: Field("key", _TEXT), 2: Field("value", _TEXT)},
    "graph": {
        1: _message("node", "node", True),
        2: Field("name", _TEXT),
        5: _message("initializer", "tensor", True),
        11: _message("input", "value", True),
        12: _message("output", "value", True),
        15: Field("sparse_initializer", _BYTES, True),
    },
    "node": {
        1: Field("input", _TEXT, True),
        2: Field("output", _TEXT, True),
        4: Field("operator", _TEXT),
        5: _message("attribute", "attribute", True),
        7: Field("domain", _TEXT),
    },
    "attribute": {
        1: Field("name", _TEXT),
        2: Field("f", _FLOAT),
        3: Field("i", _INTEGER),
        4: Field("s", _BYTES),
        5: _message("t", "tensor"),
        6: _message("g", "graph"),
        7: Field("floats", _FLOAT, True),
        8: Field("ints", _INTEGER, True),
        20: Field("type", _INTEGER),
    },
    "tensor": {
        1: Field("dims", _INTEGER, True),
        2: Field("type", _INTEGER),
        4: Field("floats", _FLOAT, True),
        5: Field("int32s", _INTEGER, True),
        7: Field("int64s", _INTEGER, True),
        8: Field("name", _TEXT),
        9: Field("raw", _BYTES),
        13: Field("external_data", _BYTES, True),
        14: Field("location", _INTEGER),
    },
    "value": {1: Field("name", _TEXT), 2: _message("type", "type")},
    "type": {1: _message("tensor", "tensor type")},
    "tensor type": {1: Field("type", _INTEGER), 2: _message("shape", "shape")},
    "shape": {1: _message("dim", "dim", True)},
    "dim": {1: Field("value", _INTEGER), 2: Field("name", _TEXT)},
}

_ATTRIBUTES = {1: "f", 2: "i", 3: "s", 4: "t", 5: "g", 6: "floats", 7: "ints"}
"""Number of a type of attribute to the field that holds it; others are not read."""

TYPES: Mapping[int, np.dtype] = {
    1: np.dtype("<f4"),
    7: np.dtype("<i8"),
    9: np.dtype("?"),
    10: np.dtype("<f2"),
}
"""Number of a type of element to what NumPy calls it: float, int64, bool and float16."""

_TYPED = {1: "floats", 7: "int64s", 9: "int32s"}
"""Number of a type of element to the field that holds it where it is not raw."""


@dataclass(frozen=True)
class Argument:
    """An input or output of a network.

    Attributes:
        name: of it.
        dtype: of its numbers; None for one that EmoteBot does not read.
        shape: sizes of its axes, None where any will do; None for one that is not given.
    """

    name: str
    dtype: np.dtype | None
    shape: tuple[int | None, ...] | None


@dataclass(frozen=True)
class Node:
    """An operator at its place in a graph.

    Attributes:
        operator: its name.
        inputs: names of values, empty for one that is left out.
        outputs: names of values.
        attributes: by name: numbers, bytes, arrays, graphs or lists of numbers.
    """

    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Graph:
    """A network or the body of a loop.

    Attributes:
        nodes: in an order in which they can be computed.
        constants: arrays by name.
        inputs: what it is given.
        outputs: what it gives.
    """

    nodes: tuple[Node, ...]
    constants: Mapping[str, NDArray]
    inputs: tuple[Argument, ...]
    outputs: tuple[Argument, ...]


@dataclass(frozen=True)
class OnnxFile:
    """What stands in a file.

    Attributes:
        path: of it.
        content: its bytes.
        metadata: what it says of itself.
        opset: version of the operators.
        message: its graph, not yet looked into.
        whole: whether all of it is in what is read.
    """

    path: Path
    content: bytes
    metadata: Mapping[str, str]
    opset: int
    message: Mapping[str, Any]
    whole: bool

    def inputs(self) -> tuple[Argument, ...]:
        """Return what the network is given."""
        return tuple(_argument(each) for each in self.message.get("input", ()))

    def graph(self) -> Graph:
        """Return the network.

        Raises:
            EmoteBotError: it is damaged, or something in it is not what EmoteBot reads.
        """
        if not self.whole:
            raise unreadable(self.path)
        try:
            return _graph(self.message)
        except FormatError as error:
            raise unreadable(self.path) from error


def read_onnx_file(path: Path) -> OnnxFile:
    """Return what stands in an ONNX file.

    Raises:
        EmoteBotError: the file is missing, unreadable, too large, no regular file or no ONNX file.
    """
    content = read_input_file(path, LARGEST_FILE)
    try:
        model = MessageReader(SCHEMA).read("model", memoryview(content))
    except FormatError as error:
        raise unreadable(path) from error
    imports = model.get("opset_import", ())
    opsets = {entry.get("domain", ""): entry.get("version", 0) for entry in imports}
    entries = model.get("metadata", ())
    metadata = {entry.get("key", ""): entry.get("value", "") for entry in entries}
    if "graph" not in model or "ir_version" not in model or len(metadata) < len(entries):
        raise unreadable(path)
    whole = "functions" not in model and "training_info" not in model and set(opsets) == {""}
    return OnnxFile(path, content, metadata, opsets.get("", 0), model["graph"], whole)


def unreadable(path: Path) -> EmoteBotError:
    """Return the error of a file that is damaged or something else."""
    return EmoteBotError("{path} is not an ONNX network that can be read", path=path)


def _graph(message: Mapping[str, Any]) -> Graph:
    if "sparse_initializer" in message:
        raise FormatError("sparse")
    constants = {each.get("name", ""): _array(each) for each in message.get("initializer", ())}
    if len(constants) < len(message.get("initializer", ())):
        raise FormatError("a constant twice")
    return Graph(
        tuple(_node(each) for each in message.get("node", ())),
        constants,
        tuple(_argument(each) for each in message.get("input", ())),
        tuple(_argument(each) for each in message.get("output", ())),
    )


def _node(message: Mapping[str, Any]) -> Node:
    attributes = {}
    for each in message.get("attribute", ()):
        field = _ATTRIBUTES.get(each.get("type", 0))
        name = each.get("name", "")
        if field is None or name in attributes:
            raise FormatError("no attribute")
        value = each.get(field, [] if field in ("floats", "ints") else None)
        if value is None:  # a number that is 0 need not stand there
            value = {"i": 0, "f": 0.0, "s": b""}.get(field)
        if field == "t":
            value = _array(value or {})
        elif field == "g":
            value = _graph(value or {})
        attributes[name] = bytes(value) if field == "s" else value
    operator = message.get("operator", "")
    if message.get("domain"):
        operator = f"{message['domain']}.{operator}"
    if not operator or not operator.isprintable():
        raise FormatError("no operator")
    inputs, outputs = tuple(message.get("input", ())), tuple(message.get("output", ()))
    return Node(operator, inputs, outputs, attributes)


def _array(message: Mapping[str, Any]) -> NDArray:
    """Return the numbers of a tensor.

    Raises:
        FormatError: of another type than those of ``TYPES``, in another file, or not as many as
            its shape has.
    """
    number, dims = message.get("type", 0), message.get("dims", [])
    dtype = TYPES.get(number)
    if dtype is None or message.get("location") or "external_data" in message:
        raise FormatError("another kind of tensor")
    if "raw" in message:
        raw = message["raw"]
        if len(raw) % dtype.itemsize:
            raise FormatError("cut off")
        flat = np.frombuffer(raw, np.uint8 if dtype.kind == "b" else dtype)
    else:
        flat = np.array(message.get(_TYPED.get(number, ""), ()), dtype=dtype)
    if len(dims) > MOST_AXES or min(dims, default=0) < 0 or math.prod(dims) != len(flat):
        raise FormatError("not as many numbers as its shape")
    return flat.astype(dtype.newbyteorder("=")).reshape(dims)


def _argument(message: Mapping[str, Any]) -> Argument:
    tensor = message.get("type", {}).get("tensor", {})
    shape = None
    if "shape" in tensor:
        shape = tuple(dim.get("value") for dim in tensor["shape"].get("dim", ()))
    name = message.get("name", "")
    name = name if name.isprintable() else repr(name)
    return Argument(name, TYPES.get(tensor.get("type", 0)), shape)
