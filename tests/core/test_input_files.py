# SPDX-License-Identifier: GPL-3.0-or-later
import os
from pathlib import Path

import pytest

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.input_files import check_input_file, expanded_path, read_text_file


def test_a_text_is_read_without_its_byte_order_mark(tmp_path):
    path = tmp_path / "words.txt"
    path.write_bytes(b"\xef\xbb\xbf\xe5\xac\x89\r\n")
    assert read_text_file(path) == "嬉\r\n"


def test_a_file_of_the_largest_size_is_read_and_no_larger_one(tmp_path):
    path = tmp_path / "words.txt"
    path.write_bytes(b"a" * 2**20)
    assert len(read_text_file(path, largest=2**20)) == 2**20
    path.write_bytes(b"a" * (2**20 + 1))
    with pytest.raises(EmoteBotError, match=r"words\.txt is larger than 1 MiB"):
        read_text_file(path, largest=2**20)


@pytest.mark.parametrize("name", ["none.txt", "words.txt/inside", "a\0b", "\udc80?\ud800"])
def test_a_file_that_is_not_there_is_missing(name, tmp_path):
    (tmp_path / "words.txt").touch()
    with pytest.raises(EmoteBotError, match="There is no file at"):
        read_text_file(tmp_path / name)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(EmoteBotError, match="is a folder, not a file"):
        read_text_file(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe with a name is of Unix")
def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(EmoteBotError, match="is a device or a pipe, not a file"):
        read_text_file(tmp_path / "pipe")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="a device of Unix")
def test_a_device_is_no_file():
    with pytest.raises(EmoteBotError, match="/dev/zero is a device or a pipe, not a file"):
        read_text_file(Path("/dev/zero"))


def test_a_file_in_a_folder_that_may_not_be_read_is_named_with_the_reason(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(EmoteBotError, match=r"words\.txt cannot be read: Permission denied"):
        check_input_file(tmp_path / "words.txt")


def test_a_file_that_may_not_be_read_is_named_with_the_reason(tmp_path, monkeypatch):
    path = tmp_path / "words.txt"
    path.touch()

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(EmoteBotError, match=r"words\.txt cannot be read: Permission denied"):
        read_text_file(path)


@pytest.mark.parametrize(
    "content",
    ["überrascht".encode("latin-1"), "happy".encode("utf-16"), b"happy\0", b"\x89PNG\r\n"],
)
def test_what_is_no_text_is_refused(content, tmp_path):
    path = tmp_path / "words.txt"
    path.write_bytes(content)
    with pytest.raises(EmoteBotError, match="is not a text in UTF-8"):
        read_text_file(path)


def test_the_folder_of_a_user_is_expanded(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ann")
    monkeypatch.setenv("USERPROFILE", "/home/ann")
    assert expanded_path("~/scene.txt") == Path("/home/ann/scene.txt")


def test_the_folder_of_no_user_stays_as_it_is_written():
    assert expanded_path("~nosuchuser/x.txt") == Path("~nosuchuser/x.txt")
