# SPDX-License-Identifier: GPL-3.0-or-later
"""ONNX files of a few operators, for what runs them."""

from pathlib import Path
from typing import Any

import numpy as np
from edited_networks import encoded

from emotebot_blender.core.onnx_graph.onnx_file import TYPES, OnnxFile, read_onnx_file

_NUMBERS = {dtype: number for number, dtype in TYPES.items()}
ROWS = "rows"
"""Name of an axis with any size."""


def node(operator: str, inputs: str, outputs: str, **attributes: Any) -> dict[str, Any]:
    """Return an operator; names of values stand between spaces, a dot for one left out."""
    return {
        "operator": operator,
        "input": ["" if name == "." else name for name in inputs.split()],
        "output": outputs.split(),
        "attribute": [_attribute(name, value) for name, value in attributes.items()],
    }


def graph(
    nodes: list[dict[str, Any]],
    inputs: dict[str, tuple],
    outputs: list[str],
    constants: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a graph.

    Args:
        nodes: from ``node``.
        inputs: names and shapes.
        outputs: names.
        constants: names and arrays.
    """
    return {
        "name": "graph",
        "node": nodes,
        "initializer": [
            {"name": name, **_tensor(np.asarray(array))}
            for name, array in (constants or {}).items()
        ],
        "input": [_value(name, shape) for name, shape in inputs.items()],
        "output": [_value(name, None) for name in outputs],
    }


def network(path: Path, content: dict[str, Any], opset: int = 17) -> OnnxFile:
    """Write a graph to a file and return what is read of it."""
    model = {"ir_version": 8, "graph": content, "opset_import": [{"version": opset}]}
    path.write_bytes(encoded(model, "model"))
    return read_onnx_file(path)


def _value(name: str, shape: tuple | None) -> dict[str, Any]:
    kind: dict[str, Any] = {"type": 1}
    if shape is not None:
        dims = [{"name": size} if isinstance(size, str) else {"value": size} for size in shape]
        kind["shape"] = {"dim": dims}
    return {"name": name, "type": {"tensor": kind}}


def _tensor(array: np.ndarray) -> dict[str, Any]:
    return {"dims": list(array.shape), "type": _NUMBERS[array.dtype], "raw": array.tobytes()}


def _attribute(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, np.ndarray):
        return {"name": name, "t": _tensor(value), "type": 4}
    if isinstance(value, dict):
        return {"name": name, "g": value, "type": 5}
    field, number = {float: ("f", 1), int: ("i", 2), bytes: ("s", 3), list: ("ints", 7)}[
        type(value)
    ]
    return {"name": name, field: value, "type": number}
