# SPDX-License-Identifier: GPL-3.0-or-later
"""What a performance looks at, and how eyes and head get there together.

The eyes stay on the target while the head turns, as the vestibulo-ocular reflex has them. A target
that is far aside takes the head along: the eyes alone go some 15 degrees (as in Freedman & Sparks
1997), of what lies beyond the head does the greater part, up to where that is still comfortable.
How large these are, and how fast, are choices of ours.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..errors import EmoteBotError
from .eyelids import DEGREES_AT_FULL
from .networks import MOTION_RATE

EYES_ALONE = 15.0
"""Degrees from straight ahead up to which the head stays where it is."""

HEAD_SHARE = 0.75
"""How much the head does of what lies beyond."""

HEAD_DEGREES = (45.0, 25.0)
"""Degrees that the head goes to a side, and up or down, at most."""

HEAD_HALF_LIFE = 0.12
"""Seconds in which the head has done half of its way."""

EYE_SPEED = 300.0
"""Degrees a second that the eyes go at most, as in a large saccade, where a target jumps."""

_ARRIVED = 3.0  # seconds after which eyes and head have come to what does not move any more

Angles = tuple[float, float]
"""Degrees to the face's left, and up."""


@dataclass(frozen=True, eq=False)
class GazeTarget:
    """Where the target of a gaze is, seen from the head as it is held without the performance.

    Points are along the face's left, up and forward, in any unit, from the point that the head
    turns about.

    Attributes:
        points: of the target, float64, shape (frames, 3), one frame or more, finite,
            ``MOTION_RATE`` a second from second 0 of the performance; the last one stays.
        eyes: the point between the eyes, shape (3,).
        head: how much of the turns of a performance the head does, from 0.

    Raises:
        EmoteBotError: points of another shape, or endless ones.
    """

    points: NDArray[np.float64]
    eyes: tuple[float, float, float] = (0.0, 0.0, 0.0)
    head: float = 1.0

    def __post_init__(self) -> None:
        is_right = self.points.ndim == 2 and self.points.shape[1] == 3 and len(self.points) > 0
        if not is_right or not np.isfinite(self.points).all():
            raise EmoteBotError(
                "The points that a gaze follows are finite and have the shape (frames, 3), "
                "not ({shape})",
                shape=self.points.shape,
            )

    def __eq__(self, other: object) -> bool:
        """Return whether another target is at the same points, seen from the same head."""
        if not isinstance(other, GazeTarget):
            return NotImplemented
        same = (self.eyes, self.head) == (other.eyes, other.head)
        return same and np.array_equal(self.points, other.points)

    __hash__ = None  # type: ignore[assignment]  # compared by what arrays hold

    @property
    def unreached(self) -> float:
        """Degrees by which eyes and head together fail to reach the target, at most."""
        missed = 0.0
        for angles in self._wanted:
            for angle, most in zip(angles, HEAD_DEGREES, strict=True):
                reach = DEGREES_AT_FULL + self.head * _by_head(abs(angle), most)
                missed = max(missed, abs(angle) - reach)
        return missed

    def follow(self, first: int, turns: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the turns of a head that goes along to the target.

        Args:
            first: step of the first row, ``MOTION_RATE`` a second.
            turns: pitch, yaw and roll in degrees without that, float32, shape (steps, 3).
        """
        yaw, up = self._rows(self._followed, first, len(turns)).T
        along = np.stack([-up, yaw, np.zeros(len(turns))], axis=1)
        return np.asarray(turns + along, dtype=np.float32)

    def directions(self, first: int, turns: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return where the eyes have to look in a head that is turned, to be on the target.

        Args:
            first: step of the first row.
            turns: of the head, with what ``follow`` adds.

        Returns:
            Degrees to the face's left and up, shape (steps, 2), no further than eyes can.
        """
        points = self._rows(self.points, first, len(turns)).tolist()
        rows = [
            _angles(_seen(point, turn, self.head), self.eyes)
            for point, turn in zip(points, turns.tolist(), strict=True)
        ]
        seen = np.array(rows).reshape(-1, 2) + self._rows(self._lag, first, len(turns))
        return np.clip(seen, -DEGREES_AT_FULL, DEGREES_AT_FULL)

    @cached_property
    def _wanted(self) -> list[Angles]:
        """Where the target is, seen from a head that does not turn, until all has come to rest."""
        angles = [_angles(point, self.eyes) for point in self.points.tolist()]
        return angles + angles[-1:] * round(_ARRIVED * MOTION_RATE)

    @cached_property
    def _lag(self) -> NDArray[np.float64]:
        """Degrees by which the gaze is behind a target that jumps, shape (frames, 2)."""
        most, gaze, rows = EYE_SPEED / MOTION_RATE, (0.0, 0.0), []
        for goal in self._wanted:
            way = math.dist(goal, gaze)
            part = min(most / way, 1.0) if way else 1.0
            gaze = (gaze[0] + part * (goal[0] - gaze[0]), gaze[1] + part * (goal[1] - gaze[1]))
            rows.append((gaze[0] - goal[0], gaze[1] - goal[1]) if part < 1 else (0.0, 0.0))
            gaze = gaze if part < 1 else goal
        return np.array(rows)

    @cached_property
    def _followed(self) -> NDArray[np.float64]:
        """Degrees to the left and up that the head goes along, shape (frames, 2)."""
        rate = 2 * math.log(2) / HEAD_HALF_LIFE
        left = math.exp(-rate / MOTION_RATE)
        columns = []
        for axis, most in enumerate(HEAD_DEGREES):
            at, speed, column = 0.0, 0.0, []
            for angles in self._wanted:
                goal = math.copysign(_by_head(abs(angles[axis]), most), angles[axis])
                offset = at - goal  # a critically damped spring, as in ``head_motion``
                drift = speed + offset * rate
                at = goal + left * (offset + drift / MOTION_RATE)
                speed = left * (speed - rate * drift / MOTION_RATE)
                column.append(at)
            columns.append(column)
        return np.array(columns).T

    def _rows(self, values: NDArray[np.float64], first: int, steps: int) -> NDArray[np.float64]:
        return np.asarray(values[np.minimum(np.arange(first, first + steps), len(values) - 1)])


def _by_head(degrees: float, most: float) -> float:
    """Return how much of an angle from 0 up the head does."""
    return min(max(degrees - EYES_ALONE, 0.0) * HEAD_SHARE, most)


def _angles(point: list[float], eyes: tuple[float, float, float]) -> Angles:
    """Return where a point is seen from the eyes; straight ahead where it is between them."""
    left, up, forward = (own - eye for own, eye in zip(point, eyes, strict=True))
    return math.degrees(math.atan2(left, forward)), math.degrees(
        math.atan2(up, math.hypot(left, forward))
    )


def _seen(point: list[float], turn: list[float], share: float) -> list[float]:
    """Return a point as it is along the axes of a head that has turned.

    Args:
        point: along those of the head before.
        turn: pitch, yaw and roll in degrees, as of ``head_motion``.
        share: of it that is done.
    """
    pitch, yaw, roll = (math.radians(degrees) * share for degrees in turn)
    angle = math.sqrt(pitch * pitch + yaw * yaw + roll * roll)
    if angle == 0:
        return point
    x, y, z = -pitch / angle, -yaw / angle, roll / angle  # the way back
    a, b, c = point
    cosine, sine = math.cos(angle), math.sin(angle)
    along = (x * a + y * b + z * c) * (1 - cosine)
    return [
        a * cosine + (y * c - z * b) * sine + x * along,
        b * cosine + (z * a - x * c) * sine + y * along,
        c * cosine + (x * b - y * a) * sine + z * along,
    ]
