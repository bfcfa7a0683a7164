# SPDX-License-Identifier: GPL-3.0-or-later
"""Face Research Lab London Set: 102 people, each with a neutral and a smiling face, from the front.

DeBruine & Jones 2017, figshare 5047666, CC BY 4.0. A folder of ``NNN_03.jpg`` (neutral) and
``NNN_08.jpg`` (smiling).

    python -m training.sources.london PHOTOGRAPHS face_landmarker.task

measures the photographs anew and writes the table that training reads.
"""

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.errors import EmoteBotError

from ..landmarks import SEEN, FaceReader, read_photograph, subtract_neutral, tabulated

TABLE = Path(__file__).resolve().parent.parent / "data" / "london_smiles.csv"
NEUTRAL, SMILING = "03", "08"


@dataclass(frozen=True)
class Smiles:
    """Measured smiles, each beyond its person's neutral face.

    Attributes:
        people: names of the people in the data set, n of them.
        weights: float32, shape (n, 52), 0 to 1; channels outside ``landmarks.SEEN`` are 0.
    """

    people: tuple[str, ...]
    weights: np.ndarray


def pairs(folder: Path) -> Iterator[tuple[str, Path, Path]]:
    """Yield each person with the paths of the neutral and the smiling photograph."""
    for neutral in sorted(folder.glob(f"*_{NEUTRAL}.jpg")):
        person = neutral.name.partition("_")[0]
        smiling = folder / f"{person}_{SMILING}.jpg"
        if smiling.is_file():
            yield person, neutral, smiling


def measure(folder: Path, model: Path, limit: int | None = None) -> Smiles:
    """Measure the smiles in a folder of photographs.

    Args:
        folder: the data set.
        model: path of ``face_landmarker.task``.
        limit: how many people at most; None for all.

    Raises:
        EmoteBotError: no person with both photographs and a face on them.
    """
    people: list[str] = []
    rows: list[np.ndarray] = []
    with FaceReader(model) as reader:
        for person, neutral, smiling in list(pairs(folder))[:limit]:
            rest = read_photograph(reader, neutral)
            smile = read_photograph(reader, smiling)
            if rest is not None and smile is not None:
                people.append(person)
                rows.append(subtract_neutral(smile, rest))
    if not people:
        raise EmoteBotError(f"There is no face with a neutral and a smiling photograph in {folder}")
    return Smiles(tuple(people), np.array(rows, dtype=np.float32))


def write(smiles: Smiles, path: Path = TABLE) -> None:
    """Write smiles as CSV: the person and the measured channels to four decimals."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["person", *SEEN])
        columns = [INDEX[name] for name in SEEN]
        for person, row in zip(smiles.people, smiles.weights, strict=True):
            writer.writerow([person, *(f"{value:.4f}" for value in row[columns])])


def read(path: Path = TABLE) -> Smiles:
    """Read smiles from the table that ``write`` wrote."""
    with path.open(newline="", encoding="utf-8") as file:
        entries = list(csv.DictReader(file))
    return Smiles(tuple(entry["person"] for entry in entries), tabulated(entries))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure the smiles of the London set")
    parser.add_argument("photographs", type=Path)
    parser.add_argument("model", type=Path)
    arguments = parser.parse_args()
    found = measure(arguments.photographs, arguments.model)
    write(found)
    print(f"{len(found.people)} people written to {TABLE}")
