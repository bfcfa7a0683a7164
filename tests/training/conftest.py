# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of measured faces share: the landmarker and photographs."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture(scope="session")
def landmarker(shared: Path) -> Path:
    """Return the path of the face landmarker, else skip."""
    pytest.importorskip("mediapipe", reason="needs the extra “training”")
    path = shared / "models" / "face_landmarker.task"
    if not path.is_file():
        pytest.skip("needs the face landmarker")
    return path


@pytest.fixture(scope="session")
def reader(landmarker: Path) -> Iterator[Any]:
    """Return a reader of faces on pictures, open for the whole session."""
    from training.faces.landmarks import FaceReader

    with FaceReader(landmarker) as opened:
        yield opened


@pytest.fixture(scope="session")
def photograph(shared: Path) -> Callable[[str], np.ndarray]:
    """Return what gives a photograph of the London set by name: uint8, 360 × 360, RGB."""
    cv2 = pytest.importorskip("cv2", reason="needs the extra “training”")
    folder = shared / "data" / "london"
    if not folder.is_dir():
        pytest.skip("needs the photographs of the London set")

    def read(name: str) -> np.ndarray:
        pixels = cv2.imread(str(folder / f"{name}.jpg"))
        side = 360
        small = cv2.resize(pixels, (side, side), interpolation=cv2.INTER_AREA)
        return cv2.cvtColor(small, cv2.COLOR_BGR2RGB)

    return read
