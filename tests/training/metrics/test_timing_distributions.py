# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from training.metrics import timing_distributions


def test_half_of_the_times_are_below_its_median_and_a_quarter_below_its_quartile() -> None:
    onset = timing_distributions.unit_onset_distributions()[1]
    assert onset.cumulative(np.array([0.270, 0.465, 0.655])) == pytest.approx(
        [0.25, 0.5, 0.75], abs=1e-4
    )


def test_a_distribution_is_no_distance_from_its_own_quantiles() -> None:
    onset = timing_distributions.TwoPieceLognormal(0.4, 0.48, 0.48)
    # The 5th to the 95th percentile of exp(.48 z) x .4, z from tables of the normal distribution.
    z = np.array(
        [-1.6449, -1.0364, -0.6745, -0.3853, -0.1257, 0.1257, 0.3853, 0.6745, 1.0364, 1.6449]
    )
    assert onset.distance(0.4 * np.exp(0.48 * z)) == pytest.approx(0.05, abs=1e-3)
    assert onset.distance(np.full(10, 0.4)) == pytest.approx(0.5)
