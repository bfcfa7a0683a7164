# SPDX-License-Identifier: GPL-3.0-or-later
"""What the panel of the channels draws."""

from functools import partial
from types import SimpleNamespace
from unittest.mock import MagicMock

import bpy
import pytest
from panel_drawing import drawing_context

from emotebot_blender.ui.channel_fields import NAMES, ChannelFields, fields_of
from emotebot_blender.ui.channel_panel import ChannelList, ChannelPanel


def calls(layout: MagicMock, method: str) -> list:
    """Return the arguments of every call of a method of a layout or of its parts."""
    return [args for name, args, _ in layout.mock_calls if name.split(".")[-1] == method]


def texts(layout: MagicMock) -> list[str]:
    return [
        named["text"]
        for name, _, named in layout.mock_calls
        if name.endswith("label") and "text" in named
    ]


def drawn() -> MagicMock:
    layout = MagicMock()
    ChannelPanel.draw(SimpleNamespace(layout=layout), drawing_context())
    return layout


def shown(part: str, typed: str = "") -> list[str]:
    """Return the rows that the list shows of a part."""
    fields_of(bpy.context.scene).shown = part
    listed = SimpleNamespace(filter_name=typed, bitflag_filter_item=1)
    names = ChannelFields.bl_rna.properties["channel_name"]
    flags, order = ChannelList.filter_items(listed, bpy.context, names, "enum_items")
    assert order == []
    assert len(flags) == len(names.enum_items) == len(NAMES)
    return [name for name, flag in zip(NAMES, flags, strict=True) if flag]


def test_the_active_channel_has_fields_for_its_controls(face):
    fields = fields_of(bpy.context.scene)
    fields.channel_name = "mouthSmileLeft"
    layout = drawn()
    assert "mouthSmileLeft: found" in texts(layout)
    ((_, name, keys, collection),) = calls(layout, "prop_search")
    assert (name, keys, collection) == ("control_0", face.data.shape_keys, "key_blocks")
    assert texts(layout)[-2:] == ["Gain", "Offset"]
    assert [name for _, name in calls(layout, "prop")[2:]] == ["gain_0", "offset_0"]
    bpy.ops.emotebot.channel_remove(channel="mouthSmileLeft")
    layout = drawn()
    assert "mouthSmileLeft: without controls" in texts(layout)
    assert calls(layout, "prop_search") == []


def test_a_bone_has_a_field_for_its_axis(blender):
    rig = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    rig.data.edit_bones.new("jaw").tail = (0, 0, 1)
    bpy.ops.object.mode_set(mode="OBJECT")
    for axis in ("rotation_x", "location_z"):
        bpy.ops.emotebot.channel_choose(
            channel="jawOpen", object="Rig", control="jaw", kind="bone", axis=axis, add=True
        )
    fields_of(bpy.context.scene).channel_name = "jawOpen"
    layout = drawn()
    assert [place for _, _, place, _ in calls(layout, "prop_search")] == [rig.pose] * 2
    assert [name for _, name in calls(layout, "prop")[2:]] == [
        "axis_0",
        "angle_0",
        "angle_offset_0",
        "axis_1",
        "gain_1",
        "offset_1",
    ]


def test_what_keeps_a_channel_from_being_shown_is_drawn_until_something_changes(face):
    key = face.data.shape_keys.key_blocks["jawOpen"]
    fields, manager = fields_of(bpy.context.scene), bpy.context.window_manager
    fields.channel_name = "jawOpen"
    key.lock_shape = True
    bpy.context.view_layer.update()
    manager.emotebot_preview = 1
    assert (key.value, manager.emotebot_preview) == (0, 0)
    assert "locked" in " ".join(texts(drawn()))
    fields.channel_name = "jawLeft"
    assert "locked" not in " ".join(texts(drawn()))
    fields.channel_name = "jawOpen"
    key.lock_shape = False
    bpy.context.scene.gravity[0] = 1
    bpy.context.view_layer.update()
    assert "locked" not in " ".join(texts(drawn()))
    manager.emotebot_preview = 1
    assert (key.value, manager.emotebot_preview) == (1, 1)


def test_the_table_shows_parts_and_what_is_typed(face):
    bpy.ops.emotebot.channel_remove(channel="jawOpen")
    bpy.ops.emotebot.channel_choose(channel="cheekPuff", object="Face", control="jawOpen")
    assert len(shown("ALL")) == 68
    assert shown("MISSING") == ["jawOpen"]
    assert shown("CORRECTED") == ["jawOpen", "cheekPuff"]
    assert shown("TO_CHECK") == []
    assert shown("ALL", "JAWOPEN") == ["jawOpen", "cheekPuff"]
    assert shown("ALL", "angry") == ["anger"]


@pytest.mark.parametrize(
    ("channel", "width", "expected"),
    [
        ("jawOpen", 292, ["jawOpen"]),
        ("cheekPuff", 292, ["cheekPuff", "jawOpen × 0.5"]),
        ("anger", 292, ["Angry"]),
        ("mouthLowerDownRight", 292, ["mouthLowerDownRight"]),
        ("mouthLowerDownRight", 420, ["mouthLowerDownRight", "jawOpen"]),
        ("jawLeft", 420, ["jawLeft", "jawOpen -0.1"]),
    ],
)
def test_a_row_says_what_has_another_name_where_there_is_room(face, channel, width, expected):
    choose = partial(bpy.ops.emotebot.channel_choose, object="Face", control="jawOpen")
    choose(channel="cheekPuff", gain=0.5)
    choose(channel="mouthLowerDownRight")
    choose(channel="jawLeft", offset=-0.1)
    layout, context = MagicMock(), drawing_context(width)
    ChannelList.draw_item(
        SimpleNamespace(), context, layout, None, None, 0, None, "", NAMES.index(channel)
    )
    assert texts(layout) == expected


def test_the_panel_is_there_for_what_may_become_a_face(blender):
    assert not ChannelPanel.poll(bpy.context)
    mesh = bpy.data.meshes.new("Blob")
    mesh.from_pydata([(0, 0, 0)], [], [])
    blob = bpy.data.objects.new("Blob", mesh)
    bpy.context.scene.collection.objects.link(blob)
    bpy.context.view_layer.objects.active = blob
    for name in ("Basis", "Key 1"):
        blob.shape_key_add(name=name)
    bpy.context.view_layer.update()
    assert ChannelPanel.poll(bpy.context)
