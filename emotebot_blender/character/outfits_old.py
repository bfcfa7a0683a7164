# SPDX-License-Identifier: GPL-3.0-or-later
"""What the grown wear: a bun and glasses, a ring of white hair, a cap, a pointed hood."""

import numpy as np

from .distance_field import Ellipsoid
from .fittings import bar, dome, glasses, leaf, torso, visor
from .hair import Lock, bun, combed, compass, locks, on_both_sides, with_image
from .part import Part, lathe, merged, mirrored, placed
from .shell import antenna, cap, crest, ear
from .style import Style


def grey_bun(style: Style) -> list[Part]:
    """Return the grandmother's hair drawn into a bun, her glasses, ears and a knitted collar."""
    origin = (0, 0.3, 0.4)
    solids = (
        Ellipsoid((0, 0.5, 2.0), (7.5, 7.1, 6.7), power=2.05),
        Ellipsoid((0, 1.0, -2.0), (7.0, 6.0, 4.2), 2.5, power=2.1),
    )
    knots: dict[float, float] = {
        0: 50.0,
        30: 54.0,
        60: 65.0,
        90: 78.0,
        115: 88.0,
        140: 112.0,
        160: 126.0,
        180: 130.0,
    }
    shell = cap("hair", solids, origin, knots, "hair", "hair", 0.2)
    swept = combed(
        solids,
        origin,
        on_both_sides(
            (
                (47.0, 102.0, 9.0, 3.0),
                (51.0, 104.0, 30.0, 8.0),
                (62.0, 107.0, 58.0, 14.0),
                (76.0, 110.0, 84.0, 18.0),
                (92.0, 114.0, 112.0, 18.0),
                (120.0, 118.0, 142.0, 12.0),
                (130.0, 118.0, 170.0, 4.0),
            )
        ),
        (-0.45, 0.3, 0.36, 0.0),
        1.8,
        0.5,
    )
    knot = bun((0.0, 3.4, 9.4), 3.0, (0.0, 0.42, 0.9))
    curls = (
        *with_image(
            Lock(
                ((6.3, -3, 3.6), (6.8, -3.6, 2.0), (6.8, -4.0, 0.2), (6.4, -4.6, -1.4)),
                (-0.2, 0.3, 0.4, 0.7),
                0.5,
                0.34,
            )
        ),
    )
    pod = ear((8.0, 0.3, -1.0), 1.8)
    wire = np.array([(8.2, 0.6, 0.4), (9.3, 1.0, 1.6), (10.1, 1.0, 3.4), (9.6, 0.6, 5.2)])
    rims = glasses((3.75, -4.4, -0.2), 2.75, 3.4, (7.3, -0.4, 0.2), "trim")
    body = torso(7.3, -10.1, 3.2, 4.5, 0.7, 3.1, 0.85, light=0.5, rim="accent")
    return [
        merged("hair", shell, *swept, knot, locks(style, *curls)),
        merged("ears", pod, mirrored(pod), rims),
        *antenna(wire, (0.17, 0.13), 0.85),
        body,
    ]


def white_ring(style: Style) -> list[Part]:
    """Return the old man's ring of hair around a bald head, ears with a horn, a cardigan."""
    origin = (0, 0.6, 0.4)
    sides = combed(
        style.solids[:2],
        origin,
        [
            (root[0], tip[0], side * root[1], side * tip[1])
            for side in (1, -1)
            for first, high, low in ((78.0, 7.0, -31.0), (84.0, 22.0, -16.0))
            for number, azimuth in enumerate(np.arange(first, 176.0, 17.0))
            for root, tip in (
                (
                    compass(azimuth, high - (0.0, 6.0, 2.0)[number % 3]),
                    compass(min(azimuth + 12.0, 178.0), low - (0.0, 9.0, 3.0)[number % 3]),
                ),
            )
        ],
        (-0.45, 0.45, 0.6, 0.95),
        1.75,
        0.68,
    )
    tuft = (
        Lock(
            ((0.5, 1, 9.2), (0.9, 0, 9.4), (1.2, -1.2, 9.2), (0.4, -2.4, 9.0)),
            (-0.1, 0.6, 1.3, 1.7),
            0.4,
            0.3,
        ),
        Lock(
            ((-0.2, 1, 9.2), (-0.5, 0.2, 9.4), (-0.9, -0.6, 9.2), (-1.6, -1.0, 9.0)),
            (-0.1, 0.6, 1.1, 1.3),
            0.34,
            0.26,
        ),
    )
    pod = ear((7.0, -0.2, -1.0), 2.2)
    wire = np.array([(7.2, 0.4, 0.6), (8.4, 1.0, 2.4), (9.6, 1.2, 2.6), (10.1, 1.0, 4.4)])
    body = torso(7.7, -10.1, 3.6, 4.3, 1.2, 2.9, 0.55, light=0.5)
    wing = leaf(
        np.array([(0.1, -2.4, -10.9), (0.9, -2.5, -10.8), (1.9, -2.4, -10.75), (2.7, -2.2, -10.7)]),
        (0.3, 0.75, 1.05, 0.95),
        0.4,
        (0.1, -1.0, 0.1),
        "trim",
    )
    turn = np.linspace(-np.pi / 2, np.pi / 2, 7)
    knot = lathe("knot", [(0.62 * np.cos(a), 0.7 * np.sin(a)) for a in turn], "trim", 14)
    knot = placed(knot, (0.0, 0.1, 1.0), (0.0, -2.55, -10.9))
    return [
        merged("hair", *sides, locks(style, *tuft)),
        merged("ears", pod, mirrored(pod)),
        *antenna(wire, (0.2, 0.15), 0.9),
        merged("bust", body, wing, mirrored(wing), knot),
    ]


