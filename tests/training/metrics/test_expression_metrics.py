# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics against hand-worked cases, published figures and what equal distributions must give."""

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="evaluation needs scikit-learn")

from training.metrics import expression_metrics


def normal(count: int, seed: int, width: int = 6) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, width))


def faces(weights: np.ndarray) -> expression_metrics.Faces:
    count = len(weights)
    emotion = np.eye(8)[np.arange(count) % 2]
    return expression_metrics.Faces(weights, emotion, np.ones(count), np.arange(count))


def test_scale_leaves_out_what_stands_still_and_counts_a_tremble_little() -> None:
    rows = np.zeros((200, 3))
    rows[::2, 1], rows[::2, 2] = 0.06, 1.0
    scale = expression_metrics.Scale.of(rows)
    assert scale.live.tolist() == [False, True, True]
    np.testing.assert_allclose(scale.spread, [0.05, 0.5])


def test_coverage_by_hand() -> None:
    real = np.array([[0.0], [1.0], [10.0], [11.0]])
    made = np.array([[0.5], [0.6], [20.0]])
    coverage, density = expression_metrics.coverage_and_density(real, made, neighbours=1)
    # The first two reach as far as each other and meet two made rows each, the others meet none.
    assert coverage == 0.5
    assert density == pytest.approx(4 / 3)


def test_coverage_and_density_of_one_law() -> None:
    found = [
        expression_metrics.coverage_and_density(normal(600, 2 * i), normal(600, 2 * i + 1))
        for i in range(3)
    ]
    coverage, density = np.mean(found, axis=0)
    assert coverage == pytest.approx(0.969, abs=0.01)  # Naeem et al. 2020
    assert density == pytest.approx(1, abs=0.05)


def test_mmd_by_hand() -> None:
    real, made = np.array([[0.0], [2.0]]), np.array([[0.0], [2.0]])
    kernel = np.mean([np.exp(-1 / (2 * b * b)) for b in (0.25, 1, 4)])
    # Within: one pair at the median distance; across: two such pairs and two of the same place.
    assert expression_metrics.mmd2(real, made) == pytest.approx(2 * kernel - 2 * (1 + kernel) / 2)


def test_mmd_is_about_nothing_for_one_law_and_grows_with_a_shift() -> None:
    assert abs(expression_metrics.mmd2(normal(800, 0), normal(800, 1))) < 1.5e-3
    assert expression_metrics.mmd2(normal(800, 0), normal(800, 1) + 0.5) > 0.02


def test_auc_of_one_law_and_of_two() -> None:
    assert expression_metrics.two_sample_auc(normal(500, 0), normal(500, 1), 0) == pytest.approx(
        0.5, abs=0.06
    )
    assert expression_metrics.two_sample_auc(normal(500, 0), normal(500, 1) + 3, 0) > 0.99


def test_auc_does_not_hear_of_roundings_below_the_dither() -> None:
    exact, near = np.zeros((400, 4)), np.full((400, 4), 1e-3)
    assert expression_metrics.two_sample_auc(exact, near, 0) == pytest.approx(0.5, abs=0.06)


def test_auc_keeps_twins_in_one_fold() -> None:
    """Rows that come twice with labels by chance are learned by heart where twins are apart."""
    one, other = (np.repeat(normal(150, seed), 2, axis=0) for seed in (0, 1))
    twins = np.repeat(np.arange(150), 2)
    kept = expression_metrics.two_sample_auc(one, other, 0, twins, twins)
    apart = expression_metrics.two_sample_auc(one, other, 0)
    assert kept == pytest.approx(0.5, abs=0.08)
    assert apart > 0.8


def test_frechet_of_two_normal_laws_by_hand() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(50_000, 2))
    other = rows * [2, 3] + [3, 4]
    # Shift 3² + 4², and of each axis (deviation - 1)².
    assert expression_metrics.frechet(rows, other) == pytest.approx(25 + 1 + 4, rel=0.02)
    assert expression_metrics.frechet(rows, rows) == pytest.approx(0, abs=1e-6)


def test_usual_frechet_shrinks_with_the_size_of_the_samples() -> None:
    few, many = (
        expression_metrics.usual_frechet([normal(count, seed) for seed in range(4)])
        for count in (100, 400)
    )
    assert few / many == pytest.approx(4, rel=0.3)  # the bias of a mean and a covariance is 1 / n


def test_tstr_of_two_clear_emotions() -> None:
    labels = np.arange(200) % 2
    right = normal(200, 0, 2) + 8 * labels[:, None]
    learned, known = expression_metrics.tstr((right, labels), (right, labels), (right, labels))
    assert (learned, known) == (1, 1)
    learned, _ = expression_metrics.tstr((right, 1 - labels), (right, labels), (right, labels))
    assert learned == 0


def test_share_closer_of_a_copier_of_an_honest_model_and_of_a_tie() -> None:
    training, unseen = normal(400, 0), normal(400, 1)
    assert expression_metrics.share_closer(training, training, unseen) == 1
    assert expression_metrics.share_closer(normal(400, 2), training, unseen) == pytest.approx(
        0.5, abs=0.07
    )
    assert expression_metrics.share_closer(normal(9, 2), training, training) == 0.5


def test_pairwise_ratio_by_hand() -> None:
    real, made = np.array([[0.0], [1.0], [2.0]]), np.array([[0.0], [2.0]])
    assert expression_metrics.pairwise_ratio(real, made) == pytest.approx(2 / (4 / 3))


def test_compare_tells_a_class_mean_from_an_honest_model() -> None:
    def draw(seed: int) -> expression_metrics.Faces:
        rows = np.clip(0.4 + 0.1 * normal(300, seed), 0, 1)
        rows[1::2, 0] += 0.4
        return faces(rows)

    real, again, training, honest = (draw(seed) for seed in range(4))
    scale = expression_metrics.Scale.of(training.weights)
    usual = expression_metrics.usual_frechet(
        [scale(each.weights) for each in (real, again, training)]
    )
    good = expression_metrics.compare(real, honest, usual, training, scale, 0)
    assert good.coverage > 0.9
    assert good.auc < 0.6
    assert good.frechet_ratio < 2
    assert good.tstr == pytest.approx(1, abs=0.1)
    means = np.array([real.weights[half::2].mean(axis=0) for half in (0, 1)])
    flat = expression_metrics.compare(
        real, faces(means[np.arange(300) % 2]), usual, training, scale, 0
    )
    assert flat.coverage < 0.3
    assert flat.auc > 0.9


def test_spearman_knows_order_alone() -> None:
    line = np.arange(5.0)
    assert expression_metrics.spearman(line, line**3) == pytest.approx(1)
    assert expression_metrics.spearman(line, np.array([0, 2, 1, 3, 4.0])) == pytest.approx(
        0.9
    )  # by hand
    assert expression_metrics.spearman(line, np.zeros(5)) == 0
