# SPDX-License-Identifier: GPL-3.0-or-later
"""The shares of emotions on the way from one target of a face to the next.

A share moves as the face does. Of the way d from the weights w0, where a target was given, to that
target, a face at w has made the part p = d·(w - w0) / d·d, held from 0 to 1: its projection on the
way. Shares that rise follow the channels that rise, those that fall the channels that fall, as
these leave at a time of their own; where no channel does, all of them count. A share is then
s0 + p (s1 - s0). Lids and gaze are left out, as they live a life of their own.
"""

import numpy as np
from numpy.typing import NDArray

from ..emotions import SHARES
from .face_motion import TIMED
from .networks import MOTION_RATE

_NO_WAY = 1e-3
"""Length of a way, in weights, that is none: shares take the time of the transition then."""


class EmotionPath:
    """The shares that a moving face shows.

    Args:
        shares: float32, shape (17,), in the order of ``SHARES``: those at the start; None for none.

    Attributes:
        shares: float32, shape (17,): those of the last frame.
    """

    def __init__(self, shares: NDArray[np.float32] | None = None) -> None:
        self.shares = np.zeros(len(SHARES), dtype=np.float32) if shares is None else shares
        self._elapsed, self._steps = 0, 1.0
        self._weights = self._way = np.zeros(len(TIMED), dtype=np.float32)
        self._from = self._to = self.shares

    def set_target(
        self,
        weights: NDArray[np.float32],
        target: NDArray[np.float32],
        shares: NDArray[np.float32],
        seconds: float,
    ) -> None:
        """Begin the way to other shares.

        Args:
            weights: float32, shape (52,), where the face is.
            target: float32, shape (52,), where it goes.
            shares: float32, shape (17,), that it shows there.
            seconds: until it is there.
        """
        self._weights, self._way = weights, np.where(TIMED, target - weights, 0)
        self._from, self._to = self.shares, shares
        self._elapsed, self._steps = 0, max(seconds * MOTION_RATE, 1.0)

    def follow(self, path: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the shares on the next frames, float32, shape (steps, 17).

        Args:
            path: float32, shape (steps, 52), what the face does, ``MOTION_RATE`` frames a second.
        """
        change = self._to - self._from
        falling, rising = self._made(path, self._way < 0), self._made(path, self._way > 0)
        shares: NDArray[np.float32] = (
            self._from + np.where(change < 0, falling[:, None], rising[:, None]) * change
        )
        self._elapsed += len(path)
        if len(shares):
            self.shares = shares[-1]
        return shares

    def _made(self, path: NDArray[np.float32], channels: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Return which part of their way channels have made on each frame, float32 (steps,)."""
        for own in (channels, self._way != 0):
            way = np.where(own, self._way, 0).astype(np.float32)
            length = np.float32((way * way).sum())
            if length > _NO_WAY**2:
                made = ((path - self._weights) * way).sum(axis=1) / length
                break
        else:
            elapsed = self._elapsed + 1 + np.arange(len(path), dtype=np.float32)
            made = elapsed / np.float32(self._steps)
        return np.asarray(np.clip(made, 0, 1))
