# SPDX-License-Identifier: GPL-3.0-or-later
"""The tab "EmoteBot" in the sidebar of the 3D viewport: the face, one feeling, live, own words."""

import re
from typing import Any

import bpy

from ..core.channels import CHANNELS
from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..session import live, words
from ..session.face_summary import FaceSummary, left_alone
from ..session.settings import scene_settings
from ..session.translation import CONTEXT, translate
from .emotion_buttons import buttons, picture_of
from .shown import owner_of, summary_of

_LETTER = 8.0
"""Pixels that a letter takes at most, on average, at a scale of 1."""

_WIDE = "\u2e80"
"""Characters from here on are wide, and a line may end after each of them."""

_PIECE = re.compile(rf"[{_WIDE}-\U0003ffff]|[^\s{_WIDE}-\U0003ffff]+|\s+")

_NARROW = 200
"""Width of a sidebar in pixels, at a scale of 1, below which the buttons stand in two columns."""

_PICTURE = 2.6
"""Height of a button's picture, in lines."""


class InSidebar:
    """Where every panel is."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "EmoteBot"
    bl_translation_context = CONTEXT


class WithFace(InSidebar):
    """What there is no use for without a face."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a face."""
        try:
            summary_of(context)
        except EmoteBotError:
            return False  # the panel of the face says why
        return True


class FacePanel(InSidebar, bpy.types.Panel):
    """What face EmoteBot acts on."""

    bl_idname = "VIEW3D_PT_emotebot_face"
    bl_label = "Face"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the face and what it covers, or why there is none, and how to choose another."""
        layout = self.layout
        settings = scene_settings(context.scene)
        try:
            face = summary_of(context)
        except EmoteBotError as error:
            draw_message(layout, context, error.message)
            row = layout.row()
            row.scale_y = 1.4
            row.operator("emotebot.add_character", icon="ADD")
            layout.prop(settings, "face", text="Stay with", icon="UNPINNED")
            return
        column = layout.column(align=True)
        column.label(text=translate(objects_of(face)), icon="USER", translate=False)
        covered = Message("{count} of {all} channels", count=face.channels, all=len(CHANNELS))
        column.label(text=translate(covered), icon="BLANK1", translate=False)
        if face.blocked:
            draw_message(layout, context, left_alone(face.blocked))
        for note in face.notes:
            draw_message(layout, context, note)
        layout.prop(
            settings, "face", text="Stay with", icon="PINNED" if settings.face else "UNPINNED"
        )


class EmotePanel(WithFace, bpy.types.Panel):
    """Shows a feeling on the face and keys it."""

    bl_idname = "VIEW3D_PT_emotebot_emote"
    bl_label = "Emote"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the field of words, the eight buttons, the sliders and "Key It"."""
        layout = self.layout
        settings, sequence = scene_settings(context.scene), owner_of(context).emotebot
        layout.prop(settings, "words", text="", icon="OUTLINER_DATA_FONT")
        if settings.words and (problem := words.problem_in(settings.words)):
            draw_message(layout, context, problem)
        _draw_buttons(layout, context)
        column = layout.column(align=True)
        column.prop(settings, "intensity", slider=True)
        column.prop(settings, "strength", slider=True)
        row = layout.row(align=True)
        row.prop(sequence, "seed")
        row.prop(settings, "take")
        row.operator("emotebot.roll_take", text="", icon="FILE_REFRESH")
        layout.prop(settings, "region", text="")
        column = layout.column(align=True)
        row = column.row(align=True)
        row.scale_y = 1.4
        row.operator("emotebot.key", text="Key It", icon="KEY_HLT")
        draw_keying(column, settings)


