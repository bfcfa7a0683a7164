# SPDX-License-Identifier: GPL-3.0-or-later
"""Hair that comes out from under a hood: solid locks that lie on the head and end in points."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .distance_field import Ellipsoid, cast, gradient, smoothstep
from .part import Part, cubic, lathe, merged, placed, tube
from .shell import polar
from .style import Style

STEPS, AROUND = 11, 8


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


def with_image(own: Lock) -> tuple[Lock, Lock]:
    """Return a lock and its mirror image."""
    return own, replace(own, path=tuple((-x, y, z) for x, y, z in own.path))


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


def _settled(points: np.ndarray, solids: tuple[Ellipsoid, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return points (n, 3) brought to the skin, and its normals there."""
    for _ in range(12):
        away, slope = gradient(points, solids)
        size = np.linalg.norm(slope, axis=1, keepdims=True)
        points = points - 0.8 * away[:, None] * slope / size**2
    return points, slope / size


def lock(own: Lock, solids: tuple[Ellipsoid, ...]) -> Part:
    """Return a lock: a lens in section, fullest in its first half, pointed at its end."""
    along = np.linspace(0, 1, STEPS)
    ground, normal = _settled(cubic(np.array(own.path), along), solids)
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


def locks(style: Style, *all_locks: Lock) -> Part:
    """Return locks that lie on a style's head as one part."""
    return merged("hair", *(lock(own, style.solids) for own in all_locks))


def compass(azimuth: float, elevation: float) -> tuple[float, float]:
    """Return degrees off the front and around it, as ``combed`` takes them.

    Args:
        azimuth: degrees from the front to the left, 180 at the back.
        elevation: degrees above the horizon.
    """
    a, e = np.radians([azimuth, elevation])
    x, y, z = np.sin(a) * np.cos(e), -np.cos(a) * np.cos(e), np.sin(e)
    return float(np.degrees(np.arccos(-y))), float(np.degrees(np.arctan2(x, z)))


def on_both_sides(
    rows: Sequence[tuple[float, float, float, float]],
) -> list[tuple[float, float, float, float]]:
    """Return rows of the left for ``combed``, then their mirror images."""
    return [
        (start, end, side * first, side * last)
        for side in (1, -1)
        for start, end, first, last in rows
    ]


def combed(
    solids: tuple[Ellipsoid, ...],
    origin: tuple[float, float, float],
    rows: Sequence[tuple[float, float, float, float]],
    lifts: tuple[float, float, float, float],
    width: float,
    thickness: float,
) -> list[Part]:
    """Return locks that are combed over a form from the face backwards.

    Args:
        solids: the form that they lie on.
        origin: where the rays come from that find it.
        rows: of each lock degrees off the front of its root and of its tip, degrees around the
            front of its root, 0 at the top and 90 on the left, and of its tip.
        lifts: centimetres off the form at root, two points between and tip.
        width: half of a lock's, at the widest place.
        thickness: half of a lock's.
    """
    share = np.linspace(0, 1, 4)[:, None]
    result = []
    for start, end, first, last in rows:
        root, tip = polar(np.array([start, end]), np.array([first, last]))
        arc = np.arccos(np.clip(root @ tip, -1, 1))
        # along the great circle from root to tip
        ways = (np.sin((1 - share) * arc) * root + np.sin(share * arc) * tip) / np.sin(arc)
        path = cast(np.tile(np.array(origin, float), (4, 1)), ways, solids)
        own = Lock(tuple(map(tuple, path.tolist())), lifts, width, thickness)
        result.append(lock(own, solids))
    return result


def bun(at: tuple[float, float, float], radius: float, axis: tuple[float, float, float]) -> Part:
    """Return a bun: a ball wound from locks, with a band around its foot.

    Args:
        at: its middle.
        radius: of the ball.
        axis: away from the head.
    """
    ball = (Ellipsoid((0, 0, 0), (radius, radius, 0.86 * radius)),)
    turn = np.linspace(-1.35, 1.35, 7)
    core = lathe(
        "bun", [(0.94 * radius * np.cos(a), 0.8 * radius * np.sin(a)) for a in turn], "hair", 16
    )
    parts = [core]
    for number in range(5):
        start = 2 * np.pi * number / 5
        path = []
        for share in np.linspace(0, 1, 4):
            high, way = -0.75 + 2.1 * share, start + 1.9 * share
            path.append(
                (
                    radius * np.cos(high) * np.cos(way),
                    radius * np.cos(high) * np.sin(way),
                    radius * np.sin(high),
                )
            )
        own = Lock(tuple(path), (0.0, 0.1, 0.12, 0.05), 0.46 * radius, 0.26 * radius)
        parts.append(lock(own, ball))
    profile = ((0.5, -1.0), (0.74, -0.95), (0.8, -0.78), (0.74, -0.6), (0.5, -0.56))
    band = lathe("band", [(r * radius, z * radius) for r, z in profile], "accent", 16)
    return placed(merged("bun", *parts, band), axis, at)
