# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators that bring recorded faces in, and performances out, as files of other programs."""

from pathlib import Path

import bpy
from bpy_extras.io_utils import ExportHelper, ImportHelper

from ...core.errors import EmoteBotError
from ...core.messages import Message, sentences
from ...session import beat_editing, recorded_faces
from ...session.performing import keying_of
from ...session.sequence_script import begin
from ...session.settings import KeyingProperties, LayingProperties, scene_settings
from ..shown import face_of, sequence_in
from .operator_base import OnSequence, take_from_panel

FORMATS = (
    (
        "livelink",
        "Live Link Face (.csv)",
        "A take as the phone app writes it: channels, head, eyes",
    ),
    ("table", "Table (.csv)", "Frame, time and channels, for spreadsheets"),
    ("emotebot", "EmoteBot (.json)", "All of the performance, with what is felt and the head"),
    ("arkit", "ARKit (.json)", "Channels and times, as the data set BEAT has them"),
    ("mpfb", "MPFB Expression (.json)", "The face at the playhead, for MakeHuman characters"),
    ("vrma", "VRM Animation (.vrma)", "Preset expressions, head and gaze, for any VRM model"),
    (
        "perfect-sync",
        "VRM Animation for Perfect Sync (.vrma)",
        "The 52 channels as custom expressions, and the head",
    ),
)
"""Items of the formats, those of ``core.exchange.recording_formats``."""


class ImportPerformance(
    OnSequence, ImportHelper, KeyingProperties, LayingProperties, bpy.types.Operator
):
    """Perform a recorded face from a file, on a layer of its own from the playhead on"""

    bl_idname = "emotebot.import_performance"
    bl_label = "Import Recording"
    needs_beats = False

    filter_glob: bpy.props.StringProperty(default="*.csv;*.json", options={"HIDDEN"})
    frame_start: bpy.props.IntProperty(
        name="Start",
        description="Frame on which the recording starts; the playhead's if not given",
        options={"SKIP_SAVE"},
    )

    as_beat: bpy.props.BoolProperty(
        name="As a Beat",
        description="Add it to the sequence as a beat, which is performed with the others",
        options={"SKIP_SAVE"},
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Take from the panel and the playhead what is not given, and ask for a file."""
        take_from_panel(self.properties, context)
        if not self.properties.is_property_set("frame_start"):
            self.frame_start = context.scene.frame_current
        return super().invoke(context, event)

    def act(self, context: bpy.types.Context) -> Message:
        """Perform the file."""
        from ...core.exchange.recording_formats import read_recording
        from ...rig.face_coverage import name_with_coverage

        if not self.filepath:
            raise EmoteBotError("Choose a file first")
        path, scene, face = Path(bpy.path.abspath(self.filepath)), context.scene, face_of(context)
        at_playhead = not self.properties.is_property_set("frame_start")
        first = scene.frame_current if at_playhead else self.frame_start
        recorded = read_recording(path)
        if self.as_beat:
            beat = beat_editing.add_recording(begin(face, scene), str(path), first, scene)
            self.update(sequence_in(context), scene)
            self.extend(sequence_in(context), scene)
            return beat_editing.at_time(beat, scene_settings(scene).time_unit)
        report = recorded_faces.perform_recording(
            face,
            recorded,
            scene,
            first,
            path.stem,
            keying_of(self),
            self.region,
            self.strength,
        )
        return Message(
            "“{words}” on {face}: {keys}",
            words=path.name,
            face=name_with_coverage(face),
            keys=report.sentence(),
        )


class ExportPerformance(OnSequence, ExportHelper, bpy.types.Operator):
    """Write the performance of the sequence to a file for other programs"""

    bl_idname = "emotebot.export_performance"
    bl_label = "Export Performance"
    bl_options = {"REGISTER"}  # noqa: RUF012 - as Blender has it

    filter_glob: bpy.props.StringProperty(default="*.csv;*.json;*.vrma", options={"HIDDEN"})
    format: bpy.props.EnumProperty(
        name="Format",
        description="What the file is for; by its ending if not given",
        items=FORMATS,
        options={"SKIP_SAVE"},
    )

    @property
    def filename_ext(self) -> str:
        """The ending that the file dialog adds."""
        from ...core.exchange import recording_formats

        return recording_formats.FORMATS[self.format].ending

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Suggest a file that is named as the sequence."""
        self.format = self.format  # what the dialog shows counts, not the ending
        if not self.properties.is_property_set("filepath"):
            self.properties.filepath = f"{sequence_in(context).name}{self.filename_ext}"
        return super().invoke(context, event)

    def act(self, context: bpy.types.Context) -> Message:
        """Write the file."""
        from ...core.exchange.recording_formats import format_of

        if not self.filepath:
            raise EmoteBotError("Choose a file first")
        path = Path(bpy.path.abspath(self.filepath))
        name = self.format if self.properties.is_property_set("format") else None
        notes = recorded_faces.export_performance(
            face_of(context), context.scene, path, format_of(path, name)
        )
        written = Message("Performance written to “{file}”", file=path.name)
        written = beat_editing.with_muted(sequence_in(context), written)
        return sentences((written, *notes))
