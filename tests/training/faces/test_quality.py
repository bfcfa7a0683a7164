# SPDX-License-Identifier: GPL-3.0-or-later
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from training.faces.landmarks import DetectedFace
from training.faces.quality import EYES, SIDE, Thresholds, align, drop_reason, occluded_share

cv2 = pytest.importorskip("cv2", reason="needs the extra “training”")

Photograph = Callable[[str], np.ndarray]
LIMITS = Thresholds()


def judged(reader: Any, pixels: np.ndarray, limits: Thresholds = LIMITS) -> str | None:
    return drop_reason(pixels, reader.find(pixels), 1.0, limits)


@pytest.mark.parametrize("name", ["001_03", "003_08"])
def test_a_good_photograph_stays(reader: Any, photograph: Photograph, name: str) -> None:
    assert judged(reader, photograph(name)) is None


def test_a_black_picture_has_no_face(reader: Any) -> None:
    assert judged(reader, np.zeros((300, 300, 3), dtype=np.uint8)) == "no face"


def test_a_blurred_photograph_is_dropped(reader: Any, photograph: Photograph) -> None:
    assert judged(reader, cv2.GaussianBlur(photograph("001_03"), (0, 0), 4)) == "blurred"


def test_a_tiny_face_is_dropped(reader: Any, photograph: Photograph) -> None:
    pixels = photograph("001_03")
    tiny = cv2.resize(pixels, (90, 90), interpolation=cv2.INTER_AREA)  # a face of 30 pixels
    large = cv2.resize(tiny, (360, 360), interpolation=cv2.INTER_CUBIC)
    assert drop_reason(large, reader.find(large), 4.0, LIMITS) == "too small"


def test_a_masked_face_is_dropped(reader: Any, photograph: Photograph) -> None:
    pixels = photograph("001_03")
    points = reader.find(pixels).points
    mask = points[[234, 132, 58, 172, 150, 152, 379, 397, 288, 361, 454, 6]]
    cv2.fillPoly(pixels, [mask.astype(np.int32)], (150, 190, 220))
    assert judged(reader, pixels) == "occluded"


def test_a_turned_face_is_dropped(reader: Any, photograph: Photograph) -> None:
    pixels = photograph("001_03")
    face = reader.find(pixels)
    for turned in (replace(face, yaw=-31.0), replace(face, pitch=31.0)):
        assert drop_reason(pixels, turned, 1.0, LIMITS) == "turned"


def test_a_grey_picture_is_not_judged_by_its_colour(photograph: Photograph, reader: Any) -> None:
    pixels = photograph("001_03")
    face = reader.find(pixels)
    grey = np.repeat(pixels.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    assert occluded_share(*align(grey, face.points)) == 0


def test_an_aligned_face_has_its_eyes_in_place() -> None:
    rng = np.random.default_rng(0)
    points = rng.uniform(100, 300, size=(478, 2)).astype(np.float32)
    points[list(EYES[0])] = (120, 180)
    points[list(EYES[1])] = (220, 220)
    face = DetectedFace(np.zeros(52), points, 0, 0, 0)
    aligned, moved = align(np.zeros((400, 400, 3), dtype=np.uint8), face.points)
    assert aligned.shape == (SIDE, SIDE, 3)
    first, second = moved[EYES[0][0]], moved[EYES[1][0]]
    assert first[1] == pytest.approx(second[1])  # level
    assert second[0] - first[0] == pytest.approx(0.36 * SIDE)
    assert (first[0] + second[0]) / 2 == pytest.approx(SIDE / 2)
