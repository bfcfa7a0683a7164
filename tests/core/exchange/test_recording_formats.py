# SPDX-License-Identifier: GPL-3.0-or-later
"""The formats by name, and files of any kind: a recorded face or one sentence on their fault."""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recorded_samples import posed, turned

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.exchange import recording_formats
from emotebot_blender.core.exchange.livelink_csv import columns
from emotebot_blender.core.exchange.recording_formats import FORMATS, format_of, read_recording

READABLE = [each for each in FORMATS.values() if each.ending != ".vrma"]
LONGEST_MESSAGE = 700
"""Characters, as of faults in scripts."""

PIECES = (
    *(b'"', b"\0", b"\n", b"\r", b",", b";", b"nan", b"-inf", b"1e999", b"[" * 3000, b"{" * 3000),
    *(b"-", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"9" * 400, b"9" * 5000, b"null", b"true"),
    *(b"[]", b"{}", b"]", b"}", b'"frames"', b'"weights"', b"99:99:99:99", b"23:59:59:59.9"),
    *(b"x" * 200_000, "９".encode(), "\u2028".encode(), b"_", b"1_0", b"0x1", b" "),
)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written(name, tmp_path):
    each = FORMATS[name]
    assert each.name == name
    path = tmp_path / f"take{each.ending}"
    path.write_bytes(each.write(posed(), "take"))
    assert format_of(path, name) is each
    if each in READABLE:
        face = read_recording(path)
        weights = face.weights if not each.is_still else face.weights.max(axis=0)
        assert weights.max() == 1


@pytest.mark.parametrize(
    ("file", "name"),
    [("a.csv", "livelink"), ("a.JSON", "emotebot"), ("a.vrma", "vrma")],
)
def test_an_ending_means_a_format(file, name):
    assert format_of(Path(file)).name == name


def test_another_ending_is_refused():
    with pytest.raises(EmoteBotError, match=r"endings are \.csv, \.json, \.vrma"):
        format_of(Path("take.bvh"))
    with pytest.raises(EmoteBotError, match=r"must end in \.vrma"):
        format_of(Path("take.json"), "perfect-sync")


def test_what_a_format_lacks_is_told():
    lacks = {name: list(map(str, each.lacks(turned((5, 0, 0))))) for name, each in FORMATS.items()}
    head = "The turns of the head are not in the file"
    assert {name for name, notes in lacks.items() if head in notes} == {"table", "arkit", "mpfb"}
    (note,) = FORMATS["vrma"].lacks(posed())
    assert str(note).startswith("Preset expressions alone")
    (note,) = FORMATS["mpfb"].lacks(posed())
    assert str(note) == "Only the frame that shows most is in the file"
    assert FORMATS["emotebot"].lacks(turned((5, 0, 0), (0, 0, 0))) == ()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"start,words\n0,happy\n", "line 1, column 1: a table with times and channels"),
        ("a.csv", b"\xff\xfe", "is not a text in UTF-8"),
        ("a.csv", b"", "line 1, column 1: a table with times and channels"),
        ("a.csv", b"time,jawOpen\n", "has no frames"),
        ("a.json", b"\xff", "is not a text in UTF-8"),
        ("a.json", b"{}", "line 1, column 1: a recording was expected"),
        ("a.json", b'{"emotebot_script": 1, "beats": []}', "a script of feelings, not a recording"),
        ("a.json", b'{"frames": [', "line 1, column 13: JSON was expected here"),
        ("a.txt", b"happy", "does not end like a recording"),
    ],
)
def test_a_file_that_is_no_recording_says_why(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(EmoteBotError, match=message):
        read_recording(path)


@pytest.mark.parametrize("ending", [".csv", ".json"])
def test_what_is_no_regular_file_is_not_opened(tmp_path, ending):
    with pytest.raises(EmoteBotError, match="no file at"):
        read_recording(tmp_path / f"none{ending}")
    (tmp_path / f"folder{ending}").mkdir()
    with pytest.raises(EmoteBotError, match="is a folder"):
        read_recording(tmp_path / f"folder{ending}")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / f"pipe{ending}")
        with pytest.raises(EmoteBotError, match="a pipe"):
            read_recording(tmp_path / f"pipe{ending}")


def test_a_table_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(recording_formats, "LARGEST_TABLE", 100)
    path = tmp_path / "take.csv"
    path.write_bytes(FORMATS["table"].write(posed(), ""))
    with pytest.raises(EmoteBotError, match="the most that is read of such a file"):
        read_recording(path)


