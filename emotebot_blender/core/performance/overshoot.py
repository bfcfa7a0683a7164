# SPDX-License-Identifier: GPL-3.0-or-later
"""How far strong and sudden movements go beyond their target before they settle on it.

A rising channel goes further by some hundredths, the more the further it has come. Once it has all
but arrived, it smoothly gives them back. Animators do so; nobody publishes how far faces go too
far, so that the sizes are choices of ours: ``data/timing`` has the most by emotion, none for
sadness, which sinks, and contempt.
"""

import numpy as np
from numpy.typing import NDArray

from .networks import MOTION_RATE

SLOW, SUDDEN = 2.0, 4.0
"""Largest speed of a channel, in weights a second, up to which it does not overshoot, and from
which on it does so by the most of its emotion."""

ARRIVING = 0.9
"""Share of its displacement from which on a channel goes back to its target."""

SETTLING = 0.3
"""Seconds that this takes; where the transition does not leave them, the channel goes less far."""

_NO_WAY = 1e-6  # of a weight


class Overshoot:
    """What a moving face adds to its way, from target to target.

    Args:
        channels: bool, shape (52,), those that may overshoot.

    Attributes:
        added: float32, shape (52,), to the weights of the last frame.
        speeds: float32, shape (52,), by which that has just grown, in weights a second.
    """

    def __init__(self, channels: NDArray[np.bool_]) -> None:
        self._channels = channels
        still = np.zeros(len(channels), dtype=np.float32)
        self.set_target(still, still, 0.0, 0.0)

    def set_target(
        self,
        weights: NDArray[np.float32],
        target: NDArray[np.float32],
        most: float,
        seconds: float,
    ) -> None:
        """Begin a way.

        Args:
            weights: float32, shape (52,), where the face is.
            target: float32, shape (52,).
            most: share of its displacement by which a channel goes beyond it at the most.
            seconds: until all have settled.
        """
        self._start = self._last = weights
        self._displacement = np.where(self._channels, np.maximum(target - weights, 0), 0)
        self._most = np.minimum(np.float32(most) * self._displacement, 1 - target)
        self._seconds, self._elapsed = seconds, 0
        self._fastest = self.added = self.speeds = np.zeros_like(weights)
        self._back = np.full(weights.shape, np.inf)

    def follow(self, path: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what is added on the next frames, float32, shape (steps, 52).

        Args:
            path: float32, shape (steps, 52), the way without it, ``MOTION_RATE`` frames a second.
        """
        is_over = self._elapsed > self._seconds * MOTION_RATE + 1
        if is_over or not (len(path) and self._most.any()):
            return np.zeros_like(path)
        elapsed = (self._elapsed + 1 + np.arange(len(path))[:, None]) / MOTION_RATE
        speeds = np.diff(np.concatenate([self._last[None], path]), axis=0) * MOTION_RATE
        fastest = np.maximum.accumulate(np.concatenate([self._fastest[None], speeds]))[1:]
        made = (path - self._start) / np.maximum(self._displacement, _NO_WAY)
        arrived = np.where(made >= ARRIVING, elapsed + SETTLING, np.inf)
        back = np.minimum.accumulate(np.concatenate([self._back[None], arrived]))[1:]
        left = (np.minimum(back, self._seconds) - elapsed) / SETTLING
        sudden = np.clip((fastest - SLOW) / (SUDDEN - SLOW), 0, 1)
        added: NDArray[np.float32] = (self._most * sudden * _smooth(made) * _smooth(left)).astype(
            np.float32
        )
        grown = np.diff(np.concatenate([self.added[None], added]), axis=0) * MOTION_RATE
        self._elapsed += len(path)
        self._last, self._fastest, self._back = path[-1], fastest[-1], back[-1]
        self.added, self.speeds = added[-1], grown[-1]
        return added


def _smooth(share: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return a share, held from 0 to 1, that leaves 0 and reaches 1 without a jolt."""
    part = np.clip(share, 0, 1)
    smooth: NDArray[np.floating] = part * part * (3 - 2 * part)
    return smooth
