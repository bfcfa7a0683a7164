# SPDX-License-Identifier: GPL-3.0-or-later
"""What is published about which action units make an emotion, as laws to draw from.

Three sources, each a table in ``training/data``: how often each unit and each pair of units was
seen on the posed peak faces of CK+ (Lucey et al. 2010), the percentages of Du, Tao & Martinez
2014 for basic and compound emotions, and the prototypes of EMFACS and the FACS manual. An action
unit becomes channels by ``au_channels.csv``, the project's own reading of Apple's descriptions.
"""

import csv
import itertools
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import Mixture

DATA = Path(__file__).resolve().parent / "data"

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

CORE_LETTERS = (0.0, 0.0, 0.05, 0.35, 0.6)
"""Letters of a unit that most posed peak faces of the emotion show: strong, as in posed sets."""

INCIDENTAL_LETTERS = (0.05, 0.3, 0.45, 0.2, 0.0)
"""Letters of a unit that only some of them show."""

SPONTANEOUS_LETTERS = (0.10, 0.46, 0.27, 0.14, 0.03)
"""Letters of spontaneous action units, hand-coded: how strong the faces of daily life are."""

ONE_SIDED = 0.25
"""Share of expressions seen stronger on one side, hand-coded spontaneous expressions."""


@dataclass(frozen=True)
class JointLaw:
    """A law over sets of action units.

    Attributes:
        sets: the possible sets.
        probabilities: shape (sets,), adding up to 1.
    """

    sets: tuple[Units, ...]
    probabilities: np.ndarray

    def draw(self, rng: np.random.Generator) -> Units:
        """Return one set."""
        return self.sets[rng.choice(len(self.sets), p=self.probabilities)]

    def frequency(self, unit: int) -> float:
        """Return how often a unit is part of the set, 0 to 1."""
        shown = np.array([unit in units for units in self.sets])
        return float(self.probabilities[shown].sum())

    def named(self, signature: "Signature") -> "JointLaw":
        """Return the law of the sets that carry a signature, or of those that come nearest."""
        fit = np.array([signature.fit(units) for units in self.sets])
        chosen = np.flatnonzero(fit == fit.max())
        weights = self.probabilities[chosen]
        return JointLaw(tuple(self.sets[i] for i in chosen), weights / weights.sum())

    def given(self, seen: Mapping[int, bool]) -> "JointLaw":
        """Return the law once some units are known to be there or not.

        Where no possible set agrees with all that is known, the sets that agree best are kept.
        """
        fit = np.array([sum((u in s) == there for u, there in seen.items()) for s in self.sets])
        chosen = np.flatnonzero(fit == fit.max())
        weights = self.probabilities[chosen]
        return JointLaw(tuple(self.sets[i] for i in chosen), weights / weights.sum())


def fit_joint(faces: float, counts: Mapping[tuple[int, int], float], sweeps: int = 25) -> JointLaw:
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
    return JointLaw(sets, probabilities / probabilities.sum())


def independent(frequencies: Mapping[int, float]) -> JointLaw:
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
    return JointLaw(tuple(sets), np.array(chances))


@dataclass(frozen=True)
class Signature:
    """The units without which nobody would name an emotion, and those that would mislead.

    Attributes:
        shows: groups of units, of each of which one at least is there.
        lacks: units of which none is there.
    """

    shows: tuple[Units, ...]
    lacks: Units

    def fit(self, units: Units) -> int:
        """Return how many of the demands a set of units meets."""
        return sum(bool(group & units) for group in self.shows) + sum(
            unit not in units for unit in self.lacks
        )


def _read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def ckplus_counts() -> dict[str, tuple[int, dict[tuple[int, int], float]]]:
    """Return emotion name to the number of faces and the counts of its units and their pairs."""
    table: dict[str, tuple[int, dict[tuple[int, int], float]]] = {}
    for row in _read("ckplus_counts.csv"):
        _, counts = table.setdefault(row["emotion"], (int(row["faces"]), {}))
        counts[int(row["unit"]), int(row["other"])] = float(row["count"])
    return table


@cache
def ckplus() -> dict[str, JointLaw]:
    """Return emotion name to the joint law fitted to CK+."""
    return {name: fit_joint(n, counts) for name, (n, counts) in ckplus_counts().items()}


