# SPDX-License-Identifier: GPL-3.0-or-later
"""Which faces are good enough to measure: thresholds, and what they are held against.

The figures behind the thresholds were measured on photographs of 17 people of the London set, as
they are and spoilt on purpose, and on frames of CREMA-D; they stand in ``training/data/README.md``.
"""

from dataclasses import dataclass

import numpy as np

from .landmarks import DetectedFace

SIDE = 128
"""Width and height of an aligned face, in pixels."""

OVAL: tuple[int, ...] = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
"""Indices of the landmarks around the face, in order."""

EYES = ((33, 133), (263, 362))
"""Indices of the landmarks at the corners of the eye on the picture's left and on its right."""

_NOT_SKIN = (
    (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246),
    (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466),
    (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185),
    (70, 63, 105, 66, 107, 55, 65, 52, 53, 46),
    (300, 293, 334, 296, 336, 285, 295, 282, 283, 276),
)
"""Indices of the landmarks around the eyes, the lips and the brows."""

_OFF_COLOUR = 10.0
"""Distance in the plane a, b of CIELAB, in 8-bit steps, at which a colour is not the skin's."""

_COLOURLESS = 2.0
"""Mean distance of the skin's colour from grey below which a picture has no colours."""


@dataclass(frozen=True)
class Thresholds:
    """Limits of what is measured; a face beyond one is dropped for the reason in quotes.

    Attributes:
        size: least width of the face in pixels of the picture, "too small".
        turn: most degrees of yaw and of pitch, "turned".
        sharpness: least variance of the Laplacian of the aligned face in grey, "blurred".
        covered: greatest share of the skin that has another colour, 0 to 1, "occluded"; grey
            pictures are not judged.
    """

    size: float = 40.0
    turn: float = 30.0
    sharpness: float = 40.0
    covered: float = 0.16


def align(
    pixels: np.ndarray, points: np.ndarray, side: int = SIDE
) -> tuple[np.ndarray, np.ndarray]:
    """Return a face turned upright and scaled so that its eyes are at fixed points.

    They lie .36 of the side apart, .38 of it below the upper edge.

    Args:
        pixels: uint8, shape (height, width, 3).
        points: shape (478, 2), landmarks in pixels.
        side: width and height of the result, in pixels.

    Returns:
        Pixels, uint8, shape (side, side, 3), and the landmarks on them, shape (478, 2).
    """
    import cv2

    first, second = (points[list(corners)].mean(axis=0) for corners in EYES)
    across = second - first
    scale = 0.36 * side / max(float(np.hypot(*across)), 1e-6)
    cosine, sine = across / max(float(np.hypot(*across)), 1e-6) * scale
    matrix = np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0]])
    matrix[:, 2] = np.array([0.5, 0.38]) * side - matrix[:, :2] @ ((first + second) / 2)
    moved = points @ matrix[:, :2].T + matrix[:, 2]
    if scale < 0.7:  # what is made smaller is smoothed first, or fine hair turns into noise
        reach = int(1.5 * side / scale)  # more than the picture of the face, whichever its tilt
        left, top = (int(max(0, value - reach)) for value in (first + second) / 2)
        part = pixels[top : top + 2 * reach, left : left + 2 * reach]
        pixels = cv2.GaussianBlur(part, (0, 0), 0.5 / scale)
        matrix[:, 2] += matrix[:, :2] @ (left, top)
    upright = cv2.warpAffine(
        pixels, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return upright, moved


def sharpness(aligned: np.ndarray) -> float:
    """Return the variance of the Laplacian of an aligned face, small for a blurred one.

    Pech-Pacheco et al. 2000, in grey levels from 0 to 255.

    Args:
        aligned: uint8, shape (side, side, 3), RGB.
    """
    import cv2

    grey = cv2.cvtColor(aligned, cv2.COLOR_RGB2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_64F).var())


def occluded_share(aligned: np.ndarray, points: np.ndarray) -> float:
    """Return the share of the skin, 0 to 1, that has another colour: a mask, cloth, goggles, hair.

    The skin is what lies within the face's outline, without eyes, brows and lips; its colour is
    the median of a and b of CIELAB. Light and shade do not count, nor does a hand, which has the
    same colour. A grey picture gives 0.

    Args:
        aligned: uint8, shape (side, side, 3), RGB.
        points: shape (478, 2), its landmarks in pixels.
    """
    import cv2

    def polygon(landmarks: tuple[int, ...]) -> np.ndarray:
        return points[list(landmarks)].astype(np.int32)

    skin = np.zeros(aligned.shape[:2], dtype=np.uint8)
    cv2.fillPoly(skin, [polygon(OVAL)], 1)
    skin = cv2.erode(skin, np.ones((5, 5), dtype=np.uint8))
    for landmarks in _NOT_SKIN:
        cv2.fillPoly(skin, [cv2.convexHull(polygon(landmarks))], 0)
    smooth = cv2.GaussianBlur(aligned, (0, 0), 1.5)
    colours = cv2.cvtColor(smooth, cv2.COLOR_RGB2LAB)[skin > 0][:, 1:].astype(np.float32)
    if not len(colours) or np.hypot(*(colours - 128).T).mean() < _COLOURLESS:
        return 0.0
    middle = np.median(colours, axis=0)
    return float((((colours - middle) ** 2).sum(axis=1) > _OFF_COLOUR**2).mean())


def drop_reason(
    pixels: np.ndarray, face: DetectedFace | None, scale: float, limits: Thresholds
) -> str | None:
    """Return why a picture is dropped: the first limit it is beyond, or None if it is good enough.

    Args:
        pixels: uint8, shape (height, width, 3), RGB.
        face: the face on it, None without one.
        scale: pixels of this picture for one of the file that it was read from.
        limits: the thresholds.
    """
    if face is None:
        return "no face"
    if float(np.ptp(face.points[:, 0])) / scale < limits.size:
        return "too small"
    if max(abs(face.yaw), abs(face.pitch)) > limits.turn:
        return "turned"
    aligned, points = align(pixels, face.points)
    if sharpness(aligned) < limits.sharpness:
        return "blurred"
    if occluded_share(aligned, points) > limits.covered:
        return "occluded"
    return None
