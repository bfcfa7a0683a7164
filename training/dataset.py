# SPDX-License-Identifier: GPL-3.0-or-later
"""The expressions that the expression network learns from: pairs of takes of one person.

Most people are made up: a ``Person`` has habits (which units, how strong, which side) and shows an
emotion by the published laws of ``facs``. Some are real: their measured channels stand as they
are, and the channels that nobody could measure come from the same laws, given what was seen.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from emotebot_blender.core.channels import INDEX, MIRROR
from emotebot_blender.core.emotions import EMOTIONS, Feeling, Mixture

from . import facs
from .landmarks import mirrored
from .sources import crema_d, london

SOURCES = ("ckplus", "du2014", "prototypes", "london", "crema_d")


@dataclass(frozen=True)
class Mix:
    """What the training set is made of; each group of shares adds up to 1.

    Attributes:
        ckplus, du2014, prototypes: where a made-up person's units of a pure emotion come from,
            each law narrowed to the faces that carry the emotion's signature.
        pure, compound, blended: made-up feelings of one emotion, of Du's compounds, and of two or
            three emotions in any shares.
        london: share of all pairs that are real smiles.
        crema_d: share of all pairs that are real actors, as the crowd saw them.
    """

    ckplus: float = 0.35
    du2014: float = 0.15
    prototypes: float = 0.5
    pure: float = 0.65
    compound: float = 0.12
    blended: float = 0.23
    london: float = 0.06
    crema_d: float = 0.02


@dataclass(frozen=True)
class Pairs:
    """Pairs of takes, each pair by one person.

    Attributes:
        weights: float32, shape (n, 2, 52).
        emotion: float32, shape (n, 2, 8).
        intensity: float32, shape (n, 2, 1).
        source: names from ``SOURCES`` and "mixed", n of them.
    """

    weights: np.ndarray
    emotion: np.ndarray
    intensity: np.ndarray
    source: tuple[str, ...]


MOUTH_SIDED = (10, 12, 14, 15, 20)
"""Units that take sides on one-sided faces."""

CONTEMPT_SIDED = (6, 10, 12, 14, 15)
"""Units that contempt shows on one side only."""

HABIT = 0.7
"""How far a person's takes agree: chance to show the habitual units, variance of amounts shared."""