@cache
def du2014() -> tuple[tuple[Mixture, JointLaw], ...]:
    """Return the basic and compound emotions of Du et al. as mixtures with their laws."""
    expressions: dict[str, tuple[Mixture, dict[int, float]]] = {}
    for row in _read("du2014_percentages.csv"):
        shares = (part.split("=") for part in row["mixture"].split())
        mixture = Mixture.of({name: float(share) for name, share in shares})
        _, units = expressions.setdefault(row["expression"], (mixture, {}))
        units[int(row["unit"])] = float(row["percent"]) / 100
    return tuple((mixture, independent(units)) for mixture, units in expressions.values())


@cache
def prototypes() -> dict[str, JointLaw]:
    """Return emotion name to its published prototypes, each as likely as the next."""
    sets: dict[str, list[Units]] = {}
    for row in _read("prototypes.csv"):
        sets.setdefault(row["emotion"], []).append(frozenset(map(int, row["units"].split("+"))))
    return {
        name: JointLaw(tuple(found), np.full(len(found), 1 / len(found)))
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
        for row in _read("signatures.csv")
    }


@dataclass(frozen=True)
class Pull:
    """What one action unit does to one channel.

    Attributes:
        unit: the action unit.
        condition: how it stands with other units: any number of "with N" and "without N".
        channels: indices of the channels, left and right where there are two.
        amount: weight of the channel when the unit is at its greatest, 0 to 1.
        growth: exponent by which the unit grows with the intensity of the expression.
    """

    unit: int
    condition: str
    channels: tuple[int, ...]
    amount: float
    growth: float

    def holds(self, units: Container[int]) -> bool:
        """Return whether the condition holds among these units."""
        said = self.condition.split()
        return all(
            (int(other) in units) == (word == "with")
            for word, other in zip(said[::2], said[1::2], strict=True)
        )


@cache
def pulls() -> tuple[Pull, ...]:
    """Return the project's table from action units to channels."""
    table: list[Pull] = []
    for row in _read("au_channels.csv"):
        name = row["channel"]
        sides = [name] if name in INDEX else [name + "Left", name + "Right"]
        table.append(
            Pull(
                int(row["unit"]),
                row["condition"],
                tuple(INDEX[side] for side in sides),
                float(row["amount"]),
                float(row["growth"]),
            )
        )
    return tuple(table)


def amount_at(place: float, letters: tuple[float, ...]) -> float:
    """Return the amount below which a share ``place`` of a unit's showings stay.

    Args:
        place: 0 to 1.
        letters: probability of each letter, A to E.
    """
    edges = np.concatenate([[0.0], np.cumsum(letters)])
    levels = [LETTERS[0][1], *(high for _, _, high in LETTERS)]
    return float(np.interp(place, edges / edges[-1], levels))


def channels_of(amounts: Mapping[int, tuple[float, float]], intensity: float = 1.0) -> np.ndarray:
    """Return the face that action units make.

    Units that move one channel join without ever passing 1; lips that part do not press.

    Args:
        amounts: unit to its amounts on the left and on the right at full intensity, 0 to 1.
        intensity: 0 to 1; each unit grows with it by its own exponent.

    Returns:
        float32, shape (52,), 0 to 1.
    """
    still = np.ones(len(CHANNELS))
    for pull in pulls():
        if pull.unit not in amounts or not pull.holds(amounts):
            continue
        left, right = amounts[pull.unit]
        sides = (left, right) if len(pull.channels) == 2 else ((left + right) / 2,)
        for channel, amount in zip(pull.channels, sides, strict=True):
            still[channel] *= 1 - pull.amount * amount * intensity**pull.growth
    weights = 1 - still
    lean = SHIFT * (weights[INDEX["mouthDimpleLeft"]] - weights[INDEX["mouthDimpleRight"]])
    weights[INDEX["mouthLeft"]], weights[INDEX["mouthRight"]] = max(lean, 0.0), max(-lean, 0.0)
    parted = max(weights[INDEX[name]] for name in PARTING)
    weights[[INDEX[name] for name in PRESSING]] *= max(0.0, 1 - 1.5 * parted)
    return weights.astype(np.float32)


PARTING = (
    "jawOpen",
    "mouthLowerDownLeft",
    "mouthLowerDownRight",
    "mouthUpperUpLeft",
    "mouthUpperUpRight",
)
SHIFT = 0.3
"""How far a dimple on one side takes the whole mouth along."""

PRESSING = ("mouthPressLeft", "mouthPressRight", "mouthRollLower", "mouthRollUpper")
