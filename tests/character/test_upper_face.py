# SPDX-License-Identifier: GPL-3.0-or-later
"""Lids, eyes and brows of the built-in head."""

import numpy as np
import pytest

pytest.importorskip("bpy")

from headpose import LOWER_LID, MILLIMETRE, UPPER_LID


def eye_cover(arrays, **weights: float) -> np.ndarray:
    """How far over the left eyeball skin and lashes lie, in metres; NaN where it is bare."""
    trees = [arrays.tree(part, weights) for part in ("head", "lashes")]
    result = []
    for point in arrays.points["eye left"]:
        arm = point - arrays.eye_centre
        distance = np.linalg.norm(arm)
        if -arm[1] > distance * np.cos(np.radians(38)):
            start = arrays.eye_centre + arm * 2.5
            hits = [tree.ray_cast(start, -arm, distance * 1.5 + MILLIMETRE)[3] for tree in trees]
            result.append(max((distance * 1.5 - hit for hit in hits if hit), default=np.nan))
    return np.array(result)


def test_an_open_eye_is_bare_and_a_blink_covers_it(arrays):
    assert np.isnan(eye_cover(arrays)).mean() > 0.6
    closed = eye_cover(arrays, eyeBlinkLeft=1)
    assert not np.isnan(closed).any()
    assert closed.min() > 0.5 * MILLIMETRE


@pytest.mark.parametrize("other", ["eyeLookDownLeft", "eyeSquintLeft", "cheekSquintLeft"])
def test_a_blink_covers_the_eye_whatever_else_the_lids_do(arrays, other):
    closed = eye_cover(arrays, **{"eyeBlinkLeft": 1, other: 1})
    assert not np.isnan(closed).any()
    assert closed.min() > 0


@pytest.mark.parametrize("weight", [0.25, 0.5, 0.75, 1.0])
@pytest.mark.parametrize(
    "channel", ["eyeBlinkLeft", "eyeWideLeft", "eyeSquintLeft", "eyeLookDownLeft", "eyeLookUpLeft"]
)
def test_lids_never_sink_into_the_eyeball(arrays, channel, weight):
    ring = arrays.skin.eye[:, 0]
    points = arrays.posed("head", {channel: weight})
    lids = points[(ring >= 0) & (ring <= 2) & (points[:, 0] > 0)]
    assert np.linalg.norm(lids - arrays.eye_centre, axis=1).min() > arrays.eye_radius


def test_a_wide_eye_is_barer_and_a_squint_less_bare(arrays):
    bare = [
        np.isnan(eye_cover(arrays, **weights)).sum()
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
def test_the_pupil_goes_where_the_channel_says(arrays, channel, axis, sign):
    eye = "eye left" if channel.endswith("Left") else "eye right"
    pupil = 0  # the ball's points begin in its middle
    assert arrays.displacements[eye][channel][pupil, axis] * sign > 6 * MILLIMETRE


@pytest.mark.parametrize(("channel", "sign"), [("eyeLookUpLeft", 1), ("eyeLookDownLeft", -1)])
def test_the_upper_lid_follows_the_gaze(arrays, channel, sign):
    edge = arrays.lid(UPPER_LID)
    assert arrays.displacements["head"][channel][edge, 2] * sign > 2 * MILLIMETRE


def test_a_raised_cheek_pushes_the_lower_lid_up(arrays):
    assert (
        arrays.displacements["head"]["cheekSquintLeft"][arrays.lid(LOWER_LID), 2] > 3 * MILLIMETRE
    )


@pytest.mark.parametrize(
    ("channel", "most", "least"),
    [("browDownLeft", 0, -1), ("browInnerUp", 0, -1), ("browOuterUpLeft", -1, 0)],
)
def test_a_brow_bends(arrays, channel, most, least):
    """One end goes at least half as far again as the other."""
    points, displacements = arrays.points["brows"], arrays.displacements["brows"][channel]
    left = np.flatnonzero(points[:, 0] > 0)
    ends = left[np.argsort(points[left, 0])]
    inner, outer = (np.abs(displacements[end, 2]).mean() for end in (ends[:10], ends[-10:]))
    far, near = (inner, outer)[most], (inner, outer)[least]
    assert far > 4 * MILLIMETRE
    assert far > 1.5 * near
