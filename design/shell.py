# SPDX-License-Identifier: GPL-3.0-or-later
"""What a head wears: hood, ears, antenna, and the bust under it."""

import numpy as np

from .field import Blob, cast, gradient
from .hair import FRINGE, NAPE, TEMPLES, locks
from .part import Part, cubic, lathe, merged, mirrored, placed, rod, tube
from .proportions import Design

AROUND, DEEP = 72, 22


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
    clay: tuple[Blob, ...],
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
        clay: its outer form.
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
    outer = cast(np.tile(origin, (len(ways), 1)).astype(float), ways, clay)
    _, normal = gradient(outer, clay)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    grid = outer.reshape(DEEP, AROUND, 3)
    if seam:
        row = np.abs(share - seam).argmin()
        grid[row] -= 0.12 * normal.reshape(DEEP, AROUND, 3)[row]
    inner = (outer - 0.45 * normal).reshape(DEEP, AROUND, 3)[:4][::-1]
    points = np.concatenate([inner, grid]).reshape(-1, 3)
    faces = tube(DEEP + 4, AROUND, capped=False)
    faces.append(tuple(range(len(points) - AROUND, len(points))))
    hood = Part(name, points, faces, (slot,), [0] * len(faces))
    roll = _closed_rod(grid[0] - 0.12 * normal[:AROUND], rim_radius, rim)
    return merged(name, hood, roll)


def crest(
    clay: tuple[Blob, ...],
    origin: tuple[float, float, float],
    start: float,
    end: float,
    half_width: float,
    height: float,
    slot: str,
) -> Part:
    """Return a raised band over the middle of a cap, from the front to the back.

    Args:
        clay: of the cap.
        origin: of the cap's rays.
        start: degrees off the front, over the top.
        end: where it ends.
        half_width: of the band.
        height: by which it stands out.
        slot: its material.
    """
    angles = np.linspace(start, end, 30)
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
    ways = np.repeat(polar(angles, np.zeros(len(angles))), len(across), axis=0)
    taper = 1 - 0.35 * np.linspace(0, 1, len(angles)) ** 2
    starts = np.tile(origin, (len(ways), 1)).astype(float)
    starts[:, 0] += np.outer(taper, across * half_width).ravel()
    ground = cast(starts, ways, clay)
    _, normal = gradient(ground, clay)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    points = ground + np.tile(lift * height, len(angles))[:, None] * normal
    faces = tube(len(angles), len(across))
    return Part("crest", points, faces, (slot,), [0] * len(faces))


def _closed_rod(path: np.ndarray, radius: float, slot: str, around: int = 10) -> Part:
    """Return a round bar along a closed path (n, 3)."""
    along = np.roll(path, -1, axis=0) - np.roll(path, 1, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    out = path - path.mean(axis=0)
    side = out - (out * along).sum(axis=1, keepdims=True) * along
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    third = np.cross(along, side)
    turn = 2 * np.pi * np.arange(around) / around
    ring = (
        np.cos(turn)[None, :, None] * side[:, None] + np.sin(turn)[None, :, None] * third[:, None]
    )
    points = (path[:, None] + radius * ring).reshape(-1, 3)
    faces = tube(len(path), around, capped=False)
    last, first = len(points) - around, 0
    faces += [
        (last + i, last + (i + 1) % around, first + (i + 1) % around, first + i)
        for i in range(around)
    ]
    return Part("roll", points, faces, (slot,), [0] * len(faces))


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
    body = lathe("ear", [(r * radius, z) for r, z in profile] + [(0.66 * radius, 0.36)], "accent")
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
    )
    return placed(merged("ear", body, face), (1.0, 0.12, lean), at)


