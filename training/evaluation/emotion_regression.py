# SPDX-License-Identifier: GPL-3.0-or-later
"""A regressor of how much of each emotion a face shows, learned from training faces alone."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from emotebot_blender.core.emotions import EMOTIONS

from ..metrics.expression_metrics import Faces

EXPRESSIVE_EMOTIONS = tuple(name for name in EMOTIONS if name != "neutral")


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
            for name in EXPRESSIVE_EMOTIONS
        }

    def amount(self, emotion: str, weights: np.ndarray) -> np.ndarray:
        """Return how much of one emotion faces show, shape (n, 52) to (n,)."""
        amount: np.ndarray = self._trees[emotion].predict(weights)
        return amount
