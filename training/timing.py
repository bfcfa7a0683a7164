# SPDX-License-Identifier: GPL-3.0-or-later
"""The teacher of the motion network: transitions drawn from published timing.

Hand-coded spontaneous expressions tell how long each action unit takes from onset to apex
(``data/timing.csv``: medians of CAS(ME)² and SAMM Long Videos), that the upper lid and the nose
come before the diagnostic units (Jack 2014), and that offsets are slower than onsets and no mirror
image of them (Schmidt 2006). A transition is these facts laid over the time it is given: each
channel sets out within a window of its own and follows a curve between a minimum jerk and a spring.
No recorded motion is in it.
"""

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

import torch

from emotebot_blender.core.channels import CHANNELS, INDEX, MIRROR, REGIONS
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.timing import ONSET_SECONDS

DATA = Path(__file__).resolve().parent / "data"

NOISE = 8
"""Numbers that choose one way of moving among many."""

TYPICAL_SECONDS = 0.45
"""The published lags belong to transitions of about this length."""

EARLY_LAG = 0.15
"""Seconds that the early signals lead the others at the typical length, of 0.06 to 0.2 (Jack)."""

TAIL = 1.14
"""A channel's way is over after this many transition times; so 98 % of it is done in one."""

CARRIED = 0.6
"""Share of a transition and its tail in which the speed from before it dies out."""

# Each number of the noise has one thing to vary: what it shifts, and in units of the transition.
_PART_LAGS = (("brow", 0.06), ("eye", 0.04), ("mouth", 0.06), ("jaw", 0.06))
_SIDE_LAG = 0.025
_PACE = 0.07
_SKEW = 0.12
_SPRING = 0.2


@dataclass(frozen=True)
class Plan:
    """How each channel of some transitions will go; every tensor has the shape (n, 52).

    Attributes:
        start: weights at the beginning.
        velocity: weights a second at the beginning.
        target: weights at the end.
        seconds: the whole transition, shape (n, 1).
        delay: share of the time and its tail after which the channel sets out.
        span: share of them that its own way takes; delay and span together are at most 1.
        skew: exponent that moves the peak of its speed, early below 1.
        spring: share of a spring's curve in the minimum jerk's, 0 to 1.
    """

    start: torch.Tensor
    velocity: torch.Tensor
    target: torch.Tensor
    seconds: torch.Tensor
    delay: torch.Tensor
    span: torch.Tensor
    skew: torch.Tensor
    spring: torch.Tensor

    def at(self, time: torch.Tensor) -> torch.Tensor:
        """Return the weights at times in seconds.

        Args:
            time: shape (steps, n), from 0.

        Returns:
            Shape (steps, n, 52).
        """
        share = (time / (TAIL * self.seconds[:, 0]))[..., None]
        own = ((share - self.delay) / self.span).clamp(0, 1)
        done = (1 - self.spring) * minimum_jerk(own**self.skew) + self.spring * spring_curve(own)
        lasting = self._carrying()
        carried = (time[..., None] / lasting).clamp(0, 1)
        drift = self.velocity * lasting * carried * (1 - carried) ** 3
        return self.start + (self.target - self.start) * done + drift

    def _carrying(self) -> torch.Tensor:
        """Return the seconds in which the speed from before dies out, shape (n, 52).

        They are fewer where there is little room to go on, so that weights stay from 0 to 1.
        """
        low, high = torch.minimum(self.start, self.target), torch.maximum(self.start, self.target)
        on = torch.where(self.velocity > 0, self.target - self.start, self.start - self.target)
        room = torch.where(self.velocity > 0, 1 - high, low) + on.clamp(min=0) / 2
        brake = 9 * room / (self.velocity.abs() + 1e-6)  # drift is 0.106 of speed times seconds
        return torch.minimum(CARRIED * TAIL * self.seconds, brake).clamp(min=0.05)


def minimum_jerk(share: torch.Tensor) -> torch.Tensor:
    """Return the part of the way covered at a share of the time, by the smoothest motion."""
    return share**3 * (10 - 15 * share + 6 * share**2)


def spring_curve(share: torch.Tensor) -> torch.Tensor:
    """Return the part of the way covered by a critically damped spring that arrives at 1."""
    rate = 7.0
    end = 1 - (1 + rate) * torch.exp(torch.tensor(-rate))
    return (1 - (1 + rate * share) * torch.exp(-rate * share)) / end


