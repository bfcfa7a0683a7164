# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the networks and leaves them in a folder, each with its configuration and its curve.

Where there are two cores the two networks are trained side by side, each on its own. Where torchrun
started several processes, all of them work on one network after the other (``distributed``).
"""

import csv
import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from tqdm import tqdm

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.performance import networks

from ..collecting.collection import Collection
from ..collecting.collection_files import (
    ABOUT,
    EXPRESSIONS,
    FRAMES,
    SEQUENCES,
    SHIPPED,
    read_collection,
    write_split,
)
from ..distributed import Team, device_of, first, joined, launched
from ..expression.expression_training import train_expression
from ..expression_data.data_mixture import with_shipped_collections
from ..motion.motion_training import train_motion
from ..processes import Progress, available_cores, run_concurrently
from .config import NETWORKS, TrainingConfig
from .export import export_expression, export_motion


def train(
    config: TrainingConfig,
    folder: Path,
    networks: Iterable[str] = NETWORKS,
    progress: Callable[[str], Progress] | None = None,
    device: str = "cpu",
    data: Iterable[Path] = (),
) -> dict[str, Path]:
    """Train networks and write each as ``NAME.onnx``.

    Beside each lie the configuration and what data it was trained on, ``NAME.json``, and how
    training went, ``NAME_curve.csv``. Who of the collections trains and who is held out stands in
    ``splits.csv`` before any training.

    Args:
        config: what to train and how.
        folder: where the files go; made if it is not there.
        networks: names out of ``NETWORKS``.
        progress: given a network's name, returns what is told the steps done, their number, and
            a word on how it goes; None for a bar on the terminal.
        device: "cpu" or "cuda".
        data: folders of collections to learn from beside the project's own.

    Returns:
        Each network's name and file; nothing in processes that help another one.

    Raises:
        EmoteBotError: the folder already holds such a network, or cannot be written, a collection
            cannot be read, or the device is not there.
    """
    device_of(device)  # before anything is written or started
    networks, data = tuple(networks), tuple(data)
    collections = with_shipped_collections(read_collection(each) for each in data)
    _prepare(folder, networks)
    if first():
        write_split(collections, folder / "splits.csv")
    run = Run(config, folder, data)
    with _bars() as bar:
        told = progress or bar
        if len(networks) > 1 and available_cores() > 1 and not launched():
            run_concurrently(networks, partial(_train_in_process, run, device), told)
            leads = True
        else:
            with joined(device) as team:
                for name in networks:
                    _train_one(run, team, name, told(name) if team.leads else _quiet)
                leads = team.leads
    return {name: folder / f"{name}.onnx" for name in networks} if leads else {}


def install(files: dict[str, Path], folder: Path = networks.FOLDER) -> None:
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
                "{folder} already holds a trained {name}.onnx; name another folder",
                folder=folder,
                name=name,
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmoteBotError(
            "{folder} cannot be made: {reason}", folder=folder, reason=error.strerror
        ) from error
    if not os.access(folder, os.W_OK):
        raise EmoteBotError("{folder} cannot be written to", folder=folder)


@dataclass(frozen=True)
class Run:
    """What is trained, where it goes, and the folders of collections added to the project's own."""

    config: TrainingConfig
    folder: Path
    data: tuple[Path, ...] = ()

    def save(self, name: str) -> None:
        """Write beside a network what it came from."""
        said = {
            **dataclasses.asdict(self.config),
            "torch": torch.__version__,
            "collections": self._described(),
            "split": "splits.csv",
        }
        text = json.dumps(said, indent=2, ensure_ascii=False)
        (self.folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")

    def read(self) -> list[Collection]:
        """Return the collections that the user adds."""
        return [read_collection(each) for each in self.data]

    def _described(self) -> list[dict[str, str]]:
        """Return each collection's name, licence and the sha256 of its files.

        A user's stands for a shipped one of the same name, as in ``with_shipped_collections``.
        """
        found = {read_collection(each).name: each for each in (*SHIPPED, *self.data)}
        said = []
        for name, folder in found.items():
            digest = hashlib.sha256()
            for file in _FILES:
                if (folder / file).exists():
                    digest.update((folder / file).read_bytes())
            licence = read_collection(folder).licence
            said.append({"name": name, "licence": licence, "sha256": digest.hexdigest()})
        return said


def _train_in_process(run: Run, device: str, name: str, progress: Progress) -> None:
    with joined(device) as team:
        _train_one(run, team, name, progress)


def _train_one(run: Run, team: Team, name: str, progress: Progress) -> None:
    config = run.config
    torch.set_num_threads(config.threads)
    torch.use_deterministic_algorithms(True)
    # Memory that is yet to be written need not be the same in every run.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    curve = Curve(run.folder / f"{name}_curve.csv" if team.leads else None)
    made_by = f"{config.name}, seed {getattr(config, name).seed}, torch {torch.__version__}"
    path = run.folder / f"{name}.onnx"
    own = run.read()
    if name == "expression":
        generator = train_expression(config.expression, progress, team, curve.add, own)
        if team.leads:
            sizes = config.expression.character, config.expression.take
            export_expression(generator, path, made_by, sizes)
    else:
        network = train_motion(config.motion, progress, team, curve.add, own)
        if team.leads:
            export_motion(network, path, made_by)
    if team.leads:
        run.save(name)


_FILES = (ABOUT, EXPRESSIONS, SEQUENCES, FRAMES)


class Curve:
    """How a training went: a CSV with a row for each time that it was looked at.

    Args:
        path: the file, begun anew; None to keep nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.begun = False

    def add(self, row: Mapping[str, float]) -> None:
        """Append a row; all have the same columns."""
        if self.path is None:
            return
        with self.path.open("a" if self.begun else "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            if not self.begun:
                writer.writerow(row)
            writer.writerow(f"{value:.6g}" for value in row.values())
        self.begun = True


def _quiet(done: int, total: int, word: str) -> None:
    pass


@contextmanager
def _bars() -> Iterator[Callable[[str], Progress]]:
    """Yield what gives each network a bar on the terminal; all are closed when training ends."""
    with ExitStack() as opened:

        def bar_of(name: str) -> Progress:
            bar = opened.enter_context(tqdm(desc=name, unit="step"))

            def told(done: int, total: int, word: str) -> None:
                bar.total = total
                bar.set_postfix_str(word, refresh=False)
                bar.update(done - bar.n)

            return told

        yield bar_of
