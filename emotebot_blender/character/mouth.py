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


def _arch_at(turn: np.ndarray | float, front: float, height: float) -> np.ndarray:
    """Return points of the ellipse that a row of teeth stands on."""
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
        front: how far forward its middle stands.
        edge: height of the teeth's edge.
        gum: height of the gum's middle; the teeth reach into it.
        widths: of the teeth, from the middle outwards.
    """
    points_a_tooth = 6
    turns = [0.0]
    for width in widths:
        step = width / np.hypot(ARCH_WIDTH * np.cos(turns[-1]), ARCH_LENGTH * np.sin(turns[-1]))
        turns += list(turns[-1] + step * np.arange(1, points_a_tooth + 1) / points_a_tooth)
    half = np.array(turns)
    way = np.concatenate([-half[:0:-1], half])
    place = np.abs(np.arange(len(way)) - len(half) + 1) % points_a_tooth / points_a_tooth
    # a tooth is rounded to its neighbours: its face stands back there, its edge is shorter
    round_off = np.abs(2 * place - 1) ** 4
    grow = 1 if edge > gum else -1
    height = abs(edge - gum)
    # outwards from the arch's line, and along the tooth from gum to edge
    section = np.array([(0.16, -0.1), (0.24, 0.35), (0.22, 0.75), (0.13, 0.97), (0.0, 1.0),
                        (-0.12, 0.95), (-0.2, 0.6), (-0.2, -0.1)])  # fmt: skip
    out = section[:, 0] - 0.09 * round_off[:, None] * (section[:, 0] > 0)
    reach = section[:, 1] - 0.08 * round_off[:, None] * np.clip(section[:, 1] * 2 - 1, 0, 1)
    line = _arch_at(way, front, gum)[:, None]
    outward = _outward(way)[:, None]
    teeth = line + out[..., None] * outward
    teeth[..., 2] += grow * height * reach
    faces = tube(len(way), len(section))
    if grow > 0:
        faces = [face[::-1] for face in faces]
    parts = [Part("", teeth.reshape(-1, 3), faces, [0] * len(faces), ("teeth",))]
    around = 8
    angle = 2 * np.pi * np.arange(around) / around
    way = np.linspace(-half[-1] - 0.05, half[-1] + 0.05, 25)
    line = _arch_at(way, front, gum)[:, None]
    gums = line + 0.3 * np.cos(angle)[:, None] * _outward(way)[:, None]
    gums[..., 2] += 0.36 * np.sin(angle)
    faces = [face[::-1] for face in tube(len(way), around)]
    parts.append(Part("", gums.reshape(-1, 3), faces, [0] * len(faces), ("gum",)))
    return merged(name, parts)


def _outward(turn: np.ndarray) -> np.ndarray:
    """Return the directions away from the arch, shape (n, 3)."""
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
    part.moves = jaw_moves(part.points)
    return part


def jaw_moves(points: np.ndarray) -> dict[str, np.ndarray]:
    """Return the channels of what is fixed to the jaw."""
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
    part = np.linspace(0, 1, rings)
    turn = 2 * np.pi * np.arange(around) / around
    y = -2.2 - 5.0 * np.sin(part * np.pi / 2)
    width = 1.35 * np.sqrt(np.clip(1 - (part * 0.995) ** 5, 0, 1)) * (0.85 + 0.15 * part)
    thick = 0.42 * np.sqrt(np.clip(1 - (part * 0.99) ** 6, 0, 1))
    points = np.stack(
        [
            width[:, None] * np.cos(turn),
            np.repeat(y[:, None], around, axis=1),
            -6.75 + thick[:, None] * np.sin(turn) - 0.1 * np.cos(2 * turn) * thick[:, None],
        ],
        axis=-1,
    ).reshape(-1, 3)
    middle = points.reshape(rings, around, 3).mean(axis=1)
    moves = jaw_moves(points) | {"tongueOut": _stuck_out(middle, part, around, points)}
    faces = tube(rings, around)
    return Part("tongue", points, faces, [0] * len(faces), ("tongue",), moves)


def _stuck_out(middle: np.ndarray, part: np.ndarray, around: int, points: np.ndarray) -> np.ndarray:
    """Return how far each point of the tongue goes when it hangs out over the lower lip.

    Args:
        middle: its line from root to tip, shape (rings, 3).
        part: how far along each ring is, from 0 to 1.
        around: points of a ring.
        points: shape (rings * around, 3).
    """
    lip = form.MOUTH_HEIGHT
    way = np.array([0, 0.3, 0.55, 0.75, 0.9, 1.0])
    line = middle.copy()
    line[:, 1] = np.interp(part, way, [middle[0, 1], -5.2, -8.0, -9.5, -10.0, -10.1])
    line[:, 2] = np.interp(
        part, way, [middle[0, 2], -6.9, lip - 1.05, lip - 1.2, lip - 1.9, lip - 2.5]
    )
    for _ in range(3):
        line[1:-1] = (line[:-2] + 2 * line[1:-1] + line[2:]) / 4
    along = np.gradient(line, axis=0)
    pitch = np.degrees(np.arctan2(along[:, 2], -along[:, 1]))
    own = points - np.repeat(middle, around, axis=0)
    flat = own * (0.9, 1, 0.75)
    return np.repeat(line, around, axis=0) + turned(flat, 0, -np.repeat(pitch, around)) - points
