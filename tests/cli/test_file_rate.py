# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames a second that are asked for, and other animation of the file."""

import bpy
import pytest

SECONDS = 2.0


@pytest.fixture
def body(save, tmp_path):
    """Return a file with a face and a body that walks for two seconds at 24 frames a second."""
    walker = bpy.data.objects.new("Body", None)
    bpy.context.scene.collection.objects.link(walker)
    for frame in (1, 1 + SECONDS * 24):
        walker.location.x = frame
        walker.keyframe_insert("location", frame=frame)
    return save("walk.blend")


def opened_rate(path) -> float:
    bpy.ops.wm.open_mainfile(filepath=str(path))
    render = bpy.context.scene.render
    return render.fps / render.fps_base


def test_a_body_keeps_its_speed_and_that_is_said(run, body, tmp_path):
    output = tmp_path / "out.blend"
    status, out, err = run("perform", "happy", "--face", body, "--output", output, "--fps", 30)
    assert status == 0
    assert any("stays at 24 frames a second: --change-rate" in line for line in err)
    assert "at 24 a second" in out
    assert opened_rate(output) == 24


def test_another_speed_where_it_is_asked_for(run, body, tmp_path):
    output = tmp_path / "out.blend"
    line = ("perform", "happy", "--face", body, "--output", output, "--fps", 30, "--change-rate")
    status, out, err = run(*line)
    assert status == 0
    assert any("plays at 30 frames a second now, made for 24" in line for line in err)
    assert "at 30 a second" in out
    assert opened_rate(output) == 30


def test_the_rate_that_the_file_has_is_no_change(run, body, tmp_path):
    output = tmp_path / "out.blend"
    _, _, err = run("perform", "happy", "--face", body, "--output", output, "--fps", 24)
    assert not any("frames a second" in line for line in err)


def test_layers_alone_follow(run, save, tmp_path):
    first, second = tmp_path / "first.blend", tmp_path / "second.blend"
    assert run("perform", "happy", "--face", save(), "--output", first)[0] == 0
    status, _, err = run("perform", "sad", "--face", first, "--output", second, "--fps", 30)
    assert status == 0
    assert not any("frames a second" in line for line in err)
    assert opened_rate(second) == 30
