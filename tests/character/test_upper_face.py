# SPDX-License-Identifier: GPL-3.0-or-later
"""Lids, eyes and brows of the built-in head."""

import numpy as np
import pytest

pytest.importorskip("bpy")

from headpose import EYE_CENTRE, EYE_RADIUS, MILLIMETRE, Head


@pytest.fixture(scope="module")
def robot() -> Head:
    return Head()


def eye_cover(robot, **weights: float) -> np.ndarray:
    """How far over the left eyeball's front the skin lies, in metres; NaN where it is bare."""
    skin = robot.tree("head", weights)
    result = []
    for place in robot.places["eye left"]:
        arm = place - EYE_CENTRE
        distance = np.linalg.norm(arm)
        if -arm[1] > distance * np.cos(np.radians(38)):
            start = EYE_CENTRE + arm * 2.5
            _, _, _, way = skin.ray_cast(start, -arm, distance * 1.5 + MILLIMETRE)
            result.append(np.nan if way is None else distance * 1.5 - way)
    return np.array(result)


def test_an_open_eye_is_bare_and_a_blink_covers_it(robot):
    assert np.isnan(eye_cover(robot)).mean() > 0.6
    closed = eye_cover(robot, eyeBlinkLeft=1)
    assert not np.isnan(closed).any()
    assert closed.min() > 0.5 * MILLIMETRE


@pytest.mark.parametrize("other", ["eyeLookDownLeft", "eyeSquintLeft", "cheekSquintLeft"])
def test_a_blink_covers_the_eye_whatever_else_the_lids_do(robot, other):
    closed = eye_cover(robot, **{"eyeBlinkLeft": 1, other: 1})
    assert not np.isnan(closed).any()
    assert closed.min() > 0


@pytest.mark.parametrize("weight", [0.25, 0.5, 0.75, 1.0])
@pytest.mark.parametrize(
    "channel", ["eyeBlinkLeft", "eyeWideLeft", "eyeSquintLeft", "eyeLookDownLeft", "eyeLookUpLeft"]
)
def test_lids_never_sink_into_the_eyeball(robot, channel, weight):
    ring = robot.surface.eye_ring
    places = robot.posed("head", {channel: weight})
    lids = places[(ring >= 0) & (ring <= 2) & (places[:, 0] > 0)]
    assert np.linalg.norm(lids - EYE_CENTRE, axis=1).min() > EYE_RADIUS


def test_a_wide_eye_is_barer_and_a_squint_less_bare(robot):
    bare = [
        np.isnan(eye_cover(robot, **weights)).sum()
        for weights in ({"eyeSquintLeft": 1}, {}, {"eyeWideLeft": 1})
    ]
    assert bare[0] < bare[1] < bare[2]


@pytest.mark.parametrize(
    ("channel", "axis", "sign"),
    [
        ("eyeLookUpLeft", 2, 1),
        ("eyeLookDownLeft", 2, -1),
        ("eyeLookInLeft", 0, -1),
        ("eyeLookOutLeft", 0, 1),
        ("eyeLookInRight", 0, 1),
        ("eyeLookOutRight", 0, -1),
    ],
)
def test_the_pupil_goes_where_the_channel_says(robot, channel, axis, sign):
    eye = "eye left" if channel.endswith("Left") else "eye right"
    pupil = np.argmin(robot.places[eye][:, 1])
    assert robot.moves[eye][channel][pupil, axis] * sign > 6 * MILLIMETRE


@pytest.mark.parametrize(("channel", "sign"), [("eyeLookUpLeft", 1), ("eyeLookDownLeft", -1)])
def test_the_upper_lid_follows_the_gaze(robot, channel, sign):
    edge = robot.lid(9)
    assert robot.moves["head"][channel][edge, 2] * sign > 2 * MILLIMETRE


def test_a_raised_cheek_pushes_the_lower_lid_up(robot):
    assert robot.moves["head"]["cheekSquintLeft"][robot.lid(27), 2] > 3 * MILLIMETRE


@pytest.mark.parametrize(
    ("channel", "most", "least"),
    [("browDownLeft", 0, -1), ("browInnerUp", 0, -1), ("browOuterUpLeft", -1, 0)],
)
def test_a_brow_bends(robot, channel, most, least):
    """One end goes at least half as far again as the other."""
    places, moves = robot.places["brows"], robot.moves["brows"][channel]
    left = np.flatnonzero(places[:, 0] > 0)
    ends = left[np.argsort(places[left, 0])]
    inner, outer = (np.abs(moves[end, 2]).mean() for end in (ends[:10], ends[-10:]))
    far, near = (inner, outer)[most], (inner, outer)[least]
    assert far > 4 * MILLIMETRE
    assert far > 1.5 * near
