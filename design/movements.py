# SPDX-License-Identifier: GPL-3.0-or-later
"""What the channels do to the skin, and what their sums need beside.

The weights of the networks look natural on a realistic head; here they are to look clear, so each
movement is larger than life. A corrective is named by its channels, joined by plus signs, and
weighted by the product of their weights; a channel named twice gives its square.
"""

from collections.abc import Callable

import numpy as np

from .face import CANON_MOUTH, Face, turned
from .lids import LID_PAIRS, lid_corrective, lid_heights

CANON_WIDTH = 2.08
"""Half-width of the mouth of the face that strokes are written for."""

Movement = Callable[[Face], np.ndarray]


def smile(face: Face) -> np.ndarray:
    """The corner is drawn out and up, the cheek gathers over a fold."""
    width, height = CANON_WIDTH, CANON_MOUTH
    lips = face.lips(
        ((0, 0.05, 0), (0.42, 0.26, -0.02), (1.15, 1.12, -0.1)),
        ((0, -0.42, 0), (0.42, -0.04, -0.02), (1.15, 1.12, -0.1)),
    )
    cheek = face.strokes(((4.0, -2.8), (1.7, 1.4), (0.1, 0.5, 0)))
    return (
        face.slide(lips + cheek)
        + face.swell((3.9, -2.8), (1.5, 1.2), 0.5)
        + face.crease((1.4, -2.9), (width + 1.6, height + 1.0), 0.5, 0.1)
    )


def cheek_squint(face: Face) -> np.ndarray:
    """The cheek rises and pushes the lower lid into an arc."""
    cheek = face.strokes(((3.7, -2.6), (2.3, 1.3), (0, 0.7, 0)))
    return face.slide(cheek) + face.swell((3.8, -2.3), (2.0, 1.0), 0.3)


def brow_down(face: Face) -> np.ndarray:
    """The brow sinks and draws in; skin swells between the brows."""
    strokes = face.strokes(
        ((1.7, 2.7), (1.5, 1.5), (-0.4, -0.85, 0)), ((4.2, 3.3), (1.8, 1.3), (-0.1, -0.5, 0))
    )
    return (
        face.slide(strokes)
        + face.swell((0.85, 1.6), (0.55, 0.9), 0.16)
        + face.crease((0.45, 1.2), (0.6, 3.1), 0.26, 0.2)
    )


def brow_inner_up(face: Face) -> np.ndarray:
    """The inner brow's skin rises."""
    return face.slide(face.strokes(((1.6, 3.3), (1.7, 1.5), (-0.1, 0.75, 0))))


def brow_outer_up(face: Face) -> np.ndarray:
    """The outer brow's skin rises."""
    return face.slide(face.strokes(((4.8, 3.5), (1.9, 1.5), (0.1, 0.75, 0))))


def sneer(face: Face) -> np.ndarray:
    """The wing of the nose and the lip rise, the bridge wrinkles, a fold deepens beside it."""
    lips = face.lips(
        ((0, 0.3, 0.05), (0, 0.5, 0.08), (0, 0.1, 0)), ((0, 0, 0), (0, 0, 0), (0, 0.1, 0))
    )
    nose = face.strokes(
        ((0.8, -2.1), (0.6, 0.6), (0.28, 0.75, 0.15)),
        ((0.0, -1.9), (0.6, 0.7), (0, 0.3, 0.1)),
        ((2.1, -2.4), (1.0, 0.9), (0, 0.5, 0)),
    )
    return face.slide(lips + nose) + nose_folds(face)


def nose_folds(face: Face) -> np.ndarray:
    """Two rolls of skin across the side of the bridge, and the fold from wing to mouth."""
    return (
        face.swell((0.75, -0.75), (0.7, 0.3), 0.34)
        + face.swell((0.65, 0.3), (0.6, 0.3), 0.3)
        + face.crease((0.2, -0.25), (1.3, -0.1), 0.26, 0.2)
        + face.crease((1.15, -1.6), (2.7, -3.9), 0.4, 0.34)
        + face.swell((2.5, -2.2), (0.9, 0.8), 0.34)
    )


