# SPDX-License-Identifier: GPL-3.0-or-later
"""The skin of the built-in head: a grid of quads with rings around eyes and mouth.

The grid runs around the skull. A rectangle of it is left out for each eye and for the mouth and
filled with rings of as many points as the rectangle's edge has, down to lids and lips and, inside
the mouth, on to the back of its cavity. The right half is the left half mirrored, to the bit.
Points are centimetres in the axes of ``form``; indices of points are integers.
"""

import itertools
from dataclasses import dataclass

import numpy as np

from . import form, openings
from .mesh_builder import MeshBuilder, relax, smooth
from .openings import (
    EYE_COLUMNS,
    EYE_POINTS,
    EYE_ROWS,
    LIP_BORDER,
    MOUTH_HALF,
    MOUTH_POINTS,
    MOUTH_RINGS,
    MOUTH_ROWS,
    NO_RING,
)
from .sculpting import Surface

HALF = 36
"""Columns from the front round to the back."""
COLUMNS = 2 * HALF
EYE_TOP, EYE_FIRST = 11, 5
"""Row and column of the grid where the hole of the left eye begins."""
SEAM_COLUMN = EYE_FIRST + EYE_COLUMNS + 4
"""Middle of the three close columns along the edge of the face plate."""
SEAM_DEPTH = 0.09
"""Centimetres."""
MOUTH_TOP = EYE_TOP + EYE_ROWS + 11
SKIN, LIPS, RIM, CAVITY = range(4)
"""Material slots of the skin mesh."""


@dataclass(frozen=True)
class HeadMesh:
    """The skin.

    Attributes:
        surface: its n points and the rings they belong to.
        faces: indices of the points of each quad, int, shape (f, 4).
        materials: one of the slots above for each quad, int, shape (f,).
        mirror: index of the point on the other side of each, int, shape (n,).
        seam: 1 at the bottom of the groove around the face plate, 0 outside it, float64,
            shape (n,).
    """

    surface: Surface
    faces: np.ndarray
    materials: np.ndarray
    mirror: np.ndarray
    seam: np.ndarray


def _rectangle(top: int, rows: int, first: int, columns: int) -> list[tuple[int, int]]:
    """Return (row, column) of the grid around a hole, from the middle of its first column upwards.

    Args:
        top: first row of the hole.
        rows: of the hole.
        first: its first column.
        columns: of the hole; below 0 it extends to the right.
    """
    last, middle, bottom = first + columns, top + rows // 2, top + rows
    step = 1 if columns > 0 else -1
    return (
        [(row, first) for row in range(middle, top, -1)]
        + [(top, column) for column in range(first, last, step)]
        + [(row, last) for row in range(top, bottom)]
        + [(bottom, column) for column in range(last, first, -step)]
        + [(row, first) for row in range(bottom, middle, -1)]
    )


def _grid() -> tuple[np.ndarray, np.ndarray]:
    """Return (theta, row) of every point of the grid, both of shape (rows + 1, COLUMNS)."""
    x = np.concatenate(
        [np.linspace(0, 0.95, EYE_FIRST + 1)[:-1], np.linspace(0.95, 5.95, EYE_COLUMNS + 1)]
    )
    width, roundness = 7.4, 2.35
    front = np.arcsin((x / width) ** (roundness / 2))
    side = np.radians([54.0, 59.0, 63.3, 64.0, 64.7, 69.5, 76.0, 83.0, 90.0])
    back = np.linspace(np.pi / 2, np.pi, HALF + 2 - len(front) - len(side))[1:]
    half = np.concatenate([front, side, back])
    theta = np.concatenate([half, -half[-2:0:-1]])
    dense = np.linspace(0, form.LAST_ROW, 800)
    heights = -form.profile(dense)[:, 1]
    edges = np.interp(-np.array([2.35, -1.95, -3.95, -7.35]), heights[:600], dense[:600])
    row = np.concatenate(
        [
            np.linspace(0, edges[0], EYE_TOP + 1),
            np.linspace(edges[0], edges[1], EYE_ROWS + 1)[1:],
            np.linspace(edges[1], edges[2], 12)[1:],
            np.linspace(edges[2], edges[3], MOUTH_ROWS + 1)[1:],
            np.linspace(edges[3], form.LAST_ROW, 18)[1:],
        ]
    )
    return tuple(np.meshgrid(theta, row))  # type: ignore[return-value]


