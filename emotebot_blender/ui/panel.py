# SPDX-License-Identifier: GPL-3.0-or-later
"""The tab "EmoteBot" in the sidebar of the 3D viewport."""

import json
import textwrap
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import bpy

from ..core.errors import EmoteBotError
from . import emote
from .preferences import word_list
from .properties import settings

_BUTTONS = Path(__file__).resolve().parent.parent / "data" / "buttons" / "emotions.json"

_LETTER = 8.0
"""Pixels that a letter takes at most, on average, at a scale of 1."""


@dataclass(frozen=True)
class Button:
    """A button that shows a feeling: what stands on it and the words that it stands for."""

    label: str
    words: str


@cache
def buttons() -> tuple[Button, ...]:
    """Return the buttons of the panel, in order."""
    entries = json.loads(_BUTTONS.read_text(encoding="utf-8"))
    return tuple(Button(entry["label"], entry["words"]) for entry in entries)


class _InSidebar:
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "EmoteBot"


class FacePanel(_InSidebar, bpy.types.Panel):
    """What face EmoteBot acts on."""

    bl_idname = "VIEW3D_PT_emotebot_face"
    bl_label = "Face"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw what was found, or why nothing was."""
        from ..core.channels import CHANNELS

        layout = self.layout
        try:
            face = _glance(context)
        except EmoteBotError as error:
            _draw_fault(layout, context, str(error))
            layout.operator("emotebot.add_character", icon="ADD")
            return
        column = layout.column(align=True)
        column.label(text=face.name, icon="USER")
        meshes = "1 mesh" if face.meshes == 1 else f"{face.meshes} meshes"
        column.label(text=f"{face.channels} of {len(CHANNELS)} channels, {meshes}", icon="BLANK1")
        if face.obstacles:
            control, reason = face.obstacles[0]
            more = f" and {len(face.obstacles) - 1} more" if len(face.obstacles) > 1 else ""
            _draw_fault(layout, context, f"Left alone: {control} ({reason}){more}")


class _WithFace(_InSidebar):
    """What there is no use for without a face."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a face."""
        try:
            _glance(context)
        except EmoteBotError:
            return False  # the panel above says why
        return True


class EmotePanel(_WithFace, bpy.types.Panel):
    """Shows a feeling on the face and keys it."""

    bl_idname = "VIEW3D_PT_emotebot_emote"
    bl_label = "Emote"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the field of words, the eight buttons, the sliders and "Key It"."""
        layout = self.layout
        chosen = settings(context.scene)
        layout.prop(chosen, "words", text="", icon="OUTLINER_DATA_FONT")
        if chosen.words and (fault := emote.fault_in(chosen.words, word_list())):
            _draw_fault(layout, context, fault)
        grid = layout.grid_flow(row_major=True, columns=2, even_columns=True, align=True)
        grid.scale_y = 1.2
        for button in buttons():
            grid.operator("emotebot.pose", text=button.label).words = button.words
        column = layout.column(align=True)
        column.prop(chosen, "intensity", slider=True)
        column.prop(chosen, "seed")
        row = layout.row()
        row.scale_y = 1.4
        row.operator("emotebot.key", text="Key It", icon="KEY_HLT")


class ScriptPanel(_WithFace, bpy.types.Panel):
    """Performs a script of feelings on the face."""

    bl_idname = "VIEW3D_PT_emotebot_script"
    bl_label = "Script"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the script and "Perform Script"."""
        layout = self.layout
        chosen = settings(context.scene)
        column = layout.column(align=True)
        line = column.row(align=True)
        line.active = chosen.text is None
        line.prop(chosen, "script", text="")
        column.prop(chosen, "text", text="")
        layout.prop(chosen, "reduce")
        row = layout.row()
        row.scale_y = 1.4
        row.operator("emotebot.perform", text="Perform Script", icon="PLAY")


def _glance(context: bpy.types.Context) -> emote.Glance:
    return emote.glance(context.view_layer.objects.active, context.scene)


def _draw_fault(layout: bpy.types.UILayout, context: bpy.types.Context, fault: str) -> None:
    """Draw a sentence on as many lines as the sidebar's width asks for."""
    scale = context.preferences.system.ui_scale
    letters = max(int(context.region.width / (_LETTER * scale)) - 6, 12)
    column = layout.column(align=True)
    for number, line in enumerate(textwrap.wrap(fault, letters)):
        column.label(text=line, icon="BLANK1" if number else "ERROR")
