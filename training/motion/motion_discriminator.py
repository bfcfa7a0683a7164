# SPDX-License-Identifier: GPL-3.0-or-later
"""The discriminator of motion: tells windows of real motion from those of the motion network.

A window is one channel for half a second: its position, velocity and acceleration at each step.
Channels are seen one by one, whatever they are called, so that few sequences go further and the
discriminator learns how a face moves, not which faces there are. Real and generated windows pass
the same smoothing, so that no network learns to tremble.

Losses as in ``expression_training`` (Huang et al. 2024).
"""

import torch
from torch import nn
from torch.nn import functional

from emotebot_blender.core.performance.networks import MOTION_RATE

from .real_sequences import COMPARED, SMOOTHING

WINDOW = 30
"""Steps of a window."""

STRIDE = 6
"""Steps between the beginnings of two windows."""

STILL = 0.03
"""A window whose weights reach over less shows no motion and is left out."""

SCALES = (1.0, 0.3, 0.06)
"""Factors of weights, of weights a second, and of those a second again, in a window."""


class MotionDiscriminator(nn.Module):
    """Three convolutions over time and a mean.

    Args:
        width: channels of each convolution.
    """

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(3, width, 5, padding=2),
            nn.LeakyReLU(0.2),
            nn.Conv1d(width, width, 5, stride=2, padding=2),
            nn.LeakyReLU(0.2),
            nn.Conv1d(width, width, 5, stride=2, padding=2),
            nn.LeakyReLU(0.2),
        )
        self.score = nn.Linear(width, 1)

    def forward(self, windows: torch.Tensor) -> torch.Tensor:
        """Return how real windows look, shape (n, 3, ``WINDOW``) to (n,)."""
        features: torch.Tensor = self.layers(windows).mean(-1)
        score: torch.Tensor = self.score(features)
        return score[:, 0]


def windows_of(path: torch.Tensor, measured: bool) -> torch.Tensor:
    """Return the windows of paths that show motion, shape (windows, 3, ``WINDOW``).

    Args:
        path: shape (steps, n, 52), weights.
        measured: whether the paths are real ones, which are smooth already.
    """
    columns = path[..., torch.from_numpy(COMPARED).to(path.device)].flatten(1).T
    if not measured:
        columns = _smoothed(columns)
    velocity = torch.diff(columns, dim=1) * MOTION_RATE
    acceleration = torch.diff(velocity, dim=1) * MOTION_RATE
    length = acceleration.shape[1]
    stacked = torch.stack([columns[:, 1 : 1 + length], velocity[:, :length], acceleration], dim=1)
    windows = stacked.unfold(2, WINDOW, STRIDE).permute(0, 2, 1, 3).flatten(0, 1)
    position = windows[:, :1]
    moving = (position.amax(-1) - position.amin(-1))[:, 0] >= STILL
    windows = windows[moving]
    scales = windows.new_tensor(SCALES)[:, None]
    centred = torch.cat([windows[:, :1] - windows[:, :1].mean(-1, keepdim=True), windows[:, 1:]], 1)
    return centred * scales


def discriminator_loss(
    D: nn.Module,  # noqa: N803 - as in the equations
    real: torch.Tensor,
    generated: torch.Tensor,
    gamma: float,
) -> torch.Tensor:
    """Return the relativistic loss of the discriminator with R1 and R2.

    Args:
        D: a ``MotionDiscriminator``.
        real: windows, shape (n, 3, ``WINDOW``).
        generated: the same.
        gamma: weight of the gradient penalty.
    """
    x, Gz = real.detach().requires_grad_(), generated.detach().requires_grad_()  # noqa: N806
    Dx, DGz = D(x), D(Gz)  # noqa: N806
    r1, r2 = (
        torch.autograd.grad(score.sum(), windows, create_graph=True)[0].square().sum((1, 2)).mean()
        for score, windows in ((Dx, x), (DGz, Gz))
    )
    return functional.softplus(DGz - Dx).mean() + gamma / 2 * (r1 + r2)


def generator_loss(
    D: nn.Module,  # noqa: N803
    real: torch.Tensor,
    generated: torch.Tensor,
) -> torch.Tensor:
    """Return the relativistic loss of the network that generated the windows.

    Args:
        D: a ``MotionDiscriminator``.
        real: windows, shape (n, 3, ``WINDOW``).
        generated: the same.
    """
    return functional.softplus(D(real).detach() - D(generated)).mean()


def choose_windows(windows: torch.Tensor, count: int, generator: torch.Generator) -> torch.Tensor:
    """Return this many of the windows, all different, drawn from a source of chance.

    Args:
        windows: shape (n, 3, ``WINDOW``).
        count: of windows.
        generator: source of chance.
    """
    chosen = torch.randperm(len(windows), generator=generator)[:count]
    return windows[chosen.to(windows.device)]


def _smoothed(columns: torch.Tensor) -> torch.Tensor:
    """Return columns over time, shape (n, steps), smoothed as real sequences are."""
    deviation = SMOOTHING * MOTION_RATE
    radius = round(4 * deviation)
    offsets = torch.arange(-radius, radius + 1, device=columns.device)
    kernel = torch.exp(-((offsets / deviation) ** 2) / 2)
    kernel = (kernel / kernel.sum())[None, None]
    padded = functional.pad(columns[:, None], (radius, radius), mode="replicate")
    return functional.conv1d(padded, kernel)[:, 0]
