# SPDX-License-Identifier: GPL-3.0-or-later
"""The directions and the size of a face among bones at rest, and what moves a bone along them.

A face's own space has x to the character's left, y forward and z up; its unit of length is the
distance between the eyes, some 63 mm on an adult. Bones have axes of their own, turned any way: a
movement that is meant in the space of the face is taken apart along these.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Vector: TypeAlias = NDArray[np.float64]
"""Shape (3,)."""

_SNAP = math.cos(math.radians(25))
"""A face that stands this close to an axis of its armature is taken to stand along it."""

_SMALLEST = 1e-9


@dataclass(frozen=True)
class RestBone:
    """A bone at rest, in the space of its armature.

    Attributes:
        head: where it starts, shape (3,).
        location_axes: directions that its location is measured along, columns, shape (3, 3).
        rotation_axes: directions that it is rotated about, columns, shape (3, 3).
    """

    head: Vector
    location_axes: NDArray[np.float64]
    rotation_axes: NDArray[np.float64]


@dataclass(frozen=True)
class FaceSpace:
    """Directions and size of a face, in the space of its armature.

    Attributes:
        left: unit vector to the character's left, shape (3,).
        forward: unit vector that the face looks along, shape (3,).
        up: unit vector, shape (3,); all three at right angles.
        size: distance between the eyes, above 0.
    """

    left: Vector
    forward: Vector
    up: Vector
    size: float

    def shift(self, move: tuple[float, float, float]) -> Vector:
        """Return a movement to the left, forward and up, in sizes, as a vector, shape (3,)."""
        x, y, z = move
        moved: Vector = self.size * (x * self.left + y * self.forward + z * self.up)
        return moved

    def rotation(self, turn: tuple[float, float, float]) -> Vector:
        """Return a turn as a rotation vector, shape (3,), its length the angle in radians.

        Args:
            turn: pitch, yaw and roll in radians: what is in front goes down, what is in front goes
                to the character's left, what is above goes to the character's left.
        """
        pitch, yaw, roll = turn
        turned: Vector = pitch * self.left + yaw * self.up - roll * self.forward
        return turned

    def aim(self, distance: float, pitch: float, yaw: float) -> Vector:
        """Return how far a target straight ahead goes to be seen by so much lower and farther left.

        Args:
            distance: from the eye to the target, in the armature's units.
            pitch: radians that the line of sight goes down.
            yaw: radians that it goes to the character's left.
        """
        return distance * (math.tan(yaw) * self.left - math.tan(pitch) * self.up)


def measure_face(left_eye: Vector, right_eye: Vector, low: Vector) -> FaceSpace | None:
    """Return the space of a face from three points of it, in the space of its armature.

    The eyes give the left, the way up from the low point to them gives up as far as it is at right
    angles to that, and forward follows, as nobody is mirrored. Chins and hips do not stand
    straight below the eyes: up within 25 degrees of an axis of the armature is that axis.

    Args:
        left_eye: the middle of the left eye, shape (3,).
        right_eye: of the right one.
        low: a point below the eyes near the plane between left and right: the chin, the hips.

    Returns:
        The space; None where the points lie in a line.
    """
    across = left_eye - right_eye
    size = float(np.linalg.norm(across))
    if size < _SMALLEST:
        return None
    left = across / size
    up = (left_eye + right_eye) / 2 - low
    up = up - (up @ left) * left
    length = float(np.linalg.norm(up))
    if length < _SMALLEST * size or length < _SMALLEST:
        return None
    up /= length
    axis = int(np.abs(up).argmax())
    if abs(up[axis]) > _SNAP:
        up = np.sign(up[axis]) * np.eye(3)[axis]
        up -= (up @ left) * left
        up /= np.linalg.norm(up)
    return FaceSpace(left, np.cross(left, up), up, size)


def along(axes: NDArray[np.float64], vector: Vector) -> Vector:
    """Return the parts of a vector along the columns of a rotation, shape (3,)."""
    parts: Vector = axes.T @ vector
    return parts
