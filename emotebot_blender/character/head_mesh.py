# SPDX-License-Identifier: GPL-3.0-or-later
"""The skin of the built-in head: a grid of quads with rings around eyes and mouth.

The grid runs around the skull. A rectangle of it is left out for each eye and for the mouth and
filled with rings of as many points as the rectangle's edge has, down to lids and lips and, inside
the mouth, on to the back of its cavity. The right half is the left half mirrored, to the bit.
"""

import itertools
from dataclasses import dataclass

import numpy as np

from . import form, openings
from .openings import (
    EYE_COLUMNS,
    EYE_POINTS,
    EYE_RINGS,
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
MOUTH_TOP = EYE_TOP + EYE_ROWS + 11
SKIN, LIPS, RIM, CAVITY = range(4)
"""Material slots of the skin mesh."""


@dataclass(frozen=True)
class HeadMesh:
    """The skin.

    Attributes:
        surface: its points and what they are.
        faces: int, shape (f, 4).
        materials: int, shape (f,), one of the slots above.
        mirror: int, shape (n,), the point on the other side of each.
        seam: shape (n,), 1 at the bottom of the groove around the face plate, 0 outside it.
    """

    surface: Surface
    faces: np.ndarray
    materials: np.ndarray
    mirror: np.ndarray
    seam: np.ndarray


def _rectangle(top: int, rows: int, first: int, columns: int) -> list[tuple[int, int]]:
    """Return the grid places around a hole: up from the middle of column ``first``, and round."""
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
    """Return (theta, row) of every place of the grid, both of shape (rows + 1, COLUMNS)."""
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


@dataclass
class _Net:
    """Points and quads while the skin is put together."""

    place: np.ndarray  # (n, 2): theta and row
    eye: np.ndarray  # (n, 2): ring and angle
    mouth: np.ndarray
    loose: np.ndarray  # (n,): settles between its neighbours
    mirror: np.ndarray
    faces: list[np.ndarray]
    materials: list[np.ndarray]

    def add(self, count: int, loose: bool = False) -> np.ndarray:
        """Append points and return their numbers."""
        numbers = np.arange(len(self.place), len(self.place) + count)
        self.place = np.concatenate([self.place, np.zeros((count, 2))])
        self.eye = np.concatenate([self.eye, np.tile([NO_RING, 0], (count, 1))])
        self.mouth = np.concatenate([self.mouth, np.tile([NO_RING, 0], (count, 1))])
        self.loose = np.concatenate([self.loose, np.full(count, loose)])
        self.mirror = np.concatenate([self.mirror, numbers])
        return numbers

    def ring(self, numbers: np.ndarray, eye: int = NO_RING, mouth: int = NO_RING) -> None:
        """Note that points are a ring of an eye or of the mouth."""
        for notes, ring in ((self.eye, eye), (self.mouth, mouth)):
            if ring != NO_RING:
                notes[numbers, 0] = ring
                notes[numbers, 1] = np.arange(len(numbers))

    def pair(self, left: np.ndarray, right: np.ndarray) -> None:
        """Note that points are each other's mirror image."""
        self.mirror[left], self.mirror[right] = right, left

    def join(self, outer: np.ndarray, inner: np.ndarray, material: int, flip: bool) -> None:
        """Put a band of quads between two rings of the same length."""
        quads = np.stack([outer, inner, np.roll(inner, -1), np.roll(outer, -1)], axis=1)
        self.faces.append(quads[:, ::-1] if flip else quads)
        self.materials.append(np.full(len(quads), material))


def build_head() -> HeadMesh:
    """Return the skin mesh of the neutral head."""
    net, grid = _grid_net()
    left, right = _eye_rings(net, grid, 1), _eye_rings(net, grid, -1)
    for pair in zip(left, right, strict=True):
        net.pair(*pair)
    lips = _mouth_rings(net, grid)
    _settle(net)
    points = form.sculpted(form.base(net.place[:, 0], net.place[:, 1]))
    slopes = form.slopes(net.place[:, 0], net.place[:, 1])
    openings.wrap_lids(points, left)
    points[right] = points[left] * (-1, 1, 1)
    _soften(net, points)
    seam = _seam(points, grid)
    red = net.mouth[:, 0] <= LIP_BORDER
    points[red, 1] -= openings.lip_fullness(*net.mouth[red].T)
    rims = _lid_rims(net, left[0], right[0])
    cavity = _cavity(net, points[lips[0]], lips[0])
    crown = _crown(net, points[grid[0]], grid[0])
    points = np.concatenate([points, rims, cavity, crown])
    slopes = np.concatenate([slopes, np.zeros((len(points) - len(slopes), 2))])
    positive = points[:, 0] > points[net.mirror, 0]
    points[net.mirror[positive]] = points[positive] * (-1, 1, 1)
    slopes[net.mirror[positive]] = slopes[positive] * (-1, 1)
    middle = net.mirror == np.arange(len(points))
    points[middle, 0] = 0
    slopes[middle, 0] = 0
    seam = np.concatenate([seam, np.zeros(len(points) - len(seam))])
    surface = Surface(points, slopes, *net.eye.T, *net.mouth.T)
    return HeadMesh(
        surface, np.concatenate(net.faces), np.concatenate(net.materials), net.mirror, seam
    )


def _grid_net() -> tuple[_Net, np.ndarray]:
    """Return the skull's grid without the three holes, and the number of each place or -1."""
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
    net = _Net(
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
    # a quad of the grid lies in a hole exactly when its four places are inside or on the edge
    inside = np.zeros((rows - 1, COLUMNS), bool)
    for column in range(EYE_FIRST, EYE_FIRST + EYE_COLUMNS):
        inside[EYE_TOP : EYE_TOP + EYE_ROWS, [column, -column - 1]] = True
    for column in range(-MOUTH_HALF, MOUTH_HALF):
        inside[MOUTH_TOP : MOUTH_TOP + MOUTH_ROWS, column] = True
    net.faces.append(quads[~inside.ravel()])
    net.materials.append(np.full(len(net.faces[0]), SKIN))
    return net, grid


def _eye_rings(net: _Net, grid: np.ndarray, side: int) -> list[np.ndarray]:
    """Add the rings of one eye (side 1 is left) and return them from the margin outwards."""
    edge = _rectangle(EYE_TOP, EYE_ROWS, EYE_FIRST, EYE_COLUMNS)
    outer = np.array([grid[i, side * j] for i, j in edge])
    margin = openings.eye_margin()
    theta, row = form.locate(margin[:, 0], margin[:, 2])
    start = np.stack([theta * side, row], axis=1)
    rings = []
    for ring, part in enumerate((0.0, 0.1, 0.22, 0.38, 0.66)):
        numbers = net.add(EYE_POINTS, loose=ring > 3)
        net.place[numbers] = start + (net.place[outer] - start) * part
        rings.append(numbers)
    rings.append(outer)
    for ring, numbers in enumerate(rings):
        net.ring(numbers, eye=ring)
    for inner, wider in itertools.pairwise(rings):
        net.join(wider, inner, SKIN, side < 0)
    return rings


def _mouth_rings(net: _Net, grid: np.ndarray) -> list[np.ndarray]:
    """Add the rings of the mouth and return them from the seam outwards."""
    edge = _rectangle(MOUTH_TOP, MOUTH_ROWS, MOUTH_HALF, -2 * MOUTH_HALF)
    outer = np.array([grid[i, j] for i, j in edge])
    lips = openings.lip_rings()
    rings = []
    for ring in range(MOUTH_RINGS):
        fixed = lips[min(ring, LIP_BORDER)]
        start = np.stack(form.locate(fixed[:, 0], fixed[:, 1]), axis=1)
        part = max(0, ring - LIP_BORDER) / (MOUTH_RINGS - LIP_BORDER)
        numbers = net.add(MOUTH_POINTS, loose=ring > LIP_BORDER)
        net.place[numbers] = start + (net.place[outer] - start) * part
        net.mirror[numbers] = np.roll(numbers[::-1], 1 + MOUTH_POINTS // 2)
        rings.append(numbers)
    rings.append(outer)
    for ring, numbers in enumerate(rings):
        net.ring(numbers, mouth=ring)
    for ring, (inner, wider) in enumerate(itertools.pairwise(rings)):
        net.join(wider, inner, LIPS if ring < LIP_BORDER else SKIN, True)
    return rings


def _neighbours(net: _Net) -> tuple[np.ndarray, np.ndarray]:
    """Return both ends of every edge, in both directions."""
    quads = np.concatenate(net.faces)
    edges = np.concatenate([quads[:, [a, (a + 1) % 4]] for a in range(4)])
    edges = np.unique(np.sort(edges, axis=1), axis=0)
    return np.concatenate([edges[:, 0], edges[:, 1]]), np.concatenate([edges[:, 1], edges[:, 0]])


def _soften(net: _Net, points: np.ndarray) -> None:
    """Smooth the skin of the nose and between lids and cheeks, in place."""
    ends, others = _neighbours(net)
    share = 1 / np.bincount(ends, minlength=len(points))[:, None]
    ring = net.eye[:, 0]
    give = np.interp(ring, [1, 2, 3, 5], [0.0, 0.25, 0.6, 0.6]) * (ring <= EYE_RINGS)
    x, y, z = points.T
    nose = 0.45 * form.bump(x, z, (0.0, -1.3), (1.4, 1.7)) * (y < 0) * (ring > EYE_RINGS)
    give = np.maximum(give, nose)[:, None]
    for _ in range(5):
        middle = np.stack(
            [np.bincount(ends, points[others, axis], len(points)) for axis in range(3)], axis=1
        )
        points += give * (middle * share - points)


def _settle(net: _Net) -> None:
    """Let each loose point come to rest between its neighbours, long edges pulling harder."""
    ends, others = _neighbours(net)
    wanted = net.loose[ends]
    ends, others = ends[wanted], others[wanted]
    count = len(net.place)
    for _ in range(60):
        points = form.sculpted(form.base(*net.place.T))
        pull = np.linalg.norm(points[ends] - points[others], axis=1)
        middle_x, middle_z = (points[ends] + points[others])[:, [0, 2]].T / 2
        pull *= 1 + 2.5 * form.bump(middle_x, middle_z, (0.0, -2.7), (1.2, 1.0))
        whole = np.maximum(np.bincount(ends, pull, count), 1e-9)
        middle = [np.bincount(ends, pull * net.place[others, axis], count) for axis in (0, 1)]
        rest = np.stack(middle, axis=1) / whole[:, None]
        net.place = np.where(net.loose[:, None], 0.4 * net.place + 0.6 * rest, net.place)
    right = net.place[:, 0] < net.place[net.mirror, 0]
    net.place[right] = net.place[net.mirror[right]] * (-1, 1)
    net.place[net.loose & (net.mirror == np.arange(count)), 0] = 0


def _seam(points: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Sink the groove around the face plate, in place, and return its depth by point, 0 to 1."""
    seam = np.zeros(len(points))
    for column in (SEAM_COLUMN, -SEAM_COLUMN):
        numbers = grid[:, column]
        seam[numbers] = form.smoothstep(-7.5, -6.7, points[numbers, 2])
        inward = points[numbers] * (1, 1, 0)
        inward /= np.linalg.norm(inward, axis=1, keepdims=True)
        points[numbers] -= SEAM_DEPTH * seam[numbers, None] * inward
    return seam


def _lid_rims(net: _Net, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Add the thickness of the lids behind both margins and return its points."""
    rims = openings.lid_rims()
    added = []
    for margin, flip in ((left, False), (right, True)):
        inner = net.add(len(rims)).reshape(-1, EYE_POINTS)
        for ring, (outer, numbers) in enumerate(itertools.pairwise([margin, *inner])):
            net.ring(numbers, eye=-1 - ring)
            net.join(outer, numbers, RIM, flip)
        added.append(inner.ravel())
    net.pair(*added)
    return np.concatenate([rims, rims * (-1, 1, 1)])


def _cavity(net: _Net, seam_points: np.ndarray, seam: np.ndarray) -> np.ndarray:
    """Add the inside of the mouth behind the seam and return its points."""
    points = openings.cavity_rings(seam_points)
    outer = seam
    for ring in range(len(points)):
        inner = net.add(MOUTH_POINTS)
        net.ring(inner, mouth=-1 - ring)
        net.mirror[inner] = np.roll(inner[::-1], 1 + MOUTH_POINTS // 2)
        net.join(outer, inner, LIPS if ring < 2 else CAVITY, True)
        outer = inner
    # the end is closed from both corners towards the middle, so that it is its own mirror image
    quarter, half = MOUTH_POINTS // 4, MOUTH_POINTS // 2
    here = np.arange(1, quarter)
    left = np.stack([here, here + 1, -here, 1 - here], axis=1)
    last = np.array([[quarter, half + quarter - 1, half + quarter, half + quarter + 1]])
    strip = outer[np.concatenate([left, (half - left)[:, ::-1], last]) % MOUTH_POINTS]
    net.faces.append(strip)
    net.materials.append(np.full(len(strip), CAVITY))
    return points.reshape(-1, 3)


def _crown(net: _Net, ring_points: np.ndarray, ring: np.ndarray) -> np.ndarray:
    """Close the top ring with a square of quads and return its inner points."""
    side = COLUMNS // 4
    start = np.arange(side)
    place = np.zeros((side + 1, side + 1), int)
    around = np.roll(np.arange(COLUMNS), side // 2)
    place[0, start] = around[:side]
    place[start, side] = around[side : 2 * side]
    place[side, side - start] = around[2 * side : 3 * side]
    place[side - start, 0] = around[3 * side :]
    numbers, edge = ring[place], ring_points[place]
    new = net.add((side - 1) ** 2).reshape(side - 1, side - 1)
    numbers[1:-1, 1:-1] = new
    net.mirror[new] = new[:, ::-1]
    quads = (numbers[:-1, :-1], numbers[:-1, 1:], numbers[1:, 1:], numbers[1:, :-1])
    net.faces.append(np.stack([corner.ravel() for corner in quads], axis=1))
    net.materials.append(np.full(side * side, SKIN))
    part = np.linspace(0, 1, side + 1)
    v, u = np.meshgrid(part, part)
    v, u = v[..., None], u[..., None]
    # a Coons patch through the four edges, raised to a dome
    patch = (1 - u) * edge[:1] + u * edge[-1:] + (1 - v) * edge[:, :1] + v * edge[:, -1:]
    patch -= (1 - u) * ((1 - v) * edge[0, 0] + v * edge[0, -1])
    patch -= u * ((1 - v) * edge[-1, 0] + v * edge[-1, -1])
    inward = 2 * np.minimum(np.minimum(u, 1 - u), np.minimum(v, 1 - v))[..., 0]
    patch[..., 2] += 0.5 * (1 - (1 - inward) ** 2)
    return patch[1:-1, 1:-1].reshape(-1, 3)
