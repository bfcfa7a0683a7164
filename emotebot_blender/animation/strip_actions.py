# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions that NLA strips play, and what is stored on them.

From Blender 4.4 on the strips of a layer play one action, each a slot of its own, so that exporters
take what moves a face for one animation. Before, each strip has an action to itself.
"""

from collections.abc import Collection, Sequence
from typing import Any

import bpy
from bpy.types import ID, Action, NlaStrip, NlaTrack

from .actions import HAS_SLOTS, copy_action, ensure_channel_bag, is_by_slot


def add_strip(
    track: NlaTrack,
    name: str,
    owner: ID,
    source: NlaStrip | None = None,
    start: float = 0.0,
    shared: Action | None = None,
) -> NlaStrip:
    """Add a strip to an NLA track.

    Args:
        track: one of the data-block's.
        name: of the strip, and of its action where that is new.
        owner: the data-block that is animated.
        source: another strip whose action is played; None for a slot of its own, without keys.
        start: a frame where the track has room.
        shared: an action to have that slot; None for a new one, as always before 4.4.
    """
    created = bpy.data.actions.new(name)
    strip = track.strips.new(name, int(start), created)  # as short as can be, whatever it plays
    action = created if source is None else source.action
    if source is None and HAS_SLOTS and shared is not None:
        action = shared
    if action != created:
        strip.action = action
        bpy.data.actions.remove(created)
    if HAS_SLOTS:
        if source is None:
            _add_slot(strip, owner)
        else:
            strip.action_slot = source.action_slot
    return strip


def _add_slot(strip: NlaStrip, owner: ID) -> None:
    """Have an NLA strip play a new slot of its action."""
    strip.action_slot = strip.action.slots.new(id_type=owner.id_type, name=owner.name)
    ensure_channel_bag(strip.action, strip.action_slot)


def ensure_own_action(strips: Sequence[NlaStrip]) -> None:
    """Give NLA strips that play one action a copy of it where anything else uses that.

    Args:
        strips: one or more.
    """
    action = strips[0].action
    if action.users - action.use_fake_user <= len(strips):
        return
    slots = [strip_slot(strip) for strip in strips]
    copied = copy_action(action, slots)
    for strip, slot in zip(strips, slots, strict=True):
        strip.action = copied
        if HAS_SLOTS:
            handle = slot.handle if slot is not None else None
            strip.action_slot = next((own for own in copied.slots if own.handle == handle), None)


def ensure_slot(strip: NlaStrip, owner: ID) -> None:
    """Have an NLA strip play F-curves of its data-block, should the artist have changed that."""
    if not HAS_SLOTS:
        return
    slot = strip_slot(strip)
    if slot is None:
        _add_slot(strip, owner)
        return
    strip.action_slot = slot
    ensure_channel_bag(strip.action, slot)


def join_action(strip: NlaStrip, owner: ID, shared: Action, names: Collection[str]) -> None:
    """Have an NLA strip play a slot without keys in an action that others play, in 4.4 and later.

    Args:
        strip: what changes over; its own action goes where nothing else uses it.
        owner: the data-block that it animates.
        shared: the action.
        names: of what is stored for the strip, which stays with it.
    """
    if not HAS_SLOTS or strip.action == shared:
        return
    left, stored = strip.action, {name: read_stored(strip, name) for name in names}
    strip.action = shared
    _add_slot(strip, owner)
    for name, value in stored.items():
        if value is not None:
            write_stored(strip, name, value.to_dict() if hasattr(value, "to_dict") else value)
    if left.users == 0:
        bpy.data.actions.remove(left)


def strip_slot(strip: NlaStrip) -> Any:
    """Return the slot that an NLA strip plays, else that it played last; None where it has none."""
    if not HAS_SLOTS:
        return None
    return strip.action_slot or strip.action.slots.get(strip.last_slot_identifier)


def read_stored(strip: NlaStrip, name: str) -> Any:
    """Return what is stored on the action of an NLA strip for what that plays, or None.

    Args:
        strip: with an action.
        name: of a custom property. It holds a value for each slot; the value itself in an action of
            4.2 or of older files, which one strip alone plays.
    """
    held = strip.action.get(name)
    if not is_by_slot(held):
        return held
    key = _stored_key(strip, held)
    return None if key is None else held.get(key)


def write_stored(strip: NlaStrip, name: str, value: Any) -> None:
    """Store on the action of an NLA strip what ``read_stored`` returns."""
    action = strip.action
    is_there = is_by_slot(action.get(name))
    key = _stored_key(strip, action[name] if is_there else {})
    if key is None:  # whatever it played has gone, or never had a slot
        action[name] = value
        return
    if not is_there:
        action[name] = {}
    action[name][key] = value


def _stored_key(strip: NlaStrip, held: Any) -> str | None:
    """Return by what a value is stored for a strip: its slot, or without one that of the others."""
    slot = strip_slot(strip)
    if slot is not None:
        return str(slot.handle)
    return next(iter(held.keys())) if len(held) == 1 else None


def is_tweaked_strip(strip: NlaStrip, owner: ID) -> bool:
    """Return whether an NLA strip is the one of its data-block that is being tweaked."""
    data = owner.animation_data
    if strip.action != data.action:
        return False
    return not HAS_SLOTS or strip.action_slot_handle == data.action_slot_handle
