# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel of a character's sequence: its beats, its layer, ways in and out."""

from typing import Any

import bpy

from ..core.channels import MIX_GROUPS
from ..core.messages import Message
from ..session import beat_times, words
from ..session.beat_editing import counted
from ..session.beat_order import performed_order
from ..session.face_summary import FaceSummary
from ..session.runtime import runtime
from ..session.sequence import SequenceSettings, active_beat, beats_in_order
from ..session.settings import scene_settings
from ..session.translation import translate
from .face_panels import WithFace
from .notices import SequenceNotices, draw_clear_baked, draw_notices
from .shown import owner_of, sequence_notices, summary_of

_UNIT = 4.8
"""Width of the choice between seconds and frames, in units of Blender's interface."""

_WAY = 4.5
"""Width of the choice how a part of the face is mixed, in units of Blender's interface."""

_HARDLY = 0.005
"""Difference of an intensity from 1 that is not seen in the list."""


class BeatList(bpy.types.UIList):
    """The beats of a sequence in the order of time."""

    bl_idname = "EMOTEBOT_UL_beats"

    def draw_item(
        self,
        context: bpy.types.Context,
        layout: Any,
        _data: Any,
        item: Any,
        _icon: int,
        _active_data: Any,
        _active_property: str,
        _index: int,
    ) -> None:
        """Draw when a beat starts, what it is, its intensity where it is not 1, and its faults."""
        row = layout.row(align=True)
        row.active = not item.mute
        split = row.split(factor=0.38, align=True)
        in_frames = scene_settings(context.scene).time_unit == "FRAMES"
        split.prop(item, "start_frame" if in_frames else "start", text="", emboss=False)
        if abs(item.intensity - 1) > _HARDLY:  # else there is more room for the words
            split = split.split(factor=0.6, align=True)
        named = split.row()
        named.alert = words.problem_in(item.words) is not None
        orders = runtime().orders
        is_cut_short = beat_times.is_cut_short(item, orders.get(item.id_data.session_uid))
        shown = bpy.path.basename(item.recording) or item.words
        named.label(text=shown, icon="ERROR" if is_cut_short else "NONE", translate=False)
        if abs(item.intensity - 1) > _HARDLY:
            split.prop(item, "intensity", text="", emboss=False)
        icon = "CHECKBOX_DEHLT" if item.mute else "CHECKBOX_HLT"
        row.prop(item, "mute", text="", icon=icon, emboss=False)

    def filter_items(
        self, _context: bpy.types.Context, data: Any, name: str
    ) -> tuple[list[int], list[int]]:
        """Return which beats are shown, and the rank of each in the order of time.

        Blender asks for them ahead of the rows of each draw, which need the order as well.
        """
        owner = data.id_data
        runtime().orders[owner.session_uid] = performed_order(owner)
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


class SequenceMenu(bpy.types.Menu):
    """What else is done with beats, and ways of a sequence in and out."""

    bl_idname = "EMOTEBOT_MT_sequence"
    bl_label = "Sequence"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw where beats are added, and the ways."""
        layout = self.layout
        layout.label(text="New Beats")
        layout.prop(scene_settings(context.scene), "at", expand=True)
        layout.separator()
        layout.prop(owner_of(context).emotebot, "markers")
        layout.separator()
        earlier = layout.operator("emotebot.beat_move", text="Swap with Earlier", icon="TRIA_UP")
        earlier.direction = "UP"
        later = layout.operator("emotebot.beat_move", text="Swap with Later", icon="TRIA_DOWN")
        later.direction = "DOWN"
        layout.separator()
        layout.operator("emotebot.beats_from_markers", icon="MARKER_HLT")
        layout.operator("emotebot.beats_to_markers", icon="MARKER")
        layout.separator()
        layout.operator("emotebot.beats_from_text", icon="TEXT")
        layout.operator("emotebot.beats_to_text", icon="TEXT")
        layout.separator()
        layout.operator("emotebot.sequence_import", icon="IMPORT")
        layout.operator("emotebot.sequence_export", icon="EXPORT")
        layout.separator()
        layout.operator("emotebot.import_performance", icon="IMPORT")
        layout.operator("emotebot.export_performance", icon="EXPORT")
        layout.operator("emotebot.export_model", icon="EXPORT")


class ScriptPanel(WithFace, bpy.types.Panel):
    """Writes the beats of the sequence from a script of feelings."""

    bl_idname = "VIEW3D_PT_emotebot_script"
    bl_label = "Script"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the line of feelings or the text that holds them, and what writes them as beats."""
        layout = self.layout
        settings = scene_settings(context.scene)
        column = layout.column(align=True)
        line = column.row(align=True)
        line.active = settings.text is None
        line.prop(settings, "script", text="")
        row = column.row(align=True)
        row.scale_y = 1.2
        replaces = bool(owner_of(context).emotebot.beats)
        writing = "Replace Beats" if replaces else "Write Beats"
        row.operator("emotebot.perform", text=writing, icon="PRESET")
        row.prop(settings, "text", text="")


