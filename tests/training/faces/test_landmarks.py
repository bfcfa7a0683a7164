# SPDX-License-Identifier: GPL-3.0-or-later
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.errors import EmoteBotError
from training.faces import landmarks

WEIGHTS = arrays(np.float64, len(CHANNELS), elements={"min_value": 0, "max_value": 1})


def test_the_neutral_face_takes_its_part_away() -> None:
    neutral = np.zeros(len(CHANNELS))
    smile = np.zeros(len(CHANNELS))
    neutral[INDEX["eyeSquintLeft"]] = 0.4
    smile[INDEX["eyeSquintLeft"]] = 0.7
    smile[INDEX["mouthSmileLeft"]] = 0.9
    moved = landmarks.subtract_neutral(smile, neutral)
    assert moved[INDEX["eyeSquintLeft"]] == pytest.approx(0.5)  # 0.3 of the 0.6 that were left
    assert moved[INDEX["mouthSmileLeft"]] == pytest.approx(0.9)


@given(WEIGHTS, WEIGHTS)
def test_what_is_left_is_a_face(weights: np.ndarray, neutral: np.ndarray) -> None:
    moved = landmarks.subtract_neutral(weights, neutral)
    assert moved.min() >= 0
    assert moved.max() <= 1
    assert not landmarks.subtract_neutral(neutral, neutral).any()
    for name in ("eyeLookInLeft", "cheekSquintRight", "noseSneerLeft", "tongueOut"):
        assert moved[INDEX[name]] == 0


def test_a_phone_keeps_the_channels_that_it_sees() -> None:
    row = np.full(len(CHANNELS), 0.5)
    moved = landmarks.subtract_neutral(row, np.zeros(len(CHANNELS)), ("cheekPuff", "jawOpen"))
    assert {name for name in CHANNELS if moved[INDEX[name]]} == {"cheekPuff", "jawOpen"}


def test_mirrored_rows_follow_their_rows() -> None:
    row = np.zeros((1, len(CHANNELS)))
    row[0, INDEX["mouthSmileLeft"]] = 0.8
    row[0, INDEX["jawOpen"]] = 0.3
    both = landmarks.with_mirror_images(row)
    assert both.shape == (2, len(CHANNELS))
    assert both[1, INDEX["mouthSmileRight"]] == 0.8
    assert both[1, INDEX["mouthSmileLeft"]] == 0
    assert both[1, INDEX["jawOpen"]] == 0.3


def rotation(axis: int, degrees: float) -> np.ndarray:
    """Return the matrix of a turn around x, y or z, to the right-hand rule."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    matrix = np.eye(4)
    one, other = [(1, 2), (2, 0), (0, 1)][axis]
    matrix[one, one] = matrix[other, other] = cosine
    matrix[other, one], matrix[one, other] = sine, -sine
    return matrix


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_the_turns_of_a_head(scale: float) -> None:
    # Yaw is around the upright axis y, pitch around x, roll around z, which points at the camera.
    matrix = rotation(1, 25) @ rotation(0, -10) @ rotation(2, 5)
    matrix[:3, :3] *= scale
    assert landmarks.head_angles(matrix) == pytest.approx((25, -10, 5))


def test_a_missing_landmarker_is_named(tmp_path: Path) -> None:
    pytest.importorskip("mediapipe", reason="needs the extra “training”")
    with pytest.raises(EmoteBotError, match="no face landmarker"):
        landmarks.FaceReader(tmp_path / "face_landmarker.task")


def test_a_picture_without_a_face(reader: Any) -> None:
    assert reader.read(np.full((200, 200, 3), 128, dtype=np.uint8)) is None


def test_a_tilted_photograph_is_seen_to_be_tilted(
    reader: Any, photograph: Callable[[str], np.ndarray]
) -> None:
    import cv2

    pixels = photograph("003_03")
    tilt = cv2.getRotationMatrix2D((180, 180), 20, 1)  # against the clock
    tilted = reader.find(cv2.warpAffine(pixels, tilt, (360, 360), borderMode=cv2.BORDER_REPLICATE))
    upright = reader.find(pixels)
    assert tilted.roll - upright.roll == pytest.approx(20, abs=3)
    assert abs(tilted.yaw - upright.yaw) < 5


def test_of_several_faces_the_largest_is_read(
    reader: Any, photograph: Callable[[str], np.ndarray]
) -> None:
    import cv2

    smiling, resting = photograph("001_08"), photograph("001_03")
    small = cv2.copyMakeBorder(
        cv2.resize(resting, (240, 240)), 60, 60, 0, 0, cv2.BORDER_CONSTANT, value=(200, 200, 200)
    )
    both = np.concatenate([small, smiling], axis=1)
    assert len(reader.find_all(both)) == 2
    smile = INDEX["mouthSmileLeft"]
    assert reader.read(both)[smile] == pytest.approx(reader.read(smiling)[smile], abs=0.1)
    assert reader.read(resting)[smile] < 0.2


def test_another_file_than_the_landmarker_is_named(tmp_path: Path) -> None:
    pytest.importorskip("mediapipe", reason="needs the extra “training”")
    path = tmp_path / "face_landmarker.task"
    path.write_bytes(b"something else")
    with pytest.raises(EmoteBotError, match="not MediaPipe's face landmarker"):
        landmarks.FaceReader(path)
