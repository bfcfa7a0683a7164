# SPDX-License-Identifier: GPL-3.0-or-later
"""Blinks and gaze: what the eyes of a living face do besides the expression.

Both are events drawn from a seed and laid over the motion at 60 Hz. Frames may be asked for one
by one or by the thousand; the eyes do the same.
"""

import copy
import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..channels import INDEX
from .networks import MOTION_RATE

BLINKS_A_MINUTE = 17.0
"""At rest. Bentivoglio et al. 1997."""

CLOSING_SECONDS = (0.066, 0.078)
"""Range of the time that the lids take to close."""

OPENING_RATIO = 1.44
"""Opening time over closing time: closing is 40 to 47 % faster. Sforza et al. 2008."""

INTERVAL_SIGMA = 0.6
"""Spread of the logarithm of the time between two blinks or two saccades; a choice of ours."""

INCOMPLETE_SHARE = 0.25
"""Share of blinks that stop half-way. Many do (Sforza et al. 2008); the number is our choice."""

LARGE_CHANGE = 0.8
"""Size of a change of expression, as of ``face_motion.Change``, from which on it may blink."""

BLINK_AT_CHANGE_SHARE = 0.6
"""Share of large changes at which the eyes blink. That blinks go with large changes of gaze and of
what is thought is well known; this number, and the two below, are choices of ours."""

CHANGE_DELAY_SECONDS = (0.0, 0.1)
"""Range of the time from the beginning of a change to its blink, which is over before new brows are
up."""

REST_SECONDS = 0.6
"""Seconds since the last blink before which a change brings none."""

SACCADE_INTERVAL_SECONDS = 1.6
"""Mean time between two saccades of a face that rests its eyes on someone; a choice of ours."""

GAZE_SPREAD_DEGREES = (3.0, 1.6)
"""Standard deviation of the gaze about its middle, sideways and upward; a choice of ours."""

DEGREES_AT_FULL = 30.0
"""Turn of the eye at a weight of 1."""

CLOSED = 0.5
"""Lids of an expression that are further down than this count as closed: no blink starts."""

_BLINK = np.array([INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]])
_WIDE = np.array([INDEX["eyeWideLeft"], INDEX["eyeWideRight"]])
_LOOK = np.array(
    [
        INDEX[f"eyeLook{direction}{side}"]
        for direction, side in (
            *(("Out", "Left"), ("In", "Right"), ("In", "Left"), ("Out", "Right")),
            *(("Up", "Left"), ("Up", "Right"), ("Down", "Left"), ("Down", "Right")),
        )
    ]
)
_TURNS = np.array([[1, 1, -1, -1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1, -1, -1]]) / DEGREES_AT_FULL
"""Shape (2, 8): weights of the channels of ``_LOOK`` for a degree to the face's left, and up."""


