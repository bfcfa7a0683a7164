# SPDX-License-Identifier: GPL-3.0-or-later
"""What each key of a face does, in a form that can be compared between faces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .displacements import Displacements
from .face_alignment import FaceAlignment

ACROSS, UP = 33, 40
"""Cells of a field: odd across, so that a mirror leaves the middle where it is."""

_WIDEST = 2.4
_LOWEST, _HIGHEST = -2.1, 1.1
"""What a field shows of the face, in the coordinates of ``FaceAlignment``."""

_DEPTH = 0.9
"""How far behind the foremost point a vertex is still skin, in half distances of the eyes."""

_WITH_JAW = 0.4
"""From this share of the jaw's movement a vertex is below the lips."""

_SIGMA = 1.0
"""Of the smoothing, in cells."""

_FAINT = 0.05
"""Cells with less of the mesh around them count for nothing."""

_TONGUE_ACROSS, _TONGUE_UP = 0.5, 0.6
"""Where a tongue is, around the mouth."""


@dataclass(frozen=True)
class KeyEffects:
    """What keys or channels do, measured in half distances of the eyes.

    Attributes:
        fields: mean displacement of the skin in each cell, above the lips and below them,
            float32 (keys, 2, ACROSS, UP, 3).
        gazes: how far the front of the left and the right eyeball goes to the left and up,
            float32 (keys, 2, 2).
        tongues: how far something in the mouth comes forward, float32 (keys,).
    """

    fields: NDArray[np.float32]
    gazes: NDArray[np.float32]
    tongues: NDArray[np.float32]

    @property
    def sizes(self) -> NDArray[np.float32]:
        """The length of each field, (keys,)."""
        sizes: NDArray[np.float32] = np.linalg.norm(
            self.fields.reshape(len(self.fields), -1), axis=1
        )
        return sizes

    def some(self, keys: Sequence[int]) -> "KeyEffects":
        """Return what some of the keys do."""
        rows = list(keys)
        return KeyEffects(self.fields[rows], self.gazes[rows], self.tongues[rows])

    def at_values(self, values: Mapping[int, float]) -> "KeyEffects":
        """Return what some of the keys do at the same time, as one.

        Args:
            values: rows of keys, at least one, to the values that they have.
        """
        some, factors = self.some(list(values)), np.array(list(values.values()), dtype=np.float32)
        return KeyEffects(
            some.fields * factors[:, None, None, None, None],
            some.gazes * factors[:, None, None],
            some.tongues * factors,
        ).together(range(len(values)))

    def together(self, keys: Sequence[int]) -> "KeyEffects":
        """Return what some of the keys do at the same time, as one."""
        rows = list(keys)
        return KeyEffects(
            self.fields[rows].sum(axis=0, keepdims=True),
            self.gazes[rows].sum(axis=0, keepdims=True),
            self.tongues[rows].max(keepdims=True),
        )


def joined(effects: Sequence[KeyEffects]) -> KeyEffects:
    """Return all of these keys, at least one."""
    return KeyEffects(
        np.concatenate([one.fields for one in effects]),
        np.concatenate([one.gazes for one in effects]),
        np.concatenate([one.tongues for one in effects]),
    )


def flipped(effects: KeyEffects) -> KeyEffects:
    """Return what the mirror images of keys do."""
    across = np.array((-1, 1, 1), dtype=np.float32)
    return KeyEffects(
        effects.fields[:, :, ::-1] * across, effects.gazes[:, ::-1] * across[:2], effects.tongues
    )


