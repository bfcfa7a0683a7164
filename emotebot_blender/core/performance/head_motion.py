# SPDX-License-Identifier: GPL-3.0-or-later
"""How the head turns with what is felt: a posture for each feeling, and the way to it.

A turn is pitch, yaw and roll in degrees in the face's own frame, the one that bone conventions
have: what is in front goes down, what is in front goes to the character's left, what is above goes
to the character's left. Neck and head are not told apart. A head that draws back or comes forward
turns along; how far it is moved is left out.

``data/head/postures.csv`` has one row for each emotion at full intensity: its posture in degrees;
``half_life``, seconds in which half of the way is done; ``accent``, the share of the way by which
the head goes too far before it settles; ``interval``, seconds between two small moves while it
lasts; ``sway``, the standard deviation of these in degrees; and how well each row is known. A
mixture has the mean of the rows by its shares.

The way is that of critically damped springs, exact at any time (Holden, "Spring-It-On", 2021).
While a feeling lasts, small moves come in bouts with rests between, and the head goes with the
breath. Frames may be asked for one by one or by the thousand; the head does the same.
"""

import copy
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..emotions import NEUTRAL, Feeling
from .emotion_tables import mean_row, read_emotion_table
from .eye_motion import ease
from .networks import MOTION_RATE

TABLE = Path(__file__).resolve().parents[2] / "data" / "head" / "postures.csv"

ANGLES = ("pitch", "yaw", "roll")
"""The columns of every array of turns, in degrees."""

DELAY_SECONDS = (0.0, 0.15)
"""Range of the time from the beginning of a change to that of the head, a choice of ours. Brows and
mouth set out within it, so that the head leads in some changes and follows in others."""

SIZE_SIGMA = 0.2
"""Spread of the logarithm of how far one change takes the head, a choice of ours."""

SPREAD_DEGREES = (2.5, 2.0, 1.5)
"""Standard deviation of a posture at full intensity about that of the table, a choice of ours."""

DECAY = (0.6, 1.0)
"""Range of the share of a posture that the moves of a hold leave of it: apex to offset takes less
than a second (see ``data/timing``), and what lasts returns to less."""

BOUT_SHARE = 0.5
"""Share of small moves that another one follows at once; both times are choices of ours."""

BOUT_SECONDS = (0.3, 0.8)

BREATH_SECONDS = 3.8
"""Mean time of a breath, some 16 a minute at rest."""

BREATH_DEGREES = (0.2, 0.5)
"""Range of how far the head goes up with a breath, a choice of ours."""

_INHALING = 0.4  # share of a breath
_OVERSHOOT = 3.0  # half-lives after which a head that went too far settles
_SETTLING = 1.6  # half-life of that, and of small moves, over the half-life of a change


@dataclass(frozen=True)
class Posture:
    """How the head is held in a feeling, and how it moves.

    Attributes:
        degrees: pitch, yaw and roll, float64, shape (3,); sides may be the other ones.
        half_life: seconds in which half of the way is done.
        accent: share of the way by which the head goes too far at first.
        interval: seconds between two small moves.
        sway: their standard deviation in degrees.
    """

    degrees: NDArray[np.float64]
    half_life: float
    accent: float
    interval: float
    sway: float

    @classmethod
    def of(cls, feeling: Feeling) -> "Posture":
        """Return the posture of a feeling: the mean row by its shares, as of ``mean_row``."""
        row = mean_row(feeling, _table())
        return cls(row[:3], *row[3:].tolist())


@dataclass(frozen=True)
class _Move:
    """A turn towards a goal, from the step that it starts at."""

    start: int
    goal: NDArray[np.float64]
    half_life: float


