# SPDX-License-Identifier: GPL-3.0-or-later
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotebot_blender.core.clip import Clip
from emotebot_blender.core.errors import EmoteBotError


def ramp(frames: int, fps: float = 10.0, start: float = 0.0) -> Clip:
    """Channel 3 rises by 0.1 a frame, all else rests."""
    weights = np.zeros((frames, 52), dtype=np.float32)
    weights[:, 3] = np.arange(frames) / 10
    return Clip(weights, fps, start)


def test_a_clip_knows_its_times():
    clip = ramp(6, start=2.0)
    assert len(clip) == 6
    assert clip.duration == 0.5
    assert clip.times().tolist() == pytest.approx([2.0, 2.1, 2.2, 2.3, 2.4, 2.5])


def test_a_clip_may_be_empty():
    clip = ramp(0)
    assert len(clip) == 0
    assert clip.duration == 0
    assert len(clip.resampled(24).weights) == 0


def test_twice_the_rate_puts_a_frame_in_the_middle():
    clip = ramp(4).resampled(20)
    assert clip.fps == 20
    assert clip.weights[:, 3] == pytest.approx([0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3])


def test_half_the_rate_leaves_every_other_frame():
    clip = ramp(6).resampled(5)
    assert clip.weights[:, 3] == pytest.approx([0, 0.2, 0.4])


def test_a_rate_that_does_not_fit_ends_within_the_clip():
    clip = ramp(4).resampled(8)  # 0.3 s: frames at 0, 0.125 and 0.25 s
    assert clip.weights[:, 3] == pytest.approx([0, 0.125, 0.25])
    assert clip.weights.dtype == np.float32


@given(st.integers(1, 40), st.sampled_from([12.0, 23.976, 24.0, 29.97, 60.0, 120.0]))
def test_resampling_keeps_length_start_and_line(frames, fps):
    clip = ramp(frames, start=1.5).resampled(fps)
    assert clip.start == 1.5
    assert 0 <= (frames - 1) / 10 - clip.duration < 1 / fps
    assert clip.weights[:, 3] == pytest.approx(np.arange(len(clip)) / fps, abs=1e-5)


def test_shares_are_resampled_with_the_weights():
    shares = np.zeros((4, 17), dtype=np.float32)
    shares[:, 2] = (0, 0.4, 0.8, 0.8)
    clip = Clip(ramp(4).weights, 10.0, shares=shares).resampled(20)
    assert clip.shares[:, 2] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 0.8, 0.8])
    assert clip.shares.dtype == np.float32
    assert not np.delete(clip.shares, 2, axis=1).any()


def test_weights_without_shares_are_of_no_emotion():
    assert ramp(3).shares.tolist() == [[0] * 16 + [1]] * 3
    assert ramp(0).shares.shape == (0, 17)


def test_many_frames_are_resampled_like_few():
    clip = ramp(200_000, fps=60.0).resampled(30.0)
    assert clip.weights[:, 3] == pytest.approx(np.arange(100_000) / 5)


@pytest.mark.parametrize("shape", [(3, 9), (2, 17), (51,)])
def test_shares_have_17_columns_and_a_row_a_frame(shape):
    with pytest.raises(EmoteBotError, match=r"shares have the shape \(3, 17\)"):
        Clip(ramp(3).weights, 24.0, shares=np.zeros(shape, dtype=np.float32))


@pytest.mark.parametrize("shape", [(52,), (3, 51), (2, 2, 52)])
def test_weights_have_52_columns(shape):
    with pytest.raises(EmoteBotError, match="shape"):
        Clip(np.zeros(shape, dtype=np.float32), 24.0)


@pytest.mark.parametrize("fps", [0.0, -24.0, math.nan, math.inf])
def test_a_rate_is_above_0(fps):
    with pytest.raises(EmoteBotError, match="Frames a second must be a number above 0"):
        ramp(3, fps=fps)
    with pytest.raises(EmoteBotError, match="Frames a second must be a number above 0"):
        ramp(3).resampled(fps)


def test_a_start_is_finite():
    with pytest.raises(EmoteBotError, match="finite time"):
        ramp(3, start=math.nan)


def test_turns_of_the_head_are_resampled_with_the_weights():
    weights = np.zeros((3, 52), dtype=np.float32)
    head = np.array([[0, 0, 0], [4, -2, 1], [8, -4, 2]], dtype=np.float32)
    resampled = Clip(weights, 10, head=head).resampled(20)
    np.testing.assert_allclose(resampled.head[1], [2, -1, 0.5])
    assert len(resampled.head) == len(resampled)


def test_a_clip_without_turns_of_the_head_has_none_at_any_rate():
    assert Clip(np.zeros((3, 52), dtype=np.float32), 10).resampled(20).head is None


@pytest.mark.parametrize("shape", [(2, 3), (3, 2)])
def test_turns_of_the_head_have_3_columns_and_a_row_a_frame(shape):
    weights = np.zeros((3, 52), dtype=np.float32)
    with pytest.raises(EmoteBotError, match="turns"):
        Clip(weights, 10, head=np.zeros(shape, dtype=np.float32))
