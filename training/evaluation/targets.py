# SPDX-License-Identifier: GPL-3.0-or-later
"""The targets of the project and what is said of each metric, read from ``targets.csv``."""

import csv
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).resolve().parent / "targets.csv"


@dataclass(frozen=True)
class Target:
    """What one figure ought to be.

    Attributes:
        group: of figures that belong together.
        key: of the figure.
        title: in tables and pictures.
        least: that is enough; None without.
        most: that is allowed; None without.
        own: whether the evaluation set it itself, beyond the project's own targets.
        meaning: in a line or two.
    """

    group: str
    key: str
    title: str
    least: float | None
    most: float | None
    own: bool
    meaning: str

    def words(self) -> str:
        """Return the target as readers of a table want it."""
        if self.least is None:
            return "0" if self.most == 0 else f"≤ {self.most:g}"
        return f"≥ {self.least:g}" if self.most is None else f"{self.least:g} to {self.most:g}"

    def is_met(self, value: float) -> bool | None:
        """Return whether a value meets the target; None where there is no value, nan."""
        if math.isnan(value):
            return None
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )


@cache
def targets() -> dict[str, Target]:
    """Return the targets by key, in order."""

    def number(text: str) -> float | None:
        return float(text) if text else None

    with TABLE.open(newline="", encoding="utf-8") as file:
        return {
            row["key"]: Target(
                row["group"],
                row["key"],
                row["title"],
                number(row["least"]),
                number(row["most"]),
                row["own"] == "yes",
                row["meaning"],
            )
            for row in csv.DictReader(file)
        }
