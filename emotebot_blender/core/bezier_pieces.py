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

    def pieces(self, knots: Indices) -> tuple[Indices, Indices]:
        """Return the knots that begin and that end the pieces between neighbours of a channel."""
        inner = ~self.last[knots[:-1]]
        return knots[:-1][inner], knots[1:][inner]

    def fit(self, begins: Indices, ends: Indices) -> Fit:
        """Return the best handles of the pieces from one knot to another."""
        start, stop = self.values[begins], self.values[ends]
        rise = stop - start
        time, span = self.times[begins], self.times[ends] - self.times[begins]
        first_time, second_time = _stored(time + span / 3), _stored(time + span * 2 / 3)
        first, second = _stored(start + rise / 3), _stored(stop - rise / 3)
        inner = self._between(begins, ends)
        full = inner.pieces
        if len(full):
            lift_1, lift_2 = _least_squares(
                inner.hill_1, inner.hill_2, inner.residual, inner.offsets
            )
            still = np.maximum.reduceat(np.abs(inner.residual), inner.offsets) <= self.tolerance
            still &= rise[full] == 0
            lift_1[still] = lift_2[still] = 0
            channel = begins[full] // self.count
            low, high = self._low[channel], self._high[channel]
            first[full] = _stored(np.clip((start + rise / 3)[full] + lift_1, low, high))
            second[full] = _stored(np.clip((stop - rise / 3)[full] + lift_2, low, high))
        left = (first_time, first), (second_time, second)
        good, errors, worst = self._judged(begins, ends, inner, *left)
        long = full[(ends - begins)[full] > LONGEST_UNSPLIT]
        worst[long] = (begins + ends)[long] // 2
        return Fit(first_time, first, second_time, second, good, errors, worst)

    def check(
        self,
        begins: Indices,
        ends: Indices,
        first: tuple[Floats, Floats],
        second: tuple[Floats, Floats],
    ) -> tuple[Booleans, Floats]:
        """Return how well handles serve that stand near the thirds of their pieces.

        Args:
            begins: knot of each piece, shape (pieces,).
            ends: the knot after it, shape (pieces,).
            first: frames and values of the first handles, shape (pieces,) each.
            second: the same of the second ones.

        Returns:
            Whether every sample is within the tolerance, and the curve within the range of its
            channel's samples, bool (pieces,); the largest distance of a sample, float64 (pieces,).
        """
        good, errors, _ = self._judged(begins, ends, self._between(begins, ends), first, second)
        channel = begins // self.count
        for _, values in (first, second):
            good &= (values >= self._low[channel]) & (values <= self._high[channel])
        return good, errors

    def _between(self, begins: Indices, ends: Indices) -> "_InnerSamples":
        """Return the samples between the knots of pieces."""
        full = np.flatnonzero(ends - begins > 1)
        counts = (ends - begins)[full] - 1
        offsets = np.cumsum(counts) - counts
        owner = np.repeat(full, counts)
        index = np.arange(len(owner)) + np.repeat(begins[full] + 1 - offsets, counts)
        time, start = self.times[begins], self.values[begins]
        part = (self.times[index] - time[owner]) / (self.times[ends] - time)[owner]
        # Above the straight line there are the two handles' hills alone.
        residual = self.values[index] - start[owner] - (self.values[ends] - start)[owner] * part
        hill_1, hill_2 = 3 * part * (1 - part) ** 2, 3 * part**2 * (1 - part)
        return _InnerSamples(full, counts, offsets, owner, index, hill_1, hill_2, residual)

    def _judged(
        self,
        begins: Indices,
        ends: Indices,
        inner: "_InnerSamples",
        first: tuple[Floats, Floats],
        second: tuple[Floats, Floats],
    ) -> tuple[Booleans, Floats, Indices]:
        """Return which pieces are good, their errors, and their worst samples.

        Args:
            begins: knot of each piece, shape (pieces,).
            ends: the knot after it.
            inner: the samples between them.
            first: frames and values of the first handles, shape (pieces,) each.
            second: the same of the second ones.
        """
        good = np.ones(len(begins), dtype=np.bool_)
        errors, worst = np.zeros(len(begins)), begins.copy()
        full = inner.pieces
        if len(full):
            start, stop = self.values[begins][full], self.values[ends][full]
            third = (stop - start) / 3
            lift_1, lift_2 = first[1][full] - start - third, second[1][full] - stop + third
            residual = inner.residual - np.repeat(lift_1, inner.counts) * inner.hill_1
            residual -= np.repeat(lift_2, inner.counts) * inner.hill_2
            np.abs(residual, out=residual)
            error = errors[full] = np.maximum.reduceat(residual, inner.offsets)
            at_worst = residual == np.repeat(error, inner.counts)
            worst[inner.owner[at_worst]] = inner.index[at_worst]
            # Rounded to float32 the handles are not quite at the thirds, and time runs unevenly.
            slopes = first[1][full] - start, (second[1] - first[1])[full], stop - second[1][full]
            steepest = np.max(np.abs(slopes), axis=0)
            time = self.times[begins][full]
            span = self.times[ends][full] - time
            uneven = np.maximum(
                np.abs(first[0][full] - time - span / 3),
                np.abs(second[0][full] - time - span * 2 / 3),
            )
            doubt = 3 * steepest * uneven / span + _ROUNDING * (steepest > 0)
            good[full] = error + doubt <= self.tolerance
        return good, errors, worst


@dataclass(frozen=True)
class _InnerSamples:
    """Samples between the knots of pieces, piece by piece.

    Attributes:
        pieces: int, shape (full,), indices of the pieces that have any.
        counts: int, shape (full,), how many each has.
        offsets: int, shape (full,), where those of each begin.
        owner: int, shape (samples,), the piece of each.
        index: int, shape (samples,), its index among all samples.
        hill_1: float64, shape (samples,), how much the first handle's height moves the curve there.
        hill_2: float64, shape (samples,), the same of the second handle.
        residual: float64, shape (samples,), its height over the straight line between the knots.
    """

    pieces: Indices
    counts: Indices
    offsets: Indices
    owner: Indices
    index: Indices
    hill_1: Floats
    hill_2: Floats
    residual: Floats


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
