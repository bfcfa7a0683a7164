# SPDX-License-Identifier: GPL-3.0-or-later
"""How the networks' faces hold a feeling, beside a still face, noise and a walk at random.

The networks are measured as they perform by default, and at their liveliest beside it.
"""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from emotebot_blender.core.emotions import Feeling, Mixture
from emotebot_blender.core.performance.liveliness import DEFAULT_LIVELINESS
from emotebot_blender.core.performance.networks import MOTION_RATE, Networks
from emotebot_blender.core.performance.performance import Performer, express

from ..metrics import hold_metrics
from .baselines import HOLDS, HoldApex
from .emotion_regression import EmotionClassifier
from .expressions import ShareProgress, Sizes
from .movements import EXPRESSIVE

Figures = dict[str, Any]

HALF, FULL = "0.5", "1"
"""Intensities. At half intensity the channels that are held have means like the recorded ones."""

SECONDS = 30.0
"""Of a hold, as long as the recordings."""

ARRIVAL_SECONDS = 1.0
"""Between the end of a transition and what counts as held: springs have come to rest by then."""

_SEED = 60_000

HoldFace = Callable[[Feeling, int], np.ndarray]
"""From a feeling and a seed to weights, shape (steps, 52)."""


def holds(
    networks: Mapping[str, Networks],
    classifier: EmotionClassifier,
    sizes: Sizes,
    progress: ShareProgress,
) -> dict[str, dict[str, Figures]]:
    """Return the figures of everybody's holds by intensity: the networks of each run, baselines.

    Args:
        networks: name to networks.
        classifier: names what a face shows.
        sizes: how much is drawn.
        progress: called with the share done, 0 to 1.
    """
    apex_of = next(iter(networks.values()))
    rows: dict[str, HoldFace] = {
        name: functools.partial(network_hold, model) for name, model in networks.items()
    }
    name = next(iter(networks))
    rows[f"{name}, liveliness 1"] = functools.partial(network_hold, apex_of, liveliness=1.0)
    for name, make in HOLDS.items():
        rows[name] = functools.partial(baseline_hold, make, apex_of)
    table: dict[str, dict[str, Figures]] = {}
    for done, (name, hold) in enumerate(rows.items()):
        table[name] = {
            intensity: hold_figures(hold, classifier, float(intensity), sizes.holds)
            for intensity in (HALF, FULL)
        }
        progress((done + 1) / len(rows))
    return table


def network_hold(
    networks: Networks,
    feeling: Feeling,
    seed: int,
    seconds: float = SECONDS,
    liveliness: float = DEFAULT_LIVELINESS,
) -> np.ndarray:
    """Return how a performer holds a feeling that it has come to, shape (steps, 52).

    Upper lids that blinks lower count as if there were none.

    Args:
        networks: that perform.
        feeling: what is held.
        seed: of the performer.
        seconds: of the hold.
        liveliness: 0 to 1.
    """
    performer = Performer(networks, seed, liveliness=liveliness)
    performer.set_target(feeling)
    performer.advance(round((performer.transition + ARRIVAL_SECONDS) * MOTION_RATE))
    return hold_metrics.without_blinks(performer.advance(round(seconds * MOTION_RATE)))


def baseline_hold(
    make: HoldApex, networks: Networks, feeling: Feeling, seed: int, seconds: float = SECONDS
) -> np.ndarray:
    """Return a hold that knows nothing of faces but the apex, shape (steps, 52).

    Args:
        make: what gives the hold.
        networks: whose apex it is.
        feeling: what is held.
        seed: of what is drawn.
        seconds: of the hold.
    """
    apex = express(networks, feeling, seed)[0]
    return make(apex, round(seconds * MOTION_RATE), np.random.default_rng((seed, 11)))


def hold_figures(
    hold: HoldFace, classifier: EmotionClassifier, intensity: float, count: int
) -> Figures:
    """Return the figures of the channels of holds of the seven emotions.

    ``metrics`` has the median and the percentiles 5 and 95 over all channels that are held, of all
    characters and emotions; ``within`` is the share of the channels whose four figures all lie
    within the ranges of ``hold_metrics.RECORDED``; ``named`` is the share of all steps that the
    classifier calls the emotion that is held; ``emotions`` has the medians of each emotion.

    Args:
        hold: gives the holds.
        classifier: names what a face shows.
        intensity: of the feelings.
        count: characters, each with one hold of each emotion.
    """
    by_emotion, named = {}, []
    for number, name in enumerate(EXPRESSIVE):
        feeling = Feeling(Mixture.of({name: 1.0}), intensity)
        paths = [hold(feeling, _SEED + number * count + character) for character in range(count)]
        by_emotion[name] = np.concatenate([_held_channels(path) for path in paths])
        named += [float((classifier.names(path) == name).mean()) for path in paths]
    channels = np.concatenate(list(by_emotion.values()))
    ranges = np.array([(row.least, row.most) for row in hold_metrics.RECORDED.values()])
    within = (channels >= ranges[:, 0]) & (channels <= ranges[:, 1])
    return {
        "channels": len(channels),
        "metrics": {
            key: {
                "median": float(np.median(column)),
                "p5": float(np.quantile(column, 0.05, method="nearest")),
                "p95": float(np.quantile(column, 0.95, method="nearest")),
            }
            for key, column in zip(hold_metrics.METRICS, channels.T, strict=True)
        },
        "within": float(within.all(axis=1).mean()),
        "named": float(np.mean(named)),
        "emotions": {
            name: dict(
                zip(
                    hold_metrics.METRICS,
                    np.median(rows, axis=0).astype(float).tolist(),
                    strict=True,
                )
            )
            for name, rows in by_emotion.items()
        },
    }


def _held_channels(weights: np.ndarray) -> np.ndarray:
    """Return the four figures of each channel that is held, shape (n, 4)."""
    every = [metric(weights, MOTION_RATE) for metric in hold_metrics.METRICS.values()]
    figures: np.ndarray = np.stack(every, axis=1)[hold_metrics.held_channels(weights)]
    return figures
