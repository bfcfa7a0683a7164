# SPDX-License-Identifier: GPL-3.0-or-later
"""How the skin of the built-in head moves in each of the 52 channels and in the correctives.

Movements of the left are written down; those of the right are their mirror image.
"""

import numpy as np

from ..core.channels import CHANNELS
from . import lids, lips
from .correctives import Movements, corrective_moves, movement
from .sculpting import Face, Surface

_WRITTEN: Movements = {
    "eyeBlinkLeft": lids.blink,
    "eyeLookDownLeft": lids.look_down,
    "eyeLookInLeft": lambda face: lids.look_sideways(face, -2.5),
    "eyeLookOutLeft": lambda face: lids.look_sideways(face, 2.5),
    "eyeLookUpLeft": lids.look_up,
    "eyeSquintLeft": lids.squint,
    "eyeWideLeft": lids.wide,
    "mouthSmileLeft": lips.smile,
    "mouthFrownLeft": lips.frown,
    "mouthDimpleLeft": lips.dimple,
    "mouthStretchLeft": lips.stretch,
    "mouthPressLeft": lips.press,
    "mouthLowerDownLeft": lips.lower_down,
    "mouthUpperUpLeft": lips.upper_up,
    "browDownLeft": lids.brow_down,
    "browOuterUpLeft": lids.brow_outer_up,
    "cheekSquintLeft": lids.cheek_squint,
    "noseSneerLeft": lids.sneer,
    "mouthLeft": lips.sideways,
    "jawLeft": lambda face: face.push(face.jaw(), (1.0, 0.0, 0.0), glide=0),
    "jawForward": lambda face: face.push(face.jaw(), (0.0, -0.9, -0.08), glide=0),
    "jawOpen": lips.jaw_open,
    "mouthClose": lips.close,
    "mouthFunnel": lips.funnel,
    "mouthPucker": lips.pucker,
    "mouthRollLower": lambda face: lips.roll(face, -1),
    "mouthRollUpper": lambda face: lips.roll(face, 1),
    "mouthShrugLower": lips.shrug_lower,
    "mouthShrugUpper": lips.shrug_upper,
    "browInnerUp": lambda face: face.both(lids.brow_inner_up),
    "cheekPuff": lambda face: face.both(lips.puff),
    "tongueOut": lips.tongue_out,
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
