# SPDX-License-Identifier: GPL-3.0-or-later
"""The expressions that the expression network learns from: pairs of takes of one person.

Most people are made up (``people``) and show an emotion by the published laws. Some are real
(``measured``): they come from collections, those of the project and those of its user.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from emotebot_blender.core.channels import CHANNELS, MIRROR
from emotebot_blender.core.emotions import EMOTIONS, Feeling, Mixture
from emotebot_blender.core.errors import EmoteBotError

from ..collecting.collection import Collection
from ..collecting.collection_files import SHIPPED, read_collection
from ..tables import facs
from ..tables.splits import PARTS, Part, part_of
from .measured_subjects import MeasuredFaces, impute, prepare, retake
from .synthetic_subjects import UNIT_SOURCES, SyntheticSubject, Take, faces_of_takes, is_pure

PURE = tuple(Mixture.of({name: 1.0}) for name in EMOTIONS)


@dataclass(frozen=True)
class DataMixture:
    """What the training set is made of; the shares of each of the first two lines add up to 1.

    Attributes:
        ckplus, du2014, prototypes: where a made-up person's units of a pure emotion come from,
            each law narrowed to the faces that carry the emotion's signature.
        pure, compound, blended: made-up feelings of one emotion, of Du's compounds, and of two or
            three emotions in any shares.
        collected: the most that real people may be of all pairs.
        half_at: measured faces in all collections at which they are half of ``collected``.
    """

    ckplus: float = 0.25
    du2014: float = 0.2
    prototypes: float = 0.55
    pure: float = 0.6
    compound: float = 0.2
    blended: float = 0.2
    collected: float = 0.5
    half_at: int = 1200

    def unit_sources(self) -> dict[str, float]:
        """Return the name of each law to its share."""
        return {name: getattr(self, name) for name in UNIT_SOURCES}

    def share_of_collections(self, faces: int) -> float:
        """Return the share of pairs that real people are, where so many faces were measured."""
        return self.collected * faces / (faces + self.half_at)


@dataclass(frozen=True)
class Pairs:
    """Pairs of takes, each pair by one person.

    Attributes:
        weights: float32, shape (n, 2, 52).
        emotion: float32, shape (n, 2, 8).
        intensity: float32, shape (n, 2, 1).
        measured: bool, shape (n, 2, 52), whether a channel stands as measured on a real face.
        source: n names: of a law, "mixed", or of a collection.
    """

    weights: np.ndarray
    emotion: np.ndarray
    intensity: np.ndarray
    measured: np.ndarray
    source: tuple[str, ...]


def subject_rng(seed: int, part: Part) -> np.random.Generator:
    """Return where a part's made-up people come from: no two parts ever share one."""
    return np.random.default_rng([seed, PARTS.index(part)])


def draw_intensity(rng: np.random.Generator) -> float:
    """Return an intensity: by thirds as in daily life, near the full one, and any.

    Daily life is the letters of spontaneous units; a cue without a number is played at the full.
    """
    kind = rng.integers(3)
    if kind == 0:
        return facs.amount_at(rng.random(), facs.SPONTANEOUS_INTENSITIES)
    return float(rng.uniform(0.85 if kind == 1 else 0.05, 1.0))


def draw_blend(rng: np.random.Generator) -> Mixture:
    """Return a mixture of two or three of the eight emotions in any shares."""
    chosen = rng.choice(len(EMOTIONS), size=2 if rng.random() < 0.75 else 3, replace=False)
    shares = rng.dirichlet(np.full(len(chosen), 1.2))
    return Mixture.of({EMOTIONS[i]: float(s) for i, s in zip(chosen, shares, strict=True)})


NEAR = 0.1
"""Of the shares, the part that may be otherwise in a mixture that counts as a published one."""


def compound_near(mixture: Mixture) -> facs.UnitDistribution | None:
    """Return the law of the published compound emotion that a mixture all but is, or None."""
    vectors, laws = _compounds()
    apart = np.abs(vectors - mixture.vector()).sum(axis=1) / 2
    nearest = int(apart.argmin())
    return laws[nearest] if apart[nearest] <= NEAR else None


@cache
def _compounds() -> tuple[np.ndarray, list[facs.UnitDistribution]]:
    every = facs.compounds()
    return np.array([mixture.vector() for mixture, _ in every]), [law for _, law in every]


@dataclass(frozen=True)
class DrawnFeeling:
    """What is felt, with its own law of units where it is a published compound."""

    feeling: Feeling
    law: facs.UnitDistribution | None = None


def draw_feeling(mix: DataMixture, rng: np.random.Generator) -> DrawnFeeling:
    """Return what is felt in one take."""
    kind = rng.random()
    intensity = draw_intensity(rng)
    if kind < mix.pure:
        return DrawnFeeling(Feeling(PURE[rng.integers(len(PURE))], intensity))
    if kind < mix.pure + mix.compound:
        compounds = facs.compounds()
        mixture, law = compounds[rng.integers(len(compounds))]
        return DrawnFeeling(Feeling(mixture, intensity), law)
    blend = draw_blend(rng)
    return DrawnFeeling(Feeling(blend, intensity), compound_near(blend))


def show(person: SyntheticSubject, asked: DrawnFeeling) -> Take:
    """Return one take of what is felt."""
    feeling = asked.feeling
    if asked.law is not None:
        return person.show_compound(asked.law, feeling.mixture, feeling.intensity)
    if is_pure(feeling.mixture):
        return person.show(feeling.mixture.dominant(), feeling.intensity)
    return person.show_blend(feeling.mixture, feeling.intensity)


