# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emotebot_blender.core.performance.exaggeration import LEAST, MOST, exaggerated

GAINS = st.floats(LEAST, MOST, width=32)
WEIGHTS = arrays(np.float32, 52, elements=st.floats(0, 1, width=32))


@pytest.mark.parametrize(
    ("weight", "gain", "shown"),
    [(0.5, 2.0, 0.75), (0.9, 2.0, 0.99), (0.19, 0.5, 0.095), (0.36, 1.5, 0.488), (0.7, 1.0, 0.7)],
)
def test_weights_are_shown_on_the_curve(weight, gain, shown):
    values = exaggerated(np.array([weight], dtype=np.float32), gain)
    assert values == pytest.approx([shown], abs=1e-6)


@given(WEIGHTS, GAINS)
def test_rest_stays_and_nothing_leaves_the_range(weights, gain):
    shown = exaggerated(weights, gain)
    assert shown.dtype == np.float32
    assert ((shown >= 0) & (shown <= 1)).all()
    assert not shown[weights == 0].any()


@given(WEIGHTS, GAINS)
def test_weights_keep_their_order(weights, gain):
    order = np.argsort(weights)
    assert (np.diff(exaggerated(weights, gain)[order]) >= -1e-6).all()


@given(WEIGHTS)
def test_a_gain_of_1_changes_no_bit(weights):
    assert exaggerated(weights, 1.0).tobytes() == weights.tobytes()
