# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in the files, beside what the library of ONNX reads from them."""

import numpy as np
import pytest
from edited_networks import constant_of, message_of, written

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.onnx_graph import onnx_file
from emotebot_blender.core.onnx_graph.onnx_file import Graph, read_onnx_file
from emotebot_blender.core.performance.networks import FOLDER, METADATA_KEY


@pytest.mark.parametrize("kind", ["expression", "motion", "hold"])
def test_everything_is_read_as_the_library_of_onnx_reads_it(kind):
    onnx = pytest.importorskip("onnx")
    path = FOLDER / f"{kind}.onnx"
    file, model = read_onnx_file(path), onnx.load(path)
    assert file.opset == model.opset_import[0].version
    assert file.metadata == {entry.key: entry.value for entry in model.metadata_props}
    compare(file.graph(), model.graph, onnx)


def compare(graph: Graph, expected, onnx) -> None:
    """Compare a graph, and the bodies in it, with what the library of ONNX says."""
    for constant in expected.initializer:
        array = onnx.numpy_helper.to_array(constant)
        assert graph.constants[constant.name].dtype == array.dtype
        np.testing.assert_array_equal(graph.constants[constant.name], array)
    for ours, theirs in ((graph.inputs, expected.input), (graph.outputs, expected.output)):
        assert [each.name for each in ours] == [each.name for each in theirs]
        dims = [each.type.tensor_type.shape.dim for each in theirs]
        sizes = [tuple(dim.dim_value if dim.dim_value else None for dim in each) for each in dims]
        assert [each.shape for each in ours] == sizes
    for node, other in zip(graph.nodes, expected.node, strict=True):
        assert (node.operator, node.inputs) == (other.op_type, tuple(other.input))
        assert node.outputs == tuple(other.output)
        assert node.attributes.keys() == {each.name for each in other.attribute}
        for each in other.attribute:
            value = onnx.helper.get_attribute_value(each)
            ours = node.attributes[each.name]
            if isinstance(ours, Graph):
                compare(ours, value, onnx)
            elif isinstance(ours, np.ndarray):
                np.testing.assert_array_equal(ours, onnx.numpy_helper.to_array(value))
            else:
                assert ours == value


def test_numbers_that_are_not_raw_are_read(tmp_path):
    message = message_of("hold")
    constant = constant_of(message["graph"], "constant_14")
    raw = constant.pop("raw")
    constant["floats"] = np.frombuffer(raw, "<f4").tolist()
    whole = constant_of(message["graph"], "constant_2")
    whole["int64s"] = np.frombuffer(whole.pop("raw"), "<i8").tolist()
    graph = read_onnx_file(written(message, tmp_path / "hold.onnx")).graph()
    expected = read_onnx_file(FOLDER / "hold.onnx").graph()
    for name in ("constant_14", "constant_2"):
        np.testing.assert_array_equal(graph.constants[name], expected.constants[name])


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "expression.onnx"
    path.write_bytes(b"PK\x03\x04 this is no network")
    with pytest.raises(EmoteBotError, match="is not an ONNX network that can be read"):
        read_onnx_file(path)


def test_a_file_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(onnx_file, "LARGEST_FILE", 2**20)
    path = tmp_path / "expression.onnx"
    path.write_bytes(bytes(2**20 + 1))
    with pytest.raises(EmoteBotError, match="is larger than 1 MiB"):
        read_onnx_file(path)


def _without_version(message):
    del message["ir_version"]


def _without_graph(message):
    del message["graph"]


def _two_metadata_of_one_name(message):
    message["metadata"].append({"key": METADATA_KEY, "value": "{}"})


def _functions(message):
    message["functions"] = [b""]


def _other_operators(message):
    message["opset_import"].append({"domain": "com.example", "version": 1})


def _sparse_constants(message):
    message["graph"]["sparse_initializer"] = [b""]


def _weights_in_another_file(message):
    message["graph"]["initializer"][0]["location"] = 1


def _a_constant_twice(message):
    message["graph"]["initializer"].append(message["graph"]["initializer"][0])


def _text_for_weights(message):
    message["graph"]["initializer"][0]["type"] = 8


def _a_shape_of_more_numbers(message):
    message["graph"]["initializer"][0]["dims"] = [2_000_000_000, 2_000_000_000]


def _a_shape_below_zero(message):
    message["graph"]["initializer"][0]["dims"] = [-1, -3]


def _too_many_axes(message):
    message["graph"]["initializer"][1]["dims"] = [1] * 100


def _half_a_number(message):
    constant = message["graph"]["initializer"][1]
    constant["raw"] = bytes(constant["raw"])[:-1]


def _an_attribute_of_no_type(message):
    message["graph"]["node"][0]["attribute"][0]["type"] = 99


def _an_operator_without_a_name(message):
    message["graph"]["node"][0]["operator"] = ""


def _an_operator_that_cannot_be_printed(message):
    message["graph"]["node"][0]["operator"] = "\x1b[2J"


@pytest.mark.parametrize(
    "damage",
    [
        _without_version,
        _without_graph,
        _two_metadata_of_one_name,
        _functions,
        _other_operators,
        _sparse_constants,
        _weights_in_another_file,
        _a_constant_twice,
        _text_for_weights,
        _a_shape_of_more_numbers,
        _a_shape_below_zero,
        _too_many_axes,
        _half_a_number,
        _an_attribute_of_no_type,
        _an_operator_without_a_name,
        _an_operator_that_cannot_be_printed,
    ],
)
def test_what_is_not_read_is_refused(damage, tmp_path):
    message = message_of("motion")
    damage(message)
    path = written(message, tmp_path / "motion.onnx")
    with pytest.raises(EmoteBotError, match="is not an ONNX network that can be read"):
        read_onnx_file(path).graph()
