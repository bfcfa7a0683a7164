# SPDX-License-Identifier: GPL-3.0-or-later
"""Movements of the upper face: lids, brows, cheeks and nose.

Lids turn around the eyeball, each ring of their skin by its share; brows and cheeks are strokes.
A movement takes a face's surface and returns the displacement of each point in centimetres, shape
(n, 3). Those of the left are written down; those of the right are their mirror image.
"""

import numpy as np

from . import form
from .form import smoothstep, turned
from .openings import EYE_POINTS, eye_margin
from .sculpting import LIDS, FaceSurface

EYE_X, EYE_Z = float(form.EYE_CENTRE[0]), float(form.EYE_CENTRE[2])
WIDEST_SHUT = 0.52
"""Centimetres by which the line of the closed lids hangs below the corners of the eye."""


def lid_turn(face: FaceSurface, upper: np.ndarray | float, lower: np.ndarray | float) -> np.ndarray:
    """The left lids turn around the eyeball, most at their middle.

    Args:
        face: what moves.
        upper: degrees upwards of the upper lid, one for all points or shape (n,).
        lower: of the lower lid.
    """
    turn = np.sin(2 * np.pi * face.surface.eye_angle / EYE_POINTS)
    degrees = np.where(turn >= 0, upper, lower) * np.abs(turn) ** 0.8
    arm = face.points - form.EYE_CENTRE
    return turned(arm, 0, -degrees * lid_share(face)) - arm


def lid_share(face: FaceSurface) -> np.ndarray:
    """Return how far each point goes with the left lids, 0 to 1, shape (n,)."""
    return np.vectorize(LIDS.get)(face.surface.eye_ring) * (face.points[:, 0] > 0)


