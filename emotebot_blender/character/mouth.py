# SPDX-License-Identifier: GPL-3.0-or-later
"""Teeth and tongue of the built-in head."""

from collections.abc import Sequence

import numpy as np

from . import form
from .form import turned
from .lower_face import TONGUE_JAW
from .part import Part, merged, tube
from .sculpting import jaw_swing

ARCH_WIDTH, ARCH_LENGTH, TEETH_FRONT = 2.25, 3.2, -7.78
"""Half axes of the ellipse that the teeth stand on, and y of its front, in centimetres."""


def _arch_at(turn: np.ndarray | float, front: float, height: float) -> np.ndarray:
    """Return points of the ellipse that a row of teeth stands on.

    Args:
        turn: radians around the ellipse from its front, shape (...).
        front: y of its front in centimetres.
        height: z in centimetres.

    Returns:
        Centimetres, shape (..., 3).
    """
    turn = np.asarray(turn, float)
    return np.stack(
        [
            ARCH_WIDTH * np.sin(turn),
            front + ARCH_LENGTH * (1 - np.cos(turn)),
            np.full(turn.shape, height),
        ],
        axis=-1,
    )


def _arch(name: str, front: float, edge: float, gum: float, widths: Sequence[float]) -> Part:
    """Return a row of teeth in one piece, and its gum.

    Args:
        name: of the part.
        front: y of its middle in centimetres.
        edge: z of the teeth's edge.
        gum: z of the gum's middle; the teeth reach into it.
        widths: of the teeth in centimetres, from the middle outwards.
    """
    points_a_tooth = 6
    turns = [0.0]
    for width in widths:
        step = width / np.hypot(ARCH_WIDTH * np.cos(turns[-1]), ARCH_LENGTH * np.sin(turns[-1]))
        turns += list(turns[-1] + step * np.arange(1, points_a_tooth + 1) / points_a_tooth)
    half = np.array(turns)
    both = np.concatenate([-half[:0:-1], half])
    across = np.abs(np.arange(len(both)) - len(half) + 1) % points_a_tooth / points_a_tooth
    # a tooth is rounded to its neighbours: its face stands back there, its edge is shorter
    round_off = np.abs(2 * across - 1) ** 4
    grow = 1 if edge > gum else -1
    height = abs(edge - gum)
    # outwards from the arch's line, and along the tooth from gum to edge
    section = np.array([(0.16, -0.1), (0.24, 0.35), (0.22, 0.75), (0.13, 0.97), (0.0, 1.0),
                        (-0.12, 0.95), (-0.2, 0.6), (-0.2, -0.1)])  # fmt: skip
    out = section[:, 0] - 0.09 * round_off[:, None] * (section[:, 0] > 0)
    reach = section[:, 1] - 0.08 * round_off[:, None] * np.clip(section[:, 1] * 2 - 1, 0, 1)
    arch = _arch_at(both, front, gum)[:, None]
    teeth = arch + out[..., None] * _outward(both)[:, None]
    teeth[..., 2] += grow * height * reach
    faces = tube(len(both), len(section))
    if grow > 0:
        faces = [face[::-1] for face in faces]
    parts = [Part("", teeth.reshape(-1, 3), faces, [0] * len(faces), ("teeth",))]
    around = 8
    angle = 2 * np.pi * np.arange(around) / around
    both = np.linspace(-half[-1] - 0.05, half[-1] + 0.05, 25)
    arch = _arch_at(both, front, gum)[:, None]
    gums = arch + 0.3 * np.cos(angle)[:, None] * _outward(both)[:, None]
    gums[..., 2] += 0.36 * np.sin(angle)
    faces = [face[::-1] for face in tube(len(both), around)]
    parts.append(Part("", gums.reshape(-1, 3), faces, [0] * len(faces), ("gum",)))
    return merged(name, parts)


def _outward(turn: np.ndarray) -> np.ndarray:
    """Return unit vectors away from the arch at angles (n,) in radians, shape (n, 3)."""
    away = np.stack(
        [np.sin(turn) / ARCH_WIDTH, -np.cos(turn) / ARCH_LENGTH, np.zeros_like(turn)], axis=1
    )
    return away / np.linalg.norm(away, axis=1, keepdims=True)


