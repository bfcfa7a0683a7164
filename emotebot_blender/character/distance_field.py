# SPDX-License-Identifier: GPL-3.0-or-later
"""The solid that a head is made of: ellipsoids blended into each other, and rays that find it.

All lengths are centimetres, the origin lies between the eyes, the face looks along -Y and the
character's left is +X. ``...`` in a shape stands for any number of axes; arrays are float64.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Point = tuple[float, float, float]
"""Across, depth and up."""


@dataclass(frozen=True)
class Ellipsoid:
    """An ellipsoid added to the solid.

    Attributes:
        centre: across, depth, up.
        radii: along the same axes.
        blend: centimetres over which it is blended into what came before.
        pitch: degrees that it is turned around X, forwards and down if positive.
        roll: degrees that it is turned around Y; its mirror image the other way.
        power: 2 is an ellipsoid, more is boxier.
        is_paired: whether there is a mirror image of it.
        role: what it forms, by which random styles vary it; empty for what stays as it is.
    """

    centre: tuple[float, float, float]
    radii: tuple[float, float, float]
    blend: float = 1.0
    pitch: float = 0.0
    roll: float = 0.0
    power: float = 2.0
    is_paired: bool = False
    role: str = ""


def _rotation(ellipsoid: Ellipsoid) -> np.ndarray:
    """Return the matrix, shape (3, 3), that takes the axes of space to those of a ellipsoid."""
    a, b = np.radians([ellipsoid.pitch, ellipsoid.roll])
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    return about_x @ about_y


def _ellipsoid_distance(points: np.ndarray, ellipsoid: Ellipsoid) -> np.ndarray:
    """Return the signed distance of points (n, 3) from a ellipsoid, to first order, shape (n,)."""
    local = points - ellipsoid.centre
    if ellipsoid.pitch or ellipsoid.roll:
        local = local @ _rotation(ellipsoid).T
    radii = np.asarray(ellipsoid.radii)
    scaled = np.abs(local / radii) + 1e-9
    power = ellipsoid.power
    if power == 2:
        size = np.sqrt((scaled**2).sum(axis=-1))
        steepness = np.sqrt(((scaled / radii) ** 2).sum(axis=-1)) / size
    else:
        size = (scaled**power).sum(axis=-1) ** (1 / power)
        steepness = np.sqrt((((scaled / size[..., None]) ** (power - 1) / radii) ** 2).sum(axis=-1))
    return (size - 1) / steepness


def smooth_min(a: np.ndarray, b: np.ndarray, blend: float) -> np.ndarray:
    """Return the lesser of two arrays, rounded where they differ by less than ``blend``."""
    near = np.maximum(blend - np.abs(a - b), 0.0) / blend
    return np.minimum(a, b) - near * near * blend / 4


def distance(points: np.ndarray, solids: Sequence[Ellipsoid]) -> np.ndarray:
    """Return how far points (n, 3) lie outside the solids, below 0 inside, shape (n,)."""
    result: np.ndarray = np.full(len(points), np.inf)
    image = points * (-1, 1, 1)
    for ellipsoid in solids:
        for where in (points, image) if ellipsoid.is_paired else (points,):
            own = _ellipsoid_distance(where, ellipsoid)
            result = smooth_min(result, own, ellipsoid.blend)
    return result


def gradient(points: np.ndarray, solids: Sequence[Ellipsoid]) -> tuple[np.ndarray, np.ndarray]:
    """Return the distances of points (n, 3), shape (n,), and their gradients, shape (n, 3)."""
    step = 1e-3
    shifted = np.concatenate([points, *(points + step * axis for axis in np.eye(3))])
    here, *there = distance(shifted, solids).reshape(4, -1)
    return here, np.stack([(value - here) / step for value in there], axis=-1)


def normals(points: np.ndarray, solids: Sequence[Ellipsoid]) -> np.ndarray:
    """Return the outward normals of the solids, length 1, at points (n, 3), shape (n, 3)."""
    _, result = gradient(points, solids)
    return result / np.linalg.norm(result, axis=1, keepdims=True)


def cast(
    origins: np.ndarray, directions: np.ndarray, solids: Sequence[Ellipsoid], reach: float = 24.0
) -> np.ndarray:
    """Return where rays from outside come upon the solids first, by sphere tracing.

    Args:
        origins: inside the solids, shape (n, 3); a ray comes towards its origin.
        directions: of length 1, from the origin outwards, shape (n, 3).
        solids: the solids.
        reach: centimetres from the origin at which a ray starts.

    Returns:
        Shape (n, 3).
    """
    along = np.full(len(origins), reach)
    for _ in range(28):
        miss = distance(origins + along[:, None] * directions, solids)
        along = np.maximum(along - 0.92 * miss, 0.0)
        if np.abs(miss).max() < 1e-4:
            break
    return origins + along[:, None] * directions


def slide(points: np.ndarray, moves: np.ndarray, solids: Sequence[Ellipsoid]) -> np.ndarray:
    """Return displacements changed so that points stay as far off the solids as they were.

    Args:
        points: shape (n, 3).
        moves: shape (n, 3).
        solids: the solids.

    Returns:
        Shape (n, 3).
    """
    moving = np.nonzero(np.abs(moves).max(axis=1) > 1e-3)[0]
    start, there = points[moving], points[moving] + moves[moving]
    rest = distance(start, solids)
    for _ in range(2):
        now, normal = gradient(there, solids)
        there = there - ((now - rest) / (normal**2).sum(axis=1).clip(0.2))[:, None] * normal
    result = moves.copy()
    result[moving] = there - start
    return result


def smoothstep(low: float, high: float, value: np.ndarray) -> np.ndarray:
    """Return the cubic 3t² - 2t³ that rises from 0 at ``low`` to 1 at ``high``, clamped outside."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)
