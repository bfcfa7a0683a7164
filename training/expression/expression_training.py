# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the expression network as a relativistic GAN over pairs of takes of one subject.

Losses as Huang et al. 2024 ("The GAN is dead; long live the GAN! A modern GAN baseline", R3GAN):
relativistic, with zero-centred gradient penalties on real and on generated faces (R1 and R2).

    L_D = softplus(-(D(x) - D(G(z)))) + gamma / 2 (|dD(x)/dx|^2 + |dD(G(z))/dG(z)|^2)
    L_G = softplus(-(D(G(z)) - D(x)))
"""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy

import torch
from torch import Tensor
from torch.nn import functional

from emotebot_blender.core.channels import CHANNELS

from ..collecting.collection import Collection
from ..distributed import SINGLE_PROCESS, ProcessGroup
from ..expression_data.data_mixture import Pairs, make_pairs
from ..metrics.expression_metrics import Scale, coverage_and_density
from .expression_network import (
    ACTIVE,
    DitheredComponents,
    ExpressionConfig,
    ExpressionDiscriminator,
    Generator,
    generate_pairs,
)

VALIDATION_PAIRS = 1000
"""Pairs that the generator is compared with whenever the curve is written."""

VALIDATION_SEED = 500_000_003
"""Added to a run's seed where these are drawn: no pair of them is in the training set."""

LOGGED = 100
"""Times in a training that its curve is written."""


