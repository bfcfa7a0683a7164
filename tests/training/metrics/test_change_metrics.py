# SPDX-License-Identifier: GPL-3.0-or-later
"""How changes are measured, on ways worked by hand."""

import math

import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX
from training.metrics import change_metrics

SMILE, BROW = INDEX["mouthSmileLeft"], INDEX["browInnerUp"]


def change_of(curves: dict[int, np.ndarray]) -> np.ndarray:
    path = np.zeros((len(next(iter(curves.values()))), len(CHANNELS)))
    for channel, curve in curves.items():
        path[:, channel] = curve
    return path


def ramp(begin: float, end: float, seconds: float = 3, rate: float = 60) -> np.ndarray:
    time = np.arange(round(seconds * rate) + 1) / rate
    return np.clip((time - begin) / (end - begin), 0, 1)


def test_the_clock_starts_at_the_first_channel_that_is_seen() -> None:
    path = change_of({BROW: 0.6 * ramp(0.5, 1.5), SMILE: 0.5 - 0.5 * ramp(0.2, 1.2)})
    assert change_metrics.first_seen(path) == pytest.approx(0.25)
    assert math.isnan(change_metrics.first_seen(np.zeros((10, len(CHANNELS)))))


def test_a_unit_is_there_at_nine_tenths() -> None:
    path = change_of({BROW: 0.6 * ramp(0.5, 1.5), SMILE: 0.5 - 0.5 * ramp(0.2, 1.2)})
    assert change_metrics.landing_seconds(path) == {1: pytest.approx(0.5 + 0.9 - 0.25)}


def test_a_face_changes_until_nearly_all_of_it_is_done() -> None:
    steps = change_metrics.changing_steps(change_of({BROW: 0.6 * ramp(0, 2)}))
    assert (steps.start, steps.stop) == (6, 114)  # .1 s and 1.9 s


def test_what_overshoots_is_there_when_it_first_passes() -> None:
    curve = 0.5 * np.interp(np.arange(181), [0, 30, 60, 180], [0, 1.1, 1, 1])
    path = change_of({BROW: curve})
    first, landed = (30 / 1.1 * share / 60 for share in (0.05, 0.9))
    assert change_metrics.landing_seconds(path)[1] == pytest.approx(landed - first)
