# SPDX-License-Identifier: GPL-3.0-or-later
"""Which action units make an emotion: published tables, as distributions over sets of units.

Sources, each a table in ``training/data``: how often each unit and each pair of units was
seen on the posed peak faces of CK+ (Lucey et al. 2010), the percentages of Du, Tao & Martinez
2014 for basic and compound emotions, and the prototypes of EMFACS (Friesen & Ekman 1983), of the
FACS manual (Ekman & Friesen 1978, Table 11-1) and of its Investigator's Guide (Ekman, Friesen &
Hager 2002, Table 10-2). The further emotions have prototypes alone: of
conversation after Craig et al., Cunningham et al., El Kaliouby & Robinson, Forsyth et al. and the
data-driven ones of Jack & Schyns, as Snoek et al. (hypothesis kernel analysis) collected them; of
pain after Prkachin & Solomon 2008, of embarrassment after Keltner 1995; and the project's own.
``action_units`` turns units into channels.
"""

import itertools
import math
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from emotebot_blender.core.emotions import Mixture

from .published import DATA, read_table

Units = frozenset[int]
"""The action units that a face shows."""

PSEUDO_FACES = 0.5
"""Faces with independent units added to each table of pairs, so that no rare pair is forbidden; the
project's own choice."""

LETTERS: tuple[tuple[str, float, float], ...] = (
    ("A", 0.05, 0.15),
    ("B", 0.15, 0.35),
    ("C", 0.35, 0.65),
    ("D", 0.65, 0.9),
    ("E", 0.9, 1.0),
)
"""FACS intensities (Ekman, Friesen & Hager 2002): trace, slight, marked, severe, maximum. Each with
the share of a unit's greatest movement from and to which it reaches: the project's own reading, as
FACS gives the letters no numbers."""

LEVELS = (LETTERS[0][1], *(high for _, _, high in LETTERS))
"""The six amounts that bound the five letters, 0 to 1."""

CORE_INTENSITIES = (0.0, 0.0, 0.0, 0.15, 0.85)
"""Probabilities of A to E for a unit that most posed peak faces of an emotion show: posed as
strongly as people can. The project's own choice."""

OPENING_INTENSITIES = {
    25: (0.05, 0.1, 0.3, 0.35, 0.2),
    26: (0.0, 0.0, 0.35, 0.4, 0.25),
    27: (0.0, 0.0, 0.35, 0.4, 0.25),
}
"""The same for units that open the mouth: they tell less of an emotion than how the mouth is drawn,
so they are spread over more letters. The project's own choice."""

INCIDENTAL_INTENSITIES = (0.05, 0.3, 0.45, 0.2, 0.0)
"""The same for a unit that only some of those faces show. The project's own choice."""

NEIGHBOURING = 0.15
"""Probability of each letter beside the one that ``unit_intensities.csv`` has for a unit of an
emotion, which has the remainder. The project's own choice."""

SPONTANEOUS_INTENSITIES = (0.10, 0.46, 0.27, 0.14, 0.03)
"""The same for the spontaneous action units that were hand-coded for CAS(ME)² and SAMM Long Videos,
A 10 %, B 46 %, C 27 %, D 14 %, E 3 %: how strong the faces of daily life are."""

ONE_SIDED = 0.25
"""Share of the hand-coded spontaneous expressions that were stronger on one side."""


@dataclass(frozen=True)
class UnitDistribution:
    """A probability distribution over sets of action units.

    Attributes:
        sets: the possible sets.
        probabilities: float64, shape (sets,), adding up to 1.
    """

    sets: tuple[Units, ...]
    probabilities: np.ndarray

    @cached_property
    def _edges(self) -> list[float]:
        return [float(edge) for edge in np.cumsum(self.probabilities)[:-1]]

    def draw(self, rng: np.random.Generator) -> Units:
        """Return one set."""
        return self.sets[bisect(self._edges, rng.random())]

    @cached_property
    def _frequencies(self) -> dict[int, float]:
        return {
            unit: float(self.probabilities[[unit in units for units in self.sets]].sum())
            for unit in frozenset().union(*self.sets)
        }

    def frequency(self, unit: int) -> float:
        """Return the probability that a unit is part of the set, 0 to 1."""
        return self._frequencies.get(unit, 0.0)

    def share_of(self, signature: "Signature") -> float:
        """Return the probability that a set carries a whole signature, 0 to 1."""
        carried = np.array([signature.holds(units) for units in self.sets])
        return float(self.probabilities[carried].sum())

    def carrying(self, signature: "Signature") -> "UnitDistribution":
        """Return the distribution of the sets that carry a signature, or come nearest to it."""
        return self._best(np.array([signature.fit(units) for units in self.sets]))

    def named(self, chances: np.ndarray) -> "UnitDistribution":
        """Return the distribution in which each set counts by a chance, shape (sets,), from 0."""
        weights = self.probabilities * chances
        return UnitDistribution(self.sets, weights / weights.sum())

    def given(self, observed: Mapping[int, bool]) -> "UnitDistribution":
        """Return the conditional distribution once some units are known to be present or absent.

        Where no possible set agrees with all that is known, the sets that agree best are kept.

        Args:
            observed: unit to whether it is present.
        """
        return self._best(
            np.array(
                [sum((u in s) == present for u, present in observed.items()) for s in self.sets]
            )
        )

    def _best(self, fit: np.ndarray) -> "UnitDistribution":
        """Return the distribution of the sets with the greatest fit, shape (sets,)."""
        chosen = np.flatnonzero(fit == fit.max())
        weights = self.probabilities[chosen]
        return UnitDistribution(tuple(self.sets[i] for i in chosen), weights / weights.sum())


