# SPDX-License-Identifier: GPL-3.0-or-later
"""The training set of the expression network: pairs of takes of one subject.

Most subjects are synthetic (``synthetic_subjects``): what they show is drawn from the published
distributions of action units. Some are measured (``measured_subjects``): people in collections,
those of the project and those of its user.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from emotebot_blender.core.channels import CHANNELS, MIRROR
from emotebot_blender.core.emotions import (
    BASIC_EMOTIONS,
    EMOTIONS,
    FURTHER_EMOTIONS,
    Feeling,
    Mixture,
)
from emotebot_blender.core.errors import EmoteBotError

from ..collecting.collection import Collection
from ..collecting.collection_files import SHIPPED, read_collection
from ..tables import facs
from ..tables.splits import PARTS, Part, part_of
from .measured_subjects import MeasuredFaces, impute, prepare, retake
from .synthetic_subjects import UNIT_SOURCES, SyntheticSubject, Take, faces_of_takes, is_pure

PURE = tuple(Mixture.of({name: 1.0}) for name in BASIC_EMOTIONS)
"""The mixtures of one basic emotion alone."""

FURTHER = tuple(Mixture.of({name: 1.0}) for name in FURTHER_EMOTIONS)
"""The mixtures of one further emotion alone."""

BLENDED_FURTHER = 0.25
"""Share of the feelings with a further emotion that have a basic one beside it."""


@dataclass(frozen=True)
class DataMixture:
    """What the training set is made of; shares of sources and those of feelings add up to 1 each.

    Attributes:
        ckplus, du2014, prototypes: shares of the sources of a synthetic subject's units of a pure
            emotion, each source narrowed to the faces that carry the emotion's signature.
        pure, compound, blended: shares of synthetic feelings of one basic emotion, of the
            compounds of Du, Tao & Martinez 2014, and of two or three basic emotions in any shares.
        further: share of those of a further emotion, alone or with a basic one.
        collected: greatest share of all pairs that are of measured subjects.
        half_at: measured faces in all collections at which they are half of ``collected``.
    """

    ckplus: float = 0.25
    du2014: float = 0.2
    prototypes: float = 0.55
    pure: float = 0.43
    compound: float = 0.14
    blended: float = 0.14
    further: float = 0.29
    collected: float = 0.5
    half_at: int = 1200

    def unit_sources(self) -> dict[str, float]:
        """Return the sources of a pure emotion's units, each name to its share."""
        return {name: getattr(self, name) for name in UNIT_SOURCES}

    def share_of_collections(self, faces: int) -> float:
        """Return the share of pairs of measured subjects, where so many faces were measured."""
        return self.collected * faces / (faces + self.half_at)


BASIC_MIXTURE = DataMixture(pure=0.6, compound=0.2, blended=0.2, further=0.0)
"""The training set of what knows the basic emotions alone."""


@dataclass(frozen=True)
class Pairs:
    """n pairs of takes, each pair of one subject.

    Attributes:
        weights: float32, shape (n, 2, 52), 0 to 1.
        emotion: float32, shape (n, 2, 16), shares that add up to 1.
        intensity: float32, shape (n, 2, 1), 0 to 1.
        measured: bool, shape (n, 2, 52), whether a channel is as measured on a real face and not
            imputed.
        source: n names: of a source of action units, "mixed", or of a collection.
    """

    weights: np.ndarray
    emotion: np.ndarray
    intensity: np.ndarray
    measured: np.ndarray
    source: tuple[str, ...]


def subject_rng(seed: int, part: Part) -> np.random.Generator:
    """Return the random numbers of a part's synthetic subjects, whom no two parts share."""
    return np.random.default_rng([seed, PARTS.index(part)])


def draw_intensity(rng: np.random.Generator) -> float:
    """Return an intensity, 0 to 1: by thirds as in daily life, from .85 up, and from .05 up.

    As in daily life are the intensities of spontaneous units; feelings of a script without a number
    are at full intensity.
    """
    kind = rng.integers(3)
    if kind == 0:
        return facs.amount_at(rng.random(), facs.SPONTANEOUS_INTENSITIES)
    return float(rng.uniform(0.85 if kind == 1 else 0.05, 1.0))


