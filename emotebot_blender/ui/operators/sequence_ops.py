# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators that edit a sequence of beats, and the one that performs a script."""

import bpy

from ...core.errors import EmoteBotError
from ...core.messages import Message
from ...core.performance.liveliness import DEFAULT_LIVELINESS
from ...session import baked_performances, beat_editing, performing
from ...session.beat_arrival import add_arriving, describe_arrival, describe_cut_short
from ...session.calibrating import leave_uncalibrated
from ...session.detail import DetailProperties
from ...session.gaze import look_settings
from ...session.sequence import BeatSettings, SequenceSettings, active_beat, sequence_of
from ...session.sequence_script import begin, read_source
from ...session.settings import (
    KeyingProperties,
    at_property,
    intensity_property,
    scene_settings,
    words_property,
)
from ...session.timeline import playhead
from ...session.translation import translate
from ..shown import face_of, sequence_in
from .operator_base import BAKED_RESTS, OnFace, OnSequence, take_from_panel

_SECONDS_A_PIXEL = 0.01
"""How far a beat slides with the mouse."""


class AddBeat(OnSequence, bpy.types.Operator):
    """Add a beat of the feeling above at the playhead: it arrives or starts there, as chosen"""

    bl_idname = "emotebot.beat_add"
    bl_label = "Add Beat"
    needs_beats = False

    words: words_property(options={"SKIP_SAVE"})
    intensity: intensity_property(options={"SKIP_SAVE"})
    at: at_property(options={"SKIP_SAVE"})
    start: bpy.props.FloatProperty(
        name="Start",
        description="Seconds of the sequence at which it starts; by the playhead if not given",
        min=0.0,
        unit="TIME",
        options={"SKIP_SAVE"},
    )
    transition: bpy.props.FloatProperty(
        name="Transition",
        description="Seconds until the feeling is there; 0 for its natural time",
        min=0.0,
        unit="TIME",
        options={"SKIP_SAVE"},
    )
    take: bpy.props.IntProperty(
        name="Take",
        description="Which take to show; -1 for one of the character's own",
        default=-1,
        min=-1,
        options={"SKIP_SAVE"},
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Take from the panel what is not given."""
        take_from_panel(self.properties, context, ("words", "intensity", "at"))
        return self.execute(context)

    def act(self, context: bpy.types.Context) -> Message:
        """Add the beat."""
        scene = context.scene
        sequence = begin(face_of(context), scene)
        feeling = self.words, self.intensity
        more = self.transition, self.take
        if self.properties.is_property_set("start"):
            added = beat_editing.add(sequence, *feeling, self.start, *more)
        elif self.at == "START":
            added = beat_editing.add(sequence, *feeling, playhead(sequence, scene), *more)
        else:
            added = add_arriving(sequence, scene, *feeling, playhead(sequence, scene), *more)
        self.update(sequence, scene)
        self.extend(sequence, scene)
        if cut_short := describe_cut_short(added, scene_settings(scene).time_unit):
            self.warn(cut_short)
        return describe_arrival(added)


def _at_time(beat: BeatSettings, context: bpy.types.Context) -> Message:
    """Return which beat is where, as the scene of a context counts times."""
    return beat_editing.at_time(beat, scene_settings(context.scene).time_unit)


class _OnBeat(OnSequence):
    """What acts on one beat."""

    index: bpy.props.IntProperty(
        name="Beat",
        description="Index of the beat in the list; the active one if not given",
        default=-1,
        min=-1,
        options={"SKIP_SAVE"},
    )

    def index_in(self, sequence: SequenceSettings) -> int:
        """Return the index of the beat.

        Raises:
            EmoteBotError: there is no such beat.
        """
        if self.index < 0:
            return active_beat(sequence)
        if self.index >= len(sequence.beats):
            raise EmoteBotError(
                "There is no beat {index}: there are {count}",
                index=self.index,
                count=len(sequence.beats),
            )
        return self.index


class RemoveBeat(_OnBeat, bpy.types.Operator):
    """Remove the active beat"""

    bl_idname = "emotebot.beat_remove"
    bl_label = "Remove Beat"

    def act(self, context: bpy.types.Context) -> Message:
        """Remove the beat."""
        sequence = sequence_in(context)
        removed = beat_editing.remove(sequence, self.index_in(sequence))
        self.update(sequence, context.scene)
        return removed


class DuplicateBeat(_OnBeat, bpy.types.Operator):
    """Add a copy of the active beat after it"""

    bl_idname = "emotebot.beat_duplicate"
    bl_label = "Duplicate Beat"

    def act(self, context: bpy.types.Context) -> Message:
        """Duplicate the beat."""
        sequence = sequence_in(context)
        added = beat_editing.duplicate(sequence, self.index_in(sequence))
        self.update(sequence, context.scene)
        self.extend(sequence, context.scene)
        return _at_time(added, context)


class MoveBeat(_OnBeat, bpy.types.Operator):
    """Let the active beat change places with the one before or after it"""

    bl_idname = "emotebot.beat_move"
    bl_label = "Move Beat"

    direction: bpy.props.EnumProperty(
        name="Direction",
        items=(("UP", "Earlier", "With the beat before"), ("DOWN", "Later", "With the next beat")),
        options={"SKIP_SAVE"},
    )

    def act(self, context: bpy.types.Context) -> Message:
        """Exchange the starts of two beats."""
        sequence = sequence_in(context)
        moved = beat_editing.move(
            sequence, self.index_in(sequence), -1 if self.direction == "UP" else 1
        )
        self.update(sequence, context.scene)
        return _at_time(moved, context)


class SlideBeat(_OnBeat, bpy.types.Operator):
    """Slide the active beat in time with the mouse; Ctrl takes the later ones along"""

    bl_idname = "emotebot.beat_slide"
    bl_label = "Slide Beat"
    bl_options = {"REGISTER", "UNDO", "GRAB_CURSOR", "BLOCKING"}  # noqa: RUF012 - as Blender has it

    offset: bpy.props.FloatProperty(
        name="Offset",
        description="Seconds by which the beat moves, later if above 0",
        unit="TIME",
        options={"SKIP_SAVE"},
    )
    following: bpy.props.BoolProperty(
        name="With the Following",
        description="All later beats move along",
        options={"SKIP_SAVE"},
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Begin to follow the mouse."""
        sequence = sequence_in(context)
        self._starts = beat_editing.starts(sequence)
        self._mouse = event.mouse_x
        self._slid = 0.0
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Follow the mouse until it is pressed; Esc and the right button give back the start."""
        sequence = sequence_in(context)
        if event.type == "MOUSEMOVE":
            precise = 0.1 if event.shift else 1.0
            self._slid += (event.mouse_x - self._mouse) * _SECONDS_A_PIXEL * precise
            self._mouse = event.mouse_x  # there are no events of moves in between
            self.following = event.ctrl
            self._slide(context, sequence, self._slid)
        elif event.type in {"LEFTMOUSE", "RET", "NUMPAD_ENTER"} and event.value == "PRESS":
            self.offset = self._slid
            self.extend(sequence, context.scene)
            self.report_done(_at_time(sequence.beats[self.index_in(sequence)], context))
            return self._end(context, {"FINISHED"})
        elif event.type in {"RIGHTMOUSE", "ESC"}:
            self._slide(context, sequence, 0.0)
            return self._end(context, {"CANCELLED"})
        return {"RUNNING_MODAL"}

    def act(self, context: bpy.types.Context) -> Message:
        """Slide the beat by the offset."""
        sequence = sequence_in(context)
        self._starts = beat_editing.starts(sequence)
        self._slide(context, sequence, self.offset)
        return _at_time(sequence.beats[self.index_in(sequence)], context)

    def _slide(self, context: bpy.types.Context, sequence: SequenceSettings, offset: float) -> None:
        index = self.index_in(sequence)
        beat_editing.slide(sequence, index, self._starts, offset, self.following)
        self.update(sequence, context.scene)
        if context.area:
            header = Message(
                "{beat}    Shift: precisely, Ctrl: with the later ones, Esc: back",
                beat=_at_time(sequence.beats[index], context),
            )
            context.area.header_text_set(translate(header))
            context.area.tag_redraw()

    def _end(self, context: bpy.types.Context, result: set[str]) -> set[str]:
        if context.area:
            context.area.header_text_set(None)
        return result


class Perform(OnFace, DetailProperties, KeyingProperties, bpy.types.Operator):
    """Write the beats of the sequence from the script, in place of those there are, and key them"""

    bl_idname = "emotebot.perform"
    bl_label = "Write Beats"
    shows_feelings = True

    script: bpy.props.StringProperty(
        name="Script",
        description="Feelings in their order, or the path of a file that holds them",
        options={"SKIP_SAVE"},
    )
    text: bpy.props.StringProperty(
        name="Text",
        description="Name of a text data-block to perform in place of the script",
        options={"SKIP_SAVE"},
    )
    seed: bpy.props.IntProperty(
        name="Seed",
        description="Another number is another person's way; the face's own if not given",
        min=0,
        options={"SKIP_SAVE"},
    )
    exaggeration: bpy.props.FloatProperty(
        name="Exaggeration",
        description="How much more than a realistic face the character shows; "
        "the face's own if not given",
        default=1.0,
        min=0.5,
        max=2.0,
        options={"SKIP_SAVE"},
    )
    liveliness: bpy.props.FloatProperty(
        name="Liveliness",
        description="How much a held feeling moves, 0 to 1; the face's own if not given",
        default=DEFAULT_LIVELINESS,
        min=0.0,
        max=1.0,
        options={"SKIP_SAVE"},
    )
    head: bpy.props.FloatProperty(
        name="Head",
        description="How much the head turns with what is felt, 0 not at all; "
        "the face's own if not given",
        default=1.0,
        min=0.0,
        max=1.0,
        options={"SKIP_SAVE"},
    )
    look_at: bpy.props.StringProperty(
        name="Look At",
        description="Name of an object that the eyes are on, CAMERA for the camera of the scene, "
        "empty for nothing; the face's own if not given",
        options={"SKIP_SAVE"},
    )
    frame_start: bpy.props.IntProperty(
        name="First Frame",
        description="Where the performance begins; as the sequence is set if not given",
        options={"SKIP_SAVE"},
    )
    calibrate: bpy.props.BoolProperty(
        name="Calibrate",
        description="Measure a face that never was, and give channels that go too far, or hardly, "
        "a gain; off for gains of 1, also later",
        default=True,
        options={"SKIP_SAVE"},
    )
    target: bpy.props.EnumProperty(
        name="Write to",
        items=(
            ("LAYER", "Layer", "A track of its own in the NLA editor"),
            ("ACTION", "Action", "The layer is baked into the active action"),
        ),
        options={"SKIP_SAVE"},
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Take from the panel what is not given."""
        settings = scene_settings(context.scene)
        if not (self.script or self.text):
            self.script, self.text = settings.script, settings.text.name if settings.text else ""
        return self.execute(context)

    def act(self, context: bpy.types.Context) -> Message:
        """Fill the sequence of the face and perform it; what is not given stays as it is set."""
        from ...rig.face_coverage import name_with_coverage

        scene, face = context.scene, face_of(context)
        names = (
            *("frame_start", "keying", "tolerance", "step"),
            *("seed", "exaggeration", "liveliness", "head", "detail", "whole_share"),
        )
        given = [name for name in names if self.properties.is_property_set(name)]
        options = {name: getattr(self, name) for name in given}
        if self.properties.is_property_set("look_at"):
            options |= look_settings(self.look_at, scene)
        if not self.calibrate:
            leave_uncalibrated(face)
        perform = {
            "LAYER": performing.perform_script,
            "ACTION": baked_performances.perform_and_bake,
        }
        report = perform[self.target](face, read_source(self.script, self.text), scene, options)
        if self.target == "ACTION":
            self.note(BAKED_RESTS)
        return Message(
            "“{words}” on {face}: {keys}",
            words=sequence_of(face).name,
            face=name_with_coverage(face),
            keys=report.sentence(),
        )
