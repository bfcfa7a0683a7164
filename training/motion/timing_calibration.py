# SPDX-License-Identifier: GPL-3.0-or-later
"""Reconciles the published onsets by action unit with those by emotion.

    python -m training.motion.timing_calibration           before the motion network is trained
    python -m training.motion.timing_calibration FOLDER    once the networks in FOLDER are

The two tables contradict each other. Without networks this measures how long the teacher's faces
take and prints by what the paces are to be multiplied, those of action units in ``data/timing`` and
those of emotions beside them, so that the worst distance of both from their laws becomes
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
from emotebot_blender.core.performance.networks import MOTION_RATE, Networks, load_networks

from ..expression_data.data_mixture import DataMixture
from ..expression_data.synthetic_subjects import SyntheticSubject, faces_of_takes
from ..metrics import movement_metrics
from . import teacher

TAKES = 200
"""Faces of each emotion, of intensities as spontaneous expressions have them."""

SEED = 100_000

STEPS = 300
"""Watched of each way: whatever is under way then takes all of it."""

STRIDES = (0.1, 0.05, 0.025, 0.0125)
"""By which logarithms of paces are moved in the search, one after the other."""

SHARPNESS = 8
"""Power of the distances that are added up: the larger, the more the worst alone counts."""

PUBLISHED = tuple(name for name in natural.ONSET_SECONDS if name != "contempt")

Distances = dict[str, float]
"""What is timed to its Kolmogorov-Smirnov distance from the published law."""


@dataclass(frozen=True)
class Seconds:
    """Measured times of n faces.

    Attributes:
        emotion: n names.
        units: numbers of the m action units that move.
        onsets: shape (n, m), nan where a unit does not rise.
        release: shape (n,), of the whole face; nan where none was watched.
    """

    emotion: np.ndarray
    units: np.ndarray
    onsets: np.ndarray
    release: np.ndarray

    def distances(self, onsets: np.ndarray, release: np.ndarray) -> Distances:
        """Return the distances by unit, and by emotion of onset, release and total.

        Args:
            onsets: what the onsets are multiplied by, shape (n, m).
            release: what the releases are multiplied by, shape (n,).
        """
        seconds = self.onsets * onsets
        laws, by_emotion = (
            movement_metrics.unit_onset_distributions(),
            movement_metrics.emotion_distributions(),
        )
        found = {}
        for unit, column in zip(self.units, seconds.T, strict=True):
            moved = column[np.isfinite(column)]
            if len(moved) >= len(column) / (3 * len(natural.ONSET_SECONDS)):
                found[f"AU{unit}"] = laws[int(unit)].distance(moved)
        onset, offset = np.nanmedian(seconds, axis=1), self.release * release
        whole = {"onset": onset, "offset": offset, "total": onset + offset}
        for name in sorted(set(PUBLISHED) & set(self.emotion.tolist())):
            for kind, times in whole.items():
                known = times[(self.emotion == name) & np.isfinite(times)]
                if len(known):
                    found[f"{name} {kind}"] = by_emotion[name][kind].distance(known)
        return found

    def of_emotion(self, shift: np.ndarray) -> np.ndarray:
        """Return factors of the n faces from logarithms by emotion, in the order of PUBLISHED."""
        known = dict(zip(PUBLISHED, np.exp(shift), strict=True))
        return np.array([known.get(name, 1.0) for name in self.emotion])


def of_teacher(takes: int = TAKES) -> Seconds:
    """Return the times of the teacher's faces on their natural ways from neutral."""
    rest = Feeling(NEUTRAL, 0.0)
    asked = list(movement_metrics.draw_takes(takes, SEED))
    people = [
        SyntheticSubject(np.random.default_rng(seed), DataMixture().unit_sources())
        for _, seed in asked
    ]
    shown = [
        person.show(feeling.mixture.dominant(), feeling.intensity)
        for person, (feeling, _) in zip(people, asked, strict=True)
    ]
    faces = anatomical(faces_of_takes(shown))
    noise = np.random.default_rng(SEED).standard_normal((len(faces), natural.NOISE))
    seconds = [
        natural.natural_transition(rest, feeling, face, own)
        for (feeling, _), face, own in zip(asked, faces, noise, strict=True)
    ]
    emotion = np.array([feeling.mixture.vector() * feeling.intensity for feeling, _ in asked])
    still = torch.zeros(len(faces), len(CHANNELS))
    plan = teacher.plan(
        still,
        still,
        torch.from_numpy(faces),
        torch.tensor(seconds)[:, None].float(),
        torch.from_numpy(emotion).float(),
        torch.from_numpy(noise).float(),
    )
    time = torch.arange(STEPS + 1)[:, None].expand(-1, len(faces)) / MOTION_RATE
    paths = plan.at(time).numpy()
    found = [movement_metrics.unit_onsets(paths[:, row]) for row in range(len(faces))]
    return _seconds([feeling for feeling, _ in asked], found, np.full(len(faces), math.nan))


