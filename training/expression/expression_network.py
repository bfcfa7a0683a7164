# SPDX-License-Identifier: GPL-3.0-or-later
"""The expression network: a generator of apexes, and its discriminator over pairs of takes.

The discriminator is a projection discriminator (Miyato & Koyama 2018) on emotion and intensity. It
always sees two takes of one subject, so that the generator must put into the identity latent what a
person keeps and into the take latent what changes. ``expression_training`` trains the two.

Shapes: n pairs, C = 52 channels, E = 16 emotions; every tensor is float32.
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
"""Residual layers of the generator."""

STEEPNESS = 4.0
"""Factor within the tanh of a latent's steep copy: for what is done or not, what leads or not."""

OUTPUT_LOW, OUTPUT_RANGE = -0.05, 1.2
"""Where the sigmoid of the output begins and how far it reaches before it is clamped to 0 and 1: a
weight is exactly 0 where nothing moves, and strong ones lie where the sigmoid is steep."""

ACTIVE = 0.05
"""Weight above which a channel moves: those that never do in the training set stay 0."""


@dataclass(frozen=True)
class ExpressionConfig:
    """Architecture and training of the expression network.

    Attributes:
        seed: the same seed and machine give the same network.
        pairs: size of the training set, not below ``batch``.
        steps: updates of generator and discriminator each.
        batch: pairs in an update.
        learning_rate: at the start; falls to ``last_rate`` of it over the second half.
        last_rate: share of the learning rate that is left at the end.
        gamma: weight of the gradient penalty.
        ema: share of the averaged generator that each step keeps.
        dither: standard deviation of the noise on every channel that the discriminator sees.
        identity_size: numbers of the identity latent, what a person keeps.
        take_size: numbers of the take latent.
        width: units in each layer of the generator.
        discriminator_width: units in each layer of the discriminator.
        mix: what the training set is made of.
    """

    seed: int = 0
    pairs: int = 140_000
    steps: int = 52_000
    batch: int = 128
    learning_rate: float = 2e-3
    last_rate: float = 0.05
    gamma: float = 0.05
    ema: float = 0.99
    dither: float = 0.01
    identity_size: int = 64
    take_size: int = 64
    width: int = 160
    discriminator_width: int = 160
    mix: DataMixture = field(default_factory=DataMixture)

    @classmethod
    def smoke(cls) -> "ExpressionConfig":
        """Return a run of seconds that learns nothing worth having."""
        return cls(pairs=300, steps=20, batch=32, width=32, discriminator_width=32)


def growth_curves(intensity: Tensor) -> Tensor:
    """Return the growth curves at intensities, shape (n, 1) to (n, ``GROWTHS``).

    Each rises without a fall from exactly 0 at 0 to 1 at 1.
    """
    s = intensity
    return torch.cat([s * (2 - s), s, s * s, s * s * (3 - 2 * s)], dim=1)


def with_steep_copy(latent: Tensor) -> Tensor:
    """Return latents and copies that are nearly always -1 or 1, shape (n, size) to (n, 2 size)."""
    return torch.cat([latent, torch.tanh(STEEPNESS * latent)], dim=1)


class Residual(nn.Module):
    """A residual layer, modulated by a scale and a shift of each unit."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layer = nn.Linear(width, width)

    def forward(
        self, x: Tensor, scale: Tensor | float = 1.0, shift: Tensor | float = 0.0
    ) -> Tensor:
        """Return ``x + scale * leaky_relu(layer(x) + shift)``.

        Args:
            x: shape (..., width).
            scale: shape (..., width), or one number.
            shift: the same.
        """
        return x + scale * functional.leaky_relu(self.layer(x) + shift, 0.2)


class Generator(nn.Module):
    """From a feeling to its apex, ``growth(intensity) * apex``; the neutral face is 0.

    The emotion enters every layer as a weighted sum of learned embeddings (the columns of linear
    layers without bias), so that mixtures of emotions are mixtures of embeddings.

    Args:
        config: sizes.
        live: shape (52,), bool, the channels that the training set moves; others stay 0.
    """

    live: Tensor

    def __init__(self, config: ExpressionConfig, live: Tensor) -> None:
        super().__init__()
        width = config.width
        self.latent_sizes = config.identity_size, config.take_size
        self.emotion = nn.Linear(len(EMOTIONS), width, bias=False)
        self.scales = nn.Linear(len(EMOTIONS), BLOCKS * width, bias=False)
        self.shifts = nn.Linear(len(EMOTIONS), BLOCKS * width, bias=False)
        self.growth = nn.Linear(width, len(CHANNELS) * GROWTHS)
        self.identity = nn.Linear(2 * config.identity_size, width)
        self.take = nn.Linear(2 * config.take_size, width)
        self.trunk = nn.ModuleList(Residual(width) for _ in range(BLOCKS))
        self.apex = nn.Linear(width, len(CHANNELS))
        self.emotion_bias = nn.Linear(len(EMOTIONS), len(CHANNELS), bias=False)
        self.direct = nn.Linear(config.identity_size + config.take_size, len(CHANNELS), bias=False)
        self.direct_scale = nn.Linear(len(EMOTIONS), len(CHANNELS), bias=False)
        nn.init.constant_(self.scales.weight, 1.0)
        nn.init.zeros_(self.shifts.weight)
        nn.init.constant_(self.apex.bias, -1.0)
        nn.init.constant_(self.direct_scale.weight, 1.0)
        self.register_buffer("live", live.float())

    def forward(self, emotion: Tensor, intensity: Tensor, identity: Tensor, take: Tensor) -> Tensor:
        """Return the weights of the channels.

        How a channel grows with the intensity depends on the take too: weak faces differ by more
        than their size says, for what is near its end can differ little.

        Args:
            emotion: shape (n, 16), shares that add up to 1.
            intensity: shape (n, 1), 0 to 1.
            identity: shape (n, ``identity_size``), standard normal.
            take: shape (n, ``take_size``), standard normal.

        Returns:
            Shape (n, 52), 0 to 1; exactly 0 at intensity 0, and never falling as it rises.
        """
        latents = self.identity(with_steep_copy(identity)) + self.take(with_steep_copy(take))
        x = functional.leaky_relu(self.emotion(emotion) + latents, 0.2)
        scales = self.scales(emotion).chunk(BLOCKS, dim=1)
        shifts = self.shifts(emotion).chunk(BLOCKS, dim=1)
        for block, scale, shift in zip(self.trunk, scales, shifts, strict=True):
            x = block(x, scale, shift)
        direct = self.direct_scale(emotion) * self.direct(torch.cat([identity, take], dim=1))
        logits = 2 * self.apex(x) + 8 * self.emotion_bias(emotion) + direct
        apex = (OUTPUT_RANGE * torch.sigmoid(logits) + OUTPUT_LOW).clamp(0, 1)
        shares = torch.softmax(self.growth(x).reshape(-1, len(CHANNELS), GROWTHS), dim=2)
        growth = (shares * growth_curves(intensity)[:, None, :]).sum(dim=2).clamp(max=1)
        weights: Tensor = self.live * growth * apex
        return weights


class DitheredComponents(nn.Module):
    """What the discriminator sees of a face: its principal components, whitened.

    So a left corner of the mouth that is not quite the right one's equal shows as clearly as a
    smile does.

    Args:
        weights: shape (n, 52), of the training set.
        live: shape (52,), bool, the channels that the generator may move.
        dither: standard deviation of the noise that hides from the discriminator what no eye sees.
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
        """Return components of weights, shape (..., 52) to (..., components), dithered afresh."""
        components: Tensor = (weights + self.dither * torch.randn_like(weights)) @ self.basis
        return components


