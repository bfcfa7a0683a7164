# SPDX-License-Identifier: GPL-3.0-or-later
"""How the skin of the built-in head moves in each of the 52 channels.

A channel is a handful of strokes; lids turn around the eyeball, the jaw around its hinge, lips
roll and press along their rings. Movements of the left are written down; those of the right are
their mirror image.
"""

from collections.abc import Callable

import numpy as np

from ..core.channels import CHANNELS, mirrored_name
from . import headform as form
from .headface import LIDS, MOUTH, Face, Surface, jaw_swing
from .headform import smoothstep, turned
from .headopenings import EYE_POINTS, LIP_BORDER, eye_margin

UPPER, LOWER = MOUTH + 1.3, MOUTH - 1.3
CORNER = (form.MOUTH_HALF_WIDTH, MOUTH + form.CORNER_RISE)


def _lid_turn(face: Face, upper: np.ndarray | float, lower: np.ndarray | float) -> np.ndarray:
    """Turn the left lids by degrees upwards at their middle, less towards the corners."""
    surface = face.surface
    turn = np.sin(2 * np.pi * surface.eye_angle / EYE_POINTS)
    degrees = np.where(turn >= 0, upper, lower) * np.abs(turn) ** 0.8
    share = np.vectorize(LIDS.get)(surface.eye_ring) * (face.points[:, 0] > 0)
    arm = face.points - form.EYE_CENTRE
    return turned(arm, 0, -degrees * share) - arm


