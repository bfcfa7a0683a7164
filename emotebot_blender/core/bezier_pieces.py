# SPDX-License-Identifier: GPL-3.0-or-later
"""Bezier pieces fitted to the samples of many channels at once.

A Bezier piece of an F-curve whose handles stand at one third and two thirds of its time runs
through time evenly, so its value is a plain cubic in time and linear in the two handles' values:
the best handles for given keys are a least-squares fit in two unknowns.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Booleans = NDArray[np.bool_]

LONGEST_UNSPLIT = 128
"""Samples of a piece above which it is halved: one miss says little about so long a piece."""

_RIDGE = 1e-9
"""Added to the least squares' diagonal: then one sample between two keys settles both handles."""

_ROUNDING = 1e-6
"""Allowance for the single precision in which Blender evaluates F-curves."""


@dataclass(frozen=True)
class Fit:
    """Handles of pieces and how well they serve.

    Attributes:
        first_time: float64, shape (pieces,), frame of each piece's first handle.
        first: float64, shape (pieces,), its value.
        second_time: float64, shape (pieces,), frame of each piece's second handle.
        second: float64, shape (pieces,), its value.
        good: bool, shape (pieces,), whether every sample is within the tolerance.
        error: float64, shape (pieces,), the largest distance of a sample.
        worst: int, shape (pieces,), index of the sample to split a piece at that is not good.
    """

    first_time: Floats
    first: Floats
    second_time: Floats
    second: Floats
    good: Booleans
    error: Floats
    worst: Indices


class Samples:
    """The samples of all channels, one channel after the other.

    Args:
        times: float64 that float32 can hold, shape (n,), ascending.
        table: float32, shape (n, channels).
        tolerance: largest allowed distance in value.

    Attributes:
        count: of the samples of a channel.
        channels: how many there are.
        times: float64, shape (count * channels,).
        values: float64, shape (count * channels,).
        last: bool, shape (count * channels,), whether each is the last sample of its channel.
        tolerance: the same.
    """

    def __init__(self, times: Floats, table: NDArray[np.float32], tolerance: float) -> None:
        self.count, self.channels = table.shape
        self.times = np.tile(times, self.channels)
        self.values = table.T.astype(np.float64).ravel()
        self.last = np.zeros(len(self.values), dtype=np.bool_)
        self.last[self.count - 1 :: self.count] = True
        self.tolerance = tolerance
        self._low = table.min(axis=0).astype(np.float64)
        self._high = table.max(axis=0).astype(np.float64)

    def fit(self, begins: Indices, ends: Indices) -> Fit:
        """Return the best handles of the pieces from one knot to another."""
        start, stop = self.values[begins], self.values[ends]
        rise = stop - start
        time, span = self.times[begins], self.times[ends] - self.times[begins]
        first_time, second_time = _stored(time + span / 3), _stored(time + span * 2 / 3)
        first, second = _stored(start + rise / 3), _stored(stop - rise / 3)
        good = np.ones(len(begins), dtype=np.bool_)
        errors, worst = np.zeros(len(begins)), begins.copy()
        full = np.flatnonzero(ends - begins > 1)  # pieces with samples between their knots
        if len(full):
            counts = (ends - begins)[full] - 1
            offsets = np.cumsum(counts) - counts
            owner = np.repeat(full, counts)
            index = np.arange(len(owner)) + np.repeat(begins[full] + 1 - offsets, counts)
            part = (self.times[index] - time[owner]) / span[owner]
            # Above the straight line there are the two handles' hills alone.
            residual = self.values[index] - start[owner] - rise[owner] * part
            hill_1, hill_2 = 3 * part * (1 - part) ** 2, 3 * part**2 * (1 - part)
            straight_1, straight_2 = (start + rise / 3)[full], (stop - rise / 3)[full]
            lift_1, lift_2 = _least_squares(hill_1, hill_2, residual, offsets)
            still = np.maximum.reduceat(np.abs(residual), offsets) <= self.tolerance
            still &= rise[full] == 0
            lift_1[still] = lift_2[still] = 0
            channel = begins[full] // self.count
            low, high = self._low[channel], self._high[channel]
            first[full] = _stored(np.clip(straight_1 + lift_1, low, high))
            second[full] = _stored(np.clip(straight_2 + lift_2, low, high))
            residual -= np.repeat(first[full] - straight_1, counts) * hill_1
            residual -= np.repeat(second[full] - straight_2, counts) * hill_2
            np.abs(residual, out=residual)
            error = errors[full] = np.maximum.reduceat(residual, offsets)
            at_worst = residual == np.repeat(error, counts)
            worst[owner[at_worst]] = index[at_worst]
            long = ends - begins > LONGEST_UNSPLIT
            worst[long] = (begins + ends)[long] // 2
            # Rounded to float32 the handles are not quite at the thirds, and time runs unevenly.
            steepest = np.max(np.abs((first - start, second - first, stop - second)), axis=0)
            uneven = np.maximum(
                np.abs(first_time - time - span / 3), np.abs(second_time - time - span * 2 / 3)
            )
            doubt = 3 * steepest * uneven / span + _ROUNDING * (steepest > 0)
            good[full] = error + doubt[full] <= self.tolerance
        return Fit(first_time, first, second_time, second, good, errors, worst)


def _least_squares(
    hill_1: Floats, hill_2: Floats, residual: Floats, offsets: Indices
) -> tuple[Floats, Floats]:
    """Return the heights of two hills that together come nearest to each stretch of a residual.

    Args:
        hill_1: shape (samples,), the first hill at each sample.
        hill_2: shape (samples,), the second.
        residual: shape (samples,), what they shall add up to.
        offsets: shape (pieces,), index of the first sample of each stretch.

    Returns:
        Heights of the first and the second hill, shape (pieces,) each.
    """
    a11 = np.add.reduceat(hill_1 * hill_1, offsets) + _RIDGE
    a22 = np.add.reduceat(hill_2 * hill_2, offsets) + _RIDGE
    a12 = np.add.reduceat(hill_1 * hill_2, offsets)
    b1 = np.add.reduceat(hill_1 * residual, offsets)
    b2 = np.add.reduceat(hill_2 * residual, offsets)
    determinant = a11 * a22 - a12 * a12
    return (a22 * b1 - a12 * b2) / determinant, (a11 * b2 - a12 * b1) / determinant


def _stored(numbers: Floats) -> Floats:
    """Return the numbers as an F-curve stores them."""
    return numbers.astype(np.float32).astype(np.float64)
