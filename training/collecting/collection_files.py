# SPDX-License-Identifier: GPL-3.0-or-later
"""Collections: folders of measured faces that the networks learn from.

A collection holds no photographs, only numbers::

    collection.json     what it is, whose and under which licence, how it was made, what was dropped
    expressions.csv     one row a measured expression: person, item, shares of the eight emotions,
                        intensity, whether the neutral face was known, then the measured channels
    sequences.csv       one row a sequence: person, item, frames a second, labels
    sequences.csv.gz    its frames: item, seconds, then the measured channels

The rows stand beyond the person's neutral face where ``neutral_known`` is 1, and as they were
measured where it is 0. An intensity that nobody rated is empty, and so are the labels of a
sequence that nobody labelled. Rows are not mirrored; training does that. A collection without
sequences lacks the last two files, one without expressions the second.
"""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.errors import EmoteBotError

from ..tables.published import DATA
from ..tables.splits import part_of
from .collection import SHARE_ROUNDING, ChannelSequence, Collection

SHIPPED: tuple[Path, ...] = (DATA / "london", DATA / "crema_d")
"""The collections that come with the project."""

ABOUT = "collection.json"
EXPRESSIONS = "expressions.csv"
SEQUENCES = "sequences.csv"
FRAMES = "sequences.csv.gz"
FORMAT = 1

_LABELS = ("person", "item", *EMOTIONS, "intensity", "neutral_known")
_SEQUENCE_LABELS = ("person", "item", "fps", *EMOTIONS, "intensity", "neutral_known")


def read_collection(folder: Path) -> Collection:
    """Read the collection in a folder.

    Raises:
        EmoteBotError: there is none, or a file of it is not what it should be.
    """
    path = folder / ABOUT
    if not path.is_file():
        raise EmoteBotError(
            "{folder} is not a collection: it has no {about}; "
            "python -m training collect makes one from a data set",
            folder=folder,
            about=ABOUT,
        )
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise EmoteBotError(
                "{path} has the format {about}, not {format}",
                path=path,
                about=about["format"],
                format=FORMAT,
            )
        return _assembled(folder, about)
    except (KeyError, TypeError, ValueError, EOFError, OSError) as error:
        raise EmoteBotError(
            "The collection in {folder} is damaged: {error}", folder=folder, error=error
        ) from error


