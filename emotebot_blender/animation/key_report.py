# SPDX-License-Identifier: GPL-3.0-or-later
"""What was written to a face, and the sentences that say so."""

from dataclasses import dataclass

from ..core.messages import Message, listed, sentences
from ..rig.control import BlockedReason


@dataclass(frozen=True)
class KeyReport:
    """What was written.

    Attributes:
        curves: number of F-curves that were given keys.
        keys: number of keys on them.
        frames: first and last frame of the performance.
        skipped: (control, reason) pairs of what was left alone, as ``summarise`` puts them.
        clamped: labels of controls whose values met the end of their slider's range.
        notes: what keeps all of it from being seen as written, a sentence each.
        channels: how many channels are driven, and how many the face covers.
        objects: how many objects they are on.
        layer: name of the layer; None where the keys are in the active action.
    """

    curves: int
    keys: int
    frames: tuple[float, float]
    skipped: tuple[BlockedReason, ...]
    clamped: tuple[str, ...]
    notes: tuple[Message, ...] = ()
    channels: tuple[int, int] = (0, 0)
    objects: int = 0
    layer: str | None = None

    def done(self) -> Message:
        """Return what was written where, a clause."""
        driven, covered = self.channels
        channels = (
            Message("{count} channels", count=driven) if driven != 1 else Message("1 channel")
        )
        if driven < covered:
            channels = Message("{count} of {all} channels", count=driven, all=covered)
            if covered == 1:
                channels = Message("0 of 1 channel")
        objects = Message("1 object")
        if self.objects != 1:
            objects = Message("{count} objects", count=self.objects)
        first, last = self.frames
        keys = Message(
            "{count} keys on frames {first:g} to {last:g}", count=self.keys, first=first, last=last
        )
        if self.keys == 1:
            keys = Message("1 key on frame {first:g}", first=first)
        elif first == last:
            keys = Message("{count} keys on frame {first:g}", count=self.keys, first=first)
        if self.layer is None:
            place = Message("the active action")
        else:
            place = Message("the layer “{layer}”", layer=self.layer)
        return Message(
            "{keys}, {channels} on {objects}, in {place}",
            keys=keys,
            channels=channels,
            objects=objects,
            place=place,
        )

    def short_of(self) -> tuple[Message, ...]:
        """Return where the face shows less than was performed, a sentence each."""
        lacks = []
        if self.clamped:
            cut = "Cut off at the end of the slider’s range: {controls}"
            lacks.append(Message(cut, controls=listed(self.clamped)))
        return (*lacks, *self.notes)

    def sentence(self) -> Message:
        """Return all of it on one line."""
        done = self.done()
        if self.skipped:
            alone = [
                Message("{control} ({reason})", control=control, reason=reason)
                for control, reason in self.skipped
            ]
            done = Message("{keys}; left alone: {controls}", keys=done, controls=listed(alone))
        return sentences((done, *self.short_of()))
