# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever happens to the labels and recordings of a data set: one sentence, and no traceback."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.errors import EmoteBotError
from training.collecting.measure import Measurer
from training.faces.quality import Thresholds
from training.sources import SOURCES
from training.sources.item import ChannelFile, Request, list_items


def write(folder: Path, name: str, content: str | bytes = b"") -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def lay_affectnet(folder: Path) -> str:
    write(folder, "train_set/images/1.jpg")
    name = "train_set/annotations/1_exp.npy"
    (folder / name).parent.mkdir(parents=True)
    np.save(folder / name, "3")
    return name


def lay_beat(folder: Path) -> str:
    frames = [{"weights": [0.1 * frame, 0.2], "time": frame / 60} for frame in range(4)]
    name = "1/1_wayne_0_65_65.json"
    write(folder, name, json.dumps({"names": ["jawOpen", "browInnerUp"], "frames": frames}))
    return name


def lay_ckplus(folder: Path) -> str:
    write(folder, "cohn-kanade-images/S005/001/S005_001_00000001.png")
    name = "Emotion/S005/001/S005_001_00000001_emotion.txt"
    write(folder, name, "   3.0000000e+00\n")
    return name


def lay_crema_d(folder: Path) -> str:
    write(folder, "VideoFlash/1001_DFA_HAP_XX.flv")
    row = '"200060",0,0,0,7,2,0,"1001_DFA_HAP_XX",62.5\n'
    header = '"","A","D","F","H","N","S","fileName","meanEmoResp"\n'
    write(folder, "tabulatedVotes.csv", header + row)
    return "tabulatedVotes.csv"


def lay_fer2013(folder: Path) -> str:
    row = f"3,{' '.join(['9'] * 48 * 48)},Training\n"
    write(folder, "fer2013.csv", "emotion,pixels,Usage\n" + row)
    return "fer2013.csv"


def lay_rafdb(folder: Path) -> str:
    write(folder, "Image/aligned/train_00001_aligned.jpg")
    write(folder, "EmoLabel/list_patition_label.txt", "train_00001.jpg 5\n")
    return "EmoLabel/list_patition_label.txt"


def take() -> str:
    header = ",".join(("Timecode", "BlendshapeCount", *CHANNELS))
    rows = [f"14:52:18:{frame:02}.5,61" + ",0.25" * len(CHANNELS) for frame in range(4)]
    return "\n".join((header, *rows)) + "\n"


def lay_livelink(folder: Path) -> str:
    write(folder, "one.csv", take())
    return "one.csv"


def lay_livelink_labels(folder: Path) -> str:
    write(folder, "one.csv", take())
    write(folder, "labels.csv", "file,emotion,person\none.csv,happy 80%,anna\n")
    return "labels.csv"


LAID: dict[str, Callable[[Path], str]] = {
    "affectnet": lay_affectnet,
    "beat": lay_beat,
    "ckplus": lay_ckplus,
    "crema_d": lay_crema_d,
    "fer2013": lay_fer2013,
    "livelink": lay_livelink,
    "livelink labels": lay_livelink_labels,
    "rafdb": lay_rafdb,
}
"""Source, and what more of it, to a function that lays it out and returns the file to damage."""

CHUNKS = st.one_of(
    st.binary(min_size=1, max_size=20),
    st.sampled_from(
        [b'"', b"\0", b"\n", b",", b"nan", b"inf", b"1e999", b"[" * 5000, b"-", b"\xff", b"9" * 400]
    ),
)


def measurer() -> Measurer:
    """Return what measures recordings; it needs OpenCV, though not for them."""
    pytest.importorskip("cv2", reason="needs the extra “training”")
    return Measurer(None, Thresholds())


@pytest.mark.parametrize("name", LAID)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(start=st.floats(0, 1), removed=st.integers(0, 60), chunk=st.one_of(st.just(b""), CHUNKS))
def test_damage_is_an_error_of_ours_or_left_out(
    tmp_path_factory: pytest.TempPathFactory, name: str, start: float, removed: int, chunk: bytes
) -> None:
    folder = tmp_path_factory.mktemp("laid")
    path = folder / LAID[name](folder)
    data = path.read_bytes()
    at = int(start * len(data))
    path.write_bytes(data[:at] + chunk + (data[at + removed :] if removed < 60 else b""))
    source = SOURCES[name.split(maxsplit=1)[0]]
    try:
        items, omitted = list_items(source, Request(folder))
    except EmoteBotError:
        return
    assert len(items) + omitted.total() <= 70
    for item in items:
        if isinstance(item.material, ChannelFile):
            measured = measurer().measure(item)
            assert measured.fault or np.isfinite(measured.weights).all()


@pytest.mark.parametrize(
    ("name", "content", "reported"),
    [
        (
            "beat",
            b"[" * 100_000,
            "line 1, column 1: JSON was expected that is not nested so deeply",
        ),
        ("beat", b'{"names": [], "frames": 3}', "not a recording of BEAT: "),
        ("beat", b"\xff", "is not a text in UTF-8"),
        ("livelink", take().encode() + b"\xff\n", "is not a text in UTF-8"),
        (
            "livelink",
            take().encode() + b'14:52:18:58.5,61,"' + b"x" * 200_000,
            "not a take of Live Link Face: line 6, column 1: a table was expected",
        ),
    ],
)
def test_a_recording_that_cannot_be_read_says_why(
    tmp_path: Path, name: str, content: bytes, reported: str
) -> None:
    path = tmp_path / LAID[name](tmp_path)
    path.write_bytes(content)
    (item,) = list_items(SOURCES[name], Request(tmp_path))[0]
    fault = measurer().measure(item).fault
    assert fault is not None
    assert reported in fault


def npy(letter: bytes) -> bytes:
    """Return a file of an array with one letter, four bytes, which may be none of Unicode's."""
    buffer = io.BytesIO()
    np.save(buffer, "3")
    return buffer.getvalue()[:-4] + letter


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("affectnet", b""),
        ("affectnet", b"PK\x05\x06"),
        ("affectnet", npy(b"\xff\xff\xff\xff")),
        ("affectnet", b"\x93NUMPY\x01\x00\x10\x00{'descr': '<f8',}"),
        ("ckplus", b"inf\n"),
        ("ckplus", b"\xff\n"),
    ],
)
def test_a_label_that_cannot_be_read_is_left_out(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / LAID[name](tmp_path)
    path.write_bytes(content)
    items, omitted = list_items(SOURCES[name], Request(tmp_path))
    assert not items
    assert omitted == {"a label that cannot be read": 1}


@pytest.mark.parametrize(
    ("row", "reported"),
    [
        ("200060,0,0,0,7,2,0,1001_DFA_HAP_XX,625", "a level is from 0 to 100, not 625"),
        ("200060,0,0,0,0,0,0,1001_DFA_HAP_XX,62", "is not the table of votes"),
        ("200060,0,0,0,7", "is not the table of votes"),
    ],
)
def test_votes_that_make_no_sense_are_reported(tmp_path: Path, row: str, reported: str) -> None:
    path = tmp_path / lay_crema_d(tmp_path)
    path.write_text(path.read_text().splitlines()[0] + f"\n{row}\n")
    with pytest.raises(EmoteBotError) as caught:
        list_items(SOURCES["crema_d"], Request(tmp_path))
    assert reported in str(caught.value)
