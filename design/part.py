# SPDX-License-Identifier: GPL-3.0-or-later
"""The pieces a character is put together from, and the tubes and turned bodies they are made of."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Part:
    """A mesh of the character.

    Attributes:
        name: of the part.
        points: centimetres, shape (n, 3).
        faces: indices of points, three or more each.
        slots: names of its materials.
        materials: index of a slot for each face.
        moves: displacements by channel or corrective, shape (n, 3) each.
        tint: factors of the colour, red, green and blue, shape (n, 3); None for none.
        blush: share of the blush at each point, shape (n,); None for none.
        smooth: levels of subdivision in a picture.
    """

    name: str
    points: np.ndarray
    faces: list[Sequence[int]]
    slots: tuple[str, ...]
    materials: Sequence[int]
    moves: dict[str, np.ndarray] = field(default_factory=dict)
    tint: np.ndarray | None = None
    blush: np.ndarray | None = None
    smooth: int = 1


def merged(name: str, *parts: Part) -> Part:
    """Return parts as one; those that lack a move stay still in it."""
    slots = tuple(dict.fromkeys(slot for part in parts for slot in part.slots))
    names = dict.fromkeys(move for part in parts for move in part.moves)
    faces: list[Sequence[int]] = []
    materials: list[int] = []
    start = 0
    for part in parts:
        faces += [tuple(index + start for index in face) for face in part.faces]
        materials += [slots.index(part.slots[slot]) for slot in part.materials]
        start += len(part.points)
    moves = {
        move: np.concatenate([part.moves.get(move, np.zeros_like(part.points)) for part in parts])
        for move in names
    }
    tints = [np.ones_like(part.points) if part.tint is None else part.tint for part in parts]
    return Part(
        name,
        np.concatenate([part.points for part in parts]),
        faces,
        slots,
        materials,
        moves,
        np.concatenate(tints),
        smooth=parts[0].smooth,
    )


def mirrored(part: Part) -> Part:
    """Return the mirror image of a part; its moves change sides."""
    swap = {"Left": "Right", "Right": "Left"}
    moves = {}
    for name, move in part.moves.items():
        names = []
        for channel in name.split("+"):
            side = next((end for end in swap if channel.endswith(end)), "")
            names.append(channel[: len(channel) - len(side)] + swap.get(side, ""))
        moves["+".join(names)] = move * (-1, 1, 1)
    return Part(
        part.name,
        part.points * (-1, 1, 1),
        [face[::-1] for face in part.faces],
        part.slots,
        part.materials,
        moves,
        part.tint,
        part.blush,
        part.smooth,
    )


def tube(rings: int, around: int, capped: bool = True) -> list[tuple[int, ...]]:
    """Return the faces of rings of points, each closed, joined one after another."""
    index = np.arange(rings * around).reshape(rings, around)
    after = np.roll(index, -1, axis=1)
    quads = np.stack([index[:-1], after[:-1], after[1:], index[1:]], axis=-1).reshape(-1, 4)
    faces: list[tuple[int, ...]] = [tuple(face) for face in quads.tolist()]
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


def sheet(rows: int, columns: int) -> list[tuple[int, ...]]:
    """Return the faces of an open grid of points."""
    index = np.arange(rows * columns).reshape(rows, columns)
    quads = np.stack([index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]], axis=-1)
    return [tuple(face) for face in quads.reshape(-1, 4).tolist()]


def lathe(
    name: str, profile: Sequence[tuple[float, float]], slot: str, around: int = 28, smooth: int = 1
) -> Part:
    """Return a body turned around Z.

    Args:
        name: of the part.
        profile: radius and height, from below; radii of 0 are drawn out to a small cap.
        slot: its material.
        around: points of a ring.
        smooth: levels of subdivision in a picture.
    """
    turn = 2 * np.pi * np.arange(around) / around
    rings = [
        np.stack([max(r, 0.02) * np.cos(turn), max(r, 0.02) * np.sin(turn), np.full(around, z)], 1)
        for r, z in profile
    ]
    faces = tube(len(rings), around)
    return Part(name, np.concatenate(rings), faces, (slot,), [0] * len(faces), smooth=smooth)


def placed(part: Part, axis: Sequence[float], at: Sequence[float]) -> Part:
    """Return a part whose Z points along an axis, moved to a place."""
    z = np.asarray(axis, float) / np.linalg.norm(axis)
    x = np.cross((0.0, 1.0, 0.0), z)
    x /= np.linalg.norm(x)
    points = part.points @ np.stack([x, np.cross(z, x), z]) + np.asarray(at)
    return Part(
        part.name,
        points,
        part.faces,
        part.slots,
        part.materials,
        tint=part.tint,
        smooth=part.smooth,
    )


def rod(name: str, path: np.ndarray, radii: Sequence[float], slot: str, around: int = 10) -> Part:
    """Return a round bar along a path (n, 3) with a radius at each of its points."""
    along = np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    side = np.cross(along, (0.0, 1.0, 0.0))
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    third = np.cross(along, side)
    turn = 2 * np.pi * np.arange(around) / around
    ring = (
        np.cos(turn)[None, :, None] * side[:, None] + np.sin(turn)[None, :, None] * third[:, None]
    )
    points = path[:, None] + np.asarray(radii)[:, None, None] * ring
    faces = tube(len(path), around)
    return Part(name, points.reshape(-1, 3), faces, (slot,), [0] * len(faces))
