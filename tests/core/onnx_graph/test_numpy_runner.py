# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole graphs and loops in NumPy, and what is refused before anything runs."""

import numpy as np
import pytest
from small_networks import ROWS, graph, network, node

from emotebot_blender.core.onnx_graph import graph_values
from emotebot_blender.core.onnx_graph.graph_values import GraphError
from emotebot_blender.core.onnx_graph.numpy_runner import NumpyNetwork
from emotebot_blender.core.onnx_runner import runtime_session

FOUR = np.array([1, 2, 3, 4], dtype=np.float32)
X = np.arange(12, dtype=np.float32).reshape(3, 4)


def small(tmp_path, nodes, inputs=None, outputs=("y",), constants=None, opset=17):
    content = graph(nodes, inputs or {"x": (ROWS, 4)}, list(outputs), constants)
    return network(tmp_path / "small.onnx", content, opset)


def prepared(tmp_path, nodes, *more, **others) -> NumpyNetwork:
    file = small(tmp_path, nodes, *more, **others)
    return NumpyNetwork(file.graph(), file.opset)


def running_sum(tmp_path, **attributes):
    """Each row so far, summed, and twice the last state."""
    body = graph(
        [node("Add", "sum row", "after"), node("Identity", "after", "seen")],
        {"sum": (4,), "row": (4,)},
        ["after", "seen"],
    )
    nodes = [
        node("Scan", "start x", "last y", **{"body": body, "num_scan_inputs": 1, **attributes}),
        node("Add", "last last", "twice"),
    ]
    return small(tmp_path, nodes, {"x": (ROWS, 4), "start": (4,)}, ("y", "twice"))


