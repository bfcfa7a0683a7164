# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of the built-in head: the skull as a smooth tube of rows, and what is sculpted on it.

All lengths are centimetres, the origin lies between the eyes, the face looks along -Y and the
character's left is +X. The surface is parametrised by ``theta`` (radians, 0 at the front, pi at the
back, negative on the character's right) and ``row`` (0 at the crown, growing downwards). Arrays are
float64; ``...`` in a shape stands for any number of axes.
"""

import numpy as np

EYE_CENTRE = np.array([3.42, -5.7, 0.0])
"""Centre of the left eyeball, shape (3,)."""
EYE_RADIUS = 2.3
UPPER_LID_RADIUS = EYE_RADIUS * 1.105
"""Wide enough that the straight path of a blink, a chord, still clears the eyeball."""
LOWER_LID_RADIUS = EYE_RADIUS * 1.06

MOUTH_HEIGHT = -5.55
CORNER_RISE = 0.21
"""How far the corners of the mouth stand above the middle of its seam."""
MOUTH_HALF_WIDTH = 2.3
BROW_INNER, BROW_PEAK, BROW_OUTER = (1.3, 1.58), (3.6, 1.86), (5.4, 1.42)
"""Across and up: where the line of the left brow begins, is highest and ends."""
JAW_HINGE = np.array([0.0, 0.8, -2.4])
"""Middle of the axis that the jaw turns around, shape (3,)."""

# columns: front y, front z, half-width, side y, side z, back y, back z, roundness (2 is an
# ellipse), and the power by which a row falls from its side to its front
_ROWS = np.array(
    [
        [-2.7, 9.7, 3.2, 0.7, 9.7, 4.1, 9.7, 2.0, 2.0],
        [-6.0, 7.9, 5.8, 0.7, 7.9, 7.0, 7.9, 2.1, 2.0],
        [-7.7, 5.4, 7.0, 0.6, 5.5, 8.3, 5.5, 2.15, 2.0],
        [-8.4, 2.8, 7.4, 0.5, 2.9, 8.6, 2.9, 2.2, 2.0],
        [-8.45, 0.2, 7.4, 0.4, 0.5, 8.2, 0.4, 2.2, 2.0],
        [-8.4, -2.3, 7.2, 0.3, -1.5, 7.3, -1.7, 2.15, 2.0],
        [-8.35, -4.3, 6.85, 0.2, -3.1, 6.2, -3.4, 2.1, 1.9],
        [-8.25, -5.9, 6.2, 0.1, -4.4, 5.2, -4.9, 2.0, 1.8],
        [-8.1, -7.2, 5.5, 0.1, -5.3, 4.4, -6.2, 2.05, 1.6],
        [-7.45, -8.25, 4.7, 0.3, -6.1, 4.0, -7.4, 2.15, 1.45],
        [-6.0, -8.85, 3.65, 0.7, -6.6, 3.7, -8.5, 2.15, 1.5],
        [-2.9, -8.95, 2.5, 1.0, -7.6, 3.5, -9.7, 2.0, 2.0],
        [-1.45, -10.8, 2.4, 1.1, -10.6, 3.5, -11.1, 2.0, 2.0],
        [-1.3, -12.5, 2.5, 1.15, -12.5, 3.6, -12.6, 2.0, 2.0],
        [-1.5, -14.0, 2.7, 1.2, -14.0, 3.8, -14.0, 2.0, 2.0],
    ]
)
LAST_ROW = len(_ROWS) - 1


def _curvatures(values: np.ndarray) -> np.ndarray:
    """Return the second derivatives of the natural cubic spline through values at 0, 1, … n - 1.

    Args:
        values: shape (n, k).

    Returns:
        Shape (n, k).
    """
    count = len(values)
    system = np.eye(count)
    right = np.zeros_like(values)
    for index in range(1, count - 1):
        system[index, index - 1 : index + 2] = 1, 4, 1
        right[index] = 6 * (values[index - 1] - 2 * values[index] + values[index + 1])
    return np.linalg.solve(system, right)


_CURVATURES = _curvatures(_ROWS)


def profile(row: np.ndarray) -> np.ndarray:
    """Return the nine measures of each row by a natural cubic spline.

    Args:
        row: shape (...).

    Returns:
        Shape (..., 9), in the order of ``_ROWS``: centimetres and two powers.
    """
    row = np.clip(row, 0, LAST_ROW)
    start = np.minimum(row.astype(np.intp), LAST_ROW - 1)
    after = (row - start)[..., None]
    before = 1 - after
    measures = before * _ROWS[start] + after * _ROWS[start + 1]
    measures += (before**3 - before) / 6 * _CURVATURES[start]
    measures += (after**3 - after) / 6 * _CURVATURES[start + 1]
    return measures


def base(theta: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Return points of the skull without features.

    Args:
        theta: radians, shape (...).
        row: shape (...).

    Returns:
        Centimetres, shape (..., 3).
    """
    front_y, front_z, width, side_y, side_z, back_y, back_z, roundness, fall = np.moveaxis(
        profile(row), -1, 0
    )
    power = 2 / roundness
    sine, cosine = np.sin(theta), np.cos(theta)
    forward = cosine > 0
    end_y = np.where(forward, front_y, back_y)
    end_z = np.where(forward, front_z, back_z)
    return np.stack(
        [
            np.sign(sine) * width * np.abs(sine) ** power,
            side_y + (end_y - side_y) * np.abs(cosine) ** power,
            side_z + (end_z - side_z) * np.abs(cosine) ** np.where(forward, fall, 2.0),
        ],
        axis=-1,
    )


