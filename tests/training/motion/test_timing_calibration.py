# SPDX-License-Identifier: GPL-3.0-or-later
"""The fit between the published times by action unit and by emotion."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs torch")

from training.motion import timing_calibration


def test_times_that_are_all_too_long_are_shortened_by_as_much() -> None:
    """Action unit 5 and surprise have nearly one median, .366 and .400 s."""
    deviations = np.random.default_rng(0).standard_normal((2, 400))
    onset = 1.5 * 0.383 * np.exp(0.45 * deviations[0])
    release = 0.5 * 0.533 * np.exp(0.48 * deviations[1])
    seconds = timing_calibration.FaceTimes(
        np.full(400, "surprise"), np.array([5]), onset[:, None], release
    )
    teacher, _ = timing_calibration.fit_teacher(replace(seconds, release=np.full(400, np.nan)))
    assert teacher["AU5"] * teacher["surprise"] == pytest.approx(1 / 1.5, rel=0.1)
    performed, then = timing_calibration.fit_performances(seconds)
    assert performed["surprise onset"] == pytest.approx(1 / 1.5, rel=0.1)
    assert performed["surprise offset"] == pytest.approx(2, rel=0.15)
    assert performed["fear onset"] == 1
    assert max(then.values()) < 0.12


def test_with_the_factors_in_use_faces_come_near_all_published_times() -> None:
    seconds = timing_calibration.measure_teacher(200)
    rows = len(seconds.emotion)
    distances = seconds.distances(np.ones((rows, 1)), np.ones(rows))
    assert len(distances) > 20
    assert max(distances.values()) < 0.25  # 200 faces of a perfect law may be .1 away