def draw_blend(rng: np.random.Generator) -> Mixture:
    """Return two (3 of 4 times) or three basic emotions, with Dirichlet shares, α = 1.2."""
    chosen = rng.choice(len(BASIC_EMOTIONS), size=2 if rng.random() < 0.75 else 3, replace=False)
    shares = rng.dirichlet(np.full(len(chosen), 1.2))
    return Mixture.of({BASIC_EMOTIONS[i]: float(s) for i, s in zip(chosen, shares, strict=True)})


NEAR = 0.1
"""Total variation distance up to which a mixture counts as a published compound."""


def compound_near(mixture: Mixture) -> facs.UnitDistribution | None:
    """Return the units of the published compound emotion that is within ``NEAR``, or None."""
    vectors, distributions = _compounds()
    distance = np.abs(vectors - mixture.vector()).sum(axis=1) / 2
    nearest = int(distance.argmin())
    return distributions[nearest] if distance[nearest] <= NEAR else None


@cache
def _compounds() -> tuple[np.ndarray, list[facs.UnitDistribution]]:
    mixtures, distributions = zip(*facs.compounds(), strict=True)
    return np.array([mixture.vector() for mixture in mixtures]), list(distributions)


@dataclass(frozen=True)
class FeelingDraw:
    """A feeling, with the distribution of its units where it is a published compound."""

    feeling: Feeling
    units: facs.UnitDistribution | None = None


def draw_feeling(data_mixture: DataMixture, rng: np.random.Generator) -> FeelingDraw:
    """Return the feeling of one take of a synthetic subject."""
    kind = rng.random()
    intensity = draw_intensity(rng)
    if kind < data_mixture.pure:
        return FeelingDraw(Feeling(PURE[rng.integers(len(PURE))], intensity))
    if kind < data_mixture.pure + data_mixture.compound:
        compounds = facs.compounds()
        mixture, units = compounds[rng.integers(len(compounds))]
        return FeelingDraw(Feeling(mixture, intensity), units)
    if kind < 1 - data_mixture.further:
        blend = draw_blend(rng)
        return FeelingDraw(Feeling(blend, intensity), compound_near(blend))
    further = FURTHER[rng.integers(len(FURTHER))]
    if rng.random() < BLENDED_FURTHER:
        basic, share = BASIC_EMOTIONS[rng.integers(len(BASIC_EMOTIONS))], float(rng.random())
        further = Mixture.of({further.dominant(): share, basic: 1 - share})
    return FeelingDraw(Feeling(further, intensity))


def show(subject: SyntheticSubject, draw: FeelingDraw) -> Take:
    """Return one take of a feeling."""
    feeling = draw.feeling
    if draw.units is not None:
        return subject.show_compound(draw.units, feeling.mixture, feeling.intensity)
    if is_pure(feeling.mixture):
        return subject.show(feeling.mixture.dominant(), feeling.intensity)
    return subject.show_blend(feeling.mixture, feeling.intensity)


def synthetic_pairs(count: int, data_mixture: DataMixture, rng: np.random.Generator) -> Pairs:
    """Return pairs of synthetic subjects, of the same emotion in at least half of all cases.

    Args:
        count: of the pairs.
        data_mixture: shares of feelings and of the sources of their units.
        rng: of the subjects and feelings.
    """
    takes: list[Take] = []
    emotions: list[np.ndarray] = []
    sources = data_mixture.unit_sources()
    for _ in range(count):
        subject = SyntheticSubject(rng, sources)
        first = draw_feeling(data_mixture, rng)
        second = draw_feeling(data_mixture, rng)
        if rng.random() < 0.5:
            again = Feeling(first.feeling.mixture, second.feeling.intensity)
            second = FeelingDraw(again, first.units)
        for draw in (first, second):
            takes.append(show(subject, draw))
            emotions.append(draw.feeling.mixture.vector())
    names = [take.source for take in takes]
    return Pairs(
        faces_of_takes(takes).reshape(count, 2, len(CHANNELS)),
        np.array(emotions, dtype=np.float32).reshape(count, 2, len(EMOTIONS)),
        np.array([take.intensity for take in takes], dtype=np.float32).reshape(count, 2, 1),
        np.zeros((count, 2, len(CHANNELS)), dtype=bool),
        tuple(a if a == b else "mixed" for a, b in zip(names[::2], names[1::2], strict=True)),
    )