def upper_teeth() -> Part:
    """Return the upper row, which stays with the skull."""
    widths = (0.68, 0.56, 0.56, 0.54, 0.56, 0.6)
    return _arch("teeth upper", TEETH_FRONT, -6.0, -4.9, widths)


def lower_teeth() -> Part:
    """Return the lower row, which goes with the jaw."""
    widths = (0.46, 0.48, 0.5, 0.54, 0.56, 0.6)
    part = _arch("teeth lower", TEETH_FRONT + 0.3, -6.02, -7.0, widths)
    part.displacements = jaw_displacements(part.points)
    return part


def jaw_displacements(points: np.ndarray) -> dict[str, np.ndarray]:
    """Return the displacements, by channel, shape (n, 3), of points (n, 3) fixed to the jaw."""
    return {
        "jawForward": np.broadcast_to((0.0, -0.75, -0.08), points.shape),
        "jawLeft": np.broadcast_to((0.8, 0.0, 0.0), points.shape),
        "jawRight": np.broadcast_to((-0.8, 0.0, 0.0), points.shape),
        "jawOpen": jaw_swing(points),
        "tongueOut": TONGUE_JAW * jaw_swing(points),
        "jawOpen+tongueOut": -TONGUE_JAW * jaw_swing(points),
    }


def tongue() -> Part:
    """Return the tongue, which goes with the jaw and comes out in an arc."""
    rings, around = 14, 16
    along = np.linspace(0, 1, rings)
    turn = 2 * np.pi * np.arange(around) / around
    y = -2.2 - 5.0 * np.sin(along * np.pi / 2)
    width = 1.35 * np.sqrt(np.clip(1 - (along * 0.995) ** 5, 0, 1)) * (0.85 + 0.15 * along)
    thick = 0.42 * np.sqrt(np.clip(1 - (along * 0.99) ** 6, 0, 1))
    points = np.stack(
        [
            width[:, None] * np.cos(turn),
            np.repeat(y[:, None], around, axis=1),
            -6.75 + thick[:, None] * np.sin(turn) - 0.1 * np.cos(2 * turn) * thick[:, None],
        ],
        axis=-1,
    ).reshape(-1, 3)
    middle = points.reshape(rings, around, 3).mean(axis=1)
    displacements = jaw_displacements(points) | {
        "tongueOut": _tongue_out(middle, along, around, points)
    }
    faces = tube(rings, around)
    return Part("tongue", points, faces, [0] * len(faces), ("tongue",), displacements)


def _tongue_out(
    middle: np.ndarray, along: np.ndarray, around: int, points: np.ndarray
) -> np.ndarray:
    """Return the displacement of the tongue when it hangs out over the lower lip.

    Args:
        middle: its centre line from root to tip, centimetres, shape (rings, 3).
        along: position of each ring from root to tip, 0 to 1, shape (rings,).
        around: points of a ring.
        points: centimetres, shape (rings * around, 3).

    Returns:
        Centimetres, shape (rings * around, 3).
    """
    lip = form.MOUTH_HEIGHT
    stations = np.array([0, 0.3, 0.55, 0.75, 0.9, 1.0])
    bent = middle.copy()
    bent[:, 1] = np.interp(along, stations, [middle[0, 1], -5.2, -8.0, -9.5, -10.0, -10.1])
    bent[:, 2] = np.interp(
        along, stations, [middle[0, 2], -6.9, lip - 1.05, lip - 1.2, lip - 1.9, lip - 2.5]
    )
    for _ in range(3):
        bent[1:-1] = (bent[:-2] + 2 * bent[1:-1] + bent[2:]) / 4
    tangent = np.gradient(bent, axis=0)
    pitch = np.degrees(np.arctan2(tangent[:, 2], -tangent[:, 1]))
    from_middle = points - np.repeat(middle, around, axis=0)
    flat = from_middle * (0.9, 1, 0.75)
    return np.repeat(bent, around, axis=0) + turned(flat, 0, -np.repeat(pitch, around)) - points
