# SPDX-License-Identifier: GPL-3.0-or-later
"""The palettes of the built-in character, and the sizes that it can have."""

from collections.abc import Mapping
from dataclasses import dataclass

from .style import Colour
from .styles import READY_STYLES

HEIGHT = 0.282
"""Metres from the foot of the bust to the top of a character as large as a person."""

SMALLEST, LARGEST = 0.01, 100.0
"""Heights in metres that a character may have."""

GROUPS = {
    "skin": ("skin", "lips", "blush"),
    "shell": ("shell", "accent", "trim", "suit"),
    "eyes": ("iris",),
    "brow": ("brow", "hair"),
}
"""Colours that one colour stands for; the first is that colour itself."""


@dataclass(frozen=True)
class Palette:
    """Colours that go together.

    Attributes:
        label: its name in the interface.
        colours: by name, those of all ``GROUPS``.
    """

    label: str
    colours: Mapping[str, Colour]


PALETTES = {style.label.upper(): Palette(style.label, style.colours) for style in READY_STYLES}
"""The colours of the ready styles, for any other to take."""


def group_colour(colours: Mapping[str, Colour], group: str) -> Colour:
    """Return the colour that stands for a group of ``GROUPS``."""
    return colours[GROUPS[group][0]]


def recoloured(colours: Mapping[str, Colour], own: Mapping[str, Colour]) -> dict[str, Colour]:
    """Return colours by name with groups in other colours.

    Args:
        colours: by name.
        own: by group; the other colours of a group change in proportion.
    """
    result = dict(colours)
    for group, colour in own.items():
        usual = group_colour(colours, group)
        for name in GROUPS[group]:
            red, green, blue = (
                min(value * new / max(old, 1e-4), 1.0)
                for value, new, old in zip(colours[name], colour, usual, strict=True)
            )
            result[name] = (red, green, blue)
    return result
