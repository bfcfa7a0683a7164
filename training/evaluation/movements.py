# SPDX-License-Identifier: GPL-3.0-or-later
"""How the networks' faces move, beside the curves of animators and engineers."""

import functools
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import NEUTRAL, Feeling, Mixture
from emotebot_blender.core.performance.emotion_tables import basic_amounts
from emotebot_blender.core.performance.networks import MOTION_RATE, Networks
from emotebot_blender.core.performance.performance import Performer, express
from emotebot_blender.core.performance.transition_times import (
    ONSET_SECONDS,
    ONSET_SIGMA,
    RELEASE_SECONDS,
)

from ..metrics import movement_metrics, timing_distributions
from .baselines import CURVES
from .expressions import ShareProgress, Sizes

Figures = dict[str, Any]

FRAME = 1 / 24
"""Seconds of a frame, as films have it."""

TRANSITION_TIMES = (0.3, 0.5, 1.0, 2.0, 4.0)
"""Seconds that a transition is asked to take."""

EXPRESSIVE = tuple(ONSET_SECONDS)
UNPUBLISHED = "contempt"
"""The emotion without published times; those of its action unit stand in."""

_HELD = 5.0
_SETTLED = 60


def movements(
    networks: Mapping[str, Networks], sizes: Sizes, progress: ShareProgress
) -> dict[str, Figures]:
    """Return the figures of every mover: the networks of each run, and the plain curves.

    Args:
        networks: name to networks.
        sizes: how much is drawn.
        progress: called with the share done, 0 to 1.
    """
    target_of = next(iter(networks.values()))
    movers: dict[str, movement_metrics.MoveFace] = {
        name: functools.partial(movement_metrics.move_and_return, model)
        for name, model in networks.items()
    }
    for name, curve in CURVES.items():
        movers[name] = functools.partial(along_curve, curve, target_of)
    table = {}
    for done, (name, move) in enumerate(movers.items()):
        table[name] = natural_figures(move, sizes.takes)
        progress((done + 1) / (len(movers) + len(networks)))
    for done, (name, model) in enumerate(networks.items()):
        table[name] |= {
            "asked": arrival_times(model),
            "retarget": retargets(functools.partial(network_retarget, model)),
            "seeds": seed_difference(model),
            "hour": hour_long(model, sizes.seconds),
        }
        progress((len(movers) + done + 1) / (len(movers) + len(networks)))
    for name, curve in CURVES.items():
        table[name]["retarget"] = retargets(functools.partial(curve_retarget, curve, target_of))
        table[name]["seeds"] = {"difference": 0.0}
        table[name]["asked"] = curve_arrival_times(curve)
    return table


