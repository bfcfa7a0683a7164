# SPDX-License-Identifier: GPL-3.0-or-later
"""The motion network as an ONNX graph: one ``Scan`` over its steps.

Few nodes stand inside the loop, so that a film of ten minutes is one call of half a second. What
depends on the timing alone is worked out ahead of it, row by row, so that a call of one step gives
the same bits as a call of many. The way to the target is folded into the weights of the GRU, and
the step of all springs is one product of matrices.
"""

from dataclasses import dataclass

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.performance.transition_times import NOISE

from . import motion_network
from .motion_network import MotionNetwork
from .rollouts import STEP

SMALLEST = 1e-9
"""Weights and speeds below this are 0."""

OPSET = 17
IR_VERSION = 8

_FACE = len(CHANNELS)
_TOLD = _FACE + len(EMOTIONS) + NOISE + motion_network.FEATURES


def motion_graph(network: MotionNetwork) -> onnx.ModelProto:
    """Return the network as an ONNX model with the inputs of ``core.model.MotionModel``."""
    film = _Graph("film")
    scan_inputs = _before_the_loop(film)
    face, memory = film.split("state", [2 * _FACE, network.hidden], axis=0)
    film.node("Reshape", face, [2, _FACE], into="start_face")
    film.node("Reshape", memory, [1, network.hidden], into="start_memory")
    film.nodes.append(
        helper.make_node(
            "Scan",
            ["start_face", "start_memory", *scan_inputs],
            ["last_face", "last_memory", "faces"],
            body=_one_step(film, network),
            num_scan_inputs=len(scan_inputs),
        )
    )
    path = film.node("Gather", "faces", 0, axis=1)
    film.node("Clip", path, 0.0, 1.0, into="weights")
    after = [film.node("Reshape", each, [-1]) for each in ("last_face", "last_memory")]
    film.node("Concat", *after, axis=0, into="state_after")
    state = 2 * _FACE + network.hidden
    graph = helper.make_graph(
        film.nodes,
        "motion",
        [
            _tensor("target", "steps", _FACE),
            _tensor("emotion", "steps", len(EMOTIONS)),
            _tensor("timing", "steps", 2),
            _tensor("noise", "steps", NOISE),
            _tensor("state", state),
        ],
        [_tensor("weights", "steps", _FACE), _tensor("state_after", state)],
        initializer=film.constants,
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )


class _Graph:
    """Nodes in the making; numbers and arrays among their inputs become constants."""

    def __init__(self, name: str, constants: list[onnx.TensorProto] | None = None) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = [] if constants is None else constants
        self._name = name

    def node(
        self, operator: str, *inputs: object, into: str | None = None, **attributes: object
    ) -> str:
        """Add a node and return the name of its output."""
        output = into or f"{self._name}_{len(self.nodes)}"
        names = [each if isinstance(each, str) else self.constant(each) for each in inputs]
        self.nodes.append(helper.make_node(operator, names, [output], **attributes))
        return output

    def split(self, value: str, sizes: list[int], axis: int = 1) -> list[str]:
        """Add a node that cuts a value into pieces and return their names."""
        outputs = [f"{self._name}_{len(self.nodes)}_{index}" for index in range(len(sizes))]
        inputs = [value, self.constant(sizes)]
        self.nodes.append(helper.make_node("Split", inputs, outputs, axis=axis))
        return outputs

    def constant(self, value: object) -> str:
        array = np.asarray(value)
        if array.dtype == np.float64:
            array = array.astype(np.float32)
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name


