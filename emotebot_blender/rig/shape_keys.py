# SPDX-License-Identifier: GPL-3.0-or-later
"""Shape keys as controls: the only file that knows where a mesh keeps them."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from bpy.types import Key, Mesh, Object, ShapeKey
from numpy.typing import NDArray

from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..core.rig.convention import ControlName
from ..core.rig.solver import Drive
from .control import Control, Path, driven_paths, member_path, not_editable

_HARDLY = 1e-6
"""Distance that is not seen, as a share of the range of coordinates: what rounding leaves."""

_REPLACING = ("MESH_CACHE", "MESH_SEQUENCE_CACHE")
"""Modifiers that put stored positions in the place of those that shape keys give."""

_MOVED: dict[tuple[int, str], tuple[int, float]] = {}
"""A vertex that a shape key was seen to move, and the least there is to see: where to look first.

By the session id of the ``Key`` and the name; looked at again each time.
"""

_MOST_KNOWN = 8192
"""Shape keys of which a vertex is remembered."""


def shape_key_names(obj: Object) -> tuple[str, ...]:
    """Return the names of an object's shape keys, without that which the others start from."""
    keys = _keys_of(obj)
    return tuple(keys.key_blocks.keys()[1:]) if keys else ()


def shape_key_controls(obj: Object, drives: Mapping[ControlName, Drive]) -> list[Control]:
    """Return the shape keys of an object as controls.

    Args:
        obj: a mesh object.
        drives: each shape key and what moves it; those that there are none of are left out.
    """
    keys = _keys_of(obj)
    if keys is None:
        return []
    blocked = _all_blocked(obj.data, keys)
    driven = driven_paths(keys)
    blocks = keys.key_blocks
    controls = []
    for control, drive in drives.items():
        name = control.name
        block = blocks.get(name)
        if block is None:
            continue
        path = block.path_from_id("value")
        controls.append(
            Control(
                keys,
                path,
                0,
                "shape_key",
                obj,
                name,
                0.0,
                block.slider_min,
                block.slider_max,
                blocked or _blocked(block, path, driven),
                drive,
            )
        )
    return controls


def shape_key_members(keys: Key) -> list[str]:
    """Return the data path of each shape key, in their order."""
    return [member_path("key_blocks", name) for name in keys.key_blocks.keys()]  # noqa: SIM118


class ShapeKeyAccessor:
    """The values of some shape keys of one ``Key``, set in one go.

    Values set one by one have Blender look for the meshes of the shape keys each time, which takes
    long in a large scene.
    """

    def __init__(self, owner: Key, controls: Sequence[Control]) -> None:
        self._owner = owner
        self._names = owner.key_blocks.keys()
        index = {name: index for index, name in enumerate(self._names)}
        self._indices = np.array([index[control.name] for control in controls], dtype=np.intp)
        self._values = np.empty(len(index), dtype=np.float32)

    def read(self, owner: Key) -> NDArray[np.float32]:
        """Return their values, float32 (controls,), from the owner or an evaluated copy of it."""
        owner.key_blocks.foreach_get("value", self._values)
        values: NDArray[np.float32] = self._values[self._indices]
        return values

    def write(self, values: NDArray[np.float32]) -> None:
        """Set their values, float32 (controls,).

        Raises:
            EmoteBotError: shape keys came, went or were renamed.
        """
        blocks = self._owner.key_blocks
        if blocks.keys() != self._names:
            raise EmoteBotError("The shape keys of the face have changed; start again")
        blocks.foreach_get("value", self._values)
        self._values[self._indices] = values
        blocks.foreach_set("value", self._values)
        self._owner.update_tag()  # Blender 4.2 does not see it otherwise