def along_curve(
    curve: Callable[[np.ndarray], np.ndarray], networks: Networks, feeling: Feeling, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the paths of all channels along one curve, there and back.

    They take the published times of the emotion, log-normal, as one who reads the tables would
    have it; the curve knows nothing of an action unit's own time.

    Args:
        curve: shares of the time to progress.
        networks: whose faces are the targets.
        feeling: where the face goes.
        seed: of what is drawn.
    """
    target = express(networks, feeling, seed)[0]
    rng = np.random.default_rng((seed, 3))
    paths = []
    for medians in (ONSET_SECONDS, RELEASE_SECONDS):
        median = medians[feeling.mixture.dominant()]
        seconds = median * math.exp(ONSET_SIGMA * float(rng.standard_normal())) / _VISIBLE
        steps = math.ceil(3 * seconds * MOTION_RATE)
        paths.append(curve(np.arange(steps + 1) / MOTION_RATE / seconds)[:, None] * target)
    onset, back = paths
    return onset, onset[-1] - back


_VISIBLE = movement_metrics.MINIMUM_JERK
"""Of the time from key to key, what coders see, of 5 % to 95 % of a minimum jerk's way."""


def natural_figures(move: movement_metrics.MoveFace, takes: int) -> Figures:
    """Return the times of a mover against the published distributions, and the shape of its moves.

    Kolmogorov and Smirnov's distances are by action unit and by emotion; peaks are peak speed x
    time / way of each channel over its own time.
    """
    times = movement_metrics.measured_times(move, takes, seed=20_000)
    by_emotion = timing_distributions.emotion_distributions()
    by_unit = timing_distributions.unit_onset_distributions()
    ratio = {name: times.offset[name] / times.onset[name] for name in EXPRESSIVE}
    ratios = np.concatenate([values[np.isfinite(values)] for values in ratio.values()])
    return {
        "units": {
            str(unit): {
                "distance": by_unit[unit].distance(seconds),
                "median": float(np.median(seconds)),
                "published": by_unit[unit].median,
                "moves": len(seconds),
            }
            for unit, seconds in times.units.items()
            if len(seconds) >= takes / _FEWEST
        },
        "emotions": {
            name: {
                kind: {
                    "distance": by_emotion[name][kind].distance(
                        _finite(getattr(times, kind)[name])
                    ),
                    "median": float(np.nanmedian(getattr(times, kind)[name])),
                    "published": by_emotion[name][kind].median,
                }
                for kind in ("onset", "offset", "total")
            }
            for name in EXPRESSIVE
        },
        "offset_over_onset": {
            "median": float(np.median(ratios)),
            "longer": float((ratios > 1).mean()),
        },
        "leads": {
            str(unit): {
                "median": float(np.median(seconds)) if len(seconds) else math.nan,
                "first": float((seconds > 0).mean()) if len(seconds) else math.nan,
            }
            for unit, seconds in times.leads.items()
        },
        "peaks": {
            "median": float(np.median(times.peaks)),
            "p5": float(np.quantile(times.peaks, 0.05)),
            "p95": float(np.quantile(times.peaks, 0.95)),
        },
        "smoothness": smoothness(move, max(takes // 12, 1)),
    }


_FEWEST = 3
"""An action unit counts that moved as often as in a third of the takes of one emotion."""


def _finite(values: np.ndarray) -> np.ndarray:
    finite: np.ndarray = values[np.isfinite(values)]
    return finite


def smoothness(move: movement_metrics.MoveFace, takes: int) -> float:
    """Return the median SPARC at 30 frames a second of faces on their way to the emotions."""
    values = []
    for number, name in enumerate(EXPRESSIVE):
        for take in range(takes):
            onset, _ = move(Feeling(Mixture.of({name: 1.0}), 1.0), 30_000 + number * takes + take)
            share = movement_metrics.face_progress(onset)[::2]
            values.append(movement_metrics.sparc(np.abs(np.diff(share)), MOTION_RATE / 2))
    return float(np.median(values))


def arrival_times(networks: Networks) -> Figures:
    """Return whether faces arrive, with 95 % of their displacement done, at the time asked for.

    ``late`` is the worst delay in frames, 0 if none is late, ``left`` the largest share of the way
    that is left a frame after the time, ``done_at`` the median share of the time after which a
    face has arrived: a minimum jerk that ends in time has .81. ``peak`` is the face's peak speed
    x the time asked for / displacement, a median.
    """
    late, left, done, peaks = [], [], [], []
    for seconds in TRANSITION_TIMES:
        for number, name in enumerate(EXPRESSIVE):
            feeling = Feeling(Mixture.of({name: 1.0}), 1.0)
            onset, _ = movement_metrics.move_and_return(networks, feeling, 40_000 + number, seconds)
            share = _covered(onset)
            arrival = float(
                movement_metrics.crossing(share[:, None], movement_metrics.LAST_SEEN)[0]
            )
            late.append(max(arrival - seconds, 0.0) / FRAME)
            left.append(1 - share[round((seconds + FRAME) * MOTION_RATE)])
            done.append(arrival / seconds)
            peaks.append(movement_metrics.peak_ratio(share, MOTION_RATE, seconds))
    return {
        "late": float(np.max(late)),
        "left": float(np.max(left)),
        "done_at": float(np.median(done)),
        "peak": float(np.median(peaks)),
    }


def _covered(path: np.ndarray) -> np.ndarray:
    """Return how much nearer a face is to its last pose at each step, shape (steps,), 0 to 1."""
    left = np.linalg.norm((path - path[-1])[:, movement_metrics.TIMED], axis=1)
    gone: np.ndarray = 1 - left / left[0]
    return gone


def curve_arrival_times(curve: Callable[[np.ndarray], np.ndarray]) -> Figures:
    """Return the same of a plain curve that takes exactly the time asked for."""
    time = np.linspace(0, 2, 4001)
    share = curve(time)
    done = float(time[np.flatnonzero(share >= movement_metrics.LAST_SEEN * share[-1])[0]])
    return {"late": max(done - 1, 0.0) * max(TRANSITION_TIMES) / FRAME, "done_at": done}


Retarget = Callable[[Feeling, Feeling, int, int], np.ndarray]
"""From two feelings, the step at which the first gives way, and a seed to a path of 120 steps."""


def retargets(turn: Retarget) -> Figures:
    """Return how much harder the speed changes at a new target than on an undisturbed way.

    ``jolt`` is the change of speed in the step at which the target changes, in weights a second;
    ``usual`` the largest one anywhere on the same ways undisturbed. ``jump`` is how far the
    values in that step are from where the speed was taking them, in weights.
    """
    rng = np.random.default_rng(5)
    jolts, usual, jumps = [], [], []
    for seed in range(30):
        one, other = rng.choice(EXPRESSIVE, size=2, replace=False)
        first, second = (Feeling(Mixture.of({str(name): 1.0}), 1.0) for name in (one, other))
        at = int(rng.integers(6, 24))
        path = turn(first, second, at, 50_000 + seed)[:, movement_metrics.TIMED]
        speed = np.diff(path, axis=0)
        change = np.abs(speed[at] - speed[at - 1]).max()
        jolts.append(change * MOTION_RATE)
        jumps.append(change)
        still = turn(first, first, _SETTLED, 50_000 + seed)
        usual.append(movement_metrics.velocity_jump(still[:_SETTLED]))
    return {
        "jolt": float(np.median(jolts)),
        "worst": float(np.max(jolts)),
        "usual": float(np.max(usual)),
        "jump": float(np.max(jumps)),
    }


def network_retarget(
    networks: Networks, first: Feeling, second: Feeling, at: int, seed: int
) -> np.ndarray:
    """Return a performer's path to one feeling that is sent to another after some steps.

    Args:
        networks: that perform.
        first: feeling from the start.
        second: feeling afterwards.
        at: step at which the target changes.
        seed: of what is drawn.
    """
    performer = Performer(networks, seed)
    performer.set_target(first)
    rest = np.zeros((1, len(CHANNELS)), dtype=np.float32)
    path = performer.advance(at)
    performer.set_target(second)
    return np.concatenate([rest, path, performer.advance(120 - at)])


def curve_retarget(
    curve: Callable[[np.ndarray], np.ndarray],
    networks: Networks,
    first: Feeling,
    second: Feeling,
    at: int,
    seed: int,
) -> np.ndarray:
    """Return the same along a curve that begins anew, from where the face is.

    Args:
        curve: shares of the time to progress.
        networks: whose faces are the targets.
        first: feeling from the start.
        second: feeling afterwards.
        at: step at which the target changes.
        seed: of what is drawn.
    """
    steps = np.arange(121) / MOTION_RATE
    path = curve(steps / 0.6)[:, None] * express(networks, first, seed)[0]
    goal = express(networks, second, seed)[0]
    share = curve(steps[: 121 - at] / 0.6)[:, None]
    path[at:] = path[at] + share * (goal - path[at])
    turned: np.ndarray = path
    return turned


def seed_difference(networks: Networks, seeds: int = 20) -> Figures:
    """Return how much one and the same transition differs from seed to seed.

    ``difference`` is the mean over pairs of seeds of the largest distance in time of any channel's
    way, in shares of that way; ``least`` that of the two likest.
    """
    target = express(networks, Feeling(Mixture.of({"happiness": 1.0}), 1.0), 3)[0]
    steps = 60
    elapsed = np.arange(steps) / MOTION_RATE
    clock = np.stack([elapsed, np.maximum(0.6 - elapsed, 0)], axis=1).astype(np.float32)
    emotion = np.tile(basic_amounts(Mixture.of({"happiness": 1.0}).vector()), (steps, 1))
    shares = []
    for seed in range(seeds):
        size = networks.motion.sizes["noise"]
        noise = np.random.default_rng((seed, 4)).standard_normal(size, dtype=np.float32)
        path, _ = networks.motion.advance(
            np.tile(target, (steps, 1)),
            emotion,
            clock,
            np.tile(noise, (steps, 1)),
            networks.motion.rest_state(),
        )
        moved = movement_metrics.TIMED & (target > movement_metrics.VISIBLE)
        shares.append(path[:, moved] / target[moved])
    apart = [
        float(np.abs(one - other).max())
        for index, one in enumerate(shares)
        for other in shares[index + 1 :]
    ]
    return {"difference": float(np.mean(apart)), "least": float(np.min(apart))}


def hour_long(networks: Networks, seconds: float) -> Figures:
    """Return what becomes of a face that feels something new every five seconds.

    ``outside`` is how far weights leave 0 to 1, ``missed`` the largest distance of a channel from
    its target before each change, and ``rest`` from neutral at the very end.
    """
    rng = np.random.default_rng(6)
    model = networks.motion
    state = model.rest_state()
    steps = round(_HELD * MOTION_RATE)
    elapsed = np.arange(steps) / MOTION_RATE
    clock = np.stack([elapsed, np.maximum(0.6 - elapsed, 0)], axis=1).astype(np.float32)
    lowest, highest, missed = 0.0, 1.0, 0.0
    beats = round(seconds / _HELD)
    for beat in range(beats + 1):
        name = str(rng.choice(EXPRESSIVE))
        feeling = Feeling(Mixture.of({name: 1.0}) if beat < beats else NEUTRAL, 1.0)
        target = express(networks, feeling, beat)[0] * (beat < beats)
        noise = rng.standard_normal(model.sizes["noise"], dtype=np.float32)
        path, state = model.advance(
            np.tile(target, (steps, 1)),
            np.tile(basic_amounts(feeling.shares()[:-1]), (steps, 1)),
            clock,
            np.tile(noise, (steps, 1)),
            state,
        )
        lowest, highest = min(lowest, float(path.min())), max(highest, float(path.max()))
        missed = max(missed, float(np.abs(path[-1] - target).max()))
    return {
        "seconds": beats * _HELD,
        "outside": max(-lowest, highest - 1),
        "missed": missed,
        "rest": float(np.abs(path[-1]).max()),
        "finite": bool(np.isfinite(state).all()),
    }