def antenna(path: np.ndarray, radii: tuple[float, float], lamp: float) -> Part:
    """Return a springy rod with a lamp at its end.

    Args:
        path: four points that the rod runs through, shape (4, 3).
        radii: at its foot and its tip.
        lamp: radius.
    """
    along = np.linspace(0, 1, 16)
    curve = cubic(path, along)
    stem = rod("antenna", curve, np.linspace(*radii, 16), "shell")
    turn = np.linspace(-np.pi / 2, np.pi / 2, 12)
    ball = lathe("lamp", [(lamp * np.cos(a), lamp * np.sin(a)) for a in turn], "lamp", 24)
    socket = lathe(
        "socket",
        [(0.0, -0.25), (0.42 * lamp, -0.25), (0.55 * lamp, 0.1), (0.3 * lamp, 0.3)],
        "accent",
        20,
    )
    up = curve[-1] - curve[-2]
    tip = curve[-1]
    ball = placed(ball, up, tip + 0.8 * lamp * up / np.linalg.norm(up))
    return merged("antenna", stem, placed(socket, up, tip), ball)


def bust(
    rings: tuple[tuple[float, float, float, float], ...],
    collar: tuple[float, float, float],
    depth: float,
) -> Part:
    """Return shoulders and collar.

    Args:
        rings: height, half-width, half-depth and boxiness of each section, from above.
        collar: radius, height and thickness of the collar's roll.
        depth: of the body's axis.
    """
    turn = 2 * np.pi * np.arange(48) / 48
    sections = []
    for z, wide, deep, power in rings:
        x = np.sign(np.sin(turn)) * wide * np.abs(np.sin(turn)) ** (2 / power)
        y = depth - np.sign(np.cos(turn)) * deep * np.abs(np.cos(turn)) ** (2 / power)
        sections.append(np.stack([x, y, np.full(48, z)], axis=1))
    faces = [face[::-1] for face in tube(len(sections), 48)]
    body = Part("bust", np.concatenate(sections), faces, ("suit",), [0] * len(faces))
    radius, height, thick = collar
    path = np.stack([radius * np.sin(turn), depth - radius * np.cos(turn), np.full(48, height)], 1)
    return merged("bust", body, _closed_rod(path, thick, "trim"))


HOOD_ORIGIN = (0, 0.0, 0.4)
"""Where the rays of the hooded child's hood come from."""


def hood(design: Design) -> list[Part]:
    """Return the hooded child's shell: hood with a band, ears, antenna, bust."""
    clay = (
        Blob((0, 0.0, 2.1), (7.85, 7.2, 7.2), power=2.15),
        Blob((0, -0.2, -2.1), (7.4, 5.95, 4.6), 2.5, power=2.15),
    )
    knots = {0: 51.0, 35: 54.0, 70: 64.0, 100: 73.0, 130: 88.0, 150: 114.0, 165: 128.0, 180: 132.0}
    shell = cap("hood", clay, HOOD_ORIGIN, knots, "shell", "accent", 0.3, seam=0.17)
    ridge = crest(clay, HOOD_ORIGIN, 49.0, 176.0, 1.2, 0.36, "accent")
    pod = ear((7.95, 0.2, -0.8), 2.1)
    wire = np.array([(8.1, 0.7, 0.6), (9.3, 1.2, 3.4), (9.5, 1.5, 6.3), (8.6, 1.3, 9.0)])
    body = bust(
        (
            (-9.5, 2.7, 2.7, 2.0),
            (-9.9, 3.3, 3.1, 2.0),
            (-10.6, 4.5, 3.5, 2.2),
            (-11.6, 5.6, 3.8, 2.4),
            (-13.0, 6.1, 4.0, 2.5),
            (-15.0, 6.0, 4.0, 2.5),
            (-18.0, 5.6, 3.9, 2.4),
        ),
        (2.95, -9.35, 0.5),
        1.1,
    )
    port = lathe(
        "port",
        [(0, -0.4), (2.0, -0.4), (2.1, 0.0), (1.95, 0.22), (1.7, 0.26), (1.62, 0.1), (0, 0.1)],
        "accent",
        36,
    )
    light = lathe("light", [(0, 0.05), (0.95, 0.05), (0.95, 0.18), (0.7, 0.32), (0, 0.4)], "trim")
    back = placed(merged("port", port, light), (0.0, 1.0, 0.03), (0.0, 7.35, 0.6))
    badge = lathe(
        "badge", [(0, -0.2), (0.75, -0.2), (0.75, 0.1), (0.6, 0.22), (0, 0.26)], "trim", 24
    )
    badge = placed(badge, (0.0, -1.0, 0.35), (0.0, -2.65, -12.2))
    return [
        merged("hood", shell, ridge),
        merged("pods", pod, mirrored(pod), back),
        antenna(wire, (0.2, 0.14), 0.9),
        merged("body", body, badge),
        locks(design, *FRINGE, *TEMPLES, *NAPE),
    ]


