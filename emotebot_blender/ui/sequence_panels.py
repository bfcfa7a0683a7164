# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel of a character's sequence: its beats, its layer, ways in and out."""

from typing import Any

import bpy

from ..core.messages import Message
from ..session import words
from ..session.face_summary import notices
from ..session.runtime import runtime
from ..session.sequence import FORMAT, active_beat, beats_in_order
from ..session.settings import scene_settings
from ..session.timeline import frame_rate
from ..session.translation import CONTEXT
from .face_panels import WithFace, draw_keying, draw_message
from .shown import owner_of, summary_of

_HARDLY = 0.005
"""Difference of an intensity from 1 that is not seen in the list."""


class BeatList(bpy.types.UIList):
    """The beats of a sequence in the order of time."""

    bl_idname = "EMOTEBOT_UL_beats"

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
        """Draw when a beat starts, its words and, where it is not 1, its intensity."""
        row = layout.row(align=True)
        row.active = not item.mute
        split = row.split(factor=0.38, align=True)
        split.prop(item, "start", text="", emboss=False)
        if abs(item.intensity - 1) > _HARDLY:  # else there is more room for the words
            split = split.split(factor=0.6, align=True)
        named = split.row()
        named.alert = words.problem_in(item.words) is not None
        named.label(text=item.words, translate=False)
        if abs(item.intensity - 1) > _HARDLY:
            split.prop(item, "intensity", text="", emboss=False)
        icon = "MUTE_IPO_OFF" if item.mute else "MUTE_IPO_ON"
        row.prop(item, "mute", text="", icon=icon, emboss=False)

    def filter_items(
        self, _context: bpy.types.Context, data: Any, name: str
    ) -> tuple[list[int], list[int]]:
        """Return which beats are shown, and the rank of each in the order of time."""
        beats = getattr(data, name)
        flags = []
        if self.filter_name:
            flags = bpy.types.UI_UL_list.filter_items_by_name(
                self.filter_name, self.bitflag_filter_item, beats, "words"
            )
        ranks = [0] * len(beats)
        for rank, index in enumerate(beats_in_order(data)):
            ranks[index] = rank
        return flags, ranks


class ExchangeMenu(bpy.types.Menu):
    """Ways of a sequence in and out."""

    bl_idname = "EMOTEBOT_MT_exchange"
    bl_label = "Sequence"

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw the ways."""
        layout = self.layout
        layout.operator("emotebot.beats_from_markers", icon="MARKER_HLT")
        layout.operator("emotebot.beats_to_markers", icon="MARKER")
        layout.separator()
        layout.operator("emotebot.beats_from_text", icon="TEXT")
        layout.operator("emotebot.beats_to_text", icon="TEXT")
        layout.separator()
        layout.operator("emotebot.sequence_import", icon="IMPORT")
        layout.operator("emotebot.sequence_export", icon="EXPORT")


class SequencePanel(WithFace, bpy.types.Panel):
    """The beats of the face's sequence."""

    bl_idname = "VIEW3D_PT_emotebot_sequence"
    bl_label = "Sequence"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the list of beats and the active one."""
        layout = self.layout
        owner = owner_of(context)
        sequence = owner.emotebot
        row = layout.row(align=True)
        row.prop(sequence, "name", text="", icon="NLA")
        row.menu("EMOTEBOT_MT_exchange", text="", icon="DOWNARROW_HLT")
        row = layout.row()
        row.template_list("EMOTEBOT_UL_beats", "", sequence, "beats", sequence, "active", rows=5)
        column = row.column(align=True)
        column.operator("emotebot.beat_add", text="", icon="ADD")
        column.operator("emotebot.beat_remove", text="", icon="REMOVE")
        column.separator()
        column.operator("emotebot.beat_duplicate", text="", icon="DUPLICATE")
        column.operator("emotebot.beat_slide", text="", icon="ARROW_LEFTRIGHT")
        column.separator()
        column.operator("emotebot.beat_move", text="", icon="TRIA_UP").direction = "UP"
        column.operator("emotebot.beat_move", text="", icon="TRIA_DOWN").direction = "DOWN"
        if sequence.format > FORMAT:
            newer = Message(
                "This sequence is from a newer EmoteBot: what this one does not know is kept, "
                "and it is performed when you press Perform"
            )
            draw_message(layout, context, newer)
        for notice in notices(summary_of(context), sequence, frame_rate(context.scene)):
            draw_message(layout, context, notice)
        if sequence.beats:
            _draw_beat(layout, context, sequence.beats[active_beat(sequence)])
        if problem := runtime().problems.get(owner.session_uid):
            draw_message(layout, context, problem)


class LayerPanel(WithFace, bpy.types.Panel):
    """How the sequence lies on the face."""

    bl_idname = "VIEW3D_PT_emotebot_layer"
    bl_parent_id = "VIEW3D_PT_emotebot_sequence"
    bl_label = "Layer"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw strength, region, keys, and what is in the way."""
        layout = self.layout
        sequence = owner_of(context).emotebot
        column = layout.column(align=True)
        column.prop(sequence, "strength", slider=True)
        column.prop(sequence, "region", text="")
        draw_keying(column, sequence)
        layout.prop(sequence, "frame_start")
        layout.prop(sequence, "automatic")
        layout.operator("emotebot.perform_sequence", text="Perform", icon="PLAY")
        row = layout.row(align=True)
        row.operator("emotebot.bake", text="Bake", icon="ACTION")
        row.operator("emotebot.clear", text="Clear", icon="TRASH")


class ScriptPanel(WithFace, bpy.types.Panel):
    """Fills the sequence from a script of feelings."""

    bl_idname = "VIEW3D_PT_emotebot_script"
    bl_parent_id = "VIEW3D_PT_emotebot_sequence"
    bl_label = "Script"
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012 - as Blender has it

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the script and "Perform Script"."""
        layout = self.layout
        settings = scene_settings(context.scene)
        column = layout.column(align=True)
        line = column.row(align=True)
        line.active = settings.text is None
        line.prop(settings, "script", text="")
        column.prop(settings, "text", text="")
        row = layout.row()
        row.scale_y = 1.2
        row.operator("emotebot.perform", text="Perform Script", icon="PLAY")


def _draw_beat(layout: Any, context: bpy.types.Context, beat: Any) -> None:
    """Draw the settings of a beat."""
    layout.prop(beat, "words", text="", icon="OUTLINER_DATA_FONT")
    if problem := words.problem_in(beat.words):
        draw_message(layout, context, problem)
    column = layout.column()
    column.use_property_split = True
    column.use_property_decorate = False
    column.prop(beat, "start")
    column.prop(beat, "intensity", slider=True)
    for switch, name, heading in (
        ("has_transition", "transition", "Transition"),
        ("has_hold", "hold", "Hold"),
        ("has_take", "take", "Take"),
    ):
        row = column.row(heading=heading, heading_ctxt=CONTEXT, align=True)
        row.prop(beat, switch, text="")
        own = row.row(align=True)
        own.active = getattr(beat, switch)
        own.prop(beat, name, text="")
