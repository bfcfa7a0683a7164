# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions of the VRM add-on as controls: numbers of an armature that set shape keys for it.

VRM Add-on for Blender (saturday06/VRM-Addon-for-Blender, ``editor/vrm1/property_group.py`` and
``editor/vrm0/property_group.py``) keeps the expressions of a character on its armature data, each
with a number ``preview``, 0 to 1, that may be animated. Setting it sets the shape keys bound to the
expression; the add-on's export of animations reads the curves of these numbers. The add-on applies
the override flags of expressions itself, as players of VRM do. A binary expression it shows in full
at any number above 0, where VRM has the nearer of 0 and 1, so that it has to be given these.
Without the add-on the numbers set nothing, and shape keys are driven as on any mesh.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import bpy
from bpy.types import Armature, Object

from ..core.rig.convention import ControlName, Feed, RigMap
from ..core.rig.convention_files import conventions
from ..core.rig.matching import guess
from .control import Control, resolve
from .shape_keys import shape_key_names

_EXTENSION = "vrm_addon_extension"

_PRESETS = (
    *("happy", "angry", "sad", "relaxed", "surprised", "aa", "ih", "ou", "ee", "oh"),
    *("blink", "blinkLeft", "blinkRight", "lookUp", "lookDown", "lookLeft", "lookRight"),
)
"""The preset expressions of VRM 1.0, but neutral, which nothing drives."""

_CONVENTIONS = ("VRM 1.0", "VRM 0.x")
"""What the presets are called, of either version."""

_BLINKS = ("eyeBlinkLeft", "eyeBlinkRight")
"""What closes both eyes has to close one by half, as both close it in full."""


@dataclass(frozen=True)
class _Expression:
    """An expression of a character.

    Attributes:
        name: that VRM or its author gives it.
        is_preset: whether it is VRM that names it.
        path: of its number, from the armature object.
        keys: (name of the mesh object, name of the shape key) pairs that it sets.
    """

    name: str
    is_preset: bool
    path: str
    keys: frozenset[tuple[str, str]]


def with_expressions(obj: Object, found: RigMap) -> RigMap:
    """Return the map of an object, in which expressions take the places of what they move.

    An armature gains the channels and presets that its expressions show, but for approximations
    where its meshes have controls of their own. A mesh loses these, and all shape keys that an
    expression sets: it would set them back.

    Args:
        obj: the object.
        found: its map otherwise.
    """
    if not hasattr(Armature, _EXTENSION):
        return found
    if obj.type == "ARMATURE":
        return _map_by(_expressions(obj.data)).completed_by(found)
    if obj.type == "MESH" and (found.feeds or found.presets):
        for armature in bpy.data.armatures:
            expressions = _expressions(armature)
            bound = _bound(expressions, obj)
            if bound:
                found = _freed(found, bound, _map_by(expressions))
    return found


def with_binary(controls: Iterable[Control]) -> list[Control]:
    """Return controls, of which those of binary expressions know that they are 0 or 1."""
    return [
        replace(control, drive=replace(control.drive, binary=True))
        if _is_binary(control)
        else control
        for control in controls
    ]


def _is_binary(control: Control) -> bool:
    if control.kind != "property" or not control.data_path.startswith(f"{_EXTENSION}."):
        return False
    resolved = resolve(control.owner, control.data_path)
    return resolved is not None and bool(getattr(resolved[0], "is_binary", False))


def _map_by(expressions: tuple[_Expression, ...]) -> RigMap:
    """Return which channels and emotions expressions show beside what meshes have of their own."""
    rig_map = _named_map(expressions)
    return rig_map.without(rig_map.approximated & _own_channels(expressions))


@lru_cache(maxsize=64)
def _named_map(expressions: tuple[_Expression, ...]) -> RigMap:
    paths = {own.name: ControlName(own.path, "property") for own in reversed(expressions)}
    presets = {own.name: paths[own.name] for own in expressions if own.is_preset}
    named = {ControlName(name): path for name, path in presets.items()}
    known = [own for own in conventions() if own.name in _CONVENTIONS]
    rig_map = max((own.on(named) for own in known), key=lambda own: len(own.drives))
    if "blink" in presets:
        both = dict.fromkeys(_BLINKS, (Feed(presets["blink"], 0.5),))
        rig_map = rig_map.completed_by(RigMap("", both, approximated=frozenset(_BLINKS)))
    customs = guess(tuple(name for name in paths if name not in presets))
    feeds = {
        channel: tuple(replace(feed, control=paths[feed.control.name]) for feed in own)
        for channel, own in customs.feeds.items()
        if channel not in customs.approximated
    }
    return rig_map.without(feeds).completed_by(RigMap(customs.convention, feeds))


