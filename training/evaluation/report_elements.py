# SPDX-License-Identifier: GPL-3.0-or-later
"""The elements of the report: sections of words, tables with verdicts, and pictures."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .targets import Target, targets

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """One entry of a table: a value, its spread, and "met", "missed" or nothing as verdict."""

    text: str
    verdict: str = ""
    spread: str = ""

    def whole(self) -> str:
        """Return the value with its spread."""
        return f"{self.text} {self.spread}".strip()


@dataclass(frozen=True)
class TableView:
    """A table.

    Attributes:
        title: above it.
        columns: their heads, without that of the first.
        rows: a name, the cells, and whether the row is one of the networks'.
        note: below it.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell], bool]]
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture and what it shows."""

    file: str
    caption: str


@dataclass
class Section:
    """A part of the page.

    Attributes:
        name: short, for links.
        title: its head.
        words: its first paragraph.
        tables: in order.
        pictures: in order, after the tables.
    """

    name: str
    title: str
    words: str
    tables: list[TableView] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)


def cell(values: Sequence[float] | float | None, target: Target | None = None) -> Cell:
    """Return the mean of some values with their spread, and what the target says to the mean."""
    numbers = np.atleast_1d(np.array(values, dtype=float))
    known = numbers[~np.isnan(numbers)]
    if not len(known):
        return Cell("–")
    middle = float(known.mean())
    has_spread = len(known) > 1 and math.isfinite(middle)
    spread = f"±{written(float(known.std(ddof=1)), middle)}" if has_spread else ""
    met = target.is_met(middle) if target else None
    return Cell(written(middle), "" if met is None else "met" if met else "missed", spread)


def written(value: float, beside: float | None = None) -> str:
    """Return a number with about three digits, never more than four decimals.

    Args:
        value: the number.
        beside: another one whose decimals it gets.
    """
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    size = abs(value if beside is None else beside)
    if not value:
        return "0"
    if size < 0.00005:
        return "< 0.0001"
    decimals = 4 if size < 0.01 else 3 if size < 1 else 2 if size < 10 else 1 if size < 100 else 0
    return f"{value:.{decimals}f}"


def comparison(
    title: str,
    table: Mapping[str, Mapping[str, Sequence[float]]],
    models: Sequence[str],
    keys: Sequence[str],
    note: str = "",
) -> TableView:
    """Return everybody's metrics; of several runs there is a first row with their spread.

    Args:
        title: above it.
        table: name of a generator, to metric, to its values, one a seed.
        models: names of the networks among the rows.
        keys: of the targets, one a column.
        note: below the table.
    """
    chosen = [targets()[key] for key in keys]
    rows: list[tuple[str, Sequence[Cell], bool]] = []
    if len(models) > 1:
        means = {key: [float(np.mean(table[name][key])) for name in models] for key in keys}
        cells = [cell(means[target.key], target) for target in chosen]
        rows.append((f"mean of {len(models)} trainings", cells, True))
    for name, row in table.items():
        cells = [cell(row[target.key], target) for target in chosen]
        rows.append((name, cells, name in models))
    return TableView(title, [f"{t.title}  {t.words()}" for t in chosen], rows, note)
