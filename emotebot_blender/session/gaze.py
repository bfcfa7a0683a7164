# SPDX-License-Identifier: GPL-3.0-or-later
"""What a character looks at while it performs: nothing, an object, or the camera of the scene."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import bpy
import numpy as np
from bpy.types import Object, Scene

from ..core.errors import EmoteBotError
from ..core.messages import Message
from .settings import calling
from .timeline import frame_rate
from .translation import CONTEXT

if TYPE_CHECKING:
    from ..core.performance.gaze_target import GazeTarget
    from ..rig.face import Face

CAMERA = "CAMERA"
"""What the camera of the scene is called where an object is named."""

_MOST_SAMPLES = 10_000
"""Frames on which a target is measured; of a longer performance some are passed over."""

_HARDLY = 0.5
"""Degrees that a gaze may miss its target by before it is reported."""

_gaze_edited = calling("gaze_edited")


class GazeProperties:
    """What a character looks at; to be mixed in."""

    look_at: bpy.props.PointerProperty(
        translation_context=CONTEXT,
        name="Look At",
        description="What the eyes stay on, most of the time, as head and object move; of a "
        "character its eyes. Perform again once these move otherwise; Live looks straight ahead",
        type=Object,
        poll=lambda settings, obj: obj != settings.id_data,
        update=_gaze_edited,
        override={"LIBRARY_OVERRIDABLE"},
    )
    look_at_camera: bpy.props.BoolProperty(
        translation_context=CONTEXT,
        name="Look at the Camera",
        description="Look at the camera of the scene, in place of an object",
        update=_gaze_edited,
        override={"LIBRARY_OVERRIDABLE"},
    )


def look_settings(name: str, scene: Scene) -> dict[str, Any]:
    """Return the settings of a sequence that have it look at what is named.

    Args:
        name: of an object of the scene, ``CAMERA`` for its camera, none for nothing.
        scene: where it is played.

    Raises:
        EmoteBotError: there is no such object.
    """
    from ..rig.face import find_object

    if name == CAMERA:
        if scene.camera is None:
            raise EmoteBotError("The scene “{scene}” has no camera to look at", scene=scene.name)
        return {"look_at": None, "look_at_camera": True}
    return {"look_at": find_object(name, scene) if name else None, "look_at_camera": False}


def why_unseen(sequence: Any, scene: Scene) -> Message | None:
    """Return why a character looks at nothing although it should, or None.

    Args:
        sequence: anything with the properties of ``GazeProperties``, of an object.
        scene: where it is played.
    """
    from ..rig.face_grouping import ancestry

    if sequence.look_at_camera:
        target = scene.camera
        if target is None:
            return Message("The scene “{scene}” has no camera to look at", scene=scene.name)
    else:
        target = sequence.look_at
    if target is None:
        return None
    if all(obj != target for obj in scene.objects):
        return Message("“{target}” is not in the scene: nothing is looked at", target=target.name)
    character = set(ancestry(sequence.id_data))
    rigs = {obj for obj in character if obj == sequence.id_data or obj.type == "ARMATURE"}
    if target in character or rigs.intersection(ancestry(target)):
        return Message(
            "“{target}” is part of the face or hangs on it: nothing is looked at",
            target=target.name,
        )
    return None


def gaze_target(
    face: "Face", scene: Scene, sequence: Any, seconds: float
) -> "tuple[GazeTarget | None, tuple[Message, ...]]":
    """Return what the gaze of a performance follows, and what is to be reported of it.

    Args:
        face: what is driven.
        scene: where it is played.
        sequence: what it looks at, its first frame, and how much the head turns.
        seconds: that the performance takes.
    """
    from ..animation.gaze_sampling import sample_points, seeing_head, target_point
    from ..animation.head_keys import turns_head
    from ..core.performance.gaze_target import GazeTarget
    from ..core.performance.networks import MOTION_RATE

    if sequence.look_at is None and not sequence.look_at_camera:
        return None, ()
    reason = why_unseen(sequence, scene)
    if reason is not None:
        return None, (reason,)
    rate = frame_rate(scene)
    count = math.ceil(seconds * rate) + 1
    frames = range(sequence.frame_start, sequence.frame_start + count, -(-count // _MOST_SAMPLES))
    objects = _cameras(scene, frames) if sequence.look_at_camera else [sequence.look_at]
    points = {obj: target_point(obj, scene) for obj in dict.fromkeys(objects)}
    targets = [points[obj] for obj in objects] * (len(frames) // len(objects))
    measured, eyes = sample_points(seeing_head(face, scene), targets, frames, scene)
    times = np.arange(math.ceil(seconds * MOTION_RATE) + 1) / MOTION_RATE
    known = (np.array(frames) - sequence.frame_start) / rate
    rows = np.stack([np.interp(times, known, column) for column in measured.T], axis=1)
    target = GazeTarget(rows, eyes, sequence.head if turns_head(face) else 0.0)
    missed = target.unreached
    if missed < _HARDLY:
        return target, ()
    note = "“{target}” is out of reach of eyes and head at times, by {degrees:.0f}° at most"
    return target, (Message(note, target=objects[0].name, degrees=missed),)


def _cameras(scene: Scene, frames: Sequence[int]) -> list[Object]:
    """Return the camera of a scene on each of some frames, as its markers switch it."""
    bound = sorted(
        (marker.frame, marker.camera)
        for marker in scene.timeline_markers
        if marker.camera is not None and any(obj == marker.camera for obj in scene.objects)
    )
    if not bound:
        return [scene.camera] * len(frames)
    found, place = [], 0
    for frame in frames:
        while place + 1 < len(bound) and bound[place + 1][0] <= frame:
            place += 1
        found.append(bound[place][1])
    return found
