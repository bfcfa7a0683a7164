# SPDX-License-Identifier: GPL-3.0-or-later
"""The slider that previews the channel that is chosen in the table."""

import bpy
from interface import value

from emotebot_blender.ui.channel_fields import fields_of


def test_the_slider_shows_the_channel_that_is_chosen(face):
    manager = bpy.context.window_manager
    face.data.shape_keys.key_blocks["jawOpen"].value = 0.25
    fields = fields_of(bpy.context.scene)
    fields.channel_name = "jawOpen"
    manager.emotebot_preview = 0.75
    assert (value(face, "jawOpen"), manager.emotebot_preview) == (0.75, 0.75)
    fields.gain_0 = 0.5
    assert (value(face, "jawOpen"), manager.emotebot_preview) == (0.375, 0.75)
    manager.emotebot_preview = 0
    assert value(face, "jawOpen") == 0.25
    manager.emotebot_preview = 1
    fields.channel_name = "cheekPuff"
    assert (value(face, "jawOpen"), manager.emotebot_preview) == (0.25, 0)


def test_another_face_ends_what_the_slider_shows(face, add_face):
    manager, other = bpy.context.window_manager, add_face("Other")
    fields_of(bpy.context.scene).channel_name = "jawOpen"
    bpy.ops.emotebot.pin_face()
    bpy.context.view_layer.objects.active = face
    manager.emotebot_preview = 1
    other.location[0] = 1
    bpy.context.view_layer.update()
    assert (value(other, "jawOpen"), manager.emotebot_preview) == (1, 1)
    bpy.ops.emotebot.pin_face()
    assert (value(other, "jawOpen"), manager.emotebot_preview) == (0, 0)
    manager.emotebot_preview = 1
    bpy.context.view_layer.objects.active = other
    bpy.context.scene.gravity[0] = 1
    bpy.context.view_layer.update()
    assert (value(face, "jawOpen"), manager.emotebot_preview) == (0, 0)
