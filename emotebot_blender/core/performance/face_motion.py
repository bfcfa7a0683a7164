# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of a face to its target, part by part: no old mouth under new brows.

The motion network learned from expressions that rise from a neutral face and fall back to it, where
what falls takes the time of a release, twice that of brows, and the jaw arrives last. Where one
feeling gives way to another, brows of the new one stood so above the mouth of the old. At such a
change the same network therefore moves some channels in less time than the others: those that
leave, and the mouth and the jaw where they arrive long after the brows. How much less is seen from
trying the whole way out first. From neutral and back to it everything moves as the network has it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS, REGIONS
from ..emotions import EMOTIONS
from .networks import MOTION_RATE, MotionModel

LEAST_CHANGE = 0.3
"""Length of what falls, and of what rises, from which on one expression gives way to another."""

GONE_SHARE = 0.77
"""Share of its way that what leaves has made when what arrives first is half there: as the network
has it, less than a quarter. A choice of ours; leaving still sooner would jolt."""

LARGEST_DELAY = 1 / 24
"""Seconds by which mouth and jaw are half there after the brows at the most; a choice of ours. The
raised brows and the dropped jaw of surprise come nearly at once."""

LARGEST_JOLT = 1.6
"""Weights a second by which a channel's speed changes in a step because of that at the most: onsets
from neutral change by up to 3. It goes with the inverse square of the time."""

LARGEST_BROW_SHARE = 1.4
"""Share of their time that new brows are slowed to at the most, where an old mouth cannot leave
sooner without a jolt."""

TRIED_SHARE = 0.75
"""Share of the way that is tried out: by then nearly all of it is done."""

SHORTEST_SHARE, SHORTEST_SECONDS = 0.3, 0.25
"""Least part of the time of the whole way that channels are given, and least seconds of a longer
way: they leave soon, but do not jump."""

TIMED = np.array([not name.startswith(("eyeLook", "eyeBlink")) for name in CHANNELS])
"""Which channels have a way of their own to an expression, bool (52,): all but lids and gaze."""

_FACE = len(CHANNELS)
_BROWS = np.array([name in REGIONS["brow"] for name in CHANNELS])
_MOUTH, _JAW = (np.array([name in REGIONS[part] for name in CHANNELS]) for part in ("mouth", "jaw"))
_SPOKEN = _MOUTH | _JAW
_COUNTS = 0.05  # of a weight: smaller ways are not seen


@dataclass(frozen=True)
class Change:
    """What one expression loses and gains on the way to another.

    Attributes:
        leaving: length of what falls, lids and gaze left out, in weights.
        arriving: length of what rises.
    """

    leaving: float
    arriving: float

    @classmethod
    def of(cls, displacement: NDArray[np.float32]) -> "Change":
        """Return the change of a face, from the weights of its target less its own, (52,)."""
        ways = np.where(TIMED, displacement, 0)
        fall, rise = np.minimum(ways, 0), np.maximum(ways, 0)
        return cls(float(np.linalg.norm(fall)), float(np.linalg.norm(rise)))

    @property
    def size(self) -> float:
        """The lesser of both: 0 where nothing but rises or falls."""
        return min(self.leaving, self.arriving)


@dataclass(frozen=True)
class _Part:
    """Channels that the network moves in a time of their own.

    Attributes:
        channels: bool, shape (52,).
        seconds: from the start until they are to arrive.
        state: of the network, which moves the whole face in that time.
    """

    channels: NDArray[np.bool_]
    seconds: float
    state: NDArray[np.float32]

    @property
    def due(self) -> int:
        """Steps from the start after which they have arrived."""
        return math.ceil(self.seconds * MOTION_RATE)


