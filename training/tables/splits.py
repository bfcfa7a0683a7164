# SPDX-License-Identifier: GPL-3.0-or-later
"""Who trains the networks and who only tests them: parts by person, settled before any training.

``data/splits.csv`` freezes the parts of the collections that come with the project. Whoever is not
in it falls into a part by a hash of the name, the same on every machine and in every run.
"""

import csv
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

from ..collecting.collection import Collection
from .facs import DATA, read_table

Part = Literal["train", "held-out"]
PARTS: tuple[Part, ...] = ("train", "held-out")

TABLE = DATA / "splits.csv"

HELD_OUT = 1 / 3
"""Share of people held out who are not in the table."""


@cache
def _frozen() -> dict[tuple[str, str, str], Part]:
    return {
        (row["collection"], row["person"], row["item"]): PARTS[PARTS.index(row["part"])]
        for row in read_table(TABLE)
    }


def part_of(collection: str, person: str, item: str = "") -> Part:
    """Return the part that a person falls into.

    Args:
        collection: its name.
        person: as the collection names them.
        item: a film of theirs; the table holds out single films where a collection has one person
            only, which tests nothing about other people.
    """
    frozen = _frozen()
    for key in ((collection, person, item), (collection, person, "")):
        if key in frozen:
            return frozen[key]
    digest = hashlib.sha256(f"{collection}/{person}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    return "held-out" if place < HELD_OUT else "train"


def write(collections: Iterable[Collection], path: Path) -> None:
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
