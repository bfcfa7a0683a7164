# SPDX-License-Identifier: GPL-3.0-or-later
"""A mesh of the built-in head on its way to Blender."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .skin_shapes import mirrored_corrective

LEAST_MOVE = 5e-3
"""Centimetres below which a part counts as at rest."""

Faces = list[tuple[int, ...]]


@dataclass
class Part:
    """A mesh to be made.

    Attributes:
        name: what it is, appended to the character's name.
        points: shape (n, 3), centimetres.
        faces: point numbers, three or more each.
        materials: one number a face, into ``slots``.
        slots: names of materials.
        moves: displacement by channel, each of shape (n, 3).
        tint: what the colour of tinted materials is multiplied by, linear, and the share of the
            colour they melt into, shape (n, 4).
        weights: how much goes with each bone, shape (n,) each; empty for a stiff part.
    """

    name: str
    points: np.ndarray
    faces: Faces
    materials: list[int]
    slots: tuple[str, ...]
    moves: dict[str, np.ndarray] = field(default_factory=dict)
    tint: np.ndarray | None = None
    weights: dict[str, np.ndarray] = field(default_factory=dict)


def tube(rings: int, around: int, closed: bool = True) -> Faces:
    """Return the faces of ``rings`` rings of ``around`` points, ends closed by one face each."""
    faces: Faces = []
    for ring in range(rings - 1):
        for a in range(around):
            b = (a + 1) % around
            low, high = ring * around, (ring + 1) * around
            faces.append((low + a, low + b, high + b, high + a))
    if closed:
        faces.append(tuple(range(around))[::-1])
        faces.append(tuple(range((rings - 1) * around, rings * around)))
    return faces


def merged(name: str, parts: Sequence[Part]) -> Part:
    """Return several parts as one mesh; channels of any of them are kept."""
    slots = tuple(dict.fromkeys(slot for part in parts for slot in part.slots))
    faces: Faces = []
    materials: list[int] = []
    starts = np.cumsum([0, *(len(part.points) for part in parts)])
    for start, part in zip(starts, parts, strict=False):
        faces += [tuple(int(start) + number for number in face) for face in part.faces]
        materials += [slots.index(part.slots[number]) for number in part.materials]
    moves = {}
    for channel in dict.fromkeys(channel for part in parts for channel in part.moves):
        moves[channel] = np.concatenate(
            [part.moves.get(channel, np.zeros_like(part.points)) for part in parts]
        )
    points = np.concatenate([part.points for part in parts])
    return Part(name, points, faces, materials, slots, moves)


def with_mirror_image(name: str, left: Part) -> Part:
    """Return a part of the left together with its mirror image, without channels at rest."""
    moves = {
        channel: left.moves[mirrored_corrective(channel)] * (-1, 1, 1)
        for channel in left.moves
        if mirrored_corrective(channel) in left.moves
    }
    right = Part(
        "",
        left.points * (-1, 1, 1),
        [face[::-1] for face in left.faces],
        left.materials,
        left.slots,
        moves,
    )
    both = merged(name, (left, right))
    both.moves = {
        channel: move for channel, move in both.moves.items() if np.abs(move).max() > LEAST_MOVE
    }
    return both