def build_head() -> HeadMesh:
    """Return the skin mesh of the neutral head."""
    mesh, grid = _grid_mesh()
    left, right = _eye_rings(mesh, grid, 1), _eye_rings(mesh, grid, -1)
    for pair in zip(left, right, strict=True):
        mesh.pair(*pair)
    lips = _mouth_rings(mesh, grid)
    relax(mesh)
    points = form.sculpted(form.base(mesh.coordinates[:, 0], mesh.coordinates[:, 1]))
    slopes = form.slopes(mesh.coordinates[:, 0], mesh.coordinates[:, 1])
    openings.wrap_lids(points, left)
    points[right] = points[left] * (-1, 1, 1)
    smooth(mesh, points)
    seam = _seam(points, grid)
    red = mesh.mouth[:, 0] <= LIP_BORDER
    points[red, 1] -= openings.lip_fullness(*mesh.mouth[red].T)
    rims = _lid_rims(mesh, left[0], right[0])
    cavity = _cavity(mesh, points[lips[0]], lips[0])
    crown = _crown(mesh, points[grid[0]], grid[0])
    points = np.concatenate([points, rims, cavity, crown])
    slopes = np.concatenate([slopes, np.zeros((len(points) - len(slopes), 2))])
    positive = points[:, 0] > points[mesh.mirror, 0]
    points[mesh.mirror[positive]] = points[positive] * (-1, 1, 1)
    slopes[mesh.mirror[positive]] = slopes[positive] * (-1, 1)
    middle = mesh.mirror == np.arange(len(points))
    points[middle, 0] = 0
    slopes[middle, 0] = 0
    seam = np.concatenate([seam, np.zeros(len(points) - len(seam))])
    surface = Surface(points, slopes, *mesh.eye.T, *mesh.mouth.T)
    return HeadMesh(
        surface, np.concatenate(mesh.faces), np.concatenate(mesh.materials), mesh.mirror, seam
    )


def _grid_mesh() -> tuple[MeshBuilder, np.ndarray]:
    """Return the skull's grid without the three holes.

    Returns:
        The mesh, and the index of each point of the grid or -1, shape (rows, COLUMNS).
    """
    theta, row = _grid()
    rows = len(theta)
    keep = np.ones((rows, COLUMNS), bool)
    for column in range(EYE_FIRST + 1, EYE_FIRST + EYE_COLUMNS):
        keep[EYE_TOP + 1 : EYE_TOP + EYE_ROWS, [column, -column]] = False
    for column in range(-MOUTH_HALF + 1, MOUTH_HALF):
        keep[MOUTH_TOP + 1 : MOUTH_TOP + MOUTH_ROWS, column] = False
    grid = np.where(keep, np.cumsum(keep).reshape(keep.shape) - 1, -1)
    count = int(keep.sum())
    i, j = np.nonzero(keep)
    near = (
        (np.minimum(j, COLUMNS - j) < SEAM_COLUMN - 1)
        & (i >= 7)
        & (i <= MOUTH_TOP + MOUTH_ROWS + 5)
    )
    mesh = MeshBuilder(
        np.stack([theta[keep], row[keep]], axis=1),
        np.tile([NO_RING, 0], (count, 1)),
        np.tile([NO_RING, 0], (count, 1)),
        near,
        grid[i, -j % COLUMNS],
        [],
        [],
    )
    corners = (grid[:-1], grid[1:], np.roll(grid, -1, 1)[1:], np.roll(grid, -1, 1)[:-1])
    quads = np.stack([corner.ravel() for corner in corners], axis=1)
    # a quad of the grid lies in a hole exactly when its four corners are inside or on the edge
    inside = np.zeros((rows - 1, COLUMNS), bool)
    for column in range(EYE_FIRST, EYE_FIRST + EYE_COLUMNS):
        inside[EYE_TOP : EYE_TOP + EYE_ROWS, [column, -column - 1]] = True
    for column in range(-MOUTH_HALF, MOUTH_HALF):
        inside[MOUTH_TOP : MOUTH_TOP + MOUTH_ROWS, column] = True
    mesh.faces.append(quads[~inside.ravel()])
    mesh.materials.append(np.full(len(mesh.faces[0]), SKIN))
    return mesh, grid