class FaceMotion:
    """A face that the motion network moves from target to target, without its eyes' own life.

    Args:
        model: the network.
        weights: float32, shape (52,), where the face rests; None for neutral.
    """

    def __init__(self, model: MotionModel, weights: NDArray[np.float32] | None = None) -> None:
        self._model = model
        whole = _Part(np.ones(_FACE, dtype=bool), 0.0, model.rest_state(weights))
        self._parts: tuple[_Part, ...] = (whole,)
        sizes = (len(EMOTIONS), model.sizes["noise"])
        still = [np.zeros(size, dtype=np.float32) for size in sizes]
        self._given: tuple[NDArray[np.float32], ...] = (whole.state[:_FACE], *still)
        self._elapsed = 0

    @property
    def weights(self) -> NDArray[np.float32]:
        """Where the face is, float32, shape (52,)."""
        return self._state[:_FACE]

    @property
    def _state(self) -> NDArray[np.float32]:
        return _merged(self._parts[0], self._parts[1:])

    def set_target(
        self,
        target: NDArray[np.float32],
        emotions: NDArray[np.float32],
        noise: NDArray[np.float32],
        seconds: float,
    ) -> None:
        """Give the face a target, which it moves to from wherever it is.

        Args:
            target: float32, shape (52,).
            emotions: float32, shape (8,), its shares times its intensity.
            noise: float32, shape (``sizes["noise"]``,), which way among many.
            seconds: until all of the face has arrived.
        """
        state = self._state
        self._given = (target, emotions, noise)
        self._elapsed = 0
        whole = _Part(np.ones(_FACE, dtype=bool), seconds, state)
        self._parts = (whole,)
        displacement = target - state[:_FACE]
        if Change.of(displacement).size >= LEAST_CHANGE:
            path, _ = self._moved(whole, max(round(TRIED_SHARE * whole.due), 2))
            path = np.concatenate([state[None, :_FACE], path])
            least = max(SHORTEST_SHARE * seconds, min(SHORTEST_SECONDS, seconds))
            speeds = np.diff(path, axis=0) * MOTION_RATE
            speeds = np.concatenate([state[None, _FACE : 2 * _FACE], speeds])
            jolts = np.abs(np.diff(speeds, axis=0)).max(axis=0)
            for channels, share in _shares(path, displacement, jolts):
                self._parts += (_Part(channels, max(share * seconds, least), state),)

    def advance(self, steps: int) -> NDArray[np.float32]:
        """Return the next frames, float32, shape (steps, 52), ``MOTION_RATE`` a second.

        Raises:
            EmoteBotError: the network cannot be run.
        """
        path = np.zeros((steps, _FACE), dtype=np.float32)
        done = 0
        while done < steps:
            self._join_arrived()
            dues = [part.due - self._elapsed for part in self._parts[1:]]
            until = min([done + steps_left for steps_left in dues] + [steps])
            parts = []
            for part in self._parts:
                moved, state = self._moved(part, until - done)
                path[done:until, part.channels] = moved[:, part.channels]
                parts.append(replace(part, state=state))
            self._parts = tuple(parts)
            self._elapsed += until - done
            done = until
        return path

    def _join_arrived(self) -> None:
        """Give channels that have arrived in a time of their own back to the whole face."""
        arrived = [part for part in self._parts[1:] if part.due <= self._elapsed]
        if arrived:
            left = [part for part in self._parts[1:] if part.due > self._elapsed]
            whole = replace(self._parts[0], state=_merged(self._parts[0], arrived))
            self._parts = (whole, *left)

    def _moved(self, part: _Part, steps: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the next frames of a part's face, shape (steps, 52), and the state after them."""
        elapsed = np.arange(self._elapsed, self._elapsed + steps) / MOTION_RATE
        remaining = np.maximum(part.seconds - elapsed, 0)
        target, emotions, noise = (np.tile(given, (steps, 1)) for given in self._given)
        timing = np.stack([elapsed, remaining], axis=1).astype(np.float32)
        return self._model.advance(target, emotions, timing, noise, part.state)


def _merged(whole: _Part, parts: Sequence[_Part]) -> NDArray[np.float32]:
    """Return the state of a whole face in which some channels are as parts have them."""
    state = whole.state.copy()
    for part in parts:
        channels = np.flatnonzero(part.channels)
        for own in (channels, channels + _FACE):
            state[own] = part.state[own]
    return state


def _shares(
    path: NDArray[np.float32], displacement: NDArray[np.float32], jolts: NDArray[np.float32]
) -> list[tuple[NDArray[np.bool_], float]]:
    """Return channels that are to take another time than the whole, each with the share of it.

    Args:
        path: shape (steps + 1, 52), the way as the network has it.
        displacement: shape (52,), of the target from its first row.
        jolts: shape (52,), the largest change of each channel's speed in a step of that way, in
            weights a second.
    """

    def sooner(channels: NDArray[np.bool_], now: float, then: float) -> float:
        """Return the share in which channels come to a point that they reach now at then."""
        smoothest = math.sqrt(float(jolts[channels].max()) / LARGEST_JOLT)
        return min(max(then / max(now, 1.0), smoothest), 1.0)

    ways = np.where(TIMED & (np.abs(displacement) > _COUNTS), displacement, 0)
    brows = _BROWS & (ways > 0)
    has_brows = float(ways[brows].sum()) >= LEAST_CHANGE
    half = _steps_until(path, ways, brows if has_brows else ways > 0, 0.5)
    leaving = displacement < 0
    gone = max(_steps_until(path, ways, leaving & part, GONE_SHARE) for part in (_SPOKEN, ~_SPOKEN))
    shares = [(leaving, sooner(leaving, gone, half))]
    if has_brows and gone * shares[0][1] > half:
        room = (len(path) - 1) / _steps_until(path, ways, brows, 0.95)
        slowed = max(min(gone * shares[0][1] / half, LARGEST_BROW_SHARE, room), 1.0)
        shares.append((brows, slowed))
        half *= slowed
    for part in (_MOUTH, _JAW):
        arriving = part & (displacement > 0)
        if arriving.any():
            reached = _steps_until(path, ways, arriving, 0.5)
            shares.append((arriving, sooner(arriving, reached, half + LARGEST_DELAY * MOTION_RATE)))
    return [(channels, share) for channels, share in shares if share != 1.0]


def _steps_until(
    path: NDArray[np.float32],
    ways: NDArray[np.float32],
    channels: NDArray[np.bool_],
    level: float,
) -> float:
    """Return after how many steps channels together have made a share of their way.

    Args:
        path: shape (steps + 1, 52).
        ways: shape (52,), how far each has to go from its first row; 0 where it does not count.
        channels: bool, shape (52,); 0 steps where none of them counts.
        level: the share.
    """
    whole = np.abs(ways[channels]).sum()
    if whole == 0:
        return 0.0
    done = (path - path[0])[:, channels] @ np.sign(ways[channels]) / whole
    after = int(np.argmax(done >= level)) if (done >= level).any() else len(done) - 1
    before = max(after - 1, 0)
    part = (level - done[before]) / max(done[after] - done[before], 1e-6)
    return before + float(np.clip(part, 0, 1))
