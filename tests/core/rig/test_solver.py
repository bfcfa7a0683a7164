# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of controls, against cases worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.rig.convention import conventions
from emotebot_blender.core.rig.matching import guess
from emotebot_blender.core.rig.solver import Drive, Solver, nonnegative_least_squares

JAW, FUNNEL = INDEX["jawOpen"], INDEX["mouthFunnel"]
UP, DOWN = INDEX["eyeLookUpLeft"], INDEX["eyeLookDownLeft"]


EPSILON = float(np.finfo(np.float32).eps)


def weights_of(**channels: float) -> np.ndarray:
    weights = np.zeros((1, len(CHANNELS)), dtype=np.float32)
    for name, weight in channels.items():
        weights[0, INDEX[name]] = weight
    return weights


def shares_of(**emotions: float) -> np.ndarray:
    shares = np.zeros((1, len(EMOTIONS)), dtype=np.float32)
    for name, share in emotions.items():
        shares[0, EMOTIONS.index(name)] = share
    return shares


def preset(full: float = 1.0, **emotions: float) -> Drive:
    return Drive(emotions=tuple(emotions.get(name, 0.0) for name in EMOTIONS), full=full)


class TestChannels:
    def test_gains_add_up_over_the_rest_value(self):
        solver = Solver([Drive(((JAW, 0.5), (FUNNEL, -0.25))), Drive(((JAW, 2.0),))], [1.0, 0.0])
        values = solver.values(weights_of(jawOpen=0.5, mouthFunnel=1.0), shares_of())
        assert values.tolist() == [[1.0, 1.0]]  # 1 + .25 - .25; 2 * .5
        assert values.dtype == np.float32

    @pytest.mark.parametrize("convention", conventions(), ids=lambda convention: convention.name)
    @given(arrays(np.float32, (3, len(CHANNELS)), elements=st.floats(0, 1, width=32)))
    def test_shape_keys_are_weights_times_gains_but_for_rounding_of_sums(self, convention, weights):
        drives = guess(name.name for name in convention.controls()).drives
        values = Solver(list(drives.values()), [0.0] * len(drives)).values(
            weights, np.zeros((3, len(EMOTIONS)), dtype=np.float32)
        )
        for column, drive in zip(values.T, drives.values(), strict=True):
            indices = [channel for channel, _ in drive.channels]
            gains = np.array([full for _, full in drive.channels], dtype=np.float32)
            expected = weights[:, indices] @ gains
            np.testing.assert_allclose(column, expected, rtol=len(gains) * EPSILON - EPSILON)


class TestHalves:
    @pytest.mark.parametrize(
        ("up", "down", "value"), [(0.75, 0.0, 0.75), (0.0, 0.5, -0.25), (0.75, 0.5, 0.5)]
    )
    def test_directions_of_one_control(self, up, down, value):
        solver = Solver([Drive(((UP, 1.0), (DOWN, -0.5)), halves=True)], [0.0])
        weights = weights_of(eyeLookUpLeft=up, eyeLookDownLeft=down)
        assert solver.values(weights, shares_of()).item() == value

    def test_of_channels_in_one_direction_the_greatest_counts(self):
        right = INDEX["eyeLookUpRight"]
        solver = Solver([Drive(((UP, 1.0), (right, 1.0)), halves=True)], [0.0])
        weights = weights_of(eyeLookUpLeft=0.5, eyeLookUpRight=0.75)
        assert solver.values(weights, shares_of()).item() == 0.75


class TestPresets:
    def test_one_for_each_emotion_follows_its_share(self):
        solver = Solver([preset(happiness=1), preset(2.0, sadness=1)], [0.0, 0.0])
        values = solver.values(weights_of(), shares_of(happiness=0.25, sadness=0.5, anger=0.25))
        assert values.tolist() == [[0.25, 1.0]]

    def test_a_preset_that_would_have_to_be_negative_stays_at_rest(self):
        """By hand: min (x + y/2 - 1)^2 + (y/2)^2 is at y = 0, x = 1."""
        solver = Solver([preset(happiness=1), preset(happiness=0.5, surprise=0.5)], [0.0, 0.0])
        values = solver.values(weights_of(), shares_of(happiness=1.0))
        np.testing.assert_allclose(values, [[1.0, 0.0]], atol=1e-6)

    def test_channels_and_presets_of_other_controls_do_not_mix(self):
        solver = Solver([Drive(((JAW, 1.0),)), preset(happiness=1)], [0.0, 0.0])
        values = solver.values(weights_of(jawOpen=0.5), shares_of(happiness=0.25))
        assert values.tolist() == [[0.5, 0.25]]


class TestLeastSquares:
    def test_by_hand(self):
        """(1, 1) and (0, 1) make (2, 1) best with 3/2 and none: without bounds it is 2 and -1."""
        solution = nonnegative_least_squares(
            np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([[2.0, 1.0]])
        )
        np.testing.assert_allclose(solution, [[1.5, 0.0]], atol=1e-6)

    @given(
        arrays(np.float64, (5, 3), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])),
        arrays(np.float64, (4, 5), elements=st.floats(0, 1, width=16)),
    )
    def test_no_direction_leads_further_down(self, matrix, targets):
        """The conditions of Karush, Kuhn and Tucker: no slope below 0, none where x is above 0."""
        matrix[0] += 0.25  # no column is 0
        solution = nonnegative_least_squares(matrix, targets)
        slope = (solution @ matrix.T - targets) @ matrix
        assert (solution >= 0).all()
        assert (slope > -1e-4).all()
        assert (np.abs(slope[solution > 1e-4]) < 1e-4).all()
