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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import numpy as np

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import BASIC_EMOTIONS, EMOTIONS
from emotebot_blender.core.errors import EmoteBotError

from ..sources.damaged_files import READ_ERRORS, describe_damage
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

_OWN_KEYS = {"format": int, "name": str, "licence": str, "measured": list}
"""What every ``collection.json`` says, and of which kind it is."""

_LABELS = ("person", "item", *EMOTIONS, "intensity", "neutral_known")
_SEQUENCE_LABELS = ("person", "item", "fps", *EMOTIONS, "intensity", "neutral_known")
_NEEDED = ("person", "item", *BASIC_EMOTIONS, "intensity", "neutral_known")
"""Columns of labels without which a table is damaged: older ones know no further emotions."""


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
    with _reading(path):
        about = json.loads(path.read_text(encoding="utf-8"))
        for key, kind in _OWN_KEYS.items():
            if not isinstance(about[key], kind):
                raise EmoteBotError("“{key}” is of another kind", key=key)
        measured = tuple(about["measured"])
        for name in measured:
            if name not in INDEX:
                raise EmoteBotError("there is no channel “{name}”", name=name)
    if about["format"] != FORMAT:
        raise EmoteBotError(
            "{path} has the format {about}, not {format}",
            path=path,
            about=about["format"],
            format=FORMAT,
        )
    with _reading(folder / EXPRESSIONS):
        rows = _read_rows(folder / EXPRESSIONS, (*_NEEDED, *measured))
        weights = _weights(rows, measured)
        emotion = _shares(rows)
        intensity = np.array([float(row["intensity"] or "nan") for row in rows], np.float32)
    return Collection(
        name=about["name"],
        licence=about["licence"],
        people=tuple(row["person"] for row in rows),
        items=tuple(row["item"] for row in rows),
        emotion=emotion,
        intensity=intensity,
        weights=weights,
        neutral_known=np.array([row["neutral_known"] == "1" for row in rows], dtype=bool),
        measured=measured,
        sequences=tuple(_read_sequences(folder, measured)),
        about={key: value for key, value in about.items() if key not in _OWN_KEYS},
    )


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Say of what goes wrong within the block that a file is damaged."""
    try:
        with np.errstate(over="ignore"):  # too large a number is refused as one beyond 1
            yield
    except READ_ERRORS as error:
        raise EmoteBotError(
            "The collection is damaged: {path}: {reason}", path=path, reason=describe_damage(error)
        ) from error


def _read_rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of a table with at least these columns; none where there is no file.

    Raises:
        EmoteBotError: a column or a part of a row is missing; or any other of ``READ_ERRORS``.
    """
    if not path.is_file():
        return []
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", newline="", encoding="utf-8") as file:
        table = csv.DictReader(file)
        missing = [name for name in columns if name not in (table.fieldnames or ())]
        if missing:
            raise EmoteBotError("the column {name} is missing", name=missing[0])
        rows = list(table)
    for number, row in enumerate(rows, 1):
        if any(row[name] is None for name in columns):
            raise EmoteBotError("row {number} is too short", number=number)
    return rows


def _weights(rows: Sequence[Mapping[str, str]], measured: Sequence[str]) -> np.ndarray:
    """Return the channels in rows of a table, float32, shape (n, 52)."""
    weights = np.zeros((len(rows), len(CHANNELS)), dtype=np.float32)
    for name in measured:
        weights[:, INDEX[name]] = [float(row[name]) for row in rows]
    return weights


def _read_sequences(folder: Path, measured: tuple[str, ...]) -> Iterator[ChannelSequence]:
    with _reading(folder / SEQUENCES):
        entries = _read_rows(folder / SEQUENCES, ("fps", *_NEEDED))
        emotions = [_shares([row])[0] if row[EMOTIONS[0]] else None for row in entries]
        intensities = [float(row["intensity"]) if row["intensity"] else None for row in entries]
        rates = [float(row["fps"]) for row in entries]
    frames: dict[str, list[dict[str, str]]] = {}
    with _reading(folder / FRAMES):
        for row in _read_rows(folder / FRAMES, ("item", *measured)) if entries else ():
            frames.setdefault(row["item"], []).append(row)
        weights = [_weights(frames[row["item"]], measured) for row in entries]
    for index, row in enumerate(entries):
        yield ChannelSequence(
            person=row["person"],
            item=row["item"],
            fps=rates[index],
            emotion=emotions[index],
            intensity=intensities[index],
            weights=weights[index],
            neutral_known=row["neutral_known"] == "1",
        )


def _shares(rows: Sequence[Mapping[str, str]]) -> np.ndarray:
    """Return the shares of the emotions in rows of a table, float32, shape (n, 16).

    Emotions without a column have none.

    Raises:
        EmoteBotError: those of a row do not add up to 1.
    """
    shares = np.array([[float(row.get(name, 0)) for name in EMOTIONS] for row in rows])
    shares = shares.reshape(-1, len(EMOTIONS))
    total = shares.sum(axis=1, keepdims=True)
    if not (abs(total - 1) <= SHARE_ROUNDING).all():
        raise EmoteBotError("the shares of the emotions do not add up to 1")
    normalised: np.ndarray = (shares / total).astype(np.float32)
    return normalised


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
    """Write the part of every person, and of every film that differs from its person's, as CSV.

    Args:
        collections: whose people and films.
        path: of the table, with the columns of ``data/splits.csv``.
    """
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["collection", "person", "item", "part"])
        for collection in collections:
            for person in collection.everyone():
                part = part_of(collection.name, person)
                writer.writerow([collection.name, person, "", part])
                for sequence in collection.sequences:
                    of_item = part_of(collection.name, person, sequence.item)
                    if sequence.person == person and of_item != part:
                        writer.writerow([collection.name, person, sequence.item, of_item])