class HeadMotion:
    """The turns of one head through one performance.

    Args:
        seed: whole numbers from 0; the same seed turns the head the same.
    """

    def __init__(self, *seed: int) -> None:
        # One stream each, for the order in which they are drawn depends on the frames asked for
        self._changing, self._holding, self._breathing = np.random.default_rng(seed).spawn(3)
        self._step = 0
        self._begin = 0  # step at which the present move started
        self._from = np.zeros((2, 3))  # degrees and degrees a second there
        self._goal = np.zeros(3)
        self._rate = _rate(1.0)
        self._posture = Posture.of(Feeling(NEUTRAL, 0.0))
        self._held = np.zeros(3)
        self._waiting: tuple[_Move, ...] = (self._next_move(0),)
        self._breath = self._next_breath(0.0)

    @property
    def side(self) -> float:
        """To which side the head turns with the feeling: 1 to the face's left, -1 to its right."""
        return math.copysign(1.0, self._held[1])

    def set_target(self, feeling: Feeling, seconds: float) -> None:
        """Start to turn to the posture of a feeling, from wherever the head is now.

        Args:
            feeling: what is felt next.
            seconds: that the face takes to its apex; the head is no slower.
        """
        random, posture = self._changing, Posture.of(feeling)
        sides = np.array([1.0, *random.choice((-1.0, 1.0), 2)])
        spread = random.normal(0.0, SPREAD_DEGREES) * min(feeling.intensity, 1.0)
        size = random.lognormal(0.0, SIZE_SIGMA)
        start = self._step + round(random.uniform(*DELAY_SECONDS) * MOTION_RATE)
        self._posture, self._held = posture, posture.degrees * sides * size + spread
        # A spring has gone 94 % of its way after five half-lives
        half_life = min(posture.half_life, max(seconds, 0.1) / 5 * 2)
        accent = posture.accent * random.uniform(0.5, 1.5)
        beyond = self._held + accent * (self._held - self._state(start)[0])
        settled = start + max(round(_OVERSHOOT * half_life * MOTION_RATE), 1)
        self._waiting = (
            _Move(start, beyond, half_life),
            _Move(settled, self._held, half_life * _SETTLING),
        )

    def advance(self, steps: int) -> NDArray[np.float32]:
        """Return the next turns, float32, shape (steps, 3), ``MOTION_RATE`` a second."""
        first, last = self._step + 1, self._step + steps
        degrees = np.empty((steps, 3))
        done = first
        while done <= last:
            while self._waiting[0].start < done:
                self._begin_move()
            end = min(last, self._waiting[0].start)
            degrees[done - first : end + 1 - first] = self._path(done, end)
            done = end + 1
        self._step = last
        times = np.arange(first, last + 1) / MOTION_RATE
        degrees[:, 0] -= self._breathed(times)
        return degrees.astype(np.float32)

    def copy(self) -> "HeadMotion":
        """Return a head that goes on from here as this one does, each without the other."""
        other = copy.copy(self)  # nothing but the streams is changed in place
        other._changing = copy.deepcopy(self._changing)
        other._holding = copy.deepcopy(self._holding)
        other._breathing = copy.deepcopy(self._breathing)
        return other

    def _begin_move(self) -> None:
        move, *others = self._waiting
        self._from = self._state(move.start)
        self._begin, self._goal, self._rate = move.start, move.goal, _rate(move.half_life)
        self._waiting = tuple(others) or (self._next_move(move.start),)

    def _next_move(self, step: int) -> _Move:
        """Return the small move that follows one that started at a step."""
        random, posture = self._holding, self._posture
        wait = random.uniform(*BOUT_SECONDS)
        if random.random() >= BOUT_SHARE:
            wait += posture.interval * random.lognormal(0.0, 0.4)
        offset = random.normal(0.0, posture.sway, 3) * (1.0, 0.8, 0.8)
        goal = self._held * random.uniform(*DECAY) + offset
        half_life = posture.half_life * _SETTLING * random.uniform(0.8, 1.3)
        return _Move(step + max(round(wait * MOTION_RATE), 1), goal, half_life)

    def _state(self, step: int) -> NDArray[np.float64]:
        """Return degrees and degrees a second of the present move at a step, shape (2, 3)."""
        seconds = (step - self._begin) / MOTION_RATE
        offset = self._from[0] - self._goal
        drift = self._from[1] + offset * self._rate
        left = math.exp(-self._rate * seconds)
        return np.stack(
            [
                self._goal + left * (offset + drift * seconds),
                left * (self._from[1] - self._rate * drift * seconds),
            ]
        )

    def _path(self, first: int, last: int) -> NDArray[np.float64]:
        """Return the degrees of the present move on steps, shape (steps, 3)."""
        seconds = (np.arange(first, last + 1) - self._begin) / MOTION_RATE
        # NumPy's own exponential may differ in the last bit with the length of an array
        left = np.array([math.exp(-self._rate * second) for second in seconds.tolist()])
        offset = self._from[0] - self._goal
        drift = self._from[1] + offset * self._rate
        return np.asarray(self._goal + left[:, None] * (offset + drift * seconds[:, None]))

    def _breathed(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the degrees by which breath has the head up at some seconds, shape (frames,)."""
        raised = np.empty(len(times))
        done = 0
        while done < len(times):
            start, seconds, depth = self._breath
            end = int(np.searchsorted(times, start + seconds, side="right"))
            phase = (times[done:end] - start) / seconds
            up, down = phase / _INHALING, (phase - _INHALING) / (1 - _INHALING)
            raised[done:end] = depth * (ease(up) - ease(down))
            if end < len(times):
                self._breath = self._next_breath(start + seconds)
            done = end
        return raised

    def _next_breath(self, start: float) -> tuple[float, float, float]:
        """Return the second at which a breath starts, its seconds and its degrees."""
        seconds = BREATH_SECONDS * self._breathing.lognormal(0.0, 0.15)
        return start, float(seconds), float(self._breathing.uniform(*BREATH_DEGREES))


@cache
def _table() -> NDArray[np.float64]:
    """Return the postures, shape (16, 7), in the order of ``EMOTIONS``."""
    return read_emotion_table(TABLE, (*ANGLES, "half_life", "accent", "interval", "sway"))


def _rate(half_life: float) -> float:
    """Return the rate of a critically damped spring, 1 / s, as Holden has it."""
    return 2 * math.log(2) / half_life
