# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the trained networks as ONNX files that say what they are, and checks them.

The expression generator goes through torch's own exporter; the motion network is put together by
hand in ``motion_graph``.
"""

import json
import tomllib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.performance import networks

from ..motion import rollouts
from ..motion.motion_graph import OPSET, motion_graph
from ..motion.motion_network import MotionNetwork

SMALL = 256
"""Constants of fewer numbers are stored as they are."""

TOLERANCE = 1e-5
"""How far a network may be from its ONNX file, in weights."""

LICENCE = "GPL-3.0-or-later"
_FACES = (
    "drawn from published frequencies of facial action units (Du, Tao & Martinez 2014; Lucey et "
    "al. 2010, CK+) and on coefficients measured with MediaPipe on: Face Research Lab London Set, "
    "DeBruine & Jones 2017, doi:10.6084/m9.figshare.5047666, CC BY 4.0; CREMA-D, Cao et al. 2014, "
    "made available under the Open Database License, opendatacommons.org/licenses/odbl/1.0, its "
    "contents under the Database Contents License."
)
NOTICES = {
    "expression": f"Trained on expressions {_FACES}",
    "motion": (
        "Trained on transitions built from published onset and offset times of spontaneous "
        "expressions (CAS(ME)², SAMM Long Videos) and, before a critic, on brows and lids of four "
        f"clips of CREMA-D. The transitions lead from and to expressions {_FACES}"
    ),
}

_ROOT = Path(__file__).resolve().parents[2]
_FACE = len(CHANNELS)


class ExportError(Exception):
    """An ONNX file that does not do what its network does; a fault of the export."""


def export_expression(
    module: nn.Module, path: Path, training_run: str, latents: tuple[int, int] = (8, 8)
) -> None:
    """Write the expression generator to a file and check it.

    Args:
        module: takes emotion (n, 8), intensity (n, 1), character (n, c), take (n, t) and returns
            weights (n, 52).
        path: the file, ending in ``.onnx``; its folder exists.
        training_run: which training made it.
        latents: the sizes c and t.

    Raises:
        ExportError: the file gives other weights than the network.
    """
    module = module.eval()
    round_to_half(module)
    generator = torch.Generator().manual_seed(0)
    example = _expression_inputs(5, latents, generator)
    names = list(networks.ExpressionModel.inputs)
    with _finished(path) as part:
        with warnings.catch_warnings():
            # The newer exporter wants onnxscript as well and writes no smaller file.
            warnings.simplefilter("ignore", DeprecationWarning)
            torch.onnx.export(
                module,
                tuple(example),
                str(part),
                input_names=names,
                output_names=["weights"],
                dynamic_axes={name: {0: "n"} for name in [*names, "weights"]},
                opset_version=OPSET,
                dynamo=False,
            )
        _write(onnx.load(part), "expression", part, training_run)
        loaded = networks.ExpressionModel(part)
        for count in (1, 7, 64):
            inputs = _expression_inputs(count, latents, generator)
            with torch.no_grad():
                expected = module(*inputs).numpy()
            _compare(loaded.predict(*(each.numpy() for each in inputs)), expected, path)


def export_motion(network: MotionNetwork, path: Path, training_run: str) -> None:
    """Write the motion network to a file and check it.

    Args:
        network: trained.
        path: the file, ending in ``.onnx``; its folder exists.
        training_run: which training made it.

    Raises:
        ExportError: the file moves otherwise than the network.
    """
    network = network.eval()
    round_to_half(network)
    with _finished(path) as part:
        _write(motion_graph(network), "motion", part, training_run)
        loaded = networks.MotionModel(part)
        for seed, steps in enumerate((1, 2, 40, 150)):
            lesson = rollouts.draw_lesson(steps, 1, torch.Generator().manual_seed(seed))
            told = [lesson.target, lesson.emotion, lesson.clock, lesson.noise]
            inputs = [each[:, 0] for each in told]
            inputs.append(torch.cat([lesson.start[0], torch.zeros(_FACE + network.hidden)]))
            with torch.no_grad():
                expected = network(*inputs)
            target, emotion, clock, noise, state = (each.numpy() for each in inputs)
            found = loaded.advance(target, emotion, clock, noise, state)
            _compare(found[0], expected[0].numpy(), path)
            _compare(found[1][:_FACE], expected[1][:_FACE].numpy(), path)


def round_to_half(module: nn.Module) -> None:
    """Round a network's parameters to half precision, so that its file holds them in half."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(parameter.half().float())


def _stored_as_half(graph: onnx.ModelProto) -> None:
    """Store the larger constants that half precision holds exactly in half precision.

    Each is followed by one node that makes it whole again, which onnxruntime does once, when it
    loads the file.
    """
    wholes = []
    for constant in graph.graph.initializer:
        value = numpy_helper.to_array(constant)
        half = value.astype(np.float16)
        if value.dtype != np.float32 or value.size < SMALL or not (half == value).all():
            continue
        whole = constant.name
        constant.CopyFrom(numpy_helper.from_array(half, f"{whole}_half"))
        wholes.append(helper.make_node("Cast", [constant.name], [whole], to=TensorProto.FLOAT))
    nodes = [*wholes, *graph.graph.node]
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


def _expression_inputs(
    count: int, latents: tuple[int, int], generator: torch.Generator
) -> list[torch.Tensor]:
    emotion = torch.rand(count, len(EMOTIONS), generator=generator) ** 3
    return [
        emotion / emotion.sum(1, keepdim=True),
        torch.rand(count, 1, generator=generator),
        *(torch.randn(count, size, generator=generator) for size in latents),
    ]


def _compare(found: np.ndarray, expected: np.ndarray, path: Path) -> None:
    apart = float(np.abs(found - expected).max())
    if not apart <= TOLERANCE:
        raise ExportError(f"{path} is {apart:.1e} away from its network, more than {TOLERANCE:.0e}")


def _write(graph: onnx.ModelProto, kind: str, path: Path, training_run: str) -> None:
    """Write a network with what it says of itself; the same network gives the same bytes."""
    _stored_as_half(graph)
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    said = {
        "kind": kind,
        "format": networks.FORMAT,
        "version": project["version"],
        "channels": CHANNELS,
        "emotions": EMOTIONS,
        "licence": f"{LICENCE}. {NOTICES[kind]}",
        "training_run": training_run,
    }
    helper.set_model_props(graph, {networks.METADATA_KEY: json.dumps(said, ensure_ascii=False)})
    graph.producer_name, graph.producer_version = "emotebot", project["version"]
    onnx.checker.check_model(graph, full_check=True)
    path.write_bytes(graph.SerializeToString(deterministic=True))
