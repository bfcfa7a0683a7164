# SPDX-License-Identifier: GPL-3.0-or-later
"""Network files that somebody else has made or damaged: a result, or an error of one sentence."""

import json
import random
import struct

import numpy as np
import pytest
from edited_networks import NOT_A_NUMBER, change_somewhere, constant_of, message_of, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.performance.networks import (
    FOLDER,
    METADATA_KEY,
    ExpressionModel,
    HoldModel,
    MotionModel,
    Network,
)

KINDS = {"expression": ExpressionModel, "motion": MotionModel, "hold": HoldModel}

bounded = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def use(kind: str, path) -> np.ndarray:
    """Load a network, run it over three rows and return what it gives."""
    model = KINDS[kind](path)
    emotion = np.full((3, len(model.emotions)), 1 / 16, np.float32)
    ones = np.ones((3, 1), np.float32)
    if isinstance(model, ExpressionModel):
        latents = (np.ones((3, model.sizes[name]), np.float32) for name in ("character", "take"))
        return model.predict(emotion, ones, *latents)
    if isinstance(model, MotionModel):
        target, noise = (np.tile(ones, n) / 2 for n in (52, model.sizes["noise"]))
        return model.advance(target, emotion, np.tile(ones, 2), noise, model.rest_state())[0]
    noise = np.tile(ones, model.sizes["noise"])
    return model.advance(noise, emotion, ones, model.rest_state())[0]


def check(kind: str, path) -> None:
    """Check that a file gives finite numbers, or an error of one sentence."""
    try:
        result, refusal = use(kind, path), ""
    except EmoteBotError as error:
        result, refusal = None, str(error)
    if result is None:
        assert path.name in refusal or refusal.startswith("The network")
        assert refusal.isprintable()
    else:
        assert result.shape == (3, KINDS[kind].output)
        assert np.isfinite(result).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_unchanged_file_gives_numbers(kind, runner, tmp_path):
    assert use(kind, written(message_of(kind), tmp_path / "own.onnx")).any()


@bounded
@given(st.sampled_from(list(KINDS)), st.randoms(use_true_random=False), st.integers(1, 4))
def test_a_file_in_which_anything_has_changed(runner, tmp_path, kind, chance, changes):
    message = message_of(kind)
    for _ in range(changes):
        change_somewhere(message, chance)
    check(kind, written(message, tmp_path / "changed.onnx"))


@bounded
@given(st.sampled_from(list(KINDS)), st.randoms(use_true_random=False), st.integers(1, 16))
def test_a_file_with_other_bytes(runner, tmp_path, kind, chance, changes):
    content = bytearray((FOLDER / f"{kind}.onnx").read_bytes())
    for _ in range(changes):
        # At the beginning stand the operators, at the end the inputs, outputs and metadata.
        place = chance.choice([chance.randrange(9000), -1 - chance.randrange(5000)])
        chance.choice([_flip, _cut, _insert])(content, place, chance)
    path = tmp_path / "changed.onnx"
    path.write_bytes(content)
    check(kind, path)


def _flip(content: bytearray, place: int, chance: random.Random) -> None:
    content[place] ^= 1 << chance.randrange(8)


def _cut(content: bytearray, place: int, chance: random.Random) -> None:
    place %= len(content)
    del content[place : place + chance.randrange(1, 20)]


def _insert(content: bytearray, place: int, chance: random.Random) -> None:
    content[place:place] = chance.randbytes(chance.randrange(1, 8))


def deep(depth: int) -> str:
    """Lists in lists."""
    return "[" * depth + "]" * depth


def with_metadata(**changes):
    """Return what changes the metadata of a message."""

    def change(message) -> None:
        (entry,) = message["metadata"]
        entry["value"] = json.dumps(json.loads(entry["value"]) | changes)

    return change


def with_text(text: str):
    """Return what gives a message other metadata."""

    def change(message) -> None:
        message["metadata"] = [{"key": METADATA_KEY, "value": text}]

    return change


@pytest.mark.parametrize(
    "change",
    [
        with_text(""),
        with_text("null"),
        with_text("[]"),
        with_text("{}"),
        with_text('"kind"'),
        with_text("9" * 5000),
        with_text(deep(100_000)),
        with_text('{"kind": ' + deep(500) + "}"),
        with_metadata(kind=7),
        with_metadata(kind="\x1b[2J"),
        with_metadata(format="1"),
        with_metadata(format=True),
        with_metadata(format=1.0),
        with_metadata(channels=5),
        with_metadata(channels="eyeBlinkLeft"),
        with_metadata(channels={"eyeBlinkLeft": 1}),
        with_metadata(emotions=None),
        with_metadata(version=0.1),
        with_metadata(licence=["GPL-3.0-or-later"]),
        with_metadata(training_run=float("nan")),
    ],
)
def test_metadata_of_another_form_is_refused(change, runner, tmp_path):
    message = message_of("motion")
    change(message)
    with pytest.raises(EmoteBotError, match=r"motion\.onnx is not a network made for EmoteBot"):
        MotionModel(written(message, tmp_path / "motion.onnx"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (with_metadata(format=10**30), "has model format 1000000000000000000000000000000;"),
        (with_metadata(channels=[["eyeBlinkLeft"]] * 52), "other channels"),
        (with_metadata(emotions=[float("nan")]), "other emotions"),
    ],
)
def test_metadata_of_something_else_is_refused(change, reason, runner, tmp_path):
    message = message_of("motion")
    change(message)
    with pytest.raises(EmoteBotError, match=reason):
        MotionModel(written(message, tmp_path / "motion.onnx"))