def fit_joint(
    faces: float, counts: Mapping[tuple[int, int], float], sweeps: int = 25
) -> UnitDistribution:
    """Return the distribution of greatest entropy that has the counted pairs of units.

    Iterative proportional fitting (Deming & Stephan 1940) over all sets of the units: from the
    uniform distribution on, each pair's table of both, one and neither is set right in turn.

    Args:
        faces: how many faces were counted.
        counts: (i, j) to the faces that show both, (i, i) to those that show i; absent is none.
        sweeps: times that every pair is visited.
    """
    units = sorted(i for i, j in counts if i == j)
    frequency = {unit: counts[unit, unit] / faces for unit in units}
    joint = np.full([2] * len(units), 0.5 ** len(units))
    pairs = list(itertools.combinations(range(len(units)), 2))
    for _ in range(sweeps):
        for a, b in pairs:
            first, second = frequency[units[a]], frequency[units[b]]
            both = counts.get((units[a], units[b]), 0.0) / faces
            by_chance = first * second
            both = (both * faces + by_chance * PSEUDO_FACES) / (faces + PSEUDO_FACES)
            target = np.array([[1 - first - second + both, second - both], [first - both, both]])
            current = joint.sum(axis=tuple(i for i in range(len(units)) if i not in (a, b)))
            factor = np.divide(
                np.clip(target, 0, None), current, out=np.zeros((2, 2)), where=current > 0
            )
            joint *= factor.reshape([2 if i in (a, b) else 1 for i in range(len(units))])
    joint /= joint.sum()
    likely = np.argwhere(joint > 1e-6)
    probabilities = joint[tuple(likely.T)]
    sets = tuple(frozenset(u for u, on in zip(units, row, strict=True) if on) for row in likely)
    return UnitDistribution(sets, probabilities / probabilities.sum())


def independent(frequencies: Mapping[int, float]) -> UnitDistribution:
    """Return the distribution of independent units.

    Args:
        frequencies: unit to its probability, 0 to 1.
    """
    units = list(frequencies)
    sets: list[Units] = []
    chances: list[float] = []
    for shown in itertools.product((False, True), repeat=len(units)):
        sets.append(frozenset(u for u, on in zip(units, shown, strict=True) if on))
        parts = (
            frequencies[u] if on else 1 - frequencies[u] for u, on in zip(units, shown, strict=True)
        )
        chances.append(float(np.prod(list(parts))))
    return UnitDistribution(tuple(sets), np.array(chances))


@dataclass(frozen=True)
class Signature:
    """The units without which nobody would name an emotion, and those that speak against it.

    Attributes:
        shows: groups of units, of each of which one at least is there.
        lacks: units of which none is there.
    """

    shows: tuple[Units, ...]
    lacks: Units

    def holds(self, units: Units) -> bool:
        """Return whether a set of units meets every demand."""
        return self.fit(units) == len(self.shows) + len(self.lacks)

    def fit(self, units: Units) -> int:
        """Return how many of the demands a set of units meets."""
        return sum(bool(group & units) for group in self.shows) + sum(
            unit not in units for unit in self.lacks
        )


@cache
def ckplus_counts() -> dict[str, tuple[int, dict[tuple[int, int], float]]]:
    """Return emotion name to the number of faces and the counts of its units and their pairs."""
    table: dict[str, tuple[int, dict[tuple[int, int], float]]] = {}
    for row in read_table(DATA / "ckplus_counts.csv"):
        _, counts = table.setdefault(row["emotion"], (int(row["faces"]), {}))
        counts[int(row["unit"]), int(row["other"])] = float(row["count"])
    return table


