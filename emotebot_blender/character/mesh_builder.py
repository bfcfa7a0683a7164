# SPDX-License-Identifier: GPL-3.0-or-later
"""A mesh of quads under construction, in the coordinates of the skull, and how it is evened out."""

from dataclasses import dataclass

import numpy as np

from . import form
from .openings import EYE_RINGS, NO_RING


@dataclass
class MeshBuilder:
    """Points and quads while the skin is put together.

    Attributes:
        coordinates: theta and row of each point, shape (n, 2).
        eye: ring and angle of each point around an eye, shape (n, 2).
        mouth: ring and angle of each point around the mouth, shape (n, 2).
        loose: bool, shape (n,), the points that are relaxed between their neighbours.
        mirror: index of the point on the other side of each, shape (n,).
        faces: indices of points, each of shape (quads, 4).
        materials: slots, each of shape (quads,), one for each of ``faces``.
    """

    coordinates: np.ndarray
    eye: np.ndarray
    mouth: np.ndarray
    loose: np.ndarray
    mirror: np.ndarray
    faces: list[np.ndarray]
    materials: list[np.ndarray]

    def add(self, count: int, loose: bool = False) -> np.ndarray:
        """Append points and return their indices, shape (count,).

        They lie at coordinates 0, are their own mirror images and belong to no ring.

        Args:
            count: of points.
            loose: whether they are to be relaxed.
        """
        indices = np.arange(len(self.coordinates), len(self.coordinates) + count)
        self.coordinates = np.concatenate([self.coordinates, np.zeros((count, 2))])
        self.eye = np.concatenate([self.eye, np.tile([NO_RING, 0], (count, 1))])
        self.mouth = np.concatenate([self.mouth, np.tile([NO_RING, 0], (count, 1))])
        self.loose = np.concatenate([self.loose, np.full(count, loose)])
        self.mirror = np.concatenate([self.mirror, indices])
        return indices

    def ring(self, indices: np.ndarray, eye: int = NO_RING, mouth: int = NO_RING) -> None:
        """Make points a ring of an eye or of the mouth.

        Args:
            indices: of the points, in order around the ring, shape (k,).
            eye: number of the ring around an eye.
            mouth: number of the ring around the mouth.
        """
        for rings, ring in ((self.eye, eye), (self.mouth, mouth)):
            if ring != NO_RING:
                rings[indices, 0] = ring
                rings[indices, 1] = np.arange(len(indices))

    def pair(self, left: np.ndarray, right: np.ndarray) -> None:
        """Make points each other's mirror image; both are indices of shape (k,)."""
        self.mirror[left], self.mirror[right] = right, left

    def join(self, outer: np.ndarray, inner: np.ndarray, material: int, flip: bool) -> None:
        """Add a band of quads between two rings of the same length.

        Args:
            outer: indices, shape (k,).
            inner: indices, shape (k,).
            material: slot of the quads.
            flip: whether the quads are wound the other way round.
        """
        quads = np.stack([outer, inner, np.roll(inner, -1), np.roll(outer, -1)], axis=1)
        self.faces.append(quads[:, ::-1] if flip else quads)
        self.materials.append(np.full(len(quads), material))


def _neighbours(mesh: MeshBuilder) -> tuple[np.ndarray, np.ndarray]:
    """Return the indices of both ends of every edge and of its reverse, shape (2 * edges,)."""
    quads = np.concatenate(mesh.faces)
    edges = np.concatenate([quads[:, [a, (a + 1) % 4]] for a in range(4)])
    edges = np.unique(np.sort(edges, axis=1), axis=0)
    return np.concatenate([edges[:, 0], edges[:, 1]]), np.concatenate([edges[:, 1], edges[:, 0]])


def smooth(mesh: MeshBuilder, points: np.ndarray) -> None:
    """Smooth points (n, 3) of the nose and between lids and cheeks, in place."""
    ends, others = _neighbours(mesh)
    share = 1 / np.bincount(ends, minlength=len(points))[:, None]
    ring = mesh.eye[:, 0]
    factor = np.interp(ring, [1, 2, 3, 5], [0.0, 0.25, 0.6, 0.6]) * (ring <= EYE_RINGS)
    x, y, z = points.T
    nose = 0.45 * form.bump(x, z, (0.0, -1.3), (1.4, 1.7)) * (y < 0) * (ring > EYE_RINGS)
    factor = np.maximum(factor, nose)[:, None]
    for _ in range(5):
        middle = np.stack(
            [np.bincount(ends, points[others, axis], len(points)) for axis in range(3)], axis=1
        )
        points += factor * (middle * share - points)


def relax(mesh: MeshBuilder) -> None:
    """Move each loose point between its neighbours, long edges pulling harder."""
    ends, others = _neighbours(mesh)
    from_loose = mesh.loose[ends]
    ends, others = ends[from_loose], others[from_loose]
    count = len(mesh.coordinates)
    for _ in range(60):
        points = form.sculpted(form.base(*mesh.coordinates.T))
        pull = np.linalg.norm(points[ends] - points[others], axis=1)
        middle_x, middle_z = (points[ends] + points[others])[:, [0, 2]].T / 2
        pull *= 1 + 2.5 * form.bump(middle_x, middle_z, (0.0, -2.7), (1.2, 1.0))
        total = np.maximum(np.bincount(ends, pull, count), 1e-9)
        middle = [
            np.bincount(ends, pull * mesh.coordinates[others, axis], count) for axis in (0, 1)
        ]
        relaxed = np.stack(middle, axis=1) / total[:, None]
        mesh.coordinates = np.where(
            mesh.loose[:, None], 0.4 * mesh.coordinates + 0.6 * relaxed, mesh.coordinates
        )
    right = mesh.coordinates[:, 0] < mesh.coordinates[mesh.mirror, 0]
    mesh.coordinates[right] = mesh.coordinates[mesh.mirror[right]] * (-1, 1)
    mesh.coordinates[mesh.loose & (mesh.mirror == np.arange(count)), 0] = 0
