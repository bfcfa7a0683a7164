# SPDX-License-Identifier: GPL-3.0-or-later
"""How the expression network behaves: intensity, mixtures, identities, sides, single channels."""

import dataclasses
import itertools
from typing import Any

import numpy as np
from scipy import stats

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import EMOTIONS, EXPRESSIVE, Mixture
from emotebot_blender.core.performance.networks import ExpressionModel

from ..expression_data.data_mixture import DataMixture
from ..faces.landmarks import UNSEEN, WEAKLY_MEASURED
from ..metrics.expression_metrics import Scale, spearman
from ..metrics.variety_metrics import takes_and_subjects
from ..tables import facs
from .compounds import frequencies
from .emotion_regression import EmotionRegressor
from .face_samples import generate, requested_faces, synthetic_faces, synthetic_takes

_LEVELS = np.linspace(0, 1, 21)
_SHARES = np.linspace(0, 1, 5)


def intensity(
    network: ExpressionModel, regressor: EmotionRegressor, mix: DataMixture, count: int
) -> dict[str, Any]:
    """Return how faces grow with the intensity.

    ``falls`` is the largest drop of any channel of the network between two of 21 levels, and
    ``at_rest`` the largest weight at 0; both are exactly 0 if all is well. ``falls_performed`` is
    the largest drop in a performance, where an eye that closes opens less wide. ``spearman``
    holds, by emotion, the rank correlation of the intensity with the regressor's amount, over
    different subjects (``people``), over the levels of one face (``one_face``), and over held-out
    synthetic subjects, which is as far as the regressor can tell at all (``real``).

    Args:
        network: the expression generator.
        regressor: reads emotions off faces.
        mix: of the training.
        count: of faces.
    """
    feelings = [Mixture.of({name: 1.0}) for name in EMOTIONS]
    feelings += [
        Mixture.of({one: 0.5, other: 0.5}) for one, other in itertools.combinations(EMOTIONS, 2)
    ]
    falls, falls_performed, at_rest = 0.0, 0.0, 0.0
    for number, mixture in enumerate(feelings):
        path = _ladder(network, mixture, 8, number, as_performed=False)
        falls = max(falls, float(-np.diff(path, axis=1).min(initial=0)))
        at_rest = max(at_rest, float(np.abs(path[:, 0]).max()))
        path = _ladder(network, mixture, 8, number)
        falls_performed = max(falls_performed, float(-np.diff(path, axis=1).min(initial=0)))
    table = {}
    for number, name in enumerate(EXPRESSIVE):
        mixture = Mixture.of({name: 1.0})
        levels = np.random.default_rng((3, number)).random(count)
        requested = dataclasses.replace(requested_faces(mixture, count), intensity=levels)
        real = synthetic_takes(name, count, mix, 7, intensity=levels)
        generated = generate(network, requested, 11)
        ladder = _ladder(network, mixture, 20, 100 + number)
        table[name] = {
            "people": spearman(levels, regressor.amount(name, generated.weights)),
            "one_face": float(
                np.mean([spearman(_LEVELS, regressor.amount(name, face)) for face in ladder])
            ),
            "real": spearman(levels, regressor.amount(name, real.weights)),
        }
    return {
        "falls": falls,
        "falls_performed": falls_performed,
        "at_rest": at_rest,
        "spearman": table,
    }


def _ladder(
    network: ExpressionModel, mixture: Mixture, subjects: int, seed: int, as_performed: bool = True
) -> np.ndarray:
    """Return faces of some subjects at rising intensities, shape (subjects, 21, 52)."""
    requested = [requested_faces(mixture, subjects, intensity=float(level)) for level in _LEVELS]
    levels = [generate(network, faces, seed, as_performed).weights for faces in requested]
    return np.stack(levels, axis=1)


def compounds(network: ExpressionModel, subjects: int) -> dict[str, Any]:
    """Return how often each unit shows in the published compound emotions.

    Returns:
        ``units``: for each compound and unit the published share and the network's.
        ``difference``: their mean distance. ``correlation``: of both. ``by_emotion``: the mean
        distance of each compound.
    """
    rows = []
    for number, (mixture, distribution) in enumerate(facs.compounds()):
        faces = generate(network, requested_faces(mixture, subjects), 200 + number)
        shares = frequencies(
            faces.weights, mixture, distribution, np.random.default_rng((number, 8))
        )
        rows += [(_name(mixture), row.unit, row.published, row.generated) for row in shares]
    keys = ("emotion", "unit", "published", "made")
    table = np.array([row[2:] for row in rows])
    apart = np.abs(table[:, 0] - table[:, 1])
    names = np.array([row[0] for row in rows])
    return {
        "units": [dict(zip(keys, row, strict=True)) for row in rows],
        "difference": float(apart.mean()),
        "correlation": float(np.corrcoef(table.T)[0, 1]),
        "by_emotion": {name: float(apart[names == name].mean()) for name in dict.fromkeys(names)},
    }


def _name(mixture: Mixture) -> str:
    parts = sorted(mixture.amounts().items(), key=lambda part: -part[1])
    even = len({share for _, share in parts}) == 1
    return " + ".join(name if even else f"{share:.0%} {name}" for name, share in parts)


