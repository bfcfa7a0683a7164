# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of the report, section by section."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from emotebot_blender.core.emotions import (
    BASIC_EMOTIONS,
    EXPRESSIVE,
    FURTHER_EMOTIONS,
    Feeling,
    Mixture,
)
from emotebot_blender.core.performance.networks import Networks
from emotebot_blender.core.performance.performance import express

from ..run.registry import NETWORKS
from . import charts, plots
from .camera import face_renderer, mosaic
from .evaluation_setup import EvaluationSetup
from .expressions import ShareProgress
from .observer import Observations
from .report_elements import Picture
from .seen_variety import seen_distances

Pictures = dict[str, list[Picture]]

SHEET_TAKES = 6
LADDER = (0.2, 0.4, 0.6, 0.8, 1.0)
MIXED = (
    ("happiness", "surprise"),
    ("sadness", "anger"),
    ("fear", "disgust"),
    ("happiness", "embarrassment"),
    ("tiredness", "pain"),
)
TILE = (124, 148)
SHEET_SEED = 100
"""The first on the sheets; the others follow."""


def draw_charts(
    setup: EvaluationSetup,
    figures: Mapping[str, Any],
    runs: Sequence[Path],
    folder: Path,
    progress: ShareProgress,
) -> Pictures:
    """Draw every chart and return what they show, by section.

    Args:
        setup: what was evaluated.
        figures: that came out.
        runs: folders in which trainings left their curves.
        folder: for the pictures.
        progress: called with the share done, 0 to 1.
    """
    models = list(setup.networks)
    network = setup.first.expression
    people = min(setup.sizes.emotion, 150)
    pictures: Pictures = {}

    def add(section: str, file: str, caption: str, done: float) -> None:
        pictures.setdefault(section, []).append(Picture(file, caption))
        progress(done)

    charts.scoreboard(figures["whole_mix"], models, folder / "scoreboard.png")
    add(
        "mix",
        "scoreboard.png",
        "Each metric over the whole mix: EmoteBot, the baselines and other held-out faces; the "
        "target in green, the spread over seeds as a bar, arrows for what lies outside.",
        0.1,
    )
    plots.embedding(network, setup.scale, setup.mix, people, folder / "embedding.png")
    add(
        "mix",
        "embedding.png",
        "Held-out faces at full intensity and EmoteBot's, each emotion in the two directions in "
        "which its held-out faces vary most.",
        0.2,
    )
    charts.by_emotion(figures["each_emotion"], models, folder / "by_emotion.png")
    add(
        "emotions",
        "by_emotion.png",
        "EmoteBot and, in amber, other held-out faces, emotion by emotion; targets in green.",
        0.3,
    )
    charts.characters(
        seen_distances(figures["seen_variety"], models[0]),
        "% of the distance of the eyes",
        folder / "seen_variety.png",
    )
    add(
        "emotions",
        "seen_variety.png",
        "How far the skin moves from one face to another of the same emotion, root mean square: "
        "takes of one character and faces of different ones, EmoteBot, and in amber other held-out "
        "subjects.",
        0.35,
    )
    plots.intensity(network, setup.regressor, folder / "intensity.png")
    add(
        "behaviour",
        "intensity.png",
        "What the emotion regressor estimates as the intensity rises: ten subjects and their mean.",
        0.5,
    )
    charts.compounds(figures["compounds"]["units"], folder / "compounds.png")
    add(
        "behaviour",
        "compounds.png",
        "How often each action unit shows in the fifteen compound emotions: published and made.",
        0.6,
    )
    charts.characters(figures["characters"], "deviations", folder / "characters.png")
    add(
        "behaviour",
        "characters.png",
        "Takes of one subject are nearer to each other than to other subjects: EmoteBot, and in "
        "amber synthetic subjects.",
        0.65,
    )
    plots.channels(network, setup.mix, people, folder / "channels.png")
    add(
        "channels",
        "channels.png",
        "How strong telling channels are on faces of all emotions at full intensity, held "
        "out and made (vertical scale logarithmic).",
        0.75,
    )
    charts.motion_distances(figures["motion"], models, folder / "motion_distances.png")
    add(
        "motion",
        "motion_distances.png",
        "Distance of onsets from the published distributions, EmoteBot and plain curves.",
        0.85,
    )
    plots.transitions(setup.first, folder / "transitions.png")
    add(
        "motion",
        "transitions.png",
        "Twelve performances each: channels from 5 % of their displacement on. The green line is "
        "the published median of the action unit's onset, the light band its quartiles: there, "
        "95 % should be done.",
        0.95,
    )
    plots.changes(setup.first, setup.classifier, folder / "changes.png")
    add(
        "changes",
        "changes.png",
        "What the classifier calls each step of four changes, in shares of 24 performances.",
        0.96,
    )
    plots.holds(setup.first, folder / "holds.png")
    add(
        "holds",
        "holds.png",
        "Three channels of sadness at half intensity, held: by EmoteBot, and by the baselines.",
        0.97,
    )
    plots.heads(figures["heads"]["feelings"], folder / "heads.png")
    add(
        "heads",
        "heads.png",
        "Mean pitch and speed of a head in each emotion over the first four seconds; bars are "
        "standard deviations over takes. Amber: the direction was read in a source.",
        0.975,
    )
    curves = training_curves(runs)
    if curves:
        charts.training_curves(curves, folder / "training.png")
        add(
            "training",
            "training.png",
            "The losses of the training runs whose curves were kept.",
            0.98,
        )
    progress(1.0)
    return pictures


