# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of the table of channels: they show what the objects of the face keep, and set it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import bpy

from ..core.channels import CHANNELS
from ..core.emotions import EMOTIONS
from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..core.rig.convention import AXES
from ..session import channel_preview, held_pose
from ..session.channel_editing import change_channels, replace_feed
from ..session.channel_rows import ChannelRow
from ..session.runtime import runtime
from ..session.shown_channels import shown_rows
from ..session.shown_face import find_shown_face
from ..session.translation import CONTEXT

if TYPE_CHECKING:
    from ..core.rig.convention import Feed

NAMES = (*CHANNELS, *EMOTIONS)
"""Of the rows, in their order."""

MOST_FIELDS = 12
"""Controls of a channel that have fields."""

_SHOWN = (
    ("ALL", "All", "Every channel, and the emotions that controls show as a whole"),
    ("MISSING", "Missing", "Channels that nothing moves"),
    ("TO_CHECK", "To Check", "Channels that other controls approximate, or that may be wrong"),
    ("CORRECTED", "Corrected", "Channels whose controls you have chosen"),
)

_AXIS_ICONS = {"location": "CON_LOCLIKE", "rotation": "CON_ROTLIKE", "scale": "CON_SIZELIKE"}

_AXES = tuple(
    (axis, axis.replace("_", " ").title(), "", _AXIS_ICONS[axis[:-2]], place)
    for place, axis in enumerate(AXES)
)
"""Items of the field of a bone's axis, in the order of ``AXES``."""

_NO_CONTROL = 0.0

OFFSET_DESCRIPTION = (
    "What is added to the rest value of the control at every weight, on a neutral face too"
)
"""Of a field and of an operator's property."""


def rows_of(context: bpy.types.Context) -> tuple[ChannelRow, ...]:
    """Return the rows of the table.

    Raises:
        EmoteBotError: there is no face and no object that may become one.
    """
    return shown_rows(context.scene, context.view_layer.objects.active)


def active_row(context: bpy.types.Context) -> ChannelRow:
    """Return the row of the table that is chosen.

    Raises:
        EmoteBotError: as ``rows_of``.
    """
    return rows_of(context)[fields_of(context.scene).channel]


def fields_of(scene: bpy.types.Scene) -> "ChannelFields":
    """Return the fields of a scene."""
    return scene.emotebot_channels


def place_of(row: ChannelRow, index: int) -> tuple[str, int]:
    """Return the object of one of a row's controls, and which of the object's it is."""
    owner = row.controls[index][0]
    return owner, sum(name == owner for name, _ in row.controls[:index])


def preview_property() -> Any:
    """Return the property that previews the channel that is chosen.

    It belongs to the window manager, of which no file and no step to undo remembers anything.
    """
    return bpy.props.FloatProperty(
        translation_context=CONTEXT,
        name="Preview",
        description="Show the channel on the face by this much, without keys; "
        "at 0 the face stands as before",
        min=0.0,
        max=1.0,
        subtype="FACTOR",
        options={"SKIP_SAVE"},
        get=_preview,
        set=_set_preview,
    )


def follow_choice(_event: object) -> None:
    """End the preview of a channel once another face is shown."""
    context = bpy.context
    channel_preview.follow_choice(context.scene, context.view_layer.objects.active)


def _preview(_manager: bpy.types.WindowManager) -> float:
    scene = bpy.context.scene
    return channel_preview.previewed_weight(scene, NAMES[fields_of(scene).channel])


def _set_preview(_manager: bpy.types.WindowManager, weight: float) -> None:
    context = bpy.context
    scene, name = context.scene, NAMES[fields_of(context.scene).channel]
    if not weight:
        held_pose.end_preview()
        return
    try:
        face = find_shown_face(scene, context.view_layer.objects.active)
        channel_preview.preview_channel(face, scene, name, weight)
    except EmoteBotError as error:  # a field cannot report: the panel draws what is wrong
        runtime().preview_problem = name, error.message


def _end_preview(_fields: "ChannelFields", _context: bpy.types.Context) -> None:
    held_pose.end_preview()


def _feed(fields: "ChannelFields", index: int) -> "Feed | None":
    active = bpy.context.view_layer.objects.active
    try:
        controls = shown_rows(fields.id_data, active)[fields.channel].controls
    except EmoteBotError:
        return None
    return controls[index][1] if index < len(controls) else None


def _replace(fields: "ChannelFields", index: int, **changes: Any) -> None:
    scene, active = fields.id_data, bpy.context.view_layer.objects.active
    try:
        row = shown_rows(scene, active)[fields.channel]
        owner, own = place_of(row, index)
        feed = replace(row.controls[index][1], **changes)
        change_channels(
            scene, active, lambda: replace_feed(scene.objects[owner], row.name, own, feed)
        )
    except EmoteBotError:
        return  # a field cannot report: it shows what there is still


