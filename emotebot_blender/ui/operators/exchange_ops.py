# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators that bring sequences in and out: markers, text data-blocks, files."""

from pathlib import Path

import bpy
from bpy_extras.io_utils import ExportHelper, ImportHelper

from ...core.errors import EmoteBotError
from ...session import beat_editing, performing, posing, words
from ...session.sequence import sequence_of
from ...session.settings import scene_settings
from .operator_base import OnSequence, face_of, shown_sequence

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

    def act(self, context: bpy.types.Context) -> str:
        """Add the beats."""
        sequence = performing.begin(face_of(context), context.scene)
        count, left = beat_editing.from_markers(sequence, context.scene)
        self.perform_again(sequence, context.scene)
        beat_editing.make_room(sequence, context.scene)
        if left:
            return f"{beat_editing.counted(count)} from markers; “{left[0]}” names no feeling"
        return f"{beat_editing.counted(count)} from markers"


class BeatsToMarkers(OnSequence, bpy.types.Operator):
    """Set a marker in the timeline for each beat"""

    bl_idname = "emotebot.beats_to_markers"
    bl_label = "Beats to Markers"

    def act(self, context: bpy.types.Context) -> str:
        """Set the markers."""
        count = beat_editing.to_markers(shown_sequence(context), context.scene)
        return f"Markers for {beat_editing.counted(count)}"


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
        chosen = scene_settings(context.scene).text
        if not self.text and chosen is not None:
            self.text = chosen.name
        return self.execute(context)

    def act(self, context: bpy.types.Context) -> str:
        """Read the text."""
        if not self.text:
            raise EmoteBotError("Choose a text first")
        sequence = performing.fill(face_of(context), posing.read("", self.text), context.scene)
        self.perform_again(sequence, context.scene)
        beat_editing.make_room(sequence, context.scene)
        return f"{beat_editing.counted(len(sequence.beats))} from “{self.text}”"


class BeatsToText(OnSequence, _OfText, bpy.types.Operator):
    """Write the sequence into a text data-block, to edit it there"""

    bl_idname = "emotebot.beats_to_text"
    bl_label = "Sequence to Text"

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Take the panel's text, else one that is named as the sequence."""
        chosen = scene_settings(context.scene)
        if not self.text:
            self.text = chosen.text.name if chosen.text else f"{shown_sequence(context).name}.txt"
        done = self.execute(context)
        if "FINISHED" in done:
            chosen.text = bpy.data.texts.get(self.text)
        return done

    def act(self, context: bpy.types.Context) -> str:
        """Write the text."""
        sequence = shown_sequence(context)
        text = beat_editing.to_text(sequence, self.text or f"{sequence.name}.txt")
        said = f"“{text.name}” in the text editor"
        return beat_editing.with_muted(sequence, said)


class ImportSequence(OnSequence, ImportHelper, bpy.types.Operator):
    """Read the sequence from a file (text, JSON, CSV, subtitles), in place of its beats"""

    bl_idname = "emotebot.sequence_import"
    bl_label = "Import Sequence"
    needs_beats = False

    filter_glob: bpy.props.StringProperty(default=_ENDINGS, options={"HIDDEN"})

    def act(self, context: bpy.types.Context) -> str:
        """Read the file."""
        path = Path(bpy.path.abspath(self.filepath))
        if not (self.filepath and path.is_file()):
            raise EmoteBotError("There is no file “{path}”", path=path)
        sequence = performing.fill(face_of(context), posing.read(str(path), ""), context.scene)
        self.perform_again(sequence, context.scene)
        beat_editing.make_room(sequence, context.scene)
        return f"{beat_editing.counted(len(sequence.beats))} from “{path.name}”"


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
            self.properties.filepath = f"{shown_sequence(context).name}{self.filename_ext}"
        return super().invoke(context, event)

    def act(self, context: bpy.types.Context) -> str:
        """Write the file."""
        from ...core.script.script_files import write_script

        path = Path(bpy.path.abspath(self.filepath))
        write_script(performing.script_of(sequence_of(face_of(context))), path, words.lexicon())
        said = f"Sequence written to “{path.name}”"
        return beat_editing.with_muted(shown_sequence(context), said)
