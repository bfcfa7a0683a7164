# SPDX-License-Identifier: GPL-3.0-or-later
"""The meshes and the armature that make one face, and the shape keys that move it.

What belongs together is read from the scene: a mesh belongs to the armature that deforms it, any
other object to its parent. Meshes under one armature are one face; without an armature, so are a
mesh and the meshes below it. A set of meshes that lacks the eyes or the mouth (teeth, a tongue, an
eyeball) joins the face it shares its nearest ancestor with.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bpy.types import Key, Mesh, Object, Scene, ShapeKey

from ..core.channels import CHANNELS, INDEX
from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..core.rig.convention import RigMap, guess

BlockedReason = tuple[str | Message, Message]
"""What cannot be driven, a control's name or "all of Head", and why, such as "muted"."""


@dataclass(frozen=True)
class Control:
    """A shape key that channels of the face move.

    Attributes:
        mesh: the object.
        shape_key: name of the shape key.
        sources: (index of the channel in ``CHANNELS``, gain) pairs, at least one.
        blocked: why it cannot be driven, such as "muted"; None where it can.
    """

    mesh: Object
    shape_key: str
    sources: tuple[tuple[int, float], ...]
    blocked: Message | None

    @property
    def name(self) -> str:
        """The names of the object and of the shape key, for people."""
        return f"{self.mesh.name}: {self.shape_key}"


