# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the motion network: imitation of the published times, then tuning on real sequences.

Imitation comes first and stays. In the second part a discriminator compares the network's rollouts
with the real sequences that they stand beside, and the network is kept as it then is only where it
imitates the published times as well as before.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy

import torch
from torch import Tensor, nn

from ..collecting.collection import Collection
from ..distributed import SINGLE_PROCESS, ProcessGroup
from ..expression_data.data_mixture import with_shipped_collections
from ..processes import Progress
from .imitation import imitation_loss, roll_out
from .motion_discriminator import (
    MotionDiscriminator,
    choose_windows,
    discriminator_loss,
    generator_loss,
    windows_of,
)
from .motion_network import MotionConfig, MotionNetwork
from .real_sequences import draw_real_rollout, read_sequences
from .rollouts import draw_rollout

LOGGED = 20
"""Steps between two rows of the curve."""

WORST_IMITATION = 1.05
"""Imitation loss of the tuned network over that of the untuned one, up to which it is kept."""

TUNING_STEPS = 100
"""Steps of a rollout beside a real sequence."""

DISCRIMINATOR_RATE, GAMMA = 1e-3, 1.0
"""Learning rate of the discriminator, and weight of its gradient penalty."""

VALIDATION_ROLLOUTS, VALIDATION_STEPS, VALIDATION_SEED = 48, 150, 1
"""Rollouts by which imitation is compared before and after the tuning."""


def train_motion(
    config: MotionConfig,
    progress: Progress,
    group: ProcessGroup = SINGLE_PROCESS,
    log: Callable[[dict[str, float]], None] | None = None,
    collections: Sequence[Collection] = (),
) -> MotionNetwork:
    """Return a motion network trained on the published times and on real sequences.

    Args:
        config: what to train and how.
        progress: called after each gradient step.
        group: the processes that train together; each draws rollouts of its own.
        log: called now and then with the step and the losses.
        collections: of measured faces, beside those that come with the project; their training
            sequences are learned from.

    Raises:
        EmoteBotError: the processes cannot share a batch evenly.
    """
    torch.manual_seed(config.seed)  # the same network in every process
    G = MotionNetwork(config.hidden).to(group.device)  # noqa: N806 - as in expression_training
    G_all = group.parallel(G)  # noqa: N806
    chance = torch.Generator().manual_seed(group.data_seed(config.seed))
    real = read_sequences(with_shipped_collections(collections), "train") if config.tuning else ()
    steps = config.steps + (config.tuning if real else 0)

    def imitate() -> Tensor:
        """Return the imitation loss on new rollouts."""
        length = config.rollout[int(torch.randint(len(config.rollout), (), generator=chance))]
        rollout = draw_rollout(length, group.share(config.batch), chance).to(group.device)
        return imitation_loss(roll_out(G, rollout, G_all), rollout)

    def report(step: int, imitation: Tensor, discriminator: float) -> None:
        progress(step, steps, f"imitation loss {imitation.item():.3f}")
        if log and (step % LOGGED == 0 or step == steps):
            log({"step": step, "imitation": imitation.item(), "discriminator": discriminator})

    g_step = torch.optim.Adam(G.parameters(), config.learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(g_step, config.steps)
    for step in range(1, config.steps + 1):
        imitation = imitate()
        descend(g_step, imitation)
        schedule.step()
        report(step, imitation, 0.0)
    if not real:
        return G.cpu().eval()

    untuned, best = deepcopy(G.state_dict()), validation_loss(G)
    D = MotionDiscriminator().to(group.device)  # noqa: N806
    D_all = group.parallel(D)  # noqa: N806
    g_step = torch.optim.Adam(G.parameters(), config.tuning_rate, betas=(0.5, 0.99))
    d_step = torch.optim.Adam(D.parameters(), DISCRIMINATOR_RATE, betas=(0.0, 0.99))
    for step in range(config.steps + 1, steps + 1):
        batch = group.share(config.tuning_batch)
        rollout = draw_real_rollout(real, TUNING_STEPS, batch, chance).to(group.device)
        x = windows_of(rollout.path, measured=True)
        Gz = windows_of(roll_out(G, rollout, G_all), measured=False)  # noqa: N806
        count = min(len(x), len(Gz))
        x, Gz = (choose_windows(windows, count, chance) for windows in (x, Gz))  # noqa: N806

        d_loss = discriminator_loss(D_all, x, Gz, GAMMA)
        descend(d_step, d_loss)

        D.requires_grad_(False)
        imitation = imitate()
        descend(g_step, imitation + config.adversarial_weight * generator_loss(D, x, Gz))
        D.requires_grad_(True)
        report(step, imitation, d_loss.item())
    if validation_loss(G) > WORST_IMITATION * best:
        G.load_state_dict(untuned)
    return G.cpu().eval()


def descend(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    """Take a step down the gradient of a loss, clipped to a norm of 1."""
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(optimizer.param_groups[0]["params"], 1.0)
    optimizer.step()


def validation_loss(network: MotionNetwork) -> float:
    """Return the imitation loss on rollouts that are the same in every run and process."""
    chance = torch.Generator().manual_seed(VALIDATION_SEED)
    rollout = draw_rollout(VALIDATION_STEPS, VALIDATION_ROLLOUTS, chance)
    rollout = rollout.to(next(network.parameters()).device)
    with torch.no_grad():
        return float(imitation_loss(roll_out(network, rollout), rollout))
