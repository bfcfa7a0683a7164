# SPDX-License-Identifier: GPL-3.0-or-later
"""Performances of a script that is being edited: only what comes after the edit is done anew."""

from bisect import bisect_left
from collections.abc import Callable
from itertools import takewhile
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS
from ..clip import Clip
from ..emotions import SHARES, Feeling
from ..script.beats import EmotionScript
from .gaze_target import GazeTarget
from .head_motion import ANGLES
from .networks import MOTION_RATE, Networks
from .performance import (
    Performer,
    TargetChange,
    enough_memory,
    fill_frames,
    still_clip,
    target_changes,
)

_SAME_TIME = 1 / 120
"""Seconds between starts that count as one: half a step of the performer."""


class IncrementalPerformer:
    """Gives what ``performance.perform`` gives, to the bit, and remembers how it got there.

    A script that shares its first target changes with the last one is performed from the last
    shared one on. A few kilobytes a change are kept, beside the frames of the last performance.

    Args:
        networks: from ``load_networks``.
        seed: whole number from 0.
        exaggeration: gain of what is shown, as ``exaggerated`` takes it.
        liveliness: how much a held feeling moves, 0 to 1, where its beat does not say.

    Attributes:
        networks: the same.
        seed: the same.
        exaggeration: the same.
        liveliness: the same.
        target: what the eyes looked at in the last performance; None for straight ahead and about.

    Raises:
        EmoteBotError: a seed, a gain or a liveliness that is none.
    """

    def __init__(
        self,
        networks: Networks,
        seed: int = 0,
        exaggeration: float = 1.0,
        liveliness: float = 0.0,
    ) -> None:
        self.networks = networks
        self.seed = seed
        self.exaggeration = exaggeration
        self.liveliness = liveliness
        self.target: GazeTarget | None = None
        self._changes: list[TargetChange] = []
        self._checkpoints: list[tuple[int, Performer]] = []
        """For each change the frame at which it happens, and the performer right after it."""
        self._beginning = self._performer()
        weights, shares, head = (
            np.zeros((1, len(names)), dtype=np.float32) for names in (CHANNELS, SHARES, ANGLES)
        )
        self._clip = Clip(weights, MOTION_RATE, shares=shares, head=head)

    def transition_at(self, start: float, feeling: Feeling) -> float | None:
        """Return how long the last performance took from one feeling to another.

        Args:
            start: second at which that began.
            feeling: where it led.

        Returns:
            Seconds, None where nothing of the kind was performed.
        """
        first = bisect_left(self._changes, start - 2 * _SAME_TIME, key=attrgetter("start"))
        for place in range(first, len(self._changes)):
            change, (_, performer) = self._changes[place], self._checkpoints[place]
            if change.start > start + _SAME_TIME:
                break
            if abs(change.start - start) < _SAME_TIME and change.feeling == feeling:
                return None if change.transition is not None else performer.transition
        return None

    def perform(
        self,
        script: EmotionScript,
        fps: float = 24.0,
        progress: Callable[[float], None] | None = None,
        target: GazeTarget | None = None,
    ) -> Clip:
        """Return the performance of a script, from its second 0 to the end of its last beat.

        Args:
            script: what is felt and when; the face starts neutral.
            fps: frames a second of the clip, above 0.
            progress: called with the share done, 0 to 1, beat by beat.
            target: what the eyes look at; None for straight ahead and about. Where it is another
                one than last time, all is performed anew.

        Raises:
            EmoteBotError: a script or a rate that ``performance.perform`` refuses, or not enough
                memory.
        """
        with enough_memory(script, fps):
            clip = still_clip(script, fps)
            changes = list(target_changes(script))
            if target != self.target:
                self.target, self._changes, self._checkpoints = target, [], []
                self._beginning = self._performer()
            pairs = zip(changes, self._changes, strict=False)
            shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
            checkpoints = self._checkpoints[:shared]
            done, performer = checkpoints[-1] if checkpoints else (0, self._beginning)
            for part, held in zip(_arrays(clip), _arrays(self._clip), strict=True):
                part[: done + 1] = held[: done + 1]
            performer = performer.copy()
            for frame in fill_frames(changes[shared:], performer, clip, done):
                checkpoints.append((frame, performer.copy()))
                if progress:
                    progress(frame / (len(clip) - 1))
            if progress:
                progress(1.0)
            self._changes, self._checkpoints, self._clip = changes, checkpoints, clip
            if fps == MOTION_RATE:  # what is remembered is nobody else's to write in
                weights, shares, head = (part.copy() for part in _arrays(clip))
                return Clip(weights, fps, clip.start, shares, head)
            return clip.resampled(fps)

    def _performer(self) -> Performer:
        """Return a performer that has not moved yet."""
        how = self.exaggeration, self.liveliness, self.target
        return Performer(self.networks, self.seed, None, None, *how)


def _arrays(clip: Clip) -> tuple[NDArray[np.float32], ...]:
    """Return what a performance fills: weights, shares and turns of the head."""
    assert clip.head is not None
    return clip.weights, clip.shares, clip.head
