# SPDX-License-Identifier: GPL-3.0-or-later
"""Natural times of beats, and times in frames."""

import bpy
import pytest

from emotebot_blender.session.beat_times import natural_hold, natural_transition
from emotebot_blender.session.runtime import runtime


def test_a_start_in_frames_is_where_the_timeline_has_it(five) -> None:
    bpy.context.scene.render.fps = 30
    five.emotebot.frame_start = 101
    beat = five.emotebot.beats[1]
    assert beat.start_frame == pytest.approx(101 + 3 * 30)
    beat.start_frame = 116
    assert beat.start == pytest.approx(0.5)
    beat.start_frame = 50  # before the sequence
    assert beat.start == 0


def test_transition_and_hold_are_set_in_frames(five) -> None:
    beat = five.emotebot.beats[1]
    beat.transition_frames, beat.hold_frames = 6, 36
    assert (beat.transition, beat.hold) == pytest.approx((0.25, 1.5))
    assert (beat.transition_frames, beat.hold_frames) == pytest.approx((6, 36))


def test_before_a_performance_the_times_are_in_proportion_to_the_published_medians(face) -> None:
    face.emotebot.automatic = False  # nothing is performed
    for number, words in enumerate(("happy", "neutral", "disgusted")):
        bpy.ops.emotebot.beat_add(words=words, start=5.0 * number)
    happy, _, disgusted = face.emotebot.beats
    published = 433 / 333  # data/timing/emotions.csv: onset of happiness and of disgust
    assert natural_transition(happy) / natural_transition(disgusted) == pytest.approx(published)


def test_a_performed_transition_is_the_one_in_use(five) -> None:
    performed = natural_transition(five.emotebot.beats[1])
    runtime().performers.clear()
    median = natural_transition(five.emotebot.beats[1])
    assert performed != median
    assert performed == pytest.approx(median, rel=1.0)


def test_a_beat_stays_until_the_next_one_sets_out(five) -> None:
    beat = five.emotebot.beats[1]
    beat.has_transition, beat.transition = True, 0.5
    assert natural_hold(beat) == pytest.approx(2.5)
    assert natural_hold(five.emotebot.beats[4]) == 1.5


def test_unknown_words_have_the_time_that_the_timeline_allows(five) -> None:
    five.emotebot.beats[1].words = "hapy"
    assert natural_transition(five.emotebot.beats[1]) == 0.5
