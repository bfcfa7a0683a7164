# SPDX-License-Identifier: GPL-3.0-or-later
"""How faces move: times, speeds and lags of a path.

A path is a face from the start of a transition until it is at rest, one row of 52 weights for each
step. The displacement of a channel is the difference of its last weight and its first. The onset of
a channel is the time from 5 % to 95 % of its displacement, as a coder sees it from the first
visible change to the apex; a rising channel has an onset, a falling one an offset. An action unit
has the mean of its channels; the face has the median of its action units. Blinks and gaze are no
part of an expression and are not timed.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import NEUTRAL, Feeling, Mixture
from emotebot_blender.core.performance import transition_times
from emotebot_blender.core.performance.networks import MOTION_RATE, Networks
from emotebot_blender.core.performance.performance import Performer

from ..tables.facs import SPONTANEOUS_INTENSITIES

TIMED = np.array([not name.startswith(("eyeLook", "eyeBlink")) for name in CHANNELS])
"""Channels whose times count, bool, shape (52,)."""

VISIBLE = 0.1
"""Least displacement that counts, the middle of a trace (A in FACS): less, nobody would code."""

FIRST_SEEN, LAST_SEEN = 0.05, 0.95
"""Shares of a channel's displacement between which it is seen to move."""

MINIMUM_JERK = 0.6215
"""Share of its time in which a minimum jerk (Flash & Hogan 1985) goes from 5 % to 95 % of its
displacement: t³ (10 − 15 t + 6 t²) is .05 at .1893 and .95 at .8107."""

DIAGNOSTIC: dict[int, tuple[int, ...]] = {5: (1, 2), 9: (10,)}
"""Early action units and the diagnostic ones that they come before (Jack et al. 2014)."""

_WATCHED = 240  # steps after each change of feeling; no natural transition is longer
_BLINK = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
_LIDS = [INDEX["eyeWideLeft"], INDEX["eyeWideRight"]]


