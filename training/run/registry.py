# SPDX-License-Identifier: GPL-3.0-or-later
"""The networks that can be trained: one entry is all that a further one needs here.

Training, export, installation and the options of the command go by these entries.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
from torch import nn

from emotebot_blender.core.performance.networks import ExpressionModel, HoldModel, MotionModel

from ..expression.expression_graph import expression_file_error, expression_graph
from ..expression.expression_network import ExpressionConfig
from ..expression.expression_training import train_expression
from ..motion.hold_graph import hold_file_error, hold_graph
from ..motion.hold_network import HoldConfig
from ..motion.hold_training import train_hold
from ..motion.motion_graph import motion_file_error, motion_graph
from ..motion.motion_network import MotionConfig
from ..motion.motion_training import train_motion

_EXPRESSIONS = (
    "drawn from published frequencies of facial action units (Du, Tao & Martinez 2014; Lucey et "
    "al. 2010, CK+) and on coefficients measured with MediaPipe on: Face Research Lab London Set, "
    "DeBruine & Jones 2017, doi:10.6084/m9.figshare.5047666, CC BY 4.0; CREMA-D, Cao et al. 2014, "
    "made available under the Open Database License, opendatacommons.org/licenses/odbl/1.0, its "
    "contents under the Database Contents License."
)


@dataclass(frozen=True)
class RegisteredNetwork:
    """A network that can be trained, exported and installed.

    Attributes:
        name: of the option, of its files and of its kind in the file's metadata.
        config: dataclass of its architecture and training, with a ``seed`` and a ``smoke()``.
        train: takes a config, a progress callback, the process group, a callback for rows of the
            curve, and collections of measured faces; returns the trained network.
        graph: gives the trained network as an ONNX model.
        file_error: gives the largest distance, in weights, of a file from its network.
        emotions: that it knows, in the order of its input.
        notice: what it was trained on, for the file's licence.
    """

    name: str
    config: Any
    train: Callable[..., nn.Module]
    graph: Callable[[Any], onnx.ModelProto]
    file_error: Callable[[Any, Path], float]
    emotions: tuple[str, ...]
    notice: str

    @property
    def file_name(self) -> str:
        """The name of its file, in a run and where it is installed."""
        return f"{self.name}.onnx"


NETWORKS: dict[str, RegisteredNetwork] = {
    network.name: network
    for network in (
        RegisteredNetwork(
            name="expression",
            config=ExpressionConfig,
            train=train_expression,
            graph=expression_graph,
            file_error=expression_file_error,
            emotions=ExpressionModel.emotions,
            notice=f"Trained on expressions {_EXPRESSIONS}",
        ),
        RegisteredNetwork(
            name="motion",
            config=MotionConfig,
            train=train_motion,
            graph=motion_graph,
            file_error=motion_file_error,
            emotions=MotionModel.emotions,
            notice="Trained on transitions built from published onset and offset times of "
            "spontaneous expressions (CAS(ME)², SAMM Long Videos) and, against a discriminator, on "
            "brows and lids of four clips of CREMA-D. The transitions lead from and to expressions "
            + _EXPRESSIONS,
        ),
        RegisteredNetwork(
            name="hold",
            config=HoldConfig,
            train=train_hold,
            graph=hold_graph,
            file_error=hold_file_error,
            emotions=HoldModel.emotions,
            notice="Trained on holds drawn by chance, with figures like those of recordings of one "
            "adult; no recording is in it.",
        ),
    )
}
