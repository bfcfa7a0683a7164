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

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.performance.transition_times import NOISE

from .rollouts import STEP, Lesson

SHORTEST, LONGEST = 0.07, 60.0
"""Seconds that a transition is held to take at the least and at the most."""

RATE = 24.0
"""Rate of the spring times the whole transition: tight enough for the quickest channels, which
take a sixth of it."""

RELEASE = 1 / 8
"""Share of a transition, its last, in which the network lets go of the springs."""

PULL = 1.5
"""The network pulls a spring up to this much tighter, or so slack that the channel stays where it
is."""

DAMPING = 2.0
"""The network moves a spring's damping between none and twice the critical one."""

ARRIVAL = 4.0
"""Weight of the arrival and the hold in the loss."""

OVERSHOOT = 20.0
"""Weight of what goes beyond the target, and of leaving it again, beside the rest of the error."""

THERE = 1e-3
"""A channel of the teacher's that is nearer to its target has arrived."""

SPEED_SCALE = 0.2
"""Weights a second are up to ten; the GRU reads them nearer to one."""

TIME_SCALES = (0.3, 1.5)
"""Seconds by which the GRU tells quick transitions from slow ones."""

KNOTS = 13
"""Hat functions that tell the GRU how much of the transition is over; they add up to 1."""

