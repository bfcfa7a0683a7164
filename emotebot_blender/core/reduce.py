# SPDX-License-Identifier: GPL-3.0-or-later
"""Dense samples to few Bezier keys within a tolerance.

A Bezier piece of an F-curve whose handles stand at one third and two thirds of its time runs
through time evenly, so its value is a plain cubic in time and linear in the two handles' values:
the best handles for given keys are a least-squares fit in two unknowns. Pieces that miss a sample
by more than the tolerance are split where they miss most; neighbours that one piece can serve are
joined again. All pieces of all channels are fitted at once.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import EmoteBotError

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Booleans = NDArray[np.bool_]

SHORTEST_HOLD = 4
"""Equal samples in a row that make a hold, whose ends get keys."""

LONGEST_UNSPLIT = 128
"""Samples of a piece above which it is halved: one miss says little about so long a piece."""

_JOINING_ROUNDS = 12

_RIDGE = 1e-9
"""Added to the least squares' diagonal: then one sample between two keys settles both handles."""

_ROUNDING = 1e-6
"""Allowance for the single precision in which Blender evaluates F-curves."""


@dataclass(frozen=True)
class BezierKeys:
    """Keys of an F-curve with free Bezier handles.

    Attributes:
        co: float32, shape (keys, 2), frame and value.
        handle_left: float32, shape (keys, 2), frame and value.
        handle_right: float32, shape (keys, 2), frame and value.

    Raises:
        ValueError: arrays of other shapes.
    """

    co: NDArray[np.float32]
    handle_left: NDArray[np.float32]
    handle_right: NDArray[np.float32]

    def __post_init__(self) -> None:
        for points in (self.co, self.handle_left, self.handle_right):
            if points.shape != (len(self.co), 2):
                raise ValueError(f"keys have the shape ({len(self.co)}, 2), not {points.shape}")

    def __len__(self) -> int:
        return len(self.co)


def reduce(frames: ArrayLike, values: ArrayLike, tolerance: float) -> BezierKeys:
    """Return few keys whose curve passes every sample within a tolerance.

    Keys stand on samples, among them the first and the last and both ends of every hold. The
    curve stays within the range of the samples, and holds exactly where they hold.

    Args:
        frames: shape (n,), ascending, no two equal as float32.
        values: shape (n,), finite.
        tolerance: largest allowed distance in value at a sample, 0 or more.

    Raises:
        EmoteBotError: the tolerance is negative or no number.
        ValueError: the arrays do not fit together, or hold what no F-curve can.
    """
    return reduce_channels(frames, np.asarray(values)[:, None], tolerance)[0]


def reduce_channels(
    frames: ArrayLike, values: ArrayLike, tolerance: float
) -> tuple[BezierKeys, ...]:
    """Return what ``reduce`` returns for each column, for all of them in one go.

    Args:
        frames: shape (n,), ascending, no two equal as float32.
        values: shape (n, channels), finite.
        tolerance: largest allowed distance in value at a sample, 0 or more.

    Raises:
        EmoteBotError: the tolerance is negative or no number.
        ValueError: the arrays do not fit together, or hold what no F-curve can.
    """
    if not (math.isfinite(tolerance) and tolerance >= 0):
        raise EmoteBotError(
            "A tolerance is a number from 0, not {tolerance:g}", tolerance=tolerance
        )
    times = np.asarray(frames, dtype=np.float32).astype(np.float64)
    table = np.asarray(values, dtype=np.float32)
    if table.ndim != 2 or times.shape != table.shape[:1]:
        raise ValueError(f"frames {times.shape} and values {table.shape} do not fit together")
    if not (np.isfinite(times).all() and np.isfinite(table).all()):
        raise ValueError("frames and values are finite numbers")
    if (np.diff(times) <= 0).any():
        raise ValueError("frames ascend, and no two are equal as float32")
    count, channels = table.shape
    if count == 0 or channels == 0:
        none = np.empty((0, 2), dtype=np.float32)
        return (BezierKeys(none, none, none),) * channels
    return _Reduction(times, table, tolerance).keys()


