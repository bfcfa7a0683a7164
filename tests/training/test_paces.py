# SPDX-License-Identifier: GPL-3.0-or-later
"""The fit between the published times by action unit and by emotion."""

import math

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs torch")

from training import paces


def test_times_that_are_all_too_long_are_shortened_by_as_much() -> None:
    """Action unit 5 and surprise have nearly one median, .366 and .400 s."""
    deviations = np.random.default_rng(0).standard_normal(400)
    seconds = 1.5 * 0.383 * np.exp(0.45 * deviations)
    onsets = paces.Onsets(np.full(400, "surprise"), np.array([5]), seconds[:, None])
    shift = paces.fit(onsets)
    assert shift[0] + shift[1 + paces.PUBLISHED.index("surprise")] == pytest.approx(
        -math.log(1.5), abs=0.08
    )
    assert max(onsets.distances(np.zeros(len(shift))).values()) > 0.3


def test_with_the_paces_in_use_faces_come_near_all_published_times() -> None:
    onsets = paces.measure(100)
    distances = onsets.distances(np.zeros(len(onsets.units) + len(paces.PUBLISHED)))
    assert len(distances) > 20
    assert max(distances.values()) < 0.25  # 100 faces of a perfect law may be .14 away
