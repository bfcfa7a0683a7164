# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the published tables lie, ``training/data``, and how they are read."""

import csv
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"
"""The folder of the tables and of the collections that come with the project."""


def read_table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file of the project, each as column name to text."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
