# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operators share."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

import bpy

from ...core.errors import EmoteBotError
from ...session import auto_update, performing, posing, words
from ...session.sequence import SequenceSettings, sequence_of
from ...session.settings import (
    CONTEXT,
    LayingProperties,
    intensity_property,
    scene_settings,
    take_property,
    words_property,
)
from ...session.translation import told

if TYPE_CHECKING:
    from ...animation.keyframes import KeyReport
    from ...core.emotions import Feeling
    from ...rig.face import Face


class Reporting:
    """An ``EmoteBotError`` becomes a report, a bug its traceback."""

    bl_options: ClassVar = {"REGISTER", "UNDO"}
    bl_translation_context = CONTEXT
    properties: Any  # of the operator
    report: Any
    poll_message_set: Any
    act: Any  # of each operator: does the work in a context and returns what to report

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Act and report."""
        try:
            self.report({"INFO"}, told(self.act(context)))
        except EmoteBotError as error:
            self.report({"ERROR"}, told(str(error)))
            return {"CANCELLED"}
        finally:
            posing.invalidate_summary()
        return {"FINISHED"}


class OnFace(Reporting):
    """What acts on the face that the panel shows."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a face, and say what is wrong when there is none."""
        try:
            posing.face_summary(context)
        except EmoteBotError as error:
            cls.poll_message_set(told(str(error)))
            return False
        return True


class OnSequence(OnFace):
    """What acts on the sequence of the face that the panel shows."""

    needs_beats = True

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a sequence to act on, and say why not."""
        if not super().poll(context):
            return False
        thing = posing.shown_owner(context)
        if not thing.is_editable:
            cls.poll_message_set(told(f"“{thing.name}” is linked: make it local or an override"))
            return False
        if cls.needs_beats and not thing.emotebot.beats:
            cls.poll_message_set(told("Add a beat first"))
            return False
        return True

    def perform_again(self, sequence: SequenceSettings, scene: bpy.types.Scene) -> None:
        """Perform a sequence that has been edited, if it is to be performed at once."""
        if sequence.automatic:
            auto_update.refresh(sequence.id_data, scene)
            fault = performing.problems.get(sequence.id_data.session_uid)
            if fault:
                self.report({"WARNING"}, told(fault))


class OfFeeling(OnFace, LayingProperties):
    """What shows one feeling."""

    words: words_property(options={"SKIP_SAVE"})
    intensity: intensity_property(options={"SKIP_SAVE"})
    take: take_property(options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Take from the panel what is not said."""
        take_unsaid(self.properties, context.scene)
        return self.execute(context)

    def feeling(self) -> "Feeling":
        """Return the feeling of the words."""
        return words.feeling(self.words, self.intensity)


def face_of(context: bpy.types.Context) -> "Face":
    """Return the face that the panel shows."""
    return posing.face_of(context)


def shown_sequence(context: bpy.types.Context) -> SequenceSettings:
    """Return the sequence of the face that the panel shows."""
    return sequence_of(posing.face_of(context))


def active_beat(sequence: SequenceSettings) -> int:
    """Return the place of the active beat.

    Raises:
        EmoteBotError: there is none.
    """
    if not sequence.beats:
        raise EmoteBotError("Add a beat first")
    return min(sequence.active, len(sequence.beats) - 1)


_TAKEN = ("words", "intensity", "take", "region", "strength", "keying", "tolerance", "step")


def take_unsaid(
    properties: bpy.types.OperatorProperties,
    scene: bpy.types.Scene,
    names: Iterable[str] = _TAKEN,
) -> None:
    """Set those properties that the caller left open, where there are such, as the panel has it."""
    for name in names:
        if name in properties.bl_rna.properties and not properties.is_property_set(name):
            setattr(properties, name, getattr(scene_settings(scene), name))


def keys_told(report: "KeyReport") -> str:
    """Return what a report of keys says, for people."""
    first, last = report.frames
    said = f"{report.keys} keys on frames {first:g} to {last:g}"
    if report.skipped:
        (control, reason), more = report.skipped[0], len(report.skipped) - 1
        said = f"{said}; left alone: {control} ({reason})"
        if more:
            said = f"{said} and {more} more"
    return ". ".join(told(str(sentence)) for sentence in (said, *report.notes))
