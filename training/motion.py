# SPDX-License-Identifier: GPL-3.0-or-later
"""The motion network: a GRU that steers a critically damped spring, 60 steps a second.

The face hangs on Holden's exact critically damped spring, one for each channel, whose rate follows
from the time asked for. At every step the GRU pulls each spring tighter or slacker and damps it
more or less: a residual acceleration, in proportion to the way that is left and to the speed.
So a face at rest on its target stays there to the last bit whatever the network says, and once the
transition is due the springs are left to themselves.

It learns by closed-loop imitation of ``timing.Plan``: whole rollouts, in which the face sets out,
is often sent elsewhere halfway, arrives and holds.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from emotebot_blender.core.channels import CHANNELS, MIRROR
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.model import MOTION_RATE

from . import timing

STEP = 1 / MOTION_RATE
SHORTEST, LONGEST = 0.07, 60.0
"""Seconds that a transition is held to take at the least and at the most."""

RATE = 8.0
"""Rate of the spring times the whole transition: left alone it has covered 99.7 % of the way."""

RELEASE = 1 / 8
"""Share of a transition, its last, in which the network lets go of the springs."""

DAMPING = 2.0
"""The network moves a spring's damping between none and twice the critical one."""

ARRIVAL = 4.0
"""Weight of the arrival and the hold in the loss."""

SPEED_SCALE = 0.2
"""Weights a second are up to ten; the GRU reads them nearer to one."""

TIME_SCALES = (0.3, 1.5)
"""Seconds by which the GRU tells quick transitions from slow ones."""

KNOTS = 9
"""Hat functions that tell the GRU how much of the transition is over; they add up to 1."""

FEATURES = KNOTS + len(TIME_SCALES)
"""Numbers that tell the GRU about time, from ``time_features``."""


@dataclass(frozen=True)
class MotionConfig:
    """What the motion network is and how it is trained.

    Attributes:
        hidden: units of the GRU.
        steps: gradient steps.
        batch: rollouts in a gradient step.
        rollout: lengths of a rollout in 60ths of a second, one drawn for each gradient step.
        learning_rate: at the beginning; falls to nothing along a cosine.
        seed: of the weights and of everything drawn.
    """

    hidden: int = 96
    steps: int = 1800
    batch: int = 48
    rollout: tuple[int, ...] = (60, 100, 150, 250)
    learning_rate: float = 4e-3
    seed: int = 0

    @classmethod
    def smoke(cls) -> "MotionConfig":
        """Return a run of seconds that learns nothing worth having."""
        return cls(hidden=16, steps=5, batch=4, rollout=(20, 30))