def mixtures(
    network: ExpressionModel, regressor: EmotionRegressor, subjects: int
) -> dict[str, Any]:
    """Return whether faces go over from one emotion to another as the shares do.

    For each pair of emotions, the rank correlation of the first one's share, 0 to 1 in quarters,
    with the regressor's amount of it on the same subjects' faces, mean over subjects and both
    emotions.

    Args:
        network: the expression generator.
        regressor: reads emotions off faces.
        subjects: how many.
    """
    table = {}
    for number, (one, other) in enumerate(itertools.combinations(EXPRESSIVE, 2)):
        steps = [
            generate(
                network, requested_faces(_blend(one, other, share), subjects), 300 + number
            ).weights
            for share in _SHARES
        ]
        correlations = []
        for name, shares in ((one, _SHARES), (other, 1 - _SHARES)):
            amounts = np.array([regressor.amount(name, weights) for weights in steps])
            correlations += [spearman(shares, column) for column in amounts.T]
        table[f"{one} to {other}"] = float(np.mean(correlations))
    return {"spearman": table, "mean": float(np.mean(list(table.values())))}


def _blend(one: str, other: str, share: float) -> Mixture:
    return Mixture.of({one: share, other: 1 - share})


def characters(
    network: ExpressionModel, scale: Scale, mix: DataMixture, subjects: int, takes: int = 4
) -> dict[str, dict[str, float]]:
    """Return how far takes of one subject and faces of different subjects are apart, by emotion.

    Distances are in deviations; ``own`` is the mean over pairs of takes of one subject, ``others``
    over pairs of subjects, and beside them the same of synthetic subjects.

    Args:
        network: the expression generator.
        scale: of the distances.
        mix: of the training.
        subjects: how many.
        takes: of each subject.
    """
    table = {}
    for number, name in enumerate(EXPRESSIVE):
        requested = requested_faces(Mixture.of({name: 1.0}), subjects, takes)
        generated = generate(network, requested, 400 + number)
        real = synthetic_takes(name, subjects, mix, 9, takes)
        own, others = takes_and_subjects(scale(generated.weights), takes)
        real_own, real_others = takes_and_subjects(scale(real.weights), takes)
        table[name] = {
            "own": own,
            "others": others,
            "ratio": own / others,
            "real_own": real_own,
            "real_others": real_others,
            "real_ratio": real_own / real_others,
        }
    return table


MOUTH_SIDES = ("mouthSmile", "mouthDimple", "mouthUpperUp", "mouthPress")


def one_sidedness(
    network: ExpressionModel, mix: DataMixture, subjects: int
) -> dict[str, dict[str, float]]:
    """Return how one-sided contempt is, and happiness beside it.

    ``one_sided`` is the share of faces whose weaker mouth side does less than half of what the
    stronger does, ``left`` the share among them whose left side leads; ``real_`` before either
    means synthetic subjects.

    Args:
        network: the expression generator.
        mix: of the training.
        subjects: how many.
    """
    table = {}
    for name in ("contempt", "happiness"):
        generated = generate(network, requested_faces(Mixture.of({name: 1.0}), subjects), 500)
        real = synthetic_takes(name, subjects, mix, 13)
        sided, left = _sides(generated.weights)
        real_sided, real_left = _sides(real.weights)
        table[name] = {
            "one_sided": sided,
            "left": left,
            "real_one_sided": real_sided,
            "real_left": real_left,
        }
    return table


def _sides(weights: np.ndarray) -> tuple[float, float]:
    left, right = (
        weights[:, [INDEX[name + side] for name in MOUTH_SIDES]].sum(axis=1)
        for side in ("Left", "Right")
    )
    sided = np.minimum(left, right) < 0.5 * np.maximum(left, right)
    leads = (left > right)[sided]
    return float(sided.mean()), float(leads.mean()) if len(leads) else float("nan")


def channels(
    network: ExpressionModel, scale: Scale, mix: DataMixture, subjects: int
) -> list[dict[str, Any]]:
    """Return each live channel's mean and 95th percentile, real and generated, and their distance.

    The distance is Kolmogorov and Smirnov's of the two samples; ``from_tables`` says which
    channels were learned from tables of action units alone, or mostly.

    Args:
        network: the expression generator.
        scale: of the distances.
        mix: of the training.
        subjects: how many.
    """
    real = synthetic_faces(subjects, mix, 0)
    generated = generate(network, real, 0)
    rows = []
    for index in np.flatnonzero(scale.live):
        real_column, generated_column = real.weights[:, index], generated.weights[:, index]
        rows.append(
            {
                "channel": CHANNELS[index],
                "from_tables": learned_from_tables(CHANNELS[index]),
                "real_mean": float(real_column.mean()),
                "made_mean": float(generated_column.mean()),
                "real_p95": float(np.quantile(real_column, 0.95)),
                "made_p95": float(np.quantile(generated_column, 0.95)),
                "distance": float(
                    stats.ks_2samp(real_column, generated_column, method="asymp").statistic
                ),
            }
        )
    return rows


def learned_from_tables(channel: str) -> str:
    """Return "only", "mostly" or nothing: how much of a channel no landmarker measured."""
    if channel in UNSEEN:
        return "only"
    return "mostly" if channel.startswith(WEAKLY_MEASURED) else ""
