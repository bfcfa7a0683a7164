# SPDX-License-Identifier: GPL-3.0-or-later
"""The targets of the evaluation."""

import math

import pytest

from training.evaluation.targets import Target, targets

BETWEEN = Target("Expressions", "density", "density", 0.9, 1.15, False, "")


@pytest.mark.parametrize(
    ("value", "met"),
    [(0.9, True), (1.15, True), (0.89, False), (1.2, False), (math.inf, False), (math.nan, None)],
)
def test_a_target_has_two_sides(value: float, met: bool | None) -> None:
    assert BETWEEN.is_met(value) is met


def test_the_targets_of_the_science_notes_stand_in_the_table() -> None:
    found = {key: (target.least, target.most) for key, target in targets().items()}
    assert found["coverage"] == (0.95, None)
    assert found["density"] == (0.9, 1.15)
    assert found["mmd2"] == (None, 1.5e-3)
    assert found["auc"] == (None, 0.6)
    assert found["frechet_ratio"] == (None, 1.5)
    assert found["tstr"] == (0.95, None)
    assert found["share_closer"] == (None, 0.6)
    assert found["pairwise_ratio"] == (0.9, 1.1)
    assert found["intensity"] == (0.9, None)
    assert found["unit_onsets"] == (None, 0.15)
    assert found["peaks"] == (1.6, 2.2)
