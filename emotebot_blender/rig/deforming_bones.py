# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether bones of an armature deform meshes."""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping

from bpy.types import Constraint, Mesh, Object

_WEIGHTED: dict[tuple[int, int], int] = {}
"""A vertex that a vertex group was seen to have a weight on: where to look first.

By the session id of the mesh and the index of the group; looked at again each time.
"""

_WITHOUT: dict[tuple[int, int], float] = {}
"""When a vertex group was seen to have no weight on any vertex, by the same."""

_AGAIN = 3.0
"""Seconds after which a vertex group without weights is looked at again, as a face is found many
times at every redraw."""

_MOST_SEEN = 3000
"""Vertices that are looked at for a weight, evenly spread: a bone that moves a mouth has weights on
far more than every thousandth vertex of a character. They take some 10 ms."""

_MOST_KNOWN = 1024
"""Vertex groups that are remembered."""


def deform(armature: Object, names: Iterable[str], meshes: Collection[Object]) -> bool:
    """Return whether bones deform meshes, or move them as a whole.

    A bone moves the bones below it, and those that it holds by constraints. These deform a mesh of
    which a vertex has a weight for them, under a modifier of the armature, and move what is
    parented to them.

    Args:
        armature: an armature object.
        names: of its bones.
        meshes: mesh objects.
    """
    alone = _moved_bones(armature, names, {})
    return _deforms_any(armature, alone, meshes) or _deforms_any(
        armature, _moved_bones(armature, alone, _followers(armature)), meshes
    )


def deformed_share(armature: Object, name: str, meshes: Collection[Object]) -> float:
    """Return how much of meshes a bone moves, 0 to 1: the share of their weights on an armature.

    Args:
        armature: an armature object.
        name: of its bone.
        meshes: mesh objects; some 3,000 vertices of each are looked at.
    """
    moved = _moved_bones(armature, [name], _followers(armature))
    own = whole = 0.0
    for obj in meshes:
        if obj.parent == armature and obj.parent_type == "BONE":
            own, whole = own + (obj.parent_bone in moved), whole + 1.0
        elif obj.type == "MESH" and _is_deformed_by(obj, armature):
            weights = _weights(obj, armature)
            own += sum(share for bone, share in weights.items() if bone in moved)
            whole += sum(weights.values())
    return own / whole if whole else 0.0


def _weights(obj: Object, armature: Object) -> dict[str, float]:
    """Return the weights of a mesh's vertices for each bone that deforms, their mean."""
    bones, vertices = armature.data.bones, obj.data.vertices
    names = {
        group.index: group.name
        for group in obj.vertex_groups
        if group.name in bones and bones[group.name].use_deform
    }
    step = -(-len(vertices) // _MOST_SEEN) or 1
    weights = dict.fromkeys(names.values(), 0.0)
    for number in range(0, len(vertices), step):
        for member in vertices[number].groups:
            if member.group in names:
                weights[names[member.group]] += member.weight * step / len(vertices)
    return weights


def _deforms_any(armature: Object, moved: set[str], meshes: Collection[Object]) -> bool:
    """Return whether one of these bones deforms one of these meshes, or moves it as a whole."""
    if any(_hangs_on(obj, armature, moved) for obj in meshes):
        return True
    bones = armature.data.bones
    deforming = [name for name in moved if bones[name].use_deform]
    return any(
        _has_weight(obj, name)
        for obj in meshes
        if _is_deformed_by(obj, armature)
        for name in deforming
    )


def _moved_bones(
    armature: Object, names: Iterable[str], followers: Mapping[str, Collection[str]]
) -> set[str]:
    """Return the bones of these names, those below them, those that follow them, and so on."""
    bones, moved = armature.data.bones, set[str]()
    waiting = [name for name in names if name in bones]
    while waiting:
        name = waiting.pop()
        if name not in moved:
            moved.add(name)
            waiting += [child.name for child in bones[name].children]
            waiting += followers.get(name, ())
    return moved


def _followers(armature: Object) -> dict[str, list[str]]:
    """Return for each bone those that it holds by constraints."""
    followers: dict[str, list[str]] = {}
    for bone in armature.pose.bones:
        for constraint in bone.constraints:
            for target in _targets(constraint, armature):
                followers.setdefault(target, []).append(bone.name)
    return followers


def _targets(constraint: Constraint, armature: Object) -> Iterator[str]:
    """Yield the bones of the same armature that a constraint follows."""
    if constraint.mute or not constraint.influence:
        return
    for target in getattr(constraint, "targets", (constraint,)):
        if getattr(target, "target", None) == armature and target.subtarget:
            yield target.subtarget


def _hangs_on(obj: Object, armature: Object, moved: Collection[str]) -> bool:
    return obj.parent == armature and obj.parent_type == "BONE" and obj.parent_bone in moved


def _is_deformed_by(obj: Object, armature: Object) -> bool:
    if obj.parent == armature and obj.parent_type == "ARMATURE":
        return True
    return any(
        modifier.type == "ARMATURE" and modifier.object == armature and modifier.use_vertex_groups
        for modifier in obj.modifiers
    )


def _has_weight(obj: Object, name: str) -> bool:
    """Return whether a vertex of a mesh object has a weight for a bone."""
    group = obj.vertex_groups.get(name)
    if group is None:
        return False
    key, mesh = (obj.data.session_uid, group.index), obj.data
    known, now = _WEIGHTED.get(key), time.monotonic()
    if known is not None and known < len(mesh.vertices) and _weight(mesh, known, group.index):
        return True
    if now - _WITHOUT.get(key, -_AGAIN) < _AGAIN:
        return False
    step = -(-len(mesh.vertices) // _MOST_SEEN) or 1
    seen = range(0, len(mesh.vertices), step)
    vertex = next((number for number in seen if _weight(mesh, number, group.index)), None)
    for memory in (_WEIGHTED, _WITHOUT):
        memory.pop(key, None)
        while len(memory) >= _MOST_KNOWN:
            del memory[next(iter(memory))]
    if vertex is None:
        _WITHOUT[key] = now
    else:
        _WEIGHTED[key] = vertex
    return vertex is not None


def _weight(mesh: Mesh, vertex: int, group: int) -> float:
    """Return the weight of a vertex in a vertex group, 0 to 1."""
    members = mesh.vertices[vertex].groups
    return next((member.weight for member in members if member.group == group), 0.0)
