# SPDX-License-Identifier: GPL-3.0-or-later
"""Reconciles the published onsets by action unit with those by emotion.

    python -m training.motion.timing_calibration           before the motion network is trained
    python -m training.motion.timing_calibration FOLDER    once the networks in FOLDER are

The two tables contradict each other. Without networks this measures how long the teacher's faces
take and prints timing factors: by what the times of action units and of emotions in ``data/timing``
are to be multiplied, so that the worst distance of both from their published distributions becomes
small. With networks it measures their performances and prints the same for the natural times by
emotion. Put the factors in and call it again until all are near 1.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from emotebot_blender.core.channels import CHANNELS, anatomical
from emotebot_blender.core.emotions import NEUTRAL, Feeling
from emotebot_blender.core.performance import transition_times as natural
from emotebot_blender.core.performance.emotion_tables import basic_amounts
from emotebot_blender.core.performance.networks import MOTION_RATE, Networks, load_networks

from ..expression_data.data_mixture import DataMixture
from ..expression_data.synthetic_subjects import SyntheticSubject, faces_of_takes
from ..metrics import movement_metrics, timing_distributions
from .teacher import plan_transitions

TAKES = 200
"""Faces of each emotion, of intensities as spontaneous expressions have them."""

SEED = 100_000

STEPS = 300
"""Of each transition that are measured: what still moves then takes all of them."""

STRIDES = (0.1, 0.05, 0.025, 0.0125)
"""By which the logarithms of factors are moved in the search, one after the other."""

SHARPNESS = 8
"""Power of the distances in the loss: the larger, the more the worst alone counts."""

PUBLISHED = tuple(name for name in natural.ONSET_SECONDS if name != "contempt")
"""Emotions with published times."""

Distances = dict[str, float]
"""What is timed to its Kolmogorov-Smirnov distance from the published distribution."""


@dataclass(frozen=True)
class FaceTimes:
    """Measured times of n faces, in seconds.

    Attributes:
        emotion: names, shape (n,).
        units: numbers of the m action units that move, shape (m,).
        onsets: shape (n, m), nan where a unit does not rise.
        release: shape (n,), of the whole face; nan where none was measured.
    """

    emotion: np.ndarray
    units: np.ndarray
    onsets: np.ndarray
    release: np.ndarray

    def distances(self, onsets: np.ndarray, release: np.ndarray) -> Distances:
        """Return the distances by unit, and by emotion of onset, release and total.

        Args:
            onsets: factors of the onsets, shape (n, m) or (n, 1).
            release: factors of the releases, shape (n,).
        """
        seconds = self.onsets * onsets
        by_unit = timing_distributions.unit_onset_distributions()
        by_emotion = timing_distributions.emotion_distributions()
        distances = {}
        for unit, column in zip(self.units, seconds.T, strict=True):
            moved = column[np.isfinite(column)]
            if len(moved) >= len(column) / (3 * len(natural.ONSET_SECONDS)):
                distances[f"AU{unit}"] = by_unit[int(unit)].distance(moved)
        onset, offset = np.nanmedian(seconds, axis=1), self.release * release
        durations = {"onset": onset, "offset": offset, "total": onset + offset}
        for name in sorted(set(PUBLISHED) & set(self.emotion.tolist())):
            for kind, times in durations.items():
                finite = times[(self.emotion == name) & np.isfinite(times)]
                if len(finite):
                    distances[f"{name} {kind}"] = by_emotion[name][kind].distance(finite)
        return distances

    def factors(self, logarithms: np.ndarray) -> np.ndarray:
        """Return factors of the n faces, shape (n,), from logarithms by emotion.

        They stand in the order of ``PUBLISHED``; other emotions keep their times.
        """
        by_emotion = dict(zip(PUBLISHED, np.exp(logarithms), strict=True))
        return np.array([by_emotion.get(name, 1.0) for name in self.emotion])


def measure_teacher(takes: int = TAKES) -> FaceTimes:
    """Return the times of the teacher's faces on their natural transitions from neutral."""
    neutral = Feeling(NEUTRAL, 0.0)
    drawn = list(movement_metrics.draw_takes(takes, SEED))
    subjects = [
        SyntheticSubject(np.random.default_rng(seed), DataMixture().unit_sources())
        for _, seed in drawn
    ]
    shown = [
        subject.show(feeling.mixture.dominant(), feeling.intensity)
        for subject, (feeling, _) in zip(subjects, drawn, strict=True)
    ]
    faces = anatomical(faces_of_takes(shown))
    noise = np.random.default_rng(SEED).standard_normal((len(faces), natural.NOISE))
    seconds = [
        natural.natural_transition(neutral, feeling, face, row)
        for (feeling, _), face, row in zip(drawn, faces, noise, strict=True)
    ]
    emotion = basic_amounts(np.array([feeling.shares()[:-1] for feeling, _ in drawn]))
    zeros = torch.zeros(len(faces), len(CHANNELS))
    plan = plan_transitions(
        zeros,
        zeros,
        torch.from_numpy(faces),
        torch.tensor(seconds)[:, None].float(),
        torch.from_numpy(emotion).float(),
        torch.from_numpy(noise).float(),
    )
    time = torch.arange(STEPS + 1)[:, None].expand(-1, len(faces)) / MOTION_RATE
    paths = plan.at(time).numpy()
    onsets = [movement_metrics.unit_onsets(paths[:, row]) for row in range(len(faces))]
    return _face_times([feeling for feeling, _ in drawn], onsets, np.full(len(faces), math.nan))


