# SPDX-License-Identifier: GPL-3.0-or-later
"""The skin of a head: a grid of quads with rings around eyes and mouth.

Only the left half is built, from the middle of the face to the middle of the back, and mirrored, so
that both sides are the same to the bit. A point of the half has two coordinates: azimuth (degrees,
0 at the front, 180 at the back) and elevation (degrees, growing upwards; what lies under
``CHIN_ELEVATION`` goes on down the neck). A rectangle of the grid is left out for the eye, and half
a one for the mouth; rings lead from its edge to lids and lips, and on inside.
"""

from dataclasses import dataclass, field

import numpy as np

from .distance_field import cast, gradient, normals, smoothstep
from .openings import (
    EYE_COLUMNS,
    EYE_POINTS,
    EYE_RINGS,
    EYE_ROWS,
    LIP_BORDER,
    MOUTH_COLUMNS,
    MOUTH_POINTS,
    MOUTH_RINGS,
    MOUTH_ROWS,
    NONE,
    eye_margin,
    lid_rims,
    mouth_bag,
    mouth_ring,
    seat_lids,
    seat_lips,
)
from .style import Style

HALF = 36
"""Columns from the middle of the face to that of the back."""
EYE_FIRST = 7
"""Column at which the eye's hole begins."""
ROWS_ABOVE, ROWS_BETWEEN, ROWS_BELOW = 7, 5, 16
TOP_ELEVATION, CHIN_ELEVATION, NECK_ELEVATION = 56.0, -52.0, -125.0
BY_HAND = 45.0
"""Stands for the azimuth and elevation of points that no ray finds."""


@dataclass
class HalfSkin:
    """The left half under construction.

    Attributes:
        places: azimuth and elevation, shape (n, 2).
        eye, mouth: ring and index on it of each point, shape (n, 2).
        faces: indices, each of shape (quads, 4).
        is_loose: whether a point is evened out between its neighbours, shape (n,).
    """

    places: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))
    eye: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), int))
    mouth: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), int))
    faces: list[np.ndarray] = field(default_factory=list)
    is_loose: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))

    def add(
        self, places: np.ndarray, eye: int = NONE, mouth: int = NONE, is_loose: bool = False
    ) -> np.ndarray:
        """Append a ring of points and return their indices.

        Args:
            places: azimuth and elevation, shape (k, 2).
            eye: number of the ring around the eye.
            mouth: number of the ring around the mouth.
            is_loose: whether they are evened out.
        """
        count = len(places)
        index = np.arange(count)
        self.places = np.concatenate([self.places, places])
        self.eye = np.concatenate([self.eye, np.stack([np.full(count, eye), index], axis=1)])
        self.mouth = np.concatenate([self.mouth, np.stack([np.full(count, mouth), index], axis=1)])
        self.is_loose = np.concatenate([self.is_loose, np.full(count, is_loose)])
        return index + len(self.places) - count

    def join(self, outer: np.ndarray, inner: np.ndarray, closed: bool) -> None:
        """Add a band of quads between two rings of the same length."""
        a, b = np.roll(outer, -1), np.roll(inner, -1)
        quads = np.stack([outer, inner, b, a], axis=1)
        self.faces.append(quads if closed else quads[:-1])


@dataclass(frozen=True)
class Skin:
    """The skin of both sides, n points.

    Attributes:
        style: whose skin it is.
        points: shape (n, 3).
        normals: of the solids, length 1, shape (n, 3).
        faces: int, shape (f, 4).
        mirror: index of the point on the other side of each, shape (n,).
        side: 1 left, -1 right, 0 in the middle, shape (n,).
        eye, mouth: ring and index on it of each point, shape (n, 2); the same on both sides.
    """

    style: Style
    points: np.ndarray
    normals: np.ndarray
    faces: np.ndarray
    mirror: np.ndarray
    side: np.ndarray
    eye: np.ndarray
    mouth: np.ndarray


def direction(places: np.ndarray) -> np.ndarray:
    """Return the directions of length 1, shape (..., 3), of azimuths and elevations (..., 2)."""
    azimuth, elevation = np.radians(np.moveaxis(places, -1, 0))
    flat = np.cos(elevation)
    return np.stack([flat * np.sin(azimuth), -flat * np.cos(azimuth), np.sin(elevation)], axis=-1)


def rays(places: np.ndarray, style: Style) -> tuple[np.ndarray, np.ndarray]:
    """Return origins and directions (n, 3) of the rays that find the skin at places (n, 2)."""
    down = np.clip((CHIN_ELEVATION - places[:, 1]) / (CHIN_ELEVATION - NECK_ELEVATION), 0, 1)
    origin, neck = np.array(style.origin), np.array(style.neck)
    origins = origin + down[:, None] * (neck - origin)
    elevation = np.where(down > 0, CHIN_ELEVATION * (1 - down**1.3), places[:, 1])
    return origins, direction(np.stack([places[:, 0], elevation], axis=1))


