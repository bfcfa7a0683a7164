# SPDX-License-Identifier: GPL-3.0-or-later
"""Dense samples to few Bezier keys within a tolerance, in columns where channels share their times.

Pieces that miss a sample by more than the tolerance are split where they miss most; neighbours that
one piece can serve are joined again. Channels of a group are split at the same samples, so that
their keys stand in columns, unless that takes many more keys. All pieces of all channels are fitted
at once.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .bezier_pieces import Booleans, Floats, Indices, Samples
from .errors import EmoteBotError

SHORTEST_HOLD = 4
"""Equal samples in a row that make a hold, whose ends get keys."""

LARGEST_KEY_RATIO = 4 / 3
"""Keys in columns, at most, for each key that the channels of a group would have alone."""

_JOINING_ROUNDS = 12


@dataclass(frozen=True)
class BezierKeys:
    """Bezier keys of an F-curve.

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

    def scaled(self, factor: float) -> "BezierKeys":
        """Return the keys of the curve whose values are so many times as large."""
        by = np.array([1.0, factor], dtype=np.float32)
        return BezierKeys(self.co * by, self.handle_left * by, self.handle_right * by)


@dataclass(frozen=True)
class ColumnGroup:
    """Channels whose keys stand in columns.

    Attributes:
        channels: their indices, each in one group at most.
        poses: indices of samples, ascending, at which each of them has a key that moves before or
            after.
    """

    channels: tuple[int, ...]
    poses: tuple[int, ...] = ()


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
    frames: ArrayLike,
    values: ArrayLike,
    tolerance: float,
    groups: Collection[ColumnGroup] = (),
) -> tuple[BezierKeys, ...]:
    """Return what ``reduce`` returns for each channel, for all of them in one go.

    Those of a group share the times of their keys, so that there are few of these; they hold
    within the tolerance, not exactly, where a hold begins or ends between two columns. A group
    whose columns would hold more than ``LARGEST_KEY_RATIO`` keys for each one that its channels
    have alone is as if it were none.

    Args:
        frames: shape (n,), ascending, no two equal as float32.
        values: shape (n, channels), finite.
        tolerance: largest allowed distance in value at a sample, 0 or more.
        groups: channels whose keys stand in columns.

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
    samples = Samples(times, table, tolerance)
    knots = _Reduction(samples, groups).knots()
    if groups:
        knots = _without_costly_columns(knots, _Reduction(samples, ()).knots(), groups, samples)
    return _keys(samples, knots)


class _Reduction:
    """Where the keys of all channels stand.

    Args:
        samples: of all channels.
        groups: channels whose keys stand in columns.
    """

    def __init__(self, samples: Samples, groups: Collection[ColumnGroup]) -> None:
        self._samples = samples
        self._groups = groups
        self._count, self._last = samples.count, samples.last

    def knots(self) -> Indices:
        """Return the samples that keys stand on."""
        fixed = self._fixed_knots()
        return self._join(self._split(self._first_knots(fixed)), fixed)

    def _fixed_knots(self) -> Booleans:
        """Return where keys must stand: the ends of each channel, and its poses or holds' ends."""
        fixed = self._hold_ends()
        for group in self._groups:
            for channel in group.channels:
                own = slice(channel * self._count, (channel + 1) * self._count)
                fixed[own] = False
                fixed[own][self._moving_poses(self._samples.values[own], group.poses)] = True
        fixed |= self._last
        fixed[:: self._count] = True
        return fixed

    def _moving_poses(self, values: Floats, poses: tuple[int, ...]) -> Indices:
        """Return those poses before or after which a channel moves, until the next pose.

        Args:
            values: of the channel, shape (n,).
            poses: indices of samples.
        """
        stops = np.union1d((0, self._count - 1), np.array(poses, dtype=np.intp)).astype(np.intp)
        begins = stops[:-1]
        if not len(begins):
            return stops
        # The stop that ends a stretch is a part of it as well.
        low = np.minimum(np.minimum.reduceat(values, begins), values[stops[1:]])
        high = np.maximum(np.maximum.reduceat(values, begins), values[stops[1:]])
        moves: Booleans = high - low > self._samples.tolerance
        posed: Indices = stops[np.append(False, moves) | np.append(moves, False)]
        return posed

    def _first_knots(self, fixed: Booleans) -> Indices:
        """Return the knots to split between: the fixed ones, in groups on every pose."""
        first = fixed.copy()
        for group in self._groups:
            for channel in group.channels:
                first[channel * self._count + np.array(group.poses, dtype=np.intp)] = True
        return np.flatnonzero(first)

    def _hold_ends(self) -> Booleans:
        """Return which samples begin or end a hold, bool (samples,)."""
        fixed = np.zeros(len(self._last), dtype=np.bool_)
        same = np.zeros(len(fixed) + 1, dtype=np.bool_)  # sample i is as sample i - 1
        same[1:-1] = (self._samples.values[1:] == self._samples.values[:-1]) & ~self._last[:-1]
        begins = np.flatnonzero(same[1:] & ~same[:-1])
        ends = np.flatnonzero(same[:-1] & ~same[1:])
        long = ends - begins >= SHORTEST_HOLD - 1
        begins, ends = begins[long], ends[long]
        if not len(begins):
            return fixed
        # What leaves a hold by no more than the tolerance, and comes back, has not left it.
        between = np.stack((ends[:-1], begins[1:]), axis=1).ravel()
        lows = np.minimum.reduceat(self._samples.values, between)[::2]
        highs = np.maximum.reduceat(self._samples.values, between)[::2]
        value = self._samples.values[ends[:-1]]
        same_hold = (ends[:-1] // self._count == begins[1:] // self._count) & (
            self._samples.values[begins[1:]] == value
        )
        same_hold &= np.maximum(value - lows, highs - value) <= self._samples.tolerance
        fixed[begins[np.append(True, ~same_hold)]] = True
        fixed[ends[np.append(~same_hold, True)]] = True
        return fixed

    def _split(self, knots: Indices) -> Indices:
        """Return the knots with more, until every piece between neighbours is good."""
        group_of = np.arange(self._samples.channels) + len(self._groups)
        for number, group in enumerate(self._groups):
            group_of[list(group.channels)] = number
        begins, ends = self._samples.pieces(knots)
        while len(begins):
            fit = self._samples.fit(begins, ends)
            bad = np.flatnonzero(~fit.good)
            begins, ends = begins[bad], ends[bad]
            channel, begin = np.divmod(begins, self._count)
            # Pieces of a group between the same columns are split where one of them misses most.
            shared = group_of[channel] * self._count + begin
            order = np.lexsort((fit.error[bad], shared))
            worst_one = order[np.append(np.diff(shared[order]) > 0, True)[: len(order)]]
            place = np.searchsorted(shared[worst_one], shared)
            middles = channel * self._count + (fit.worst[bad] % self._count)[worst_one][place]
            knots = np.concatenate((knots, middles))
            begins, ends = np.concatenate((begins, middles)), np.concatenate((middles, ends))
        return np.sort(knots)

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
                fit = self._samples.fit(knots[positions - 1], knots[positions + 1])
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


