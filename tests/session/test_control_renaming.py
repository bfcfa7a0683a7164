# SPDX-License-Identifier: GPL-3.0-or-later
"""Corrected channels whose shape keys are renamed while other things change too."""

import bpy

from emotebot_blender.core.rig.convention import ControlName, Feed
from emotebot_blender.rig.map_corrections import correct, corrections_of


def names(face):
    return [feed.control.name for feed in corrections_of(face).feeds["jawOpen"]]


def test_each_change_of_the_keys_is_followed(face):
    correct(face, {"jawOpen": [Feed(ControlName("tongueOut"))]})
    for number in range(3):
        face.data.shape_keys.key_blocks[-1 - number].name = f"Tongue {number}"
        bpy.context.view_layer.update()
        face.shape_key_add(name="New")
        bpy.context.view_layer.update()
        assert names(face) == [f"Tongue {number}"]


def test_names_are_followed_when_the_file_is_saved(face, tmp_path):
    correct(face, {"jawOpen": [Feed(ControlName("tongueOut"))]})
    face.data.shape_keys.key_blocks["tongueOut"].name = "Zunge"
    path = str(tmp_path / "character.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    again = bpy.data.objects["Face"]
    assert '"Zunge"' in again.emotebot_map
    assert "tongueOut" not in again.emotebot_map
    assert names(again) == ["Zunge"]
