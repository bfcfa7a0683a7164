# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators for expressions of the user's own, saved under words."""

from pathlib import Path

import bpy
from bpy_extras.io_utils import ExportHelper, ImportHelper

from ...core.errors import EmoteBotError
from ...core.messages import Message
from ...session import words
from ...session.settings import scene_settings
from ...session.translation import translate
from ..shown import face_of
from .operator_base import OnFace, Reporting


class SaveExpression(OnFace, bpy.types.Operator):
    """Save the face as it stands under a word of your own, which then works like any other"""

    bl_idname = "emotebot.expression_save"
    bl_label = "Save Expression"

    word: bpy.props.StringProperty(
        name="Word", description="What the expression is called", options={"SKIP_SAVE"}
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Take the panel's word if none is given."""
        settings = scene_settings(context.scene)
        self.word = self.word or settings.word
        done = self.execute(context)
        if "FINISHED" in done:
            settings.word = ""
        return done

    def act(self, context: bpy.types.Context) -> Message:
        """Save the expression."""
        from ...rig.pose import read_weights

        if not self.word.strip():
            raise EmoteBotError("Type the word for the expression first")
        word = words.save_expression(context.scene, self.word, read_weights(face_of(context)))
        return Message("“{word}” is a word of this file now", word=word)


class _OnExpressions(Reporting):
    """What acts on own expressions."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the file has any."""
        if not any(scene.emotebot.expressions for scene in bpy.data.scenes):
            cls.poll_message_set(translate(Message("Save an expression first")))
            return False
        return True


class RemoveExpression(_OnExpressions, bpy.types.Operator):
    """Remove an expression of your own from this file"""

    bl_idname = "emotebot.expression_remove"
    bl_label = "Remove Expression"

    word: bpy.props.StringProperty(name="Word", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Take the one settings in the panel if none is named."""
        settings = scene_settings(context.scene)
        if not self.word and settings.expression < len(settings.expressions):
            self.word = settings.expressions[settings.expression].word
        return self.execute(context)

    def act(self, _context: bpy.types.Context) -> Message:
        """Remove the expression."""
        if not words.forget_expression(self.word):
            raise EmoteBotError("There is no own expression “{word}” in this file", word=self.word)
        return Message("“{words}” removed", words=self.word)


class ExportExpressions(_OnExpressions, ExportHelper, bpy.types.Operator):
    """Write your own expressions to a word list, for other files and the command line"""

    bl_idname = "emotebot.expressions_export"
    bl_label = "Export Expressions"
    bl_options = {"REGISTER"}  # noqa: RUF012 - as Blender has it

    filename_ext = ".json"
    filter_glob: bpy.props.StringProperty(default="*.json", options={"HIDDEN"})

    def act(self, _context: bpy.types.Context) -> Message:
        """Write the list."""
        path = Path(bpy.path.abspath(self.filepath))
        words.export_expressions(path)
        return Message("Your expressions were written to “{file}”", file=path.name)


class ImportExpressions(Reporting, ImportHelper, bpy.types.Operator):
    """Take the expressions of a word list into this file"""

    bl_idname = "emotebot.expressions_import"
    bl_label = "Import Expressions"

    filename_ext = ".json"
    filter_glob: bpy.props.StringProperty(default="*.json", options={"HIDDEN"})

    def act(self, context: bpy.types.Context) -> Message:
        """Read the list."""
        path = Path(bpy.path.abspath(self.filepath))
        words.import_expressions(context.scene, path)
        return Message("The expressions of “{file}” are words of this file now", file=path.name)
