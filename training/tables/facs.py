# SPDX-License-Identifier: GPL-3.0-or-later
"""What is published about which action units make an emotion, as laws to draw from.

Three sources, each a table in ``training/data``: how often each unit and each pair of units was
seen on the posed peak faces of CK+ (Lucey et al. 2010), the percentages of Du, Tao & Martinez
2014 for basic and compound emotions, and the prototypes of EMFACS (Friesen & Ekman 1983), of the
FACS manual (Ekman & Friesen 1978, Table 11-1) and of its Investigator's Guide (Ekman, Friesen &
Hager 2002, Table 10-2). ``units`` turns action units into channels.
"""

import itertools
from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from emotebot_blender.core.emotions import Mixture

from .published import DATA, read_table

Units = frozenset[int]
"""The action units that a face shows."""

PSEUDO_FACES = 0.5
"""Faces with independent units added to each table of pairs, so that no rare pair is forbidden."""

LETTERS: tuple[tuple[str, float, float], ...] = (
    ("A", 0.05, 0.15),
    ("B", 0.15, 0.35),
    ("C", 0.35, 0.65),
    ("D", 0.65, 0.9),
    ("E", 0.9, 1.0),
)
"""FACS intensity letters and the amounts, of 1, that they stand for."""

LEVELS = (LETTERS[0][1], *(high for _, _, high in LETTERS))
"""The amounts between which the letters lie."""

CORE_INTENSITIES = (0.0, 0.0, 0.0, 0.15, 0.85)
"""Letters of a unit that most posed peak faces of the emotion show: as strong as people can."""

OPENING_INTENSITIES = {
    25: (0.05, 0.1, 0.3, 0.35, 0.2),
    26: (0.0, 0.0, 0.35, 0.4, 0.25),
    27: (0.0, 0.0, 0.35, 0.4, 0.25),
}
"""Letters of the units that open the mouth, barely or wide: how far tells less of an emotion than
how the mouth is drawn."""

INCIDENTAL_INTENSITIES = (0.05, 0.3, 0.45, 0.2, 0.0)
"""Letters of a unit that only some of them show."""

SPONTANEOUS_INTENSITIES = (0.10, 0.46, 0.27, 0.14, 0.03)
"""Letters of spontaneous action units, hand-coded: how strong the faces of daily life are."""

ONE_SIDED = 0.25
"""Share of expressions seen stronger on one side, hand-coded spontaneous expressions."""