def check(path: Path) -> None:
    """Read a file, which is a recorded face of sound numbers or one sentence of ours."""
    try:
        clip = read_recording(path).clip()
    except EmoteBotError as error:
        assert len(str(error)) < LONGEST_MESSAGE  # noqa: PT017 - either is right
        return
    assert np.isfinite(clip.weights).all()
    assert clip.weights.min() >= 0
    assert clip.weights.max() <= 1
    assert clip.head is None or np.isfinite(clip.head).all()


@pytest.mark.parametrize("each", READABLE, ids=lambda each: each.name)
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    start=st.floats(0, 1),
    removed=st.integers(0, 80),
    chunk=st.just(b"") | st.binary(min_size=1, max_size=20) | st.sampled_from(PIECES),
)
def test_a_damaged_file_is_read_or_refused(tmp_path, each, start, removed, chunk):
    head = np.array([(5, -10, 15), (0, 20, -3), (1, 2, 3)], dtype=np.float32)
    data = each.write(posed("jawOpen", (0, 0.5, 1), head=head), "take")
    at = int(start * len(data))
    path = tmp_path / f"take{each.ending}"
    path.write_bytes(data[:at] + chunk + (data[at + removed :] if removed < 80 else b""))
    check(path)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary() | st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join))
@pytest.mark.parametrize("ending", [".csv", ".json"])
def test_any_bytes_are_read_or_refused(tmp_path, ending, content):
    path = tmp_path / f"any{ending}"
    path.write_bytes(content)
    check(path)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cells=st.lists(
        st.lists(
            st.text(max_size=8)
            | st.floats().map(str)
            | st.sampled_from(["0:0:0:1", "0", "0.5", "1", "1e300", "-5", '"', ",", "\n"]),
            min_size=1,
            max_size=5,
        ),
        max_size=6,
    ),
    header=st.lists(
        st.sampled_from(["time", "Timecode", *columns()[:3], *columns()[52:56], "other", ""]),
        min_size=1,
        max_size=5,
    ),
)
def test_any_cells_under_real_columns_are_read_or_refused(tmp_path, cells, header):
    path = tmp_path / "any.csv"
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        csv.writer(file).writerows([header, *cells])
    check(path)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
)
NAMES = st.lists(st.sampled_from([*CHANNELS[:3], "jawOpen"]) | VALUES, max_size=3)
ROWS = st.lists(st.lists(st.floats(0, 1) | VALUES, max_size=3) | VALUES, max_size=3)
FRAMES = st.lists(
    st.fixed_dictionaries({"weights": ROWS | NAMES, "time": st.floats(0, 9) | VALUES}) | VALUES,
    max_size=3,
)
DOCUMENTS = st.one_of(
    st.fixed_dictionaries({"names": NAMES | VALUES, "frames": FRAMES | VALUES}),
    st.fixed_dictionaries(
        {"face_units": st.dictionaries(st.sampled_from(CHANNELS[:4]), VALUES) | VALUES},
        optional={"format_version": VALUES},
    ),
    st.fixed_dictionaries(
        {"emotebot_clip": st.just(1) | VALUES},
        optional={
            "fps": st.just(24) | VALUES,
            "start": st.floats(-5, 5) | VALUES,
            "channels": NAMES | VALUES,
            "weights": ROWS | VALUES,
            "head": ROWS | VALUES,
            "emotions": st.lists(st.sampled_from(["fear", "custom"]) | VALUES, max_size=3),
            "shares": ROWS | VALUES,
        },
    ),
)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(document=DOCUMENTS | VALUES)
def test_any_document_is_read_or_refused(tmp_path, document):
    path = tmp_path / "any.json"
    path.write_text(json.dumps(document), encoding="utf-8", errors="surrogatepass")
    check(path)


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        (".csv", b"time,jawOpen\n" + b"0,0\n" * 300_000),
        (".csv", b"time,jawOpen\n" + b"," * 3_000_000),
        (".csv", b"time,jawOpen\n" + b'"' * 3_000_001),
        (".csv", b"time," * 100_000),
        (".csv", b"time,jawOpen\n0,0\n1e8,1\n"),
        (".json", b"[" * 3_000_000),
        (".json", b'{"a":' * 500_000),
        (".json", b'{"frames": [' + b"{}," * 500_000 + b"{}]}"),
        (".json", b'{"names": ["jawOpen"], "frames": ' + b"[" + b"0," * 2_000_000 + b"0]}"),
        (
            ".json",
            b'{"emotebot_clip": 1, "fps": 1e-8, "channels": ["jawOpen"], "weights": [[0],[1]]}',
        ),
    ],
)
def test_huge_and_hostile_files_are_refused(tmp_path, ending, content):
    path = tmp_path / f"huge{ending}"
    path.write_bytes(content)
    with pytest.raises(EmoteBotError):
        read_recording(path).clip()
