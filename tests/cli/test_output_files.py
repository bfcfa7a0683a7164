# SPDX-License-Identifier: GPL-3.0-or-later
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import emotebot_blender
from emotebot_blender.cli.output_files import (
    check_distinct,
    check_output,
    filling,
    replacing,
    temporary_files,
)
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message

links = pytest.mark.skipif(sys.platform == "win32", reason="links want special rights there")
SCRIPT = Message("the script")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such permissions there")
def test_a_file_that_is_replaced_hands_on_its_mode(tmp_path):
    path = tmp_path / "out.csv"
    path.touch()
    path.chmod(0o640)
    with replacing(path) as part:
        part.write_text("new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o640)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such permissions there")
def test_a_frame_that_is_replaced_hands_on_its_mode(tmp_path):
    (tmp_path / "0001.png").touch(0o600)
    with filling(tmp_path) as folder:
        (folder / "0001.png").write_text("new")
    assert (tmp_path / "0001.png").stat().st_mode & 0o777 == 0o600


@links
def test_what_a_link_leads_to_is_replaced_and_not_the_link(tmp_path):
    (tmp_path / "target.csv").write_text("old")
    link = tmp_path / "link.csv"
    link.symlink_to("target.csv")
    with replacing(link) as part:
        part.write_text("new")
    assert link.is_symlink()
    assert (tmp_path / "target.csv").read_text() == "new"


@pytest.mark.parametrize("target", [replacing, filling])
def test_a_fault_leaves_nothing(target, tmp_path):
    def write_half() -> None:
        with target(tmp_path / "out") as part:
            (part / "0001.png" if part.is_dir() else part).write_text("half")
            raise EmoteBotError("stop")

    with pytest.raises(EmoteBotError, match="stop"):
        write_half()
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_the_part_is_one_of_the_file(tmp_path):
    path = tmp_path / "out.png"

    def find_fault() -> None:
        with replacing(path) as part:
            raise EmoteBotError("“{path}” is bad", path=part)

    with pytest.raises(EmoteBotError, match=r"/out\.png” is bad"):
        find_fault()


@links
def test_a_device_is_no_output(tmp_path):
    (tmp_path / "out.csv").symlink_to(os.devnull)
    with pytest.raises(EmoteBotError, match="no regular file"):
        check_output(tmp_path / "out.csv", ".csv")


def spellings(path: Path) -> list[Path]:
    """Return other ways to write a path."""
    link = path.with_name("link.csv")
    link.symlink_to(path)
    hard = path.with_name("hard.csv")
    hard.hardlink_to(path)
    return [
        path,
        Path(os.path.relpath(path)),
        path.parent / "." / ".." / path.parent.name / path.name,
        link,
        hard,
    ]


@links
def test_an_output_that_is_an_input_is_refused_however_it_is_spelled(tmp_path):
    path = tmp_path / "script.csv"
    path.touch()
    for spelling in spellings(path):
        with pytest.raises(EmoteBotError, match="is the script itself; choose another name"):
            check_distinct([spelling], [(SCRIPT, path)])


@pytest.mark.parametrize("name", ["0001.png", "-0012.png", "123456.png"])
def test_an_input_among_the_frames_of_a_film_is_refused(name, tmp_path):
    (tmp_path / name).touch()
    with pytest.raises(EmoteBotError, match="the script itself"):
        check_distinct([tmp_path], [(SCRIPT, tmp_path / name)])


@links
def test_two_outputs_that_are_one_file_are_refused_before_it_is_there(tmp_path):
    (tmp_path / "sheet.png").symlink_to("table.csv")
    with pytest.raises(EmoteBotError, match="would be the same file"):
        check_distinct([tmp_path / "table.csv", tmp_path / "sheet.png"], [])


def test_different_files_are_not(tmp_path):
    (tmp_path / "in.csv").touch()
    outputs = [tmp_path / "out.csv", tmp_path / "out.png", tmp_path]
    check_distinct(outputs, [(SCRIPT, tmp_path / "in.csv"), (SCRIPT, tmp_path / "happy, then sad")])


def test_temporary_files_go(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with temporary_files():
        Path(tempfile.mkdtemp(), "frame.png").touch()
        assert list(tmp_path.rglob("frame.png"))
    assert list(tmp_path.iterdir()) == []
    assert tempfile.tempdir == str(tmp_path)


ENDING = """
import os
import sys
from pathlib import Path
from emotebot_blender.cli.output_files import abandon, filling, replacing

with replacing(Path("a.csv")) as part, filling(Path("frames")) as folder:
    part.touch()
    (folder / "0001.png").touch()
    assert len(list(Path().iterdir())) == 2
    abandon()
    print(list(Path().iterdir()))
    sys.stdout.flush()
    os._exit(0)  # as a signal ends it, within what is being written
"""


def test_a_process_that_ends_leaves_nothing_unfinished(tmp_path):
    root = str(Path(emotebot_blender.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", ENDING],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.strip() == "[]"