@functools.cache
def onset_medians() -> torch.Tensor:
    """Return the median onset of each channel's action unit in seconds, shape (52,)."""
    return torch.tensor([row[0] for row in _channel_rows()])


@functools.cache
def early_channels() -> torch.Tensor:
    """Return which channels are early signals, bool, shape (52,)."""
    return torch.tensor([row[1] for row in _channel_rows()])


def plan(
    start: torch.Tensor,
    velocity: torch.Tensor,
    target: torch.Tensor,
    seconds: torch.Tensor,
    emotion: torch.Tensor,
    noise: torch.Tensor,
) -> Plan:
    """Return how a face goes from where it is to its target; no chance but that in ``noise``.

    Args:
        start: weights, shape (n, 52).
        velocity: weights a second, shape (n, 52).
        target: weights, shape (n, 52).
        seconds: the whole transition, shape (n, 1).
        emotion: shares times intensity of the emotion that arrives, shape (n, 8).
        noise: standard normal, shape (n, ``NOISE``).
    """
    medians, early = onset_medians(), early_channels()
    way = target - start
    falling = (way < 0).float()
    noise = torch.tanh(noise / 2) * 2  # no way of moving is further out than two deviations
    # Share of the movement that is release: onsets make room so that offsets can be slower.
    release = (way * -falling).sum(1, keepdim=True) / (way.abs().sum(1, keepdim=True) + 1e-3)

    pace = (medians / medians[INDEX["mouthSmileLeft"]]) ** 0.5
    rise_span = (0.92 * pace).clamp(0.7, 0.96) * (1 - 0.24 * (2 * release).clamp(max=1))
    rise_span = rise_span * (1 + _PACE * noise[:, 5:6])
    lag = EARLY_LAG / TYPICAL_SECONDS * (TYPICAL_SECONDS / seconds) ** 0.5
    lag = lag.clamp(max=0.4) * _haste(emotion)
    delay = torch.where(early, torch.zeros(()), 0.5 * lag) * (1 - 0.7 * falling)
    for column, (part, amount) in enumerate(_PART_LAGS):
        delay = delay + _mask(part) * amount * (noise[:, column : column + 1] + 0.5)
    delay = delay + _side() * _SIDE_LAG * noise[:, 4:5]
    delay = delay.clamp(0, 0.3)
    span = torch.where(falling > 0, 1 - delay, torch.minimum(rise_span, 1 - delay))

    skew = torch.where(falling > 0, 0.82, 0.92) + _SKEW * noise[:, 6:7] / 2
    spring = (0.2 + _SPRING * noise[:, 7:8] / 2).clamp(0, 0.5).expand_as(way)
    return Plan(start, velocity, target, seconds, delay, span, skew.expand_as(way), spring)


def _haste(emotion: torch.Tensor) -> torch.Tensor:
    """Return the lag of an emotion's diagnostic signals over the usual, shape (n, 1).

    The onsets of slower emotions are more drawn out, the quick ones come almost at once.
    """
    usual = sum(ONSET_SECONDS.values()) / len(ONSET_SECONDS)
    ratio = torch.tensor([ONSET_SECONDS.get(name, usual) / usual for name in EMOTIONS])
    return 1 + emotion @ (ratio[:, None] - 1)


@functools.cache
def _mask(region: str) -> torch.Tensor:
    return torch.tensor([float(name in REGIONS[region]) for name in CHANNELS])


@functools.cache
def _side() -> torch.Tensor:
    """Return 1 for channels of the left side, -1 for the right, 0 for the middle."""
    index = torch.arange(len(CHANNELS))
    return torch.sign(torch.from_numpy(MIRROR) - index).float()


def _channel_rows() -> list[tuple[float, bool]]:
    """Return the median onset in seconds and the early mark of each channel, in order."""
    with (DATA / "timing.csv").open(encoding="utf-8", newline="") as file:
        units = {row["action_unit"]: row for row in csv.DictReader(file)}
    with (DATA / "timing_channels.csv").open(encoding="utf-8", newline="") as file:
        timed_as = {row["channel"]: units[row["timed_as"]] for row in csv.DictReader(file)}
    rows = [timed_as[_stem(name)] for name in CHANNELS]
    return [(int(row["onset_median_ms"]) / 1000, row["early"] == "yes") for row in rows]


def _stem(name: str) -> str:
    """Return a channel's name without its side, where it has a twin on the other."""
    if MIRROR[INDEX[name]] == INDEX[name]:
        return name
    return name.removesuffix("Left").removesuffix("Right")