def measure_performances(networks: Networks, takes: int = TAKES) -> FaceTimes:
    """Return the times of performances from neutral to the emotions and back."""
    feelings, onsets, releases = [], [], []
    for feeling, seed in movement_metrics.draw_takes(takes, SEED):
        onset_path, offset_path = movement_metrics.move_and_return(networks, feeling, seed)
        feelings.append(feeling)
        onsets.append(movement_metrics.unit_onsets(onset_path))
        releases.append(movement_metrics.face_seconds(movement_metrics.unit_offsets(offset_path)))
    return _face_times(feelings, onsets, np.array(releases))


def _face_times(
    feelings: list[Feeling], onsets: list[dict[int, float]], release: np.ndarray
) -> FaceTimes:
    """Return the times of n faces from their onsets by unit and their releases, shape (n,)."""
    units = np.unique([unit for row in onsets for unit in row])
    table = np.array([[row.get(unit, math.nan) for unit in units] for row in onsets])
    slow = np.array([[unit in row for unit in units] for row in onsets]) & np.isnan(table)
    table[slow] = STEPS / MOTION_RATE
    moved = np.isfinite(table).any(axis=1)
    names = np.array([feeling.mixture.dominant() for feeling in feelings])
    return FaceTimes(names[moved], units, table[moved], release[moved])


def fit(count: int, distances: Callable[[np.ndarray], Distances]) -> np.ndarray:
    """Return the logarithms of factors that make the worst distances small, one at a time.

    Args:
        count: of the factors.
        distances: gives the distances that logarithms lead to.
    """

    def loss(logarithms: np.ndarray) -> float:
        return float(sum(value**SHARPNESS for value in distances(logarithms).values()))

    best = np.zeros(count)
    least = loss(best)
    for stride in STRIDES:
        for index in list(range(count)) * 2:
            for step in (stride, -stride):
                while True:
                    tried = best.copy()
                    tried[index] += step
                    if (value := loss(tried)) >= least:
                        break
                    best, least = tried, value
    return best


def fit_teacher(times: FaceTimes) -> tuple[dict[str, float], Distances]:
    """Return factors by action unit and by emotion, and the distances that they lead to."""
    units = len(times.units)

    def distances(logarithms: np.ndarray) -> Distances:
        by_face = times.factors(logarithms[units:])[:, None]
        onsets = np.exp(logarithms[:units]) * by_face
        return times.distances(onsets, np.ones(len(times.emotion)))

    logarithms = fit(units + len(PUBLISHED), distances)
    names = [*(f"AU{unit}" for unit in times.units), *PUBLISHED]
    return dict(zip(names, np.exp(logarithms).tolist(), strict=True)), distances(logarithms)


def fit_performances(times: FaceTimes) -> tuple[dict[str, float], Distances]:
    """Return factors by emotion of onsets and releases, and the distances that they lead to."""
    half = len(PUBLISHED)

    def distances(logarithms: np.ndarray) -> Distances:
        onset, release = times.factors(logarithms[:half]), times.factors(logarithms[half:])
        return times.distances(onset[:, None], release)

    logarithms = fit(2 * half, distances)
    names = [f"{name} {kind}" for kind in ("onset", "offset") for name in PUBLISHED]
    return dict(zip(names, np.exp(logarithms).tolist(), strict=True)), distances(logarithms)


def main(folders: list[str]) -> None:
    """Measure, fit and print."""
    torch.set_num_threads(1)
    if folders:
        times = measure_performances(load_networks(Path(folders[0])))
        factors, fitted = fit_performances(times)
    else:
        times = measure_teacher()
        factors, fitted = fit_teacher(times)
    rows = len(times.emotion)
    print(f"{'':18s}{'distance':>10s}{'would be':>10s}")
    for name, distance in times.distances(np.ones((rows, 1)), np.ones(rows)).items():
        print(f"{name:18s}{distance:10.3f}{fitted[name]:10.3f}")
    print("multiply by")
    for name, factor in factors.items():
        print(f"{name:18s}{factor:10.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
