# SPDX-License-Identifier: GPL-3.0-or-later
"""Measured subjects: faces of real people, with imputation of what could not be measured.

A face landmarker does not see some channels and reads others weakly, and in films people speak.
What was measured well is kept; the other channels are drawn from the joint distribution of action
units in CK+ for the emotion of the face's label, given the units that were seen.
"""

from collections.abc import Container
from dataclasses import dataclass
from functools import cache

import numpy as np

from emotebot_blender.core.channels import CHANNELS, INDEX, MIRROR
from emotebot_blender.core.emotions import EMOTIONS, Mixture

from ..collecting.collection import Collection
from ..faces.landmarks import GAZE, SEEN, WEAKLY_MEASURED, subtract_neutral
from ..tables import facs
from ..tables.action_units import Amounts, channels_of, faces_of, grow
from .synthetic_subjects import unfolding_of

UPPER = ("brow", "eyeSquint", "eyeWide")
"""Beginnings of the names of channels that speech does not move."""

SIGNS = {
    1: "browInnerUp",
    2: "browOuterUp",
    4: "browDown",
    12: "mouthSmile",
    20: "mouthStretch",
    25: "mouthLowerDown",
    26: "jawOpen",
}
"""Action unit to the channel by which it is seen, where that was measured well."""

PRESENT = 0.2
"""Weight of a channel from which on its unit counts as present."""

FAINTEST = 0.3
"""Share of an emotion's whole strength below which faces that nobody rated are left out."""


@dataclass(frozen=True)
class MeasuredFaces:
    """n faces of one collection, before imputation.

    Attributes:
        collection: its name.
        subjects: who shows each, n names.
        items: from which picture or film, n names.
        emotion: float32, shape (n, 16), shares that add up to 1.
        intensity: float32, shape (n,), 0 to 1.
        weights: float32, shape (n, 52), 0 to 1, beyond the neutral face.
        well_measured: bool, shape (52,), channels that are kept as they are.
        weakly_measured: bool, shape (52,), channels that may be raised.
    """

    collection: str
    subjects: tuple[str, ...]
    items: tuple[str, ...]
    emotion: np.ndarray
    intensity: np.ndarray
    weights: np.ndarray
    well_measured: np.ndarray
    weakly_measured: np.ndarray


def _begins(names: tuple[str, ...]) -> np.ndarray:
    return np.array([name.startswith(names) for name in CHANNELS])


@cache
def typical_face(emotion: str) -> np.ndarray:
    """Return the face of the units that most posed faces of an emotion show, shape (52,), 0 to 1.

    Each unit at the strength of its frequency in CK+, or among prototypes where CK+ has none.
    """
    distribution = facs.posed(emotion)
    likely = {unit: distribution.frequency(unit) for units in distribution.sets for unit in units}
    return channels_of({unit: (share, share) for unit, share in likely.items() if share >= 0.5})


def expressed_strength(weights: np.ndarray, emotion: str, measured: np.ndarray) -> float:
    """Return how strongly a measured face shows an emotion, 0 to 1.

    The projection w·t / t·t on ``typical_face``, of which channels below half the largest do not
    count: a broad smile is one whether or not teeth show.

    Args:
        weights: shape (52,).
        emotion: its name.
        measured: bool, shape (52,), the channels that count.
    """
    typical = typical_face(emotion)[measured]
    typical = np.where(typical >= 0.5 * typical.max(), typical, 0)
    return float(np.clip(weights[measured] @ typical / max(typical @ typical, 1e-6), 0, 1))


def intensity_at(strength: float) -> float:
    """Return the intensity at which synthetic subjects show this strength, both 0 to 1."""
    intensities = np.linspace(0, 1, 201)
    return float(np.interp(strength, grow(intensities, 0.6), intensities))


def units_seen(weights: np.ndarray, measured: np.ndarray) -> dict[int, bool]:
    """Return unit to whether it is present, of the units in ``SIGNS`` that were measured well.

    Args:
        weights: shape (52,).
        measured: bool, shape (52,), the channels that were measured well.
    """
    seen: dict[int, bool] = {}
    for unit, name in SIGNS.items():
        sides = [INDEX[n] for n in (name, name + "Left", name + "Right") if n in INDEX]
        if measured[sides].all():
            seen[unit] = bool(weights[sides].mean() > PRESENT)
    return seen


