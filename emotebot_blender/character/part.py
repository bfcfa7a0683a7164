# SPDX-License-Identifier: GPL-3.0-or-later
"""Meshes of the built-in character as arrays, before Blender gets them, and how they are made."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from .correctives import mirrored_corrective

ANTENNA = "antenna"
"""Name of the part that bends with a bone of the same name."""

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
        slots: names of materials.
        materials: one index a face, into ``slots``.
        displacements: by channel or corrective, float64, shape (n, 3), centimetres.
        tint: what the colour of tinted materials is multiplied by, linear, float64, shape (n, 3);
            or None.
        masks: where driven colours are mixed over the skin, by name, 0 to 1, shape (n,).
        weights: by bone, shape (n,), 0 to 1; empty for a part that goes wholly with one bone.
        is_subdivided: whether renders subdivide it.
    """

    name: str
    points: np.ndarray
    faces: Faces
    slots: tuple[str, ...]
    materials: list[int]
    displacements: dict[str, np.ndarray] = field(default_factory=dict)
    tint: np.ndarray | None = None
    masks: dict[str, np.ndarray] = field(default_factory=dict)
    weights: dict[str, np.ndarray] = field(default_factory=dict)
    is_subdivided: bool = True


def merged(name: str, *parts: Part) -> Part:
    """Return several parts without weights and masks as one mesh; channels of any are kept."""
    slots = tuple(dict.fromkeys(slot for part in parts for slot in part.slots))
    faces: Faces = []
    materials: list[int] = []
    start = 0
    for part in parts:
        faces += [tuple(index + start for index in face) for face in part.faces]
        materials += [slots.index(part.slots[slot]) for slot in part.materials]
        start += len(part.points)
    displacements = {
        channel: np.concatenate(
            [part.displacements.get(channel, np.zeros_like(part.points)) for part in parts]
        )
        for channel in dict.fromkeys(name for part in parts for name in part.displacements)
    }
    tint = None
    if any(part.tint is not None for part in parts):
        tint = np.concatenate(
            [np.ones_like(part.points) if part.tint is None else part.tint for part in parts]
        )
    points = np.concatenate([part.points for part in parts])
    is_subdivided = parts[0].is_subdivided
    return Part(
        name, points, faces, slots, materials, displacements, tint, is_subdivided=is_subdivided
    )


def mirrored(part: Part) -> Part:
    """Return the mirror image of a part; its channels change sides."""
    return replace(
        part,
        points=part.points * (-1, 1, 1),
        faces=[face[::-1] for face in part.faces],
        displacements={
            mirrored_corrective(name): displacement * (-1, 1, 1)
            for name, displacement in part.displacements.items()
        },
    )


def tube(rings: int, around: int, capped: bool = True) -> Faces:
    """Return the faces of rings of points, each closed, joined one after another."""
    index = np.arange(rings * around).reshape(rings, around)
    after = np.roll(index, -1, axis=1)
    quads = np.stack([index[:-1], after[:-1], after[1:], index[1:]], axis=-1).reshape(-1, 4)
    faces: Faces = [tuple(face) for face in quads.tolist()]
    if capped:
        faces += [tuple(index[0][::-1].tolist()), tuple(index[-1].tolist())]
    return faces


def cubic(values: np.ndarray, along: np.ndarray) -> np.ndarray:
    """Return the cubic through values (4, k) at 0, 1/3, 2/3 and 1, shape (n, k)."""
    knots = np.array([0, 1 / 3, 2 / 3, 1])
    result = np.zeros((len(along), values.shape[1]))
    for own in range(4):
        others = np.delete(knots, own)
        result += (
            np.prod((along[:, None] - others) / (knots[own] - others), axis=1)[:, None]
            * values[own]
        )
    return result


def sheet(rows: int, columns: int) -> Faces:
    """Return the faces of an open grid of points."""
    index = np.arange(rows * columns).reshape(rows, columns)
    quads = np.stack([index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]], axis=-1)
    return [tuple(face) for face in quads.reshape(-1, 4).tolist()]


def lathe(
    name: str,
    profile: Sequence[tuple[float, float]],
    slot: str,
    around: int = 28,
) -> Part:
    """Return a body turned around Z.

    Args:
        name: of the part.
        profile: radius and height, from below; radii of 0 are drawn out to a small cap.
        slot: its material.
        around: points of a ring.
    """
    turn = 2 * np.pi * np.arange(around) / around
    rings = [
        np.stack([max(r, 0.02) * np.cos(turn), max(r, 0.02) * np.sin(turn), np.full(around, z)], 1)
        for r, z in profile
    ]
    faces = tube(len(rings), around)
    return Part(name, np.concatenate(rings), faces, (slot,), [0] * len(faces))


def placed(part: Part, axis: Sequence[float], at: Sequence[float]) -> Part:
    """Return a part whose Z points along an axis, moved to a place."""
    z = np.asarray(axis, float) / np.linalg.norm(axis)
    x = np.cross((0.0, 1.0, 0.0), z)
    x /= np.linalg.norm(x)
    points = part.points @ np.stack([x, np.cross(z, x), z]) + np.asarray(at)
    return replace(part, points=points)


def rod(name: str, path: np.ndarray, radii: Sequence[float], slot: str, around: int = 10) -> Part:
    """Return a round bar along a path (n, 3) with a radius at each of its points."""
    along = np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    # sections are lined up by the axis that the path goes along least
    side = np.cross(along, np.eye(3)[np.ptp(path, axis=0).argmin()])
    points = _sections(path, along, side, np.asarray(radii), around)
    faces = tube(len(path), around)
    return Part(name, points, faces, (slot,), [0] * len(faces))


def closed_rod(path: np.ndarray, radius: float, slot: str, around: int = 8) -> Part:
    """Return a round bar along a closed path (n, 3)."""
    along = np.roll(path, -1, axis=0) - np.roll(path, 1, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    out = path - path.mean(axis=0)
    side = out - (out * along).sum(axis=1, keepdims=True) * along
    points = _sections(path, along, side, np.array([radius]), around)
    faces = tube(len(path), around, capped=False)
    last, first = len(points) - around, 0
    faces += [
        (last + i, last + (i + 1) % around, first + (i + 1) % around, first + i)
        for i in range(around)
    ]
    return Part("roll", points, faces, (slot,), [0] * len(faces))


def _sections(
    path: np.ndarray, along: np.ndarray, side: np.ndarray, radii: np.ndarray, around: int
) -> np.ndarray:
    """Return the points of round sections along a path, shape (n * around, 3).

    Args:
        path: their middles, shape (n, 3).
        along: the way of the path, length 1, shape (n, 3).
        side: where each begins, across the path, shape (n, 3).
        radii: of each, shape (n,), or (1,) for all.
        around: points of each.
    """
    side = side / np.linalg.norm(side, axis=1, keepdims=True)
    third = np.cross(along, side)
    turn = 2 * np.pi * np.arange(around) / around
    ring = (
        np.cos(turn)[None, :, None] * side[:, None] + np.sin(turn)[None, :, None] * third[:, None]
    )
    return (path[:, None] + radii[:, None, None] * ring).reshape(-1, 3)
