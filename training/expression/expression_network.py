# SPDX-License-Identifier: GPL-3.0-or-later
"""The expression network and its critic, over pairs of takes of one person.

The critic is a projection discriminator (Miyato & Koyama 2018) on emotion and intensity. It always
sees two takes of one person, so that the generator must put into the character what a person keeps
and into the take what changes. ``expression_training`` trains the two.
"""

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.performance.performance import TRUNCATION

from ..expression_data.data_mixture import DataMixture

GROWTHS = 4
"""Curves from 0 to 1 that a channel's growth with the intensity is mixed from."""

BLOCKS = 3
"""Layers of the generator between its inputs and its answer."""

BOLDNESS = 4.0
"""How steeply a latent's bold copy turns from -1 to 1: what is done or not, what leads or not."""

LOWEST, SPAN = -0.05, 1.2
"""Least answer of the generator, and from there to the greatest: clamped to 0 and 1, so that a
weight is exactly 0 where nothing moves, and strong ones lie where the sigmoid is steep."""


@dataclass(frozen=True)
class ExpressionConfig:
    """Everything that a training run of the expression network depends on.

    Attributes:
        seed: the same seed and machine give the same network.
        pairs: size of the training set, not below ``batch``.
        steps: updates of generator and critic each.
        batch: pairs in an update.
        learning_rate: at the start; falls to ``last_rate`` of it over the second half.
        gamma: weight of the gradient penalties.
        ema: share of the averaged generator that each step keeps.
        dither: deviation of the noise on every channel that the critic sees.
        character, take: sizes of the two latents.
        width, critic_width: units in each layer of the generator and of the critic.
        mix: what the training set is made of.
    """

    seed: int = 0
    pairs: int = 120_000
    steps: int = 44_000
    batch: int = 128
    learning_rate: float = 2e-3
    last_rate: float = 0.05
    gamma: float = 0.05
    ema: float = 0.99
    dither: float = 0.01
    character: int = 64
    take: int = 64
    width: int = 160
    critic_width: int = 160
    mix: DataMixture = field(default_factory=DataMixture)

    @classmethod
    def smoke(cls) -> "ExpressionConfig":
        """Return a run of seconds that learns nothing worth having."""
        return cls(pairs=300, steps=20, batch=32, width=32, critic_width=32)


def growth_curves(intensity: Tensor) -> Tensor:
    """Return the curves at an intensity, shape (n, 1) to (n, GROWTHS).

    Each rises without a fall from exactly 0 at 0 to 1 at 1.
    """
    s = intensity
    return torch.cat([s * (2 - s), s, s * s, s * s * (3 - 2 * s)], dim=1)


def with_bold(latent: Tensor) -> Tensor:
    """Return latents and, beside them, copies that are nearly always -1 or 1."""
    return torch.cat([latent, torch.tanh(BOLDNESS * latent)], dim=1)


