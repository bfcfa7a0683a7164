# SPDX-License-Identifier: GPL-3.0-or-later
"""How near the expression network's faces come to held-out ones, beside the baselines."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.performance.networks import ExpressionModel

from ..expression_data.data_mixture import DataMixture
from ..metrics.expression_metrics import Closeness, Faces, Scale, compare, usual_frechet
from .baselines import CLASS_BASELINES, Classes, VariationalAutoencoder
from .face_samples import generate, measured_smiles, synthetic_faces, synthetic_takes

REFERENCE = "other held-out faces"
"""The row that compares held-out faces with other held-out faces: what a perfect model gets."""

PERFECT = "synthetic subjects"

AUTOENCODER = "conditional VAE"

ShareProgress = Callable[[float], None]
Table = dict[str, dict[str, list[float]]]
"""From the name of a generator to a metric's name to its values, one a seed."""


@dataclass(frozen=True)
class Sizes:
    """How much is drawn for an evaluation.

    Attributes:
        people: held-out subjects of the whole training mix.
        emotion: held-out subjects who show one emotion.
        training: training faces that the baselines learn from.
        seeds: of the evaluation; each draws other subjects and other takes.
        steps: of the autoencoder's training.
        takes: movements to each emotion.
        holds: of each emotion and intensity.
        changes: from each emotion to each other one.
        heads: turns of each emotion, and shifts of the gaze of each kind.
        seconds: that a face performs without an end to see whether it stays well.
        is_try: whether figures need not mean anything.
    """

    people: int = 1000
    emotion: int = 400
    training: int = 16_000
    seeds: tuple[int, ...] = (0, 1, 2)
    steps: int = 1500
    takes: int = 200
    holds: int = 12
    changes: int = 5
    heads: int = 200
    seconds: int = 3600
    is_try: bool = False

    @classmethod
    def small(cls) -> "Sizes":
        """Return an evaluation of seconds, to see that everything works."""
        return cls(
            people=60,
            emotion=40,
            training=300,
            seeds=(0,),
            steps=50,
            takes=4,
            holds=1,
            changes=1,
            heads=8,
            seconds=60,
            is_try=True,
        )


@dataclass(frozen=True)
class FaceGenerators:
    """All that generates faces: the networks and the baselines.

    Attributes:
        networks: name to network.
        training: what the baselines learn from.
        autoencoder: the baseline that has to be trained.
    """

    networks: Mapping[str, ExpressionModel]
    training: Faces
    autoencoder: VariationalAutoencoder

    def faces(self, requested: Faces, seed: int) -> Iterator[tuple[str, Faces]]:
        """Yield each one's name and faces of the feelings that some faces were asked to show."""
        for name, network in self.networks.items():
            yield name, generate(network, requested, seed)
        rng = np.random.default_rng((seed, 1))
        classes = Classes.of(self.training, requested)
        for name, make in CLASS_BASELINES.items():
            yield name, dataclasses.replace(requested, weights=make(classes, rng))
        yield (
            AUTOENCODER,
            dataclasses.replace(requested, weights=self.autoencoder.draw(requested, rng)),
        )


def whole_mix(
    generators: FaceGenerators, mix: DataMixture, sizes: Sizes, progress: ShareProgress
) -> Table:
    """Return the metrics over held-out synthetic subjects of the whole training mix.

    Args:
        generators: the networks and the baselines.
        mix: of the training.
        sizes: how much is drawn.
        progress: called with the share done, 0 to 1.
    """
    scale = Scale.of(generators.training.weights)
    unseen = synthetic_faces(len(generators.training), mix, _UNSEEN)
    others = [synthetic_faces(sizes.people, mix, _OTHER + i) for i in range(_SAMPLES)]
    usual = usual_frechet([scale(faces.weights) for faces in others])
    table: Table = {}
    for done, seed in enumerate(sizes.seeds):
        real, again = (synthetic_faces(sizes.people, mix, 2 * seed + i) for i in (0, 1))
        rows = [*generators.faces(real, seed), (REFERENCE, again)]
        for step, (name, generated) in enumerate(rows):
            _note(
                table,
                name,
                compare(real, generated, usual, generators.training, scale, seed, unseen),
            )
            progress((done + (step + 1) / len(rows)) / len(sizes.seeds))
    return table


