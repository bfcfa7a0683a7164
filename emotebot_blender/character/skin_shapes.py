# SPDX-License-Identifier: GPL-3.0-or-later
"""What the channels do to the skin, and what their sums need beside.

The weights of the networks look natural on a realistic head; here they are to look clear, so each
movement is larger than life. Correctives are named as in ``correctives``.
"""

from collections.abc import Callable

import numpy as np

from . import lower_face, upper_face
from .correctives import sided, squared
from .lids import LAUGH, lid_correctives, lid_heights
from .sculpting import Surface

Movement = Callable[[Surface], np.ndarray]

LEFT: dict[str, Movement] = {
    "mouthSmile": lower_face.smile,
    "mouthFrown": lower_face.frown,
    "mouthStretch": lower_face.stretch,
    "mouthDimple": lower_face.dimple,
    "mouthPress": lower_face.press,
    "mouthUpperUp": lower_face.upper_up,
    "mouthLowerDown": lower_face.lower_down,
    "cheekSquint": upper_face.cheek_squint,
    "browDown": upper_face.brow_down,
    "browOuterUp": upper_face.brow_outer_up,
    "noseSneer": upper_face.sneer,
}
"""Movements of the left, by the channel's name without the side."""

MIDDLE: dict[str, Movement] = {
    "browInnerUp": lambda face: face.both(upper_face.brow_inner_up(face)),
    "jawOpen": lower_face.jaw_early,
    "jawForward": lambda face: lower_face.jaw_forward(face) - lower_face.jaw_forward_bow(face),
    "jawLeft": lower_face.jaw_aside,
    "jawRight": lambda face: face.mirrored(lower_face.jaw_aside(face)),
    "mouthLeft": lower_face.sideways,
    "mouthRight": lambda face: face.mirrored(lower_face.sideways(face)),
    "mouthClose": lower_face.close,
    "mouthPucker": lower_face.pucker,
    "mouthFunnel": lower_face.funnel,
    "mouthShrugLower": lower_face.shrug_lower,
    "mouthShrugUpper": lower_face.shrug_upper,
    "mouthRollLower": lambda face: lower_face.roll(face, upper=False),
    "mouthRollUpper": lambda face: lower_face.roll(face, upper=True),
    "cheekPuff": lower_face.puff,
    "tongueOut": lambda face: 2 * lower_face.tongue_lips(face),
}

LEFT_CORRECTIVES: dict[str, Movement] = {
    # a laugh is wide where an open jaw is narrow
    "jawOpen+mouthSmile": lambda face: face.slide(
        face.lips(
            ((0, 0.1, 0), (0.7, 0.35, 0), (1.65, 1.0, 0)),
            ((0, -0.3, 0), (0.7, -0.1, 0), (1.65, 1.0, 0)),
        )
    ),
    "jawOpen+mouthStretch": lambda face: face.lips(((0, 0, 0), (0.6, 0.05, 0), (1.8, 0.1, 0))),
    # the edge of the lip turns out once
    "jawOpen+mouthLowerDown": lambda face: -face.uncover(0.9) * face.side_weight[:, None],
    # a sneer speaks with half a mouth
    "jawOpen+mouthDimple": lambda face: face.lips(
        ((0, -0.2, 0), (0.1, -0.1, 0), (0.5, 0.2, 0)), ((0, 1.6, 0), (0.1, 1.2, 0), (0.5, 0.2, 0))
    ),
    # twice the same corner and the same cheek
    "mouthDimple+mouthSmile": lambda face: (
        face.slide(
            face.lips(
                ((0, 0, 0), (-0.3, -0.3, 0), (-1.0, -1.25, 0.2)),
                ((0, 0.45, 0), (-0.3, 0.0, 0), (-1.0, -1.25, 0.2)),
            )
        )
        + face.slide(face.strokes(((3.9, -3.1), (2.0, 1.5), (-0.1, -0.45, 0))))
        - face.swell((3.9, -3.0), (1.9, 1.5), 0.6)
    ),
    # both draw the lips thin
    "mouthDimple+mouthPress": lambda face: -0.6 * lower_face.press(face),
    "mouthSmile+mouthStretch": lambda face: face.lips(((0, 0, 0), (-0.3, 0, 0), (-0.7, 0, 0))),
    "mouthFrown+mouthStretch": lambda face: face.lips(((0, 0, 0), (-0.1, 0, 0), (-0.5, 0.2, 0))),
    # fear's mouth gapes with low corners, where a grin is wide and shows its teeth
    "eyeWide+mouthStretch": lambda face: face.slide(
        face.lips(
            ((0, -0.15, 0), (0.0, -0.15, 0), (-0.1, -0.45, 0)),
            ((0, -0.1, 0), (0.0, -0.3, 0), (-0.1, -0.45, 0)),
        )
    ),
    # a face that is sad: its lids and brows alone
    "browInnerUp+mouthFrown": lambda face: np.zeros_like(face.points),
    # a snarl is square
    "mouthLowerDown+noseSneer": lambda face: face.slide(
        face.lips(
            ((0, 0.1, 0), (0.25, -0.1, 0), (0.55, -0.6, 0)),
            ((0, 0.1, 0), (0.35, -0.35, 0), (0.55, -0.6, 0)),
        )
    ),
    "mouthShrugLower+mouthUpperUp": lower_face.disgust,
    "mouthShrugLower+noseSneer": lambda face: 0.4 * lower_face.disgust_mouth(face, 1.1),
    # pressed lips are anger's
    "mouthPress+mouthShrugLower": lambda face: -0.4 * lower_face.disgust_mouth(face, 1.1),
    "mouthPress+noseSneer": lambda face: face.slide(
        face.lips(
            ((0, -0.85, 0), (0.05, -0.95, 0), (0.25, 0.1, 0)),
            ((0, -0.45, 0), (0.05, -0.35, 0), (0.25, 0.1, 0)),
        )
    ),
    # both lift the same lip
    "mouthUpperUp+noseSneer": lambda face: face.slide(
        face.lips(
            ((0, -0.6, 0), (0, -0.4, 0), (0, -0.1, 0)),
            ((0, 1.45, 0.5), (0, 1.3, 0.35), (0, -0.3, 0)),
        )
    ),
    "mouthShrugLower+mouthUpperUp+noseSneer": lambda face: face.slide(
        face.lips(((0, 0, 0), (0, 0, 0), (0, 0, 0)), ((0, -2.2, 0), (0, -1.8, 0), (0, 0, 0)))
    ),
    # what hangs and is drawn down is disgust: the lower lip turns out and shuts the mouth
    "mouthFrown+mouthLowerDown": lambda face: face.slide(
        face.lips(
            ((0, -0.1, 0), (0, -0.1, 0), (0, 0.7, 0)),
            ((0, 1.62, 1.3), (-0.1, 2.25, 1.35), (0, 0.8, 0.15)),
        )
    ),
    # lips that are drawn apart that far bare the teeth
    "mouthFrown+mouthLowerDown+noseSneer": lambda face: face.slide(
        face.lips(((0, 0, 0), (0, 0, 0), (0, 0, 0)), ((0, -2.0, 0), (0, -1.8, 0), (0, 0, 0)))
    ),
    "mouthFrown+mouthShrugLower": lambda face: face.lips(((0, -0.1, 0), (0, 0, 0), (0, 0.2, 0))),
}

