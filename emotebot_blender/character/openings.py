# SPDX-License-Identifier: GPL-3.0-or-later
"""Lids and lips: the rings around the openings of the built-in head.

An eye's rings count their points from the inner corner over the upper lid, the mouth's from the
left corner over the upper lip. Ring 0 is the opening's edge; outer rings count upwards, rings
inside the opening downwards. Lengths are centimetres in the axes of ``form``.
"""

import numpy as np

from . import form

EYE_ROWS, EYE_COLUMNS = 8, 10
MOUTH_ROWS, MOUTH_HALF = 8, 10
EYE_POINTS = 2 * (EYE_ROWS + EYE_COLUMNS)
MOUTH_POINTS = 2 * (MOUTH_ROWS + 2 * MOUTH_HALF)
EYE_RINGS = 5
"""Ring of an eye that meets the skull's grid."""
LIP_BORDER, MOUTH_RINGS = 4, 7
"""Ring where the red of the lips ends, and the ring that meets the skull's grid."""
SEAM_GAP = 0.012
"""Centimetres between the lips."""
CREASE = 2
"""Ring of the upper lid's fold."""
NO_RING = 99
"""Ring number of points that belong to none."""


def eye_margin() -> np.ndarray:
    """Return the edge of the left lids around the eye, shape (EYE_POINTS, 3), inner corner first.

    The upper lid stands on a wider sphere than the lower, so that it closes over it.
    """
    turn = 2 * np.pi * np.arange(EYE_POINTS) / EYE_POINTS
    across, up = -np.cos(turn), np.sin(turn)
    x = 1.98 * across
    height = np.where(up > 0, 1.07 * np.abs(up) ** 0.85, -1.1 * np.abs(up) ** 0.95)
    z = height + 0.24 * across + np.where(up > 0, 0.1 * across * up, -0.06 * across * up)
    blend = form.smoothstep(-0.5, 0.5, up)
    radius = form.LOWER_LID_RADIUS + (form.UPPER_LID_RADIUS - form.LOWER_LID_RADIUS) * blend
    y = -np.sqrt(radius**2 - x**2 - z**2)
    return form.EYE_CENTRE + np.stack([x, y, z], axis=-1)


def lip_rings() -> np.ndarray:
    """Return x and z of the lip rings, shape (LIP_BORDER + 1, MOUTH_POINTS, 2), the seam first."""
    turn = 2 * np.pi * np.arange(MOUTH_POINTS) / MOUTH_POINTS
    across, up = np.cos(turn), np.sin(turn)
    width = form.MOUTH_HALF_WIDTH
    seam_x = width * across
    middle_z = form.MOUTH_HEIGHT + form.CORNER_RISE * np.abs(across) ** 2.4
    seam_z = middle_z - 0.06 * np.exp(-((seam_x / 0.5) ** 2))
    bow = 1 - 0.2 * np.exp(-((seam_x / 0.3) ** 2)) - 0.12 * across**2
    border_z = middle_z + np.where(up > 0, 0.66 * bow * np.abs(up) ** 1.1, -0.8 * np.abs(up) ** 1.1)
    border_x = (width + 0.2) * across
    outward = np.linspace(0, 1, LIP_BORDER + 1)[:, None]
    x = seam_x + (border_x - seam_x) * outward
    z = seam_z + (border_z - seam_z) * outward
    z[0] += SEAM_GAP / 2 * np.sign(np.round(up, 9))
    return np.stack([x, z], axis=-1)


def lip_fullness(ring: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Return how many centimetres a lip stands out, shape (n,).

    Args:
        ring: of points of the mouth, shape (n,).
        angle: their indices on the ring, shape (n,).
    """
    up = np.sin(2 * np.pi * angle / MOUTH_POINTS)
    outward = np.clip(ring / LIP_BORDER, 0, 1)
    roll = np.interp(outward, [0, 0.25, 0.5, 0.75, 1], [-0.02, 0.24, 0.34, 0.27, 0.06])
    return roll * np.abs(up) ** 0.6 * np.where(up > 0, 0.9, 1.1)


def wrap_lids(points: np.ndarray, rings: list[np.ndarray]) -> None:
    """Wrap the left eye's rings around the spheres of the lids, in place.

    Args:
        points: of the skin, shape (n, 3).
        rings: indices of the points of each ring, shape (EYE_POINTS,), from the margin outwards.
    """
    margin = eye_margin()
    points[rings[0]] = margin
    turn = np.sin(2 * np.pi * np.arange(EYE_POINTS) / EYE_POINTS)
    radius = form.LOWER_LID_RADIUS + (
        form.UPPER_LID_RADIUS - form.LOWER_LID_RADIUS
    ) * form.smoothstep(-0.5, 0.5, turn)
    upper = form.smoothstep(-0.3, 0.3, turn)
    for ring, above, below in ((1, 0.9, 0.85), (2, 0.5, 0.25), (3, 0.2, 0.0), (4, 0.0, 0.0)):
        hold = below + (above - below) * upper
        skin = points[rings[ring]]
        away = (skin - form.EYE_CENTRE)[:, [0, 2]]
        distance = np.hypot(*away.T)
        height = np.sqrt(np.maximum(radius**2 - distance**2, 0.0))
        height -= 2.5 * np.maximum(distance - radius, 0.0)
        lid = form.EYE_CENTRE[1] - height
        gap = np.clip(0.5 + (skin[:, 1] - lid) / 0.7, 0, 1)
        blended = skin[:, 1] + (lid - skin[:, 1]) * gap - 0.35 * gap * (1 - gap)
        points[rings[ring], 1] = blended + (lid - blended) * hold * (distance < radius * 0.97)
        if ring == CREASE:
            points[rings[ring], 1] += 0.16 * np.maximum(turn, 0)


def lid_rims() -> np.ndarray:
    """Return the thickness of the left lids, two rings that end inside the eyeball.

    Returns:
        Shape (2 * EYE_POINTS, 3), the outer ring first.
    """
    arm = eye_margin() - form.EYE_CENTRE
    arm /= np.linalg.norm(arm, axis=1, keepdims=True)
    outward = arm * (1, 0, 1)
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    first = arm * form.EYE_RADIUS * 0.99
    second = arm + 0.16 * outward
    second *= form.EYE_RADIUS * 0.93 / np.linalg.norm(second, axis=1, keepdims=True)
    return form.EYE_CENTRE + np.concatenate([first, second])


def cavity_rings(seam: np.ndarray) -> np.ndarray:
    """Return the inside of the lips and of the mouth, shape (rings, MOUTH_POINTS, 3).

    Args:
        seam: points of the lips' seam, shape (MOUTH_POINTS, 3).
    """
    up = np.sin(2 * np.pi * np.arange(MOUTH_POINTS) / MOUTH_POINTS)
    spread = np.sign(np.round(up, 9)) * np.abs(up) ** 0.5
    # how far back and apart, and how wide: behind the lips, before the gums, over the tongue
    back, apart, width = np.array(
        [
            (0.18, -0.03, 1.0),
            (0.42, 0.3, 1.0),
            (0.8, 1.15, 1.0),
            (1.7, 1.4, 0.98),
            (3.2, 1.5, 0.95),
            (5.0, 1.3, 0.85),
            (6.2, 0.8, 0.6),
        ]
    ).T[..., None]
    return np.stack([seam[:, 0] * width, seam[:, 1] + back, seam[:, 2] + apart * spread], axis=-1)
