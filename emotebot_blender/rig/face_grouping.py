# SPDX-License-Identifier: GPL-3.0-or-later
"""Which objects make one face.

What belongs together is read from the scene: a mesh belongs to the armature that deforms it, any
other object to its parent. Meshes under one armature are one face; without an armature, so are a
mesh and the meshes below it. A set of meshes that lacks the eyes or the mouth, or that is named as
a part of a face (teeth, a tongue, an eyeball), joins the face it shares its nearest ancestor with.
Heads that show the same mesh are one face, whatever they belong to: their shape keys are the same.
An armature is a part by its bones: of the face of its meshes, or a face of its own where they move
eyes and mouth; one whose bones turn no more than eyeballs and a jaw is none.
"""

import re
from collections.abc import Iterator

import bpy
from bpy.types import ID, Object, Scene

from ..core.channels import LIDS_AND_BROWS
from ..core.rig.convention import RigMap
from .deforming_bones import deform
from .map_corrections import corrected_channels, is_corrected
from .object_maps import map_of

_ABOUT_AS_MANY = 0.75
"""Share of the most channels that an object of a face covers which the head does cover."""

_OF_A_HEAD = re.compile("head|face", re.IGNORECASE)
_OF_A_PART = re.compile(
    "eye|brow|lash|iris|pupil|cornea|tear|teeth|tooth|gum|tongue|mouth|hair|beard|moustache|mustache"
    "|glasses",
    re.IGNORECASE,
)
"""Names of objects that are a head, and of those that are a part of one."""

_PART = 2
"""How unlikely the name of a part is for a head."""


def group_objects(scene: Scene) -> dict[Object, list[Object]]:
    """Return the objects of every face in the scene, in their order, by what they belong to."""
    groups: dict[Object, list[Object]] = {}
    for obj in scene.objects:
        if map_of(obj).channels:
            groups.setdefault(_anchor(obj), []).append(obj)
    _join_sharing(groups, [anchor for anchor in groups if _is_complete(groups[anchor])])
    for anchor in list(groups):
        if not _is_complete(groups[anchor]):
            host = _host(anchor, groups)
            if host is not None:
                groups[host] += groups.pop(anchor)
    for obj in scene.objects:  # brows, or a head, may show emotions as a whole and nothing else
        rig_map = map_of(obj)
        if rig_map.presets and not rig_map.channels:
            anchor = _anchor(obj)
            groups.setdefault(anchor, []).append(obj)
            host = _host(anchor, groups) if groups[anchor] == [obj] else None
            if host is not None:
                groups[host] += groups.pop(anchor)
    _join_sharing(groups, list(groups))
    return {
        anchor: members
        for anchor, members in groups.items()
        if _is_complete(members) or not _are_bones(members) or any(map(is_corrected, members))
    }


def ranked(members: list[Object]) -> list[Object]:
    """Return objects, the head first, armatures last.

    That is one of those that cover about the most channels of expression, as eyeballs may carry the
    names of all channels: the one with a head's name, not that of a part of one, and then with the
    most vertices. Those that show the same mesh follow each other by name, the first one before its
    duplicates.
    """
    counts = {obj: _expressive_count(obj) for obj in members}
    enough = _ABOUT_AS_MANY * max(counts.values(), default=0)
    place = {obj.data: index for index, obj in reversed(list(enumerate(members)))}
    return sorted(
        members,
        key=lambda obj: (
            obj.type == "ARMATURE",
            counts[obj] < enough,
            _unlikeliness(obj.name),
            -_vertex_count(obj),
            -counts[obj],
            place[obj.data],
            obj.name,
        ),
    )


def parts_of(members: list[Object]) -> dict[Object, RigMap]:
    """Return the parts of a face in the order of ``ranked``, each with its map.

    What shape keys show, bones do not show once more, unless an artist has chosen them for it; an
    armature that adds nothing is no part. Where shape keys only approximate what bones show that
    deform the face, such as a vowel the open jaw, it is left to the bones.
    """
    maps = {obj: map_of(obj) for obj in ranked(members)}
    meshes = [obj for obj in maps if obj.type != "ARMATURE"]
    for obj in [obj for obj in maps if obj.type == "ARMATURE"]:
        feeds, approximated = maps[obj].feeds, maps[obj].approximated
        by_bones = {name for name in feeds if all(f.control.kind == "bone" for f in feeds[name])}
        for name in by_bones & _approximated([maps[mesh] for mesh in meshes]) - approximated:
            if deform(obj, {feed.control.name for feed in feeds[name]}, meshes):
                maps |= {mesh: maps[mesh].without({name}) for mesh in meshes}
        keyed = {channel for mesh in meshes for channel in maps[mesh].channels}
        maps[obj] = maps[obj].without(keyed & by_bones - corrected_channels(obj))
        if not maps[obj].drives:
            del maps[obj]
    return maps


def related_meshes(start: Object, scene: Scene) -> list[Object]:
    """Return the meshes that belong to what an object belongs to, or to the object itself."""
    anchor = _anchor(start)
    return [
        obj
        for obj in scene.objects
        if obj.type == "MESH" and (_anchor(obj) == anchor or start in ancestry(obj))
    ]


