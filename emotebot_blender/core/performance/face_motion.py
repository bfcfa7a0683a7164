# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of a face to its target, each channel at its pace: no old mouth under new brows.

The motion network learned from expressions that rise from a neutral face and fall back to it, where
what falls takes the time of a release, twice that of brows, and the jaw arrives last. Where one
feeling gives way to another, brows of the new one stood so above the mouth of the old, and what
carries it came late. At such a change the whole way is therefore run once, ahead, and some channels
go through it in less time than the others (``change_times.py``). From neutral and back to it
everything moves in the time that the network has. What is strong and sudden overshoots, wherever it
comes from (``overshoot.py``).
"""

import copy
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS
from ..emotions import BASIC_EMOTIONS
from .change_times import at_own_pace, channel_shares
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

LONGEST_SECONDS = 60.0
"""The motion network takes no longer, whatever it is asked for."""

SETTLED_SHARE = 1.2
"""Share of the time of the whole after which what the network has left of it is not seen."""

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


class FaceMotion:
    """A face that the motion network moves from target to target, without its eyes' own life.

    Args:
        model: the network.
        weights: float32, shape (52,), where the face rests; None for neutral.
    """

    def __init__(self, model: MotionModel, weights: NDArray[np.float32] | None = None) -> None:
        self._model = model
        self._state = model.rest_state(weights)
        self._overshoot = Overshoot(TIMED)
        sizes = (len(BASIC_EMOTIONS), model.sizes["noise"])
        still = [np.zeros(size, dtype=np.float32) for size in sizes]
        self._begin((self._state[:_FACE], *still), 0.0)

    @property
    def weights(self) -> NDArray[np.float32]:
        """Where the face is, float32, shape (52,)."""
        place = self._way[self._elapsed] if self._is_on_way else self._state[:_FACE]
        return place + self._overshoot.added

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

        Raises:
            EmoteBotError: the network cannot be run.
        """
        if self._is_on_way:
            _, state = self._moved(self._start, 0, self._elapsed)
            self._state = self._on_the_way(state, self._elapsed)
        self._state = self._state.copy()
        self._state[:_FACE] += self._overshoot.added
        self._state[_FACE : 2 * _FACE] += self._overshoot.speeds
        self._begin((target, basic_amounts(emotions), noise), seconds)

    def advance(self, steps: int) -> NDArray[np.float32]:
        """Return the next frames, float32, shape (steps, 52), ``MOTION_RATE`` a second.

        Raises:
            EmoteBotError: the network cannot be run.
        """
        if steps and not self._elapsed:
            self._find_way()
        path = self._way[self._elapsed + 1 : self._elapsed + 1 + steps]
        if len(path) < steps:
            done = self._elapsed + len(path)
            moved, self._state = self._moved(self._state, done, steps - len(path))
            path = np.concatenate([path, moved])
        self._elapsed += steps
        return np.minimum(path + self._overshoot.follow(path), 1)

    def copy(self) -> "FaceMotion":
        """Return a face that goes on from here as this one does, each without the other."""
        other = copy.copy(self)  # nothing but the overshoot is changed in place
        other._overshoot = copy.copy(self._overshoot)
        return other

    @property
    def _is_on_way(self) -> bool:
        """Whether the next frames, or some of them, have been found ahead."""
        return self._elapsed < len(self._way) - 1

    def _begin(self, given: tuple[NDArray[np.float32], ...], seconds: float) -> None:
        """Begin a transition to what is given: target, basic amounts and noise."""
        self._given, self._seconds, self._elapsed = given, seconds, 0
        self._start = self._state
        self._way = self._start[None, :_FACE]
        target, emotions, _ = given
        most = overshoot_share(emotions)
        self._overshoot.set_target(self._way[0], target, most, seconds)

    def _find_way(self) -> None:
        """Find the way to the target where one expression gives way to another.

        ``_state`` is that of the network at its end from then on.
        """
        target, emotions, _ = self._given
        place, speeds = self._start[:_FACE], self._start[_FACE : 2 * _FACE]
        displacement = target - place
        if Change.of(displacement).size < LEAST_CHANGE:
            return
        due = max(math.ceil(min(self._seconds, LONGEST_SECONDS) * MOTION_RATE), 2)
        moved, state = self._moved(self._start, 0, math.ceil(SETTLED_SHARE * due))
        own = np.concatenate([place[None], moved])
        path = own[: due + 1]
        steps = np.diff(np.concatenate([(place - speeds / MOTION_RATE)[None], path]), axis=0)
        jolts = np.abs(np.diff(steps, axis=0)).max(axis=0) * MOTION_RATE
        shares = channel_shares(path, displacement, jolts, carrying_factors(emotions), TIMED)
        least = max(SHORTEST_SHARE, SHORTEST_SECONDS * MOTION_RATE / due)
        shares = np.maximum(shares, min(least, 1.0))
        self._way = at_own_pace(own, shares, speeds, due)
        self._paced = shares != 1
        self._state = self._on_the_way(state, len(moved))

    def _on_the_way(self, state: NDArray[np.float32], step: int) -> NDArray[np.float32]:
        """Return a state of the network in which what goes at its own pace is where it is.

        Args:
            state: after so many steps from the start, left as it is.
            step: of the way.
        """
        around = self._way[step - 1 : step + 2, self._paced]
        state = state.copy()
        state[:_FACE][self._paced] = self._way[step, self._paced]
        speeds = (around[-1] - around[0]) * (MOTION_RATE / (len(around) - 1))
        state[_FACE : 2 * _FACE][self._paced] = speeds
        return state

    def _moved(
        self, state: NDArray[np.float32], begun: int, steps: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the network's next frames, shape (steps, 52), and its state after them.

        Args:
            state: of the network before them.
            begun: steps since the start of the transition.
            steps: how many.
        """
        elapsed = np.arange(begun, begun + steps) / MOTION_RATE
        remaining = np.maximum(self._seconds - elapsed, 0)
        timing = np.stack([elapsed, remaining], axis=1).astype(np.float32)
        target, emotions, noise = (np.tile(given, (steps, 1)) for given in self._given)
        return self._model.advance(target, emotions, timing, noise, state)
