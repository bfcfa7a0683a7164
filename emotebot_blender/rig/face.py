# SPDX-License-Identifier: GPL-3.0-or-later
"""A face of a scene: its objects, and the controls that move it."""

from dataclasses import dataclass, replace
from functools import cached_property

import bpy
from bpy.types import ID, Object, Scene

from ..core.channels import CHANNELS
from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..core.rig.convention import RigMap
from ..core.rig.whole_share import automatic_share
from .control import BlockedReason, Control, Path, not_editable, quoted_name, summarise
from .driver_sources import with_sources
from .face_grouping import ancestry, group_objects, parts_of, sharing_pairs
from .head_bones import Head, find_head, has_head_names, head_control
from .object_maps import controls_of, map_of
from .rna_properties import property_control
from .shape_keys import shape_key_names


@dataclass(frozen=True)
class Face:
    """The parts of one face; valid until undo, a removal or another file.

    Attributes:
        name: of the head, the first of the objects.
        objects: those with controls of known channels, in the order of ``ranked``.
        armature: the armature object of the character, or None; one of ``objects`` where bones of
            it show channels that no shape key of the face does.
        maps: the map of each object, in the order of ``objects``.
        sharing: names of two objects each, the first one's of the face, that move together as they
            show the same mesh although they belong to different armatures, faces or scenes.
        whole_share: how much of a feeling its presets show, 0 to 1, the rest its channels; None for
            what suits the rig.
    """

    name: str
    objects: tuple[Object, ...]
    armature: Object | None
    maps: tuple[RigMap, ...]
    sharing: tuple[tuple[str, str], ...] = ()
    whole_share: float | None = None

    @property
    def has_presets(self) -> bool:
        """Whether some of its controls show emotions as a whole."""
        return any(rig_map.presets for rig_map in self.maps)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that have a control on some object, in the order of ``CHANNELS``."""
        covered = {channel for rig_map in self.maps for channel in rig_map.channels}
        return tuple(name for name in CHANNELS if name in covered)

    @cached_property
    def animated_ids(self) -> tuple[ID, ...]:
        """The IDs that animation of the face belongs to, each once."""
        owners = [control.owner for control in self.controls()]
        return tuple(dict.fromkeys([*owners, *filter(None, [self.head_armature])]))

    @property
    def head_armature(self) -> Object | None:
        """The armature whose bones may turn the head, by their names; None where none has such."""
        return self.armature if has_head_names(self.armature) else None

    def head(self) -> Head | None:
        """Return what turns the head at this moment; None where no bone does."""
        armature = self.head_armature
        if armature is None:
            return None
        meshes = [obj for obj in self.objects if obj.type == "MESH"]
        return find_head(armature, meshes or armature.children_recursive)

    def controls(self) -> tuple[Control, ...]:
        """Return every control with why it is blocked at this moment.

        Controls of objects that share their shape keys count once, as they move together. What
        drives a shape key or a property takes its place.
        """
        controls: dict[tuple[ID, Path], Control] = {}
        for obj, rig_map in zip(self.objects, self.maps, strict=True):
            for control in controls_of(obj, rig_map):
                controls.setdefault((control.owner, control.path), control)
        share = automatic_share(self.maps) if self.whole_share is None else self.whole_share
        return tuple(
            replace(control, drive=replace(control.drive, share=share))
            if control.drive.emotions
            else control
            for control in with_sources(controls.values())
        )

    def speech_controls(self) -> tuple[Control, ...]:
        """Return the shape keys that are left to lip-sync, as bones show their channels.

        So is a vowel that would stand in for the open jaw.
        """
        moved = {(control.owner, control.path) for control in self.controls()}
        left = []
        for obj, rig_map in zip(self.objects, self.maps, strict=True):
            found = map_of(obj) if obj.type == "MESH" else rig_map
            names = found.approximated - rig_map.feeds.keys()
            left += controls_of(obj, RigMap("", {name: found.feeds[name] for name in names}))
        return tuple(control for control in left if (control.owner, control.path) not in moved)

    def holders(self) -> tuple[Object, ...]:
        """Return the objects whose numbers move the face: its own, and those that drive them."""
        return tuple(dict.fromkeys((*self.objects, *(own.object for own in self.controls()))))

    def control_at(self, owner: ID, path: Path) -> Control | None:
        """Return any number of one of ``animated_ids`` as a control that no channel moves.

        Args:
            owner: the ID.
            path: of the number, such as that of a curve that the artist has added.
        """
        if owner == self.head_armature and (turning := head_control(owner, path)) is not None:
            return turning
        objects = (control.object for control in self.controls() if control.owner == owner)
        obj = next(objects, self.armature)
        return property_control(obj, owner, *path, name=quoted_name(path[0]))

    def blocked(self) -> tuple[BlockedReason, ...]:
        """Return what cannot be driven and why, as ``summarise`` puts it."""
        return summarise(self.controls())


def find_object(name: str, scene: Scene) -> Object:
    """Return the object of that name, the one that can be edited where a linked one has it, too.

    Raises:
        EmoteBotError: the scene has none.
    """
    named = [obj for obj in scene.objects if obj.name == name]
    if named:
        return min(named, key=lambda obj: not obj.is_editable)
    other = next((other for other in bpy.data.scenes if name in other.objects), None)
    if other is None:
        raise EmoteBotError(
            "There is no object “{name}” in the scene “{scene}”", name=name, scene=scene.name
        )
    raise EmoteBotError(
        "There is no object “{name}” in the scene “{scene}”, but in “{other}”: switch to that one",
        name=name,
        scene=scene.name,
        other=other.name,
    )


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
    faces = [_face(*group) for group in group_objects(scene).items()]
    if start is None:
        if not faces:
            elsewhere = _face_elsewhere(scene)
            raise EmoteBotError(elsewhere or _why_no_face(list(scene.objects), scene.name))
        many = Message("The scene “{scene}” has {count} faces", scene=scene.name, count=len(faces))
        return _only(faces, many)
    if all(obj != start for obj in scene.objects):
        raise EmoteBotError(
            "The object “{start}” is not in the scene “{scene}”", start=start.name, scene=scene.name
        )
    own = next((face for face in faces if start in face.objects), None)
    if own is not None:
        return own
    for ancestor in ancestry(start):
        below = [face for face in faces if ancestor in _ancestors(face)]
        if below:
            hosts = [face for face in below if not _rides(face, below)] or below
            many = Message("“{start}” leads to {count} faces", start=start.name, count=len(hosts))
            return _only(hosts, many)
    top = list(ancestry(start))[-1]
    family = [other for other in scene.objects if top in ancestry(other)]
    raise EmoteBotError(_why_no_face(family, start.name))


def _face(anchor: Object, members: list[Object]) -> Face:
    maps = parts_of(members)
    parts = tuple(maps)
    related = [anchor, *(ancestor for obj in parts for ancestor in ancestry(obj))]
    armature = next((obj for obj in related if obj.type == "ARMATURE"), None)
    return Face(
        parts[0].name, parts, armature, tuple(maps.values()), tuple(sharing_pairs(list(parts)))
    )


def _ancestors(face: Face) -> set[Object]:
    """Return everything that the parts of a face belong to, themselves among it."""
    return {ancestor for obj in face.objects for ancestor in ancestry(obj)}


def _rides(face: Face, others: list[Face]) -> bool:
    """Return whether a face hangs on the armature of another one, as a rider's on a horse's."""
    ancestors = _ancestors(face)
    return any(
        other.armature in ancestors and other.armature != face.armature
        for other in others
        if other.armature is not None
    )


def _only(faces: list[Face], many: Message) -> Face:
    """Return the one face, of those that can be edited: beside its override a linked one is not."""
    if len(faces) > 1:
        editable = [
            face for face in faces if any(not_editable(obj.data) is None for obj in face.objects)
        ]
        faces = editable or faces
    if len(faces) > 1:
        names = tuple(Message("“{face}”", face=face.name) for face in faces)
        raise EmoteBotError("{many}; name or select one of them: {names}", many=many, names=names)
    return faces[0]


def _face_elsewhere(scene: Scene) -> Message | None:
    """Return that another scene has a face, and which, or None."""
    others = (other for other in bpy.data.scenes if other != scene)
    groups = ((other, group) for other in others for group in group_objects(other).items())
    other, group = next(groups, (None, None))
    if other is None or group is None:
        return None
    return Message(
        "“{scene}” has no face, but the scene “{other}” has “{face}”: switch to that one",
        scene=scene.name,
        other=other.name,
        face=_face(*group).name,
    )


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
            "as “jawOpen”; rename them, choose them in the panel Channels, "
            "or select another character",
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
