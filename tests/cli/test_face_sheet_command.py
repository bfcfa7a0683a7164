# SPDX-License-Identifier: GPL-3.0-or-later
"""The sheet of a face test as ``emotebot map`` writes it."""

import bpy
import pytest

from emotebot_blender.render import face_sheet


def test_map_writes_the_sheet_of_a_face_test_and_nothing_else(run, save, tmp_path, monkeypatch):
    monkeypatch.setattr(face_sheet, "SIZE", 48)
    monkeypatch.setattr(face_sheet, "SAMPLES", 1)
    for key in bpy.data.objects["Face"].data.shape_keys.key_blocks:
        key.name = key.name if key.name in ("Basis", "jawOpen", "eyeBlinkLeft") else "Other"
    path = save()
    before = path.read_bytes()
    status, out, err = run("map", path, "--sheet", tmp_path / "sheet.png")
    assert (status, err) == (0, [])
    assert out.splitlines()[-1] == f"wrote {tmp_path / 'sheet.png'}"
    assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["face.blend", "sheet.png"]


@pytest.mark.parametrize(("name", "reason"), [("sheet.jpg", "must end in .png"), ("", "folder")])
def test_a_sheet_that_cannot_be_written_is_refused_at_once(name, reason, refused, save, tmp_path):
    path = save()
    target = tmp_path / name if name else tmp_path / "none" / "sheet.png"
    status, line = refused("map", path, "--sheet", target)
    assert (status, reason in line) == (1, True)