def train_expression(
    config: ExpressionConfig,
    progress: Callable[[int, int, str], None],
    group: ProcessGroup = SINGLE_PROCESS,
    log: Callable[[dict[str, float]], None] | None = None,
    collections: Sequence[Collection] = (),
) -> Generator:
    """Train the expression network and return its averaged generator.

    Args:
        config: the run.
        progress: called with steps done, steps in all and a word on how it goes.
        group: the processes that train together; each draws pairs of its own.
        log: called now and then with the step, the losses and the validation.
        collections: measured faces to learn from beside the project's own.

    Raises:
        EmoteBotError: the processes cannot share a batch evenly.
    """
    batch = group.share(config.batch)
    progress(0, config.steps, "drawing expressions")
    pairs = make_pairs(config.pairs, config.mix, group.data_seed(config.seed), "train", collections)
    weights = group.broadcast(torch.from_numpy(pairs.weights).flatten(0, 1)).cpu()
    live = weights.amax(dim=0) > ACTIVE
    components = DitheredComponents(weights, live, config.dither).to(group.device)

    torch.manual_seed(config.seed)  # the same networks in every process
    G = Generator(config, live).to(group.device)  # noqa: N806 - as in the equations
    D = ExpressionDiscriminator(config, components.basis.shape[1]).to(group.device)  # noqa: N806
    average = deepcopy(G).requires_grad_(False)
    G_all, D_all = group.parallel(G), group.parallel(D)  # noqa: N806
    g_step, d_step = (
        torch.optim.Adam(net.parameters(), config.learning_rate, betas=(0.0, 0.99), fused=True)
        for net in (G, D)
    )
    validation = Validation(config, collections) if log and group.is_main_process else None
    torch.manual_seed(group.data_seed(config.seed))  # each process's own chance
    data = batches(pairs, batch, group.device)
    for step in range(1, config.steps + 1):
        for optimizer in (g_step, d_step):
            optimizer.param_groups[0]["lr"] = learning_rate(config, step)

        x, emotion, intensity = next(data)
        x = components(x)
        Gz = components(generate_pairs(G_all, emotion, intensity, config))  # noqa: N806

        both = torch.cat([x, Gz.detach()]).requires_grad_()  # one pass over real and generated
        feeling, direction = D.condition(emotion, intensity)
        score = D_all(both, (feeling.repeat(2, 1, 1), direction.repeat(2, 1, 1)))
        Dx, DGz = score.chunk(2)  # noqa: N806
        penalty = gradient_penalty(score, both)
        d_loss = functional.softplus(DGz - Dx).mean()
        d_step.zero_grad()
        (d_loss + config.gamma / 2 * penalty).backward()  # type: ignore[no-untyped-call]
        d_step.step()

        D.requires_grad_(False)
        DGz = D(Gz, D.condition(emotion, intensity))  # noqa: N806
        g_loss = functional.softplus(Dx.detach() - DGz).mean()
        g_step.zero_grad()
        g_loss.backward()  # type: ignore[no-untyped-call]
        g_step.step()
        D.requires_grad_(True)

        keep = min(config.ema, step / (9 + step))
        with torch.no_grad():
            torch._foreach_lerp_(list(average.parameters()), list(G.parameters()), 1 - keep)
        if step % 50 == 0 or step == config.steps:
            progress(step, config.steps, f"discriminator {d_loss:.3f} generator {g_loss:.3f}")
        if log and validation and step % max(1, config.steps // LOGGED) == 0:
            losses = {"discriminator": d_loss.item(), "generator": g_loss.item()}
            penalties = {"gradient_penalty": penalty.item()}
            log({"step": step, **losses, **penalties, **validation.measure(average)})
    return average.cpu().eval()


def learning_rate(config: ExpressionConfig, step: int) -> float:
    """Return the rate of a step, counted from 1: constant, then linear to ``last_rate`` of it."""
    decay = max(0.0, 2 * (step - 1) / config.steps - 1)
    return config.learning_rate * (1 - decay * (1 - config.last_rate))


def gradient_penalty(score: Tensor, faces: Tensor) -> Tensor:
    """Return R1 + R2, the mean squared gradient of the real scores plus that of the generated.

    Args:
        score: shape (2 n,), of n real and n generated pairs.
        faces: shape (2 n, 2, components), what the score was given for.
    """
    (gradient,) = torch.autograd.grad(score.sum(), faces, create_graph=True)
    return 2 * gradient.square().sum(dim=(1, 2)).mean()


Batch = tuple[Tensor, Tensor, Tensor]
"""Weights, emotions and intensities of n pairs: shapes (n, 2, 52), (n, 2, 16) and (n, 2, 1)."""


def batches(pairs: Pairs, size: int, device: torch.device) -> Iterator[Batch]:
    """Yield batches of pairs without end, in a new order each time round.

    Args:
        pairs: the training set.
        size: pairs in a batch; what is left over at the end of a round is skipped.
        device: of the batches.
    """
    weights, emotion, intensity = (
        torch.from_numpy(array).to(device)
        for array in (pairs.weights, pairs.emotion, pairs.intensity)
    )
    while True:
        order = torch.randperm(len(weights)).to(device)
        for first in range(0, len(order) - size + 1, size):
            chosen = order[first : first + size]
            yield weights[chosen], emotion[chosen], intensity[chosen]


class Validation:
    """How near a generator comes to unseen takes of the training subjects, while it learns.

    Args:
        config: the run.
        collections: as in ``train_expression``.
    """

    def __init__(self, config: ExpressionConfig, collections: Sequence[Collection]) -> None:
        count, seed = min(VALIDATION_PAIRS, config.pairs), config.seed + VALIDATION_SEED
        pairs = make_pairs(count, config.mix, seed, "train", collections)
        self.config = config
        self.scale = Scale.of(pairs.weights.reshape(-1, len(CHANNELS)))
        self.real = self.scale(pairs.weights[:, 0])
        self.emotion = torch.from_numpy(pairs.emotion)
        self.intensity = torch.from_numpy(pairs.intensity)

    def measure(self, generator: Generator) -> dict[str, float]:
        """Return coverage and density (Naeem et al. 2020) of a generator."""
        device = generator.live.device
        with torch.no_grad():
            pairs = generate_pairs(
                generator, self.emotion.to(device), self.intensity.to(device), self.config
            )
        generated = self.scale(pairs[:, 0].cpu().numpy())
        coverage, density = coverage_and_density(self.real, generated)
        return {"coverage": coverage, "density": density}