def subtract_estimated_neutral(collection: Collection, subjects: Container[str]) -> np.ndarray:
    """Return a collection's weights, less an estimate of the neutral face where that is unknown.

    The estimate is the median of these subjects' rows labelled neutral, where there are five,
    else the quantile .2 of all their rows of which the neutral face is unknown. Rows of other
    subjects do not enter it and are not changed: nothing is learned from who is held out.

    Args:
        collection: of the faces.
        subjects: whose rows count.

    Returns:
        float32, shape (n, 52).
    """
    weights = collection.weights.copy()
    counted = np.array([person in subjects for person in collection.people], dtype=bool)
    raw = counted & ~collection.neutral_known
    if not raw.any():
        return weights
    calm = raw & (collection.emotion[:, EMOTIONS.index("neutral")] > 0.5)
    if calm.sum() >= 5:
        neutral = np.median(weights[calm], axis=0)
    else:
        neutral = np.quantile(weights[raw], 0.2, axis=0)
    weights[raw] = subtract_neutral(weights[raw], neutral, collection.measured)
    return weights


def prepare(collection: Collection, subjects: Container[str]) -> MeasuredFaces:
    """Return what some subjects of a collection showed, with an intensity where nobody rated it.

    Faces fainter than ``FAINTEST`` are left out, if nobody rated them.

    Args:
        collection: of the faces.
        subjects: whose faces to return.
    """
    weights = subtract_estimated_neutral(collection, subjects)
    weights[:, [INDEX[name] for name in GAZE]] = 0
    measured = _begins(collection.measured)
    speaking = ~_begins(UPPER) if collection.about.get("spoken") else np.zeros(len(CHANNELS), bool)
    weak = (
        _begins(WEAKLY_MEASURED)
        if set(collection.measured) <= set(SEEN)
        else np.zeros(len(CHANNELS), bool)
    )
    well, weakly = measured & ~speaking & ~weak, measured & ~speaking & weak
    intensity = collection.intensity.copy()
    keep: list[int] = []
    for row, person in enumerate(collection.people):
        if person not in subjects:
            continue
        if np.isnan(intensity[row]):
            emotion = strongest_emotion(collection.emotion[row])[0]
            strength = expressed_strength(weights[row], emotion, well) if emotion else 1.0
            if strength < FAINTEST:
                continue
            intensity[row] = intensity_at(strength)
        keep.append(row)
    return MeasuredFaces(
        collection.name,
        tuple(collection.people[row] for row in keep),
        tuple(collection.items[row] for row in keep),
        collection.emotion[keep],
        np.maximum(intensity[keep], 0.05),
        weights[keep],
        well,
        weakly,
    )


def strongest_emotion(emotion: np.ndarray) -> tuple[str | None, float]:
    """Return the strongest emotion besides neutral, None without any, and its share.

    Args:
        emotion: shape (16,), shares that add up to 1.
    """
    amounts = Mixture.of(dict(zip(EMOTIONS, map(float, emotion), strict=True))).amounts()
    amounts.pop("neutral", None)
    if not amounts:
        return None, 0.0
    strongest = max(amounts, key=lambda name: amounts[name])
    return strongest, amounts[strongest]


@cache
def _given(emotion: str, seen: tuple[tuple[int, bool], ...]) -> facs.UnitDistribution:
    return facs.posed(emotion).given(dict(seen))


def impute(faces: MeasuredFaces, chosen: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return chosen faces with imputed values where nothing was measured, float32, shape (k, 52).

    Weakly measured channels are raised to the imputed value and never lowered.

    Args:
        faces: the faces.
        chosen: int, shape (k,), indices of faces, any of them more than once.
        rng: of the units that nobody saw.
    """
    amounts: list[Amounts] = []
    unfolds = np.zeros(len(chosen))
    for index, row in enumerate(chosen):
        emotion, share = strongest_emotion(faces.emotion[row])
        if emotion is None:
            amounts.append({})
            continue
        seen = units_seen(faces.weights[row], faces.well_measured)
        units = sorted(_given(emotion, tuple(seen.items())).draw(rng))
        strong = rng.uniform(0.7, 1, len(units)).tolist()
        amounts.append({unit: (a, a) for unit, a in zip(units, strong, strict=True)})
        unfolds[index] = unfolding_of(share)
    drawn = faces_of(amounts, faces.intensity[chosen]) * unfolds[:, None]
    drawn[:, [INDEX[name] for name in GAZE]] = 0
    weights = faces.weights[chosen]
    raised = np.where(faces.weakly_measured, np.maximum(weights, drawn), drawn)
    imputed: np.ndarray = np.where(faces.well_measured, weights, raised).astype(np.float32)
    return imputed


def retake(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return second takes of faces: the same channels, each a little more or less.

    Weights are multiplied by a log-normal factor for each channel (σ = .1, the mean of both sides)
    and one for the face (σ = .05).

    Args:
        weights: shape (n, 52), 0 to 1.
        rng: of the factors.

    Returns:
        float32, shape (n, 52), 0 to 1.
    """
    change = np.exp(rng.normal(0, 0.1, size=weights.shape))
    change = (change + change[:, MIRROR]) / 2
    change *= np.exp(rng.normal(0, 0.05, size=(len(weights), 1)))
    changed: np.ndarray = np.clip(weights * change, 0, 1).astype(np.float32)
    return changed
