# SPDX-License-Identifier: GPL-3.0-or-later
"""Synthetic subjects: what they show is drawn from the published distributions in ``facs``.

A subject has habits (which units, how strong, which side), and takes vary around them. A take is
first a set of action units with amounts; ``faces_of_takes`` turns many takes into channels at once.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from emotebot_blender.core.channels import CHANNELS, MIRROR
from emotebot_blender.core.emotions import Mixture

from ..tables import action_units, facs
from ..tables.action_units import Amounts

UNIT_SOURCES = ("ckplus", "du2014", "prototypes")
"""Sources of a synthetic subject's units of a pure emotion; see ``unit_distributions``."""

MOUTH_SIDED = (10, 12, 14, 15, 20)
"""Units that are weaker on one side of one-sided faces."""

ONE_SIDED_UNITS = {
    "contempt": (6, 10, 12, 14, 15),
    "boredom": (10, 14),
    "confusion": (2,),
    "thinking": (14, 18),
}
"""Emotion to units that it shows on one side, with at most .12 of the amount on the other."""

OPPOSITE_UNITS = {"confusion": {4: 2}}
"""Emotion to unit to another one: where that is shown, the first is on the other side. One brow is
raised and the other lowered."""

CORRECTED_BY_NAMING = ("anger", "disgust", "fear", "surprise")
"""Emotions whose units are drawn the oftener the better people name them by these units: the others
are hardly mistaken for each other, or were not named."""

LEAST_SIGNATURE_SHARE = 0.01
"""Share of a source's faces that must carry a signature for the source to be used: below it, those
that do are accidents of the fit. Hardly an angry face of CK+ glares as the prototypes do."""

HABIT = 0.5
"""How far a subject's takes agree: the chance of the habitual units, and the share of the variance
of their amounts that all takes have in common."""

_ROOT = math.sqrt(0.5)
_OF_SUBJECT, _OF_TAKE = math.sqrt(HABIT), math.sqrt(1 - HABIT)

LEAN = 0.04
"""Deviation of a unit's relative difference between the sides: half of its variance is the
subject's, half the take's."""

GAIN_DEVIATION = 0.25
"""Deviation of the logarithm of a subject's gain of a channel, the same on both sides.

Read off the 48 training people of the London set with a visible smile: the logarithm of eyeSquint
over mouthSmile spreads by .41, which less the spread of the two eyes (.32, the landmarker's) and of
the units' own amounts leaves .35 for two channels, .25 for each. Where the lips part, mouthUpperUp
over mouthSmile spreads by .45, mostly as they part more or less.
"""

SIDE_GAIN_DEVIATION = 0.05
"""The same for each side on its own: left over right spreads by .13 in mouthSmile (.08 without
outliers) and .18 in mouthUpperUp; ``LEAN`` makes .08 of it."""

TAKE_GAIN_DEVIATION = 0.08
"""Deviation of the logarithm of a channel's gain from take to take: frames around the apex of one
CREMA-D clip spread by .01 to .25, half of the channels by less than .08."""

STIR = 0.03
"""Half-normal deviation of movements beside the expression: on smiling people of the London set
the channels that smiles leave alone have root mean squares of .005 (browInnerUp) to .13 (browDown),
half of them below .053, but are at 0 for most people."""

STILL = ("eyeLook", "jawForward", "jawLeft", "jawRight", "mouthLeft", "mouthRight", "mouthClose")
"""Beginnings of the names of channels without such movements."""

RESTING = (1, 4, 7, 12, 15, 24)
"""Units of which a face at rest shows traces."""


_TWINS = np.minimum(np.arange(len(CHANNELS)), MIRROR)
_STIRS = np.array([not name.startswith((*STILL, "cheekPuff", "tongueOut")) for name in CHANNELS])


@dataclass(frozen=True)
class Take:
    """What one take shows, in action units.

    Attributes:
        shown: the units of each emotion, each with how far that emotion unfolds, 0 to 1.
        gain: shape (52,), gain of each channel, about 1.
        stir: shape (52,), movements beside the expression, 0 to 1.
        awake: factor by which a share of neutral dampens the whole, 0 to 1.
        intensity: 0 to 1.
        source: name of the source of the units, or "mixed".
    """

    shown: tuple[tuple[Amounts, float], ...]
    gain: np.ndarray
    stir: np.ndarray
    awake: float
    intensity: float
    source: str