def blink(face: FaceSurface) -> np.ndarray:
    """Both lids meet a little below the middle, each on its own sphere."""
    surface = face.surface
    margin = eye_margin() - form.EYE_CENTRE
    turn = np.sin(2 * np.pi * np.arange(EYE_POINTS) / EYE_POINTS)
    corner_z = np.interp(margin[:, 0], *margin[[0, EYE_POINTS // 2]][:, [0, 2]].T)
    closed = corner_z - WIDEST_SHUT * np.abs(turn) ** 1.3 - 0.05 * smoothstep(0.3, 0.7, turn)
    reach = np.hypot(margin[:, 1], margin[:, 2])
    now = np.degrees(np.arctan2(margin[:, 2], -margin[:, 1]))
    then = np.degrees(np.arcsin(np.clip(closed / reach, -1, 1)))
    share = lid_share(face)
    arm = face.points - form.EYE_CENTRE
    result = turned(arm, 0, -(then - now)[surface.eye_angle] * share)
    # the skin of the fold comes down onto the lid's sphere
    distance = np.linalg.norm(result, axis=1)
    sphere = np.linalg.norm(margin, axis=1)[surface.eye_angle]
    ring = surface.eye_ring
    hold = np.where((ring > 0) & (ring < 5), np.interp(ring, [1, 2, 3, 4], [1, 0.9, 0.4, 0]), 0)
    hold *= (share > 0) * smoothstep(0.0, 0.6, np.abs(turn))[surface.eye_angle]
    wanted = distance + (np.minimum(distance, sphere * 1.02) - distance) * hold
    result *= (wanted / distance)[:, None]
    return result - arm


def look_sideways(face: FaceSurface, degrees: float) -> np.ndarray:
    """The lids are dragged along a little by the cornea."""
    turn = np.abs(np.sin(2 * np.pi * face.surface.eye_angle / EYE_POINTS))
    arm = face.points - form.EYE_CENTRE
    return turned(arm, 2, degrees * lid_share(face) * turn) - arm


def look_down(face: FaceSurface) -> np.ndarray:
    """The upper lid follows the pupil down, the lower lid gives way."""
    return lid_turn(face, -22.0, -9.0)


def look_up(face: FaceSurface) -> np.ndarray:
    """The upper lid rises with the pupil, the lower lid a little."""
    return lid_turn(face, 9.0, 5.0)


def wide_lids(face: FaceSurface) -> np.ndarray:
    """The lids' part of a wide eye."""
    return lid_turn(face, 13.0, -4.0)


def wide(face: FaceSurface) -> np.ndarray:
    """The upper lid is pulled up until white shows over the iris."""
    return wide_lids(face) + face.strokes(((EYE_X, EYE_Z + 2.2), (1.7, 0.8), (0, 0, 0.16)))


def squint_lids(face: FaceSurface) -> np.ndarray:
    """The lids' part of a squint: the lower lid straightens and rises over the iris."""
    return lid_turn(face, -12.0, 24.0)


def squint(face: FaceSurface) -> np.ndarray:
    """The lids tighten, and skin gathers below and beside them."""
    return squint_lids(face) + face.strokes(
        ((EYE_X, EYE_Z - 2.2), (1.9, 1.0), (0.0, -0.14, 0.26)),
        ((EYE_X + 2.2, EYE_Z - 0.3), (0.8, 0.9), (-0.14, -0.08, 0.0)),
        ((EYE_X - 1.7, EYE_Z - 1.1), (0.7, 0.7), (0.0, -0.1, 0.08)),
        (form.BROW_PEAK, (2.2, 1.2), (0.0, -0.06, -0.14)),
    )


def cheek_squint_lids(face: FaceSurface) -> np.ndarray:
    """The lids' part of a raised cheek: the lower lid is pushed up."""
    return lid_turn(face, 0.5, 12.0)


def cheek_squint(face: FaceSurface) -> np.ndarray:
    """The cheek rises and pushes the lower lid up."""
    return (
        cheek_squint_lids(face)
        + face.swell((3.4, -2.9), (1.6, 1.4), 0.36)
        + face.strokes(
            ((3.5, -2.9), (1.8, 1.5), (0.04, 0.0, 0.6)),
            ((4.8, -1.4), (1.5, 1.5), (0.0, 0.0, 0.14)),
            ((form.MOUTH_HALF_WIDTH, form.MOUTH_HEIGHT), (1.3, 1.4), (0.06, 0.0, 0.14)),
        )
    )


def brow_down_lids(face: FaceSurface) -> np.ndarray:
    """The lids' part of a lowered brow: its weight lies on the upper lid."""
    return lid_turn(face, -7.0, 0.0)


def brow_down(face: FaceSurface) -> np.ndarray:
    """The brow sinks and draws together, most at its head; the skin between the brows swells."""
    (inner, low), (peak, high), (outer, tail) = form.BROW_INNER, form.BROW_PEAK, form.BROW_OUTER
    return brow_down_lids(face) + face.strokes(
        ((inner, low - 0.1), (1.25, 1.35), (-0.4, -0.28, -0.72)),
        ((peak - 0.5, high - 0.2), (1.35, 1.25), (-0.16, -0.16, -0.48)),
        ((outer - 0.3, tail), (1.2, 1.1), (-0.08, -0.06, -0.42)),
        ((inner - 0.75, low - 0.35), (0.45, 0.7), (0.0, -0.08, 0.0)),
    )


def brow_inner_up(face: FaceSurface) -> np.ndarray:
    """The head of the brow rises and comes in, its tail stays: the brow stands oblique."""
    (inner, low), (peak, high) = form.BROW_INNER, form.BROW_PEAK
    return face.strokes(
        ((inner + 0.1, low + 0.1), (1.55, 1.6), (-0.1, -0.05, 1.08)),
        ((peak + 0.9, high - 0.2), (1.2, 1.0), (0.0, 0.0, -0.2)),
        ((EYE_X - 0.7, EYE_Z + 1.45), (1.0, 0.6), (0.0, 0.0, 0.2)),
    )


def brow_outer_up(face: FaceSurface) -> np.ndarray:
    """The outer half of the brow is pulled up into an arch, its head stays."""
    peak, high = form.BROW_PEAK
    return lid_turn(face, 2.0, 0.0) + face.strokes(
        ((peak + 0.5, high - 0.1), (1.75, 1.6), (0.08, 0.0, 1.02)),
        ((EYE_X + 0.9, EYE_Z + 1.5), (1.1, 0.6), (0.0, 0.0, 0.2)),
    )


def sneer_brow(face: FaceSurface) -> np.ndarray:
    """The brow's part of a sneer: its head is drawn down."""
    inner, low = form.BROW_INNER
    return face.strokes(((inner, low - 0.1), (1.0, 1.0), (-0.2, -0.1, -0.4)))


def sneer(face: FaceSurface) -> np.ndarray:
    """The wing of the nose and the lip rise, the bridge wrinkles, the brow's head is drawn down."""
    upper = form.MOUTH_HEIGHT + 1.3
    lip = face.strokes(((1.1, upper), (1.2, 0.85), (0.04, 0.02, 0.28)))
    nose = face.strokes(
        ((0.9, -2.9), (0.6, 0.6), (0.18, -0.12, 0.56)),
        ((1.9, -3.3), (0.85, 0.8), (0.02, -0.24, 0.4)),
        # wrinkles: skin piles up beside the bridge, with a valley above the pile
        ((0.75, -1.2), (0.55, 0.4), (0.0, -0.28, 0.26)),
        ((0.8, -0.45), (0.6, 0.28), (0.0, 0.12, 0.12)),
        ((0.55, 0.3), (0.5, 0.35), (0.0, -0.22, 0.0)),
        ((2.3, -1.9), (0.9, 0.7), (0.0, -0.2, 0.26)),
    )
    return lid_turn(face, -2.0, 5.0) + sneer_brow(face) + nose + face.sealed(lip, lead=0.35)