def disgust(face: Face) -> np.ndarray:
    """The mouth hangs from a lip lifted beside the nose; the lower lip pushes up and out."""
    lips = face.lips(
        ((0, 0.3, 0.2), (0.1, 0.2, 0.15), (0.35, -1.6, -0.1)),
        ((0, 1.6, 0.9), (0.1, 1.25, 0.6), (0.35, -1.6, -0.1)),
    )
    nose = face.strokes(
        ((0.8, -2.1), (0.6, 0.6), (0.4, 1.5, 0.3)), ((2.3, -2.3), (1.2, 0.9), (0, 0.8, 0))
    )
    return face.slide(lips + nose) + 1.7 * nose_folds(face)


def frown(face: Face) -> np.ndarray:
    """The corner is drawn down, the middle of the lip arches up, the chin bulges."""
    lips = face.lips(((0, 0.34, 0.05), (0.05, 0.08, 0), (0.16, -0.95, 0)))
    return face.slide(lips) + face.swell((0.9, CANON_MOUTH - 1.6), (1.0, 0.7), 0.14)


def stretch(face: Face) -> np.ndarray:
    """The corner is drawn out and down; the mouth becomes a wide, trembling line."""
    return face.slide(face.lips(((0, 0.16, 0), (0.7, 0.0, 0), (1.4, -0.95, -0.1)))) + face.thin(0.2)


def dimple(face: Face) -> np.ndarray:
    """The corner is drawn in against the cheek, out and up; the cheek rises under the eye."""
    lips = face.lips(((0, 0, 0), (0.32, 0.15, 0), (0.9, 0.95, -0.25)))
    cheek = face.strokes(((3.9, -2.7), (2.0, 1.3), (0, 0.5, 0)))
    return face.slide(lips + cheek) + face.swell((3.9, -2.6), (1.6, 1.0), 0.4)


def press(face: Face) -> np.ndarray:
    """The lips are pressed thin, and the skin swells above and below."""
    lips = face.lips(((0, 0, -0.1), (0, 0, -0.1), (0.12, -0.05, -0.15)))
    return lips + face.thin(0.6) * face.side_weight[:, None]


def upper_up(face: Face) -> np.ndarray:
    """The upper lip bares the teeth."""
    still = ((0, 0, 0), (0, 0, 0), (0.25, 0.12, 0))
    return face.slide(face.lips(((0, 0.92, 0), (0.1, 1.02, 0), (0.25, 0.12, 0)), still))


def lower_down(face: Face) -> np.ndarray:
    """The lower lip bares the teeth."""
    still = ((0, 0, 0), (0, 0, 0), (0.3, -0.12, 0))
    return face.slide(face.lips(still, ((0, -0.8, 0), (0.16, -1.02, 0), (0.3, -0.12, 0))))


def jaw_open(face: Face) -> np.ndarray:
    """The jaw swings down, the corners come in."""
    narrow = face.lips(((0, 0, 0), (-0.2, -0.15, 0), (-0.65, -0.85, 0)), sided=False)
    return face.swing_jaw(face.design.jaw_degrees) + narrow


def close(face: Face) -> np.ndarray:
    """The lips meet before an open jaw, halfway."""
    arm = face.points - np.array(face.design.hinge)
    swing = turned(arm, 0, face.design.jaw_degrees) - arm
    on_lips = np.where(face.inside, face.depth, face.lip)
    return swing * ((0.5 - face.jaw_share()) * on_lips)[:, None]


def pucker(face: Face) -> np.ndarray:
    """The lips gather, thicken and reach forwards."""
    lips = face.lips(((0, 0, 0.8), (-0.5, 0, 0.7), (-1.0, -0.1, 0.45)), sided=False)
    return lips + face.thin(-0.35)


def funnel(face: Face) -> np.ndarray:
    """The lips part into a ring and reach forwards."""
    return face.lips(
        ((0, 0.45, 0.7), (-0.35, 0.38, 0.6), (-0.8, 0, 0.35)),
        ((0, -0.5, 0.7), (-0.35, -0.42, 0.6), (-0.8, 0, 0.35)),
        sided=False,
    )