@dataclass
class Person:
    """A made-up person, who does the same things in much the same way from take to take.

    Attributes:
        rng: where habits and takes come from.
        mix: where units come from.
        side: +1 where the left side of the face leads, -1 the right.
        vigour: how strongly the person shows anything, standard normal.
        tilt: unit to the difference between left and right, about 0.
        habits: emotion name to the source and the units that the person shows it with.
    """

    rng: np.random.Generator
    mix: Mix
    side: int = field(init=False)
    vigour: float = field(init=False)
    tilt: dict[int, float] = field(default_factory=dict)
    strength: dict[tuple[str, int], float] = field(default_factory=dict)
    habits: dict[str, tuple[str, facs.Units]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.side = 1 if self.rng.random() < 0.5 else -1
        self.vigour = float(self.rng.normal())

    def choose_units(self, emotion: str) -> tuple[str, facs.Units]:
        """Return the source of the units shown in this take, and the units."""
        if emotion not in self.habits:
            self.habits[emotion] = draw_units(emotion, self.mix, self.rng)
        if self.rng.random() < HABIT:
            return self.habits[emotion]
        return draw_units(emotion, self.mix, self.rng)

    def choose_amounts(
        self, emotion: str, units: facs.Units, core: Callable[[int], bool]
    ) -> dict[int, tuple[float, float]]:
        """Return the amounts of the units on the left and on the right in this take.

        Amounts keep to the letters' law; a person's strength and habits fill ``HABIT`` of the
        variance and the take the rest.
        """
        sided = self.rng.random() < facs.ONE_SIDED
        amounts: dict[int, tuple[float, float]] = {}
        for unit in sorted(units):
            own = self.strength.setdefault((emotion, unit), float(self.rng.normal()))
            lean = self.tilt.setdefault(unit, float(self.rng.normal(0, 0.04)))
            lasting = (self.vigour + own) / math.sqrt(2)
            z = math.sqrt(HABIT) * lasting + math.sqrt(1 - HABIT) * float(self.rng.normal())
            place = 0.5 * (1 + math.erf(z / math.sqrt(2)))
            letters = facs.CORE_LETTERS if core(unit) else facs.INCIDENTAL_LETTERS
            amount = facs.amount_at(place, letters)
            led, other = amount * (1 + lean), amount * (1 - lean)
            if emotion == "contempt" and unit in CONTEMPT_SIDED:
                led, other = amount, amount * self.rng.uniform(0, 0.12)
            elif sided and unit in MOUTH_SIDED:
                other *= self.rng.uniform(0.6, 0.9)
            led, other = min(led, 1.0), min(other, 1.0)
            amounts[unit] = (led, other) if self.side > 0 else (other, led)
        return amounts

    def show(self, emotion: str, intensity: float) -> tuple[np.ndarray, str]:
        """Return one take of a pure emotion, shape (52,), and the source of its units."""
        if emotion == "neutral":
            return self.rest(intensity), "prototypes"
        source, units = self.choose_units(emotion)
        amounts = self.choose_amounts(emotion, units, lambda unit: is_core(emotion, unit))
        return facs.channels_of(amounts, intensity), source

    def rest(self, intensity: float) -> np.ndarray:
        """Return one take of the person's resting face: traces of habit, shape (52,)."""
        amounts = {}
        for unit in (1, 4, 7, 12, 15, 24):
            own = self.strength.setdefault(("neutral", unit), float(self.rng.normal()))
            amount = max(0.0, 0.04 * own + float(self.rng.normal(0, 0.01)))
            amounts[unit] = (amount, amount)
        return facs.channels_of(amounts, intensity)


@cache
def pure_laws() -> dict[str, Mapping[str, facs.JointLaw]]:
    """Return source to emotion to the law of its units."""
    return {
        "ckplus": facs.ckplus(),
        "du2014": {next(iter(m.amounts())): law for m, law in facs.du2014() if is_pure(m)},
        "prototypes": facs.prototypes(),
    }


@cache
def named_law(source: str, emotion: str) -> facs.JointLaw:
    """Return a source's law of an emotion, as far as people would name it."""
    return pure_laws()[source][emotion].named(facs.signatures()[emotion])


def draw_units(emotion: str, mix: Mix, rng: np.random.Generator) -> tuple[str, facs.Units]:
    """Return a source, as often as the mix says, and a set of units out of its law."""
    shares = {name: getattr(mix, name) for name in pure_laws() if emotion in pure_laws()[name]}
    chances = np.array(list(shares.values()))
    source = list(shares)[rng.choice(len(shares), p=chances / chances.sum())]
    return source, named_law(source, emotion).draw(rng)


def is_pure(mixture: Mixture) -> bool:
    """Return whether a mixture is one emotion."""
    return len(mixture.amounts()) == 1


@cache
def is_core(emotion: str, unit: int) -> bool:
    """Return whether a unit is a prototype's, or half the posed faces of the emotion show it."""
    return (
        any(unit in units for units in facs.prototypes()[emotion].sets)
        or facs.ckplus()[emotion].frequency(unit) >= 0.5
    )


def strength_of(share: float) -> float:
    """Return how far an emotion unfolds that has this share of what is felt, 0 to 1."""
    return min(1.0, 1.6 * share)


def show_blend(person: Person, mixture: Mixture, intensity: float) -> np.ndarray:
    """Return one take of a mixture: its emotions joined channel by channel, shape (52,)."""
    amounts = mixture.amounts()
    awake = 1 - amounts.pop("neutral", 0.0)
    still = np.ones(len(MIRROR))
    for emotion, share in amounts.items():
        weights, _ = person.show(emotion, intensity)
        still *= 1 - weights * strength_of(share / awake)
    return ((1 - still) * awake).astype(np.float32)


def draw_blend(rng: np.random.Generator) -> Mixture:
    """Return a mixture of two or three of the eight emotions in any shares."""
    chosen = rng.choice(len(EMOTIONS), size=2 if rng.random() < 0.75 else 3, replace=False)
    shares = rng.dirichlet(np.full(len(chosen), 1.2))
    return Mixture.of({EMOTIONS[i]: float(s) for i, s in zip(chosen, shares, strict=True)})


def draw_intensity(rng: np.random.Generator) -> float:
    """Return an intensity: half as in daily life, by the letters of spontaneous units, half any."""
    if rng.random() < 0.5:
        return facs.amount_at(rng.random(), facs.SPONTANEOUS_LETTERS)
    return float(1 - 0.9 * rng.random() ** 1.5)


def draw_feeling(mix: Mix, rng: np.random.Generator) -> tuple[Feeling, facs.JointLaw | None]:
    """Return what is felt, with its own law of units where it is a published compound."""
    kind = rng.choice(3, p=[mix.pure, mix.compound, mix.blended])
    intensity = draw_intensity(rng)
    if kind == 0:
        return Feeling(Mixture.of({EMOTIONS[rng.integers(len(EMOTIONS))]: 1.0}), intensity), None
    if kind == 1:
        compounds = [entry for entry in facs.du2014() if not is_pure(entry[0])]
        mixture, law = compounds[rng.integers(len(compounds))]
        return Feeling(mixture, intensity), law
    return Feeling(draw_blend(rng), intensity), None


def show_compound(
    person: Person, law: facs.JointLaw, mixture: Mixture, intensity: float
) -> np.ndarray:
    """Return one take of a published compound emotion, shape (52,)."""
    amounts = person.choose_amounts(
        mixture.dominant(), law.draw(person.rng), lambda unit: law.frequency(unit) >= 0.5
    )
    return facs.channels_of(amounts, intensity)


def make_pair(mix: Mix, rng: np.random.Generator) -> tuple[list[np.ndarray], list[Feeling], str]:
    """Return two takes of one made-up person, of the same feeling in half of all cases."""
    person = Person(rng, mix)
    feelings = [draw_feeling(mix, rng)]
    if rng.random() < 0.5:
        feeling, law = feelings[0]
        feelings.append((Feeling(feeling.mixture, draw_intensity(rng)), law))
    else:
        feelings.append(draw_feeling(mix, rng))
    rows: list[np.ndarray] = []
    sources: list[str] = []
    for feeling, law in feelings:
        if law is not None:
            rows.append(show_compound(person, law, feeling.mixture, feeling.intensity))
            sources.append("du2014")
        elif is_pure(feeling.mixture):
            row, source = person.show(feeling.mixture.dominant(), feeling.intensity)
            rows.append(row)
            sources.append(source)
        else:
            rows.append(show_blend(person, feeling.mixture, feeling.intensity))
            sources.append("mixed")
    source = sources[0] if sources[0] == sources[1] else "mixed"
    return rows, [feeling for feeling, _ in feelings], source


SMILE = [INDEX["mouthSmileLeft"], INDEX["mouthSmileRight"]]

SMILE_AT_FULL = 1.0
"""Smile that MediaPipe reads on a face at full intensity."""


def complete_smile(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a measured smile with the cheeks that nobody could measure, shape (52,).

    Whether the cheeks rise is drawn from the joint law of CK+, given the units that were seen.
    """
    smile = weights[SMILE]
    parted = max(weights[INDEX[name]] for name in facs.PARTING) > 0.15
    law = facs.ckplus()["happiness"].given({12: bool(smile.mean() > 0.15), 25: bool(parted)})
    whole = weights.copy()
    if 6 in law.draw(rng):
        place = rng.uniform(0.7, 1.0)
        whole[[INDEX["cheekSquintLeft"], INDEX["cheekSquintRight"]]] = smile * place
    return whole


def retake(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a second take of a measured face: the same units, each a little more or less."""
    change = np.exp(rng.normal(0, 0.1, size=weights.shape))
    change = (change + change[MIRROR]) / 2
    changed: np.ndarray = np.clip(weights * change * math.exp(rng.normal(0, 0.05)), 0, 1)
    return changed.astype(np.float32)


def complete_apex(weights: np.ndarray, mixture: Mixture, rng: np.random.Generator) -> np.ndarray:
    """Return a measured actor's upper face with a lower face that goes with it, shape (52,).

    The actors speak, and their mouths tell the sentence: below the eyes the law of the strongest
    emotion that the crowd saw fills in, given the units seen above, as strong as those are.
    """
    whole = np.zeros_like(weights)
    for name, index in INDEX.items():
        if name.startswith(("brow", "eyeSquint", "eyeWide")):
            whole[index] = weights[index]
    amounts = mixture.amounts()
    amounts.pop("neutral", None)
    if not amounts:
        return whole
    emotion = max(amounts, key=lambda name: amounts[name])
    brow = weights[[INDEX["browDownLeft"], INDEX["browDownRight"]]].mean()
    law = facs.ckplus()[emotion].given(
        {1: bool(weights[INDEX["browInnerUp"]] > 0.2), 4: bool(brow > 0.2)}
    )
    lower = {unit: (1.0, 1.0) for unit in law.draw(rng) if unit not in (1, 2, 4, 5, 7)}
    return np.maximum(whole, facs.channels_of(lower, amounts[emotion]) * rng.uniform(0.4, 0.7))


def smile_pair(weights: np.ndarray, rng: np.random.Generator) -> tuple[list[np.ndarray], Feeling]:
    """Return two takes of one of the measured smiles, shape (n, 52), and how happy they are."""
    strength = weights[:, SMILE].mean(axis=1)
    chosen = rng.choice(np.flatnonzero(strength > 0.3))  # below, the landmarker saw no smile
    whole = complete_smile(weights[chosen], rng)
    intensity = min(1.0, float(strength[chosen]) / SMILE_AT_FULL)
    feeling = Feeling(Mixture.of({"happiness": 1.0}), intensity)
    return [retake(whole, rng), retake(whole, rng)], feeling


def actor_pair(
    weights: np.ndarray, apexes: crema_d.Apexes, rng: np.random.Generator
) -> tuple[list[np.ndarray], Feeling]:
    """Return two takes of one measured apex and what the crowd saw in it.

    Args:
        weights: shape (k n, 52), the weights of the n apexes, once or more.
        apexes: the table.
        rng: where the choice comes from.
    """
    chosen = int(rng.integers(len(weights)))
    row = chosen % len(apexes.clips)
    mixture = Mixture.of(dict(zip(EMOTIONS, map(float, apexes.emotion[row]), strict=True)))
    whole = complete_apex(weights[chosen], mixture, rng)
    feeling = Feeling(mixture, float(apexes.intensity[row]))
    return [retake(whole, rng), retake(whole, rng)], feeling


def make_pairs(count: int, mix: Mix, seed: int) -> Pairs:
    """Return the training set.

    Args:
        count: how many pairs.
        mix: what they are made of.
        seed: the same seed makes the same set.
    """
    rng = np.random.default_rng(seed)
    apexes = crema_d.read()
    smiles, actors = mirrored(london.read().weights), mirrored(apexes.weights)
    kinds = rng.choice(3, size=count, p=[1 - mix.london - mix.crema_d, mix.london, mix.crema_d])
    weights: list[list[np.ndarray]] = []
    feelings: list[list[Feeling]] = []
    sources: list[str] = []
    for kind in kinds:
        if kind == 0:
            rows, felt, source = make_pair(mix, rng)
        elif kind == 1:
            source = "london"
            rows, feeling = smile_pair(smiles, rng)
            felt = [feeling, feeling]
        else:
            source = "crema_d"
            rows, feeling = actor_pair(actors, apexes, rng)
            felt = [feeling, feeling]
        weights.append(rows)
        feelings.append(felt)
        sources.append(source)
    return Pairs(
        np.array(weights, dtype=np.float32),
        np.array([[f.mixture.vector() for f in pair] for pair in feelings], dtype=np.float32),
        np.array([[[f.intensity] for f in pair] for pair in feelings], dtype=np.float32),
        tuple(sources),
    )