Condition = tuple[Tensor, Tensor]
"""Embedding and direction of projection of the feelings of pairs, each of shape (n, 2, width)."""


class ExpressionDiscriminator(nn.Module):
    """Tells pairs of takes of the training set from generated ones.

    A pair's score is that of each take, by projection on its feeling, and that of the two as takes
    of one subject; the order of the two means nothing.

    Args:
        config: sizes.
        components: numbers in what it sees of a face.
    """

    def __init__(self, config: ExpressionConfig, components: int) -> None:
        super().__init__()
        width = config.discriminator_width
        feeling_size = len(EMOTIONS) + 1
        self.face = nn.Linear(components, width)
        self.feeling = nn.Linear(feeling_size, width)
        self.trunk = nn.Sequential(nn.LeakyReLU(0.2), Residual(width), Residual(width))
        self.direction = nn.Sequential(
            nn.Linear(feeling_size, width), nn.LeakyReLU(0.2), nn.Linear(width, width)
        )
        self.pair = nn.Sequential(
            nn.Linear(2 * width, width), nn.LeakyReLU(0.2), Residual(width), nn.Linear(width, 1)
        )

    def condition(self, emotion: Tensor, intensity: Tensor) -> Condition:
        """Return the condition of feelings, shapes (n, 2, 16) and (n, 2, 1)."""
        feeling = torch.cat([emotion, intensity], dim=2)
        direction: Tensor = self.direction(feeling)
        return self.feeling(feeling), direction / math.sqrt(direction.shape[2])

    def forward(self, faces: Tensor, condition: Condition) -> Tensor:
        """Return how much each pair looks like the training set, a score of shape (n,).

        Args:
            faces: shape (n, 2, components), from ``DitheredComponents``.
            condition: of the feelings of the same takes.
        """
        feeling, direction = condition
        features = self.trunk(self.face(faces) + feeling)
        first, second = features.unbind(1)
        symmetric = torch.cat([first + second, first * second], dim=1)
        score: Tensor = (features * direction).sum(dim=(1, 2)) + self.pair(symmetric).squeeze(1)
        return score


def draw_latent(count: int, size: int, device: torch.device) -> Tensor:
    """Return latents as a performance draws them, shape (count, size), within ±``TRUNCATION``.

    Args:
        count: of latents.
        size: numbers of a latent.
        device: of the latents.
    """
    return torch.randn(count, size, device=device).clamp(-TRUNCATION, TRUNCATION)


def generate_pairs(
    generator: nn.Module, emotion: Tensor, intensity: Tensor, config: ExpressionConfig
) -> Tensor:
    """Return pairs of takes, the two of a pair with one identity latent, shape (n, 2, 52).

    Args:
        generator: a ``Generator``.
        emotion: shape (n, 2, 16), shares.
        intensity: shape (n, 2, 1), 0 to 1.
        config: sizes of the latents.
    """
    count = len(emotion)
    identity = draw_latent(count, config.identity_size, emotion.device)
    take = draw_latent(2 * count, config.take_size, emotion.device)
    weights: Tensor = generator(
        emotion.flatten(0, 1), intensity.flatten(0, 1), identity.repeat_interleave(2, dim=0), take
    )
    return weights.reshape(count, 2, len(CHANNELS))
