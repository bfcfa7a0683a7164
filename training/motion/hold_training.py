# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the hold network on what its teacher makes of the same noise.

A face goes through feelings that last some seconds each. Windows of four seconds follow each other
with the state carried on, as in a performance, so that the network is at home in holds of any
length.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import BASIC_EMOTIONS
from emotebot_blender.core.performance.networks import HOLD_NOISE

from ..collecting.collection import Collection
from ..distributed import SINGLE_PROCESS, ProcessGroup
from ..processes import Progress
from .hold_network import EVENTS, HoldConfig, HoldNetwork
from .hold_teacher import HoldState, teach_hold
from .motion_network import STEP
from .motion_training import LOGGED, descend
from .rollouts import NEUTRAL, draw_emotions

FEELING_SECONDS = (1.0, 8.0)
"""Range of the time from one change of feeling to the next."""

CHANGE_SECONDS = (0.25, 1.2)
"""Range of the time that a change takes."""

SPEED = 100.0
"""Weight in the loss of the error of the change from step to step, which is what a tremble is."""

EVENT = 0.05
"""Weight of the waves of the events in the loss."""

Window = tuple[Tensor, Tensor, Tensor, Tensor]
"""Noise, emotion and held seconds as of ``HoldNetwork.forward``, and what the teacher makes."""


def train_hold(
    config: HoldConfig,
    progress: Progress,
    group: ProcessGroup = SINGLE_PROCESS,
    log: Callable[[dict[str, float]], None] | None = None,
    collections: Sequence[Collection] = (),
) -> HoldNetwork:
    """Return a hold network that does what its teacher does.

    Args:
        config: what to train and how.
        progress: called after each gradient step.
        group: the processes that train together; each draws faces of its own.
        log: called now and then with the step and the loss.
        collections: of measured faces; none is learned from, as no held feelings are in them.

    Raises:
        EmoteBotError: the processes cannot share a batch evenly.
    """
    torch.manual_seed(config.seed)  # the same network in every process
    network = HoldNetwork(config.hidden).to(group.device)
    parallel = group.parallel(network)
    chance = torch.Generator().manual_seed(group.data_seed(config.seed))
    optimizer = torch.optim.Adam(network.parameters(), config.learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, config.steps)
    count = group.share(config.batch)
    for step in range(1, config.steps + 1):
        if (step - 1) % config.windows == 0:
            windows = draw_windows(config.window, count, chance)
            state = torch.zeros(count, config.hidden, device=group.device)
        *inputs, taught = (tensor.to(group.device) for tensor in next(windows))
        outputs, state = parallel(*inputs, state)
        state = state.detach()
        loss = hold_loss(outputs, taught)
        descend(optimizer, loss)
        schedule.step()
        progress(step, config.steps, f"hold loss {loss.item():.4f}")
        if log and (step % LOGGED == 0 or step == config.steps):
            log({"step": step, "hold": loss.item()})
    return network.cpu().eval()


def hold_loss(outputs: Tensor, taught: Tensor) -> Tensor:
    """Return how far the network's outputs are from those taught, and the speed of movements.

    Args:
        outputs: shape (steps, n, 56), from the network.
        taught: shape (steps, n, 56), from the teacher.
    """
    relative, over = torch.split(outputs - taught, [len(CHANNELS), len(EVENTS)], dim=-1)
    speed = torch.diff(relative, dim=0).square().mean()
    loss: Tensor = relative.square().mean() + SPEED * speed + EVENT * over.square().mean()
    return loss


def draw_windows(steps: int, count: int, generator: torch.Generator) -> Iterator[Window]:
    """Yield window after window of the same faces, without an end.

    Args:
        steps: of a window.
        count: faces.
        generator: source of chance.
    """

    def between(low: float, high: float) -> np.ndarray:
        drawn: np.ndarray = torch.rand(count, 1, generator=generator).numpy()
        return low + (high - low) * drawn

    state = HoldState.of(count)
    shown = before = np.zeros((count, len(BASIC_EMOTIONS)), dtype=np.float32)
    goal, since = _draw_feelings(count, generator), np.zeros((count, 1), dtype=np.float32)
    change, lasts = between(*CHANGE_SECONDS), between(*FEELING_SECONDS)
    while True:
        emotions, seconds = [], []
        for _ in range(steps):
            shown = before + (goal - before) * np.minimum(since / change, 1)
            emotions.append(shown)
            seconds.append(np.maximum(since - change, 0))
            since = since + np.float32(STEP)
            ends = since >= change + lasts
            if ends.any():
                goal = np.where(ends, _draw_feelings(count, generator), goal)
                before = np.where(ends, shown, before)
                change = np.where(ends, between(*CHANGE_SECONDS), change)
                lasts = np.where(ends, between(*FEELING_SECONDS), lasts)
                since = np.where(ends, np.float32(0), since)
        noise = torch.randn(steps, count, HOLD_NOISE, generator=generator)
        emotion, held = (torch.from_numpy(np.stack(rows)) for rows in (emotions, seconds))
        taught, state = teach_hold(noise, emotion, held, state)
        yield noise, emotion, held, taught


def _draw_feelings(count: int, generator: torch.Generator) -> np.ndarray:
    """Return shares times intensity, some of them none, shape (count, 8)."""
    shown = torch.rand(count, 1, generator=generator) >= NEUTRAL
    emotion: np.ndarray = (draw_emotions(count, generator) * shown).numpy()
    return emotion
