# SPDX-License-Identifier: GPL-3.0-or-later
"""MeasuredFaces faces of real people, made whole: what nobody could measure comes from ``facs``.

A face landmarker is blind to some channels and reads others weakly, and in films people speak. What
was measured well stands as it is; the rest is drawn from the joint law of CK+ for the emotion that
the face was named by, given the units that were seen, and is marked as drawn.
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
"""Beginnings of the names of channels that speech leaves alone."""

SIGNS = {
    1: "browInnerUp",
    2: "browOuterUp",
    4: "browDown",
    12: "mouthSmile",
    20: "mouthStretch",
    25: "mouthLowerDown",
    26: "jawOpen",
}
"""The channel that a unit is told by where it was measured well."""

PRESENT = 0.2
"""From where on a channel tells that its unit is there."""

FAINTEST = 0.3
"""Of the emotion's whole strength: faces below it, if nobody rated them, show nothing."""


@dataclass(frozen=True)
class MeasuredFaces:
    """Faces of one collection, ready to be made whole; n of them.

    Attributes:
        collection: its name.
        people: who shows each, n names.
        items: from which picture or film.
        emotion: float32, shape (n, 8).
        intensity: float32, shape (n,), 0 to 1.
        weights: float32, shape (n, 52), 0 to 1, beyond the neutral face.
        stands: bool, shape (52,), channels that were measured well and are left as they are.
        at_least: bool, shape (52,), channels that were measured weakly and may be raised.
    """

    collection: str
    people: tuple[str, ...]
    items: tuple[str, ...]
    emotion: np.ndarray
    intensity: np.ndarray
    weights: np.ndarray
    stands: np.ndarray
    at_least: np.ndarray


def _begins(names: tuple[str, ...]) -> np.ndarray:
    return np.array([name.startswith(names) for name in CHANNELS])


@cache
def typical_face(emotion: str) -> np.ndarray:
    """Return the middle one of the posed faces of an emotion at its strongest, shape (52,)."""
    law = facs.ckplus()[emotion]
    likely = {unit: law.frequency(unit) for units in law.sets for unit in units}
    return channels_of({unit: (share, share) for unit, share in likely.items() if share >= 0.5})


def expressed_strength(weights: np.ndarray, emotion: str, told: np.ndarray) -> float:
    """Return how strong a measured face shows an emotion: its part of the way to ``typical_face``.

    What hardly moves there does not count: a broad smile is one whether or not teeth show.

    Args:
        weights: shape (52,).
        emotion: which.
        told: bool, shape (52,), the channels to go by.
    """
    way = typical_face(emotion)[told]
    way = np.where(way >= 0.5 * way.max(), way, 0)
    return float(np.clip(weights[told] @ way / max(way @ way, 1e-6), 0, 1))


def intensity_at(gone: float) -> float:
    """Return the intensity at which made-up people have gone this part of their way, 0 to 1."""
    places = np.linspace(0, 1, 201)
    return float(np.interp(gone, grow(places, 0.6), places))


def units_seen(weights: np.ndarray, told: np.ndarray) -> dict[int, bool]:
    """Return the units that the channels tell to be there or not."""
    seen: dict[int, bool] = {}
    for unit, name in SIGNS.items():
        sides = [INDEX[n] for n in (name, name + "Left", name + "Right") if n in INDEX]
        if told[sides].all():
            seen[unit] = bool(weights[sides].mean() > PRESENT)
    return seen


def subtract_estimated_neutral(collection: Collection, people: Container[str]) -> np.ndarray:
    """Return a collection's weights, some people's rows with an unknown neutral less a stand-in.

    That is the median of their rows that are called neutral, where there are five, else what a
    fifth of their rows stay below. Other people's rows have no part in it and stay as they are: who
    is held out teaches nothing.
    """
    weights = collection.weights.copy()
    own = np.array([person in people for person in collection.people], dtype=bool)
    raw = own & ~collection.neutral_known
    if not raw.any():
        return weights
    calm = raw & (collection.emotion[:, EMOTIONS.index("neutral")] > 0.5)
    if calm.sum() >= 5:
        neutral = np.median(weights[calm], axis=0)
    else:
        neutral = np.quantile(weights[raw], 0.2, axis=0)
    weights[raw] = subtract_neutral(weights[raw], neutral, collection.measured)
    return weights