SCORE = KNOTS * (1 + 2 * NOISE + len(EMOTIONS) + len(TIME_SCALES))
"""Numbers that the reins read beside the GRU's memory, from ``score_features``."""

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
        tuning: gradient steps before the critic, after those of imitation alone.
        tuning_rate: learning rate of these.
        tuning_batch: rollouts beside real sequences in one of these.
        critic_weight: of the critic's word beside the imitation loss.
        seed: of the weights and of everything drawn.
    """

    hidden: int = 128
    steps: int = 5000
    batch: int = 40
    rollout: tuple[int, ...] = (50, 80, 120, 200)
    learning_rate: float = 4e-3
    tuning: int = 120
    tuning_rate: float = 3e-4
    tuning_batch: int = 24
    critic_weight: float = 0.1
    seed: int = 0

    @classmethod
    def smoke(cls) -> "MotionConfig":
        """Return a run of seconds that learns nothing worth having."""
        return cls(hidden=16, steps=5, batch=4, rollout=(20, 30), tuning=2, tuning_batch=4)


class MotionNetwork(nn.Module):
    """The way of a face from one expression to the next.

    Args:
        hidden: units of the GRU.
    """

    def __init__(self, hidden: int = 128) -> None:
        super().__init__()
        self.hidden = hidden
        inputs = 3 * len(CHANNELS) + len(EMOTIONS) + NOISE + FEATURES
        self.gru = nn.GRUCell(inputs, hidden)
        self.steer = nn.Linear(hidden + SCORE, 2 * len(CHANNELS))
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
            noise: shape (steps, ..., ``core.timing.NOISE``).
            state: shape (..., 52 + 52 + hidden), weights, velocities and memory.

        Returns:
            Weights after each step, shape (steps, ..., 52), and the state after the last.
        """
        sizes = [len(CHANNELS), len(CHANNELS), self.hidden]
        weights, velocity, memory = torch.split(state, sizes, dim=-1)
        rate, grip = spring_rate(clock), network_grip(clock)
        decay = torch.exp(-rate * STEP)
        damping = DAMPING / rate
        times = time_features(clock)
        gates, face_in = self._told(target, torch.cat([emotion, noise, times], dim=-1))
        recall, read = torch.split(self.steer.weight, [self.hidden, SCORE], dim=1)
        score = functional.linear(score_features(emotion, noise, times), read, self.steer.bias)
        slack = reins_slack().to(target.device)
        path = []
        # Unbound at once: indexed row by row, the gradient of every row is as large as the film.
        rows = (each.unbind() for each in (target, gates, score, grip, damping, rate, decay))
        for goal, told, read, held, damped, turn, kept in zip(*rows, strict=True):
            seen = functional.linear(torch.cat([weights, velocity], dim=-1), face_in)
            memory = self._remember(seen + told, memory)
            reins = torch.tanh(functional.linear(memory, recall) + read)
            pull, damp = (torch.maximum(reins, slack) * held).chunk(2, dim=-1)
            # The spring is steered by moving its goal, held still for the length of the step.
            offset = (1 + PULL * pull) * (weights - goal) + damp * damped * velocity
            swing = velocity + offset * turn
            weights = weights - offset + kept * (offset + swing * STEP)
            velocity = kept * (velocity - swing * turn * STEP)
            path.append(weights)
        return torch.stack(path).clamp(0, 1), torch.cat([weights, velocity, memory], dim=-1)

    def _told(self, target: torch.Tensor, told: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return what the gates make of the inputs alone, and their weights for the face.

        The GRU sees weights, velocities, the way that is left and what it is told; the way is
        folded into the others, so that most of the work is done for all steps at once.
        """
        face = len(CHANNELS)
        sizes = [face, face, face, told.shape[-1]]
        weights, velocity, way, rest = torch.split(self.gru.weight_ih, sizes, dim=1)
        outside = torch.cat([target, told], dim=-1)
        gates = functional.linear(outside, torch.cat([way, rest], dim=1), self.gru.bias_ih)
        return gates, torch.cat([weights - way, velocity * SPEED_SCALE], dim=1)

    def _remember(self, seen: torch.Tensor, memory: torch.Tensor) -> torch.Tensor:
        """Return the GRU's next memory from its gates' inputs and its memory."""
        recalled = functional.linear(memory, self.gru.weight_hh, self.gru.bias_hh)
        reset, update, fresh = seen.chunk(3, dim=-1)
        reset_recalled, update_recalled, fresh_recalled = recalled.chunk(3, dim=-1)
        update = torch.sigmoid(update + update_recalled)
        fresh = torch.tanh(fresh + torch.sigmoid(reset + reset_recalled) * fresh_recalled)
        return fresh + update * (memory - fresh)


def reins_slack() -> torch.Tensor:
    """Return the least that each rein may say, shape (2 · 52,): no spring is to push away."""
    face = len(CHANNELS)
    return torch.cat([torch.full((face,), -1 / PULL), torch.full((face,), -1.0)])


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


def score_features(emotion: torch.Tensor, noise: torch.Tensor, times: torch.Tensor) -> torch.Tensor:
    """Return each hat function times all that holds for the whole transition, (..., ``SCORE``).

    Read by the reins, they are a score: when each channel is pulled, by how much each number of the
    noise and each emotion shifts it. The GRU need not remember it, and plays by what it sees.
    """
    hats, paces = torch.split(times, [KNOTS, len(TIME_SCALES)], dim=-1)
    always = torch.ones_like(hats[..., :1])
    context = torch.cat([always, noise, noise.square(), emotion, paces], dim=-1)
    score: torch.Tensor = (hats[..., :, None] * context[..., None, :]).flatten(-2)
    return score


def imitation_loss(path: torch.Tensor, lesson: Lesson) -> torch.Tensor:
    """Return how far a rollout is from its teacher, in weights, in speed and in acceleration.

    Speed counts in weights per transition, so that quick and slow ones weigh alike; acceleration
    keeps the speed from rippling. A channel that moves little counts for more than its share of the
    motion: its times are to be as good. The arrival and the hold count ``ARRIVAL`` times, and going
    beyond the target counts besides.
    """
    ahead = path - lesson.path
    speed = torch.diff(ahead, dim=0, prepend=torch.zeros_like(ahead[:1]))
    turn = torch.diff(speed, dim=0, prepend=torch.zeros_like(ahead[:1]))
    seconds = whole_seconds(lesson.clock).clamp(max=2)
    weight = torch.where(share_done(lesson.clock) > 0.7, ARRIVAL, 1.0)
    left = lesson.target - lesson.path
    away = path - lesson.target
    beyond = torch.where(left.abs() < THERE, ahead, (torch.sign(left) * away).clamp(min=0))
    apart = ahead.square() + (speed * seconds * 20).square()
    apart = apart + (turn * seconds.clamp(max=1.2).square() * 60).square()
    apart = apart + OVERSHOOT * beyond.square()
    reach = lesson.path.amax(0) - lesson.path.amin(0)
    loss: torch.Tensor = 20 * (weight * apart / (0.1 + reach)).mean()
    return loss


def roll_out(network: MotionNetwork, lesson: Lesson) -> torch.Tensor:
    """Return where the network takes the faces of a lesson, shape (steps, n, 52)."""
    rest = lesson.start.new_zeros(len(lesson.start), len(CHANNELS) + network.hidden)
    state = torch.cat([lesson.start, rest], dim=-1)
    told = (lesson.target, lesson.emotion, lesson.clock, lesson.noise)
    path: torch.Tensor = network(*told, state)[0]
    return path
