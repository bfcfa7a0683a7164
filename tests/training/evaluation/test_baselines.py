# SPDX-License-Identifier: GPL-3.0-or-later
"""The baselines do what their names say."""

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="evaluation needs scikit-learn")

pytest.importorskip("torch", reason="training needs torch")

from training.evaluation import baselines
from training.metrics.expression_metrics import Faces
from training.metrics.movement_metrics import peak_ratio


def training(count: int = 600) -> Faces:
    """Return two emotions of which one opens the mouth, in two channels that go posed_together."""
    rng = np.random.default_rng(0)
    emotion = np.eye(8)[np.arange(count) % 2]
    weights = np.zeros((count, 52))
    weights[:, 3] = 0.3 + 0.4 * emotion[:, 1] + 0.05 * rng.normal(size=count)
    weights[:, 4] = weights[:, 3] + 0.01 * rng.normal(size=count)
    return Faces(np.clip(weights, 0, 1), emotion, np.ones(count), np.arange(count))


@pytest.fixture(scope="module")
def made() -> dict[str, np.ndarray]:
    faces = training()
    classes = baselines.Classes.of(faces, faces[:200])
    makers = baselines.CLASS_BASELINES
    return {name: make(classes, np.random.default_rng(1)) for name, make in makers.items()}


@pytest.mark.parametrize("name", baselines.CLASS_BASELINES)
def test_faces_are_of_the_emotion_that_was_asked_for(name: str, made) -> None:
    assert made[name].shape == (200, 52)
    assert made[name][::2, 3].max() < 0.5
    assert made[name][1::2, 3].min() > 0.5


def test_the_copier_copies(made) -> None:
    known = {row.tobytes() for row in training().weights}
    assert all(row.tobytes() in known for row in made["copier"])


def test_the_mean_never_varies(made) -> None:
    assert np.ptp(made["class mean"][::2], axis=0).max() < 1e-12


def test_the_gaussian_keeps_deviation_and_correlation(made) -> None:
    rows = made["Gaussian"][::2]
    assert rows[:, 3].std() == pytest.approx(0.05, abs=0.01)
    assert np.corrcoef(rows[:, 3], rows[:, 4])[0, 1] > 0.95


def test_smote_lies_between_faces_and_kde_around_them(made) -> None:
    rows = training().weights[::2]
    for name in ("SMOTE", "KDE"):
        apart = np.abs(made[name][::2, None, 3] - rows[None, :, 3]).min(axis=1)
        assert apart.max() > 0, name
        assert np.median(apart) < 0.01, name
    assert made["SMOTE"][::2, 3].max() <= rows[:, 3].max()


def test_the_autoencoder_learns_the_emotion_and_repeats_itself() -> None:
    faces = training()
    network = baselines.VariationalAutoencoder(faces, seed=0, steps=200)
    rows = network.draw(faces[:100], np.random.default_rng(0))
    assert rows[::2, 3].mean() == pytest.approx(0.3, abs=0.06)
    assert rows[1::2, 3].mean() == pytest.approx(0.7, abs=0.06)
    again = baselines.VariationalAutoencoder(faces, seed=0, steps=200)
    np.testing.assert_array_equal(rows, again.draw(faces[:100], np.random.default_rng(0)))


@pytest.mark.parametrize(
    ("name", "ratio"),
    [("linear", 1.0), ("Bezier ease", 1.5), ("minimum jerk", 1.875), ("damped spring", 2.4)],
)
def test_curves_have_their_published_peak_speeds(name: str, ratio: float) -> None:
    share = np.linspace(0, 1, 2001)
    path = baselines.CURVES[name](share)
    assert path[0] == 0
    assert path[-1] == pytest.approx(1, abs=0.011)
    assert peak_ratio(path, 2000, 1.0) == pytest.approx(ratio, abs=0.08)
