# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of the built-in head: the skull as a smooth tube of rows, and what is sculpted on it.

All lengths are centimetres, the origin lies between the eyes, the face looks along -Y and the
character's left is +X. A point of the surface is named by ``theta`` (0 at the front, pi at the
back, negative on the character's right) and ``row`` (0 at the crown, growing downwards).
"""

import numpy as np

EYE_CENTRE = np.array([3.4, -5.6, 0.0])
"""Centre of the left eyeball."""
EYE_RADIUS = 2.15
UPPER_LID_RADIUS = EYE_RADIUS * 1.105
"""Wide enough that the straight way of a blink, a chord, still clears the eyeball."""
LOWER_LID_RADIUS = EYE_RADIUS * 1.06

MOUTH_HEIGHT = -5.8
CORNER_RISE = 0.28
"""How far the corners of the mouth stand above the middle of its seam."""
MOUTH_HALF_WIDTH = 2.3
JAW_HINGE = np.array([0.0, 1.2, -2.4])

# front y, front z, half-width, side y, side z, back y, back z, roundness (2 is an ellipse)
_ROWS = np.array(
    [
        [-2.9, 10.0, 3.2, 0.9, 10.0, 4.6, 10.0, 2.0],
        [-6.3, 8.2, 5.8, 0.9, 8.2, 7.9, 8.2, 2.1],
        [-8.1, 5.6, 7.05, 0.8, 5.7, 9.3, 5.7, 2.2],
        [-8.7, 2.8, 7.5, 0.7, 2.9, 9.6, 2.9, 2.35],
        [-8.6, 0.0, 7.5, 0.6, 0.4, 9.3, 0.4, 2.45],
        [-8.6, -2.5, 7.3, 0.5, -1.7, 8.5, -1.7, 2.4],
        [-8.6, -4.6, 6.9, 0.4, -3.4, 7.4, -3.5, 2.25],
        [-8.45, -6.4, 6.25, 0.3, -4.9, 6.3, -5.2, 2.1],
        [-8.1, -7.9, 5.4, 0.4, -6.2, 5.5, -6.8, 2.05],
        [-7.3, -9.0, 4.4, 0.7, -7.3, 5.0, -8.2, 2.0],
        [-5.6, -9.6, 3.6, 1.0, -8.4, 4.7, -9.4, 2.0],
        [-3.2, -9.9, 3.15, 1.2, -9.6, 4.6, -10.4, 2.0],
        [-1.95, -11.2, 3.05, 1.3, -11.1, 4.5, -11.5, 2.0],
        [-1.8, -12.6, 3.05, 1.3, -12.6, 4.5, -12.7, 2.0],
        [-1.9, -14.0, 3.15, 1.3, -14.0, 4.6, -14.0, 2.0],
    ]
)
LAST_ROW = len(_ROWS) - 1


def _curvatures(values: np.ndarray) -> np.ndarray:
    """Second derivatives of the natural cubic spline through ``values`` at 0, 1, 2, ..."""
    count = len(values)
    system = np.eye(count)
    right = np.zeros_like(values)
    for index in range(1, count - 1):
        system[index, index - 1 : index + 2] = 1, 4, 1
        right[index] = 6 * (values[index - 1] - 2 * values[index] + values[index + 1])
    return np.linalg.solve(system, right)


_CURVATURES = _curvatures(_ROWS)


def profile(row: np.ndarray) -> np.ndarray:
    """Return the eight measures of each row, shape (..., 8), by a natural cubic spline."""
    row = np.clip(row, 0, LAST_ROW)
    start = np.minimum(row.astype(np.intp), LAST_ROW - 1)
    part = (row - start)[..., None]
    rest = 1 - part
    measures = rest * _ROWS[start] + part * _ROWS[start + 1]
    measures += (rest**3 - rest) / 6 * _CURVATURES[start]
    measures += (part**3 - part) / 6 * _CURVATURES[start + 1]
    return measures


def base(theta: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Return points of the skull without features, shape (..., 3)."""
    front_y, front_z, width, side_y, side_z, back_y, back_z, roundness = np.moveaxis(
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
            side_z + (end_z - side_z) * cosine**2,
        ],
        axis=-1,
    )


