# SPDX-License-Identifier: GPL-3.0-or-later
"""Made-up people, who show what they feel by the published laws of ``facs``.

A person has habits (which units, how strong, which side) and a take departs from them. What a take
shows is first put down in action units; ``faces_of_takes`` turns many takes into channels at once.
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
"""Where a made-up person's units of a pure emotion may come from."""

MOUTH_SIDED = (10, 12, 14, 15, 20)
"""Units that take sides on one-sided faces."""

CONTEMPT_SIDED = (6, 10, 12, 14, 15)
"""Units that contempt shows on one side only."""

LEAST_SIGNATURE_SHARE = 0.01
"""Share of a law's faces that must carry a signature, lest the chosen ones be accidents of the fit:
hardly an angry face of CK+ glares as the prototypes of anger do."""

HABIT = 0.5
"""How far a person's takes agree: chance to show the habitual units, variance of amounts shared."""

_ROOT = math.sqrt(0.5)
_LASTS, _CHANGES = math.sqrt(HABIT), math.sqrt(1 - HABIT)

LEAN = 0.04
"""Deviation of a unit's difference between the sides: half of it lasts, half is of the take."""

GAIN_DEVIATION = 0.25
"""Deviation of the logarithm of how readily a person moves a channel, the same on both sides.

Read off the 48 training people of the London set with a visible smile: the logarithm of eyeSquint
over mouthSmile spreads by .41, which less the spread of the two eyes (.32, the landmarker's) and of
the units' own amounts leaves .35 for two channels, .25 for each. Where the lips part, mouthUpperUp
over mouthSmile spreads by .45, for the most part how far they part.
"""

SIDE_GAIN_DEVIATION = 0.05
"""The same for each side on its own: left over right spreads by .13 in mouthSmile (.08 without
outliers) and .18 in mouthUpperUp; ``LEAN`` makes .08 of it."""

TAKE_GAIN_DEVIATION = 0.08
"""Deviation of the logarithm of a channel from take to take: frames around the apex of one CREMA-D
clip spread by .01 to .25, half of the channels by less than .08."""

STIR = 0.03
"""Deviation, half-normal, of what moves besides the expression: on smiling people of the London set
the channels that smiles leave alone have root mean squares of .005 (browInnerUp) to .13 (browDown),
half of them below .053, but rest at 0 for most people."""

STILL = ("eyeLook", "jawForward", "jawLeft", "jawRight", "mouthLeft", "mouthRight", "mouthClose")
"""Beginnings of the names of channels that stir on nobody, with those that nobody ever moved."""

RESTING = (1, 4, 7, 12, 15, 24)
"""Units of which traces lie on a resting face."""


_TWINS = np.minimum(np.arange(len(CHANNELS)), MIRROR)
_STIRS = np.array([not name.startswith((*STILL, "cheekPuff", "tongueOut")) for name in CHANNELS])


@dataclass(frozen=True)
class Take:
    """What one take shows, in action units.

    Attributes:
        shown: the units of each emotion felt, each with how far that emotion unfolds, 0 to 1.
        gain: shape (52,), how readily each channel moves, about 1.
        stir: shape (52,), what moves besides, 0 to 1.
        awake: what of the whole is not dampened by a share of neutral, 0 to 1.
        intensity: 0 to 1.
        source: name of the law the units come from, or "mixed".
    """

    shown: tuple[tuple[Amounts, float], ...]
    gain: np.ndarray
    stir: np.ndarray
    awake: float
    intensity: float
    source: str


