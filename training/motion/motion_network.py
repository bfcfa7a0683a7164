# SPDX-License-Identifier: GPL-3.0-or-later
"""The motion network: a GRU that controls critically damped springs, 60 steps a second.

The face hangs on the exact critically damped spring of Holden 2021 ("Spring-It-On: The Game
Developer's Spring-Roll-Call"), one for each channel, whose rate follows from the time asked for. At
every step the GRU tightens or slackens each spring and damps it more or less: a residual
acceleration, in proportion to the displacement from the target and to the velocity. So a face at
rest on its target stays there to the last bit whatever the network's outputs are, and once the
transition is due the springs are left to themselves.

Shapes: ``steps`` of 1/60 s; ``...`` are faces side by side; C = 52 channels, E = 8 emotions. All
tensors are float32; positions are weights (0 to 1), velocities weights a second.
"""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import BASIC_EMOTIONS
from emotebot_blender.core.performance.networks import MOTION_RATE
from emotebot_blender.core.performance.transition_times import NOISE

STEP = 1 / MOTION_RATE
"""Seconds of a step."""

SHORTEST, LONGEST = 0.07, 60.0
"""Seconds that a transition is held to take at the least and at the most."""

RATE = 24.0
"""Rate of the spring times the whole transition: tight enough for the quickest channels, which
take a sixth of it."""

RELEASE = 1 / 8
"""Share of a transition, its last, in which the network's control fades to nothing."""

PULL = 1.5
"""The network tightens a spring by up to this much, or slackens it until the channel stays where it
is."""

DAMPING = 2.0
"""The network moves a spring's damping between none and twice the critical one."""

VELOCITY_SCALE = 0.2
"""Weights a second are up to ten; the GRU reads them nearer to one."""

TIME_SCALES = (0.3, 1.5)
"""Seconds by which the GRU tells quick transitions from slow ones."""

KNOTS = 13
"""Hat functions over the phase of the transition, 0 to 1; they add up to 1."""

TIME_FEATURES = KNOTS + len(TIME_SCALES)
"""Numbers that ``time_features`` gives."""

PHASE_FEATURES = KNOTS * (1 + 2 * NOISE + len(BASIC_EMOTIONS) + len(TIME_SCALES))
"""Numbers that ``phase_features`` gives."""


