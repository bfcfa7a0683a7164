# SPDX-License-Identifier: GPL-3.0-or-later
"""Who trains the networks and who only tests them: parts by person, settled before any training.

``data/splits.csv`` freezes the parts of the collections that come with the project. Whoever is not
in it falls into a part by a hash of the name, the same on every machine and in every run.
"""

import hashlib
from functools import cache
from typing import Literal

from .published import DATA, read_table

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
    fraction = int.from_bytes(digest[:8], "big") / 2**64
    return "held-out" if fraction < HELD_OUT else "train"
