# SPDX-License-Identifier: GPL-3.0-or-later
"""What the motion network learns from: rollouts of the teacher's faces, drawn by chance.

Most of the expressions are those that the expression generator learns from, with their emotions;
the others are any channels in any company, so that the network moves every face alike.
"""

import dataclasses
import math
from dataclasses import dataclass
from functools import cache

import torch
from torch.nn import functional

from emotebot_blender.core.channels import CHANNELS, MIRROR
from emotebot_blender.core.emotions import BASIC_EMOTIONS
from emotebot_blender.core.performance.emotion_tables import basic_amounts
from emotebot_blender.core.performance.networks import MOTION_RATE
from emotebot_blender.core.performance.transition_times import NOISE

from ..expression_data.data_mixture import BASIC_MIXTURE, make_pairs
from ..tables.facs import SPONTANEOUS_INTENSITIES
from .motion_network import STEP
from .teacher import plan_transitions

POOL = 1500
"""Pairs of expressions that rollouts draw from."""

FROM_POOL = 0.85
"""Share of the expressions that come from there."""

NEUTRAL = 0.25
"""Share of faces that are neutral."""

TRANSITIONS = 3
"""In each rollout."""

TYPICAL_SECONDS, SPREAD = 0.8, 0.6
"""Median of most transitions' times, and the standard deviation of their logarithm ..."""

EXTREMES, EXTREME_SECONDS = 0.3, (0.1, 4.0)
"""... and the share of transitions that take any time between these."""


@dataclass(frozen=True)
class Rollout:
    """n rollouts side by side to imitate, float32; inputs as of ``MotionNetwork.forward``.

    Attributes:
        target: weights to arrive at, shape (steps, n, 52).
        emotion: shares times intensity, shape (steps, n, 8).
        timing: seconds since the transition's start and seconds left, shape (steps, n, 2).
        noise: standard normal, shape (steps, n, ``NOISE``).
        start: weights at the beginning, shape (n, 52).
        path: weights after each step, of the teacher or of a real face, shape (steps, n, 52).
    """

    target: torch.Tensor
    emotion: torch.Tensor
    timing: torch.Tensor
    noise: torch.Tensor
    start: torch.Tensor
    path: torch.Tensor

    def to(self, device: torch.device) -> "Rollout":
        """Return the rollouts on another device."""
        fields = dataclasses.fields(self)
        return Rollout(*(getattr(self, field.name).to(device) for field in fields))


def draw_rollout(steps: int, count: int, generator: torch.Generator) -> Rollout:
    """Return rollouts of ``TRANSITIONS``, some begun before the last one was over.

    Args:
        steps: length of a rollout.
        count: rollouts.
        generator: source of chance.
    """
    start, _ = draw_feelings(count, generator)
    weights, velocity = start, torch.zeros_like(start)
    elapsed = torch.arange(steps)[:, None, None] * STEP
    begins = torch.zeros(count, 1)
    rows: list[torch.Tensor] = []
    for _ in range(TRANSITIONS):
        target, emotion = draw_feelings(count, generator)
        noise = torch.randn(count, NOISE, generator=generator).clamp(-2, 2)
        seconds = _draw_seconds(count, generator)
        plan = plan_transitions(weights, velocity, target, seconds, emotion, noise)

        since = elapsed - begins
        timing = torch.cat([since.clamp(min=0), (seconds - since).clamp(min=0)], dim=-1)
        path = plan.at((since[..., 0] + STEP).clamp(min=0))
        own = [target, emotion, timing, noise, path]
        begun = since > -STEP / 2
        rows = [torch.where(begun, *pair) for pair in zip(own, rows or own, strict=True)]

        lasts = (0.2 + 1.5 * torch.rand(count, 1, generator=generator)) * seconds
        lasts = (lasts / STEP).round() * STEP
        weights = plan.at(lasts[:, 0][None])[0]
        velocity = (weights - plan.at(lasts[:, 0][None] - STEP)[0]) * MOTION_RATE
        begins = begins + lasts
    target, emotion, timing, noise, path = rows
    return Rollout(target, emotion, timing, noise, start, path)


def draw_feelings(count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Return faces, shape (count, 52), and their shares times intensity, shape (count, 8)."""
    pool, pool_emotion = _pool()
    rows = torch.randint(len(pool), (count,), generator=generator)
    own = torch.rand(count, 1, generator=generator) < FROM_POOL
    faces = torch.where(own, pool[rows], draw_expressions(count, generator))
    emotion = torch.where(own, pool_emotion[rows], draw_emotions(count, generator))
    shown = torch.rand(count, 1, generator=generator) >= NEUTRAL
    return faces * shown, emotion * shown


def _draw_seconds(count: int, generator: torch.Generator) -> torch.Tensor:
    """Return the times of transitions, shape (count, 1)."""
    low, high = (math.log(seconds) for seconds in EXTREME_SECONDS)
    any_time = low + (high - low) * torch.rand(count, 1, generator=generator)
    usual = math.log(TYPICAL_SECONDS) + SPREAD * torch.randn(count, 1, generator=generator)
    extreme = torch.rand(count, 1, generator=generator) < EXTREMES
    return torch.where(extreme, any_time, usual.clamp(low, high)).exp()


@cache
def _pool() -> tuple[torch.Tensor, torch.Tensor]:
    """Return the generator's expressions, (2 POOL, 52), and shares times intensity, (2 POOL, 8)."""
    pairs = make_pairs(POOL, BASIC_MIXTURE, 0)
    emotion = basic_amounts(pairs.emotion * pairs.intensity)
    return (
        torch.from_numpy(pairs.weights.reshape(-1, len(CHANNELS))),
        torch.from_numpy(emotion.reshape(-1, len(BASIC_EMOTIONS)).astype("float32")),
    )


def draw_expressions(count: int, generator: torch.Generator) -> torch.Tensor:
    """Return faces with some channels in play and one side a little stronger, shape (count, 52).

    Intensities follow the letters A to E of spontaneous action units.
    """
    mirror = torch.from_numpy(MIRROR)
    letters = torch.tensor(SPONTANEOUS_INTENSITIES)
    shape = (count, len(CHANNELS))
    letter = torch.multinomial(letters, math.prod(shape), replacement=True, generator=generator)
    amount = (letter.reshape(shape) + torch.rand(shape, generator=generator)) / len(letters)
    # A channel and its mirror image share their draw, apart from an asymmetry of their own.
    pair = torch.minimum(torch.arange(len(CHANNELS)), mirror)
    share = 0.1 + 0.5 * torch.rand(count, 1, generator=generator)
    active = (torch.rand(shape, generator=generator) < share)[:, pair]
    asymmetry = 1 + 0.15 * torch.randn(shape, generator=generator)
    return (amount[:, pair] * active * asymmetry).clamp(0, 1)


def draw_emotions(count: int, generator: torch.Generator) -> torch.Tensor:
    """Return one emotion, or two mixed, times an intensity, shape (count, 8)."""
    kinds = torch.randint(len(BASIC_EMOTIONS), (count, 2), generator=generator)
    share = torch.rand(count, 1, generator=generator).round(decimals=1)
    first, second = functional.one_hot(kinds, len(BASIC_EMOTIONS)).float().unbind(1)
    intensity = torch.rand(count, 1, generator=generator)
    return (share * first + (1 - share) * second) * intensity
