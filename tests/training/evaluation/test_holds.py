# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of holds, on holds that are known."""

import math

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="evaluation needs scikit-learn")
pytest.importorskip("torch", reason="training needs torch")

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.emotions import Feeling, Mixture
from emotebot_blender.core.performance.networks import load_networks
from training.evaluation import baselines, holds, motion_section
from training.evaluation.movements import EXPRESSIVE
from training.evaluation.targets import targets
from training.metrics import hold_metrics

SMILE, FROWN = INDEX["mouthSmileLeft"], INDEX["mouthFrownLeft"]
SADNESS = Feeling(Mixture.of({"sadness": 1.0}), 0.5)


def test_the_targets_are_the_ranges_of_the_recordings() -> None:
    for key, recorded in hold_metrics.RECORDED.items():
        target = targets()[key]
        assert (target.least or 0.0, target.most) == (recorded.least, recorded.most)


@pytest.mark.parametrize("name", baselines.HOLDS)
def test_baselines_hold_the_apex_and_nothing_else(name: str) -> None:
    apex = np.zeros(52)
    apex[SMILE] = 0.2
    held = baselines.HOLDS[name](apex, 60_000, np.random.default_rng(0))
    assert held.shape == (60_000, 52)
    assert held[:, SMILE].mean() == pytest.approx(0.2, rel=0.15)
    assert np.flatnonzero(held.any(axis=0)).tolist() == [SMILE]


def test_the_random_walk_spreads_and_forgets_as_people_do() -> None:
    apex = np.zeros(52)
    apex[SMILE] = 0.2
    held = baselines.random_walk(apex, 600_000, np.random.default_rng(0))
    assert hold_metrics.relative_spread(held)[SMILE] == pytest.approx(0.55, rel=0.1)
    assert hold_metrics.autocorrelation_half_life(held)[SMILE] == pytest.approx(1.3, rel=0.1)


def two_channels(feeling: Feeling, seed: int) -> np.ndarray:
    """Return a channel that surges after recorded figures and one that stands still."""
    time = np.arange(1800) / 60
    hold = np.zeros((1800, 52))
    hold[:, SMILE] = 0.3 + 0.2 * np.tanh(4 * np.sin(2 * math.pi * time / 6))
    hold[:, FROWN] = 0.3
    return hold


class OfOneWord:
    """A classifier that calls everything happiness."""

    def names(self, weights: np.ndarray) -> np.ndarray:
        return np.full(len(weights), "happiness")


def test_a_channel_counts_if_all_four_figures_are_in_range() -> None:
    figures = holds.hold_figures(two_channels, OfOneWord(), 0.5, 2)
    assert figures["channels"] == 2 * 2 * 7
    assert figures["within"] == 0.5
    assert figures["named"] == pytest.approx(1 / 7)
    assert set(figures["emotions"]) == {*EXPRESSIVE}
    assert figures["metrics"]["hold_spread"]["p5"] == pytest.approx(0.0, abs=1e-9)
    assert figures["metrics"]["hold_half_life"]["p95"] == math.inf


def test_endless_half_lives_come_back_from_a_file() -> None:
    rows = {key: {"median": None if key == "hold_half_life" else 0.5} for key in targets()}
    assert motion_section.hold_medians({"metrics": rows})["hold_half_life"] == math.inf


def test_a_network_holds_what_it_has_come_to() -> None:
    networks = load_networks()
    held = holds.network_hold(networks, SADNESS, 7, seconds=12)
    assert held.shape == (720, 52)
    assert held[:, FROWN].min() > 0.03
    np.testing.assert_array_equal(held, holds.network_hold(networks, SADNESS, 7, seconds=12))


def test_blinks_leave_no_trace_in_a_hold() -> None:
    """Fear opens the lids, and in a minute a face blinks: they would close to 0."""
    fear = Feeling(Mixture.of({"fear": 1.0}), 1.0)
    held = holds.network_hold(load_networks(), fear, 3, seconds=60, liveliness=0)
    assert held[:, INDEX["eyeBlinkLeft"]].max() > 0.5
    assert held[:, INDEX["eyeWideLeft"]].min() > 0.5 * held[:, INDEX["eyeWideLeft"]].max()
