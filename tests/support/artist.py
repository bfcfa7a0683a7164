# SPDX-License-Identifier: GPL-3.0-or-later
"""An artist who does the same to two faces: EmoteBot acts on one, its twin shows what is theirs.

Whatever the artist has set is so read from the twin, which EmoteBot never touches, and goes through
undo, copies and files with it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import bpy
from bpy.types import Action, FCurve, Key, NlaStrip, NlaTrack, Object

TWIN = " twin"

PARTS = {
    "Head": (
        "jawOpen", "mouthSmileLeft", "mouthSmileRight", "mouthFunnel", "browInnerUp",
        "eyeBlinkLeft", "eyeBlinkRight", "Hair",
    ),
    "Teeth": ("jawOpen", "mouthClose", "tongueOut", "Plaque"),
}  # fmt: skip
"""Meshes of a face and their shape keys; the last one of each is no channel."""

CHANNELS = {name for names in PARTS.values() for name in names[:-1]}

FREE_HANDLES = ("FREE", "ALIGNED")


@dataclass(frozen=True)
class KeyByHand:
    """A key as the artist sets it; ``slope`` says where handles go that are theirs to move."""

    frame: int
    value: float
    interpolation: str = "BEZIER"
    easing: str = "AUTO"
    left: str = "AUTO_CLAMPED"
    right: str = "AUTO_CLAMPED"
    kind: str = "KEYFRAME"
    slope: float = 0.1


@dataclass(frozen=True)
class Pair:
    """The shape keys of a mesh that EmoteBot may act on, and those of its twin."""

    name: str
    real: Key
    twin: Key

    def __iter__(self) -> Iterator[Key]:
        return iter((self.real, self.twin))


def add_faces() -> None:
    """Add a face of two meshes, and its twin, to the scene."""
    for suffix in ("", TWIN):
        parts = [_add_part(name + suffix, keys) for name, keys in PARTS.items()]
        parts[1].parent = parts[0]
    select("Head")


def select(name: str) -> None:
    """Make an object active."""
    bpy.context.view_layer.objects.active = bpy.data.objects[name]


def heads() -> list[str]:
    """Return the name of the head of each face, without twins."""
    names = (obj.name for obj in bpy.context.scene.objects if obj.parent is None)
    return sorted(name for name in names if not name.endswith(TWIN))


def pairs() -> list[Pair]:
    """Return every mesh of a face with its twin; meshes that share their shape keys count once."""
    found: dict[Key, Pair] = {}
    for obj in sorted(bpy.context.scene.objects, key=lambda obj: obj.name):
        if not obj.name.endswith(TWIN):
            twin = bpy.data.objects[obj.name + TWIN]
            pair = Pair(obj.name, obj.data.shape_keys, twin.data.shape_keys)
            found.setdefault(pair.real, pair)
    return list(found.values())


def active_pairs() -> list[Pair]:
    """Return the meshes of the face that is active."""
    head = bpy.context.view_layer.objects.active
    keys = {obj.data.shape_keys for obj in (head, *head.children)}
    return [pair for pair in pairs() if pair.real in keys]


def curves_in(action: Action | None, slot: Any) -> Any:
    """Return the F-curves of a slot of an action, in whichever way this Blender keeps them."""
    if action is None:
        return ()
    if not hasattr(action, "slots"):
        return action.fcurves
    bags = (bag for layer in action.layers for strip in layer.strips for bag in strip.channelbags)
    return next((bag.fcurves for bag in bags if slot and bag.slot_handle == slot.handle), ())


def active_curves(keys: Key) -> Any:
    """Return the F-curves of shape keys in their active action."""
    data = keys.animation_data
    return curves_in(data.action, getattr(data, "action_slot", None)) if data else ()


def strip_curves(strip: NlaStrip) -> Any:
    """Return the F-curves that a strip plays."""
    return curves_in(strip.action, getattr(strip, "action_slot", None))


def curve_of(curves: Any, keys: Key, index: int) -> FCurve | None:
    """Return the F-curve of a shape key among some."""
    path = keys.key_blocks[index].path_from_id("value")
    return next((curve for curve in curves if curve.data_path == path), None)


def point_at(curve: FCurve, frame: float) -> Any:
    """Return the key of a curve on a frame, or None."""
    return next((p for p in curve.keyframe_points if abs(p.co[0] - frame) < 0.01), None)


def all_tracks(keys: Key) -> list[NlaTrack]:
    """Return all NLA tracks of shape keys, the lowest first."""
    return list(keys.animation_data.nla_tracks) if keys.animation_data else []


def tracks_of(pair: Pair, keys: Key) -> list[NlaTrack]:
    """Return the artist's NLA tracks, the lowest first: those that the twin has."""
    own = {track.name for track in all_tracks(pair.twin)}
    return [track for track in all_tracks(keys) if track.name in own]


