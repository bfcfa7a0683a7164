# SPDX-License-Identifier: GPL-3.0-or-later
"""How near generated expressions are to real ones, as plain functions of arrays.

Rows are expressions, shape (n, channels). Distances between rows are meant in deviations of each
channel: scale rows with ``Scale`` first, which also leaves out the channels that stand still.
Every docstring names its source and the value that two samples of one law give. The figures of
movements stand at the end.
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
"""Deviation of the noise on weights that a classifier sees: less than that no eye sees."""

ALIVE = 0.05
"""A channel lives whose weight passes this on one face in a hundred."""

NEIGHBOURS = 5

BANDWIDTHS = (0.25, 1.0, 4.0)
"""Widths of the kernels of ``mmd2``, in median distances."""

_FOLDS = 5
_DITHERING = 1


@dataclass(frozen=True)
class Scale:
    """What distances between faces are measured in, taken from one set of real faces.

    Attributes:
        live: shape (channels,), bool: the channels that move in those faces.
        spread: shape (live channels,): their deviations, none below ``DITHER``.
    """

    live: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray) -> "Scale":
        """Return the scale of a set of real faces, shape (n, channels)."""
        live = np.quantile(rows, 0.99, axis=0) > ALIVE
        return cls(live, np.maximum(rows[:, live].std(axis=0), DITHER))

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """Return faces in deviations, shape (n, channels) to (n, live channels)."""
        scaled: np.ndarray = rows[:, self.live] / self.spread
        return scaled


def coverage_and_density(
    real: np.ndarray, made: np.ndarray, neighbours: int = NEIGHBOURS
) -> tuple[float, float]:
    """Return the share of real rows that have a made one near, and how many made ones crowd there.

    Naeem et al. 2020. "Near" is within the distance to the real row's k-th real neighbour. Two
    samples of one law and one size give a coverage of 1 - (n-1)...(n-k) / ((2n-1)...(2n-k)), which
    is .969 for k = 5, and a density of 1.

    Args:
        real: shape (n, d), n above ``neighbours``.
        made: shape (m, d).
        neighbours: k.

    Returns:
        coverage, 0 to 1, and density, from 0 up.
    """
    among = distance.cdist(real, real)
    radius = np.partition(among, neighbours, axis=1)[:, neighbours]  # the row itself is the first
    near = distance.cdist(real, made) <= radius[:, None]
    return float(near.any(axis=1).mean()), float(near.sum() / (neighbours * len(made)))


def mmd2(real: np.ndarray, made: np.ndarray) -> float:
    """Return the squared maximum mean discrepancy, the unbiased estimate.

    Gretton et al. 2012, with the mean of three Gaussian kernels whose widths are ``BANDWIDTHS``
    times the median distance between real rows. About 0 for two samples of one law, and as often
    below as above; 2 at most.

    Args:
        real: shape (n, d).
        made: shape (m, d).
    """
    among = distance.pdist(real, "sqeuclidean")
    median = np.median(among)

    def kernel(squared: np.ndarray) -> float:
        return float(np.mean([np.exp(-squared / (2 * b * b * median)).mean() for b in BANDWIDTHS]))

    across = kernel(distance.cdist(real, made, "sqeuclidean"))
    return kernel(among) + kernel(distance.pdist(made, "sqeuclidean")) - 2 * across


def two_sample_auc(
    real: np.ndarray,
    made: np.ndarray,
    seed: int,
    real_groups: np.ndarray | None = None,
    made_groups: np.ndarray | None = None,
    noise: float | np.ndarray = DITHER,
    paired: bool = False,
) -> float:
    """Return how well a classifier that never saw them tells made rows from real ones.

    Lopez-Paz & Oquab 2017, with boosted trees and the area under the ROC curve over all folds of a
    cross-validation. Every value is dithered, so that exact zeros and roundings tell nothing. .5
    when nobody could tell, 1 when everybody can.

    Args:
        real: shape (n, d), weights from 0 to 1, any columns of labels behind them.
        made: shape (m, d), alike.
        seed: of the dither and the folds.
        real_groups: whole numbers, shape (n,): rows of one number, such as mirrored twins, stand
            in one fold; None when every row stands alone.
        made_groups: shape (m,), alike.
        noise: deviation of the dither, one or one for each column.
        paired: whether a group of made rows and the real group of that number stay together.
    """
    rng = np.random.default_rng((seed, _DITHERING))  # not the seed of what is judged
    rows = np.concatenate([real, made]).astype(float)
    rows += rng.normal(size=rows.shape) * noise
    truth = np.repeat([0, 1], [len(real), len(made)])
    first = np.arange(len(real)) if real_groups is None else real_groups
    second = np.arange(len(made)) if made_groups is None else made_groups
    groups = np.concatenate([first, second if paired else second + first.max() + 1])
    score = np.empty(len(rows))
    folds = min(_FOLDS, len(np.unique(groups)))
    for learn, judge in GroupKFold(folds, shuffle=True, random_state=seed).split(
        rows, truth, groups
    ):
        trees = HistGradientBoostingClassifier(
            max_iter=60, max_leaf_nodes=15, early_stopping=False, random_state=seed
        )
        score[judge] = trees.fit(rows[learn], truth[learn]).predict_proba(rows[judge])[:, 1]
    return float(roc_auc_score(truth, score))


def frechet(one: np.ndarray, other: np.ndarray) -> float:
    """Return the Fréchet distance between the normal laws nearest to two sets of rows.

    Dowson & Landau 1982, squared as in the FID of Heusel et al. 2017. 0 for equal sets, from there
    up; two samples of one law are further apart the fewer they are, so divide by ``usual_frechet``.

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
    """Return the mean Fréchet distance between samples of one law, over all pairs of them.

    What two sets of real faces of this size are apart by chance: the measure of ``frechet``.

    Args:
        samples: two or more, each of shape (n, d).
    """
    pairs = itertools.combinations(samples, 2)
    return float(np.mean([frechet(one, other) for one, other in pairs]))