def ancestry(obj: Object) -> Iterator[Object]:
    """Yield an object, what it belongs to, what that belongs to, and so on to the top."""
    seen: set[Object] = set()
    ancestor: Object | None = obj
    while ancestor is not None and ancestor not in seen:
        seen.add(ancestor)
        yield ancestor
        ancestor = _deforming_armature(ancestor) or ancestor.parent


def sharing_pairs(members: list[Object]) -> list[tuple[str, str]]:
    """Return the names of each object that shows the same mesh as another one, and of that.

    Args:
        members: the objects of a face; the pairs are in their order.
    """
    meshes = [obj for obj in reversed(members) if obj.type != "ARMATURE"]  # these have own poses
    shared = {obj.data: obj for obj in meshes if obj.data.users > 1}
    pairs: dict[str, list[tuple[str, str]]] = {obj.name: [] for obj in members}
    for other in bpy.data.objects if shared else ():
        one = shared.get(other.data)
        if one is not None and _anchor(one) != _anchor(other) and other.users_scene:
            pairs[one.name].append((one.name, other.name))
    return [pair for own in pairs.values() for pair in own]


def _join_sharing(groups: dict[Object, list[Object]], anchors: list[Object]) -> None:
    """Make one group of those whose fullest objects show the same mesh.

    Args:
        groups: the objects of each anchor; those of a later group go into an earlier one.
        anchors: of the groups in question.
    """
    first: dict[ID, Object] = {}
    for anchor in anchors:
        fullest = ranked(groups[anchor])[0]
        shown = fullest if fullest.type == "ARMATURE" else fullest.data
        other = first.setdefault(shown, anchor)
        if other != anchor:
            groups[other] += groups.pop(anchor)


def _host(part: Object, groups: dict[Object, list[Object]]) -> Object | None:
    """Return the anchor of the face that a part without eyes or mouth belongs to.

    That is the one whole face under the nearest ancestor that has any. Where no face is whole, it
    is the group with the most channels, if it has all of the part's or none: two groups that share
    some are two faces. An armature is a part of another armature only, never of a neighbour.
    """
    for ancestor in list(ancestry(part))[1:]:
        if part.type == "ARMATURE" and ancestor.type != "ARMATURE":
            continue
        related = [
            anchor
            for anchor, members in groups.items()
            if anchor != part and any(ancestor in ancestry(obj) for obj in members)
        ]
        complete = [anchor for anchor in related if _is_complete(groups[anchor])]
        if complete:
            return complete[0] if len(complete) == 1 else None
        if related:
            fullest = max(related, key=lambda anchor: len(_covered(groups[anchor])))
            own, other = _covered(groups[part]), _covered(groups[fullest])
            return fullest if own < other or not own & other else None
    return None


def _deforming_armature(obj: Object) -> Object | None:
    for modifier in obj.modifiers:
        if modifier.type == "ARMATURE" and modifier.object is not None:
            return modifier.object
    return None


def _anchor(obj: Object) -> Object:
    """Return the object that stands for the face: its armature, else its topmost mesh."""
    lineage = list(ancestry(obj))
    armature = next((ancestor for ancestor in lineage if ancestor.type == "ARMATURE"), None)
    if armature is not None:
        return armature
    top = obj
    for ancestor in lineage[1:]:
        if ancestor.type != "MESH":
            break
        top = ancestor
    return top


def _expressive_count(obj: Object) -> int:
    """Return how many controls of an object show emotions: all but those of gaze and tongue."""
    rig_map = map_of(obj)
    expressive = [name for name in rig_map.channels if not name.startswith(("eyeLook", "tongue"))]
    return len(expressive) + len(rig_map.presets)


def _unlikeliness(name: str) -> int:
    """Return how unlikely a name is for a head: 0 for a head's own, ``_PART`` for a part's."""
    if _OF_A_PART.search(name):
        return _PART
    return 0 if _OF_A_HEAD.search(name) else 1


def _vertex_count(obj: Object) -> int:
    return len(obj.data.vertices) if obj.type == "MESH" else 0


def _covered(members: list[Object]) -> set[str]:
    return {channel for obj in members for channel in map_of(obj).channels}


def _approximated(maps: list[RigMap]) -> set[str]:
    """Return the channels that maps have nothing but stand-ins for."""
    own = {channel for one in maps for channel in one.channels if channel not in one.approximated}
    return {channel for one in maps for channel in one.approximated} - own


def _are_bones(members: list[Object]) -> bool:
    """Return whether nothing but bones moves."""
    return not any(map_of(obj).kinds[kind] for obj in members for kind in ("shape_key", "property"))


def _is_complete(members: list[Object]) -> bool:
    """Return whether objects are a whole face: eyeballs may carry the names of all channels."""
    if all(_unlikeliness(obj.name) == _PART for obj in members):
        return False
    covered = _covered(members)
    has_mouth = any(name.startswith("mouth") for name in covered)
    return has_mouth and not LIDS_AND_BROWS.isdisjoint(covered)