def _control(index: int, fields: "ChannelFields") -> str:
    feed = _feed(fields, index)
    return feed.control.name if feed else ""


def _set_control(index: int, fields: "ChannelFields", name: str) -> None:
    feed = _feed(fields, index)
    if feed is not None and name and name != feed.control.name:
        _replace(fields, index, control=replace(feed.control, name=name))


def _axis(index: int, fields: "ChannelFields") -> int:
    feed = _feed(fields, index)
    return AXES.index(feed.control.axis) if feed and feed.control.axis else 0


def _set_axis(index: int, fields: "ChannelFields", place: int) -> None:
    feed = _feed(fields, index)
    if feed is not None and feed.control.axis and feed.control.axis != AXES[place]:
        _replace(fields, index, control=replace(feed.control, axis=AXES[place]))


def _number(attribute: str) -> tuple[Callable[..., float], Callable[..., None]]:
    """Return how a number of a ``Feed`` is read for a field, and how it is set."""

    def get(index: int, fields: "ChannelFields") -> float:
        feed = _feed(fields, index)
        return getattr(feed, attribute) if feed else _NO_CONTROL

    def set_to(index: int, fields: "ChannelFields", value: float) -> None:
        feed = _feed(fields, index)
        if feed is not None and value != getattr(feed, attribute):
            _replace(fields, index, **{attribute: value})

    return get, set_to


_gain, _set_gain = _number("full")
_offset, _set_offset = _number("offset")


def _field(kind: Callable[..., Any], get: Any, set_to: Any, index: int, **more: Any) -> Any:
    return kind(
        translation_context=CONTEXT,
        get=lambda fields: get(index, fields),
        set=lambda fields, value: set_to(index, fields, value),
        options={"SKIP_SAVE"},
        **more,
    )


def _fields_of_control(index: int) -> dict[str, Any]:
    """Return the fields of one of the controls that the channel moves, by their names."""
    return {
        f"control_{index}": _field(
            bpy.props.StringProperty,
            _control,
            _set_control,
            index,
            name="Control",
            description="The shape key, bone or property that the channel moves",
        ),
        f"axis_{index}": _field(
            bpy.props.EnumProperty,
            _axis,
            _set_axis,
            index,
            name="Axis",
            description="Along or about which of its own axes the bone moves",
            items=_AXES,
        ),
        f"gain_{index}": _field(
            bpy.props.FloatProperty,
            _gain,
            _set_gain,
            index,
            name="Gain",
            description="What is added to the rest value of the control at full",
            step=1,
            precision=3,
        ),
        f"angle_{index}": _field(
            bpy.props.FloatProperty,
            _gain,
            _set_gain,
            index,
            name="Angle",
            description="By how much the bone turns at full",
            subtype="ANGLE",
        ),
        f"offset_{index}": _field(
            bpy.props.FloatProperty,
            _offset,
            _set_offset,
            index,
            name="Offset",
            description=OFFSET_DESCRIPTION,
            step=1,
            precision=3,
        ),
        f"angle_offset_{index}": _field(
            bpy.props.FloatProperty,
            _offset,
            _set_offset,
            index,
            name="Offset",
            description=OFFSET_DESCRIPTION,
            subtype="ANGLE",
        ),
    }


_FIELDS = {
    name: field for index in range(MOST_FIELDS) for name, field in _fields_of_control(index).items()
}

ControlFields = type("ControlFields", (), {"__annotations__": _FIELDS})
"""To be mixed in: fields for each control of the channel that is chosen."""


class ChannelFields(ControlFields, bpy.types.PropertyGroup):  # type: ignore[misc]
    """What the table of channels shows, and fields for the controls of the channel chosen there.

    Of the first control these are ``control_0``, ``gain_0`` and ``offset_0``, or ``angle_0`` and
    ``angle_offset_0`` where it turns.
    """

    channel: bpy.props.IntProperty(
        translation_context=CONTEXT,
        name="Channel",
        min=0,
        max=len(NAMES) - 1,
        update=_end_preview,
    )
    shown: bpy.props.EnumProperty(
        translation_context=CONTEXT,
        name="Shown",
        description="Which channels the table shows",
        items=_SHOWN,
    )
    channel_name: bpy.props.EnumProperty(
        translation_context=CONTEXT,
        name="Channel",
        description="The channel that is chosen in the table",
        items=[(name, name, "") for name in NAMES],
        get=lambda fields: fields.channel,
        set=lambda fields, index: setattr(fields, "channel", index),
    )


def state_of(row: ChannelRow) -> Message:
    """Return what there is to say of a row's state, a clause."""
    if row.corrected:
        return Message("chosen by you") if row.controls else Message("without controls")
    return {
        "covered": Message("found"),
        "approximated": Message("approximated by other controls"),
        "doubtful": Message("doubtful"),
        "missing": Message("missing"),
    }[row.state]
