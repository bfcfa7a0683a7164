# SPDX-License-Identifier: GPL-3.0-or-later
"""The tab "EmoteBot" in the sidebar of the 3D viewport: the face, one feeling, live, own words."""

from typing import Any

import bpy

from ..core.channels import CHANNELS
from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..session import live, words
from ..session.gaze import why_unseen
from ..session.settings import scene_settings
from ..session.translation import CONTEXT, translate
from .emotion_buttons import draw_buttons, meaning_of, operator_for_feelings
from .notices import FaceNotices, WordNotices, draw_found, draw_message, draw_notices
from .shown import face_notices, has_unknown_shape_keys, owner_of, summary_of, word_notices

_LINES_OF_REFUSAL = 3
"""On which it is said that there is too little of a face; the rest opens."""

_RECORD = 0.7
"""Share of the width that the button has which records and tells how long."""


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
        return _has_face(context)  # else the panel of the face says why


class FacePanel(InSidebar, bpy.types.Panel):
    """What face EmoteBot acts on."""

    bl_idname = "VIEW3D_PT_emotebot_face"
    bl_label = "Face"

    def draw_header_preset(self, context: bpy.types.Context) -> None:
        """Draw how much of a face is covered, which opens all that is known of it, and a pin."""
        settings, layout = scene_settings(context.scene), self.layout
        if not _has_face(context):
            return
        covered = f"{summary_of(context).coverage.count}/{len(CHANNELS)}"
        icon = "ERROR" if face_notices(context) else "NONE"
        layout.popover(FaceNotices.bl_idname, text=covered, icon=icon, translate=False)
        pin = "UNPINNED" if settings.face is None else "PINNED"
        layout.operator("emotebot.pin_face", text="", icon=pin, emboss=False)

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the face and how it shows feelings, or why there is none and how to choose one."""
        layout = self.layout
        try:
            face, sequence = summary_of(context), owner_of(context).emotebot
        except EmoteBotError as error:
            draw_message(layout, context, error.message)
            if has_unknown_shape_keys(context):
                layout.operator("emotebot.recognise_shape_keys", icon="SHAPEKEY_DATA")
            row = layout.row()
            row.scale_y = 1.4
            row.operator("emotebot.add_character", icon="ADD")
            settings = scene_settings(context.scene)
            layout.prop(settings, "face", text="Stay with", icon="PINNED")
            return
        row = layout.row(align=True)
        row.label(text=face.name, icon="USER", translate=False)
        row.prop(sequence, "seed")
        row.operator("emotebot.test_face", text="", icon="IMAGE_REFERENCE")
        column = layout.column(align=True)
        column.prop(sequence, "exaggeration", slider=True)
        column.prop(sequence, "liveliness", slider=True)
        column.prop(sequence, "head", slider=True)
        row = column.row(align=True)
        target = row.row(align=True)
        target.active = not sequence.look_at_camera
        target.prop(sequence, "look_at")
        row.prop(sequence, "look_at_camera", text="", icon="CAMERA_DATA")
        unseen = why_unseen(sequence, context.scene)
        if unseen is not None:
            draw_message(layout, context, unseen)
        if face.has_presets:
            split = layout.split(factor=0.45, align=True)
            split.label(text="Show Feelings")
            split.prop(sequence, "detail", text="")
            if sequence.detail == "BLEND":
                layout.prop(sequence, "whole_share", slider=True)
        if face.refusal is not None:
            draw_notices(
                layout, context, [face.refusal], FaceNotices, face.refusal, _LINES_OF_REFUSAL
            )
        if face.refusal is not None or sequence.any_face:
            layout.prop(sequence, "any_face")
        elif not face.coverage.is_whole:
            draw_found(layout, context, face.coverage)
        if face.recognisable:
            layout.operator("emotebot.recognise_shape_keys", icon="SHAPEKEY_DATA")


class EmotePanel(WithFace, bpy.types.Panel):
    """Shows a feeling on the face and keys it."""

    bl_idname = "VIEW3D_PT_emotebot_emote"
    bl_label = "Emote"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the field of words, the buttons of emotions, intensity, takes and "Key It"."""
        layout = self.layout
        settings = scene_settings(context.scene)
        column = layout.column(align=True)
        problems = word_notices(context)
        field = column.row(align=True)
        field.alert = bool(problems)
        field.prop(settings, "words", text="", icon="OUTLINER_DATA_FONT")
        draw_notices(column, context, problems, WordNotices, meaning_of(settings.words))
        draw_buttons(layout, context)
        column = layout.column(align=True)
        column.prop(settings, "intensity", slider=True)
        row = column.row(align=True)
        row.prop(settings, "take")
        row.operator("emotebot.choose_take", text="", icon="IMGDISPLAY")
        back = row.row(align=True)
        back.enabled = settings.take > 0
        back.operator("emotebot.roll_take", text="", icon="LOOP_BACK").back = True
        row.operator("emotebot.roll_take", text="", icon="LOOP_FORWARDS")
        if settings.strength < 1:  # an older panel had it, or a script has set it
            column.prop(settings, "strength", slider=True)
        row = layout.row(align=True)
        row.scale_y = 1.4
        row.operator("emotebot.key", text="Key It", icon="KEY_HLT")
        row.prop(settings, "region", text="")


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
            row = row.split(factor=_RECORD, align=True)  # room for its text
            pressed = row.row(align=True)
            pressed.alert = recording
            pressed.operator(
                "emotebot.record",
                text=_recorded_length() if recording else "Record",
                translate=not recording,
                icon="REC",
                depress=recording,
            )
            row.operator("emotebot.live_stop", text="Stop", icon="SNAP_FACE")
        else:
            row.operator("emotebot.live", text="Go Live", icon="PLAY")
        row = layout.row(heading="Record", heading_ctxt=CONTEXT, align=True)
        row.prop(settings, "record_beats", toggle=True)
        row.prop(settings, "record_keys", toggle=True)
        if settings.record_beats:
            split = layout.split(factor=0.45, align=True)
            split.label(text="Existing Beats")
            split.prop(settings, "record_mode", text="")
        if live.is_running():
            typing = Message("Type a feeling over the viewport")
            draw_message(layout, context, typing, "OUTLINER_DATA_FONT")
            for keys in (Message("1 to 8: emotions, with Shift: more"), Message("Tab: record")):
                draw_message(layout, context, keys, "BLANK1")


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
        shown = row.operator(operator_for_feelings(), text="", icon="HIDE_OFF", emboss=False)
        shown.words = item.word


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
        layout.operator_menu_enum(
            "emotebot.expressions_to_assets", "expressions", icon="ASSET_MANAGER"
        )


def _recorded_length() -> str:
    """Return what ends the recording, with how long that is by now."""
    minutes, seconds = divmod(int(live.recorded_seconds()), 60)
    length = f"{minutes}:{seconds:02d}"
    return translate(Message("Stop and Keep {length}", length=length))


def _has_face(context: bpy.types.Context) -> bool:
    try:
        summary_of(context)
    except EmoteBotError:
        return False
    return True