@dataclass(frozen=True)
class UnitDistribution:
    """A law over sets of action units.

    Attributes:
        sets: the possible sets.
        probabilities: shape (sets,), adding up to 1.
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
        """Return how often a unit is part of the set, 0 to 1."""
        return self._frequencies.get(unit, 0.0)

    def share_of(self, signature: "Signature") -> float:
        """Return how many of the faces carry a whole signature, 0 to 1."""
        carried = np.array([signature.holds(units) for units in self.sets])
        return float(self.probabilities[carried].sum())

    def named(self, signature: "Signature") -> "UnitDistribution":
        """Return the law of the sets that carry a signature, or of those that come nearest."""
        fit = np.array([signature.fit(units) for units in self.sets])
        chosen = np.flatnonzero(fit == fit.max())
        weights = self.probabilities[chosen]
        return UnitDistribution(tuple(self.sets[i] for i in chosen), weights / weights.sum())

    def given(self, seen: Mapping[int, bool]) -> "UnitDistribution":
        """Return the law once some units are known to be there or not.

        Where no possible set agrees with all that is known, the sets that agree best are kept.
        """
        fit = np.array([sum((u in s) == there for u, there in seen.items()) for s in self.sets])
        chosen = np.flatnonzero(fit == fit.max())
        weights = self.probabilities[chosen]
        return UnitDistribution(tuple(self.sets[i] for i in chosen), weights / weights.sum())


def fit_joint(
    faces: float, counts: Mapping[tuple[int, int], float], sweeps: int = 25
) -> UnitDistribution:
    """Return the law of greatest entropy that has the counted pairs of units.

    Iterative proportional fitting (Deming & Stephan 1940) over all sets of the units: from the
    uniform law, each pair's table of both, one and neither is set right in turn until all are.

    Args:
        faces: how many faces were counted.
        counts: (i, j) to the faces that show both, (i, i) to those that show i; absent is none.
        sweeps: times that every pair is visited.
    """
    units = sorted(i for i, j in counts if i == j)
    frequency = {unit: counts[unit, unit] / faces for unit in units}
    law = np.full([2] * len(units), 0.5 ** len(units))
    pairs = list(itertools.combinations(range(len(units)), 2))
    for _ in range(sweeps):
        for a, b in pairs:
            first, second = frequency[units[a]], frequency[units[b]]
            both = counts.get((units[a], units[b]), 0.0) / faces
            alone = first * second
            both = (both * faces + alone * PSEUDO_FACES) / (faces + PSEUDO_FACES)
            wanted = np.array([[1 - first - second + both, second - both], [first - both, both]])
            has = law.sum(axis=tuple(i for i in range(len(units)) if i not in (a, b)))
            factor = np.divide(np.clip(wanted, 0, None), has, out=np.zeros((2, 2)), where=has > 0)
            law *= factor.reshape([2 if i in (a, b) else 1 for i in range(len(units))])
    law /= law.sum()
    likely = np.argwhere(law > 1e-6)
    probabilities = law[tuple(likely.T)]
    sets = tuple(frozenset(u for u, on in zip(units, row, strict=True) if on) for row in likely)
    return UnitDistribution(sets, probabilities / probabilities.sum())


def independent(frequencies: Mapping[int, float]) -> UnitDistribution:
    """Return the law of units that come and go each on its own."""
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
    """The units without which nobody would name an emotion, and those that would mislead.

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
    """Return emotion name to the joint law fitted to CK+."""
    return {name: fit_joint(n, counts) for name, (n, counts) in ckplus_counts().items()}


@cache
def du2014() -> tuple[tuple[Mixture, UnitDistribution], ...]:
    """Return the basic and compound emotions of Du et al. as mixtures with their laws."""
    expressions: dict[str, tuple[Mixture, dict[int, float]]] = {}
    for row in read_table(DATA / "du2014_percentages.csv"):
        shares = (part.split("=") for part in row["mixture"].split())
        mixture = Mixture.of({name: float(share) for name, share in shares})
        _, units = expressions.setdefault(row["expression"], (mixture, {}))
        units[int(row["unit"])] = float(row["percent"]) / 100
    return tuple((mixture, independent(units)) for mixture, units in expressions.values())


@cache
def compounds() -> tuple[tuple[Mixture, UnitDistribution], ...]:
    """Return the fifteen compound emotions of Du et al. as mixtures with their laws."""
    return tuple(entry for entry in du2014() if len(entry[0].amounts()) > 1)


@cache
def prototypes() -> dict[str, UnitDistribution]:
    """Return emotion name to its published prototypes, each as likely as the next."""
    sets: dict[str, list[Units]] = {}
    for row in read_table(DATA / "prototypes.csv"):
        sets.setdefault(row["emotion"], []).append(frozenset(map(int, row["units"].split("+"))))
    return {
        name: UnitDistribution(tuple(found), np.full(len(found), 1 / len(found)))
        for name, found in sets.items()
    }


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


def amount_at(place: float, letters: tuple[float, ...]) -> float:
    """Return the amount below which a share ``place`` of a unit's showings stay.

    Args:
        place: 0 to 1.
        letters: probability of each letter, A to E.
    """
    edges = _edges(letters)
    at = min(bisect(edges, place), edges.index(1.0)) - 1
    low, high = LEVELS[at], LEVELS[at + 1]
    return low + (high - low) * (place - edges[at]) / (edges[at + 1] - edges[at])


@cache
def _edges(letters: tuple[float, ...]) -> list[float]:
    whole = sum(letters)
    return [0.0, *(sum(letters[:last]) / whole for last in range(1, len(letters) + 1))]
