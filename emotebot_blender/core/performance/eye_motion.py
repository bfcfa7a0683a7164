# SPDX-License-Identifier: GPL-3.0-or-later
"""Blinks and gaze: what the eyes of a living face do besides the expression.

Both are events drawn from a seed and laid over the motion at 60 Hz. Frames may be asked for one
by one or by the thousand; the eyes do the same. Lids and brows go with the gaze, as ``eyelids`` has
it.

With a target the gaze is on it for most of the time: a shift leads away from it and, soon, the next
one back. How often and how far is as the feeling has its shifts.

``data/eyes/rates.csv`` has one row for each emotion at full intensity: ``blinks`` and gaze
``shifts`` a minute, the standard deviation of the gaze about its middle in degrees, sideways and
upward, how far ``aside`` and ``up`` its middle is, and where that is from. A mixture has the mean
of the rows by its shares. Aside is to where the head turns.
"""

import copy
import math
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..channels import INDEX
from ..emotions import BASIC_EMOTIONS, EMOTIONS, NEUTRAL, Feeling
from .emotion_tables import mean_row, read_emotion_table
from .eyelids import BLINK, DEGREES_AT_FULL, WIDE, follow_gaze
from .gaze_target import GazeTarget
from .networks import MOTION_RATE

TABLE = Path(__file__).resolve().parents[2] / "data" / "eyes" / "rates.csv"

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

FURTHEST_DEGREES = 8.0
"""No saccade leads further from the middle of the gaze than this, to any side."""

AVERTING_DEGREES = 4.0
"""Where a change of feeling moves the middle of the gaze by more, the next shift comes with it."""

AVERTING_SECONDS = (0.1, 0.4)
"""Range of the time from the beginning of a change to that shift. Both are choices of ours."""

CONTACT_WAITS = 2.0
"""Time that the gaze stays on a target, over that between two shifts of a feeling without one. At
rest that is 3.2 s; people like contact of 3.3 s (Binetti et al. 2016)."""

GLANCE_WAITS = 0.35
"""Time that it stays away, over the same. This and the two below are choices of ours."""

GLANCE_SECONDS = 1.0
"""It stays away no longer than this."""

GLANCE_SIZE = 2.5
"""How far it goes away from a target, over how far it goes from straight ahead without one."""

FURTHEST_GLANCE = 16.0
"""Degrees that it goes away from a target at most, to any side."""

CLOSED = 0.5
"""Lids of an expression that are further down than this count as closed: no blink starts."""

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
class EyeRates:
    """How often eyes blink and look elsewhere in a feeling, and where.

    Attributes:
        blinks: a minute.
        shifts: of the gaze, a minute.
        spread: standard deviation of the gaze in degrees, sideways and upward, shape (2,).
        middle: of the gaze, degrees to the face's left and up, shape (2,).
    """

    blinks: float
    shifts: float
    spread: NDArray[np.float64]
    middle: NDArray[np.float64]

    @classmethod
    def of(cls, feeling: Feeling, side: float = 1.0) -> "EyeRates":
        """Return the rates of a feeling: the mean row by its shares, as of ``mean_row``.

        Args:
            feeling: whose shares count.
            side: to which the gaze goes aside: 1 to the face's left, -1 to its right.
        """
        blinks, shifts, sideways, upward, aside, up = mean_row(feeling, _table()).tolist()
        return cls(blinks, shifts, np.array([sideways, upward]), np.array([side * aside, up]))


