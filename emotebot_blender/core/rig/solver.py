# SPDX-License-Identifier: GPL-3.0-or-later
"""From channel weights and shares of emotions to the values of controls.

Where a face has presets, controls that show an emotion as a whole, both they and its channels could
show a feeling. Then each preset has a share of it, and channels the rest: of a part of the face of
which presets show the share c of what is felt, its channels move by 1 - c of their weights. Custom
expressions and emotions without a preset so show in full by channels. Blinks and the gaze go on,
but where a preset overrides them: one that closes the eyes as far as o at full, at the strength s,
leaves 1 - s o of a blink. With o = 1 that is "blend" of VRM 1.0's ``overrideBlink``,
``overrideLookAt`` and ``overrideMouth``; what several presets take adds up to all of it at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS, INDEX, MIX_GROUPS, REGIONS
from ..emotions import EMOTIONS, SHARES

_MOST_SWEEPS = 1000
_CLOSE = 1e-7
"""A sweep that changes no value by more than this, of a preset at full, is the last."""

OVERRIDDEN: dict[str, tuple[str, ...]] = {
    "blink": tuple(name for name in REGIONS["eye"] if name.startswith("eyeBlink")),
    "gaze": tuple(name for name in REGIONS["eye"] if name.startswith("eyeLook")),
    "mouth": MIX_GROUPS["MOUTH"],
}
"""What a preset may override, and the names of its channels."""

_FELT = np.array([name != "neutral" for name in SHARES])
_ALIVE = {INDEX[name] for what in ("blink", "gaze") for name in OVERRIDDEN[what]}
_PARTS = {
    part: np.array([INDEX[name] for name in names if INDEX[name] not in _ALIVE])
    for part, names in MIX_GROUPS.items()
}
"""The channels of each part of the face that give way to presets."""


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
        parts: of the face, of ``MIX_GROUPS``, that the preset shows.
        overrides: (one of ``OVERRIDDEN``, how much of it the preset takes at full, 0 to 1) pairs.
        share: how much of what it could show the preset shows, 0 to 1; channels show the rest.
        binary: whether the control is 0 or 1 and nothing between: the nearer one.
        offset: value over rest that the control has whatever moves it.
    """

    channels: tuple[tuple[int, float], ...] = ()
    halves: bool = False
    emotions: tuple[float, ...] = ()
    full: float = 0.0
    parts: tuple[str, ...] = tuple(MIX_GROUPS)
    overrides: tuple[tuple[str, float], ...] = ()
    share: float = 1.0
    binary: bool = False
    offset: float = 0.0

    @property
    def reach(self) -> float:
        """The most that one channel or the preset moves the control away from its rest value."""
        return max(abs(self.full), *(abs(full) for _, full in self.channels), 0.0)


NOT_DRIVEN = Drive()
"""Of a control that nothing moves."""


class Solver:
    """Values of some controls, from weights by one matrix, from emotions by least squares.

    Presets of one owner that show the same parts of a face share an emotion among them; others show
    it each for itself.

    Args:
        drives: what moves each control.
        rest: value of each control that nothing drives, shape (controls,).
        owners: number of the owner of each control; None where they have one.
    """

    def __init__(
        self, drives: Sequence[Drive], rest: Sequence[float], owners: Sequence[int] | None = None
    ) -> None:
        neutral = [value + drive.offset for value, drive in zip(rest, drives, strict=True)]
        self._neutral = np.array(neutral, dtype=np.float32)
        self._gains = np.zeros((len(drives), len(CHANNELS)), dtype=np.float32)
        for row, drive in enumerate(drives):
            for channel, full in drive.channels:
                self._gains[row, channel] += full
        self._halves = np.array([row for row, d in enumerate(drives) if d.halves], dtype=np.intp)
        self._binary = np.array([row for row, d in enumerate(drives) if d.binary], dtype=np.intp)
        rows = [row for row, drive in enumerate(drives) if drive.emotions]
        presets = [drives[row] for row in rows]
        self._presets = np.array(rows, dtype=np.intp)
        self._shown = np.array([preset.emotions for preset in presets]).reshape(-1, len(EMOTIONS))
        self._full = np.array([preset.full for preset in presets])
        self._share = np.array([preset.share for preset in presets], dtype=np.float64)
        groups: dict[tuple[int, tuple[str, ...]], list[int]] = {}
        for column, (row, preset) in enumerate(zip(rows, presets, strict=True)):
            owner = 0 if owners is None else owners[row]
            groups.setdefault((owner, preset.parts), []).append(column)
        self._groups = [(parts, np.array(columns)) for (_, parts), columns in groups.items()]
        self._taken = {
            what: np.array([dict(preset.overrides).get(what, 0.0) for preset in presets])
            for what in OVERRIDDEN
        }

    def values(
        self, weights: NDArray[np.floating], shares: NDArray[np.floating]
    ) -> NDArray[np.float32]:
        """Return the value of each control on each frame, float32, shape (frames, controls).

        Args:
            weights: of the channels, shape (frames, 52), 0 to 1.
            shares: of emotions and custom expressions, by intensity, in the order of ``SHARES``,
                shape (frames, 17), 0 to 1.
        """
        weights = weights.astype(np.float32, copy=False)
        if len(self._presets):
            strengths = self._strengths(shares)
            weights = weights * self._left(shares, strengths)
        values: NDArray[np.float32] = weights @ self._gains.T
        if len(self._halves):
            single = weights[:, None, :] * self._gains[self._halves]
            values[:, self._halves] = single.max(axis=2, initial=0) + single.min(axis=2, initial=0)
        if len(self._presets):
            values[:, self._presets] += (strengths * self._full).astype(np.float32)
        values += self._neutral
        values[:, self._binary] = values[:, self._binary] >= 0.5
        return values

    def left(self, shares: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return what presets leave of the weight of each channel, 0 to 1, float32 (frames, 52).

        Args:
            shares: as ``values`` takes them, shape (frames, 17).
        """
        return self._left(shares, self._strengths(shares))

    def _strengths(self, shares: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the strength of each preset, 0 to 1, shape (frames, presets)."""
        emotions = shares[:, : len(EMOTIONS)]
        strengths = np.zeros((len(shares), len(self._presets)))
        for _, columns in self._groups:
            solved = nonnegative_least_squares(self._shown[columns].T, emotions)
            strengths[:, columns] = np.minimum(solved, 1)
        return np.asarray(strengths * self._share)

    def _left(
        self, shares: NDArray[np.floating], strengths: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        left = np.ones((len(shares), len(CHANNELS)), dtype=np.float32)
        emotions = shares[:, : len(EMOTIONS)]
        felt = shares[:, _FELT].sum(axis=1, dtype=np.float64)
        for part, channels in _PARTS.items():
            own = [columns for parts, columns in self._groups if part in parts]
            if not own:
                continue
            shown = [strengths[:, columns] @ self._shown[columns] for columns in own]
            covered = np.minimum(np.maximum.reduce(shown), emotions)[:, _FELT[:-1]].sum(axis=1)
            nothing = np.full(len(shares), max(self._share[columns].max() for columns in own))
            share = np.divide(covered, felt, out=nothing, where=felt > 0)
            left[:, channels] = (1 - share)[:, None]
        for what, names in OVERRIDDEN.items():
            taken = np.minimum(strengths @ self._taken[what], 1)
            channels = np.array([INDEX[name] for name in names])
            left[:, channels] = np.minimum(left[:, channels], (1 - taken)[:, None])
        return left


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
