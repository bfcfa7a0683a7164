# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of channels that the panel shows, and the objects whose channels they are."""

from typing import TYPE_CHECKING

from bpy.types import Object, Scene

from ..core.errors import EmoteBotError
from .channel_rows import ChannelRow, channel_rows
from .runtime import runtime
from .shown_face import find_shown_face

if TYPE_CHECKING:
    from ..core.rig.convention import RigMap


def shown_rows(scene: Scene, active: Object | None) -> tuple[ChannelRow, ...]:
    """Return the rows of ``objects_in_question``, kept until something has changed.

    Args:
        scene: where they are.
        active: the active object, or None.

    Raises:
        EmoteBotError: as that raises it.
    """
    key = scene.session_uid, active.session_uid if active else 0
    kept = runtime().rows
    if kept is None or kept[0] != key:
        objects = objects_in_question(scene, active)
        kept = key, channel_rows(objects, _parts(scene, active))
        runtime().rows = kept
    return kept[1]


def objects_in_question(scene: Scene, active: Object | None) -> list[Object]:
    """Return the objects of the face that is shown, and the active one if it may be a part of it.

    Args:
        scene: where they are.
        active: the active object, or None.

    Raises:
        EmoteBotError: there is neither.
    """
    try:
        objects = list(find_shown_face(scene, active).objects)
    except EmoteBotError:
        if active is None or not may_be_a_face(active):
            raise
        objects = []
    if active is not None and active not in objects and may_be_a_face(active):
        objects.append(active)
    return objects


def _parts(scene: Scene, active: Object | None) -> "dict[Object, RigMap]":
    """Return the objects of the face that is shown, each with its map; none without a face."""
    try:
        face = find_shown_face(scene, active)
    except EmoteBotError:
        return {}
    return dict(zip(face.objects, face.maps, strict=True))


def may_be_a_face(obj: Object) -> bool:
    """Return whether an object has shape keys or bones."""
    return obj.type == "ARMATURE" or getattr(obj.data, "shape_keys", None) is not None
