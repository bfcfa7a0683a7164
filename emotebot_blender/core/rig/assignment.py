# SPDX-License-Identifier: GPL-3.0-or-later
"""The best one-to-one assignment of rows to columns, and how much each pair of it is worth."""

import numpy as np
from numpy.typing import NDArray


def assign(gains: NDArray[np.floating]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the assignment of rows to columns with the greatest sum, and what each pair adds.

    Shortest augmenting paths (Jonker and Volgenant, "A shortest augmenting path algorithm for dense
    and sparse linear assignment problems", Computing 38, 1987). The best assignment without a pair
    is one path more away from the best one.

    Args:
        gains: of each row with each column, finite, shape (rows, columns), at least as many columns
            as rows.

    Returns:
        The column of each row, (rows,), and by how much the greatest sum falls where the row may
        not have its column, float64 (rows,); infinite where no other assignment is left.
    """
    costs = -np.asarray(gains, dtype=np.float64)
    rows, columns = costs.shape
    row_prices, column_prices = np.zeros(rows), np.zeros(columns)
    owners = np.full(columns, -1)
    for row in range(rows):
        distances, before = _distances(costs - row_prices[:, None] - column_prices, owners, row)
        column = int(np.argmin(np.where(owners < 0, distances, np.inf)))
        shorter = distances[column] - distances
        reached = shorter > 0
        column_prices[reached] -= shorter[reached]
        row_prices[owners[reached]] += shorter[reached]
        row_prices[row] += distances[column]
        while column >= 0:
            previous = int(before[column])
            owners[column] = owners[previous] if previous >= 0 else row
            column = previous
    assigned = np.empty(rows, dtype=np.intp)
    taken = np.flatnonzero(owners >= 0)
    assigned[owners[taken]] = taken
    # Columns without a row get one that costs nothing, so that all other ways are cycles.
    spare = np.flatnonzero(owners < 0)
    owners[spare] = rows + np.arange(len(spare))
    reduced = np.vstack(
        (costs - row_prices[:, None] - column_prices, np.tile(-column_prices, (len(spare), 1)))
    )
    losses = np.empty(rows)
    for row, column in enumerate(assigned.tolist()):
        others = owners.copy()
        others[column] = -1
        without = reduced.copy()
        without[row, column] = np.inf
        losses[row] = _distances(without, others, row)[0][column]
    return assigned, losses


def _distances(
    reduced: NDArray[np.float64], owners: NDArray[np.intp], start: int
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return how far each column is from a row that has none, and through which column.

    A way goes from a row to a column by their reduced cost and from a column to its row for nothing
    (Dijkstra); a column without a row is an end.

    Args:
        reduced: costs less the prices of rows and columns, none below 0, shape (rows, columns).
        owners: row of each column, -1 where it has none, (columns,).
        start: the row.

    Returns:
        Distances, float64 (columns,), and the column before each, -1 for the start, (columns,).
    """
    columns = reduced.shape[1]
    distances = np.full(columns, np.inf)
    before = np.full(columns, -1)
    settled = np.zeros(columns, dtype=bool)
    row, column, travelled = start, -1, 0.0
    while True:
        nearer = travelled + reduced[row]
        better = ~settled & (nearer < distances)
        distances[better] = nearer[better]
        before[better] = column
        waiting = np.where(settled | (owners < 0), np.inf, distances)
        column = int(np.argmin(waiting))
        travelled = float(waiting[column])
        if not np.isfinite(travelled):
            return distances, before
        settled[column] = True
        row = int(owners[column])
