# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the expression network as a relativistic GAN over pairs of takes of one person.

Losses as Huang et al. 2024 ("The GAN is dead; long live the GAN!"): relativistic, with gradient
penalties on real and on made faces (R1, R2).

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
from ..distributed import ALONE, Team
from ..expression_data.data_mixture import Pairs, make_pairs
from ..metrics.expression_metrics import Scale, coverage_and_density
from .expression_network import Critic, ExpressionConfig, Generator, View, make_takes

WATCHED = 1000
"""Pairs that the generator is compared with whenever the curve is written."""

UNSEEN = 500_000_003
"""Added to a run's seed where these are drawn: no pair of them is in the training set."""

LOGGED = 100
"""Times in a training that its curve is written."""


def steepness(score: Tensor, seen: Tensor) -> Tensor:
    """Return R1 + R2: the squared gradient of the score, mean of the real plus mean of the made.

    Args:
        score: shape (2 n,), of real and made pairs.
        seen: shape (2 n, 2, components), what the score was given for.
    """
    (gradient,) = torch.autograd.grad(score.sum(), seen, create_graph=True)
    return 2 * gradient.square().sum(dim=(1, 2)).mean()


class Watch:
    """How near a generator comes to fresh takes of the training people, while it learns.

    Args:
        config: the run.
        collections: as in ``train_expression``.
    """

    def __init__(self, config: ExpressionConfig, collections: Sequence[Collection]) -> None:
        count = min(WATCHED, config.pairs)
        pairs = make_pairs(count, config.mix, config.seed + UNSEEN, "train", collections)
        self.config = config
        self.scale = Scale.of(pairs.weights.reshape(-1, len(CHANNELS)))
        self.real = self.scale(pairs.weights[:, 0])
        self.felt = torch.from_numpy(pairs.emotion), torch.from_numpy(pairs.intensity)

    def look(self, generator: Generator) -> dict[str, float]:
        """Return coverage and density (Naeem et al. 2020) of a generator."""
        emotion, intensity = (each.to(generator.live.device) for each in self.felt)
        with torch.no_grad():
            made = make_takes(generator, emotion, intensity, self.config)
        coverage, density = coverage_and_density(self.real, self.scale(made[:, 0].cpu().numpy()))
        return {"coverage": coverage, "density": density}


Batch = tuple[Tensor, Tensor, Tensor]
"""Weights, emotions and intensities of pairs."""


def batches(pairs: Pairs, size: int, device: torch.device) -> Iterator[Batch]:
    """Yield batches of pairs without end."""
    weights, emotion, intensity = (
        torch.from_numpy(each).to(device)
        for each in (pairs.weights, pairs.emotion, pairs.intensity)
    )
    while True:
        order = torch.randperm(len(weights)).to(device)
        for first in range(0, len(order) - size + 1, size):
            chosen = order[first : first + size]
            yield weights[chosen], emotion[chosen], intensity[chosen]


def train_expression(
    config: ExpressionConfig,
    progress: Callable[[int, int, str], None],
    team: Team = ALONE,
    log: Callable[[dict[str, float]], None] | None = None,
    collections: Sequence[Collection] = (),
) -> Generator:
    """Train the expression network and return its averaged generator.

    Args:
        config: the run.
        progress: called with steps done, steps in all and a word on how it goes.
        team: the processes that train together; each draws pairs of its own.
        log: told now and then how it goes, in numbers.
        collections: measured faces to learn from beside the project's own.
    """
    size = team.share(config.batch)
    progress(0, config.steps, "drawing expressions")
    pairs = make_pairs(config.pairs, config.mix, team.stream(config.seed), "train", collections)
    faces = torch.from_numpy(pairs.weights).flatten(0, 1)
    faces = team.agree(faces).cpu()
    live = faces.amax(dim=0) > 0.05
    view = View(faces, live, config.dither).to(team.device)

    torch.manual_seed(config.seed)  # the same networks in every process, then its own chance
    G = Generator(config, live)  # noqa: N806 - as in the equations
    D = Critic(config, view.basis.shape[1])  # noqa: N806
    G, D = G.to(team.device), D.to(team.device)  # noqa: N806
    average = deepcopy(G).requires_grad_(False)
    g_step, d_step = (
        torch.optim.Adam(net.parameters(), config.learning_rate, betas=(0.0, 0.99), fused=True)
        for net in (G, D)
    )
    watch = Watch(config, collections) if log and team.leads else None
    torch.manual_seed(team.stream(config.seed))
    data = batches(pairs, size, team.device)
    for step in range(config.steps):
        late = max(0.0, 2 * step / config.steps - 1)
        for group in g_step.param_groups + d_step.param_groups:
            group["lr"] = config.learning_rate * (1 - late * (1 - config.last_rate))

        real, emotion, intensity = next(data)
        real, made = view(real), view(make_takes(G, emotion, intensity, config))
        both = torch.cat([real, made.detach()]).requires_grad_()  # one pass over real and made
        asked = D.ask(emotion, intensity)
        score = D(both, (asked[0].repeat(2, 1, 1), asked[1].repeat(2, 1, 1)))
        d_real, d_made = score.chunk(2)
        steep = steepness(score, both)
        d_loss = functional.softplus(d_made - d_real).mean()
        d_step.zero_grad()
        (d_loss + config.gamma / 2 * steep).backward()  # type: ignore[no-untyped-call]
        team.average_gradients(D)
        d_step.step()

        D.requires_grad_(False)
        d_made = D(made, D.ask(emotion, intensity))
        g_loss = functional.softplus(d_real.detach() - d_made).mean()
        g_step.zero_grad()
        g_loss.backward()  # type: ignore[no-untyped-call]
        team.average_gradients(G)
        g_step.step()
        D.requires_grad_(True)

        keep = min(config.ema, (1 + step) / (10 + step))
        with torch.no_grad():
            torch._foreach_lerp_(list(average.parameters()), list(G.parameters()), 1 - keep)
        done = step + 1
        if done % 50 == 0 or done == config.steps:
            progress(done, config.steps, f"critic {d_loss:.3f} generator {g_loss:.3f}")
        if log and watch and done % max(1, config.steps // LOGGED) == 0:
            losses = {"critic": d_loss.item(), "generator": g_loss.item()}
            log({"step": done, **losses, "steepness": steep.item(), **watch.look(average)})
    return average.cpu().eval()
