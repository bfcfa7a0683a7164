# SPDX-License-Identifier: GPL-3.0-or-later
"""What the shape keys of a face's meshes do, read from the scene."""

import re
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from bpy.types import FCurve, Key, Object, ShapeKey
from numpy.typing import NDArray

from ..core.errors import EmoteBotError
from ..core.rig.displacements import Displacements, find_islands, seen_displacements
from .control import driven_paths

_POWER = re.compile(r"(\w+)(?: \* \1)*")
"""Expression of a driver whose value is its variable's, or a power of it: 1 at 1."""


def read_displacements(
    objects: Sequence[Object], names: Collection[str] | None = None
) -> Displacements:
    """Return what the shape keys of some meshes do, keys of one name together.

    Coordinates are those of the first object, so that it makes no difference where a character
    stands. Driven shape keys are left out, as they follow others; but one that follows a single
    other one of its mesh, as its value or a power of it, is part of what that does at full. One
    that is limited to a vertex group moves vertices as far as that lets it.

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
        followers = _followers(obj.data.shape_keys)
        groups = {block.vertex_group for block in blocks} & set(obj.vertex_groups.keys())
        shares = {group: _weights(obj, group) for group in groups}
        for block in blocks[1:]:
            is_wanted = names is None or block.name in names
            if not is_wanted or (block.path_from_id("value"), 0) in driven:
                continue
            rest = basis if block.relative_key == blocks[0] else _positions(block.relative_key)
            steps = [_step(blocks[name], shares) for name in (block.name, *followers[block.name])]
            at, by = seen_displacements(rest, rest + np.sum(steps, axis=0), span)
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


def _followers(keys: Key) -> dict[str, list[str]]:
    """Return for each shape key those that are driven by it alone, by their names."""
    leaders = {block.path_from_id("value"): block.name for block in keys.key_blocks}
    followers: dict[str, list[str]] = {name: [] for name in leaders.values()}
    for curve in keys.animation_data.drivers if keys.animation_data else ():
        leader = leaders.get(_source(curve, keys))
        if leader is not None and curve.data_path in leaders and not curve.mute:
            followers[leader].append(leaders[curve.data_path])
    return followers


def _source(curve: FCurve, keys: Key) -> str:
    """Return the path in the same data-block whose value, or power of it, a driver has; or none."""
    driver = curve.driver
    is_power = driver.type == "SCRIPTED" and _POWER.fullmatch(driver.expression)
    if not is_power or len(driver.variables) != 1:
        return ""
    variable = driver.variables[0]
    target = variable.targets[0]
    is_own = variable.type == "SINGLE_PROP" and target.id == keys
    return target.data_path if is_own and variable.name == is_power[1] else ""


def _step(block: ShapeKey, shares: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return how far a shape key moves each vertex at 1, float32 (vertices, 3).

    Args:
        block: the shape key.
        shares: weights of the vertices in the groups that limit shape keys.
    """
    return shares.get(block.vertex_group, 1) * (_positions(block) - _positions(block.relative_key))


def _positions(block: ShapeKey) -> NDArray[np.float32]:
    """Return where a shape key has the vertices, float32 (vertices, 3)."""
    positions = np.empty(3 * len(block.points), dtype=np.float32)
    block.points.foreach_get("co", positions)
    return positions.reshape(-1, 3)


def _weights(obj: Object, group: str) -> NDArray[np.float32]:
    """Return the weights of an object's vertices in one of its groups, float32 (vertices, 1)."""
    index = obj.vertex_groups[group].index
    weights = np.zeros((len(obj.data.vertices), 1), dtype=np.float32)
    for vertex in obj.data.vertices:
        for member in vertex.groups:
            if member.group == index:
                weights[vertex.index] = member.weight
    return weights