def helmet(design: Design) -> list[Part]:
    """Return the toy's shell: a helmet around a face plate, knobs, a stub of an antenna, a ring."""
    clay = (
        Blob((0, 0.6, 1.0), (9.0, 8.2, 8.3), power=2.7),
        Blob((0, 0.4, -2.6), (8.9, 7.4, 5.2), 2.5, power=2.6),
    )
    knots = {0: 55.0, 45: 59.0, 90: 61.0, 135: 56.0, 180: 51.0}
    shell = cap("helmet", clay, (0, 0.6, -0.4), knots, "shell", "accent", 0.42)
    knob = lathe(
        "knob",
        [
            (0, -0.5),
            (1.5, -0.5),
            (1.55, 0.2),
            (1.2, 0.75),
            (0.75, 0.85),
            (0.7, 1.2),
            (0.4, 1.4),
            (0, 1.42),
        ],
        "accent",
    )
    knob = placed(knob, (1.0, 0.0, 0.0), (8.75, 0.6, -0.6))
    wire = np.array([(0.0, 1.0, 8.9), (0.0, 1.1, 9.7), (0.0, 1.3, 10.5), (0.0, 1.5, 11.3)])
    body = bust(
        (
            (-7.4, 4.6, 4.6, 2.0),
            (-8.2, 5.4, 5.2, 2.1),
            (-9.4, 6.6, 5.2, 2.2),
            (-11.2, 7.2, 5.2, 2.3),
            (-14.0, 7.2, 5.2, 2.3),
            (-17.5, 6.6, 5.0, 2.3),
        ),
        (4.9, -7.5, 0.65),
        0.8,
    )
    return [shell, merged("knobs", knob, mirrored(knob)), antenna(wire, (0.3, 0.22), 0.95), body]


def hair(design: Design) -> list[Part]:
    """Return the older android's hair, swept back over the skull, with small ears and a jacket."""
    clay = (
        Blob((0, 1.3, 2.8), (7.2, 7.9, 7.0), power=2.1),
        Blob((0, 2.2, -1.0), (6.9, 6.0, 5.0), 2.5, power=2.1),
        Blob((1.8, -4.2, 7.6), (4.6, 3.6, 2.3), 1.6, pitch=-18, roll=14),
        Blob((-3.4, -2.6, 7.2), (3.4, 3.6, 2.2), 1.4, pitch=-10, roll=-18),
        Blob((2.8, 0.5, 8.6), (3.8, 4.4, 2.0), 1.4, pitch=8, roll=12),
    )
    knots = {
        0: 50.0,
        25: 54.0,
        50: 64.0,
        75: 74.0,
        95: 78.0,
        112: 84.0,
        130: 118.0,
        150: 132.0,
        180: 138.0,
    }
    shell = cap("hair", clay, (0, 1.2, 1.2), knots, "hair", "hair", 0.2)
    pod = ear((6.95, 1.2, -1.4), 1.35)
    wire = np.array([(7.2, 1.4, -0.6), (8.2, 2.2, 1.2), (8.6, 3.0, 3.2), (8.4, 3.6, 5.2)])
    body = bust(
        (
            (-10.4, 2.5, 2.5, 2.0),
            (-11.0, 3.4, 3.1, 2.0),
            (-11.6, 5.6, 3.8, 2.2),
            (-12.4, 8.2, 4.4, 2.4),
            (-13.6, 9.6, 4.7, 2.5),
            (-15.5, 9.9, 4.8, 2.5),
            (-18.5, 9.4, 4.6, 2.5),
        ),
        (2.8, -10.3, 0.42),
        1.9,
    )
    return [shell, merged("ears", pod, mirrored(pod)), antenna(wire, (0.14, 0.1), 0.5), body]


SHELLS = {"hood": hood, "helmet": helmet, "hair": hair}
