# SPDX-License-Identifier: GPL-3.0-or-later
import os

import pytest

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.file_writing import write_whole


def test_a_file_is_replaced_and_keeps_its_permissions(tmp_path):
    path = tmp_path / "take.json"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["take.json"]


def test_a_link_stays_one(tmp_path):
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to("target")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "target").read_bytes() == b"new"
    assert (tmp_path / "link").is_symlink()


def test_what_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "folder", tmp_path / "none" / "a.json"):
        with pytest.raises(EmoteBotError, match="cannot be written"):
            write_whole(path, b"new")
    assert os.listdir(tmp_path) == ["folder"]
