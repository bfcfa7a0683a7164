# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of a face to its target, part by part: no old mouth under new brows.

The motion network learned from expressions that rise from a neutral face and fall back to it, where
what falls takes the time of a release, twice that of brows, and the jaw arrives last. Where one
feeling gives way to another, brows of the new one stood so above the mouth of the old, and what
carries it came late. At such a change the same network therefore moves some channels in less time
than the others (``change_times.py``). How much less is seen from trying the whole way out first.
From neutral and back to it everything moves in the time that the network has. What is strong and
sudden overshoots, wherever it comes from (``overshoot.py``).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS
from ..emotions import BASIC_EMOTIONS
from .change_times import channel_shares
from .emotion_tables import basic_amounts
from .networks import MOTION_RATE, MotionModel
from .overshoot import Overshoot
from .transition_times import carrying_factors, overshoot_share

LEAST_CHANGE = 0.3
"""Length of what falls, and of what rises, from which on one expression gives way to another."""

TIMED = np.array([not name.startswith(("eyeLook", "eyeBlink")) for name in CHANNELS])
"""Which channels have a way of their own to an expression, bool (52,): all but lids and gaze."""

SHORTEST_SHARE, SHORTEST_SECONDS = 0.2, 0.2
"""Least part of the time of the whole way that channels are given, and least seconds of a longer
way: they leave soon, but do not jump."""

_FACE = len(CHANNELS)


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
        sizes = (len(BASIC_EMOTIONS), model.sizes["noise"])
        still = [np.zeros(size, dtype=np.float32) for size in sizes]
        self._given: tuple[NDArray[np.float32], ...] = (whole.state[:_FACE], *still)
        self._overshoot = Overshoot.none()
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
            emotions: float32, shape (16,), its shares times its intensity.
            noise: float32, shape (``sizes["noise"]``,), which way among many.
            seconds: until all of the face has arrived.
        """
        state, emotions = self._state, basic_amounts(emotions)
        self._given = (target, emotions, noise)
        self._elapsed = 0
        whole = _Part(np.ones(_FACE, dtype=bool), seconds, state)
        self._parts = (whole,)
        displacement = target - state[:_FACE]
        changes = Change.of(displacement).size >= LEAST_CHANGE
        most = overshoot_share(emotions)
        self._overshoot = Overshoot.none()
        if not (changes or most):
            return
        path, _ = self._moved(whole, self._inputs(max(whole.due, 2)))
        path = np.concatenate([state[None, :_FACE], path])
        shares = np.ones(_FACE)
        if changes:
            speeds = np.diff(path, axis=0) * MOTION_RATE
            speeds = np.concatenate([state[None, _FACE : 2 * _FACE], speeds])
            jolts = np.abs(np.diff(speeds, axis=0)).max(axis=0)
            shares = channel_shares(path, displacement, jolts, carrying_factors(emotions), TIMED)
            least = min(max(SHORTEST_SHARE * seconds, SHORTEST_SECONDS) / max(seconds, 1e-9), 1.0)
            shares = np.maximum(shares, least)
            for share in np.unique(shares[shares != 1.0]):
                self._parts += (_Part(shares == share, float(share) * seconds, state),)
        self._overshoot = Overshoot.of(path, target, TIMED, most, shares)

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
            parts, inputs = [], self._inputs(until - done)
            for part in self._parts:
                moved, state = self._moved(part, inputs)
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

    def _inputs(self, steps: int) -> tuple[NDArray[Any], ...]:
        """Return the next steps' seconds, (steps,), and target, emotions, noise, (steps, any)."""
        elapsed = np.arange(self._elapsed, self._elapsed + steps) / MOTION_RATE
        target, emotions, noise = (np.tile(given, (steps, 1)) for given in self._given)
        return elapsed, target + self._overshoot.at(elapsed), emotions, noise

    def _moved(
        self, part: _Part, inputs: tuple[NDArray[Any], ...]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the next frames of a part's face, shape (steps, 52), and the state after them."""
        elapsed, target, emotions, noise = inputs
        remaining = np.maximum(part.seconds - elapsed, 0)
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