@dataclass(frozen=True)
class Face:
    """The parts of one face; valid until undo, a removal or another file.

    Attributes:
        name: of the object that covers the most channels.
        objects: those with shape keys of known channels, that which covers the most first.
        armature: the armature object of the character, or None.
        maps: the map of each mesh, in the order of ``objects``.
    """

    name: str
    objects: tuple[Object, ...]
    armature: Object | None
    maps: tuple[RigMap, ...]

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that have a control on some mesh, in the order of ``CHANNELS``."""
        covered = {channel for found in self.maps for channel in found.channels}
        return tuple(name for name in CHANNELS if name in covered)

    def controls(self) -> tuple[Control, ...]:
        """Return every control with what stands in its way at this moment.

        Objects that share their shape keys count once, as they move together.
        """
        found, seen = [], set()
        for mesh, rig_map in zip(self.objects, self.maps, strict=True):
            keys = mesh.data.shape_keys
            if keys in seen:
                continue
            seen.add(keys)
            whole = _all_blocked(mesh.data)
            driven = _driven_paths(keys)
            for name, pairs in rig_map.sources().items():
                block = keys.key_blocks[name]
                sources = tuple((INDEX[channel], gain) for channel, gain in pairs)
                found.append(Control(mesh, name, sources, whole or _blocked(block, driven)))
        return tuple(found)

    def blocked(self) -> tuple[BlockedReason, ...]:
        """Return what cannot be driven and why, as ``summarise`` puts it."""
        return summarise(self.controls())


def summarise(controls: Iterable[Control]) -> tuple[BlockedReason, ...]:
    """Return (control, reason) pairs that make sentences: "Head: jawOpen" is "muted".

    Where one reason stops a whole mesh, that is one pair: "all of Head" is "muted".
    """
    by_mesh: dict[str, list[Control]] = {}
    for control in controls:
        by_mesh.setdefault(control.mesh.name, []).append(control)
    pairs: list[BlockedReason] = []
    for mesh, members in by_mesh.items():
        reasons = {control.blocked for control in members}
        if len(members) > 1 and len(reasons) == 1 and (reason := members[0].blocked):
            pairs.append((Message("all of {object}", object=mesh), reason))
        else:
            pairs += [(control.name, control.blocked) for control in members if control.blocked]
    return tuple(pairs)


def find_object(name: str, scene: Scene) -> Object:
    """Return the object of that name.

    Raises:
        EmoteBotError: the scene has none.
    """
    found = scene.objects.get(name)
    if found is None:
        raise EmoteBotError(
            "There is no object “{name}” in the scene “{scene}”", name=name, scene=scene.name
        )
    return found


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
            whose = Message("The scene “{scene}”", scene=scene.name)
            raise EmoteBotError(_why_no_face(list(scene.objects), whose))
        many = Message("The scene “{scene}” has {count} faces", scene=scene.name, count=len(faces))
        return _only(faces, many)
    if all(thing != start for thing in scene.objects):
        raise EmoteBotError(
            "The object “{start}” is not in the scene “{scene}”", start=start.name, scene=scene.name
        )
    own = next((face for face in faces if start in face.objects), None)
    if own is not None:
        return own
    for place in _line(start):
        below = [face for face in faces if place in _places(face)]
        if below:
            hosts = [face for face in below if not _rides(face, below)] or below
            many = Message("“{start}” leads to {count} faces", start=start.name, count=len(hosts))
            return _only(hosts, many)
    top = list(_line(start))[-1]
    family = [other for other in scene.objects if top in _line(other)]
    whose = Message("The character of “{start}”", start=start.name)
    raise EmoteBotError(_why_no_face(family, whose))


def _faces(scene: Scene) -> list[Face]:
    """Return every face in the scene, in the order of the objects."""
    groups: dict[Object, list[Object]] = {}
    for mesh in scene.objects:
        if _map_of(mesh).controls:
            groups.setdefault(_anchor(mesh), []).append(mesh)
    for anchor in list(groups):
        if not _is_whole(groups[anchor]):
            home = _home(anchor, groups)
            if home is not None:
                groups[home] += groups.pop(anchor)
    return [_face(anchor, meshes) for anchor, meshes in groups.items()]


def _face(anchor: Object, meshes: list[Object]) -> Face:
    ranked = sorted(meshes, key=lambda mesh: -len(_map_of(mesh).controls))
    lines = [anchor, *(place for mesh in ranked for place in _line(mesh))]
    armature = next((place for place in lines if place.type == "ARMATURE"), None)
    maps = tuple(_map_of(mesh) for mesh in ranked)
    return Face(ranked[0].name, tuple(ranked), armature, maps)


def _home(part: Object, groups: dict[Object, list[Object]]) -> Object | None:
    """Return the anchor of the face that a part without eyes or mouth belongs to.

    That is the one whole face under the nearest ancestor that has any. Where no face is whole, it
    is the group with the most channels, if it has all of the part's or none: two groups that share
    some are two faces. An armature is a part of another armature only, never of a neighbour.
    """
    for place in list(_line(part))[1:]:
        if part.type == "ARMATURE" and place.type != "ARMATURE":
            continue
        kin = [
            anchor
            for anchor, meshes in groups.items()
            if anchor != part and any(place in _line(mesh) for mesh in meshes)
        ]
        whole = [anchor for anchor in kin if _is_whole(groups[anchor])]
        if whole:
            return whole[0] if len(whole) == 1 else None
        if kin:
            fullest = max(kin, key=lambda anchor: len(_covered(groups[anchor])))
            own, other = _covered(groups[part]), _covered(groups[fullest])
            return fullest if own < other or not own & other else None
    return None


def _places(face: Face) -> set[Object]:
    """Return everything that the parts of a face belong to."""
    return {place for mesh in face.objects for place in _line(mesh)}


def _rides(face: Face, others: list[Face]) -> bool:
    """Return whether a face hangs on the armature of another one, as a rider's on a horse's."""
    places = _places(face)
    return any(
        other.armature in places and other.armature != face.armature
        for other in others
        if other.armature is not None
    )


def _line(thing: Object) -> Iterator[Object]:
    """Yield an object, what it belongs to, what that belongs to, and so on to the top."""
    seen: set[Object] = set()
    place: Object | None = thing
    while place is not None and place not in seen:
        seen.add(place)
        yield place
        place = _deforming_armature(place) or place.parent


def _deforming_armature(thing: Object) -> Object | None:
    for modifier in thing.modifiers:
        if modifier.type == "ARMATURE" and modifier.object is not None:
            return modifier.object
    return None


def _anchor(mesh: Object) -> Object:
    """Return the object that stands for the face: its armature, else its topmost mesh."""
    line = list(_line(mesh))
    for place in line:
        if place.type == "ARMATURE":
            return place
    top = mesh
    for place in line[1:]:
        if place.type != "MESH":
            break
        top = place
    return top


def _map_of(thing: Object) -> RigMap:
    keys = thing.data.shape_keys if thing.type == "MESH" else None
    return guess(block.name for block in keys.key_blocks[1:]) if keys else guess(())


def _covered(meshes: list[Object]) -> set[str]:
    return {channel for mesh in meshes for channel in _map_of(mesh).channels}


def _is_whole(meshes: list[Object]) -> bool:
    covered = _covered(meshes)
    eyes = any(name.startswith(("eyeBlink", "eyeSquint", "eyeWide", "brow")) for name in covered)
    return eyes and any(name.startswith("mouth") for name in covered)


def _all_blocked(mesh: Mesh) -> Message | None:
    if mesh.library is not None:
        return Message(
            "linked from “{library}”; make the mesh data local or a library override first",
            library=mesh.library.name,
        )
    if mesh.override_library is not None and mesh.override_library.is_system_override:
        return Message("a library override that is not editable; make it editable first")
    if not mesh.shape_keys.use_relative:
        return Message("on absolute shape keys, whose values do nothing")
    return None


def _driven_paths(keys: Key) -> set[str]:
    data = keys.animation_data
    return {curve.data_path for curve in data.drivers} if data else set()


def _blocked(block: ShapeKey, driven: set[str]) -> Message | None:
    if block.path_from_id("value") in driven:
        return Message("driven")
    if block.mute:
        return Message("muted")
    if block.lock_shape:
        return Message("locked")
    return None


def _only(faces: list[Face], many: Message) -> Face:
    if len(faces) > 1:
        names = tuple(Message("“{face}”", face=face.name) for face in faces)
        raise EmoteBotError("{many}; name or select one of them: {names}", many=many, names=names)
    return faces[0]


def _why_no_face(objects: list[Object], whose: Message) -> Message:
    keyed = [thing for thing in objects if thing.type == "MESH" and thing.data.shape_keys]
    if keyed:
        return Message(
            "{whose} has no shape key named after a channel of a face "
            "(shape keys were found on {names})",
            whose=whose,
            names=tuple(Message("“{object}”", object=thing.name) for thing in keyed[:3]),
        )
    instance = next((thing for thing in objects if thing.instance_collection), None)
    if instance is not None:
        return Message(
            "{whose} has no face of its own: “{instance}” shows a collection, "
            "so make the instance real or a library override first",
            whose=whose,
            instance=instance.name,
        )
    return Message("{whose} has no face: no mesh has shape keys", whose=whose)
