# SPDX-License-Identifier: GPL-3.0-or-later
"""Gains of channels, in the command."""

import json

import bpy
import pytest
from key_sizes import scale_keys

from emotebot_blender.character.character import add_character
from emotebot_blender.core.channels import MIX_GROUPS
from emotebot_blender.rig.recognised_keys import record_of


@pytest.fixture
def faint(blender, tmp_path):
    """Return a file with EmoteBot's own head, whose mouth goes half as far."""
    add_character(blender.context.scene)
    scale_keys(MIX_GROUPS["MOUTH"], 0.5)
    path = tmp_path / "faint.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True)
    return path


def performed(output):
    """Return what was measured of the head in a file."""
    bpy.ops.wm.open_mainfile(filepath=str(output))
    return record_of(bpy.data.objects["EmoteBot head"])


def test_perform_calibrates_and_says_so(faint, run, tmp_path):
    output = tmp_path / "out.blend"
    status, out, err = run("perform", "happy", "--face", faint, "--output", output)
    assert (status, err) == (0, [])
    assert out.startswith("Calibrated 25 channels of EmoteBot head: jawForward × 1.4, ")
    assert performed(output).gains["mouthSmileLeft"] == pytest.approx(1.538)


def test_perform_does_not_where_it_is_told_not_to(faint, run, tmp_path):
    output = tmp_path / "out.blend"
    arguments = ("perform", "happy", "--face", faint, "--output", output, "--no-calibration")
    status, out, err = run(*arguments)
    assert (status, err) == (0, [])
    assert "Calibrated" not in out
    assert (performed(output).gains, performed(output).calibration) == ({}, "off")


def test_map_shows_gains(faint, run):
    status, out, err = run("map", faint)
    assert (status, err) == (0, [])
    (line,) = (line for line in out.splitlines() if line.startswith("Calibrated"))
    assert "mouthSmileLeft × 1.538" in line
    assert "mouthSmileLeft × 1.538" in run("map", faint, "--channels")[1]
    described = json.loads(run("map", faint, "--json")[1])
    assert described["channels"]["mouthSmileLeft"]["calibrated"] == pytest.approx(1.538)
    assert "calibrated" not in described["channels"]["browInnerUp"]