def faces_of_takes(takes: Sequence[Take]) -> np.ndarray:
    """Return the faces of takes, float32, shape (n, 52), 0 to 1.

    The emotions of a mixture join channel by channel, 1 - Π (1 - w), which never passes 1. A gain
    acts as ``1 - (1 - weight) ** gain``: weak movements change most, strong ones stay below 1.
    """
    parts = [(amounts, unfolds) for take in takes for amounts, unfolds in take.shown]
    owner = np.repeat(np.arange(len(takes)), [len(take.shown) for take in takes])
    intensity = np.array([take.intensity for take in takes])
    faces = action_units.faces_of([amounts for amounts, _ in parts], intensity[owner])
    unfolds = np.array([share for _, share in parts])[:, None]
    still = np.ones((len(takes), len(CHANNELS)))
    np.multiply.at(still, owner, 1 - faces * unfolds)
    still **= np.array([take.gain for take in takes])
    still *= 1 - np.array([take.stir for take in takes]) * intensity[:, None]
    joined: np.ndarray = (1 - still) * np.array([take.awake for take in takes])[:, None]
    return joined.astype(np.float32)


@dataclass
class SyntheticSubject:
    """A synthetic subject, whose takes of one emotion are alike.

    Attributes:
        rng: of habits and takes.
        sources: name of a source to its share; see ``UNIT_SOURCES``.
        side: +1 where the left side of the face leads, -1 the right.
        vigour: how strongly the subject shows anything, standard normal.
        log_gain: shape (52,), logarithm of the subject's gain of each channel.
        tilt: unit to the relative difference between left and right, standard normal.
        strength: emotion and unit to how strongly the subject shows it, standard normal.
        habits: emotion to the source and the units that the subject shows it with.
    """

    rng: np.random.Generator
    sources: Mapping[str, float]
    side: int = field(init=False)
    vigour: float = field(init=False)
    log_gain: np.ndarray = field(init=False)
    tilt: dict[int, float] = field(default_factory=dict)
    strength: dict[tuple[str, int], float] = field(default_factory=dict)
    habits: dict[str, tuple[str, facs.Units]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.side = 1 if self.rng.random() < 0.5 else -1
        self.vigour = float(self.rng.standard_normal())
        both_sides, each_side = self.rng.standard_normal((2, len(CHANNELS)))
        self.log_gain = GAIN_DEVIATION * both_sides[_TWINS] + SIDE_GAIN_DEVIATION * each_side

    def show(self, emotion: str, intensity: float) -> Take:
        """Return one take of a pure emotion."""
        amounts, source = self._amounts_of(emotion)
        return self._take(((amounts, 1.0),), 1.0, intensity, source)

    def show_blend(self, mixture: Mixture, intensity: float) -> Take:
        """Return one take of several emotions at once, each drawn as a pure one."""
        shares = mixture.amounts()
        awake = 1 - shares.pop("neutral", 0.0)
        shown = tuple(
            (self._amounts_of(emotion)[0], unfolding_of(share / awake))
            for emotion, share in shares.items()
        )
        return self._take(shown, awake, intensity, "mixed")

    def show_compound(
        self, units: facs.UnitDistribution, mixture: Mixture, intensity: float
    ) -> Take:
        """Return one take of a published compound emotion.

        Args:
            units: the emotion's published units.
            mixture: the emotion.
            intensity: 0 to 1.
        """
        amounts = self._choose_amounts(
            mixture.dominant(), units.draw(self.rng), lambda unit: units.frequency(unit) >= 0.5
        )
        return self._take(((amounts, 1.0),), 1.0, intensity, "du2014")

    def _take(
        self,
        shown: tuple[tuple[Amounts, float], ...],
        awake: float,
        intensity: float,
        source: str,
    ) -> Take:
        of_take, both_sides, each_side = self.rng.standard_normal((3, len(CHANNELS)))
        gain = np.exp(self.log_gain + TAKE_GAIN_DEVIATION * of_take)
        stir = STIR * np.abs((both_sides[_TWINS] + each_side) / math.sqrt(2)) * _STIRS
        return Take(shown, gain, stir, awake, intensity, source)

    def _amounts_of(self, emotion: str) -> tuple[Amounts, str]:
        if emotion == "neutral":
            return self._neutral_amounts(), "prototypes"
        if emotion not in self.habits:
            self.habits[emotion] = draw_units(emotion, self.sources, self.rng)
        source, shown = self.habits[emotion]
        if self.rng.random() >= HABIT:
            source, shown = draw_units(emotion, self.sources, self.rng)
        return self._choose_amounts(emotion, shown, lambda unit: is_core(emotion, unit)), source

    def _choose_amounts(
        self, emotion: str, shown: facs.Units, core: Callable[[int], bool]
    ) -> Amounts:
        """Return the amounts of the units in this take.

        Each is the quantile of the unit's intensities at a standard normal, ``HABIT`` of whose
        variance is the subject's and the remainder the take's.
        """
        sided = self.rng.random() < facs.ONE_SIDED
        draws = self.rng.standard_normal((len(shown), 4)).tolist()
        amounts: dict[int, tuple[float, float]] = {}
        for unit, (of_unit, of_tilt, now, tilt_now) in zip(sorted(shown), draws, strict=True):
            habit = self.strength.setdefault((emotion, unit), of_unit)
            tilt = LEAN * _ROOT * (self.tilt.setdefault(unit, of_tilt) + tilt_now)
            quantile = _normal_cdf(_OF_SUBJECT * _ROOT * (self.vigour + habit) + _OF_TAKE * now)
            usual = facs.CORE_INTENSITIES if core(unit) else facs.INCIDENTAL_INTENSITIES
            usual = facs.OPENING_INTENSITIES.get(unit, usual)
            letters = facs.unit_intensities().get((emotion, unit), usual)
            amount = facs.amount_at(quantile, letters)
            leading, other = amount * (1 + tilt), amount * (1 - tilt)
            if unit in ONE_SIDED_UNITS.get(emotion, ()):
                leading, other = amount, amount * self.rng.uniform(0, 0.12)
            elif OPPOSITE_UNITS.get(emotion, {}).get(unit) in shown:
                leading, other = amount * self.rng.uniform(0, 0.12), amount
            elif sided and unit in MOUTH_SIDED:
                other *= self.rng.uniform(0.6, 0.9)
            leading, other = min(leading, 1.0), min(other, 1.0)
            amounts[unit] = (leading, other) if self.side > 0 else (other, leading)
        return amounts

    def _neutral_amounts(self) -> Amounts:
        """Return the traces of units on this subject's face at rest."""
        draws = self.rng.standard_normal((len(RESTING), 2)).tolist()
        amounts = {}
        for unit, (of_unit, now) in zip(RESTING, draws, strict=True):
            habit = self.strength.setdefault(("neutral", unit), of_unit)
            amount = max(0.0, 0.04 * habit + 0.01 * now)
            amounts[unit] = (amount, amount)
        return amounts


@cache
def unit_distributions() -> dict[str, Mapping[str, facs.UnitDistribution]]:
    """Return source to emotion to the distribution of its units."""
    return {
        "ckplus": facs.ckplus(),
        "du2014": {
            next(iter(mixture.amounts())): units
            for mixture, units in facs.du2014()
            if is_pure(mixture)
        },
        "prototypes": facs.prototypes(),
    }


@cache
def signature_distribution(source: str, emotion: str) -> facs.UnitDistribution:
    """Return a source's units of an emotion, of the faces that carry the emotion's signature.

    What people mistake for another emotion is rarer than in the source, where naming corrects it.
    """
    carrying = unit_distributions()[source][emotion].carrying(facs.signatures()[emotion])
    if emotion in CORRECTED_BY_NAMING:
        return carrying.named(facs.naming_chances(emotion, carrying.sets))
    return carrying


@cache
def sources_of(emotion: str) -> tuple[str, ...]:
    """Return the sources of an emotion whose faces carry its signature often enough."""
    signature = facs.signatures()[emotion]
    return tuple(
        name
        for name, distributions in unit_distributions().items()
        if emotion in distributions
        and distributions[emotion].share_of(signature) >= LEAST_SIGNATURE_SHARE
    )


def draw_units(
    emotion: str, shares: Mapping[str, float], rng: np.random.Generator
) -> tuple[str, facs.Units]:
    """Return a source of an emotion's units and a set of units drawn from it.

    Args:
        emotion: its name.
        shares: source to its share.
        rng: of the draws.
    """
    sources = sources_of(emotion)
    remaining = rng.random() * sum(shares[name] for name in sources)
    for source in sources:
        remaining -= shares[source]
        if remaining < 0:
            break
    return source, signature_distribution(source, emotion).draw(rng)


def is_pure(mixture: Mixture) -> bool:
    """Return whether a mixture is one emotion."""
    return len(mixture.amounts()) == 1


@cache
def is_core(emotion: str, unit: int) -> bool:
    """Return whether a unit is part of a prototype of the emotion or on half its faces in CK+."""
    return (
        any(unit in shown for shown in facs.prototypes()[emotion].sets)
        or facs.posed(emotion).frequency(unit) >= 0.5
    )


def _normal_cdf(z: float) -> float:
    """Return the probability that a standard normal is below z."""
    return 0.5 * (1 + math.erf(z * _ROOT))


def unfolding_of(share: float) -> float:
    """Return how far an emotion with this share of a mixture unfolds, both 0 to 1.

    The project's own choice: an emotion with 5/8 of the shares shows as a pure one.
    """
    return min(1.0, 1.6 * share)
