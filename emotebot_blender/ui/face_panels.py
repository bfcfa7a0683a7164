# SPDX-License-Identifier: GPL-3.0-or-later
"""The tab "EmoteBot" in the sidebar of the 3D viewport: the face, one feeling, live, own words."""

import re
from typing import Any

import bpy

from ..core.errors import EmoteBotError
from ..session import live, posing, words
from ..session.settings import CONTEXT, scene_settings
from ..session.translation import told
from .emotion_buttons import buttons, picture_of

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
            posing.face_summary(context)
        except EmoteBotError:
            return False  # the panel of the face says why
        return True


class FacePanel(InSidebar, bpy.types.Panel):
    """What face EmoteBot acts on."""

    bl_idname = "VIEW3D_PT_emotebot_face"
    bl_label = "Face"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw what was found, or why nothing was, and how to choose another."""
        from ..core.channels import CHANNELS

        layout = self.layout
        chosen = scene_settings(context.scene)
        try:
            face = posing.face_summary(context)
        except EmoteBotError as error:
            draw_fault(layout, context, str(error))
            row = layout.row()
            row.scale_y = 1.4
            row.operator("emotebot.add_character", icon="ADD")
            layout.prop(chosen, "face", text="Stay with", icon="UNPINNED")
            return
        column = layout.column(align=True)
        found = face.name
        if face.meshes > 1:
            others = face.meshes - 1
            found = told(f"{found} + {others} meshes" if others > 1 else f"{found} + 1 mesh")
        column.label(text=found, icon="USER", translate=False)
        covered = told(f"{face.channels} of {len(CHANNELS)} channels")
        column.label(text=covered, icon="BLANK1", translate=False)
        if face.obstacles:
            control, reason = face.obstacles[0]
            said, more = told(f"Left alone: {control} ({reason})"), len(face.obstacles) - 1
            draw_fault(layout, context, told(f"{said} and {more} more") if more else said)
        layout.prop(chosen, "face", text="Stay with", icon="PINNED" if chosen.face else "UNPINNED")


class EmotePanel(WithFace, bpy.types.Panel):
    """Shows a feeling on the face and keys it."""

    bl_idname = "VIEW3D_PT_emotebot_emote"
    bl_label = "Emote"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the field of words, the eight buttons, the sliders and "Key It"."""
        layout = self.layout
        chosen, sequence = scene_settings(context.scene), posing.shown_owner(context).emotebot
        layout.prop(chosen, "words", text="", icon="OUTLINER_DATA_FONT")
        if chosen.words and (fault := words.fault_in(chosen.words)):
            draw_fault(layout, context, fault)
        _draw_buttons(layout, context)
        column = layout.column(align=True)
        column.prop(chosen, "intensity", slider=True)
        column.prop(chosen, "strength", slider=True)
        row = layout.row(align=True)
        row.prop(sequence, "seed")
        row.prop(chosen, "take")
        row.operator("emotebot.roll_take", text="", icon="FILE_REFRESH")
        layout.prop(chosen, "region", text="")
        column = layout.column(align=True)
        row = column.row(align=True)
        row.scale_y = 1.4
        row.operator("emotebot.key", text="Key It", icon="KEY_HLT")
        draw_keying(column, chosen)


class LivePanel(WithFace, bpy.types.Panel):
    """Plays the face live and records it."""

    bl_idname = "VIEW3D_PT_emotebot_live"
    bl_label = "Live"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw "Go Live", or "Record" and "Stop" while a face is live."""
        layout = self.layout
        chosen = scene_settings(context.scene)
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
            draw_fault(layout, context, "Type a feeling over the viewport", "OUTLINER_DATA_FONT")
            draw_fault(layout, context, "1 to 8: emotions, Tab: record", "BLANK1")
        else:
            row.operator("emotebot.live", text="Go Live", icon="PLAY")
        row = layout.row(heading="Record", heading_ctxt=CONTEXT, align=True)
        row.prop(chosen, "record_beats", toggle=True)
        row.prop(chosen, "record_keys", toggle=True)


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
        shown = "emotebot.trigger" if live.is_running() else "emotebot.pose"
        row.operator(shown, text="", icon="HIDE_OFF", emboss=False).words = item.word


class ExpressionsPanel(WithFace, bpy.types.Panel):
    """Saves the face as it stands under a word of the user's own."""

    bl_idname = "VIEW3D_PT_emotebot_expressions"
    bl_label = "Own Expressions"
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012 - as Blender has it

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the field of the word, and what has been saved."""
        layout = self.layout
        chosen = scene_settings(context.scene)
        row = layout.row(align=True)
        row.prop(chosen, "word", text="")
        row.operator("emotebot.expression_save", text="Save", icon="ADD")
        if chosen.expressions:
            layout.template_list(
                "EMOTEBOT_UL_expressions", "", chosen, "expressions", chosen, "expression", rows=3
            )
        for word in words.damaged_expressions():
            draw_fault(layout, context, f"The own expression “{word}” cannot be used; save it anew")
        row = layout.row(align=True)
        row.operator("emotebot.expression_remove", text="Remove", icon="REMOVE")
        row.operator("emotebot.expressions_import", text="", icon="IMPORT")
        row.operator("emotebot.expressions_export", text="", icon="EXPORT")


def draw_keying(layout: Any, said: Any) -> None:
    """Draw how densely keys stand."""
    row = layout.row(align=True)
    row.prop(said, "keying", text="")
    if said.keying == "REDUCED":
        row.prop(said, "tolerance", text="")
    if said.keying == "STEPPED":
        row.prop(said, "step", text="")


def draw_fault(layout: Any, context: bpy.types.Context, fault: str, icon: str = "ERROR") -> None:
    """Draw a sentence on as many lines as the sidebar's width asks for."""
    scale = context.preferences.system.ui_scale
    letters = max(int(context.region.width / (_LETTER * scale)) - 6, 12)
    column = layout.column(align=True)
    for number, line in enumerate(wrapped(told(fault), letters)):
        column.label(text=line, icon="BLANK1" if number else icon, translate=False)


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
    shown = "emotebot.trigger" if live.is_running() else "emotebot.pose"
    is_narrow = context.region.width < _NARROW * context.preferences.system.ui_scale
    columns = 2 if is_narrow else 4
    grid = layout.grid_flow(row_major=True, columns=columns, even_columns=True, align=True)
    for button in buttons():
        cell = grid.column(align=True)
        cell.template_icon(icon_value=picture_of(button), scale=_PICTURE)
        cell.operator(shown, text=button.label).words = button.words
