# SPDX-License-Identifier: GPL-3.0-or-later
"""The critic of motion: tells windows of real motion from those of the motion network.

A window is one channel for half a second: its place, speed and acceleration at each step. Channels
are judged one by one, whatever they are called, so that few sequences go further and the critic
learns how a face moves, not which faces there are. Real and made windows pass the same smoothing,
so that no network learns to tremble.
"""

import torch
from torch import nn
from torch.nn import functional

from emotebot_blender.core.performance.networks import MOTION_RATE

from .real_sequences import JUDGED, SMOOTHING

WINDOW = 30
"""Steps of a window."""

STRIDE = 6
"""Steps between the beginnings of two windows."""

STILL = 0.03
"""A window that spans less shows no motion and is not judged."""

SCALES = (1.0, 0.3, 0.06)
"""What weights, weights a second, and those a second again are multiplied by."""


class Critic(nn.Module):
    """Three convolutions over time and a mean."""

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
        self.verdict = nn.Linear(width, 1)

    def forward(self, windows: torch.Tensor) -> torch.Tensor:
        """Return how real windows look, shape (n,), from windows, shape (n, 3, ``WINDOW``)."""
        seen: torch.Tensor = self.layers(windows).mean(-1)
        judged: torch.Tensor = self.verdict(seen)
        return judged[:, 0]


def windows_of(path: torch.Tensor, measured: bool) -> torch.Tensor:
    """Return the windows of paths that show motion, shape (windows, 3, ``WINDOW``).

    Args:
        path: shape (steps, n, 52).
        measured: whether the paths are real ones, which are smooth already.
    """
    judged = path[..., torch.from_numpy(JUDGED).to(path.device)].flatten(1).T
    if not measured:
        judged = _smoothed(judged)
    speed = torch.diff(judged, dim=1) * MOTION_RATE
    turn = torch.diff(speed, dim=1) * MOTION_RATE
    length = turn.shape[1]
    seen = torch.stack([judged[:, 1 : 1 + length], speed[:, :length], turn], dim=1)
    windows = seen.unfold(2, WINDOW, STRIDE).permute(0, 2, 1, 3).flatten(0, 1)
    place = windows[:, :1]
    moving = (place.amax(-1) - place.amin(-1))[:, 0] >= STILL
    windows = windows[moving]
    scales = windows.new_tensor(SCALES)[:, None]
    centred = torch.cat([windows[:, :1] - windows[:, :1].mean(-1, keepdim=True), windows[:, 1:]], 1)
    return centred * scales


def critic_loss(
    critic: Critic, real: torch.Tensor, made: torch.Tensor, penalty: float
) -> torch.Tensor:
    """Return the relativistic loss of the critic with R1 and R2 (Huang et al. 2024)."""
    real, made = real.detach().requires_grad_(), made.detach().requires_grad_()
    judged_real, judged_made = critic(real), critic(made)
    slopes = [
        torch.autograd.grad(judged.sum(), seen, create_graph=True)[0].square().sum((1, 2)).mean()
        for judged, seen in ((judged_real, real), (judged_made, made))
    ]
    apart = functional.softplus(judged_made - judged_real).mean()
    return apart + penalty / 2 * (slopes[0] + slopes[1])


def motion_loss(critic: Critic, real: torch.Tensor, made: torch.Tensor) -> torch.Tensor:
    """Return the relativistic loss of the network that made the windows."""
    return functional.softplus(critic(real).detach() - critic(made)).mean()


def as_many(windows: torch.Tensor, count: int, generator: torch.Generator) -> torch.Tensor:
    """Return this many of the windows, chosen by chance."""
    chosen = torch.randperm(len(windows), generator=generator)[:count]
    return windows[chosen.to(windows.device)]


def _smoothed(rows: torch.Tensor) -> torch.Tensor:
    """Return rows over time smoothed as real sequences are, shape (n, steps)."""
    deviation = SMOOTHING * MOTION_RATE
    reach = round(4 * deviation)
    away = torch.arange(-reach, reach + 1, device=rows.device)
    kernel = torch.exp(-((away / deviation) ** 2) / 2)
    kernel = (kernel / kernel.sum())[None, None]
    padded = functional.pad(rows[:, None], (reach, reach), mode="replicate")
    return functional.conv1d(padded, kernel)[:, 0]
