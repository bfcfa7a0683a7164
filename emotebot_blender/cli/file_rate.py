# SPDX-License-Identifier: GPL-3.0-or-later
"""The frames a second of a file that is performed in: other animation of it keeps its speed."""

import math
from typing import TYPE_CHECKING

from ..core.messages import Message
from .blend_files import set_rate

if TYPE_CHECKING:
    from bpy.types import Scene


def choose_rate(scene: "Scene", fps: float | None, changes: bool) -> tuple[Message, ...]:
    """Set a scene to a number of frames a second, where that makes no other animation faster.

    Args:
        scene: of the open file.
        fps: what is asked for; None for the file's own.
        changes: whether other animation may play at another speed.

    Returns:
        What became of it, where the file has other animation.
    """
    from ..animation.strips import has_other_animation
    from ..session.timeline import frame_rate

    own = frame_rate(scene)
    if fps is None or math.isclose(fps, own, rel_tol=1e-6):
        return ()
    if not has_other_animation():
        set_rate(scene, fps)
        return ()
    rates = {"own": round(own, 3), "fps": round(fps, 3)}
    if not changes:
        note = (
            "The file has other animation and stays at {own:g} frames a second: "
            "--change-rate makes it {fps:g}, and that animation faster or slower"
        )
        return (Message(note, **rates),)
    set_rate(scene, fps)
    return (
        Message(
            "Other animation of the file plays at {fps:g} frames a second now, made for {own:g}",
            **rates,
        ),
    )
