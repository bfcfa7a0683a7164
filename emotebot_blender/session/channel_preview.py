# SPDX-License-Identifier: GPL-3.0-or-later
"""One channel, or one emotion as a whole, shown on a face without keys while it is looked at.

The runtime knows which; what it replaces is kept by ``held_pose``. It ends when its weight is 0,
another channel or face is chosen, the frame changes, the file is saved, a step is undone, or
EmoteBot shows or keys anything else. While its controls are corrected, the face follows.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import bpy
import numpy as np
from bpy.types import Object, Scene

from ..core.channels import INDEX
from ..core.emotions import EMOTIONS
from ..core.errors import EmoteBotError
from .held_pose import end_preview, preview_pose, restore_poses
from .live import check_none_live
from .runtime import ChannelPreview, runtime
from .shown_face import find_shown_face

if TYPE_CHECKING:
    from ..rig.control import Control
    from ..rig.face import Face

DURATION = 1.2
"""Seconds from nothing to full and back, of a channel that is played."""


def weight_at(seconds: float) -> float:
    """Return the weight, 0 to 1, some seconds after a channel began to be played."""
    return math.sin(math.pi * min(seconds / DURATION, 1.0)) ** 2


def preview_channel(face: "Face", scene: Scene, name: str, weight: float) -> None:
    """Show a channel on a face, in place of another one that is previewed.

    Args:
        face: what is posed.
        scene: where it is.
        name: of the channel or the emotion.
        weight: 0 to 1; the face is neutral in it at 0.

    Raises:
        EmoteBotError: a face is live, or nothing that the channel moves can be posed.
    """
    running, head = runtime(), face.objects[0].session_uid
    check_none_live()
    shown = running.preview
    if shown is None or (shown.head, shown.name) != (head, name):
        restore_poses()
    try:
        moved = _moved(face, name)
    except EmoteBotError:
        end_preview()
        raise
    values = [control.neutral + weight * full for control, full in moved]
    preview_pose(face, [control for control, _ in moved], np.array(values, dtype=np.float32))
    running.preview = ChannelPreview(scene.session_uid, head, name, weight)


def previewed_weight(scene: Scene, name: str) -> float:
    """Return by how much a channel is previewed in a scene, 0 to 1."""
    shown = runtime().preview
    is_shown = shown is not None and (shown.scene, shown.name) == (scene.session_uid, name)
    return shown.weight if shown is not None and is_shown else 0.0


def follow_choice(scene: Scene, active: Object | None) -> None:
    """End a preview of another face than the one that is shown.

    Args:
        scene: the one that is open.
        active: the active object, or None.
    """
    shown = runtime().preview
    if shown is None:
        return
    with suppress(EmoteBotError):
        if find_shown_face(scene, active).objects[0].session_uid == shown.head:
            return
    end_preview()


@contextmanager
def kept_preview() -> Iterator[None]:
    """Within this, controls of a channel that is previewed are changed, and it is shown after that.

    It ends where that is not possible any more.
    """
    shown = runtime().preview
    try:
        yield
    finally:
        if shown is not None:
            _show_again(shown)


def _show_again(shown: ChannelPreview) -> None:
    """Show a channel once more, or end its preview where that is not possible any more."""
    from ..rig.face import find_face

    scene = next((scene for scene in bpy.data.scenes if scene.session_uid == shown.scene), None)
    objects = scene.objects if scene is not None else ()
    head = next((obj for obj in objects if obj.session_uid == shown.head), None)
    if scene is not None and head is not None:
        for layer in scene.view_layers:
            layer.update()  # or what was put back and performed is evaluated over the preview
        with suppress(EmoteBotError):
            preview_channel(find_face(head, scene), scene, shown.name, shown.weight)
            return
    end_preview()


def _moved(face: "Face", name: str) -> "list[tuple[Control, float]]":
    """Return the controls that a channel or an emotion moves, and by how much at full.

    Raises:
        EmoteBotError: there is none, or none of them can be driven.
    """
    from ..rig.pose import NOT_POSED, why_nothing

    moved = [(control, full) for control in face.controls() if (full := _full(control, name))]
    free = [(control, full) for control, full in moved if control.blocked is None]
    if not free:
        raise EmoteBotError(why_nothing(face, [control for control, _ in moved], NOT_POSED))
    return free


def _full(control: "Control", name: str) -> float:
    """Return what a channel or an emotion adds to a control at full."""
    drive = control.drive
    if name in EMOTIONS:
        return drive.full if drive.emotions and drive.emotions[EMOTIONS.index(name)] else 0.0
    return sum(gain for index, gain in drive.channels if index == INDEX[name])
