# SPDX-License-Identifier: GPL-3.0-or-later
"""Fittings of the android: round ears with antennas, the lamp on one of them, the collar."""

from collections.abc import Sequence

import numpy as np

from .part import Part, merged, tube

ANTENNA_FOOT, ANTENNA_TIP = np.array([8.75, 0.9, 0.6]), np.array([9.6, 2.9, 6.6])
"""Ends of the antenna on the left ear, centimetres, shape (3,)."""


def _lathed(outline: Sequence[tuple[float, float, str]], around: int = 40) -> Part:
    """Return the solid that radii and heights sweep around Z.

    Args:
        outline: radius and height in centimetres, and the material of the band that ends there,
            from the foot up.
        around: points of a turn.
    """
    turn = 2 * np.pi * np.arange(around) / around
    circle = np.stack([np.cos(turn), np.sin(turn), np.ones(around)], axis=1)
    points = np.concatenate([circle * (radius, radius, height) for radius, height, _ in outline])
    faces = tube(len(outline), around)
    slots = tuple(dict.fromkeys(name for _, _, name in outline))
    materials = [slots.index(name) for _, _, name in outline[1:] for _ in range(around)]
    materials += [slots.index(outline[0][2]), slots.index(outline[-1][2])]
    return Part("", points, faces, materials, slots)


def ears() -> Part:
    """Return a round ear with a ring of light on each side, and the antenna on the left one."""
    disc = _lathed(
        (
            (2.1, -1.2, "shell"), (2.1, 0.25, "shell"), (1.98, 0.42, "shell"),
            (1.6, 0.5, "shell"), (1.52, 0.36, "dark"), (1.36, 0.34, "dark"),
            (1.3, 0.42, "glow"), (1.02, 0.42, "glow"), (0.96, 0.34, "dark"),
            (0.82, 0.36, "dark"), (0.76, 0.62, "shell"), (0.55, 0.74, "shell"),
            (0.1, 0.78, "shell"),
        )
    )  # fmt: skip
    parts = []
    for side in (1, -1):
        points = disc.points[:, [2, 1, 0]] * (side * 1.25, 1.15, 1.15)
        points += np.array([8.05 * side, 0.6, -0.9])
        faces = [face if side < 0 else face[::-1] for face in disc.faces]
        parts.append(Part("", points, faces, disc.materials, disc.slots))
    rings, around = 8, 10
    along = np.linspace(0, 1, rings)[:, None]
    stick = (
        ANTENNA_FOOT
        + (ANTENNA_TIP - ANTENNA_FOOT) * along
        + (0.25, 0.35, 0) * np.sin(np.pi * along)
    )
    turn = 2 * np.pi * np.arange(around) / around
    circle = np.stack([np.cos(turn), np.sin(turn), np.zeros(around)], axis=1)
    girth = np.interp(along, [0, 0.15, 0.3, 1], [0.45, 0.3, 0.17, 0.12])
    points = (stick[:, None] + girth[..., None] * circle).reshape(-1, 3)
    faces = tube(rings, around)
    parts.append(Part("", points, faces, [0] * len(faces), ("shell",)))
    return merged("ears", parts)


def collar() -> Part:
    """Return the collar that the neck stands in."""
    part = _lathed(
        (
            (6.3, -17.0, "shell"), (6.6, -16.9, "shell"), (6.7, -16.6, "shell"),
            (6.35, -15.8, "shell"), (5.4, -14.6, "shell"), (4.6, -13.7, "shell"),
            (4.42, -13.35, "dark"), (4.38, -13.23, "glow"), (4.32, -13.07, "glow"),
            (4.26, -12.96, "dark"), (4.2, -12.8, "shell"), (4.0, -12.3, "shell"),
            (3.75, -12.15, "shell"), (3.5, -12.3, "dark"), (3.3, -13.1, "dark"),
        )
    )  # fmt: skip
    part.points[:, 1] += 1.35
    part.name = "collar"
    return part


def lamp() -> Part:
    """Return the light at the antenna's tip, which shows the mood."""
    bead = _lathed(
        [(0.55 * np.sin(a), -0.55 * np.cos(a), "glow lamp") for a in np.linspace(0.1, 3.04, 10)],
        around=24,
    )
    bead.points += ANTENNA_TIP
    bead.name = "lamp"
    return bead