def an_input(message, name: str):
    """Return the type of an input and the message of its shape."""
    (value,) = (each for each in message["graph"]["input"] if each["name"] == name)
    return value["type"]["tensor"], value["type"]["tensor"]["shape"]


def _a_scalar(message):
    an_input(message, "noise")[1]["dim"] = []


def _whole_numbers(message):
    an_input(message, "noise")[0]["type"] = 7


def _of_no_type(message):
    del an_input(message, "noise")[0]["type"]


def _billions(message):
    an_input(message, "noise")[1]["dim"][1] = {"value": 2_000_000_000}


def _any_size(message):
    an_input(message, "noise")[1]["dim"][1] = {"name": "some"}


def _below_zero(message):
    an_input(message, "noise")[1]["dim"][1] = {"value": -14}


def _seven_rows(message):
    an_input(message, "noise")[1]["dim"][0] = {"value": 7}


def _three_axes(message):
    an_input(message, "noise")[1]["dim"].append({"value": 1})


def _no_shape(message):
    del an_input(message, "noise")[0]["shape"]


def _another_name(message):
    (value,) = (each for each in message["graph"]["input"] if each["name"] == "noise")
    value["name"] = "chance"


@pytest.mark.parametrize(
    "change",
    [
        _a_scalar,
        _whole_numbers,
        _of_no_type,
        _billions,
        _any_size,
        _below_zero,
        _seven_rows,
        _three_axes,
        _no_shape,
        _another_name,
    ],
)
@pytest.mark.parametrize("kind", ["motion", "hold"])
def test_an_input_of_another_form_is_refused(kind, change, runner, tmp_path):
    message = message_of(kind)
    change(message)
    with pytest.raises(EmoteBotError, match=r"x\.onnx has no fitting input “noise”"):
        KINDS[kind](written(message, tmp_path / "x.onnx"))


def test_a_state_without_room_for_the_face_is_refused(runner, tmp_path):
    message = message_of("motion")
    an_input(message, "state")[1]["dim"] = [{"value": 103}]
    with pytest.raises(EmoteBotError, match=r"has no fitting input “state”"):
        MotionModel(written(message, tmp_path / "x.onnx"))


def test_one_input_more_is_refused(runner, tmp_path):
    message = message_of("hold")
    message["graph"]["input"].append(message["graph"]["input"][0] | {"name": "more"})
    with pytest.raises(EmoteBotError, match="has an input “more”, which EmoteBot does not give"):
        HoldModel(written(message, tmp_path / "x.onnx"))


def test_a_name_that_cannot_be_printed_is_not_printed(runner, tmp_path):
    message = message_of("hold")
    message["graph"]["input"].append(message["graph"]["input"][0] | {"name": "\x1b[2J"})
    with pytest.raises(EmoteBotError) as refusal:
        HoldModel(written(message, tmp_path / "x.onnx"))
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize("kind", ["motion", "hold"])
@pytest.mark.parametrize("order", [[1, 0], [0], [0, 0], [0, 1, 1]])
def test_other_outputs_are_refused(order, kind, runner, tmp_path):
    message = message_of(kind)
    outputs = message["graph"]["output"]
    message["graph"]["output"] = [outputs[index] for index in order]
    with pytest.raises(EmoteBotError, match=f"gives other numbers than a network for {kind}"):
        KINDS[kind](written(message, tmp_path / "x.onnx"))


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_refused(number, runner, tmp_path):
    message = message_of("expression")
    constant = constant_of(message["graph"], "apex.bias")
    constant["raw"] = struct.pack("<f", number) + bytes(constant["raw"])[4:]
    with pytest.raises(EmoteBotError, match=r"x\.onnx is not a network that EmoteBot can run: som"):
        ExpressionModel(written(message, tmp_path / "x.onnx"))


def test_an_answer_that_is_not_finite_is_refused(runner, tmp_path):
    message = message_of("hold")
    constant = constant_of(message["graph"], "constant_11")
    constant["raw"] = struct.pack("<f", 3e38) * (len(constant["raw"]) // 4)
    loop = next(each for each in message["graph"]["node"] if each["operator"] == "Scan")
    body = loop["attribute"][0]["g"]
    name = body["output"][1]["name"]
    body["node"].append({"operator": "Mul", "input": [name, name], "output": ["square"]})
    body["output"][1]["name"] = "square"
    with pytest.raises(EmoteBotError, match="The network gives numbers that are not finite"):
        use("hold", written(message, tmp_path / "x.onnx"))


@pytest.mark.parametrize("operator", ["Loop", "Conv", "EyeLike"])
def test_an_operator_that_is_not_known_is_named(operator, runner, tmp_path):
    message = message_of("expression")
    message["graph"]["node"][20]["operator"] = operator
    with pytest.raises(EmoteBotError, match=rf"x\.onnx .* operator {operator}, which EmoteBot"):
        ExpressionModel(written(message, tmp_path / "x.onnx"))


def test_a_number_that_is_none_is_not_a_number():
    assert np.isnan(np.frombuffer(NOT_A_NUMBER, "<f4"))


def test_all_kinds_of_networks_are_tried():
    assert set(KINDS.values()) == set(Network.__subclasses__())
