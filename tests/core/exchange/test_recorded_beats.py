# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings laid into performances, worked out by hand at a hundred frames a second."""

import numpy as np
import pytest
from recorded_samples import posed
from script_samples import HAPPY, NEUTRAL

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.exchange import recorded_beats
from emotebot_blender.core.exchange.recorded_beats import (
    lengthened,
    read_recordings,
    resolved,
    with_recordings,
)
from emotebot_blender.core.exchange.recorded_face import RecordedFace
from emotebot_blender.core.exchange.recording_formats import FORMATS
from emotebot_blender.core.script.beats import Beat, EmotionScript

JAW, BROW = INDEX["jawOpen"], INDEX["browInnerUp"]
RATE = 100.0


def take(seconds: float = 2.0, jaw: float = 0.8, **more) -> RecordedFace:
    """Return a recording whose jaw stays open."""
    count = round(seconds * 10) + 1
    return RecordedFace(np.arange(count) / 10, posed("jawOpen", [jaw] * count).weights, **more)


def performed(seconds: float, jaw: float = 0.0, **more):
    """Return a performance whose jaw and brow stay where they are."""
    clip = posed("jawOpen", [jaw] * (round(seconds * RATE) + 1), RATE, **more)
    clip.weights[:, BROW] = 0.4
    return clip


def laid(*beats: Beat, seconds: float = 6.0, recording: RecordedFace | None = None, **more):
    script = EmotionScript(beats)
    recordings = {"take.csv": recording or take()}
    return with_recordings(performed(seconds, **more), script, recordings)


def jaw_at(clip, *seconds: float) -> list[float]:
    return [float(clip.weights[round(second * RATE), JAW]) for second in seconds]


def beat(start: float, recording: str = "take.csv", **more) -> Beat:
    return Beat(NEUTRAL, start, recording=recording, **more)


def test_it_plays_from_the_start_of_its_beat_to_its_end():
    """In within half a second, half of it after a quarter; out again once two have passed."""
    clip = laid(beat(1.0))
    played = jaw_at(clip, 0.9, 1.0, 1.25, 1.5, 2.9, 3.0, 3.25, 3.5, 5.0)
    assert played == pytest.approx([0, 0, 0.4, 0.8, 0.8, 0.8, 0.4, 0, 0], abs=1e-6)


def test_a_transition_and_a_hold_of_its_own_count():
    clip = laid(beat(1.0, transition=0.2, hold=0.8))
    assert jaw_at(clip, 1.1, 1.2, 2.0, 2.25, 2.5) == pytest.approx(
        [0.4, 0.8, 0.8, 0.4, 0], abs=1e-6
    )


def test_the_next_beat_takes_over_within_its_own_transition():
    clip = laid(beat(1.0), Beat(HAPPY, 2.0, transition=1.0))
    assert jaw_at(clip, 1.9, 2.5, 3.0) == pytest.approx([0.8, 0.4, 0], abs=1e-6)


def test_one_recording_goes_over_into_the_next():
    script = EmotionScript((beat(0.0), beat(1.0, "other.csv")))
    recordings = {"take.csv": take(), "other.csv": take(jaw=0.2)}
    clip = with_recordings(performed(4), script, recordings)
    assert jaw_at(clip, 0.9, 1.5, 2.0) == pytest.approx([0.8, 0.2, 0.2], abs=1e-6)
    assert 0.2 < jaw_at(clip, 1.25)[0] < 0.8


def test_what_a_recording_lacks_is_as_performed():
    clip = laid(beat(0.0), recording=take(channels=frozenset(["jawOpen"])))
    assert jaw_at(clip, 1.0) == pytest.approx([0.8])
    assert clip.weights[:, BROW] == pytest.approx(0.4)
    assert laid(beat(0.0)).weights[100, BROW] == 0  # one that has the brow has it at rest


def test_the_head_turns_as_recorded_where_the_file_says_so():
    turned = np.tile(np.float32([10, 0, 0]), (21, 1))
    still = np.tile(np.float32([2, 0, 0]), (601, 1))
    assert laid(beat(0.0), recording=take(head=turned), head=still).head[100, 0] == 10
    assert laid(beat(0.0), head=still).head[100, 0] == 2


def test_what_is_felt_is_the_recordings_own():
    """No file but EmoteBot's says what is felt, so that channels alone show a recording."""
    clip = laid(beat(0.0))
    assert clip.shares[100].tolist() == [*[0] * 16, 1]


def test_the_last_beat_lasts_for_its_recording():
    script = EmotionScript((Beat(HAPPY, 0.0), beat(1.0)))
    long = {"take.csv": take(10.0)}
    assert lengthened(script, long).duration == 11
    assert lengthened(script, {"take.csv": take(0.5)}).duration == script.duration
    held = EmotionScript((beat(1.0, hold=1.0),))
    assert lengthened(held, long) == held


def test_without_recordings_nothing_is_changed():
    clip = performed(1)
    assert with_recordings(clip, EmotionScript((Beat(HAPPY, 0.0),)), {}) is clip


def test_files_are_read_once_and_again_when_they_change(tmp_path, monkeypatch):
    path = tmp_path / "take.csv"
    path.write_bytes(FORMATS["livelink"].write(posed("jawOpen", [0.5] * 30), ""))
    script = EmotionScript((beat(0.0, str(path)), beat(1.0, str(path))))
    (first,) = read_recordings(script).values()
    (again,) = read_recordings(script).values()
    assert again is first
    path.write_bytes(FORMATS["livelink"].write(posed("jawOpen", [0.25] * 31), ""))
    (changed,) = read_recordings(script).values()
    assert changed.weights.max() == 0.25


def test_a_file_that_is_not_there_is_refused():
    with pytest.raises(EmoteBotError, match="There is no file at"):
        read_recordings(EmotionScript((beat(0.0, "none.csv"),)))
    assert recorded_beats.read_recordings(EmotionScript((Beat(HAPPY, 0.0),))) == {}


def test_paths_start_where_their_script_lies(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scripts").mkdir()
    file = tmp_path / "scripts" / "scene.txt"
    file.write_text("")
    script = EmotionScript((beat(0.0), beat(1.0, "//b.csv"), beat(2.0, "/c.csv"), beat(3.0, "")))
    for source, folder in ((str(file), file.parent), ('recording "take.csv"', tmp_path)):
        paths = [each.recording for each in resolved(script, source).beats]
        assert paths == [str(folder / "take.csv"), "//b.csv", "/c.csv", ""]
