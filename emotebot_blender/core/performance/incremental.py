# SPDX-License-Identifier: GPL-3.0-or-later
"""Performances of a script that is being edited: only what comes after the edit is done anew."""

from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS
from ..clip import Clip
from ..script.beats import EmotionScript
from .networks import MOTION_RATE
from .performance import (
    Networks,
    Performer,
    TargetChange,
    empty_frames,
    fill_frames,
    target_changes,
)


class IncrementalPerformer:
    """Gives what ``performance.perform`` gives, to the bit, and remembers how it got there.

    A script that shares its first cues with the last one is performed from the last shared cue on.
    A few kilobytes a cue are kept, beside the frames of the last performance.

    Args:
        networks: from ``load_networks``.
        seed: whole number from 0.

    Raises:
        EmoteBotError: a seed that is none.
    """

    def __init__(self, networks: Networks, seed: int = 0) -> None:
        self._begin = Performer(networks, seed)
        self._cues: list[TargetChange] = []
        self._taken: list[tuple[int, Performer]] = []
        """For each cue the frame at which it was taken, and the performer right after it."""
        self._weights: NDArray[np.float32] = np.zeros((1, len(CHANNELS)), dtype=np.float32)

    def perform(self, script: EmotionScript, fps: float = 24.0) -> Clip:
        """Return the performance of a script, from its second 0 to the end of its last beat.

        Args:
            script: what is felt and when; the face starts neutral.
            fps: frames a second of the clip, above 0.

        Raises:
            EmoteBotError: a script or a rate that ``performance.perform`` refuses.
        """
        weights = empty_frames(script, fps)
        told = list(target_changes(script))
        pairs = zip(told, self._cues, strict=False)
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        taken = self._taken[:shared]
        done, performer = taken[-1] if taken else (0, self._begin)
        weights[: done + 1] = self._weights[: done + 1]
        performer = performer.copy()
        for frame in fill_frames(told[shared:], performer, weights, done):
            taken.append((frame, performer.copy()))
        self._cues, self._taken, self._weights = told, taken, weights
        if fps == MOTION_RATE:  # what is remembered is nobody else's to write in
            weights = weights.copy()
        return Clip(weights, MOTION_RATE).resampled(fps)