@cache
def ckplus() -> dict[str, UnitDistribution]:
    """Return emotion name to the joint distribution fitted to CK+ (Lucey et al. 2010)."""
    return {name: fit_joint(n, counts) for name, (n, counts) in ckplus_counts().items()}


@cache
def du2014() -> tuple[tuple[Mixture, UnitDistribution], ...]:
    """Return the basic and compound emotions of Du, Tao & Martinez 2014, Table 1.

    Each as a mixture with its units, which are taken as independent: only the percentage of each
    unit by itself is published.
    """
    expressions: dict[str, tuple[Mixture, dict[int, float]]] = {}
    for row in read_table(DATA / "du2014_percentages.csv"):
        shares = (part.split("=") for part in row["mixture"].split())
        mixture = Mixture.of({name: float(share) for name, share in shares})
        _, units = expressions.setdefault(row["expression"], (mixture, {}))
        units[int(row["unit"])] = float(row["percent"]) / 100
    return tuple((mixture, independent(units)) for mixture, units in expressions.values())


@cache
def compounds() -> tuple[tuple[Mixture, UnitDistribution], ...]:
    """Return the fifteen compound emotions out of ``du2014``."""
    return tuple(entry for entry in du2014() if len(entry[0].amounts()) > 1)


@cache
def prototypes() -> dict[str, UnitDistribution]:
    """Return emotion name to its published prototypes, each as likely as the next."""
    sets: dict[str, list[Units]] = {}
    for row in read_table(DATA / "prototypes.csv"):
        sets.setdefault(row["emotion"], []).append(frozenset(map(int, row["units"].split("+"))))
    return {
        name: UnitDistribution(tuple(units), np.full(len(units), 1 / len(units)))
        for name, units in sets.items()
    }


@cache
def posed(emotion: str) -> UnitDistribution:
    """Return how an emotion is posed: the faces of CK+, its prototypes where CK+ has none."""
    return ckplus()[emotion] if emotion in ckplus() else prototypes()[emotion]


@cache
def unit_intensities() -> dict[tuple[str, int], tuple[float, ...]]:
    """Return emotion and unit to probabilities of A to E, where a letter is given for the unit."""
    names, table = [letter for letter, _, _ in LETTERS], {}
    for row in read_table(DATA / "unit_intensities.csv"):
        at = names.index(row["letter"])
        beside = [NEIGHBOURING * (abs(other - at) == 1) for other in range(len(names))]
        beside[at] = 1 - sum(beside)
        table[row["emotion"], int(row["unit"])] = tuple(beside)
    return table


@cache
def naming_lifts() -> dict[int, dict[str, float]]:
    """Return unit to how much oftener than usual people give each of six names where it shows.

    13 people named 752 synthetic faces of random units (stimuli of Jack & Schyns).
    """
    return {
        int(row["unit"]): {name: float(row[name]) for name in row if name != "unit"}
        for row in read_table(DATA / "naming_lift.csv")
    }


def naming_chances(emotion: str, sets: Sequence[Units]) -> np.ndarray:
    """Return the chance that people name faces of sets of units rightly, shape (sets,), 0 to 1.

    Six names are as likely as each other beforehand, and units speak for them one by one (naive
    Bayes), so that what is said is which sets are named better than others.
    """
    lifts = naming_lifts()
    names = list(next(iter(lifts.values())))
    odds = np.array(
        [
            [math.prod(lifts[u][name] for u in units if u in lifts) for name in names]
            for units in sets
        ]
    )
    chances: np.ndarray = odds[:, names.index(emotion)] / odds.sum(axis=1)
    return chances


@cache
def signatures() -> dict[str, Signature]:
    """Return emotion name to its signature, the project's own choice."""
    return {
        row["emotion"]: Signature(
            tuple(frozenset(map(int, group.split("|"))) for group in row["shows"].split()),
            frozenset(map(int, row["lacks"].split())),
        )
        for row in read_table(DATA / "signatures.csv")
    }


def amount_at(quantile: float, letters: tuple[float, ...]) -> float:
    """Return a quantile of a unit's amount, 0 to 1, which is uniform within each letter.

    Args:
        quantile: share of the unit's appearances whose amount is smaller, 0 to 1.
        letters: probabilities of A to E, in any units.
    """
    edges = _edges(letters)
    at = min(bisect(edges, quantile), edges.index(1.0)) - 1
    low, high = LEVELS[at], LEVELS[at + 1]
    return low + (high - low) * (quantile - edges[at]) / (edges[at + 1] - edges[at])


@cache
def _edges(letters: tuple[float, ...]) -> list[float]:
    total = sum(letters)
    return [0.0, *(sum(letters[:last]) / total for last in range(1, len(letters) + 1))]
