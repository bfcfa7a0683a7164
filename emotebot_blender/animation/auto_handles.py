# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys whose handles Blender may find: a key that an animator moves then keeps a good curve.

Free handles, fitted to the samples, stay where they are when keys move. Those keys whose pieces on
both sides stay within the tolerance with Blender's own handles are given these. Blender itself says
where they lie, as it smooths across runs of such keys (``BKE_nurb_handle_smooth_fcurve``): they are
at the thirds of their pieces then, as the fitted ones are.

Aligned handles are none of this: Blender reckons them from where they were, and rounds, so that
keys would count as edited that nobody has touched.
"""

from collections.abc import Sequence

import numpy as np
from bpy.types import FCurve
from numpy.typing import NDArray

from ..core.bezier_pieces import Booleans, Samples
from ..core.reduce import BezierKeys
from .actions import temporary_curve
from .curves import fill, read_handles
from .key_attributes import bezier_keys

AutoKeys = tuple[BezierKeys, Booleans]
"""Keys, and which of them have handles that Blender finds, bool (keys,)."""


def find_auto_handles(
    curves: Sequence[BezierKeys],
    frames: NDArray[np.float64],
    columns: NDArray[np.float32],
    tolerance: float,
    is_cut: tuple[bool, bool] = (False, False),
) -> list[AutoKeys]:
    """Return reduced curves, keys with Blender's own handles wherever these serve.

    Args:
        curves: one for each column, each with the first and the last sample among its keys.
        frames: shape (n,), ascending.
        columns: the samples, shape (n, curves).
        tolerance: largest allowed distance in value at a sample.
        is_cut: whether the curves go on before their first key, and after their last one; it keeps
            its handles then.
    """
    times = frames.astype(np.float32).astype(np.float64)
    samples = Samples(times, columns.astype(np.float32), tolerance)
    with temporary_curve() as curve:
        search = _Search(curves, samples, curve)
        rank, is_last = search.ranks()
        every = ~((rank == 0) & is_cut[0] | is_last & is_cut[1])
        odd = rank % 2 == 1
        # First as many as can be together, then those that had to go for the sake of others.
        for candidates in (every, every & odd, every & ~odd):
            search.settle(candidates)
    return search.found()


class _Search:
    """Which keys can have Blender's handles; at first none has.

    Args:
        curves: with fitted handles, one for each channel.
        samples: of all channels.
        curve: an F-curve to have Blender find handles on.

    Attributes:
        is_auto: bool, shape (keys,), of all curves one after the other.
    """

    def __init__(self, curves: Sequence[BezierKeys], samples: Samples, curve: FCurve) -> None:
        self._curves, self._samples, self._curve = curves, samples, curve
        ends = np.cumsum([len(keys) for keys in curves])
        self._slices = [
            slice(end - len(keys), end) for end, keys in zip(ends.tolist(), curves, strict=True)
        ]
        self._channel = np.repeat(np.arange(len(curves)), [len(keys) for keys in curves])
        times = samples.times[: samples.count]
        self._knots = np.concatenate(
            [
                np.searchsorted(times, keys.co[:, 0]) + channel * samples.count
                for channel, keys in enumerate(curves)
            ]
        )
        self._left = np.concatenate([keys.handle_left for keys in curves])
        self._right = np.concatenate([keys.handle_right for keys in curves])
        self.is_auto = np.zeros(len(self._knots), dtype=np.bool_)
        self._misses = np.zeros(max(len(self._knots) - 1, 0))  # how far bad pieces are off

    def ranks(self) -> tuple[NDArray[np.intp], Booleans]:
        """Return the number of each key on its curve, from 0, and whether it is the last one."""
        counts = np.array([own.stop - own.start for own in self._slices])
        rank = np.concatenate([np.arange(count) for count in counts])
        return rank, rank == np.repeat(counts, counts) - 1

    def settle(self, candidates: Booleans) -> None:
        """Give keys Blender's handles, as many of the candidates as can have them.

        Args:
            candidates: bool, shape (keys,).
        """
        candidates = candidates & ~self.is_auto
        changed = candidates.copy()
        while changed.any():
            self.is_auto ^= changed
            channels = np.unique(self._channel[changed])
            for channel in channels.tolist():
                self._find(channel)
            self._check(channels)
            changed = self._to_give_up(candidates & self.is_auto)

    def found(self) -> list[AutoKeys]:
        """Return the curves, with the handles that were found."""
        return [
            (BezierKeys(keys.co, self._left[own], self._right[own]), self.is_auto[own])
            for keys, own in zip(self._curves, self._slices, strict=True)
        ]

    def _find(self, channel: int) -> None:
        """Have Blender find handles on one curve."""
        own, keys = self._slices[channel], self._curves[channel]
        fill(self._curve, bezier_keys(keys, self.is_auto[own]))
        self._left[own], self._right[own] = read_handles(self._curve)

    def _to_give_up(self, candidates: Booleans) -> Booleans:
        """Return which candidates shall have their fitted handles after all, bool (keys,).

        They are those that lie at the worst pieces, one of neighbours; all of a curve where none
        lies at the bad piece itself, which a run of keys may reach.
        """
        score = np.append(0, self._misses) + np.append(self._misses, 0)
        score[~candidates] = 0
        beside = np.maximum(np.append(0, score[:-1]), np.append(score[1:], 0))
        chosen: Booleans = (score > 0) & (score >= beside)
        bad = np.unique(self._channel[:-1][self._misses > 0])
        helpless = np.setdiff1d(bad, self._channel[chosen])
        chosen |= candidates & np.isin(self._channel, helpless)
        return chosen

    def _check(self, channels: NDArray[np.intp]) -> None:
        """Find how far pieces of these channels are off, 0 where they are good."""
        inner = self._channel[:-1] == self._channel[1:]
        here = np.flatnonzero(inner & np.isin(self._channel[:-1], channels))
        first, second = self._right[here].astype(float), self._left[here + 1].astype(float)
        good, errors = self._samples.check(
            self._knots[here], self._knots[here + 1], (first[:, 0], first[:, 1]),
            (second[:, 0], second[:, 1]),
        )  # fmt: skip
        self._misses[here] = np.where(good, 0, errors + self._samples.tolerance + 1e-9)
