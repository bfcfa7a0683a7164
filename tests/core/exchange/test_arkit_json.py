# SPDX-License-Identifier: GPL-3.0-or-later
import json

import pytest
from hypothesis import given
from recorded_samples import clips

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.errors import EmoteBotError, TextError
from emotebot_blender.core.exchange.arkit_json import read_arkit, write_arkit
from emotebot_blender.core.exchange.recorded_json import JsonRecording


def read(content):
    text = content if isinstance(content, str) else json.dumps(content)
    return read_arkit(JsonRecording(text))


def test_a_recording_of_beat_is_read():
    """The layout of BEAT's files, whose frames hold a rotation that is empty."""
    names = sorted(set(CHANNELS) - {"tongueOut"})
    frames = [
        {"weights": [0.5 * (name == "jawOpen") for name in names], "time": time, "rotation": []}
        for time in (2.0, 2.0 + 1 / 60)
    ]
    face = read({"names": names, "frames": frames})
    assert face.seconds == pytest.approx([0, 1 / 60])
    assert face.weights[:, INDEX["jawOpen"]] == pytest.approx([0.5, 0.5])
    assert [str(note) for note in face.notes] == ["Not in the recording, and left alone: tongueOut"]
    assert face.channels == set(names)


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ('{"frames": []}', 1, 1, "“names” was expected"),
        ('{"names": 3, "frames": []}', 1, 11, "a list was expected"),
        ('{"names": ["happy"], "frames": []}', 1, 11, "names of channels such as jawOpen"),
        ('{"names": ["jawOpen",\n3], "frames": []}', 2, 1, "a name was expected, not “3”"),
        ('{"names": ["jawOpen", "JawOpen"], "frames": []}', 1, 23, "expected once"),
        ('{"names": ["jawOpen"], "frames": [\n3]}', 2, 1, "a frame was expected"),
        (
            '{"names": ["jawOpen"], "frames": [{"weights": [1, 2], "time": 0}]}',
            1,
            47,
            "a list of 1 numbers",
        ),
        (
            '{"names": ["jawOpen"], "frames": [\n{"weights": ["1"], "time": 0}]}',
            2,
            14,
            "a number was expected",
        ),
    ],
)
def test_a_fault_is_found_in_its_place(text, line, column, message):
    with pytest.raises(TextError, match=message) as caught:
        read(text)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_a_recording_without_frames_is_refused():
    with pytest.raises(EmoteBotError, match="no frames"):
        read({"names": ["jawOpen"], "frames": []})


@given(clips())
def test_a_document_gives_back_what_was_written(clip):
    read_back = read(write_arkit(clip)).clip()
    assert read_back.fps == (clip.fps if len(clip) > 1 else 60)  # a single frame has no rate
    assert read_back.weights == pytest.approx(clip.weights, abs=1e-6)
    assert read_back.head is None
