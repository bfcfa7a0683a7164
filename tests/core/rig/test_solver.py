# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of controls, against cases worked out by hand."""

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.clip import custom_shares
from emotebot_blender.core.emotions import EMOTIONS, SHARES
from emotebot_blender.core.rig.convention_files import conventions
from emotebot_blender.core.rig.matching import guess
from emotebot_blender.core.rig.solver import Drive, Solver, nonnegative_least_squares

JAW, FUNNEL = INDEX["jawOpen"], INDEX["mouthFunnel"]
SMILE, BLINK = INDEX["mouthSmileLeft"], INDEX["eyeBlinkLeft"]
UP, DOWN = INDEX["eyeLookUpLeft"], INDEX["eyeLookDownLeft"]


EPSILON = float(np.finfo(np.float32).eps)


def weights_of(**channels: float) -> np.ndarray:
    weights = np.zeros((1, len(CHANNELS)), dtype=np.float32)
    for name, weight in channels.items():
        weights[0, INDEX[name]] = weight
    return weights


def shares_of(**amounts: float) -> np.ndarray:
    shares = np.zeros((1, len(SHARES)), dtype=np.float32)
    for name, share in amounts.items():
        shares[0, SHARES.index(name)] = share
    return shares


def preset(full: float = 1.0, share: float = 1.0, **emotions: float) -> Drive:
    shown = tuple(emotions.get(name, 0.0) for name in EMOTIONS)
    return Drive(emotions=shown, full=full, share=share)


class TestChannels:
    def test_gains_add_up_over_the_rest_value(self):
        solver = Solver([Drive(((JAW, 0.5), (FUNNEL, -0.25))), Drive(((JAW, 2.0),))], [1.0, 0.0])
        values = solver.values(weights_of(jawOpen=0.5, mouthFunnel=1.0), shares_of())
        assert values.tolist() == [[1.0, 1.0]]  # 1 + .25 - .25; 2 * .5
        assert values.dtype == np.float32

    def test_an_offset_is_added_at_every_weight(self):
        joy = replace(preset(2.0, happiness=1), parts=("BROWS",), offset=0.5)
        drives = [Drive(((JAW, 0.5),), offset=-0.25), joy]
        solver = Solver(drives, [1.0, 0.0])
        for jaw, happy, expected in ((0, 0, [0.75, 0.5]), (1, 0.25, [1.25, 1.0])):
            values = solver.values(weights_of(jawOpen=jaw), shares_of(happiness=happy))
            assert values.tolist() == [expected]  # 1 - .25 + .5 jaw; .5 + 2 happy

    @pytest.mark.parametrize("convention", conventions(), ids=lambda convention: convention.name)
    @settings(deadline=None)  # a convention's names are read once
    @given(arrays(np.float32, (3, len(CHANNELS)), elements=st.floats(0, 1, width=32)))
    def test_shape_keys_are_weights_times_gains_but_for_rounding_of_sums(self, convention, weights):
        drives = guess(name.name for name in convention.controls()).drives
        values = Solver(list(drives.values()), [0.0] * len(drives)).values(
            weights, custom_shares(3)
        )
        for column, drive in zip(values.T, drives.values(), strict=True):
            indices = [channel for channel, _ in drive.channels]
            gains = np.array([full for _, full in drive.channels], dtype=np.float32)
            expected = weights[:, indices] @ gains
            rounding = max(len(gains) - 1, 0) * EPSILON
            np.testing.assert_allclose(column, expected, rtol=rounding, atol=rounding)


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


class TestBinary:
    def test_a_binary_control_is_at_the_nearer_end(self):
        drives = [Drive(((JAW, 1.0),), binary=True), Drive(((JAW, 1.0),))]
        solver = Solver(drives, [0.0, 0.0])
        for weight, value in ((0.0, 0), (0.49, 0), (0.5, 1), (1.0, 1)):
            shown = solver.values(weights_of(jawOpen=weight), shares_of(custom=1))[0]
            assert shown.tolist() == [value, pytest.approx(weight)]

    def test_so_is_a_preset(self):
        solver = Solver([replace(preset(happiness=1.0), binary=True)], [0.0])
        values = [solver.values(weights_of(), shares_of(happiness=h))[0, 0] for h in (0.3, 0.7)]
        assert values == [0, 1]


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

    def test_a_preset_shows_its_mixture_at_full_at_most(self):
        solver = Solver([preset(happiness=0.5)], [0.0])
        assert solver.values(weights_of(), shares_of(happiness=0.75)).item() == 1.0

    def test_those_of_two_objects_show_an_emotion_each_for_itself(self):
        solver = Solver([preset(happiness=1), preset(happiness=1)], [0.0, 0.0], [0, 1])
        assert solver.values(weights_of(), shares_of(happiness=0.5)).tolist() == [[0.5, 0.5]]

    def test_those_of_two_parts_of_the_face_as_well(self):
        """As in MMD: an eye morph and a brow morph for the same emotion."""
        eyes, brows = (replace(preset(happiness=1), parts=(part,)) for part in ("EYES", "BROWS"))
        solver = Solver([eyes, brows], [0.0, 0.0])
        assert solver.values(weights_of(), shares_of(happiness=0.5)).tolist() == [[0.5, 0.5]]


