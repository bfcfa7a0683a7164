# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds ONNX graphs by hand: nodes by what they compute, constants where numbers stand."""

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8


class GraphBuilder:
    """Nodes of a graph; numbers and arrays among their inputs become constants.

    Args:
        name: begins the names of its values.
        constants: those of the graph around it; None to begin with none.
    """

    def __init__(self, name: str, constants: list[onnx.TensorProto] | None = None) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = [] if constants is None else constants
        self._name = name

    def node(
        self, operator: str, *inputs: object, into: str | None = None, **attributes: object
    ) -> str:
        """Add a node and return the name of its output.

        Args:
            operator: of ONNX.
            *inputs: names of values, numbers or arrays.
            into: name of the output; None for one of its own.
            **attributes: of the operator.
        """
        output = into or f"{self._name}_{len(self.nodes)}"
        names = [value if isinstance(value, str) else self.constant(value) for value in inputs]
        self.nodes.append(helper.make_node(operator, names, [output], **attributes))
        return output

    def split(self, value: str, sizes: list[int], axis: int = 1) -> list[str]:
        """Add a node that cuts a value into pieces and return their names.

        Args:
            value: name of the value.
            sizes: of the pieces.
            axis: along which it is cut.
        """
        outputs = [f"{self._name}_{len(self.nodes)}_{index}" for index in range(len(sizes))]
        inputs = [value, self.constant(sizes)]
        self.nodes.append(helper.make_node("Split", inputs, outputs, axis=axis))
        return outputs

    def constant(self, value: object) -> str:
        """Add a constant, float32 where it is a float, and return its name."""
        array = np.asarray(value)
        if array.dtype == np.float64:
            array = array.astype(np.float32)
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name


def array_of(parameter: torch.Tensor) -> np.ndarray:
    """Return a parameter as an array."""
    return np.asarray(parameter.detach())


def tensor_info(name: str, *shape: int | str) -> onnx.ValueInfoProto:
    """Return the description of a float32 input or output."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
