# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions and their F-curves: with ``own_actions`` what knows how Blender's versions differ.

Blender 4.2 keeps the F-curves of an action in ``action.fcurves``. From 4.4 on an action has a slot
for each data-block and keeps F-curves in the channel bag of a slot; from 5.0 on they are nowhere
else.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import bpy
from bpy.types import ID, Action, FCurve, NlaStrip

from ..core.errors import EmoteBotError

HAS_SLOTS = "slots" in Action.bl_rna.properties

RENAMES_IN_ALL_SLOTS = HAS_SLOTS and bpy.app.version < (5, 2)
"""Whether Blender follows a shape key that is renamed in slots of other meshes, too."""

_BAKES = "emotebot_bakes"
"""Custom property of an action: for each slot what bakes have replaced, the first one first."""

SMOOTHING = "CONT_ACCEL"
"""How Blender finds automatic handles on EmoteBot's F-curves: as it does by default on new ones."""


def check_local(owner: ID) -> None:
    """Check that a data-block can be given animation.

    Raises:
        EmoteBotError: the data-block is linked, or a strip of it is being tweaked in the NLA
            editor, where frames mean something else.
    """
    if not owner.is_editable:
        raise EmoteBotError("“{owner}” is linked and cannot be given keys", owner=owner.name)
    if is_tweaked(owner):
        raise EmoteBotError(
            "The keys of “{action}” are being edited: press Done Editing, "
            "or leave tweak mode in the NLA editor, first",
            action=owner.animation_data.action.name,
        )


def is_tweaked(owner: ID) -> bool:
    """Return whether a strip of a data-block is being tweaked: its own action is out of reach."""
    data = owner.animation_data
    return data is not None and data.action is not None and bool(data.use_tweak_mode)


def check_editable(owner: ID) -> None:
    """Check that a data-block can be given keys in its active action.

    Raises:
        EmoteBotError: as ``check_local``, or the action is linked.
    """
    check_local(owner)
    data = owner.animation_data
    if data is not None and data.action is not None:
        check_action(data.action)


def check_action(action: Action) -> None:
    """Check that an action can be changed.

    Raises:
        EmoteBotError: it is linked.
    """
    if not action.is_editable:
        raise EmoteBotError(
            "The action “{action}” is linked and cannot be changed; "
            "make it local or unassign it first",
            action=action.name,
        )


def find_curve(owner: ID, data_path: str, index: int = 0) -> FCurve | None:
    """Return the F-curve of a number of a data-block in its action, or None.

    Args:
        owner: the data-block.
        data_path: from it.
        index: in an array; 0 where the property is none.
    """
    curves = curves_of(owner)
    return None if curves is None else curves.find(data_path, index=index)


def ensure_curve(curves: Any, data_path: str, index: int = 0, group: str | None = None) -> FCurve:
    """Return the F-curve of a number, new where there was none.

    Args:
        curves: a collection of Blender's, as ``curves_of`` returns it.
        data_path: from the data-block that is animated.
        index: in an array; 0 where the property is none.
        group: name of the channel group of a new curve; None for none.
    """
    curve = curves.find(data_path, index=index)
    if curve is None:
        curve = curves.new(data_path, index=index)
        curve.auto_smoothing = SMOOTHING
        if group is not None:
            groups = _groups_with(curve)
            curve.group = groups.get(group) or groups.new(group)
    return curve


def remove_curve(curves: Any, curve: FCurve) -> None:
    """Remove an F-curve, and the channel group that is empty without it.

    Args:
        curves: the collection of Blender's that holds it.
        curve: what goes.
    """
    action, group = curve.id_data, curve.group
    curves.remove(curve)
    if not HAS_SLOTS and group is not None and not len(group.channels):  # else Blender does that
        action.groups.remove(group)


def curves_of(owner: ID) -> Any:
    """Return the F-curves of a data-block in its action, or None where it can hold none.

    They are a collection of Blender's with ``find(data_path, index=)``, ``new`` and ``remove``.
    While a strip is tweaked they are still those of the action that lies above the strips.
    """
    action = own_action(owner)
    if action is None:
        return None
    if not HAS_SLOTS:
        return action.fcurves
    handle = _slot_handle(owner)
    return slot_curves(action, next((slot for slot in action.slots if slot.handle == handle), None))


def own_action(owner: ID) -> Action | None:
    """Return the active action of a data-block, also while a strip of it is tweaked, or None."""
    data = owner.animation_data
    if data is None:
        return None
    return data.action_tweak_storage if data.use_tweak_mode else data.action


def strip_curves(strip: NlaStrip) -> Any:
    """Return the same of what an NLA strip plays, or None."""
    if strip.action is None:
        return None
    return slot_curves(strip.action, strip.action_slot if HAS_SLOTS else None)


def copied_curves(strip: NlaStrip) -> tuple[Action, Any]:
    """Return a copy of what an NLA strip plays, to be removed again, and its F-curves."""
    slot = strip.action_slot if HAS_SLOTS else None
    copied = copy_action(strip.action, [slot])
    return copied, slot_curves(copied, copied.slots[0] if HAS_SLOTS else None)


@contextmanager
def temporary_curve() -> Iterator[FCurve]:
    """Yield an F-curve that moves nothing and is gone afterwards."""
    action = bpy.data.actions.new("EmoteBot")
    try:
        slot = None
        if HAS_SLOTS:
            slot = action.slots.new(id_type="KEY", name="EmoteBot")
            ensure_channel_bag(action, slot)
        yield slot_curves(action, slot).new("value")
    finally:
        bpy.data.actions.remove(action)