def made_tracks(pair: Pair) -> list[NlaTrack]:
    """Return the NLA tracks that are not the artist's."""
    own = {track.name for track in all_tracks(pair.twin)}
    return [track for track in all_tracks(pair.real) if track.name not in own]


def actions_of_nobody() -> set[str]:
    """Return the names of the actions that neither a twin nor what is the artist's plays."""
    kept = {action for action in bpy.data.actions if action.use_fake_user}
    for pair in pairs():
        for keys in pair:
            kept |= {keys.animation_data.action} if keys.animation_data else set()
            kept |= {strip.action for track in tracks_of(pair, keys) for strip in track.strips}
    return {action.name for action in bpy.data.actions if action not in kept}


def set_key(pair: Pair, index: int, key: KeyByHand) -> None:
    """Key a shape key in the active action, which is made where there is none.

    Where the curve is EmoteBot's until then, it stays in its channel group.
    """
    real = curve_of(active_curves(pair.real), pair.real, index)
    group = real.group.name if real is not None and real.group is not None else ""
    for keys in pair:
        if curve_of(active_curves(keys), keys, index) is None:
            block = keys.key_blocks[index]
            assert block.keyframe_insert("value", frame=key.frame, group=group)
            keys.update_tag()  # else a new action over strips does not count until anything else is
        _put(curve_of(active_curves(keys), keys, index), key)
    name_action(pair, f"Action of {pair.name}")


def talk(pair: Pair) -> None:
    """Key the jaw, and another shape key of the mouth, as for speech."""
    for index in (1, 2):
        for number, value in enumerate((0.0, 0.5, 0.125, 0.75, 0.25, 0.0)):
            set_key(pair, index, KeyByHand(4 + 3 * number, value / index))


def raise_keys(curves: Iterable[FCurve]) -> None:
    """Edit keys of EmoteBot's: the first one of each curve."""
    for curve in curves:
        curve.keyframe_points[0].co[1] += 0.125
        curve.update()


def set_strip_key(pair: Pair, track: int, index: int, key: KeyByHand) -> None:
    """Key a shape key in a strip of the artist's, if that animates it."""
    for strip, keys in zip(strips_of(pair, track), pair, strict=True):
        curve = curve_of(strip_curves(strip), keys, index)
        if curve is not None:
            _put(curve, key)


def strips_of(pair: Pair, track: int) -> list[NlaStrip]:
    """Return the strip of one of the artist's tracks, by its number, on both faces."""
    return [tracks_of(pair, keys)[track].strips[0] for keys in pair]


def settle(things: Iterable[Any], **settings: Any) -> None:
    """Set properties of things that both faces have."""
    for thing in things:
        for name, value in settings.items():
            setattr(thing, name, value)


def both_curves(pair: Pair, index: int) -> list[FCurve]:
    """Return the curve of a shape key in the active actions of both faces, if the artist's."""
    curves = [curve_of(active_curves(keys), keys, index) for keys in pair]
    return curves if None not in curves else []


def own_action(pair: Pair) -> None:
    """Make the active action a single user's on both faces, as duplicates share it.

    What a bake took a copy of does not come back then: the copy is the artist's.
    """
    played = [keys for keys in pair if keys.animation_data and keys.animation_data.action]
    if any(is_shared(keys.animation_data.action) for keys in played):
        for keys, suffix in zip(played, ("", TWIN), strict=False):
            action = keys.animation_data.action
            own = _assign_copy(keys) if is_shared(action) else action
            own.name = f"Own action of {pair.name}{suffix}"
            own.pop("emotebot_copy_of", None)


