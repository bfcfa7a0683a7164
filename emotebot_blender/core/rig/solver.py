# SPDX-License-Identifier: GPL-3.0-or-later
"""From channel weights and emotion shares to the values of controls."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS
from ..emotions import EMOTIONS

_MOST_SWEEPS = 1000
_CLOSE = 1e-7
"""A sweep that changes no value by more than this, of a preset at full, is the last."""


@dataclass(frozen=True)
class Drive:
    """What moves one control.

    Attributes:
        channels: (index of the channel in ``CHANNELS``, value over rest at weight 1) pairs.
        halves: whether the greatest positive and the greatest negative of these count, not their
            sum.
        emotions: the share of each of ``EMOTIONS`` that the control shows at full, where it is a
            preset; else empty.
        full: value over rest of that preset at full.
    """

    channels: tuple[tuple[int, float], ...] = ()
    halves: bool = False
    emotions: tuple[float, ...] = ()
    full: float = 0.0


NOT_DRIVEN = Drive()
"""Of a control that nothing moves."""


class Solver:
    """Values of some controls, from weights by one matrix, from emotions by least squares.

    Args:
        drives: what moves each control.
        rest: value of each control that nothing moves, shape (controls,).
    """

    def __init__(self, drives: Sequence[Drive], rest: Sequence[float]) -> None:
        self._rest = np.array(rest, dtype=np.float32)
        self._gains = np.zeros((len(drives), len(CHANNELS)), dtype=np.float32)
        for row, drive in enumerate(drives):
            for channel, full in drive.channels:
                self._gains[row, channel] += full
        self._halves = np.array([row for row, d in enumerate(drives) if d.halves], dtype=np.intp)
        rows = [row for row, drive in enumerate(drives) if drive.emotions]
        self._presets = np.array(rows, dtype=np.intp)
        self._shown = np.array([drives[row].emotions for row in rows]).reshape(-1, len(EMOTIONS))
        self._full = np.array([drives[row].full for row in rows])

    def values(
        self, weights: NDArray[np.floating], emotions: NDArray[np.floating]
    ) -> NDArray[np.float32]:
        """Return the value of each control on each frame, float32, shape (frames, controls).

        Args:
            weights: of the channels, shape (frames, 52), 0 to 1.
            emotions: shares by intensity, shape (frames, 8), 0 to 1.
        """
        weights = weights.astype(np.float32, copy=False)
        values: NDArray[np.float32] = weights @ self._gains.T
        if len(self._halves):
            single = weights[:, None, :] * self._gains[self._halves]
            values[:, self._halves] = single.max(axis=2, initial=0) + single.min(axis=2, initial=0)
        if len(self._presets):
            strengths = nonnegative_least_squares(self._shown.T, emotions)
            values[:, self._presets] += (strengths * self._full).astype(np.float32)
        values += self._rest
        return values


def nonnegative_least_squares(
    matrix: NDArray[np.floating], targets: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Return for each target the x >= 0 with the smallest length of matrix x - target.

    All targets are solved at once, one unknown after the other and again until nothing changes
    (Franc, Hlaváč and Navara, "Sequential coordinate-wise algorithm for the non-negative least
    squares problem", CAIP 2005). One sweep is exact where columns are orthogonal, as with presets
    that each show an emotion of their own.

    Args:
        matrix: shape (rows, unknowns), no column of it 0.
        targets: shape (targets, rows).

    Returns:
        float64, shape (targets, unknowns).
    """
    columns = np.asarray(matrix, dtype=np.float64)
    gram = columns.T @ columns
    projected = np.asarray(targets, dtype=np.float64) @ columns
    solution = np.zeros_like(projected)
    for _ in range(_MOST_SWEEPS):
        change = 0.0
        for unknown in range(len(gram)):
            slope = solution @ gram[unknown] - projected[:, unknown]
            moved = np.maximum(solution[:, unknown] - slope / gram[unknown, unknown], 0)
            change = max(change, float(np.abs(moved - solution[:, unknown]).max(initial=0)))
            solution[:, unknown] = moved
        if change <= _CLOSE:
            break
    return solution
