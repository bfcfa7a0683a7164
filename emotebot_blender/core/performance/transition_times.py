# SPDX-License-Identifier: GPL-3.0-or-later
"""How long each channel, and so a face, takes from one feeling to the next by itself.

Hand-coded spontaneous expressions (CAS(ME)², 299 events, and SAMM Long Videos, 339 events) show how
long each action unit takes from its first visible change to its apex, the same by emotion, its
spread, and how long the way back takes. ``data/timing`` holds them by action unit and by emotion,
and says which unit each channel is timed as. The teacher of the motion network
(``training/motion/teacher.py``) goes by the same numbers, so that the natural time of a transition
is the one in which its slowest channels arrive.
"""

import csv
import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS, INDEX, MIRROR, REGIONS
from ..emotions import BASIC_EMOTIONS, Feeling
from .emotion_tables import basic_amounts

FOLDER = Path(__file__).resolve().parents[2] / "data" / "timing"

_MOVING = BASIC_EMOTIONS[:-1]  # those with times; the others move as these do


@functools.cache
def _table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table of ``data/timing``."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _of_emotions(column: str) -> dict[str, float]:
    """Return a number for each emotion but neutral, in their order; 1 where the table has none."""
    rows = {row["emotion"]: row for row in _table("emotions")}
    return {name: float(rows[name][column] or 1.0) for name in _MOVING}


ONSET_SECONDS: dict[str, float] = {
    name: milliseconds / 1000 for name, milliseconds in _of_emotions("onset_median_ms").items()
}
"""Median seconds from onset to apex; for contempt, which has none, those of its unit, AU14."""

RELEASE_SECONDS: dict[str, float] = {
    name: milliseconds / 1000 for name, milliseconds in _of_emotions("release_median_ms").items()
}
"""Median seconds from apex to offset: the published median of the whole less that of the onset;
for contempt, which has no such row, the onset times 1.49, the ratio over all emotions."""

ONSET_SIGMA = 0.48
"""Spread of the natural logarithm of an onset's duration, which is normal (CAS(ME)²)."""

NOISE = 13
"""Numbers that choose one movement among many; see ``channel_seconds``."""

VISIBLE = 0.675
"""Part of the time of a movement between 5 % and 95 % of its displacement: what coders time."""

UNSEEN = 0.105
"""Part of it that goes by before 5 % of the displacement."""

ARRIVED = 0.845
"""Part of it after which 98 % of the displacement are done."""

LEAD = 0.12
"""Seconds by which the early signals are seen before the others, of .06 to .2 (Jack 2014)."""

LONGEST_SECONDS = 3.0
"""No natural transition takes longer."""

_FURTHEST = 1.6  # standard deviations: no face or channel is slower or quicker than that
_TOGETHER = 0.75  # correlation of each channel's slowness with the face's
_ONSET_FACTORS = _of_emotions("onset_factor")
"""What onsets are multiplied by where an emotion arrives, beside the factors of action units: the
published times by unit and by emotion contradict each other, and so both come near. Fitted by
``training/motion/timing_calibration.py``."""
_NATURAL_ONSET_FACTORS = _of_emotions("natural_onset_factor")
_NATURAL_RELEASE_FACTORS = _of_emotions("natural_release_factor")
"""What natural times are multiplied by where an emotion arrives and where it leaves, so that
performances of the shipped networks come near the published distributions. Fitted by the same."""
_OVERSHOOTS = _of_emotions("overshoot")
"""Share of its displacement by which a sudden channel goes too far in the strongest feeling."""
_STRONG = 0.6  # intensity from which on a feeling overshoots, that of a D in FACS
_RELEASE_SIGMA = 0.45  # of the slowness of a face's release; that of its channels adds a little
_RELEASE_SPREAD = 0.12  # of a channel's slowness within it
_REACH = 0.2  # the largest movement takes a fifth longer than the smallest
_VISIBLE_SHARE = 0.05  # of the largest movement: smaller ones do not count
_COUNTS = 0.2  # of the largest movement: when a face arrives does not hang on smaller ones
_NORM = 30.0  # the larger, the more the slowest channel alone decides

