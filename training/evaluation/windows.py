# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows of movement beside those of real people in sequences that no training saw.

Half a second of one channel at a time, as the motion network's discriminator sees it. The networks
are given the turning points of the real sequences and the times between; a classifier that never
saw them, and learned on other channels, tells the windows of both apart.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.performance.networks import Networks

from ..collecting.collection import Collection
from ..metrics.expression_metrics import two_sample_auc
from ..motion.motion_discriminator import windows_of
from ..motion.real_sequences import COMPARED, draw_real_rollout, read_sequences
from ..motion.rollouts import Rollout
from .baselines import CURVES

STEPS, ROLLOUTS = 120, 48
"""Length and number of the rollouts of each seed."""

MOST = 800
"""Windows of each kind that are compared."""

DITHER = 0.02
"""Standard deviation of the noise on windows, a twentieth of their usual amplitude."""

REFERENCE = "the training films"

Mover = Callable[[Rollout], np.ndarray]
"""From n rollouts to where faces go, weights of shape (steps, n, 52)."""

Windows = tuple[np.ndarray, np.ndarray]
"""Windows, shape (n, 90), and the number of each one's channel, the same for both sides, (n,)."""


def window_aucs(
    networks: Mapping[str, Networks], collections: Sequence[Collection], seeds: Sequence[int]
) -> dict[str, list[float]]:
    """Return how far windows differ from those of held-out sequences, .5 to 1, one AUC a seed.

    Nothing is returned where no sequence is held out. The last row compares the sequences that
    networks learned from with those that they did not.

    Args:
        networks: name to networks.
        collections: measured faces with sequences.
        seeds: of the evaluation.
    """
    held_out = read_sequences(collections, "held-out")
    training = read_sequences(collections, "train")
    if not held_out:
        return {}
    movers: dict[str, Mover] = {name: _along_network(model) for name, model in networks.items()}
    movers |= {name: _along_curve(curve) for name, curve in CURVES.items()}
    aucs: dict[str, list[float]] = {}
    for seed in seeds:
        rollout = draw_real_rollout(held_out, STEPS, ROLLOUTS, torch.Generator().manual_seed(seed))
        real = _windows(rollout.path, measured=True)
        for name, move in movers.items():
            generated = _windows(torch.from_numpy(move(rollout)), measured=False)
            aucs.setdefault(name, []).append(_auc(real, generated, seed))
        if training:
            chance = torch.Generator().manual_seed(seed)
            other = draw_real_rollout(training, STEPS, ROLLOUTS, chance).path
            auc = _auc(real, _windows(other, measured=True), seed)
            aucs.setdefault(REFERENCE, []).append(auc)
    return aucs


def _along_network(networks: Networks) -> Mover:
    def move(rollout: Rollout) -> np.ndarray:
        size = networks.motion.sizes["noise"]
        paths = []
        for face in range(rollout.start.shape[0]):
            target, emotion, timing = (
                rows[:, face].numpy() for rows in (rollout.target, rollout.emotion, rollout.timing)
            )
            noise = np.random.default_rng((face, 9)).standard_normal(size, dtype=np.float32)
            state = networks.motion.rest_state(rollout.start[face].numpy())
            path, _ = networks.motion.advance(
                target, emotion, timing, np.tile(noise, (len(target), 1)), state
            )
            paths.append(path)
        return np.stack(paths, axis=1)

    return move


def _along_curve(curve: Callable[[np.ndarray], np.ndarray]) -> Mover:
    def move(rollout: Rollout) -> np.ndarray:
        target, timing = rollout.target.numpy(), rollout.timing.numpy()
        path = np.empty_like(target)
        start = rollout.start.numpy()
        for step in range(len(target)):
            if step and (target[step] != target[step - 1]).any():
                retargeted = (target[step] != target[step - 1]).any(axis=1)[:, None]
                start = np.where(retargeted, path[step - 1], start)
            seconds = np.maximum(timing[step].sum(axis=1), 1e-6)
            progress = curve(timing[step, :, 0] / seconds)[:, None]
            path[step] = start + progress * (target[step] - start)
        return path

    return move


def _windows(path: torch.Tensor, measured: bool) -> Windows:
    stems = list(dict.fromkeys(_stem(CHANNELS[index]) for index in COMPARED))
    parts, groups = [], []
    for number, stem in enumerate(stems):
        kept = torch.tensor([_stem(name) == stem for name in CHANNELS])
        windows = windows_of(torch.where(kept, path, 0.0), measured).flatten(1).numpy()
        parts.append(windows)
        groups.append(np.full(len(windows), number))
    return np.concatenate(parts), np.concatenate(groups)


def _stem(name: str) -> str:
    return name.removesuffix("Left").removesuffix("Right")


def _auc(real: Windows, generated: Windows, seed: int) -> float:
    """Return the area under the curve; both kinds of windows of one channel are in one fold."""
    count = min(len(real[0]), len(generated[0]), MOST)
    rng = np.random.default_rng((seed, 10))
    picked = [rng.permutation(len(rows))[:count] for rows, _ in (real, generated)]
    (first, first_groups), (second, second_groups) = (
        (rows[chosen], groups[chosen])
        for (rows, groups), chosen in zip((real, generated), picked, strict=True)
    )
    return two_sample_auc(first, second, seed, first_groups, second_groups, DITHER, paired=True)
