# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes the head an android's: the shell of the skull, round ears, a collar."""

from collections.abc import Sequence

import numpy as np

from . import headform as form
from .headpart import Part, merged, tube


def _lathed(outline: Sequence[tuple[float, float, str]], around: int = 48) -> Part:
    """Return the solid that radii and heights sweep around Z.

    Args:
        outline: radius, height and the material of the band that ends there, from the foot up.
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
    """Return a round ear with a ring of light on each side."""
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
        points += np.array([7.6 * side, 0.7, -0.7])
        faces = [face if side < 0 else face[::-1] for face in disc.faces]
        parts.append(Part("", points, faces, disc.materials, disc.slots))
    return merged("ears", parts)


def bust() -> Part:
    """Return the collar that the neck stands in."""
    part = _lathed(
        (
            (6.3, -17.0, "shell"), (6.6, -16.9, "shell"), (6.7, -16.6, "shell"),
            (6.35, -16.0, "shell"), (5.4, -15.2, "shell"), (4.6, -14.5, "shell"),
            (4.42, -14.25, "glow"), (4.3, -13.95, "glow"), (4.22, -13.75, "shell"),
            (4.0, -13.2, "shell"), (3.75, -13.05, "shell"), (3.5, -13.2, "dark"),
            (3.3, -14.0, "dark"),
        )
    )  # fmt: skip
    part.points[:, 1] += 1.35
    part.name = "collar"
    return part


SHELL_COLUMNS = 72


def _hairline(degrees: np.ndarray) -> np.ndarray:
    """Return the row of the skull where the shell begins, by degrees away from the front."""
    edge = np.interp(
        degrees,
        [0, 10, 25, 40, 52, 62, 70, 78, 88, 100, 115, 135, 180],
        [1.75, 1.6, 1.38, 1.45, 1.75, 2.3, 3.2, 4.3, 5.2, 6.0, 6.8, 7.6, 8.0],
    )
    for _ in range(2):
        edge = (np.roll(edge, 1) + 2 * edge + np.roll(edge, -1)) / 4
    return edge


def _shell_sheet(along: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return skull points, normals and the shell's height, 0 to 1 ``along`` from hairline to top.

    Shapes (len(along), SHELL_COLUMNS, 3), the same, and (len(along), SHELL_COLUMNS).
    """
    theta = 2 * np.pi * np.arange(SHELL_COLUMNS) / SHELL_COLUMNS
    degrees = np.degrees(np.minimum(theta, 2 * np.pi - theta))
    up = along[:, None]
    row = _hairline(degrees) * (1 - up)
    where = np.repeat(theta[None], len(along), axis=0)
    here = form.base(where, row)
    step = 1e-3
    normal = np.cross(form.base(where, row + step) - here, form.base(where + step, row) - here)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    # a swept-back wave over the forehead gives the shell its silhouette
    wave = form.smoothstep(0.0, 0.3, up) * form.smoothstep(1.0, 0.35, up)
    rise = 0.4 + 0.3 * np.sin(np.pi * up) ** 0.7 + 0.75 * np.exp(-((degrees / 42) ** 2)) * wave
    return here, normal, rise


def shell() -> Part:
    """Return the shell of the skull: it wraps the head behind a hairline, a little above it."""
    here, normal, rise = _shell_sheet(np.linspace(0, 1, 24))
    outer = here + normal * rise[..., None]
    rim = [here[0] + height * normal[0] for height in (-0.3, 0.05, 0.25, 0.36)]
    crown = outer[-1].mean(axis=0)
    caps = []
    for share in (0.8, 0.6, 0.4, 0.2, 0.04):
        cap = crown + (outer[-1] - crown) * share
        cap[:, 2] += 0.55 * (1 - share**2)
        caps.append(cap)
    rings = [*rim, *outer, *caps]
    faces = tube(len(rings), SHELL_COLUMNS, closed=False)
    slots = ("shell", "dark", "trim")
    bands = [0] * (len(rings) - 1)
    bands[: len(rim) - 1] = [1] * (len(rim) - 1)
    bands[len(rim) + 2] = 2
    last = (len(rings) - 1) * SHELL_COLUMNS
    faces.append(tuple(range(last, last + SHELL_COLUMNS)))
    materials = [band for band in bands for _ in range(SHELL_COLUMNS)] + [0]
    return Part("shell", np.concatenate(rings), faces, materials, slots)


def lamp() -> Part:
    """Return the small light over the forehead."""
    part = _lathed(
        (
            (0.62, -0.3, "dark"), (0.62, 0.05, "dark"), (0.56, 0.14, "dark"),
            (0.48, 0.12, "dark"), (0.44, 0.16, "glow"), (0.34, 0.27, "glow"),
            (0.18, 0.33, "glow"), (0.03, 0.35, "glow"),
        ),
        around=32,
    )  # fmt: skip
    here, normal, rise = _shell_sheet(np.array([0.3]))
    ahead = normal[0, 0]
    side = np.array([1.0, 0.0, 0.0])
    frame = np.stack([side, np.cross(ahead, side), ahead])
    part.points = part.points @ frame + here[0, 0] + ahead * rise[0, 0]
    part.name = "lamp"
    return part
