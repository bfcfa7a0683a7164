# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of variety as it is seen, on faces whose distances are known."""

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="evaluation needs scikit-learn")
pytest.importorskip("torch", reason="training needs torch")

from training.evaluation import seen_variety
from training.evaluation.variety_tables import variety_tables

REAL = {
    "joy": np.array([[0.0], [1.0], [4.0], [5.0]]),  # two subjects of two takes: 1 and 4 apart
    "grief": np.array([[10.0], [11.0], [14.0], [15.0]]),
}


def test_faces_like_the_held_out_ones_vary_as_they_do():
    for row in seen_variety.spread_figures(REAL, REAL, 2).values():
        assert row["takes"] == 1
        assert row["subjects"] == 4
        assert row["seen_takes"] == row["seen_subjects"] == 1
        assert row["between"] == 10
        assert row["spread"] == 0.4


def test_twice_the_spread_is_twice_the_variety():
    wide = {name: 2 * rows for name, rows in REAL.items()}
    grief = seen_variety.spread_figures(wide, REAL, 2)["grief"]
    assert (grief["seen_takes"], grief["seen_subjects"]) == (2, 2)
    assert (grief["nearest"], grief["between"]) == ("joy", 20)


def test_the_mean_of_a_class_has_no_variety():
    same = {name: np.full((4, 1), rows.mean()) for name, rows in REAL.items()}
    for row in seen_variety.spread_figures(same, REAL, 2).values():
        assert (row["seen_takes"], row["seen_subjects"], row["spread"]) == (0, 0, 0)


def test_takes_that_are_other_peoples_faces_vary_too_much():
    """As a copier's: each take is one of the held-out faces, whoever was asked."""
    shuffled = {name: rows[[0, 2, 1, 3]] for name, rows in REAL.items()}
    joy = seen_variety.spread_figures(shuffled, REAL, 2)["joy"]
    assert joy["seen_takes"] == 4
    assert joy["seen_subjects"] == pytest.approx((1 + 5 + 3 + 1) / 4 / 4)


def figures(takes: float) -> dict:
    keys = ("takes", "subjects", "seen_takes", "seen_subjects", "between", "spread")
    return {key: [takes, takes + 0.2] for key in keys} | {"nearest": "fear"}


def test_means_are_over_emotions_and_one_a_seed():
    found = seen_variety.mean_figures({"anger": figures(0.5), "fear": figures(1.5)})
    assert set(found) == {*figures(0)} - {"nearest"}
    assert found["seen_takes"] == pytest.approx([1.0, 1.2])


def test_a_chart_has_held_out_faces_beside():
    table = {"EmoteBot": {"fear": figures(1.0)}, seen_variety.REFERENCE: {"fear": figures(2.0)}}
    assert seen_variety.seen_distances(table, "EmoteBot") == {
        "fear": pytest.approx(
            {"own": 1.1, "others": 1.1, "real_own": 2.1, "real_others": 2.1}, abs=1e-9
        )
    }


def test_the_tables_judge_ratios_and_nothing_else():
    table = {"EmoteBot": {"fear": figures(0.9)}, "copier": {"fear": figures(3.0)}}
    by_emotion, means = variety_tables(table, ["EmoteBot"])
    (row,) = by_emotion.rows
    assert row[0] == "fear"
    assert [cell.verdict for cell in row[1]] == ["", "", "met", "met", "", "", ""]
    assert [name for name, _, _ in means.rows] == ["EmoteBot", "copier"]
    assert [cell.verdict for cell in means.rows[1][1]] == ["", "", "missed", "missed", "", ""]