def has_bakes(action: Action) -> bool:
    """Return whether bakes are stored on an action, whichever data-block they were for."""
    return _BAKES in action


def is_by_slot(held: Any) -> bool:
    """Return whether a custom property holds a value for each slot, by the number of its handle."""
    return hasattr(held, "to_dict") and all(key.isdecimal() for key in held)


def remove_slot(action: Action, slot: Any) -> None:
    """Remove a slot from an action, and what is stored for it."""
    for name in list(action.keys()):
        if is_by_slot(action[name]) and str(slot.handle) in action[name]:
            del action[name][str(slot.handle)]
    action.slots.remove(slot)


def read_bakes(owner: ID) -> list[bytes]:
    """Return what is stored of bakes in the data-block's action, the first one first."""
    action = own_action(owner)
    if action is None:
        return []
    by_slot = action.get(_BAKES, {})
    return list((by_slot.get(_slot_name(owner)) or by_slot.get(_NO_SLOT) or {}).values())


def write_bakes(owner: ID, bakes: list[bytes]) -> None:
    """Store on the data-block's own action what ``read_bakes`` returns."""
    action = owner.animation_data.action
    by_slot = action[_BAKES].to_dict() if _BAKES in action else {}
    by_slot.pop(_NO_SLOT, None)
    by_slot.pop(_slot_name(owner), None)
    if bakes:
        by_slot[_slot_name(owner)] = {str(number): bake for number, bake in enumerate(bakes)}
    if by_slot:
        action[_BAKES] = by_slot
    elif _BAKES in action:
        del action[_BAKES]


_NO_SLOT = "0"
"""Stands for the slot in an action of 4.2, also once a later version has given it one."""


def _slot_name(owner: ID) -> str:
    return str(_slot_handle(owner)) if HAS_SLOTS else _NO_SLOT


def _slot_handle(owner: ID) -> int:
    data = owner.animation_data
    if data.use_tweak_mode:
        return int(data.action_slot_handle_tweak_storage)
    return int(data.action_slot_handle)


def slot_curves(action: Action, slot: Any) -> Any:
    """Return the F-curves of a slot, before 4.4 those of the action; None where there are none."""
    if not HAS_SLOTS:
        return action.fcurves
    if slot is None:
        return None
    for layer in action.layers:
        for strip in layer.strips:
            bag = strip.channelbag(slot)
            if bag is not None:
                return bag.fcurves
    return None


def curves_for(action: Action, owner: ID) -> Any:
    """Return the F-curves with which an action that nothing plays would animate a data-block.

    From 4.4 on they are those of a slot for it, which is made where there is none: Blender assigns
    the slot of a data-block's name by itself.
    """
    if not HAS_SLOTS:
        return action.fcurves
    like = (slot for slot in action.slots if slot.target_id_type == owner.id_type)
    slot = next((slot for slot in like if slot.name_display == owner.name), None)
    if slot is None:
        slot = action.slots.new(id_type=owner.id_type, name=owner.name)
    ensure_channel_bag(action, slot)
    return slot_curves(action, slot)


def all_curves(action: Action) -> list[tuple[str, str, FCurve]]:
    """Return each F-curve of an action with whom it is for: the type and the name of a data-block.

    Before 4.4 an action does not say that, and both are empty.
    """
    if not HAS_SLOTS:
        return [("", "", curve) for curve in action.fcurves]
    return [
        (slot.target_id_type, slot.name_display, curve)
        for slot in action.slots
        for curve in slot_curves(action, slot) or ()
    ]


def empty_action(action: Action) -> None:
    """Take all F-curves, channel groups and slots out of an action."""
    if not HAS_SLOTS:
        action.fcurves.clear()
        for group in list(action.groups):
            action.groups.remove(group)
        return
    for slot in list(action.slots):
        action.slots.remove(slot)


def _groups_with(curve: FCurve) -> Any:
    """Return the channel groups that a curve can be in."""
    action = curve.id_data
    if not HAS_SLOTS:
        return action.groups
    bags = (bag for layer in action.layers for strip in layer.strips for bag in strip.channelbags)
    path, index = curve.data_path, curve.array_index
    return next(bag for bag in bags if bag.fcurves.find(path, index=index) == curve).groups


def holds_curves(action: Action) -> bool:
    """Return whether an action has F-curves, in any slot."""
    if not HAS_SLOTS:
        return len(action.fcurves) > 0
    return any(len(slot_curves(action, slot) or ()) > 0 for slot in action.slots)


def copy_action(action: Action, slots: Collection[Any]) -> Action:
    """Return a copy of an action that holds these slots alone; all where none is among them."""
    handles = {slot.handle for slot in slots if slot is not None}
    copied = action.copy()
    if handles:
        for other in list(copied.slots):
            if other.handle not in handles:
                remove_slot(copied, other)
    return copied


def ensure_channel_bag(action: Action, slot: Any) -> None:
    """Have a slot of an action be able to hold F-curves."""
    layers = action.layers
    layer = layers[0] if layers else layers.new("Layer")
    strip = layer.strips[0] if layer.strips else layer.strips.new(type="KEYFRAME")
    strip.channelbag(slot, ensure=True)