# What each number of the noise varies: seconds of lag of a part of the face, mean and spread ...
_PART_LAGS = (("brow", 0.0, 0.02), ("eye", 0.0, 0.02), ("mouth", 0.03, 0.03), ("jaw", 0.05, 0.04))
_SIDE_LAG = 0.012  # ... that of the left side before the right ...
_UNIT_GROUPS = ((1, 2, 4, 5, 7), (6, 9), (10,), (12, 14, 15, 20), (17, 23, 24, 25, 26))
"""... and the slowness of action units that go together. Two more are the shape of the movement,
the last one is the slowness of the whole face."""
SKEW, SPRING, SLOWNESS = 10, 11, 12


@dataclass(frozen=True)
class UnitTimes:
    """How long the action unit of each channel takes from onset to apex.

    Attributes:
        median: float64, shape (52,), seconds.
        quick: float64, shape (52,), spread of the logarithm below the median.
        slow: float64, shape (52,), spread of the logarithm above the median.
        factor: float64, shape (52,), what the times are multiplied by, so that those by emotion
            come near their own too.
        early: bool, shape (52,), the early signals.
        unit: int64, shape (52,), number of the action unit.
    """

    median: NDArray[np.float64]
    quick: NDArray[np.float64]
    slow: NDArray[np.float64]
    factor: NDArray[np.float64]
    early: NDArray[np.bool_]
    unit: NDArray[np.int64]


@functools.cache
def unit_times() -> UnitTimes:
    """Return the published onset of each channel's action unit.

    A spread is that of the published quartile; where there is none, ``ONSET_SIGMA``.
    """
    units = {row["action_unit"]: row for row in _table("action_units")}
    timed_as = {row["channel"]: units[row["timed_as"]] for row in _table("channels")}
    rows = [timed_as[_stem(name)] for name in CHANNELS]
    median = [int(row["onset_median_ms"]) / 1000 for row in rows]
    quartiles = {
        name: np.array(
            [
                abs(math.log(int(row[name]) / 1000 / middle)) / 0.6745 if row[name] else ONSET_SIGMA
                for row, middle in zip(rows, median, strict=True)
            ]
        )
        for name in ("onset_p25_ms", "onset_p75_ms")
    }
    return UnitTimes(
        median=np.array(median),
        quick=quartiles["onset_p25_ms"],
        slow=quartiles["onset_p75_ms"],
        factor=np.array([float(row["factor"]) for row in rows]),
        early=np.array([row["early"] == "yes" for row in rows]),
        unit=np.array([int(row["action_unit"]) for row in rows]),
    )