def with_averted_gaze(
    weights: NDArray[np.float32], feeling: Feeling, side: float
) -> NDArray[np.float32]:
    """Return an expression whose eyes rest where the further emotions in it look.

    The basic ones, which look ahead or nearly so, leave the eyes as they are.

    Args:
        weights: float32, shape (52,).
        feeling: what is shown.
        side: to which the gaze goes aside: 1 to the face's left, -1 to its right.
    """
    table = _table().copy()
    table[[name in BASIC_EMOTIONS for name in EMOTIONS]] = 0
    aside, up = mean_row(feeling, table)[4:].tolist()
    looking = weights[None].copy()
    follow_gaze(looking, np.array([up]))
    looking[:, _LOOK] += np.maximum(np.array([[side * aside, up]]) @ _TURNS, 0).astype(np.float32)
    looked: NDArray[np.float32] = looking[0]
    return looked


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
    origin: tuple[float, float]  # degrees to the face's left, degrees up; from a target if any
    goal: tuple[float, float]
    aim: tuple[float, float] | None  # of the goal, in deviations from the middle; None: the target


class Eyes:
    """The blinks and the gaze of one face through one performance.

    Args:
        seed: whole numbers from 0; the same seed blinks and looks the same.
        target: what the eyes look at; None for straight ahead and about.
    """

    def __init__(self, *seed: int, target: GazeTarget | None = None) -> None:
        # One stream each, for the order in which they are drawn depends on the frames asked for
        streams = np.random.default_rng(seed).spawn(3)
        self._blinking, self._looking, self._changing = streams
        self._target = target
        self._step = 0
        self._rates = EyeRates.of(Feeling(NEUTRAL, 0.0))
        self._opened = -math.inf  # second at which the last blink was over
        self._blink = self._next_blink(0.0)
        self._open = True  # whether the lids were open when the blink began
        aim = (0.0, 0.0) if target is None else None
        self._saccade = _Saccade(0.0, 0.01, (0.0, 0.0), (0.0, 0.0), aim)
        self._next = self._next_saccade()

    def follow(self, turns: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the turns of a head on the next frames that goes along to the target, if any.

        Args:
            turns: without that, as ``head_motion`` has them, float32, shape (frames, 3).
        """
        return turns if self._target is None else self._target.follow(self._step + 1, turns)

    def advance(
        self, weights: NDArray[np.float32], turns: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Return the next frames with blinks and gaze laid over them.

        Blinks and a gaze that goes down close the lids further than the expression has them, a
        blink takes the widening of the eyes away, and it does not start where the expression has
        them closed. A gaze with a target takes the place of what gaze the expression has.

        Args:
            weights: float32, shape (frames, 52), at ``MOTION_RATE`` frames a second.
            turns: of the head on them, as ``follow`` returns them; None where it stays straight.

        Returns:
            float32, shape (frames, 52); the argument is left as it is.
        """
        expression, weights = weights, weights.copy()
        first = self._step + 1
        times = np.arange(self._step + 1, self._step + 1 + len(weights)) / MOTION_RATE
        self._step += len(weights)
        gaze = self._gaze(times)
        if self._target is not None:
            turns = np.zeros((len(weights), 3), dtype=np.float32) if turns is None else turns
            gaze = gaze + self._target.directions(first, turns)
            gaze = gaze.clip(-DEGREES_AT_FULL, DEGREES_AT_FULL)
            weights[:, _LOOK] = 0
        follow_gaze(weights, gaze[:, 1])
        closure = self._closure(times, expression)[:, None]
        if closure.any():
            weights[:, WIDE] *= np.maximum(1 - 3 * closure, 0)
            weights[:, BLINK] += (1 - weights[:, BLINK]) * closure
        weights[:, _LOOK] += np.maximum(gaze @ _TURNS, 0)
        return weights

    def set_feeling(self, feeling: Feeling, size: float, side: float = 1.0) -> None:
        """Blink and look from now on as in a feeling.

        Where the expression changes much, the next blink comes now more often than not, and else
        the next shift of the gaze; where a feeling looks elsewhere, the shift comes as well. No
        more of them come into being than were due later. No blink comes where one is under way, has
        just been or is due at once.

        Args:
            feeling: what is felt next.
            size: of the change of the expression that begins, from 0 up.
            side: to which the head turns with it: 1 to the face's left, -1 to its right.
        """
        before, self._rates = self._rates, EyeRates.of(feeling, side)
        now = self._step / MOTION_RATE
        if self._blink.start > now:
            wait = (self._blink.start - now) * before.blinks / self._rates.blinks
            self._blink = replace(self._blink, start=now + wait)
        wait = (self._next.start - now) * before.shifts / self._rates.shifts
        self._next = self._aimed(now + wait, self._next.aim)
        chance, delay = self._changing.random(), self._changing.uniform(*CHANGE_DELAY_SECONDS)
        start = now + delay
        if math.dist(before.middle, self._rates.middle) > AVERTING_DEGREES:
            # The same draw once more, over a range of its own: no stream goes on for it
            first, last = AVERTING_SECONDS
            averted = now + first + (last - first) * delay / CHANGE_DELAY_SECONDS[1]
            self._next = self._aimed(min(averted, self._next.start), self._next.aim)
        if size < LARGE_CHANGE:
            return
        if chance >= BLINK_AT_CHANGE_SHARE:
            self._next = self._aimed(min(start, self._next.start), self._next.aim)
        elif start < self._blink.start and start - self._opened >= REST_SECONDS:
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
                self._open = bool(weights[first, BLINK].mean() < CLOSED)
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
                self._next = self._next_saccade()
            done = end
        return gaze

    def _next_blink(self, after: float) -> _Blink:
        start = after + _interval(self._blinking, 60 / self._rates.blinks)
        closing = self._blinking.uniform(*CLOSING_SECONDS)
        is_complete = self._blinking.random() >= INCOMPLETE_SHARE
        return _Blink(start, closing, 1.0 if is_complete else self._blinking.uniform(0.5, 0.9))

    def _next_saccade(self) -> _Saccade:
        wait = _interval(self._looking, 60 / self._rates.shifts)
        sideways, upward = self._looking.standard_normal(2).tolist()
        aim: tuple[float, float] | None = (sideways, upward)
        if self._target is not None:
            is_away = self._saccade.aim is not None
            wait = min(wait * GLANCE_WAITS, GLANCE_SECONDS) if is_away else wait * CONTACT_WAITS
            aim = None if is_away else aim
        return self._aimed(self._saccade.start + self._saccade.duration + wait, aim)

    def _aimed(self, start: float, aim: tuple[float, float] | None) -> _Saccade:
        """Return the saccade after the present one, from a second on, to where an aim leads."""
        goal = (0.0, 0.0)
        if aim is not None:
            middle, degrees = self._rates.middle, self._rates.spread * aim
            if self._target is None:
                degrees = middle + degrees.clip(-FURTHEST_DEGREES, FURTHEST_DEGREES)
            else:
                degrees = (middle + degrees) * GLANCE_SIZE
                degrees = degrees.clip(-FURTHEST_GLANCE, FURTHEST_GLANCE)
            goal = tuple(degrees.tolist())
        origin, start = self._saccade.goal, max(start, self._saccade.start + self._saccade.duration)
        # Main sequence: Bahill, Clark & Stark 1975
        return _Saccade(start, 0.022 + 0.0022 * math.dist(goal, origin), origin, goal, aim)


@cache
def _table() -> NDArray[np.float64]:
    """Return the rates, shape (16, 6), in the order of ``EMOTIONS``."""
    columns = ("blinks", "shifts", "side_spread", "up_spread", "aside", "up")
    return read_emotion_table(TABLE, columns)


def _interval(random: np.random.Generator, mean: float) -> float:
    """Return a time of the given mean, log-normal."""
    return float(random.lognormal(math.log(mean) - INTERVAL_SIGMA**2 / 2, INTERVAL_SIGMA))


def ease(phase: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the smooth step from 0 to 1 while the phase goes from 0 to 1."""
    phase = np.clip(phase, 0, 1)
    return phase * phase * (3 - 2 * phase)
