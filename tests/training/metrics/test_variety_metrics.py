# SPDX-License-Identifier: GPL-3.0-or-later
"""How much faces differ: by hand on skins of three cells, and on the template of a head."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

pytest.importorskip("scipy", reason="variety needs scipy")

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.rig.face_template import read_template
from training.metrics.variety_metrics import displacement_map, nearest_means, takes_and_subjects

LIFT, PULL = 0, 1


def three_cells() -> np.ndarray:
    """Return a channel that lifts two cells by .2, and one that pulls the first aside by .3.

    The third cell never moves, so it is no skin.
    """
    fields = np.zeros((2, 3, 1, 3))
    fields[LIFT, :2, 0, 2] = 0.2
    fields[PULL, 0, 0, 0] = 0.3
    return fields


@pytest.mark.parametrize(
    ("weights", "percent"),
    [
        ((0, 0), 0),
        ((1, 0), 10),  # .2 half distances of the eyes everywhere
        ((0.5, 0), 5),
        ((0, 1), 50 * math.sqrt(0.3**2 / 2)),
        ((1, 1), 50 * math.sqrt((0.2**2 + 0.3**2 + 0.2**2) / 2)),
    ],
)
def test_a_distance_is_the_root_mean_square_of_what_the_skin_moves(weights, percent):
    moved = np.array(weights) @ displacement_map(three_cells())
    assert np.linalg.norm(moved) == pytest.approx(percent, abs=1e-6)


def test_channels_that_undo_each_other_leave_the_skin_where_it_was():
    fields = np.concatenate([three_cells(), -three_cells()[LIFT:PULL]])
    moved = np.array([0.7, 0.0, 0.7]) @ displacement_map(fields)
    np.testing.assert_allclose(moved, 0, atol=1e-6)


@given(arrays.arrays(float, (2, 4), elements=st.floats(0, 1, width=16)))
def test_distances_are_those_of_the_displacements(faces):
    fields = np.random.default_rng(2).normal(size=(4, 5, 3))
    between = np.tensordot(faces[0] - faces[1], fields, 1)
    expected = 50 * np.sqrt((between**2).sum(axis=1).mean())
    one, other = faces @ displacement_map(fields)
    assert np.linalg.norm(one - other) == pytest.approx(expected, abs=1e-5)


def test_the_jaw_moves_more_of_a_head_than_an_upper_lip():
    to_skin = displacement_map(read_template().effects.fields)
    sizes = np.linalg.norm(to_skin, axis=1)
    assert sizes.shape == (52,)
    assert sizes[INDEX["jawOpen"]] > 8 * sizes[INDEX["mouthUpperUpLeft"]]
    assert sizes[INDEX["jawOpen"]] == sizes.max()


def test_takes_and_subjects_are_apart_by_hand():
    rows = np.array([[0.0], [1.0], [10.0], [13.0]])  # two takes of two subjects
    own, others = takes_and_subjects(rows, 2)
    assert own == (1 + 3) / 2
    assert others == (10 + 13 + 9 + 12) / 4


def test_the_nearest_mean_is_that_of_another_class():
    rows = {
        "a": np.array([[0.0, 0.0], [2.0, 0.0]]),
        "b": np.array([[1.0, 3.0]]),
        "c": np.array([[1.0, 4.0], [1.0, 6.0]]),
    }
    assert nearest_means(rows) == {"a": ("b", 3.0), "b": ("c", 2.0), "c": ("b", 2.0)}
