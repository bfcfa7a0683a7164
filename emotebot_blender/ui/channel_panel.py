# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel of the channels: what each moves on this face, and how that is corrected."""

from typing import TYPE_CHECKING, Any

import bpy

from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..session import live
from ..session.channel_rows import ChannelRow
from ..session.runtime import runtime
from ..session.translation import CONTEXT, translate
from .channel_fields import MOST_FIELDS, ChannelFields, active_row, fields_of, rows_of, state_of
from .emotion_buttons import label_of
from .face_panels import FacePanel, InSidebar
from .notices import draw_message, letters_in

if TYPE_CHECKING:
    from ..core.rig.convention import Feed

_ICONS = {
    "covered": "CHECKMARK",
    "approximated": "LINKED",
    "doubtful": "QUESTION",
    "missing": "BLANK1",
}

_KIND_ICONS = {"shape_key": "SHAPEKEY_DATA", "bone": "BONE_DATA", "property": "PROPERTIES"}

_NAME = 0.6
"""Share of the width that the names of channels have in the table, or more: they end in what they
differ by."""

_BESIDE = 9
"""Letters that a line of the sidebar has and the table has not, being beside its buttons."""

_ICON = 4
"""Letters that the icon before a name is wide."""

_FEWEST = 4
"""Letters of a control that say anything."""

_CONTROL = 0.46
"""Share of the width that a control has before its gain and its offset."""


class ChannelList(bpy.types.UIList):
    """The 52 channels and the emotions, with what they move."""

    bl_idname = "EMOTEBOT_UL_channels"

    def draw_item(
        self,
        context: bpy.types.Context,
        layout: Any,
        _data: Any,
        _item: Any,
        _icon: int,
        _active_data: Any,
        _active_property: str,
        index: int,
    ) -> None:
        """Draw the state of a channel, its name, and the first of what it moves by other names."""
        row = rows_of(context)[index]
        name, controls = translate(label_of(row.name)), _controls_of(row)
        letters = letters_in(context) - _BESIDE
        has_room = letters - len(name) - _ICON >= _FEWEST
        share = max(_NAME, (len(name) + _ICON) / letters)
        split = layout.split(factor=share, align=True) if controls and has_room else layout
        named = split.row(align=True)
        named.active = row.state != "missing"
        named.label(text=name, icon=_icon_of(row), translate=False)
        if controls and has_room:
            moved = split.row(align=True)
            moved.active = False
            moved.label(text=controls, translate=False)

    def filter_items(
        self, context: bpy.types.Context, data: Any, name: str
    ) -> tuple[list[int], list[int]]:
        """Return which channels are shown."""
        shown, typed = fields_of(context.scene).shown, self.filter_name.casefold()
        rows = rows_of(context)
        flags = [
            self.bitflag_filter_item * (row.is_in(shown) and typed in _searched(row))
            for row in rows[: len(getattr(data, name))]
        ]
        return flags, []