def place_of(points: np.ndarray, style: Style) -> np.ndarray:
    """Return azimuth and elevation, shape (..., 2), of points (..., 3) of the face."""
    arm = points - np.array(style.origin)
    azimuth = np.arctan2(arm[..., 0], -arm[..., 1])
    elevation = np.arctan2(arm[..., 2], np.hypot(arm[..., 0], arm[..., 1]))
    return np.degrees(np.stack([azimuth, elevation], axis=-1))


def _angles(style: Style) -> tuple[np.ndarray, np.ndarray, int, int]:
    """Return the grid's azimuths and elevations, and the first rows of both holes."""
    margin = place_of(eye_margin(style), style)
    pad_x, pad_z = 5.5, 7.5
    left, right = margin[:, 0].min() - pad_x, margin[:, 0].max() + pad_x
    top, bottom = margin[:, 1].max() + pad_z, margin[:, 1].min() - pad_z
    azimuths = np.concatenate(
        [
            np.linspace(0, left, EYE_FIRST + 1)[:-1],
            np.linspace(left, right, EYE_COLUMNS + 1)[:-1],
            right + (180 - right) * np.linspace(0, 1, HALF - EYE_FIRST - EYE_COLUMNS + 1) ** 1.15,
        ]
    )
    front = -np.array([[0.0, 6.6, -style.mouth.height - dz] for dz in (1.35, -1.75)])
    above, below = place_of(front, style)[:, 1]
    elevations = np.concatenate(
        [
            np.linspace(TOP_ELEVATION, top, ROWS_ABOVE + 1)[:-1],
            np.linspace(top, bottom, EYE_ROWS + 1)[:-1],
            np.linspace(bottom, min(above, bottom - 2.0), ROWS_BETWEEN + 1)[:-1],
            np.linspace(min(above, bottom - 2.0), below, MOUTH_ROWS + 1)[:-1],
            np.linspace(below, NECK_ELEVATION, ROWS_BELOW + 1),
        ]
    )
    first = ROWS_ABOVE
    return azimuths, elevations, first, first + EYE_ROWS + ROWS_BETWEEN


def build_skin(style: Style) -> Skin:
    """Return the skin of a style."""
    half = HalfSkin()
    azimuths, elevations, eye_top, mouth_top = _angles(style)
    corner = _grid(half, azimuths, elevations, eye_top, mouth_top)
    eye_rings = _eye_rings(half, corner, eye_top, style)
    mouth_rings = _mouth_rings(half, corner, mouth_top, style)
    _close_crown(half, corner[0])
    _relax(half)
    # points that rays find, then those that are placed by hand
    points = cast(*rays(half.places, style), style.lidded_solids)
    _space_rows(points, corner[mouth_top + MOUTH_ROWS + 2 :], style)
    seat_lids(points, eye_rings, style)
    seat_lips(points, mouth_rings, style)
    points[half.places[:, 0] <= 0, 0] = 0.0
    points[half.places[:, 0] >= 180, 0] = 0.0
    inner_lids, inner_mouth = lid_rims(style), mouth_bag(points[mouth_rings[0]])
    _add_inside(half, eye_rings[0], mouth_rings[0], len(inner_mouth))
    points = np.concatenate([points, inner_lids.reshape(-1, 3), inner_mouth.reshape(-1, 3)])
    return _mirrored(half, points, style)


def _space_rows(points: np.ndarray, corner: np.ndarray, style: Style) -> None:
    """Even out rows under the jaw, where rays find the skin too close together, in place.

    Args:
        points: shape (n, 3).
        corner: indices of points, shape (rows, columns).
        style: whose skin it is.
    """
    evenly = np.linspace(0, 1, len(corner))
    for column in corner.T:
        path = points[column]
        for _ in range(8):  # where rays overtake each other, the path turns back
            path[1:-1] = (path[:-2] + 2 * path[1:-1] + path[2:]) / 4
        along = np.cumsum([0.0, *np.linalg.norm(np.diff(path, axis=0), axis=1)])
        wanted = 0.3 * along / along[-1] + 0.7 * evenly
        points[column] = np.stack(
            [np.interp(wanted * along[-1], along, path[:, axis]) for axis in range(3)], axis=1
        )
    moved = corner.ravel()
    away, slope = gradient(points[moved], style.lidded_solids)
    points[moved] -= (away / (slope**2).sum(axis=1))[:, None] * slope


