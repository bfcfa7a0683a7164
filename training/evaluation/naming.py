# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether faces in full are named as the emotion that was asked for, among all sixteen."""

from collections import Counter

import numpy as np

from emotebot_blender.core.emotions import EXPRESSIVE, Mixture
from emotebot_blender.core.performance.networks import ExpressionModel

from ..expression_data.data_mixture import DataMixture
from ..metrics.expression_metrics import Faces
from .emotion_regression import EmotionClassifier
from .face_samples import generate, requested_faces, synthetic_takes

Names = dict[str, dict[str, float | str]]

_SEED = 500


def naming(network: ExpressionModel, training: Faces, mix: DataMixture, subjects: int) -> Names:
    """Return how often a classifier names faces of each emotion rightly, ``made`` and ``real``.

    ``mistaken`` is what the network's faces are called most often beside it, "" for nothing.

    Args:
        network: the expression generator.
        training: labelled faces that the classifier learns from.
        mix: of the training.
        subjects: faces of each emotion, at full intensity.
    """
    everything = np.ones(training.weights.shape[1], dtype=bool)
    classifier, table = EmotionClassifier(training, channels=everything), {}
    for number, name in enumerate(EXPRESSIVE):
        requested = requested_faces(Mixture.of({name: 1.0}), subjects)
        called = classifier.names(generate(network, requested, _SEED + number).weights)
        real = classifier.names(synthetic_takes(name, subjects, mix, _SEED + number).weights)
        others = Counter(called[called != name].tolist()).most_common(1)
        table[name] = {
            "made": float(np.mean(called == name)),
            "real": float(np.mean(real == name)),
            "mistaken": others[0][0] if others else "",
        }
    return table
