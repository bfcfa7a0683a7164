# SPDX-License-Identifier: GPL-3.0-or-later
"""Closed-loop imitation of the teacher: whole rollouts against the paths that it draws."""

import torch
from torch import nn

from .motion_network import MotionNetwork, phase_of, whole_seconds
from .rollouts import Rollout

ARRIVAL = 4.0
"""Weight of the arrival and the hold in the loss."""

OVERSHOOT = 20.0
"""Weight of what goes beyond the target, and of leaving it again, beside the rest of the error."""

ARRIVED = 1e-3
"""A channel of the teacher's that is nearer to its target, in weights, has arrived."""


def roll_out(
    network: MotionNetwork, rollout: Rollout, parallel: nn.Module | None = None
) -> torch.Tensor:
    """Return where the network takes the faces of n rollouts, shape (steps, n, 52).

    Args:
        network: the network.
        rollout: what it is given.
        parallel: the same network as a process group wraps it, to learn from the result.
    """
    inputs = rollout.target, rollout.emotion, rollout.timing, rollout.noise
    advance = network if parallel is None else parallel
    path: torch.Tensor = advance(*inputs, network.rest_state(rollout.start))[0]
    return path


def imitation_loss(path: torch.Tensor, rollout: Rollout) -> torch.Tensor:
    """Return how far paths are from the teacher's, in weights, in velocity and in acceleration.

    Velocity counts in weights per transition, so that quick and slow ones weigh alike; acceleration
    keeps it from rippling. A channel that moves little counts for more than its share of the
    motion: its times are to be as good. The arrival and the hold count ``ARRIVAL`` times, and going
    beyond the target counts besides.

    Args:
        path: shape (steps, n, 52), from ``roll_out``.
        rollout: with the teacher's path.
    """
    error = path - rollout.path
    velocity = torch.diff(error, dim=0, prepend=torch.zeros_like(error[:1]))
    acceleration = torch.diff(velocity, dim=0, prepend=torch.zeros_like(error[:1]))
    seconds = whole_seconds(rollout.timing).clamp(max=2)
    weight = torch.where(phase_of(rollout.timing) > 0.7, ARRIVAL, 1.0)
    remaining = rollout.target - rollout.path
    away = path - rollout.target
    beyond = torch.where(
        remaining.abs() < ARRIVED, error, (torch.sign(remaining) * away).clamp(min=0)
    )
    squared = error.square() + (velocity * seconds * 20).square()
    squared = squared + (acceleration * seconds.clamp(max=1.2).square() * 60).square()
    squared = squared + OVERSHOOT * beyond.square()
    amplitude = rollout.path.amax(0) - rollout.path.amin(0)
    loss: torch.Tensor = 20 * (weight * squared / (0.1 + amplitude)).mean()
    return loss
