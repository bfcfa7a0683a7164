# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators of EmoteBot's networks in NumPy, but for the loop.

Their meaning is that of ONNX, operator set 13 to 21 (https://onnx.ai/onnx/operators/).

Products of matrices go through ``einsum``, row by row: they give the same numbers for one row as
for many, on any number of processors and whatever NumPy was built with. Those of a linear algebra
library do not; for one row its threads cost more than they gain, and some builds of Blender come
without one.
"""

import functools
import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .graph_values import FLOAT, TRUTH, WHOLE, Call, Function, Prepared, Shape, Value
from .onnx_file import TYPES

OPSETS = (13, 21)
"""Least and greatest version of the operators."""

MOST_VALUES = 64
"""Inputs of an operator that takes any number of them."""

Prepare = Callable[[Call], Prepared]


class Operator(NamedTuple):
    """An operator that is known.

    Attributes:
        prepare: refuses what does not fit, and returns what is known of the outputs and the
            function that computes them.
        most: inputs that it takes.
        least: inputs that it needs; None for as many.
    """

    prepare: Prepare
    most: int = 1
    least: int | None = None


def _elementwise(function: Function) -> Prepare:
    """Return what prepares an operator of one value."""

    def prepare(call: Call) -> Prepared:
        return [Value(FLOAT, call.value(0, FLOAT).shape)], function

    return prepare


def _broadcast(call: Call) -> Value:
    """Return the value that has the type of all inputs and the shape that they share."""
    first = call.value(0, FLOAT, WHOLE)
    shape = first.shape
    for index in range(1, len(call.inputs)):
        other = call.value(index, first.dtype).shape
        rank = max(len(shape), len(other))
        pairs = zip(
            (1,) * (rank - len(shape)) + shape, (1,) * (rank - len(other)) + other, strict=True
        )
        merged = []
        for one, two in pairs:
            call.check(one == two or 1 in (one, two))
            merged.append(two if one == 1 else one)
        shape = tuple(merged)
    return Value(first.dtype, shape)


def _arithmetic(function: Function) -> Operator:
    """Return an operator of two values."""
    return Operator(lambda call: ([_broadcast(call)], function), 2)


def _extreme(function: Function) -> Operator:
    """Return an operator of one value or more."""

    def prepare(call: Call) -> Prepared:
        return [_broadcast(call)], lambda *arrays: functools.reduce(function, arrays)

    return Operator(prepare, MOST_VALUES, 1)


def _divide(call: Call) -> Prepared:
    value, divisor = _broadcast(call), call.value(1).constant
    if value.dtype == FLOAT:
        return [value], np.divide
    if divisor is None or (divisor < 1).any():
        call.fail()
    return [value], lambda one, two: np.trunc(one / two).astype(np.int64)


def _greater(call: Call) -> Prepared:
    return [Value(TRUTH, _broadcast(call).shape)], np.greater


def _cast(call: Call) -> Prepared:
    dtype = TYPES.get(call.attribute("to", 0))
    if dtype is None:
        call.fail()
    return [Value(dtype, call.value(0).shape)], lambda array: array.astype(dtype)


def _constant(call: Call) -> Prepared:
    array = call.node.attributes.get("value")
    if not isinstance(array, np.ndarray):
        call.fail()
    return [Value.of(array)], lambda: array


def _clip(call: Call) -> Prepared:
    bounds: list[NDArray | None] = []
    for index in (1, 2):
        constant = call.value(index, FLOAT).constant if call.has(index) else None
        call.check(not call.has(index) or (constant is not None and constant.size == 1))
        bounds.append(None if constant is None else constant.reshape(()))
    low, high = bounds

    def clip(array: NDArray, *_: NDArray) -> NDArray:
        if low is not None:
            array = np.maximum(array, low)
        return array if high is None else np.minimum(array, high)

    return [Value(FLOAT, call.value(0, FLOAT).shape)], clip


def _hard_sigmoid(call: Call) -> Prepared:
    slope = np.float32(call.attribute("alpha", 0.2))
    offset = np.float32(call.attribute("beta", 0.5))

    def hard_sigmoid(array: NDArray) -> NDArray:
        raised: NDArray = np.maximum(array * slope + offset, np.float32(0))
        result: NDArray = np.minimum(raised, np.float32(1))
        return result

    return _elementwise(hard_sigmoid)(call)


def _leaky_relu(call: Call) -> Prepared:
    slope = np.float32(call.attribute("alpha", 0.01))
    return _elementwise(lambda array: np.where(array < 0, array * slope, array))(call)


def _shrink(call: Call) -> Prepared:
    call.check(call.attribute("bias", 0.0) == 0)
    limit = np.float32(call.attribute("lambd", 0.5))
    return _elementwise(lambda array: array * (np.abs(array) > limit))(call)


def _sigmoid(array: NDArray) -> NDArray:
    """Return the logistic function, by the hyperbolic tangent, which does not overflow."""
    half = np.float32(0.5)
    result: NDArray = np.tanh(array * half)
    result *= half
    result += half
    return result


def _softmax(call: Call) -> Prepared:
    shape = call.value(0, FLOAT).shape
    axis = call.axis(-1, len(shape))
    call.check(shape[axis] > 0)

    def softmax(array: NDArray) -> NDArray:
        raised: NDArray = np.exp(array - array.max(axis=axis, keepdims=True))
        raised /= raised.sum(axis=axis, keepdims=True)
        return raised

    return _elementwise(softmax)(call)


def _reduce_sum(call: Call) -> Prepared:
    shape, axes = call.value(0, FLOAT).shape, call.numbers(1)
    places = tuple(sorted({call.place(axis, len(shape)) for axis in axes}))
    keep = call.attribute("keepdims", 1) != 0
    call.check(bool(places) and all(shape[place] > 0 for place in places))
    sizes = (1 if place in places else size for place, size in enumerate(shape))
    kept = tuple(size for place, size in enumerate(sizes) if keep or place not in places)
    return [Value(FLOAT, kept)], lambda array, _: array.sum(axis=places, keepdims=keep)


def _product(call: Call, left: Value, right: Value, transposed: bool) -> tuple[Shape, Function]:
    """Return the shape of a product of two matrices and the function of both that computes it.

    Args:
        call: the operator.
        left: shape (n, k), n may be rows.
        right: shape (k, m), or (m, k) where it is transposed.
        transposed: whether it is.
    """
    if len(left.shape) != 2 or len(right.shape) != 2:
        call.fail()
    columns, inner = right.shape if transposed else right.shape[::-1]
    call.check(left.shape[1] == inner > 0 and columns > 0)
    call.budget.multiply(left.shape[0], inner, columns)
    shape = (left.shape[0], columns)
    if right.constant is None:
        pattern = "ij,kj->ik" if transposed else "ij,jk->ik"
        return shape, lambda one, two: np.einsum(pattern, one, two)
    matrix = np.ascontiguousarray(right.constant if transposed else right.constant.T)
    return shape, lambda one, _: np.einsum("ij,kj->ik", one, matrix)


def _matmul(call: Call) -> Prepared:
    shape, product = _product(call, call.value(0, FLOAT), call.value(1, FLOAT), transposed=False)
    return [Value(FLOAT, shape)], product


def _gemm(call: Call) -> Prepared:
    """Prepare the product of two matrices plus a third one, which may be one row for all."""
    call.check(call.attribute("alpha", 1.0) == 1 == call.attribute("beta", 1.0))
    call.check(call.attribute("transA", 0) == 0)
    transposed = call.attribute("transB", 0) != 0
    shape, product = _product(call, call.value(0, FLOAT), call.value(1, FLOAT), transposed)
    if not call.has(2):
        return [Value(FLOAT, shape)], lambda one, two, *_: product(one, two)
    added = call.value(2, FLOAT).shape
    call.check(len(added) <= 2 and added[-1:] in ((), (1,), shape[1:]))
    call.check(len(added) < 2 or added[0] in (1, shape[0]))

    def gemm(one: NDArray, two: NDArray, three: NDArray) -> NDArray:
        result: NDArray = product(one, two)
        result += three
        return result

    return [Value(FLOAT, shape)], gemm


def _concat(call: Call) -> Prepared:
    first = call.value(0, FLOAT, WHOLE)
    call.check("axis" in call.node.attributes)
    axis = call.axis(0, len(first.shape))
    sizes = []
    for index in range(len(call.inputs)):
        value = call.value(index, first.dtype)
        call.check(len(value.shape) == len(first.shape))
        sizes.append(value.shape[axis])
        around = value.shape[:axis] + value.shape[axis + 1 :]
        call.check(around == first.shape[:axis] + first.shape[axis + 1 :])
    call.check(min(sizes) > 0)
    shape = (*first.shape[:axis], sum(sizes), *first.shape[axis + 1 :])
    return [Value(first.dtype, shape)], lambda *arrays: np.concatenate(arrays, axis=axis)


def _split(call: Call) -> Prepared:
    value, sizes = call.value(0, FLOAT), call.numbers(1)
    axis = call.axis(0, len(value.shape))
    call.check(min(sizes, default=0) > 0 and sum(sizes) == value.shape[axis])
    call.check(len(sizes) == len(call.node.outputs))
    ends = np.cumsum(sizes)
    around = (slice(None),) * axis
    pieces = [
        (*around, slice(int(end) - size, int(end))) for size, end in zip(sizes, ends, strict=True)
    ]
    shapes = [(*value.shape[:axis], size, *value.shape[axis + 1 :]) for size in sizes]
    values = [Value(FLOAT, shape) for shape in shapes]
    if len(pieces) == 1:
        return values, lambda array, _: array
    return values, lambda array, _: tuple([array[piece] for piece in pieces])


def _slice(call: Call) -> Prepared:
    value = call.value(0, FLOAT)
    starts, ends = call.numbers(1), call.numbers(2)
    axes = call.numbers(3) if call.has(3) else list(range(len(starts)))
    steps = call.numbers(4) if call.has(4) else [1] * len(starts)
    call.check(len(starts) == len(ends) == len(axes) == len(steps) and min(steps, default=0) > 0)
    shape, piece = list(value.shape), [slice(None)] * len(value.shape)
    places = [call.place(axis, len(shape)) for axis in axes]
    call.check(len(set(places)) == len(places))
    for place, start, end, step in zip(places, starts, ends, steps, strict=True):
        call.check(shape[place] > 0)
        piece[place] = slice(start, end, step)
        shape[place] = len(range(*piece[place].indices(shape[place])))
    pieces = tuple(piece)
    return [Value(FLOAT, tuple(shape))], lambda array, *_: array[pieces]


def _gather(call: Call) -> Prepared:
    value, indices = call.value(0, FLOAT, WHOLE), call.value(1, WHOLE).constant
    axis = call.axis(0, len(value.shape))
    size = value.shape[axis]
    if indices is None or size < 0 or (indices < -size).any() or (indices >= size).any():
        call.fail()
    shape = (*value.shape[:axis], *indices.shape, *value.shape[axis + 1 :])
    if value.sizes is not None:
        picked = np.array(value.sizes, dtype=np.int64)[indices]
        call.check(bool((picked > 0).all()))
        return [Value.of(np.asarray(picked))], lambda *_: picked
    return [Value(value.dtype, shape)], lambda array, _: np.take(array, indices, axis=axis)


def _shape(call: Call) -> Prepared:
    call.check(not call.node.attributes)
    sizes = call.value(0).shape
    return [Value(WHOLE, (len(sizes),), sizes=sizes)], lambda _: np.array(sizes, WHOLE)


def _reshape(call: Call) -> Prepared:
    value, wanted = call.value(0, FLOAT), call.numbers(1)
    call.check(call.attribute("allowzero", 0) == 0 and min(wanted, default=1) >= -1)
    call.check(wanted.count(-1) <= 1 and len(wanted) >= wanted.count(0))
    shape = list(wanted)
    for place, size in enumerate(wanted):
        if size == 0:
            call.check(place < len(value.shape))
            shape[place] = value.shape[place]
    total = math.prod(value.shape)
    if -1 in wanted:
        free = wanted.index(-1)
        others = math.prod(size for place, size in enumerate(shape) if place != free)
        call.check(total % others == 0)
        shape[free] = total // others
    call.check(math.prod(shape) == total)
    target = tuple(-1 if size < 0 else size for size in shape)
    return [Value(FLOAT, tuple(shape))], lambda array, _: array.reshape(target)


def _transpose(call: Call) -> Prepared:
    shape = call.value(0, FLOAT).shape
    order = tuple(call.attribute("perm", list(range(len(shape)))[::-1]))
    call.check(sorted(order) == list(range(len(shape))))
    return [Value(FLOAT, tuple(shape[axis] for axis in order))], lambda x: x.transpose(order)


def _unsqueeze(call: Call) -> Prepared:
    shape, axes = call.value(0, FLOAT).shape, call.numbers(1)
    rank = len(shape) + len(axes)
    places = {call.place(axis, rank) for axis in axes}
    call.check(len(places) == len(axes))
    rest = iter(shape)
    sizes = tuple(1 if place in places else next(rest) for place in range(rank))
    added = tuple(sorted(places))
    return [Value(FLOAT, sizes)], lambda array, _: np.expand_dims(array, added)


def _pad(call: Call) -> Prepared:
    shape, pads = call.value(0, FLOAT).shape, call.numbers(1)
    rank = len(shape)
    call.check(call.attribute("mode", b"constant") == b"constant")
    call.check(len(pads) == 2 * rank and min(pads, default=0) >= 0)
    grown = [size + pads[place] + pads[rank + place] for place, size in enumerate(shape)]
    rows_kept = (size > 0 or grown[place] == size for place, size in enumerate(shape))
    call.check(all(rows_kept))
    inner = tuple(
        slice(pads[place], pads[place] + size if size > 0 else None)
        for place, size in enumerate(shape)
    )

    def pad(array: NDArray, _: NDArray) -> NDArray:
        sizes = zip(array.shape, grown, strict=True)
        result = np.zeros([max(length, size) for length, size in sizes], dtype=np.float32)
        result[inner] = array
        return result

    return [Value(FLOAT, tuple(grown))], pad


OPERATORS: Mapping[str, Operator] = {
    "Abs": Operator(_elementwise(np.abs)),
    "Add": _arithmetic(np.add),
    "Cast": Operator(_cast),
    "Clip": Operator(_clip, 3, 1),
    "Concat": Operator(_concat, MOST_VALUES, 1),
    "Constant": Operator(_constant, 0),
    "Div": Operator(_divide, 2),
    "Exp": Operator(_elementwise(np.exp)),
    "Gather": Operator(_gather, 2),
    "Gemm": Operator(_gemm, 3, 2),
    "Greater": Operator(_greater, 2),
    "HardSigmoid": Operator(_hard_sigmoid),
    "Identity": Operator(_elementwise(lambda array: array)),
    "LeakyRelu": Operator(_leaky_relu),
    "MatMul": Operator(_matmul, 2),
    "Max": _extreme(np.maximum),
    "Min": _extreme(np.minimum),
    "Mul": _arithmetic(np.multiply),
    "Neg": Operator(_elementwise(np.negative)),
    "Pad": Operator(_pad, 2),
    "ReduceSum": Operator(_reduce_sum, 2),
    "Relu": Operator(_elementwise(lambda array: np.maximum(array, np.float32(0)))),
    "Reshape": Operator(_reshape, 2),
    "Shape": Operator(_shape),
    "Shrink": Operator(_shrink),
    "Sigmoid": Operator(_elementwise(_sigmoid)),
    "Slice": Operator(_slice, 5, 3),
    "Softmax": Operator(_softmax),
    "Split": Operator(_split, 2),
    "Sub": _arithmetic(np.subtract),
    "Tanh": Operator(_elementwise(np.tanh)),
    "Transpose": Operator(_transpose),
    "Unsqueeze": Operator(_unsqueeze, 2),
}
"""By name."""