def _eye_rings(mesh: MeshBuilder, grid: np.ndarray, side: int) -> list[np.ndarray]:
    """Add the rings of one eye and return their indices, each (k,), from the margin outwards.

    Args:
        mesh: with the grid.
        grid: index of each point of the grid or -1, shape (rows, COLUMNS).
        side: 1 for the left, -1 for the right.
    """
    edge = _rectangle(EYE_TOP, EYE_ROWS, EYE_FIRST, EYE_COLUMNS)
    outer = np.array([grid[i, side * j] for i, j in edge])
    margin = openings.eye_margin()
    theta, row = form.locate(margin[:, 0], margin[:, 2])
    start = np.stack([theta * side, row], axis=1)
    rings = []
    for ring, outward in enumerate((0.0, 0.1, 0.22, 0.38, 0.66)):
        indices = mesh.add(EYE_POINTS, loose=ring > 3)
        mesh.coordinates[indices] = start + (mesh.coordinates[outer] - start) * outward
        rings.append(indices)
    rings.append(outer)
    for ring, indices in enumerate(rings):
        mesh.ring(indices, eye=ring)
    for inner, wider in itertools.pairwise(rings):
        mesh.join(wider, inner, SKIN, side < 0)
    return rings


def _mouth_rings(mesh: MeshBuilder, grid: np.ndarray) -> list[np.ndarray]:
    """Add the rings of the mouth and return their indices, each (k,), from the seam outwards."""
    edge = _rectangle(MOUTH_TOP, MOUTH_ROWS, MOUTH_HALF, -2 * MOUTH_HALF)
    outer = np.array([grid[i, j] for i, j in edge])
    lips = openings.lip_rings()
    rings = []
    for ring in range(MOUTH_RINGS):
        fixed = lips[min(ring, LIP_BORDER)]
        start = np.stack(form.locate(fixed[:, 0], fixed[:, 1]), axis=1)
        outward = max(0, ring - LIP_BORDER) / (MOUTH_RINGS - LIP_BORDER)
        indices = mesh.add(MOUTH_POINTS, loose=ring > LIP_BORDER)
        mesh.coordinates[indices] = start + (mesh.coordinates[outer] - start) * outward
        mesh.mirror[indices] = np.roll(indices[::-1], 1 + MOUTH_POINTS // 2)
        rings.append(indices)
    rings.append(outer)
    for ring, indices in enumerate(rings):
        mesh.ring(indices, mouth=ring)
    for ring, (inner, wider) in enumerate(itertools.pairwise(rings)):
        mesh.join(wider, inner, LIPS if ring < LIP_BORDER else SKIN, True)
    return rings


def _seam(points: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Sink the groove around the face plate into the skin.

    Args:
        points: of the skin, shape (n, 3), changed in place.
        grid: index of each point of the grid or -1, shape (rows, COLUMNS).

    Returns:
        Depth of the groove at each point, 0 to 1, shape (n,).
    """
    seam = np.zeros(len(points))
    for column in (SEAM_COLUMN, -SEAM_COLUMN):
        indices = grid[:, column]
        seam[indices] = form.smoothstep(-7.5, -6.7, points[indices, 2])
        inward = points[indices] * (1, 1, 0)
        inward /= np.linalg.norm(inward, axis=1, keepdims=True)
        points[indices] -= SEAM_DEPTH * seam[indices, None] * inward
    return seam


def _lid_rims(mesh: MeshBuilder, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Add the thickness of the lids and return its points, shape (k, 3), the left ones first.

    Args:
        mesh: with the rings of the eyes.
        left: indices of the left lids' margin, shape (EYE_POINTS,).
        right: of the right lids'.
    """
    rims = openings.lid_rims()
    added = []
    for margin, flip in ((left, False), (right, True)):
        inner = mesh.add(len(rims)).reshape(-1, EYE_POINTS)
        for ring, (outer, indices) in enumerate(itertools.pairwise([margin, *inner])):
            mesh.ring(indices, eye=-1 - ring)
            mesh.join(outer, indices, RIM, flip)
        added.append(inner.ravel())
    mesh.pair(*added)
    return np.concatenate([rims, rims * (-1, 1, 1)])


def _cavity(mesh: MeshBuilder, seam_points: np.ndarray, seam: np.ndarray) -> np.ndarray:
    """Add the inside of the mouth and return its points, shape (k, 3).

    Args:
        mesh: with the rings of the mouth.
        seam_points: points of the lips' seam, shape (MOUTH_POINTS, 3).
        seam: their indices, shape (MOUTH_POINTS,).
    """
    points = openings.cavity_rings(seam_points)
    outer = seam
    for ring in range(len(points)):
        inner = mesh.add(MOUTH_POINTS)
        mesh.ring(inner, mouth=-1 - ring)
        mesh.mirror[inner] = np.roll(inner[::-1], 1 + MOUTH_POINTS // 2)
        mesh.join(outer, inner, LIPS if ring < 2 else CAVITY, True)
        outer = inner
    # the end is closed from both corners towards the middle, so that it is its own mirror image
    quarter, half = MOUTH_POINTS // 4, MOUTH_POINTS // 2
    here = np.arange(1, quarter)
    left = np.stack([here, here + 1, -here, 1 - here], axis=1)
    last = np.array([[quarter, half + quarter - 1, half + quarter, half + quarter + 1]])
    strip = outer[np.concatenate([left, (half - left)[:, ::-1], last]) % MOUTH_POINTS]
    mesh.faces.append(strip)
    mesh.materials.append(np.full(len(strip), CAVITY))
    return points.reshape(-1, 3)


def _crown(mesh: MeshBuilder, ring_points: np.ndarray, ring: np.ndarray) -> np.ndarray:
    """Close the top ring with a square of quads and return its inner points, shape (k, 3).

    Args:
        mesh: with the grid.
        ring_points: points of the grid's first row, shape (COLUMNS, 3).
        ring: their indices, shape (COLUMNS,).
    """
    side = COLUMNS // 4
    start = np.arange(side)
    border = np.zeros((side + 1, side + 1), int)
    around = np.roll(np.arange(COLUMNS), side // 2)
    border[0, start] = around[:side]
    border[start, side] = around[side : 2 * side]
    border[side, side - start] = around[2 * side : 3 * side]
    border[side - start, 0] = around[3 * side :]
    indices, edge = ring[border], ring_points[border]
    new = mesh.add((side - 1) ** 2).reshape(side - 1, side - 1)
    indices[1:-1, 1:-1] = new
    mesh.mirror[new] = new[:, ::-1]
    quads = (indices[:-1, :-1], indices[:-1, 1:], indices[1:, 1:], indices[1:, :-1])
    mesh.faces.append(np.stack([corner.ravel() for corner in quads], axis=1))
    mesh.materials.append(np.full(side * side, SKIN))
    fractions = np.linspace(0, 1, side + 1)
    v, u = np.meshgrid(fractions, fractions)
    v, u = v[..., None], u[..., None]
    # a Coons patch through the four edges, raised to a dome
    patch = (1 - u) * edge[:1] + u * edge[-1:] + (1 - v) * edge[:, :1] + v * edge[:, -1:]
    patch -= (1 - u) * ((1 - v) * edge[0, 0] + v * edge[0, -1])
    patch -= u * ((1 - v) * edge[-1, 0] + v * edge[-1, -1])
    inward = 2 * np.minimum(np.minimum(u, 1 - u), np.minimum(v, 1 - v))[..., 0]
    patch[..., 2] += 0.5 * (1 - (1 - inward) ** 2)
    return patch[1:-1, 1:-1].reshape(-1, 3)
