# SPDX-License-Identifier: GPL-3.0-or-later
"""How far the lids turn in each channel, and what keeps those of two channels from crossing."""

import numpy as np

from .face import Face
from .field import smoothstep


def lid_heights(face: Face) -> dict[str, np.ndarray]:
    """Return how many degrees the left lids turn in each channel, by its name without the side."""
    lids, across = face.lids, face.lids.across
    inner, outer = smoothstep(0.3, -0.9, across), smoothstep(-0.2, 0.9, across)
    closed = -0.38
    arc = 0.95 - 0.2 * lids.openness
    return {
        "eyeBlink": lids.at(closed, closed),
        "eyeWide": lids.at(1.3, -1.05),
        "eyeSquint": lids.at(0.8, -0.38),
        "cheekSquint": lids.at(0.94, arc),
        "browDown": lids.at(0.82 - 0.62 * inner, None),
        "browInnerUp": lids.at(1.04 - 0.38 * outer, None),
        "browOuterUp": lids.at(1.0 + 0.30 * outer, None),
        "noseSneer": lids.at(None, -0.62),
        "mouthDimple": lids.at(0.74, -0.5),
        "mouthShrugLower+mouthUpperUp": lids.at(0.6 + 0.6 * inner, 0.15),
        "eyeLookIn": lids.at(1 - 0.1 * across, -1 + 0.08 * across),
        "eyeLookOut": lids.at(1 + 0.1 * across, -1 - 0.08 * across),
        "eyeLookDown": lids.at(0.45, -1.0),
        "eyeLookUp": lids.at(1.2, -0.92),
    }


LID_PAIRS = (
    ("eyeBlink", "eyeWide"),
    ("eyeBlink", "eyeSquint"),
    ("eyeBlink", "cheekSquint"),
    ("eyeBlink", "browDown"),
    ("eyeBlink", "browInnerUp"),
    ("eyeBlink", "browOuterUp"),
    ("eyeBlink", "eyeLookDown"),
    ("eyeBlink", "eyeLookUp"),
    ("eyeBlink", "noseSneer"),
    ("eyeBlink", "mouthDimple"),
    ("noseSneer", "eyeSquint"),
    ("noseSneer", "cheekSquint"),
    ("browDown", "noseSneer"),
    ("eyeSquint", "cheekSquint"),
    ("browDown", "cheekSquint"),
    ("browDown", "eyeSquint"),
    ("eyeLookDown", "cheekSquint"),
    ("eyeLookDown", "eyeSquint"),
)
"""Channels whose lids would meet or cross."""
LEAST_GAP = 7.0
"""Degrees that stay open in the middle of the eye between lids that no blink closes."""


def lid_corrective(face: Face, pair: tuple[str, str], turns: dict[str, np.ndarray]) -> np.ndarray:
    """Return what keeps the lids of two channels from crossing."""
    lids = face.lids
    first, second = (turns[name] for name in pair)
    total = lids.rest + first + second
    if pair[0] == "eyeBlink":
        wanted = first.copy()
    else:
        half = len(total) // 2
        order = np.arange(len(total))
        opposite = (2 * half - order) % len(total)
        upper = np.where(lids.is_upper, total, total[opposite])
        lower = np.where(lids.is_upper, total[opposite], total)
        lack = np.maximum(LEAST_GAP * lids.openness - (upper - lower), 0)
        wanted = first + second + np.where(lids.is_upper, 0.6, -0.4) * lack
    return face.turn_lids(wanted) - face.turn_lids(first) - face.turn_lids(second)