def eye_blink(face: Face) -> np.ndarray:
    """Both lids meet a little below the middle, each on its own sphere."""
    surface = face.surface
    margin = eye_margin() - form.EYE_CENTRE
    turn = np.sin(2 * np.pi * np.arange(EYE_POINTS) / EYE_POINTS)
    corner_z = np.interp(margin[:, 0], *margin[[0, EYE_POINTS // 2]][:, [0, 2]].T)
    closed = corner_z - 0.52 * np.abs(turn) ** 1.3 - 0.05 * (turn > 0) * np.abs(turn)
    reach = np.hypot(margin[:, 1], margin[:, 2])
    now = np.degrees(np.arctan2(margin[:, 2], -margin[:, 1]))
    then = np.degrees(np.arcsin(np.clip(closed / reach, -1, 1)))
    share = np.vectorize(LIDS.get)(surface.eye_ring) * (face.points[:, 0] > 0)
    arm = face.points - form.EYE_CENTRE
    result = turned(arm, 0, -(then - now)[surface.eye_angle] * share)
    # the skin of the fold comes down onto the lid's sphere
    distance = np.linalg.norm(result, axis=1)
    sphere = np.linalg.norm(margin, axis=1)[surface.eye_angle]
    ring = surface.eye_ring
    hold = np.where((ring > 0) & (ring < 5), np.interp(ring, [1, 2, 3, 4], [0.9, 0.6, 0.3, 0]), 0)
    hold *= share > 0
    wanted = distance + (np.minimum(distance, sphere * 1.02) - distance) * hold
    result *= (wanted / distance)[:, None]
    return result - arm


def eye_look_sideways(face: Face, degrees: float) -> np.ndarray:
    """The lids are dragged along a little by the cornea."""
    share = np.vectorize(LIDS.get)(face.surface.eye_ring) * (face.points[:, 0] > 0)
    turn = np.abs(np.sin(2 * np.pi * face.surface.eye_angle / EYE_POINTS))
    arm = face.points - form.EYE_CENTRE
    return turned(arm, 2, degrees * share * turn) - arm


def cheek_squint(face: Face) -> np.ndarray:
    """The cheek rises and pushes the lower lid up."""
    return _lid_turn(face, -1.5, 9.0) + face.strokes(
        ((3.6, -2.5), (1.7, 1.1), (0.0, -0.28, 0.42)),
        ((5.2, -1.2), (1.2, 1.2), (-0.05, -0.08, 0.2)),
        (CORNER, (1.3, 1.3), (0.06, 0.0, 0.12)),
    )


def smile(face: Face) -> np.ndarray:
    """The corner travels outwards, back and up in an arc, the cheek gathers."""
    return _lid_turn(face, 0.0, 2.0) + face.sealed(
        face.strokes(
            (CORNER, (1.45, 1.4), (0.7, 0.2, 0.82)),
            ((1.2, MOUTH), (1.3, 2.2), (0.16, 0.08, 0.04)),
            ((4.0, -3.4), (1.5, 1.2), (0.1, -0.32, 0.36)),
            ((3.1, -4.7), (0.55, 0.9), (0.0, 0.12, 0.1)),
        )
    )


def frown(face: Face) -> np.ndarray:
    """The corner sinks."""
    return face.sealed(
        face.strokes(
            (CORNER, (1.25, 1.2), (0.08, 0.08, -0.66)),
            ((2.3, -7.4), (1.1, 0.9), (0.05, -0.06, -0.22)),
            ((0.0, LOWER), (0.9, 0.8), (0.0, -0.04, 0.08)),
        )
    )


def dimple(face: Face) -> np.ndarray:
    """The corner is drawn in against the teeth."""
    return face.sealed(
        face.strokes(
            (CORNER, (1.0, 0.9), (0.36, 0.38, 0.12)),
            ((3.2, MOUTH + 0.2), (0.5, 0.7), (0.0, 0.3, 0.0)),
            ((3.9, MOUTH + 0.5), (0.6, 1.0), (0.0, -0.16, 0.0)),
        )
    )


def stretch(face: Face) -> np.ndarray:
    """The corner is drawn straight out and a little down."""
    return face.sealed(
        face.strokes(
            (CORNER, (1.6, 1.2), (0.78, 0.16, -0.26)),
            ((3.4, -7.6), (1.5, 1.2), (0.16, 0.0, -0.2)),
        )
    )


def press(face: Face) -> np.ndarray:
    """The lips are pressed flat against each other on the left."""
    left = smoothstep(-0.9, 0.9, face.x)
    seam_z = MOUTH + form.CORNER_RISE * np.clip(face.x / form.MOUTH_HALF_WIDTH, -1, 1) ** 2
    result = np.zeros_like(face.points)
    on_lips = face.lip * left * (face.surface.mouth_ring >= 0)
    offset = np.clip(face.z - seam_z, -0.85, 0.75)
    result[:, 2] = -0.52 * offset * on_lips
    result[:, 1] = 0.14 * face.lip * left * np.interp(np.abs(offset), [0, 0.5, 0.9], [1, 0.8, 0])
    result += face.strokes(
        ((1.2, UPPER + 0.9), (1.1, 0.6), (0, -0.1, 0)),
        ((1.2, LOWER - 0.9), (1.1, 0.6), (0, -0.12, 0)),
        (CORNER, (0.8, 0.8), (-0.05, 0.12, 0.03)),
    )
    return face.sealed(result)


def roll(face: Face, above: float) -> np.ndarray:
    """One lip curls in over the teeth; ``above`` is 1 for the upper, -1 for the lower lip."""
    seam_z = MOUTH + form.CORNER_RISE * np.clip(face.x / form.MOUTH_HALF_WIDTH, -1, 1) ** 2
    along = np.sqrt(1 - np.clip(face.x / (form.MOUTH_HALF_WIDTH + 0.3), -1, 1) ** 2)
    ring = face.surface.mouth_ring
    own = (face.above == above) * face.lip * along
    result = np.zeros_like(face.points)
    result[:, 2] = -0.78 * np.clip(face.z - seam_z, -0.8, 0.7) * own * (ring >= 0)
    result[:, 1] = own * np.interp(ring, [0, 2, LIP_BORDER, 7], [0.5, 0.42, 0.22, 0.05])
    other = (face.above == -above) * face.lip * along * np.interp(ring, [0, 4], [1, 0])
    result[:, 2] += other * above * 0.1
    result[:, 1] += other * 0.1
    return result


def upper_up(face: Face) -> np.ndarray:
    """The upper lip rises on the left and bares the teeth."""
    return face.strokes(
        ((0.95, UPPER), (1.4, 1.0), (0.03, 0.0, 0.52)),
        ((2.1, -3.4), (0.9, 0.8), (0.02, -0.14, 0.26)),
    )


def lower_down(face: Face) -> np.ndarray:
    """The lower lip sinks on the left and bares the teeth."""
    return face.strokes(
        ((0.95, LOWER), (1.35, 1.0), (0.05, 0.0, -0.52)),
        ((1.5, LOWER - 1.0), (1.1, 0.8), (0.04, -0.04, -0.2)),
    )


def sneer(face: Face) -> np.ndarray:
    """The wing of the nose and the upper lip rise, the bridge wrinkles."""
    return face.strokes(
        ((0.9, -3.05), (0.55, 0.6), (0.1, -0.06, 0.36)),
        ((1.9, -3.6), (0.85, 0.8), (0.0, -0.18, 0.3)),
        ((1.0, UPPER), (1.2, 0.8), (0.02, 0.0, 0.26)),
        ((0.55, -0.7), (0.5, 0.9), (0.0, -0.12, 0.2)),
        ((1.2, 1.9), (1.0, 1.0), (-0.12, -0.06, -0.24)),
        ((2.2, -1.9), (0.9, 0.7), (0.0, -0.14, 0.2)),
    )


def brow_down(face: Face) -> np.ndarray:
    """The brow sinks and draws together."""
    return _lid_turn(face, -5.0, 0.0) + face.strokes(
        ((1.35, 1.85), (1.2, 1.4), (-0.32, -0.18, -0.74)),
        ((3.6, 2.2), (1.5, 1.3), (-0.14, -0.14, -0.44)),
    )


def brow_inner_up(face: Face) -> np.ndarray:
    """The inner end of the brow rises, the brow stands oblique."""
    return face.strokes(
        ((1.4, 2.0), (1.5, 1.6), (0.0, -0.04, 1.0)),
        ((4.9, 2.2), (1.1, 1.0), (0.0, 0.0, -0.16)),
    )


def brow_outer_up(face: Face) -> np.ndarray:
    """The outer half of the brow rises."""
    return _lid_turn(face, 1.0, 0.0) + face.strokes(((4.5, 2.3), (1.8, 1.6), (0.06, 0.0, 0.95)))


def cheek_puff(face: Face) -> np.ndarray:
    """The left cheek fills with air."""
    fill = face.push(face.hill((4.2, -5.3), (2.1, 2.0)), (0.5, -0.7, 0.0), glide=0)
    lips = face.strokes(
        (CORNER, (1.0, 1.0), (-0.12, -0.12, 0.0)),
        ((1.3, UPPER + 0.5), (1.2, 0.8), (0, -0.14, 0)),
    )
    return fill + face.sealed(lips)


def jaw_open(face: Face) -> np.ndarray:
    """The jaw swings down around its hinge, the corners come in."""
    narrow = face.both(lambda side: side.strokes((CORNER, (1.3, 1.7), (-0.42, 0.0, 0.0))))
    return jaw_swing(face.points, face.jaw()) + narrow


def mouth_close(face: Face) -> np.ndarray:
    """The lips meet in front of an open jaw: what jawOpen parts is brought together again."""
    opened = jaw_open(face)
    fade = face.lip[:, None]
    return (face.sealed(opened, lead=0.42) - opened) * np.where(fade > 0, 1, 0)


def mouth_funnel(face: Face) -> np.ndarray:
    """The lips part and reach forward as if to say "oh"."""
    result = face.strokes(
        ((0.0, UPPER), (1.6, 1.0), (0.0, -0.7, 0.46)),
        ((0.0, LOWER), (1.6, 1.0), (0.0, -0.74, -0.56)),
    )
    result[:, 0] -= 0.52 * face.x * face.hill((0, MOUTH), (2.7, 2.4))
    return result


def mouth_pucker(face: Face) -> np.ndarray:
    """The lips gather and reach forward as if to kiss."""
    result = face.push(face.hill((0, MOUTH), (1.9, 2.0)), (0.0, -0.85, 0.0))
    result[:, 0] -= 0.55 * face.x * face.hill((0, MOUTH), (2.8, 2.6))
    return face.sealed(result)


def tongue_out(face: Face) -> np.ndarray:
    """The lips make way for the tongue."""
    return face.strokes(
        ((0.0, UPPER), (1.5, 0.9), (0.0, -0.05, 0.2)),
        ((0.0, LOWER), (1.5, 1.0), (0.0, -0.12, -0.62)),
    )


_LEFT: dict[str, Callable[[Face], np.ndarray]] = {
    "eyeBlinkLeft": eye_blink,
    "eyeLookDownLeft": lambda face: _lid_turn(face, -15.0, -5.0),
    "eyeLookInLeft": lambda face: eye_look_sideways(face, -2.5),
    "eyeLookOutLeft": lambda face: eye_look_sideways(face, 2.5),
    "eyeLookUpLeft": lambda face: _lid_turn(face, 8.0, 3.0),
    "eyeSquintLeft": lambda face: (
        _lid_turn(face, -10.0, 14.0) + face.strokes(((3.4, -2.1), (1.7, 0.8), (0, -0.1, 0.25)))
    ),
    "eyeWideLeft": lambda face: (
        _lid_turn(face, 9.0, -5.0) + face.strokes(((3.4, 2.2), (1.7, 0.8), (0, 0, 0.14)))
    ),
    "mouthSmileLeft": smile,
    "mouthFrownLeft": frown,
    "mouthDimpleLeft": dimple,
    "mouthStretchLeft": stretch,
    "mouthPressLeft": press,
    "mouthLowerDownLeft": lower_down,
    "mouthUpperUpLeft": upper_up,
    "browDownLeft": brow_down,
    "browOuterUpLeft": brow_outer_up,
    "cheekSquintLeft": cheek_squint,
    "noseSneerLeft": sneer,
    "mouthLeft": lambda face: face.sealed(
        face.push(face.hill((0.3, MOUTH), (2.9, 2.7)), (1.15, 0.0, 0.06))
    ),
    "jawLeft": lambda face: face.push(face.jaw(), (0.8, 0.0, 0.0), glide=0),
}

_CENTRAL: dict[str, Callable[[Face], np.ndarray]] = {
    "jawForward": lambda face: face.push(face.jaw(), (0.0, -0.75, -0.08), glide=0),
    "jawOpen": jaw_open,
    "mouthClose": mouth_close,
    "mouthFunnel": mouth_funnel,
    "mouthPucker": mouth_pucker,
    "mouthRollLower": lambda face: roll(face, -1),
    "mouthRollUpper": lambda face: roll(face, 1),
    "mouthShrugLower": lambda face: face.sealed(
        face.strokes(
            ((0.0, LOWER), (1.9, 1.2), (0.0, -0.3, 0.5)),
            ((0.0, -8.3), (1.5, 1.0), (0.0, -0.14, 0.4)),
        ),
        lead=0.9,
    ),
    "mouthShrugUpper": lambda face: face.sealed(
        face.strokes(((0.0, UPPER), (1.9, 1.1), (0.0, -0.26, 0.42))), lead=0.3
    ),
    "browInnerUp": lambda face: face.both(brow_inner_up),
    "cheekPuff": lambda face: face.both(cheek_puff),
    "tongueOut": tongue_out,
}


def skin_moves(surface: Surface) -> dict[str, np.ndarray]:
    """Return how far each point goes in each channel, by name, each of shape (n, 3)."""
    face = Face(surface)
    moves = {}
    for name in CHANNELS:
        if name in _CENTRAL:
            moves[name] = _CENTRAL[name](face)
        elif name in _LEFT:
            moves[name] = _LEFT[name](face)
        else:
            moves[name] = face.mirrored(_LEFT[mirrored_name(name)])
    return moves
