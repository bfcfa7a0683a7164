# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators that correct what the channels of a face move."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import bpy

from ...core.errors import EmoteBotError
from ...core.messages import Message
from ...session import channel_editing
from ...session.channel_rows import ChannelRow
from ...session.held_pose import end_preview
from ...session.shown_channels import objects_in_question
from ...session.translation import CONTEXT, translate
from ..channel_fields import NAMES, OFFSET_DESCRIPTION, active_row, place_of, rows_of
from ..emotion_buttons import label_of
from .operator_base import Reporting

if TYPE_CHECKING:
    from ...core.rig.convention import Feed


def _counted(count: int) -> Message:
    return Message("1 control") if count == 1 else Message("{count} controls", count=count)


def _active(context: bpy.types.Context) -> Any:
    """Return the active object, or None."""
    return context.view_layer.objects.active


class OnChannels(Reporting):
    """What acts on the channels of the face, or of an object that may become one."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a table, and say why not."""
        try:
            rows_of(context)
        except EmoteBotError as error:
            cls.poll_message_set(translate(error.message))
            return False
        return True

    def objects(self, context: bpy.types.Context) -> list[bpy.types.Object]:
        """Return the objects that may have controls of them."""
        return objects_in_question(context.scene, _active(context))


class OnChannel(OnChannels):
    """What acts on a channel, or an emotion, that is named or else chosen in the table."""

    channel: bpy.props.StringProperty(
        translation_context=CONTEXT,
        name="Channel",
        description="One of the 52 channels, or an emotion; empty for the one that is chosen",
        options={"SKIP_SAVE"},
    )

    def row(self, context: bpy.types.Context) -> ChannelRow:
        """Return the row of the channel.

        Raises:
            EmoteBotError: there is no such channel.
        """
        if not self.channel:
            self.channel = active_row(context).name
        if self.channel not in NAMES:
            raise EmoteBotError("There is no channel “{channel}”", channel=self.channel)
        return rows_of(context)[NAMES.index(self.channel)]


class _GivesControls(OnChannel):
    """What gives a channel controls to move."""

    add: bpy.props.BoolProperty(
        translation_context=CONTEXT,
        name="Add",
        description="To what the channel moves already, not in its place",
        options={"SKIP_SAVE"},
    )


class _PicksControls(_GivesControls):
    """What takes controls of the active object for a channel."""

    @classmethod
    def has_controls(
        cls, context: bpy.types.Context, picked: "Callable[[bpy.types.Object], object]"
    ) -> bool:
        """Return whether the active object has controls to take, and say why not.

        Args:
            context: whose object.
            picked: gives what there is to take of an object; an ``EmoteBotError`` if nothing is.
        """
        from ...rig.map_corrections import why_not_correctable

        obj = _active(context)
        if obj is None:
            cls.poll_message_set(translate(Message("Select a mesh or an armature first")))
            return False
        try:
            picked(obj)
        except EmoteBotError as error:
            cls.poll_message_set(translate(error.message))
            return False
        if reason := why_not_correctable(obj):
            cls.poll_message_set(translate(reason))
            return False
        return True

    def choose(self, context: bpy.types.Context, feeds: "tuple[Feed, ...]") -> Message:
        """Have the channel move controls of the active object; return what it moves now."""
        obj, name = _active(context), self.row(context).name
        channel_editing.change_channels(
            context.scene, obj, lambda: channel_editing.choose(obj, name, feeds, self.add)
        )
        return Message(
            "“{channel}” moves {controls} of “{object}”",
            channel=label_of(name),
            controls=tuple(Message("“{control}”", control=feed.control) for feed in feeds),
            object=obj.name,
        )


