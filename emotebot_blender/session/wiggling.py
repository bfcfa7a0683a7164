# SPDX-License-Identifier: GPL-3.0-or-later
"""One channel, or one emotion as a whole, shown on a face for a moment."""

import math
from typing import TYPE_CHECKING

from ..core.channels import CHANNELS
from ..core.emotions import EMOTIONS
from ..core.errors import EmoteBotError
from .held_pose import hold_pose, restore_live_poses, restore_poses

if TYPE_CHECKING:
    from bpy.types import ID

    from ..rig.control import Control, Path
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
        from ..rig.control_values import ControlValues

        restore_live_poses()
        channels = CHANNELS if name in EMOTIONS else (name,)
        free, self._full = _moved(face, name)
        self._neutral = [control.neutral for control in free]
        self._values = ControlValues(free)
        hold_pose(face, channels)

    def show(self, seconds: float) -> bool:
        """Pose the face as some seconds after the start; return whether it goes on after that.

        Raises:
            EmoteBotError: the controls of the face have changed.
        """
        import numpy as np

        weight = math.sin(math.pi * min(seconds / DURATION, 1.0)) ** 2
        values = np.array(self._neutral) + weight * np.array(self._full)
        self._values.write(values.astype(np.float32))
        return seconds < DURATION

    @staticmethod
    def end() -> None:
        """Let the face stand as before."""
        restore_poses()


def _moved(face: "Face", name: str) -> "tuple[list[Control], list[float]]":
    """Return the controls that a channel or an emotion moves, and by how much at full.

    Raises:
        EmoteBotError: there is none, or none of them can be driven.
    """
    from ..rig.pose import NOT_POSED, why_nothing

    moved: list[Control] = []
    full: dict[tuple[ID, Path], float] = {}
    for control in face.controls():
        drive = control.drive
        if name in EMOTIONS:
            amount = drive.full if drive.emotions and drive.emotions[EMOTIONS.index(name)] else 0.0
        else:
            amount = sum(gain for index, gain in drive.channels if index == CHANNELS.index(name))
        if amount:
            moved.append(control)
            full[control.owner, control.path] = amount
    free = [control for control in moved if control.blocked is None]
    if not free:
        raise EmoteBotError(why_nothing(face, moved, NOT_POSED))
    return free, [full[control.owner, control.path] for control in free]
