# SPDX-License-Identifier: GPL-3.0-or-later
"""Outfits by name, and how they follow a head's proportions."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .distance_field import Ellipsoid, Point
from .outfits_old import cap_and_headset, grey_bun, pointed_hood, white_ring
from .outfits_young import helmet, hood, space_buns, swept_hair
from .part import Part
from .style import Style

SHELLS: dict[str, Callable[[Style], list[Part]]] = {
    "hood": hood,
    "helmet": helmet,
    "space buns": space_buns,
    "swept hair": swept_hair,
    "grey bun": grey_bun,
    "white ring": white_ring,
    "cap and headset": cap_and_headset,
    "pointed hood": pointed_hood,
}


def stretched(solids: tuple[Ellipsoid, ...], factors: Point) -> tuple[Ellipsoid, ...]:
    """Return solids scaled across, in depth and up."""
    across, deep, up = factors
    result = []
    for ellipsoid in solids:
        (x, y, z), (a, b, c) = ellipsoid.centre, ellipsoid.radii
        result.append(
            replace(
                ellipsoid,
                centre=(across * x, deep * y, up * z),
                radii=(across * a, deep * b, up * c),
            )
        )
    return tuple(result)


def outfit(style: Style) -> list[Part]:
    """Return what a style wears: made for the head as it was before it was stretched."""
    across, deep, up = scale = style.stretch
    plain = replace(style, solids=stretched(style.solids, (1 / across, 1 / deep, 1 / up)))
    parts = SHELLS[style.shell](plain)
    for part in parts:
        part.points = part.points * np.array(scale)
    return parts