class PickKey(_PicksControls, bpy.types.Operator):
    """Have the channel move the active shape key of the active mesh"""

    bl_idname = "emotebot.channel_pick_key"
    bl_label = "Use Active Shape Key"

    gain: bpy.props.FloatProperty(
        translation_context=CONTEXT,
        name="Gain",
        description="Value of the shape key at full",
        default=1.0,
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is such a key, and say why not."""
        from ...rig.control_picking import feed_of_active_key

        return cls.has_controls(context, feed_of_active_key)

    def act(self, context: bpy.types.Context) -> Message:
        """Take the key."""
        from ...rig.control_picking import feed_of_active_key

        feed = feed_of_active_key(_active(context))
        return self.choose(context, (replace(feed, full=self.gain),))


class PickPose(_PicksControls, bpy.types.Operator):
    """Have the channel move the selected bones to where they are posed, and put them to rest"""

    bl_idname = "emotebot.channel_pick_pose"
    bl_label = "Use Pose of Selected Bones"

    keep_pose: bpy.props.BoolProperty(
        translation_context=CONTEXT,
        name="Keep Pose",
        description="Leave the bones where they are posed",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there are posed bones, and say why not."""
        from ...rig.control_picking import feeds_of_pose, selected_bones

        return cls.has_controls(context, lambda obj: feeds_of_pose(obj, selected_bones(obj)))

    def act(self, context: bpy.types.Context) -> Message:
        """Take the pose."""
        from ...rig.control_picking import feeds_of_pose, put_to_rest, selected_bones

        armature = _active(context)
        bones = selected_bones(armature)
        feeds = feeds_of_pose(armature, bones)
        end_preview()
        chosen = self.choose(context, feeds)
        if not self.keep_pose:
            put_to_rest(bones)
        return chosen


class ChooseControl(_GivesControls, bpy.types.Operator):
    """Have the channel move a control of an object by a gain"""

    bl_idname = "emotebot.channel_choose"
    bl_label = "Choose Control"

    object: bpy.props.StringProperty(
        translation_context=CONTEXT, name="Object", options={"SKIP_SAVE"}
    )
    control: bpy.props.StringProperty(
        translation_context=CONTEXT,
        name="Control",
        description="Name of a shape key, of a bone or of a property",
        options={"SKIP_SAVE"},
    )
    kind: bpy.props.EnumProperty(
        translation_context=CONTEXT,
        name="Kind",
        items=[
            ("shape_key", "Shape Key", ""),
            ("bone", "Bone", ""),
            ("property", "Property", ""),
        ],
        options={"SKIP_SAVE"},
    )
    axis: bpy.props.StringProperty(
        translation_context=CONTEXT,
        name="Axis",
        description="Of a bone, such as rotation_x",
        options={"SKIP_SAVE"},
    )
    gain: bpy.props.FloatProperty(
        translation_context=CONTEXT,
        name="Gain",
        description="What is added to the rest value of the control at full",
        default=1.0,
        options={"SKIP_SAVE"},
    )
    offset: bpy.props.FloatProperty(
        translation_context=CONTEXT,
        name="Offset",
        description=OFFSET_DESCRIPTION,
        options={"SKIP_SAVE"},
    )

    def act(self, context: bpy.types.Context) -> Message:
        """Choose the control."""
        from ...core.rig.convention import ControlName, Feed
        from ...rig.face import find_object

        control = ControlName(self.control, self.kind, self.axis)
        feed = Feed(control, self.gain, offset=self.offset)
        obj, name = find_object(self.object, context.scene), self.row(context).name
        channel_editing.change_channels(
            context.scene,
            _active(context),
            lambda: channel_editing.choose(obj, name, [feed], self.add),
        )
        return Message(
            "“{channel}” moves “{control}”", channel=label_of(name), control=feed.control
        )


class RemoveControl(OnChannel, bpy.types.Operator):
    """Have the channel leave this control alone"""

    bl_idname = "emotebot.channel_remove"
    bl_label = "Remove Control"

    index: bpy.props.IntProperty(
        translation_context=CONTEXT,
        name="Control",
        description="Which of the channel's controls, from 0",
        min=0,
        options={"SKIP_SAVE"},
    )

    def act(self, context: bpy.types.Context) -> Message:
        """Remove it."""
        row = self.row(context)
        if self.index >= len(row.controls):
            raise EmoteBotError(
                "“{channel}” moves {controls}",
                channel=label_of(row.name),
                controls=_counted(len(row.controls)),
            )
        owner, own = place_of(row, self.index)
        obj = context.scene.objects[owner]
        channel_editing.change_channels(
            context.scene,
            _active(context),
            lambda: channel_editing.replace_feed(obj, row.name, own, None),
        )
        return Message(
            "“{channel}” leaves “{control}” alone",
            channel=label_of(row.name),
            control=row.controls[self.index][1].control,
        )


class MirrorChannel(OnChannel, bpy.types.Operator):
    """Have the channel of the other side move the controls of the other side by as much"""

    bl_idname = "emotebot.channel_mirror"
    bl_label = "Mirror"

    def act(self, context: bpy.types.Context) -> Message:
        """Mirror the channel."""
        name, objects = self.row(context).name, self.objects(context)
        other, count = channel_editing.change_channels(
            context.scene, _active(context), lambda: channel_editing.mirror(objects, name)
        )
        return Message("“{channel}” moves {controls} now", channel=other, controls=_counted(count))


class ResetChannel(OnChannel, bpy.types.Operator):
    """Have the channel move again what EmoteBot finds for it"""

    bl_idname = "emotebot.channel_reset"
    bl_label = "Reset Channel"

    def act(self, context: bpy.types.Context) -> Message:
        """Reset the channel."""
        name, objects = self.row(context).name, self.objects(context)
        end_preview()
        count = channel_editing.change_channels(
            context.scene, _active(context), lambda: channel_editing.reset(objects, name)
        )
        if not count:
            raise EmoteBotError("“{channel}” was not corrected", channel=label_of(name))
        return Message("“{channel}” moves what was found for it", channel=label_of(name))


class ClearCorrections(OnChannels, bpy.types.Operator):
    """Have every channel of the face move again what EmoteBot finds for it"""

    bl_idname = "emotebot.channels_clear"
    bl_label = "Clear Corrections"

    def act(self, context: bpy.types.Context) -> Message:
        """Clear the corrections."""
        objects = self.objects(context)
        end_preview()
        count = channel_editing.change_channels(
            context.scene, _active(context), lambda: channel_editing.reset(objects)
        )
        if not count:
            raise EmoteBotError("No channel of the face was corrected")
        return Message("Every channel moves what was found for it")