class SequencePanel(WithFace, bpy.types.Panel):
    """The beats of the face's sequence."""

    bl_idname = "VIEW3D_PT_emotebot_sequence"
    bl_label = "Sequence"

    def draw_header_preset(self, context: bpy.types.Context) -> None:
        """Draw what times are shown in."""
        row = self.layout.row()
        row.ui_units_x = _UNIT
        row.prop(scene_settings(context.scene), "time_unit", text="")

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the list of beats, what is to be known of them, and the active one."""
        layout = self.layout
        sequence, face = owner_of(context).emotebot, summary_of(context)
        row = layout.row()
        row.template_list("EMOTEBOT_UL_beats", "", sequence, "beats", sequence, "active", rows=4)
        column = row.column(align=True)
        column.operator("emotebot.beat_add", text="", icon="ADD")
        column.operator("emotebot.beat_remove", text="", icon="REMOVE")
        column.separator()
        column.operator("emotebot.beat_duplicate", text="", icon="DUPLICATE")
        column.operator("emotebot.beat_slide", text="", icon="ARROW_LEFTRIGHT")
        column.menu("EMOTEBOT_MT_sequence", text="", icon="DOWNARROW_HLT")
        messages = sequence_notices(context)
        _draw_keys(layout, face)
        state = _beats_in(sequence, face)
        draw_notices(layout, context, messages, SequenceNotices, state, lines=2)
        if sequence.beats:
            in_frames = scene_settings(context.scene).time_unit == "FRAMES"
            beat = sequence.beats[active_beat(sequence)]
            _draw_beat(layout, beat, in_frames, sequence.liveliness)


class ClearMenu(bpy.types.Menu):
    """What of EmoteBot's can be cleared alone, or as well."""

    bl_idname = "EMOTEBOT_MT_clear"
    bl_label = "Clear"

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw the ways."""
        layout = self.layout
        draw_clear_baked(layout)
        layout.operator("emotebot.clear", text="Clear with Beats", icon="TRASH").beats = True


class LayerPanel(WithFace, bpy.types.Panel):
    """How the sequence lies on the face."""

    bl_idname = "VIEW3D_PT_emotebot_layer"
    bl_parent_id = "VIEW3D_PT_emotebot_sequence"
    bl_label = "Layer"
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012 - as Blender has it

    def draw(self, context: bpy.types.Context) -> None:
        """Draw when the sequence is performed, how strongly, how densely, where and on what."""
        layout = self.layout
        sequence = owner_of(context).emotebot
        layout.prop(sequence, "automatic")
        column = layout.column(align=True)
        column.use_property_split = True
        column.use_property_decorate = False
        column.prop(sequence, "strength", slider=True)
        column.prop(sequence, "region", text="Beats Move")
        column.separator()
        column.prop(sequence, "keying")
        if sequence.keying == "REDUCED":
            column.prop(sequence, "tolerance")
        if sequence.keying == "STEPPED":
            column.prop(sequence, "step")
        column.separator()
        column.prop(sequence, "frame_start")
        column.prop(sequence, "name")


class MixPanel(WithFace, bpy.types.Panel):
    """How the layer goes with other animation of the face."""

    bl_idname = "VIEW3D_PT_emotebot_mix"
    bl_parent_id = "VIEW3D_PT_emotebot_layer"
    bl_label = "Mix"
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012 - as Blender has it

    def draw(self, context: bpy.types.Context) -> None:
        """Draw for each part of the face how it is mixed, and its share."""
        layout = self.layout
        sequence = owner_of(context).emotebot
        column = layout.column(align=True)
        for part in MIX_GROUPS:
            row = column.row(align=True)
            row.prop(sequence, f"share_{part.casefold()}", slider=True)
            way = row.row(align=True)
            way.ui_units_x = _WAY
            way.prop(sequence, f"mix_{part.casefold()}", text="")
        column.prop(sequence, "share_speaking", slider=True)
        layer = summary_of(context).layer
        if layer is not None and layer.added_to is not None:
            message = Message("“{action}” adds to the layer", action=layer.added_to)
            layout.label(text=translate(message), translate=False)


def _draw_keys(layout: Any, face: FaceSummary) -> None:
    """Draw what keys the beats, and what is done with their keys."""
    column = layout.column(align=True)
    row = column.row(align=True)
    row.operator("emotebot.perform_sequence", text="Perform", icon="KEYFRAME_HLT")
    editing = "Done Editing" if face.editing else "Edit Keys"
    row.operator("emotebot.edit_keys", text=editing, depress=face.editing)
    row.operator("emotebot.select_keys", text="", icon="RESTRICT_SELECT_OFF")
    row = column.row(align=True)
    row.operator("emotebot.keep_edits", text="Keep Edits")
    row.operator("emotebot.bake", text="Bake")
    row.operator("emotebot.clear", text="Clear")
    row.menu("EMOTEBOT_MT_clear", text="", icon="DOWNARROW_HLT")


def _beats_in(sequence: SequenceSettings, face: FaceSummary) -> Message:
    """Return what there is of beats, where their keys are, and what to press next."""
    if not sequence.beats:
        return Message("Write beats from the script, or press + to add one at the playhead")
    if face.editing:
        return Message("The keys are in the timeline until you press Done Editing")
    beats = counted(len(sequence.beats))
    if face.layer is None:
        return Message("{beats} without keys: press Perform to key them", beats=beats)
    return Message("{beats}, keyed in the NLA: Edit Keys shows them in the timeline", beats=beats)


def _draw_beat(layout: Any, beat: Any, in_frames: bool, usual_liveliness: float) -> None:
    """Draw the settings of a beat.

    Args:
        layout: where.
        beat: whose.
        in_frames: whether times are in frames, else in seconds.
        usual_liveliness: how lively the beats of its sequence are held.
    """
    column = layout.column(align=True)
    field = column.row(align=True)
    field.alert = words.problem_in(beat.words) is not None
    field.prop(beat, "words", text="", icon="OUTLINER_DATA_FONT")
    row = column.row(align=True)
    row.prop(beat, "start_frame" if in_frames else "start")
    row.prop(beat, "arrival_frame" if in_frames else "arrival")
    row = column.row(align=True)
    row.prop(beat, "intensity", slider=True)
    take = row.row(align=True)
    take.prop(beat, "has_take", text="" if beat.has_take else "Take")
    if beat.has_take:
        take.prop(beat, "take")
    for name, natural in (
        ("transition", beat_times.natural_transition),
        ("hold", beat_times.natural_hold),
    ):
        own = f"{name}_frames" if in_frames else name
        is_known = beat.has_transition or beat_times.performed_transition(beat) is not None
        time = _natural(name, natural(beat), beat, in_frames, is_known)
        _draw_choice(column, beat, name, own, time)
    usual = Message("Liveliness: {value:.2f}, the character's", value=usual_liveliness)
    _draw_choice(column, beat, "liveliness", "liveliness", usual)
    column.prop(beat, "recording")


def _draw_choice(column: Any, beat: Any, name: str, own: str, otherwise: Message) -> None:
    """Draw what a beat may say for itself, or what counts where it does not.

    Args:
        column: where.
        beat: whose.
        name: of the property that ``has_`` belongs to.
        own: name of the property that holds what the beat says.
        otherwise: what counts else.
    """
    row = column.row(align=True)
    row.prop(beat, f"has_{name}", text="")
    if getattr(beat, f"has_{name}"):
        row.prop(beat, own)
    else:
        row.label(text=translate(otherwise), translate=False)


def _natural(name: str, seconds: float, beat: Any, in_frames: bool, is_known: bool) -> Message:
    """Return which natural time a beat has, for people.

    Args:
        name: of the time.
        seconds: that it takes.
        beat: whose.
        in_frames: whether it is given in frames.
        is_known: whether the beat was performed, else the time is what it usually is.
    """
    label = Message(name.capitalize())
    time = Message("{seconds:.2f} s", seconds=seconds)
    if in_frames:
        frames = round(seconds * beat_times.rate_of(beat.id_data))
        time = Message("1 frame") if frames == 1 else Message("{frames:.0f} frames", frames=frames)
    if is_known:
        return Message("{name}: {time}, natural", name=label, time=time)
    return Message("{name}: about {time}, natural", name=label, time=time)
