# SPDX-License-Identifier: GPL-3.0-or-later
"""Controls for a channel, picked from what an artist has selected and posed."""

import math
from collections.abc import Iterable

from bpy.types import Object, PoseBone

from ..core.errors import EmoteBotError
from ..core.rig.convention import ControlName, Feed
from .bones import rotation_property

_HARDLY = 1e-4
"""Metres, radians and scale that no artist has posed."""


def feed_of_active_key(obj: Object) -> Feed:
    """Return what moves the active shape key of an object, by a gain of 1.

    Raises:
        EmoteBotError: the object has no shape keys, or that which the others start from is active.
    """
    keys = getattr(obj.data, "shape_keys", None)
    if keys is None:
        raise EmoteBotError("“{object}” has no shape keys", object=obj.name)
    if obj.active_shape_key_index < 1:
        raise EmoteBotError(
            "Choose a shape key of “{object}” first, other than “{key}”",
            object=obj.name,
            key=keys.key_blocks[0].name,
        )
    return Feed(ControlName(obj.active_shape_key.name))


def selected_bones(obj: Object) -> list[PoseBone]:
    """Return the pose bones of an armature that are selected."""
    return [
        bone
        for bone in (obj.pose.bones if obj.pose else ())
        if (bone.select if hasattr(bone, "select") else bone.bone.select)  # of the pose in 5.0
    ]


def feeds_of_pose(obj: Object, bones: Iterable[PoseBone]) -> tuple[Feed, ...]:
    """Return what moves bones from rest to where they are posed.

    Args:
        obj: the armature object.
        bones: of its pose; axes that are locked or have not moved are left out.

    Raises:
        EmoteBotError: a bone turns about a free axis, or none has been moved.
    """
    feeds = []
    for bone in bones:
        for axis, moved in _moved_axes(bone).items():
            if abs(moved) > _HARDLY:
                feeds.append(Feed(ControlName(bone.name, "bone", axis), moved))
    if not feeds:
        raise EmoteBotError(
            "Pose bones of “{object}” as the channel should move them at full, and keep them "
            "selected",
            object=obj.name,
        )
    return tuple(feeds)


def put_to_rest(bones: Iterable[PoseBone]) -> None:
    """Give bones the pose that they have at rest."""
    for bone in bones:
        bone.location = 0, 0, 0
        bone.rotation_quaternion = 1, 0, 0, 0
        bone.rotation_euler = 0, 0, 0
        bone.scale = 1, 1, 1


def _moved_axes(bone: PoseBone) -> dict[str, float]:
    """Return by how much each axis of a bone is posed, in metres, radians and scale."""
    attribute, reason = rotation_property(bone)
    if reason is not None:
        raise EmoteBotError("“{bone}” is {reason}", bone=bone.name, reason=reason)
    if attribute == "rotation_quaternion":
        w, *vector = bone.rotation_quaternion
        sign = -1 if w < 0 else 1  # both quaternions are one rotation
        turned = [2 * math.atan2(sign * component, sign * w) for component in vector]
    else:
        turned = list(bone.rotation_euler)
    moved = {"location": list(bone.location), "rotation": turned}
    moved["scale"] = [factor - 1 for factor in bone.scale]
    return {
        f"{kind}_{letter}": amount
        for kind, amounts in moved.items()
        for letter, amount, locked in zip(
            "xyz", amounts, getattr(bone, f"lock_{kind}"), strict=True
        )
        if not locked
    }
