# SPDX-License-Identifier: GPL-3.0-or-later
"""Which frame of a performance shows each beat best."""

import math

import numpy as np

from ..channels import INDEX
from ..clip import Clip
from ..script.beats import EmotionScript
from .face_motion import TIMED

_ALIKE = 0.05
"""Sums of weights that differ by no more show a feeling equally well."""


def apex_frames(script: EmotionScript, clip: Clip) -> tuple[int, ...]:
    """Return, for each beat, the frame that shows it best: at its fullest, the eyes open.

    Args:
        script: the script that was performed.
        clip: its performance.
    """
    lids = clip.weights[:, [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]].max(axis=1)
    full = clip.weights[:, TIMED].sum(axis=1)
    frames = []
    for index, beat in enumerate(script.beats):
        following = script.beats[index + 1 : index + 2]
        end = min([beat.nominal_end, *(later.start for later in following)])
        middle = (beat.start + end) / 2
        last = min(math.floor((end - clip.start) * clip.fps), len(clip) - 1)
        first = min(math.ceil((middle - clip.start) * clip.fps), last)
        held = slice(first, last + 1)
        is_open = lids[held] <= lids[held].min() + 0.01
        fullness = np.where(is_open, full[held], -np.inf)
        frames.append(first + int(np.flatnonzero(fullness >= fullness.max() - _ALIKE)[-1]))
    return tuple(frames)
