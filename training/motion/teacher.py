# SPDX-License-Identifier: GPL-3.0-or-later
"""The teacher of the motion network: transitions drawn from published timing.

How long each channel takes and how much later than the first it sets out is ``core.timing``'s
knowledge. A transition is these facts laid over the time it is given, so that the face as a whole
arrives when it is due: each channel follows, within a window of its own, a curve between a minimum
jerk and a spring. Offsets are no mirror images of onsets (Schmidt 2006). No recorded motion is in
it.
"""

from dataclasses import dataclass

import torch

from emotebot_blender.core.emotions import NEUTRAL, Feeling
from emotebot_blender.core.performance import transition_times as natural
from emotebot_blender.core.performance.transition_times import SKEW, SPRING

LEFT = 0.03
"""Share of the whole face's way that is left when the transition is due; the network, a little
ahead of its teacher, then has less than .02 left."""

CARRIED = 0.7
"""Share of a channel's way in time in which the speed from before it dies out."""

SHORTEST_SPAN, SHORTEST_SECONDS = 1 / 6, 0.12
"""No channel's own way takes less of a transition, or less seconds of a longer one, than this."""

CONTRAST = 1.25
"""How much further apart the teacher's channels are in time than real ones: the network brings them
closer together again."""

LATEST = 1.35
"""Transitions after which the last channel has arrived, however little it moves."""

_RELEASE = natural.release_seconds(Feeling(NEUTRAL, 0.0))
_SKEW = 0.06
_SPRING = 0.1
_GRID = 64


@dataclass(frozen=True)
class Plan:
    """How each channel of some transitions will go; every tensor has the shape (n, 52).

    Attributes:
        start: weights at the beginning.
        velocity: weights a second at the beginning.
        target: weights at the end.
        seconds: the whole transition, shape (n, 1).
        delay: share of the transition after which the channel sets out.
        span: share of it that its own way takes; delay and span together may be over 1.
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
        share = (time / self.seconds[:, 0])[..., None]
        done = _done((share - self.delay) / self.span, self.skew, self.spring)
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
        own = CARRIED * self.seconds * (self.delay + self.span).clamp(max=1)
        return torch.minimum(own, brake).clamp(min=0.03)


def minimum_jerk(share: torch.Tensor) -> torch.Tensor:
    """Return the part of the way covered at a share of the time, by the smoothest motion."""
    return share**3 * (10 - 15 * share + 6 * share**2)


def spring_curve(share: torch.Tensor) -> torch.Tensor:
    """Return the part of the way covered by a critically damped spring that arrives at 1."""
    rate = 7.0
    end = 1 - (1 + rate) * torch.exp(torch.tensor(-rate))
    return (1 - (1 + rate * share) * torch.exp(-rate * share)) / end


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
        noise: standard normal, shape (n, ``core.timing.NOISE``).
    """
    way = target - start
    lag, whole = (
        torch.from_numpy(each).float()
        for each in natural.channel_seconds(way.numpy(), emotion.numpy(), noise.numpy(), _RELEASE)
    )
    amount = way.abs() + 1e-9
    middle = ((amount * whole.log()).sum(1, keepdim=True) / amount.sum(1, keepdim=True)).exp()
    whole = middle * (whole / middle) ** CONTRAST
    noise = noise.clamp(-2, 2)
    skew = torch.where(way < 0, 0.82, 0.95) + _SKEW * noise[:, SKEW : SKEW + 1]
    spring = (0.2 + _SPRING * noise[:, SPRING : SPRING + 1]).clamp(0, 0.4).expand_as(way)
    due = _due(way, lag, whole, skew, spring)
    for _ in range(3):
        whole = torch.minimum(whole, LATEST * due - lag)
        due = _due(way, lag, whole, skew, spring)
    shortest = (SHORTEST_SECONDS / seconds).clamp(min=SHORTEST_SPAN, max=1)
    return Plan(
        start,
        velocity,
        target,
        seconds,
        delay=(lag / due).clamp(max=0.5) * (1 - shortest),
        span=torch.maximum(whole / due, shortest),
        skew=skew,
        spring=spring,
    )


def _done(own: torch.Tensor, skew: torch.Tensor, spring: torch.Tensor) -> torch.Tensor:
    own = own.clamp(0, 1)
    return (1 - spring) * minimum_jerk(own**skew) + spring * spring_curve(own)


def _due(
    way: torch.Tensor,
    lag: torch.Tensor,
    whole: torch.Tensor,
    skew: torch.Tensor,
    spring: torch.Tensor,
) -> torch.Tensor:
    """Return the seconds after which ``LEFT`` of each face's way is left, shape (n, 1)."""
    ends = lag + whole
    latest = torch.where(way.abs() > 0, ends, ends.min(1, keepdim=True).values).amax(1)
    times = torch.linspace(0.2, 1, _GRID)[:, None] * latest
    ahead = way * (1 - _done((times[..., None] - lag) / whole, skew, spring))
    left = ahead.norm(dim=-1) / (way.norm(dim=-1) + 1e-9)
    over = (left > LEFT).sum(0).clamp(1, _GRID - 1)  # the first of the times with less left
    rows = torch.arange(len(way))
    before, after = left[over - 1, rows], left[over, rows]
    part = ((before - LEFT) / (before - after + 1e-9)).clamp(0, 1)
    early, late = times[over - 1, rows], times[over, rows]
    due: torch.Tensor = early + part * (late - early)
    return due[:, None]
