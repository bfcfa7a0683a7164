# SPDX-License-Identifier: GPL-3.0-or-later
"""What an observer can tell of a feeling from the turns of a head alone, the face hidden.

People tell happy from sad singers so in 70 % of cases (Livingstone & Palmer 2016), and judge by
mean pitch and speed. The observer here has these two numbers of each take, and the line between two
feelings that fits other takes best (Fisher's linear discriminant).
"""

import numpy as np
from numpy.typing import NDArray

from emotebot_blender.core.emotions import Feeling
from emotebot_blender.core.performance.head_motion import HeadMotion
from emotebot_blender.core.performance.networks import MOTION_RATE

RESTING = 1.0
"""Degrees a second below which a head rests, a choice of ours: breath alone is slower."""

_HARDLY = 1e-9
"""Spread, squared, that numbers have at least: those that never vary can be told apart, too."""


def turns_of(feeling: Feeling, seed: int, transition: float, seconds: float) -> NDArray[np.float32]:
    """Return the turns of a head from the moment on at which it starts to show a feeling.

    Args:
        feeling: what is shown, from neutral.
        seed: whole number from 0.
        transition: seconds until the face shows it.
        seconds: that are looked at.

    Returns:
        float32, shape (frames, 3), degrees, ``MOTION_RATE`` a second.
    """
    head = HeadMotion(seed)
    head.advance(MOTION_RATE)
    head.set_target(feeling, transition)
    return head.advance(round(seconds * MOTION_RATE))


def pitch_and_speed(turns: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the mean pitch in degrees and the mean speed in degrees a second, shape (2,).

    Args:
        turns: shape (frames, 3), degrees, ``MOTION_RATE`` a second, two frames or more.
    """
    return np.array([turns[:, 0].mean(), _speeds(turns).mean()])


def rest_share(turns: NDArray[np.floating]) -> float:
    """Return the share of time in which a head is slower than ``RESTING``.

    Args:
        turns: shape (frames, 3), degrees, ``MOTION_RATE`` a second, two frames or more.
    """
    return float((_speeds(turns) < RESTING).mean())


def pair_accuracy(
    known: tuple[NDArray[np.float64], NDArray[np.float64]],
    unknown: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> float:
    """Return the share of takes that an observer puts to the right one of two feelings.

    A take that lies on the line between them counts half.

    Args:
        known: numbers of takes of either feeling that it has seen, shape (takes, numbers).
        unknown: the same of takes that it has not, as many of either.
    """
    within = sum(np.atleast_2d(np.cov(rows, rowvar=False)) for rows in known)
    means = [rows.mean(axis=0) for rows in known]
    direction = np.linalg.solve(within + _HARDLY * np.eye(len(means[0])), means[0] - means[1])
    middle = (means[0] + means[1]) @ direction / 2
    scores = np.concatenate([unknown[0] @ direction - middle, middle - unknown[1] @ direction])
    return float(np.heaviside(scores, 0.5).mean())


def _speeds(turns: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the speed from each frame to the next, degrees a second, shape (frames - 1,)."""
    steps = np.diff(turns.astype(np.float64), axis=0)
    return np.asarray(np.linalg.norm(steps, axis=1) * MOTION_RATE)
