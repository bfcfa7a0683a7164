# SPDX-License-Identifier: GPL-3.0-or-later
import io
import math

import numpy as np
import pytest
from hypothesis import given
from recorded_samples import clips

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.errors import TextError
from emotebot_blender.core.exchange.channel_table import (
    is_channel_table,
    read_channel_table,
    write_channel_table,
)
from emotebot_blender.core.exchange.recorded_face import RecordedFace

HEADER = "Timecode,BlendShapeCount,JawOpen,MouthSmileLeft,HeadYaw,HeadPitch,HeadRoll"


def read(*lines: str) -> RecordedFace:
    return read_channel_table(f"{line}\n" for line in lines)


def test_columns_are_read_by_their_names():
    face = read(HEADER, "10:00:00:58.5,61,0.25,1,0,0,0", "10:00:01:00.5,61,0.5,0,0,0,0")
    assert face.seconds == pytest.approx([0, 2 / 60])
    assert face.weights[:, INDEX["jawOpen"]] == pytest.approx([0.25, 0.5])
    assert face.weights[:, INDEX["mouthSmileLeft"]] == pytest.approx([1, 0])
    assert face.weights.sum() == pytest.approx(1.75)


def test_the_head_turns_as_the_phone_has_seen_it():
    """To the person's left and down is above 0, in radians; roll is the other way round."""
    row = f"00:00:00:00.0,61,0,0,{math.radians(20)},0,0"
    other = f"00:00:00:01.0,61,0,0,0,{math.radians(10)},0"
    last = f"00:00:00:02.0,61,0,0,0,0,{math.radians(5)}"
    face = read(HEADER, row, other, last)
    assert face.head is not None
    assert face.head == pytest.approx(np.array([[0, 20, 0], [10, 0, 0], [0, 0, -5]]), abs=1e-4)


def test_without_all_three_angles_nothing_is_said_of_the_head():
    assert read("time,jawOpen,HeadYaw", "0,0,0.3").head is None


@pytest.mark.parametrize(
    ("codes", "seconds"),
    [
        (["1:0:0:0", "1:0:0:1", "1:0:0:2"], [0, 1 / 60, 2 / 60]),
        (["0:0:0:23", "0:0:1:0", "0:0:1:1"], [0, 1 / 24, 2 / 24]),
        (["0:0:0:29", "0:0:1:00", "0:0:1:1"], [0, 1 / 30, 2 / 30]),
        (["23:59:59:59.0", "0:0:0:0.0"], [0, 1 / 60]),
        (["0:0:0:1.25", "0:0:0:2.75"], [0, 1.5 / 60]),
    ],
    ids=["within a second", "film", "video", "midnight", "parts of frames"],
)
def test_timecodes_count_frames(codes, seconds):
    face = read("Timecode,JawOpen", *(f"{code},0" for code in codes))
    assert face.seconds == pytest.approx(seconds)


def test_what_breaks_off_is_left_out_and_told():
    face = read("time,jawOpen,browInnerUp", "0,0.1,0", "0.1,0.2,0", "", "0.2,0.")
    assert len(face.seconds) == 2
    assert "Lines that break off were left out: 1" in map(str, face.notes)


def test_missing_channels_are_told():
    (note,) = read("time,jawOpen", "0,1").notes
    assert str(note).startswith("Not in the recording, and left alone: eyeBlinkLeft")


@pytest.mark.parametrize(
    ("lines", "line", "column", "message"),
    [
        ([], 1, 1, "a table with times and channels"),
        (["frame,jawOpen", "1,0"], 1, 1, "a table with times and channels"),
        (["time,happy", "1,0"], 1, 1, "a table with times and channels"),
        (["time,jawOpen,JAWOPEN", "0,0,0"], 1, 3, "one column jawOpen was expected, not two"),
        (["time,jawOpen", "0,0", "1,wide"], 3, 2, "jawOpen: a number was expected, not “wide”"),
        (["time,jawOpen", "0,nan"], 2, 2, "a number was expected"),
        (["time,jawOpen", "0,1e999"], 2, 2, "a number was expected"),
        (["time,jawOpen", "soon,0"], 2, 1, "time: a number was expected"),
        (["Timecode,JawOpen", "0:00:01,0"], 2, 1, "a timecode such as"),
        (["time,jawOpen", '0,"1', "2"], 3, 1, "a table was expected"),
    ],
)
def test_a_fault_is_found_in_its_cell(lines, line, column, message):
    with pytest.raises(TextError, match=message) as caught:
        read(*lines)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("header", "is_one"),
    [
        (["Timecode", "BlendshapeCount", "JawOpen"], True),
        (["frame", "time", "jawOpen"], True),
        (["start", "words"], False),
        (["file", "emotion"], False),
    ],
)
def test_tables_of_channels_are_told_from_others(header, is_one):
    assert is_channel_table(header) == is_one


@given(clips())
def test_a_table_gives_back_what_was_written(clip):
    stream = io.StringIO(newline="")
    write_channel_table(clip, stream)
    face = read_channel_table(stream.getvalue().splitlines(keepends=True))
    assert face.seconds == pytest.approx(clip.times(), abs=1e-6)
    assert face.weights == pytest.approx(clip.weights, abs=1e-6)
    assert face.notes == ()
