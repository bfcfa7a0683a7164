# SPDX-License-Identifier: GPL-3.0-or-later
"""All styles: the eight ready ones, and random ones."""

import random
from dataclasses import replace

import numpy as np

from .distance_field import Ellipsoid, Point
from .outfits import stretched
from .style import EMOTEBOT, Brow, Eye, Mouth, Style, luminance
from .styles_old import GUS, LUMEN, OPAL, TITAN
from .styles_young import DASH, NOVA, PEBBLE

READY_STYLES = (EMOTEBOT, PEBBLE, NOVA, DASH, OPAL, GUS, TITAN, LUMEN)
"""The eight ready styles, by number."""

SOLIDS = {
    "cheek": (0.93, 1.08),
    "ridge": (0.9, 1.06),
    "jaw": (0.95, 1.05),
    "chin": (0.92, 1.1),
    "nose": (0.85, 1.18),
}
"""Least and largest factor of the radii of solids by their role."""

COLOURS_TOGETHER = (
    ("skin", "lips", "blush", "brow", "hair"),
    ("iris",),
    ("shell", "accent", "trim", "suit"),
)
"""Colours that go together: each group comes from one of the eight."""


BROW_CONTRAST = 1.9
"""Least ratio of the luminances of brow and skin, each with .05 for stray light."""


def style_of(number: int) -> Style:
    """Return one of the ready ones for 0 to 7, a random style for greater numbers."""
    return READY_STYLES[number] if number < len(READY_STYLES) else random_style(number)


def random_style(number: int) -> Style:
    """Return a style that varies one of the ready ones; a number always gives the same.

    Args:
        number: 8 or greater.
    """
    dice = random.Random(f"EmoteBot {number}")
    # eight numbers on end have eight different bases
    count = len(READY_STYLES)
    order = random.Random(f"EmoteBot bases {number // count}").sample(READY_STYLES, count)
    base = order[number % count]
    stretch = (dice.uniform(0.94, 1.06), dice.uniform(0.97, 1.03), dice.uniform(0.95, 1.06))
    factors = {role: dice.uniform(*span) for role, span in SOLIDS.items()}
    solids = stretched(tuple(_grown(ellipsoid, factors) for ellipsoid in base.solids), stretch)
    return replace(
        base,
        name=f"random {number}",
        label=f"Number {number}",
        solids=solids,
        origin=_scaled(base.origin, stretch),
        neck=_scaled(base.neck, stretch),
        hinge=_scaled(base.hinge, stretch),
        eye=_random_eye(dice, base.eye, stretch),
        mouth=_random_mouth(dice, base.mouth, stretch),
        brow=_random_brow(dice, base.brow, stretch),
        colours=_mixed_colours(dice, base),
        stretch=stretch,
    )


def _scaled(point: Point, factors: Point) -> Point:
    """Return a point scaled along each axis."""
    x, y, z = (float(value * factor) for value, factor in zip(point, factors, strict=True))
    return x, y, z


def _grown(ellipsoid: Ellipsoid, factors: dict[str, float]) -> Ellipsoid:
    """Return a solid with radii that are scaled by the factor of its role."""
    factor = factors.get(ellipsoid.role, 1.0)
    return replace(ellipsoid, radii=_scaled(ellipsoid.radii, (factor, factor, factor)))


def _random_eye(dice: random.Random, eye: Eye, stretch: Point) -> Eye:
    size = dice.uniform(0.95, 1.03)
    return replace(
        eye,
        centre=_scaled(eye.centre, stretch),
        radius=size * eye.radius,
        lid=size * eye.radius + 1.15 * (eye.lid - eye.radius),
        half_width=size * eye.half_width,
        upper=size * dice.uniform(0.92, 1.06) * eye.upper,
        lower=size * dice.uniform(0.94, 1.05) * eye.lower,
        tilt=eye.tilt + dice.uniform(-0.16, 0.16),
        iris=size * dice.uniform(0.95, 1.04) * eye.iris,
        pupil=size * dice.uniform(0.9, 1.1) * eye.pupil,
    )


def _random_mouth(dice: random.Random, mouth: Mouth, stretch: Point) -> Mouth:
    lips = dice.uniform(0.85, 1.2)
    return replace(
        mouth,
        height=stretch[2] * mouth.height + dice.uniform(-0.1, 0.1),
        half_width=stretch[0] * dice.uniform(0.92, 1.1) * mouth.half_width,
        rise=mouth.rise + dice.uniform(-0.06, 0.08),
        upper=lips * mouth.upper,
        lower=lips * mouth.lower,
    )


def _random_brow(dice: random.Random, brow: Brow, stretch: Point) -> Brow:
    breadth, slant, arch = (
        dice.uniform(0.8, 1.15),
        dice.uniform(-0.12, 0.12),
        dice.uniform(-0.12, 0.1),
    )
    lifts = np.array([-1.0, -0.3, 0.4, 1.0]) * slant + np.array([0.0, 1.0, 1.0, 0.0]) * arch
    line = tuple(
        (stretch[0] * across, stretch[2] * up + float(lift))
        for (across, up), lift in zip(brow.line, lifts, strict=True)
    )
    a, b, c, d = (breadth * half for half in brow.breadth)
    return replace(brow, line=line, breadth=(a, b, c, d))


def _mixed_colours(dice: random.Random, base: Style) -> dict[str, Point]:
    """Return colours, each group from a ready style, a little lighter or darker."""
    colours = dict(base.colours)
    for group in COLOURS_TOGETHER:
        source = dice.choice(READY_STYLES)
        light = dice.uniform(0.88, 1.05)
        for name in group:
            colours[name] = _scaled(source.colours[name], (light, light, light))
    dark, bright = sorted(luminance(colours[name]) for name in ("skin", "brow"))
    if (bright + 0.05) / (dark + 0.05) < BROW_CONTRAST:
        colours["brow"] = _scaled(colours["skin"], (0.2, 0.2, 0.2))
    return colours
