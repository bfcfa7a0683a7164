# SPDX-License-Identifier: GPL-3.0-or-later
"""The eight emotions, mixtures of them, and a feeling: a mixture with an intensity."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import EmoteBotError

EMOTIONS: tuple[str, ...] = (
    "happiness",
    "sadness",
    "surprise",
    "anger",
    "fear",
    "disgust",
    "contempt",
    "neutral",
)

ROUNDING = 1e-6
"""The shares of a mixture may miss 1 by as much as this."""


@dataclass(frozen=True)
class Mixture:
    """Shares of the eight emotions.

    Attributes:
        shares: eight numbers from 0 to 1 in the order of ``EMOTIONS``, adding up to 1.
    """

    shares: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.shares) != len(EMOTIONS):
            raise EmoteBotError(f"A mixture has {len(EMOTIONS)} shares, not {len(self.shares)}")
        if not all(math.isfinite(share) and share >= 0 for share in self.shares):
            raise EmoteBotError("The shares of a mixture are numbers from 0 to 1")
        if abs(sum(self.shares) - 1) > ROUNDING:
            raise EmoteBotError(f"The shares of a mixture add up to 1, not {sum(self.shares):g}")

    @classmethod
    def of(cls, amounts: Mapping[str, float]) -> "Mixture":
        """Return the mixture with shares in proportion to the amounts.

        Args:
            amounts: emotion name to an amount above or equal 0; absent emotions have none.

        Raises:
            EmoteBotError: an unknown emotion, a negative or endless amount, or nothing at all.
        """
        unknown = [name for name in amounts if name not in EMOTIONS]
        if unknown:
            raise EmoteBotError(
                f"“{unknown[0]}” is not one of the eight emotions: {', '.join(EMOTIONS)}"
            )
        if not all(math.isfinite(amount) and amount >= 0 for amount in amounts.values()):
            raise EmoteBotError("The amounts of a mixture are numbers from 0 up")
        total = sum(amounts.values())
        if total == 0:
            raise EmoteBotError("A mixture needs at least one emotion with an amount above 0")
        if abs(total - 1) <= ROUNDING:
            total = 1.0  # shares that already add up stay as they were written, to the bit
        return cls(tuple(float(amounts.get(name, 0.0)) / total for name in EMOTIONS))

    def amounts(self) -> dict[str, float]:
        """Return emotion name to share for the emotions that have one, in fixed order."""
        return {name: share for name, share in zip(EMOTIONS, self.shares, strict=True) if share > 0}

    def vector(self) -> NDArray[np.float32]:
        """Return the shares as float32, shape (8,)."""
        return np.array(self.shares, dtype=np.float32)

    def dominant(self) -> str:
        """Return the emotion with the largest share, the first of equals."""
        return EMOTIONS[self.shares.index(max(self.shares))]


NEUTRAL = Mixture.of({"neutral": 1.0})


@dataclass(frozen=True)
class Feeling:
    """A mixture of emotions felt with an intensity from 0 (neutral face) to 1 (the strongest)."""

    mixture: Mixture
    intensity: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.intensity) and 0 <= self.intensity <= 1):
            raise EmoteBotError(f"An intensity is a number from 0 to 1, not {self.intensity:g}")