def of_performances(networks: Networks, takes: int = TAKES) -> Seconds:
    """Return the times of performances from neutral to the emotions and back."""
    feelings, found, releases = [], [], []
    for feeling, seed in movement_metrics.draw_takes(takes, SEED):
        there, back = movement_metrics.there_and_back(networks, feeling, seed)
        feelings.append(feeling)
        found.append(movement_metrics.unit_onsets(there))
        releases.append(movement_metrics.face_seconds(movement_metrics.unit_offsets(back)))
    return _seconds(feelings, found, np.array(releases))


def _seconds(
    feelings: list[Feeling], found: list[dict[int, float]], release: np.ndarray
) -> Seconds:
    units = np.unique([unit for own in found for unit in own])
    table = np.array([[own.get(unit, math.nan) for unit in units] for own in found])
    slow = np.array([[unit in own for unit in units] for own in found]) & np.isnan(table)
    table[slow] = STEPS / MOTION_RATE
    moved = np.isfinite(table).any(axis=1)
    names = np.array([feeling.mixture.dominant() for feeling in feelings])
    return Seconds(names[moved], units, table[moved], release[moved])


def fit(count: int, distances: Callable[[np.ndarray], Distances]) -> np.ndarray:
    """Return the logarithms of factors that make the worst distances small, one at a time.

    Args:
        count: of the factors.
        distances: what they come to, given the logarithms.
    """

    def loss(shift: np.ndarray) -> float:
        return float(sum(each**SHARPNESS for each in distances(shift).values()))

    best = np.zeros(count)
    least = loss(best)
    for stride in STRIDES:
        for place in list(range(count)) * 2:
            for step in (stride, -stride):
                while True:
                    tried = best.copy()
                    tried[place] += step
                    if (found := loss(tried)) >= least:
                        break
                    best, least = tried, found
    return best


def fit_teacher(seconds: Seconds) -> tuple[dict[str, float], Distances]:
    """Return factors by action unit and by emotion, and the distances that they lead to."""
    units = len(seconds.units)

    def distances(shift: np.ndarray) -> Distances:
        own = seconds.of_emotion(shift[units:])[:, None]
        return seconds.distances(np.exp(shift[:units]) * own, np.ones(len(seconds.emotion)))

    shift = fit(units + len(PUBLISHED), distances)
    names = [*(f"AU{unit}" for unit in seconds.units), *PUBLISHED]
    return dict(zip(names, np.exp(shift).tolist(), strict=True)), distances(shift)


def fit_performances(seconds: Seconds) -> tuple[dict[str, float], Distances]:
    """Return factors by emotion of onsets and releases, and the distances that they lead to."""
    half = len(PUBLISHED)

    def distances(shift: np.ndarray) -> Distances:
        onset, release = seconds.of_emotion(shift[:half]), seconds.of_emotion(shift[half:])
        return seconds.distances(onset[:, None], release)

    shift = fit(2 * half, distances)
    names = [f"{name} {kind}" for kind in ("onset", "offset") for name in PUBLISHED]
    return dict(zip(names, np.exp(shift).tolist(), strict=True)), distances(shift)


def main(folders: list[str]) -> None:
    """Measure, fit and print."""
    torch.set_num_threads(1)
    if folders:
        seconds = of_performances(load_networks(Path(folders[0])))
        factors, then = fit_performances(seconds)
    else:
        seconds = of_teacher()
        factors, then = fit_teacher(seconds)
    rows = len(seconds.emotion)
    now = seconds.distances(np.ones((rows, 1)), np.ones(rows))
    print(f"{'':18s}{'distance':>10s}{'would be':>10s}")
    for name, each in now.items():
        print(f"{name:18s}{each:10.3f}{then[name]:10.3f}")
    print("multiply by")
    for name, factor in factors.items():
        print(f"{name:18s}{factor:10.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
