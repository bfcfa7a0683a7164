# SPDX-License-Identifier: GPL-3.0-or-later
import tempfile

import bpy
import pytest

SCRIPT = "happy in 0.1s for 0.1s"


@pytest.fixture(autouse=True)
def _empty_file():
    """Open an empty file, in whose place the command adds the built-in head."""
    bpy.ops.wm.read_factory_settings(use_empty=True)


@pytest.fixture
def small_disk(mount_disk):
    """Return a folder on a disk of 4 KiB."""
    return mount_disk("4k")


@pytest.mark.parametrize(
    ("option", "name"),
    [
        ("--sheet", "sheet.png"),
        ("--render", "film.mp4"),
        ("--render", "frames"),
        ("--csv", "table.csv"),
        ("--output", "out.blend"),
    ],
)
def test_a_disk_that_is_full(option, name, refused, small_disk):
    script = "happy" if option == "--csv" else SCRIPT
    status, sentence = refused("perform", script, option, small_disk / name, "--quiet")
    assert (status, name.partition(".")[0] in sentence or "0001.png" in sentence) == (1, True), (
        sentence
    )
    assert list(small_disk.iterdir()) == []


def test_a_disk_that_is_full_for_expressions(refused, small_disk):
    line = ("express", "happy", "--count", "20", "--json", small_disk / "out.json")
    assert refused(*line)[0] == 1
    assert list(small_disk.iterdir()) == []


@pytest.mark.parametrize(("option", "name"), [("--sheet", "sheet.png"), ("--render", "film.mp4")])
def test_a_disk_of_temporary_files_that_is_full(
    option, name, refused, small_disk, tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(small_disk))
    status, sentence = refused("perform", SCRIPT, option, tmp_path / name, "--quiet")
    assert (status, "was not written whole" in sentence) == (1, True)
    assert list(small_disk.iterdir()) == []


def test_nothing_is_written_if_one_file_cannot_be(refused, small_disk, tmp_path):
    line = ("perform", SCRIPT, "--output", tmp_path / "out.blend", "--sheet", small_disk / "s.png")
    assert refused(*line, "--quiet")[0] == 1
    assert not (tmp_path / "out.blend").exists()


def test_what_was_there_stays(refused, small_disk):
    sheet = small_disk / "sheet.png"
    sheet.write_bytes(b"mine")
    assert refused("perform", SCRIPT, "--sheet", sheet, "--quiet")[0] == 1
    assert sheet.read_bytes() == b"mine"


def test_a_disk_that_is_full_for_a_compressed_file(refused, small_disk, add_face, tmp_path):
    add_face("Face")
    face = tmp_path / "face.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(face), copy=True, compress=True)
    line = ("perform", SCRIPT, "--face", face, "--output", small_disk / "out.blend")
    status, sentence = refused(*line)
    assert (status, "out.blend" in sentence) == (1, True)
    assert list(small_disk.iterdir()) == []


def test_a_compressed_file_is_written(run, add_face, tmp_path):
    add_face("Face")
    face, output = tmp_path / "face.blend", tmp_path / "out.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(face), copy=True, compress=True)
    assert run("perform", SCRIPT, "--face", face, "--output", output, "--quiet") == (0, "", [])
    assert output.read_bytes().startswith(b"\x28\xb5\x2f\xfd")