@dataclass(frozen=True)
class _Blink:
    """A blink: the lids close to a depth, and open more slowly."""

    start: float  # seconds
    closing: float  # seconds
    depth: float  # 0 to 1

    @property
    def end(self) -> float:
        """Second at which the lids are open again."""
        return self.start + self.closing * (1 + OPENING_RATIO)

    def closure(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far the lids are closed at some seconds, 0 to 1, float64, shape (frames,)."""
        closing = (times - self.start) / self.closing
        opening = (times - self.start - self.closing) / (self.closing * OPENING_RATIO)
        return self.depth * (ease(closing) - ease(opening))


@dataclass(frozen=True)
class _Saccade:
    """A quick turn of both eyes."""

    start: float  # seconds
    duration: float  # seconds
    origin: tuple[float, float]  # degrees to the face's left, degrees up
    goal: tuple[float, float]


class Eyes:
    """The blinks and the gaze of one face through one performance.

    Args:
        seed: whole numbers from 0; the same seed blinks and looks the same.
    """

    def __init__(self, *seed: int) -> None:
        # One stream each, for the order in which they are drawn depends on the frames asked for
        streams = np.random.default_rng(seed).spawn(3)
        self._blinking, self._looking, self._changing = streams
        self._step = 0
        self._opened = -math.inf  # second at which the last blink was over
        self._blink = self._next_blink(0.0)
        self._open = True  # whether the lids were open when the blink began
        self._saccade = _Saccade(0.0, 0.01, (0.0, 0.0), (0.0, 0.0))
        self._next = self._next_saccade(self._saccade)

    def advance(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the next frames with blinks and gaze laid over them.

        The lids are never further open than the expression has them, a blink takes the widening
        of the eyes away, and it does not start where the expression has them closed.

        Args:
            weights: float32, shape (frames, 52), at ``MOTION_RATE`` frames a second.

        Returns:
            float32, shape (frames, 52); the argument is left as it is.
        """
        weights = weights.copy()
        times = np.arange(self._step + 1, self._step + 1 + len(weights)) / MOTION_RATE
        self._step += len(weights)
        closure = self._closure(times, weights)[:, None]
        if closure.any():
            weights[:, _WIDE] *= np.maximum(1 - 3 * closure, 0)
            weights[:, _BLINK] += (1 - weights[:, _BLINK]) * closure
        weights[:, _LOOK] += np.maximum(self._gaze(times) @ _TURNS, 0)
        return weights

    def change_expression(self, size: float) -> None:
        """Let the next blink come now, more often than not, where the expression changes much.

        No blink more comes into being than one that was due later; none comes where one is under
        way, has just been or is due at once.

        Args:
            size: of the change that begins, from 0 up.
        """
        chance, delay = self._changing.random(), self._changing.uniform(*CHANGE_DELAY_SECONDS)
        start = self._step / MOTION_RATE + delay
        if (
            size >= LARGE_CHANGE
            and chance < BLINK_AT_CHANGE_SHARE
            and start < self._blink.start
            and start - self._opened >= REST_SECONDS
        ):
            self._blink = replace(self._blink, start=start)

    def copy(self) -> "Eyes":
        """Return eyes that go on from here as these do, each without the other."""
        other = copy.copy(self)  # nothing but the streams is changed in place
        other._blinking = copy.deepcopy(self._blinking)
        other._looking = copy.deepcopy(self._looking)
        other._changing = copy.deepcopy(self._changing)
        return other

    def _closure(
        self, times: NDArray[np.float64], weights: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        closure = np.zeros(len(times), dtype=np.float32)
        while len(times) and self._blink.start < times[-1]:
            blink = self._blink
            first = int(np.searchsorted(times, blink.start, side="right"))
            if times[0] - 1 / MOTION_RATE <= blink.start:
                self._open = bool(weights[first, _BLINK].mean() < CLOSED)
            last = int(np.searchsorted(times, blink.end))
            if self._open:
                closure[first:last] = blink.closure(times[first:last])
            if blink.end > times[-1]:
                break
            self._opened = blink.end
            self._blink = self._next_blink(blink.end)
        return closure

    def _gaze(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        gaze = np.empty((len(times), 2))
        done = 0
        while done < len(times):
            saccade = self._saccade
            end = int(np.searchsorted(times, self._next.start, side="right"))
            part = ease((times[done:end] - saccade.start) / saccade.duration)
            origin, goal = np.array((saccade.origin, saccade.goal))
            gaze[done:end] = origin + part[:, None] * (goal - origin)
            if end < len(times):
                self._saccade = self._next
                self._next = self._next_saccade(self._saccade)
            done = end
        return gaze

    def _next_blink(self, after: float) -> _Blink:
        start = after + _interval(self._blinking, 60 / BLINKS_A_MINUTE)
        closing = self._blinking.uniform(*CLOSING_SECONDS)
        is_complete = self._blinking.random() >= INCOMPLETE_SHARE
        return _Blink(start, closing, 1.0 if is_complete else self._blinking.uniform(0.5, 0.9))

    def _next_saccade(self, last: _Saccade) -> _Saccade:
        start = last.start + last.duration + _interval(self._looking, SACCADE_INTERVAL_SECONDS)
        goal = tuple(self._looking.normal(0.0, GAZE_SPREAD_DEGREES).clip(-8, 8).tolist())
        amplitude = math.dist(goal, last.goal)
        # Main sequence: Bahill, Clark & Stark 1975
        return _Saccade(start, 0.022 + 0.0022 * amplitude, last.goal, goal)


def _interval(random: np.random.Generator, mean: float) -> float:
    """Return a time of the given mean, log-normal."""
    return float(random.lognormal(math.log(mean) - INTERVAL_SIGMA**2 / 2, INTERVAL_SIGMA))


def ease(phase: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the smooth step from 0 to 1 while the phase goes from 0 to 1."""
    phase = np.clip(phase, 0, 1)
    return phase * phase * (3 - 2 * phase)
