# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces whose names say nothing, in the command."""

import json

import bpy
import pytest

from emotebot_blender.character.character import add_character


@pytest.fixture
def numbered(tmp_path):
    """Return a file with EmoteBot's own head, whose shape keys are called by numbers."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    add_character(bpy.context.scene)
    keys = {obj.data.shape_keys for obj in bpy.data.objects if obj.type == "MESH"} - {None}
    names = sorted({block.name for key in keys for block in key.key_blocks[1:]})
    for key in keys:
        for block in key.key_blocks[1:]:
            block.name = f"Key {names.index(block.name)}"
    path = tmp_path / "numbered.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True)
    return path


def test_map_recognises_nothing_unasked(numbered, refused):
    assert "no shape key of “EmoteBot" in refused("map", numbered)[1]


def test_map_recognises_when_asked(numbered, run):
    status, out, err = run("map", numbered, "--recognise")
    assert (status, err) == (0, [])
    assert "52 of 52 channels, 52 by shape" in out
    described = json.loads(run("map", numbered, "--recognise", "--json")[1])
    assert described["channels"]["jawOpen"]["recognised"] >= 0.9


def test_perform_recognises_a_face_of_numbers_and_says_so(numbered, run, tmp_path):
    output = tmp_path / "out.blend"
    status, out, err = run("perform", "happy", "--face", numbered, "--output", output)
    assert (status, err) == (0, [])
    assert "52 by shape" in out.splitlines()[0]
    bpy.ops.wm.open_mainfile(filepath=str(output))
    assert bpy.data.objects["EmoteBot head"].data.shape_keys.animation_data.nla_tracks


def test_map_of_a_named_face_recognises_nothing(run, save):
    assert "by shape" not in run("map", save(), "--recognise")[1]