def _own_channels(expressions: tuple[_Expression, ...]) -> set[str]:
    """Return the channels that meshes have controls of their own for, which no expression sets."""
    meshes = {mesh for own in expressions for mesh, _ in own.keys}
    channels = set()
    for obj in filter(None, map(bpy.data.objects.get, meshes)):
        bound, own = _bound(expressions, obj), guess(shape_key_names(obj))
        channels |= {
            channel
            for channel, feeds in own.feeds.items()
            if channel not in own.approximated
            and all(feed.control.name not in bound for feed in feeds)
        }
    return channels


def _bound(expressions: tuple[_Expression, ...], obj: Object) -> set[str]:
    """Return the shape keys of a mesh object that expressions set."""
    return {key for own in expressions for mesh, key in own.keys if mesh == obj.name}


def _freed(found: RigMap, bound: set[str], shown: RigMap) -> RigMap:
    """Return the map of a mesh without what expressions show or set."""
    free = {
        channel: tuple(feed for feed in feeds if feed.control.name not in bound)
        for channel, feeds in found.feeds.items()
        if channel not in shown.feeds
    }
    emotions = {emotion for preset in shown.presets for emotion in preset.emotions}
    presets = tuple(
        preset
        for preset in found.presets
        if preset.feed.control.name not in bound and not preset.emotions.keys() <= emotions
    )
    feeds = {channel: own for channel, own in free.items() if own}
    return replace(found, feeds=feeds, presets=presets)


def assigned_bones(armature: Object, names: Collection[str]) -> dict[str, str]:
    """Return the bones that the VRM add-on has assigned to bones of the human body.

    Args:
        armature: an armature object.
        names: of the human body's bones, such as "head".

    Returns:
        Those of the names that have a bone there, to its name.
    """
    extension = getattr(armature.data, _EXTENSION, None)
    if extension is None:
        return {}
    if extension.spec_version == "0.0":
        bones = {one.bone: one.node.bone_name for one in extension.vrm0.humanoid.human_bones}
    else:
        human = extension.vrm1.humanoid.human_bones
        bones = {name: getattr(human, name).node.bone_name for name in names}
    return {name: bones[name] for name in names if bones.get(name) in armature.data.bones}


def _expressions(armature: Armature) -> tuple[_Expression, ...]:
    """Return the expressions of an armature that set a shape key."""
    extension = getattr(armature, _EXTENSION)
    read = _vrm0 if extension.spec_version == "0.0" else _vrm1
    return tuple(own for own in read(extension) if own.keys)


def _vrm1(extension: Any) -> Iterator[_Expression]:
    held = extension.vrm1.expressions
    base = f"data.{_EXTENSION}.vrm1.expressions"
    for name in _PRESETS:
        place = re.sub("[A-Z]", lambda match: f"_{match[0].lower()}", name)
        keys = _keys(getattr(held.preset, place).morph_target_binds, "node")
        yield _Expression(name, True, f"{base}.preset.{place}.preview", keys)
    for index, group in enumerate(held.custom):
        keys = _keys(group.morph_target_binds, "node")
        yield _Expression(group.custom_name, False, f"{base}.custom[{index}].preview", keys)


def _vrm0(extension: Any) -> Iterator[_Expression]:
    base = f"data.{_EXTENSION}.vrm0.blend_shape_master.blend_shape_groups"
    for index, group in enumerate(extension.vrm0.blend_shape_master.blend_shape_groups):
        is_preset, name = group.preset_name != "unknown", group.preset_name
        if not is_preset:  # VRM 0.x has no preset for surprise, and VRoid calls a group so
            is_preset = group.name.lower() == "surprised"
            name = group.name.lower() if is_preset else group.name
        keys = _keys(group.binds, "mesh")
        yield _Expression(name, is_preset, f"{base}[{index}].preview", keys)


def _keys(binds: Iterable[Any], target: str) -> frozenset[tuple[str, str]]:
    return frozenset((getattr(bind, target).mesh_object_name, bind.index) for bind in binds)