@dataclass(frozen=True)
class MotionConfig:
    """Architecture and training of the motion network.

    Attributes:
        hidden: units of the GRU.
        steps: gradient steps of the imitation.
        batch: rollouts in a gradient step.
        rollout: lengths of a rollout in 60ths of a second, one drawn for each gradient step.
        learning_rate: at the beginning; falls to nothing along a cosine.
        tuning: gradient steps against the discriminator, after those of imitation alone.
        tuning_rate: learning rate of these.
        tuning_batch: rollouts beside real sequences in one of these.
        adversarial_weight: of the adversarial loss beside the imitation loss.
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
    adversarial_weight: float = 0.1
    seed: int = 0

    @classmethod
    def smoke(cls) -> "MotionConfig":
        """Return a run of seconds that learns nothing worth having."""
        return cls(hidden=16, steps=5, batch=4, rollout=(20, 30), tuning=2, tuning_batch=4)


class MotionNetwork(nn.Module):
    """From one expression to the next, step by step.

    Args:
        hidden: units of the GRU.
    """

    def __init__(self, hidden: int = 128) -> None:
        super().__init__()
        self.hidden = hidden
        inputs = 3 * len(CHANNELS) + len(BASIC_EMOTIONS) + NOISE + TIME_FEATURES
        self.gru = nn.GRUCell(inputs, hidden)
        self.control = nn.Linear(hidden + PHASE_FEATURES, 2 * len(CHANNELS))
        nn.init.zeros_(self.control.weight)  # it begins as the bare spring
        nn.init.zeros_(self.control.bias)

    def rest_state(self, weights: torch.Tensor) -> torch.Tensor:
        """Return the state of faces at rest, shape (..., 52) to (..., 52 + 52 + hidden)."""
        size = len(CHANNELS) + self.hidden
        return torch.cat([weights, weights.new_zeros(*weights.shape[:-1], size)], dim=-1)

    def forward(
        self,
        target: torch.Tensor,
        emotion: torch.Tensor,
        timing: torch.Tensor,
        noise: torch.Tensor,
        state: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Advance faces by as many steps as there are rows, as ``MotionModel.advance`` of the core.

        Args:
            target: shape (steps, ..., 52), weights to arrive at.
            emotion: shape (steps, ..., 8), shares times intensity.
            timing: shape (steps, ..., 2), seconds since the start and seconds left.
            noise: shape (steps, ..., ``NOISE``), standard normal.
            state: shape (..., 52 + 52 + hidden), weights, velocities and memory.

        Returns:
            Weights after each step, shape (steps, ..., 52), and the state after the last.
        """
        sizes = [len(CHANNELS), len(CHANNELS), self.hidden]
        weights, velocity, memory = torch.split(state, sizes, dim=-1)
        rate, gain = spring_rate(timing), control_gain(timing)
        decay = torch.exp(-rate * STEP)
        damping = DAMPING / rate
        times = time_features(timing)
        inputs, face_matrix = self._input_gates(target, torch.cat([emotion, noise, times], dim=-1))
        from_memory, from_phase = torch.split(
            self.control.weight, [self.hidden, PHASE_FEATURES], dim=1
        )
        phases = functional.linear(
            phase_features(emotion, noise, times), from_phase, self.control.bias
        )
        least = least_controls().to(target.device)
        path = []
        # Unbound at once: indexed row by row, the gradient of every row is as large as the whole.
        rows = (rows.unbind() for rows in (target, inputs, phases, gain, damping, rate, decay))
        for goal, given, phase, hold, c, r, d in zip(*rows, strict=True):
            gates = functional.linear(torch.cat([weights, velocity], dim=-1), face_matrix) + given
            memory = self._gru(gates, memory)
            controls = torch.tanh(functional.linear(memory, from_memory) + phase)
            pull, damp = (torch.maximum(controls, least) * hold).chunk(2, dim=-1)
            # The spring is controlled by moving its goal, held still for the length of the step.
            x = (1 + PULL * pull) * (weights - goal) + damp * c * velocity
            swing = velocity + x * r
            weights = weights - x + d * (x + swing * STEP)
            velocity = d * (velocity - swing * r * STEP)
            path.append(weights)
        return torch.stack(path).clamp(0, 1), torch.cat([weights, velocity, memory], dim=-1)

    def _input_gates(
        self, target: torch.Tensor, context: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the part of the gates that the inputs give, and the matrix of the face's part.

        The GRU sees weights, velocities, the displacement from the target and the context. The
        displacement is folded into the others, so that most of the work is done for all steps at
        once.

        Args:
            target: shape (steps, ..., 52).
            context: shape (steps, ..., context).

        Returns:
            Shapes (steps, ..., 3 hidden) and (3 hidden, 104), for weights and velocities.
        """
        face = len(CHANNELS)
        sizes = [face, face, face, context.shape[-1]]
        weights, velocity, displacement, others = torch.split(self.gru.weight_ih, sizes, dim=1)
        outside = torch.cat([target, context], dim=-1)
        matrix = torch.cat([displacement, others], dim=1)
        gates = functional.linear(outside, matrix, self.gru.bias_ih)
        return gates, torch.cat([weights - displacement, velocity * VELOCITY_SCALE], dim=1)

    def _gru(self, gates: torch.Tensor, memory: torch.Tensor) -> torch.Tensor:
        """Return the next memory, (..., hidden), from the inputs' part of the gates and the last.

        As ``nn.GRUCell`` (Cho et al. 2014).
        """
        recalled = functional.linear(memory, self.gru.weight_hh, self.gru.bias_hh)
        reset, update, new = gates.chunk(3, dim=-1)
        reset_recalled, update_recalled, new_recalled = recalled.chunk(3, dim=-1)
        update = torch.sigmoid(update + update_recalled)
        new = torch.tanh(new + torch.sigmoid(reset + reset_recalled) * new_recalled)
        return new + update * (memory - new)


def least_controls() -> torch.Tensor:
    """Return the least value of each control output, shape (2 · 52,): no spring pushes away."""
    face = len(CHANNELS)
    return torch.cat([torch.full((face,), -1 / PULL), torch.full((face,), -1.0)])


def whole_seconds(timing: torch.Tensor) -> torch.Tensor:
    """Return how long the transition takes in all, shape (..., 1), from timing, shape (..., 2)."""
    return timing.sum(-1, keepdim=True).clamp(SHORTEST, LONGEST)


def phase_of(timing: torch.Tensor) -> torch.Tensor:
    """Return the share of the transition that is over, shape (..., 1), 0 to 1."""
    return (timing[..., :1] / whole_seconds(timing)).clamp(max=1)


def spring_rate(timing: torch.Tensor) -> torch.Tensor:
    """Return the spring's rate, 2 ln 2 over Holden's halflife, per second, shape (..., 1)."""
    return RATE / whole_seconds(timing)


def control_gain(timing: torch.Tensor) -> torch.Tensor:
    """Return the gain of the control outputs, 1 to 0 as time runs out, shape (..., 1)."""
    return ((1 - phase_of(timing)) / RELEASE).clamp(max=1)


def time_features(timing: torch.Tensor) -> torch.Tensor:
    """Return the GRU's inputs about time, all from 0 to 1, shape (..., ``TIME_FEATURES``)."""
    phase, seconds = phase_of(timing), whole_seconds(timing)
    knots = torch.arange(KNOTS, device=timing.device)
    hats = (1 - (phase * (KNOTS - 1) - knots).abs()).clamp(min=0)
    scales = [scale / (scale + seconds) for scale in TIME_SCALES]
    return torch.cat([hats, *scales], dim=-1)


def phase_features(emotion: torch.Tensor, noise: torch.Tensor, times: torch.Tensor) -> torch.Tensor:
    """Return each hat function times all that holds for the whole transition.

    The control outputs read them beside the memory: when each channel is pulled, and by how much
    each number of the noise and each emotion shifts that. So the GRU need not remember it.

    Args:
        emotion: shape (..., 8).
        noise: shape (..., ``NOISE``).
        times: shape (..., ``TIME_FEATURES``), from ``time_features``.

    Returns:
        Shape (..., ``PHASE_FEATURES``).
    """
    hats, scales = torch.split(times, [KNOTS, len(TIME_SCALES)], dim=-1)
    one = torch.ones_like(hats[..., :1])
    context = torch.cat([one, noise, noise.square(), emotion, scales], dim=-1)
    features: torch.Tensor = (hats[..., :, None] * context[..., None, :]).flatten(-2)
    return features
