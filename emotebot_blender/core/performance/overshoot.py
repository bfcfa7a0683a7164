# SPDX-License-Identifier: GPL-3.0-or-later
"""How far strong and sudden movements go beyond their target before they settle on it.

A rising channel first aims some hundredths beyond its target. Once it has all but arrived, the aim
goes back smoothly, and the motion network follows it. Animators do so; nobody publishes how far
faces go too far, so that the sizes are choices of ours: ``data/timing`` has the most by emotion,
none for sadness, which sinks, and contempt.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS
from .networks import MOTION_RATE

SLOW, SUDDEN = 2.0, 4.0
"""Largest speed of a channel, in weights a second, up to which it does not overshoot, and from
which on it does so by the most of its emotion."""

ARRIVING = 0.9
"""Share of its displacement from which on a channel's aim goes back to the target."""

SETTLING = 0.3
"""Seconds that this takes, where the transition leaves them."""


@dataclass(frozen=True)
class Overshoot:
    """Where channels aim beyond their target, and when they do no more.

    Attributes:
        beyond: float32, shape (52,), weights beyond the target, from 0.
        start: float64, shape (52,), seconds from which on the aim goes back.
        end: float64, shape (52,), seconds at which it is the target, from ``start``.
    """

    beyond: NDArray[np.float32]
    start: NDArray[np.float64]
    end: NDArray[np.float64]

    @classmethod
    def none(cls) -> "Overshoot":
        """Return that of a movement that arrives without any."""
        still = np.zeros(len(CHANNELS))
        return cls(still.astype(np.float32), still, still)

    @classmethod
    def of(
        cls,
        path: NDArray[np.float32],
        target: NDArray[np.float32],
        channels: NDArray[np.bool_],
        most: float,
        shares: NDArray[np.float64],
    ) -> "Overshoot":
        """Return that of a movement, from the way that the network has of itself.

        Args:
            path: shape (steps + 1, 52), from the start to the end of the transition.
            target: shape (52,).
            channels: bool, shape (52,), those that may overshoot.
            most: share of its displacement by which a channel goes beyond it at the most.
            shares: shape (52,), of its time on that way that each channel takes.
        """
        displacement = target - path[0]
        seconds = (len(path) - 1) / MOTION_RATE
        speed = np.diff(path, axis=0).max(axis=0) * MOTION_RATE / shares
        reached = path - path[0] >= ARRIVING * displacement
        start = np.where(reached.any(axis=0), reached.argmax(axis=0), len(path) - 1) / MOTION_RATE
        start = np.minimum(start * shares, seconds)
        end = np.minimum(start + SETTLING, seconds)
        sudden = np.clip((speed - SLOW) / (SUDDEN - SLOW), 0, 1) * (end - start) / SETTLING
        beyond = np.where(channels & (displacement > 0), most * sudden * displacement, 0)
        return cls(np.clip(beyond, 0, 1 - target).astype(np.float32), start, end)

    def at(self, elapsed: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return by how much each channel aims beyond its target, float32, shape (steps, 52).

        Args:
            elapsed: shape (steps,), seconds since the start of the transition.
        """
        left = self.end - elapsed[:, None]
        # Nothing but sums and products: the same bits for one step as for many
        part = np.clip(left / np.maximum(self.end - self.start, 1 / MOTION_RATE), 0, 1)
        smooth: NDArray[np.float32] = (part * part * (3 - 2 * part)).astype(np.float32)
        return self.beyond * smooth
