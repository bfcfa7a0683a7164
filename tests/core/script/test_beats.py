# SPDX-License-Identifier: GPL-3.0-or-later
import math

import pytest

from emotebot_blender.core.emotions import NEUTRAL, Feeling
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.script.beats import LARGEST_TAKE, Beat, EmotionScript

FEELING = Feeling(NEUTRAL, 0.5)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("start", value) for value in (-0.001, math.nan, math.inf)),
        *(("hold", value) for value in (-1.0, math.nan, math.inf)),
        *(("transition", value) for value in (0.0, -1.0, math.nan, math.inf)),
        *(("take", value) for value in (-1, LARGEST_TAKE + 1)),
        *(("liveliness", value) for value in (-0.01, 1.01, math.nan, math.inf)),
        *(("words", value) for value in ("a\0b", "\ud800")),
    ],
)
def test_a_beat_refuses_what_it_cannot_be(field, value):
    with pytest.raises(EmoteBotError, match=field):
        Beat(FEELING, **{field: value})


def test_a_beat_may_have_no_hold_at_all_and_the_largest_take():
    beat = Beat(FEELING, hold=0.0, take=LARGEST_TAKE)
    assert beat.nominal_end == 0.5  # the natural transition alone


def test_the_timeline_allows_half_a_second_and_one_and_a_half():
    assert Beat(FEELING, start=3.0).nominal_end == 5.0
    assert Beat(FEELING, start=3.0, transition=0.25, hold=4.0).nominal_end == 7.25


def test_a_script_lasts_until_its_last_beat_is_played_out():
    script = EmotionScript((Beat(FEELING, 0.0, hold=60.0), Beat(FEELING, 2.0)))
    assert script.duration == 4.0


def test_a_script_may_be_empty():
    assert EmotionScript(()).duration == 0.0


@pytest.mark.parametrize("second", [1.0, 0.5])
def test_a_script_has_its_beats_in_order(second):
    with pytest.raises(EmoteBotError, match="one after the other"):
        EmotionScript((Beat(FEELING, 1.0), Beat(FEELING, second)))


def test_a_beat_may_begin_before_the_one_before_it_is_played_out():
    script = EmotionScript((Beat(FEELING, 0.0, hold=10.0), Beat(FEELING, 1.0)))
    assert len(script.beats) == 2
