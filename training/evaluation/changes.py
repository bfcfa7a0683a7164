# SPDX-License-Identifier: GPL-3.0-or-later
"""How faces go from one feeling to another, beside the curves of animators and engineers."""

import functools
import math
from collections.abc import Callable, Mapping
from itertools import permutations
from typing import Any

import numpy as np

from emotebot_blender.core.emotions import Feeling, Mixture
from emotebot_blender.core.performance.networks import MOTION_RATE, Networks
from emotebot_blender.core.performance.performance import Performer, express
from emotebot_blender.core.performance.transition_times import (
    ONSET_SECONDS,
    ONSET_SIGMA,
    VISIBLE,
    unit_times,
)

from ..metrics import change_metrics, hold_metrics
from ..tables import facs
from .baselines import CURVES
from .emotion_regression import EmotionClassifier
from .expressions import ShareProgress, Sizes
from .movements import EXPRESSIVE, FRAME

Figures = dict[str, Any]

BEFORE_SECONDS, AFTER_SECONDS = 4.0, 5.0
"""For which a face is watched before and after it is given the new feeling; of the last second of
each, the mean is the face that shows the feeling. No natural transition takes longer than 3 s."""

_SEED = 70_000
_FEWEST = 3

ChangeFace = Callable[[str, str, int], np.ndarray]
"""From two emotions and a seed to the path from one to the other, shape (steps, 52)."""


def changes(
    networks: Mapping[str, Networks],
    classifier: EmotionClassifier,
    sizes: Sizes,
    progress: ShareProgress,
) -> dict[str, Figures]:
    """Return the figures of everybody's changes: the networks of each run, and the plain curves.

    Args:
        networks: name to networks.
        classifier: names what a face shows.
        sizes: how much is drawn.
        progress: called with the share done, 0 to 1.
    """
    apex_of = next(iter(networks.values()))
    rows: dict[str, ChangeFace] = {
        name: functools.partial(network_change, model) for name, model in networks.items()
    }
    for name, curve in CURVES.items():
        rows[name] = functools.partial(curve_change, curve, apex_of)
    table = {}
    for done, (name, change) in enumerate(rows.items()):
        table[name] = change_figures(change, classifier, sizes.changes)
        progress((done + 1) / len(rows))
    return table


def network_change(networks: Networks, before: str, after: str, seed: int) -> np.ndarray:
    """Return how a performer goes from one emotion to another, both in full, shape (steps, 52).

    Upper lids that blinks lower go straight from before a blink to after it.

    Args:
        networks: that perform.
        before: emotion at the start.
        after: emotion at the end.
        seed: of the performer.
    """
    performer = Performer(networks, seed)
    paths = []
    for name, seconds in ((before, BEFORE_SECONDS), (after, AFTER_SECONDS)):
        performer.set_target(Feeling(Mixture.of({name: 1.0}), 1.0))
        paths.append(performer.advance(round(seconds * MOTION_RATE)))
    opened = hold_metrics.without_blinks(np.concatenate(paths))
    held, way = np.split(opened, [len(paths[0])])
    last = round(MOTION_RATE)
    return np.concatenate([held[-last:].mean(0)[None], way, way[-last:].mean(0)[None]])


def curve_change(
    curve: Callable[[np.ndarray], np.ndarray],
    networks: Networks,
    before: str,
    after: str,
    seed: int,
) -> np.ndarray:
    """Return the same with all channels along one curve, in the published time of the emotion.

    Args:
        curve: shares of the time to progress.
        networks: whose faces are the ends.
        before: emotion at the start.
        after: emotion at the end.
        seed: of what is drawn.
    """
    start, goal = (
        express(networks, Feeling(Mixture.of({name: 1.0}), 1.0), seed)[0]
        for name in (before, after)
    )
    spread = ONSET_SIGMA * float(np.random.default_rng((seed, 12)).standard_normal())
    seconds = ONSET_SECONDS[after] * math.exp(spread) / VISIBLE
    steps = np.arange(math.ceil(3 * seconds * MOTION_RATE) + 1)
    path: np.ndarray = start + curve(steps / MOTION_RATE / seconds)[:, None] * (goal - start)
    return path


def change_figures(change: ChangeFace, classifier: EmotionClassifier, count: int) -> Figures:
    """Return the figures of the changes from each of the seven emotions to each other one.

    ``neither`` is the share of a change's steps that the classifier calls neither the old emotion
    nor the new one, but mixed or a third, a mean over the changes whose ends it names rightly;
    ``named`` is their share of all, ``frames`` the same in frames of 1/24 s. ``units`` has, by new
    emotion and action unit, the median seconds until nine tenths beside the published onset, and
    whether the unit carries the emotion; ``landed`` is the share of those that do and whose median
    is within the onset. A unit counts that rises in a third of the changes.

    Args:
        change: gives the paths.
        classifier: names what a face shows.
        count: changes from one emotion to another, each of another character.
    """
    neither, frames, named = [], [], 0
    seconds: dict[str, dict[int, list[float]]] = {name: {} for name in EXPRESSIVE}
    pairs = list(permutations(EXPRESSIVE, 2))
    for number, (before, after) in enumerate(pairs):
        for character in range(count):
            path = change(before, after, _SEED + number * count + character)
            for unit, landed in change_metrics.landing_seconds(path).items():
                seconds[after].setdefault(unit, []).append(landed)
            called = classifier.names(path)
            if (called[0], called[-1]) == (before, after):
                named += 1
                between = called[change_metrics.changing_steps(path)]
                others = ~np.isin(between, (before, after))
                neither.append(float(others.mean()) if len(others) else 0.0)
                frames.append(float(others.sum()) / MOTION_RATE / FRAME)
    published = dict(zip(unit_times().unit.tolist(), unit_times().median.tolist(), strict=True))
    fewest = len(pairs) / len(EXPRESSIVE) * count / _FEWEST
    units = {
        name: {
            str(unit): {
                "seconds": float(np.median(landed)),
                "published": published[unit],
                "carries": unit in carrying_units(name),
            }
            for unit, landed in sorted(by_unit.items())
            if len(landed) >= fewest
        }
        for name, by_unit in seconds.items()
    }
    in_time = [
        row["seconds"] <= row["published"]
        for by_unit in units.values()
        for row in by_unit.values()
        if row["carries"]
    ]
    return {
        "neither": float(np.mean(neither)) if neither else math.nan,
        "frames": float(np.mean(frames)) if frames else math.nan,
        "named": named / (len(pairs) * count),
        "landed": float(np.mean(in_time)) if in_time else math.nan,
        "units": units,
    }


def carrying_units(emotion: str) -> frozenset[int]:
    """Return the action units that carry an emotion, those of its signature.

    A stretched mouth (27) is a dropped jaw (26) further down, and timed as one.
    """
    shown = frozenset().union(*facs.signatures()[emotion].shows)
    return frozenset(26 if unit == 27 else unit for unit in shown)