def channel_progress(path: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of its displacement that each channel has made at each step.

    Args:
        path: shape (steps, 52), from rest to rest.

    Returns:
        Shares, shape (steps, 52), and displacements, shape (52,), both 0 for a channel that moves
        less than ``VISIBLE`` or is not timed.
    """
    displacement = path[-1] - path[0]
    moved = TIMED & (np.abs(displacement) >= VISIBLE)
    share = np.where(moved, (path - path[0]) / np.where(moved, displacement, 1), 0)
    return share, np.where(moved, displacement, 0)


def crossing(share: np.ndarray, level: float, rate: float = MOTION_RATE) -> np.ndarray:
    """Return the seconds at which shares first reach a level, interpolated, shape (n,).

    Nan where they never do.

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

    Args:
        path: shape (steps, 52).
        rate: steps a second.

    Returns:
        Seconds since the first row at 5 % and at 95 % of the displacement, shape (52,) each, nan
        for channels that are not seen to move.
    """
    share, _ = channel_progress(path)
    return crossing(share, FIRST_SEEN, rate), crossing(share, LAST_SEEN, rate)


def unit_onsets(path: np.ndarray, rate: float = MOTION_RATE) -> dict[int, float]:
    """Return action unit to its seconds from 5 % to 95 %, of those that rise.

    Args:
        path: shape (steps, 52).
        rate: steps a second.
    """
    return _unit_seconds(path, rate, 1)


def unit_offsets(path: np.ndarray, rate: float = MOTION_RATE) -> dict[int, float]:
    """Return action unit to its seconds from 5 % to 95 %, of those that fall; see above."""
    return _unit_seconds(path, rate, -1)


def face_seconds(units: dict[int, float]) -> float:
    """Return the onset or offset of a face from those of its action units; nan without any."""
    return float(np.median(list(units.values()))) if units else math.nan


def face_progress(path: np.ndarray) -> np.ndarray:
    """Return the share of its displacement that a face has made at each step, shape (steps,).

    The projection of the path on the straight line from its first row to its last. It is 0
    throughout for a face that is not seen to move.

    Args:
        path: shape (steps, 52).
    """
    share, displacement = channel_progress(path)
    squares = displacement**2
    along: np.ndarray = share @ squares / max(float(displacement @ displacement), 1e-12)
    return along


def peak_ratios(path: np.ndarray, rate: float = MOTION_RATE) -> np.ndarray:
    """Return peak speed × time / displacement of each channel that is seen to move, shape (m,).

    The time is the channel's own: from 5 % to 95 % of its displacement, divided by
    ``MINIMUM_JERK``. So a minimum jerk has 1.875, a Bezier ease 1.76, a critically damped spring
    2.60, an exponential 4.7; a straight line has 1.45.

    Args:
        path: shape (steps, 52).
        rate: steps a second.
    """
    share, displacement = channel_progress(path)
    first, last = channel_times(path, rate)
    ratio = np.diff(share, axis=0).max(0) * rate * (last - first) / MINIMUM_JERK
    moved: np.ndarray = ratio[displacement != 0]
    return moved


def lead(path: np.ndarray, early: int, others: tuple[int, ...]) -> float:
    """Return by how many seconds an action unit is seen (5 %) before others; nan without both.

    Args:
        path: shape (steps, 52).
        early: the action unit.
        others: action units, whose mean counts.
    """
    first, _ = channel_times(path)
    _, displacement = channel_progress(path)
    units = transition_times.unit_times().unit
    own = first[(displacement > 0) & (units == early)]
    later = first[(displacement > 0) & np.isin(units, others)]
    return float(later.mean() - own.mean()) if len(own) and len(later) else math.nan


def velocity_jump(path: np.ndarray) -> float:
    """Return the largest change of any channel's speed from step to step, in weights a second.

    Args:
        path: shape (steps, 52), at ``MOTION_RATE``.
    """
    speed = np.diff(path[:, TIMED], axis=0) * MOTION_RATE
    return float(np.abs(np.diff(speed, axis=0)).max())


def arrival(path: np.ndarray, target: np.ndarray, rate: float = MOTION_RATE) -> float:
    """Return the seconds after which 2 % of a face's distance to a target remain; nan if never.

    Args:
        path: shape (steps, 52), the first row at the start of the transition.
        target: shape (52,).
        rate: steps a second.
    """
    remaining = np.linalg.norm((path - target)[:, TIMED], axis=1)
    share = 1 - remaining / max(float(remaining[0]), 1e-12)
    return float(crossing(share[:, None], 0.98, rate)[0])


def sparc(speed: np.ndarray, fps: float) -> float:
    """Return how smooth a movement is: the length of its speed's spectrum, as a negative number.

    Spectral arc length, Balasubramanian et al. 2015, with the authors' settings: four times padded
    to a power of two, cut at 10 Hz and where the spectrum stays below .05. About -1.4 for one
    minimum jerk, nearer to 0 is smoother.

    Args:
        speed: shape (frames,), from rest to rest, not 0 throughout.
        fps: frames a second.
    """
    size = 2 ** (int(np.ceil(np.log2(len(speed)))) + 4)
    frequency = np.arange(size) * fps / size
    spectrum = np.abs(np.fft.fft(speed, size))
    spectrum = (spectrum / spectrum.max())[frequency <= 10.0]
    frequency = frequency[frequency <= 10.0]
    strong = np.flatnonzero(spectrum >= 0.05)
    kept = slice(strong[0], strong[-1] + 1)
    spectrum, frequency = spectrum[kept], frequency[kept]
    steps = np.hypot(np.diff(frequency) / np.ptp(frequency), np.diff(spectrum))
    return float(-steps.sum())


def peak_ratio(path: np.ndarray, fps: float, seconds: float) -> float:
    """Return peak speed × time / amplitude of a movement, from 1 up.

    Linear 1, Bezier ease 1.5, minimum jerk 1.875 (Flash & Hogan 1985), critically damped spring
    about 2.4.

    Args:
        path: shape (frames,), the values, the first and last of which are apart.
        fps: frames a second.
        seconds: that the movement took.
    """
    speed = np.abs(np.gradient(path, 1 / fps)).max()
    return float(speed * seconds / abs(path[-1] - path[0]))


def draw_intensity(random: np.random.Generator) -> float:
    """Return an intensity, 0 to 1, as spontaneous action units have it: a fifth for each letter."""
    letters = len(SPONTANEOUS_INTENSITIES)
    letter = random.choice(letters, p=SPONTANEOUS_INTENSITIES)
    return float((letter + random.random()) / letters)


def move_and_return(
    networks: Networks, feeling: Feeling, seed: int, seconds: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the paths of a performer from neutral to a feeling and, later, back.

    Args:
        networks: from ``core.performance.networks.load_networks``.
        feeling: what is felt.
        seed: of the performer.
        seconds: that each transition takes; None for its natural time.

    Returns:
        The paths there and back, shape (steps + 1, 52) each. Lids that blinked meanwhile count as
        unmoved.
    """
    performer = Performer(networks, seed)
    current = np.zeros((1, len(CHANNELS)), dtype=np.float32)
    steps = _WATCHED if seconds is None else _WATCHED + math.ceil(seconds * MOTION_RATE)
    paths = []
    for target in (feeling, Feeling(NEUTRAL, 0.0)):
        performer.set_target(target, seconds)
        path = np.concatenate([current, performer.advance(steps)])
        current = path[-1:]
        if np.ptp(path[:, _BLINK]) > 0.05:
            path[:, _LIDS] = path[-1, _LIDS]
        paths.append(path)
    return paths[0], paths[1]


@dataclass(frozen=True)
class MeasuredTimes:
    """Seconds measured on many performances from neutral to an emotion and back.

    Attributes:
        units: action unit to its onsets, shape (k,).
        onset, offset, total: emotion to those of the face, shape (k,); the total is without the
            hold between.
        leads: early action unit to how much sooner it is seen than the diagnostic ones, shape (k,).
        peaks: ``peak_ratios`` of every channel on the path there.
    """

    units: dict[int, np.ndarray]
    onset: dict[str, np.ndarray]
    offset: dict[str, np.ndarray]
    total: dict[str, np.ndarray]
    leads: dict[int, np.ndarray]
    peaks: np.ndarray


MoveFace = Callable[[Feeling, int], tuple[np.ndarray, np.ndarray]]
"""From a feeling and a seed to the paths there and back."""


def measured_times(move: MoveFace, takes: int, seed: int = 0) -> MeasuredTimes:
    """Return the times of the paths to the seven emotions and back.

    Args:
        move: gives the paths.
        takes: performances of each emotion, each with a seed of its own and an intensity drawn by
            ``draw_intensity``.
        seed: of the first performance; the others follow.
    """
    units: dict[int, list[float]] = {}
    onset: dict[str, list[float]] = {name: [] for name in transition_times.ONSET_SECONDS}
    offset: dict[str, list[float]] = {name: [] for name in transition_times.ONSET_SECONDS}
    leads: dict[int, list[float]] = {early: [] for early in DIAGNOSTIC}
    peaks: list[np.ndarray] = []
    for feeling, performer in draw_takes(takes, seed):
        onset_path, offset_path = move(feeling, performer)
        rising = unit_onsets(onset_path)
        if not rising:
            continue
        for unit, seconds in rising.items():
            units.setdefault(unit, []).append(seconds)
        name = feeling.mixture.dominant()
        onset[name].append(face_seconds(rising))
        offset[name].append(face_seconds(unit_offsets(offset_path)))
        peaks.append(peak_ratios(onset_path))
        for early, others in DIAGNOSTIC.items():
            leads[early].append(lead(onset_path, early, others))
    return MeasuredTimes(
        {unit: np.array(units[unit]) for unit in sorted(units)},
        {name: np.array(seconds) for name, seconds in onset.items()},
        {name: np.array(seconds) for name, seconds in offset.items()},
        {name: np.array(onset[name]) + np.array(offset[name]) for name in onset},
        {early: np.array(seconds)[~np.isnan(seconds)] for early, seconds in leads.items()},
        np.concatenate(peaks),
    )


def draw_takes(takes: int, seed: int) -> Iterator[tuple[Feeling, int]]:
    """Yield pure feelings with the seeds of their performers, some of each of seven emotions.

    Args:
        takes: of each emotion.
        seed: of the intensities, and of the first performer.
    """
    random = np.random.default_rng(seed)
    for index, name in enumerate(transition_times.ONSET_SECONDS):
        for take in range(takes):
            feeling = Feeling(Mixture.of({name: 1.0}), draw_intensity(random))
            yield feeling, seed + index * takes + take


def _unit_seconds(path: np.ndarray, rate: float, direction: int) -> dict[int, float]:
    _, displacement = channel_progress(path)
    first, last = channel_times(path, rate)
    units = transition_times.unit_times().unit
    moves = displacement * direction > 0
    return {
        int(unit): float((last - first)[moves & (units == unit)].mean())
        for unit in np.unique(units[moves])
    }