def _before_the_loop(film: _Graph) -> list[str]:
    """Work out what depends on the inputs alone and return the names of what the loop reads.

    They are, for each step, what the GRU is told (1, ``_TOLD``), the score that the reins read, the
    goal with no speed (2, 52), and the spring's matrix (2, 6), which has the network's grip in it.
    """
    elapsed, remaining = film.split("timing", [1, 1])
    sum_seconds = film.node("Add", elapsed, remaining)
    seconds = film.node("Clip", sum_seconds, motion_network.SHORTEST, motion_network.LONGEST)
    share = film.node("Min", film.node("Div", elapsed, seconds), 1.0)
    grip = film.node(
        "HardSigmoid", share, alpha=-1 / motion_network.RELEASE, beta=1 / motion_network.RELEASE
    )

    knots = motion_network.KNOTS
    place = film.node("Mul", share, float(knots - 1))
    distance = film.node("Abs", film.node("Sub", place, np.arange(knots, dtype=np.float32)))
    hats = film.node("HardSigmoid", distance, alpha=-1.0, beta=1.0)
    scales = film.constant(np.array(motion_network.TIME_SCALES, dtype=np.float32))
    paces = film.node("Div", scales, film.node("Add", seconds, scales))
    told = film.node("Concat", "target", "emotion", "noise", hats, paces, axis=1)
    always = film.node("Add", film.node("Mul", share, 0.0), 1.0)
    squares = film.node("Mul", "noise", "noise")
    context = film.node("Concat", always, "noise", squares, "emotion", paces, axis=1)
    score = film.node(
        "Mul",
        film.node("Reshape", hats, [-1, knots, 1]),
        film.node("Reshape", context, [-1, 1, motion_network.SCORE // knots]),
    )

    rate = film.node("Div", motion_network.RATE, seconds)
    turn = film.node("Mul", rate, STEP)  # how far a spring's phase turns in a step
    decay = film.node("Exp", film.node("Neg", turn))
    # weights' = weights + velocity * coast + offset * fall
    # velocity' = velocity * keep + offset * push
    spun = film.node("Mul", decay, turn)
    fall = film.node("Sub", film.node("Add", spun, decay), 1.0)
    coast = film.node("Mul", decay, STEP)
    keep = film.node("Sub", decay, spun)
    push = film.node("Mul", film.node("Neg", spun), rate)
    offsets = film.node("Concat", fall, push, axis=1)
    held = film.node("Mul", offsets, grip)
    pulled = film.node("Mul", held, motion_network.PULL)
    damped = film.node("Mul", held, film.node("Div", motion_network.DAMPING, rate))
    entries = film.node("Concat", coast, keep, offsets, pulled, damped, axis=1)
    spring = film.node("Gemm", entries, *_spring_places())
    goal = film.node("Reshape", "target", [-1, 1, _FACE])
    return [
        film.node("Reshape", told, [-1, 1, _TOLD]),
        film.node("Reshape", score, [-1, 1, motion_network.SCORE]),
        film.node("Pad", goal, [0, 0, 0, 0, 1, 0]),
        film.node("Reshape", spring, [-1, 2, 6]),
    ]


def _spring_places() -> tuple[np.ndarray, np.ndarray]:
    """Return where each entry goes in the spring's matrix, laid flat, and what is always there.

    The entries are coast, keep, and in pairs fall and push: of the spring itself, of the network's
    pull and of its damping. The matrix maps weights, velocity, distance to the goal, velocity, and
    what the network makes of the last two to the next weights and velocity.
    """
    places = np.zeros((8, 2, 6), dtype=np.float32)
    constant = np.zeros((2, 6), dtype=np.float32)
    constant[0, 0] = 1
    for row in (0, 1):
        places[row, row, 1] = 1
        places[2 + row, row, 2] = places[4 + row, row, 4] = places[6 + row, row, 5] = 1
    return places.reshape(8, 12), constant.reshape(1, 12)


def _one_step(film: _Graph, network: MotionNetwork) -> onnx.GraphProto:
    """Return the body of the loop: face (2, 52) and memory (1, hidden) of one step to the next."""
    hidden = network.hidden
    step = _Graph("step", film.constants)
    gates = _gates(film, network)
    seen = step.node("Concat", step.node("Reshape", "face", [1, -1]), "told", "memory", axis=1)
    reset = step.node("Sigmoid", step.node("Gemm", seen, *gates.reset))
    update = step.node("Sigmoid", step.node("Gemm", seen, *gates.update))
    recalled = step.node("Mul", reset, step.node("Gemm", "memory", *gates.recalled))
    fresh = step.node("Tanh", step.node("Gemm", seen, gates.fresh, recalled))
    kept = step.node("Mul", update, step.node("Sub", "memory", fresh))
    memory = step.node("Add", fresh, kept, into="memory_after")

    steer = film.node("Transpose", _array(network.steer.weight), perm=[1, 0])
    read = step.node("Concat", memory, "score", axis=1)
    reins = step.node("Gemm", read, steer, _array(network.steer.bias)[None])
    held = step.node("Max", step.node("Tanh", reins), _array(motion_network.reins_slack())[None])
    held = step.node("Reshape", held, [2, -1])
    distance = step.node("Sub", "face", "goal")
    parts = step.node("Concat", "face", distance, step.node("Mul", held, distance), axis=0)
    # A spring at rest would for ever lose speed among numbers too small for processors to be quick.
    step.node("Shrink", step.node("MatMul", "spring", parts), lambd=SMALLEST, into="face_after")
    step.node("Identity", "face_after", into="face_seen")
    return helper.make_graph(
        step.nodes,
        "step",
        [
            _tensor("face", 2, _FACE),
            _tensor("memory", 1, hidden),
            _tensor("told", 1, _TOLD),
            _tensor("score", 1, motion_network.SCORE),
            _tensor("goal", 2, _FACE),
            _tensor("spring", 2, 6),
        ],
        [
            _tensor("face_after", 2, _FACE),
            _tensor("memory_after", 1, hidden),
            _tensor("face_seen", 2, _FACE),
        ],
    )


@dataclass(frozen=True)
class _Gates:
    """Names of the GRU's matrices and biases, for rows of face, what is told, and memory."""

    reset: tuple[str, str]
    update: tuple[str, str]
    recalled: tuple[str, str]  # for the memory alone
    fresh: str  # its bias is in the rows of the hat functions, which add up to 1


def _gates(film: _Graph, network: MotionNetwork) -> _Gates:
    """Add nodes that lay the GRU's parameters out for the loop.

    The file holds the parameters as they are, which half precision keeps; onnxruntime lays them out
    once, when it loads the file.
    """
    gru, hidden = network.gru, network.hidden
    told = _TOLD - _FACE - motion_network.FEATURES
    into = film.node("Transpose", _array(gru.weight_ih), perm=[1, 0])
    sizes = [_FACE, _FACE, _FACE, told, motion_network.KNOTS, len(motion_network.TIME_SCALES)]
    weights, velocity, way, rest, hats, paces = film.split(into, sizes, axis=0)
    face = [
        film.node("Sub", weights, way),
        film.node("Mul", velocity, motion_network.SPEED_SCALE),
        way,
    ]
    thirds = [hidden] * 3
    rows = [film.split(each, thirds) for each in (*face, rest, hats, paces)]
    recall = film.node("Transpose", _array(gru.weight_hh), perm=[1, 0])
    recalls = film.split(recall, thirds)
    bias_into, bias_recall = _array(gru.bias_ih)[None], _array(gru.bias_hh)[None]
    reset_bias, update_bias, _ = np.split(bias_into + bias_recall, 3, axis=1)
    for third, recalled in enumerate(recalls[:2]):
        rows_of = [row[third] for row in rows]
        recalls[third] = film.node("Concat", *rows_of, recalled, axis=0)
    fresh = [row[2] for row in rows]
    fresh[-2] = film.node("Add", fresh[-2], bias_into[:, 2 * hidden :])
    together = film.node("Concat", *fresh, axis=0)
    return _Gates(
        reset=(recalls[0], film.constant(reset_bias)),
        update=(recalls[1], film.constant(update_bias)),
        recalled=(recalls[2], film.constant(bias_recall[:, 2 * hidden :])),
        fresh=film.node("Pad", together, [0, 0, hidden, 0]),
    )


def _array(parameter: torch.Tensor) -> np.ndarray:
    return np.asarray(parameter.detach())


def _tensor(name: str, *shape: int | str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
