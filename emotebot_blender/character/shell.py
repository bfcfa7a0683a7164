# SPDX-License-Identifier: GPL-3.0-or-later
"""What a head is covered with: cap, crest, ears, antenna."""

from dataclasses import replace

import numpy as np

from .distance_field import Ellipsoid, cast, normals
from .part import ANTENNA, Part, closed_rod, cubic, lathe, merged, placed, rod, tube

AROUND, DEEP = 56, 18


def polar(angle: np.ndarray, around: np.ndarray) -> np.ndarray:
    """Return directions of length 1: degrees off the front, and degrees around it from the top."""
    a, b = np.radians(angle), np.radians(around)
    return np.stack([np.sin(a) * np.sin(b), -np.cos(a), np.sin(a) * np.cos(b)], axis=-1)


def contour(knots: dict[float, float], around: np.ndarray) -> np.ndarray:
    """Return degrees off the front of a hood's edge, by a smooth curve through knots.

    Args:
        knots: degrees off the front by degrees around, 0 at the top to 180 below.
        around: shape (n,).
    """
    at = np.array(sorted(knots), float)
    value = np.array([knots[key] for key in at])
    ring = np.concatenate([-at[:0:-1], at, 360 - at[-2:0:-1]])
    values = np.concatenate([value[:0:-1], value, value[-2:0:-1]])
    dense = np.interp(np.arange(-180, 180.0), ring, values)
    spread = np.exp(-((np.arange(-180, 180) / 11.0) ** 2))
    soft = np.fft.ifft(np.fft.fft(dense) * np.fft.fft(np.fft.ifftshift(spread / spread.sum()))).real
    return np.interp(np.mod(around + 180, 360) - 180, np.arange(-180, 180.0), soft, period=360)


def cap(
    name: str,
    solids: tuple[Ellipsoid, ...],
    origin: tuple[float, float, float],
    knots: dict[float, float],
    slot: str,
    rim: str,
    rim_radius: float,
    seam: float = 0.0,
) -> Part:
    """Return a cap over the skull from the edge around the face to the back of the head.

    Args:
        name: of the part.
        solids: its outer form.
        origin: where its rays come from.
        knots: of its edge, as for ``contour``.
        slot: material of the cap.
        rim: material of the roll along its edge.
        rim_radius: of the roll.
        seam: share of the way to the back at which a groove runs around; 0 for none.
    """
    around = 360 * np.arange(AROUND) / AROUND
    edge = contour(knots, around)
    share = np.linspace(0, 1, DEEP)
    if seam:
        share[np.abs(share - seam).argsort()[:3]] = seam + np.array([-0.008, 0.0, 0.008])
        share = np.sort(share)
    angles = edge[None] + (178.5 - edge[None]) * share[:, None]
    ways = polar(angles, np.broadcast_to(around, angles.shape)).reshape(-1, 3)
    outer = cast(np.tile(origin, (len(ways), 1)).astype(float), ways, solids)
    normal = normals(outer, solids)
    grid = outer.reshape(DEEP, AROUND, 3)
    if seam:
        row = np.abs(share - seam).argmin()
        grid[row] -= 0.12 * normal.reshape(DEEP, AROUND, 3)[row]
    inner = (outer - 0.45 * normal).reshape(DEEP, AROUND, 3)[:4][::-1]
    points = np.concatenate([inner, grid]).reshape(-1, 3)
    faces = tube(DEEP + 4, AROUND, capped=False)
    faces.append(tuple(range(len(points) - AROUND, len(points))))
    hood = Part(name, points, faces, (slot,), [0] * len(faces))
    roll = closed_rod(grid[0] - 0.12 * normal[:AROUND], rim_radius, rim)
    return merged(name, hood, roll)


