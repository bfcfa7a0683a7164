# SPDX-License-Identifier: GPL-3.0-or-later
import struct

import numpy as np
import pytest

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.render.film import render_film
from emotebot_blender.render.images import write_image
from emotebot_blender.render.whole_files import check_mp4, check_png
from emotebot_blender.rig.face import find_face


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "picture.png"
    write_image(np.random.default_rng(0).random((20, 30, 3), dtype=np.float32), path)
    return path


def test_a_picture_that_blender_has_written_is_whole(picture):
    check_png(picture)


@pytest.mark.parametrize("share", [0, 0.001, 0.5, 0.99])
def test_a_picture_cut_short_is_not(share, picture):
    content = picture.read_bytes()
    picture.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(EmoteBotError, match=r"picture\.png” was not written whole"):
        check_png(picture)


def test_a_picture_with_another_byte_is_not(picture):
    content = bytearray(picture.read_bytes())
    content[len(content) // 2] ^= 1
    picture.write_bytes(content)
    with pytest.raises(EmoteBotError, match="not written whole"):
        check_png(picture)


def test_a_picture_that_is_not_there_is_not(tmp_path):
    with pytest.raises(EmoteBotError, match="not written whole"):
        check_png(tmp_path / "none.png")


def box(name: bytes, content: bytes = b"") -> bytes:
    """A box as ISO/IEC 14496-12, 4.2 has it: its size and type, then what is in it."""
    return struct.pack(">I4s", 8 + len(content), name) + content


def large_box(name: bytes, content: bytes = b"") -> bytes:
    """The same with its size in 64 bits."""
    return struct.pack(">I4sQ", 1, name, 16 + len(content)) + content


FILM = box(b"ftyp", b"isom") + large_box(b"mdat", bytes(100)) + box(b"moov", bytes(20))


@pytest.mark.parametrize(
    "content",
    [
        FILM,
        box(b"ftyp") + box(b"moov") + struct.pack(">I4s", 0, b"mdat") + bytes(9),  # to the end
        FILM + box(b"free"),
    ],
)
def test_a_film_with_all_its_boxes_is_whole(content, tmp_path):
    (tmp_path / "film.mp4").write_bytes(content)
    check_mp4(tmp_path / "film.mp4")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        FILM[:-1],
        FILM[:60],
        box(b"ftyp", b"isom") + box(b"mdat", bytes(100)),  # as a full disk leaves it
        box(b"ftyp") + struct.pack(">I4s", 4, b"mdat") + box(b"moov"),
        b"not a film at all",
    ],
)
def test_a_film_cut_short_is_not(content, tmp_path):
    (tmp_path / "film.mp4").write_bytes(content)
    with pytest.raises(EmoteBotError, match=r"film\.mp4” was not written whole"):
        check_mp4(tmp_path / "film.mp4")


def test_a_film_that_blender_has_written_is_whole(head, empty_scene, tmp_path):
    render_film(find_face(None, empty_scene), empty_scene, [1], tmp_path / "f.mp4", size=32)
    check_mp4(tmp_path / "f.mp4")
