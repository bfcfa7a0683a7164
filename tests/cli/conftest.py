# SPDX-License-Identifier: GPL-3.0-or-later
import subprocess
import sys
from pathlib import Path

import bpy
import pytest
from interface_fixtures import add_face, blender

from emotebot_blender.cli import command

__all__ = ["add_face", "blender"]


@pytest.fixture
def save(add_face, tmp_path):
    """Return a function that saves a file with one face as the face was last changed."""

    def save(name: str = "face.blend") -> Path:
        path = tmp_path / name
        bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True)
        return path

    add_face("Face")
    return save


@pytest.fixture
def mount_disk(tmp_path):
    """Return a function that gives a folder on a disk of a size, such as "4k"."""
    folder = tmp_path / "disk"

    def mount_disk(size: str) -> Path:
        folder.mkdir()
        if sys.platform != "linux":
            pytest.skip("mounts a small disk as Linux does")
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        if subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("may not mount a small disk")
        return folder

    yield mount_disk
    if folder.is_mount():
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def run(capfd):
    """Return a function that runs the command and gives its status, output and complaints."""

    def run(*arguments: object) -> tuple[int, str, list[str]]:
        capfd.readouterr()
        status = command.main([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return status, captured.out, captured.err.splitlines()

    return run


@pytest.fixture
def refused(run, tmp_path):
    """Return a function that runs what must fail: one line, and nothing written or changed."""

    def refused(*arguments: object) -> tuple[int, str]:
        before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        status, out, err = run(*arguments)
        assert out == ""
        ours = [line for line in err if line.startswith("emotebot: ")]
        assert len(ours) == 1, err
        assert not any("Traceback" in line for line in err)
        after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        assert after == before
        return status, ours[0]

    return refused