def training_curves(runs: Sequence[Path]) -> dict[str, dict[str, np.ndarray]]:
    """Return the columns of the curves that lie in some folders, by network."""
    curves = {}
    for path in (run / f"{name}_curve.csv" for name in NETWORKS for run in runs):
        if not path.is_file():
            continue
        network = path.stem.removesuffix("_curve")
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        columns = {name: np.array([float(row[name] or "nan") for row in rows]) for name in rows[0]}
        if "step" in columns:
            curves[network] = columns
    return curves


def draw_faces(
    networks: Networks, head: tuple[Any, Any], folder: Path, progress: ShareProgress
) -> Pictures:
    """Render sheets of takes, intensities and mixtures on a head, and return what they show.

    Args:
        networks: that are shown.
        head: a face and its scene.
        folder: for the pictures.
        progress: called with the share done, 0 to 1.
    """
    sheets = [
        ("mix", "takes.png", *_takes(networks, BASIC_EMOTIONS, "the eight emotions")),
        ("mix", "further.png", *_takes(networks, FURTHER_EMOTIONS, "the eight further emotions")),
        ("behaviour", "ladder.png", *_ladder(networks)),
        ("behaviour", "mixtures.png", *_mixtures(networks)),
    ]
    total = sum(weights.shape[0] * weights.shape[1] for _, _, weights, _, _, _ in sheets)
    pictures: Pictures = {}
    done = 0
    width, height = TILE
    with face_renderer(*head, width=width, height=height, samples=8, below=0.74) as render:
        for section, file, weights, rows, columns, caption in sheets:
            tiles = []
            for row in weights:
                tiles.append([render(weights) for weights in row])
                done += len(row)
                progress(done / total)
            mosaic(tiles, rows, columns, folder / file)
            pictures.setdefault(section, []).append(Picture(file, caption))
    return pictures


Sheet = tuple[np.ndarray, list[str], list[str], str]
"""Weights, shape (rows, columns, 52), the words of the rows and columns, and the caption."""


def _takes(networks: Networks, emotions: Sequence[str], words: str) -> Sheet:
    weights = np.array(
        [
            express(networks, Feeling(Mixture.of({name: 1.0}), 1.0), SHEET_SEED, SHEET_TAKES)
            for name in emotions
        ]
    )
    columns = [f"seed {SHEET_SEED + number}" for number in range(SHEET_TAKES)]
    return (
        weights,
        list(emotions),
        columns,
        f"Six seeds, {words} at full intensity: the first six, not the best six.",
    )


def _ladder(networks: Networks) -> Sheet:
    names = list(EXPRESSIVE)
    weights = np.array(
        [
            [express(networks, Feeling(Mixture.of({n: 1.0}), s), SHEET_SEED)[0] for s in LADDER]
            for n in names
        ]
    )
    words = [f"{strength:.0%}".replace("%", " %") for strength in LADDER]
    return weights, names, words, "One seed, each emotion at rising intensity."


def _mixtures(networks: Networks) -> Sheet:
    shares = np.linspace(0, 1, len(LADDER))
    weights = np.array(
        [
            [
                express(
                    networks,
                    Feeling(Mixture.of({one: 1 - float(s), other: float(s)}), 1.0),
                    SHEET_SEED,
                )[0]
                for s in shares
            ]
            for one, other in MIXED
        ]
    )
    words = [f"{1 - s:.0%} : {s:.0%}".replace("%", "") for s in shares]
    return (
        weights,
        [f"{one}\nto {other}" for one, other in MIXED],
        words,
        "From one emotion to another in shares of hundred.",
    )


def draw_observed(observations: Observations, names: list[str], folder: Path) -> Pictures:
    """Draw the confusion matrices and the crops that the observer saw.

    Args:
        observations: of the observer.
        names: what the observer may name.
        folder: for the pictures.
    """
    pictures: Pictures = {"observer": []}
    for strength, counts in observations.counts.items():
        file = f"confusion_{strength.replace('.', '')}.png"
        title = f"intensity {strength}"
        charts.confusion(counts, names, title, folder / file)
        caption = f"What was asked for and what the observer named, at intensity {strength}."
        pictures["observer"].append(Picture(file, caption))
    for strength, crops in observations.seen.items():
        rows = {name: row for name, row in crops.items() if row}
        most = max((len(row) for row in rows.values()), default=0)
        if not most:
            continue
        blank = np.full((64, 64), 252, dtype=np.uint8)
        tiles = [[*row, *[blank] * (most - len(row))] for row in rows.values()]
        file = f"observed_{strength.replace('.', '')}.png"
        columns = [str(number + 1) for number in range(most)]
        mosaic(tiles, list(rows), columns, folder / file, colours=64)
        caption = f"The crops that the observer saw at intensity {strength}, take by take."
        pictures["observer"].append(Picture(file, caption))
    return pictures
