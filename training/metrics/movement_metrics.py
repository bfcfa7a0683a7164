# SPDX-License-Identifier: GPL-3.0-or-later
"""How faces move: times, speeds and lags of a path, and the published laws they are held against.

A path is what a face does from the moment it sets out until it is at rest, one row of 52 weights
for each step. The onset of a channel is the time from 5 % to 95 % of its way, as a coder sees it
from the first visible change to the apex; a rising channel has an onset, a falling one an offset.
An action unit has the mean of its channels; the face has the median of its action units. Lids that
blink and eyes that look about are no part of an expression and are not timed.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import NEUTRAL, Feeling, Mixture
from emotebot_blender.core.performance import transition_times
from emotebot_blender.core.performance.networks import MOTION_RATE, Networks
from emotebot_blender.core.performance.performance import Performer

TIMED = np.array([not name.startswith(("eyeLook", "eyeBlink")) for name in CHANNELS])
"""Channels whose times count, bool, shape (52,)."""

VISIBLE = 0.1
"""A channel that moves less, by half a trace (FACS A), does not count: nobody would code it."""

FIRST_SEEN, LAST_SEEN = 0.05, 0.95
"""Shares of a channel's way between which it is seen to move."""

INTENSITIES = (0.10, 0.46, 0.27, 0.14, 0.03)
"""Shares of spontaneous action units with the intensities A to E."""

TOTAL_SIGMA = 0.43
"""Spread of the logarithm of a whole expression: p5 600 and p95 2,477 ms (CAS(ME)²)."""

MINIMUM_JERK = 0.6215
"""Part of its time in which a minimum jerk goes from 5 % to 95 % of its way."""

DIAGNOSTIC: dict[int, tuple[int, ...]] = {5: (1, 2), 9: (10,)}
"""Early action units and the diagnostic ones that they come before (Jack 2014)."""

_WATCHED = 240  # steps after each change of feeling; no natural transition is longer
_BLINK = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
_LIDS = [INDEX["eyeWideLeft"], INDEX["eyeWideRight"]]


@dataclass(frozen=True)
class TwoPieceLognormal:
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


def unit_onset_distributions() -> dict[int, TwoPieceLognormal]:
    """Return the law of the onset of each action unit that has one; see ``core.timing``."""
    times = transition_times.unit_times()
    return {
        int(unit): TwoPieceLognormal(
            float(times.median[first]), float(times.quick[first]), times.slow[first]
        )
        for unit, first in zip(*np.unique(times.unit, return_index=True), strict=True)
    }


def emotion_distributions() -> dict[str, dict[str, TwoPieceLognormal]]:
    """Return the laws of each published emotion: its "onset", "offset" and "total"."""
    laws = {}
    for name, onset in transition_times.ONSET_SECONDS.items():
        offset = transition_times.RELEASE_SECONDS[name]
        laws[name] = {
            "onset": TwoPieceLognormal(
                onset, transition_times.ONSET_SIGMA, transition_times.ONSET_SIGMA
            ),
            "offset": TwoPieceLognormal(
                offset, transition_times.ONSET_SIGMA, transition_times.ONSET_SIGMA
            ),
            "total": TwoPieceLognormal(onset + offset, TOTAL_SIGMA, TOTAL_SIGMA),
        }
    return laws


