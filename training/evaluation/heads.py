# SPDX-License-Identifier: GPL-3.0-or-later
"""What the turns of heads tell, how they move by feeling, and how they go along with the gaze.

Heads are turned by a table of postures and no network, so the figures are the same for all of them.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from emotebot_blender.core.emotions import EMOTIONS, NEUTRAL, Feeling, Mixture
from emotebot_blender.core.performance import head_motion
from emotebot_blender.core.performance.gaze_target import EYES_ALONE, GazeTarget
from emotebot_blender.core.performance.networks import MOTION_RATE

from ..metrics.head_metrics import pair_accuracy, pitch_and_speed, rest_share, turns_of
from ..tables.published import read_table
from .expressions import ShareProgress, Sizes
from .holds import FULL, HALF, SECONDS

Figures = dict[str, Any]

TOLD = ("happiness", "sadness")
"""The feelings that people were asked to tell apart."""

TRANSITION = 0.5
"""Seconds that the face takes to the feeling."""

SEEN_SECONDS = 4.0
"""Of each take, from the beginning of the change on, that the observer sees; holds come after."""

OBSERVERS = {"pitch and speed": slice(0, 2), "pitch alone": slice(0, 1), "speed alone": slice(1, 2)}
"""What observers go by, as columns of ``pitch_and_speed``."""

FURTHEST_ASIDE = 45.0
"""Degrees from straight ahead, to a side, of what is looked at; half as much up or down."""

ALONG_DEGREES = 1.0
"""A head that turns by this much goes along."""

UNKNOWN = "general knowledge"
"""What the table of postures says of how well a row is known for which nothing was read."""

_KNOWN, _UNKNOWN, _FEELINGS = 70_000, 80_000, 90_000
"""Seeds of takes that observers learn from, of those that they are asked about, and of others."""

HeadTurns = Callable[[Feeling, int], np.ndarray]
"""From a feeling and a seed to turns, shape (frames, 3), of ``SEEN_SECONDS``."""


def heads(sizes: Sizes, progress: ShareProgress) -> Figures:
    """Return the figures of heads.

    ``accuracy`` has how often observers are right, by the turns and by baselines, ``feelings`` what
    heads do in each emotion, ``shifts`` how heads go along with shifts of the gaze.

    Args:
        sizes: how much is drawn.
        progress: called with the share done, 0 to 1.
    """
    accuracies = {
        name: {
            intensity: observer_accuracies(turns, float(intensity), sizes.heads)
            for intensity in (HALF, FULL)
        }
        for name, turns in HEADS.items()
    }
    progress(0.3)
    by_feeling = feelings(sizes.heads)
    progress(0.8)
    figures = {"accuracy": accuracies, "feelings": by_feeling, "shifts": gaze_shifts(sizes.heads)}
    progress(1.0)
    return figures


def performed(feeling: Feeling, seed: int) -> np.ndarray:
    """Return the turns of a head that comes to a feeling."""
    return turns_of(feeling, seed, TRANSITION, SEEN_SECONDS)


def swaying(feeling: Feeling, seed: int) -> np.ndarray:
    """Return those of a head that sways and breathes as at rest, whatever is felt."""
    return turns_of(Feeling(NEUTRAL, 0.0), seed, TRANSITION, SEEN_SECONDS)


def still(feeling: Feeling, seed: int) -> np.ndarray:
    """Return those of a head that does not turn."""
    return np.zeros((round(SEEN_SECONDS * MOTION_RATE), len(head_motion.ANGLES)))


HEADS: dict[str, HeadTurns] = {
    "EmoteBot": performed,
    "sway without a posture": swaying,
    "no turn (strength 0)": still,
}
"""The ways of turning a head."""


def observer_accuracies(turns: HeadTurns, intensity: float, count: int) -> dict[str, float]:
    """Return the share of takes that each of ``OBSERVERS`` calls rightly happy or sad.

    Args:
        turns: of heads.
        intensity: of the feelings.
        count: takes of either feeling that they learn from, and as many others.
    """

    def takes(emotion: str, seed: int) -> np.ndarray:
        feeling = Feeling(Mixture.of({emotion: 1.0}), intensity)
        seeds = range(seed + TOLD.index(emotion) * count, seed + (TOLD.index(emotion) + 1) * count)
        return np.array([pitch_and_speed(turns(feeling, each)) for each in seeds])

    known, unknown = ([takes(name, seed) for name in TOLD] for seed in (_KNOWN, _UNKNOWN))
    return {
        name: pair_accuracy(
            (known[0][:, columns], known[1][:, columns]),
            (unknown[0][:, columns], unknown[1][:, columns]),
        )
        for name, columns in OBSERVERS.items()
    }


def feelings(count: int) -> dict[str, Figures]:
    """Return what heads do in each emotion at full intensity.

    ``pitch`` and ``speed`` are means of ``count`` takes over ``SEEN_SECONDS``, ``_spread`` their
    standard deviation over takes, ``rest`` the share of time at rest in the hold after them. Beside
    them stands what ``head_motion.TABLE`` says: the direction ``up``, ``down`` or none, its source,
    and whether that was ``read``.

    Args:
        count: takes of each.
    """
    postures = {row["feeling"]: row for row in read_table(head_motion.TABLE)}
    table = {}
    for number, name in enumerate(EMOTIONS):
        feeling = Feeling(Mixture.of({name: 1.0}), 1.0)
        first = _FEELINGS + number * count
        takes = [
            turns_of(feeling, seed, TRANSITION, SEEN_SECONDS + SECONDS)
            for seed in range(first, first + count)
        ]
        seen = round(SEEN_SECONDS * MOTION_RATE)
        numbers = np.array([pitch_and_speed(turns[:seen]) for turns in takes])
        middle, spread = numbers.mean(axis=0).tolist(), numbers.std(axis=0).tolist()
        pitch = float(postures[name]["pitch"])
        table[name] = {
            "pitch": middle[0],
            "pitch_spread": spread[0],
            "speed": middle[1],
            "speed_spread": spread[1],
            "rest": float(np.mean([rest_share(turns[seen:]) for turns in takes])),
            "direction": "up" if pitch < 0 else "down" if pitch > 0 else "",
            "source": postures[name]["source"],
            "read": postures[name]["confidence"] != UNKNOWN,
        }
    return table


def gaze_shifts(count: int) -> dict[str, dict[str, float]]:
    """Return how heads go along with shifts of the gaze to a target that jumps.

    ``along`` is the share of shifts in which the head turns by ``ALONG_DEGREES`` or more,
    ``by_head`` how much of the shift it does, ``reached`` the share of targets that eyes and head
    come to, ``eyes_alone`` the share that eyes come to under a head whose strength is 0.

    Args:
        count: shifts of each kind.
    """
    random = np.random.default_rng((_FEELINGS, 1))
    kinds = {
        f"from straight ahead, {size} {EYES_ALONE:g}°": (True, over)
        for size, over in (("up to", False), ("over", True))
    }
    kinds[f"between two directions, over {EYES_ALONE:g}°"] = (False, True)
    table = {}
    for name, (is_centred, is_over) in kinds.items():
        shifts = _shifts(random, is_centred, is_over)
        rows = [_followed(*next(shifts)) for _ in range(count)]
        turned, share, reached, eyes_alone = np.array(rows).T
        table[name] = {
            "along": float((turned >= ALONG_DEGREES).mean()),
            "by_head": float(share.mean()),
            "reached": float(reached.mean()),
            "eyes_alone": float(eyes_alone.mean()),
        }
    return table


def _shifts(
    random: np.random.Generator, is_centred: bool, is_over: bool
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the directions before and after shifts of one kind, unit vectors, shape (3,)."""
    furthest = (FURTHEST_ASIDE, FURTHEST_ASIDE / 2)
    while True:
        before, after = (_direction(*random.uniform(-1, 1, 2) * furthest) for _ in range(2))
        if is_centred:
            before = _direction(0.0, 0.0)
        if (_apart(before, after) > EYES_ALONE) == is_over:
            yield before, after


def _followed(before: np.ndarray, after: np.ndarray) -> tuple[float, float, bool, bool]:
    """Return degrees and share of a shift that the head does, and whether eyes reach the target.

    They do so with the head, or alone.

    Args:
        before: direction of the target until the head has come to it.
        after: and from then on.
    """
    waiting = round(SEEN_SECONDS * MOTION_RATE)
    points = np.stack([*[before] * waiting, after])
    target = GazeTarget(points)
    turns = target.follow(0, np.zeros((2 * waiting, 3), dtype=np.float32))
    turned = float(np.linalg.norm(turns[-1] - turns[waiting - 1]))
    return (
        turned,
        turned / _apart(before, after),
        target.unreached == 0,
        GazeTarget(points, head=0.0).unreached == 0,
    )


def _direction(yaw: float, up: float) -> np.ndarray:
    """Return where degrees to the left and up lead, a unit vector: left, up, forward."""
    left, above = math.radians(yaw), math.radians(up)
    flat = math.cos(above)
    return np.array([math.sin(left) * flat, math.sin(above), math.cos(left) * flat])


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    return math.degrees(math.acos(min(float(one @ other), 1.0)))
