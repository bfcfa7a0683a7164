# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators that bring sequences in and out: markers, text data-blocks, files."""

from pathlib import Path

import bpy
from bpy_extras.io_utils import ExportHelper, ImportHelper

from ...core.errors import EmoteBotError
from ...core.messages import Message
from ...session import beat_editing, marker_exchange, words
from ...session.sequence_script import begin, fill, read_source, script_of
from ...session.settings import scene_settings
from ..shown import face_of, sequence_in
from .operator_base import OnSequence

_ENDINGS = "*.txt;*.json;*.csv;*.srt"

_FORMATS = (
    (".txt", "Text", "A beat a line, for people"),
    (".json", "JSON", "Everything, for programs"),
    (".csv", "CSV", "A table"),
    (".srt", "Subtitles", "SubRip, with the feelings in brackets"),
)


class BeatsFromMarkers(OnSequence, bpy.types.Operator):
    """Add a beat for each selected marker of the timeline that names a feeling"""

    bl_idname = "emotebot.beats_from_markers"
    bl_label = "Beats from Markers"
    needs_beats = False

    def act(self, context: bpy.types.Context) -> Message:
        """Add the beats."""
        sequence = begin(face_of(context), context.scene)
        added = marker_exchange.from_markers(sequence, context.scene)
        self.update(sequence, context.scene)
        self.extend(sequence, context.scene)
        return added


class BeatsToMarkers(OnSequence, bpy.types.Operator):
    """Set a marker in the timeline for each beat"""

    bl_idname = "emotebot.beats_to_markers"
    bl_label = "Beats to Markers"

    def act(self, context: bpy.types.Context) -> Message:
        """Set the markers."""
        return marker_exchange.to_markers(sequence_in(context), context.scene)


class _OfText:
    """What reads or writes a text data-block."""

    text: bpy.props.StringProperty(
        name="Text",
        description="Name of a text data-block; its ending says the format: "
        ".json, .csv, .srt, else plain text",
        options={"SKIP_SAVE"},
    )


class BeatsFromText(OnSequence, _OfText, bpy.types.Operator):
    """Read the sequence from a text data-block, in place of its beats"""

    bl_idname = "emotebot.beats_from_text"
    bl_label = "Sequence from Text"
    needs_beats = False

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Take the panel's text if none is named."""
        shown = scene_settings(context.scene).text
        if not self.text and shown is not None:
            self.text = shown.name
        return self.execute(context)

    def act(self, context: bpy.types.Context) -> Message:
        """Read the text."""
        if not self.text:
            raise EmoteBotError("Choose a text first")
        sequence = fill(face_of(context), read_source("", self.text), context.scene)
        self.update(sequence, context.scene)
        self.extend(sequence, context.scene)
        return beat_editing.read_from(sequence, self.text)


class BeatsToText(OnSequence, _OfText, bpy.types.Operator):
    """Write the sequence into a text data-block, to edit it there"""

    bl_idname = "emotebot.beats_to_text"
    bl_label = "Sequence to Text"

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Take the panel's text, else one that is named as the sequence."""
        settings = scene_settings(context.scene)
        if not self.text:
            self.text = settings.text.name if settings.text else f"{sequence_in(context).name}.txt"
        done = self.execute(context)
        if "FINISHED" in done:
            settings.text = bpy.data.texts.get(self.text)
        return done

    def act(self, context: bpy.types.Context) -> Message:
        """Write the text."""
        sequence = sequence_in(context)
        text = beat_editing.to_text(sequence, self.text or f"{sequence.name}.txt")
        written = Message("“{text}” in the text editor", text=text.name)
        return beat_editing.with_muted(sequence, written)


class ImportSequence(OnSequence, ImportHelper, bpy.types.Operator):
    """Read the sequence from a file (text, JSON, CSV, subtitles), in place of its beats"""

    bl_idname = "emotebot.sequence_import"
    bl_label = "Import Sequence"
    needs_beats = False

    filter_glob: bpy.props.StringProperty(default=_ENDINGS, options={"HIDDEN"})

    def act(self, context: bpy.types.Context) -> Message:
        """Read the file."""
        path = Path(bpy.path.abspath(self.filepath))
        if not (self.filepath and path.is_file()):
            raise EmoteBotError("There is no file “{path}”", path=path)
        sequence = fill(face_of(context), read_source(str(path), ""), context.scene)
        self.update(sequence, context.scene)
        self.extend(sequence, context.scene)
        return beat_editing.read_from(sequence, path.name)


class ExportSequence(OnSequence, ExportHelper, bpy.types.Operator):
    """Write the sequence to a file: text, JSON, CSV or subtitles"""

    bl_idname = "emotebot.sequence_export"
    bl_label = "Export Sequence"
    bl_options = {"REGISTER"}  # noqa: RUF012 - as Blender has it

    filter_glob: bpy.props.StringProperty(default=_ENDINGS, options={"HIDDEN"})
    filename_ext: bpy.props.EnumProperty(name="Format", items=_FORMATS)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Suggest a file that is named as the sequence."""
        if not self.properties.is_property_set("filepath"):
            self.properties.filepath = f"{sequence_in(context).name}{self.filename_ext}"
        return super().invoke(context, event)

    def act(self, context: bpy.types.Context) -> Message:
        """Write the file."""
        from ...core.script.script_files import write_script

        path = Path(bpy.path.abspath(self.filepath))
        sequence = sequence_in(context)
        write_script(script_of(sequence), path, words.lexicon())
        written = Message("Sequence written to “{file}”", file=path.name)
        return beat_editing.with_muted(sequence, written)
