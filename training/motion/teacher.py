# SPDX-License-Identifier: GPL-3.0-or-later
"""The teacher of the motion network: transitions drawn from published timing.

How long each channel takes and how much later than the first it starts is knowledge of
``core.performance.transition_times``. A transition is these facts laid over the time it is given,
so that the face as a whole arrives when it is due: each channel follows, within a window of its
own, a curve between a minimum jerk (Flash & Hogan 1985) and a critically damped spring. Offsets are
no mirror images of onsets (Schmidt et al. 2006). No recorded motion is in it.
"""

from dataclasses import dataclass

import torch

from emotebot_blender.core.emotions import NEUTRAL, Feeling
from emotebot_blender.core.performance import transition_times as natural
from emotebot_blender.core.performance.transition_times import SKEW, SPRING

REMAINING = 0.03
"""Share of the whole face's displacement that remains when the transition is due; of the network's,
which is a little ahead of its teacher, less than .02 remains."""

CARRIED = 0.7
"""Share of a channel's window in which the velocity from before it dies out."""

SHORTEST_SPAN, SHORTEST_SECONDS = 1 / 6, 0.12
"""No channel's window takes less of a transition, or less seconds of a longer one, than this."""

CONTRAST = 1.25
"""How much further apart the teacher's channels are in time than real ones: the network brings them
closer together again."""

LATEST = 1.35
"""Transitions after which the last channel has arrived, however little it moves."""

_RELEASE = natural.release_seconds(Feeling(NEUTRAL, 0.0))
_SKEW = 0.06  # of the exponent, for a standard deviation of the noise
_SPRING = 0.1  # of the spring's share, for the same
_GRID = 64  # times at which it is looked how much remains


@dataclass(frozen=True)
class TransitionPlan:
    """How each channel moves in n transitions; every tensor has the shape (n, 52), float32.

    Attributes:
        start: weights at the beginning.
        velocity: weights a second at the beginning.
        target: weights at the end.
        seconds: the whole transition, shape (n, 1).
        delay: share of the transition after which the channel starts.
        span: share of it that the channel's window takes; delay and span may add up to over 1.
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
        """Return the weights at times in seconds from 0, shape (steps, n) to (steps, n, 52)."""
        phase = (time / self.seconds[:, 0])[..., None]
        progress = _progress((phase - self.delay) / self.span, self.skew, self.spring)
        lasting = self._carried_seconds()
        carried = (time[..., None] / lasting).clamp(0, 1)
        drift = self.velocity * lasting * carried * (1 - carried) ** 3
        return self.start + (self.target - self.start) * progress + drift

    def _carried_seconds(self) -> torch.Tensor:
        """Return the seconds in which the velocity from before dies out, shape (n, 52).

        They are fewer where there is little room to go on, so that weights stay from 0 to 1.
        """
        low, high = torch.minimum(self.start, self.target), torch.maximum(self.start, self.target)
        ahead = torch.where(self.velocity > 0, self.target - self.start, self.start - self.target)
        room = torch.where(self.velocity > 0, 1 - high, low) + ahead.clamp(min=0) / 2
        brake = 9 * room / (self.velocity.abs() + 1e-6)  # drift is 0.106 of speed times seconds
        own = CARRIED * self.seconds * (self.delay + self.span).clamp(max=1)
        return torch.minimum(own, brake).clamp(min=0.03)


def minimum_jerk(share: torch.Tensor) -> torch.Tensor:
    """Return the progress at shares of the time, any shape, by the smoothest motion."""
    return share**3 * (10 - 15 * share + 6 * share**2)


def spring_curve(share: torch.Tensor) -> torch.Tensor:
    """Return the progress of a critically damped spring that arrives at 1."""
    rate = 7.0
    end = 1 - (1 + rate) * torch.exp(torch.tensor(-rate))
    return (1 - (1 + rate * share) * torch.exp(-rate * share)) / end


def plan_transitions(
    start: torch.Tensor,
    velocity: torch.Tensor,
    target: torch.Tensor,
    seconds: torch.Tensor,
    emotion: torch.Tensor,
    noise: torch.Tensor,
) -> TransitionPlan:
    """Return how n faces go from where they are to their targets; no chance but in ``noise``.

    Args:
        start: weights, shape (n, 52).
        velocity: weights a second, shape (n, 52).
        target: weights, shape (n, 52).
        seconds: the whole transition, shape (n, 1).
        emotion: shares times intensity of the emotion that arrives, shape (n, 8).
        noise: standard normal, shape (n, ``NOISE``).
    """
    displacement = target - start
    lag, duration = (
        torch.from_numpy(seconds).float()
        for seconds in natural.channel_seconds(
            displacement.numpy(), emotion.numpy(), noise.numpy(), _RELEASE
        )
    )
    amount = displacement.abs() + 1e-9
    middle = ((amount * duration.log()).sum(1, keepdim=True) / amount.sum(1, keepdim=True)).exp()
    duration = middle * (duration / middle) ** CONTRAST
    noise = noise.clamp(-2, 2)
    skew = torch.where(displacement < 0, 0.82, 0.95) + _SKEW * noise[:, SKEW : SKEW + 1]
    spring = (0.2 + _SPRING * noise[:, SPRING : SPRING + 1]).clamp(0, 0.4).expand_as(displacement)
    due = _due_seconds(displacement, lag, duration, skew, spring)
    for _ in range(3):
        duration = torch.minimum(duration, LATEST * due - lag)
        due = _due_seconds(displacement, lag, duration, skew, spring)
    shortest = (SHORTEST_SECONDS / seconds).clamp(min=SHORTEST_SPAN, max=1)
    return TransitionPlan(
        start,
        velocity,
        target,
        seconds,
        delay=(lag / due).clamp(max=0.5) * (1 - shortest),
        span=torch.maximum(duration / due, shortest),
        skew=skew,
        spring=spring,
    )


def _progress(share: torch.Tensor, skew: torch.Tensor, spring: torch.Tensor) -> torch.Tensor:
    """Return the progress of channels at shares of their windows, all shapes (..., n, 52)."""
    share = share.clamp(0, 1)
    return (1 - spring) * minimum_jerk(share**skew) + spring * spring_curve(share)


def _due_seconds(
    displacement: torch.Tensor,
    lag: torch.Tensor,
    duration: torch.Tensor,
    skew: torch.Tensor,
    spring: torch.Tensor,
) -> torch.Tensor:
    """Return the seconds after which ``REMAINING`` of each displacement remains, shape (n, 1).

    The arguments have the shape (n, 52); lag and duration are in seconds.
    """
    ends = lag + duration
    latest = torch.where(displacement.abs() > 0, ends, ends.min(1, keepdim=True).values).amax(1)
    times = torch.linspace(0.2, 1, _GRID)[:, None] * latest
    ahead = displacement * (1 - _progress((times[..., None] - lag) / duration, skew, spring))
    remaining = ahead.norm(dim=-1) / (displacement.norm(dim=-1) + 1e-9)
    # The first of the times at which less remains, and the one before.
    over = (remaining > REMAINING).sum(0).clamp(1, _GRID - 1)
    rows = torch.arange(len(displacement))
    before, after = remaining[over - 1, rows], remaining[over, rows]
    part = ((before - REMAINING) / (before - after + 1e-9)).clamp(0, 1)
    early, late = times[over - 1, rows], times[over, rows]
    due: torch.Tensor = early + part * (late - early)
    return due[:, None]
