# SPDX-License-Identifier: GPL-3.0-or-later
"""The faces that an evaluation compares: of the training part, held out, and made by networks.

One face a person: two takes of one subject are nearer to each other than to anybody else, and what
the metrics give for two samples of one law holds for faces that are independent of one another.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np

from emotebot_blender.core.channels import CHANNELS, anatomical
from emotebot_blender.core.emotions import EMOTIONS, Mixture
from emotebot_blender.core.performance.networks import ExpressionModel
from emotebot_blender.core.performance.performance import TRUNCATION

from ..expression_data.data_mixture import (
    DataMixture,
    Pairs,
    make_pairs,
    shipped_collections,
    subject_rng,
    synthetic_pairs,
)
from ..expression_data.measured_subjects import prepare
from ..expression_data.synthetic_subjects import SyntheticSubject, Take, faces_of_takes
from ..faces.landmarks import with_mirror_images
from ..metrics.expression_metrics import Faces
from ..tables.splits import Part, part_of

_TAKES = 0x7A4E
"""Part of the seeds of latents, that of nothing else."""


def training_faces(count: int, mix: DataMixture, seed: int) -> Faces:
    """Return a face of each pair of the training set that a run with this seed learned from.

    Args:
        count: of pairs.
        mix: of the training.
        seed: of what is drawn.
    """
    return _first_takes(make_pairs(count, mix, seed))


def synthetic_faces(count: int, mix: DataMixture, seed: int) -> Faces:
    """Return faces of synthetic subjects of the held-out part, as the training mix makes them.

    Args:
        count: of subjects.
        mix: of the training.
        seed: of what is drawn.
    """
    return _first_takes(synthetic_pairs(count, mix, subject_rng(seed, "held-out")))


def _first_takes(pairs: Pairs) -> Faces:
    count = len(pairs.weights)
    return Faces(
        pairs.weights[:, 0], pairs.emotion[:, 0], pairs.intensity[:, 0, 0], np.arange(count)
    )


def synthetic_takes(
    emotion: str,
    subjects: int,
    mix: DataMixture,
    seed: int,
    takes: int = 1,
    intensity: np.ndarray | None = None,
) -> Faces:
    """Return faces of synthetic subjects of the held-out part, who all show one emotion.

    Args:
        emotion: its name.
        subjects: how many.
        mix: of the training.
        seed: other seeds give other people.
        takes: faces of each subject, one after the other.
        intensity: of each subject, shape (subjects,); None for 1.
    """
    strengths = np.ones(subjects) if intensity is None else intensity
    requested = requested_faces(Mixture.of({emotion: 1.0}), subjects, takes)
    requested = dataclasses.replace(requested, intensity=np.repeat(strengths, takes))
    rng = subject_rng(seed, "held-out")
    shown = [
        take
        for strength in strengths
        for take in _takes_of(
            SyntheticSubject(rng, mix.unit_sources()), emotion, float(strength), takes
        )
    ]
    return dataclasses.replace(requested, weights=faces_of_takes(shown))


def _takes_of(person: SyntheticSubject, emotion: str, strength: float, takes: int) -> list[Take]:
    return [person.show(emotion, strength) for _ in range(takes)]


def requested_faces(
    mixture: Mixture, subjects: int, takes: int = 1, intensity: float = 1.0
) -> Faces:
    """Return faces that are still to be made: labels and subjects, and weights of nothing.

    Args:
        mixture: that everybody feels.
        subjects: how many.
        takes: faces of each subject, one after the other.
        intensity: 0 to 1.
    """
    count = subjects * takes
    return Faces(
        np.zeros((count, len(CHANNELS))),
        np.tile(mixture.vector(), (count, 1)),
        np.full(count, intensity),
        np.arange(count) // takes,
    )


@dataclass(frozen=True)
class MeasuredSmiles:
    """Measured smiles of real subjects with their mirror images.

    Attributes:
        training: of the subjects that networks learn from; a face and its mirror image are a group.
        held_out: of the subjects that no network saw.
        stands: bool, shape (52,), the channels that were measured well.
    """

    training: Faces
    held_out: Faces
    stands: np.ndarray


def measured_smiles() -> MeasuredSmiles:
    """Return the happy faces of the London set."""
    (collection,) = (each for each in shipped_collections() if each.name == "london")

    def of(part: Part) -> tuple[Faces, np.ndarray]:
        subjects = {name for name in collection.everyone() if part_of("london", name) == part}
        found = prepare(collection, subjects)
        happy = np.flatnonzero(found.emotion[:, EMOTIONS.index("happiness")] == 1)
        faces = Faces(
            with_mirror_images(found.weights[happy]),
            np.tile(found.emotion[happy], (2, 1)),
            np.tile(found.intensity[happy], 2),
            np.tile(np.arange(len(happy)), 2),
        )
        return faces, found.well_measured

    training, stands = of("train")
    return MeasuredSmiles(training, of("held-out")[0], stands)


def generate(
    network: ExpressionModel, requested: Faces, seed: int, as_performed: bool = True
) -> Faces:
    """Return what the network shows.

    Args:
        network: the expression generator.
        requested: feelings and people; rows of one group are takes with one identity latent.
        seed: of the identity and take latents.
        as_performed: whether weights are held to what a face can have, as in a performance.
    """
    rng = np.random.default_rng((_TAKES, seed))
    subjects, owner = np.unique(requested.group, return_inverse=True)

    def latent(count: int, name: str) -> np.ndarray:
        drawn = rng.standard_normal((count, network.sizes[name]), dtype=np.float32)
        return drawn.clip(-TRUNCATION, TRUNCATION)

    weights = network.predict(
        requested.emotion.astype(np.float32),
        requested.intensity[:, None].astype(np.float32),
        latent(len(subjects), "character")[owner],
        latent(len(requested), "take"),
    )
    if as_performed:
        weights = anatomical(weights)
    return dataclasses.replace(requested, weights=weights)
