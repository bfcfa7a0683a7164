# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns of a head, as clips have them, and the angles and quaternions of other programs.

A turn is a rotation vector taken apart: what is in front goes down, goes to the character's left,
and what is above goes to its left. ARKit, Live Link Face and glTF rotate about x to the character's
left, y up and z out of the face, right-handed, so that their roll is the other way round. Their
angles follow one another: yaw, then pitch, then roll, about axes that turn along.
"""

import numpy as np
from numpy.typing import NDArray

_SIGNS = np.array([1.0, 1.0, -1.0])
"""Of pitch, yaw and roll of a turn about x, y and z."""

_SMALL = 1e-12


def quaternions_of(turns: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return turns as unit quaternions x, y, z, w, shape (frames, 4).

    Args:
        turns: pitch, yaw and roll in degrees, shape (frames, 3).
    """
    vectors = np.radians(turns.astype(np.float64)) * _SIGNS
    half = np.linalg.norm(vectors, axis=1, keepdims=True) / 2
    scale = np.where(half > _SMALL, np.sin(half) / np.maximum(2 * half, _SMALL), 0.5)
    return np.concatenate([vectors * scale, np.cos(half)], axis=1)


def yaw_pitch_roll(turns: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return turns as yaw, pitch and roll in radians, shape (frames, 3).

    Args:
        turns: pitch, yaw and roll in degrees, shape (frames, 3).
    """
    x, y, z, w = quaternions_of(turns).T
    pitch = np.arcsin(np.clip(2 * (x * w - y * z), -1, 1))
    yaw = np.arctan2(2 * (x * z + y * w), 1 - 2 * (x * x + y * y))
    roll = np.arctan2(2 * (x * y + z * w), 1 - 2 * (x * x + z * z))
    return np.stack([yaw, pitch, roll], axis=1)


def turns_of(angles: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the turns of a head in degrees, pitch, yaw and roll, float32, shape (frames, 3).

    Args:
        angles: yaw, pitch and roll in radians, shape (frames, 3).
    """
    sines, cosines = np.sin(angles / 2), np.cos(angles / 2)
    (sy, sx, sz), (cy, cx, cz) = sines.T, cosines.T
    vectors = np.stack(
        [
            cy * sx * cz + sy * cx * sz,
            sy * cx * cz - cy * sx * sz,
            cy * cx * sz - sy * sx * cz,
        ],
        axis=1,
    )
    real = cy * cx * cz + sy * sx * sz
    vectors *= np.where(real < 0, -1.0, 1.0)[:, None]  # the shorter way round
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    angle = 2 * np.arctan2(length, np.abs(real)[:, None])
    scale = np.where(length > _SMALL, angle / np.maximum(length, _SMALL), 2.0)
    return np.asarray(np.degrees(vectors * scale) * _SIGNS, dtype=np.float32)
