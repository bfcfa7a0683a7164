# SPDX-License-Identifier: GPL-3.0-or-later
"""The hold network as an ONNX graph: one ``Scan`` over its steps.

ONNX has a GRU of its own, but it multiplies the inputs of all steps at once, and rows of a large
product may differ in the last bit from a small one. Here every step is computed by itself, so that
a call of one step gives the same bits as a call of many.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import BASIC_EMOTIONS
from emotebot_blender.core.performance.networks import HOLD_NOISE, HoldModel

from .graph_builder import IR_VERSION, OPSET, GraphBuilder, array_of, tensor_info
from .hold_network import HELD_SECONDS, INPUTS, HoldNetwork, event_layout, movement_of
from .hold_training import draw_windows

CHECKED = (1, 2, 40, 150)
"""Steps of the holds by which a file is compared with its network."""

_MOVEMENT = 2 * len(CHANNELS)


def hold_graph(network: HoldNetwork) -> onnx.ModelProto:
    """Return the network as an ONNX model with the inputs of the core's ``HoldModel``."""
    film = GraphBuilder("film")
    is_held = film.node("Cast", film.node("Greater", "held", 0.0), to=TensorProto.FLOAT)
    share = film.node("Div", "held", film.node("Add", "held", HELD_SECONDS))
    inputs = film.node("Concat", "noise", "emotion", is_held, share, axis=1)
    film.node("Reshape", inputs, [-1, 1, INPUTS], into="rows")
    film.node("Reshape", "state", [1, network.hidden], into="start")
    film.nodes.append(
        helper.make_node(
            "Scan",
            ["start", "rows"],
            ["last", "movements"],
            body=_one_step(film, network),
            num_scan_inputs=1,
        )
    )
    film.node("Reshape", "movements", [-1, _MOVEMENT], into="movement")
    film.node("Reshape", "last", [-1], into="state_after")
    graph = helper.make_graph(
        film.nodes,
        "hold",
        [
            tensor_info("noise", "steps", HOLD_NOISE),
            tensor_info("emotion", "steps", len(BASIC_EMOTIONS)),
            tensor_info("held", "steps", 1),
            tensor_info("state", network.hidden),
        ],
        [tensor_info("movement", "steps", _MOVEMENT), tensor_info("state_after", network.hidden)],
        initializer=film.constants,
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )


def hold_file_error(network: HoldNetwork, path: Path) -> float:
    """Return how far the movement of a file is from that of its network, at the most.

    They are compared over holds of ``CHECKED`` steps, and in the state after each.
    """
    model, error = HoldModel(path), 0.0
    for seed, steps in enumerate(CHECKED):
        *rows, _ = next(draw_windows(steps, 1, torch.Generator().manual_seed(seed)))
        with torch.no_grad():
            outputs, state = network(*rows, torch.zeros(1, network.hidden))
        noise, emotion, held = (tensor[:, 0].numpy() for tensor in rows)
        found = model.advance(noise, emotion, held, model.rest_state())
        for one, other in zip(found, (movement_of(outputs)[:, 0], state[0]), strict=True):
            error = max(error, float(np.abs(one - other.numpy()).max()))
    return error


def _one_step(film: GraphBuilder, network: HoldNetwork) -> onnx.GraphProto:
    """Return the body of the loop: memory (1, hidden) of one step to the next (Cho et al. 2014)."""
    gru, hidden = dict(network.gru.named_parameters()), network.hidden
    step = GraphBuilder("step", film.constants)
    given = step.node("Gemm", "inputs", *_gemm(film, gru["weight_ih_l0"], gru["bias_ih_l0"]))
    recalled = step.node("Gemm", "memory", *_gemm(film, gru["weight_hh_l0"], gru["bias_hh_l0"]))
    reset, update, new = step.split(given, [hidden] * 3)
    reset_recalled, update_recalled, new_recalled = step.split(recalled, [hidden] * 3)
    reset = step.node("Sigmoid", step.node("Add", reset, reset_recalled))
    update = step.node("Sigmoid", step.node("Add", update, update_recalled))
    new = step.node("Tanh", step.node("Add", new, step.node("Mul", reset, new_recalled)))
    kept = step.node("Mul", update, step.node("Sub", "memory", new))
    memory = step.node("Add", new, kept, into="memory_after")
    relative, events = network.relative, network.events
    change = step.node("Gemm", memory, *_gemm(film, relative.weight, relative.bias))
    change = step.node("Max", change, np.float32(-1))
    over = step.node("Relu", step.node("Gemm", memory, *_gemm(film, events.weight, events.bias)))
    added = step.node("MatMul", over, array_of(event_layout()))
    step.node("Concat", change, added, axis=1, into="movement_of_step")
    return helper.make_graph(
        step.nodes,
        "step",
        [tensor_info("memory", 1, hidden), tensor_info("inputs", 1, INPUTS)],
        [tensor_info("memory_after", 1, hidden), tensor_info("movement_of_step", 1, _MOVEMENT)],
    )


def _gemm(film: GraphBuilder, weight: torch.Tensor, bias: torch.Tensor) -> tuple[str, np.ndarray]:
    """Return the matrix, laid out for a row of inputs, and the bias of a linear layer."""
    return film.node("Transpose", array_of(weight), perm=[1, 0]), array_of(bias)[None]
