# SPDX-License-Identifier: GPL-3.0-or-later
"""Hair that comes out from under a hood: solid locks that lie on the head and end in points."""

from dataclasses import dataclass

import numpy as np

from .field import Blob, gradient, smoothstep
from .part import Part, cubic, merged, tube
from .proportions import Design

STEPS, AROUND = 14, 8


@dataclass(frozen=True)
class Lock:
    """A lock of hair.

    Attributes:
        path: root, two points between and tip; each is brought to the skin, then lifted off it.
        lifts: centimetres off the skin at those four.
        width: half of it, at the widest place.
        thickness: half of it.
    """

    path: tuple[tuple[float, float, float], ...]
    lifts: tuple[float, float, float, float]
    width: float
    thickness: float


FRINGE = (
    # swept over the forehead to the right: one big, one middle, one small
    Lock(
        ((1.9, -5, 8.0), (0.5, -6, 7.0), (-1.6, -6, 5.9), (-4.0, -6, 5.2)),
        (-0.1, 0.6, 0.85, 0.5),
        1.25,
        0.5,
    ),
    Lock(
        ((0.4, -5, 8.2), (-1.2, -6, 7.3), (-2.9, -5, 6.3), (-4.6, -5, 4.5)),
        (-0.1, 0.4, 0.55, 0.35),
        1.15,
        0.42,
    ),
    Lock(
        ((2.3, -5, 7.9), (1.8, -6, 6.7), (0.9, -6, 5.6), (-0.9, -6, 4.9)),
        (-0.1, 0.6, 0.8, 0.8),
        0.85,
        0.42,
    ),
    # and to the left
    Lock(
        ((2.2, -5, 8.0), (3.1, -5, 7.0), (4.0, -5, 5.9), (4.6, -5, 4.6)),
        (-0.1, 0.5, 0.6, 0.4),
        0.95,
        0.42,
    ),
    Lock(
        ((2.2, -5, 8.0), (2.7, -5, 7.0), (3.0, -5, 6.1), (3.7, -6, 5.2)),
        (-0.1, 0.7, 0.85, 0.7),
        0.6,
        0.36,
    ),
)
TEMPLES = tuple(
    Lock(
        tuple((side * x, y, z) for x, y, z in path),
        (-0.3, 0.2, 0.42, 0.25),
        width,
        0.34,
    )
    for side in (-1, 1)
    for path, width in (
        (((6.9, -2.4, 2.6), (7.0, -3.4, 1.3), (6.9, -4.0, 0.1), (6.5, -4.9, -1.1)), 0.62),
        (((6.8, -2.8, 3.6), (6.8, -3.7, 2.6), (6.8, -4.2, 1.7), (6.6, -5.0, 0.9)), 0.5),
    )
)
NAPE = tuple(
    Lock(
        ((x, 4.0, -4.4), (1.02 * x, 4.0, -5.6), (0.95 * x, 4.0, -6.8), (1.05 * x + lean, 4.0, end)),
        (0.0, 0.5, 0.45, 0.8),
        width,
        0.45,
    )
    for x, lean, end, width in (
        (-3.0, -0.5, -7.0, 0.85),
        (-1.6, -0.3, -7.9, 0.95),
        (0.1, 0.3, -8.3, 1.0),
        (1.7, 0.3, -7.8, 0.95),
        (3.0, 0.6, -7.1, 0.85),
    )
)


def _settled(points: np.ndarray, clay: tuple[Blob, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return points (n, 3) brought to the skin, and its normals there."""
    for _ in range(12):
        away, slope = gradient(points, clay)
        size = np.linalg.norm(slope, axis=1, keepdims=True)
        points = points - 0.8 * away[:, None] * slope / size**2
    return points, slope / size


def lock(own: Lock, clay: tuple[Blob, ...]) -> Part:
    """Return a lock: a lens in section, fullest in its first half, pointed at its end."""
    along = np.linspace(0, 1, STEPS)
    ground, normal = _settled(cubic(np.array(own.path), along), clay)
    spine = ground + cubic(np.array(own.lifts)[:, None], along) * normal
    tangent = np.gradient(spine, axis=0)
    across = np.cross(tangent, normal)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    out = np.cross(across, tangent)
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    taper = (0.7 + 0.3 * smoothstep(0, 0.4, along)) * (1 - ((along - 0.3).clip(0) / 0.7) ** 2.2)
    taper = taper.clip(0.02)[:, None, None]
    turn = 2 * np.pi * np.arange(AROUND) / AROUND
    wide, high = np.cos(turn), np.sin(turn)
    # a ridge along the back of it, flat against the head
    high = np.where(high > 0, np.abs(high) ** 1.3, 0.45 * high)
    points = (
        spine[:, None]
        + taper * own.width * wide[None, :, None] * across[:, None]
        + taper * own.thickness * high[None, :, None] * out[:, None]
    )
    faces = [face[::-1] for face in tube(STEPS, AROUND)]
    return Part("lock", points.reshape(-1, 3), faces, ("hair",), [0] * len(faces))


def locks(design: Design, *all_locks: Lock) -> Part:
    """Return locks that lie on a design's head as one part."""
    return merged("hair", *(lock(own, design.clay) for own in all_locks))