def prepare(collection: Collection, people: Container[str]) -> MeasuredFaces:
    """Return what some people of a collection showed, with an intensity where nobody rated it.

    Faces so faint that nothing of their emotion was measured are left out, if nobody rated them.
    """
    weights = subtract_estimated_neutral(collection, people)
    weights[:, [INDEX[name] for name in GAZE]] = 0
    measured = _begins(collection.measured)
    heard = ~_begins(UPPER) if collection.about.get("spoken") else np.zeros(len(CHANNELS), bool)
    weak = (
        _begins(WEAKLY_MEASURED)
        if set(collection.measured) <= set(SEEN)
        else np.zeros(len(CHANNELS), bool)
    )
    stands, at_least = measured & ~heard & ~weak, measured & ~heard & weak
    intensity = collection.intensity.copy()
    keep: list[int] = []
    for row, person in enumerate(collection.people):
        if person not in people:
            continue
        if np.isnan(intensity[row]):
            emotion = strongest_emotion(collection.emotion[row])[0]
            gone = expressed_strength(weights[row], emotion, stands) if emotion else 1.0
            if gone < FAINTEST:
                continue
            intensity[row] = intensity_at(gone)
        keep.append(row)
    return MeasuredFaces(
        collection.name,
        tuple(collection.people[row] for row in keep),
        tuple(collection.items[row] for row in keep),
        collection.emotion[keep],
        np.maximum(intensity[keep], 0.05),
        weights[keep],
        stands,
        at_least,
    )


def strongest_emotion(emotion: np.ndarray) -> tuple[str | None, float]:
    """Return the strongest emotion besides neutral in shares of the eight, with its share."""
    amounts = Mixture.of(dict(zip(EMOTIONS, map(float, emotion), strict=True))).amounts()
    amounts.pop("neutral", None)
    if not amounts:
        return None, 0.0
    strongest = max(amounts, key=lambda name: amounts[name])
    return strongest, amounts[strongest]


@cache
def _given(emotion: str, seen: tuple[tuple[int, bool], ...]) -> facs.UnitDistribution:
    return facs.ckplus()[emotion].given(dict(seen))


def impute(faces: MeasuredFaces, chosen: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return chosen faces with what was not measured, float32, shape (k, 52).

    Args:
        faces: the faces.
        chosen: int, shape (k,), which of them, any of them more than once.
        rng: where the units come from that nobody saw.
    """
    amounts: list[Amounts] = []
    unfolds = np.zeros(len(chosen))
    for place, row in enumerate(chosen):
        emotion, share = strongest_emotion(faces.emotion[row])
        if emotion is None:
            amounts.append({})
            continue
        seen = units_seen(faces.weights[row], faces.stands)
        units = sorted(_given(emotion, tuple(seen.items())).draw(rng))
        strong = rng.uniform(0.7, 1, len(units)).tolist()
        amounts.append({unit: (a, a) for unit, a in zip(units, strong, strict=True)})
        unfolds[place] = unfolding_of(share)
    drawn = faces_of(amounts, faces.intensity[chosen]) * unfolds[:, None]
    drawn[:, [INDEX[name] for name in GAZE]] = 0
    weights = faces.weights[chosen]
    raised = np.where(faces.at_least, np.maximum(weights, drawn), drawn)
    whole: np.ndarray = np.where(faces.stands, weights, raised).astype(np.float32)
    return whole


def retake(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return second takes of faces, shape (n, 52): the same units, each a little more or less."""
    change = np.exp(rng.normal(0, 0.1, size=weights.shape))
    change = (change + change[:, MIRROR]) / 2
    change *= np.exp(rng.normal(0, 0.05, size=(len(weights), 1)))
    changed: np.ndarray = np.clip(weights * change, 0, 1).astype(np.float32)
    return changed
