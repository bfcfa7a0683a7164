# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys on every second frame, and on every third."""

import pytest
from keying import clip_of, strip_curve, values_at

from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer

RAMP = [0.0, 0.125, 0.25, 0.375, 0.5, 0.625]


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        (1, [0, 0.125, 0.25, 0.375, 0.5, 0.625]),
        (2, [0, 0, 0.25, 0.25, 0.5, 0.5]),
        (3, [0, 0, 0, 0.375, 0.375, 0.375]),
        (9, [0, 0, 0, 0, 0, 0]),
    ],
)
def test_the_value_changes_on_a_step_alone(face, head, empty_scene, step, shown):
    report = write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", Keying(None, step))
    assert values_at(head, "jawOpen", range(1, 7)) == shown
    assert report.keys == 4 * len(range(0, 6, step))
    assert report.frames == (1, 6)


def test_between_frames_it_holds(face, head, empty_scene):
    write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", Keying(step=2))
    curve = strip_curve(head, "jawOpen")
    assert [curve.evaluate(frame) for frame in (1.5, 2.9, 3, 4.9)] == [0, 0, 0.25, 0.25]
    assert {point.interpolation for point in curve.keyframe_points} == {"CONSTANT"}


def test_nothing_is_left_out_for_a_tolerance(face, head, empty_scene):
    report = write_layer(face, clip_of(jawOpen=[0.5] * 6), empty_scene, 1, "A", Keying(0.1, 2))
    assert report.keys == 4 * 3


def test_a_layer_lasts_as_long_as_the_clip(face, head, empty_scene):
    write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", Keying(step=2))
    assert values_at(head, "jawOpen", range(1, 8)) == [0, 0, 0.25, 0.25, 0.5, 0.5, 0.5]
    strip = head.data.shape_keys.animation_data.nla_tracks[0].strips[0]
    assert (strip.frame_start, strip.frame_end) == (1, 6)
