# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from training.evaluation import compounds
from training.expression_data.synthetic_subjects import faces_of_takes
from training.tables import facs


@pytest.mark.parametrize("place", [0, 3, 9])
def test_units_read_off_faces_are_as_frequent_as_published(place: int) -> None:
    mixture, law = facs.compounds()[place]
    takes = compounds.takes_of(mixture, law, 300, np.random.default_rng(1))
    found = compounds.frequencies(faces_of_takes(takes), mixture, law, np.random.default_rng(2))
    assert max(abs(each.found - each.published) for each in found) < 0.1


def test_a_unit_that_never_shows_is_missed() -> None:
    mixture, law = facs.compounds()[0]  # happily surprised, whose mouths mostly smile
    takes = compounds.takes_of(mixture, law, 200, np.random.default_rng(1))
    weights = faces_of_takes([take for take in takes if 12 not in take.shown[0][0]])
    found = compounds.frequencies(weights, mixture, law, np.random.default_rng(2))
    assert next(each.found for each in found if each.unit == 12) < 0.1