def usefulness(
    made: tuple[np.ndarray, np.ndarray],
    training: tuple[np.ndarray, np.ndarray],
    held_out: tuple[np.ndarray, np.ndarray],
) -> tuple[float, float]:
    """Return how well emotions are told after learning from made rows and from real ones.

    "Train on synthetic, test on real", Esteban, Hyland & Rätsch 2017, by a logistic regression;
    the figure is the first over the second, 1 for one law. Accuracies are balanced: every emotion
    counts the same.

    Args:
        made: rows, shape (n, d), and their labels, shape (n,), to learn from.
        training: real ones to learn from.
        held_out: other real ones that both are tested on.

    Returns:
        the two accuracies, 0 to 1, first of those who learned from the made rows.
    """
    scores = []
    for rows, labels in (made, training):
        judge = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=300))
        judge.fit(rows, labels)
        scores.append(float(balanced_accuracy_score(held_out[1], judge.predict(held_out[0]))))
    return scores[0], scores[1]


def share_closer(made: np.ndarray, training: np.ndarray, unseen: np.ndarray) -> float:
    """Return the share of made rows whose nearest face is a training face, not an unseen one.

    The test for copied data of Meehan, Chaudhuri & Dasgupta 2020 as a share: .5 for a model that
    has learned the law, 1 for one that repeats what it saw; equally near counts half.

    Args:
        made: shape (m, d).
        training: shape (n, d).
        unseen: shape (u, d); the longer of the two is cut to the other's length.
    """
    count = min(len(training), len(unseen))
    _, seen = pairwise_distances_argmin_min(made, training[:count])
    _, other = pairwise_distances_argmin_min(made, unseen[:count])
    return float((seen < other).mean() + 0.5 * (seen == other).mean())


def pairwise_ratio(real: np.ndarray, made: np.ndarray) -> float:
    """Return the mean distance between two made rows over that between two real ones.

    1 for one law; below it the made rows vary too little.
    """
    return float(distance.pdist(made).mean() / distance.pdist(real).mean())


@dataclass(frozen=True)
class Closeness:
    """The figures that stand beside every model and every baseline; see the functions' words.

    ``auc`` sees the weights, ``auc_told`` also the feeling that was asked for. ``usefulness`` is
    the accuracy after learning from made rows over that after learning from real ones. The last
    two are not a number where one feeling, one emotion alone was asked for.
    """

    coverage: float
    density: float
    mmd2: float
    auc: float
    auc_told: float
    frechet_ratio: float
    usefulness: float
    share_closer: float
    pairwise_ratio: float


