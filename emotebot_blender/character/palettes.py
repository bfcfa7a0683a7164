# SPDX-License-Identifier: GPL-3.0-or-later
"""The palettes of the built-in head, and the sizes that it can have."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .materials import FINISHES, Finish

HEIGHT = 0.282
"""Metres from the collar's foot to the crown of a character as large as a person."""

SMALLEST, LARGEST = 0.01, 100.0
"""Heights in metres that a character may have."""

Colour = tuple[float, float, float]
"""Linear red, green and blue, 0 to 1."""

GROUPS = {
    "skin": ("skin", "lips", "rim"),
    "shell": ("shell", "trim"),
    "eyes": ("iris", "iris light", "iris dark"),
    "brow": ("brow", "lashes"),
}
"""Slots of materials that a colour of a palette applies to; the first has the colour itself."""


def linear(code: str) -> Colour:
    """Return the linear colour of an sRGB colour in six hexadecimal digits (IEC 61966-2-1)."""
    encoded = (int(code[index : index + 2], 16) / 255 for index in (0, 2, 4))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in encoded
    )
    return red, green, blue


@dataclass(frozen=True)
class Palette:
    """Colours of a character.

    Attributes:
        label: its name in the interface.
        colours: by name of ``GROUPS``, all of them.
        others: by slot, colours of single materials that do not follow their group's.
    """

    label: str
    colours: Mapping[str, Colour]
    others: Mapping[str, Colour] = field(default_factory=dict)


def _palette(
    label: str, skin: str, shell: str, eyes: str, brow: str, lips: str, trim: str
) -> Palette:
    codes = {"skin": skin, "shell": shell, "eyes": eyes, "brow": brow}
    colours = {group: linear(code) for group, code in codes.items()}
    return Palette(label, colours, {"lips": linear(lips), "trim": linear(trim)})


PALETTES: dict[str, Palette] = {
    "EMOTEBOT": Palette(
        "EmoteBot", {group: FINISHES[members[0]].colour for group, members in GROUPS.items()}
    ),
    "EMBER": _palette("Ember", "8d5a3c", "8c3b1f", "8a5a1e", "1d120d", "7d3a35", "e0904a"),
    "MIDNIGHT": _palette("Midnight", "56352a", "1d2a55", "4a2c17", "120c0b", "5e2b2e", "d9a93f"),
    "MOSS": _palette("Moss", "b98a62", "4a6b3f", "5d7a35", "2a1d14", "a35a4c", "b7c98a"),
    "CORAL": _palette("Coral", "d9a07c", "d2604f", "5a3a22", "3a2216", "b5524c", "f3c9b2"),
    "LILAC": _palette("Lilac", "efc6b0", "7a64a8", "6f86ad", "6b4a35", "c06a70", "cbbde6"),
    "SUN": _palette("Sun", "7a4a33", "d9a521", "2f4d33", "17100d", "733537", "fff0c0"),
    "PORCELAIN": _palette("Porcelain", "f3d3c2", "d9dde0", "3f7fb5", "8a6a4a", "c87a78", "7fb8d6"),
    "STEEL": _palette("Steel", "9fb2bd", "3c4a55", "3fb0c9", "232a30", "6f7f8c", "8fd3e8"),
}


def finishes(palette: str, own: Mapping[str, Colour]) -> dict[str, Finish]:
    """Return the finishes of the head, by slot, in the colours of a palette.

    Args:
        palette: a name of ``PALETTES``.
        own: colours of groups to take in place of the palette's.
    """
    chosen = PALETTES[palette]
    result = dict(FINISHES)
    for group, members in GROUPS.items():
        usual, first = chosen.colours[group], FINISHES[members[0]].colour
        colour = own.get(group, usual)
        others = chosen.others if _alike(colour, usual) else {}
        for slot in members:
            red, green, blue = (
                min(value * new / old, 1.0)
                for value, new, old in zip(FINISHES[slot].colour, colour, first, strict=True)
            )
            result[slot] = replace(FINISHES[slot], colour=others.get(slot, (red, green, blue)))
    return result


def _alike(colour: Colour, other: Colour) -> bool:
    """Return whether two colours differ by no more than Blender's single precision."""
    return all(abs(value - same) < 1e-5 for value, same in zip(colour, other, strict=True))