class LivePanel(WithFace, bpy.types.Panel):
    """Plays the face live and records it."""

    bl_idname = "VIEW3D_PT_emotebot_live"
    bl_label = "Live"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw "Go Live", or "Record" and "Stop" while a face is live."""
        layout = self.layout
        settings = scene_settings(context.scene)
        row = layout.row(align=True)
        row.scale_y = 1.4
        if live.is_running():
            recording = live.is_recording()
            pressed = row.row(align=True)
            pressed.alert = recording
            pressed.operator(
                "emotebot.record",
                text="Keep Recording" if recording else "Record",
                icon="REC",
                depress=recording,
            )
            row.operator("emotebot.live_stop", text="Stop", icon="SNAP_FACE")
            typing = Message("Type a feeling over the viewport")
            draw_message(layout, context, typing, "OUTLINER_DATA_FONT")
            draw_message(layout, context, Message("1 to 8: emotions, Tab: record"), "BLANK1")
        else:
            row.operator("emotebot.live", text="Go Live", icon="PLAY")
        row = layout.row(heading="Record", heading_ctxt=CONTEXT, align=True)
        row.prop(settings, "record_beats", toggle=True)
        row.prop(settings, "record_keys", toggle=True)


class ExpressionList(bpy.types.UIList):
    """The expressions of the user's own in a scene."""

    bl_idname = "EMOTEBOT_UL_expressions"

    def draw_item(
        self,
        _context: bpy.types.Context,
        layout: Any,
        _data: Any,
        item: Any,
        _icon: int,
        _active_data: Any,
        _active_property: str,
        _index: int,
    ) -> None:
        """Draw a word and the button that shows it."""
        row = layout.row(align=True)
        row.label(text=item.word, icon="SHAPEKEY_DATA", translate=False)
        operator = "emotebot.trigger" if live.is_running() else "emotebot.pose"
        row.operator(operator, text="", icon="HIDE_OFF", emboss=False).words = item.word


class ExpressionsPanel(WithFace, bpy.types.Panel):
    """Saves the face as it stands under a word of the user's own."""

    bl_idname = "VIEW3D_PT_emotebot_expressions"
    bl_label = "Own Expressions"
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012 - as Blender has it

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the field of the word, and what has been saved."""
        layout = self.layout
        settings = scene_settings(context.scene)
        row = layout.row(align=True)
        row.prop(settings, "word", text="")
        row.operator("emotebot.expression_save", text="Save", icon="ADD")
        if settings.expressions:
            layout.template_list(
                "EMOTEBOT_UL_expressions",
                "",
                settings,
                "expressions",
                settings,
                "expression",
                rows=3,
            )
        for word in words.damaged_expressions():
            damaged = Message("The own expression “{word}” cannot be used; save it anew", word=word)
            draw_message(layout, context, damaged)
        row = layout.row(align=True)
        row.operator("emotebot.expression_remove", text="Remove", icon="REMOVE")
        row.operator("emotebot.expressions_import", text="", icon="IMPORT")
        row.operator("emotebot.expressions_export", text="", icon="EXPORT")


def draw_keying(layout: Any, settings: Any) -> None:
    """Draw how densely keys stand."""
    row = layout.row(align=True)
    row.prop(settings, "keying", text="")
    if settings.keying == "REDUCED":
        row.prop(settings, "tolerance", text="")
    if settings.keying == "STEPPED":
        row.prop(settings, "step", text="")


def draw_message(
    layout: Any, context: bpy.types.Context, message: Message, icon: str = "ERROR"
) -> None:
    """Draw a sentence on as many lines as the sidebar's width asks for.

    Args:
        layout: where.
        context: whose region is drawn.
        message: the sentence.
        icon: before its first line.
    """
    scale = context.preferences.system.ui_scale
    letters = max(int(context.region.width / (_LETTER * scale)) - 6, 12)
    column = layout.column(align=True)
    for number, line in enumerate(wrapped(translate(message), letters)):
        column.label(text=line, icon="BLANK1" if number else icon, translate=False)


def objects_of(face: FaceSummary) -> Message:
    """Return the name of a face with the number of its other objects."""
    others = face.objects - 1
    if others == 0:
        return Message("{face}", face=face.name)
    if others == 1:
        return Message("{face} + 1 mesh", face=face.name)
    return Message("{face} + {count} meshes", face=face.name, count=others)


def wrapped(sentence: str, letters: int) -> list[str]:
    """Return a sentence on lines of so many letters; kana and ideographs are two letters wide."""
    lines, used = [""], 0
    for piece in _PIECE.findall(sentence):
        width = 2 * len(piece) if piece > _WIDE else len(piece)
        if used and used + width > letters:
            lines.append("")
            used = 0
        if used or not piece.isspace():
            lines[-1] += piece
            used += width
    return [line.rstrip() for line in lines]


def _draw_buttons(layout: Any, context: bpy.types.Context) -> None:
    """Draw the eight emotions, each with its picture; while a face is live, they play it."""
    operator = "emotebot.trigger" if live.is_running() else "emotebot.pose"
    is_narrow = context.region.width < _NARROW * context.preferences.system.ui_scale
    columns = 2 if is_narrow else 4
    grid = layout.grid_flow(row_major=True, columns=columns, even_columns=True, align=True)
    for button in buttons():
        cell = grid.column(align=True)
        cell.template_icon(icon_value=picture_of(button), scale=_PICTURE)
        cell.operator(operator, text=button.label).words = button.words