def faces_of_takes(takes: Sequence[Take]) -> np.ndarray:
    """Return the faces of takes, float32, shape (n, 52), 0 to 1.

    The emotions of a mixture join channel by channel, without ever passing 1. A channel's gain acts
    on what is left of its way, ``1 - (1 - weight) ** gain``: weak movements change the most, and
    strong ones stay strong and below 1.
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
    """A made-up person, who does the same things in much the same way from take to take.

    Attributes:
        rng: where habits and takes come from.
        laws: name of a law to its share; see ``UNIT_SOURCES``.
        side: +1 where the left side of the face leads, -1 the right.
        vigour: how strongly the person shows anything, standard normal.
        log_gain: shape (52,), logarithm of how readily the person moves each channel.
        tilt: unit to the difference between left and right, about 0.
        strength: emotion and unit to how strongly the person shows it, standard normal.
        habits: emotion to the source and the units that the person shows it with.
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
        together, apart = self.rng.standard_normal((2, len(CHANNELS)))
        self.log_gain = GAIN_DEVIATION * together[_TWINS] + SIDE_GAIN_DEVIATION * apart

    def show(self, emotion: str, intensity: float) -> Take:
        """Return one take of a pure emotion."""
        amounts, source = self._amounts_of(emotion)
        return self._take(((amounts, 1.0),), 1.0, intensity, source)

    def show_blend(self, mixture: Mixture, intensity: float) -> Take:
        """Return one take of emotions felt at once, each by its own law."""
        shares = mixture.amounts()
        awake = 1 - shares.pop("neutral", 0.0)
        shown = tuple(
            (self._amounts_of(emotion)[0], unfolding_of(share / awake))
            for emotion, share in shares.items()
        )
        return self._take(shown, awake, intensity, "mixed")

    def show_compound(self, law: facs.UnitDistribution, mixture: Mixture, intensity: float) -> Take:
        """Return one take of a published compound emotion, by the law of its units."""
        amounts = self._choose_amounts(
            mixture.dominant(), law.draw(self.rng), lambda unit: law.frequency(unit) >= 0.5
        )
        return self._take(((amounts, 1.0),), 1.0, intensity, "du2014")

    def _take(
        self,
        shown: tuple[tuple[Amounts, float], ...],
        awake: float,
        intensity: float,
        source: str,
    ) -> Take:
        wobble, together, apart = self.rng.standard_normal((3, len(CHANNELS)))
        gain = np.exp(self.log_gain + TAKE_GAIN_DEVIATION * wobble)
        stir = STIR * np.abs((together[_TWINS] + apart) / math.sqrt(2)) * _STIRS
        return Take(shown, gain, stir, awake, intensity, source)

    def _amounts_of(self, emotion: str) -> tuple[Amounts, str]:
        if emotion == "neutral":
            return self._rest(), "prototypes"
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

        Amounts keep to the letters' law; a person's strength and habits fill ``HABIT`` of the
        variance and the take the rest.
        """
        sided = self.rng.random() < facs.ONE_SIDED
        draws = self.rng.standard_normal((len(shown), 4)).tolist()
        amounts: dict[int, tuple[float, float]] = {}
        for unit, (of_unit, of_tilt, now, tilt_now) in zip(sorted(shown), draws, strict=True):
            own = self.strength.setdefault((emotion, unit), of_unit)
            tilt = LEAN * _ROOT * (self.tilt.setdefault(unit, of_tilt) + tilt_now)
            place = _normal_cdf(_LASTS * _ROOT * (self.vigour + own) + _CHANGES * now)
            letters = facs.CORE_INTENSITIES if core(unit) else facs.INCIDENTAL_INTENSITIES
            amount = facs.amount_at(place, facs.OPENING_INTENSITIES.get(unit, letters))
            led, other = amount * (1 + tilt), amount * (1 - tilt)
            if emotion == "contempt" and unit in CONTEMPT_SIDED:
                led, other = amount, amount * self.rng.uniform(0, 0.12)
            elif sided and unit in MOUTH_SIDED:
                other *= self.rng.uniform(0.6, 0.9)
            led, other = min(led, 1.0), min(other, 1.0)
            amounts[unit] = (led, other) if self.side > 0 else (other, led)
        return amounts

    def _rest(self) -> Amounts:
        """Return traces of habit, as on this person's resting face."""
        draws = self.rng.standard_normal((len(RESTING), 2)).tolist()
        amounts = {}
        for unit, (of_unit, now) in zip(RESTING, draws, strict=True):
            own = self.strength.setdefault(("neutral", unit), of_unit)
            amount = max(0.0, 0.04 * own + 0.01 * now)
            amounts[unit] = (amount, amount)
        return amounts


@cache
def unit_distributions() -> dict[str, Mapping[str, facs.UnitDistribution]]:
    """Return the name of a law to emotion to the law of its units."""
    return {
        "ckplus": facs.ckplus(),
        "du2014": {next(iter(m.amounts())): law for m, law in facs.du2014() if is_pure(m)},
        "prototypes": facs.prototypes(),
    }


@cache
def signature_distribution(source: str, emotion: str) -> facs.UnitDistribution:
    """Return a source's law of an emotion, as far as people would name it."""
    return unit_distributions()[source][emotion].carrying(facs.signatures()[emotion])


@cache
def sources_of(emotion: str) -> tuple[str, ...]:
    """Return the sources that know an emotion well enough to draw its units from.

    Those of whose faces ``LEAST_SIGNATURE_SHARE`` at least carry the emotion's whole signature.
    """
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
    """Return a source, as often as its share says, and a set of units out of its law."""
    known = sources_of(emotion)
    place = rng.random() * sum(shares[name] for name in known)
    for source in known:
        place -= shares[source]
        if place < 0:
            break
    return source, signature_distribution(source, emotion).draw(rng)


def is_pure(mixture: Mixture) -> bool:
    """Return whether a mixture is one emotion."""
    return len(mixture.amounts()) == 1


@cache
def is_core(emotion: str, unit: int) -> bool:
    """Return whether a unit is a prototype's, or half the posed faces of the emotion show it."""
    return (
        any(unit in shown for shown in facs.prototypes()[emotion].sets)
        or facs.ckplus()[emotion].frequency(unit) >= 0.5
    )


def _normal_cdf(z: float) -> float:
    """Return the share of a standard normal that lies below z."""
    return 0.5 * (1 + math.erf(z * _ROOT))


def unfolding_of(share: float) -> float:
    """Return how far an emotion unfolds that has this share of what is felt, 0 to 1."""
    return min(1.0, 1.6 * share)
