# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys fitted to the samples of many controls, stretch by stretch.

A long clip is cut at key poses, and what was found of a stretch is remembered: once a beat has been
edited, those stretches alone are fitted anew that it has changed.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..core.reduce import BezierKeys, ColumnGroup, reduce_channels
from .auto_handles import AutoKeys, find_auto_handles

SHORTEST_STRETCH = 480
"""Samples of a stretch at least: a cut costs a key of each control that would have none there."""

MOST_REMEMBERED = 512
"""Stretches: some three hours, 20 seconds each."""

remembered: dict[bytes, list[AutoKeys]] = {}
"""The keys of stretches by a digest of all that they follow from, those used last at the end."""


def fit_keys(
    frames: NDArray[np.float64],
    columns: NDArray[np.float32],
    tolerance: float,
    groups: Collection[ColumnGroup],
) -> list[AutoKeys]:
    """Return few keys for each column, whose curve passes every sample within a tolerance.

    Args:
        frames: shape (n,), ascending, one or more.
        columns: the samples, shape (n, curves).
        tolerance: largest allowed distance in value at a sample.
        groups: columns whose keys stand on shared frames.
    """
    ends = _ends(groups, len(frames))
    parts = []
    for begin, end in pairwise(ends):
        rows = slice(begin, end + 1)
        own = [_within(group, begin, end) for group in groups]
        is_cut = begin > 0, end < ends[-1]
        parts.append(_fit(frames[rows], columns[rows], tolerance, own, is_cut))
    return [_joined(of_curve) for of_curve in zip(*parts, strict=True)]


def _ends(groups: Collection[ColumnGroup], count: int) -> list[int]:
    """Return the samples between which stretches lie, which they share; the first and last too."""
    ends = [0]
    for pose in sorted({pose for group in groups for pose in group.poses}):
        if pose - ends[-1] >= SHORTEST_STRETCH and count - 1 - pose >= SHORTEST_STRETCH:
            ends.append(pose)
    return [*ends, count - 1]


def _within(group: ColumnGroup, begin: int, end: int) -> ColumnGroup:
    """Return a group with its poses on some samples alone, the first of which is number 0."""
    poses = tuple(pose - begin for pose in group.poses if begin <= pose <= end)
    return replace(group, poses=poses)


def _fit(
    frames: NDArray[np.float64],
    columns: NDArray[np.float32],
    tolerance: float,
    groups: Sequence[ColumnGroup],
    is_cut: tuple[bool, bool],
) -> list[AutoKeys]:
    """Return the keys of a stretch, found or remembered.

    Args:
        frames: shape (n,).
        columns: the samples, shape (n, curves).
        tolerance: largest allowed distance in value at a sample.
        groups: columns whose keys stand on shared frames.
        is_cut: whether the clip goes on before the first sample, and after the last one.
    """
    digest = hashlib.blake2b(repr((columns.shape, tolerance, groups, is_cut)).encode())
    digest.update(frames.tobytes())
    digest.update(columns.tobytes())
    found = remembered.pop(digest.digest(), None)
    if found is None:
        curves = reduce_channels(frames, columns, tolerance, groups)
        found = find_auto_handles(curves, frames, columns, tolerance, is_cut)
    remembered[digest.digest()] = found
    while len(remembered) > MOST_REMEMBERED:
        del remembered[next(iter(remembered))]
    return found


def _joined(parts: Sequence[AutoKeys]) -> AutoKeys:
    """Return the keys of stretches as one curve; each begins with the key that another one ends on.

    The handle to the left of such a key is of the stretch before it. Within a hold it has no use.
    """
    first, later, last = parts[0], parts[1:], parts[-1]
    co = np.concatenate([first[0].co, *(keys.co[1:] for keys, _ in later)])
    left = np.concatenate([first[0].handle_left, *(keys.handle_left[1:] for keys, _ in later)])
    right = np.concatenate(
        [*(keys.handle_right[:-1] for keys, _ in parts[:-1]), last[0].handle_right]
    )
    is_auto = np.concatenate([first[1], *(is_auto[1:] for _, is_auto in later)])
    cuts = np.cumsum([len(keys) - 1 for keys, _ in parts[:-1]], dtype=np.intp)
    around = [co[cuts - 1], right[cuts - 1], left[cuts], right[cuts], left[cuts + 1], co[cuts + 1]]
    held = np.all([points[:, 1] == co[cuts, 1] for points in around], axis=0)
    kept = np.ones(len(co), dtype=np.bool_)
    kept[cuts[held]] = False
    return BezierKeys(co[kept], left[kept], right[kept]), is_auto[kept]
