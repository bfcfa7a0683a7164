# SPDX-License-Identifier: GPL-3.0-or-later
"""Published distributions of the times that faces take, which movements are held against."""

import math
from dataclasses import dataclass

import numpy as np

from emotebot_blender.core.performance import transition_times

TOTAL_SIGMA = 0.43
"""Deviation of the logarithm of a whole expression's seconds: ln(2,477 / 600) / (2 × 1.645), from
the percentiles 5 and 95 of CAS(ME)², 600 and 2,477 ms."""


@dataclass(frozen=True)
class TwoPieceLognormal:
    """A log-normal distribution with another deviation on either side of its median.

    Attributes:
        median: seconds.
        quick: deviation of the logarithm below the median.
        slow: deviation of the logarithm above the median.
    """

    median: float
    quick: float
    slow: float

    def cumulative(self, seconds: np.ndarray) -> np.ndarray:
        """Return the cumulative distribution at seconds, shape (n,) to (n,)."""
        logarithm = np.log(np.maximum(seconds, 1e-9) / self.median)
        deviations = logarithm / np.where(logarithm < 0, self.quick, self.slow)
        return np.array([0.5 * (1 + math.erf(z / math.sqrt(2))) for z in deviations])

    def distance(self, seconds: np.ndarray) -> float:
        """Return the Kolmogorov-Smirnov distance of measured seconds, shape (n,), from this."""
        ordered = np.sort(seconds)
        expected, ranks = self.cumulative(ordered), np.arange(len(ordered) + 1) / len(ordered)
        return float(max((expected - ranks[:-1]).max(), (ranks[1:] - expected).max()))


def unit_onset_distributions() -> dict[int, TwoPieceLognormal]:
    """Return action unit to the distribution of its onset; see ``transition_times.unit_times``."""
    times = transition_times.unit_times()
    return {
        int(unit): TwoPieceLognormal(
            float(times.median[first]), float(times.quick[first]), times.slow[first]
        )
        for unit, first in zip(*np.unique(times.unit, return_index=True), strict=True)
    }


def emotion_distributions() -> dict[str, dict[str, TwoPieceLognormal]]:
    """Return emotion to the distributions of its "onset", "offset" and "total"."""
    distributions = {}
    for name, onset in transition_times.ONSET_SECONDS.items():
        offset = transition_times.RELEASE_SECONDS[name]
        distributions[name] = {
            "onset": TwoPieceLognormal(
                onset, transition_times.ONSET_SIGMA, transition_times.ONSET_SIGMA
            ),
            "offset": TwoPieceLognormal(
                offset, transition_times.ONSET_SIGMA, transition_times.ONSET_SIGMA
            ),
            "total": TwoPieceLognormal(onset + offset, TOTAL_SIGMA, TOTAL_SIGMA),
        }
    return distributions
