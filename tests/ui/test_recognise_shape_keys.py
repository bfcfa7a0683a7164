# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator that recognises shape keys, and the button that offers it."""

import bpy
import pytest
from interface import new_face

from emotebot_blender.character.character import add_character
from emotebot_blender.ui.shown import has_unknown_shape_keys, summary_of


@pytest.fixture
def numbered(blender):
    """Return the head of EmoteBot with numbers for names, the active object."""
    root = add_character(blender.context.scene)
    head = blender.data.objects[f"{root.name} head"]
    keys = {obj.data.shape_keys for obj in blender.data.objects if obj.type == "MESH"} - {None}
    names = sorted({block.name for key in keys for block in key.key_blocks[1:]})
    for key in keys:
        for block in key.key_blocks[1:]:
            block.name = f"Key {names.index(block.name)}"
    blender.context.view_layer.objects.active = head
    return head


def test_shape_keys_are_recognised_at_a_press(numbered):
    assert has_unknown_shape_keys(bpy.context)
    assert bpy.ops.emotebot.recognise_shape_keys() == {"FINISHED"}
    face = summary_of(bpy.context)
    assert face.coverage.count == 52
    assert not face.recognisable
    bpy.ops.emotebot.pose(words="happy")
    assert max(block.value for block in numbered.data.shape_keys.key_blocks[1:]) > 0.2


def test_it_can_be_undone(numbered):
    bpy.ops.ed.undo_push(message="Before")
    bpy.ops.emotebot.recognise_shape_keys()
    bpy.ops.ed.undo_push(message="Recognised")
    bpy.ops.ed.undo()
    assert bpy.data.objects["EmoteBot head"].emotebot_recognition == ""


def test_a_mesh_without_a_face_is_reported(blender):
    for block in new_face("Triangle").data.shape_keys.key_blocks[1:]:
        block.name = "bulge"
    with pytest.raises(RuntimeError, match="No shape key moves a part of a face"):
        bpy.ops.emotebot.recognise_shape_keys()


def test_names_that_say_all_leave_nothing_to_recognise(face):
    assert not summary_of(bpy.context).recognisable