@dataclass(frozen=True)
class Faces:
    """Expressions and what they were asked to show.

    Attributes:
        weights: shape (n, 52).
        emotion: shape (n, 8).
        intensity: shape (n,).
        group: whole numbers, shape (n,); rows of one number belong to one person.
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
        """Return the index of each face's largest emotion, shape (n,)."""
        dominant: np.ndarray = self.emotion.argmax(axis=1)
        return dominant

    def told(self) -> np.ndarray:
        """Return each face's emotion and intensity, shape (n, 9)."""
        return np.concatenate([self.emotion, self.intensity[:, None]], axis=1)


def compare(
    real: Faces,
    made: Faces,
    usual: float,
    training: Faces,
    scale: Scale,
    seed: int,
    unseen: Faces | None = None,
) -> Closeness:
    """Return how near made faces are to real ones of people that no training saw.

    Args:
        real: held-out faces.
        made: as many, asked for the same feelings.
        usual: ``usual_frechet`` of as many held-out faces.
        training: faces of the training part; none where copies are not looked for.
        scale: of the training part.
        seed: of what is drawn.
        unseen: as many held-out faces as those of the training part, for ``share_closer``; None
            for ``real``, where as few training faces then count.
    """
    near, far, seen = (scale(each.weights) for each in (real, made, training))
    coverage, density = coverage_and_density(near, far)
    live = (real.weights[:, scale.live], made.weights[:, scale.live])
    felt = (real.told(), made.told())
    told = [np.concatenate(pair, axis=1) for pair in zip(live, felt, strict=True)]
    quiet = np.repeat([DITHER, 0.0], [live[0].shape[1], 9])
    use, told_auc, closer = np.nan, np.nan, np.nan
    if len(seen):
        closer = share_closer(far, seen, near if unseen is None else scale(unseen.weights))
    if len(np.unique(felt[0], axis=0)) > 1:
        told_auc = two_sample_auc(told[0], told[1], seed, real.group, made.group, quiet)
    if len(np.unique(real.labels())) > 1:
        learned, known = usefulness(
            (far, made.labels()),
            (seen[: len(made)], training.labels()[: len(made)]),
            (near, real.labels()),
        )
        use = learned / known
    return Closeness(
        coverage=coverage,
        density=density,
        mmd2=mmd2(near, far),
        auc=two_sample_auc(live[0], live[1], seed, real.group, made.group),
        auc_told=told_auc,
        frechet_ratio=frechet(near, far) / usual,
        usefulness=use,
        share_closer=closer,
        pairwise_ratio=pairwise_ratio(near, far),
    )


def spearman(one: np.ndarray, other: np.ndarray) -> float:
    """Return Spearman's rank correlation of two rows of numbers, -1 to 1; 0 if one stands still."""
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(stats.spearmanr(one, other).statistic)


def sparc(speed: np.ndarray, fps: float) -> float:
    """Return how smooth a movement is: the length of its speed's spectrum, as a negative number.

    Spectral arc length, Balasubramanian et al. 2015, with the authors' settings: four times padded
    to a power of two, cut at 10 Hz and where the spectrum stays below .05. About -1.4 for one
    minimum jerk, nearer to 0 is smoother.

    Args:
        speed: shape (frames,), from rest to rest, not 0 throughout.
        fps: frames a second.
    """
    size = 2 ** (int(np.ceil(np.log2(len(speed)))) + 4)
    frequency = np.arange(size) * fps / size
    spectrum = np.abs(np.fft.fft(speed, size))
    spectrum = (spectrum / spectrum.max())[frequency <= 10.0]
    frequency = frequency[frequency <= 10.0]
    strong = np.flatnonzero(spectrum >= 0.05)
    kept = slice(strong[0], strong[-1] + 1)
    spectrum, frequency = spectrum[kept], frequency[kept]
    steps = np.hypot(np.diff(frequency) / np.ptp(frequency), np.diff(spectrum))
    return float(-steps.sum())


def peak_ratio(path: np.ndarray, fps: float, seconds: float) -> float:
    """Return peak speed x time / amplitude of a movement, from 1 up.

    Linear 1, Bezier ease 1.5, minimum jerk 1.875 (Flash & Hogan 1985), critically damped spring
    about 2.4.

    Args:
        path: shape (frames,), the values, the first and last of which are apart.
        fps: frames a second.
        seconds: that the movement took.
    """
    speed = np.abs(np.gradient(path, 1 / fps)).max()
    return float(speed * seconds / abs(path[-1] - path[0]))
