# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the networks and leaves them in a folder, each with its configuration."""

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from tqdm import tqdm

from emotebot_blender.core import model
from emotebot_blender.core.errors import EmoteBotError

from .config import NETWORKS, TrainingConfig
from .export import export_expression, export_motion
from .expression import train_expression
from .motion import train_motion


def train(
    config: TrainingConfig,
    folder: Path,
    networks: Iterable[str] = NETWORKS,
    progress: Callable[[str], Callable[[int, int, str], None]] | None = None,
) -> dict[str, Path]:
    """Train networks and write each as ``NAME.onnx`` with its configuration, ``NAME.json``.

    Args:
        config: what to train and how.
        folder: where the files go; made if it is not there.
        networks: names out of ``NETWORKS``.
        progress: given a network's name, returns what is told the steps done, their number, and
            a word on how it goes; None for a bar on the terminal.

    Returns:
        Each network's name and file.

    Raises:
        EmoteBotError: the folder already holds such a network, or cannot be written.
    """
    networks = tuple(networks)
    _prepare(folder, networks)
    torch.set_num_threads(config.threads)
    torch.use_deterministic_algorithms(True)
    told = progress or _bar
    files = {}
    for name in networks:
        files[name] = folder / f"{name}.onnx"
        _TRAIN[name](config, files[name], told(name))
        config.save(folder / f"{name}.json")
    return files


def install(files: dict[str, Path], folder: Path = model.FOLDER) -> None:
    """Copy trained networks to where EmoteBot looks for its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, file in files.items():
        fresh = folder / f"{name}.onnx.part"
        shutil.copyfile(file, fresh)
        fresh.replace(folder / f"{name}.onnx")


def _prepare(folder: Path, networks: Iterable[str]) -> None:
    for name in networks:
        if (folder / f"{name}.onnx").exists():
            raise EmoteBotError(
                f"{folder} already holds a trained {name}.onnx; name another folder"
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmoteBotError(f"{folder} cannot be made: {error.strerror}") from error
    if not os.access(folder, os.W_OK):
        raise EmoteBotError(f"{folder} cannot be written to")


def _run_name(config: TrainingConfig, seed: int) -> str:
    return f"{config.name}, seed {seed}, torch {torch.__version__}"


def _expression(
    config: TrainingConfig, path: Path, progress: Callable[[int, int, str], None]
) -> None:
    network = train_expression(config.expression, progress)
    sizes = config.expression.character, config.expression.take
    export_expression(network, path, _run_name(config, config.expression.seed), sizes)


def _motion(config: TrainingConfig, path: Path, progress: Callable[[int, int, str], None]) -> None:
    network = train_motion(config.motion, progress)
    export_motion(network, path, _run_name(config, config.motion.seed))


_TRAIN = {"expression": _expression, "motion": _motion}


def _bar(name: str) -> Callable[[int, int, str], None]:
    bar = tqdm(desc=name, unit="step")

    def told(done: int, total: int, word: str) -> None:
        bar.total = total
        bar.set_postfix_str(word, refresh=False)
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    return told
