# SPDX-License-Identifier: GPL-3.0-or-later
"""How a held feeling moves: how much, how fast its waves go, when it rests, how it trembles.

A hold is a face at one feeling for many seconds, one row of 52 weights for each frame. Channels
with a mean of more than ``HELD`` count: what the feeling is made of. Blinks and gaze are no part of
an expression and do not; ``without_blinks`` takes from the upper lids what blinks do to them.

``RECORDED`` has the same figures of people. Where it does not say how a figure was taken, the
choice is ours and stands at the function.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.performance.networks import MOTION_RATE

from .movement_metrics import TIMED, crossing

HELD = 0.03
"""A channel counts whose mean weight is above this."""

SHORTEST_SECONDS = 10.0
"""A shorter hold is too short to tell of waves of one to four seconds."""

MOVING = 1e-3
"""Least standard deviation of a channel that is said to move; less is what springs leave undone.
In the recordings the least spread of the weakest channel makes .0075."""

SPEED_SECONDS = 0.1
"""Speed is the change over this time, a choice of ours. From one frame to the next at 60 Hz,
.0007 of a weight in noise would pass for movement at ``SLOW``; on the measured sequences, smooth as
they are, a frame and a tenth of a second give shares that differ by .03 at the most."""

SLOW = 0.06
"""Weights a second below which a channel rests."""

MEAN_SECONDS = 0.5
"""Width of the moving mean that is taken off to see what is quicker than about 2 Hz: all of a sine
of 2 Hz is left, a third of one of 1 Hz, a tenth of one of .5 Hz."""

BLINKING = 0.2
"""How much further than usual a lid is down in a blink."""

BLINK_EDGE_SECONDS = 0.05
"""Time before and after that in which a blink moves the lid already, or still."""

_LIDS = (("eyeBlinkLeft", "eyeWideLeft"), ("eyeBlinkRight", "eyeWideRight"))


@dataclass(frozen=True)
class Recorded:
    """One figure of recorded people: the median over takes and channels, and their range."""

    median: float
    least: float
    most: float


RECORDED = {
    "hold_spread": Recorded(0.55, 0.25, 1.3),
    "hold_half_life": Recorded(1.3, 0.5, 3.8),
    "hold_still": Recorded(0.60, 0.39, 0.94),
    "hold_fast": Recorded(0.011, 0.0, 0.027),
}
"""Nine recordings of about 31 s at 60 Hz of one adult who acts anger, fear and sadness and talks,
by depth camera in ARKit weights; channels with a mean over .03. One person who speaks sets a scale
and no more."""


def held_channels(weights: np.ndarray) -> np.ndarray:
    """Return which channels a hold is made of, bool, shape (52,).

    Args:
        weights: shape (frames, 52).
    """
    held: np.ndarray = TIMED & (weights.mean(axis=0) > HELD)
    return held


def without_blinks(weights: np.ndarray, rate: float = MOTION_RATE) -> np.ndarray:
    """Return weights in which the upper lids go straight from before each blink to after it.

    A lid that closes is open less wide, so that ``eyeWide`` falls and comes back: in a hold that
    stands still nothing else moves.

    Args:
        weights: shape (frames, 52); left as they are.
        rate: frames a second.
    """
    weights = weights.copy()
    frames = np.arange(len(weights))
    edge = round(BLINK_EDGE_SECONDS * rate)
    for blink, wide in _LIDS:
        closed = weights[:, INDEX[blink]]
        blinking = closed > np.median(closed) + BLINKING
        near = np.convolve(blinking, np.ones(2 * edge + 1), mode="same") > 0
        if near.any() and not near.all():
            lid = weights[:, INDEX[wide]]
            weights[:, INDEX[wide]] = np.interp(frames, frames[~near], lid[~near])
    return weights


def relative_spread(weights: np.ndarray, rate: float = MOTION_RATE) -> np.ndarray:
    """Return the standard deviation of each channel over its mean, shape (52,), nan if not held.

    Args:
        weights: shape (frames, 52).
        rate: frames a second.

    Raises:
        ValueError: less than ``SHORTEST_SECONDS``.
    """
    held = _checked(weights, rate)
    columns = weights[:, held].astype(float)
    return _of_held(columns.std(axis=0) / columns.mean(axis=0), held)


def autocorrelation_half_life(weights: np.ndarray, rate: float = MOTION_RATE) -> np.ndarray:
    """Return the seconds after which each channel's autocorrelation has fallen to half.

    The autocorrelation at a lag is the sum of products of deviations from the mean of the hold,
    over the sum of squares, the usual estimate: it falls to half in everything that moves, and for
    slow waves somewhat too soon, by about the share that the lag is of the hold. Between two frames
    it is interpolated.

    Args:
        weights: shape (frames, 52).
        rate: frames a second.

    Returns:
        Shape (52,), nan for a channel that is not held, inf for one that stands still: it is the
        same for ever.

    Raises:
        ValueError: less than ``SHORTEST_SECONDS``.
    """
    held = _checked(weights, rate)
    deviations = weights[:, held].astype(float)
    deviations -= deviations.mean(axis=0)
    moving = deviations.std(axis=0) >= MOVING
    power = np.abs(np.fft.rfft(deviations[:, moving], 2 * len(weights), axis=0)) ** 2
    products = np.fft.irfft(power, axis=0)[: len(weights)]
    seconds = np.full(len(moving), np.inf)
    if moving.any():
        seconds[moving] = crossing(1 - products / products[0], 0.5, rate)
    return _of_held(seconds, held)


def still_share(weights: np.ndarray, rate: float = MOTION_RATE) -> np.ndarray:
    """Return the share of time in which each channel is slower than ``SLOW``, 0 to 1.

    Args:
        weights: shape (frames, 52).
        rate: frames a second.

    Returns:
        Shape (52,), nan for a channel that is not held.

    Raises:
        ValueError: less than ``SHORTEST_SECONDS``.
    """
    held = _checked(weights, rate)
    span = max(round(SPEED_SECONDS * rate), 1)
    speed = np.abs(weights[span:, held] - weights[:-span, held]) * (rate / span)
    return _of_held((speed < SLOW).mean(axis=0), held)


def fast_spread(weights: np.ndarray, rate: float = MOTION_RATE) -> np.ndarray:
    """Return the standard deviation of what is quicker than about 2 Hz in each channel, in weights.

    It is what is left when the mean of ``MEAN_SECONDS`` about each frame is taken off; the first
    and the last frames, which have no such mean, are left out.

    Args:
        weights: shape (frames, 52).
        rate: frames a second.

    Returns:
        Shape (52,), nan for a channel that is not held.

    Raises:
        ValueError: less than ``SHORTEST_SECONDS``.
    """
    held = _checked(weights, rate)
    half = round(MEAN_SECONDS * rate / 2)
    columns = weights[:, held].astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(columns, 2 * half + 1, axis=0)
    return _of_held((columns[half : len(columns) - half] - windows.mean(-1)).std(axis=0), held)


HoldMetric = Callable[[np.ndarray, float], np.ndarray]
"""From weights, shape (frames, 52), and frames a second to a figure of each channel, (52,)."""

METRICS: dict[str, HoldMetric] = {
    "hold_spread": relative_spread,
    "hold_half_life": autocorrelation_half_life,
    "hold_still": still_share,
    "hold_fast": fast_spread,
}
"""By the keys of ``RECORDED``."""


def _checked(weights: np.ndarray, rate: float) -> np.ndarray:
    """Return the channels that are held, once the hold is known to be long enough."""
    if len(weights) < SHORTEST_SECONDS * rate:
        raise ValueError(
            f"A hold of {len(weights) / rate:.2f} s is too short: {SHORTEST_SECONDS:g} s at least"
        )
    return held_channels(weights)


def _of_held(values: np.ndarray, held: np.ndarray) -> np.ndarray:
    every = np.full(len(CHANNELS), np.nan)
    every[held] = values
    return every
