# SPDX-License-Identifier: GPL-3.0-or-later
"""How movements are measured, on curves worked by hand."""

import math

import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX
from training.metrics import movement_metrics

FACE = len(CHANNELS)
BROW, LID, SMILE = INDEX["browInnerUp"], INDEX["eyeWideLeft"], INDEX["mouthSmileLeft"]


def minimum_jerk(share: np.ndarray) -> np.ndarray:
    share = np.clip(share, 0, 1)
    return share**3 * (10 - 15 * share + 6 * share**2)


def path_of(curves: dict[int, np.ndarray]) -> np.ndarray:
    steps = len(next(iter(curves.values())))
    path = np.zeros((steps, FACE))
    for channel, curve in curves.items():
        path[:, channel] = curve
    return path


def test_a_straight_line_of_a_second_is_seen_for_nine_tenths_of_it() -> None:
    path = path_of({SMILE: 0.5 * np.linspace(0, 1, 61)})
    assert movement_metrics.unit_onsets(path) == {12: pytest.approx(0.9)}
    assert movement_metrics.unit_offsets(path) == {}


def test_what_falls_has_an_offset() -> None:
    path = path_of({SMILE: 0.5 - 0.5 * np.linspace(0, 1, 61)})
    assert movement_metrics.unit_offsets(path) == {12: pytest.approx(0.9)}


def test_a_face_takes_the_time_of_its_middle_unit() -> None:
    assert movement_metrics.face_seconds({1: 0.3, 4: 0.4, 12: 0.9}) == 0.4
    assert math.isnan(movement_metrics.face_seconds({}))


def test_hardly_visible_movements_blinks_and_glances_are_not_timed() -> None:
    line = np.linspace(0, 1, 61)
    path = path_of({SMILE: 0.04 * line, INDEX["eyeBlinkLeft"]: line, INDEX["eyeLookUpLeft"]: line})
    assert movement_metrics.unit_onsets(path) == {}


def test_a_level_between_two_steps_is_crossed_between_them() -> None:
    share = np.array([[0.0], [0.2], [0.6], [1.0]])
    assert movement_metrics.crossing(share, 0.5, rate=10)[0] == pytest.approx(0.175)
    assert math.isnan(movement_metrics.crossing(share * 0.4, 0.5, rate=10)[0])


@pytest.mark.parametrize("seconds", [0.4, 1.0])
def test_a_minimum_jerk_has_its_known_peak_speed_whatever_its_window(seconds: float) -> None:
    curve = minimum_jerk((np.arange(2401) / 1200 - 0.3) / seconds)
    ratio = movement_metrics.peak_ratios(path_of({SMILE: 0.7 * curve}), rate=1200)
    assert ratio == pytest.approx([1.875], abs=0.01)  # Flash & Hogan 1985


def test_the_lead_is_the_time_between_first_visible_changes() -> None:
    time = np.arange(121) / 60
    curves = {LID: 0.5 * minimum_jerk(time), BROW: 0.5 * minimum_jerk(time - 0.15)}
    assert movement_metrics.lead(path_of(curves), 5, (1, 2)) == pytest.approx(0.15, abs=0.005)


def test_arrival_is_when_two_percent_are_left() -> None:
    path = path_of({SMILE: np.minimum(np.linspace(0, 2, 121), 1.0)})
    target = np.zeros(FACE)
    target[SMILE] = 1.0
    assert movement_metrics.arrival(path, target) == pytest.approx(0.98)


def test_a_jolt_is_the_largest_change_of_speed() -> None:
    path = path_of({SMILE: np.array([0.0, 0.0, 0.1, 0.2, 0.2])})
    assert movement_metrics.velocity_jump(path) == pytest.approx(6.0)


def test_intensities_are_those_of_spontaneous_units() -> None:
    random = np.random.default_rng(0)
    drawn = np.array([movement_metrics.draw_intensity(random) for _ in range(4000)])
    shares = np.histogram(drawn, bins=5, range=(0, 1))[0] / len(drawn)
    np.testing.assert_allclose(shares, [0.10, 0.46, 0.27, 0.14, 0.03], atol=0.03)


def ease(share: np.ndarray) -> np.ndarray:
    """Return a Bezier ease whose handles lie level."""
    return share * share * (3 - 2 * share)


def test_sparc_of_one_minimum_jerk_at_30_frames() -> None:
    speed = np.gradient(minimum_jerk(np.linspace(0, 1, 31)), 1 / 30)
    assert movement_metrics.sparc(speed, 30) == pytest.approx(-1.40, abs=0.03)  # science notes


def test_sparc_of_two_moves_is_further_from_smooth() -> None:
    one = np.gradient(minimum_jerk(np.linspace(0, 1, 31)))
    two = movement_metrics.sparc(np.concatenate([one, one]), 30)
    assert two < movement_metrics.sparc(one, 30) - 0.5


@pytest.mark.parametrize(("curve", "ratio"), [(minimum_jerk, 1.875), (ease, 1.5)])
def test_peak_speeds_of_known_curves(curve, ratio: float) -> None:
    path = curve(np.linspace(0, 1, 601))
    assert movement_metrics.peak_ratio(path, 600, 1.0) == pytest.approx(ratio, abs=0.002)
