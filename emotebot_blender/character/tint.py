# SPDX-License-Identifier: GPL-3.0-or-later
"""Colour that varies over a surface of the built-in head, point by point.

A tint has four numbers a point: what red, green and blue are multiplied by, and how far the colour
goes over into that of the neighbouring material.
"""

import numpy as np

from . import form
from .form import bump, smoothstep
from .openings import LIP_BORDER
from .sculpting import Surface

WARMTH = np.array([0.05, 0.34, 0.32])
"""Share of red, green and blue that blood under the skin takes away."""


def skin_tint(surface: Surface, groove: np.ndarray) -> np.ndarray:
    """Return the tint of the skin: warm cheeks, nose, lids and chin, soft borders of the lips.

    Args:
        surface: the skin.
        groove: shape (n,), 1 at the bottom of the groove around the face plate, 0 outside it.
    """
    x, z = np.abs(surface.points[:, 0]), surface.points[:, 2]
    front = smoothstep(-1.0, -5.0, surface.points[:, 1])
    warm = 0.7 * bump(x, z, (4.5, -2.7), (1.6, 1.1)) + 0.45 * bump(x, z, (0.0, -2.7), (0.9, 0.6))
    warm += 0.2 * bump(x, z, (0.0, -8.3), (1.3, 0.8)) + 0.3 * bump(x, z, (3.4, 1.5), (1.9, 0.7))
    nostril = 0.45 * bump(x, z, (0.55, -3.22), (0.2, 0.13)) * front
    ring = surface.mouth_ring
    steps = np.arange(-1, 4) + LIP_BORDER - 1
    melting = np.interp(ring, steps, [0.0, 0.12, 0.5, 0.1, 0.0])
    # the seam of the lips is deeper in colour
    seam = np.interp(ring, [0, 2], [0.3, 0.0]) * (np.abs(ring) <= 2)
    colour = 1 - (warm * front)[:, None] * WARMTH - (seam + nostril + 0.72 * groove)[:, None]
    return np.column_stack([colour, melting])


def eye_tint(ball: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Return the tint of an eyeball: an iris lit from above through the cornea, shaded whites.

    Args:
        ball: shape (n, 3), points around the eye's centre.
        turn: shape (n,), radians around the axis of the eye.
    """
    ahead = np.degrees(np.arccos(np.clip(-ball[:, 1] / form.EYE_RADIUS, -1, 1)))
    below = 0.5 - 0.5 * np.sin(turn)
    streaks = 0.1 * np.sin(7 * turn + 1) + 0.08 * np.sin(11 * turn + 2.2) + 0.06 * np.sin(17 * turn)
    iris = (0.45 + 1.25 * below**1.3) * (1 + streaks)
    white = np.interp(ahead, [33, 39, 60, 90], [0.8, 1.0, 0.97, 0.85])
    white -= 0.16 * smoothstep(0.3, 1.0, ball[:, 2] / form.EYE_RADIUS * 2)
    grey = np.where(ahead > 32.9, white, iris)
    colour = grey[:, None] * np.where((ahead > 32.9)[:, None], (1.0, 0.985, 0.98), (1.0, 1.0, 1.0))
    return np.column_stack([colour, np.zeros(len(ball))])