def shrug_lower(face: Face) -> np.ndarray:
    """The chin rises and pushes the lower lip up and out."""
    lips = face.lips(((0, 0.4, 0.2), (0, 0.22, 0.1), (0, -0.2, 0)), sided=False)
    chin = CANON_MOUTH - 1.7
    return face.slide(lips) + face.swell((0, chin), (1.5, 0.8), 0.2)


def shrug_upper(face: Face) -> np.ndarray:
    """The upper lip is pushed up and out."""
    return face.slide(face.lips(((0, 0.42, 0.25), (0, 0.25, 0.12), (0, -0.05, 0)), sided=False))


def puff(face: Face) -> np.ndarray:
    """The cheeks fill with air."""
    fill = face.swell((CANON_WIDTH + 2.6, CANON_MOUTH + 0.6), (2.2, 1.8), 1.5)
    return face.both(fill) + face.lips(((0, 0, -0.1), (-0.1, 0, 0), (-0.3, 0, 0)), sided=False)


def sideways(face: Face) -> np.ndarray:
    """The whole mouth moves to the left."""
    moves = face.reach[:, None] * np.array([1.1, 0.0, 0.0])
    return face.slide(moves + face.lips(((0, 0, 0), (0, 0.05, 0), (-0.2, 0.25, 0))))


LEFT: dict[str, Movement] = {
    "mouthSmile": smile,
    "mouthFrown": frown,
    "mouthStretch": stretch,
    "mouthDimple": dimple,
    "mouthPress": press,
    "mouthUpperUp": upper_up,
    "mouthLowerDown": lower_down,
    "cheekSquint": cheek_squint,
    "browDown": brow_down,
    "browOuterUp": brow_outer_up,
    "noseSneer": sneer,
}
"""Movements of the left, by the channel's name without the side."""

MIDDLE: dict[str, Movement] = {
    "browInnerUp": lambda face: face.both(brow_inner_up(face)),
    "jawOpen": jaw_open,
    "jawForward": lambda face: face.jaw_share()[:, None] * np.array([0.0, -0.9, 0.0]),
    "jawLeft": lambda face: face.jaw_share()[:, None] * np.array([1.0, 0.0, 0.0]),
    "jawRight": lambda face: face.jaw_share()[:, None] * np.array([-1.0, 0.0, 0.0]),
    "mouthLeft": sideways,
    "mouthRight": lambda face: face.mirrored(sideways(face)),
    "mouthPucker": pucker,
    "mouthFunnel": funnel,
    "mouthShrugLower": shrug_lower,
    "mouthShrugUpper": shrug_upper,
    "mouthRollLower": lambda face: (
        face.thin(0.9, upper=False)
        + face.lips(((0, 0.05, -0.2), (0, 0.05, -0.15), (0, -0.1, 0)), sided=False)
    ),
    "mouthRollUpper": lambda face: (
        face.thin(0.9, lower=False)
        + face.lips(((0, -0.05, -0.2), (0, -0.05, -0.15), (0, -0.1, 0)), sided=False)
    ),
    "cheekPuff": puff,
    "tongueOut": lambda face: face.lips(
        ((0, 0.3, 0.1), (-0.1, 0.2, 0.05), (-0.3, 0, 0)),
        ((0, -0.85, 0.2), (-0.1, -0.6, 0.15), (-0.3, 0, 0)),
        sided=False,
    ),
}

