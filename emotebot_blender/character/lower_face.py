# SPDX-License-Identifier: GPL-3.0-or-later
"""Movements of the lower face: mouth, jaw and lower cheeks.

Lips roll and press along their rings, the jaw turns around its hinge, the rest are strokes.
A movement takes a face's surface and returns the displacement of each point in centimetres, shape
(n, 3). Those of the left are written down; those of the right are their mirror image.
"""

import numpy as np

from . import form
from .form import smoothstep
from .openings import LIP_BORDER
from .sculpting import MOUTH, FaceSurface, jaw_swing

WIDTH = form.MOUTH_HALF_WIDTH
CORNER = (WIDTH, MOUTH + form.CORNER_RISE)
UPPER, LOWER = MOUTH + 1.3, MOUTH - 1.3
"""Heights of the middle of each lip on a face whose mouth stands open."""
CHIN = MOUTH - 2.5
LIP_HEIGHT = {1: 0.62, -1: 0.75}
"""Height of the red of the upper and of the lower lip in their middle."""
ROLLED_BACK = {
    1: (0.34, 0.5, 0.5, 0.32, 0.06, -0.08, -0.05, 0.0),
    -1: (0.42, 0.62, 0.6, 0.4, -0.1, -0.4, -0.12, 0.0),
}
"""Centimetres that each ring of the upper and of the lower lip goes back as it rolls in."""
ARC = 4.0
"""How much of ``smile_arc`` a smile begins with; its square takes as much away."""
ROLLED_EDGE = 0.04
"""Centimetres from the seam that the edge of a rolled lip's skin stays."""
TONGUE_JAW = 0.4
"""Share of an open jaw that lets the tongue out."""
LOWER_LEAD = 0.42
"""Weight of the lower lip in where the lips of an open jaw meet."""


def smile(face: FaceSurface) -> np.ndarray:
    """The corner is drawn outwards, back and up, the cheek gathers over a fold."""
    fold = face.crease((1.35, -3.2), (CORNER[0] + 0.95, CORNER[1] + 0.7), 0.42)
    straight = smile_cheek(face) + face.sealed(
        face.strokes(
            (CORNER, (1.75, 1.5), (0.95, 0.34, 0.9)),
            ((1.2, MOUTH), (1.3, 2.2), (0.16, 0.1, 0.02)),
        )
        + face.push(fold, (0, 0.2, 0.06))
    )
    return straight + ARC * smile_arc(face)


def smile_cheek(face: FaceSurface) -> np.ndarray:
    """The cheek's part of a smile: it rises and comes forward."""
    at, radii = (3.4, -3.3), (1.5, 1.3)
    return face.strokes((at, radii, (0.08, 0.0, 0.5))) + face.swell(at, radii, 0.44)


def smile_arc(face: FaceSurface) -> np.ndarray:
    """The path of a smile's corner bows outwards from the straight line, most at its middle."""
    return face.sealed(face.strokes((CORNER, (1.3, 1.3), (0.05, -0.03, -0.05))))


def frown(face: FaceSurface) -> np.ndarray:
    """The corner is drawn down, a fold hangs from it, the chin bulges against the lip."""
    return face.sealed(
        face.strokes(
            (CORNER, (1.2, 1.2), (0.1, 0.06, -0.86)),
            ((WIDTH + 0.1, CHIN + 0.7), (1.1, 0.9), (0.06, -0.12, -0.3)),
            ((0.0, LOWER), (0.9, 0.8), (0.0, -0.06, 0.14)),
            ((1.4, UPPER), (0.9, 0.8), (0.0, 0.0, -0.08)),
        )
    )


def dimple(face: FaceSurface) -> np.ndarray:
    """The corner is drawn in against the teeth, and a pit opens beside it."""
    return face.sealed(
        face.strokes(
            (CORNER, (1.3, 1.1), (0.56, 0.42, 0.2)),
            ((WIDTH + 0.9, MOUTH + 0.4), (0.6, 0.8), (0.0, 0.2, 0.0)),
            ((WIDTH + 1.9, MOUTH + 0.6), (0.9, 1.1), (0.05, -0.26, 0.06)),
        )
    )


def stretch(face: FaceSurface) -> np.ndarray:
    """The corner is drawn straight out and a little down, the lips grow thin."""
    result = face.strokes(
        (CORNER, (1.8, 1.4), (0.85, 0.26, -0.34)),
        ((1.1, MOUTH), (1.2, 2.0), (0.12, 0.08, 0.0)),
        ((WIDTH + 1.1, CHIN + 0.6), (1.7, 1.4), (0.06, 0.0, -0.1)),
    )
    result[:, 2] -= 0.16 * _lip_offset(face) * _on_lips(face) * _left(face)
    return face.sealed(result)