MIDDLE_CORRECTIVES: dict[str, Movement] = {
    # a jaw shows early that it opens
    "jawOpen+jawOpen": lambda face: -lower_face.jaw_late(face),
    # lips close no further than the jaw is open
    "mouthClose+mouthClose": lower_face.close_late,
    "mouthClose-jawOpen": lambda face: -lower_face.close(face),
    "mouthClose^2-jawOpen^2": lambda face: -lower_face.close_late(face),
    # twice the same corners
    "jawOpen+mouthFunnel": lambda face: (
        face.lips(
            ((0, -0.3, -0.2), (0.5, -0.2, -0.2), (1.1, 0.2, 0)),
            ((0, 0.3, -0.2), (0.5, 0.2, -0.2), (1.1, 0.2, 0)),
            sided=False,
        )
        - face.uncover(0.8)
    ),
    "jawOpen+mouthPucker": lambda face: face.lips(
        ((0, 0, -0.2), (0.5, 0, -0.2), (1.1, 0.2, 0)), sided=False
    ),
    "mouthFunnel+mouthPucker": lambda face: face.lips(
        ((0, 0, -0.7), (0.4, 0, -0.6), (0.9, 0.1, -0.3)), sided=False
    ),
    "jawForward+jawForward": lower_face.jaw_forward_bow,
    "tongueOut+tongueOut": lambda face: -lower_face.tongue_lips(face),
}
LAUGH_LEAD = 1.0
"""Share of a laugh's lids that they close early, as the jaw opens early by ``JAW_LEAD``."""
LEADS = {"browDown": -0.25, "noseSneer": 0.6}
"""The same of a side's channels, below 0 for those that come late: low brows are anger's, which has
the greatest weights of them, and a wrinkled nose is disgust's, which has small ones."""


def skin_displacements(face: Surface) -> dict[str, np.ndarray]:
    """Return the displacement of every channel and corrective that moves the face, by name."""
    result: dict[str, np.ndarray] = {}
    turns = lid_heights(face)

    def both_sides(name: str, moves: np.ndarray) -> None:
        result[sided(name, "Left", MIDDLE)] = moves
        result[sided(name, "Right", MIDDLE)] = face.mirrored(moves)

    for name in dict.fromkeys((*LEFT, *turns)):
        if name != "browInnerUp" and "+" not in name:
            moves = LEFT[name](face) if name in LEFT else np.zeros_like(face.points)
            moves = moves + (face.turn_lids(turns[name]) if name in turns else 0.0)
            both_sides(name, moves)
    for name, movement in MIDDLE.items():
        moves = movement(face)
        sideways_only = name.endswith(("Left", "Right"))
        result[name] = moves if sideways_only else (moves + face.mirrored(moves)) / 2
    result["browInnerUp"] += face.both(face.turn_lids(turns["browInnerUp"]))
    for name, moves in lid_correctives(face, turns).items():
        both_sides(name, moves)
    for name, movement in LEFT_CORRECTIVES.items():
        both_sides(name, movement(face) + (face.turn_lids(turns[name]) if name in turns else 0.0))
    for name, lead in LEADS.items():
        # not of the lids, whose correctives count on their straight way
        early = lead * LEFT[name](face)
        both_sides(name, result[f"{name}Left"] + early)
        both_sides(squared(name), -early)
    for name, movement in MIDDLE_CORRECTIVES.items():
        result[name] = movement(face)
    # the straight path of a lid that goes far bows out over the eyeball; a laugh shows early
    for name, lead in (("eyeBlink", 0.0), (LAUGH, LAUGH_LEAD)):
        bow = 4 * (face.turn_lids(turns[name] / 2) - face.turn_lids(turns[name]) / 2)
        moves = result[sided(name, "Left", MIDDLE)]
        both_sides(name, (1 + lead) * moves + bow)
        both_sides(squared(name), -lead * moves - bow)
    closed = f"{LAUGH}+eyeBlink"
    moves = result[sided(closed, "Left", MIDDLE)]
    both_sides(closed, (1 + LAUGH_LEAD) * moves)
    both_sides(f"{LAUGH}+{closed}", -LAUGH_LEAD * moves)
    return result
