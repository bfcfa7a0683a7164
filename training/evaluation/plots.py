# SPDX-License-Identifier: GPL-3.0-or-later
"""The charts of the report that show faces and movements themselves, as dots and lines."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.decomposition import PCA

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.emotions import EMOTIONS, EXPRESSIVE, Feeling, Mixture
from emotebot_blender.core.performance.networks import MOTION_RATE, ExpressionModel, Networks
from emotebot_blender.core.performance.transition_times import unit_times

from ..expression_data.data_mixture import DataMixture
from ..metrics import movement_metrics
from ..metrics.expression_metrics import Faces, Scale
from .baselines import HOLDS
from .changes import network_change
from .charts import BAND, GENERATED, OTHER, PAPER, QUIET, REAL, sheet
from .emotion_regression import EmotionClassifier, EmotionRegressor
from .face_samples import generate, requested_faces, synthetic_takes
from .holds import HALF, baseline_hold, network_hold

TELLING = (
    "browInnerUp",
    "browDownLeft",
    "eyeWideLeft",
    "eyeSquintLeft",
    "cheekSquintLeft",
    "noseSneerLeft",
    "mouthSmileLeft",
    "mouthFrownLeft",
    "mouthUpperUpLeft",
    "mouthStretchLeft",
    "mouthPressLeft",
    "jawOpen",
)
"""Channels by which emotions are distinguished."""


def channels(network: ExpressionModel, mix: DataMixture, subjects: int, path: Path) -> None:
    """Draw how strong telling channels are on held-out and on generated faces of all emotions.

    Args:
        network: the expression generator.
        mix: of the training.
        subjects: how many.
        path: of the PNG file.
    """
    real = _emotional(mix, subjects)
    generated = generate(network, real, 21)
    edges = np.linspace(0, 1, 26)
    with sheet(path, 3, 4, 5.4, sharex=True) as grid:
        for axes, name in zip(grid.flat, TELLING, strict=True):
            column = INDEX[name]
            axes.hist(real.weights[:, column], edges, color=REAL, alpha=0.45, density=True)
            axes.hist(
                generated.weights[:, column],
                edges,
                color=GENERATED,
                lw=1.5,
                histtype="step",
                density=True,
            )
            axes.set_yscale("symlog", linthresh=0.5)
            axes.set_yticks([])
            axes.set_title(name, fontsize=9)
        grid[0, 0].plot([], color=REAL, lw=6, alpha=0.45, label="held out")
        grid[0, 0].plot([], color=GENERATED, lw=1.5, label="EmoteBot")
        grid[0, 0].legend()


def _emotional(mix: DataMixture, subjects: int) -> Faces:
    parts = [synthetic_takes(name, subjects, mix, 900) for name in EXPRESSIVE]
    return Faces(
        np.concatenate([part.weights for part in parts]),
        np.concatenate([part.emotion for part in parts]),
        np.concatenate([part.intensity for part in parts]),
        np.arange(sum(map(len, parts))),
    )


def embedding(
    network: ExpressionModel, scale: Scale, mix: DataMixture, subjects: int, path: Path
) -> None:
    """Draw held-out and generated faces of each emotion in the two directions that vary most.

    Args:
        network: the expression generator.
        scale: of the distances.
        mix: of the training.
        subjects: how many.
        path: of the PNG file.
    """
    real = _emotional(mix, subjects)
    generated = generate(network, real, 22)
    with sheet(path, 4, 4, 9.2) as grid:
        for number, axes in enumerate(grid.flat):
            chosen = np.ones(len(real), dtype=bool)
            if number < len(EXPRESSIVE):
                chosen = real.labels() == EMOTIONS.index(EXPRESSIVE[number])
            real_points, generated_points = (
                scale(real.weights[chosen]),
                scale(generated.weights[chosen]),
            )
            plane = PCA(2, random_state=0).fit(real_points)
            axes.scatter(
                *plane.transform(real_points).T, s=9, color=REAL, alpha=0.55, lw=0, label="held out"
            )
            axes.scatter(
                *plane.transform(generated_points).T,
                s=11,
                facecolors="none",
                edgecolors=GENERATED,
                lw=0.6,
                label="EmoteBot",
            )
            axes.set_xticks([])
            axes.set_yticks([])
            axes.set_title(
                EXPRESSIVE[number] if number < len(EXPRESSIVE) else "all of them",
                fontsize=9,
            )
        grid[0, 0].legend(loc="best", handletextpad=0.1)


def intensity(network: ExpressionModel, regressor: EmotionRegressor, path: Path) -> None:
    """Draw what the regressor reads of each emotion as its intensity rises, on ten subjects.

    Args:
        network: the expression generator.
        regressor: reads emotions off faces.
        path: of the PNG file.
    """
    levels = np.linspace(0, 1, 21)
    with sheet(path, 4, 4, 7.4, sharex=True, sharey=True) as grid:
        for number, axes in enumerate(grid.flat):
            if number == len(EXPRESSIVE):
                axes.set_visible(False)
                continue
            mixture = Mixture.of({EXPRESSIVE[number]: 1.0})
            amounts = np.array(
                [
                    regressor.amount(
                        EXPRESSIVE[number],
                        generate(
                            network, requested_faces(mixture, 10, intensity=s), number
                        ).weights,
                    )
                    for s in levels
                ]
            )
            axes.plot([0, 1], [0, 1], color="#d5d8db", lw=1)
            axes.plot(levels, amounts, color=GENERATED, lw=0.8, alpha=0.45)
            axes.plot(levels, amounts.mean(axis=1), color=GENERATED, lw=2.2)
            axes.set_title(EXPRESSIVE[number], fontsize=9)
        for axes in grid[-1]:
            axes.set_xlabel("requested")
        for axes in grid[:, 0]:
            axes.set_ylabel("read by the regressor")


SHOWN_MOVES = (
    ("happiness", ("mouthSmileLeft", "cheekSquintLeft", "mouthLowerDownLeft")),
    ("surprise", ("eyeWideLeft", "browOuterUpLeft", "jawOpen")),
    ("disgust", ("noseSneerLeft", "mouthUpperUpLeft", "browDownLeft")),
)


def transitions(networks: Networks, path: Path) -> None:
    """Draw channels of three emotions on their way to them and back, beside published onsets.

    Lines are twelve performances, each share by its own way; bands the published quartiles of
    the onset of each channel's action unit, from where half of the way is done.
    """
    rows = max(len(names) for _, names in SHOWN_MOVES)
    times = unit_times()
    with sheet(path, rows, 3, 5.2, sharex=True, sharey=True) as grid:
        for column, (emotion, names) in enumerate(SHOWN_MOVES):
            feeling = Feeling(Mixture.of({emotion: 1.0}), 1.0)
            moves = [
                movement_metrics.move_and_return(networks, feeling, 70 + seed) for seed in range(12)
            ]
            for row in range(rows):
                axes = grid[row, column]
                if row >= len(names):
                    axes.set_visible(False)
                    continue
                index = INDEX[names[row]]
                middle = float(times.median[index])
                quick, slow = (float(spread[index]) for spread in (times.quick, times.slow))
                low = middle * np.exp(-0.6745 * quick)
                high = middle * np.exp(0.6745 * slow)
                axes.axvspan(0, low, color="#d8ebe0", lw=0)
                axes.axvspan(low, high, color=BAND, lw=0)
                axes.axvline(middle, color="#9cc5ad", lw=1.2)
                for onset, _ in moves:
                    _trace(axes, onset[:, index])
                axes.set_title(
                    f"{emotion}: {names[row].removesuffix('Left')}, AU {int(times.unit[index])}",
                    fontsize=9,
                )
                axes.set_xlim(-0.3, 1.6)
                axes.set_ylim(-0.03, 1.1)
        for axes in grid.flat:
            axes.set_xlabel("s")


def _trace(axes, column: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    moved = column[-1] - column[0]
    if moved < movement_metrics.VISIBLE:
        return
    share = (column - column[0]) / moved
    begun = movement_metrics.crossing(share[:, None], movement_metrics.FIRST_SEEN)[0]
    axes.plot(
        np.arange(len(share)) / MOTION_RATE - begun, share, color=GENERATED, lw=0.8, alpha=0.6
    )


SHOWN_HOLD = ("sadness", ("browInnerUp", "browDownLeft", "mouthFrownLeft"))
SHOWN_SECONDS = 15.0


def holds(networks: Networks, path: Path) -> None:
    """Draw channels of a feeling that is held, by the networks and by each of the baselines.

    Args:
        networks: that perform.
        path: of the PNG file.
    """
    emotion, names = SHOWN_HOLD
    feeling = Feeling(Mixture.of({emotion: 1.0}), float(HALF))
    shown = {"EmoteBot": network_hold(networks, feeling, 80, SHOWN_SECONDS)}
    for name, make in HOLDS.items():
        shown[name] = baseline_hold(make, networks, feeling, 80, SHOWN_SECONDS)
    with sheet(path, 2, 2, 4.2, sharex=True, sharey=True) as grid:
        for axes, (name, weights) in zip(grid.flat, shown.items(), strict=True):
            for channel, colour in zip(names, (GENERATED, REAL, QUIET), strict=True):
                axes.plot(
                    np.arange(len(weights)) / MOTION_RATE,
                    weights[:, INDEX[channel]],
                    color=colour,
                    lw=1.2,
                    label=channel.removesuffix("Left"),
                )
            axes.set_title(f"{emotion}: {name}", fontsize=9)
        grid[0, 0].set_ylim(-0.03, 1.03)
        grid[0, 0].legend(ncols=3, loc="upper right")
        for axes in grid[1]:
            axes.set_xlabel("s")


def heads(table: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    """Draw pitch and speed of heads by emotion, a cross of deviations each.

    Args:
        table: emotion to figures, as ``heads.feelings`` gives them.
        path: of the PNG file.
    """
    with sheet(path, 1, 1, 5.2) as axes:
        axes.axvline(0, color=QUIET, lw=1)
        for number, (name, row) in enumerate(table.items()):
            colour = REAL if row["read"] else GENERATED
            axes.errorbar(
                row["pitch"],
                row["speed"],
                xerr=row["pitch_spread"],
                yerr=row["speed_spread"],
                color=colour,
                fmt="o",
                ms=7,
                lw=0.8,
                ecolor=OTHER,
            )
            axes.annotate(
                name,
                (row["pitch"], row["speed"]),
                xytext=(6, -13 if number % 2 else 5),  # neighbours have room so
                textcoords="offset points",
                color=colour,
            )
        axes.set_xlabel("pitch in degrees: up to the left, down to the right")
        axes.set_ylabel("speed in degrees a second")
        axes.set_ylim(bottom=0)


SHOWN_CHANGES = (
    ("happiness", "surprise"),
    ("happiness", "anger"),
    ("surprise", "sadness"),
    ("fear", "disgust"),
)
SHOWN_CHANGE_SECONDS = 2.0


def changes(networks: Networks, classifier: EmotionClassifier, path: Path) -> None:
    """Draw what each step of some changes is called, in shares of 24 performances.

    Args:
        networks: that perform.
        classifier: names what a face shows.
        path: of the PNG file.
    """
    steps = round(SHOWN_CHANGE_SECONDS * MOTION_RATE)
    with sheet(path, 1, len(SHOWN_CHANGES), 2.5, sharey=True) as grid:
        for axes, (before, after) in zip(grid, SHOWN_CHANGES, strict=True):
            called = np.array(
                [
                    classifier.names(network_change(networks, before, after, 90 + seed)[:steps])
                    for seed in range(24)
                ]
            )
            old, new = ((called == name).mean(axis=0) for name in (before, after))
            axes.stackplot(
                np.arange(steps) / MOTION_RATE,
                old,
                1 - old - new,
                new,
                colors=(REAL, OTHER, GENERATED),
                labels=("old", "neither", "new"),
            )
            axes.set_title(f"{before} to {after}", fontsize=9)
            axes.set_xlabel("s")
            axes.set_xlim(0, SHOWN_CHANGE_SECONDS)
            axes.set_ylim(0, 1)
        grid[0].legend(loc="center right", frameon=True, facecolor=PAPER, edgecolor=PAPER)
