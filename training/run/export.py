# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a trained network as an ONNX file that says what it is, and checks it."""

import json
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.performance import networks

from .registry import RegisteredNetwork

SMALL = 256
"""Constants of fewer numbers are stored as they are."""

TOLERANCE = 1e-5
"""How far a file may be from its network, in weights."""

LICENCE = "GPL-3.0-or-later"

_ROOT = Path(__file__).resolve().parents[2]


class ExportError(Exception):
    """An ONNX file that does not do what its network does; a fault of the export."""


def export_network(
    registered: RegisteredNetwork, network: nn.Module, path: Path, training_run: str
) -> None:
    """Write a network to a file, its parameters in half precision, and check the file.

    Args:
        registered: which network it is.
        network: the trained network; its parameters are rounded to half precision.
        path: the file, ending in ``.onnx``; its folder exists. It is untouched if the check fails.
        training_run: which training made it.

    Raises:
        ExportError: the file gives other weights than the network.
    """
    network = network.eval()
    round_to_half(network)
    with _finished(path) as part:
        _write(registered.graph(network), registered, part, training_run)
        error = registered.file_error(network, part)
        if not error <= TOLERANCE:
            raise ExportError(
                f"{path} is {error:.1e} away from its network, more than {TOLERANCE:.0e}"
            )


def round_to_half(module: nn.Module) -> None:
    """Round a network's parameters to half precision, so that its file holds them in half."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(parameter.half().float())


def _store_as_half(graph: onnx.ModelProto) -> None:
    """Store the larger constants that half precision holds exactly in half precision.

    Each is followed by one node that casts it back, which onnxruntime does once, when it loads the
    file.
    """
    casts = []
    for constant in graph.graph.initializer:
        value = numpy_helper.to_array(constant)
        half = value.astype(np.float16)
        if value.dtype != np.float32 or value.size < SMALL or not (half == value).all():
            continue
        name = constant.name
        constant.CopyFrom(numpy_helper.from_array(half, f"{name}_half"))
        casts.append(helper.make_node("Cast", [constant.name], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.graph.node]
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)


@contextmanager
def _finished(path: Path) -> Iterator[Path]:
    """Yield a file beside the one wanted, which takes its place if all goes well."""
    part = path.with_name(path.name + ".part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write(
    graph: onnx.ModelProto, registered: RegisteredNetwork, path: Path, training_run: str
) -> None:
    """Write a network with its metadata; the same network gives the same bytes."""
    _store_as_half(graph)
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    metadata = {
        "kind": registered.name,
        "format": networks.FORMAT,
        "version": project["version"],
        "channels": CHANNELS,
        "emotions": registered.emotions,
        "licence": f"{LICENCE}. {registered.notice}",
        "training_run": training_run,
    }
    text = json.dumps(metadata, ensure_ascii=False)
    helper.set_model_props(graph, {networks.METADATA_KEY: text})
    graph.producer_name, graph.producer_version = "emotebot", project["version"]
    onnx.checker.check_model(graph, full_check=True)
    path.write_bytes(graph.SerializeToString(deterministic=True))