def press(face: FaceSurface) -> np.ndarray:
    """The lips are pressed flat against each other on the left, and swell above and below."""
    return press_red(face) + face.sealed(
        face.strokes(
            ((1.2, UPPER + 0.9), (1.1, 0.6), (0, -0.12, 0)),
            ((1.2, LOWER - 0.9), (1.1, 0.6), (0, -0.16, 0)),
            (CORNER, (0.8, 0.8), (-0.06, 0.14, 0.04)),
        )
    )


def press_red(face: FaceSurface) -> np.ndarray:
    """The red's part of a press: it grows thin and flat on the left."""
    left, offset = _left(face), _lip_offset(face)
    result = np.zeros_like(face.points)
    result[:, 2] = -0.66 * offset * _on_lips(face) * left
    result[:, 1] = 0.14 * face.lip * left * np.interp(np.abs(offset), [0, 0.5, 0.9], [1, 0.8, 0])
    return face.sealed(result)


def roll(face: FaceSurface, above: int) -> np.ndarray:
    """One lip curls in over the teeth.

    The red turns in behind the edge of the skin, which comes to the seam; the seam follows.

    Args:
        face: what moves.
        above: 1 for the upper, -1 for the lower lip.
    """
    ring = face.surface.mouth_ring
    along = np.sqrt(1 - np.clip(face.x / (WIDTH + 0.08), -1, 1) ** 2)
    own = (face.above == above) * face.on_mouth_ring * along
    outside = np.clip(ring, 0, 7)
    curled = above * np.interp(outside, range(5), [0.12, 0.08, 0.05, 0.03, ROLLED_EDGE])
    around = above * (ROLLED_EDGE - LIP_HEIGHT[above]) * np.interp(outside, [4, 7], [1, 0])
    result = np.zeros_like(face.points)
    result[:, 2] = np.where(ring <= LIP_BORDER, curled - face.offset, around) * own * (ring >= 0)
    result[:, 1] = own * np.interp(outside, range(8), ROLLED_BACK[above])
    follow = np.interp(outside, [0, 4, 7], [1, 0.7, 0]) * face.on_mouth_ring * along
    result[:, 2] += 0.12 * above * follow
    return result + roll_tuck(face, 0.56 + 0.08 * above)


def roll_tuck(face: FaceSurface, drop: float) -> np.ndarray:
    """The corners' part of a roll: they are tucked in, and down by ``drop`` centimetres."""
    tuck = face.both(lambda side: side.strokes((CORNER, (1.6, 1.2), (0.0, -0.06, -drop))))
    tuck[:, 0] -= 0.36 * gathering(face)
    return face.sealed(tuck)


def upper_up(face: FaceSurface) -> np.ndarray:
    """The upper lip rises on the left and bares the teeth, the fold beside the nose deepens."""
    return face.strokes(
        ((0.95, UPPER), (1.35, 1.0), (0.05, 0.1, 0.66)),
        ((2.1, -3.5), (0.9, 0.8), (0.04, -0.2, 0.34)),
        ((0.9, -3.0), (0.5, 0.5), (0.06, 0.0, 0.14)),
    ) + face.push(face.crease((1.3, -3.2), (2.6, -4.5), 0.35), (0, 0.14, 0))


def lower_down(face: FaceSurface) -> np.ndarray:
    """The lower lip sinks on the left and bares the teeth."""
    return face.strokes(
        ((0.95, LOWER), (1.3, 1.0), (0.1, -0.06, -0.68)),
        ((1.5, LOWER - 1.0), (1.1, 0.8), (0.06, -0.06, -0.3)),
    )


def puff(face: FaceSurface) -> np.ndarray:
    """The left cheek fills with air, the lips are held shut against it."""
    fill = face.swell((WIDTH + 1.7, MOUTH + 1.3), (1.9, 1.8), 0.95)
    lips = face.strokes(
        (CORNER, (1.0, 1.0), (-0.26, -0.1, 0.0)),
        ((1.3, UPPER + 0.5), (1.2, 0.8), (0, -0.22, 0)),
        ((1.2, LOWER - 0.5), (1.2, 0.8), (0, -0.1, 0)),
    )
    lips[:, 2] -= 0.2 * _lip_offset(face) * _on_lips(face) * _left(face)
    return fill + face.sealed(lips)


