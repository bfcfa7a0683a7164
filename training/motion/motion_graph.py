# SPDX-License-Identifier: GPL-3.0-or-later
"""The motion network as an ONNX graph: one ``Scan`` over its steps.

Few nodes stand inside the loop, so that a film of ten minutes is one call of less than a second.
What depends on the inputs alone is computed ahead of it, row by row, so that a call of one step
gives the same bits as a call of many. The displacement from the target is folded into the weights
of the GRU, and the step of all springs is one product of matrices.

The graph is built by hand because torch's exporter (2.13, ``dynamo=True``) does not do better and
asks for more. Measured on one core of a server with onnxruntime 1.32, the parameters of the shipped
network, beside 1,000 steps of ``MotionNetwork``:

    ===============================  ======  ============  ============  ========
    graph                            step    14,400 steps  off by        file
    ===============================  ======  ============  ============  ========
    this one                         67 µs   0.31 s        1.4e-6        376 KiB
    exported, the step as it reads   77 µs   0.42 s        1.2e-6        848 KiB
    exported, laid out as here       77 µs   0.31 s        1.3e-6        972 KiB
    ===============================  ======  ============  ============  ========

All three are within 1e-6 of each other. The loop can be exported only by ``scan`` of
``torch._higher_order_ops``, a private prototype; to be as fast over a film it has to be laid out by
hand all the same; and the exporter needs onnxscript and onnx-ir besides, which nothing else does.
The files are larger because they hold folded weights in full precision.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import BASIC_EMOTIONS
from emotebot_blender.core.performance.networks import MotionModel
from emotebot_blender.core.performance.transition_times import NOISE

from . import motion_network
from .graph_builder import IR_VERSION, OPSET, GraphBuilder, array_of, tensor_info
from .motion_network import STEP, MotionNetwork
from .rollouts import draw_rollout

SMALLEST = 1e-9
"""Weights and speeds below this are 0."""

CHECKED = (1, 2, 40, 150)
"""Steps of the rollouts by which a file is compared with its network."""

_FACE = len(CHANNELS)
_INPUTS = _FACE + len(BASIC_EMOTIONS) + NOISE + motion_network.TIME_FEATURES


def motion_graph(network: MotionNetwork) -> onnx.ModelProto:
    """Return the network as an ONNX model with the inputs of the core's ``MotionModel``."""
    film = GraphBuilder("film")
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
    last = [film.node("Reshape", name, [-1]) for name in ("last_face", "last_memory")]
    film.node("Concat", *last, axis=0, into="state_after")
    state = 2 * _FACE + network.hidden
    graph = helper.make_graph(
        film.nodes,
        "motion",
        [
            tensor_info("target", "steps", _FACE),
            tensor_info("emotion", "steps", len(BASIC_EMOTIONS)),
            tensor_info("timing", "steps", 2),
            tensor_info("noise", "steps", NOISE),
            tensor_info("state", state),
        ],
        [tensor_info("weights", "steps", _FACE), tensor_info("state_after", state)],
        initializer=film.constants,
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )


def motion_file_error(network: MotionNetwork, path: Path) -> float:
    """Return how far the weights of a file are from those of its network, at the most.

    They are compared over rollouts of ``CHECKED`` steps, and in the state after each.
    """
    model, error = MotionModel(path), 0.0
    for seed, steps in enumerate(CHECKED):
        rollout = draw_rollout(steps, 1, torch.Generator().manual_seed(seed))
        rows = rollout.target, rollout.emotion, rollout.timing, rollout.noise
        inputs = [*(tensor[:, 0] for tensor in rows), network.rest_state(rollout.start[0])]
        with torch.no_grad():
            expected, expected_state = network(*inputs)
        weights, state = model.advance(*(tensor.numpy() for tensor in inputs))
        for one, other in ((weights, expected), (state[:_FACE], expected_state[:_FACE])):
            error = max(error, float(np.abs(one - other.numpy()).max()))
    return error


