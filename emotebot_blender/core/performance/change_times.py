# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of the time of a change each channel takes where one feeling gives way to another.

As shares of the time of the whole, measured on the way that the motion network has of itself. What
carries the new feeling takes the factor of its action unit (``data/timing``); what leaves is gone
when the new brows are half there, or sooner where the new feeling claims the same region before;
mouth and jaw arrive hardly later than the brows. Each channel goes through that same way, faster or
slower.
"""

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS, MIX_GROUPS, REGIONS
from .networks import MOTION_RATE

GONE_SHARE = 0.95
"""Share of its way that what leaves has made when what arrives first is half there: as the network
has it, less than a quarter. A choice of ours: fewer frames show neither feeling."""

LARGEST_DELAY = 1 / 24
"""Seconds by which mouth and jaw are half there after the brows at the most; a choice of ours. The
raised brows and the dropped jaw of surprise come nearly at once."""

LARGEST_JOLT = 1.6
"""Weights a second by which a channel's speed changes in a step because of all that at the most:
onsets from neutral change by up to 3. It goes with the inverse square of the time."""

LARGEST_START_JOLT = 0.1
"""Weights a second by which the speed of a channel that moves already changes at once because of a
pace of its own at the most."""

LARGEST_BROW_SHARE = 1.4
"""Share of their time that new brows are slowed to at the most, where an old mouth cannot leave
sooner without a jolt."""

BROWS_DONE = 0.75
"""Share of the time of the whole after which slowed brows are there all the same."""

LEAST_CLAIM = 0.3
"""Length of what rises in a region, from which on what leaves it goes by that."""

_BROWS, _MOUTH, _JAW = (
    np.array([name in REGIONS[part] for name in CHANNELS]) for part in ("brow", "mouth", "jaw")
)
_REGIONS = tuple(np.array([name in group for name in CHANNELS]) for group in MIX_GROUPS.values())
_COUNTS = 0.05  # of a weight: smaller ways are not seen


def channel_shares(
    path: NDArray[np.float32],
    displacement: NDArray[np.float32],
    jolts: NDArray[np.float32],
    factors: NDArray[np.float64],
    counts: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return the share of the time of the whole that each channel is to take, shape (52,).

    Args:
        path: shape (steps + 1, 52), the way as the network has it.
        displacement: shape (52,), of the target from its first row.
        jolts: shape (52,), the largest change of each channel's speed in a step of that way, in
            weights a second.
        factors: shape (52,), of the times of channels that carry the feeling, where they rise.
        counts: bool, shape (52,), channels that belong to an expression.
    """
    smoothest = np.sqrt(jolts / LARGEST_JOLT)
    ways = np.where(counts & (np.abs(displacement) > _COUNTS), displacement, 0)
    rising = displacement > 0
    shares = np.where(ways > 0, np.maximum(factors, np.minimum(smoothest, 1)), 1.0)

    def sooner(channels: NDArray[np.bool_], now: float, then: float) -> float:
        """Return the share in which channels come to a point that they reach now at then."""
        return min(max(then / max(now, 1.0), float(smoothest[channels].max())), 1.0)

    brows = _BROWS & (ways > 0)
    has_brows = float(ways[brows].sum()) >= LEAST_CLAIM
    half = _steps_until(path, ways, shares, brows if has_brows else ways > 0, 0.5)
    gone = 0.0
    for region in _REGIONS:
        leaving = region & (displacement < 0)
        if leaving.any():
            claimed = region & rising & (ways != 0)
            then = half
            if np.abs(ways[claimed]).sum() >= LEAST_CLAIM:
                then = min(half, _steps_until(path, ways, shares, claimed, 0.5))
            now = _steps_until(path, ways, shares, leaving, GONE_SHARE)
            shares[leaving] = sooner(leaving, now, then)
            gone = max(gone, now * shares[leaving][0])
    if has_brows and gone > half:
        room = BROWS_DONE * (len(path) - 1) / _steps_until(path, ways, shares, brows, 0.95)
        slowed = max(min(gone / half, LARGEST_BROW_SHARE, room), 1.0)
        shares[brows] *= slowed
        half *= slowed
    for part in (_MOUTH, _JAW):
        arriving = part & rising
        if arriving.any():
            reached = _steps_until(path, ways, shares, arriving, 0.5)
            shares[arriving] *= sooner(arriving, reached, half + LARGEST_DELAY * MOTION_RATE)
    return shares


def at_own_pace(
    path: NDArray[np.float32], shares: NDArray[np.float64], speeds: NDArray[np.float32], due: int
) -> NDArray[np.float32]:
    """Return a way on which each channel takes its share of the time, float32, shape (steps, 52).

    It does what it does on the path, sooner or later. What rests at the start goes through the path
    at one pace; what moves already begins at the pace of the path, and so with the speed that it
    has, and gains or loses pace evenly.

    Args:
        path: shape (steps, 52), from the start on.
        shares: shape (52,); below 2.
        speeds: shape (52,), at the start, in weights a second.
        due: steps after which the time of the whole is over.
    """
    at_once = LARGEST_START_JOLT / np.maximum(np.abs(speeds), LARGEST_START_JOLT / 100)
    pace = 1 + np.clip(1 / shares - 1, -at_once, at_once)
    gain = (1 - pace * shares) / (shares**2 * due)  # for each to be at the due step in its share
    steps = np.arange(len(path))[:, None]
    return _read(path, steps * (pace + gain * steps)).astype(np.float32)


def _steps_until(
    path: NDArray[np.float32],
    ways: NDArray[np.float32],
    shares: NDArray[np.float64],
    channels: NDArray[np.bool_],
    level: float,
) -> float:
    """Return after how many steps channels together have made a share of their way.

    Args:
        path: shape (steps + 1, 52).
        ways: shape (52,), how far each has to go from its first row; 0 where it does not count.
        shares: shape (52,), of its time on that path that each is to take.
        channels: bool, shape (52,); 0 steps where none of them counts.
        level: the share.
    """
    counted = channels & (ways != 0)
    whole = np.abs(ways[counted]).sum()
    if whole == 0:
        return 0.0
    own = path[:, counted]
    moved = _read(own, np.arange(len(path))[:, None] / shares[counted]) - own[0]
    done = moved @ np.sign(ways[counted]) / whole
    after = int(np.argmax(done >= level)) if (done >= level).any() else len(done) - 1
    before = max(after - 1, 0)
    part = (level - done[before]) / max(done[after] - done[before], 1e-6)
    return before + float(np.clip(part, 0, 1))


def _read(path: NDArray[np.float32], steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return channels of a path at steps of their own, between its rows in proportion.

    Args:
        path: shape (steps, channels), two rows at least.
        steps: shape (any, channels), from 0; beyond the last row they count as it.
    """
    steps = np.minimum(steps, len(path) - 1)
    before = np.minimum(steps.astype(np.int64), len(path) - 2)
    channels = np.arange(path.shape[1])
    low, high = path[before, channels], path[before + 1, channels]
    between: NDArray[np.float64] = low + (steps - before) * (high - low)
    return between
