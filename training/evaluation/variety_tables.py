# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page says of how much faces vary where it is seen."""

from collections.abc import Mapping, Sequence
from typing import Any

from .report_elements import Cell, TableView, cell
from .seen_variety import TAKES, mean_figures
from .targets import targets

_COLUMNS = {
    "takes": "takes, %",
    "subjects": "characters, %",
    "seen_takes": "takes ÷ held-out",
    "seen_subjects": "characters ÷ held-out",
    "between": "to the nearest emotion, %",
    "spread": "characters ÷ that",
}


def variety_tables(
    table: Mapping[str, Mapping[str, Mapping[str, Any]]], models: Sequence[str]
) -> list[TableView]:
    """Return the tables on variety in the displacement of skin.

    Args:
        table: as ``seen_variety`` gives it.
        models: names of the networks among its rows.
    """
    heads = [
        f"{title}  {targets()[key].words()}" if key in targets() else title
        for key, title in _COLUMNS.items()
    ]
    by_emotion = [
        (
            emotion if len(models) == 1 else f"{emotion}, {name}",
            [*_cells(row), Cell(row["nearest"])],
            True,
        )
        for name in models
        for emotion, row in table[name].items()
    ]
    means = [(name, _cells(mean_figures(rows)), name in models) for name, rows in table.items()]
    return [
        TableView(
            "Variety as it is seen, emotion by emotion: how far the skin moves between two faces",
            [*heads, "the nearest"],
            by_emotion,
            "Root mean square over the skin of EmoteBot's head, from one face to another, in "
            "percent of the distance of the eyes: channels weigh as much as they move, and the jaw "
            f"moves most. Characters and held-out synthetic subjects have {TAKES} takes each. "
            "“To the nearest emotion” is from mean face to mean face; where the spread is above "
            "it, characters differ more from one another than the two emotions do. A ratio of 1 "
            "says that characters vary as the data do, the percentages how much that is. Contempt "
            "has two faces, left and right, and its mean is neither. Correctives and eyeballs are "
            "left out.",
        ),
        TableView(
            "Variety as it is seen, mean over the emotions",
            heads,
            means,
            "The baselines know no characters: their takes differ as much as other people's faces.",
        ),
    ]


def _cells(row: Mapping[str, Any]) -> list[Cell]:
    return [cell(row[key], targets().get(key)) for key in _COLUMNS]
