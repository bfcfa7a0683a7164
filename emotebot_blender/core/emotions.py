# SPDX-License-Identifier: GPL-3.0-or-later
"""The emotions, mixtures of them, custom expressions, and a feeling.

A feeling is a mixture with an intensity; custom expressions may have a share of it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .channels import CHANNELS
from .errors import EmoteBotError

BASIC_EMOTIONS: tuple[str, ...] = (
    "happiness",
    "sadness",
    "surprise",
    "anger",
    "fear",
    "disgust",
    "contempt",
    "neutral",
)
"""The basic emotions (Ekman) and neutral: those whose movement has been timed, and which the motion
model and the hold model know."""

FURTHER_EMOTIONS: tuple[str, ...] = (
    "boredom",
    "confusion",
    "interest",
    "thinking",
    "tiredness",
    "pain",
    "determination",
    "embarrassment",
)
"""Feelings beyond the basic ones; they have faces of their own, and move as basic ones do."""

EMOTIONS: tuple[str, ...] = (*BASIC_EMOTIONS[:-1], *FURTHER_EMOTIONS, BASIC_EMOTIONS[-1])
"""The names of the emotions in the order of every array of them; ``neutral`` is the last."""

EXPRESSIVE: tuple[str, ...] = EMOTIONS[:-1]
"""Those that move the face."""

SHARES: tuple[str, ...] = (*EMOTIONS, "custom")
"""What a feeling has shares of: the emotions, and custom expressions together, which are the last.
Arrays of shares times an intensity are in this order."""

ROUNDING = 1e-6
"""The shares of a mixture may miss 1 by as much as this."""


@dataclass(frozen=True)
class Mixture:
    """Shares of the emotions.

    Attributes:
        shares: sixteen numbers from 0 to 1 in the order of ``EMOTIONS``, adding up to 1.

    Raises:
        EmoteBotError: another number of shares, or shares that are none.
    """

    shares: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.shares) != len(EMOTIONS):
            raise EmoteBotError(
                "A mixture has {expected} shares, not {count}",
                expected=len(EMOTIONS),
                count=len(self.shares),
            )
        if not all(math.isfinite(share) and share >= 0 for share in self.shares):
            raise EmoteBotError("The shares of a mixture are numbers from 0 to 1")
        if abs(sum(self.shares) - 1) > ROUNDING:
            raise EmoteBotError(
                "The shares of a mixture add up to 1, not {total:g}", total=sum(self.shares)
            )

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
                "“{name}” is not one of the {count} emotions: {emotions}",
                name=unknown[0],
                count=len(EMOTIONS),
                emotions=EMOTIONS,
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
        """Return the shares, float32, shape (16,), in the order of ``EMOTIONS``."""
        return np.array(self.shares, dtype=np.float32)

    def dominant(self) -> str:
        """Return the emotion with the largest share, the first of equals."""
        return EMOTIONS[self.shares.index(max(self.shares))]


NEUTRAL = Mixture.of({"neutral": 1.0})


@dataclass(frozen=True)
class CustomExpression:
    """A face that the user has saved under a word of their own.

    Attributes:
        word: what it is called in scripts.
        weights: 52 numbers from 0 to 1 in the order of ``CHANNELS``, the face at intensity 1.

    Raises:
        EmoteBotError: no word, characters that no file can hold, or weights that are none.
    """

    word: str
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.word.strip():
            raise EmoteBotError("An expression of your own needs a word to call it by")
        if "\0" in self.word or any("\ud800" <= char <= "\udfff" for char in self.word):
            raise EmoteBotError("The word of an expression is text, without broken characters")
        if len(self.weights) != len(CHANNELS):
            raise EmoteBotError(
                "“{word}” needs a weight for each of the {expected} channels, not {count}",
                word=self.word,
                expected=len(CHANNELS),
                count=len(self.weights),
            )
        for name, weight in zip(CHANNELS, self.weights, strict=True):
            if not (math.isfinite(weight) and 0 <= weight <= 1):
                raise EmoteBotError(
                    "The weight of {channel} in “{word}” is a number from 0 to 1, not {weight:g}",
                    channel=name,
                    word=self.word,
                    weight=weight,
                )

    def amounts(self) -> dict[str, float]:
        """Return channel to weight for the channels that have one, in the order of the channels."""
        return {name: w for name, w in zip(CHANNELS, self.weights, strict=True) if w > 0}


@dataclass(frozen=True)
class Feeling:
    """What is felt, and how strongly.

    Attributes:
        mixture: the emotions; ``NEUTRAL`` where custom expressions are all there is.
        intensity: from 0 (neutral face) to 1 (the strongest).
        custom: custom expressions with their shares of the whole, each above 0 and no more than 1
            together; the mixture has the remainder. They are kept in the order of their words, so
            that the same feeling equals itself in whatever order they were given.

    Raises:
        EmoteBotError: an intensity or a share outside its range, an expression that has two
            shares, or emotions where no share is left for them.
    """

    mixture: Mixture
    intensity: float
    custom: tuple[tuple[CustomExpression, float], ...] = ()

    def __post_init__(self) -> None:
        if not (math.isfinite(self.intensity) and 0 <= self.intensity <= 1):
            raise EmoteBotError(
                "An intensity is a number from 0 to 1, not {intensity:g}", intensity=self.intensity
            )
        if not self.custom:
            return
        ordered = sorted(self.custom, key=lambda part: part[0].word)
        object.__setattr__(self, "custom", tuple(ordered))
        if not all(math.isfinite(share) and share > 0 for _, share in self.custom):
            raise EmoteBotError("The share of an expression of your own is a number above 0")
        total = sum(share for _, share in self.custom)
        if total > 1 + ROUNDING:
            raise EmoteBotError(
                "The shares of expressions of your own add up to 1 at most, not {total:g}",
                total=total,
            )
        if len({expression.word for expression, _ in self.custom}) < len(self.custom):
            raise EmoteBotError("An expression of your own has one share of a feeling")
        if self.mixture_share == 0 and self.mixture != NEUTRAL:
            raise EmoteBotError("Expressions of your own leave the emotions no share of a feeling")

    @property
    def mixture_share(self) -> float:
        """Share of the whole that the mixture has, 0 to 1."""
        remainder = 1.0 - sum(share for _, share in self.custom)
        return remainder if remainder > ROUNDING else 0.0

    def shares(self) -> NDArray[np.float32]:
        """Return its shares times its intensity, float32 (17,), in the order of ``SHARES``."""
        mixture = self.mixture.vector() * np.float32(self.intensity * self.mixture_share)
        custom = np.float32(self.intensity * sum(share for _, share in self.custom))
        return np.append(mixture, custom)
