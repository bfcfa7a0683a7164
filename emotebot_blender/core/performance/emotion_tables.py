# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables with numbers for each emotion at full intensity, and what a feeling has of them.

``data/timing/further_emotions.csv`` says as which basic emotions the further ones move.
"""

import csv
import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..emotions import BASIC_EMOTIONS, EMOTIONS, FURTHER_EMOTIONS, Feeling

FURTHER = Path(__file__).resolve().parents[2] / "data" / "timing" / "further_emotions.csv"


def read_emotion_table(path: Path, columns: Sequence[str]) -> NDArray[np.float64]:
    """Return columns of a table, shape (16, columns), in the order of ``EMOTIONS``.

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
        table: shape (16, columns), from ``read_emotion_table``.
    """
    shares = feeling.shares()[:-1].astype(np.float64)
    shares[EMOTIONS.index("neutral")] += max(1.0 - shares.sum(), 0.0)
    return np.asarray(shares @ table)


def basic_amounts(amounts: NDArray[Any]) -> NDArray[Any]:
    """Return as how much of each basic emotion emotions move.

    Nobody has timed the further ones. Sums go emotion by emotion, so that a row alone gives the
    same bits as among many.

    Args:
        amounts: shape (..., 16), shares times intensity in the order of ``EMOTIONS``.

    Returns:
        Of the same type, shape (..., 8), in the order of ``BASIC_EMOTIONS``.
    """
    basic: NDArray[Any] = np.concatenate(
        [amounts[..., : len(BASIC_EMOTIONS) - 1], amounts[..., -1:]], axis=-1
    )
    further = amounts[..., len(BASIC_EMOTIONS) - 1 : -1]
    for index, shares in enumerate(_basic_shares()):
        basic += further[..., index, None] * shares
    return basic


@functools.cache
def _basic_shares() -> NDArray[np.float32]:
    """Return the shares of basic emotions that each further one moves as, float32, (8, 8)."""
    with FURTHER.open(encoding="utf-8", newline="") as file:
        rows = {row["emotion"]: row for row in csv.DictReader(file)}
    return np.array(
        [[float(rows[further][name]) for name in BASIC_EMOTIONS] for further in FURTHER_EMOTIONS],
        dtype=np.float32,
    )
