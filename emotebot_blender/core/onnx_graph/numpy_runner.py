# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs an ONNX network in NumPy, after checking all of it.

A graph becomes a list of functions over a list of values, its registers. What is constant is
computed once, when the network is prepared; the rest in each call. A loop (``Scan``) goes through
its rows one by one.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .graph_values import (
    FLOAT,
    OTHER_SHAPES,
    Budget,
    Call,
    Function,
    GraphError,
    Prepared,
    Shape,
    Value,
)
from .numpy_operators import MOST_VALUES, OPERATORS, OPSETS, Operator
from .onnx_file import Argument, Graph, Node

LARGEST_INPUT = 4096
"""Numbers that an input has in each row, or at all; EmoteBot's networks have up to 232."""

_Step = Callable[[list[Any]], None]


class Program:
    """A graph that is ready to run.

    Args:
        graph: what to compute.
        inputs: what is known of its inputs, in their order.
        known: what it may read of the graph around it, by name.
        budget: counts what it computes with.
        keeps: whether its values stay until the next run, as in the body of a loop; otherwise each
            goes with its last use.

    Attributes:
        outputs: what is known of its outputs, in their order.
        output_places: registers that hold them after a run.
        input_places: registers that take the inputs.

    Raises:
        GraphError: there is an operator in it that is not known, or something does not fit.
    """

    def __init__(
        self,
        graph: Graph,
        inputs: Sequence[Value],
        known: Mapping[str, Value],
        budget: Budget,
        keeps: bool = False,
    ) -> None:
        self._budget = budget
        self._values = dict(known)
        self._registers: list[Any] = []
        self._places: dict[str, int] = {}
        for name, value in known.items():
            self._place(name, value)
        given = [(name, Value.of(array)) for name, array in graph.constants.items()]
        if len(inputs) != len(graph.inputs):
            raise GraphError("it is damaged")
        given += zip([argument.name for argument in graph.inputs], inputs, strict=True)
        for name, value in given:
            budget.add(value)
            self._define(name, value)
        steps = [step for node in graph.nodes if (step := self._prepare(node)) is not None]
        names = [argument.name for argument in graph.outputs]
        if any(name not in self._values for name in names):
            raise GraphError("it is damaged")
        self.outputs = [self._values[name] for name in names]
        self.output_places = [self._places[name] for name in names]
        self.input_places = [self._places[argument.name] for argument in graph.inputs]
        self._steps = [step for step, _ in steps] if keeps else self._forgetting(steps)

    def registers(self) -> list[Any]:
        """Return registers for a run, with the constants in them."""
        return self._registers.copy()

    def execute(self, registers: list[Any]) -> None:
        """Compute all values from registers that hold the inputs."""
        for step in self._steps:
            step(registers)

    def _define(self, name: str, value: Value) -> None:
        if not name or name in self._values:
            raise GraphError("it is damaged")
        self._values[name] = value
        self._place(name, value)

    def _place(self, name: str, value: Value) -> None:
        self._places[name] = len(self._registers)
        self._registers.append(value.constant)

    def _prepare(self, node: Node) -> tuple[_Step, tuple[int, ...]] | None:
        """Return the step of an operator and the registers it reads; None for a constant one."""
        self._budget.add_node()
        operator = _SCAN if node.operator == "Scan" else OPERATORS.get(node.operator)
        if operator is None:
            raise GraphError(
                "it has the operator {operator}, which EmoteBot does not know",
                operator=node.operator,
            )
        if any(name and name not in self._values for name in node.inputs):
            raise GraphError("it is damaged")
        inputs = tuple(self._values[name] if name else None for name in node.inputs)
        call = Call(node, inputs, self._budget, self._body)
        least = operator.most if operator.least is None else operator.least
        call.check(least <= len(inputs) <= operator.most)
        values, function = operator.prepare(call)
        call.check(len(values) == len(node.outputs))
        for value in values:
            self._budget.add(value)  # before anything of that size is computed
        given = [value for value in inputs if value is not None]
        if all(value.constant is not None for value in given):
            arrays = [None if value is None else value.constant for value in inputs]
            with np.errstate(all="ignore"):
                results = function(*arrays)
            for name, result in zip(
                node.outputs, results if len(values) > 1 else (results,), strict=True
            ):
                self._define(name, Value.of(np.asarray(result)))
            return None
        for name, value in zip(node.outputs, values, strict=True):
            self._define(name, value)
        if any(value.constant is not None or value.sizes is not None for value in values):
            return None
        call.check(all(value.dtype.kind in "fb" for value in values))
        reads = tuple(self._places[name] if name else self._nothing() for name in node.inputs)
        return _step(function, reads, [self._places[name] for name in node.outputs]), reads

    def _nothing(self) -> int:
        """Return a register that holds None, for an input that is left out."""
        self._registers.append(None)
        return len(self._registers) - 1

    def _body(self, graph: Graph, inputs: list[Value]) -> "Program":
        """Return the body of a loop, which reads constants alone of what is around it."""
        known = {name: each for name, each in self._values.items() if each.constant is not None}
        return Program(graph, inputs, known, self._budget, keeps=True)

    def _forgetting(self, steps: list[tuple[_Step, tuple[int, ...]]]) -> list[_Step]:
        """Return the steps, each followed by one that forgets what is not read again."""
        kept = set(self.output_places)
        kept.update(place for place, each in enumerate(self._registers) if each is not None)
        result: list[_Step] = []
        for step, reads in reversed(steps):
            last = [place for place in set(reads) if place not in kept]
            kept.update(last)
            if last:
                result.append(_forget(last))
            result.append(step)
        return result[::-1]


