# SPDX-License-Identifier: GPL-3.0-or-later
"""What the shape keys of a face do to its vertices."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..errors import EmoteBotError

_HARDLY = 1e-5
"""Distance that is not seen, as a share of the range of coordinates."""

Moved = tuple[NDArray[np.intp], NDArray[np.float32]]
"""The vertices that a key moves, (moved,), and by how much, float32 (moved, 3)."""


@dataclass(frozen=True)
class Displacements:
    """The displacements of all shape keys of a face, whose meshes are put together.

    Coordinates are Blender's for a character that looks along -Y: x is to its left, z is up.

    Attributes:
        positions: of the vertices at rest, float32 (vertices, 3), in any unit.
        islands: for each vertex the number of the connected part of a mesh that it belongs to,
            (vertices,).
        keys: for each shape key what it moves; keys of one name on several meshes are one.

    Raises:
        EmoteBotError: there are no vertices, or positions are not finite.
    """

    positions: NDArray[np.float32]
    islands: NDArray[np.intp]
    keys: Mapping[str, Moved]

    def __post_init__(self) -> None:
        if not len(self.positions) or not np.isfinite(self.positions).all():
            raise EmoteBotError("The mesh has no vertices, or some whose position is not a number")

    @cached_property
    def peaks(self) -> NDArray[np.float32]:
        """How far each key moves the vertex that it moves most, (keys,)."""
        return np.array(
            [np.linalg.norm(by, axis=1).max(initial=0) for _, by in self.keys.values()],
            dtype=np.float32,
        )

    def turned(self, rotation: NDArray[np.floating]) -> "Displacements":
        """Return the same with the coordinates turned.

        Args:
            rotation: matrix, shape (3, 3), that takes a point of this to one of the result.
        """
        matrix = rotation.T.astype(np.float32)
        return Displacements(
            self.positions @ matrix,
            self.islands,
            {name: (at, by @ matrix) for name, (at, by) in self.keys.items()},
        )


def seen_displacements(rest: NDArray[np.float32], shape: NDArray[np.float32], span: float) -> Moved:
    """Return what differs visibly between two shapes of a mesh.

    Args:
        rest: positions, float32 (vertices, 3).
        shape: positions in the other shape, the same.
        span: range of the coordinates of the face.
    """
    step = shape - rest
    moved = np.flatnonzero(np.abs(step).ravel() > _HARDLY * span) // 3
    at = np.flatnonzero(np.bincount(moved, minlength=len(step)))
    return at, step[at]


def find_islands(count: int, edges: NDArray[np.integer]) -> NDArray[np.intp]:
    """Return for each vertex the lowest vertex that edges connect it with.

    Args:
        count: of vertices.
        edges: pairs of vertices, shape (edges, 2).
    """
    lowest = np.arange(count)
    one, other = edges[:, 0], edges[:, 1]
    while True:
        nearer = lowest.copy()
        np.minimum.at(nearer, one, lowest[other])
        np.minimum.at(nearer, other, lowest[one])
        nearer = nearer[nearer]
        if np.array_equal(nearer, lowest):
            return lowest
        lowest = nearer
