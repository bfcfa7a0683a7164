# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables with numbers for each emotion at full intensity, and what a feeling has of them."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..emotions import EMOTIONS, Feeling


def read_emotion_table(path: Path, columns: Sequence[str]) -> NDArray[np.float64]:
    """Return columns of a table, shape (8, columns), in the order of ``EMOTIONS``.

    Args:
        path: of a CSV file with a row for each emotion, its name in the column ``feeling``.
        columns: names of those with numbers.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["feeling"]: row for row in csv.DictReader(file)}
    return np.array([[float(rows[name][column]) for column in columns] for name in EMOTIONS])


def mean_row(feeling: Feeling, table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean row by the shares of a feeling, as far as its intensity goes.

    What custom expressions have a share of counts as neutral, as does what intensity lacks to 1.

    Args:
        feeling: whose shares count.
        table: shape (8, columns), from ``read_emotion_table``.
    """
    shares = feeling.shares()[:-1].astype(np.float64)
    shares[EMOTIONS.index("neutral")] += max(1.0 - shares.sum(), 0.0)
    return np.asarray(shares @ table)
