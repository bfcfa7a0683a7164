# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of the values of a network before it runs, and how large they may be.

An axis that counts the rows of a call, frames or beats, has a size below 0 here: -1 is one for
each row, -52 is 52 for each. Every size is so known beforehand, however many rows there will be.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from ..errors import EmoteBotError
from ..messages import Message
from .onnx_file import MOST_AXES, Graph, Node

FLOAT, WHOLE, TRUTH = np.dtype(np.float32), np.dtype(np.int64), np.dtype(np.bool_)

MOST_NUMBERS = 2**24
"""Numbers in all values that are the same for any number of rows; EmoteBot's networks have up to
a million."""

MOST_NUMBERS_OF_A_ROW = 2**16
"""Numbers in all others, for each row; EmoteBot's networks have up to 8,000."""

MOST_PRODUCTS_OF_A_ROW = 2**24
"""Multiplications for each row; EmoteBot's networks have up to 210,000."""

MOST_NODES = 2_000
"""Operators of a network; EmoteBot's have up to 121."""

Shape = tuple[int, ...]


class GraphError(EmoteBotError):
    """A network that EmoteBot does not run; the message is why, for the middle of a sentence."""


OTHER_SHAPES = Message("it computes with arrays of other shapes than a network for EmoteBot")


@dataclass(frozen=True)
class Value:
    """A value of a network.

    Attributes:
        dtype: of its numbers.
        shape: sizes of its axes, below 0 for the one that counts rows.
        constant: its numbers, where they are the same in every call.
        sizes: of a value that holds the shape of another one, that shape.
    """

    dtype: np.dtype
    shape: Shape
    constant: NDArray | None = None
    sizes: Shape | None = None

    @classmethod
    def of(cls, array: NDArray) -> "Value":
        """Return a constant.

        Raises:
            GraphError: not all of its numbers are finite.
        """
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise GraphError("some of its weights are no finite numbers")
        return cls(array.dtype, array.shape, array)


@dataclass
class Budget:
    """Counts what a network computes with, as far as it may.

    Attributes:
        numbers: in values that are the same for any number of rows.
        numbers_of_a_row: in all others, for each row.
        products: multiplications in products of matrices, for each row or once.
        nodes: operators.
    """

    numbers: int = 0
    numbers_of_a_row: int = 0
    products: int = 0
    nodes: int = 0

    def add_node(self) -> None:
        """Count an operator.

        Raises:
            GraphError: there are more than may be.
        """
        self.nodes += 1
        self._check()

    def add(self, value: Value) -> None:
        """Count a value.

        Raises:
            GraphError: there are more numbers than may be, or they grow faster than the rows.
        """
        rows = sum(size < 0 for size in value.shape)
        if rows > 1 or 0 in value.shape or len(value.shape) > MOST_AXES:
            raise GraphError(OTHER_SHAPES)
        size = math.prod(value.shape)
        self.numbers += max(size, 0)
        self.numbers_of_a_row += max(-size, 0)
        self._check()

    def multiply(self, *sizes: int) -> None:
        """Count a product of matrices, by the sizes of its three axes.

        Raises:
            GraphError: there are more multiplications than may be.
        """
        self.products += abs(math.prod(sizes))
        self._check()

    def _check(self) -> None:
        if (
            self.numbers > MOST_NUMBERS
            or self.numbers_of_a_row > MOST_NUMBERS_OF_A_ROW
            or self.products > MOST_PRODUCTS_OF_A_ROW
            or self.nodes > MOST_NODES
        ):
            raise GraphError("it is too large")


Function = Callable[..., Any]
"""Computes an operator: arrays in, an array out or a tuple of them."""

Prepared = tuple[list[Value], Function]
"""What an operator gives, and the function that computes it from all of its inputs."""


@dataclass(frozen=True)
class Call:
    """An operator with what is known of its inputs.

    Attributes:
        node: the operator.
        inputs: values; None for one that is left out.
        budget: what may still be computed.
        body: prepares the body of a loop for inputs: what it gives, and its program.
    """

    node: Node
    inputs: tuple[Value | None, ...]
    budget: Budget
    body: Callable[[Graph, list[Value]], Any] = field(repr=False)

    def fail(self) -> NoReturn:
        """Refuse the network.

        Raises:
            GraphError: always.
        """
        raise GraphError(
            "its operator {operator} does not fit what it is given", operator=self.node.operator
        )

    def check(self, fits: bool) -> None:
        """Refuse the network unless something fits."""
        if not fits:
            self.fail()

    def value(self, index: int, *dtypes: np.dtype) -> Value:
        """Return an input that has to be there.

        Args:
            index: of it.
            *dtypes: that its numbers may have; none for any.
        """
        value = self.inputs[index] if index < len(self.inputs) else None
        if value is None or (dtypes and value.dtype not in dtypes):
            self.fail()
        return value

    def numbers(self, index: int) -> list[int]:
        """Return the whole numbers of an input that has to be constant, with one axis at most."""
        value = self.value(index, WHOLE)
        if value.constant is None or value.constant.ndim > 1:
            self.fail()
        return [int(number) for number in value.constant.reshape(-1)]

    def has(self, index: int) -> bool:
        """Return whether an input is there."""
        return index < len(self.inputs) and self.inputs[index] is not None

    def attribute(self, name: str, default: Any) -> Any:
        """Return an attribute of the type that its default has."""
        value = self.node.attributes.get(name, default)
        self.check(type(value) is type(default))
        if isinstance(value, float):
            self.check(math.isfinite(value))
        return value

    def axis(self, default: int, rank: int) -> int:
        """Return the attribute ``axis``, from 0, for a value with so many axes."""
        return self.place(self.attribute("axis", default), rank)

    def place(self, axis: int, rank: int) -> int:
        """Return an axis counted from 0, checked."""
        self.check(-rank <= axis < rank)
        return axis % rank
