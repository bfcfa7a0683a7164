# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape keys of the built-in head's skin: the 52 channels, and correctives of their sums.

A corrective is what has to be added where the sum of channels goes wrong. It is weighted by the
product of its channels' weights; a channel named twice gives its square. Its name is its channels'
names joined by plus signs. Movements of the left are written down; those of the right are their
mirror image.
"""

from collections.abc import Callable

import numpy as np

from ..core.channels import CHANNELS, mirrored_name
from . import lower_face, upper_face
from .sculpting import MOUTH, FaceSurface, Surface

Movements = dict[str, Callable[[FaceSurface], np.ndarray]]
"""Functions that return the displacement of each point in centimetres, shape (n, 3), by name."""

_CHANNELS: Movements = {
    "eyeBlinkLeft": upper_face.blink,
    "eyeLookDownLeft": upper_face.look_down,
    "eyeLookInLeft": lambda face: upper_face.look_sideways(face, -2.5),
    "eyeLookOutLeft": lambda face: upper_face.look_sideways(face, 2.5),
    "eyeLookUpLeft": upper_face.look_up,
    "eyeSquintLeft": upper_face.squint,
    "eyeWideLeft": upper_face.wide,
    "mouthSmileLeft": lower_face.smile,
    "mouthFrownLeft": lower_face.frown,
    "mouthDimpleLeft": lower_face.dimple,
    "mouthStretchLeft": lower_face.stretch,
    "mouthPressLeft": lower_face.press,
    "mouthLowerDownLeft": lower_face.lower_down,
    "mouthUpperUpLeft": lower_face.upper_up,
    "browDownLeft": upper_face.brow_down,
    "browOuterUpLeft": upper_face.brow_outer_up,
    "cheekSquintLeft": upper_face.cheek_squint,
    "noseSneerLeft": upper_face.sneer,
    "mouthLeft": lower_face.sideways,
    "jawLeft": lambda face: face.push(face.jaw(), (1.0, 0.0, 0.0), glide=0),
    "jawForward": lambda face: face.push(face.jaw(), (0.0, -0.9, -0.08), glide=0),
    "jawOpen": lower_face.jaw_open,
    "mouthClose": lower_face.close,
    "mouthFunnel": lower_face.funnel,
    "mouthPucker": lower_face.pucker,
    "mouthRollLower": lambda face: lower_face.roll(face, -1),
    "mouthRollUpper": lambda face: lower_face.roll(face, 1),
    "mouthShrugLower": lower_face.shrug_lower,
    "mouthShrugUpper": lower_face.shrug_upper,
    "browInnerUp": lambda face: face.both(upper_face.brow_inner_up),
    "cheekPuff": lambda face: face.both(lower_face.puff),
    "tongueOut": lower_face.tongue_out,
}


def _at_corner(move: tuple[float, float, float]) -> Callable[[FaceSurface], np.ndarray]:
    """Return a movement of the left corner of the mouth with the lips around it."""
    return lambda face: face.sealed(face.strokes((lower_face.CORNER, (1.7, 1.4), move)))


def _spread(face: FaceSurface, share: float, back: float = 0.0) -> np.ndarray:
    """Gathered lips let go.

    Args:
        face: what moves.
        share: of their distance from the middle that they go outwards.
        back: centimetres that they go back.
    """
    result = face.push(face.hill((0, MOUTH), (2.1, 2.1)), (0.0, back, 0.0))
    result[:, 0] += share * lower_face.gathering(face)
    return result


def _unpress(face: FaceSurface, above: int) -> np.ndarray:
    """Take the press off a lip that has rolled in: nothing of its red is left to grow thin."""
    rolled = (face.above == above) & (face.surface.mouth_ring >= 0)
    return -lower_face.press_red(face) * rolled[:, None]


_CORRECTIVES: Movements = {
    # the corner goes round the teeth in an arc
    "mouthSmileLeft+mouthSmileLeft": lambda face: -lower_face.ARC * lower_face.smile_arc(face),
    # lids that are shut already
    "eyeBlinkLeft+eyeLookDownLeft": lambda face: -upper_face.look_down(face),
    "eyeBlinkLeft+eyeLookUpLeft": lambda face: -upper_face.look_up(face),
    "eyeBlinkLeft+eyeSquintLeft": lambda face: -upper_face.squint_lids(face),
    "eyeBlinkLeft+eyeWideLeft": lambda face: -upper_face.wide_lids(face),
    "eyeBlinkLeft+cheekSquintLeft": lambda face: -upper_face.cheek_squint_lids(face),
    "eyeBlinkLeft+browDownLeft": lambda face: -upper_face.brow_down_lids(face),
    # lids that would meet
    "eyeSquintLeft+cheekSquintLeft": lambda face: upper_face.lid_turn(face, 6.0, -13.0),
    "eyeLookDownLeft+eyeSquintLeft": lambda face: upper_face.lid_turn(face, 6.0, -10.0),
    "browDownLeft+eyeSquintLeft": lambda face: upper_face.lid_turn(face, 6.0, -6.0),
    # twice the same muscle's work
    "cheekSquintLeft+mouthSmileLeft": lambda face: -0.8 * lower_face.smile_cheek(face),
    "browDownLeft+noseSneerLeft": lambda face: -0.9 * upper_face.sneer_brow(face),
    "mouthSmileLeft+mouthStretchLeft": _at_corner((-0.5, -0.12, -0.1)),
    "mouthFrownLeft+mouthStretchLeft": _at_corner((-0.3, -0.1, 0.3)),
    "mouthFrownLeft+mouthShrugLower": _at_corner((0.1, 0.0, 0.34)),
    "mouthPressLeft+mouthRollLower": lambda face: _unpress(face, -1),
    "mouthPressLeft+mouthRollUpper": lambda face: _unpress(face, 1),
    # lips that are open no further than they close
    "mouthClose+mouthClose": lambda face: -lower_face.close(face),
    "jawOpen+mouthClose": lower_face.close,
    # lips that would be gathered into a point
    "mouthFunnel+mouthPucker": lambda face: _spread(face, 0.44, 0.8),
    "jawOpen+mouthFunnel": lambda face: _spread(face, 0.24),
    "jawOpen+mouthPucker": lambda face: _spread(face, 0.22),
    "mouthRollLower+mouthRollUpper": lambda face: -lower_face.roll_tuck(face, 0.5),
    "jawOpen+tongueOut": lambda face: -lower_face.TONGUE_JAW * lower_face.jaw_open(face),
}


def mirrored_corrective(name: str) -> str:
    """Return the channel or corrective of the other side; that of the middle is its own."""
    return "+".join(mirrored_name(channel) for channel in name.split("+"))


CORRECTIVES: dict[str, tuple[str, ...]] = {
    name: tuple(name.split("+"))
    for written in _CORRECTIVES
    for name in dict.fromkeys((written, mirrored_corrective(written)))
}
"""The channels whose weights are multiplied to weigh each corrective."""


def skin_displacements(surface: Surface) -> dict[str, np.ndarray]:
    """Return the displacement of points in each channel and corrective.

    Args:
        surface: n points.

    Returns:
        By name, centimetres, shape (n, 3).
    """
    face = FaceSurface(surface)
    displacements = {}
    for name in CHANNELS:
        displacements[name] = _displacement(face, name, _CHANNELS)
        if not name.startswith("eye"):
            displacements[name] = face.kept_off_eyes(displacements[name])
    return displacements | {name: _displacement(face, name, _CORRECTIVES) for name in CORRECTIVES}


def _displacement(face: FaceSurface, name: str, movements: Movements) -> np.ndarray:
    """Return the displacement of each point, shape (n, 3), in a channel or corrective.

    Args:
        face: what moves.
        name: of the channel or corrective.
        movements: those of the middle and of the left.
    """
    if name in movements:
        return movements[name](face)
    return face.mirrored(movements[mirrored_corrective(name)])
