# SPDX-License-Identifier: GPL-3.0-or-later
"""How one feeling gives way to another: what a face shows meanwhile, and when the new one is there.

A change is a path, one row of 52 weights for each step, whose first row is the face before and
whose last one the face after it; of faces that move while they hold a feeling, the means. Its clock
starts when the first channel is seen to move.
"""

import math

import numpy as np

from emotebot_blender.core.performance import transition_times
from emotebot_blender.core.performance.networks import MOTION_RATE

from . import movement_metrics

LANDED = 0.9
"""Share of its displacement after which a unit is there."""


def first_seen(path: np.ndarray, rate: float = MOTION_RATE) -> float:
    """Return the seconds after which the first channel is seen to move; nan where none is.

    Args:
        path: shape (steps, 52).
        rate: steps a second.
    """
    begun, _ = movement_metrics.channel_times(path, rate)
    seen = begun[np.isfinite(begun)]
    return float(seen.min()) if len(seen) else math.nan


def changing_steps(path: np.ndarray, rate: float = MOTION_RATE) -> slice:
    """Return the steps in which a face is neither before nor after its change.

    They begin when the first channel is seen to move, and end when the face has made 95 % of its
    displacement.

    Args:
        path: shape (steps, 52), with a channel that is seen to move.
        rate: steps a second.
    """
    along = movement_metrics.face_progress(path)[:, None]
    arrived = float(movement_metrics.crossing(along, movement_metrics.LAST_SEEN, rate)[0])
    return slice(math.ceil(first_seen(path, rate) * rate), math.ceil(arrived * rate))


def landing_seconds(path: np.ndarray, rate: float = MOTION_RATE) -> dict[int, float]:
    """Return action unit to the seconds from the first that is seen until ``LANDED`` of it is done.

    Of the units that rise, the mean of their channels.

    Args:
        path: shape (steps, 52).
        rate: steps a second.
    """
    share, displacement = movement_metrics.channel_progress(path)
    seconds = movement_metrics.crossing(share, LANDED, rate) - first_seen(path, rate)
    units = transition_times.unit_times().unit
    rises = displacement > 0
    return {
        int(unit): float(seconds[rises & (units == unit)].mean())
        for unit in np.unique(units[rises])
    }
