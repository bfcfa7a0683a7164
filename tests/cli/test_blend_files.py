# SPDX-License-Identifier: GPL-3.0-or-later
"""The open file, which the command takes where none is named: ``blender FILE --command …``."""

import json
import sys

import bpy
import pytest


def test_map_shows_the_face_of_the_open_file(run, save):
    path = save()
    bpy.ops.wm.open_mainfile(filepath=str(path))
    status, out, err = run("map", "--json")
    assert (status, err) == (0, [])
    assert json.loads(out)["face"] == "Face"


def test_map_wants_a_file_where_none_is_open(run, blender):
    status, _, (complaint,) = run("map")
    assert (status, "say which file" in complaint) == (2, True)


def test_the_sheet_of_a_face_test_is_not_written_over_the_open_file(refused, save):
    path = save("face.png")
    bpy.ops.wm.open_mainfile(filepath=str(path))
    status, sentence = refused("map", "--sheet", path)
    assert (status, "is the file with the face itself" in sentence) == (1, True)


@pytest.mark.parametrize("option", ["--command", "-P"])
def test_a_file_that_blender_could_not_open_is_told(option, run, blender, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["blender", "-b", "absent.blend", option, "more"])
    status, _, (complaint,) = run("map")
    assert (status, "“absent.blend” is not a .blend file" in complaint) == (1, True)


def test_shots_without_a_file_are_performed_on_the_open_one(run, save, tmp_path):
    bpy.ops.wm.open_mainfile(filepath=str(save()))
    table = tmp_path / "shots.csv"
    table.write_text("script,output\nhappy,a.blend\n", encoding="utf-8")
    status, out, _ = run("batch", table, "--quiet")
    assert (status, out) == (0, "")
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    assert [beat.words for beat in bpy.data.objects["Face"].emotebot.beats] == ["happy"]
