# SPDX-License-Identifier: GPL-3.0-or-later
"""What the report says of figures."""

import math

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="evaluation needs scikit-learn")
pytest.importorskip("torch", reason="evaluation needs torch")

from training.evaluation import report_elements
from training.evaluation.targets import Target

BETWEEN = Target("Expressions", "density", "density", 0.9, 1.15, False, "")


def test_a_cell_shows_mean_spread_and_verdict() -> None:
    found = report_elements.cell([0.9, 1.0, 1.1], BETWEEN)
    assert (found.text, found.spread) == ("1.00", "±0.10")
    assert found.verdict == "met"
    assert report_elements.cell([0.1, math.nan], BETWEEN) == report_elements.Cell("0.100", "missed")
    assert report_elements.cell([math.nan], BETWEEN) == report_elements.Cell("–")
    assert report_elements.cell(None, BETWEEN) == report_elements.Cell("–")
    assert report_elements.cell(math.inf, BETWEEN) == report_elements.Cell("∞", "missed")


def test_numbers_are_written_with_the_digits_they_deserve() -> None:
    assert [report_elements.written(v) for v in (0.0, 1e-6, 0.00123, 0.5, -1.4, 27.84, 441.9)] == [
        "0",
        "< 0.0001",
        "0.0012",
        "0.500",
        "-1.40",
        "27.8",
        "442",
    ]


def test_several_trainings_have_a_row_of_their_own_spread() -> None:
    table = {"one": {"auc": [0.5, 0.6]}, "two": {"auc": [0.7, 0.8]}, "copier": {"auc": [0.5, 0.5]}}
    view = report_elements.comparison("", table, ["one", "two"], ["auc"])
    first, cells, is_own = view.rows[0]
    assert first == "mean of 2 trainings"
    assert is_own
    spread = np.std([0.55, 0.75], ddof=1)
    assert cells[0].whole() == f"0.650 ±{spread:.3f}"
    assert cells[0].verdict == "missed"
    assert [row[0] for row in view.rows[1:]] == ["one", "two", "copier"]
