# SPDX-License-Identifier: GPL-3.0-or-later
"""How holds are measured, on signals whose figures are known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from emotebot_blender.core.channels import CHANNELS, INDEX
from training.metrics import hold_metrics

RATE = 60.0
SMILE, BROW = INDEX["mouthSmileLeft"], INDEX["browDownLeft"]
BLINK, WIDE = INDEX["eyeBlinkLeft"], INDEX["eyeWideLeft"]


def hold_of(*columns: tuple[int, np.ndarray]) -> np.ndarray:
    hold = np.zeros((len(columns[0][1]), len(CHANNELS)))
    for channel, column in columns:
        hold[:, channel] = column
    return hold


def smile_figures(column: np.ndarray, rate: float = RATE) -> dict[str, float]:
    hold = hold_of((SMILE, column))
    return {key: float(f(hold, rate)[SMILE]) for key, f in hold_metrics.METRICS.items()}


def sine(frequency: float, rate: float = RATE, seconds: float = 120) -> np.ndarray:
    time = np.arange(round(seconds * rate)) / rate
    return 0.3 + 0.1 * np.sin(2 * math.pi * frequency * time)


def bouts(dwell: float, seconds: float = 120) -> np.ndarray:
    """Return .4 and .2 by turns, each for a time, without a way between them."""
    frames = np.arange(round(seconds * RATE))
    return np.where(frames // round(dwell * RATE) % 2 == 0, 0.4, 0.2)


@pytest.mark.parametrize(("rate", "frames"), [(24.0, 13), (60.0, 31)])
@pytest.mark.parametrize("frequency", [0.25, 0.5, 1.0])
def test_a_sine_has_the_figures_of_a_sine(frequency: float, rate: float, frames: int) -> None:
    found = smile_figures(sine(frequency, rate), rate)
    assert found["hold_spread"] == pytest.approx(0.1 / math.sqrt(2) / 0.3, rel=0.01)
    assert found["hold_half_life"] == pytest.approx(1 / (6 * frequency), rel=0.01)  # cos 60° = ½
    left = 0.1 / math.sqrt(2) * (1 - np.sinc(frames / rate * frequency))  # half a second's frames
    assert found["hold_fast"] == pytest.approx(left, rel=0.02)


@pytest.mark.parametrize("frequency", [2.0, 6.0, 12.0])
def test_what_is_quicker_than_2_hz_is_left_whole(frequency: float) -> None:
    fast = smile_figures(sine(frequency))["hold_fast"]
    assert fast == pytest.approx(0.1 / math.sqrt(2), rel=0.05)


@pytest.mark.parametrize("frequency", [0.1, 0.2, 0.5])
def test_a_sine_rests_where_its_cosine_is_small(frequency: float) -> None:
    peak = 0.1 * 2 * math.pi * frequency
    slow = 2 / math.pi * math.asin(min(hold_metrics.SLOW / peak, 1))
    assert smile_figures(sine(frequency))["hold_still"] == pytest.approx(slow, abs=0.02)


@pytest.mark.parametrize("half_life", [0.5, 1.3, 2.0])
def test_an_autoregressive_walk_has_its_half_life(half_life: float) -> None:
    kept = 0.5 ** (1 / (half_life * RATE))
    shocks = np.random.default_rng(1).normal(size=round(3600 * RATE))
    walk = np.empty_like(shocks)
    walk[0] = shocks[0]
    for frame in range(1, len(walk)):
        walk[frame] = kept * walk[frame - 1] + math.sqrt(1 - kept**2) * shocks[frame]
    found = smile_figures(1.0 + 0.1 * walk)
    assert found["hold_half_life"] == pytest.approx(half_life, rel=0.15)
    assert found["hold_spread"] == pytest.approx(0.1, rel=0.1)


@pytest.mark.parametrize("dwell", [1.0, 2.0, 4.0])
def test_square_bouts_rest_but_for_their_jumps(dwell: float) -> None:
    found = smile_figures(bouts(dwell))
    assert found["hold_spread"] == pytest.approx(1 / 3, rel=0.02)
    assert found["hold_half_life"] == pytest.approx(dwell / 4, rel=0.05)  # a triangle, 1 − 2 t / d
    assert found["hold_still"] == pytest.approx(1 - hold_metrics.SPEED_SECONDS / dwell, abs=0.01)


def test_white_noise_forgets_at_once_and_is_all_above_2_hz() -> None:
    found = smile_figures(0.3 + 0.05 * np.random.default_rng(2).normal(size=7200))
    assert found["hold_half_life"] == pytest.approx(0.5 / RATE, rel=0.05)
    assert found["hold_fast"] == pytest.approx(0.05 * math.sqrt(1 - 1 / 31), rel=0.03)
    speed = 0.05 * math.sqrt(2) / hold_metrics.SPEED_SECONDS
    slow = math.erf(hold_metrics.SLOW / speed / math.sqrt(2))
    assert found["hold_still"] == pytest.approx(slow, abs=0.02)


def test_what_stands_still_never_falls_to_half() -> None:
    found = smile_figures(np.full(1800, 0.3))
    assert found == {
        "hold_spread": pytest.approx(0.0, abs=1e-12),
        "hold_half_life": math.inf,
        "hold_still": 1.0,
        "hold_fast": pytest.approx(0.0, abs=1e-12),
    }


def test_what_a_spring_leaves_undone_is_no_movement() -> None:
    approach = 0.3 - 0.001 * np.exp(-np.arange(1800) / 60)
    assert smile_figures(approach)["hold_half_life"] == math.inf


def test_a_moving_channel_does_not_set_another_going() -> None:
    hold = hold_of((SMILE, sine(0.5)), (BROW, np.full(7200, 0.3)))
    half_lives = hold_metrics.autocorrelation_half_life(hold, RATE)
    assert half_lives[SMILE] == pytest.approx(1 / 3, rel=0.01)
    assert half_lives[BROW] == math.inf


def test_faint_channels_blinks_and_gaze_do_not_count() -> None:
    wave = sine(0.5)
    names = ("mouthSmileLeft", "eyeBlinkLeft", "eyeLookUpLeft", "mouthFrownLeft")
    hold = hold_of(*((INDEX[name], wave) for name in names))
    hold[:, INDEX["mouthFrownLeft"]] *= 0.09  # a mean of .027
    for metric in hold_metrics.METRICS.values():
        counted = np.flatnonzero(~np.isnan(metric(hold, RATE)))
        assert counted.tolist() == [SMILE]


def test_a_face_at_rest_has_no_figures() -> None:
    for metric in hold_metrics.METRICS.values():
        assert np.isnan(metric(np.zeros((1800, len(CHANNELS))), RATE)).all()


@pytest.mark.parametrize("metric", hold_metrics.METRICS.values())
def test_a_short_hold_is_refused(metric: hold_metrics.HoldMetric) -> None:
    with pytest.raises(ValueError, match=r"9\.98 s is too short: 10 s"):
        metric(np.full((599, len(CHANNELS)), 0.3), RATE)
    assert not np.isnan(metric(np.full((600, len(CHANNELS)), 0.3), RATE)[SMILE])


def test_lids_go_straight_across_a_blink() -> None:
    frames = np.arange(1800)
    closure = np.interp(np.abs(frames - 900), [0, 6], [1, 0])
    level = 0.4 + 1e-4 * frames
    hold = hold_of((BLINK, 0.05 + 0.95 * closure), (WIDE, level * np.maximum(1 - 3 * closure, 0)))
    opened = hold_metrics.without_blinks(hold, RATE)
    np.testing.assert_allclose(opened[:, WIDE], level, atol=1e-9)
    np.testing.assert_array_equal(opened[:, BLINK], hold[:, BLINK])
    assert hold[900, WIDE] == 0  # the argument is left as it is


def test_lids_keep_their_own_waves_without_a_blink() -> None:
    hold = hold_of((BLINK, np.full(7200, 0.1)), (WIDE, sine(0.5)))
    np.testing.assert_array_equal(hold_metrics.without_blinks(hold, RATE), hold)


def surges() -> np.ndarray:
    """Return three minutes that come up now and then, rest there, and sink back, with a tremble."""
    random = np.random.default_rng(3)
    time = np.arange(round(180 * RATE)) / RATE
    level, begin, turns, levels = 0.12, 0.0, [0.0], [0.12]
    while begin < time[-1]:
        level = random.uniform(0.2, 0.45) if level < 0.2 else random.uniform(0.05, 0.15)
        rest, way = random.uniform(0.6, 2.4), random.uniform(0.5, 1.2)
        turns += [begin + rest, begin + rest + way]
        levels += [levels[-1], level]
        begin = turns[-1]
    tremble = np.convolve(random.normal(size=len(time)), np.ones(6) / 6, mode="same")
    return np.interp(time, turns, levels) + 0.003 * tremble


def test_surges_with_rests_between_lie_in_every_range_of_the_recordings() -> None:
    found = smile_figures(surges())
    for key, recorded in hold_metrics.RECORDED.items():
        assert recorded.least <= found[key] <= recorded.most, key


@given(seed=st.integers(0, 2**32 - 1), roughness=st.floats(0.01, 0.99), gain=st.floats(0.5, 2))
def test_a_gain_changes_weights_alone_and_time_may_run_backwards(
    seed: int, roughness: float, gain: float
) -> None:
    shocks = np.random.default_rng(seed).normal(size=900)
    wave = np.convolve(shocks, roughness ** np.arange(100), mode="valid")
    column = 0.3 + 0.05 * wave / wave.std()
    found, scaled = smile_figures(column), smile_figures(gain * column)
    for key in ("hold_spread", "hold_half_life"):
        assert scaled[key] == pytest.approx(found[key], rel=1e-6)
    assert scaled["hold_fast"] == pytest.approx(gain * found["hold_fast"], rel=1e-6)
    assert (scaled["hold_still"] - found["hold_still"]) * (gain - 1) <= 0
    backwards = smile_figures(column[::-1])
    for key, value in found.items():
        assert backwards[key] == pytest.approx(value, rel=1e-6, abs=1e-9), key


@given(column=arrays.arrays(np.float64, 600, elements=st.floats(0.04, 1.0)))
def test_every_hold_has_figures_that_can_be(column: np.ndarray) -> None:
    found = smile_figures(column)
    assert found["hold_spread"] >= 0
    assert 0 <= found["hold_still"] <= 1
    assert 0 <= found["hold_fast"] <= 1
    moving = column.std() >= hold_metrics.MOVING
    assert (0 < found["hold_half_life"] <= 10) if moving else found["hold_half_life"] == math.inf
