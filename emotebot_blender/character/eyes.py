# SPDX-License-Identifier: GPL-3.0-or-later
"""Eyeballs, brows and lashes of the built-in head, in centimetres."""

import numpy as np

from . import form
from .form import turned
from .materials import eye_tint
from .openings import EYE_POINTS, NO_RING, eye_margin
from .part import Part, tube, with_mirror_image
from .sculpting import Surface, free_surface
from .skin_shapes import skin_displacements

_EYE_ZONES = (
    (0.0, "pupil"), (8.0, "pupil"), (15.3, "pupil"), (16.0, "iris light"), (18.0, "iris light"),
    (20.0, "iris light"), (21.5, "iris"), (25.5, "iris"), (29.0, "iris"), (30.4, "iris dark"),
    (32.4, "iris dark"), (33.0, "sclera"), (36.0, "sclera"), (42.0, "sclera"), (52.0, "sclera"),
    (65.0, "sclera"), (85.0, "sclera"), (115.0, "sclera"), (150.0, "sclera"), (176.0, "sclera"),
)  # fmt: skip
"""Degrees off the axis of each ring of the eyeball, and the material that ends there."""
GAZE = {"Up": (0, -22.0), "Down": (0, 25.0), "In": (2, -30.0), "Out": (2, 32.0)}
"""Axis and degrees by which the left eyeball turns at the full weight of each eyeLook channel."""


def eye(side: int) -> Part:
    """Return an eyeball with its highlights; side 1 is left, -1 is right."""
    around = 48
    turn = 2 * np.pi * np.arange(around) / around
    rings = []
    for degrees, _ in _EYE_ZONES:
        angle = np.radians(max(degrees, 1.5))
        ring = np.stack([np.cos(turn), np.zeros(around), np.sin(turn)], axis=1) * np.sin(angle)
        ring[:, 1] = -np.cos(angle)
        rings.append(ring * form.EYE_RADIUS)
    ball = np.concatenate(rings)
    slots = ("pupil", "iris light", "iris", "iris dark", "sclera", "glint")
    faces = [face[::-1] for face in tube(len(rings), around)]
    materials = [slots.index(zone) for _, zone in _EYE_ZONES[1:] for _ in range(around)]
    materials += [slots.index("pupil"), slots.index("sclera")]
    blocks = [ball]
    for up, across, size in ((14.0, -12.0, 6.2), (-13.0, 12.0, 2.8)):
        disc = np.stack([np.cos(turn[::3]), np.zeros(16), np.sin(turn[::3])], axis=1)
        disc *= np.sin(np.radians(size))
        disc[:, 1] = -np.cos(np.radians(size))
        disc = turned(turned(disc * form.EYE_RADIUS * 1.008, 0, -up), 2, across)
        start = sum(map(len, blocks))
        faces.append(tuple(range(start, start + 16)))
        materials.append(slots.index("glint"))
        blocks.append(disc)
    points = np.concatenate(blocks)
    share = np.where(np.arange(len(points)) < len(ball), 1.0, 0.3)
    tint = np.ones((len(points), 4))
    tint[: len(ball)] = eye_tint(ball, np.tile(turn, len(rings)))
    displacements = {}
    for direction, (axis, degrees) in GAZE.items():
        angle = degrees * (side if axis == 2 else 1)
        name = f"eyeLook{direction}{'Left' if side > 0 else 'Right'}"
        displacements[name] = (turned(points, axis, angle) - points) * share[:, None]
    points = points + form.EYE_CENTRE * (side, 1, 1)
    name = "eye left" if side > 0 else "eye right"
    return Part(name, points, faces, materials, slots, displacements, tint)


def brows() -> Part:
    """Return both brows, tapered bars that lie on the forehead and go with it."""
    steps, around = 15, 10
    along = np.linspace(0, 1, steps)
    (inner, low), (peak, high), (outer, tail) = form.BROW_INNER, form.BROW_PEAK, form.BROW_OUTER
    x = inner + (outer - inner) * along
    # the parabola through the three
    first, second = (high - low) / (peak - inner), (tail - high) / (outer - peak)
    bend = (second - first) / (outer - inner)
    z = low + first * (x - inner) + bend * (x - inner) * (x - peak)
    height = 0.34 * np.interp(along, [0, 0.06, 0.3, 0.65, 0.9, 1], [0.5, 0.75, 1, 0.85, 0.42, 0.1])
    depth = 0.16 * np.interp(along, [0, 0.1, 0.7, 1], [0.7, 1, 0.9, 0.4])
    turn = 2 * np.pi * np.arange(around) / around
    tangent = np.gradient(np.stack([x, z], axis=1), axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    across = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    plane = (
        np.stack([x, z], axis=1)[:, None]
        + (height[:, None] * np.cos(turn))[..., None] * across[:, None]
    )
    skin = free_surface(plane[..., 0].ravel(), plane[..., 1].ravel())
    # the tail stands off more, where the lid's fold comes forward under a lowered brow
    lift = (0.25 + 0.1 * along[:, None] + depth[:, None] * np.sin(turn)).ravel()
    # where the lid bulges before the brow ridge, the brow lies on the lid
    away = ((skin.points - form.EYE_CENTRE)[:, [0, 2]] ** 2).sum(axis=1)
    bulge = form.EYE_CENTRE[1] - np.sqrt(np.maximum(form.UPPER_LID_RADIUS**2 - away, 0.0))
    skin.points[:, 1] = np.minimum(skin.points[:, 1], bulge) - lift
    # the bar keeps its breadth: a section goes as its middle goes, its depth follows the skin
    own = skin_displacements(skin)
    middle = skin_displacements(free_surface(np.repeat(x, around), np.repeat(z, around)))
    displacements = {name: middle[name] * (1, 0, 1) + own[name] * (0, 1, 0) for name in own}
    faces = tube(steps, around)
    return with_mirror_image(
        "brows", Part("", skin.points, faces, [0] * len(faces), ("brow",), displacements)
    )


def lashes() -> Part:
    """Return the lashes of both upper lids, wedges that grow towards the outer corner."""
    angles = np.arange(2, EYE_POINTS // 2)
    margin = eye_margin()[angles] - form.EYE_CENTRE
    arm = margin / np.linalg.norm(margin, axis=1, keepdims=True)
    up = np.cross(arm, np.gradient(margin, axis=0))
    up /= np.linalg.norm(up, axis=1, keepdims=True)
    up *= np.sign(up[len(up) // 2, 2])
    along = np.linspace(0, 1, len(angles))
    size = np.interp(along, [0, 0.3, 0.8, 1], [0.1, 0.55, 1.0, 0.7])[:, None]
    outward = np.stack([along**3, np.zeros_like(along), np.zeros_like(along)], axis=1)
    sections = np.stack(
        [
            margin - 0.1 * arm - 0.02 * up,
            margin + 0.05 * arm - 0.07 * size * up,
            margin + 0.34 * size * arm + 0.16 * size * up + 0.4 * size * outward,
            margin + 0.03 * arm + 0.14 * size * up,
        ],
        axis=1,
    )
    count = sections.shape[0] * 4
    no_ring = np.full(count, NO_RING)
    points = sections.reshape(-1, 3) + form.EYE_CENTRE
    lid = Surface(
        points,
        np.zeros((count, 2)),
        np.full(count, -1),
        np.repeat(angles, 4),
        no_ring,
        np.zeros(count, int),
    )
    displacements = skin_displacements(lid)
    faces = [face[::-1] for face in tube(len(angles), 4)]
    return with_mirror_image(
        "lashes", Part("", points, faces, [0] * len(faces), ("lashes",), displacements)
    )
