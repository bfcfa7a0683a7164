# SPDX-License-Identifier: GPL-3.0-or-later
"""How far strong and sudden movements go beyond their target before they settle on it.

A rising channel goes further by some hundredths, the more the further it has come. Once it has all
but arrived, it smoothly gives them back. Animators do so; nobody publishes how far
faces go too far, so that the sizes are choices of ours: ``data/timing`` has the most by emotion,
none for sadness, which sinks, and contempt.
"""

import numpy as np
from numpy.typing import NDArray

from .networks import MOTION_RATE

SLOW, SUDDEN = 2.0, 4.0
"""Largest speed of a channel, in weights a second, up to which it does not overshoot, and from
which on it does so by the most of its emotion."""

ARRIVING = 0.9
"""Share of its displacement from which on a channel goes back to its target."""

SETTLING = 0.3
"""Seconds that this takes, where the transition leaves them."""


def overshoot(
    path: NDArray[np.float32],
    target: NDArray[np.float32],
    channels: NDArray[np.bool_],
    most: float,
    due: int,
) -> NDArray[np.float32]:
    """Return what is added to a way, so that what is sudden overshoots, float32, as the path.

    Args:
        path: shape (steps, 52), from the start on.
        target: shape (52,).
        channels: bool, shape (52,), those that may overshoot.
        most: share of its displacement by which a channel goes beyond it at the most.
        due: steps after which all have settled.
    """
    displacement = target - path[0]
    speed = np.diff(path, axis=0).max(axis=0) * MOTION_RATE
    reached = path - path[0] >= ARRIVING * displacement
    start = np.minimum(np.where(reached.any(axis=0), reached.argmax(axis=0), due), due)
    settling = np.minimum(SETTLING * MOTION_RATE, due - start)
    sudden = (speed - SLOW) / (SUDDEN - SLOW)
    share = most * np.clip(sudden, 0, 1) * settling / (SETTLING * MOTION_RATE)
    beyond = np.where(channels & (displacement > 0), share * displacement, 0)
    made = (path - path[0]) / np.where(displacement > 0, displacement, 1)
    left = (start + settling - np.arange(len(path))[:, None]) / np.maximum(settling, 1)
    added: NDArray[np.float32] = (
        np.clip(beyond, 0, 1 - target) * _smooth(made) * _smooth(left)
    ).astype(np.float32)
    return added


def _smooth(share: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return a share that leaves 0 and reaches 1 without a jolt."""
    part = np.clip(share, 0, 1)
    return part * part * (3 - 2 * part)
