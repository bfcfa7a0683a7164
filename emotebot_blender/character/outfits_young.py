# SPDX-License-Identifier: GPL-3.0-or-later
"""What the young wear: a hood, a round helmet, space buns, swept hair."""

import numpy as np

from .distance_field import Ellipsoid
from .fittings import panel, torso
from .hair import (
    FRINGE,
    NAPE,
    TEMPLES,
    Lock,
    bun,
    combed,
    locks,
    on_both_sides,
    with_image,
)
from .part import Part, lathe, merged, mirrored, placed
from .shell import antenna, cap, crest, ear
from .style import Style

HOOD_ORIGIN = (0, 0.0, 0.4)
"""Where the rays of the hooded child's hood come from."""


def hood(style: Style) -> list[Part]:
    """Return the hooded child's shell: hood with bands, ears, antenna, shoulders."""
    solids = (
        Ellipsoid((0, 0.0, 2.1), (7.85, 7.2, 7.2), power=2.15),
        Ellipsoid((0, -0.2, -2.1), (7.4, 5.95, 4.6), 2.5, power=2.15),
    )
    knots: dict[float, float] = {
        0: 51.0,
        35: 54.0,
        70: 64.0,
        100: 73.0,
        130: 88.0,
        150: 114.0,
        165: 128.0,
        180: 132.0,
    }
    shell = cap("hood", solids, HOOD_ORIGIN, knots, "shell", "accent", 0.3, seam=0.17)
    ridge = crest(solids, HOOD_ORIGIN, 49.0, 150.0, 1.2, 0.36, "accent")
    sides = [
        crest(solids, HOOD_ORIGIN, 92.0, 142.0, 0.5, 0.22, "accent", around) for around in (62, -62)
    ]
    plate = panel(solids, HOOD_ORIGIN, (164.0, 0.0), (27.0, 23.0), 0.34, "shell", 3.2)
    vents = [
        panel(solids, HOOD_ORIGIN, (137.0, around), (9.0, 1.6), 0.26, "accent", 2.4)
        for around in (156.0, -156.0)
    ]
    pod = ear((7.95, 0.2, -0.8), 2.1)
    wire = np.array([(8.1, 0.7, 0.6), (9.3, 1.2, 3.4), (9.5, 1.5, 6.3), (8.6, 1.3, 9.0)])
    body = torso(6.9, -9.35, 2.3, 4.1, 0.6, 2.95, 0.5, light=0.62)
    return [
        merged("hood", shell, ridge, *sides, plate, *vents),
        merged("ears", pod, mirrored(pod), port((0.0, 7.5, 2.4), 1.55)),
        *antenna(wire, (0.2, 0.14), 0.9),
        body,
        locks(style, *FRINGE, *TEMPLES, *NAPE),
    ]


def port(at: tuple[float, float, float], radius: float) -> Part:
    """Return a round socket with a light, at the back of a head."""
    ring = lathe(
        "port",
        [
            (0, -0.25 * radius),
            (radius, -0.25 * radius),
            (1.05 * radius, 0.0),
            (0.97 * radius, 0.12 * radius),
            (0.84 * radius, 0.14 * radius),
            (0.8 * radius, 0.06 * radius),
            (0, 0.06 * radius),
        ],
        "accent",
    )
    light = lathe(
        "light",
        [
            (0, 0.0),
            (0.48 * radius, 0.0),
            (0.48 * radius, 0.1 * radius),
            (0.3 * radius, 0.2 * radius),
            (0, 0.22 * radius),
        ],
        "trim",
    )
    return placed(merged("port", ring, light), (0.0, 1.0, 0.06), at)