def _grid(
    half: HalfSkin, azimuths: np.ndarray, elevations: np.ndarray, eye_top: int, mouth_top: int
) -> np.ndarray:
    """Add the grid without its holes; return the indices of its corners, -1 in a hole."""
    rows, columns = len(elevations), len(azimuths)
    hole = np.zeros((rows, columns), bool)
    hole[eye_top + 1 : eye_top + EYE_ROWS, EYE_FIRST + 1 : EYE_FIRST + EYE_COLUMNS] = True
    hole[mouth_top + 1 : mouth_top + MOUTH_ROWS, :MOUTH_COLUMNS] = True
    corner = np.full((rows, columns), -1)
    column, row = np.meshgrid(azimuths, elevations)
    corner[~hole] = half.add(np.stack([column[~hole], row[~hole]], axis=1))
    near = np.zeros((rows, columns), bool)
    near[eye_top - 3 : mouth_top + MOUTH_ROWS + 5, : EYE_FIRST + EYE_COLUMNS + 4] = True
    half.is_loose = near[~hole]
    quads = np.stack([corner[:-1, :-1], corner[1:, :-1], corner[1:, 1:], corner[:-1, 1:]], axis=-1)
    kept = np.ones((rows - 1, columns - 1), bool)
    kept[eye_top : eye_top + EYE_ROWS, EYE_FIRST : EYE_FIRST + EYE_COLUMNS] = False
    kept[mouth_top : mouth_top + MOUTH_ROWS, :MOUTH_COLUMNS] = False
    half.faces.append(quads[kept])
    return corner


def _eye_rings(half: HalfSkin, corner: np.ndarray, top: int, style: Style) -> list[np.ndarray]:
    """Add the rings of the lids; return the indices of each, the margin first."""
    first, last = EYE_FIRST, EYE_FIRST + EYE_COLUMNS
    bottom, middle = top + EYE_ROWS, top + EYE_ROWS // 2
    loop = np.concatenate(
        [
            corner[middle:top:-1, first],
            corner[top, first:last],
            corner[top:bottom, last],
            corner[bottom, last:first:-1],
            corner[bottom:middle:-1, first],
        ]
    )
    edge, margin = half.places[loop], place_of(eye_margin(style), style)
    rings = [loop]
    for ring in range(EYE_RINGS - 1, -1, -1):
        share = (0.0, 0.1, 0.25, 0.45, 0.66, 0.84)[ring]
        places = margin + (edge - margin) * share
        rings.insert(0, half.add(places, eye=ring, is_loose=ring >= 3))
        half.join(rings[1], rings[0], closed=True)
    half.eye[loop] = np.stack([np.full(len(loop), EYE_RINGS), np.arange(len(loop))], axis=1)
    return rings


def _mouth_rings(half: HalfSkin, corner: np.ndarray, top: int, style: Style) -> list[np.ndarray]:
    """Add the rings of the lips; return the indices of each, the seam first."""
    last, bottom = MOUTH_COLUMNS, top + MOUTH_ROWS
    loop = np.concatenate([corner[top, :last], corner[top:bottom, last], corner[bottom, last::-1]])
    rings = [loop]
    flat = [mouth_ring(style, ring) for ring in range(LIP_BORDER + 1)]
    border = _front_place(flat[-1], style)
    for ring in range(MOUTH_RINGS - 1, -1, -1):
        if ring > LIP_BORDER:
            share = (0.17, 0.40, 0.68)[ring - LIP_BORDER - 1]
            places = border + (half.places[loop] - border) * share
        else:
            places = _front_place(flat[ring], style)
        places[[0, -1], 0] = 0.0
        rings.insert(0, half.add(places, mouth=ring, is_loose=ring > LIP_BORDER + 1))
        half.join(rings[1], rings[0], closed=False)
    half.mouth[loop] = np.stack([np.full(len(loop), MOUTH_RINGS), np.arange(len(loop))], axis=1)
    return rings


