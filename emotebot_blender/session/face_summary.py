# SPDX-License-Identifier: GPL-3.0-or-later
"""What the panel says of a face, gathered once and drawn many times."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core.messages import Message

if TYPE_CHECKING:
    from ..animation.layers import Layer
    from ..rig.control import BlockedReason


@dataclass(frozen=True)
class FaceSummary:
    """What the panel says of a face; holds nothing of Blender's.

    Attributes:
        name: of the face.
        owner: session id of the object that stores its sequence.
        owner_name: name of that object.
        objects: how many there are.
        channels: how many it covers.
        blocked: what cannot be driven, and why.
        notes: what does not show although it is driven, or not in full, a sentence each.
        layers: names of EmoteBot's layers on it.
        layer: that of its sequence, or None.
        editing: whether the animation editors show the keys of a layer.
    """

    name: str
    owner: int
    owner_name: str
    objects: int
    channels: int
    blocked: "tuple[BlockedReason, ...]"
    notes: tuple[Message, ...]
    layers: tuple[str, ...]
    layer: "Layer | None"
    editing: bool = False


def left_alone(blocked: "tuple[BlockedReason, ...]") -> Message:
    """Return which controls are left alone and why: the first, and how many there are more.

    Args:
        blocked: (control, reason) pairs, one or more.
    """
    control, reason = blocked[0]
    first = Message("Left alone: {control} ({reason})", control=control, reason=reason)
    if len(blocked) == 1:
        return first
    return Message("{first} and {count} more", first=first, count=len(blocked) - 1)


def notices(summary: FaceSummary, sequence: Any, rate: float) -> list[Message]:
    """Return what somebody should know of a sequence and its layer.

    Args:
        summary: of the face.
        sequence: its ``SequenceSettings``.
        rate: frames a second of the scene.
    """
    layer = summary.layer
    messages = _layer_notices(layer, rate) if layer is not None else []
    if sequence.beats and not sequence.automatic:
        messages.append(Message("The sequence rests: Perform performs it again"))
    return messages


def _layer_notices(layer: "Layer", rate: float) -> list[Message]:
    messages = []
    if layer.silenced:
        messages.append(Message("The layer does not show: {reason}", reason=layer.silenced))
    if layer.edited:
        messages.append(
            Message("Its keys were edited by hand: Keep Edits keeps them, Perform replaces them")
        )
    if layer.outdated:
        messages.append(Message("Lip-sync has changed since: Perform follows it"))
    if layer.baked:
        messages.append(Message("Baked keys hide the layer: Clear Baked Keys shows it"))
    elif layer.hidden:
        control, more = layer.hidden[0], len(layer.hidden) - 1
        wins = Message("Keys of the active action win on {control}", control=control)
        messages.append(
            Message("{first} and {count} more", first=wins, count=more) if more else wins
        )
    if abs(layer.fps - rate) > 1e-3:
        messages.append(
            Message("The keys were made at {rate:g} frames a second: perform again", rate=layer.fps)
        )
    return messages