def write_collection(collection: Collection, folder: Path) -> None:
    """Write a collection into a folder, which is made where it is missing.

    Numbers are written to four decimals; the same collection makes the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    columns = [INDEX[name] for name in collection.measured]
    if collection.people:
        with (folder / EXPRESSIONS).open("w", newline="", encoding="utf-8") as file:
            _write_expressions(collection, columns, file)
    if collection.sequences:
        with (folder / SEQUENCES).open("w", newline="", encoding="utf-8") as file:
            _write_labels(collection.sequences, file)
        # Without name and time in its head, so that the same frames make the same file.
        with (
            (folder / FRAMES).open("wb") as raw,
            gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed,
            io.TextIOWrapper(packed, encoding="utf-8", newline="") as file,
        ):
            _write_frames(collection, columns, file)
    about = {
        "format": FORMAT,
        "name": collection.name,
        "licence": collection.licence,
        "measured": list(collection.measured),
        **{key: value for key, value in collection.about.items() if key not in _OWN_KEYS},
    }
    text = json.dumps(about, indent=2, ensure_ascii=False)
    (folder / ABOUT).write_text(text + "\n", encoding="utf-8")


_OWN_KEYS = ("format", "name", "licence", "measured")


def _assembled(folder: Path, about: Mapping[str, Any]) -> Collection:
    """Return the collection that the tables beside its ``collection.json`` hold."""
    measured = tuple(about["measured"])
    columns = [INDEX[name] for name in measured]
    entries: list[dict[str, str]] = []
    if (folder / EXPRESSIONS).is_file():
        with (folder / EXPRESSIONS).open(newline="", encoding="utf-8") as file:
            entries = list(csv.DictReader(file))
    weights = np.zeros((len(entries), len(CHANNELS)), dtype=np.float32)
    if entries:
        weights[:, columns] = [[float(entry[name]) for name in measured] for entry in entries]
    return Collection(
        name=about["name"],
        licence=about["licence"],
        people=tuple(entry["person"] for entry in entries),
        items=tuple(entry["item"] for entry in entries),
        emotion=_shares(entries),
        intensity=np.array(
            [float(entry["intensity"] or "nan") for entry in entries], dtype=np.float32
        ),
        weights=weights,
        neutral_known=np.array([entry["neutral_known"] == "1" for entry in entries], dtype=bool),
        measured=measured,
        sequences=tuple(_read_sequences(folder, measured)),
        about={key: value for key, value in about.items() if key not in _OWN_KEYS},
    )


def _read_sequences(folder: Path, measured: tuple[str, ...]) -> Iterable[ChannelSequence]:
    if not (folder / SEQUENCES).is_file():
        return
    columns = [INDEX[name] for name in measured]
    frames: dict[str, list[list[float]]] = {}
    with gzip.open(folder / FRAMES, "rt", newline="", encoding="utf-8") as packed:
        for row in csv.DictReader(packed):
            frames.setdefault(row["item"], []).append([float(row[name]) for name in measured])
    with (folder / SEQUENCES).open(newline="", encoding="utf-8") as file:
        for entry in csv.DictReader(file):
            rows = frames[entry["item"]]
            weights = np.zeros((len(rows), len(CHANNELS)), dtype=np.float32)
            weights[:, columns] = rows
            yield ChannelSequence(
                person=entry["person"],
                item=entry["item"],
                fps=float(entry["fps"]),
                emotion=_shares([entry])[0] if entry[EMOTIONS[0]] else None,
                intensity=float(entry["intensity"]) if entry["intensity"] else None,
                weights=weights,
                neutral_known=entry["neutral_known"] == "1",
            )


def _shares(entries: Sequence[Mapping[str, str]]) -> np.ndarray:
    """Return the shares of the emotions in rows of a table, float32, shape (n, 8)."""
    shares = np.array([[float(entry[name]) for name in EMOTIONS] for entry in entries])
    shares = shares.reshape(-1, len(EMOTIONS))
    total = shares.sum(axis=1, keepdims=True)
    if (abs(total - 1) > SHARE_ROUNDING).any():
        raise ValueError("the shares of the emotions do not add up to 1")
    normalised: np.ndarray = (shares / total).astype(np.float32)
    return normalised


def _write_expressions(collection: Collection, columns: list[int], file: TextIO) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*_LABELS, *collection.measured])
    rows = zip(
        collection.people,
        collection.items,
        collection.emotion,
        collection.intensity,
        collection.neutral_known,
        collection.weights[:, columns],
        strict=True,
    )
    for person, item, emotion, intensity, known, weights in rows:
        labels = [*_written(emotion), "" if np.isnan(intensity) else f"{intensity:.4f}"]
        writer.writerow([person, item, *labels, int(known), *_written(weights)])


def _write_labels(sequences: Iterable[ChannelSequence], file: TextIO) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_SEQUENCE_LABELS)
    for sequence in sequences:
        shares = [""] * len(EMOTIONS) if sequence.emotion is None else _written(sequence.emotion)
        intensity = "" if sequence.intensity is None else f"{sequence.intensity:.4f}"
        names = [sequence.person, sequence.item, f"{sequence.fps:.6g}"]
        writer.writerow([*names, *shares, intensity, int(sequence.neutral_known)])


def _write_frames(collection: Collection, columns: list[int], file: TextIO) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["item", "seconds", *collection.measured])
    for sequence in collection.sequences:
        for frame, weights in enumerate(sequence.weights[:, columns]):
            seconds = f"{frame / sequence.fps:.4f}"
            writer.writerow([sequence.item, seconds, *_written(weights)])


def _written(values: np.ndarray) -> list[str]:
    return [f"{value:.4f}" for value in values]


def write_split(collections: Iterable[Collection], path: Path) -> None:
    """Write down the part of every person, and of every film that differs from its person's."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["collection", "person", "item", "part"])
        for collection in collections:
            for person in collection.everyone():
                own = part_of(collection.name, person)
                writer.writerow([collection.name, person, "", own])
                for sequence in collection.sequences:
                    part = part_of(collection.name, person, sequence.item)
                    if sequence.person == person and part != own:
                        writer.writerow([collection.name, person, sequence.item, part])