def synthetic_pairs(count: int, mix: DataMixture, rng: np.random.Generator) -> Pairs:
    """Return pairs by made-up people, of the same feeling in half of all cases."""
    takes: list[Take] = []
    felt: list[np.ndarray] = []
    laws = mix.unit_sources()
    for _ in range(count):
        person = SyntheticSubject(rng, laws)
        first = draw_feeling(mix, rng)
        second = draw_feeling(mix, rng)
        if rng.random() < 0.5:
            again = Feeling(first.feeling.mixture, second.feeling.intensity)
            second = DrawnFeeling(again, first.law)
        for asked in (first, second):
            takes.append(show(person, asked))
            felt.append(asked.feeling.mixture.vector())
    sources = [take.source for take in takes]
    return Pairs(
        faces_of_takes(takes).reshape(count, 2, len(CHANNELS)),
        np.array(felt, dtype=np.float32).reshape(count, 2, len(EMOTIONS)),
        np.array([take.intensity for take in takes], dtype=np.float32).reshape(count, 2, 1),
        np.zeros((count, 2, len(CHANNELS)), dtype=bool),
        tuple(a if a == b else "mixed" for a, b in zip(sources[::2], sources[1::2], strict=True)),
    )


def measured_pairs(count: int, faces: MeasuredFaces, rng: np.random.Generator) -> Pairs:
    """Return pairs by the real people of a collection, every item as likely as the next.

    Half of the pairs of people who were measured more than once show two of their faces; the others
    are two takes of one face. Half of the pairs are mirrored.
    """
    rows: dict[str, list[int]] = {}
    own: dict[str, list[int]] = {}
    for row, (person, item) in enumerate(zip(faces.people, faces.items, strict=True)):
        rows.setdefault(item, []).append(row)
        own.setdefault(person, []).append(row)
    items = list(rows)
    chosen = np.empty((count, 2), dtype=int)
    for pair in range(count):
        alike = rows[items[rng.integers(len(items))]]
        first = alike[rng.integers(len(alike))]
        others = own[faces.people[first]]
        second = others[rng.integers(len(others))] if rng.random() < 0.5 else first
        chosen[pair] = first, second
    whole = impute(faces, chosen.flatten(), rng).reshape(count, 2, len(CHANNELS))
    same = chosen[:, 0] == chosen[:, 1]
    whole[same, 1] = whole[same, 0]
    weights = retake(whole.reshape(-1, len(CHANNELS)), rng).reshape(whole.shape)
    flipped = rng.random(count) < 0.5
    weights[flipped] = weights[flipped][..., MIRROR]
    return Pairs(
        weights,
        faces.emotion[chosen],
        faces.intensity[chosen][..., None],
        np.broadcast_to(faces.stands, weights.shape).copy(),
        (faces.collection,) * count,
    )


def shipped_collections() -> tuple[Collection, ...]:
    """Return the collections that come with the project."""
    return tuple(read_collection(folder) for folder in SHIPPED)


def with_shipped_collections(own: Iterable[Collection]) -> tuple[Collection, ...]:
    """Return the project's collections and a user's; one of a shipped name takes its place.

    So who has the whole of a data set that the project ships a part of keeps its people's parts.

    Raises:
        EmoteBotError: two of the user's own have the same name.
    """
    own = tuple(own)
    names = [collection.name for collection in own]
    for name in names:
        if names.count(name) > 1:
            raise EmoteBotError(
                "Two collections are called “{name}”; give one another name in its collection.json",
                name=name,
            )
    return (*(each for each in shipped_collections() if each.name not in names), *own)


def make_pairs(
    count: int,
    mix: DataMixture,
    seed: int,
    part: Part = "train",
    collections: Sequence[Collection] = (),
) -> Pairs:
    """Return the training set, or one of the same kind by people whom training never sees.

    Args:
        count: how many pairs.
        mix: what they are made of.
        seed: the same seed makes the same set.
        part: whose faces.
        collections: beside the project's own; see ``with_shipped_collections``.
    """
    rng = subject_rng(seed, part)
    every = with_shipped_collections(collections)
    sizes = np.array([len(set(c.items)) for c in every], dtype=float)
    share = mix.share_of_collections(int(sizes.sum()))
    faces = [
        prepare(c, {name for name in c.everyone() if part_of(c.name, name) == part}) for c in every
    ]
    sizes *= [bool(f.people) for f in faces]
    kinds = rng.choice(
        len(every) + 1, size=count, p=[1 - share, *(share * sizes / max(sizes.sum(), 1))]
    )
    drawn = [synthetic_pairs(int((kinds == 0).sum()), mix, rng)]
    for place, found in enumerate(faces, start=1):
        number = int((kinds == place).sum())
        if number:
            drawn.append(measured_pairs(number, found, rng))
    order = rng.permutation(count)
    source = [name for pairs in drawn for name in pairs.source]
    return Pairs(
        np.concatenate([pairs.weights for pairs in drawn])[order],
        np.concatenate([pairs.emotion for pairs in drawn])[order],
        np.concatenate([pairs.intensity for pairs in drawn])[order],
        np.concatenate([pairs.measured for pairs in drawn])[order],
        tuple(source[place] for place in order),
    )