def helmet(style: Style) -> list[Part]:
    """Return the toddler's shell: a round helmet with a stub of an antenna, knobs, a ring."""
    origin = (0, 0.0, -0.2)
    solids = (
        Ellipsoid((0, 0.2, 1.6), (8.9, 8.1, 8.0), power=2.1),
        Ellipsoid((0, 0.0, -2.4), (8.3, 7.0, 5.0), 2.5, power=2.2),
    )
    knots: dict[float, float] = {0: 56.0, 45: 59.0, 90: 66.0, 125: 70.0, 150: 92.0, 180: 104.0}
    shell = cap("helmet", solids, origin, knots, "shell", "accent", 0.45, seam=0.3)
    stripes = [
        crest(solids, origin, 61.0, 150.0, 0.7, 0.22, "accent", around) for around in (24, -24)
    ]
    hatch = panel(solids, origin, (156.0, 180.0), (24.0, 17.0), 0.32, "accent", 3.4)
    window = panel(solids, origin, (156.0, 180.0), (17.0, 10.0), 0.5, "trim", 2.6)
    knob = lathe(
        "knob",
        [
            (0, -0.6),
            (1.9, -0.6),
            (2.0, 0.1),
            (1.7, 0.6),
            (1.1, 0.75),
            (1.0, 1.15),
            (0.6, 1.35),
            (0, 1.38),
        ],
        "accent",
        24,
    )
    knob = placed(knob, (1.0, 0.05, 0.05), (8.5, 0.3, -0.9))
    foot = lathe(
        "foot",
        [(0, -0.4), (1.7, -0.4), (1.6, 0.2), (0.9, 0.5), (0.6, 1.0), (0, 1.05)],
        "accent",
        24,
    )
    foot = placed(foot, (0.0, 0.08, 1.0), (0.0, 0.5, 9.5))
    wire = np.array([(0.0, 0.55, 10.2), (0.0, 0.6, 10.5), (0.0, 0.65, 10.8), (0.0, 0.7, 11.2)])
    body = torso(6.1, -8.75, 2.9, 3.9, 0.6, 3.3, 0.7, light=0.7)
    curl = (
        Lock(
            ((1.2, -5, 8.2), (0.9, -6, 7.6), (0.1, -6, 6.9), (-1.4, -6, 6.6)),
            (-0.1, 0.5, 0.7, 1.0),
            0.8,
            0.42,
        ),
        Lock(
            ((0.2, -5, 8.2), (-0.6, -6, 7.6), (-1.5, -6, 7.1), (-2.8, -6, 6.9)),
            (-0.1, 0.4, 0.5, 0.7),
            0.6,
            0.36,
        ),
        Lock(
            ((1.4, -5, 8.2), (1.6, -6, 7.6), (1.9, -6, 7.0), (2.7, -6, 6.8)),
            (-0.1, 0.4, 0.5, 0.7),
            0.55,
            0.34,
        ),
    )
    return [
        merged("helmet", shell, *stripes, hatch, window),
        merged("ears", knob, mirrored(knob), foot),
        *antenna(wire, (0.36, 0.3), 1.15),
        body,
        locks(style, *curl),
    ]


def space_buns(style: Style) -> list[Part]:
    """Return the girl's hair: two buns, a fringe, a headset with an antenna, a jacket."""
    origin = (0, 0.2, 0.6)
    solids = (
        Ellipsoid((0, 0.3, 2.2), (7.55, 7.1, 7.0), power=2.1),
        Ellipsoid((0, 0.8, -2.0), (7.2, 6.2, 4.4), 2.5, power=2.2),
    )
    knots: dict[float, float] = {
        0: 52.0,
        30: 55.0,
        60: 64.0,
        90: 76.0,
        115: 86.0,
        140: 110.0,
        160: 126.0,
        180: 130.0,
    }
    shell = cap("hair", solids, origin, knots, "hair", "hair", 0.18)
    swept = combed(
        solids,
        origin,
        on_both_sides(
            (
                (49.0, 92.0, 6.0, 30.0),
                (53.0, 94.0, 26.0, 36.0),
                (62.0, 97.0, 56.0, 40.0),
                (76.0, 100.0, 86.0, 42.0),
                (94.0, 103.0, 118.0, 42.0),
                (124.0, 106.0, 148.0, 36.0),
                (131.0, 104.0, 172.0, 26.0),
            )
        ),
        (-0.2, 0.26, 0.32, 0.1),
        1.75,
        0.45,
    )
    knot = bun((5.3, 1.6, 8.6), 2.7, (0.62, 0.1, 0.78))
    fringe = (
        Lock(
            ((0.5, -5, 8.0), (1.3, -6, 7.0), (2.6, -6, 6.0), (4.6, -5, 5.2)),
            (-0.1, 0.5, 0.6, 0.35),
            1.0,
            0.42,
        ),
        Lock(
            ((0.2, -5, 8.2), (2.2, -6, 7.3), (4.2, -5, 6.2), (5.9, -4, 4.4)),
            (-0.1, 0.4, 0.5, 0.3),
            1.0,
            0.4,
        ),
        Lock(
            ((-0.3, -5, 8.1), (-1.5, -6, 7.2), (-3.2, -6, 6.2), (-4.9, -5, 5.0)),
            (-0.1, 0.5, 0.6, 0.35),
            1.05,
            0.42,
        ),
        *with_image(
            Lock(
                ((6.4, -3, 4.4), (6.9, -3.8, 2.4), (6.9, -4.2, 0.0), (6.2, -4.6, -2.8)),
                (-0.2, 0.35, 0.45, 0.5),
                0.55,
                0.34,
            )
        ),
    )
    pod = ear((8.15, 0.1, -0.9), 1.9)
    wire = np.array([(-8.2, 0.6, 0.4), (-9.3, 0.6, 2.0), (-10.1, 0.4, 3.4), (-10.4, 0.0, 5.2)])
    body = torso(6.9, -9.9, 2.5, 3.9, 0.7, 2.7, 0.6, yoke="accent", light=0.55)
    return [
        merged("hair", shell, *swept, knot, mirrored(knot), locks(style, *fringe)),
        merged("ears", pod, mirrored(pod)),
        *antenna(wire, (0.18, 0.13), 0.85),
        body,
    ]