class ChannelMenu(bpy.types.Menu):
    """What else there is to do with the channels."""

    bl_idname = "EMOTEBOT_MT_channels"
    bl_label = "Channels"
    bl_translation_context = CONTEXT

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw what saves, shares and clears corrections, and what was saved."""
        from ..rig.saved_conventions import saved_names

        layout = self.layout
        layout.operator("emotebot.channels_save", icon="FILE_TICK")
        for name in saved_names():
            text = translate(Message("Load “{name}”", name=name))
            row = layout.row(align=True)
            load = row.operator("emotebot.channels_load", text=text, translate=False)
            load.name = name
            row.operator("emotebot.channels_remove", text="", icon="X").name = name
        layout.separator()
        layout.operator("emotebot.channels_import", icon="IMPORT")
        layout.operator("emotebot.channels_export", icon="EXPORT")
        layout.separator()
        layout.operator("emotebot.channels_clear", icon="TRASH")
        layout.separator()
        layout.operator("emotebot.channels_calibrate", icon="DRIVER_DISTANCE")
        layout.operator("emotebot.calibration_clear", icon="X")


class ChannelPanel(InSidebar, bpy.types.Panel):
    """Shows what each channel moves on this face, and lets the artist choose otherwise."""

    bl_idname = "VIEW3D_PT_emotebot_channels"
    bl_label = "Channels"
    bl_parent_id = FacePanel.bl_idname
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012 - as Blender has it

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a face, or an object that may become one."""
        try:
            rows_of(context)
        except EmoteBotError:
            return False
        return True

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the table, and the controls of the channel that is chosen in it."""
        layout, fields = self.layout, fields_of(context.scene)
        layout.row(align=True).prop(fields, "shown", expand=True)
        row = layout.row()
        row.template_list(
            ChannelList.bl_idname,
            "",
            ChannelFields.bl_rna.properties["channel_name"],
            "enum_items",
            fields,
            "channel",
            rows=7,
        )
        buttons = row.column(align=True)
        buttons.operator("emotebot.channel_mirror", text="", icon="MOD_MIRROR")
        buttons.operator("emotebot.channel_reset", text="", icon="LOOP_BACK")
        buttons.separator()
        buttons.menu(ChannelMenu.bl_idname, text="", icon="DOWNARROW_HLT")
        _draw_channel(layout, context, active_row(context))


def _draw_channel(layout: Any, context: bpy.types.Context, row: ChannelRow) -> None:
    """Draw what a channel moves, and what takes something else for it."""
    box = layout.box().column(align=True)
    title = Message("{channel}: {state}", channel=label_of(row.name), state=state_of(row))
    box.label(text=translate(title), icon=_icon_of(row), translate=False)
    if row.doubt is not None:
        draw_message(box, context, row.doubt, "QUESTION")
    _draw_preview(box, context, row)
    before = None
    for index, (owner, feed) in enumerate(row.controls[:MOST_FIELDS]):
        if owner != before:
            split = box.split(factor=_CONTROL, align=True)
            split.label(text=owner, icon="OBJECT_DATA", translate=False)
            heads = split.row(align=True)
            heads.label(text=translate(Message("Gain")), translate=False)
            heads.label(text=translate(Message("Offset")), translate=False)
            before = owner
        _draw_control(box, context, index, owner, feed)
    if len(row.controls) > MOST_FIELDS:
        more = Message("and {count} more", count=len(row.controls) - MOST_FIELDS)
        box.label(text=translate(more), translate=False)
    box.separator()
    key, pose = box.row(align=True), box.row(align=True)
    key.operator("emotebot.channel_pick_key", icon="SHAPEKEY_DATA")
    pose.operator("emotebot.channel_pick_pose", icon="BONE_DATA")
    if row.controls:
        key.operator("emotebot.channel_pick_key", text="", icon="ADD").add = True
        pose.operator("emotebot.channel_pick_pose", text="", icon="ADD").add = True


def _draw_preview(box: Any, context: bpy.types.Context, row: ChannelRow) -> None:
    """Draw what shows a channel on the face while it is looked at."""
    box.separator()
    line = box.row(align=True)
    line.enabled = bool(row.controls) and not live.is_running()
    line.prop(context.window_manager, "emotebot_preview", slider=True)
    line.operator("emotebot.channel_play", text="", icon="PLAY")
    problem = runtime().preview_problem
    if problem is not None and problem[0] == row.name:
        draw_message(box, context, problem[1], "ERROR")
    box.separator()


def _draw_control(
    box: Any, context: bpy.types.Context, index: int, owner: str, feed: "Feed"
) -> None:
    """Draw fields for one of the controls that the active channel moves; a bone has two lines."""
    fields, obj = fields_of(context.scene), context.scene.objects[owner]
    kind, axis = feed.control.kind, feed.control.axis
    gain, offset = "gain", "offset"
    if axis.startswith("rotation"):
        gain, offset = "angle", "angle_offset"
    line = box.row(align=True)
    if kind == "bone":
        line.prop_search(
            fields, f"control_{index}", obj.pose, "bones", text="", icon=_KIND_ICONS[kind]
        )
        line.operator("emotebot.channel_remove", text="", icon="X").index = index
        line = box.split(factor=_CONTROL, align=True)
        line.prop(fields, f"axis_{index}", text="")
    else:
        line = line.split(factor=_CONTROL, align=True)
        if kind == "property":
            line.prop(fields, f"control_{index}", text="", icon=_KIND_ICONS[kind])
        else:
            keys = obj.data.shape_keys
            line.prop_search(
                fields, f"control_{index}", keys, "key_blocks", text="", icon=_KIND_ICONS[kind]
            )
    numbers = line.row(align=True)
    numbers.prop(fields, f"{gain}_{index}", text="")
    numbers.prop(fields, f"{offset}_{index}", text="")
    if kind != "bone":
        numbers.operator("emotebot.channel_remove", text="", icon="X").index = index


def _icon_of(row: ChannelRow) -> str:
    return "GREASEPENCIL" if row.corrected else _ICONS[row.state]


def _controls_of(row: ChannelRow) -> str:
    """Return the first control of a row, with its gain and offset, and how many others.

    A gain of 1 and an offset of 0 are left out. There is nothing to say where each control is named
    as the channel.
    """
    names = {feed.control.name for _, feed in row.controls}
    feeds = [feed for _, feed in row.controls]
    if all((feed.control.name, feed.full, feed.offset) == (row.name, 1, 0) for feed in feeds):
        return ""
    first = row.controls[0][1]
    gain = "" if first.full == 1 or first.control.axis else f" × {first.full:.3g}"
    offset = "" if not first.offset or first.control.axis else f" {first.offset:+.3g}"
    more = f" +{len(names) - 1}" if len(names) > 1 else ""
    return f"{first.control.name}{gain}{offset}{more}"


def _searched(row: ChannelRow) -> str:
    """Return what the field of the list looks into."""
    names = " ".join(feed.control.name for _, feed in row.controls)
    return f"{row.name} {translate(label_of(row.name))} {names}".casefold()