def _close_crown(half: HalfSkin, edge: np.ndarray) -> None:
    """Add the top of the head: a square of quads within the grid's first row, without a pole.

    Args:
        half: what it is added to.
        edge: indices of the first row, shape (HALF + 1,).
    """
    side = HALF // 4
    square = np.empty((2 * side + 1, side + 1), int)
    square[0], square[:, -1], square[-1] = (
        edge[: side + 1],
        edge[side:-side],
        edge[: -side - 2 : -1],
    )
    square[1:-1, :-1] = half.add(np.zeros(((2 * side - 1) * side, 2))).reshape(-1, side)
    quads = np.stack([square[1:, :-1], square[:-1, :-1], square[:-1, 1:], square[1:, 1:]], axis=-1)
    half.faces.append(quads.reshape(-1, 4))
    # each point between its neighbours, on the plane that the top of the head is seen on
    azimuth, away = np.radians(half.places[square, 0]), 90 - half.places[square, 1]
    x, y = away * np.sin(azimuth), -away * np.cos(azimuth)
    for _ in range(500):
        for flat, sign in ((x, -1), (y, 1)):
            beside = np.concatenate([sign * flat[:, 1:2], flat], axis=1)
            flat[1:-1, :-1] = (
                flat[:-2, :-1] + flat[2:, :-1] + beside[1:-1, :-2] + beside[1:-1, 2:]
            ) / 4
    places = np.stack([np.degrees(np.arctan2(x, -y)), 90 - np.hypot(x, y)], axis=-1)
    half.places[square[1:-1, :-1]] = places[1:-1, :-1]


def _front_place(flat: np.ndarray, style: Style) -> np.ndarray:
    """Return the places, shape (n, 2), of x and z (n, 2) on the face as seen from ahead."""
    start = np.stack([flat[:, 0], np.zeros(len(flat)), flat[:, 1]], axis=1)
    ahead = np.tile([0.0, -1.0, 0.0], (len(flat), 1))
    return place_of(cast(start, ahead, style.solids, 12.0), style)


def _relax(half: HalfSkin) -> None:
    """Move each loose point between its neighbours, as seen from the origin, in place."""
    quads = np.concatenate(half.faces)
    edges = np.concatenate([quads[:, [a, (a + 1) % 4]] for a in range(4)])
    edges = np.unique(np.sort(edges, axis=1), axis=0)
    ends, others = np.concatenate([edges, edges[:, ::-1]]).T
    count = len(half.places)
    on_axis = half.places[:, 0] == 0
    total = np.bincount(ends, minlength=count).clip(1)
    for _ in range(25):
        middle = np.stack(
            [np.bincount(ends, half.places[others, axis], count) for axis in (0, 1)], axis=1
        )
        pulled = 0.5 * half.places + 0.5 * middle / total[:, None]
        half.places = np.where(half.is_loose[:, None], pulled, half.places)
        half.places[on_axis, 0] = 0.0


def _add_inside(half: HalfSkin, margin: np.ndarray, seam: np.ndarray, depth: int) -> None:
    """Add the rings that lead from the lids' edge into the eye, and from the lips' into the mouth.

    Args:
        half: what they are added to.
        margin: indices of the lids' edge.
        seam: indices of the lips' edge.
        depth: rings of the mouth.
    """
    previous = margin
    for ring in (-1, -2):
        inner = half.add(np.full((EYE_POINTS, 2), BY_HAND), eye=ring)
        half.join(previous, inner, closed=True)
        previous = inner
    previous = seam
    places = np.full((MOUTH_POINTS, 2), BY_HAND)
    places[[0, -1], 0] = 0.0
    for ring in range(1, depth + 1):
        inner = half.add(places, mouth=-ring)
        half.join(previous, inner, closed=False)
        previous = inner


def _mirrored(half: HalfSkin, points: np.ndarray, style: Style) -> Skin:
    """Return both sides of a half."""
    count = len(points)
    middle = (half.places[:, 0] <= 0) | (half.places[:, 0] >= 180)
    points[middle, 0] = 0.0
    own = np.nonzero(~middle)[0]
    image = np.arange(count)
    image[own] = count + np.arange(len(own))
    faces = np.concatenate(half.faces)
    both = np.concatenate([points, points[own] * (-1, 1, 1)])
    outward = normals(points, style.lidded_solids)
    outward[middle, 0] = 0.0
    return Skin(
        style,
        both,
        np.concatenate([outward, outward[own] * (-1, 1, 1)]),
        np.concatenate([faces, image[faces][:, ::-1]]),
        np.concatenate([image, own]),
        np.concatenate([np.where(middle, 0, 1), np.full(len(own), -1)]),
        np.concatenate([half.eye, half.eye[own]]),
        np.concatenate([half.mouth, half.mouth[own]]),
    )


def upper_share(skin: Skin) -> np.ndarray:
    """Return 1 on the upper lip's side of the mouth, 0 on the lower's, shape (n,)."""
    mouth = skin.style.mouth
    on_ring = skin.mouth[:, 0] != NONE
    up = np.cos(np.pi * skin.mouth[:, 1] / (MOUTH_POINTS - 1))
    ringed = np.where(up > 1e-6, 1.0, np.where(up < -1e-6, 0.0, 0.5))
    free = smoothstep(-1.2, 1.2, skin.points[:, 2] - mouth.height - mouth.rise)
    return np.where(on_ring, ringed, free)
