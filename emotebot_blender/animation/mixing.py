# SPDX-License-Identifier: GPL-3.0-or-later
"""How a layer goes with the artist's own animation of a face: it adds to it, or replaces it.

Where a part of the face adds, what shows is the artist's animation and the expression's difference
from rest upon it, held softly within the range of each control; keys are written so. Animation on
NLA strips is added to by a strip of the layer's own above them. An active action lies above all
strips: it is set to add to the layer below it. Lip-sync is animation that moves controls of the
mouth over time; where it closes the lips, nothing that parts them is added.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from bpy.types import ID
from numpy.typing import NDArray

from ..core.channels import INDEX, MIX_GROUPS
from ..core.messages import Message
from ..core.speech import soft_sum
from ..rig.bones import is_undriven_component
from ..rig.control import Control
from ..rig.control_values import by_owner
from ..rig.face import Face
from .foreign_animation import ForeignAnimation
from .key_attributes import Keys
from .mix_shares import Mix, MixShares, Speech
from .restoring import blend_type_before, paths_added_to, values_before
from .strips import ADDING, LayerStrip, MixRecord

_GROUP_OF = {INDEX[name]: group for group, names in MIX_GROUPS.items() for name in names}

SPEECH_KEPT = (
    "Lip-sync keeps the mouth: {speaking} % of the feeling is added while it speaks, "
    "{full} % in its pauses"
)
"""What a report says where there is lip-sync."""

_NOTHING = 1e-6
"""A value below this adds nothing: a sum and its rounding."""

_KEYED = Message("keyed in the active action, which adds to the layer")
_NOT_ADDED = Message(
    "keyed in the active action and on NLA tracks: push the action down to have both"
)
_SPOKEN = Message("moved by lip-sync on an NLA track")


class Mixing:
    """The mix of one layer with what animates a face; valid until undo or another file.

    Args:
        face: what is driven.
        mix: how its parts go with other animation; None for what replaces all, but for what an
            active action has keys for that adds to another layer.
        channels: those to drive; None for all that the face covers.
        has_adding_strip: whether what is added to NLA tracks goes to a strip of its own; what
            lip-sync moves there is left alone where there is none.

    Attributes:
        shares: how much of an expression goes to each channel.
    """

    def __init__(
        self,
        face: Face,
        mix: Mix | None,
        channels: Collection[str] | None = None,
        has_adding_strip: bool = True,
    ) -> None:
        self._mix, self._has_adding_strip = mix, has_adding_strip
        controls, speech = face.controls(), face.speech_controls()
        owners = dict.fromkeys((*face.animated_ids, *(control.owner for control in speech)))
        self._foreign = {owner: ForeignAnimation(owner) for owner in owners}
        spoken = [control for control in (*controls, *speech) if group_of(control) == "MOUTH"]
        self._spoken = [control for control in spoken if self._moves(control)]
        self._parts = [
            group
            for group, names in MIX_GROUPS.items()
            if mix is not None and (channels is None or not set(names).isdisjoint(channels))
        ]
        self._groups = {group for group in self._parts if self._adds(group)}
        self.shares = MixShares(mix, self._speech() if "MOUTH" in self._groups else ())
        owned = by_owner(controls)
        self._combining = {owner for owner in owned if self._combines(owner, owned[owner])}
        self._relative = {owner: paths_added_to(owner) for owner in face.animated_ids}
        self._signatures = {
            owner: signature_of(self._foreign[owner], controls, self.watched)
            for owner, controls in owned.items()
        }

    @property
    def watched(self) -> tuple[str, ...]:
        """The parts of the face whose other animation the keys depend on."""
        ways = {} if self._mix is None else self._mix.ways
        watched = {"MOUTH"} if ways.get("MOUTH", "AUTO") == "AUTO" else set()
        return tuple(group for group in self._parts if group in self._groups | watched)

    def controls(self, controls: Collection[Control]) -> list[Control]:
        """Return controls, those blocked that are left to other animation."""
        return [
            control
            if control.blocked is not None or (reason := self._why_left(control)) is None
            else replace(control, blocked=reason)
            for control in controls
        ]

    def is_left(self, control: Control) -> bool:
        """Return whether a control is left to other animation."""
        return self._why_left(control) is not None

    def is_added(self, control: Control) -> bool:
        """Return whether a control's keys go to a strip that adds to what lies below it."""
        foreign = self._foreign[control.owner]
        return (
            self._has_adding_strip
            and group_of(control) in self._groups
            and control.path in foreign.strip_paths
            and control.path not in foreign.action_paths
        )

    def is_mixed(self, control: Control) -> bool:
        """Return whether what shows on a control is other animation and what is keyed upon it."""
        in_action = control.path in self._foreign[control.owner].action_paths
        return self.is_added(control) or (group_of(control) in self._groups and in_action)

    def idle(self, controls: Sequence[Control], keys: Sequence[Keys]) -> set[Control]:
        """Return the shape keys that need no keys, as these would add nothing at any time.

        What animates them below shows without them as well. Of those on an ID some are always
        keyed, so that its strip remembers what animation the layer depends on. What replaces is
        never idle: at rest it takes back what lies below it and what is posed, now or later.

        Args:
            controls: those to be keyed.
            keys: of each.
        """
        still: dict[Control, bool] = {
            control: control.kind == "shape_key" and np.abs(of_control["co"][:, 1]).max() < _NOTHING
            for control, of_control in zip(controls, keys, strict=True)
            if self.is_added(control)
        }
        keyed = {control.owner for control, is_still in still.items() if not is_still}
        return {c for c, is_still in still.items() if is_still and c.owner in keyed}

    def values(
        self,
        controls: Collection[Control],
        frames: NDArray[np.float64],
        columns: NDArray[np.float32],
    ) -> NDArray[np.float32]:
        """Return the values to key, so that they and the other animation show what is meant.

        Args:
            controls: those keyed.
            frames: of the scene, shape (n,).
            columns: values of the expression alone, shape (n, controls).
        """
        keyed = columns.copy()
        along = by_owner(control for control in controls if is_undriven_component(control))
        before = {
            owner: values_before(owner, [c.path for c in own]) for owner, own in along.items()
        }
        for column, control in enumerate(controls):
            if not self.is_mixed(control):
                if is_undriven_component(control):
                    value = before[control.owner][control.path]
                    keyed[:, column] = self._without(control, frames, value)
                continue
            base = self._foreign[control.owner].values(control, frames)[:, None]
            ends = (np.array([end]) for end in (control.rest, control.low, control.high))
            expression = columns[:, column, None].astype(np.float64) - control.rest
            low, high = control.low, control.high
            added = soft_sum(base, expression, *ends) - np.clip(base, low, high)
            start = 0.0 if self.is_added(control) else control.rest
            keyed[:, column] = added[:, 0] + start
        return keyed

    def record(self, owner: ID, adds: bool = False) -> MixRecord:
        """Return what a layer on an ID remembers.

        Args:
            owner: the ID.
            adds: whether it is the strip that adds to what lies below it.
        """
        blend_type = None
        if owner in self._combining and not adds:
            blend_type = blend_type_before(owner) or owner.animation_data.action_blend_type
        return MixRecord(adds, blend_type, self.watched, self._signatures.get(owner, 0))

    def notes(self, written: Collection[LayerStrip]) -> tuple[Message, ...]:
        """Return how what was written goes with other animation, a sentence each."""
        if self._mix is None:
            return ()
        notes = []
        if self._spoken and "MOUTH" in self._groups:
            speaking, full = (
                round(100 * share)
                for share in (self._mix.speaking, self._mix.shares.get("MOUTH", 1.0))
            )
            notes.append(Message(SPEECH_KEPT, speaking=speaking, full=full))
        actions = {
            layer.owner.animation_data.action.name
            for layer in written
            if layer.mix.blend_type not in (None, ADDING)
        }
        notes += [
            Message("The action “{action}” adds to the layer until that is cleared", action=name)
            for name in sorted(actions)
        ]
        return tuple(notes)

    def _speech(self) -> list[Speech]:
        return [(control, self._foreign[control.owner]) for control in self._spoken]

    def _moves(self, control: Control) -> bool:
        return self._foreign[control.owner].moves(control.path)

    def _adds(self, group: str) -> bool:
        assert self._mix is not None
        way = self._mix.ways.get(group, "AUTO")
        return way == "ADD" or (way == "AUTO" and group == "MOUTH" and bool(self._spoken))

    def _combines(self, owner: ID, controls: Collection[Control]) -> bool:
        """Return whether the active action of an ID is to add to the layer."""
        foreign = self._foreign[owner]
        if foreign.blend_type != "REPLACE" or foreign.action_paths & foreign.strip_paths:
            return False
        return any(
            control.path in foreign.action_paths and group_of(control) in self._groups
            for control in controls
        )

    def _action_adds(self, owner: ID) -> bool:
        """Return whether the active action adds to the layer, or the artist had it add before."""
        return owner in self._combining or self._foreign[owner].blend_type in (ADDING, "ADD")

    def _without(
        self, control: Control, frames: NDArray[np.float64], before: float
    ) -> NDArray[np.float64]:
        """Return what to key for a control to show what it would without layers, float64 (n,).

        Args:
            control: one that no channel moves.
            frames: of the scene, shape (n,).
            before: its value before EmoteBot animated it.
        """
        foreign = self._foreign[control.owner]
        if control.path in foreign.action_paths and self._action_adds(control.owner):
            return np.full(len(frames), control.rest)
        if control.path in foreign.strip_paths:
            return foreign.values(control, frames)
        return np.full(len(frames), before)

    def _why_left(self, control: Control) -> Message | None:
        foreign, in_group = self._foreign[control.owner], group_of(control) in self._groups
        if control.path not in foreign.action_paths:
            is_spoken = in_group and control in self._spoken and not self._has_adding_strip
            return _SPOKEN if is_spoken else None
        if in_group:
            return None if self._action_adds(control.owner) else _NOT_ADDED
        if control.path in self._relative[control.owner]:
            return None
        if self._mix is None:
            adds = blend_type_before(control.owner) and group_of(control) != "MOUTH"
        else:
            adds = control.owner in self._combining
        return _KEYED if adds else None


def group_of(control: Control) -> str | None:
    """Return the part of the face that a control moves, of ``MIX_GROUPS``.

    The mouth, where it is among several; None for presets, which show a whole emotion.
    """
    groups = [_GROUP_OF[channel] for channel, _ in control.drive.channels]
    return "MOUTH" if "MOUTH" in groups else next(iter(groups), None)


def signature_of(
    foreign: ForeignAnimation, controls: Collection[Control], groups: Collection[str]
) -> int:
    """Return a number that differs once other animation of parts of the face was changed.

    Args:
        foreign: that of one ID.
        controls: of the ID.
        groups: the parts, of ``MIX_GROUPS``.
    """
    return foreign.signature([c.path for c in controls if group_of(c) in groups])


def is_outdated(face: Face, layers: Collection[LayerStrip]) -> bool:
    """Return whether animation that the keys of a layer depend on was changed since."""
    owned = by_owner(face.controls())
    return any(
        layer.mix.groups
        and layer.mix.signature
        != signature_of(ForeignAnimation(layer.owner), owned[layer.owner], layer.mix.groups)
        for layer in layers
    )
