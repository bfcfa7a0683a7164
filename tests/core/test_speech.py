# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.speech import closure_envelope, soft_sum, speaking_envelope

UNIT = st.floats(0, 1, allow_subnormal=False)


def sum_of(base: float, added: float, low: float = 0.0, high: float = 1.0) -> float:
    ends = (np.array([number]) for number in (0.0, low, high))
    return float(soft_sum(np.array([[base]]), np.array([[added]]), *ends)[0, 0])


def speech(*stretches: tuple[int, bool]) -> np.ndarray:
    """Return a jaw that flaps by half on every other frame of a stretch, or rests."""
    frames = [spoken * 0.5 * (n % 2) for count, spoken in stretches for n in range(count)]
    return np.array(frames)[:, None]


class TestEnvelope:
    def test_a_mouth_that_rests_does_not_speak(self):
        assert not speaking_envelope(np.zeros((50, 3)), 24).any()

    def test_a_phrase_speaks_and_a_long_pause_does_not(self):
        envelope = speaking_envelope(speech((24, False), (24, True), (24, False)), 24)
        assert (envelope[26:46] == 1).all()
        assert (envelope[:18] == 0).all()
        assert (envelope[56:] == 0).all()

    @pytest.mark.parametrize(("gap", "silent"), [(4, False), (20, True)])
    def test_a_gap_within_a_word_is_no_pause(self, gap, silent):
        envelope = speaking_envelope(speech((24, True), (gap, False), (24, True)), 24)
        assert (envelope.min() < 0.01) == silent

    def test_a_vowel_that_is_held_is_no_pause(self):
        held = np.concatenate([np.zeros(12), np.full(36, 0.5), np.zeros(24)])[:, None]
        assert (speaking_envelope(held, 24)[12:48] == 1).all()

    def test_trembling_of_a_captured_face_is_no_speech(self):
        jitter = np.random.default_rng(0).uniform(-0.01, 0.01, (100, 3))
        assert not speaking_envelope(jitter, 24).any()

    @pytest.mark.parametrize("rate", [8.0, 24.0, 60.0, 240.0])
    def test_edges_are_smooth_and_take_a_fifth_of_a_second(self, rate):
        second = round(rate)
        envelope = speaking_envelope(speech((second, True), (2 * second, False)), rate)
        falling = np.flatnonzero((envelope > 0) & (envelope < 1))
        assert len(falling) <= 0.2 * rate + 1
        assert (np.diff(envelope[second // 2 :]) <= 1e-9).all()
        # a smoothstep is steepest in its middle, 1.5 times as steep as a straight line
        assert np.abs(np.diff(envelope)).max() <= min(1.5 / (0.2 * rate), 1) + 1e-9


def articulated(count: int = 96, **channels: dict[int, float]) -> np.ndarray:
    """Return weights of the channels between some frames of each, as straight lines."""
    spoken = np.zeros((count, len(CHANNELS)))
    for name, keys in channels.items():
        spoken[:, INDEX[name]] = np.interp(np.arange(count), *np.transpose(sorted(keys.items())))
    return spoken


VOWELS = {24: 0.0, 27: 0.4, 43: 0.4, 47: 0.3, 50: 0.0}
"""A jaw that opens from rest at frame 24, and is shut again from 50 on."""


class TestClosures:
    def test_vowels_between_pauses_close_nothing(self):
        assert not closure_envelope(articulated(jawOpen=VOWELS), 24).any()

    @pytest.mark.parametrize("rate", [24.0, 30.0, 60.0])
    def test_lips_that_meet_within_a_word_are_closed(self, rate):
        jaw = {**VOWELS, 32: 0.4, 35: 0.0, 36: 0.0, 39: 0.4}
        envelope = closure_envelope(articulated(jawOpen=jaw), rate)
        assert envelope[[35, 36]] == pytest.approx([1, 1])
        assert not envelope[:27].any()
        assert not envelope[44:].any()
        falling = envelope[36:45]
        assert (np.diff(falling) <= 0).all()
        assert falling[-1] == 0

    def test_a_jaw_whose_lips_are_closed_over_it_is_closed(self):
        jaw, lips = {24: 0.0, 28: 0.4, 60: 0.4, 64: 0.0}, {38: 0.0, 42: 0.4, 46: 0.0}
        envelope = closure_envelope(articulated(jawOpen=jaw, mouthClose=lips), 24)
        assert envelope[42] == 1
        assert envelope[[36, 48]] == pytest.approx([0, 0])

    def test_rounded_lips_are_open(self):
        jaw, funnel = {**VOWELS, 35: 0.0, 39: 0.4}, {30: 0.0, 35: 0.4, 40: 0.0}
        assert closure_envelope(articulated(jawOpen=jaw, mouthFunnel=funnel), 24)[35] == 0

    @pytest.mark.parametrize("how", [("mouthPressLeft",), ("mouthRollLower", "mouthRollUpper")])
    def test_a_word_that_begins_with_pressed_lips_begins_closed(self, how):
        pressed = {name: {16: 0.0, 20: 0.3, 24: 0.3, 27: 0.0} for name in how}
        envelope = closure_envelope(articulated(jawOpen=VOWELS, **pressed), 24)
        assert (envelope[20:25] == 1).all()
        assert envelope[[12, 30]] == pytest.approx([0, 0])


class TestSoftSum:
    def test_a_small_sum_is_a_sum(self):
        assert sum_of(0.4, 0.3) == pytest.approx(0.7)

    def test_two_that_are_too_much_stay_below_the_end(self):
        assert 0.9 < sum_of(0.7, 0.6) <= 1
        assert 0.85 < sum_of(0.5, 0.5) < 1

    @given(UNIT, UNIT)
    def test_it_stays_in_range_and_takes_nothing_away(self, base, added):
        total = sum_of(base, added)
        assert total <= 1 + 1e-9
        assert total >= max(base, added) - 1e-9

    @given(UNIT)
    def test_one_alone_comes_out_as_it_is(self, value):
        assert sum_of(value, 0.0) == pytest.approx(value, abs=1e-9)
        assert sum_of(0.0, value) == pytest.approx(value, abs=1e-9)

    @given(UNIT, UNIT, UNIT)
    def test_more_speech_is_a_wider_mouth(self, one, other, added):
        low, high = sorted((one, other))
        assert sum_of(low, added) <= sum_of(high, added) + 1e-9

    @given(st.floats(-1, 1), st.floats(-1, 1))
    def test_both_directions_are_alike(self, base, added):
        assert sum_of(base, added, -1.0) == pytest.approx(-sum_of(-base, -added, -1.0), abs=1e-9)

    def test_without_a_range_it_is_a_sum(self):
        assert sum_of(3.0, 4.0, -3.4e38, 3.4e38) == pytest.approx(7.0)