def smoothstep(low: float, high: float, value: np.ndarray) -> np.ndarray:
    """Return the cubic 3t² - 2t³ that rises from 0 at ``low`` to 1 at ``high``, clamped outside.

    Args:
        low: where it is 0; may exceed ``high``.
        high: where it is 1.
        value: shape (...).

    Returns:
        Shape (...), 0 to 1.
    """
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def bump(
    x: np.ndarray, z: np.ndarray, at: tuple[float, float], radii: tuple[float, float]
) -> np.ndarray:
    """Return a Gaussian of height 1 in the face's plane.

    Args:
        x: centimetres across, shape (...).
        z: centimetres up, shape (...).
        at: its centre, across and up.
        radii: where it has fallen to 1/e, across and up.

    Returns:
        Shape (...), 0 to 1.
    """
    return np.exp(-(((x - at[0]) / radii[0]) ** 2) - ((z - at[1]) / radii[1]) ** 2)


def locate(x: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (theta, row) of points of the front, by Newton's method.

    Args:
        x: centimetres across, shape (n,).
        z: centimetres up, shape (n,).

    Returns:
        Two arrays of shape (n,).
    """
    heights = profile(np.linspace(0, LAST_ROW, 400))[:, 1]
    row = np.interp(-z, -heights[:260], np.linspace(0, LAST_ROW, 400)[:260])
    theta = np.arcsin(np.clip(x / 7.5, -0.98, 0.98))
    step = 1e-4
    for _ in range(14):
        here = base(theta, row)
        by_theta = (base(theta + step, row) - here) / step
        by_row = (base(theta, row + step) - here) / step
        miss_x, miss_z = x - here[..., 0], z - here[..., 2]
        determinant = by_theta[..., 0] * by_row[..., 2] - by_row[..., 0] * by_theta[..., 2]
        turn = (miss_x * by_row[..., 2] - by_row[..., 0] * miss_z) / determinant
        fall = (by_theta[..., 0] * miss_z - miss_x * by_theta[..., 2]) / determinant
        theta = np.clip(theta + np.clip(turn, -0.2, 0.2), -1.5, 1.5)
        row = np.clip(row + np.clip(fall, -0.5, 0.5), 0, LAST_ROW)
    return theta, row


def slopes(theta: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Return how many centimetres the skull falls back per centimetre sideways and upwards.

    Args:
        theta: radians, shape (...).
        row: shape (...).

    Returns:
        Shape (..., 2).
    """
    step = 1e-3
    along = base(theta + step, row) - base(theta - step, row)
    down = base(theta, row + step) - base(theta, row - step)
    normal = np.cross(along, down)
    depth = np.where(np.abs(normal[..., 1]) < 1e-9, 1e-9, normal[..., 1])
    return np.clip(-normal[..., [0, 2]] / depth[..., None], -1.2, 1.2)


def _ball(
    x: np.ndarray, z: np.ndarray, at: tuple[float, float], radii: tuple[float, float]
) -> np.ndarray:
    """Return the front of a ball of height 1 that blends into the plane at its foot.

    Args:
        x: centimetres across, shape (...).
        z: centimetres up, shape (...).
        at: its centre, across and up.
        radii: across and up.

    Returns:
        Shape (...), 0 to 1.
    """
    away = ((x - at[0]) / radii[0]) ** 2 + ((z - at[1]) / radii[1]) ** 2
    inside = 1 - away
    return np.sqrt(0.5 * (inside + np.sqrt(inside**2 + 0.06))) * np.exp(-((away / 3.2) ** 2))


def _nose(x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return how many centimetres the nose stands out: a soft bridge, a round tip, small wings.

    ``x``, ``z`` and the result have the shape (...).
    """
    fall = smoothstep(1.6, -2.2, z)
    ridge = 0.62 * fall**1.4 * smoothstep(-3.2, -2.2, z)
    ridge = ridge * np.exp(-((x / (0.7 + 0.15 * fall)) ** 2))
    tip = 0.8 * _ball(x, z, (0.0, -2.7), (0.66, 0.78))
    wings = 0.44 * _ball(x, z, (0.93, -2.74), (0.34, 0.4))
    nostrils = 0.22 * bump(x, z, (0.55, -3.18), (0.2, 0.16))
    higher, lower = np.maximum(ridge, tip), np.minimum(ridge, tip)
    body = higher + 0.12 * lower
    return np.sqrt(body**2 + wings**2 + 0.5 * body * wings) - nostrils


def sculpted(points: np.ndarray) -> np.ndarray:
    """Return base points with nose, sockets, cheeks, muzzle and chin.

    ``points`` and the result are centimetres, shape (..., 3).
    """
    x, y, z = np.abs(points[..., 0]), points[..., 1], points[..., 2]
    front = smoothstep(0.0, -3.5, y)
    # sockets, brow ridge, root of the nose
    forward = -0.5 * bump(x, z, (3.4, 0.1), (2.2, 1.7))
    forward += 0.42 * bump(x, z, (3.5, 2.0), (2.4, 0.8))
    forward -= 0.25 * bump(x, z, (0.0, 0.4), (1.1, 1.3))
    forward -= 0.5 * bump(x, z, (1.6, 0.1), (0.8, 1.5))
    forward += 0.3 * bump(x, z, (5.9, 0.2), (1.0, 1.6))
    # apples of the cheeks, the hollow under them
    forward += 0.85 * bump(x, z, (4.1, -2.6), (1.9, 1.5))
    forward += 0.2 * bump(x, z, (3.4, -1.5), (1.6, 0.6))
    forward += 0.4 * bump(x, z, (4.3, -5.2), (1.6, 1.7))
    # muzzle, the fold between lip and chin, chin, philtrum, corners of the mouth
    corner = MOUTH_HEIGHT + CORNER_RISE
    forward += 0.62 * bump(x, z, (0.0, MOUTH_HEIGHT + 0.25), (2.3, 1.7))
    forward += 0.55 * bump(x, z, (0.0, -7.9), (1.6, 0.85))
    forward -= 0.34 * bump(x, z, (0.0, MOUTH_HEIGHT - 1.25), (1.5, 0.42))
    forward -= 0.14 * bump(x, z, (0.0, MOUTH_HEIGHT + 1.3), (0.2, 0.5))
    forward += 0.09 * bump(x, z, (0.4, MOUTH_HEIGHT + 1.2), (0.2, 0.55))
    forward -= 0.17 * bump(x, z, (MOUTH_HALF_WIDTH + 0.2, corner + 0.12), (0.45, 0.5))
    forward += _nose(x, z)
    result = points.copy()
    result[..., 1] = y - forward * front
    # the wings swell sideways and the tip lifts a little
    result[..., 0] += np.sign(points[..., 0]) * 0.16 * bump(x, z, (0.95, -2.75), (0.4, 0.4)) * front
    return result


def turned(points: np.ndarray, axis: int, degrees: np.ndarray | float) -> np.ndarray:
    """Return points turned around an axis through the origin.

    Args:
        points: shape (..., 3).
        axis: 0 for x, 2 for z.
        degrees: one for all points, or shape (...).

    Returns:
        Shape (..., 3).
    """
    angle = np.radians(degrees)
    cosine, sine = np.cos(angle), np.sin(angle)
    a, b = ((1, 2), (0, 0), (0, 1))[axis]
    result = points.copy()
    result[..., a] = points[..., a] * cosine - points[..., b] * sine
    result[..., b] = points[..., a] * sine + points[..., b] * cosine
    return result
