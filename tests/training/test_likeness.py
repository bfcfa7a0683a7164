# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether made motion can be told from real motion."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch")
pytest.importorskip("sklearn", reason="the classifier is scikit-learn's")

from emotebot_blender.core import model  # noqa: E402
from emotebot_blender.core.channels import CHANNELS, INDEX  # noqa: E402
from training.likeness import told_apart  # noqa: E402
from training.sequences import Film  # noqa: E402

STEPS = 181


@pytest.fixture(scope="module")
def moving() -> model.MotionModel:
    return model.MotionModel(model.FOLDER / "motion.onnx")


def film(moving: model.MotionModel, item: str, trembling: float) -> Film:
    """Return a film of brows that the network itself moved, with or without a tremor."""
    random = np.random.default_rng(len(item))
    target = np.zeros((STEPS - 1, len(CHANNELS)), dtype=np.float32)
    target[:, INDEX["browInnerUp"]] = 0.7
    elapsed = np.arange(STEPS - 1) / 60
    clock = np.stack([elapsed, np.maximum(3 - elapsed, 0)], axis=1).astype(np.float32)
    noise = random.standard_normal((1, moving.sizes["noise"])).astype(np.float32)
    path, _ = moving.advance(
        target,
        np.zeros((STEPS - 1, 8), dtype=np.float32),
        clock,
        noise.repeat(STEPS - 1, axis=0),
        moving.rest(),
    )
    path = np.concatenate([np.zeros((1, len(CHANNELS)), dtype=np.float32), path])
    tremor = trembling * np.sin(np.arange(STEPS) * 0.8)[:, None] * (path > 0)
    weights = np.clip(path + tremor, 0, 1).astype(np.float32)
    return Film(item, weights, np.zeros(8, dtype=np.float32), (0, STEPS - 1))


def test_motion_that_trembles_is_told_apart(moving: model.MotionModel) -> None:
    films = [film(moving, item, 0.05) for item in ("one", "other", "another")]
    assert told_apart(moving, films, 0) > 0.9


def test_the_networks_own_motion_is_hardly_told_apart(moving: model.MotionModel) -> None:
    films = [film(moving, item, 0.0) for item in ("one", "other", "another")]
    assert told_apart(moving, films, 0) < 0.8