@dataclass(frozen=True)
class _Fit:
    """Handles of pieces and how well they serve.

    Attributes:
        first_time: float64, shape (pieces,), frame of each piece's first handle.
        first: float64, shape (pieces,), its value.
        second_time: float64, shape (pieces,), frame of each piece's second handle.
        second: float64, shape (pieces,), its value.
        good: bool, shape (pieces,), whether every sample is within the tolerance.
        worst: int, shape (pieces,), index of the sample to split a piece at that is not good.
    """

    first_time: Floats
    first: Floats
    second_time: Floats
    second: Floats
    good: Booleans
    worst: Indices


class _Reduction:
    """The samples of all channels, one channel after the other, and the fitting of pieces.

    Args:
        times: float64 that float32 can hold, shape (n,), ascending.
        table: float32, shape (n, channels).
        tolerance: largest allowed distance in value.
    """

    def __init__(self, times: Floats, table: NDArray[np.float32], tolerance: float) -> None:
        self._count, self._channels = table.shape
        self._times = np.tile(times, self._channels)
        self._values = table.T.astype(np.float64).ravel()
        self._low = table.min(axis=0).astype(np.float64)
        self._high = table.max(axis=0).astype(np.float64)
        self._tolerance = tolerance
        self._last = np.zeros(len(self._values), dtype=np.bool_)
        self._last[self._count - 1 :: self._count] = True

    def keys(self) -> tuple[BezierKeys, ...]:
        """Return the keys of each channel."""
        fixed = self._fixed_knots()
        knots = self._join(self._split(np.flatnonzero(fixed)), fixed)
        begins, ends = self._pieces(knots)
        fit = self._fit(begins, ends)
        times, values = self._times[knots], self._values[knots]
        left, right = np.stack((times, values), axis=1), np.stack((times, values), axis=1)
        has_right = ~self._last[knots]
        has_left = np.roll(has_right, 1)  # the key after one with a piece to its right
        right[has_right] = np.stack((fit.first_time, fit.first), axis=1)
        left[has_left] = np.stack((fit.second_time, fit.second), axis=1)
        # The curve outside is flat; handles as long as those inside are easy to take hold of.
        right[~has_right, 0] = 2 * times[~has_right] - left[~has_right, 0]
        left[~has_left, 0] = 2 * times[~has_left] - right[~has_left, 0]
        borders = np.flatnonzero(~has_right)[:-1] + 1
        parts = (
            np.split(points.astype(np.float32), borders)
            for points in (np.stack((times, values), axis=1), left, right)
        )
        return tuple(BezierKeys(*points) for points in zip(*parts, strict=True))

    def _fixed_knots(self) -> Booleans:
        """Return where keys must stand: the ends of each channel and of its holds."""
        fixed = self._last.copy()
        fixed[:: self._count] = True
        same = np.zeros(len(fixed) + 1, dtype=np.bool_)  # sample i is as sample i - 1
        same[1:-1] = (self._values[1:] == self._values[:-1]) & ~self._last[:-1]
        begins = np.flatnonzero(same[1:] & ~same[:-1])
        ends = np.flatnonzero(same[:-1] & ~same[1:])
        long = ends - begins >= SHORTEST_HOLD - 1
        begins, ends = begins[long], ends[long]
        if not len(begins):
            return fixed
        # What leaves a hold by no more than the tolerance, and comes back, has not left it.
        between = np.stack((ends[:-1], begins[1:]), axis=1).ravel()
        lows = np.minimum.reduceat(self._values, between)[::2]
        highs = np.maximum.reduceat(self._values, between)[::2]
        value = self._values[ends[:-1]]
        same_hold = (ends[:-1] // self._count == begins[1:] // self._count) & (
            self._values[begins[1:]] == value
        )
        same_hold &= np.maximum(value - lows, highs - value) <= self._tolerance
        fixed[begins[np.append(True, ~same_hold)]] = True
        fixed[ends[np.append(~same_hold, True)]] = True
        return fixed

    def _split(self, knots: Indices) -> Indices:
        """Return the knots with more, until every piece between neighbours is good."""
        begins, ends = self._pieces(knots)
        while len(begins):
            fit = self._fit(begins, ends)
            bad = ~fit.good
            begins, ends, worst = begins[bad], ends[bad], fit.worst[bad]
            knots = np.concatenate((knots, worst))
            begins, ends = np.concatenate((begins, worst)), np.concatenate((worst, ends))
        return np.sort(knots)

    def _pieces(self, knots: Indices) -> tuple[Indices, Indices]:
        inner = ~self._last[knots[:-1]]
        return knots[:-1][inner], knots[1:][inner]

    def _join(self, knots: Indices, fixed: Booleans) -> Indices:
        """Return the knots without those that one piece can bridge."""
        untried = ~fixed
        for _ in range(_JOINING_ROUNDS):
            tried = False
            for parity in (1, 0):
                channel = knots // self._count
                rank = np.arange(len(knots)) - np.searchsorted(channel, channel)
                positions = np.flatnonzero((rank % 2 == parity) & untried[knots])
                if not len(positions):
                    continue
                tried = True
                fit = self._fit(knots[positions - 1], knots[positions + 1])
                untried[knots[positions]] = False
                gone = positions[fit.good]
                # Their neighbours have longer pieces beside them now, but a chance of their own.
                near = np.concatenate((knots[gone - 1], knots[gone + 1]))
                untried[near] = ~fixed[near]
                keep = np.ones(len(knots), dtype=np.bool_)
                keep[gone] = False
                knots = knots[keep]
            if not tried:
                break
        return knots

    def _fit(self, begins: Indices, ends: Indices) -> _Fit:
        """Return the best handles of the pieces from one knot to another."""
        start, stop = self._values[begins], self._values[ends]
        rise = stop - start
        time, span = self._times[begins], self._times[ends] - self._times[begins]
        first_time, second_time = _stored(time + span / 3), _stored(time + span * 2 / 3)
        first, second = _stored(start + rise / 3), _stored(stop - rise / 3)
        good = np.ones(len(begins), dtype=np.bool_)
        worst = begins.copy()
        full = np.flatnonzero(ends - begins > 1)  # pieces with samples between their knots
        if len(full):
            counts = (ends - begins)[full] - 1
            offsets = np.cumsum(counts) - counts
            owner = np.repeat(full, counts)
            index = np.arange(len(owner)) + np.repeat(begins[full] + 1 - offsets, counts)
            part = (self._times[index] - time[owner]) / span[owner]
            # Above the straight line there are the two handles' hills alone.
            residual = self._values[index] - start[owner] - rise[owner] * part
            hill_1, hill_2 = 3 * part * (1 - part) ** 2, 3 * part**2 * (1 - part)
            straight_1, straight_2 = (start + rise / 3)[full], (stop - rise / 3)[full]
            lift_1, lift_2 = _least_squares(hill_1, hill_2, residual, offsets)
            still = np.maximum.reduceat(np.abs(residual), offsets) <= self._tolerance
            still &= rise[full] == 0
            lift_1[still] = lift_2[still] = 0
            channel = begins[full] // self._count
            low, high = self._low[channel], self._high[channel]
            first[full] = _stored(np.clip(straight_1 + lift_1, low, high))
            second[full] = _stored(np.clip(straight_2 + lift_2, low, high))
            residual -= np.repeat(first[full] - straight_1, counts) * hill_1
            residual -= np.repeat(second[full] - straight_2, counts) * hill_2
            np.abs(residual, out=residual)
            error = np.maximum.reduceat(residual, offsets)
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
            good[full] = error + doubt[full] <= self._tolerance
        return _Fit(first_time, first, second_time, second, good, worst)


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
