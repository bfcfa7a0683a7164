# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a keyed feeling stays: for ever by itself, for a while over a layer that plays on."""

import pytest
from keying import DENSE, clip_of, keyed_weights, strip_of, values_at

from emotebot_blender.animation.feeling_times import FeelingTimes, feeling_times, fit_feelings
from emotebot_blender.animation.keyed_feelings import write_keyed_feeling
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.layers import clear_layer
from emotebot_blender.core.channels import INDEX

RATE = 24.0
BELOW = [0.125] * 200
"""What the layer below shows."""


@pytest.fixture
def feel(face, empty_scene):
    """Return a function that keys a feeling which goes away in half a second."""

    def feel(start: float, values: list[float], starts=(), release: float = 0.5):
        clip = clip_of(jawOpen=values)
        return write_keyed_feeling(
            face, clip, empty_scene, start, "Feeling", DENSE, ["jawOpen"], release, starts
        )

    return feel


@pytest.fixture
def play(face, empty_scene):
    """Return a function that writes a layer below."""

    def play(values=BELOW):
        write_layer(face, clip_of(jawOpen=values), empty_scene, 1, "A", DENSE)
        fit_feelings(face, RATE)

    return play


def test_over_a_layer_it_stays_a_second_and_a_half_and_goes_away(face, head, feel, play):
    play()
    feel(11, [0.125, 0.5, 1.0])
    assert feeling_times(face) == (FeelingTimes(11, 13, 49, 61),)
    assert values_at(head, "jawOpen", (11, 13, 30, 49, 55, 61, 100)) == [
        0.125, 1, 1, 1, 0.5625, 0.125, 0.125,
    ]  # fmt: skip


def test_a_layer_that_comes_later_plays_on_as_well(face, head, feel, play):
    feel(11, [0.0, 0.5, 1.0])
    assert values_at(head, "jawOpen", (13, 150)) == [1, 1]
    play()
    assert feeling_times(face) == (FeelingTimes(11, 13, 49, 61),)
    assert values_at(head, "jawOpen", (11, 13, 49, 61, 150)) == [0.125, 1, 1, 0.125, 0.125]


def test_it_stays_again_once_the_layer_has_gone(face, head, feel, play):
    play()
    feel(11, [0.125, 1.0])
    clear_layer(face)
    fit_feelings(face, RATE)
    assert values_at(head, "jawOpen", (12, 150)) == [1, 1]


def test_it_goes_away_as_the_next_beat_sets_out(face, feel, play):
    play()
    feel(11, [0.125, 1.0], starts=[1, 12, 25, 40])
    assert feeling_times(face) == (FeelingTimes(11, 12, 25, 37),)


def test_it_stays_until_a_feeling_that_goes_on_from_it(face, head, feel, play):
    play()
    feel(11, [0.125, 1.0])
    feel(31, [1.0, 0.5])
    assert feeling_times(face) == (FeelingTimes(11, 12, 31, 31), FeelingTimes(31, 32, 68, 80))
    assert values_at(head, "jawOpen", (12, 30, 31, 32, 68, 80)) == [1, 1, 1, 0.5, 0.5, 0.125]
    assert len(head.data.shape_keys.animation_data.nla_tracks) == 2


def test_it_has_gone_before_a_feeling_that_does_not(face, head, feel, play):
    play()
    feel(41, [0.125, 0.5])
    feel(11, [0.125, 1.0])
    assert feeling_times(face)[0] == FeelingTimes(11, 12, 29, 41)
    assert values_at(head, "jawOpen", (29, 35, 41, 42)) == [1, 0.5625, 0.125, 0.5]


def test_what_is_held_while_it_goes_away_is_known(face, feel, play):
    play()
    feel(11, [0.125, 1.0])
    shown = [keyed_weights(face, frame)[INDEX["jawOpen"]] for frame in (12, 54, 100)]
    assert shown == pytest.approx([1, 0.5625, 0.125])


def test_a_strip_that_was_trimmed_by_hand_stays_so(face, head, feel, play):
    feel(11, [0.0, 1.0])
    strip_of(head).frame_end = 20
    play()
    assert strip_of(head, track=1).frame_end == 20


def test_a_strip_that_was_moved_by_hand_goes_on_from_there(face, head, feel, play):
    feel(11, [0.0, 1.0])
    strip = strip_of(head)
    strip.frame_start_raw, strip.frame_end_raw = 51, 52
    play()
    assert feeling_times(face) == (FeelingTimes(51, 52, 88, 100),)


def test_a_locked_track_stays_as_it_is(face, head, feel, play):
    feel(11, [0.0, 1.0])
    head.data.shape_keys.animation_data.nla_tracks[0].lock = True
    play()
    strip = strip_of(head, track=1)
    assert (strip.frame_end, strip.extrapolation) == (12, "HOLD_FORWARD")