def measured_pairs(count: int, faces: MeasuredFaces, rng: np.random.Generator) -> Pairs:
    """Return pairs of the people of a collection, every item as likely as the next.

    Half of the pairs of people who were measured more than once show two of their faces; the others
    are two takes of one face. Half of the pairs are mirrored.

    Args:
        count: of the pairs.
        faces: the measured faces.
        rng: of all that is drawn.
    """
    by_item: dict[str, list[int]] = {}
    by_person: dict[str, list[int]] = {}
    for row, (person, item) in enumerate(zip(faces.subjects, faces.items, strict=True)):
        by_item.setdefault(item, []).append(row)
        by_person.setdefault(person, []).append(row)
    items = list(by_item)
    chosen = np.empty((count, 2), dtype=int)
    for pair in range(count):
        rows = by_item[items[rng.integers(len(items))]]
        first = rows[rng.integers(len(rows))]
        others = by_person[faces.subjects[first]]
        second = others[rng.integers(len(others))] if rng.random() < 0.5 else first
        chosen[pair] = first, second
    imputed = impute(faces, chosen.flatten(), rng).reshape(count, 2, len(CHANNELS))
    same = chosen[:, 0] == chosen[:, 1]
    imputed[same, 1] = imputed[same, 0]
    weights = retake(imputed.reshape(-1, len(CHANNELS)), rng).reshape(imputed.shape)
    flipped = rng.random(count) < 0.5
    weights[flipped] = weights[flipped][..., MIRROR]
    return Pairs(
        weights,
        faces.emotion[chosen],
        faces.intensity[chosen][..., None],
        np.broadcast_to(faces.well_measured, weights.shape).copy(),
        (faces.collection,) * count,
    )


def shipped_collections() -> tuple[Collection, ...]:
    """Return the collections that come with the project."""
    return tuple(read_collection(folder) for folder in SHIPPED)


def with_shipped_collections(users: Iterable[Collection]) -> tuple[Collection, ...]:
    """Return the project's collections and a user's, which replace those of the same name.

    So a user who has the whole of a data set that the project ships a part of keeps its split.

    Raises:
        EmoteBotError: two of the user's own have the same name.
    """
    users = tuple(users)
    names = [collection.name for collection in users]
    for name in names:
        if names.count(name) > 1:
            raise EmoteBotError(
                "Two collections are called “{name}”; give one another name in its collection.json",
                name=name,
            )
    shipped = shipped_collections()
    return (*(collection for collection in shipped if collection.name not in names), *users)


def make_pairs(
    count: int,
    data_mixture: DataMixture,
    seed: int,
    part: Part = "train",
    collections: Sequence[Collection] = (),
) -> Pairs:
    """Return the training set, or one of the same kind of subjects that training never sees.

    Args:
        count: of the pairs.
        data_mixture: what they are made of.
        seed: the same seed gives the same set.
        part: subjects to train on, or held out.
        collections: beside the project's own; see ``with_shipped_collections``.

    Raises:
        EmoteBotError: two collections have the same name.
    """
    rng = subject_rng(seed, part)
    joined = with_shipped_collections(collections)
    sizes = np.array([len(set(c.items)) for c in joined], dtype=float)
    share = data_mixture.share_of_collections(int(sizes.sum()))
    faces = [
        prepare(c, {name for name in c.everyone() if part_of(c.name, name) == part}) for c in joined
    ]
    sizes *= [bool(f.subjects) for f in faces]
    kinds = rng.choice(
        len(joined) + 1, size=count, p=[1 - share, *(share * sizes / max(sizes.sum(), 1))]
    )
    drawn = [synthetic_pairs(int((kinds == 0).sum()), data_mixture, rng)]
    for kind, own_faces in enumerate(faces, start=1):
        number = int((kinds == kind).sum())
        if number:
            drawn.append(measured_pairs(number, own_faces, rng))
    order = rng.permutation(count)
    source = [name for pairs in drawn for name in pairs.source]
    return Pairs(
        np.concatenate([pairs.weights for pairs in drawn])[order],
        np.concatenate([pairs.emotion for pairs in drawn])[order],
        np.concatenate([pairs.intensity for pairs in drawn])[order],
        np.concatenate([pairs.measured for pairs in drawn])[order],
        tuple(source[index] for index in order),
    )
