# SPDX-License-Identifier: GPL-3.0-or-later
"""Lids and brows that go with where the eyes look."""

import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.performance.eyelids import follow_gaze


def followed(up: float, **weights: float) -> dict[str, float]:
    """Return the weights above 0 of a face whose eyes look so many degrees up."""
    rows = np.zeros((1, len(CHANNELS)), dtype=np.float32)
    for name, weight in weights.items():
        rows[:, INDEX[name]] = weight
    follow_gaze(rows, np.array([up]))
    return {
        name: round(float(weight), 4)
        for name, weight in zip(CHANNELS, rows[0], strict=True)
        if weight
    }


def test_straight_ahead_moves_nothing():
    assert followed(0.0) == {}


def test_eyes_that_look_down_have_their_lids_down():
    assert followed(-30.0) == {"eyeBlinkLeft": 0.2, "eyeBlinkRight": 0.2}
    assert followed(-7.5) == {"eyeBlinkLeft": 0.05, "eyeBlinkRight": 0.05}


def test_eyes_that_look_up_are_wider():
    assert followed(15.0) == {"eyeWideLeft": 0.1, "eyeWideRight": 0.1}


def test_brows_go_along_with_eyes_that_look_far_up():
    assert "browInnerUp" not in followed(15.0)
    far = followed(30.0)
    assert [far[name] for name in ("browInnerUp", "browOuterUpLeft", "browOuterUpRight")] == [
        pytest.approx(0.25)
    ] * 3


@pytest.mark.parametrize(("up", "name"), [(-30.0, "eyeBlinkLeft"), (30.0, "eyeWideRight")])
def test_what_is_there_already_is_never_more_than_all(up, name):
    assert followed(up, **{name: 1.0})[name] == 1.0
    assert 0.5 < followed(up, **{name: 0.5})[name] < 1.0


def test_further_than_eyes_go_is_no_more():
    assert followed(-80.0) == followed(-30.0)
    assert followed(80.0) == followed(30.0)
