# SPDX-License-Identifier: GPL-3.0-or-later
"""How near generated expressions are to real ones, as plain functions of arrays.

Rows are expressions, float, shape (n, channels). Distances between rows are in deviations of each
channel: scale rows with ``Scale`` first, which also drops the channels that do not move. Every
docstring has the source of the measure and its value for two samples of one distribution.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg, stats
from scipy.spatial import distance
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    balanced_accuracy_score,
    pairwise_distances_argmin_min,
    roc_auc_score,
)
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

DITHER = 0.05
"""Deviation of the noise on weights that a classifier sees; smaller differences are invisible."""

ALIVE = 0.05
"""A channel moves whose weight is above this on one face in a hundred."""

NEIGHBOURS = 5
"""Of ``coverage_and_density``."""

BANDWIDTHS = (0.25, 1.0, 4.0)
"""Deviations of the kernels of ``mmd2``, in median distances."""

_FOLDS = 5
"""Of the cross-validation."""

_DITHERING = 1
"""Part of the seed of the noise, that of nothing else."""


@dataclass(frozen=True)
class Scale:
    """The unit of distances between faces, taken from one set of real faces.

    Attributes:
        live: bool, shape (channels,), the channels that move in those faces.
        spread: shape (live channels,), their standard deviations, none below ``DITHER``.
    """

    live: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray) -> "Scale":
        """Return the scale of a set of real faces, shape (n, channels)."""
        live = np.quantile(rows, 0.99, axis=0) > ALIVE
        return cls(live, np.maximum(rows[:, live].std(axis=0), DITHER))

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """Return faces in standard deviations, shape (n, channels) to (n, live channels)."""
        scaled: np.ndarray = rows[:, self.live] / self.spread
        return scaled


def coverage_and_density(
    real: np.ndarray, generated: np.ndarray, neighbours: int = NEIGHBOURS
) -> tuple[float, float]:
    """Return the share of real rows with a generated one near, and how densely those lie.

    Naeem et al. 2020. "Near" is within the distance to the real row's k-th real neighbour. Two
    samples of one distribution and one size give a density of 1 and a coverage of
    1 - (n-1)...(n-k) / ((2n-1)...(2n-k)), which is .969 for k = 5 and many rows.

    Args:
        real: shape (n, d), n above ``neighbours``.
        generated: shape (m, d).
        neighbours: k.

    Returns:
        coverage, 0 to 1, and density, from 0 up.
    """
    among = distance.cdist(real, real)
    radius = np.partition(among, neighbours, axis=1)[:, neighbours]  # the row itself is the first
    near = distance.cdist(real, generated) <= radius[:, None]
    return float(near.any(axis=1).mean()), float(near.sum() / (neighbours * len(generated)))


def mmd2(real: np.ndarray, generated: np.ndarray) -> float:
    """Return the squared maximum mean discrepancy, the unbiased estimate.

    Gretton et al. 2012, with the mean of three Gaussian kernels whose widths are ``BANDWIDTHS``
    times the median distance between real rows. About 0 for two samples of one distribution, and
    as often below as above; 2 at most.

    Args:
        real: shape (n, d).
        generated: shape (m, d).
    """
    among = distance.pdist(real, "sqeuclidean")
    median = np.median(among)

    def kernel(squared: np.ndarray) -> float:
        return float(np.mean([np.exp(-squared / (2 * b * b * median)).mean() for b in BANDWIDTHS]))

    across = kernel(distance.cdist(real, generated, "sqeuclidean"))
    return kernel(among) + kernel(distance.pdist(generated, "sqeuclidean")) - 2 * across


def two_sample_auc(
    real: np.ndarray,
    generated: np.ndarray,
    seed: int,
    real_groups: np.ndarray | None = None,
    generated_groups: np.ndarray | None = None,
    noise: float | np.ndarray = DITHER,
    paired: bool = False,
) -> float:
    """Return how well a classifier that never saw them tells generated rows from real ones.

    The two-sample test of Lopez-Paz & Oquab 2017, with boosted trees and the area under the ROC
    curve over all folds of a cross-validation. Every value is dithered, so that exact zeros and
    roundings are of no help. .5 for one distribution, 1 where every row is classified correctly.

    Args:
        real: shape (n, d), weights from 0 to 1, any columns of labels behind them.
        generated: shape (m, d), alike.
        seed: of the dither and the folds.
        real_groups: int, shape (n,): rows of one number, such as mirror images, are in one fold;
            None where every row is a group.
        generated_groups: int, shape (m,), alike.
        noise: deviation of the dither, one number or shape (d,).
        paired: whether a group of generated rows and the real group of its number stay together.
    """
    rng = np.random.default_rng((seed, _DITHERING))  # not the seed of the generated rows
    rows = np.concatenate([real, generated]).astype(float)
    rows += rng.normal(size=rows.shape) * noise
    truth = np.repeat([0, 1], [len(real), len(generated)])
    first = np.arange(len(real)) if real_groups is None else real_groups
    second = np.arange(len(generated)) if generated_groups is None else generated_groups
    groups = np.concatenate([first, second if paired else second + first.max() + 1])
    score = np.empty(len(rows))
    folds = min(_FOLDS, len(np.unique(groups)))
    for train, test in GroupKFold(folds, shuffle=True, random_state=seed).split(
        rows, truth, groups
    ):
        trees = HistGradientBoostingClassifier(
            max_iter=60, max_leaf_nodes=15, early_stopping=False, random_state=seed
        )
        score[test] = trees.fit(rows[train], truth[train]).predict_proba(rows[test])[:, 1]
    return float(roc_auc_score(truth, score))


def frechet(one: np.ndarray, other: np.ndarray) -> float:
    """Return the Fréchet distance between normal distributions fitted to two sets of rows.

    Dowson & Landau 1982, squared as in the FID of Heusel et al. 2017. 0 for equal sets; samples of
    one distribution are further apart the fewer rows they have, so divide by ``usual_frechet``.

    Args:
        one: shape (n, d).
        other: shape (m, d).
    """
    shift = one.mean(axis=0) - other.mean(axis=0)
    first, second = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    # The roots of the eigenvalues of a product of two covariances add up to the trace of its root.
    root = np.sqrt(np.clip(linalg.eigvals(first @ second).real, 0, None)).sum()
    return float(shift @ shift + np.trace(first) + np.trace(second) - 2 * root)


def usual_frechet(samples: Sequence[np.ndarray]) -> float:
    """Return the mean Fréchet distance between samples of one distribution, over all pairs of them.

    So far apart are two sets of real faces of this size by chance.

    Args:
        samples: two or more, each of shape (n, d).
    """
    pairs = itertools.combinations(samples, 2)
    return float(np.mean([frechet(one, other) for one, other in pairs]))


def tstr(
    generated: tuple[np.ndarray, np.ndarray],
    training: tuple[np.ndarray, np.ndarray],
    held_out: tuple[np.ndarray, np.ndarray],
) -> tuple[float, float]:
    """Return accuracies of train-on-synthetic-test-on-real and of train-on-real-test-on-real.

    Esteban, Hyland & Rätsch 2017, of the emotion by a logistic regression; the first over the
    second is 1 for one distribution. Accuracies are balanced: every emotion counts the same.

    Args:
        generated: generated rows, shape (n, d), and their labels, shape (n,), to train on.
        training: real ones to train on, shape (k, d) and (k,).
        held_out: other real ones to test on, shape (m, d) and (m,).

    Returns:
        Both accuracies, 0 to 1.
    """
    scores = []
    for rows, labels in (generated, training):
        classifier = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=300))
        classifier.fit(rows, labels)
        predicted = classifier.predict(held_out[0])
        scores.append(float(balanced_accuracy_score(held_out[1], predicted)))
    return scores[0], scores[1]


def share_closer(generated: np.ndarray, training: np.ndarray, unseen: np.ndarray) -> float:
    """Return the share of generated rows whose nearest face is of the training, not an unseen one.

    The test for copied data of Meehan, Chaudhuri & Dasgupta 2020 as a share: .5 for a model that
    has learned the distribution, 1 for one that copies its training; a tie counts half.

    Args:
        generated: shape (m, d).
        training: shape (n, d).
        unseen: shape (u, d); the longer of these two is cut to the other's length.
    """
    count = min(len(training), len(unseen))
    _, to_training = pairwise_distances_argmin_min(generated, training[:count])
    _, to_unseen = pairwise_distances_argmin_min(generated, unseen[:count])
    return float((to_training < to_unseen).mean() + 0.5 * (to_training == to_unseen).mean())


def pairwise_ratio(real: np.ndarray, generated: np.ndarray) -> float:
    """Return the mean distance between two generated rows over that between two real ones.

    1 for one distribution; below it the generated rows vary too little.

    Args:
        real: shape (n, d).
        generated: shape (m, d).
    """
    return float(distance.pdist(generated).mean() / distance.pdist(real).mean())


@dataclass(frozen=True)
class Closeness:
    """The measures of a model or a baseline; see the functions of these names.

    Attributes:
        auc: ``two_sample_auc`` of the weights.
        conditional_auc: the same of the weights and the feeling that was asked for; nan where that
            is one feeling throughout.
        frechet_ratio: ``frechet`` over ``usual_frechet``.
        tstr: the first over the second accuracy of ``tstr``; nan where one emotion was asked for.
        share_closer: nan without training faces.
    """

    coverage: float
    density: float
    mmd2: float
    auc: float
    conditional_auc: float
    frechet_ratio: float
    tstr: float
    share_closer: float
    pairwise_ratio: float


@dataclass(frozen=True)
class Faces:
    """n expressions and the feelings that they were asked to show.

    Attributes:
        weights: shape (n, 52), 0 to 1.
        emotion: shape (n, 16), shares that add up to 1.
        intensity: shape (n,), 0 to 1.
        group: int, shape (n,); rows of one number are of one subject.
    """

    weights: np.ndarray
    emotion: np.ndarray
    intensity: np.ndarray
    group: np.ndarray

    def __post_init__(self) -> None:
        lengths = {len(self.weights), len(self.emotion), len(self.intensity), len(self.group)}
        if len(lengths) != 1:
            raise ValueError(f"faces and labels differ in number: {sorted(lengths)}")

    def __len__(self) -> int:
        return len(self.weights)

    def __getitem__(self, chosen: np.ndarray | slice) -> "Faces":
        """Return some of the faces."""
        return Faces(
            self.weights[chosen], self.emotion[chosen], self.intensity[chosen], self.group[chosen]
        )

    def labels(self) -> np.ndarray:
        """Return the index of each face's largest emotion, int, shape (n,)."""
        dominant: np.ndarray = self.emotion.argmax(axis=1)
        return dominant

    def condition(self) -> np.ndarray:
        """Return each face's emotion and intensity, shape (n, 17)."""
        return np.concatenate([self.emotion, self.intensity[:, None]], axis=1)


