# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions that animate one data-block alone, to bake into, and how what was there comes back."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import bpy
from bpy.types import ID, Action

from .actions import (
    HAS_SLOTS,
    copy_action,
    curves_of,
    ensure_channel_bag,
    has_bakes,
    holds_curves,
    own_action,
    read_bakes,
    remove_slot,
    slot_curves,
)
from .curves import all_keys
from .key_attributes import to_record

_CREATED = "emotebot_made"
"""Custom property of an action that EmoteBot made."""

_COPY_OF = "emotebot_copy_of"
"""Custom property of an action: another one, shared or linked, that it took the place of."""

_SHOWN = ("color", "color_mode", "hide", "is_valid", "select", "active", "show_expanded")
"""Settings that say how a curve is seen in an editor, or that Blender finds by itself."""


def ensure_action(owner: ID, name: str, others: Iterable[ID] = ()) -> Action:
    """Return the action that animates this data-block alone; make one where there is none.

    An action (on 4.4 and later: a slot of one) that animates other data-blocks as well stays
    theirs, and one that is linked its library's: this data-block gets a copy, which remembers what
    it is a copy of.

    Args:
        owner: the data-block, one that ``check_local`` has passed.
        name: of the action, where a new one is made.
        others: data-blocks that it moves together with. From 4.4 on a data-block without an action
            gets a slot in one that was made for them.
    """
    data = owner.animation_data or owner.animation_data_create()
    if data.action is None:
        shared = _created_for(others)
        data.action = shared or bpy.data.actions.new(name)
        data.action[_CREATED] = True
        if shared is not None:  # Blender may have chosen another one's
            data.action_slot = shared.slots.new(id_type=owner.id_type, name=owner.name)
    elif not data.action.is_editable or _is_shared(owner):
        original = data.action
        _take_copy(owner)
        data.action[_COPY_OF] = original
    if HAS_SLOTS:
        if data.action_slot is None:
            data.action_slot = data.action.slots.new(id_type=owner.id_type, name=owner.name)
        ensure_channel_bag(data.action, data.action_slot)
    return data.action


def is_created(action: Action) -> bool:
    """Return whether EmoteBot made an action, in which the artist has set no keys."""
    return _CREATED in action


@contextmanager
def copied_action(owner: ID) -> Iterator[None]:
    """Have a data-block animated by a copy of its action for a while."""
    data = owner.animation_data
    action, slot = data.action, data.action_slot if HAS_SLOTS else None
    _take_copy(owner)
    try:
        yield
    finally:
        copied = data.action
        data.action = action
        if slot is not None:
            data.action_slot = slot
        if copied is not None:
            bpy.data.actions.remove(copied)
        owner.update_tag()


def drop_action(owner: ID) -> None:
    """Take off the data-block's action what only a bake needed, once that has gone.

    One that EmoteBot made and that holds nothing for the data-block goes, as does a copy that is as
    the original again, which comes back. What holds keys of the artist's is the artist's from the
    last bake on.
    """
    data = owner.animation_data
    action, slot = data.action, data.action_slot if HAS_SLOTS else None
    if read_bakes(owner):
        return
    original = action.pop(_COPY_OF, None)
    if original is not None and not has_bakes(original) and _is_same(owner, original):
        _assign(owner, original)
    elif _CREATED in action and not len(curves_of(owner) or ()):
        data.action = None
    if data.action != action and drop_slot(action, slot):
        return
    if not has_bakes(action) and holds_curves(action):
        action.pop(_CREATED, None)


def drop_slot(action: Action, slot: Any) -> bool:
    """Remove what nothing plays any more: an action as a whole, or a slot of it.

    Args:
        action: what was played.
        slot: of it; None where it has none.

    Returns:
        Whether the action has gone as a whole.
    """
    if not action.is_editable:
        return False
    if action.users == 0:
        bpy.data.actions.remove(action)
        return True
    played = _played_handles(action) if slot is not None and not action.use_fake_user else None
    if played is not None and slot.handle not in played:
        remove_slot(action, slot)
    return False