def crest(
    solids: tuple[Ellipsoid, ...],
    origin: tuple[float, float, float],
    start: float,
    end: float,
    half_width: float,
    height: float,
    slot: str,
    around: float = 0.0,
) -> Part:
    """Return a raised band over a cap, from the front to the back.

    Args:
        solids: of the cap.
        origin: of the cap's rays.
        start: degrees off the front, over the top.
        end: where it ends.
        half_width: of the band.
        height: by which it stands out.
        slot: its material.
        around: degrees around the front at which it runs, 0 for the top.
    """
    angles = np.linspace(start, end, 20)
    across, lift = np.array(
        [
            (-1.0, -0.5),
            (-1.0, 0.6),
            (-0.86, 1.0),
            (-0.3, 1.12),
            (0.3, 1.12),
            (0.86, 1.0),
            (1.0, 0.6),
            (1.0, -0.5),
        ]
    ).T
    ways = np.repeat(polar(angles, np.full(len(angles), around)), len(across), axis=0)
    taper = 1 - 0.35 * np.linspace(0, 1, len(angles)) ** 2
    starts = np.tile(origin, (len(ways), 1)).astype(float)
    turn = np.radians(around)
    side = np.array([np.cos(turn), 0.0, -np.sin(turn)])
    starts += np.outer(taper, across * half_width).ravel()[:, None] * side
    ground = cast(starts, ways, solids)
    normal = normals(ground, solids)
    points = ground + np.tile(lift * height, len(angles))[:, None] * normal
    faces = tube(len(angles), len(across))
    return Part("crest", points, faces, (slot,), [0] * len(faces))


def ear(at: tuple[float, float, float], radius: float, lean: float = 0.1) -> Part:
    """Return the left ear: a thick disc with a bright, sunken face."""
    profile = (
        (0.0, -0.6),
        (0.8, -0.6),
        (0.98, -0.5),
        (1.0, -0.1),
        (0.98, 0.35),
        (0.86, 0.55),
        (0.70, 0.56),
    )
    body = lathe(
        "ear", [(r * radius, z) for r, z in profile] + [(0.66 * radius, 0.36)], "accent", 24
    )
    face = lathe(
        "face",
        [
            (0.66 * radius, 0.30),
            (0.66 * radius, 0.38),
            (0.60 * radius, 0.42),
            (0.26 * radius, 0.44),
            (0.22 * radius, 0.62),
            (0.0, 0.66),
        ],
        "trim",
        24,
    )
    return placed(merged("ear", body, face), (1.0, 0.12, lean), at)


def antenna(path: np.ndarray, radii: tuple[float, float], lamp: float) -> tuple[Part, Part]:
    """Return a springy rod, and the lamp at its end.

    Args:
        path: four points that the rod runs through, shape (4, 3).
        radii: at its foot and its tip.
        lamp: radius.
    """
    along = np.linspace(0, 1, 16)
    curve = cubic(path, along)
    stem = rod("antenna", curve, np.linspace(*radii, 16).tolist(), "shell", 8)
    turn = np.linspace(-np.pi / 2, np.pi / 2, 10)
    ball = lathe("lamp", [(lamp * np.cos(a), lamp * np.sin(a)) for a in turn], "lamp", 18)
    socket = lathe(
        "socket",
        [(0.0, -0.25), (0.42 * lamp, -0.25), (0.55 * lamp, 0.1), (0.3 * lamp, 0.3)],
        "accent",
        16,
    )
    up = curve[-1] - curve[-2]
    tip = curve[-1]
    ball = placed(ball, up, tip + 0.8 * lamp * up / np.linalg.norm(up))
    whole = merged(ANTENNA, stem, placed(socket, up, tip))
    bending = np.ones(len(whole.points))
    bending[: len(stem.points)] = np.repeat(along, len(stem.points) // len(along))
    weights = {ANTENNA: bending, "head": 1 - bending}
    ball = replace(ball, name="lamp", weights={ANTENNA: np.ones(len(ball.points))})
    return replace(whole, weights=weights), ball
