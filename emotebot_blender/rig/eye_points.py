# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the eyes of a face are: in the middle of what its blinks pass over, or of bones of lids."""

from collections.abc import Collection, Iterator

import numpy as np
from bpy.types import Object

from ..core.channels import INDEX
from ..core.rig.convention import RigMap
from ..core.rig.face_space import Vector
from .bones import bone_controls, bone_name
from .face import Face
from .face_grouping import ancestry
from .shape_keys import greatest_displacements, shape_key_controls

_BLINKS = frozenset((INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]))

_MUCH = 0.5
"""Share of the greatest movement of a blink from which on a vertex counts as part of the lid."""


def between_eyes(face: Face) -> Vector | None:
    """Return the point between the eyes of a face at rest, in the world, shape (3,).

    Args:
        face: at the current frame; what hangs on a bone is where that has it.

    Returns:
        None where no shape key and no bone closes both eyes.
    """
    for kind in ("shape_key", "bone"):
        for obj, rig_map in zip(face.objects, face.maps, strict=True):
            point = _of_keys(obj, rig_map) if kind == "shape_key" else _of_bones(obj, rig_map)
            if point is not None:
                matrix = np.array(obj.matrix_world)
                return np.asarray(matrix[:3, :3] @ point + matrix[:3, 3])
    return None


def carrying_bone(obj: Object, armature: Object) -> str | None:
    """Return the name of the bone of an armature that an object hangs on, or None."""
    for ancestor in ancestry(obj):
        if ancestor.parent == armature and ancestor.parent_type == "BONE":
            return str(ancestor.parent_bone)
    return None


def _of_keys(obj: Object, rig_map: RigMap) -> Vector | None:
    """Return the middle of where shape keys of a mesh move lids, open to closed, in its space."""
    closing = {
        control.name: channels
        for control in shape_key_controls(obj, rig_map.kinds["shape_key"])
        if (channels := {channel for channel, full in control.drive.channels if full}) <= _BLINKS
    }
    if set().union(*closing.values()) != _BLINKS:
        return None
    middles = []
    for channel in _BLINKS:
        names = [name for name in closing if channel in closing[name]]
        moved = greatest_displacements(obj, names)
        lid = moved > max(_MUCH * float(moved.max(initial=0)), 1e-9)
        if not lid.any():
            return None
        corners = np.concatenate([points[lid] for points in _positions(obj, names)])
        middles.append((corners.min(axis=0) + corners.max(axis=0)) / 2)
    return np.asarray(np.mean(middles, axis=0), dtype=np.float64)


def _positions(obj: Object, names: Collection[str]) -> Iterator[np.ndarray]:
    """Yield where a mesh has its vertices, open and closed by shape keys, shape (vertices, 3)."""
    for name in names:
        block = obj.data.shape_keys.key_blocks[name]
        for key in (block.relative_key, block):
            points = np.empty(3 * len(obj.data.vertices), dtype=np.float32)
            key.data.foreach_get("co", points)
            yield points.reshape(-1, 3)


def _of_bones(obj: Object, rig_map: RigMap) -> Vector | None:
    """Return the middle of the bones at rest that close the eyes, in the space of an armature."""
    sides: dict[int, set[str]] = {channel: set() for channel in _BLINKS}
    for control in bone_controls(obj, rig_map.kinds["bone"]):
        channels = {channel for channel, full in control.drive.channels if full}
        for channel in channels & _BLINKS if channels <= _BLINKS else ():
            sides[channel].add(bone_name(control))
    if not all(sides.values()):
        return None
    bones = obj.data.bones
    heads = [np.mean([bones[name].head_local for name in sides[side]], axis=0) for side in sides]
    return np.asarray(np.mean(heads, axis=0), dtype=np.float64)
