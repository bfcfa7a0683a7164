# SPDX-License-Identifier: GPL-3.0-or-later
"""Do compound emotions come out as Du, Tao & Martinez 2014 published them?

They published on how many subjects each action unit was seen. Faces made of channels carry no list
of units, so the units are read off them as a coder would learn to: by faces like them whose units
are known.
"""

from dataclasses import dataclass

import numpy as np

from emotebot_blender.core.emotions import Mixture

from ..expression_data.synthetic_subjects import (
    UNIT_SOURCES,
    SyntheticSubject,
    Take,
    faces_of_takes,
)
from ..tables import facs

REFERENCE_FACES = 1500
"""Faces with known units to compare with."""

NEIGHBOURS = 10


@dataclass(frozen=True)
class Frequency:
    """How often one unit shows in one emotion, 0 to 1.

    Attributes:
        unit: the action unit.
        published: on the subjects of Du et al.
        generated: on the faces in question.
    """

    unit: int
    published: float
    generated: float


def takes_of(
    mixture: Mixture,
    distribution: facs.UnitDistribution,
    count: int,
    rng: np.random.Generator,
    intensity: float = 1,
) -> list[Take]:
    """Return takes of a compound emotion, each by another synthetic subject.

    Args:
        mixture: the emotion.
        distribution: of its units.
        count: of takes.
        rng: source of chance.
        intensity: of the faces, 0 to 1.
    """
    source_weights = dict.fromkeys(UNIT_SOURCES, 1.0)
    return [
        SyntheticSubject(rng, source_weights).show_compound(distribution, mixture, intensity)
        for _ in range(count)
    ]


def frequencies(
    weights: np.ndarray,
    mixture: Mixture,
    distribution: facs.UnitDistribution,
    rng: np.random.Generator,
    intensity: float = 1,
) -> list[Frequency]:
    """Return how often each unit shows on faces of a compound emotion, beside what is published.

    Args:
        weights: shape (n, 52), the faces.
        mixture: the emotion; see ``facs.compounds``.
        distribution: of its units.
        rng: where the faces with known units come from.
        intensity: of the faces.
    """
    takes = takes_of(mixture, distribution, REFERENCE_FACES, rng, intensity)
    known = faces_of_takes(takes)
    apart = np.sqrt(((weights[:, None] - known[None]) ** 2).sum(axis=2))
    near = np.argsort(apart, axis=1)[:, :NEIGHBOURS]
    shares: list[Frequency] = []
    for unit in sorted({unit for units in distribution.sets for unit in units}):
        shown = np.array([unit in take.shown[0][0] for take in takes])
        shares.append(Frequency(unit, distribution.frequency(unit), float(shown[near].mean())))
    return shares
