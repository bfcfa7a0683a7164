# SPDX-License-Identifier: GPL-3.0-or-later
"""When a mouth speaks, and how an expression is added to what it says; numpy alone."""

import numpy as np
from numpy.typing import NDArray

PAUSE = 0.25
"""Seconds of stillness that make a pause; what is shorter belongs to articulation.

Goldman-Eisler, Psycholinguistics: experiments in spontaneous speech (1968), draws the line there.
"""

EDGE = 0.2
"""Seconds in which an expression comes and goes at the edges of a pause: a syllable's mean length.

Greenberg, Speaking in shorthand, Speech Communication 29 (1999).
"""

_STILL = 0.05
"""A weight that changes by no more within ``PAUSE`` rests: captured faces tremble by some .01."""

_AT_REST = 0.1
"""A weight further than this from rest speaks, however still it is: a vowel that is held."""

_BEND = 0.25
"""Sums bend towards the end of a range within at most this share of it."""


def speaking_envelope(spoken: NDArray[np.floating], rate: float) -> NDArray[np.float64]:
    """Return how much a mouth speaks on each frame, float64 (frames,): 1 in phrases, 0 in pauses.

    It falls from 1 within ``EDGE`` after the beginning of a pause, and is back at 1 at its end.

    Args:
        spoken: weights that speech alone moves, shape (frames, channels), at rest at 0.
        rate: frames a second.
    """
    count = len(spoken)
    window = max(round(PAUSE * rate), 1) + 1
    around = np.pad(spoken, ((window, window), (0, 0)), mode="edge")
    views = np.lib.stride_tricks.sliding_window_view(around, window, axis=0)
    still = (np.ptp(views, axis=2) <= _STILL) & (np.abs(views).max(axis=2) <= _AT_REST)
    pauses = np.convolve(still.all(axis=1), np.ones(window)) > 0.5
    speaking = np.flatnonzero(~pauses)
    if len(speaking) == 0:
        return np.zeros(count)
    frames = np.arange(window, window + count)
    after = np.minimum(np.searchsorted(speaking, frames), len(speaking) - 1)
    before = np.maximum(after - 1, 0)
    distance = np.minimum(np.abs(speaking[after] - frames), np.abs(speaking[before] - frames))
    part = np.clip(distance / (EDGE * rate), 0, 1)
    return np.asarray(1 - part * part * (3 - 2 * part))


def soft_sum(
    base: NDArray[np.floating],
    added: NDArray[np.floating],
    rest: NDArray[np.floating],
    low: NDArray[np.floating],
    high: NDArray[np.floating],
) -> NDArray[np.float64]:
    """Return base and what is added to it, held within a range without a corner.

    The sum bends towards the end of the range as a polynomial smooth minimum does (I. Quilez,
    "smooth minimum", 2013). Where one of the two is at rest, the other comes out as it is.

    Args:
        base: values, shape (frames, controls).
        added: differences, the same shape.
        rest: value of each control that nothing moves, shape (controls,).
        low: least value of each.
        high: greatest value of each.
    """
    low, high = low.astype(np.float64), high.astype(np.float64)
    base = np.clip(base, low, high)
    total = base + added
    width = np.minimum(np.abs(base - rest), np.abs(added))
    width = np.minimum(width, _BEND * (high - low))
    return np.asarray(total - _ramp(total - high, width) + _ramp(low - total, width))


def _ramp(excess: NDArray[np.float64], width: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the positive part of an excess, with the corner rounded within a width."""
    width = np.maximum(width, 1e-12)
    rounded = np.square(np.clip(excess + width, 0, 2 * width)) / (4 * width)
    return np.where(np.abs(excess) < width, rounded, np.maximum(excess, 0))
