# SPDX-License-Identifier: GPL-3.0-or-later
"""The clay a head is made of: ellipsoids that melt into each other, and rays that find their skin.

All lengths are centimetres, the origin lies between the eyes, the face looks along -Y and the
character's left is +X. ``...`` in a shape stands for any number of axes; arrays are float64.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Blob:
    """One lump of clay, or a hollow pressed into it.

    Attributes:
        centre: across, depth, up.
        radii: along the same axes.
        blend: centimetres over which it melts into what came before.
        pitch: degrees that it is turned around X, forwards and down if positive.
        roll: degrees that it is turned around Y; its mirror image the other way.
        power: 2 is an ellipsoid, more is boxier.
        is_paired: whether there is a mirror image of it.
        is_hollow: whether it is taken away.
    """

    centre: tuple[float, float, float]
    radii: tuple[float, float, float]
    blend: float = 1.0
    pitch: float = 0.0
    roll: float = 0.0
    power: float = 2.0
    is_paired: bool = False
    is_hollow: bool = False


def _rotation(blob: Blob) -> np.ndarray:
    """Return the matrix, shape (3, 3), that takes the axes of space to those of a blob."""
    a, b = np.radians([blob.pitch, blob.roll])
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    return about_x @ about_y


def _blob_distance(points: np.ndarray, blob: Blob) -> np.ndarray:
    """Return the signed distance of points (n, 3) from a blob, to first order, shape (n,)."""
    local = points - blob.centre
    if blob.pitch or blob.roll:
        local = local @ _rotation(blob).T
    radii = np.asarray(blob.radii)
    scaled = np.abs(local / radii) + 1e-9
    power = blob.power
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


def distance(points: np.ndarray, blobs: Sequence[Blob]) -> np.ndarray:
    """Return how far points (n, 3) lie outside the clay, below 0 inside, shape (n,)."""
    result = None
    image = points * (-1, 1, 1)
    for blob in blobs:
        for where in (points, image) if blob.is_paired else (points,):
            own = _blob_distance(where, blob)
            if result is None:
                result = own
            elif blob.is_hollow:
                result = -smooth_min(-result, own, blob.blend)
            else:
                result = smooth_min(result, own, blob.blend)
    return result


def gradient(points: np.ndarray, blobs: Sequence[Blob]) -> tuple[np.ndarray, np.ndarray]:
    """Return the distances of points (n, 3), shape (n,), and their gradients, shape (n, 3)."""
    step = 1e-3
    shifted = np.concatenate([points, *(points + step * axis for axis in np.eye(3))])
    here, *there = distance(shifted, blobs).reshape(4, -1)
    return here, np.stack([(value - here) / step for value in there], axis=-1)


def cast(
    origins: np.ndarray, directions: np.ndarray, blobs: Sequence[Blob], reach: float = 24.0
) -> np.ndarray:
    """Return where rays from outside come upon the clay first, by sphere tracing.

    Args:
        origins: inside the clay, shape (n, 3); a ray comes towards its origin.
        directions: of length 1, from the origin outwards, shape (n, 3).
        blobs: the clay.
        reach: centimetres from the origin at which a ray starts.

    Returns:
        Shape (n, 3).
    """
    along = np.full(len(origins), reach)
    for _ in range(28):
        miss = distance(origins + along[:, None] * directions, blobs)
        along = np.maximum(along - 0.92 * miss, 0.0)
        if np.abs(miss).max() < 1e-4:
            break
    return origins + along[:, None] * directions


def slide(points: np.ndarray, moves: np.ndarray, blobs: Sequence[Blob]) -> np.ndarray:
    """Return displacements changed so that points stay as far off the clay as they were.

    Args:
        points: shape (n, 3).
        moves: shape (n, 3).
        blobs: the clay.

    Returns:
        Shape (n, 3).
    """
    moving = np.nonzero(np.abs(moves).max(axis=1) > 1e-3)[0]
    start, there = points[moving], points[moving] + moves[moving]
    rest = distance(start, blobs)
    for _ in range(2):
        now, normal = gradient(there, blobs)
        there = there - ((now - rest) / (normal**2).sum(axis=1).clip(0.2))[:, None] * normal
    result = moves.copy()
    result[moving] = there - start
    return result


def smoothstep(low: float, high: float, value: np.ndarray) -> np.ndarray:
    """Return the cubic 3t² - 2t³ that rises from 0 at ``low`` to 1 at ``high``, clamped outside."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)