def smoothstep(low: float, high: float, value: np.ndarray) -> np.ndarray:
    """Return 0 below ``low``, 1 above ``high`` and a smooth way between; low may exceed high."""
    part = np.clip((value - low) / (high - low), 0, 1)
    return part * part * (3 - 2 * part)


def bump(
    x: np.ndarray, z: np.ndarray, at: tuple[float, float], radii: tuple[float, float]
) -> np.ndarray:
    """Return a Gaussian hill of height 1 around ``at`` in the face's plane."""
    return np.exp(-(((x - at[0]) / radii[0]) ** 2) - ((z - at[1]) / radii[1]) ** 2)


def locate(x: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (theta, row) of the front points that stand at ``x`` and ``z``."""
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
    """Return how far the skull falls back per centimetre sideways and upwards, shape (..., 2)."""
    step = 1e-3
    along = base(theta + step, row) - base(theta - step, row)
    down = base(theta, row + step) - base(theta, row - step)
    normal = np.cross(along, down)
    depth = np.where(np.abs(normal[..., 1]) < 1e-9, 1e-9, normal[..., 1])
    return np.clip(-normal[..., [0, 2]] / depth[..., None], -1.2, 1.2)


def sculpted(points: np.ndarray) -> np.ndarray:
    """Return base points with nose, sockets, cheeks, muzzle and chin, shape (..., 3)."""
    x, y, z = np.abs(points[..., 0]), points[..., 1], points[..., 2]
    front = smoothstep(0.0, -3.5, y)
    forward = -0.62 * bump(x, z, (3.5, 0.15), (2.1, 1.6))
    forward += 0.3 * bump(x, z, (3.3, 2.55), (2.7, 0.75))
    forward -= 0.25 * bump(x, z, (0.0, 0.5), (1.0, 1.3))
    forward += 0.4 * bump(x, z, (4.3, -2.9), (1.8, 1.5))
    forward += 0.5 * bump(x, z, (0.0, -5.6), (2.5, 1.6))
    forward += 0.5 * bump(x, z, (0.0, -8.3), (1.5, 0.95))
    forward -= 0.28 * bump(x, z, (0.0, -7.1), (1.6, 0.45))
    forward -= 0.1 * bump(x, z, (0.0, -4.4), (0.28, 0.5))
    # the nose: a ridge that widens and rises to the tip and ends in a short round underside
    fall = smoothstep(1.2, -2.6, z)
    height = 1.2 * fall**1.8 * smoothstep(-3.7, -2.7, z)
    forward += height * np.exp(-((x / (0.5 + 0.3 * fall)) ** 2))
    forward += 0.32 * bump(x, z, (0.0, -2.65), (0.66, 0.6))
    forward += 0.5 * bump(x, z, (0.82, -2.95), (0.42, 0.42))
    forward -= 0.22 * bump(x, z, (0.42, -3.45), (0.26, 0.2))
    result = points.copy()
    result[..., 1] = y - forward * front
    return result


def blush(points: np.ndarray) -> np.ndarray:
    """Return the warmth of cheeks, nose, lids and chin: factors of the skin's colour, (n, 3)."""
    x, z = np.abs(points[:, 0]), points[:, 2]
    front = smoothstep(-1.0, -5.0, points[:, 1])
    warm = 0.75 * bump(x, z, (4.4, -2.7), (1.5, 1.1)) + 0.4 * bump(x, z, (0.0, -2.7), (0.8, 0.6))
    warm += 0.25 * bump(x, z, (0.0, -8.3), (1.3, 0.8)) + 0.35 * bump(x, z, (3.4, 1.3), (1.9, 0.7))
    return 1 - (warm * front)[:, None] * np.array([0.05, 0.38, 0.36])


def turned(points: np.ndarray, axis: int, degrees: np.ndarray | float) -> np.ndarray:
    """Return ``points`` turned around the x (0) or z (2) axis through the origin."""
    angle = np.radians(degrees)
    cosine, sine = np.cos(angle), np.sin(angle)
    a, b = ((1, 2), (0, 0), (0, 1))[axis]
    result = points.copy()
    result[..., a] = points[..., a] * cosine - points[..., b] * sine
    result[..., b] = points[..., a] * sine + points[..., b] * cosine
    return result