def greatest_displacements(obj: Object, names: Collection[str]) -> NDArray[np.float64]:
    """Return how far the shape keys of these names move each vertex, at most.

    Args:
        obj: a mesh object.
        names: of shape keys that it has.

    Returns:
        float64, shape (vertices,), in units of the mesh.
    """
    size = len(obj.data.vertices)
    greatest = np.zeros(size)
    rest, shape = np.empty(size * 3, dtype=np.float32), np.empty(size * 3, dtype=np.float32)
    for name in names:
        block = obj.data.shape_keys.key_blocks[name]
        block.relative_key.data.foreach_get("co", rest)
        block.data.foreach_get("co", shape)
        distance = np.linalg.norm((shape - rest).reshape(-1, 3), axis=1)
        greatest = np.maximum(greatest, distance)
    return greatest


def idle_reason(obj: Object, name: str) -> Message | None:
    """Return why a shape key moves no vertex of its mesh whatever its value, or None.

    Args:
        obj: a mesh object.
        name: of a shape key that it has.
    """
    keys = obj.data.shape_keys
    block = keys.key_blocks[name]
    if block.relative_key == block:
        return Message("relative to itself")
    known = _MOVED.get((keys.session_uid, name))
    if known is not None and _moves(obj, block, *known):
        return None
    rest, shape = _positions(block.relative_key), _positions(block)
    changed = np.flatnonzero(shape != rest)
    least, moved = 0.0, []
    if len(changed):
        least = _HARDLY * float(np.ptp(rest))
        seen = np.abs(shape[changed] - rest[changed]) > least
        moved = np.unique(changed[seen] // 3).tolist()
    if not moved:
        return Message("equal to “{key}”", key=block.relative_key.name)
    vertex = next((vertex for vertex in moved if _moves(obj, block, vertex, least)), None)
    if vertex is None:
        return Message("limited to the empty vertex group “{group}”", group=block.vertex_group)
    while len(_MOVED) >= _MOST_KNOWN:
        del _MOVED[next(iter(_MOVED))]
    _MOVED[keys.session_uid, name] = vertex, least
    return None


def covered_reason(obj: Object) -> Message | None:
    """Return why none of an object's shape keys shows on it, or None."""
    if obj.show_only_shape_key:
        return Message("pinned to one shape key; unpin it in the object data properties")
    for modifier in obj.modifiers:
        if modifier.type in _REPLACING and modifier.show_viewport:
            return Message("replaced by the modifier “{modifier}”", modifier=modifier.name)
    return None


def has_other_modifiers(obj: Object) -> bool:
    """Return whether modifiers beside armatures shape what has shape keys.

    Exporters that apply modifiers take the shape keys away.
    """
    if obj.type != "MESH" or obj.data.shape_keys is None:
        return False
    return any(modifier.type != "ARMATURE" for modifier in obj.modifiers)


def _positions(block: ShapeKey) -> NDArray[np.float32]:
    """Return where a shape key has the vertices, float32 (3 vertices,)."""
    positions = np.empty(3 * len(block.points), dtype=np.float32)
    block.points.foreach_get("co", positions)
    return positions


def _moves(obj: Object, block: ShapeKey, vertex: int, least: float) -> bool:
    """Return whether a shape key moves a vertex by more than the least there is to see."""
    if vertex >= len(block.points):
        return False
    step = block.points[vertex].co - block.relative_key.points[vertex].co
    if max(map(abs, step)) <= least:
        return False
    group = obj.vertex_groups.get(block.vertex_group) if block.vertex_group else None
    if group is None:
        return True  # Blender passes over the name of a group that there is none of
    groups = obj.data.vertices[vertex].groups
    return any(member.group == group.index and member.weight > 0 for member in groups)


def _keys_of(obj: Object) -> Key | None:
    return obj.data.shape_keys if obj.type == "MESH" else None


def _all_blocked(mesh: Mesh, keys: Key) -> Message | None:
    reason = not_editable(mesh)
    if reason is None and not keys.use_relative:
        return Message("on absolute shape keys, whose values do nothing")
    return reason


def _blocked(block: ShapeKey, path: str, driven: set[Path]) -> Message | None:
    if (path, 0) in driven:
        return Message("driven")
    if block.mute:
        return Message("muted")
    if block.lock_shape:
        return Message("locked")
    return None