def measure(face: Displacements, alignment: FaceAlignment) -> KeyEffects:
    """Return what each key does, in the order of the face's.

    Args:
        face: that looks along -Y.
        alignment: of it.
    """
    cells, hidden = _cells(face, alignment)
    layers = (alignment.jaw >= _WITH_JAW).astype(np.intp)
    count = 2 * ACROSS * UP
    rows = np.where(cells >= 0, layers * (ACROSS * UP) + cells, count)
    filled = np.bincount(rows, minlength=count + 1)[:count]
    sums = np.zeros((len(face.keys), 3, count), dtype=np.float32)
    gazes = np.zeros((len(face.keys), 2, 2), dtype=np.float32)
    tongues = np.zeros(len(face.keys), dtype=np.float32)
    fronts = _eyeball_fronts(face, alignment)
    step = np.zeros((len(face.positions), 3), dtype=np.float32)
    for key, (at, by) in enumerate(face.keys.values()):
        for axis in range(3):
            sums[key, axis] = np.bincount(rows[at], by[:, axis], count + 1)[:count]
        tongues[key] = (-by[hidden[at], 1]).max(initial=0) / alignment.half
        if fronts:
            step[at] = by
            gazes[key] = [step[front][:, (0, 2)].mean(axis=0) / alignment.half for front in fronts]
            step[at] = 0
    means = sums.reshape(-1, 3, 2, ACROSS, UP) / np.maximum(filled, 1).reshape(2, ACROSS, UP)
    there = (filled > 0).reshape(2, ACROSS, UP).astype(np.float32)
    weight = _blurred(there)
    fields = np.where(weight > _FAINT, _blurred(means) / np.maximum(weight, _FAINT), 0)
    return KeyEffects(
        (fields / alignment.half).transpose(0, 2, 3, 4, 1).astype(np.float32), gazes, tongues
    )


def _cells(
    face: Displacements, alignment: FaceAlignment
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return the cell that each vertex of the skin is in, and which vertices are in the mouth.

    Vertices that are no skin, or outside of the field, have the cell -1.
    """
    place = alignment.coordinates(face.positions)
    across = np.floor((place[:, 0] + _WIDEST) / (2 * _WIDEST) * ACROSS).astype(np.intp)
    up = np.floor((place[:, 1] - _LOWEST) / (_HIGHEST - _LOWEST) * UP).astype(np.intp)
    inside = (across >= 0) & (across < ACROSS) & (up >= 0) & (up < UP)
    for ball in alignment.eyeballs:
        inside[ball] = False
    at = np.flatnonzero(inside)
    depths = np.full((ACROSS + 4, UP + 4), np.inf, dtype=np.float32)
    np.minimum.at(depths, (across[at] + 2, up[at] + 2), face.positions[at, 1])
    windows = np.lib.stride_tricks.sliding_window_view(depths, (5, 5))
    front = windows.min(axis=(2, 3))
    behind = np.zeros(len(place), dtype=np.float32)
    behind[at] = (face.positions[at, 1] - front[across[at], up[at]]) / alignment.half
    cells = np.where(inside & (behind <= _DEPTH), across * UP + up, -1)
    mouth = (np.abs(place[:, 0]) < _TONGUE_ACROSS) & (np.abs(place[:, 1] + 1) < _TONGUE_UP)
    return cells, inside & mouth & (behind > _DEPTH / 3)


def _eyeball_fronts(face: Displacements, alignment: FaceAlignment) -> tuple[NDArray[np.intp], ...]:
    """Return the vertices of the front half of each eyeball, left and right."""
    return tuple(
        ball[face.positions[ball, 1] <= np.median(face.positions[ball, 1])]
        for ball in alignment.eyeballs
    )


def _blurred(fields: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return fields, shape (..., ACROSS, UP), smoothed by a Gaussian."""
    smoothed: NDArray[np.floating] = _gaussian(ACROSS) @ fields @ _gaussian(UP)
    return smoothed


def _gaussian(count: int) -> NDArray[np.float32]:
    """Return the matrix that smooths that many cells, float32 (count, count)."""
    apart = np.subtract.outer(np.arange(count), np.arange(count))
    weights = np.exp(-0.5 * (apart / _SIGMA) ** 2) / (_SIGMA * np.sqrt(2 * np.pi))
    matrix: NDArray[np.float32] = weights.astype(np.float32)
    return matrix
