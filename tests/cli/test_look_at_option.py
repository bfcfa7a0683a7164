# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command is told to look at."""

import csv
import statistics

import bpy
import pytest


def test_the_gaze_is_on_what_is_named_in_the_file_and_in_the_table(run, save, tmp_path):
    ball = bpy.data.objects.new("Ball", None)
    bpy.context.scene.collection.objects.link(ball)
    ball.location = (0.2, -1.0, 0.0)
    output, table = tmp_path / "out.blend", tmp_path / "out.csv"
    line = ("perform", "angry", "--face", save(), "--output", output, "--csv", table)
    assert run(*line, "--look-at", "Ball", "--reduce", 0)[0] == 0
    bpy.ops.wm.open_mainfile(filepath=str(output))
    face = bpy.data.objects["Face"]
    assert face.emotebot.look_at == bpy.data.objects["Ball"]
    with table.open(encoding="utf-8") as stream:
        rows = [float(row["eyeLookOutLeft"]) for row in csv.DictReader(stream)]
    assert statistics.median(rows) * 30 == pytest.approx(11.3, abs=2)
    for frame in range(1, len(rows) + 1):
        bpy.context.scene.frame_set(frame)
        assert face.data.shape_keys.key_blocks["eyeLookOutLeft"].value == pytest.approx(
            rows[frame - 1], abs=1e-5
        )
