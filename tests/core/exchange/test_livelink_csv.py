# SPDX-License-Identifier: GPL-3.0-or-later
import csv
import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from recorded_samples import clips, posed, turned

from emotebot_blender.core.clip import Clip
from emotebot_blender.core.exchange.channel_table import read_channel_table
from emotebot_blender.core.exchange.livelink_csv import write_livelink


def written(clip: Clip) -> str:
    stream = io.StringIO(newline="")
    write_livelink(clip, stream)
    return stream.getvalue()


def rows_of(clip: Clip) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written(clip))))


def test_the_header_is_that_of_real_takes(shared):
    facts = json.loads((shared / "names" / "livelinkface_csv.json").read_text())
    assert written(posed()).splitlines()[0].split(",") == facts["header"]


def test_every_value_stands_in_its_own_column():
    """Jaw and mouth to the sides stand the other way round than in ARKit."""
    for channel in ("jawLeft", "jawRight", "mouthLeft", "mouthRight", "tongueOut", "browInnerUp"):
        (row,) = rows_of(posed(channel, [0.5]))
        moved = [name for name, value in row.items() if value == "0.5000000000"]
        assert moved == [channel[0].upper() + channel[1:]]
        assert row["BlendshapeCount"] == "61"


def test_angles_are_radians_with_the_signs_of_real_takes():
    """Signs of a take of the app: eyes at the nose, and looking down."""
    (row,) = rows_of(posed("eyeLookInRight", [0.1]))
    assert float(row["RightEyeYaw"]) == pytest.approx(np.radians(3))
    (row,) = rows_of(posed("eyeLookInLeft", [0.1]))
    assert float(row["LeftEyeYaw"]) == pytest.approx(-np.radians(3))
    (row,) = rows_of(posed("eyeLookDownLeft", [0.1]))
    assert float(row["LeftEyePitch"]) == pytest.approx(np.radians(3))
    (row,) = rows_of(turned((0, 20, 0)))
    assert float(row["HeadYaw"]) == pytest.approx(np.radians(20))
    (row,) = rows_of(turned((20, 0, 0)))
    assert float(row["HeadPitch"]) == pytest.approx(np.radians(20))
    (row,) = rows_of(turned((0, 0, 20)))
    assert float(row["HeadRoll"]) == pytest.approx(-np.radians(20))


@pytest.mark.parametrize(
    ("frames", "fps", "first", "last"),
    [
        (61, 60.0, "00:00:00:00.000", "00:00:01:00.000"),
        (73, 24.0, "00:00:00:00.000", "00:00:03:00.000"),
        (2, 24.0, "00:00:00:23.000", "00:00:01:00.000"),
        (13, 12.0, "00:00:00:00.000", "00:00:01:00.000"),
    ],
    ids=["a phone's", "film", "shorter than a second", "a rate without timecodes"],
)
def test_timecodes_count_frames(frames, fps, first, last):
    codes = [row["Timecode"] for row in rows_of(posed("jawOpen", [0] * frames, fps))]
    assert (codes[0], codes[-1]) == (first, last)


@settings(deadline=None)
@given(clips())
def test_a_take_gives_back_what_was_written(clip):
    face = read_channel_table(written(clip).splitlines(keepends=True))
    read = face.clip()
    assert read.fps == (clip.fps if len(clip) > 1 else 60)  # a single frame has no rate
    assert read.weights == pytest.approx(clip.weights, abs=1e-7)
    head = np.zeros((len(clip), 3)) if clip.head is None else clip.head
    assert read.head == pytest.approx(head, abs=1e-4)
    assert face.notes == ()