def channel_seconds(
    displacement: NDArray[np.floating],
    emotion: NDArray[np.floating],
    noise: NDArray[np.floating],
    release: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return when each channel of some faces starts and how long it moves, naturally.

    A rising channel takes the time of its action unit, whose spread it has from the slowness of
    the face and from one of its own. Falling channels take the time of a release, and less where
    others rise at once.

    Args:
        displacement: target less start, shape (n, 52).
        emotion: ``basic_amounts`` of the feeling that arrives, shape (n, 8).
        noise: shape (n, ``NOISE``), standard normal.
        release: seconds that a release takes, from ``release_seconds``.

    Returns:
        Seconds after which a channel starts and seconds that it moves, float64, shape (n, 52) each.
    """
    times, noise = unit_times(), np.clip(noise, -_FURTHEST, _FURTHEST)
    rises, falls = np.maximum(displacement, 0), np.maximum(-displacement, 0)
    rise, fall = rises.sum(1, keepdims=True), falls.sum(1, keepdims=True)

    shares = emotion[:, [BASIC_EMOTIONS.index(name) for name in _MOVING]]
    factors = np.log([_ONSET_FACTORS[name] for name in _MOVING])
    usually = np.exp((shares @ factors)[:, None] / np.maximum(shares.sum(1, keepdims=True), 1e-9))

    face_slowness, own_slowness = noise[:, SLOWNESS, None], noise[:, _slowness_columns()]
    slowness = _TOGETHER * face_slowness + math.sqrt(1 - _TOGETHER**2) * own_slowness
    spread = np.where(slowness < 0, times.quick, times.slow)
    median = times.median * times.factor * usually
    onset = median * np.exp(slowness * spread)
    usual = np.exp((rises * np.log(median)).sum(1, keepdims=True) / (rise + 1e-9))
    share = fall / (rise + fall + 1e-9)
    ending = 0.97 * release**share * np.maximum(1.75 * usual, 0.4) ** (1 - share)
    stretch = np.exp(_RELEASE_SIGMA * face_slowness + _RELEASE_SPREAD * own_slowness)
    offset = ending * (median / 0.43) ** 0.5 * stretch
    duration = np.where(displacement < 0, offset, onset) / VISIBLE

    delay = UNSEEN * times.median[times.early].mean() / VISIBLE + LEAD
    lag = np.where(times.early, 0.0, np.maximum(delay - UNSEEN * duration, 0.0))
    for column, (part, mean, deviation) in enumerate(_PART_LAGS):
        lag = lag + _mask(part) * (mean + deviation * noise[:, column : column + 1])
    lag = lag + _side() * _SIDE_LAG * noise[:, 4:5]
    lag = np.where(displacement < 0, 0.4 * lag, lag)
    sizes = np.abs(displacement)
    visible = sizes >= _VISIBLE_SHARE * sizes.max(1, keepdims=True) - 1e-9
    first = np.where(visible, lag, np.inf).min(1, keepdims=True)
    return np.maximum(lag - first, 0.0), duration


def carrying_factors(emotion: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return what the times of rising channels are multiplied by where a feeling replaces another.

    Less than 1 for the action units that carry it, which so arrive within their published onset
    (``data/timing/carrying_units.csv``); of mixtures, the mean in proportion.

    Args:
        emotion: ``basic_amounts`` of the feeling that arrives, shape (8,).

    Returns:
        Shape (52,).
    """
    factors: NDArray[np.float64] = np.exp(
        emotion @ _carrying_logarithms() / max(float(emotion.sum()), 1e-9)
    )
    return factors


@functools.cache
def _carrying_logarithms() -> NDArray[np.float64]:
    """Return the logarithm of each emotion's factor of each channel, shape (8, 52)."""
    logarithms, units = np.zeros((len(BASIC_EMOTIONS), len(CHANNELS))), unit_times().unit
    for row in _table("carrying_units"):
        own = units == int(row["action_unit"])
        logarithms[BASIC_EMOTIONS.index(row["emotion"]), own] = math.log(float(row["factor"]))
    return logarithms


def overshoot_share(emotion: NDArray[np.floating]) -> float:
    """Return the share of its displacement by which a sudden channel goes beyond it at the most.

    Only strong feelings do: those of everyday keep their published times.

    Args:
        emotion: ``basic_amounts`` of the feeling that arrives, shape (8,).
    """
    amounts = {name: float(emotion[BASIC_EMOTIONS.index(name)]) for name in _MOVING}
    strong = max(sum(amounts.values()) - _STRONG, 0.0) / (1 - _STRONG)
    return strong * sum(amount * _OVERSHOOTS[name] for name, amount in amounts.items())


def natural_transition(
    feeling_from: Feeling,
    feeling_to: Feeling,
    displacement: NDArray[np.floating],
    noise: NDArray[np.floating],
) -> float:
    """Return how many seconds a face takes from one feeling to another.

    The time is that in which the slowest channels arrive. A larger movement takes slightly longer.

    Args:
        feeling_from: what the face shows.
        feeling_to: what it moves to.
        displacement: the weights of the target less those of the face, shape (52,).
        noise: shape (any,), what the motion network will be given; numbers beyond ``NOISE`` vary
            nothing here.
    """
    emotion = basic_amounts(feeling_to.shares()[None, :-1])
    chosen = np.zeros((1, NOISE))
    chosen[0, : len(noise)] = noise[:NOISE]
    release = release_seconds(feeling_from)
    lag, duration = channel_seconds(displacement[None], emotion, chosen, release)
    counts = np.abs(displacement) >= _COUNTS * np.abs(displacement).max()
    weight = np.where(counts, displacement, 0).astype(np.float64) ** 2
    if weight.sum() == 0:
        seconds = ONSET_SECONDS["surprise"] / VISIBLE
    else:
        ends = lag[0] + ARRIVED * duration[0]
        seconds = float((weight @ ends**_NORM / weight.sum()) ** (1 / _NORM))
    seconds *= _between(feeling_from, feeling_to, _NATURAL_ONSET_FACTORS, _NATURAL_RELEASE_FACTORS)
    seconds *= _reach(feeling_from, feeling_to)
    return min(seconds, LONGEST_SECONDS)


def median_transition(feeling_from: Feeling, feeling_to: Feeling) -> float:
    """Return about how many seconds a face takes from one feeling to another, whatever it shows."""
    seconds = _between(feeling_from, feeling_to, ONSET_SECONDS, RELEASE_SECONDS) / VISIBLE
    return seconds * _reach(feeling_from, feeling_to)


def release_seconds(feeling: Feeling) -> float:
    """Return the median seconds that a feeling takes from apex to offset; a mixture's, between."""
    amounts = _amounts(feeling)
    total = sum(amounts.values())
    if total == 0:
        amounts, total = dict.fromkeys(_MOVING, 1.0), float(len(_MOVING))
    logarithm = sum(amounts[name] * math.log(seconds) for name, seconds in RELEASE_SECONDS.items())
    return math.exp(logarithm / total)


def _between(
    feeling_from: Feeling,
    feeling_to: Feeling,
    onset: Mapping[str, float],
    release: Mapping[str, float],
) -> float:
    """Return the mean, in proportion, of what holds for the emotions that rise and that fall."""
    before, after = _amounts(feeling_from), _amounts(feeling_to)
    rises = {name: max(after[name] - before[name], 0.0) for name in _MOVING}
    falls = {name: max(before[name] - after[name], 0.0) for name in _MOVING}
    total = sum(rises.values()) + sum(falls.values())
    if total == 0:  # the same feeling in another take
        rises = after if any(after.values()) else dict.fromkeys(_MOVING, 1.0)
        total = sum(rises.values())
    logarithm = sum(
        rises[name] * math.log(onset[name]) + falls[name] * math.log(release[name])
        for name in _MOVING
    )
    return math.exp(logarithm / total)


def _reach(feeling_from: Feeling, feeling_to: Feeling) -> float:
    """Return how much longer a movement takes than one of medium size."""
    before, after = _amounts(feeling_from), _amounts(feeling_to)
    rise = sum(max(after[name] - before[name], 0.0) for name in _MOVING)
    fall = sum(max(before[name] - after[name], 0.0) for name in _MOVING)
    return 1 + _REACH * (max(rise, fall) - 0.5)


def _amounts(feeling: Feeling) -> dict[str, float]:
    """Return basic emotion to share times intensity, without the neutral share.

    A custom expression counts as all emotions in equal parts: nobody has timed it.
    """
    shares = basic_amounts(np.array(feeling.mixture.shares)).tolist()
    custom_share = (1 - feeling.mixture_share) / len(_MOVING)
    return {
        name: (share * feeling.mixture_share + custom_share) * feeling.intensity
        for name, share in zip(_MOVING, shares[:-1], strict=True)
    }


@functools.cache
def _slowness_columns() -> NDArray[np.int64]:
    """Return the index of the noise that sets each channel's slowness, int64, shape (52,)."""
    column = {unit: 5 + index for index, units in enumerate(_UNIT_GROUPS) for unit in units}
    return np.array([column[unit] for unit in unit_times().unit.tolist()])


@functools.cache
def _mask(region: str) -> NDArray[np.float64]:
    return np.array([float(name in REGIONS[region]) for name in CHANNELS])


@functools.cache
def _side() -> NDArray[np.float64]:
    """Return 1 for channels of the left side, -1 for the right, 0 for the middle."""
    return np.sign(MIRROR - np.arange(len(CHANNELS))).astype(np.float64)


def _stem(name: str) -> str:
    """Return a channel's name without its side, where it has a twin on the other."""
    if MIRROR[INDEX[name]] == INDEX[name]:
        return name
    return name.removesuffix("Left").removesuffix("Right")
