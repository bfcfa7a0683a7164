# SPDX-License-Identifier: GPL-3.0-or-later
"""What is evaluated, and all that has to be drawn or trained before: once, used by all."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emotebot_blender.core.emotions import BASIC_EMOTIONS
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.performance.networks import Networks

from ..expression_data.data_mixture import DataMixture
from ..metrics.expression_metrics import Scale
from ..run.config import CONFIGS
from .baselines import VariationalAutoencoder
from .emotion_regression import EmotionClassifier, EmotionRegressor
from .expressions import FaceGenerators, ShareProgress, Sizes
from .face_samples import training_faces


@dataclass(frozen=True)
class EvaluationSetup:
    """Networks under evaluation.

    Attributes:
        networks: name to networks; the first are those that single figures are about.
        runs: their folders, in the same order.
        mix: what the first one's training set was made of.
        sizes: how much is drawn.
        generators: all that generates faces.
        regressor: estimates how much of each emotion a face shows.
        classifier: names which of the basic emotions a face shows, for movements.
        scale: what distances are measured in.
    """

    networks: Mapping[str, Networks]
    runs: Sequence[Path]
    mix: DataMixture
    sizes: Sizes
    generators: FaceGenerators
    regressor: EmotionRegressor
    classifier: EmotionClassifier
    scale: Scale

    @property
    def first(self) -> Networks:
        """The networks that single figures and the pictures are about."""
        return next(iter(self.networks.values()))


def prepare(
    networks: Mapping[str, Networks], runs: Sequence[Path], sizes: Sizes, progress: ShareProgress
) -> EvaluationSetup:
    """Draw the training faces, and train the baselines and the regressor on them.

    Args:
        networks: name to networks.
        runs: their folders.
        sizes: how much is drawn.
        progress: called with the share done, 0 to 1.
    """
    first = next(iter(networks.values()))
    mix, seed, count = training_of(runs[0], first)
    if sizes.is_try:
        count = sizes.training  # other faces than those it learned from, but at once
    drawn = training_faces(count, mix, seed)
    training = drawn[: sizes.training]
    as_many_basic = drawn[: round(sizes.training / (1 - mix.further))]
    progress(0.3)
    autoencoder = VariationalAutoencoder(training, 0, sizes.steps)
    progress(0.8)
    generators = {name: model.expression for name, model in networks.items()}
    setup = EvaluationSetup(
        networks,
        runs,
        mix,
        sizes,
        FaceGenerators(generators, training, autoencoder),
        EmotionRegressor(training),
        EmotionClassifier(as_many_basic, BASIC_EMOTIONS),
        Scale.of(training.weights),
    )
    progress(1.0)
    return setup


def training_of(run: Path, networks: Networks) -> tuple[DataMixture, int, int]:
    """Return the mix, the seed and the number of pairs that a run's training drew.

    They stand in the configuration beside the network; EmoteBot's own were made by the full one
    with the seed that the network itself names.

    Raises:
        EmoteBotError: the run does not say.
    """
    path = run / "expression.json"
    if path.is_file():
        try:
            config = json.loads(path.read_text(encoding="utf-8"))["expression"]
            return DataMixture(**config["mix"]), int(config["seed"]), int(config["pairs"])
        except (ValueError, TypeError, KeyError) as error:
            raise EmoteBotError(
                "{path} is not the configuration of a training", path=path
            ) from error
    config = CONFIGS["full"].networks["expression"]
    words = str(networks.expression.metadata["training_run"]).split(", ")
    seeds = [word.removeprefix("seed ") for word in words if word.startswith("seed ")]
    if not seeds or not seeds[0].isdecimal():
        raise EmoteBotError(
            "{run} does not say with which seed it was trained: no {path}", run=run, path=path.name
        )
    return config.mix, int(seeds[0]), config.pairs
