# SPDX-License-Identifier: GPL-3.0-or-later
"""The brows, a part of their own that goes further than the skin under it."""

import numpy as np

from .correctives import squared
from .distance_field import cast, slide
from .part import Part, cubic, merged, mirrored, tube
from .sculpting import CANONICAL_EYE
from .skin_shapes import LEADS
from .style import Style

BROW_MOVES = {
    "browDownLeft": ((-0.5, -1.6), (-0.4, -1.4), (-0.25, -0.8), (-0.1, -0.25)),
    "browInnerUp": ((-0.15, 1.3), (0.0, 0.65), (0.0, -0.1), (0.0, -0.5)),
    "browOuterUpLeft": ((0.0, 0.3), (0.05, 0.9), (0.1, 1.4), (0.15, 1.05)),
    "noseSneerLeft": ((-0.25, -0.6), (-0.15, -0.5), (0.0, -0.35), (0.0, -0.2)),
    "eyeSquintLeft": ((0.0, -0.1), (0.0, -0.2), (0.0, -0.2), (0.0, -0.1)),
    "cheekSquintLeft": ((0.0, 0.05), (0.0, 0.12), (0.0, 0.12), (0.0, 0.0)),
    "eyeWideLeft": ((0.0, 0.15), (0.0, 0.2), (0.0, 0.2), (0.0, 0.15)),
    "mouthDimpleLeft": ((0.0, 0.1), (0.0, 0.45), (0.05, 0.85), (0.05, 0.5)),
    # disgust's brows are low, level and close together, where anger's slope
    "mouthShrugLower+mouthUpperUpLeft": ((-0.6, 0.6), (-0.6, -0.5), (-0.4, -1.6), (-0.2, -1.3)),
    "cheekSquintLeft+noseSneerLeft": ((-0.4, 0.9), (-0.3, 0.0), (-0.2, -0.9), (0.0, -0.8)),
    "browDownLeft+browInnerUp": ((-1.4, 1.7), (-0.8, 0.1), (0.0, -1.6), (0.0, -1.6)),
    # sorrow's brows slope, but low over the eyes
    "browInnerUp+mouthFrownLeft": ((-0.15, -0.8), (0.0, -0.75), (0.0, -0.55), (0.0, -0.3)),
    # surprise's brows are arcs, fear's slope
    "browInnerUp+browOuterUpLeft": ((0.1, -0.65), (0.0, 0.15), (0.0, 0.2), (0.0, -0.1)),
    "browDownLeft+browOuterUpLeft": ((-0.3, 3.0), (-0.1, -2.0), (0.0, -2.2), (0.0, -1.0)),
    "browDownLeft+noseSneerLeft": ((0.1, 0.15), (0.05, 0.1), (0.0, 0.0), (0.0, 0.1)),
}
"""Across and up: what the brow's ends and the two points between do in each channel."""


def brows(style: Style) -> Part:
    """Return both brows: thick bars that lie on the forehead and glide over it."""
    brow = style.brow
    steps, around = 18, 12
    along = np.linspace(0, 1, steps)
    # closer together at the ends, which are round
    along = 0.3 * along + 0.35 * (1 - np.cos(np.pi * along))
    line = cubic(np.array(brow.line), along)
    breadth = np.interp(along, [0, 1 / 3, 2 / 3, 1], brow.breadth)
    ends = np.minimum(along, 1 - along) / 0.09
    blunt = np.sqrt(1 - (1 - np.clip(ends, 0, 1)) ** 2)
    breadth = breadth * np.maximum(blunt, 0.02)
    tangent = np.gradient(line, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    across = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    turn = 2 * np.pi * np.arange(around) / around
    flat = line[:, None] + (breadth[:, None] * np.cos(turn))[..., None] * across[:, None]
    flat = flat.reshape(-1, 2)
    start = np.stack([flat[:, 0], np.zeros(len(flat)), flat[:, 1]], axis=1)
    ground = cast(start, np.tile([0.0, -1.0, 0.0], (len(flat), 1)), style.lidded_solids, 12.0)
    normal = ground - (style.eye_centre * (0.6, 0, 1) + (0, 2.0, -1.0))
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    # its ends stay off the skin, which folds under them
    base = np.interp(along, [0, 0.1, 0.8, 1], [0.58, 0.45, 0.45, 0.95])
    off = np.maximum(blunt, 0.02)[:, None] * np.sin(turn) + base[:, None]
    height = brow.thickness * off
    points = ground + height.reshape(-1, 1) * normal
    unit = style.eye_centre[0] / CANONICAL_EYE
    moves = {}
    for name, knots in BROW_MOVES.items():
        plane = np.repeat(cubic(np.array(knots), along), around, axis=0) * unit
        move = np.stack([plane[:, 0], np.zeros(len(plane)), plane[:, 1]], axis=1)
        moves[name] = slide(points, move, style.lidded_solids)
    for channel, lead in LEADS.items():
        name = f"{channel}Left"
        moves[squared(name)] = -lead * moves[name]
        moves[name] = (1 + lead) * moves[name]
    faces = tube(steps, around)
    left = Part("brow", points, faces, ("brow",), [0] * len(faces), moves)
    return merged("brows", left, mirrored(left))
