# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from training.evaluation import compounds
from training.expression_data.synthetic_subjects import faces_of_takes
from training.tables import facs


@pytest.mark.parametrize("index", [0, 3, 9])
def test_units_read_off_faces_are_as_frequent_as_published(index: int) -> None:
    mixture, distribution = facs.compounds()[index]
    takes = compounds.takes_of(mixture, distribution, 300, np.random.default_rng(1))
    rows = compounds.frequencies(
        faces_of_takes(takes), mixture, distribution, np.random.default_rng(2)
    )
    assert max(abs(row.generated - row.published) for row in rows) < 0.1


def test_a_unit_that_never_shows_is_missed() -> None:
    mixture, distribution = facs.compounds()[0]  # happily surprised, whose mouths mostly smile
    takes = compounds.takes_of(mixture, distribution, 200, np.random.default_rng(1))
    weights = faces_of_takes([take for take in takes if 12 not in take.shown[0][0]])
    rows = compounds.frequencies(weights, mixture, distribution, np.random.default_rng(2))
    assert next(row.generated for row in rows if row.unit == 12) < 0.1
