# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions and their F-curves: the only file that knows how Blender's versions differ.

Blender 4.2 keeps the F-curves of an action in ``action.fcurves``. From 4.4 on an action has a slot
for each data-block and keeps F-curves in the channel bag of a slot; from 5.0 on there is no other
way to them.
"""

from typing import Any

import bpy
from bpy.types import ID, Action, FCurve

from ..core.errors import EmoteBotError

HAS_SLOTS = "slots" in Action.bl_rna.properties

_SPANS = "emotebot_spans"
"""Custom property of an action: for each slot and control the frames of EmoteBot's own keys."""


def check_editable(owner: ID) -> None:
    """Check that a data-block can be given keys.

    Raises:
        EmoteBotError: the data-block or its action is linked, or the action is a strip's that is
            being tweaked in the NLA editor, where frames mean something else.
    """
    if not owner.is_editable:
        raise EmoteBotError(f"“{owner.name}” is linked and cannot be given keys")
    data = owner.animation_data
    if data is None or data.action is None:
        return
    if not data.action.is_editable:
        raise EmoteBotError(
            f"The action “{data.action.name}” is linked and cannot be changed; "
            "make it local or unassign it first"
        )
    if data.use_tweak_mode:
        raise EmoteBotError(
            f"The action “{data.action.name}” is being tweaked in the NLA editor; "
            "leave its tweak mode first"
        )


def find_curve(owner: ID, data_path: str) -> FCurve | None:
    """Return the F-curve of a data-block's property, or None."""
    curves = _curves(owner)
    return None if curves is None else curves.find(data_path)


def ensure_action(owner: ID, name: str) -> Action:
    """Return the action that animates this data-block alone; make one where there is none.

    An action (on 4.4 and later: a slot of one) that animates other data-blocks as well stays
    theirs: this data-block gets a copy.

    Args:
        owner: the data-block, one that ``check_editable`` has passed.
        name: of the action, where a new one is made.
    """
    data = owner.animation_data or owner.animation_data_create()
    if data.action is None:
        data.action = bpy.data.actions.new(name)
    elif _is_shared(owner):
        _take_copy(owner)
    if HAS_SLOTS:
        _ensure_channel_bag(owner)
    return data.action


def ensure_curve(owner: ID, data_path: str) -> FCurve:
    """Return the F-curve of a property in the data-block's own action, new where there was none."""
    curves = _curves(owner)
    found = curves.find(data_path)
    return curves.new(data_path) if found is None else found


def read_spans(owner: ID) -> dict[str, list[tuple[float, float]]]:
    """Return for each control the first and last frames of EmoteBot's own runs of keys."""
    data = owner.animation_data
    if data is None or data.action is None:
        return {}
    by_slot = data.action.get(_SPANS, {})
    by_control = by_slot.get(_slot_name(owner)) or by_slot.get(_NO_SLOT, {})
    flat = {control: list(frames) for control, frames in by_control.items()}
    return {
        control: list(zip(frames[::2], frames[1::2], strict=True))
        for control, frames in flat.items()
    }


def write_spans(owner: ID, spans: dict[str, list[tuple[float, float]]]) -> None:
    """Remember on the data-block's own action what ``read_spans`` returns.

    Args:
        owner: the data-block.
        spans: name of a control, 63 bytes at most, to (first, last) frames.
    """
    action = owner.animation_data.action
    by_slot = action[_SPANS].to_dict() if _SPANS in action else {}
    by_slot.pop(_NO_SLOT, None)
    by_slot[_slot_name(owner)] = {
        control: [float(frame) for span in sorted(own) for frame in span]
        for control, own in spans.items()
    }
    action[_SPANS] = by_slot


_NO_SLOT = "0"
"""Stands for the slot in an action of 4.2, also once a later version has given it one."""


def _slot_name(owner: ID) -> str:
    data = owner.animation_data
    return str(data.action_slot_handle) if HAS_SLOTS else _NO_SLOT


def _curves(owner: ID) -> Any:
    """Return the F-curves of a data-block in its action, or None where it has no place for any."""
    data = owner.animation_data
    if data is None or data.action is None:
        return None
    if not HAS_SLOTS:
        return data.action.fcurves
    if data.action_slot is None:
        return None
    for layer in data.action.layers:
        for strip in layer.strips:
            bag = strip.channelbag(data.action_slot)
            if bag is not None:
                return bag.fcurves
    return None


def _is_shared(owner: ID) -> bool:
    data = owner.animation_data
    if not HAS_SLOTS:
        return bool(data.action.users - data.action.use_fake_user > 1)
    return data.action_slot is not None and any(user != owner for user in data.action_slot.users())


def _take_copy(owner: ID) -> None:
    data = owner.animation_data
    if not HAS_SLOTS:
        data.action = data.action.copy()
        return
    handle = data.action_slot.handle
    copied = data.action.copy()
    for slot in list(copied.slots):
        if slot.handle != handle:
            copied.slots.remove(slot)
    data.action = copied
    data.action_slot = copied.slots[0]


def _ensure_channel_bag(owner: ID) -> None:
    data = owner.animation_data
    if data.action_slot is None:
        data.action_slot = data.action.slots.new(id_type=owner.id_type, name=owner.name)
    layers = data.action.layers
    layer = layers[0] if layers else layers.new("Layer")
    strip = layer.strips[0] if layer.strips else layer.strips.new(type="KEYFRAME")
    strip.channelbag(data.action_slot, ensure=True)
