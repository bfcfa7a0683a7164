# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.errors import EmoteBotError
from training import landmarks

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


def test_mirrored_rows_follow_their_rows() -> None:
    row = np.zeros((1, len(CHANNELS)))
    row[0, INDEX["mouthSmileLeft"]] = 0.8
    row[0, INDEX["jawOpen"]] = 0.3
    both = landmarks.mirrored(row)
    assert both.shape == (2, len(CHANNELS))
    assert both[1, INDEX["mouthSmileRight"]] == 0.8
    assert both[1, INDEX["mouthSmileLeft"]] == 0
    assert both[1, INDEX["jawOpen"]] == 0.3


def test_a_missing_landmarker_is_named(tmp_path: Path) -> None:
    pytest.importorskip("mediapipe", reason="needs the extra “training”")
    with pytest.raises(EmoteBotError, match="no face landmarker"):
        landmarks.FaceReader(tmp_path / "face_landmarker.task")


def test_a_picture_without_a_face(shared: Path) -> None:
    pytest.importorskip("mediapipe", reason="needs the extra “training”")
    with landmarks.FaceReader(shared / "models" / "face_landmarker.task") as reader:
        assert reader.read(np.full((200, 200, 3), 128, dtype=np.uint8)) is None