def _without_costly_columns(
    columns: Indices, alone: Indices, groups: Collection[ColumnGroup], samples: Samples
) -> Indices:
    """Return the knots in columns, where a group has too many of them those of its channels alone.

    Args:
        columns: ascending.
        alone: the same of channels in no group, ascending.
        groups: channels whose keys stand in columns.
        samples: of all channels.
    """
    counts, fewest = (
        np.bincount(knots // samples.count, minlength=samples.channels)
        for knots in (columns, alone)
    )
    is_costly = np.zeros(samples.channels, dtype=np.bool_)
    for group in groups:
        own = list(group.channels)
        is_costly[own] = counts[own].sum() > LARGEST_KEY_RATIO * fewest[own].sum()
    kept, taken = (
        knots[is_costly[knots // samples.count] == costly]
        for knots, costly in ((columns, False), (alone, True))
    )
    return np.sort(np.concatenate((kept, taken)))


def _keys(samples: Samples, knots: Indices) -> tuple[BezierKeys, ...]:
    """Return the keys of each channel that stand on some of its samples, the first and last too."""
    fit = samples.fit(*samples.pieces(knots))
    times, values = samples.times[knots], samples.values[knots]
    left, right = np.stack((times, values), axis=1), np.stack((times, values), axis=1)
    has_right = ~samples.last[knots]
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
