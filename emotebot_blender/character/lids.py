# SPDX-License-Identifier: GPL-3.0-or-later
"""How far the lids turn in each channel, and what keeps those of two channels from crossing."""

import numpy as np

from .distance_field import smoothstep
from .sculpting import Surface

LAUGH = "cheekSquint+mouthSmile"
"""Both together close the eye from below; each alone leaves it open."""
UPPER_FLOOR, LOWER_CEILING = 0.0, -0.2
"""Heights that the lids stay above and below, whatever lowers and raises them but blink and laugh:
what each channel does takes its share of what the others leave."""


def lid_heights(face: Surface) -> dict[str, np.ndarray]:
    """Return how many degrees the left lids turn in each channel, by its name without the side."""
    lids, across, eye = face.lids, face.lids.across, face.style.eye
    inner, outer = smoothstep(0.3, -0.9, across), smoothstep(-0.2, 0.9, across)
    # flat at the corners, so that no lid folds over them; the lids' lines cover a hair's breadth
    closed = -0.19 * (eye.upper + eye.lower) * lids.openness
    arc = (0.98 - 0.06 * lids.openness) * lids.openness**0.35
    return {
        "eyeBlink": lids.at(closed / eye.upper, closed / eye.lower - 0.015),
        "eyeWide": lids.at(1.46, -1.06),
        "eyeSquint": lids.at(0.66, -0.34),
        "cheekSquint": lids.at(0.97, -0.62),
        LAUGH: lids.at(0.94, arc * eye.upper / eye.lower),
        "browDown": lids.at(0.84 - 0.6 * inner, None),
        "browInnerUp": lids.at(1.04 - 0.38 * outer, None),
        "browOuterUp": lids.at(1.0 + 0.30 * outer, None),
        "noseSneer": lids.at(None, -0.62),
        "mouthDimple": lids.at(0.66, -0.54),
        "mouthShrugLower+mouthUpperUp": lids.at(0.66 + 0.54 * inner, -0.6),
        # a sad eye is half shut and hangs outside, where a surprised one is open under such brows
        "browInnerUp+mouthFrown": lids.at(0.66 - 0.3 * outer, -0.88),
        # a frightened eye is wide above and tense below
        "eyeWide+mouthStretch": lids.at(None, -0.7),
        "eyeLookDown": lids.at(0.45, -1.0),
        "eyeLookUp": lids.at(1.2, -0.92),
    }


LID_PAIRS = (
    ("eyeSquint", "cheekSquint"),
    ("eyeSquint", "noseSneer"),
    ("eyeSquint", "mouthShrugLower+mouthUpperUp"),
    ("eyeSquint", "mouthDimple"),
    ("cheekSquint", "mouthShrugLower+mouthUpperUp"),
    ("cheekSquint", "mouthDimple"),
    ("browDown", "eyeSquint"),
    ("browDown", "eyeLookDown"),
)
"""Channels that move the same lid so far that their sum would pass the other lid."""
LAUGH_STOPS = ("eyeSquint", "browDown", "eyeLookDown", "eyeBlink")
"""Channels whose lids a laugh keeps from moving."""


def lid_correctives(face: Surface, turns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return what keeps the left lids apart in sums of channels, by name without the side."""
    alone = [name for name in turns if name not in (LAUGH, "eyeBlink")]
    sums = [LAUGH, *("+".join(pair) for pair in LID_PAIRS)]
    sums += [f"{LAUGH}+{name}" for name in LAUGH_STOPS]
    sums += [f"eyeBlink+{name}" for name in (*alone, *("+".join(pair) for pair in LID_PAIRS))]
    moves = {frozenset(name.split("+")): face.turn_lids(turns[name]) for name in alone}
    moves[frozenset(["eyeBlink"])] = face.turn_lids(turns["eyeBlink"])
    result = {}
    for name in sorted(dict.fromkeys(sums), key=lambda name: name.count("+")):
        parts = frozenset(name.split("+"))
        move = face.turn_lids(_together(face, parts, turns))
        for others, other in moves.items():
            if others < parts:
                move = move - other
        moves[parts] = result[name] = move
    return result


def _together(face: Surface, parts: frozenset[str], turns: dict[str, np.ndarray]) -> np.ndarray:
    """Return by how many degrees the left lids turn in several channels at full weight."""
    for name in (LAUGH, "eyeBlink"):
        if parts.issuperset(name.split("+")):
            return turns[name]
    lids = face.lids
    room = np.maximum(np.abs(lids.at(UPPER_FLOOR, LOWER_CEILING)), 1e-6)
    way = np.where(lids.is_upper, -1.0, 1.0)
    total = np.zeros(len(room))
    for name, turn in turns.items():
        if parts.issuperset(name.split("+")):
            own = turn * way
            total = total + own - total.clip(0) * own.clip(0) / room
    return total * way
