# SPDX-License-Identifier: GPL-3.0-or-later
"""A clip: the weights of the 52 channels and what is felt, frame by frame."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .channels import CHANNELS
from .emotions import SHARES
from .errors import EmoteBotError

_CHUNK = 2**16
"""Frames that are resampled at a time, so that little memory is needed beside the result."""


def _no_shares() -> NDArray[np.float32]:
    return np.zeros((0, len(SHARES)), dtype=np.float32)


def custom_shares(frames: int) -> NDArray[np.float32]:
    """Return the shares of weights that no emotion accounts for, float32, shape (frames, 17)."""
    shares = np.zeros((frames, len(SHARES)), dtype=np.float32)
    shares[:, -1] = 1
    return shares


@dataclass(frozen=True)
class Clip:
    """Sampled weights of a face, and the shares of emotions that it shows.

    Attributes:
        weights: float32, shape (frames, 52), 0 to 1, in the order of ``CHANNELS``.
        fps: frames a second, above 0.
        start: seconds from the beginning of the performance to the first frame.
        shares: float32, shape (frames, 17), 0 to 1, in the order of ``SHARES``: how much of each
            emotion, and of custom expressions, the face shows; left out, all is custom.
        head: float32, shape (frames, 3), pitch, yaw and roll of the head in degrees, as
            ``performance.head_motion`` has them; None where nothing is said of it.

    Raises:
        EmoteBotError: an array of another shape, a rate that is none, or an endless start.
    """

    weights: NDArray[np.float32]
    fps: float
    start: float = 0.0
    shares: NDArray[np.float32] = field(default_factory=_no_shares)
    head: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        if self.weights.ndim != 2 or self.weights.shape[1] != len(CHANNELS):
            raise EmoteBotError(
                "A clip's weights have the shape (frames, {count}), not ({shape})",
                count=len(CHANNELS),
                shape=self.weights.shape,
            )
        if not len(self.shares):
            object.__setattr__(self, "shares", custom_shares(len(self.weights)))
        if self.shares.shape != (len(self.weights), len(SHARES)):
            raise EmoteBotError(
                "A clip's shares have the shape ({frames}, {count}), not ({shape})",
                frames=len(self.weights),
                count=len(SHARES),
                shape=self.shares.shape,
            )
        if self.head is not None and self.head.shape != (len(self.weights), 3):
            raise EmoteBotError(
                "The turns of a clip's head have the shape ({frames}, 3), not ({shape})",
                frames=len(self.weights),
                shape=self.head.shape,
            )
        _check_rate(self.fps)
        if not math.isfinite(self.start):
            raise EmoteBotError("A clip starts at a finite time")

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the last."""
        return max(len(self) - 1, 0) / self.fps

    @property
    def has_emotions(self) -> bool:
        """Whether its shares say of any frame what is felt."""
        return not np.array_equal(self.shares, custom_shares(len(self)))

    def times(self) -> NDArray[np.float64]:
        """Return the time of each frame in seconds, float64, shape (frames,)."""
        return self.start + np.arange(len(self)) / self.fps

    def resampled(self, fps: float) -> "Clip":
        """Return the clip at another rate, linear between frames, same start and length.

        At the same rate its arrays are shared.

        Raises:
            EmoteBotError: a rate that is none.
        """
        _check_rate(fps)
        if fps == self.fps or len(self) == 0:
            return Clip(self.weights, fps, self.start, self.shares, self.head)
        count = math.floor(self.duration * fps + 1e-6) + 1
        sources = [self.weights, self.shares, *(() if self.head is None else (self.head,))]
        parts = [np.empty((count, source.shape[1]), dtype=np.float32) for source in sources]
        for begin in range(0, count, _CHUNK):
            chunk = slice(begin, min(begin + _CHUNK, count))
            position = np.arange(chunk.start, chunk.stop) * (self.fps / fps)
            before = np.minimum(position.astype(np.intp), len(self) - 1)
            after = np.minimum(before + 1, len(self) - 1)
            part = (position - before).astype(np.float32)[:, None]
            for target, source in zip(parts, sources, strict=True):
                target[chunk] = source[before] * (1 - part)
                target[chunk] += source[after] * part
        weights, shares, *head = parts
        return Clip(weights, fps, self.start, shares, *head)


def _check_rate(fps: float) -> None:
    if not (math.isfinite(fps) and fps > 0):
        raise EmoteBotError("Frames a second must be a number above 0, not {fps:g}", fps=fps)
