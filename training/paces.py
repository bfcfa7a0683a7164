# SPDX-License-Identifier: GPL-3.0-or-later
"""Reconciles the published onsets by action unit with those by emotion.

The two contradict each other. ``python -m training.paces`` measures how long the teacher's faces
take and prints by what the paces are to be multiplied, those of action units in ``data/timing`` and
those of emotions in ``core/timing.py``, so that the worst distance of both from their laws becomes
small. Put them in and call it again until all factors are near 1.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch

from emotebot_blender.core import timing as natural
from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import NEUTRAL, Feeling
from emotebot_blender.core.model import MOTION_RATE
from emotebot_blender.core.performance import anatomical

from . import movement, timing
from .dataset import Mix
from .people import Person, faces_of_takes

TAKES = 200
"""Faces of each emotion, of intensities as spontaneous expressions have them."""

SEED = 100_000

STEPS = 300
"""Watched of each way: whatever is under way then takes all of it."""

STRIDES = (0.1, 0.05, 0.025, 0.0125)
"""By which logarithms of paces are moved in the search, one after the other."""

SHARPNESS = 6
"""Power of the distances that are added up: the larger, the more the worst alone counts."""

PUBLISHED = tuple(name for name in natural.ONSET_SECONDS if name != "contempt")


@dataclass(frozen=True)
class Onsets:
    """Measured onsets of n faces.

    Attributes:
        emotion: n names.
        units: numbers of the m action units that move.
        seconds: shape (n, m), nan where a unit does not move.
    """

    emotion: np.ndarray
    units: np.ndarray
    seconds: np.ndarray

    def distances(self, shift: np.ndarray) -> dict[str, float]:
        """Return the Kolmogorov-Smirnov distances by unit and by emotion.

        Args:
            shift: shape (m + emotions,), added to the logarithms of all times.
        """
        count = len(self.units)
        of_emotion = dict(zip(PUBLISHED, shift[count:], strict=True))
        own = np.array([of_emotion.get(name, 0.0) for name in self.emotion])
        seconds = self.seconds * np.exp(shift[:count] + own[:, None])
        laws, by_emotion = movement.unit_laws(), movement.emotion_laws()
        found = {}
        for unit, column in zip(self.units, seconds.T, strict=True):
            moved = column[np.isfinite(column)]
            if len(moved) >= TAKES / 3:
                found[f"AU{unit}"] = laws[int(unit)].distance(moved)
        whole = np.nanmedian(seconds, axis=1)
        for name in sorted(set(PUBLISHED) & set(self.emotion.tolist())):
            found[name] = by_emotion[name]["onset"].distance(whole[self.emotion == name])
        return found


def measure(takes: int = TAKES) -> Onsets:
    """Return the onsets of the teacher's faces on their natural ways from neutral."""
    rest = Feeling(NEUTRAL, 0.0)
    asked = list(movement.draw_takes(takes, SEED))
    people = [Person(np.random.default_rng(seed), Mix().laws()) for _, seed in asked]
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
    plan = timing.plan(
        still,
        still,
        torch.from_numpy(faces),
        torch.tensor(seconds)[:, None].float(),
        torch.from_numpy(emotion).float(),
        torch.from_numpy(noise).float(),
        contrast=1.0,
    )
    time = torch.arange(STEPS + 1)[:, None].expand(-1, len(faces)) / MOTION_RATE
    paths = plan.at(time).numpy()
    found = [movement.unit_onsets(paths[:, row]) for row in range(len(faces))]
    units = np.unique([unit for own in found for unit in own])
    table = np.array([[own.get(unit, math.nan) for unit in units] for own in found])
    slow = np.array([[unit in own for unit in units] for own in found]) & np.isnan(table)
    table[slow] = STEPS / MOTION_RATE
    moved = np.isfinite(table).any(axis=1)
    names = np.array([feeling.mixture.dominant() for feeling, _ in asked])
    return Onsets(names[moved], units, table[moved])


def fit(onsets: Onsets) -> np.ndarray:
    """Return the shift of the logarithms that makes the worst distances small, one at a time."""

    def loss(shift: np.ndarray) -> float:
        return sum(each**SHARPNESS for each in onsets.distances(shift).values())

    best = np.zeros(len(onsets.units) + len(PUBLISHED))
    least = loss(best)
    for stride in STRIDES:
        for place in list(range(len(best))) * 2:
            for step in (stride, -stride):
                while True:
                    tried = best.copy()
                    tried[place] += step
                    if (found := loss(tried)) >= least:
                        break
                    best, least = tried, found
    return best


def main() -> None:
    """Measure, fit and print."""
    torch.set_num_threads(1)
    onsets = measure()
    shift = fit(onsets)
    names = [*(f"AU{unit}" for unit in onsets.units), *PUBLISHED]
    now, then = onsets.distances(np.zeros(len(shift))), onsets.distances(shift)
    print("             distance   would be   multiply by")
    for name, each in zip(names, shift, strict=True):
        print(
            f"{name:12s} {now.get(name, math.nan):8.3f} {then.get(name, math.nan):10.3f}"
            f" {math.exp(each):13.3f}"
        )


if __name__ == "__main__":
    main()
