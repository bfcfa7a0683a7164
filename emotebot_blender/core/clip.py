# SPDX-License-Identifier: GPL-3.0-or-later
"""A clip: the weights of the 52 channels, frame by frame."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .channels import CHANNELS, INDEX, MIRROR
from .errors import EmoteBotError


@dataclass(frozen=True)
class Clip:
    """Sampled weights of a face.

    Attributes:
        weights: float32, shape (frames, 52), 0 to 1, in the order of ``CHANNELS``.
        fps: frames a second, above 0.
        start: seconds from the beginning of the performance to the first frame.
    """

    weights: NDArray[np.float32]
    fps: float
    start: float = 0.0

    def __post_init__(self) -> None:
        if self.weights.ndim != 2 or self.weights.shape[1] != len(CHANNELS):
            raise EmoteBotError(
                "A clip's weights have the shape (frames, {count}), not {shape}",
                count=len(CHANNELS),
                shape=self.weights.shape,
            )
        if not (math.isfinite(self.fps) and self.fps > 0):
            raise EmoteBotError(
                "Frames a second must be a number above 0, not {fps:g}", fps=self.fps
            )
        if not math.isfinite(self.start):
            raise EmoteBotError("A clip starts at a finite time")

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the last."""
        return max(len(self) - 1, 0) / self.fps

    def times(self) -> NDArray[np.float64]:
        """Return the time of each frame in seconds, float64, shape (frames,)."""
        return self.start + np.arange(len(self)) / self.fps

    def resampled(self, fps: float) -> "Clip":
        """Return the clip at another rate, linear between frames, same start and length."""
        if not (math.isfinite(fps) and fps > 0):
            raise EmoteBotError("Frames a second must be a number above 0, not {fps:g}", fps=fps)
        if fps == self.fps or len(self) == 0:
            return Clip(self.weights, fps, self.start)
        count = math.floor(self.duration * fps + 1e-6) + 1
        position = np.arange(count) * (self.fps / fps)
        before = np.minimum(position.astype(np.intp), len(self) - 1)
        after = np.minimum(before + 1, len(self) - 1)
        part = (position - before).astype(np.float32)[:, None]
        weights = self.weights[before] * (1 - part)
        weights += self.weights[after] * part
        return Clip(weights, fps, self.start)

    def masked(self, names: Iterable[str]) -> "Clip":
        """Return the clip with every channel at 0 but those named."""
        keep = np.zeros(len(CHANNELS), dtype=np.float32)
        for name in names:
            if name not in INDEX:
                raise EmoteBotError(
                    "“{name}” is not one of the {count} channels", name=name, count=len(CHANNELS)
                )
            keep[INDEX[name]] = 1
        return Clip(self.weights * keep, self.fps, self.start)

    def mirrored(self) -> "Clip":
        """Return the clip with left and right exchanged."""
        return Clip(self.weights[:, MIRROR], self.fps, self.start)

    def blended(self, other: "Clip", share: float) -> "Clip":
        """Return this clip with ``share`` (0 to 1) of another of the same rate and length."""
        if other.fps != self.fps or len(other) != len(self):
            raise EmoteBotError("Clips to blend have the same rate and length")
        if not 0 <= share <= 1:
            raise EmoteBotError("A share is a number from 0 to 1, not {share:g}", share=share)
        weights = self.weights * np.float32(1 - share) + other.weights * np.float32(share)
        return Clip(weights, self.fps, self.start)
