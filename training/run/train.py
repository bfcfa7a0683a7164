# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the networks and leaves them in a folder, each with its configuration and its curve.

Where there are two cores the networks are trained at the same time, each in a process of its own.
Where torchrun started several processes, all of them work on one network after the other
(``distributed``).
"""

import csv
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
from emotebot_blender.core.performance.networks import FOLDER

from ..collecting.collection_files import (
    ABOUT,
    EXPRESSIONS,
    FRAMES,
    SEQUENCES,
    SHIPPED,
    read_collection,
    write_split,
)
from ..distributed import ProcessGroup, is_launched, process_group
from ..expression_data.data_mixture import with_shipped_collections
from ..processes import Progress, available_cores, run_concurrently
from .config import TrainingConfig
from .export import export_network
from .registry import NETWORKS


@dataclass(frozen=True)
class TrainingRun:
    """What is trained, and where it goes.

    Attributes:
        config: what to train and how.
        folder: for the files.
        data: folders of collections to learn from beside the project's own.
        device: "cpu" or "cuda".
    """

    config: TrainingConfig
    folder: Path
    data: tuple[Path, ...] = ()
    device: str = "cpu"

    def file(self, name: str) -> Path:
        """Return where a network goes."""
        return self.folder / NETWORKS[name].file_name


def train(
    run: TrainingRun,
    names: Iterable[str] = tuple(NETWORKS),
    progress_of: Callable[[str], Progress] | None = None,
) -> dict[str, Path]:
    """Train networks and write each as ``NAME.onnx``.

    Beside each lie the configuration and what data it was trained on, ``NAME.json``, and how
    training went, ``NAME_curve.csv``. Who of the collections trains and who is held out stands in
    ``splits.csv`` before any training.

    Args:
        run: what is trained, and where it goes; its folder is made if it is not there.
        names: out of ``NETWORKS``.
        progress_of: from a network's name to what is called with its progress; None for a bar on
            the terminal.

    Returns:
        Each network's name and file; nothing in processes that help another one.

    Raises:
        EmoteBotError: the folder already holds such a network, or cannot be written, a collection
            cannot be read, or the device is not there.
    """
    names = tuple(names)
    with process_group(run.device) as group, _progress_bars() as bars:
        collections = with_shipped_collections(map(read_collection, run.data))
        _prepare(run, names)
        if group.is_main_process:
            write_split(collections, run.folder / "splits.csv")
        progress_of = progress_of or bars
        if len(names) > 1 and available_cores() > 1 and not is_launched():
            run_concurrently(names, partial(_train_in_process, run), progress_of)
        else:
            for name in names:
                progress = progress_of(name) if group.is_main_process else _no_progress
                _train_network(run, group, name, progress)
        return {name: run.file(name) for name in names} if group.is_main_process else {}


def install(files: Mapping[str, Path], folder: Path = FOLDER) -> None:
    """Copy trained networks, name to file, to where EmoteBot looks for its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, file in files.items():
        target = folder / NETWORKS[name].file_name
        part = target.with_name(target.name + ".part")
        shutil.copyfile(file, part)
        part.replace(target)


def _prepare(run: TrainingRun, names: Iterable[str]) -> None:
    """Make the folder of a run, and refuse to overwrite a network in it."""
    for name in names:
        if run.file(name).exists():
            raise EmoteBotError(
                "{folder} already holds a trained {file}; name another folder",
                folder=run.folder,
                file=run.file(name).name,
            )
    try:
        run.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmoteBotError(
            "{folder} cannot be made: {reason}", folder=run.folder, reason=error.strerror
        ) from error
    if not os.access(run.folder, os.W_OK):
        raise EmoteBotError("{folder} cannot be written to", folder=run.folder)


def _train_in_process(run: TrainingRun, name: str, progress: Progress) -> None:
    with process_group(run.device) as group:
        _train_network(run, group, name, progress)


def _train_network(run: TrainingRun, group: ProcessGroup, name: str, progress: Progress) -> None:
    """Train one network; the main process writes it, its curve and where it came from."""
    torch.set_num_threads(run.config.threads)
    torch.use_deterministic_algorithms(True)
    # Memory that is yet to be written need not be the same in every run.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    registered, config = NETWORKS[name], run.config.networks[name]
    own = [read_collection(folder) for folder in run.data]
    curve = Curve(run.folder / f"{name}_curve.csv" if group.is_main_process else None)
    network = registered.train(config, progress, group, curve.add, own)
    if group.is_main_process:
        training_run = f"{run.config.name}, seed {config.seed}, torch {torch.__version__}"
        export_network(registered, network, run.file(name), training_run)
        _write_origin(run, name)


def _write_origin(run: TrainingRun, name: str) -> None:
    """Write beside a network its configuration and the data that it was trained on."""
    origin = {
        **run.config.described(),
        "torch": torch.__version__,
        "collections": _described_collections(run.data),
        "split": "splits.csv",
    }
    text = json.dumps(origin, indent=2, ensure_ascii=False)
    (run.folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def _described_collections(data: Iterable[Path]) -> list[dict[str, str]]:
    """Return each collection's name, licence and the sha256 of its files.

    A user's stands for a shipped one of the same name, as in ``with_shipped_collections``.
    """
    folders = {read_collection(folder).name: folder for folder in (*SHIPPED, *data)}
    described = []
    for name, folder in folders.items():
        digest = hashlib.sha256()
        for file in (ABOUT, EXPRESSIONS, SEQUENCES, FRAMES):
            if (folder / file).exists():
                digest.update((folder / file).read_bytes())
        licence = read_collection(folder).licence
        described.append({"name": name, "licence": licence, "sha256": digest.hexdigest()})
    return described


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


def _no_progress(done: int, total: int, word: str) -> None:
    pass


@contextmanager
def _progress_bars() -> Iterator[Callable[[str], Progress]]:
    """Yield what gives each network a bar on the terminal; all are closed when training ends."""
    with ExitStack() as opened:

        def bar_of(name: str) -> Progress:
            bar = opened.enter_context(tqdm(desc=name, unit="step"))

            def progress(done: int, total: int, word: str) -> None:
                bar.total = total
                bar.set_postfix_str(word, refresh=False)
                bar.update(done - bar.n)

            return progress

        yield bar_of
