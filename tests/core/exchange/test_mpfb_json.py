# SPDX-License-Identifier: GPL-3.0-or-later
import json

import numpy as np
import pytest
from hypothesis import given
from recorded_samples import clips, posed

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.clip import Clip
from emotebot_blender.core.errors import EmoteBotError, TextError
from emotebot_blender.core.exchange.mpfb_json import read_mpfb, strongest_frame, write_mpfb
from emotebot_blender.core.exchange.recorded_json import JsonRecording


def read(content):
    text = content if isinstance(content, str) else json.dumps(content)
    return read_mpfb(JsonRecording(text))


def test_an_expression_is_a_recording_of_one_frame():
    units = {"mouthSmileLeft": 0.35, "mouthSmileRight": 0.3}
    face = read({"format_version": 1, "name": "smile", "tags": ["happy"], "face_units": units})
    assert face.weights.shape == (1, 52)
    assert face.weights[0, INDEX["mouthSmileLeft"]] == pytest.approx(0.35)
    assert face.weights.sum() == pytest.approx(0.65)


def test_by_the_formats_rules_what_is_missing_is_empty_and_what_is_unknown_skipped():
    face = read({"face_units": {"jawOpen": 1, "earWiggle": 0.5}, "mood": 3})
    assert face.weights.sum() == 1
    assert [str(note) for note in face.notes] == ["No channels, left out: earWiggle"]


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ('{"face_units": []}', 1, 16, "an object was expected, in braces"),
        ('{"face_units": {"jawOpen":\n"wide"}}', 2, 1, "a number was expected, not “wide”"),
        ('{"format_version": 2, "face_units": {}}', 1, 20, "version 1 of the format"),
    ],
)
def test_a_fault_is_found_in_its_place(text, line, column, message):
    with pytest.raises(TextError, match=message) as caught:
        read(text)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_an_expression_is_written_as_mpfb_writes_it(shared):
    """The keys of the format, channels by the names of the asset pack, none of them at 0."""
    content = json.loads(write_mpfb(posed("jawOpen", [0.123456]), "awe"))
    assert content == {
        "format_version": 1,
        "name": "awe",
        "description": "",
        "tags": [],
        "face_units": {"jawOpen": 0.1235},
        "author": "",
        "copyright": "",
        "license": "",
        "homepage": "",
    }
    facts = json.loads((shared / "names" / "mpfb_makehuman.json").read_text())
    everything = Clip(np.ones((1, 52), dtype=np.float32), 24)
    written = json.loads(write_mpfb(everything, "all"))
    assert sorted(written["face_units"]) == sorted(facts["arkit_names"])


def test_the_frame_that_shows_most_is_written():
    clip = posed("browInnerUp", [0, 0.5, 0.9, 0.2])
    clip.weights[3, INDEX["eyeBlinkLeft"]] = clip.weights[3, INDEX["eyeBlinkRight"]] = 1  # a blink
    assert strongest_frame(clip) == 2


def test_a_face_that_shows_nothing_is_no_expression():
    with pytest.raises(EmoteBotError, match="shows nothing"):
        write_mpfb(posed("jawOpen", [0.00004]), "calm")


@given(clips())
def test_an_expression_gives_back_what_was_written(clip):
    frame = clip.weights[[strongest_frame(clip)]]
    try:
        text = write_mpfb(clip, "any")
    except EmoteBotError:
        assert frame.max() < 1e-4
    else:
        assert read(text).weights == pytest.approx(frame, abs=1e-4)
