# SPDX-License-Identifier: GPL-3.0-or-later
"""How well windows of the motion network's motion can be told from real ones it stands beside.

The network goes through the places of each real film (``sequences``), four times with other noise.
A classifier that has seen the windows of the other films says of each window whether it is real;
the measure is the area under its ROC curve: .5 when it cannot tell, 1 when it always can. Few films
make it coarse: print it with its spread over seeds.
"""

from collections.abc import Sequence

import numpy as np
import torch

from emotebot_blender.core.model import MotionModel

from .critic import windows_of
from .sequences import Film, draw_rehearsal

TAKES = 4
"""Rollouts beside each film."""


def told_apart(model: MotionModel, films: Sequence[Film], seed: int) -> float:
    """Return the area under the ROC curve.

    Args:
        model: the network.
        films: from ``sequences.read_films``, each followed by its mirror image; of two or more.
        seed: of the noise and of the choice of windows.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score

    windows, made, film = _beside(model, films, seed)
    score = np.zeros(len(made))
    for each in np.unique(film):
        judge = HistGradientBoostingClassifier(random_state=seed)
        judge.fit(windows[film != each], made[film != each])
        score[film == each] = judge.predict_proba(windows[film == each])[:, 1]
    return float(roc_auc_score(made, score))


def _beside(
    model: MotionModel, films: Sequence[Film], seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return windows, laid flat, whether each is made, and the number of its film.

    There are as many made ones as real ones.
    """
    generator = torch.Generator().manual_seed(seed)
    items = sorted({film.item for film in films})
    rows: list[np.ndarray] = []
    made: list[np.ndarray] = []
    places: list[np.ndarray] = []
    for film in films:
        steps = len(film.weights) - 1
        told = [draw_rehearsal([film], steps, 1, generator) for _ in range(TAKES)]
        real = windows_of(told[0].path, measured=True).flatten(1).numpy()
        paths = []
        for lesson in told:
            inputs = (lesson.target, lesson.emotion, lesson.clock, lesson.noise)
            start = model.rest(lesson.start[0].numpy())
            paths.append(model.advance(*(each[:, 0].numpy() for each in inputs), start)[0])
        path = torch.from_numpy(np.stack(paths, axis=1))
        rivals = windows_of(path, measured=False).flatten(1)
        chosen = torch.randperm(len(rivals), generator=generator)[: len(real)]
        both = np.concatenate([real, rivals[chosen].numpy()])
        rows.append(both)
        made.append(np.arange(len(both)) >= len(real))
        places.append(np.full(len(both), items.index(film.item)))
    return np.concatenate(rows), np.concatenate(made), np.concatenate(places)
