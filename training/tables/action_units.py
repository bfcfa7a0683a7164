# SPDX-License-Identifier: GPL-3.0-or-later
"""From action units to channels: ``data/au_channels.csv``, the project's own reading.

Apple describes its channels in words only, and heads interpret them differently; the table was made
by looking at what each unit does on a realistic head that the project did not make.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from emotebot_blender.core.channels import CHANNELS, INDEX

from .published import DATA, read_table

Amounts = Mapping[int, tuple[float, float]]
"""Action unit to its amounts on the left and on the right at full intensity, 0 to 1."""

PARTING = (
    "jawOpen",
    "mouthLowerDownLeft",
    "mouthLowerDownRight",
    "mouthUpperUpLeft",
    "mouthUpperUpRight",
)
PRESSING = ("mouthPressLeft", "mouthPressRight", "mouthRollLower", "mouthRollUpper")
"""Lips that are parted by the first five channels are not pressed by the last four."""

MOUTH_SHIFT = 0.3
"""Weight of ``mouthLeft`` or ``mouthRight`` where one side alone is dimpled fully. Of these two
channels, what units move to one side beyond the other is left."""


@dataclass(frozen=True)
class UnitEffect:
    """What one action unit does to one channel.

    Attributes:
        unit: the action unit.
        condition: the other units it depends on: any number of "with N" and "without N".
        channels: indices of the channels, left and right where there are two.
        amount: weight of the channel when the unit is at its greatest, 0 to 1.
        half: share of its amount that the unit has reached at half the expression's intensity.
    """

    unit: int
    condition: str
    channels: tuple[int, ...]
    amount: float
    half: float

    def conditions(self) -> list[tuple[int, bool]]:
        """Return the other units of the condition, each with whether it must be present."""
        words = self.condition.split()
        return [
            (int(unit), word == "with") for word, unit in zip(words[::2], words[1::2], strict=True)
        ]


@cache
def unit_effects() -> tuple[UnitEffect, ...]:
    """Return the rows of ``au_channels.csv``."""
    table: list[UnitEffect] = []
    for row in read_table(DATA / "au_channels.csv"):
        name = row["channel"]
        sides = [name] if name in INDEX else [name + "Left", name + "Right"]
        table.append(
            UnitEffect(
                int(row["unit"]),
                row["condition"],
                tuple(INDEX[side] for side in sides),
                float(row["amount"]),
                float(row["half"]),
            )
        )
    return tuple(table)


def grow(intensity: np.ndarray, half: float) -> np.ndarray:
    """Return the share of its amount that a unit has reached at an intensity, 0 to 1.

    The parabola through (0, 0), (0.5, ``half``) and (1, 1): for a ``half`` from .25 (late) to .75
    (early) it never falls, and it starts with a finite slope, so that a slow rise shows no jump.

    Args:
        intensity: any shape, 0 to 1.
        half: .25 to .75.
    """
    grown: np.ndarray = intensity + (4 * half - 2) * intensity * (1 - intensity)
    return grown


def channels_of(amounts: Amounts, intensity: float = 1.0) -> np.ndarray:
    """Return the face that action units make, float32, shape (52,), 0 to 1."""
    face: np.ndarray = faces_of([amounts], np.array([intensity]))[0]
    return face


def faces_of(shown: Sequence[Amounts], intensity: np.ndarray) -> np.ndarray:
    """Return the faces that action units make.

    Units that move one channel join without ever passing 1; lips that part do not press. Every
    channel rises with the intensity and never falls.

    Args:
        shown: the units of each of n faces.
        intensity: shape (n,), 0 to 1; each unit grows with it in its own way.

    Returns:
        float32, shape (n, 52), 0 to 1.
    """
    table = {effect.unit for effect in unit_effects()}
    units = {unit: index for index, unit in enumerate(sorted(table.union(*shown)))}
    amounts = np.zeros((len(units), len(shown), 2))
    present = np.zeros((len(units), len(shown)), dtype=bool)
    for face, own_units in enumerate(shown):
        for unit, sides in own_units.items():
            amounts[units[unit], face] = sides
            present[units[unit], face] = True
    still = np.ones((len(shown), len(CHANNELS)))
    still_at_full = np.ones((len(shown), len(CHANNELS)))
    for effect in unit_effects():
        acts = present[units[effect.unit]].copy()
        for other, is_required in effect.conditions():
            acts &= present[units[other]] == is_required if other in units else not is_required
        faces = np.flatnonzero(acts)
        moved = effect.amount * amounts[units[effect.unit], faces]
        if len(effect.channels) == 1:
            moved = moved.mean(axis=1, keepdims=True)
        grown = grow(intensity[faces], effect.half)[:, None]
        for side, channel in enumerate(effect.channels):
            still[faces, channel] *= 1 - moved[:, side] * grown[:, 0]
            still_at_full[faces, channel] *= 1 - moved[:, side]
    weights = 1 - still
    lean = weights[:, INDEX["mouthLeft"]] - weights[:, INDEX["mouthRight"]]
    lean += MOUTH_SHIFT * (
        weights[:, INDEX["mouthDimpleLeft"]] - weights[:, INDEX["mouthDimpleRight"]]
    )
    weights[:, INDEX["mouthLeft"]] = np.maximum(lean, 0)
    weights[:, INDEX["mouthRight"]] = np.maximum(-lean, 0)
    parted = 1 - still_at_full[:, [INDEX[name] for name in PARTING]].min(axis=1)
    weights[:, [INDEX[name] for name in PRESSING]] *= np.maximum(0, 1 - 1.5 * parted)[:, None]
    return weights.astype(np.float32)
