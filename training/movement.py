# SPDX-License-Identifier: GPL-3.0-or-later
"""How faces move: times, speeds and lags of a path, and the published laws they are held against.

A path is what a face does from the moment it sets out until it is at rest, one row of 52 weights
for each step. The onset of a channel is the time from 5 % to 95 % of its way, as a coder sees it
from the first visible change to the apex; a rising channel has an onset, a falling one an offset.
An action unit has the mean of its channels; the face has the median of its action units. Lids that
blink and eyes that look about are no part of an expression and are not timed.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from emotebot_blender.core import timing
from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import NEUTRAL, Feeling, Mixture
from emotebot_blender.core.model import MOTION_RATE
from emotebot_blender.core.performance import Networks, Performer

TIMED = np.array([not name.startswith(("eyeLook", "eyeBlink")) for name in CHANNELS])
"""Channels whose times count, bool, shape (52,)."""

SEEN = 0.05
"""A channel that moves less than this does not count."""

BEGUN, DONE = 0.05, 0.95
"""Shares of a channel's way between which it is seen to move."""

INTENSITIES = (0.10, 0.46, 0.27, 0.14, 0.03)
"""Shares of spontaneous action units with the intensities A to E."""

TOTAL_SIGMA = 0.43
"""Spread of the logarithm of a whole expression: p5 600 and p95 2,477 ms (CAS(ME)²)."""

_WATCHED = 240  # steps after each change of feeling; no natural transition is longer
_BLINK = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
_LIDS = [INDEX["eyeWideLeft"], INDEX["eyeWideRight"]]


@dataclass(frozen=True)
class Law:
    """A log-normal law in two halves, through a median and quartiles.

    Attributes:
        median: seconds.
        quick: spread of the logarithm below the median.
        slow: spread of the logarithm above the median.
    """

    median: float
    quick: float
    slow: float

    def cumulative(self, seconds: np.ndarray) -> np.ndarray:
        """Return the share of the law that is at most as long."""
        away = np.log(np.maximum(seconds, 1e-9) / self.median)
        deviations = away / np.where(away < 0, self.quick, self.slow)
        return np.array([0.5 * (1 + math.erf(each / math.sqrt(2))) for each in deviations])

    def distance(self, seconds: np.ndarray) -> float:
        """Return the Kolmogorov-Smirnov distance of measured seconds from this law."""
        ordered = np.sort(seconds)
        law, ranks = self.cumulative(ordered), np.arange(len(ordered) + 1) / len(ordered)
        return float(max((law - ranks[:-1]).max(), (ranks[1:] - law).max()))


def unit_laws() -> dict[int, Law]:
    """Return the law of the onset of each action unit that has one; see ``core.timing``."""
    times = timing.unit_times()
    return {
        int(unit): Law(float(times.median[first]), float(times.quick[first]), times.slow[first])
        for unit, first in zip(*np.unique(times.unit, return_index=True), strict=True)
    }


def emotion_laws() -> dict[str, dict[str, Law]]:
    """Return the laws of each published emotion: its "onset", "offset" and "total"."""
    laws = {}
    for name, onset in timing.ONSET_SECONDS.items():
        offset = timing.RELEASE_SECONDS[name]
        laws[name] = {
            "onset": Law(onset, timing.ONSET_SIGMA, timing.ONSET_SIGMA),
            "offset": Law(offset, timing.ONSET_SIGMA, timing.ONSET_SIGMA),
            "total": Law(onset + offset, TOTAL_SIGMA, TOTAL_SIGMA),
        }
    return laws


def progress(path: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of its way that each channel has done at each step, and the ways.

    Args:
        path: shape (steps, 52), from rest to rest.

    Returns:
        Shares, shape (steps, 52), 0 where a channel moves less than ``SEEN`` or is not timed; and
        the way of each channel, shape (52,), likewise.
    """
    way = path[-1] - path[0]
    moved = TIMED & (np.abs(way) >= SEEN)
    share = np.where(moved, (path - path[0]) / np.where(moved, way, 1), 0)
    return share, np.where(moved, way, 0)


def crossing(share: np.ndarray, level: float, rate: float = MOTION_RATE) -> np.ndarray:
    """Return the seconds at which shares first reach a level, nan where they never do.

    Args:
        share: shape (steps, n).
        level: above 0.
        rate: steps a second.
    """
    reached = share >= level
    step = reached.argmax(0)
    column = np.arange(share.shape[1])
    after, before = share[step, column], share[np.maximum(step - 1, 0), column]
    part = np.where(step > 0, (level - before) / np.maximum(after - before, 1e-12), 1.0)
    seconds: np.ndarray = np.where(reached.any(0), (step - 1 + part) / rate, np.nan)
    return seconds


def channel_times(path: np.ndarray, rate: float = MOTION_RATE) -> tuple[np.ndarray, np.ndarray]:
    """Return when each channel is first seen to move and when it is seen to have arrived.

    Returns:
        Seconds since the first row at 5 % and at 95 % of the way, shape (52,) each, nan for
        channels that are not seen to move.
    """
    share, _ = progress(path)
    return crossing(share, BEGUN, rate), crossing(share, DONE, rate)


def unit_onsets(path: np.ndarray, rate: float = MOTION_RATE) -> dict[int, float]:
    """Return the seconds from 5 % to 95 % of each action unit that rises along a path."""
    return _unit_seconds(path, rate, 1)


def unit_offsets(path: np.ndarray, rate: float = MOTION_RATE) -> dict[int, float]:
    """Return the seconds from 5 % to 95 % of each action unit that falls along a path."""
    return _unit_seconds(path, rate, -1)


def face_seconds(units: dict[int, float]) -> float:
    """Return the onset or offset of a face from those of its action units; nan without any."""
    return float(np.median(list(units.values()))) if units else math.nan


def peak_speeds(path: np.ndarray, seconds: float, rate: float = MOTION_RATE) -> np.ndarray:
    """Return each channel's peak speed times its own time over its way; nan where none moves.

    A channel's own time is from 5 % to 95 % of its way, over the part of a minimum jerk's time
    that lies between these; so a minimum jerk has 1.875 whatever window of the transition it has.
    """
    del seconds
    share, _ = progress(path)
    begun, done = channel_times(path, rate)
    return np.diff(share, axis=0).max(0) * rate * (done - begun) / _MINIMUM_JERK


_MINIMUM_JERK = 0.6214  # of its time, a minimum jerk goes from 5 % to 95 % of its way


def face_way_seconds(path, rate=MOTION_RATE):
    share, way = progress(path)
    if not np.any(way):
        return math.nan
    p = (share * way**2).sum(1) / (way**2).sum()
    a, b = crossing(p[:, None], BEGUN, rate), crossing(p[:, None], DONE, rate)
    return float(b[0] - a[0])


def _unit_seconds(path: np.ndarray, rate: float, direction: int) -> dict[int, float]:
    _, way = progress(path)
    begun, done = channel_times(path, rate)
    units = timing.unit_times().unit
    goes = way * direction > 0
    return {
        int(unit): float((done - begun)[goes & (units == unit)].mean())
        for unit in np.unique(units[goes])
    }