def cap_and_headset(style: Style) -> list[Part]:
    """Return the strong man's cap with a lamp, his headset with a microphone, short hair."""
    origin = (0, 0.6, 2.4)
    solids = (Ellipsoid((0, 0.7, 2.8), (7.4, 7.3, 6.6), power=2.2),)
    cover = dome(solids, origin, 26.0, -2.0, "shell", "accent", 0.34)
    peak = visor(solids, origin, 24.0, 52.0, 3.4, 0.02, "accent")
    ridge = crest(solids, origin, 72.0, 168.0, 0.9, 0.26, "accent")
    hair_solids = (
        Ellipsoid((0, 0.8, 2.2), (7.2, 7.1, 6.3), power=2.2),
        Ellipsoid((0, 1.6, -1.6), (6.7, 5.7, 4.0), 2.5),
    )
    knots: dict[float, float] = {
        0: 62.0,
        40: 66.0,
        70: 76.0,
        90: 84.0,
        105: 90.0,
        125: 110.0,
        150: 124.0,
        180: 128.0,
    }
    short = cap("hair", hair_solids, (0, 0.8, 1.0), knots, "hair", "hair", 0.16)
    pod = ear((7.5, 0.5, -0.9), 2.3)
    arm = np.array([(7.7, -0.9, -2.2), (7.9, -3.4, -4.6), (6.9, -5.6, -5.6), (4.9, -6.9, -5.9)])
    boom = bar(arm, (0.22, 0.16), "accent", 12)
    behind = np.array([(7.5, 1.2, -0.4), (3.8, 7.5, -0.8), (-3.8, 7.5, -0.8), (-7.5, 1.2, -0.4)])
    band = bar(behind, (0.34, 0.34), "accent", 20)
    tip = lathe("tip", [(0, -0.7), (0.4, -0.6), (0.55, 0.0), (0.4, 0.6), (0, 0.7)], "trim", 14)
    tip = placed(tip, (-1.0, -0.5, -0.1), (4.6, -7.0, -5.95))
    mount = lathe(
        "mount", [(0, -0.6), (1.55, -0.6), (1.6, 0.1), (1.35, 0.5), (1.1, 0.4)], "accent", 24
    )
    lamp = lathe(
        "lamp", [(1.15, 0.2), (1.1, 0.42), (0.8, 0.72), (0.4, 0.88), (0, 0.92)], "lamp", 24
    )
    lamp = placed(merged("lamp", mount, lamp), (0.0, -1.0, 0.45), (0.0, -5.7, 7.5))
    body = torso(11.4, -9.7, 3.1, 5.4, 1.2, 4.2, 0.6, light=0.6, rim="accent")
    return [
        merged("hair", short),
        merged("cap", cover, peak, ridge),
        lamp,
        merged("headset", pod, mirrored(pod), band, boom, tip),
        body,
    ]


def pointed_hood(style: Style) -> list[Part]:
    """Return the slender one's hood, which ends in a lantern, with pointed ears."""
    origin = (0, 0.3, 0.2)
    solids = (
        Ellipsoid((0, 0.5, 2.4), (6.9, 7.2, 7.2), power=2.05),
        Ellipsoid((0, 0.6, -3.0), (6.3, 5.8, 5.2), 2.6, power=2.1),
        Ellipsoid((0, 5.2, 6.6), (3.0, 4.4, 2.6), 3.0, pitch=-30),
        Ellipsoid((0, 8.6, 8.4), (1.3, 2.8, 1.2), 2.4, pitch=-30),
    )
    knots: dict[float, float] = {
        0: 52.0,
        35: 56.0,
        70: 66.0,
        100: 76.0,
        130: 92.0,
        150: 112.0,
        180: 128.0,
    }
    shell = cap("hood", solids, origin, knots, "shell", "trim", 0.3, seam=0.2)
    ribs = [crest(solids, origin, 60.0, 128.0, 0.45, 0.2, "accent", around) for around in (46, -46)]
    ridge = crest(solids, origin, 51.0, 112.0, 0.8, 0.3, "accent")
    spine = crest(solids, origin, 132.0, 172.0, 0.8, 0.3, "trim", 180.0)
    base = lathe(
        "base",
        [(0, -0.5), (1.5, -0.5), (1.55, 0.1), (1.2, 0.5), (0.6, 0.6), (0, 0.6)],
        "accent",
        24,
    )
    base = placed(base, (1.0, 0.1, 0.05), (6.4, 0.6, -0.6))
    fin = leaf(
        np.array([(6.3, 0.2, -0.9), (8.0, 0.8, 0.2), (9.6, 1.6, 1.6), (11.2, 2.6, 3.4)]),
        (0.8, 1.35, 0.95, 0.05),
        0.42,
        (0.45, -0.9, 0.1),
        "skin",
    )
    wire = np.array([(0.2, 10.4, 9.2), (1.3, 10.6, 11.4), (2.7, 8.0, 12.4), (3.8, 5.2, 11.4)])
    body = torso(6.6, -10.3, 3.2, 3.9, 1.2, 2.4, 0.5, light=0.55)
    return [
        merged("hood", shell, *ribs, ridge, spine),
        merged("ears", base, mirrored(base), fin, mirrored(fin)),
        *antenna(wire, (0.3, 0.14), 0.9),
        body,
    ]
