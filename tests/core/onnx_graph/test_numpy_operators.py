# SPDX-License-Identifier: GPL-3.0-or-later
"""Each operator beside onnxruntime, and what does not fit it."""

import numpy as np
import pytest
from small_networks import ROWS, graph, network, node

from emotebot_blender.core.onnx_graph.graph_values import GraphError
from emotebot_blender.core.onnx_graph.numpy_operators import OPERATORS
from emotebot_blender.core.onnx_graph.numpy_runner import NumpyNetwork
from emotebot_blender.core.onnx_runner import runtime_session

CHANCE = np.random.default_rng(7)
MATRIX = CHANCE.standard_normal((6, 4)).astype(np.float32)
BIAS = CHANCE.standard_normal(4).astype(np.float32)
SIX = np.arange(1, 7, dtype=np.float32)


def whole(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


CASES = {
    "Abs": (node("Abs", "x", "y"), {}),
    "Add a row": (node("Add", "x c", "y"), {"c": SIX}),
    "Add a column": (node("Add", "x one", "y"), {}),
    "Cast of weights": (node("Cast", "h", "h32", to=1), {"h": MATRIX.astype(np.float16)}),
    "Clip": (node("Clip", "x low high", "y"), {"low": np.float32(-0.2), "high": np.float32(0.4)}),
    "Clip above": (node("Clip", "x . high", "y"), {"high": np.float32(0.4)}),
    "Concat": (node("Concat", "x one x", "y", axis=1), {}),
    "Concat on the last axis": (node("Concat", "x one", "y", axis=-1), {}),
    "Constant": (node("Constant", "", "c", value=SIX), {}),
    "Div": (node("Div", "c x", "y"), {"c": SIX}),
    "Exp": (node("Exp", "x", "y"), {}),
    "Gather a column": (node("Gather", "x i", "y", axis=1), {"i": np.int64(2)}),
    "Gather columns": (node("Gather", "x i", "y", axis=1), {"i": whole(4, -1, 4)}),
    "Gemm": (node("Gemm", "x m b", "y"), {"m": MATRIX, "b": BIAS}),
    "Gemm without a third": (node("Gemm", "x m", "y"), {"m": MATRIX}),
    "Gemm transposed": (
        node("Gemm", "x m b", "y", alpha=1.0, beta=1.0, transB=1),
        {"m": MATRIX.T.copy(), "b": BIAS[None]},
    ),
    "Greater": (node("Greater", "x c", "t"), {"c": np.float32(0)}),
    "HardSigmoid": (node("HardSigmoid", "x", "y", alpha=-0.8, beta=0.3), {}),
    "HardSigmoid as it comes": (node("HardSigmoid", "x", "y"), {}),
    "Identity": (node("Identity", "x", "y"), {}),
    "LeakyRelu": (node("LeakyRelu", "x", "y", alpha=0.2), {}),
    "LeakyRelu as it comes": (node("LeakyRelu", "x", "y"), {}),
    "MatMul": (node("MatMul", "x m", "y"), {"m": MATRIX}),
    "Max of one": (node("Max", "x", "y"), {}),
    "Max of three": (node("Max", "x c one", "y"), {"c": np.float32(0)}),
    "Min": (node("Min", "x c", "y"), {"c": SIX / 10}),
    "Mul": (node("Mul", "x one", "y"), {}),
    "Neg": (node("Neg", "x", "y"), {}),
    "Pad": (node("Pad", "x p", "y"), {"p": whole(0, 1, 0, 2)}),
    "ReduceSum": (node("ReduceSum", "x a", "y"), {"a": whole(1)}),
    "ReduceSum without the axis": (node("ReduceSum", "x a", "y", keepdims=0), {"a": whole(-1)}),
    "Relu": (node("Relu", "x", "y"), {}),
    "Reshape": (node("Reshape", "x s", "y"), {"s": whole(-1, 2, 3)}),
    "Reshape with an axis kept": (node("Reshape", "x s", "y"), {"s": whole(0, 3, -1)}),
    "Reshape to all": (node("Reshape", "x s", "y"), {"s": whole(-1)}),
    "Shrink": (node("Shrink", "x", "y", lambd=0.3), {}),
    "Sigmoid": (node("Sigmoid", "x", "y"), {}),
    "Slice": (node("Slice", "x a b axes", "y"), {"a": whole(1), "b": whole(4), "axes": whole(1)}),
    "Slice from the end by steps": (
        node("Slice", "x a b axes steps", "y"),
        {"a": whole(-5), "b": whole(99), "axes": whole(-1), "steps": whole(2)},
    ),
    "Softmax": (node("Softmax", "x", "y"), {}),
    "Sub": (node("Sub", "c x", "y"), {"c": np.float32(1)}),
    "Tanh": (node("Tanh", "x", "y"), {}),
    "Transpose": (node("Transpose", "x", "y", perm=[1, 0]), {}),
    "Unsqueeze": (node("Unsqueeze", "x a", "y"), {"a": whole(1)}),
    "Unsqueeze twice": (node("Unsqueeze", "x a", "y"), {"a": whole(-1, 0)}),
}
ENDS = {  # from what an operator gives that is no array of float32 to one
    "h32": [node("MatMul", "x h32", "y")],
    "c": [node("Mul", "x c", "y")],
    "t": [node("Cast", "t", "y", to=1)],
}
INPUTS = {"x": (ROWS, 6), "one": (ROWS, 1)}


def small(tmp_path, nodes, constants, opset=17):
    return network(tmp_path / "small.onnx", graph(nodes, INPUTS, ["y"], constants), opset)


def feeds(rows: int) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(rows)
    sizes = {name: (rows, shape[1]) for name, shape in INPUTS.items()}
    return {name: chance.standard_normal(size).astype(np.float32) for name, size in sizes.items()}


def compare(file, rows: int) -> None:
    ours = NumpyNetwork(file.graph(), file.opset)
    (result,), (expected,) = ours.run(feeds(rows)), runtime_session(file).run(None, feeds(rows))
    assert (result.shape, result.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(result, expected, rtol=1e-6, atol=1e-6)
    sizes = [rows * -size if size < 0 else size for size in ours.outputs[0]]
    assert tuple(sizes) == expected.shape


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", CASES)
def test_an_operator_gives_what_onnxruntime_does(name, rows, tmp_path):
    operator, constants = CASES[name]
    end = ENDS.get(operator["output"][0], [])
    compare(small(tmp_path, [operator, *end], constants), rows)


def test_pieces_are_split(tmp_path):
    nodes = [node("Split", "x s", "a b", axis=1), node("Concat", "b a", "y", axis=1)]
    compare(small(tmp_path, nodes, {"s": whole(2, 4)}), 3)


def test_all_may_be_one_piece(tmp_path):
    compare(small(tmp_path, [node("Split", "x s", "y", axis=1)], {"s": whole(6)}), 3)


def test_sizes_are_computed_beforehand(tmp_path):
    """A third of the columns, as torch's exporter writes it."""
    nodes = [
        node("Shape", "x", "sizes"),
        node("Gather", "sizes one_", "columns", axis=0),
        node("Add", "columns two", "more"),
        node("Div", "more three", "third"),
        node("Mul", "third one_", "end"),
        node("Slice", "x zero end one_", "y"),
    ]
    numbers = {"zero": whole(0), "one_": whole(1), "two": whole(2), "three": whole(3)}
    compare(small(tmp_path, nodes, numbers), 3)


def test_every_operator_is_compared():
    compared = {operator["operator"] for operator, _ in CASES.values()} | {"Split", "Shape"}
    assert compared == set(OPERATORS)


@pytest.mark.parametrize(
    ("operator", "constants"),
    [
        (node("Abs", "x x", "y"), {}),
        (node("Add", "x", "y"), {}),
        (node("Add", "x c", "y"), {"c": SIX[:5]}),
        (node("Add", "x c", "y"), {"c": whole(1)}),
        (node("Cast", "x", "y", to=8), {}),
        (node("Cast", "x", "y", to=7), {}),
        (node("Clip", "x x", "y"), {}),
        (node("Concat", "x one", "y"), {}),
        (node("Concat", "x one", "y", axis=2), {}),
        (node("Concat", "x one", "y", axis=0), {}),
        (node("Concat", "x c", "y", axis=0), {"c": SIX[None]}),
        (node("Constant", "", "y", value=1.0), {}),
        (node("Gather", "x i", "y", axis=1), {"i": whole(6)}),
        (node("Gather", "x i", "y", axis=0), {"i": whole(0)}),
        (node("Gather", "x x", "y", axis=1), {}),
        (node("Gemm", "x m b", "y", alpha=2.0), {"m": MATRIX, "b": BIAS}),
        (node("Gemm", "x m b", "y", transA=1), {"m": MATRIX, "b": BIAS}),
        (node("Gemm", "x m b", "y", transB=1), {"m": MATRIX, "b": BIAS}),
        (node("Gemm", "x m b", "y"), {"m": MATRIX, "b": SIX}),
        (node("LeakyRelu", "x", "y", alpha=float("nan")), {}),
        (node("LeakyRelu", "x", "y", alpha=1), {}),
        (node("MatMul", "x m", "y"), {"m": MATRIX[:5]}),
        (node("MatMul", "x m", "y"), {"m": SIX}),
        (node("Pad", "x p", "y"), {"p": whole(0, 1)}),
        (node("Pad", "x p", "y"), {"p": whole(1, 0, 0, 0)}),
        (node("Pad", "x p", "y"), {"p": whole(0, -1, 0, 0)}),
        (node("Pad", "x p", "y", mode=b"reflect"), {"p": whole(0, 1, 0, 0)}),
        (node("ReduceSum", "x a", "y"), {"a": whole(0)}),
        (node("Reshape", "x s", "y"), {"s": whole(-1, -1)}),
        (node("Reshape", "x s", "y"), {"s": whole(-1, 5)}),
        (node("Reshape", "x s", "y"), {"s": whole(1, 6)}),
        (node("Reshape", "x s", "y"), {"s": whole(-2, 6)}),
        (node("Reshape", "x s", "y"), {"s": whole(-1, 6, 0)}),
        (node("Shrink", "x", "y", bias=0.5), {}),
        (node("Slice", "x a b axes", "y"), {"a": whole(0), "b": whole(1), "axes": whole(0)}),
        (node("Softmax", "x", "y", axis=0), {}),
        (node("Softmax", "x", "y", axis=2), {}),
        (node("Split", "x s", "y", axis=1), {"s": whole(5)}),
        (node("Split", "x s", "y", axis=1), {"s": whole(2, 4)}),
        (node("Transpose", "x", "y", perm=[0, 0]), {}),
        (node("Unsqueeze", "x a", "y"), {"a": whole(3)}),
        (node("Unsqueeze", "x a", "y"), {"a": whole(1, 1)}),
        (node("Unsqueeze", "x a", "y"), {"a": whole(2**40)}),
    ],
    ids=lambda value: value.get("operator", "") if isinstance(value, dict) else "",
)
def test_what_does_not_fit_an_operator_is_refused(operator, constants, tmp_path):
    file = small(tmp_path, [operator], constants)
    with pytest.raises(GraphError, match=f"its operator {operator['operator']} does not fit"):
        NumpyNetwork(file.graph(), file.opset)
