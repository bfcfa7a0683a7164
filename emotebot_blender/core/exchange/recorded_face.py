# SPDX-License-Identifier: GPL-3.0-or-later
"""A recorded face as a file has it, and the clip of even frames that is made of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS
from ..clip import Clip
from ..errors import EmoteBotError
from ..messages import Message, listed

MOST_FRAMES = 2**20
"""Frames of a recording at most: nearly five hours at 60 a second, some 300 MB in memory."""

RATES = (24.0, 25.0, 30.0, 48.0, 50.0, 60.0)
"""Frames a second that cameras and programs use."""

LONGEST = 12.0 * 3600
"""Seconds of a recording at most, as of a sequence."""

_SHORTEST = 1e-6
"""Seconds: time that passes by less from frame to frame stands still."""

_NEAR = 1e-4
"""A measured rate that misses a whole number by no more than this share of it is that one."""

_EVEN = 0.01
"""Frames that lie no further than this share of a step from their even places are even."""


@dataclass(frozen=True)
class RecordedFace:
    """What a file says of a face over time.

    Attributes:
        seconds: of each frame, float64, shape (frames,), one or more; never backwards.
        weights: float32, shape (frames, 52), 0 to 1, in the order of ``CHANNELS``.
        head: turns of the head as a clip has them, float32, shape (frames, 3); None where the file
            says nothing of them.
        shares: as a clip has them, float32, shape (frames, 17); None where the file does not say.
        rate: frames a second, where the file says so; None where its times tell.
        start: seconds from the beginning of the performance to the first frame.
        channels: those that the file has; the others are at 0.
        notes: what of the file is not in it, a sentence each.

    Raises:
        EmoteBotError: there are no frames, or the times stand still, run backwards or go on
            for more than ``LONGEST``.
    """

    seconds: NDArray[np.float64]
    weights: NDArray[np.float32]
    head: NDArray[np.float32] | None = None
    shares: NDArray[np.float32] | None = None
    rate: float | None = None
    start: float = 0.0
    channels: frozenset[str] = frozenset(CHANNELS)
    notes: tuple[Message, ...] = ()

    def __post_init__(self) -> None:
        if not len(self.seconds):
            raise EmoteBotError("The recording has no frames")
        steps = np.diff(self.seconds)
        if len(steps) and not (steps.min() >= 0 and np.median(steps) > _SHORTEST):
            raise EmoteBotError("The time of the recording stands still or runs backwards")
        if self.seconds[-1] - self.seconds[0] > LONGEST:
            raise EmoteBotError(
                "The recording lasts {hours:.1f} hours; {most:g} are the most that is read",
                hours=(self.seconds[-1] - self.seconds[0]) / 3600,
                most=LONGEST / 3600,
            )

    def clip(self) -> Clip:
        """Return the recording in even frames, linear between those of the file.

        Frames that lie evenly stay as they are.

        Raises:
            EmoteBotError: it would have more than ``MOST_FRAMES`` frames.
        """
        rate = self.rate or measured_rate(self.seconds)
        seconds = self.seconds - self.seconds[0]
        count = float(np.floor(seconds[-1] * rate + _EVEN)) + 1
        if count > MOST_FRAMES:
            raise EmoteBotError(
                "The recording has {count:.0f} frames; {most} are the most that is read",
                count=count,
                most=MOST_FRAMES,
            )
        parts = [self.weights, self.head, self.shares]
        if not _are_even(seconds, rate):
            even = np.arange(int(count)) / rate
            parts = [None if part is None else _at(even, seconds, part) for part in parts]
        weights, head, shares = parts
        assert weights is not None
        more = {} if shares is None else {"shares": shares}
        return Clip(weights, rate, self.start, head=head, **more)


def measured_rate(seconds: NDArray[np.float64]) -> float:
    """Return the frames a second of times, a whole number where they miss one by their digits.

    Args:
        seconds: shape (frames,), never backwards; a single one is taken for a phone's.
    """
    if len(seconds) < 2:
        return RATES[-1]
    rate = (len(seconds) - 1) / float(seconds[-1] - seconds[0])
    if not _are_even(seconds, rate):  # frames are missing, or stand closer for a while
        rate = 1 / float(np.median(np.diff(seconds)))
    whole = max(round(rate), 1)
    return float(whole) if abs(rate - whole) <= _NEAR * whole else rate


def _are_even(seconds: NDArray[np.float64], rate: float) -> bool:
    places = (seconds - seconds[0]) * rate
    return bool(np.abs(places - np.arange(len(seconds))).max() <= _EVEN)


def note_missing(channels: frozenset[str]) -> tuple[Message, ...]:
    """Return a sentence on the channels that a file lacks, if there are any.

    Args:
        channels: that it has.
    """
    missing = [name for name in CHANNELS if name not in channels]
    note = "Not in the recording, and left alone: {channels}"
    return (Message(note, channels=listed(missing)),) if missing else ()


def within_range(weights: NDArray[np.float32]) -> tuple[NDArray[np.float32], tuple[Message, ...]]:
    """Return weights from 0 to 1, and a sentence on those that were not, if there are any.

    Args:
        weights: finite, float32, any shape.
    """
    cut = np.clip(weights, 0, 1)
    beyond = int(np.count_nonzero(cut != weights))
    if not beyond:
        return cut, ()
    return cut, (Message("Weights beyond 0 to 1 were cut off: {count}", count=beyond),)


def _at(
    even: NDArray[np.float64], seconds: NDArray[np.float64], part: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the rows of an array at other times, linear between its own."""
    sampled = np.empty((len(even), part.shape[1]), dtype=np.float32)
    for column in range(part.shape[1]):
        sampled[:, column] = np.interp(even, seconds, part[:, column])
    return sampled
