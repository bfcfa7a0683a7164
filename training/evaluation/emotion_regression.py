# SPDX-License-Identifier: GPL-3.0-or-later
"""What reads emotions off faces, learned from training faces alone."""

from collections.abc import Sequence

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression

from emotebot_blender.core.emotions import EMOTIONS, EXPRESSIVE, ROUNDING

from ..metrics.expression_metrics import Faces
from ..metrics.movement_metrics import TIMED


class EmotionRegressor:
    """Boosted trees that read an emotion's share times the intensity off the 52 weights.

    Args:
        training: labelled faces of the training part; no held-out face and no generated one.
    """

    def __init__(self, training: Faces) -> None:
        amounts = training.emotion * training.intensity[:, None]
        self._trees = {
            name: HistGradientBoostingRegressor(
                max_iter=80, early_stopping=False, random_state=0
            ).fit(training.weights, amounts[:, EMOTIONS.index(name)])
            for name in EXPRESSIVE
        }

    def amount(self, emotion: str, weights: np.ndarray) -> np.ndarray:
        """Return how much of one emotion faces show, shape (n, 52) to (n,)."""
        amount: np.ndarray = self._trees[emotion].predict(weights)
        return amount


MIXED = "mixed"
"""What the classifier calls a face of more than one emotion."""


class EmotionClassifier:
    """Logistic regression that names an emotion, or calls a face mixed.

    Compounds and mixtures are a class of their own, so that a face half-way between two emotions
    need not be called either.

    Args:
        training: labelled faces of the training part; no held-out face and no generated one.
        emotions: that it knows; faces with a share of another one are left out.
        channels: bool, shape (52,), those that it looks at: lids only where nothing blinks.
    """

    def __init__(
        self,
        training: Faces,
        emotions: Sequence[str] = EMOTIONS,
        channels: np.ndarray = TIMED,
    ) -> None:
        self._channels = channels
        known = np.array([name in emotions for name in EMOTIONS])
        training = training[training.emotion[:, ~known].sum(axis=1) < ROUNDING]
        pure = training.emotion.max(axis=1) > 1 - ROUNDING
        names = np.array(EMOTIONS)[training.emotion.argmax(axis=1)]
        self._regression = LogisticRegression(max_iter=2000)
        self._regression.fit(training.weights[:, channels], np.where(pure, names, MIXED))

    def names(self, weights: np.ndarray) -> np.ndarray:
        """Return what faces show, shape (n, 52) to names, (n,)."""
        names: np.ndarray = self._regression.predict(weights[:, self._channels])
        return names