class TestShares:
    """What presets show, channels do not show again."""

    FACE: ClassVar = [Drive(((SMILE, 1.0),)), Drive(((BLINK, 1.0),))]

    def shown(self, *presets: Drive, smile: float = 0.8, blink: float = 0.0, **felt: float):
        """Return the values of the smile, the blink and the presets."""
        solver = Solver([*self.FACE, *presets], [0.0] * (2 + len(presets)))
        weights = weights_of(mouthSmileLeft=smile, eyeBlinkLeft=blink)
        return solver.values(weights, shares_of(**felt))[0]

    @pytest.mark.parametrize(
        ("share", "smile", "joy"), [(0, 0.8, 0), (0.25, 0.6, 0.1), (1, 0, 0.4)]
    )
    def test_a_smile_is_shown_once(self, share, smile, joy):
        """Of a smile of .8 felt at .4: the rest of the share of it, beside the share of .4."""
        values = self.shown(preset(share=share, happiness=1), happiness=0.4)
        np.testing.assert_allclose(values, [smile, 0, joy], atol=1e-6)

    def test_a_blink_goes_on(self):
        values = self.shown(preset(happiness=1), blink=1.0, happiness=1.0)
        np.testing.assert_allclose(values, [0, 1, 1], atol=1e-6)

    def test_an_emotion_without_a_preset_is_shown_by_channels(self):
        values = self.shown(preset(happiness=1), disgust=0.6)
        np.testing.assert_allclose(values, [0.8, 0, 0], atol=1e-6)

    def test_of_a_mixture_channels_show_what_presets_do_not(self):
        """Three quarters of it are happy: a quarter of the weights is left."""
        values = self.shown(preset(happiness=1), happiness=0.6, disgust=0.2)
        np.testing.assert_allclose(values, [0.2, 0, 0.6], atol=1e-6)

    def test_a_custom_expression_is_shown_by_channels(self):
        values = self.shown(preset(happiness=1), custom=0.5)
        np.testing.assert_allclose(values, [0.8, 0, 0], atol=1e-6)

    def test_what_is_left_while_nothing_is_felt(self):
        values = self.shown(preset(share=0.25, happiness=1))
        np.testing.assert_allclose(values, [0.6, 0, 0], atol=1e-6)

    def test_a_preset_of_the_eyes_leaves_the_mouth(self):
        values = self.shown(replace(preset(happiness=1), parts=("EYES",)), happiness=0.5)
        np.testing.assert_allclose(values, [0.8, 0, 0.5], atol=1e-6)


class TestOverrides:
    def shown(self, *presets: Drive, **felt: float) -> list[float]:
        """Return how far a blink, a look up and a jaw of 1 each go beside presets."""
        channels = [Drive(((channel, 1.0),)) for channel in (BLINK, UP, JAW)]
        solver = Solver([*channels, *presets], [0.0] * (3 + len(presets)))
        weights = weights_of(eyeBlinkLeft=1.0, eyeLookUpLeft=1.0, jawOpen=1.0)
        return np.round(solver.values(weights, shares_of(**felt))[0, :3], 6).tolist()

    def test_lids_that_a_preset_closes_are_not_pushed_through(self):
        """At .75 with lids that it closes by .8: 1 - .6 of the blink."""
        joy = replace(preset(happiness=1), parts=("BROWS",), overrides=(("blink", 0.8),))
        assert self.shown(joy, happiness=0.75) == [np.float32(0.4), 1, 1]

    def test_gaze_and_mouth(self):
        overrides = (("gaze", 1.0), ("mouth", 0.5))
        joy = replace(preset(happiness=1), parts=("BROWS",), overrides=overrides)
        assert self.shown(joy, happiness=0.5) == [1, 0.5, 0.75]

    def test_a_preset_that_shows_a_share_overrides_as_much(self):
        joy = replace(preset(share=0.5, happiness=1), overrides=(("blink", 1.0),))
        assert self.shown(joy, happiness=0.5) == [0.75, 1, 0.5]

    def test_several_take_all_of_a_blink_at_most(self):
        joy, sorrow = (
            replace(preset(**{name: 1}), overrides=(("blink", 1.0),))
            for name in ("happiness", "sadness")
        )
        assert self.shown(joy, sorrow, happiness=0.5, sadness=0.25)[0] == 0.25
        assert self.shown(joy, sorrow, happiness=0.75, sadness=0.75)[0] == 0


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
