# SPDX-License-Identifier: GPL-3.0-or-later
"""What the shape keys of a face's meshes do, read from the scene."""

from collections.abc import Collection, Sequence

import numpy as np
from bpy.types import Object, ShapeKey
from numpy.typing import NDArray

from ..core.errors import EmoteBotError
from ..core.rig.displacements import Displacements, find_islands, seen_displacements
from .control import driven_paths


def read_displacements(
    objects: Sequence[Object], names: Collection[str] | None = None
) -> Displacements:
    """Return what the shape keys of some meshes do, keys of one name together.

    Coordinates are those of the first object, so that it makes no difference where a character
    stands. Driven shape keys are left out: they follow others.

    Args:
        objects: mesh objects, the one with the most of the face first.
        names: of the shape keys that are read; None for all.

    Raises:
        EmoteBotError: none of them has a shape key, or a mesh is empty or broken.
    """
    meshes = [obj for obj in objects if obj.type == "MESH" and obj.data.shape_keys]
    if not meshes:
        raise EmoteBotError("There are no shape keys to recognise")
    into_first = np.linalg.pinv(np.array(meshes[0].matrix_world, dtype=np.float64))
    positions, islands = [], []
    parts: dict[str, list[tuple[NDArray[np.intp], NDArray[np.float32]]]] = {}
    start = 0
    for obj in meshes:
        matrix = (into_first @ np.array(obj.matrix_world))[:3].astype(np.float32)
        blocks = obj.data.shape_keys.key_blocks
        basis = _positions(blocks[0])
        placed = basis @ matrix[:, :3].T + matrix[:, 3]
        span = float(np.ptp(basis, axis=0).max(initial=0))
        driven = driven_paths(obj.data.shape_keys)
        for block in blocks[1:]:
            is_wanted = names is None or block.name in names
            if not is_wanted or (block.path_from_id("value"), 0) in driven:
                continue
            rest = basis if block.relative_key == blocks[0] else _positions(block.relative_key)
            at, by = seen_displacements(rest, _positions(block), span)
            parts.setdefault(block.name, []).append((at + start, by @ matrix[:, :3].T))
        edges = np.empty(2 * len(obj.data.edges), dtype=np.int32)
        obj.data.edges.foreach_get("vertices", edges)
        islands.append(find_islands(len(basis), edges.reshape(-1, 2)) + start)
        positions.append(placed)
        start += len(basis)
    keys = {
        name: (np.concatenate([at for at, _ in moved]), np.concatenate([by for _, by in moved]))
        for name, moved in parts.items()
    }
    return Displacements(np.concatenate(positions), np.concatenate(islands), keys)


def _positions(block: ShapeKey) -> NDArray[np.float32]:
    """Return where a shape key has the vertices, float32 (vertices, 3)."""
    positions = np.empty(3 * len(block.points), dtype=np.float32)
    block.points.foreach_get("co", positions)
    return positions.reshape(-1, 3)