def _before_the_loop(film: GraphBuilder) -> list[str]:
    """Compute what depends on the inputs alone and return the names of what the loop reads.

    They are, for each step, the GRU's inputs (1, ``_INPUTS``), the phase features that the control
    outputs read (1, ``PHASE_FEATURES``), the goal with no velocity (2, 52), and the spring's matrix
    (2, 6), which has the gain of the control in it.
    """
    elapsed, remaining = film.split("timing", [1, 1])
    sum_seconds = film.node("Add", elapsed, remaining)
    seconds = film.node("Clip", sum_seconds, motion_network.SHORTEST, motion_network.LONGEST)
    phase = film.node("Min", film.node("Div", elapsed, seconds), 1.0)
    gain = film.node(
        "HardSigmoid", phase, alpha=-1 / motion_network.RELEASE, beta=1 / motion_network.RELEASE
    )

    knots = motion_network.KNOTS
    position = film.node("Mul", phase, float(knots - 1))
    distance = film.node("Abs", film.node("Sub", position, np.arange(knots, dtype=np.float32)))
    hats = film.node("HardSigmoid", distance, alpha=-1.0, beta=1.0)
    scales = film.constant(np.array(motion_network.TIME_SCALES, dtype=np.float32))
    times = film.node("Div", scales, film.node("Add", seconds, scales))
    inputs = film.node("Concat", "target", "emotion", "noise", hats, times, axis=1)
    one = film.node("Add", film.node("Mul", phase, 0.0), 1.0)
    squares = film.node("Mul", "noise", "noise")
    context = film.node("Concat", one, "noise", squares, "emotion", times, axis=1)
    phases = film.node(
        "Mul",
        film.node("Reshape", hats, [-1, knots, 1]),
        film.node("Reshape", context, [-1, 1, motion_network.PHASE_FEATURES // knots]),
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
    held = film.node("Mul", offsets, gain)
    pulled = film.node("Mul", held, motion_network.PULL)
    damped = film.node("Mul", held, film.node("Div", motion_network.DAMPING, rate))
    entries = film.node("Concat", coast, keep, offsets, pulled, damped, axis=1)
    spring = film.node("Gemm", entries, *_spring_layout())
    goal = film.node("Reshape", "target", [-1, 1, _FACE])
    return [
        film.node("Reshape", inputs, [-1, 1, _INPUTS]),
        film.node("Reshape", phases, [-1, 1, motion_network.PHASE_FEATURES]),
        film.node("Pad", goal, [0, 0, 0, 0, 1, 0]),
        film.node("Reshape", spring, [-1, 2, 6]),
    ]


def _spring_layout() -> tuple[np.ndarray, np.ndarray]:
    """Return where each entry goes in the spring's flat matrix, (8, 12), and its constant, (1, 12).

    The entries are coast, keep, and in pairs fall and push: of the spring itself, of the network's
    pull and of its damping. The matrix maps weights, velocity, displacement from the goal,
    velocity, and the last two times the control outputs to the next weights and velocity.
    """
    layout = np.zeros((8, 2, 6), dtype=np.float32)
    constant = np.zeros((2, 6), dtype=np.float32)
    constant[0, 0] = 1
    for row in (0, 1):
        layout[row, row, 1] = 1
        layout[2 + row, row, 2] = layout[4 + row, row, 4] = layout[6 + row, row, 5] = 1
    return layout.reshape(8, 12), constant.reshape(1, 12)


def _one_step(film: GraphBuilder, network: MotionNetwork) -> onnx.GraphProto:
    """Return the body of the loop: face (2, 52) and memory (1, hidden) of one step to the next."""
    hidden = network.hidden
    step = GraphBuilder("step", film.constants)
    gates = _gates(film, network)
    row = step.node("Concat", step.node("Reshape", "face", [1, -1]), "inputs", "memory", axis=1)
    reset = step.node("Sigmoid", step.node("Gemm", row, *gates.reset))
    update = step.node("Sigmoid", step.node("Gemm", row, *gates.update))
    recalled = step.node("Mul", reset, step.node("Gemm", "memory", *gates.recalled))
    new = step.node("Tanh", step.node("Gemm", row, gates.new, recalled))
    kept = step.node("Mul", update, step.node("Sub", "memory", new))
    memory = step.node("Add", new, kept, into="memory_after")

    matrix = film.node("Transpose", array_of(network.control.weight), perm=[1, 0])
    read = step.node("Concat", memory, "phases", axis=1)
    outputs = step.node("Gemm", read, matrix, array_of(network.control.bias)[None])
    least = array_of(motion_network.least_controls())[None]
    controls = step.node("Max", step.node("Tanh", outputs), least)
    controls = step.node("Reshape", controls, [2, -1])
    displacement = step.node("Sub", "face", "goal")
    controlled = step.node("Mul", controls, displacement)
    parts = step.node("Concat", "face", displacement, controlled, axis=0)
    # A spring at rest would for ever lose speed among numbers too small for processors to be quick.
    step.node("Shrink", step.node("MatMul", "spring", parts), lambd=SMALLEST, into="face_after")
    step.node("Identity", "face_after", into="face_out")
    return helper.make_graph(
        step.nodes,
        "step",
        [
            tensor_info("face", 2, _FACE),
            tensor_info("memory", 1, hidden),
            tensor_info("inputs", 1, _INPUTS),
            tensor_info("phases", 1, motion_network.PHASE_FEATURES),
            tensor_info("goal", 2, _FACE),
            tensor_info("spring", 2, 6),
        ],
        [
            tensor_info("face_after", 2, _FACE),
            tensor_info("memory_after", 1, hidden),
            tensor_info("face_out", 2, _FACE),
        ],
    )


@dataclass(frozen=True)
class _Gates:
    """Names of the GRU's matrices and biases, for rows of face, inputs and memory."""

    reset: tuple[str, str]
    update: tuple[str, str]
    recalled: tuple[str, str]  # for the memory alone
    new: str  # its bias is in the rows of the hat functions, which add up to 1


def _gates(film: GraphBuilder, network: MotionNetwork) -> _Gates:
    """Add nodes that lay the GRU's parameters out for the loop.

    The file holds the parameters as they are, which half precision keeps; onnxruntime lays them out
    once, when it loads the file.
    """
    gru, hidden = network.gru, network.hidden
    others = _INPUTS - _FACE - motion_network.TIME_FEATURES
    into = film.node("Transpose", array_of(gru.weight_ih), perm=[1, 0])
    sizes = [_FACE, _FACE, _FACE, others, motion_network.KNOTS, len(motion_network.TIME_SCALES)]
    weights, velocity, displacement, others_rows, hats, times = film.split(into, sizes, axis=0)
    face = [
        film.node("Sub", weights, displacement),
        film.node("Mul", velocity, motion_network.VELOCITY_SCALE),
        displacement,
    ]
    thirds = [hidden] * 3
    rows = [film.split(part, thirds) for part in (*face, others_rows, hats, times)]
    recall = film.node("Transpose", array_of(gru.weight_hh), perm=[1, 0])
    recalls = film.split(recall, thirds)
    bias_into, bias_recall = array_of(gru.bias_ih)[None], array_of(gru.bias_hh)[None]
    reset_bias, update_bias, _ = np.split(bias_into + bias_recall, 3, axis=1)
    for third, recalled in enumerate(recalls[:2]):
        rows_of = [row[third] for row in rows]
        recalls[third] = film.node("Concat", *rows_of, recalled, axis=0)
    new = [row[2] for row in rows]
    new[-2] = film.node("Add", new[-2], bias_into[:, 2 * hidden :])
    together = film.node("Concat", *new, axis=0)
    return _Gates(
        reset=(recalls[0], film.constant(reset_bias)),
        update=(recalls[1], film.constant(update_bias)),
        recalled=(recalls[2], film.constant(bias_recall[:, 2 * hidden :])),
        new=film.node("Pad", together, [0, 0, hidden, 0]),
    )
