# SPDX-License-Identifier: GPL-3.0-or-later
"""One channel, or one emotion as a whole, shown on a face for a moment."""

import math
from typing import TYPE_CHECKING

from ..core.channels import CHANNELS
from ..core.emotions import EMOTIONS
from .held_pose import hold_pose, restore_live_poses, restore_poses

if TYPE_CHECKING:
    from ..rig.face import Face

DURATION = 1.2
"""Seconds from nothing to full and back."""


class Wiggle:
    """Shows a channel from 0 to 1 and back; the face stands as before once it is ended.

    Args:
        face: what is posed.
        name: of the channel or the emotion.

    Raises:
        EmoteBotError: nothing that the channel moves can be posed.
    """

    def __init__(self, face: "Face", name: str) -> None:
        from ..rig.pose import FacePoser

        restore_live_poses()
        self._is_emotion = name in EMOTIONS
        channels = CHANNELS if self._is_emotion else (name,)
        self._index = (EMOTIONS if self._is_emotion else CHANNELS).index(name)
        self._poser = FacePoser(face, channels)
        hold_pose(face, channels)

    def show(self, seconds: float) -> bool:
        """Pose the face as some seconds after the start; return whether it goes on after that.

        Raises:
            EmoteBotError: the controls of the face have changed.
        """
        import numpy as np

        weight = math.sin(math.pi * min(seconds / DURATION, 1.0)) ** 2
        weights, emotions = np.zeros(len(CHANNELS)), np.zeros(len(EMOTIONS))
        (emotions if self._is_emotion else weights)[self._index] = weight
        self._poser.show(weights, emotions)
        return seconds < DURATION

    @staticmethod
    def end() -> None:
        """Let the face stand as before."""
        restore_poses()