def sideways(face: FaceSurface) -> np.ndarray:
    """The whole mouth moves to the left: the far corner is drawn in, the near one up."""
    return face.sealed(
        face.push(face.hill((-0.7, MOUTH), (3.3, 2.8)), (1.74, -0.08, 0.1), 0.8)
        + face.strokes(
            ((WIDTH, MOUTH + 0.3), (1.7, 1.5), (-0.24, 0.05, 0.36)),
            ((-WIDTH, MOUTH), (1.5, 1.6), (0.35, -0.16, 0.0)),
            ((0.9, UPPER), (1.0, 1.0), (0.0, -0.08, 0.2)),
            ((0.0, -2.8), (1.1, 0.9), (0.32, 0.0, 0.0)),
            ((0.3, CHIN), (1.6, 1.2), (0.34, 0.0, 0.0)),
            ((WIDTH + 1.7, MOUTH + 1.0), (0.9, 1.4), (0.0, -0.28, 0.14)),
        )
    )


def jaw_open(face: FaceSurface) -> np.ndarray:
    """The jaw swings down around its hinge, the corners come in."""
    narrow = face.both(lambda side: side.strokes((CORNER, (1.3, 1.7), (-0.4, 0.0, 0.0))))
    return jaw_swing(face.points, face.jaw()) + narrow


def close(face: FaceSurface) -> np.ndarray:
    """The lips meet in front of an open jaw: what jawOpen parts is brought together again."""
    opened = jaw_open(face)
    return (face.sealed(opened, lead=LOWER_LEAD) - opened) * (face.lip > 0)[:, None]


def funnel(face: FaceSurface) -> np.ndarray:
    """The lips part into a ring and reach forward as if to say "oh"."""
    result = face.push(face.hill((0, MOUTH), (2.1, 2.1)), (0.0, -1.05, 0.0))
    result[:, 0] -= 0.5 * gathering(face)
    arch = np.sqrt(1 - face.across**2) * face.lip * np.where(face.above > 0, 0.36, -0.5)
    result[:, 2] += arch * face.depth
    return result


def pucker(face: FaceSurface) -> np.ndarray:
    """The lips gather, thicken and reach forward as if to kiss."""
    result = face.push(face.hill((0, MOUTH), (1.7, 2.0)), (0.0, -0.95, 0.0))
    result[:, 0] -= 0.46 * gathering(face)
    middle = 1 - np.clip(face.x / WIDTH, -1, 1) ** 2
    result[:, 2] += 0.22 * _lip_offset(face) * _on_lips(face) * middle
    return face.sealed(result)


def shrug_upper(face: FaceSurface) -> np.ndarray:
    """The upper lip is pushed up and out."""
    return face.sealed(
        face.strokes(
            ((0.0, UPPER), (1.9, 1.1), (0.0, -0.42, 0.62)),
            ((0.0, UPPER + 0.9), (1.2, 0.6), (0.0, -0.1, 0.1)),
            ((0.0, LOWER), (1.9, 1.2), (0.0, -0.1, 0.42)),
        ),
        lead=0.4,
    )


def shrug_lower(face: FaceSurface) -> np.ndarray:
    """The chin rises, wrinkles and pushes the lower lip up and out."""
    return face.sealed(
        face.strokes(
            ((0.0, LOWER), (1.9, 1.2), (0.0, -0.36, 0.7)),
            ((0.0, CHIN), (1.5, 1.0), (0.0, -0.16, 0.44)),
            ((WIDTH, LOWER), (0.9, 0.9), (0.0, 0.0, -0.12)),
            ((-WIDTH, LOWER), (0.9, 0.9), (0.0, 0.0, -0.12)),
        ),
        lead=0.9,
    )


def tongue_out(face: FaceSurface) -> np.ndarray:
    """The jaw and the lips open for the tongue."""
    return TONGUE_JAW * jaw_open(face) + face.strokes(
        ((0.0, UPPER), (1.5, 0.9), (0.0, -0.05, 0.12)),
        ((0.0, LOWER), (1.7, 1.1), (0.0, -0.1, -0.5)),
    )


def gathering(face: FaceSurface) -> np.ndarray:
    """Return the centimetres of each point from the middle, where lips can gather, shape (n,)."""
    return face.x * np.exp(-((face.x / (1.5 * WIDTH)) ** 4)) * face.hill((0, MOUTH), (9.0, 2.4))


def _left(face: FaceSurface) -> np.ndarray:
    """Return 0 on the right and 1 on the left, blended over the middle, shape (n,)."""
    return smoothstep(-0.9, 0.9, face.x)


def _lip_offset(face: FaceSurface) -> np.ndarray:
    """Return the centimetres of each point above the seam, at most a lip's height, shape (n,)."""
    return np.clip(face.offset, -0.85, 0.75)


def _on_lips(face: FaceSurface) -> np.ndarray:
    """Return the share of the lips' movements, 0 inside the mouth, shape (n,)."""
    return face.lip * (face.surface.mouth_ring >= 0)
