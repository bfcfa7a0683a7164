# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows of movement beside those of real people on films that no training saw.

Half a second of one channel at a time, as the motion network's critic sees it. The faces are told
the places at which the real ones turn or rest and the times between; a classifier that never saw
them, and learned on other channels, tells the windows of both apart.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.performance.networks import Networks

from ..collecting.collection import Collection
from ..metrics.expression_metrics import two_sample_auc
from ..motion.motion_discriminator import windows_of
from ..motion.real_sequences import JUDGED, draw_rehearsal, read_films
from ..motion.rollouts import Lesson
from .baselines import CURVES

STEPS, ROLLOUTS = 120, 48
MOST = 800
"""Windows of each kind that are compared."""
QUIET = 0.02
"""Deviation of the dither on windows, a twentieth of their usual span."""

REFERENCE = "the training films"

Roll = Callable[[Lesson], np.ndarray]
"""From a lesson to where a face goes, shape (steps, n, 52)."""


def window_aucs(
    networks: Mapping[str, Networks], collections: Sequence[Collection], seeds: Sequence[int]
) -> dict[str, list[float]]:
    """Return how well windows are told from held-out films, .5 to 1: one figure a seed.

    Nothing is returned where no film is held out. The last row compares the films that networks
    learned from with those that they did not.
    """
    held_out = read_films(collections, "held-out")
    training = read_films(collections, "train")
    if not held_out:
        return {}
    movers: dict[str, Roll] = {name: _rolled(each) for name, each in networks.items()}
    movers |= {name: _curved(curve) for name, curve in CURVES.items()}
    found: dict[str, list[float]] = {}
    for seed in seeds:
        lesson = draw_rehearsal(held_out, STEPS, ROLLOUTS, torch.Generator().manual_seed(seed))
        real = _windows(lesson.path, True)
        for name, roll in movers.items():
            made = _windows(torch.from_numpy(roll(lesson)), False)
            found.setdefault(name, []).append(_auc(real, made, seed))
        if training:
            again = draw_rehearsal(training, STEPS, ROLLOUTS, torch.Generator().manual_seed(seed))
            found.setdefault(REFERENCE, []).append(_auc(real, _windows(again.path, True), seed))
    return found


def _rolled(networks: Networks) -> Roll:
    def roll(lesson: Lesson) -> np.ndarray:
        size = networks.motion.sizes["noise"]
        paths = []
        for face in range(lesson.start.shape[0]):
            target, emotion, clock = (
                each[:, face].numpy() for each in (lesson.target, lesson.emotion, lesson.clock)
            )
            noise = np.random.default_rng((face, 9)).standard_normal(size, dtype=np.float32)
            state = networks.motion.rest_state(lesson.start[face].numpy())
            path, _ = networks.motion.advance(
                target, emotion, clock, np.tile(noise, (len(target), 1)), state
            )
            paths.append(path)
        return np.stack(paths, axis=1)

    return roll


def _curved(curve: Callable[[np.ndarray], np.ndarray]) -> Roll:
    def roll(lesson: Lesson) -> np.ndarray:
        target, clock = lesson.target.numpy(), lesson.clock.numpy()
        path = np.empty_like(target)
        begun = lesson.start.numpy()
        for step in range(len(target)):
            if step and (target[step] != target[step - 1]).any():
                turned = (target[step] != target[step - 1]).any(axis=1)[:, None]
                begun = np.where(turned, path[step - 1], begun)
            whole = np.maximum(clock[step].sum(axis=1), 1e-6)
            share = curve(clock[step, :, 0] / whole)[:, None]
            path[step] = begun + share * (target[step] - begun)
        return path

    return roll


def _windows(path: torch.Tensor, measured: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the places in each window, and a number that both sides of a channel share."""
    stems = list(dict.fromkeys(_stem(CHANNELS[index]) for index in JUDGED))
    parts, groups = [], []
    for number, stem in enumerate(stems):
        kept = torch.tensor([_stem(name) == stem for name in CHANNELS])
        found = windows_of(torch.where(kept, path, 0.0), measured).flatten(1).numpy()
        parts.append(found)
        groups.append(np.full(len(found), number))
    return np.concatenate(parts), np.concatenate(groups)


def _stem(name: str) -> str:
    return name.removesuffix("Left").removesuffix("Right")


def _auc(
    real: tuple[np.ndarray, np.ndarray], made: tuple[np.ndarray, np.ndarray], seed: int
) -> float:
    """Return the area under the curve; both kinds of windows of one channel are in one fold."""
    count = min(len(real[0]), len(made[0]), MOST)
    rng = np.random.default_rng((seed, 10))
    picked = [rng.permutation(len(each[0]))[:count] for each in (real, made)]
    (first, first_groups), (second, second_groups) = (
        (rows[chosen], groups[chosen])
        for (rows, groups), chosen in zip((real, made), picked, strict=True)
    )
    return two_sample_auc(first, second, seed, first_groups, second_groups, QUIET, paired=True)
