# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bones of an armature show which channels, along their own axes."""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from bpy.types import Bone, Object
from numpy.typing import NDArray

from ..core.rig.bone_convention import match_bones
from ..core.rig.convention import RigMap
from ..core.rig.face_space import RestBone


def bone_map(obj: Object) -> RigMap:
    """Return the map of an armature object by its bones; it covers no channel where none is known.

    Of the conventions that its bones follow that counts which covers the most channels.
    """
    bones = obj.data.bones
    names = tuple(bones.keys())
    matches = match_bones(names)
    known = sorted({name for _, found in matches for name in found.values()})
    return _bone_map(names, tuple(known), _rest_matrices(bones[name] for name in known))


@lru_cache(maxsize=64)
def _bone_map(names: tuple[str, ...], known: tuple[str, ...], matrices: bytes) -> RigMap:
    rest = {
        name: RestBone(own[:3, 3], location[:3, :3], own[:3, :3])
        for name, (own, location) in zip(
            known, np.frombuffer(matrices).reshape(-1, 2, 4, 4), strict=True
        )
    }
    maps = (
        convention.on(found, {bone: rest[name] for bone, name in found.items()})
        for convention, found in match_bones(names)
    )
    return max(maps, key=lambda rig_map: len(rig_map.channels), default=RigMap("", {}))


def _rest_matrices(bones: Iterable[Bone]) -> bytes:
    """Return for each bone where it rests, and the axes of its location: (bones, 2, 4, 4)."""
    pairs = [(bone.matrix_local, _location_axes(bone)) for bone in bones]
    matrices: NDArray[np.float64] = np.array(pairs, dtype=np.float64)
    return matrices.tobytes()


def _location_axes(bone: Bone) -> NDArray[np.float64]:
    """Return the matrix along whose axes a bone is located.

    Without "Local Location" these are the axes of the parent, or of the armature.
    """
    if bone.use_local_location:
        return np.array(bone.matrix_local)
    return np.array(bone.parent.matrix_local) if bone.parent else np.eye(4)