class MotionNetwork(nn.Module):
    """The way of a face from one expression to the next.

    Args:
        hidden: units of the GRU.
    """

    def __init__(self, hidden: int = 96) -> None:
        super().__init__()
        self.hidden = hidden
        inputs = 3 * len(CHANNELS) + len(EMOTIONS) + timing.NOISE + FEATURES
        self.gru = nn.GRUCell(inputs, hidden)
        self.steer = nn.Linear(hidden, 2 * len(CHANNELS))
        nn.init.zeros_(self.steer.weight)  # it begins as the bare spring
        nn.init.zeros_(self.steer.bias)

    def forward(
        self,
        target: torch.Tensor,
        emotion: torch.Tensor,
        clock: torch.Tensor,
        noise: torch.Tensor,
        state: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Advance faces by as many steps as there are rows; see ``core.model.MotionModel``.

        Args:
            target: shape (steps, ..., 52); the axes in the middle are faces side by side.
            emotion: shape (steps, ..., 8).
            clock: shape (steps, ..., 2), seconds since the start and seconds left.
            noise: shape (steps, ..., 8).
            state: shape (..., 52 + 52 + hidden), weights, velocities and memory.

        Returns:
            Weights after each step, shape (steps, ..., 52), and the state after the last.
        """
        sizes = [len(CHANNELS), len(CHANNELS), self.hidden]
        weights, velocity, memory = torch.split(state, sizes, dim=-1)
        told = torch.cat([emotion, noise, time_features(clock)], dim=-1)
        rate, grip = spring_rate(clock), network_grip(clock)
        decay = torch.exp(-rate * STEP)
        path = []
        for row in range(len(target)):
            way = target[row] - weights
            seen = [weights, velocity * SPEED_SCALE, way, told[row]]
            memory = self._remember(torch.cat(seen, dim=-1), memory)
            pull, damp = (torch.tanh(self.steer(memory)) * grip[row]).chunk(2, dim=-1)
            # The spring is steered by moving its goal, held still for the length of the step.
            offset = -(1 + pull) * way + damp * DAMPING / rate[row] * velocity
            weights, velocity = (
                weights - offset + decay[row] * (offset + (velocity + offset * rate[row]) * STEP),
                decay[row] * (velocity - (velocity + offset * rate[row]) * rate[row] * STEP),
            )
            path.append(weights)
        return torch.stack(path).clamp(0, 1), torch.cat([weights, velocity, memory], dim=-1)

    def _remember(self, seen: torch.Tensor, memory: torch.Tensor) -> torch.Tensor:
        remembered: torch.Tensor = self.gru(seen, memory)
        return remembered


def whole_seconds(clock: torch.Tensor) -> torch.Tensor:
    """Return how long the transition takes in all, shape (..., 1), from clock, shape (..., 2)."""
    return clock.sum(-1, keepdim=True).clamp(SHORTEST, LONGEST)


def share_done(clock: torch.Tensor) -> torch.Tensor:
    """Return the share of the transition that is over, shape (..., 1), 0 to 1."""
    return (clock[..., :1] / whole_seconds(clock)).clamp(max=1)


def spring_rate(clock: torch.Tensor) -> torch.Tensor:
    """Return the spring's rate, 2 ln 2 over Holden's halflife, per second, shape (..., 1)."""
    return RATE / whole_seconds(clock)


def network_grip(clock: torch.Tensor) -> torch.Tensor:
    """Return how firmly the network holds the springs, 1 to 0 as time runs out, shape (..., 1)."""
    return ((1 - share_done(clock)) / RELEASE).clamp(max=1)


def time_features(clock: torch.Tensor) -> torch.Tensor:
    """Return what the GRU is told of the time, all between 0 and 1, shape (..., ``FEATURES``)."""
    share, seconds = share_done(clock), whole_seconds(clock)
    knots = torch.arange(KNOTS, device=clock.device)
    hats = (1 - (share * (KNOTS - 1) - knots).abs()).clamp(min=0)
    scales = [scale / (scale + seconds) for scale in TIME_SCALES]
    return torch.cat([hats, *scales], dim=-1)


@dataclass(frozen=True)
class Lesson:
    """Rollouts to imitate; shapes as in ``MotionNetwork.forward``, plus the path of the teacher.

    Attributes:
        target, emotion, clock, noise: what the network is told, shape (steps, n, ...).
        start: weights at the beginning, shape (n, 52).
        path: the teacher's weights after each step, shape (steps, n, 52).
    """

    target: torch.Tensor
    emotion: torch.Tensor
    clock: torch.Tensor
    noise: torch.Tensor
    start: torch.Tensor
    path: torch.Tensor


def draw_lesson(steps: int, count: int, generator: torch.Generator) -> Lesson:
    """Return rollouts of three transitions each, some begun before the last one was over.

    Args:
        steps: length of a rollout.
        count: rollouts.
        generator: source of chance.
    """

    def uniform(low: float, high: float) -> torch.Tensor:
        return low + (high - low) * torch.rand(count, 1, generator=generator)

    start = draw_expressions(count, generator)
    weights, velocity = start, torch.zeros_like(start)
    elapsed = torch.arange(steps)[:, None, None] * STEP
    begins = torch.zeros(count, 1)
    lesson: list[torch.Tensor] = []
    for _ in range(3):
        target = draw_expressions(count, generator)
        emotion = _draw_emotions(count, generator)
        noise = torch.randn(count, timing.NOISE, generator=generator)
        seconds = (steps * STEP * torch.exp(uniform(math.log(0.12), math.log(0.9)))).clamp(min=0.1)
        plan = timing.plan(weights, velocity, target, seconds, emotion, noise)

        since = elapsed - begins
        clock = torch.cat([since.clamp(min=0), (seconds - since).clamp(min=0)], dim=-1)
        path = plan.at((since[..., 0] + STEP).clamp(min=0))
        told = [target, emotion, clock, noise, path]
        begun = since > -STEP / 2
        lesson = [torch.where(begun, *pair) for pair in zip(told, lesson or told, strict=True)]

        lasts = (seconds * uniform(0.2, 1.7) / STEP).round() * STEP
        weights = plan.at(lasts[:, 0][None])[0]
        velocity = (weights - plan.at(lasts[:, 0][None] - STEP)[0]) * MOTION_RATE
        begins = begins + lasts
    target, emotion, clock, noise, path = lesson
    return Lesson(target, emotion, clock, noise, start, path)


def draw_expressions(count: int, generator: torch.Generator) -> torch.Tensor:
    """Return faces with some channels in play and one side a little stronger, shape (count, 52).

    Intensities follow the letters A to E of spontaneous action units: 10, 46, 27, 14 and 3 %.
    One face in five is neutral.
    """
    mirror = torch.from_numpy(MIRROR)
    letters = torch.tensor([0.10, 0.46, 0.27, 0.14, 0.03])
    shape = (count, len(CHANNELS))
    letter = torch.multinomial(letters, math.prod(shape), replacement=True, generator=generator)
    amount = (letter.reshape(shape) + torch.rand(shape, generator=generator)) / len(letters)
    # Twins share their draw, apart from a lopsidedness of their own.
    pair = torch.minimum(torch.arange(len(CHANNELS)), mirror)
    crowd = 0.1 + 0.5 * torch.rand(count, 1, generator=generator)
    active = (torch.rand(shape, generator=generator) < crowd)[:, pair]
    lopsided = 1 + 0.15 * torch.randn(shape, generator=generator)
    neutral = torch.rand(count, 1, generator=generator) < 0.2
    return (amount[:, pair] * active * lopsided * ~neutral).clamp(0, 1)


def _draw_emotions(count: int, generator: torch.Generator) -> torch.Tensor:
    """Return one emotion, or two mixed, times an intensity, shape (count, 8)."""
    kinds = torch.randint(len(EMOTIONS), (count, 2), generator=generator)
    share = torch.rand(count, 1, generator=generator).round(decimals=1)
    first, second = functional.one_hot(kinds, len(EMOTIONS)).float().unbind(1)
    intensity = torch.rand(count, 1, generator=generator)
    return (share * first + (1 - share) * second) * intensity


def imitation_loss(path: torch.Tensor, lesson: Lesson) -> torch.Tensor:
    """Return how far a rollout is from its teacher, in weights and in speed.

    Speed counts in weights per transition, so that quick and slow ones weigh alike. The arrival
    and the hold count ``ARRIVAL`` times: an overshoot shows there, a little lag elsewhere does not.
    """
    begin = lesson.start[None]
    speed = torch.diff(path, dim=0, prepend=begin) - torch.diff(lesson.path, dim=0, prepend=begin)
    seconds = whole_seconds(lesson.clock).clamp(max=2)
    weight = torch.where(share_done(lesson.clock) > 0.7, ARRIVAL, 1.0)
    apart = (path - lesson.path).square() + (speed * seconds * 20).square()
    return 100 * (weight * apart).mean()


def train_motion(config: MotionConfig, progress: Callable[[int, int, str], None]) -> MotionNetwork:
    """Return a motion network trained on the published timing.

    Args:
        config: what to train and how.
        progress: told the gradient steps done, their number, and a word on how it goes.
    """
    torch.manual_seed(config.seed)
    generator = torch.Generator().manual_seed(config.seed)
    network = MotionNetwork(config.hidden)
    optimizer = torch.optim.Adam(network.parameters(), lr=config.learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, config.steps)
    for step in range(config.steps):
        choice = torch.randint(len(config.rollout), (), generator=generator)
        lesson = draw_lesson(config.rollout[int(choice)], config.batch, generator)
        rest = torch.zeros(config.batch, len(CHANNELS) + config.hidden)
        path, _ = network(
            lesson.target,
            lesson.emotion,
            lesson.clock,
            lesson.noise,
            torch.cat([lesson.start, rest], dim=-1),
        )
        loss = imitation_loss(path, lesson)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        progress(step + 1, config.steps, f"imitation loss {loss.item():.3f}")
    return network.eval()
