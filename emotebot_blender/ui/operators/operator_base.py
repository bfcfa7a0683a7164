# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operators share."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

import bpy

from ...core.errors import EmoteBotError
from ...core.messages import Message, sentences
from ...session import auto_update, live, words
from ...session.events import OperatorBegins, OperatorEnds
from ...session.runtime import runtime
from ...session.sequence import SequenceSettings
from ...session.settings import (
    LayingProperties,
    intensity_property,
    scene_settings,
    take_property,
    words_property,
)
from ...session.shown_face import forget_summary
from ...session.timeline import describe_end, extend_to_beats
from ...session.translation import CONTEXT, translate
from ..shown import owner_of, summary_of

if TYPE_CHECKING:
    from ...core.emotions import Feeling


BAKED_RESTS = Message("Perform at Once is off now")
"""What is to be said of a sequence that was baked."""


def why_not_played(context: bpy.types.Context, needs_window: Message) -> Message | None:
    """Return why an operator cannot play on a face in its window, or None.

    Args:
        context: of the operator.
        needs_window: what is said where there is no window.
    """
    try:
        live.check_none_live()
    except EmoteBotError as error:
        return error.message
    return needs_window if bpy.app.background or context.window is None else None


class Reporting:
    """An ``EmoteBotError`` becomes a report, a bug its traceback."""

    bl_options: ClassVar = {"REGISTER", "UNDO"}
    bl_translation_context = CONTEXT
    properties: Any  # of the operator
    report: Any
    poll_message_set: Any
    act: Any  # of each operator: does the work in a context and returns the message to report
    _notes: tuple[Message, ...] = ()
    _warnings: tuple[Message, ...] = ()

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Act and report."""
        runtime().events.emit(OperatorBegins())
        try:
            self.report_done(self.act(context))
        except EmoteBotError as error:
            self.report({"ERROR"}, translate(error.message))
            return {"CANCELLED"}
        finally:
            runtime().events.emit(OperatorEnds())
            forget_summary()
        return {"FINISHED"}

    def note(self, message: Message) -> None:
        """Have the report go on with a sentence."""
        self._notes = (*self._notes, message)

    def warn(self, message: Message) -> None:
        """Have the report go on with a sentence that makes it a warning."""
        if message not in self._warnings:
            self._warnings = (*self._warnings, message)

    def report_done(self, done: Message) -> None:
        """Report what was done and all that goes with it, as one message: the last is read."""
        unreported = runtime().unreported
        self._notes = (*self._notes, *unreported.values())
        unreported.clear()
        kind = "WARNING" if self._warnings else "INFO"
        self.report({kind}, translate(sentences((done, *self._notes, *self._warnings))))


class OnFace(Reporting):
    """What acts on the face that the panel shows."""

    shows_feelings = False
    """Whether it is of no use on what is too little of a face."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a face, and say what is wrong when there is none."""
        try:
            refusal = summary_of(context).refusal
        except EmoteBotError as error:
            cls.poll_message_set(translate(error.message))
            return False
        if refusal is not None and cls.shows_feelings:
            cls.poll_message_set(translate(refusal))
            return False
        return True


class OnStillFace(OnFace):
    """What acts on a face that is not live."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a face that stands still, and say why not."""
        if live.is_running():
            cls.poll_message_set(translate(Message("Stop the live performance first")))
            return False
        return super().poll(context)


class OnLayers(OnFace):
    """What acts on the layers of the face that the panel shows."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a layer to act on, and say why not."""
        if not super().poll(context):
            return False
        if not summary_of(context).layers:
            cls.poll_message_set(translate(Message("EmoteBot has no layer on this face")))
            return False
        return True


class OnSequence(OnFace):
    """What acts on the sequence of the face that the panel shows."""

    shows_feelings = True
    needs_beats = True

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a sequence to act on, and say why not."""
        if not super().poll(context):
            return False
        owner = owner_of(context)
        if not owner.is_editable:
            linked = Message(
                "“{object}” is linked: make it local or an override", object=owner.name
            )
            cls.poll_message_set(translate(linked))
            return False
        if cls.needs_beats and not owner.emotebot.beats:
            cls.poll_message_set(translate(Message("Add a beat first")))
            return False
        return True

    def update(self, sequence: SequenceSettings, scene: bpy.types.Scene) -> None:
        """Perform a sequence that has been edited, if it is to be performed at once."""
        if sequence.automatic:
            auto_update.update(sequence.id_data, scene)
            problem = runtime().problems.get(sequence.id_data.session_uid)
            if problem:
                self.warn(problem)

    def extend(self, sequence: SequenceSettings, scene: bpy.types.Scene) -> None:
        """Lengthen a scene so that it holds every beat of a sequence, and tell of it."""
        if extend_to_beats(scene, sequence):
            self.note(describe_end(scene))


class OfFeeling(OnFace, LayingProperties):
    """What shows one feeling."""

    shows_feelings = True

    words: words_property(options={"SKIP_SAVE"})
    intensity: intensity_property(options={"SKIP_SAVE"})
    take: take_property(options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Take from the panel what is not given."""
        take_from_panel(self.properties, context)
        return self.execute(context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Act on the words of the panel if none are given, and remember them to be redone."""
        take_from_panel(self.properties, context, ("words",))
        return super().execute(context)

    def feeling(self) -> "Feeling":
        """Return the feeling of the words."""
        return words.feeling(self.words, self.intensity)


_OF_SCENE = ("words", "intensity", "take", "region", "strength")
_OF_SEQUENCE = ("keying", "tolerance", "step")


def take_from_panel(
    properties: bpy.types.OperatorProperties,
    context: bpy.types.Context,
    names: Iterable[str] = _OF_SCENE + _OF_SEQUENCE,
) -> None:
    """Set those properties that the caller left open, where there are such, as the panel has them.

    How densely keys stand, the panel says once: of the character's sequence.

    Args:
        properties: of the operator.
        context: whose panel.
        names: of the properties.
    """
    for name in names:
        if name in properties.bl_rna.properties and not properties.is_property_set(name):
            of_sequence = name in _OF_SEQUENCE
            said = owner_of(context).emotebot if of_sequence else scene_settings(context.scene)
            setattr(properties, name, getattr(said, name))
