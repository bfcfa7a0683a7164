# SPDX-License-Identifier: GPL-3.0-or-later
"""Corrective shapes: what has to be added where the sum of channels goes wrong.

A corrective is weighted by the product of its channels' weights; a channel named twice gives its
square. Its name is its channels' names joined by plus signs.
"""

from collections.abc import Callable

import numpy as np

from ..core.channels import mirrored_name
from . import lower_face, upper_face
from .sculpting import MOUTH, Face


def mirrored_corrective(name: str) -> str:
    """Return the corrective, or channel, that takes this one's place in a mirror."""
    return "+".join(mirrored_name(channel) for channel in name.split("+"))


def _at_corner(move: tuple[float, float, float]) -> Callable[[Face], np.ndarray]:
    """Return a movement of the left corner of the mouth with the lips around it."""
    return lambda face: face.sealed(face.strokes((lower_face.CORNER, (1.7, 1.4), move)))


def _spread(face: Face, share: float, back: float = 0.0) -> np.ndarray:
    """Let gathered lips go by a share of their distance from the middle, and back."""
    result = face.push(face.hill((0, MOUTH), (2.1, 2.1)), (0.0, back, 0.0))
    result[:, 0] += share * lower_face.gathering(face)
    return result


def _unpress(face: Face, above: int) -> np.ndarray:
    """Take the press off a lip that has rolled in: nothing of its red is left to grow thin."""
    own = (face.above == above) & (face.surface.mouth_ring >= 0)
    return -lower_face.press_red(face) * own[:, None]


Movements = dict[str, Callable[[Face], np.ndarray]]

_WRITTEN: Movements = {
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

CORRECTIVES: dict[str, tuple[str, ...]] = {
    name: tuple(name.split("+"))
    for written in _WRITTEN
    for name in dict.fromkeys((written, mirrored_corrective(written)))
}
"""The channels whose weights are multiplied to weigh each corrective."""


def movement(face: Face, name: str, written: Movements) -> np.ndarray:
    """Return how far each point goes in a channel or corrective, shape (n, 3).

    Args:
        face: what moves.
        name: of the channel or corrective.
        written: the movements of the middle and of the left; the right's are their mirror image.
    """
    if name in written:
        return written[name](face)
    return face.mirrored(written[mirrored_corrective(name)])


def corrective_moves(face: Face) -> dict[str, np.ndarray]:
    """Return how far each point goes in each corrective, by name, each of shape (n, 3)."""
    return {name: movement(face, name, _WRITTEN) for name in CORRECTIVES}
