# SPDX-License-Identifier: GPL-3.0-or-later
"""Meshes of the built-in head as arrays, before Blender gets them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .skin_shapes import mirrored_corrective

LEAST_DISPLACEMENT = 5e-3
"""Centimetres: a channel that displaces no point of a part further is left out."""

Faces = list[tuple[int, ...]]
"""Indices of the points of each face, three or more, in order around it."""


@dataclass
class Part:
    """A mesh to be made.

    Attributes:
        name: appended to the character's name.
        points: float64, shape (n, 3), centimetres.
        faces: of the mesh.
        materials: one index a face, into ``slots``.
        slots: names of materials.
        displacements: by channel or corrective, float64, shape (n, 3), centimetres.
        tint: what the colour of tinted materials is multiplied by, linear, and the share of the
            colour they blend into, float64, shape (n, 4); or None.
        weights: by bone, shape (n,), 0 to 1; empty for a part that goes wholly with one bone.
    """

    name: str
    points: np.ndarray
    faces: Faces
    materials: list[int]
    slots: tuple[str, ...]
    displacements: dict[str, np.ndarray] = field(default_factory=dict)
    tint: np.ndarray | None = None
    weights: dict[str, np.ndarray] = field(default_factory=dict)


def tube(rings: int, around: int, closed: bool = True) -> Faces:
    """Return the faces of a tube, ring after ring.

    Args:
        rings: number of rings.
        around: points of a ring.
        closed: whether one face closes each end.
    """
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
    """Return several parts as one mesh, without tint and weights; channels of any are kept."""
    slots = tuple(dict.fromkeys(slot for part in parts for slot in part.slots))
    faces: Faces = []
    materials: list[int] = []
    starts = np.cumsum([0, *(len(part.points) for part in parts)])
    for start, part in zip(starts, parts, strict=False):
        faces += [tuple(int(start) + index for index in face) for face in part.faces]
        materials += [slots.index(part.slots[index]) for index in part.materials]
    displacements = {}
    for channel in dict.fromkeys(channel for part in parts for channel in part.displacements):
        displacements[channel] = np.concatenate(
            [part.displacements.get(channel, np.zeros_like(part.points)) for part in parts]
        )
    points = np.concatenate([part.points for part in parts])
    return Part(name, points, faces, materials, slots, displacements)


def with_mirror_image(name: str, left: Part) -> Part:
    """Return a part of the left with its mirror image, without channels that do nothing."""
    displacements = {
        channel: left.displacements[mirrored_corrective(channel)] * (-1, 1, 1)
        for channel in left.displacements
        if mirrored_corrective(channel) in left.displacements
    }
    right = Part(
        "",
        left.points * (-1, 1, 1),
        [face[::-1] for face in left.faces],
        left.materials,
        left.slots,
        displacements,
    )
    both = merged(name, (left, right))
    both.displacements = {
        channel: displacement
        for channel, displacement in both.displacements.items()
        if np.abs(displacement).max() > LEAST_DISPLACEMENT
    }
    return both
