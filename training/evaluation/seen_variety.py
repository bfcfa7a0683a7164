# SPDX-License-Identifier: GPL-3.0-or-later
"""How much the faces of each emotion vary where it is seen: on the skin of a head."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from emotebot_blender.core.emotions import EXPRESSIVE, Mixture
from emotebot_blender.core.rig.face_template import read_template

from ..expression_data.data_mixture import DataMixture
from ..metrics.variety_metrics import displacement_map, nearest_means, takes_and_subjects
from .expressions import REFERENCE, FaceGenerators, ShareProgress, Sizes
from .face_samples import requested_faces, synthetic_takes

Figures = dict[str, Any]
Skins = dict[str, np.ndarray]
"""From the name of an emotion to faces, shape (n, 52), whose distances are those of the skin."""

TAKES = 4
"""Of each subject."""

_REAL = 7_000_000
"""Seeds of held-out subjects whom no other figure draws."""


def seen_variety(
    generators: FaceGenerators, mix: DataMixture, sizes: Sizes, progress: ShareProgress
) -> dict[str, dict[str, Figures]]:
    """Return the figures of everybody by emotion, lists with one value a seed.

    Distances are those of ``displacement_map``: ``takes`` of one subject at full intensity, and of
    different ``subjects``; over the same of held-out subjects, ``seen_takes`` and ``seen_subjects``
    (``targets``). ``between`` is the distance from the mean face to that of the ``nearest`` other
    emotion, ``spread`` that of subjects over it. The baselines know nothing of subjects, and have
    the first seed alone.

    Args:
        generators: the networks and the baselines.
        mix: of the training.
        sizes: how much is drawn.
        progress: called with the share done, 0 to 1.
    """
    subjects = max(sizes.emotion // TAKES, 10)
    to_skin = displacement_map(read_template().effects.fields)
    table: dict[str, dict[str, Figures]] = {}
    for done, seed in enumerate(sizes.seeds):
        drawn: dict[str, Skins] = {}
        real: Skins = {}
        for step, name in enumerate(EXPRESSIVE):
            requested = requested_faces(Mixture.of({name: 1.0}), subjects, TAKES)
            first, again = (
                synthetic_takes(name, subjects, mix, _REAL + 2 * seed + i, TAKES) for i in (0, 1)
            )
            real[name] = first.weights @ to_skin
            for who, faces in [*generators.faces(requested, seed), (REFERENCE, again)]:
                drawn.setdefault(who, {})[name] = faces.weights @ to_skin
            progress((done + (step + 1) / len(EXPRESSIVE)) / len(sizes.seeds))
        for who, rows in drawn.items():
            if seed == sizes.seeds[0] or who in (*generators.networks, REFERENCE):
                _note(table.setdefault(who, {}), spread_figures(rows, real, TAKES))
    return table


def spread_figures(made: Mapping[str, np.ndarray], real: Skins, takes: int) -> dict[str, Figures]:
    """Return the figures of one sample of faces, as ``seen_variety`` has them, by emotion.

    Args:
        made: faces of each emotion, shape (subjects × takes, d), one subject after the other.
        real: held-out ones of the same emotions, alike.
        takes: of each subject.
    """
    nearest = nearest_means(made)
    table = {}
    for name, rows in made.items():
        own, others = takes_and_subjects(rows, takes)
        real_own, real_others = takes_and_subjects(real[name], takes)
        table[name] = {
            "takes": own,
            "subjects": others,
            "seen_takes": own / real_own,
            "seen_subjects": others / real_others,
            "nearest": nearest[name][0],
            "between": nearest[name][1],
            "spread": others / nearest[name][1],
        }
    return table


def mean_figures(table: Mapping[str, Mapping[str, Any]]) -> dict[str, list[float]]:
    """Return the mean over the emotions of each figure of somebody, one value a seed.

    Args:
        table: emotion to figures, as ``seen_variety`` gives them.
    """
    rows = list(table.values())
    keys = [key for key, value in rows[0].items() if isinstance(value, list)]
    return {key: np.mean([row[key] for row in rows], axis=0).tolist() for key in keys}


def seen_distances(table: Mapping[str, Mapping[str, Figures]], name: str) -> dict[str, Figures]:
    """Return the distances of somebody beside those of held-out subjects, for a chart, by emotion.

    Args:
        table: as ``seen_variety`` gives it.
        name: of a row of it.
    """
    return {
        emotion: {
            prefix + key: float(np.mean(table[who][emotion][figure]))
            for prefix, who in (("", name), ("real_", REFERENCE))
            for key, figure in (("own", "takes"), ("others", "subjects"))
        }
        for emotion in table[name]
    }


def _note(table: dict[str, Figures], figures: Mapping[str, Figures]) -> None:
    for name, row in figures.items():
        for key, value in row.items():
            if key == "nearest":
                table.setdefault(name, {}).setdefault(key, value)
            else:
                table.setdefault(name, {}).setdefault(key, []).append(value)
