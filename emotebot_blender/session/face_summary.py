# SPDX-License-Identifier: GPL-3.0-or-later
"""What the panel says of a face, gathered once and drawn many times."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core.messages import Message, with_more

if TYPE_CHECKING:
    from ..animation.layers import Layer
    from ..rig.control import BlockedReason
    from ..rig.face_coverage import Coverage


@dataclass(frozen=True)
class FaceSummary:
    """What the panel says of a face; holds nothing of Blender's.

    Attributes:
        name: of the face.
        owner: session id of the object that stores its sequence.
        owner_name: name of that object.
        objects: how many there are.
        coverage: how much of it can be moved.
        blocked: what cannot be driven, and why.
        notes: what does not show although it is driven, or not in full, a sentence each.
        refusal: why no feeling is shown on it, and what helps; None where it is a face.
        layers: names of EmoteBot's layers on it.
        layer: that of its sequence, or None.
        editing: whether the animation editors show the keys of a layer.
        recognisable: whether its shape keys can be recognised by what they do, and were not.
        posed: whether it shows a feeling without keys.
        baked: whether it has keys of a bake.
        has_presets: whether some of its controls show emotions as a whole.
    """

    name: str
    owner: int
    owner_name: str
    objects: int
    coverage: "Coverage"
    blocked: "tuple[BlockedReason, ...]"
    notes: tuple[Message, ...]
    refusal: Message | None
    layers: tuple[str, ...]
    layer: "Layer | None"
    editing: bool = False
    recognisable: bool = False
    posed: bool = False
    baked: bool = False
    has_presets: bool = False

    @property
    def clearable(self) -> bool:
        """Whether EmoteBot has left anything on it."""
        return bool(self.layers) or self.posed or self.baked


def left_alone(blocked: "tuple[BlockedReason, ...]") -> Message:
    """Return which controls are left alone and why: the first, and how many there are more.

    Args:
        blocked: (control, reason) pairs, one or more.
    """
    control, reason = blocked[0]
    first = Message("Left alone: {control} ({reason})", control=control, reason=reason)
    return with_more(first, len(blocked) - 1)


def notices(summary: FaceSummary, sequence: Any, rate: float, scene_end: int) -> list[Message]:
    """Return what somebody should know of a sequence and its layer.

    Args:
        summary: of the face.
        sequence: its ``SequenceSettings``.
        rate: frames a second of the scene.
        scene_end: its last frame.
    """
    layer = summary.layer
    messages = _layer_notices(layer, rate) if layer is not None else []
    if sequence.beats and not sequence.automatic:
        messages.append(Message("Perform at Once is off: press Perform after changing beats"))
    if layer is not None and layer.frames[1] > scene_end + 0.5:
        messages.append(
            Message(
                "Press Perform to lengthen the scene, which ends on frame {scene}: "
                "the sequence ends on {sequence:.0f}",
                scene=scene_end,
                sequence=layer.frames[1],
            )
        )
    return messages


def _layer_notices(layer: "Layer", rate: float) -> list[Message]:
    messages = []
    if layer.silenced:
        messages.append(Message("The layer does not show: {reason}", reason=layer.silenced))
    if layer.edited:
        messages.append(Message("Keep Edits keeps keys that you edited, Perform replaces them"))
    if layer.outdated:
        messages.append(Message("Press Perform to follow the lip-sync, which has changed"))
    if layer.baked:
        messages.append(Message("Baked keys hide the layer: press Clear Baked Keys to see it"))
    elif layer.hidden:
        wins = Message("Keys of the active action win on {control}", control=layer.hidden[0])
        messages.append(with_more(wins, len(layer.hidden) - 1))
    if abs(layer.fps - rate) > 1e-3:
        messages.append(
            Message("Press Perform: the keys were made at {rate:g} frames a second", rate=layer.fps)
        )
    return messages