def _played_handles(action: Action) -> list[int] | None:
    """Return the handles of the slots that an action's users play; None where not all are known."""
    handles: list[int] = []
    for user in bpy.data.user_map(subset=[action])[action]:
        data = getattr(user, "animation_data", None)
        if data is None:
            continue
        if data.use_tweak_mode and data.action_tweak_storage == action:
            handles.append(data.action_slot_handle_tweak_storage)
        players = [data, *(strip for track in data.nla_tracks for strip in track.strips)]
        for player in players:
            players += getattr(player, "strips", ())
            if player.action == action:
                handles.append(player.action_slot_handle)
    return handles if len(handles) == action.users else None


def _created_for(owners: Iterable[ID]) -> Action | None:
    """Return an action that EmoteBot made and that animates only these data-blocks, or None."""
    actions = [own_action(owner) for owner in owners] if HAS_SLOTS else []
    for action in actions:
        if action is None or _CREATED not in action or not action.is_editable:
            continue
        if actions.count(action) == action.users - action.use_fake_user:
            return action
    return None


def _is_shared(owner: ID) -> bool:
    data = owner.animation_data
    if data.action.users - data.action.use_fake_user <= 1:
        return False
    if not HAS_SLOTS:
        return True
    return data.action_slot is not None and any(user != owner for user in _slot_users(owner))


def _slot_users(owner: ID) -> Iterable[ID]:
    """Return what the slot of a data-block's action animates."""
    data = owner.animation_data
    if all(obj.pose is not None for obj in bpy.data.objects if obj.type == "ARMATURE"):
        return data.action_slot.users()
    # Blender's own search crashes at an armature that was never evaluated
    users = bpy.data.user_map(subset=[data.action])[data.action]
    return [user for user in users if not _plays_other_slots(user, data.action, data.action_slot)]


def _plays_other_slots(user: ID, action: Action, slot: Any) -> bool:
    """Return whether all that an ID's own animation plays of an action is in other slots."""
    data = getattr(user, "animation_data", None)
    players = (
        [data, *(strip for track in data.nla_tracks for strip in track.strips)] if data else []
    )
    handles = [player.action_slot_handle for player in players if player.action == action]
    return bool(handles) and slot.handle not in handles


def _take_copy(owner: ID) -> None:
    data = owner.animation_data
    copied = copy_action(data.action, [data.action_slot] if HAS_SLOTS else ())
    data.action = copied
    if HAS_SLOTS:
        data.action_slot = copied.slots[0]


def _is_same(owner: ID, original: Action) -> bool:
    """Return whether the data-block's action holds what it does in the one that it is a copy of."""
    slot = None
    if HAS_SLOTS:
        handle = owner.animation_data.action_slot_handle
        slot = next((one for one in original.slots if one.handle == handle), None)
    return _content(curves_of(owner)) == _content(slot_curves(original, slot))


def _content(curves: Any) -> list[object]:
    """Return all that F-curves hold, for comparison."""
    content: list[object] = []
    for curve in curves or ():
        keys = all_keys(curve)
        content += [
            None if keys is None else to_record(keys).tobytes(),
            curve.group and curve.group.name,
            *map(_settings, (curve, *curve.modifiers)),
        ]
    return content


def _settings(struct: Any) -> list[object]:
    """Return what a struct of Blender's is set to."""
    plain = ("BOOLEAN", "INT", "FLOAT", "STRING", "ENUM")
    names = [prop.identifier for prop in struct.bl_rna.properties if prop.type in plain]
    values = [getattr(struct, name) for name in names if name not in _SHOWN]
    return [value if isinstance(value, str | int | float) else tuple(value) for value in values]


def _assign(owner: ID, original: Action) -> None:
    """Make the action active that the data-block's action is a copy of."""
    data = owner.animation_data
    handle = data.action_slot_handle if HAS_SLOTS else None
    data.action = original
    if handle is not None:
        data.action_slot = next(slot for slot in original.slots if slot.handle == handle)
