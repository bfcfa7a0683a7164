# SPDX-License-Identifier: GPL-3.0-or-later
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emotebot_blender.core.rig.assignment import assign


def best_sum(gains: np.ndarray, forbidden: tuple[int, int] | None = None) -> float:
    """Return the greatest sum of all ways to give each row a column of its own."""
    rows, columns = gains.shape
    sums = [
        sum(gains[row, column] for row, column in enumerate(way))
        for way in permutations(range(columns), rows)
        if forbidden is None or way[forbidden[0]] != forbidden[1]
    ]
    return max(sums, default=-np.inf)


matrices = st.tuples(st.integers(1, 4), st.integers(0, 2)).flatmap(
    lambda size: arrays(np.float64, (size[0], size[0] + size[1]), elements=st.integers(-20, 20))
)


def test_the_best_assignment_may_leave_each_its_second_choice():
    columns, losses = assign(np.array([[9.0, 8.0], [9.0, 1.0]]))
    assert columns.tolist() == [1, 0]
    assert losses.tolist() == pytest.approx([7.0, 7.0])  # 17 against 10


def test_a_lone_pair_cannot_be_replaced():
    columns, losses = assign(np.array([[3.0]]))
    assert columns.tolist() == [0]
    assert losses[0] == np.inf


@given(matrices)
def test_no_other_assignment_has_a_greater_sum(gains):
    columns, losses = assign(gains)
    assert len(set(columns.tolist())) == len(gains)
    reached = gains[np.arange(len(gains)), columns].sum()
    assert reached == pytest.approx(best_sum(gains))
    for row, column in enumerate(columns.tolist()):
        without = best_sum(gains, (row, column))
        assert losses[row] == pytest.approx(reached - without)