class NumpyNetwork:
    """A network that is checked, and runs in NumPy.

    Args:
        graph: of the network.
        opset: version of its operators.

    Attributes:
        inputs: name of each input to its shape; a size below 0 counts rows.
        outputs: shape of each output, in their order; None for one that is not float32.

    Raises:
        GraphError: there is an operator in it that is not known, it is too large, has weights that
            are not finite, or inputs of other shapes than float32 (rows, n) or (n,).
    """

    def __init__(self, graph: Graph, opset: int) -> None:
        if not OPSETS[0] <= opset <= OPSETS[1]:
            raise GraphError("its operators are of a version that EmoteBot does not know")
        self.inputs: Mapping[str, Shape] = {
            argument.name: _input_shape(argument) for argument in graph.inputs
        }
        values = [Value(FLOAT, shape) for shape in self.inputs.values()]
        self._program = Program(graph, values, {}, Budget())
        outputs = self._program.outputs
        self.outputs: list[Shape | None] = [
            value.shape if value.dtype == FLOAT else None for value in outputs
        ]

    def run(self, feeds: Mapping[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """Return the outputs.

        Args:
            feeds: float32 arrays by name, of the shapes of ``inputs``, all with as many rows.

        Raises:
            ValueError: an input of another shape or type.
            MemoryError: there is not enough.
        """
        registers, rows = self._program.registers(), set()
        for (name, shape), place in zip(
            self.inputs.items(), self._program.input_places, strict=True
        ):
            array = feeds[name]
            if shape[0] < 0:
                rows.add(array.shape[:1])
            sizes = array.shape if shape[0] > 0 else (-1, *array.shape[1:])
            if array.dtype != FLOAT or sizes != shape or len(rows) > 1:
                raise ValueError(f"{name} is {array.dtype} {array.shape}, not float32 {shape}")
            registers[place] = array
        with np.errstate(all="ignore"):
            self._program.execute(registers)
        return [registers[place] for place in self._program.output_places]


def _input_shape(argument: Argument) -> Shape:
    """Return the shape of an input, the size of its rows below 0.

    Raises:
        GraphError: it is no float32 array of a fixed size, or of a fixed size for each row.
    """
    shape = argument.shape or ()
    sizes = (-1, *shape[1:]) if shape[:1] == (None,) else shape
    fits = len(sizes) in (1, 2) and argument.dtype == FLOAT
    known = [size for size in sizes if size is not None]
    if not fits or len(known) < len(sizes) or not 0 < known[-1] <= LARGEST_INPUT:
        raise GraphError(OTHER_SHAPES)
    return tuple(known)


def _step(function: Function, reads: Sequence[int], writes: Sequence[int]) -> _Step:
    """Return what applies a function to registers and puts its result, or results, into others."""
    if len(writes) > 1:
        given = _reader(reads)

        def spread(registers: list[Any]) -> None:
            for place, result in zip(writes, function(*given(registers)), strict=True):
                registers[place] = result

        return spread
    (target,) = writes
    if len(reads) == 1:
        (source,) = reads

        def one(registers: list[Any]) -> None:
            registers[target] = function(registers[source])

        return one
    if len(reads) == 2:
        left, right = reads

        def two(registers: list[Any]) -> None:
            registers[target] = function(registers[left], registers[right])

        return two
    sources = _reader(reads)

    def several(registers: list[Any]) -> None:
        registers[target] = function(*sources(registers))

    return several


def _reader(places: Sequence[int]) -> Callable[[list[Any]], tuple[Any, ...]]:
    """Return what reads registers, one or more, into a tuple."""
    return itemgetter(*places) if len(places) > 1 else lambda registers: (registers[places[0]],)


def _forget(places: Sequence[int]) -> _Step:
    def forget(registers: list[Any]) -> None:
        for place in places:
            registers[place] = None

    return forget


def _scan(call: Call) -> Prepared:
    """Prepare a loop over rows, which hands its states from each to the next."""
    body, count = call.node.attributes.get("body"), call.attribute("num_scan_inputs", 0)
    states = len(call.inputs) - count
    if not isinstance(body, Graph) or count < 1 or states < 0:
        call.fail()
    call.check(set(call.node.attributes) == {"body", "num_scan_inputs"})
    values = [call.value(index, FLOAT) for index in range(len(call.inputs))]
    shapes = [value.shape for value in values[:states]]
    call.check(all(size > 0 for shape in shapes for size in shape))
    call.check(all(value.shape[:1] == (-1,) for value in values[states:]))
    shapes += [value.shape[1:] for value in values[states:]]
    program = call.body(body, [Value(FLOAT, shape) for shape in shapes])
    call.check(all(value.dtype == FLOAT for value in program.outputs))
    call.check([value.shape for value in program.outputs[:states]] == shapes[:states])
    given = [value.shape for value in program.outputs[states:]]
    state_places, row_places = program.input_places[:states], program.input_places[states:]
    after_places, given_places = program.output_places[:states], program.output_places[states:]

    def scan(*arrays: NDArray) -> tuple[NDArray, ...] | NDArray:
        registers, rows = program.registers(), arrays[states:]
        after = list(arrays[:states])
        results = [np.empty((len(rows[0]), *shape), dtype=np.float32) for shape in given]
        for index, current in enumerate(zip(*rows, strict=True)):
            for place, array in zip(state_places, after, strict=True):
                registers[place] = array
            for place, array in zip(row_places, current, strict=True):
                registers[place] = array
            program.execute(registers)
            after = [registers[place] for place in after_places]
            for result, place in zip(results, given_places, strict=True):
                result[index] = registers[place]
        outputs = (*after, *results)
        return outputs if len(outputs) > 1 else outputs[0]

    return [
        *(Value(FLOAT, shape) for shape in shapes[:states]),
        *(Value(FLOAT, (-1, *shape)) for shape in given),
    ], scan


_SCAN = Operator(_scan, MOST_VALUES, 1)