def channel_progress(path: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of its way that each channel has done at each step, and the ways.

    Args:
        path: shape (steps, 52), from rest to rest.

    Returns:
        Shares, shape (steps, 52), 0 where a channel moves less than ``VISIBLE`` or is not timed;
        and the way of each channel, shape (52,), likewise.
    """
    way = path[-1] - path[0]
    moved = TIMED & (np.abs(way) >= VISIBLE)
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
    share, _ = channel_progress(path)
    return crossing(share, FIRST_SEEN, rate), crossing(share, LAST_SEEN, rate)


def unit_onsets(path: np.ndarray, rate: float = MOTION_RATE) -> dict[int, float]:
    """Return the seconds from 5 % to 95 % of each action unit that rises along a path."""
    return _unit_seconds(path, rate, 1)


def unit_offsets(path: np.ndarray, rate: float = MOTION_RATE) -> dict[int, float]:
    """Return the seconds from 5 % to 95 % of each action unit that falls along a path."""
    return _unit_seconds(path, rate, -1)


def face_seconds(units: dict[int, float]) -> float:
    """Return the onset or offset of a face from those of its action units; nan without any."""
    return float(np.median(list(units.values()))) if units else math.nan


def face_progress(path: np.ndarray) -> np.ndarray:
    """Return the share of its way that a face as a whole has done at each step, shape (steps,).

    The channels count by the squares of their ways: it is the place along the straight line from
    the first row to the last. It is 0 throughout for a face that is not seen to move.
    """
    share, way = channel_progress(path)
    seen: np.ndarray = share @ way**2 / max(float(way @ way), 1e-12)
    return seen


def peak_ratios(path: np.ndarray, rate: float = MOTION_RATE) -> np.ndarray:
    """Return peak speed x time / way of each channel that is seen to move, shape (channels,).

    The time is the channel's own, whatever window of the transition it has: a minimum jerk goes
    from 5 % to 95 % of its way in ``MINIMUM_JERK`` of its time, and any channel's time is taken to
    be longer than what is seen of it by as much. So a minimum jerk has 1.875, a Bezier ease 1.76, a
    critically damped spring 2.60, an exponential 4.7; a straight line has 1.45.
    """
    share, way = channel_progress(path)
    begun, done = channel_times(path, rate)
    ratio = np.diff(share, axis=0).max(0) * rate * (done - begun) / MINIMUM_JERK
    seen: np.ndarray = ratio[way != 0]
    return seen


def lead(path: np.ndarray, early: int, others: tuple[int, ...]) -> float:
    """Return by how many seconds an action unit is seen (5 %) before others; nan without both."""
    begun, _ = channel_times(path)
    _, way = channel_progress(path)
    units = transition_times.unit_times().unit
    first = begun[(way > 0) & (units == early)]
    then = begun[(way > 0) & np.isin(units, others)]
    return float(then.mean() - first.mean()) if len(first) and len(then) else math.nan


def velocity_jump(path: np.ndarray) -> float:
    """Return the largest change of speed from one step to the next, in weights a second."""
    speed = np.diff(path[:, TIMED], axis=0) * MOTION_RATE
    return float(np.abs(np.diff(speed, axis=0)).max())


def arrival(path: np.ndarray, target: np.ndarray, rate: float = MOTION_RATE) -> float:
    """Return the seconds after which 2 % of a face's way to a target are left; nan if never.

    Args:
        path: shape (steps, 52), the first row where it set out.
        target: shape (52,).
        rate: steps a second.
    """
    left = np.linalg.norm((path - target)[:, TIMED], axis=1)
    share = 1 - left / max(float(left[0]), 1e-12)
    return float(crossing(share[:, None], 0.98, rate)[0])


def draw_intensity(random: np.random.Generator) -> float:
    """Return an intensity as spontaneous action units have it."""
    letter = random.choice(len(INTENSITIES), p=INTENSITIES)
    return float((letter + random.random()) / len(INTENSITIES))


def there_and_back(
    networks: Networks, feeling: Feeling, seed: int, seconds: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the paths of a performer from neutral to a feeling and, later, back.

    Args:
        networks: from ``core.performance.networks.load_networks``.
        feeling: what is felt.
        seed: of the performer.
        seconds: that each transition is asked to take; None for its natural time.

    Returns:
        The way there and the way back, shape (steps + 1, 52) each. Lids that were blinking on the
        way count as unmoved.
    """
    performer = Performer(networks, seed)
    rest = np.zeros((1, len(CHANNELS)), dtype=np.float32)
    steps = _WATCHED if seconds is None else _WATCHED + math.ceil(seconds * MOTION_RATE)
    paths = []
    for felt in (feeling, Feeling(NEUTRAL, 0.0)):
        performer.set_target(felt, seconds)
        path = np.concatenate([rest, performer.advance(steps)])
        rest = path[-1:]
        if np.ptp(path[:, _BLINK]) > 0.05:
            path[:, _LIDS] = path[-1, _LIDS]
        paths.append(path)
    return paths[0], paths[1]


@dataclass(frozen=True)
class MeasuredTimes:
    """Seconds measured on many performances from neutral to an emotion and back.

    Attributes:
        units: onsets by action unit.
        onset, offset, total: of the face, by emotion; the total is without the hold between.
        leads: by early action unit, how much sooner it is seen than the diagnostic ones.
        peaks: peak speed x time / way of every channel on the way there.
    """

    units: dict[int, np.ndarray]
    onset: dict[str, np.ndarray]
    offset: dict[str, np.ndarray]
    total: dict[str, np.ndarray]
    leads: dict[int, np.ndarray]
    peaks: np.ndarray


MoveFace = Callable[[Feeling, int], tuple[np.ndarray, np.ndarray]]
"""From a feeling and a seed to the paths there and back."""


def performed_times(networks: Networks, takes: int, seed: int = 0) -> MeasuredTimes:
    """Return the times of performances of the seven emotions with natural transitions."""
    return measured_times(partial(there_and_back, networks), takes, seed)


def measured_times(move: MoveFace, takes: int, seed: int = 0) -> MeasuredTimes:
    """Return the times of whatever moves a face to the seven emotions and back.

    Args:
        move: it.
        takes: performances of each emotion, each of a character of its own and of an intensity
            drawn from ``INTENSITIES``.
        seed: of the first performance; the others follow.
    """
    units: dict[int, list[float]] = {}
    onset: dict[str, list[float]] = {name: [] for name in transition_times.ONSET_SECONDS}
    offset: dict[str, list[float]] = {name: [] for name in transition_times.ONSET_SECONDS}
    leads: dict[int, list[float]] = {early: [] for early in DIAGNOSTIC}
    peaks: list[np.ndarray] = []
    for feeling, performer in draw_takes(takes, seed):
        there, back = move(feeling, performer)
        rising = unit_onsets(there)
        if not rising:
            continue
        for unit, seconds in rising.items():
            units.setdefault(unit, []).append(seconds)
        name = feeling.mixture.dominant()
        onset[name].append(face_seconds(rising))
        offset[name].append(face_seconds(unit_offsets(back)))
        peaks.append(peak_ratios(there))
        for early, others in DIAGNOSTIC.items():
            leads[early].append(lead(there, early, others))
    return MeasuredTimes(
        {unit: np.array(units[unit]) for unit in sorted(units)},
        {name: np.array(each) for name, each in onset.items()},
        {name: np.array(each) for name, each in offset.items()},
        {name: np.array(onset[name]) + np.array(offset[name]) for name in onset},
        {early: np.array(each)[~np.isnan(each)] for early, each in leads.items()},
        np.concatenate(peaks),
    )


def draw_takes(takes: int, seed: int) -> Iterator[tuple[Feeling, int]]:
    """Yield feelings and the seeds of their performers."""
    random = np.random.default_rng(seed)
    for index, name in enumerate(transition_times.ONSET_SECONDS):
        for take in range(takes):
            feeling = Feeling(Mixture.of({name: 1.0}), draw_intensity(random))
            yield feeling, seed + index * takes + take


def _unit_seconds(path: np.ndarray, rate: float, direction: int) -> dict[int, float]:
    _, way = channel_progress(path)
    begun, done = channel_times(path, rate)
    units = transition_times.unit_times().unit
    goes = way * direction > 0
    return {
        int(unit): float((done - begun)[goes & (units == unit)].mean())
        for unit in np.unique(units[goes])
    }