def compare(
    real: Faces,
    generated: Faces,
    usual: float,
    training: Faces,
    scale: Scale,
    seed: int,
    unseen: Faces | None = None,
) -> Closeness:
    """Return how near generated faces are to real ones of subjects that no training saw.

    Args:
        real: held-out faces.
        generated: as many generated ones, asked for the same feelings.
        usual: ``usual_frechet`` of as many held-out faces.
        training: faces of the training part; none where copies are not looked for.
        scale: of the training part.
        seed: of the dither and the folds.
        unseen: as many held-out faces as those of the training part, for ``share_closer``; None
            for ``real``, of which there may be fewer.
    """
    real_rows, generated_rows, training_rows = (
        scale(faces.weights) for faces in (real, generated, training)
    )
    coverage, density = coverage_and_density(real_rows, generated_rows)
    live = (real.weights[:, scale.live], generated.weights[:, scale.live])
    conditions = (real.condition(), generated.condition())
    conditional = [np.concatenate(pair, axis=1) for pair in zip(live, conditions, strict=True)]
    noise = np.repeat([DITHER, 0.0], [live[0].shape[1], conditions[0].shape[1]])
    tstr_ratio, conditional_auc, closer = np.nan, np.nan, np.nan
    if len(training_rows):
        others = real_rows if unseen is None else scale(unseen.weights)
        closer = share_closer(generated_rows, training_rows, others)
    if len(np.unique(conditions[0], axis=0)) > 1:
        conditional_auc = two_sample_auc(
            conditional[0], conditional[1], seed, real.group, generated.group, noise
        )
    if len(np.unique(real.labels())) > 1:
        synthetic, reference = tstr(
            (generated_rows, generated.labels()),
            (training_rows[: len(generated)], training.labels()[: len(generated)]),
            (real_rows, real.labels()),
        )
        tstr_ratio = synthetic / reference
    return Closeness(
        coverage=coverage,
        density=density,
        mmd2=mmd2(real_rows, generated_rows),
        auc=two_sample_auc(live[0], live[1], seed, real.group, generated.group),
        conditional_auc=conditional_auc,
        frechet_ratio=frechet(real_rows, generated_rows) / usual,
        tstr=tstr_ratio,
        share_closer=closer,
        pairwise_ratio=pairwise_ratio(real_rows, generated_rows),
    )


def spearman(one: np.ndarray, other: np.ndarray) -> float:
    """Return Spearman's rank correlation of two arrays, shape (n,); 0 if one is constant."""
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(stats.spearmanr(one, other).statistic)