def test_a_loop_hands_its_state_on(tmp_path):
    file = running_sum(tmp_path)
    sums, twice = NumpyNetwork(file.graph(), 17).run({"x": X, "start": FOUR})
    np.testing.assert_array_equal(sums, np.cumsum(X, axis=0) + FOUR)
    np.testing.assert_array_equal(twice, 2 * (X.sum(axis=0) + FOUR))
    for ours, theirs in zip((sums, twice), _by_runtime(file), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def _by_runtime(file):
    return runtime_session(file).run(["y", "twice"], {"x": X, "start": FOUR})


def test_states_may_change_places(tmp_path):
    body = graph(
        [node("Identity", "row", "seen")],
        {"one": (4,), "two": (4,), "row": (4,)},
        ["two", "one", "seen"],
    )
    nodes = [node("Scan", "a b x", "c d y", body=body, num_scan_inputs=1)]
    inputs = {"x": (ROWS, 4), "a": (4,), "b": (4,)}
    swapped = prepared(tmp_path, nodes, inputs, ("c", "d"))
    one, two = swapped.run({"x": X, "a": FOUR, "b": -FOUR})
    np.testing.assert_array_equal([one, two], [-FOUR, FOUR])  # three rows: odd


def test_a_loop_over_no_rows_gives_its_state(tmp_path):
    ours = NumpyNetwork(running_sum(tmp_path).graph(), 17)
    sums, twice = ours.run({"x": X[:0], "start": FOUR})
    assert sums.shape == (0, 4)
    np.testing.assert_array_equal(twice, 2 * FOUR)


def test_a_loop_reads_constants_around_it(tmp_path):
    body = graph([node("Mul", "row weights", "seen")], {"row": (4,)}, ["seen"])
    nodes = [node("Scan", "x", "y", body=body, num_scan_inputs=1)]
    (result,) = prepared(tmp_path, nodes, constants={"weights": FOUR}).run({"x": X})
    np.testing.assert_array_equal(result, X * FOUR)


@pytest.mark.parametrize(
    "attributes",
    [{"num_scan_inputs": 0}, {"num_scan_inputs": 3}, {"scan_input_directions": [1]}, {"body": 1}],
)
def test_a_loop_of_another_kind_is_refused(attributes, tmp_path):
    with pytest.raises(GraphError, match="Scan does not fit"):
        NumpyNetwork(running_sum(tmp_path, **attributes).graph(), 17)


def test_a_loop_whose_state_grows_is_refused(tmp_path):
    body = graph(
        [node("Concat", "state state", "after", axis=0), node("Identity", "row", "seen")],
        {"state": (4,), "row": (4,)},
        ["after", "seen"],
    )
    nodes = [node("Scan", "a x", "b y", body=body, num_scan_inputs=1)]
    with pytest.raises(GraphError, match="Scan does not fit"):
        prepared(tmp_path, nodes, {"x": (ROWS, 4), "a": (4,)})


def test_a_loop_over_all_rows_in_each_row_is_refused(tmp_path):
    body = graph([node("MatMul", "row x", "seen")], {"row": (4,)}, ["seen"])
    with pytest.raises(GraphError, match="it is damaged"):
        prepared(tmp_path, [node("Scan", "x", "y", body=body, num_scan_inputs=1)])


@pytest.mark.parametrize("operator", ["Loop", "com.example.Abs", "If"])
def test_an_operator_that_is_not_known_is_named(operator, tmp_path):
    with pytest.raises(GraphError, match=f"the operator {operator}, which EmoteBot does not know"):
        prepared(tmp_path, [node(operator, "x", "y")])


@pytest.mark.parametrize("opset", [0, 12, 22, 2**40])
def test_operators_of_another_version_are_refused(opset, tmp_path):
    with pytest.raises(GraphError, match="of a version that EmoteBot does not know"):
        prepared(tmp_path, [node("Abs", "x", "y")], opset=opset)


@pytest.mark.parametrize(
    ("nodes", "outputs"),
    [
        ([node("Abs", "nothing", "y")], ["y"]),
        ([node("Abs", "later", "y"), node("Abs", "x", "later")], ["y"]),
        ([node("Abs", "x", "y"), node("Neg", "x", "y")], ["y"]),
        ([node("Abs", "x", "x")], ["x"]),
        ([node("Abs", "x", "y")], ["z"]),
    ],
)
def test_a_graph_that_does_not_hang_together_is_refused(nodes, outputs, tmp_path):
    with pytest.raises(GraphError, match="it is damaged"):
        prepared(tmp_path, nodes, outputs=outputs)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("kind", [np.float32, np.float16])
def test_weights_that_are_not_finite_are_refused(kind, number, tmp_path):
    weights = FOUR.astype(kind)
    weights[2] = number
    with pytest.raises(GraphError, match="weights are no finite numbers"):
        prepared(tmp_path, [node("Abs", "x", "y")], constants={"w": weights})


def test_weights_that_are_computed_and_not_finite_are_refused(tmp_path):
    nodes = [node("Div", "one zero", "w"), node("Mul", "x w", "y")]
    constants = {"one": np.float32(1), "zero": np.float32(0)}
    with pytest.raises(GraphError, match="weights are no finite numbers"):
        prepared(tmp_path, nodes, constants=constants)


@pytest.mark.parametrize("shape", [(), (ROWS,), (ROWS, ROWS), (ROWS, 4, 4), (3, ROWS), (ROWS, 0)])
def test_inputs_of_other_shapes_are_refused(shape, tmp_path):
    with pytest.raises(GraphError, match="of other shapes"):
        prepared(tmp_path, [node("Abs", "x", "y")], {"x": shape})


def test_an_input_of_billions_of_numbers_is_refused(tmp_path):
    with pytest.raises(GraphError, match="of other shapes"):
        prepared(tmp_path, [node("Abs", "x", "y")], {"x": (ROWS, 2_000_000_000)})


def doubling(times: int, axis: int) -> list:
    """Operators each of which gives twice as much as the one before."""
    names = [f"v{index}" for index in range(times)]
    return [
        node("Concat", f"{one} {one}", two, axis=axis)
        for one, two in zip(["x", *names], [*names, "y"], strict=True)
    ]


def test_values_that_double_and_double_are_refused_before_they_are_computed(tmp_path):
    with pytest.raises(GraphError, match="it is too large"):
        prepared(tmp_path, doubling(60, axis=1))


def test_constants_that_double_and_double_are_refused_before_they_are_computed(tmp_path):
    with pytest.raises(GraphError, match="it is too large"):
        prepared(tmp_path, doubling(60, axis=0), {"z": (ROWS, 4)}, constants={"x": FOUR})


def test_padding_by_billions_is_refused(tmp_path):
    pads = np.array([0, 0, 0, 2**40], dtype=np.int64)
    with pytest.raises(GraphError, match="it is too large"):
        prepared(tmp_path, [node("Pad", "x p", "y")], constants={"p": pads})


def test_values_that_grow_with_the_square_of_the_rows_are_refused(tmp_path):
    sizes = {"down": np.array([-1, 1], np.int64), "along": np.array([1, -1], np.int64)}
    nodes = [
        node("Reshape", "x down", "a"),
        node("Reshape", "x along", "b"),
        node("Mul", "a b", "y"),
    ]
    with pytest.raises(GraphError, match="of other shapes"):
        prepared(tmp_path, nodes, constants=sizes)


def test_operators_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(graph_values, "MOST_NODES", 3)
    chain = [node("Abs", "x", "a"), node("Abs", "a", "b"), node("Abs", "b", "y")]
    prepared(tmp_path, chain)
    with pytest.raises(GraphError, match="it is too large"):
        prepared(tmp_path, [*chain, node("Abs", "y", "z")])


def test_multiplications_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(graph_values, "MOST_PRODUCTS_OF_A_ROW", 16)
    square = np.eye(4, dtype=np.float32)
    prepared(tmp_path, [node("MatMul", "x w", "y")], constants={"w": square})
    twice = [node("MatMul", "x w", "a"), node("MatMul", "a w", "y")]
    with pytest.raises(GraphError, match="it is too large"):
        prepared(tmp_path, twice, constants={"w": square})


@pytest.mark.parametrize(
    "x", [X.astype(np.float64), X[:, :3], X[0], np.zeros((3, 4, 1), np.float32)]
)
def test_another_array_than_the_input_is_a_bug_and_stays_one(x, tmp_path):
    with pytest.raises(ValueError, match="x is float"):
        prepared(tmp_path, [node("Abs", "x", "y")]).run({"x": x})


def test_inputs_of_different_lengths_are_a_bug_and_stay_one(tmp_path):
    two = prepared(tmp_path, [node("Add", "x z", "y")], {"x": (ROWS, 4), "z": (ROWS, 4)})
    with pytest.raises(ValueError, match="z is float32"):
        two.run({"x": X, "z": X[:1]})