class Residual(nn.Module):
    """What went in, and one layer's answer to it; ``scale`` says how much each unit's counts."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layer = nn.Linear(width, width)

    def forward(
        self, x: Tensor, scale: Tensor | float = 1.0, shift: Tensor | float = 0.0
    ) -> Tensor:
        """Return the sum, shape as x."""
        return x + scale * functional.leaky_relu(self.layer(x) + shift, 0.2)


class Generator(nn.Module):
    """Makes the apex of a feeling: ``growth(intensity) * apex``, the neutral face being 0.

    Args:
        config: sizes.
        live: shape (52,), bool, the channels that the training set moves; others stay 0.
    """

    live: Tensor

    def __init__(self, config: ExpressionConfig, live: Tensor) -> None:
        super().__init__()
        width = config.width
        # The columns of these are the learned embeddings of the eight emotions.
        self.emotion = nn.Linear(len(EMOTIONS), width, bias=False)
        self.scales = nn.Linear(len(EMOTIONS), BLOCKS * width, bias=False)
        self.shifts = nn.Linear(len(EMOTIONS), BLOCKS * width, bias=False)
        self.growth = nn.Linear(width, len(CHANNELS) * GROWTHS)
        self.character = nn.Linear(2 * config.character, width)
        self.take = nn.Linear(2 * config.take, width)
        self.trunk = nn.ModuleList(Residual(width) for _ in range(BLOCKS))
        self.apex = nn.Linear(width, len(CHANNELS))
        self.leaning = nn.Linear(len(EMOTIONS), len(CHANNELS), bias=False)
        self.direct = nn.Linear(config.character + config.take, len(CHANNELS), bias=False)
        self.looseness = nn.Linear(len(EMOTIONS), len(CHANNELS), bias=False)
        nn.init.constant_(self.scales.weight, 1.0)
        nn.init.zeros_(self.shifts.weight)
        nn.init.constant_(self.apex.bias, -1.0)
        nn.init.constant_(self.looseness.weight, 1.0)
        self.register_buffer("live", live.float())

    def forward(
        self, emotion: Tensor, intensity: Tensor, character: Tensor, take: Tensor
    ) -> Tensor:
        """Return the weights of the channels.

        Growth is of each take's own: weak faces differ by more than their size says, for what is
        near its end can differ little.

        Args:
            emotion: shape (n, 8), shares that add up to 1.
            intensity: shape (n, 1), 0 to 1.
            character: shape (n, character), standard normal.
            take: shape (n, take), standard normal.

        Returns:
            shape (n, 52), 0 to 1; exactly 0 at intensity 0, and never falling as it rises.
        """
        drawn = self.character(with_bold(character)) + self.take(with_bold(take))
        x = functional.leaky_relu(self.emotion(emotion) + drawn, 0.2)
        scales = self.scales(emotion).chunk(BLOCKS, dim=1)
        shifts = self.shifts(emotion).chunk(BLOCKS, dim=1)
        for block, scale, shift in zip(self.trunk, scales, shifts, strict=True):
            x = block(x, scale, shift)
        aside = self.looseness(emotion) * self.direct(torch.cat([character, take], dim=1))
        answer = 2 * self.apex(x) + 8 * self.leaning(emotion) + aside
        apex = (SPAN * torch.sigmoid(answer) + LOWEST).clamp(0, 1)
        shares = torch.softmax(self.growth(x).reshape(-1, len(CHANNELS), GROWTHS), dim=2)
        growth = (shares * growth_curves(intensity)[:, None, :]).sum(dim=2).clamp(max=1)
        weights: Tensor = self.live * growth * apex
        return weights


class View(nn.Module):
    """What the critic sees of a face: its principal components, each in its own deviations.

    So a left corner of the mouth that is not quite the right one's equal shows as clearly as a
    smile does.

    Args:
        weights: shape (n, 52), of the training set.
        live: shape (52,), bool, the channels that the generator may move.
        dither: deviation of the noise that hides from the critic what no eye can see.
    """

    basis: Tensor

    def __init__(self, weights: Tensor, live: Tensor, dither: float) -> None:
        super().__init__()
        variance, axes = torch.linalg.eigh(torch.cov(weights[:, live].T))
        basis = torch.zeros(len(CHANNELS), len(axes))
        basis[live] = axes / (variance.clamp(min=0) + dither**2).sqrt()
        self.dither = dither
        self.register_buffer("basis", basis)

    def forward(self, weights: Tensor) -> Tensor:
        """Return a view of weights, shape (..., 52) to (..., components), dithered afresh."""
        seen: Tensor = (weights + self.dither * torch.randn_like(weights)) @ self.basis
        return seen


Asked = tuple[Tensor, Tensor]
"""What the critic makes of the feelings of pairs, each of shape (n, 2, width)."""


class Critic(nn.Module):
    """Tells pairs of takes from the training set and pairs of made ones apart.

    A pair's score is that of each take, by projection on its feeling, and that of the two as takes
    of one person; the order of the two means nothing.

    Args:
        config: sizes.
        components: numbers in a view of a face.
    """

    def __init__(self, config: ExpressionConfig, components: int) -> None:
        super().__init__()
        width = config.critic_width
        felt = len(EMOTIONS) + 1
        self.face = nn.Linear(components, width)
        self.feeling = nn.Linear(felt, width)
        self.trunk = nn.Sequential(nn.LeakyReLU(0.2), Residual(width), Residual(width))
        self.direction = nn.Sequential(
            nn.Linear(felt, width), nn.LeakyReLU(0.2), nn.Linear(width, width)
        )
        self.couple = nn.Sequential(
            nn.Linear(2 * width, width), nn.LeakyReLU(0.2), Residual(width), nn.Linear(width, 1)
        )

    def ask(self, emotion: Tensor, intensity: Tensor) -> Asked:
        """Return what ``forward`` wants to know of feelings, shapes (n, 2, 8) and (n, 2, 1)."""
        felt = torch.cat([emotion, intensity], dim=2)
        direction: Tensor = self.direction(felt)
        return self.feeling(felt), direction / math.sqrt(direction.shape[2])

    def forward(self, seen: Tensor, asked: Asked) -> Tensor:
        """Return how much each pair looks like the training set, shape (n,).

        Args:
            seen: shape (n, 2, components), from ``View``.
            asked: of the feelings of the same takes.
        """
        feeling, direction = asked
        found = self.trunk(self.face(seen) + feeling)
        first, second = found.unbind(1)
        together = torch.cat([first + second, first * second], dim=1)
        score: Tensor = (found * direction).sum(dim=(1, 2)) + self.couple(together).squeeze(1)
        return score


def draw_latent(count: int, size: int, device: torch.device) -> Tensor:
    """Return latents as EmoteBot draws them, shape (count, size)."""
    return torch.randn(count, size, device=device).clamp(-TRUNCATION, TRUNCATION)


def make_takes(
    generator: Generator, emotion: Tensor, intensity: Tensor, config: ExpressionConfig
) -> Tensor:
    """Return pairs of takes, two of each character, shape (n, 2, 52)."""
    count = len(emotion)
    character = draw_latent(count, config.character, emotion.device).repeat_interleave(2, dim=0)
    take = draw_latent(2 * count, config.take, emotion.device)
    made: Tensor = generator(emotion.flatten(0, 1), intensity.flatten(0, 1), character, take)
    return made.reshape(count, 2, len(CHANNELS))
