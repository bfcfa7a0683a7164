# SPDX-License-Identifier: GPL-3.0-or-later
"""The expression network as an ONNX graph, by torch's exporter.

The exporter is the one over TorchScript (``dynamo=False``). The newer one gives the same weights,
to 3e-7 both, and a file that is 6 % larger (741 KiB for 700, before halving); it takes 3.7 s
instead of .3 and needs onnxscript and onnx-ir besides. A call for one face takes 52 µs instead of
59.
"""

import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch

from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.performance.networks import ExpressionModel

from .expression_network import Generator

OPSET = 17

CHECKED = (1, 7, 64)
"""Faces in the calls by which a file is compared with its network."""


def expression_graph(generator: Generator) -> onnx.ModelProto:
    """Return the generator as an ONNX model with the inputs of the core's ``ExpressionModel``."""
    names = list(ExpressionModel.inputs)
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="emotebot-") as folder:
        file = Path(folder) / "expression.onnx"
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            generator,
            next(_inputs(generator, (5,))),
            str(file),
            input_names=names,
            output_names=["weights"],
            dynamic_axes={name: {0: "n"} for name in [*names, "weights"]},
            opset_version=OPSET,
            dynamo=False,
        )
        return onnx.load(file)


def expression_file_error(generator: Generator, path: Path) -> float:
    """Return how far the weights of a file are from those of its network, at the most."""
    model, error = ExpressionModel(path), 0.0
    for inputs in _inputs(generator, CHECKED):
        with torch.no_grad():
            expected = generator(*inputs).numpy()
        weights = model.predict(*(tensor.numpy() for tensor in inputs))
        error = max(error, float(np.abs(weights - expected).max()))
    return error


def _inputs(generator: Generator, counts: tuple[int, ...]) -> Iterator[tuple[torch.Tensor, ...]]:
    """Yield drawn inputs of the generator, for each count so many feelings and latents."""
    chance = torch.Generator().manual_seed(0)
    for count in counts:
        emotion = torch.rand(count, len(EMOTIONS), generator=chance) ** 3
        yield (
            emotion / emotion.sum(1, keepdim=True),
            torch.rand(count, 1, generator=chance),
            *(torch.randn(count, size, generator=chance) for size in generator.latent_sizes),
        )
