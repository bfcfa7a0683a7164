# SPDX-License-Identifier: GPL-3.0-or-later
import json

import numpy as np
import pytest
from hypothesis import given
from recorded_samples import clips, posed

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.clip import Clip
from emotebot_blender.core.emotions import SHARES
from emotebot_blender.core.errors import TextError
from emotebot_blender.core.exchange.clip_json import read_clip, write_clip
from emotebot_blender.core.exchange.recorded_json import JsonRecording


def read(content):
    text = content if isinstance(content, str) else json.dumps(content)
    return read_clip(JsonRecording(text))


SMALL = {"emotebot_clip": 1, "fps": 24, "channels": ["jawOpen"], "weights": [[0], [0.5]]}


def test_a_performance_of_one_channel_is_read():
    clip = read(SMALL).clip()
    assert (clip.fps, clip.start, clip.head, len(clip)) == (24, 0, None, 2)
    assert clip.weights[:, INDEX["jawOpen"]] == pytest.approx([0, 0.5])
    assert not clip.has_emotions


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"emotebot_clip": 2}, "version 1 of the format"),
        ({"emotebot_clip": True}, "version 1 of the format"),
        ({"fps": 0}, "a number above 0 to 1000 was expected"),
        ({"fps": "24"}, "a number was expected"),
        ({"weights": [[0, 1]]}, "a list of 1 numbers was expected"),
        ({"weights": 3}, "“weights”: a list was expected"),
        ({"channels": []}, "names of channels such as jawOpen"),
        ({"head": [[0, 0, 0]]}, "2 rows were expected, one a frame"),
        ({"shares": [[0], [1]]}, "“emotions” was expected"),
        ({"shares": [[0], [1]], "emotions": ["joy"]}, "not “joy”"),
        ({"shares": [[0], [1]], "emotions": [["joy"]]}, "one of happiness"),
    ],
)
def test_a_fault_says_what_was_expected(changed, message):
    with pytest.raises(TextError, match=message):
        read({**SMALL, **changed})


def test_without_a_rate_nothing_is_guessed():
    with pytest.raises(TextError, match="“fps” was expected"):
        read({name: value for name, value in SMALL.items() if name != "fps"})


def test_emotions_and_the_start_are_kept():
    shares = np.zeros((4, len(SHARES)), dtype=np.float32)
    shares[:, SHARES.index("anger")] = [0, 0.25, 0.5, 1]
    clip = posed(fps=23.976, start=1.5, shares=shares)
    read_back = read(write_clip(clip)).clip()
    assert (read_back.fps, read_back.start) == (23.976, 1.5)
    assert read_back.shares == pytest.approx(shares)


def test_what_says_nothing_is_not_written():
    assert json.loads(write_clip(posed())).keys() == {
        *("emotebot_clip", "fps", "start", "channels", "weights")
    }


@given(clips())
def test_a_document_gives_back_what_was_written(clip: Clip):
    face = read(write_clip(clip))
    read_back = face.clip()
    assert (read_back.fps, read_back.start, face.notes) == (clip.fps, clip.start, ())
    assert read_back.weights == pytest.approx(clip.weights, abs=1e-6)
    assert (read_back.head is None) == (clip.head is None)
    if clip.head is not None:
        assert read_back.head == pytest.approx(clip.head, abs=1e-5)
