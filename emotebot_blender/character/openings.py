# SPDX-License-Identifier: GPL-3.0-or-later
"""Lids and lips: the rings around the openings of a head.

An eye's rings count their points from the inner corner over the upper lid, the left half of the
mouth's from the middle of the upper lip over the corner to that of the lower one. Ring 0 is the
opening's edge; rings further out count upwards, those inside it downwards from -1.
"""

import numpy as np

from .distance_field import normals
from .style import Style

EYE_COLUMNS, EYE_ROWS = 11, 10
MOUTH_COLUMNS, MOUTH_ROWS = 12, 8
EYE_POINTS = 2 * (EYE_COLUMNS + EYE_ROWS)
MOUTH_POINTS = 2 * MOUTH_COLUMNS + MOUTH_ROWS + 1
"""Points of half a ring of the mouth."""
EYE_RINGS = 6
"""Ring of an eye that meets the grid."""
MOUTH_RINGS, LIP_BORDER = 8, 4
"""Ring of the mouth that meets the grid, and that at which the lips' colour ends."""
NONE = 99
"""Ring of a point that belongs to none."""
LIP_OVERLAP, LIP_DEPTH = 0.38, 0.34
"""Centimetres by which the lower lip reaches up behind the upper one at rest, so that lips that
hardly part show no teeth, and how far behind it."""


def eye_margin(style: Style) -> np.ndarray:
    """Return the edge of the left lids, shape (EYE_POINTS, 3), from the inner corner upwards."""
    eye = style.eye
    turn = 2 * np.pi * np.arange(EYE_POINTS) / EYE_POINTS
    across, up = -np.cos(turn), np.sin(turn)
    x = eye.half_width * across
    power = 2 / eye.squareness
    z = np.where(up > 0, eye.upper, eye.lower) * np.sign(up) * np.abs(up) ** power
    # the upper lid is highest a little inwards, the lower lid lowest a little outwards
    z = z + 0.5 * eye.tilt * across - 0.05 * across * up
    y = -np.sqrt(eye.lid**2 - x**2 - z**2)
    angle = np.radians(eye.outward)
    turned = np.stack(
        [x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle), z], axis=1
    )
    return style.eye_centre + turned


def mouth_ring(style: Style, ring: float) -> np.ndarray:
    """Return x and z of a ring of the left half of the lips, shape (MOUTH_POINTS, 2).

    Args:
        style: whose mouth it is.
        ring: 0 is the seam, ``LIP_BORDER`` the border of the lips.
    """
    mouth = style.mouth
    turn = np.linspace(0, np.pi, MOUTH_POINTS)
    across, up = np.sin(turn), np.cos(turn)
    x = (mouth.half_width + 0.22 * ring / LIP_BORDER) * across
    seam = mouth.height + mouth.rise * across**2.2
    bow = 1 - 0.16 * np.exp(-((x / 0.42) ** 2))
    upper = mouth.upper * bow * np.interp(ring, [0, LIP_BORDER], [-0.06, 1])
    lower = np.interp(ring, range(LIP_BORDER + 1), [LIP_OVERLAP, -0.09, -0.22, -0.34, -0.46])
    lip = np.where(up > 0, upper, lower * mouth.lower / 0.46) * np.abs(up) ** 0.9
    return np.stack([x, seam + lip], axis=1)


def seat_lids(points: np.ndarray, rings: list[np.ndarray], style: Style) -> None:
    """Lay the inner rings of the lids on the lids' sphere, in place."""
    points[rings[0]] = eye_margin(style)
    centre, radius = style.eye_centre, style.eye.lid
    for ring, hold in ((1, 0.9), (2, 0.5), (3, 0.15)):
        arm = points[rings[ring]] - centre
        away = np.linalg.norm(arm, axis=1, keepdims=True)
        seat = 1 + (radius * 1.01 / away - 1) * hold
        points[rings[ring]] = centre + arm * seat


def seat_lips(points: np.ndarray, rings: list[np.ndarray], style: Style) -> None:
    """Round the lips, in place."""
    up = np.cos(np.linspace(0, np.pi, MOUTH_POINTS))
    for ring in range(LIP_BORDER + 2):
        upper = np.interp(ring, range(6), [0.45, 0.8, 0.85, 0.6, 0.1, -0.1])
        lower = np.interp(ring, range(6), [0.0, 0.25, 0.95, 0.85, 0.15, -0.1])
        out = style.mouth.fullness * np.where(up > 0, upper, lower) * np.abs(up) ** 0.6
        if ring == 0:
            out -= np.where(up < 0, LIP_DEPTH, 0.0) * np.abs(up) ** 0.6
        normal = normals(points[rings[ring]], style.solids)
        points[rings[ring]] += out[:, None] * normal
        # the corners of the mouth are tucked in a little, the lower lip behind the upper one
        tuck = np.where(up < -1e-6, 0.24, 0.08) * np.exp(-((up / 0.3) ** 2))
        tuck *= np.interp(ring, [0, 1, 5], [1, 1, 0])
        points[rings[ring]] -= tuck[:, None] * normal


def lid_rims(style: Style) -> np.ndarray:
    """Return the thickness of the left lids, two rings into the eyeball, (2, EYE_POINTS, 3)."""
    arm = eye_margin(style) - style.eye_centre
    arm /= np.linalg.norm(arm, axis=1, keepdims=True)
    rings = []
    for size, spread in ((1.0, 0.0), (0.92, 0.1)):
        way = arm * (1 + spread, 1, 1 + spread)
        way /= np.linalg.norm(way, axis=1, keepdims=True)
        rings.append(style.eye_centre + way * style.eye.radius * size)
    return np.stack(rings)


def mouth_bag(seam: np.ndarray) -> np.ndarray:
    """Return the inside of the lips and of the mouth, shape (rings, MOUTH_POINTS, 3).

    Args:
        seam: the lips' edges, shape (MOUTH_POINTS, 3).
    """
    up = np.cos(np.linspace(0, np.pi, MOUTH_POINTS))
    spread = np.sign(np.round(up, 9)) * np.abs(up) ** 0.5
    # how far back behind the upper lip and behind the lower one, how far apart, and how wide
    stages = (
        (0.14, 0.05, 0.02, 0.98),
        (0.36, 0.14, 0.25, 0.95),
        (0.8, 0.5, 0.8, 0.93),
        (1.7, 1.4, 1.2, 0.93),
        (3.0, 2.8, 1.3, 0.9),
        (4.4, 4.2, 1.0, 0.8),
        (5.2, 5.0, 0.4, 0.5),
    )
    rings = []
    for upper, lower, apart, width in stages:
        back = np.where(up > 0, upper, lower)
        moved = [seam[:, 0] * width, seam[:, 1] + back, seam[:, 2] + apart * spread]
        rings.append(np.stack(moved, axis=1))
    return np.stack(rings)