def is_shared(action: Action | None) -> bool:
    """Return whether an action has several users."""
    return action is not None and action.users - action.use_fake_user > 1


def remove_key(pair: Pair, index: int, frame: float) -> None:
    """Delete a key of the active action."""
    for keys in pair:
        curve = curve_of(active_curves(keys), keys, index)
        curve.keyframe_points.remove(point_at(curve, frame))


def move_key(pair: Pair, index: int, frame: float, offset: int) -> None:
    """Move a key of the active action, handles and all."""
    for keys in pair:
        curve = curve_of(active_curves(keys), keys, index)
        point = point_at(curve, frame)
        for name in ("co", "handle_left", "handle_right"):
            co = getattr(point, name)
            setattr(point, name, (co[0] + offset, co[1]))
        curve.update()


def name_action(pair: Pair, name: str) -> None:
    """Give the active action a name, of which Blender makes a different one if it is taken."""
    actions = [keys.animation_data.action for keys in pair]
    if actions[0].name.startswith(name):
        return
    actions[0].name = name
    actions[1].name = actions[0].name + TWIN


def push_down(pair: Pair) -> None:
    """Push the active action down to a strip on a track of its own."""
    name = f"Mine {len(all_tracks(pair.twin)) + 1} {pair.name}"
    for keys, suffix in zip(pair, ("", TWIN), strict=True):
        data = keys.animation_data
        track = data.nla_tracks.new()
        track.name = name
        strip = track.strips.new(name, int(data.action.frame_range[0]), data.action)
        if hasattr(strip, "action_slot"):
            strip.action_slot = data.action_slot
        data.action = None
        strip.name = name
        strip.action.name = name + suffix


def switch_action(pair: Pair) -> None:
    """Make another action active: a copy of the present one with its values halved."""
    names = [keys.animation_data.action.name.removesuffix(TWIN) for keys in pair]
    for keys, name, suffix in zip(pair, names, ("", TWIN), strict=True):
        keys.animation_data.action.use_fake_user = True
        other = _assign_copy(keys)
        other.name = f"{name} b"
        if suffix:
            other.name = f"{name} b{suffix}"
        for curve in active_curves(keys):
            for point in curve.keyframe_points:
                point.co[1] /= 2
            curve.update()


def duplicate(name: str, linked: bool) -> None:
    """Duplicate a face, its twin likewise: with or without its meshes."""
    number = len(heads())
    for suffix in ("", TWIN):
        head = bpy.data.objects[name + suffix]
        copies = [obj.copy() for obj in (head, *head.children)]
        for part, copied in zip(PARTS, copies, strict=True):
            copied.name = f"{part} {number}{suffix}"
            bpy.context.scene.collection.objects.link(copied)
            if not linked:
                copied.data = copied.data.copy()
        copies[1].parent = copies[0]


def _assign_copy(keys: Key) -> Action:
    """Make a copy of the active action of shape keys active, and return it."""
    data = keys.animation_data
    slot = getattr(data, "action_slot", None)
    data.action = data.action.copy()
    if slot is not None:
        same = (one for one in data.action.slots if one.handle == slot.handle)
        data.action_slot = next(same)
    return data.action


def _add_part(name: str, keys: tuple[str, ...]) -> Object:
    data = bpy.data.meshes.new(name)
    data.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    obj = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(obj)
    for key in ("Basis", *keys):
        obj.shape_key_add(name=key, from_mix=False).value = 0  # 1 in Blender 5
    for block in data.shape_keys.key_blocks[1:]:
        block.data[0].co.z += 1.0
    return obj


def _put(curve: FCurve, key: KeyByHand) -> None:
    point = curve.keyframe_points.insert(key.frame, key.value)
    point.interpolation, point.easing, point.type = key.interpolation, key.easing, key.kind
    point.handle_left_type, point.handle_right_type = key.left, key.right
    point.co = key.frame, key.value
    left, right = (key.slope if kind in FREE_HANDLES else 0.0 for kind in (key.left, key.right))
    point.handle_left = key.frame - 1.5, key.value - left
    point.handle_right = key.frame + 2.5, key.value + right
    curve.update()
