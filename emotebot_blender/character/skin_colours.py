# SPDX-License-Identifier: GPL-3.0-or-later
"""How the colour of the skin varies: its tint, and masks of what goes with the expression."""

from collections.abc import Mapping

import numpy as np

from .distance_field import smoothstep
from .materials import BLUSH, FURROW, PALLOR, WRINKLE
from .openings import LIP_BORDER, NONE
from .sculpting import Surface
from .style import Colour


def blush_of(face: Surface) -> np.ndarray:
    """Return the share of the blush on the skin: the apples of the cheeks, shape (n,)."""
    across = (np.abs(face.canonical_x) - 4.4) / 1.8
    up = (face.canonical_z + 2.9) / 1.35
    return face.off_lids * np.exp(-(across**2) - up**2) * (face.points[:, 1] < 0)


def skin_masks(face: Surface) -> dict[str, np.ndarray]:
    """Return where blush, pallor, and folds of brows and nose show on the skin, (n,) each."""
    x, z = np.abs(face.canonical_x), face.canonical_z
    off_lips = np.interp(face.skin.mouth[:, 0], [LIP_BORDER, LIP_BORDER + 3], [0.0, 1.0])
    fold = np.exp(-(((x - 0.5) / 0.22) ** 2) - ((z - 2.0) / 0.85) ** 4) * face.off_lids
    rolls = sum(np.exp(-(((z - height) / 0.24) ** 2)) for height in (-0.04, -1.06))
    wrinkles = rolls * np.exp(-((x / 0.95) ** 4)) * face.off_lids
    return {
        BLUSH: blush_of(face),
        PALLOR: 0.35 * off_lips * smoothstep(-9.0, -6.0, face.points[:, 2]),
        FURROW: 0.55 * fold * (face.points[:, 1] < 0),
        WRINKLE: 0.65 * wrinkles * (face.points[:, 1] < 0),
    }


def skin_tint(face: Surface, colours: Mapping[str, Colour]) -> np.ndarray:
    """Return the tint of the skin: warm cheeks and nose, lips a shade darker, shape (n, 3).

    Args:
        face: the skin, n points.
        colours: of "skin", "lips" and "blush".
    """
    skin, lips, blush = (np.array(colours[name]) for name in ("skin", "lips", "blush"))
    x, z = np.abs(face.canonical_x), face.canonical_z
    front = smoothstep(-1.0, -4.0, face.points[:, 1])
    nose = np.exp(-((x / 0.95) ** 2) - ((z + 2.1) / 0.75) ** 2) * front
    lids = np.exp(-(((x - 3.75) / 2.6) ** 2) - ((z + 0.1) / 2.3) ** 2) * front
    chin = np.exp(-((x / 1.6) ** 2) - ((z + 6.6) / 1.0) ** 2) * front
    temple = smoothstep(4.8, 6.8, x)
    warm = 0.12 * blush_of(face) + 0.34 * nose + 0.10 * lids + 0.10 * chin + 0.10 * temple
    ring = face.skin.mouth[:, 0]
    lip = np.interp(ring, [-2, 0, 3, 4, 5], [1.0, 1.0, 0.75, 0.35, 0.0]) * (ring != NONE)
    colour = skin + warm[:, None] * (blush - skin)
    colour = colour + lip[:, None] * (lips - colour)
    wet = np.interp(ring, [-2, 0, 1], [1.0, 0.6, 0.0]) * (ring != NONE)
    colour = colour + wet[:, None] * (0.55 * lips - colour)
    rim = (face.skin.eye[:, 0] < 0)[:, None]
    colour = np.where(rim, 0.25 * lips + 0.68 * skin, colour)
    return colour / skin
