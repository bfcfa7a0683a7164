# SPDX-License-Identifier: GPL-3.0-or-later
"""Damaged pictures and films are measured or dropped for a reason."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from damage import damaged

from emotebot_blender.core.channels import CHANNELS

cv2 = pytest.importorskip("cv2", reason="needs the extra “training”")
pytest.importorskip("mediapipe", reason="needs the extra “training”")

from training.collecting.measure import Measurement, Measurer  # noqa: E402
from training.faces.quality import Thresholds  # noqa: E402
from training.sources.item import ImageFile, Item, VideoFile, pure  # noqa: E402

Photograph = Callable[[str], np.ndarray]


@pytest.fixture(scope="module")
def measurer(landmarker: Path) -> Iterator[Measurer]:
    opened = Measurer(landmarker, Thresholds())
    yield opened
    opened.close()


def check(measured: Measurement) -> None:
    assert measured.weights.shape == (len(measured.seconds), len(CHANNELS))
    assert np.isfinite(measured.weights).all()
    assert (np.diff(measured.seconds) >= 0).all()
    assert len(measured.weights) or measured.reason()


@pytest.mark.parametrize("ending", [".jpg", ".png", ".webp", ".bmp", ".tiff"])
def test_damaged_pictures(
    measurer: Measurer, photograph: Photograph, tmp_path: Path, ending: str
) -> None:
    small = cv2.resize(photograph("001_08"), (200, 200))
    data = cv2.imencode(ending, cv2.cvtColor(small, cv2.COLOR_RGB2BGR))[1].tobytes()
    path = tmp_path / f"anna{ending}"
    for seed in range(9):
        path.write_bytes(damaged(data, seed))
        check(measurer.measure(Item("anna", "anna", ImageFile(path), pure("happiness"))))


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (2, 40000)])
def test_pictures_that_are_strips(
    measurer: Measurer, tmp_path: Path, size: tuple[int, int]
) -> None:
    path = tmp_path / "strip.png"
    assert cv2.imwrite(str(path), np.zeros((*size, 3), dtype=np.uint8))
    measured = measurer.measure(Item("anna", "anna", ImageFile(path), pure("happiness")))
    assert measured.reason() in ("no face", "unreadable")


def test_damaged_films(measurer: Measurer, photograph: Photograph, tmp_path: Path) -> None:
    whole, path = tmp_path / "whole.mp4", tmp_path / "anna.mp4"
    out = cv2.VideoWriter(str(whole), cv2.VideoWriter_fourcc(*"mp4v"), 30.0, (200, 200))
    frame = cv2.cvtColor(cv2.resize(photograph("001_08"), (200, 200)), cv2.COLOR_RGB2BGR)
    for _ in range(4):
        out.write(frame)
    out.release()
    for seed in range(9):
        path.write_bytes(damaged(whole.read_bytes(), seed))
        check(measurer.measure(Item("anna", "anna", VideoFile(path), pure("happiness"))))
