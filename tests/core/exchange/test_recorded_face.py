# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest
from recorded_samples import posed

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.exchange.recorded_face import (
    MOST_FRAMES,
    RecordedFace,
    measured_rate,
    note_missing,
    within_range,
)

JAW = INDEX["jawOpen"]


def recorded(*seconds: float, **more) -> RecordedFace:
    """Return a recording whose jaw opens by .1 a frame."""
    weights = posed("jawOpen", np.arange(len(seconds)) / 10).weights
    return RecordedFace(np.array(seconds, dtype=np.float64), weights, **more)


def test_even_frames_stay_as_they_are():
    face = recorded(0, 0.04, 0.08)
    clip = face.clip()
    assert clip.fps == 25
    assert clip.weights is face.weights


def test_a_frame_that_was_dropped_is_filled_in():
    clip = recorded(0, 0.1, 0.2, 0.4, 0.5).clip()
    assert clip.fps == 10
    assert clip.weights[:, JAW] == pytest.approx([0, 0.1, 0.2, 0.25, 0.3, 0.4])


def test_the_head_is_filled_in_along_with_the_face():
    head = np.array([[0, 0, 0], [1, 2, 3], [2, 4, 6], [6, 12, 18]], dtype=np.float32)
    clip = recorded(0, 0.1, 0.2, 0.6, head=head).clip()
    assert clip.head is not None
    assert clip.head[:, 0] == pytest.approx([0, 1, 2, 3, 4, 5, 6], abs=1e-5)


def test_a_rate_that_the_file_states_counts():
    assert recorded(0, 0.5, 1, rate=2.0, start=3.0).clip().fps == 2
    assert recorded(0, 0.5, 1, rate=2.0, start=3.0).clip().start == 3


@pytest.mark.parametrize(
    ("seconds", "rate"),
    [
        ([0], 60),
        ([0, 0.041667, 0.083333], 24),
        (np.arange(600) * 1.001 / 60, 60 / 1.001),
        ([0, 0.1, 0.2, 5], 10),
    ],
    ids=["a single frame", "digits cut off", "a phone's", "a gap"],
)
def test_times_tell_the_rate(seconds, rate):
    assert measured_rate(np.array(seconds, dtype=np.float64)) == pytest.approx(rate, rel=1e-6)


@pytest.mark.parametrize(
    ("seconds", "message"),
    [
        ([], "no frames"),
        ([0, 0, 0], "stands still"),
        ([0, 1e-300], "stands still"),
        ([0, 2, 1], "runs backwards"),
        ([0, 43_201], "lasts 12.0 hours"),
    ],
)
def test_times_that_make_no_sense_are_refused(seconds, message):
    with pytest.raises(EmoteBotError, match=message):
        recorded(*seconds)


def test_a_recording_that_would_fill_the_memory_is_refused():
    with pytest.raises(EmoteBotError, match=f"{MOST_FRAMES} are the most"):
        recorded(*np.arange(9) / 1000, 40_000).clip()


def test_channels_that_are_missing_are_named():
    (note,) = note_missing(frozenset(INDEX) - {"tongueOut"})
    assert str(note) == "Not in the recording, and left alone: tongueOut"
    assert note_missing(frozenset(INDEX)) == ()


def test_weights_beyond_their_range_are_cut_off_and_counted():
    weights, (note,) = within_range(np.array([[-0.5, 0.5, 1.5]], dtype=np.float32))
    assert weights.tolist() == [[0, 0.5, 1]]
    assert str(note) == "Weights beyond 0 to 1 were cut off: 2"
