# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes of what is done: when a shot still is, and when not any more."""

import pytest

from emotebot_blender.cli.shot_notes import BEGUN, FAILED, ShotNotes
from emotebot_blender.cli.shot_table import read_shots


@pytest.fixture
def shot(tmp_path):
    """Return a shot that reads a face and writes a table."""
    (tmp_path / "face.blend").write_bytes(b"face")
    table = tmp_path / "shots.csv"
    table.write_text("script,file,csv\nhappy,face.blend,a.csv\n", encoding="utf-8")
    return read_shots(table)[0]


@pytest.fixture
def notes(tmp_path, shot):
    """Return notes by which the shot is done, and has read a library besides."""
    notes = ShotNotes(tmp_path / "state", "1.0")
    (tmp_path / "library.blend").write_bytes(b"library")
    begun = notes.begin(shot, force=False)
    (tmp_path / "a.csv").write_text("table")
    notes.finish(shot, begun, {"read": [str(tmp_path / "library.blend")]})
    return notes


def test_a_shot_that_is_done(shot, notes):
    assert notes.is_done(shot, notes.read(shot))


@pytest.mark.parametrize("name", ["face.blend", "library.blend", "a.csv"])
def test_a_file_that_has_changed(name, shot, notes, tmp_path):
    (tmp_path / name).write_bytes(b"other")
    assert not notes.is_done(shot, notes.read(shot))


def test_another_version_of_emotebot(shot, notes, tmp_path):
    later = ShotNotes(tmp_path / "state", "1.1")
    assert not later.is_done(shot, later.read(shot))


def test_a_shot_that_was_begun_or_failed_is_not_done(shot, notes):
    begun = notes.begin(shot, force=False)
    assert (notes.read(shot).state, notes.is_done(shot, begun)) == (BEGUN, False)
    notes.fail(shot, "no face", begun)
    assert (notes.read(shot).state, notes.read(shot).reason) == (FAILED, "no face")
    assert not notes.is_done(shot, notes.read(shot))