LEFT_CORRECTIVES: dict[str, Movement] = {
    # a laugh is wide where an open jaw is narrow
    "jawOpen+mouthSmile": lambda face: face.slide(
        face.lips(
            ((0, 0.35, 0), (0.55, 0.45, 0), (1.05, 0.95, 0)),
            ((0, -0.4, 0), (0.6, -0.2, 0), (1.05, 0.95, 0)),
        )
    ),
    "jawOpen+mouthStretch": lambda face: face.lips(((0, 0, 0), (0.35, 0, 0), (0.8, -0.3, 0))),
    # twice the same corner and the same cheek
    "mouthDimple+mouthSmile": lambda face: (
        face.slide(face.lips(((0, 0, 0), (-0.2, -0.05, 0), (-0.7, -0.55, 0.1))))
        - face.swell((3.9, -2.6), (1.6, 1.0), 0.4)
    ),
    "mouthSmile+mouthStretch": lambda face: face.lips(((0, 0, 0), (-0.3, 0, 0), (-0.7, 0, 0))),
    "mouthFrown+mouthStretch": lambda face: face.lips(((0, 0, 0), (-0.1, 0, 0), (-0.5, 0.2, 0))),
    # a snarl is square
    "mouthLowerDown+noseSneer": lambda face: face.slide(
        face.lips(
            ((0, 0.1, 0), (0.3, 0.05, 0), (0.6, -1.1, 0)),
            ((0, 0.1, 0), (0.4, -0.35, 0), (0.6, -1.1, 0)),
        )
    ),
    "mouthShrugLower+mouthUpperUp": disgust,
    # both lift the same lip
    "mouthUpperUp+noseSneer": lambda face: face.slide(
        face.lips(
            ((0, -0.45, 0), (0, -0.25, 0), (0, -0.1, 0)),
            ((0, 0.5, 0.1), (0, 0.35, 0.1), (0, -0.3, 0)),
        )
    ),
    "mouthFrown+mouthShrugLower": lambda face: face.lips(((0, -0.1, 0), (0, 0, 0), (0, 0.2, 0))),
}

MIDDLE_CORRECTIVES: dict[str, Movement] = {
    # a jaw shows early that it opens
    "jawOpen+jawOpen": lambda face: -JAW_LEAD * jaw_open(face),
    "jawOpen+mouthClose": lambda face: (1 + JAW_LEAD) * close(face),
    "jawOpen+jawOpen+mouthClose": lambda face: -JAW_LEAD * close(face),
}
JAW_LEAD = 0.55
"""Share of the jaw's movement that it makes early: half its weight gives more than half the way."""
LEADS = {"browDown": -0.5, "noseSneer": 0.6}
"""The same of a side's channels, below 0 for those that come late: low brows are anger's, which has
the greatest weights of them, and a wrinkled nose is disgust's, which has small ones."""


def displacements(face: Face) -> dict[str, np.ndarray]:
    """Return the displacement of every channel and corrective that moves the face, by name."""
    result: dict[str, np.ndarray] = {}
    turns = lid_heights(face)

    def both_sides(name: str, moves: np.ndarray) -> None:
        parts = name.split("+")
        for side, moved in (("Left", moves), ("Right", face.mirrored(moves))):
            names = [part if part in MIDDLE else part + side for part in parts]
            result["+".join(names)] = moved

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
    result["jawOpen"] = (1 + JAW_LEAD) * result["jawOpen"]
    for pair in LID_PAIRS:
        both_sides("+".join(pair), lid_corrective(face, pair, turns))
    for name, movement in LEFT_CORRECTIVES.items():
        both_sides(name, movement(face) + (face.turn_lids(turns[name]) if name in turns else 0.0))
    for name, lead in LEADS.items():
        moves = result[f"{name}Left"]
        both_sides(name, (1 + lead) * moves)
        both_sides(f"{name}+{name}", -lead * moves)
    for name, movement in MIDDLE_CORRECTIVES.items():
        result[name] = movement(face)
    # the straight path of a lid that goes far bows out over the eyeball
    for name in ("eyeBlink", "cheekSquint"):
        bow = 4 * (face.turn_lids(turns[name] / 2) - face.turn_lids(turns[name]) / 2)
        both_sides(name, result[f"{name}Left"] + bow)
        both_sides(f"{name}+{name}", -bow)
    return result


def posed(
    points: np.ndarray, moves: dict[str, np.ndarray], weights: dict[str, float]
) -> np.ndarray:
    """Return points (n, 3) displaced by weights of channels."""
    result = points.copy()
    for name, move in moves.items():
        weight = np.prod([weights.get(part, 0.0) for part in name.split("+")])
        if weight:
            result += weight * move
    return result
