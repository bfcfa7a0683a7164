# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a face takes from one feeling to the next when nobody says so.

Medians are of hand-coded spontaneous expressions (CAS(ME)², 299 events, and SAMM Long Videos,
339 events): the time from onset to apex by emotion, its spread, and how much longer the way back
takes. Contempt has no row of its own there; it takes the time of its action unit, AU14.
"""

import math

import numpy as np

from .emotions import EMOTIONS, Feeling

ONSET_SECONDS: dict[str, float] = {
    "happiness": 0.433,
    "sadness": 0.367,
    "surprise": 0.400,
    "anger": 0.367,
    "fear": 0.400,
    "disgust": 0.333,
    "contempt": 0.488,
}
"""Median seconds from onset to apex."""

ONSET_SIGMA = 0.48
"""Spread of the natural logarithm of an onset's duration, which is normal (CAS(ME)²)."""

RELEASE_RATIO = 1.49
"""Median duration of an offset over that of an onset: 1.71 and 1.29, weighted by events."""

_FURTHEST = 1.645  # standard deviations: no draw is beyond the 5th or 95th percentile
_REACH = 0.2  # the largest movement takes a fifth longer than the smallest


def natural_transition(
    feeling_from: Feeling, feeling_to: Feeling, generator: np.random.Generator
) -> float:
    """Return how many seconds the face takes from one feeling to another, one draw.

    Onsets are log-normal around the published median of the emotion that arrives, releases
    ``RELEASE_RATIO`` times slower than the onset of the emotion that leaves; where both happen,
    the time lies between them in proportion. A larger movement takes slightly longer.

    Args:
        feeling_from: what the face shows.
        feeling_to: what it sets out for.
        generator: source of chance, advanced by one draw.
    """
    median = median_transition(feeling_from, feeling_to)
    deviation = min(max(float(generator.standard_normal()), -_FURTHEST), _FURTHEST)
    return median * math.exp(ONSET_SIGMA * deviation)


def median_transition(feeling_from: Feeling, feeling_to: Feeling) -> float:
    """Return the median of ``natural_transition`` in seconds."""
    before, after = _amounts(feeling_from), _amounts(feeling_to)
    rises = {name: max(after[name] - before[name], 0.0) for name in ONSET_SECONDS}
    falls = {name: max(before[name] - after[name], 0.0) for name in ONSET_SECONDS}
    rise, fall = sum(rises.values()), sum(falls.values())
    if rise + fall == 0:  # the same feeling in another take
        rises = after if any(after.values()) else dict.fromkeys(ONSET_SECONDS, 1.0)
        rise = sum(rises.values())
    logarithm = sum(
        rises[name] * math.log(onset) + falls[name] * math.log(onset * RELEASE_RATIO)
        for name, onset in ONSET_SECONDS.items()
    ) / (rise + fall)
    reach = 1 + _REACH * (max(rise, fall) - 0.5)
    return math.exp(logarithm) * reach


def _amounts(feeling: Feeling) -> dict[str, float]:
    """Return emotion name to share times intensity, without the neutral share."""
    shares = dict(zip(EMOTIONS, feeling.mixture.shares, strict=True))
    return {name: shares[name] * feeling.intensity for name in ONSET_SECONDS}