def swept_hair(style: Style) -> list[Part]:
    """Return the young man's hair, swept up and back, with ears, an antenna and a jacket."""
    origin = (0, 0.9, 1.2)
    solids = (
        Ellipsoid((0, 1.0, 2.6), (7.0, 7.4, 6.9), power=2.1),
        Ellipsoid((0, 2.0, -1.4), (6.6, 5.9, 4.2), 2.5, power=2.1),
        Ellipsoid((-0.8, -2.6, 7.5), (4.4, 3.8, 2.4), 1.8, pitch=-16, roll=-8),
    )
    knots: dict[float, float] = {
        0: 50.0,
        30: 55.0,
        60: 68.0,
        85: 80.0,
        105: 86.0,
        125: 108.0,
        150: 128.0,
        180: 134.0,
    }
    shell = cap("hair", solids, origin, knots, "hair", "hair", 0.2)
    # swept to the right from a parting on the left: one big lock, middle ones, a small one
    quiff = [
        part
        for rows, lifts, width in (
            (((78.0, 58.0, 30.0, -66.0),), (-0.2, 1.0, 1.3, 1.2), 2.1),
            (((84.0, 72.0, 24.0, -78.0), (92.0, 90.0, 18.0, -84.0)), (-0.2, 0.7, 0.9, 1.0), 1.9),
            (((70.0, 50.0, 32.0, -36.0),), (-0.2, 0.9, 1.3, 0.7), 1.2),
            (((74.0, 78.0, 34.0, 88.0), (86.0, 94.0, 30.0, 94.0)), (-0.2, 0.5, 0.5, 0.3), 1.6),
            (((66.0, 62.0, 34.0, 74.0),), (-0.2, 0.5, 0.6, 0.4), 1.1),
        )
        for part in combed(solids, origin, rows, lifts, width, 0.36 * width)
    ]
    swept = combed(
        solids,
        origin,
        on_both_sides(
            (
                (70.0, 120.0, 72.0, 86.0),
                (80.0, 126.0, 92.0, 104.0),
                (100.0, 124.0, 6.0, 116.0),
                (104.0, 134.0, 4.0, 136.0),
                (104.0, 138.0, 2.0, 160.0),
                (100.0, 120.0, 30.0, 98.0),
            )
        ),
        (-0.3, 0.22, 0.35, 0.75),
        1.7,
        0.5,
    )
    pod = ear((7.5, 0.7, -1.2), 1.6)
    wire = np.array([(7.6, 1.3, -0.2), (8.7, 2.1, 1.6), (9.2, 2.9, 3.8), (9.0, 3.3, 6.2)])
    body = torso(8.3, -10.6, 3.2, 4.2, 1.0, 2.75, 0.6, light=0.55, rim="accent")
    return [
        merged("hair", shell, *quiff, *swept),
        merged("ears", pod, mirrored(pod)),
        *antenna(wire, (0.17, 0.12), 0.8),
        body,
    ]
