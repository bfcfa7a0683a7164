# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects that make one face, and the controls that move it.

What belongs together is read from the scene: a mesh belongs to the armature that deforms it, any
other object to its parent. Meshes under one armature are one face; without an armature, so are a
mesh and the meshes below it. A set of meshes that lacks the eyes or the mouth (teeth, a tongue, an
eyeball) joins the face it shares its nearest ancestor with. Heads that show the same mesh are one
face, whatever they belong to: their shape keys are the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import bpy
from bpy.types import ID, Object, Scene
from bpy.utils import unescape_identifier

from ..core.channels import CHANNELS
from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..core.rig.convention import RigMap
from ..core.rig.matching import guess
from .bones import bone_controls
from .control import BlockedReason, Control, Path, summarise
from .rna_properties import property_control, property_controls
from .shape_keys import shape_key_controls, shape_key_names


@dataclass(frozen=True)
class Face:
    """The parts of one face; valid until undo, a removal or another file.

    Attributes:
        name: of the object that covers the most channels.
        objects: those with controls of known channels, that which covers the most first.
        armature: the armature object of the character, or None.
        maps: the map of each object, in the order of ``objects``.
        sharing: names of two objects each, the first one's of the face, that move together as they
            show the same mesh although they belong to different armatures, faces or scenes.
    """

    name: str
    objects: tuple[Object, ...]
    armature: Object | None
    maps: tuple[RigMap, ...]
    sharing: tuple[tuple[str, str], ...] = ()

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that have a control on some object, in the order of ``CHANNELS``."""
        covered = {channel for rig_map in self.maps for channel in rig_map.channels}
        return tuple(name for name in CHANNELS if name in covered)

    @cached_property
    def animated_ids(self) -> tuple[ID, ...]:
        """The IDs that animation of the face belongs to, each once."""
        return tuple(dict.fromkeys(control.owner for control in self.controls()))

    def controls(self) -> tuple[Control, ...]:
        """Return every control with why it is blocked at this moment.

        Controls of objects that share their shape keys count once, as they move together.
        """
        controls: dict[tuple[ID, Path], Control] = {}
        for obj, rig_map in zip(self.objects, self.maps, strict=True):
            for control in _controls_of(obj, rig_map):
                controls.setdefault((control.owner, control.path), control)
        return tuple(controls.values())

    def control_at(self, owner: ID, path: Path) -> Control | None:
        """Return any number of one of ``animated_ids`` as a control that no channel moves.

        Args:
            owner: the ID.
            path: of the number, such as that of a curve that the artist has added.
        """
        obj = next(control.object for control in self.controls() if control.owner == owner)
        return property_control(obj, owner, *path, name=_name_in(path[0]))

    def blocked(self) -> tuple[BlockedReason, ...]:
        """Return what cannot be driven and why, as ``summarise`` puts it."""
        return summarise(self.controls())


def find_object(name: str, scene: Scene) -> Object:
    """Return the object of that name.

    Raises:
        EmoteBotError: the scene has none.
    """
    obj = scene.objects.get(name)
    if obj is None:
        raise EmoteBotError(
            "There is no object “{name}” in the scene “{scene}”", name=name, scene=scene.name
        )
    return obj


def find_face(start: Object | None, scene: Scene) -> Face:
    """Return the face that an object is part of.

    Args:
        start: any object of the character (mesh, armature, empty, a part of the body); None for the
            only face in the scene.
        scene: where the character is.

    Raises:
        EmoteBotError: there is no face, none of its shape keys is known, or there are several to
            choose from.
    """
    faces = _faces(scene)
    if start is None:
        if not faces:
            raise EmoteBotError(_why_no_face(list(scene.objects), scene.name))
        many = Message("The scene “{scene}” has {count} faces", scene=scene.name, count=len(faces))
        return _only(faces, many)
    if all(obj != start for obj in scene.objects):
        raise EmoteBotError(
            "The object “{start}” is not in the scene “{scene}”", start=start.name, scene=scene.name
        )
    own = next((face for face in faces if start in face.objects), None)
    if own is not None:
        return own
    for ancestor in _ancestry(start):
        below = [face for face in faces if ancestor in _ancestors(face)]
        if below:
            hosts = [face for face in below if not _rides(face, below)] or below
            many = Message("“{start}” leads to {count} faces", start=start.name, count=len(hosts))
            return _only(hosts, many)
    top = list(_ancestry(start))[-1]
    family = [other for other in scene.objects if top in _ancestry(other)]
    raise EmoteBotError(_why_no_face(family, start.name))


def _faces(scene: Scene) -> list[Face]:
    """Return every face in the scene, in the order of the objects."""
    groups: dict[Object, list[Object]] = {}
    for obj in scene.objects:
        if _map_of(obj).channels:
            groups.setdefault(_anchor(obj), []).append(obj)
    _join_sharing(groups, [anchor for anchor in groups if _is_complete(groups[anchor])])
    for anchor in list(groups):
        if not _is_complete(groups[anchor]):
            host = _host(anchor, groups)
            if host is not None:
                groups[host] += groups.pop(anchor)
    _join_sharing(groups, list(groups))
    return [_face(anchor, members) for anchor, members in groups.items()]


def _join_sharing(groups: dict[Object, list[Object]], anchors: list[Object]) -> None:
    """Make one group of those whose fullest objects show the same mesh.

    Args:
        groups: the objects of each anchor; those of a later group go into an earlier one.
        anchors: of the groups in question.
    """
    first: dict[ID, Object] = {}
    for anchor in anchors:
        other = first.setdefault(_ranked(groups[anchor])[0].data, anchor)
        if other != anchor:
            groups[other] += groups.pop(anchor)


def _sharing(members: list[Object]) -> list[tuple[str, str]]:
    """Return the names of each object that shows the same mesh as another one, and of that.

    Args:
        members: the objects of a face; the pairs are in their order.
    """
    shared = {obj.data: obj for obj in reversed(members) if obj.data.users > 1}
    pairs: dict[str, list[tuple[str, str]]] = {obj.name: [] for obj in members}
    for other in bpy.data.objects if shared else ():
        one = shared.get(other.data)
        if one is not None and _anchor(one) != _anchor(other) and other.users_scene:
            pairs[one.name].append((one.name, other.name))
    return [pair for own in pairs.values() for pair in own]


def _ranked(members: list[Object]) -> list[Object]:
    """Return objects, that which covers the most channels first.

    Those that show the same mesh follow each other by name, the first one before its duplicates.
    """
    place = {obj.data: index for index, obj in reversed(list(enumerate(members)))}
    return sorted(members, key=lambda obj: (-len(_map_of(obj).channels), place[obj.data], obj.name))


def _face(anchor: Object, members: list[Object]) -> Face:
    ranked = _ranked(members)
    related = [anchor, *(ancestor for obj in ranked for ancestor in _ancestry(obj))]
    armature = next((obj for obj in related if obj.type == "ARMATURE"), None)
    maps = tuple(_map_of(obj) for obj in ranked)
    return Face(ranked[0].name, tuple(ranked), armature, maps, tuple(_sharing(ranked)))


def _host(part: Object, groups: dict[Object, list[Object]]) -> Object | None:
    """Return the anchor of the face that a part without eyes or mouth belongs to.

    That is the one whole face under the nearest ancestor that has any. Where no face is whole, it
    is the group with the most channels, if it has all of the part's or none: two groups that share
    some are two faces. An armature is a part of another armature only, never of a neighbour.
    """
    for ancestor in list(_ancestry(part))[1:]:
        if part.type == "ARMATURE" and ancestor.type != "ARMATURE":
            continue
        related = [
            anchor
            for anchor, members in groups.items()
            if anchor != part and any(ancestor in _ancestry(obj) for obj in members)
        ]
        complete = [anchor for anchor in related if _is_complete(groups[anchor])]
        if complete:
            return complete[0] if len(complete) == 1 else None
        if related:
            fullest = max(related, key=lambda anchor: len(_covered(groups[anchor])))
            own, other = _covered(groups[part]), _covered(groups[fullest])
            return fullest if own < other or not own & other else None
    return None


def _ancestors(face: Face) -> set[Object]:
    """Return everything that the parts of a face belong to, themselves among it."""
    return {ancestor for obj in face.objects for ancestor in _ancestry(obj)}


def _rides(face: Face, others: list[Face]) -> bool:
    """Return whether a face hangs on the armature of another one, as a rider's on a horse's."""
    ancestors = _ancestors(face)
    return any(
        other.armature in ancestors and other.armature != face.armature
        for other in others
        if other.armature is not None
    )


def _ancestry(obj: Object) -> Iterator[Object]:
    """Yield an object, what it belongs to, what that belongs to, and so on to the top."""
    seen: set[Object] = set()
    ancestor: Object | None = obj
    while ancestor is not None and ancestor not in seen:
        seen.add(ancestor)
        yield ancestor
        ancestor = _deforming_armature(ancestor) or ancestor.parent


def _deforming_armature(obj: Object) -> Object | None:
    for modifier in obj.modifiers:
        if modifier.type == "ARMATURE" and modifier.object is not None:
            return modifier.object
    return None


def _anchor(obj: Object) -> Object:
    """Return the object that stands for the face: its armature, else its topmost mesh."""
    ancestry = list(_ancestry(obj))
    armature = next((ancestor for ancestor in ancestry if ancestor.type == "ARMATURE"), None)
    if armature is not None:
        return armature
    top = obj
    for ancestor in ancestry[1:]:
        if ancestor.type != "MESH":
            break
        top = ancestor
    return top


def _map_of(obj: Object) -> RigMap:
    return guess(shape_key_names(obj))


def _controls_of(obj: Object, rig_map: RigMap) -> list[Control]:
    return [
        *shape_key_controls(obj, rig_map.kinds["shape_key"]),
        *bone_controls(obj, rig_map.kinds["bone"]),
        *property_controls(obj, rig_map.kinds["property"]),
    ]


def _name_in(data_path: str) -> str:
    """Return the name that a data path has in quotes, or the path itself where it has none."""
    match = re.search(r'\["(.*)"\]', data_path)
    return str(unescape_identifier(match[1])) if match else data_path


def _covered(members: list[Object]) -> set[str]:
    return {channel for obj in members for channel in _map_of(obj).channels}


def _is_complete(members: list[Object]) -> bool:
    covered = _covered(members)
    eyes = any(name.startswith(("eyeBlink", "eyeSquint", "eyeWide", "brow")) for name in covered)
    return eyes and any(name.startswith("mouth") for name in covered)


def _only(faces: list[Face], many: Message) -> Face:
    if len(faces) > 1:
        names = tuple(Message("“{face}”", face=face.name) for face in faces)
        raise EmoteBotError("{many}; name or select one of them: {names}", many=many, names=names)
    return faces[0]


def _why_no_face(objects: list[Object], name: str) -> Message:
    """Return why there is no face, and what to do next.

    Args:
        objects: those in question.
        name: of what was asked for a face, an object or a scene.
    """
    keyed = next((obj for obj in objects if shape_key_names(obj)), None)
    if keyed is not None:
        return Message(
            "“{name}” has no face: no shape key of “{object}” has a name that EmoteBot knows, such "
            "as “jawOpen”; rename them, or select another character",
            name=name,
            object=keyed.name,
        )
    instance = next((obj for obj in objects if obj.instance_collection), None)
    if instance is not None:
        return Message(
            "“{name}” has no face: “{instance}” shows a collection; make it real "
            "(Object > Apply > Make Instances Real) or a library override",
            name=name,
            instance=instance.name,
        )
    return Message(
        "“{name}” has no face: select a character with shape keys, or add EmoteBot", name=name
    )
