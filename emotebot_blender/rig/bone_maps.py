# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bones of an armature show which channels, along their own axes."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from bpy.types import Object, bpy_prop_collection
from numpy.typing import NDArray

from ..core.rig.bone_convention import match_bones
from ..core.rig.convention import RigMap
from ..core.rig.face_space import RestBone


def bone_map(obj: Object) -> RigMap:
    """Return the map of an armature object by its bones; it covers no channel where none is known.

    Of the conventions that its bones follow that counts which covers the most channels.
    """
    names = tuple(obj.data.bones.keys())
    known = _known_rows(names)
    return _bone_map(names, _rest_matrices(obj.data.bones, known)) if known else RigMap("", {})


@lru_cache(maxsize=64)
def _known_rows(names: tuple[str, ...]) -> dict[str, int]:
    """Return the bones that a convention names, each with its place among all."""
    rows = {name: row for row, name in enumerate(names)}
    return {name: rows[name] for _, found in match_bones(names) for name in found.values()}


@lru_cache(maxsize=64)
def _bone_map(names: tuple[str, ...], matrices: bytes) -> RigMap:
    by_bone = np.frombuffer(matrices).reshape(-1, 2, 4, 4)
    rest = {
        name: RestBone(own[:3, 3], location[:3, :3], own[:3, :3])
        for name, (own, location) in zip(_known_rows(names), by_bone, strict=True)
    }
    maps = (
        convention.on(found, {bone: rest[name] for bone, name in found.items()})
        for convention, found in match_bones(names)
    )
    return max(maps, key=lambda rig_map: len(rig_map.channels), default=RigMap("", {}))


def _rest_matrices(bones: bpy_prop_collection, known: Mapping[str, int]) -> bytes:
    """Return for each known bone where it rests, and the axes of its location: (bones, 2, 4, 4).

    Without "Local Location" a bone is located along the axes of its parent, or of the armature.
    """
    columns, is_local = np.empty((len(bones), 4, 4), np.float32), np.empty(len(bones), bool)
    bones.foreach_get("matrix_local", columns.ravel())
    bones.foreach_get("use_local_location", is_local)
    rows = list(known.values())
    own = columns[rows].transpose(0, 2, 1)
    matrices: NDArray[np.float64] = np.stack([own, own], axis=1).astype(np.float64)
    for place, name in enumerate(known):
        if not is_local[rows[place]]:
            parent = bones[name].parent
            matrices[place, 1] = parent.matrix_local if parent else np.eye(4)
    return matrices.tobytes()
