# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of changes, on changes that are known."""

import csv
import math

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="evaluation needs scikit-learn")
pytest.importorskip("torch", reason="training needs torch")

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.emotions import BASIC_EMOTIONS, EMOTIONS, Feeling, Mixture
from emotebot_blender.core.performance.networks import load_networks
from emotebot_blender.core.performance.performance import express
from emotebot_blender.core.performance.transition_times import FOLDER
from training.evaluation import baselines, changes
from training.evaluation.emotion_regression import MIXED, EmotionClassifier
from training.metrics import change_metrics
from training.metrics.expression_metrics import Faces
from training.metrics.movement_metrics import TIMED

SMILE, WIDE = INDEX["mouthSmileLeft"], INDEX["eyeWideLeft"]


class Reader:
    """Names the emotion of a change by the lid: the old one at rest, the new one when it is up."""

    def __init__(self, before: str, after: str) -> None:
        self.before, self.after = before, after

    def names(self, weights: np.ndarray) -> np.ndarray:
        share = weights[:, WIDE] / 0.5
        return np.where(share < 0.25, self.before, np.where(share > 0.65, self.after, MIXED))


def lid_up(before: str, after: str, seed: int) -> np.ndarray:
    """Return a lid that goes up by .5 in .4 s at one speed."""
    path = np.zeros((61, 52))
    path[:, WIDE] = 0.5 * np.clip(np.arange(61) / 24, 0, 1)
    return path


def test_what_is_neither_is_counted_while_the_face_changes() -> None:
    figures = changes.change_figures(lid_up, Reader("anger", "surprise"), 1)
    assert figures["named"] == pytest.approx(1 / 42)
    between = [step for step in range(2, 23) if 0.25 <= step / 24 <= 0.65]  # 5 % to 95 % of 24
    assert figures["neither"] == pytest.approx(len(between) / 21)
    assert figures["frames"] == pytest.approx(len(between) * 24 / 60)


def test_a_unit_that_carries_an_emotion_has_its_published_onset() -> None:
    figures = changes.change_figures(lid_up, Reader("anger", "surprise"), 1)
    lid = figures["units"]["surprise"]["5"]
    assert lid == {"seconds": pytest.approx(0.4 * 0.85), "published": 0.366, "carries": True}
    assert not figures["units"]["happiness"]["5"]["carries"]
    assert figures["landed"] == 1.0


def test_signatures_carry_emotions() -> None:
    assert changes.carrying_units("happiness") == {6, 12, 25}
    assert changes.carrying_units("surprise") == {1, 2, 5, 26}
    assert changes.carrying_units("disgust") == {9, 10, 17}


def test_the_performance_knows_which_units_carry_an_emotion() -> None:
    with (FOLDER / "carrying_units.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["emotion"], int(row["action_unit"])) for row in csv.DictReader(file)}
    assert rows == {
        (name, unit) for name in BASIC_EMOTIONS[:-1] for unit in changes.carrying_units(name)
    }


@pytest.mark.parametrize(
    ("before", "after", "unit", "onset"),
    [  # the published medians
        ("happiness", "surprise", 1, 0.465),
        ("happiness", "surprise", 26, 0.667),
        ("sadness", "anger", 4, 0.395),
        ("surprise", "happiness", 12, 0.533),
        ("anger", "sadness", 15, 0.533),
    ],
)
def test_what_carries_a_feeling_lands_within_its_onset(
    before: str, after: str, unit: int, onset: float
) -> None:
    networks, landed = load_networks(), []
    for seed in range(9):
        path = changes.network_change(networks, before, after, seed)
        landed.append(change_metrics.landing_seconds(path).get(unit, math.nan))
    assert np.nanmedian(landed) <= onset


def test_curves_go_from_apex_to_apex() -> None:
    networks = load_networks()
    path = changes.curve_change(baselines.linear, networks, "fear", "happiness", 4)
    for row, name in ((0, "fear"), (-1, "happiness")):
        apex = express(networks, Feeling(Mixture.of({name: 1.0}), 1.0), 4)[0]
        np.testing.assert_allclose(path[row], apex, atol=1e-6)


def test_a_network_goes_from_one_face_to_another() -> None:
    path = changes.network_change(load_networks(), "sadness", "happiness", 4)
    assert path.shape == (302, 52)
    np.testing.assert_allclose(path[0, TIMED], path[1, TIMED], atol=0.02)
    assert path[0, SMILE] < 0.1 < 0.3 < path[-1, SMILE]


def test_the_classifier_calls_two_emotions_at_once_mixed() -> None:
    rng = np.random.default_rng(0)
    shown = rng.integers(0, 3, 600)  # a smile, a wide eye, both
    emotion = np.zeros((600, len(EMOTIONS)))
    happy, surprised = EMOTIONS.index("happiness"), EMOTIONS.index("surprise")
    emotion[:, happy] = np.array([1, 0, 0.5])[shown]
    emotion[:, surprised] = np.array([0, 1, 0.5])[shown]
    weights = 0.02 * rng.random((600, 52))
    weights[:, SMILE] += np.array([0.8, 0, 0.5])[shown]
    weights[:, WIDE] += np.array([0, 0.8, 0.5])[shown]
    weights[:, INDEX["eyeBlinkLeft"]] = rng.random(600)
    classifier = EmotionClassifier(Faces(weights, emotion, np.ones(600), np.arange(600)))
    expected = np.array(["happiness", "surprise", MIXED])[shown]
    assert (classifier.names(weights) == expected).mean() > 0.98
