# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a held feeling, laid over a face: the hold network with its noise and its state."""

import copy

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS, INDEX
from .emotion_tables import basic_amounts
from .networks import HOLD_NOISE, MOTION_RATE, HoldModel

OPEN_JAW = 0.25
"""From this weight of ``jawOpen`` on the lips neither press nor roll by themselves."""

CHANGE_SECONDS = 0.3
"""Seconds in which one liveliness gives way to another."""

_FACE = len(CHANNELS)
_LIPS = np.array(
    [
        INDEX[name]
        for name in CHANNELS
        if name.startswith(("mouthPress", "mouthRoll", "mouthShrugLower"))
    ]
)


class HoldMotion:
    """What the hold network makes of the holds of one face.

    Args:
        model: the network.
        liveliness: how much of it is seen, 0 to 1, until ``set_target`` says otherwise.
        seed: whole numbers from 0; the same seed moves the same.
    """

    def __init__(self, model: HoldModel, liveliness: float, *seed: int) -> None:
        self._model = model
        self._noise = np.random.default_rng(seed)
        self._state = model.rest_state()
        self._since = 0
        self._transition = 0.0
        self._before = self._liveliness = liveliness

    def set_target(self, seconds: float, liveliness: float) -> None:
        """Begin a transition: what was held comes to rest, and moves again once it is over.

        Args:
            seconds: that the transition takes.
            liveliness: how much of the hold is seen from now on, 0 to 1.
        """
        self._before = float(self._liveliness_at(np.array(self._since)))
        self._since, self._transition, self._liveliness = 0, seconds, liveliness

    def advance(
        self, weights: NDArray[np.float32], shares: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return the next frames with the life of the hold in them.

        Args:
            weights: float32, shape (steps, 52), what the face does, ``MOTION_RATE`` frames a
                second; left as they are.
            shares: float32, shape (steps, 17), shares times intensity that it shows.

        Returns:
            float32, shape (steps, 52), beyond 0 to 1 here and there; where the liveliness is 0 the
            weights themselves.

        Raises:
            EmoteBotError: the network cannot be run.
        """
        steps = np.arange(self._since + 1, self._since + 1 + len(weights))
        self._since += len(weights)
        if self._before == self._liveliness == 0:
            return weights
        noise = self._noise.standard_normal((len(weights), HOLD_NOISE), dtype=np.float32)
        held = np.maximum(steps / MOTION_RATE - self._transition, 0).astype(np.float32)[:, None]
        emotion = basic_amounts(shares[:, :-1])
        movement, self._state = self._model.advance(noise, emotion, held, self._state)
        relative, added = movement[:, :_FACE], movement[:, _FACE:]
        added[:, _LIPS] *= np.maximum(1 - weights[:, INDEX["jawOpen"], None] / OPEN_JAW, 0)
        liveliness = self._liveliness_at(steps).astype(np.float32)[:, None]
        lively: NDArray[np.float32] = weights + liveliness * (weights * relative + added)
        return lively

    def copy(self) -> "HoldMotion":
        """Return a hold that goes on from here as this one does, each without the other."""
        other = copy.copy(self)  # nothing but the stream is changed in place
        other._noise = copy.deepcopy(self._noise)
        return other

    def _liveliness_at(self, steps: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return how much is seen so many steps after the target was set, shape (steps,)."""
        share = np.minimum(steps / (MOTION_RATE * CHANGE_SECONDS), 1)
        return self._before + share * (self._liveliness - self._before)
