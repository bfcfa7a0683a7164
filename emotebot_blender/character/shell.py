# SPDX-License-Identifier: GPL-3.0-or-later
"""The shell of the skull: an android's hair, moulded in a few thick locks swept to one side."""

import itertools

import numpy as np

from . import form
from .part import Part, tube

_LOCKS = np.array([-82.0, -54.0, -25.0, 4.0, 31.0, 56.0, 82.0])
"""Where the locks of the front meet, in degrees from the front to the character's left."""
_PARTING = -25.0
_STREAK = 3
"""The lock that has the colour of the trim."""
_LOCK_COLUMNS, _BACK_COLUMNS = 7, 32
_COLUMNS = _LOCK_COLUMNS * (len(_LOCKS) - 1) + _BACK_COLUMNS
_GATHER = 0.5
"""Share of their distance to the parting that the locks have covered near the crown."""
_MIDDLE = np.array([0.0, 0.4, 0.5])
"""Centimetres; the shell stands off the skull away from it."""


def _columns() -> np.ndarray:
    """Return the degrees of the shell's columns, from the first lock round the head, shape (n,)."""
    front = [
        np.linspace(start, end, _LOCK_COLUMNS, endpoint=False)
        for start, end in itertools.pairwise(_LOCKS)
    ]
    back = np.linspace(_LOCKS[-1], 360 + _LOCKS[0], _BACK_COLUMNS, endpoint=False)
    return np.concatenate([*front, back])


def _along_lock(degrees: np.ndarray) -> np.ndarray:
    """Return the position of angles (n,) across their lock, 0 to 1; 0 at the back of the head."""
    lock = np.clip(np.searchsorted(_LOCKS, degrees, side="right") - 1, 0, len(_LOCKS) - 2)
    part = (degrees - _LOCKS[lock]) / (_LOCKS[lock + 1] - _LOCKS[lock])
    return np.where((degrees >= _LOCKS[0]) & (degrees < _LOCKS[-1]), part, 0.0)


def _hairline(degrees: np.ndarray) -> np.ndarray:
    """Return the row of the skull where the shell begins at angles (n,) in degrees, shape (n,)."""
    edge = np.interp(
        degrees,
        [-82, -74, -66, -56, -44, -25, -10, 8, 24, 38, 48, 57, 66, 74, 82,
         92, 105, 125, 150, 180, 210, 235, 255, 268, 278],
        [4.9, 4.5, 3.5, 2.5, 1.75, 1.15, 1.25, 1.45, 1.75, 2.05, 2.35, 2.75, 3.6, 4.5, 4.9,
         5.6, 6.3, 6.8, 7.05, 7.1, 7.05, 6.8, 6.3, 5.6, 4.9],
    )  # fmt: skip
    # locks end in soft tips, each on the side that it is swept to
    part = _along_lock(degrees)
    swept = np.where(degrees > _PARTING, part, 1 - part)
    tips = 0.5 * np.sin(np.pi * swept**2.0) * (np.abs(degrees) < 70)
    return edge + tips


def _rise(degrees: np.ndarray, up: np.ndarray) -> np.ndarray:
    """Return how many centimetres the shell stands over the skull, shape (n,).

    Args:
        degrees: angles around the head, shape (n,).
        up: 0 at the shell's edge to 1 on top, shape (n,).
    """
    part = _along_lock(degrees)
    swell = form.smoothstep(0.0, 0.22, up)
    rise = 0.42 + 0.6 * np.sin(0.75 * np.pi * np.clip(up, 0, 1)) ** 0.8
    # the fringe: high at the parting, falling off towards the left temple
    fringe = np.interp(
        degrees, [-60, -27, -23, 0, 30, 62, 85], [0.35, 0.45, 1.35, 1.4, 1.0, 0.5, 0.1]
    )
    rise = rise + fringe * swell * form.smoothstep(1.3, 0.3, up)
    front = (degrees >= _LOCKS[0]) & (degrees < _LOCKS[-1])
    rise = rise + np.where(front, 0.42 * np.sin(np.pi * part) ** 0.75 - 0.17, 0.0) * (
        0.45 + 0.55 * swell
    ) * form.smoothstep(1.1, 0.7, up)
    # the nape turns out a little
    nape = np.exp(-(((degrees - 180) / 55) ** 2))
    return rise + 0.1 * nape * form.smoothstep(0.3, 0.0, up)


def _over_skull(degrees: np.ndarray, row: np.ndarray, rise: np.ndarray) -> np.ndarray:
    """Return points over the skull, away from ``_MIDDLE``, centimetres, shape (n, 3).

    Args:
        degrees: angles around the head, shape (n,).
        row: of the skull, shape (n,).
        rise: centimetres over it, shape (n,).
    """
    theta = (np.radians(degrees) + np.pi) % (2 * np.pi) - np.pi
    skull = form.base(theta, np.maximum(row, 0))
    away = skull - _MIDDLE
    away /= np.linalg.norm(away, axis=-1, keepdims=True)
    return skull + rise[..., None] * away


def shell() -> Part:
    """Return the shell of the skull: it wraps the head behind a hairline, a little above it."""
    degrees = _columns()
    edge = _hairline(degrees)
    rings = [
        _over_skull(degrees, edge + over, np.full(_COLUMNS, height))
        for over, height in ((-0.05, -0.3), (0.0, 0.08), (0.07, 0.2), (0.06, 0.32))
    ]
    away = (degrees - _PARTING) * np.exp(-(((degrees - _PARTING) / 90) ** 2))
    for up in np.linspace(0, 1, 18) ** 1.15:
        row = edge * (1 - up) + 0.25 * up
        turn = degrees - _GATHER * away * form.smoothstep(0.0, 0.8, np.array(up))
        rings.append(_over_skull(turn, row, _rise(degrees, np.full(_COLUMNS, up))))
    crown = rings[-1].mean(axis=0)
    last = rings[-1]
    for share in (0.75, 0.5, 0.25, 0.04):
        cap = crown + (last - crown) * share
        cap[:, 2] += 1.0 * (1 - share**2)
        rings.append(cap)
    faces = tube(len(rings), _COLUMNS, closed=False)
    slots = ("shell", "dark", "trim")
    column = np.arange(_COLUMNS)
    streak = (column // _LOCK_COLUMNS == _STREAK).astype(int) * 2
    bands = [np.ones(_COLUMNS, int)] * 2 + [streak] * (len(rings) - 3)
    top = (len(rings) - 1) * _COLUMNS
    faces.append(tuple(range(top, top + _COLUMNS)))
    return Part("shell", np.concatenate(rings), faces, [*np.concatenate(bands).tolist(), 0], slots)
