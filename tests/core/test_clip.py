# SPDX-License-Identifier: GPL-3.0-or-later
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.clip import Clip
from emotebot_blender.core.errors import EmoteBotError


def ramp(frames: int, fps: float = 10.0, start: float = 0.0) -> Clip:
    """Channel 3 rises by 0.1 a frame, all else rests."""
    weights = np.zeros((frames, 52), dtype=np.float32)
    weights[:, 3] = np.arange(frames) / 10
    return Clip(weights, fps, start)


def random_clip(seed: int, frames: int = 5) -> Clip:
    weights = np.random.default_rng(seed).random((frames, 52), dtype=np.float32)
    return Clip(weights, 24.0)


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


def test_masking_keeps_the_named_channels_alone():
    clip = random_clip(1)
    masked = clip.masked(["jawOpen", "browInnerUp"])
    kept = [INDEX["jawOpen"], INDEX["browInnerUp"]]
    assert (masked.weights[:, kept] == clip.weights[:, kept]).all()
    assert not np.delete(masked.weights, kept, axis=1).any()


def test_masking_with_an_unknown_channel_is_an_error():
    with pytest.raises(EmoteBotError, match="“jawOpened” is not one of the 52 channels"):
        random_clip(1).masked(["jawOpened"])


def test_a_mirror_exchanges_the_sides():
    clip = random_clip(2)
    mirrored = clip.mirrored().weights
    for name, other in (("mouthSmileLeft", "mouthSmileRight"), ("jawOpen", "jawOpen")):
        assert (mirrored[:, INDEX[name]] == clip.weights[:, INDEX[other]]).all()
        assert (mirrored[:, INDEX[other]] == clip.weights[:, INDEX[name]]).all()


@given(st.integers(0, 2**31))
def test_mirroring_twice_changes_nothing(seed):
    clip = random_clip(seed)
    assert (clip.mirrored().mirrored().weights == clip.weights).all()


def test_blending_goes_from_one_clip_to_the_other():
    clip, other = random_clip(3), random_clip(4)
    assert (clip.blended(other, 0).weights == clip.weights).all()
    assert (clip.blended(other, 1).weights == other.weights).all()
    quarter = 0.75 * clip.weights + 0.25 * other.weights
    assert clip.blended(other, 0.25).weights == pytest.approx(quarter, abs=1e-6)


@pytest.mark.parametrize("share", [-0.1, 1.1, math.nan])
def test_a_share_is_from_0_to_1(share):
    with pytest.raises(EmoteBotError, match="share is a number from 0 to 1"):
        random_clip(3).blended(random_clip(4), share)


@pytest.mark.parametrize("other", [ramp(4), ramp(5, fps=24.0)])
def test_only_clips_alike_are_blended(other):
    with pytest.raises(EmoteBotError, match="same rate and length"):
        ramp(5).blended(other, 0.5)


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
