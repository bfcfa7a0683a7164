# SPDX-License-Identifier: GPL-3.0-or-later
import bpy
import pytest

from emotebot_blender.character.palettes import PALETTES


def test_a_character_is_written_as_it_was_asked_for(run, tmp_path):
    output = tmp_path / "robin.blend"
    line = ("character", "--output", output, "--name", "Robin", "--size", 1.2)
    status, out, err = run(*line, "--palette", "nova", "--style", 5, "--asset")
    assert (status, out, err) == (0, f"wrote {output}\n", [])
    bpy.ops.wm.open_mainfile(filepath=str(output))
    root = bpy.data.objects["Robin"]
    assert root.type == "ARMATURE"
    heights = [vertex.co.z for item in root.children for vertex in item.data.vertices]
    assert max(heights) == pytest.approx(1.2, rel=0.005)
    shell = tuple(bpy.data.materials["Robin shell"].diffuse_color)[:3]
    assert shell == pytest.approx(PALETTES["NOVA"].colours["shell"], abs=1e-5)
    assert bpy.data.collections["Robin"].asset_data is not None


def test_it_can_be_performed_on(run, tmp_path):
    character, output = tmp_path / "character.blend", tmp_path / "out.blend"
    assert run("character", "--output", character, "--quiet") == (0, "", [])
    status, out, err = run("perform", "happy", "--face", character, "--output", output)
    assert (status, err) == (0, [])
    assert f"wrote {output}" in out
    status, out, _ = run("map", character)
    assert (status, "52 of 52" in out) == (0, True)


def test_a_file_that_is_there_stays_unless_forced(run, refused, tmp_path):
    output = tmp_path / "there.blend"
    output.write_bytes(b"mine")
    status, sentence = refused("character", "--output", output)
    assert (status, "--force" in sentence) == (1, True)
    assert run("character", "--output", output, "--force", "--quiet")[0] == 0
    assert output.read_bytes() != b"mine"


@pytest.mark.parametrize(
    ("options", "status", "word"),
    [
        (("--size", "0"), 1, "m high"),
        (("--size", "tall"), 1, "m high"),
        (("--palette", "plaid"), 1, "NOVA"),
        (("--style", "-1"), 2, "whole number"),
    ],
)
def test_what_cannot_be_is_said(options, status, word, refused, tmp_path):
    ended, sentence = refused("character", "--output", tmp_path / "out.blend", *options)
    assert (ended, word in sentence) == (status, True)


def test_the_name_of_a_file_is_checked(refused, tmp_path):
    status, sentence = refused("character", "--output", tmp_path / "out.png")
    assert (status, "must end in .blend" in sentence) == (1, True)
