# SPDX-License-Identifier: GPL-3.0-or-later
"""The networks: the expression generator, the motion model and the hold model, as ONNX files.

Each file says in its metadata what it is; nothing is run before that has been checked.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS
from ..emotions import BASIC_EMOTIONS, EMOTIONS
from ..errors import EmoteBotError
from ..onnx_graph.graph_values import FLOAT
from ..onnx_graph.numpy_runner import LARGEST_INPUT
from ..onnx_graph.onnx_file import OnnxFile, read_onnx_file
from ..onnx_runner import open_session, run_session

FOLDER = Path(__file__).resolve().parents[2] / "data" / "models"
METADATA_KEY = "emotebot"
FORMAT = 1
"""Version of the agreement between the networks and this file: inputs, outputs, metadata."""

MOTION_RATE = 60
"""Steps a second of the motion model and of the hold model."""

HOLD_NOISE = 14
"""Numbers of noise that the hold model takes at each step."""

MOST_ROWS = 4096
"""Rows of a call at most; more of them go through a network in several calls."""

_REQUIRED = {
    "kind": str,
    "format": int,
    "version": str,
    "channels": list,
    "emotions": list,
    "licence": str,
    "training_run": str,
}
"""What the metadata says, and of which type."""


class Network:
    """An ONNX network that says what it is.

    Attributes:
        path: the file.
        metadata: what the file says of itself: kind, format, version, channels, emotions,
            licence, training_run.

    Raises:
        EmoteBotError: the file is missing, is no ONNX network, is another kind of network, or was
            made for other channels, emotions or a newer EmoteBot.
    """

    kind: ClassVar[str]
    emotions: ClassVar[tuple[str, ...]] = BASIC_EMOTIONS
    """The emotions that it knows, in the order of its input ``emotion``."""
    inputs: ClassVar[dict[str, int | None]]
    """Name of each input to the size of its last axis; None where the network may choose."""
    output: ClassVar[int]
    """Numbers that it gives for each row."""
    least_state: ClassVar[int] = 0
    """Numbers of a state that have a meaning."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        file = read_onnx_file(self.path)
        self.metadata = _read_metadata(file)
        self._check_metadata()
        self.sizes = self._checked_sizes(file)
        self._session = open_session(file)
        states = [(self.sizes["state"],)] if "state" in self.sizes else []
        if self._session.outputs != [(-1, self.output), *states]:
            raise EmoteBotError(
                "{path} gives other numbers than a network for {kind}",
                path=self.path,
                kind=self.kind,
            )

    def _check_metadata(self) -> None:
        if self.metadata["kind"] != self.kind:
            raise EmoteBotError(
                "{path} is a network for {kind}, not {expected}",
                path=self.path,
                kind=str(self.metadata["kind"]),
                expected=self.kind,
            )
        if self.metadata["format"] != FORMAT:
            raise EmoteBotError(
                "{path} has model format {format}; this EmoteBot reads {expected}",
                path=self.path,
                format=str(self.metadata["format"]),
                expected=FORMAT,
            )
        if tuple(self.metadata["channels"]) != CHANNELS:
            raise EmoteBotError(
                "{path} was trained for other channels than the 52 of a face", path=self.path
            )
        if tuple(self.metadata["emotions"]) != self.emotions:
            raise EmoteBotError(
                "{path} was trained for other emotions than {emotions}",
                path=self.path,
                emotions=self.emotions,
            )

    def _checked_sizes(self, file: OnnxFile) -> dict[str, int]:
        """Return the name of each input with the size of its last axis."""
        given = {argument.name: argument for argument in file.inputs()}
        sizes = {}
        for name, size in self.inputs.items():
            argument = given.pop(name, None)
            shape = argument.shape if argument is not None and argument.dtype == FLOAT else None
            fits = shape is not None and len(shape) == (1 if name == "state" else 2)
            last = shape[-1] if shape and fits else None
            least = self.least_state if name == "state" else 1
            if (
                last is None
                or not least <= last <= LARGEST_INPUT
                or (shape and shape[:-1] not in ((), (None,)))
                or (size is not None and last != size)
            ):
                raise EmoteBotError(
                    "{path} has no fitting input “{name}”", path=self.path, name=name
                )
            sizes[name] = last
        if given:
            raise EmoteBotError(
                "{path} has an input “{name}”, which EmoteBot does not give",
                path=self.path,
                name=next(iter(given)),
            )
        return sizes

    def _run(self, feeds: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """Return the outputs, for ``MOST_ROWS`` rows at a time.

        Raises:
            EmoteBotError: the network cannot be run, or gives numbers that are not finite.
        """
        rows = len(next(iter(feeds.values())))
        if rows <= MOST_ROWS:
            return run_session(self._session, feeds)
        pieces, states = [], [feeds["state"]] if "state" in feeds else []
        rowed = {name: array for name, array in feeds.items() if name != "state"}
        for first in range(0, rows, MOST_ROWS):
            part = {name: each[first : first + MOST_ROWS] for name, each in rowed.items()}
            state = dict(zip(["state"], states, strict=False))
            piece, *states = run_session(self._session, part | state)
            pieces.append(piece)
        return [np.concatenate(pieces), *states]


class ExpressionModel(Network):
    """The expression generator: what a feeling looks like at its apex."""

    kind = "expression"
    emotions: ClassVar = EMOTIONS
    output: ClassVar = len(CHANNELS)
    inputs: ClassVar = {"emotion": len(EMOTIONS), "intensity": 1, "character": None, "take": None}

    def predict(
        self,
        emotion: NDArray[np.float32],
        intensity: NDArray[np.float32],
        identity: NDArray[np.float32],
        take: NDArray[np.float32],
    ) -> NDArray[np.float32]:
        """Return the apex of each feeling.

        Args:
            emotion: float32, shape (n, 16), shares that add up to 1.
            intensity: float32, shape (n, 1), 0 to 1; 0 gives exactly the neutral face.
            identity: float32, shape (n, ``sizes["character"]``), standard normal, the identity
                latent: one person's way to show feelings, the same throughout a performance.
            take: float32, shape (n, ``sizes["take"]``), standard normal; one for each take.

        Returns:
            float32, shape (n, 52), 0 to 1.

        Raises:
            EmoteBotError: the network cannot be run, for want of memory for example.
        """
        feeds = {"emotion": emotion, "intensity": intensity, "character": identity, "take": take}
        return self._run(feeds)[0]


class MotionModel(Network):
    """The motion model: the movement from one expression to the next, 60 steps a second."""

    kind = "motion"
    output: ClassVar = len(CHANNELS)
    least_state: ClassVar = 2 * len(CHANNELS)
    inputs: ClassVar = {
        "target": len(CHANNELS),
        "emotion": len(BASIC_EMOTIONS),
        "timing": 2,
        "noise": None,
        "state": None,
    }

    def rest_state(self, weights: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return the state of a face at rest, float32, shape (``sizes["state"]``,).

        Args:
            weights: shape (52,), where it rests; None for the neutral face. A state holds the
                weights first and their velocities second, 52 numbers each.
        """
        state = np.zeros(self.sizes["state"], dtype=np.float32)
        if weights is not None:
            state[: len(CHANNELS)] = weights
        return state

    def advance(
        self,
        target: NDArray[np.float32],
        emotion: NDArray[np.float32],
        timing: NDArray[np.float32],
        noise: NDArray[np.float32],
        state: NDArray[np.float32],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Advance the face by as many steps as there are rows.

        One call with many rows equals many calls with one row, each fed the state of the last.

        Args:
            target: float32, shape (steps, 52), the expression to arrive at.
            emotion: float32, shape (steps, 8), its ``basic_amounts``.
            timing: float32, shape (steps, 2), seconds since the start of the transition and
                seconds left until its apex; neither below 0.
            noise: float32, shape (steps, ``sizes["noise"]``), standard normal, held through one
                transition; other noise is another movement to the same target.
            state: float32, shape (``sizes["state"]``,), from ``rest_state`` or the call before.

        Returns:
            Weights after each step, float32, shape (steps, 52), and the state after the last.

        Raises:
            EmoteBotError: the network cannot be run, for want of memory for example.
        """
        feeds = {
            "target": target,
            "emotion": emotion,
            "timing": timing,
            "noise": noise,
            "state": state,
        }
        weights, after = self._run(feeds)
        return weights, after


class HoldModel(Network):
    """The hold model: what a face does while a feeling lasts, 60 steps a second."""

    kind = "hold"
    output: ClassVar = 2 * len(CHANNELS)
    least_state: ClassVar = 1
    inputs: ClassVar = {
        "noise": HOLD_NOISE,
        "emotion": len(BASIC_EMOTIONS),
        "held": 1,
        "state": None,
    }

    def rest_state(self) -> NDArray[np.float32]:
        """Return the state of a face that has held nothing yet, float32, ``sizes["state"]``."""
        return np.zeros(self.sizes["state"], dtype=np.float32)

    def advance(
        self,
        noise: NDArray[np.float32],
        emotion: NDArray[np.float32],
        held: NDArray[np.float32],
        state: NDArray[np.float32],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Advance the hold by as many steps as there are rows, at a liveliness of 1.

        One call with many rows equals many calls with one row, each fed the state of the last.

        Args:
            noise: float32, shape (steps, ``HOLD_NOISE``), standard normal, new at each step.
            emotion: float32, shape (steps, 8), ``basic_amounts`` of what the face shows.
            held: float32, shape (steps, 1), seconds since the apex, 0 before it.
            state: float32, shape (``sizes["state"]``,), from ``rest_state`` or the call before.

        Returns:
            float32, shape (steps, 104): the change of each channel as a share of its weight, from
            -1, and what is added to it, from 0; and the state after the last step.

        Raises:
            EmoteBotError: the network cannot be run, for want of memory for example.
        """
        feeds = {"noise": noise, "emotion": emotion, "held": held, "state": state}
        movement, after = self._run(feeds)
        return movement, after


@dataclass(frozen=True)
class Networks:
    """The trained networks of a performance."""

    expression: ExpressionModel
    motion: MotionModel
    hold: HoldModel


def load_networks(folder: Path = FOLDER) -> Networks:
    """Return the networks of a folder, checked: ``expression``, ``motion`` and ``hold``, ``.onnx``.

    A folder without a hold model, as earlier trainings left them, is lent EmoteBot's own: it knows
    no expressions, and moves any.

    Raises:
        EmoteBotError: a file is missing, damaged, or not a network for this EmoteBot.
    """
    hold = folder / "hold.onnx"
    return Networks(
        ExpressionModel(folder / "expression.onnx"),
        MotionModel(folder / "motion.onnx"),
        HoldModel(hold if hold.exists() else FOLDER / hold.name),
    )


def _read_metadata(file: OnnxFile) -> dict[str, Any]:
    """Return what a file says of itself.

    Raises:
        EmoteBotError: nothing, or of another form than EmoteBot's networks do.
    """
    text = file.metadata.get(METADATA_KEY)
    try:
        metadata = json.loads(text) if text is not None else None
    except (ValueError, RecursionError):
        metadata = None
    fits = isinstance(metadata, dict) and all(
        type(metadata.get(key)) is kind for key, kind in _REQUIRED.items()
    )
    if metadata is None or not fits or not metadata["kind"].isprintable():
        raise EmoteBotError("{path} is not a network made for EmoteBot", path=file.path)
    return {key: metadata[key] for key in _REQUIRED}
