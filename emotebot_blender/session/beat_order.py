# SPDX-License-Identifier: GPL-3.0-or-later
"""The order in which the beats of a sequence are performed."""

from dataclasses import dataclass

import numpy as np
from bpy.types import Object
from numpy.typing import NDArray

_SAME_TIME = 1e-3
"""Seconds between starts that count as one."""


@dataclass(frozen=True)
class PerformedOrder:
    """The beats of a sequence that are performed, in the order of their starts.

    Attributes:
        starts: seconds of the sequence, float64, shape (n,), ascending.
        indices: of the beats in the sequence, shape (n,).
    """

    starts: NDArray[np.float64]
    indices: NDArray[np.intp]

    def after(self, second: float) -> int | None:
        """Return the place of the first beat that starts after a second, None where none does."""
        place = int(np.searchsorted(self.starts, second + _SAME_TIME, side="right"))
        return place if place < len(self.starts) else None

    def before(self, second: float) -> int | None:
        """Return the place of the last beat that starts before a second, None where none does."""
        place = int(np.searchsorted(self.starts, second - _SAME_TIME)) - 1
        if place < 0:
            return None
        return int(np.searchsorted(self.starts, self.starts[place]))  # the first of one time


def performed_order(owner: Object) -> PerformedOrder:
    """Return the order of the beats of the sequence that an object stores."""
    beats = owner.emotebot.beats
    starts, muted = np.empty(len(beats)), np.empty(len(beats), dtype=np.bool_)
    beats.foreach_get("start", starts)
    beats.foreach_get("mute", muted)
    performed = np.flatnonzero(~muted)
    indices = performed[np.argsort(starts[performed], kind="stable")]
    return PerformedOrder(starts[indices], indices)
