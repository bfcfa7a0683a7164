# SPDX-License-Identifier: GPL-3.0-or-later
"""How the skin of the built-in head moves in each of the 52 channels and in the correctives.

Movements of the left are written down; those of the right are their mirror image.
"""

import numpy as np

from ..core.channels import CHANNELS
from . import lower_face, upper_face
from .sculpting import Face, Surface
from .skin_shapes import Movements, corrective_moves, movement

_WRITTEN: Movements = {
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


def skin_moves(surface: Surface) -> dict[str, np.ndarray]:
    """Return how far each point goes in each channel and corrective, by name, each (n, 3)."""
    face = Face(surface)
    moves = {}
    for name in CHANNELS:
        moves[name] = movement(face, name, _WRITTEN)
        if not name.startswith("eye"):
            moves[name] = face.kept_off_eyes(moves[name])
    return moves | corrective_moves(face)