def each_emotion(
    generators: FaceGenerators, mix: DataMixture, sizes: Sizes, progress: ShareProgress
) -> dict[str, Table]:
    """Return the same for each emotion in full; the baselines with the first seed alone.

    Args:
        generators: the networks and the baselines.
        mix: of the training.
        sizes: how much is drawn.
        progress: called with the share done, 0 to 1.
    """
    tables: dict[str, Table] = {}
    nobody: Faces = generators.training[:0]
    for done, emotion in enumerate(EMOTIONS):
        table = tables.setdefault(emotion, {})
        others = [synthetic_takes(emotion, sizes.emotion, mix, _OTHER + i) for i in range(_SAMPLES)]
        scale = Scale.of(np.concatenate([faces.weights for faces in others]))
        usual = usual_frechet([scale(faces.weights) for faces in others])
        for seed in sizes.seeds:
            real, again = (
                synthetic_takes(emotion, sizes.emotion, mix, 2 * seed + i) for i in (0, 1)
            )
            for name, generated in [*generators.faces(real, seed), (REFERENCE, again)]:
                if seed == sizes.seeds[0] or name in (*generators.networks, REFERENCE):
                    _note(table, name, compare(real, generated, usual, nobody, scale, seed))
        progress((done + 1) / len(EMOTIONS))
    return tables


def real_people(
    generators: FaceGenerators, mix: DataMixture, sizes: Sizes, progress: ShareProgress
) -> Table:
    """Return the metrics against smiles of held-out real subjects, in the well measured channels.

    The reference are the smiles of the training subjects. One more row is what a perfect model of
    the training mix would get: it draws most of its happy faces from the published distributions.

    Args:
        generators: the networks and the baselines.
        mix: of the training.
        sizes: how much is drawn.
        progress: called with the share done, 0 to 1.
    """
    smiles = measured_smiles()
    training, real = (_masked(faces, smiles.stands) for faces in (smiles.training, smiles.held_out))
    scale = Scale.of(training.weights)
    subjects = min(len(np.unique(real.group)), len(np.unique(training.group)) // 2)
    halves = [_two_groups(training, subjects, seed) for seed in range(_SAMPLES)]
    usual = float(np.mean([usual_frechet([scale(e.weights) for e in pair]) for pair in halves]))
    table: Table = {}
    for done, seed in enumerate(sizes.seeds):
        again = halves[seed % _SAMPLES][0]
        perfect = synthetic_takes(
            "happiness", len(real), mix, _OTHER + seed, intensity=real.intensity
        )
        rows = [*generators.faces(real, seed), (PERFECT, perfect), (REFERENCE, again)]
        for name, drawn in rows:
            generated = _masked(drawn, smiles.stands)
            figures = compare(real, generated, usual, training, scale, seed)
            if name == REFERENCE:  # these are training faces
                figures = dataclasses.replace(figures, share_closer=np.nan)
            _note(table, name, figures)
        progress((done + 1) / len(sizes.seeds))
    return table


def _two_groups(faces: Faces, subjects: int, seed: int) -> tuple[Faces, Faces]:
    """Return the faces of so many subjects, and of as many others."""
    order = np.random.default_rng((seed, 2)).permutation(np.unique(faces.group))
    first, second = order[:subjects], order[subjects : 2 * subjects]
    return faces[np.isin(faces.group, first)], faces[np.isin(faces.group, second)]


_SAMPLES = 4
"""Samples of real faces by whose distances the Fréchet distance is measured."""

_UNSEEN, _OTHER = 5_000_000, 6_000_000
"""Seeds of held-out subjects whom no other seed draws."""


def _masked(faces: Faces, kept: np.ndarray) -> Faces:
    return dataclasses.replace(faces, weights=np.where(kept, faces.weights, 0.0))


def _note(table: Table, name: str, figures: Closeness) -> None:
    for metric, value in dataclasses.asdict(figures).items():
        table.setdefault(name, {}).setdefault(metric, []).append(float(value))
