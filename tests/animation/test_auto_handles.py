# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys have Blender's own handles where the curve stays within the tolerance with them."""

import bpy
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from keying import clip_of, curve_of, key_by_hand, strip_curve, values_at

from emotebot_blender.animation.actions import temporary_curve
from emotebot_blender.animation.auto_handles import find_auto_handles
from emotebot_blender.animation.baking import bake_layers
from emotebot_blender.animation.curves import fill, read_handles
from emotebot_blender.animation.edited_keys import layer_keys, write_edits
from emotebot_blender.animation.key_attributes import bezier_keys
from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.layers import find_layer
from emotebot_blender.animation.mix_shares import Mix
from emotebot_blender.animation.strips import own_layer_strips
from emotebot_blender.core.reduce import reduce_channels

SWING = [0.0] * 5 + list(np.sin(np.linspace(0, 9, 60)) ** 2) + [0.0] * 5
EASE = np.linspace(0, 1, 13) ** 2 * (3 - 2 * np.linspace(0, 1, 13))
"""A rise that sets out and arrives without speed: a cubic whose handles are flat."""

TABLES = arrays(
    np.float32,
    st.tuples(st.integers(1, 40), st.just(3)),
    elements=st.floats(0, 1, width=32),
    fill=st.just(0.25),
)
SUMS = st.sampled_from([0, 1, 2, 3])
"""How often noise is summed up: the more, the smoother."""


def found(frames, table, tolerance):
    curves = reduce_channels(frames, table, tolerance)
    return find_auto_handles(curves, frames, table, tolerance)


def smoothed(table, sums):
    for _ in range(sums):
        table = np.cumsum(table - table.mean(axis=0), axis=0)
    return table.astype(np.float32)


def handle_types(curve) -> list[str]:
    assert all(point.handle_left_type == point.handle_right_type for point in curve.keyframe_points)
    return [point.handle_left_type for point in curve.keyframe_points]


BARELY_ABOVE = np.array([[1e-36] * 3, [0.0625] * 3, [0.25] * 3], dtype=np.float32)
"""Values above a least one that Blender rounds to 0."""


@settings(max_examples=100, deadline=None)
@example(BARELY_ABOVE, 0, 0.0)
@given(TABLES, SUMS, st.sampled_from([0.0, 0.001, 0.01, 0.1]))
def test_blender_evaluates_the_keys_within_the_tolerance_and_the_range(table, sums, tolerance):
    frames, table = np.arange(float(len(table))), smoothed(table, sums)
    for (keys, is_auto), values in zip(found(frames, table, tolerance), table.T, strict=True):
        with temporary_curve() as curve:
            fill(curve, bezier_keys(keys, is_auto))
            shown = np.array([curve.evaluate(frame) for frame in frames])
        assert np.abs(shown - values).max() <= tolerance + 1e-6 * np.ptp(values)
        for points in (keys.handle_left, keys.handle_right):
            assert values.min() <= points[:, 1].min()
            assert points[:, 1].max() <= values.max()


@settings(max_examples=50, deadline=None)
@given(TABLES, SUMS)
def test_blender_leaves_the_handles_as_they_are_however_often_it_looks(table, sums):
    frames, table = np.arange(float(len(table))), smoothed(table, sums)
    for keys, is_auto in found(frames, table, 0.01):
        with temporary_curve() as curve:
            fill(curve, bezier_keys(keys, is_auto))
            for _ in range(3):
                left, right = read_handles(curve)
                assert (left == keys.handle_left).all()
                assert (right == keys.handle_right).all()
                curve.update()


def test_a_rise_between_holds_has_flat_handles_of_blenders():
    values = np.concatenate((np.zeros(10), EASE, np.ones(10)))
    ((keys, is_auto),) = found(np.arange(33.0), values[:, None], 1e-4)
    assert keys.co.tolist() == [[0, 0], [10, 0], [22, 1], [32, 1]]
    assert is_auto.all()
    assert keys.handle_right[1].tolist() == pytest.approx([14, 0], abs=1e-5)
    assert keys.handle_left[2].tolist() == pytest.approx([18, 1], abs=1e-5)


def test_what_stops_dead_keeps_the_handles_that_were_fitted():
    values = np.concatenate((np.zeros(10), np.linspace(0, 1, 13), np.ones(10)))
    ((keys, is_auto),) = found(np.arange(33.0), values[:, None], 0.01)
    stops = np.isin(keys.co[:, 0], (10, 22))
    assert not is_auto[stops].any()
    assert is_auto[[0, -1]].all()


def test_no_key_is_left_free_that_could_be_automatic_alone():
    table = smoothed(np.random.default_rng(4).random((120, 6)), 2)
    table /= np.ptp(table, axis=0)
    frames = np.arange(120.0)
    for (keys, is_auto), values in zip(found(frames, table, 0.01), table.T, strict=True):
        for number in np.flatnonzero(~is_auto):
            tried = is_auto.copy()
            tried[number] = True
            with temporary_curve() as curve:
                fill(curve, bezier_keys(keys, tried))
                shown = np.array([curve.evaluate(frame) for frame in frames])
            assert np.abs(shown - values).max() > 0.0099


class TestLayers:
    @pytest.fixture
    def write(self, face, empty_scene):
        def write(**channels):
            return write_layer(face, clip_of(**channels), empty_scene, 1, "A", Keying())

        return write

    def test_they_do_not_depend_on_what_the_user_prefers(self, write, face, head, empty_scene):
        edit, frames = bpy.context.preferences.edit, range(1, 71)
        before, edit.fcurve_new_auto_smoothing = edit.fcurve_new_auto_smoothing, "NONE"
        try:
            write(jawOpen=SWING)
            assert values_at(head, "jawOpen", frames) == pytest.approx(SWING, abs=0.01)
            looked = values_at(head, "jawOpen", frames)
            bake_layers(face, empty_scene, ["sequence"], Keying())
            assert values_at(head, "jawOpen", frames) == pytest.approx(looked, abs=0.01)
        finally:
            edit.fcurve_new_auto_smoothing = before

    def test_a_curve_smoothed_otherwise_is_performed_as_any(self, write, head):
        write(jawOpen=SWING)
        strip_curve(head, "jawOpen").auto_smoothing = "NONE"
        write(jawOpen=SWING)
        assert values_at(head, "jawOpen", range(1, 71)) == pytest.approx(SWING, abs=0.01)

    def test_a_key_moved_there_and_back_is_no_edit(self, write, face, head):
        write(jawOpen=SWING)
        curve = strip_curve(head, "jawOpen")
        types = handle_types(curve)
        number = types.index("AUTO_CLAMPED", 1)
        value = curve.keyframe_points[number].co.y
        curve.keyframe_points[number].co.y = value + 0.125
        curve.update()
        assert find_layer(face).edited
        curve.keyframe_points[number].co.y = value
        curve.update()
        assert not find_layer(face).edited

    @pytest.mark.parametrize("smoothing", ["NONE", "CONT_ACCEL"])
    def test_what_neighbours_do_when_a_key_is_moved_is_part_of_the_edit(
        self, write, face, head, smoothing
    ):
        write(jawOpen=SWING, mouthClose=SWING)
        (owner,) = face.animated_ids
        performed = layer_keys(own_layer_strips(owner))
        curve = strip_curve(head, "jawOpen")
        types = handle_types(curve)
        number = next(i for i in range(1, len(types)) if types[i - 1 : i + 2] == [types[i]] * 3)
        curve.auto_smoothing = smoothing
        curve.keyframe_points[number].co.y = 0.5
        curve.update()
        edited, frames = layer_keys(own_layer_strips(owner)), range(1, 71)
        looked = values_at(head, "jawOpen", frames)
        write(jawOpen=SWING, mouthClose=SWING)
        write_edits(face, performed, edited, 24.0, "Edits", 1.0)
        assert values_at(head, "jawOpen", frames) == pytest.approx(looked, abs=0.003)

    def test_a_bake_of_its_own_has_them(self, write, face, head, empty_scene):
        write(jawOpen=SWING)
        bake_layers(face, empty_scene, ["sequence"], Keying())
        assert "AUTO_CLAMPED" in handle_types(curve_of(head, "jawOpen"))
        assert values_at(head, "jawOpen", range(1, 71)) == pytest.approx(SWING, abs=0.011)

    @pytest.mark.parametrize("smoothing", ["NONE", "CONT_ACCEL"])
    def test_a_bake_among_keys_of_the_artist_shows_what_was_seen(
        self, face, head, empty_scene, smoothing
    ):
        key_by_hand(head, "jawOpen", (-40, 0.25), (-30, 0.25), (10, 0.5), (40, 0.125), (90, 0.125))
        curve_of(head, "jawOpen").auto_smoothing = smoothing
        clip, mix, frames = clip_of(jawOpen=SWING), Mix(ways={"MOUTH": "ADD"}), range(-39, 90)
        write_layer(face, clip, empty_scene, 1, "A", Keying(), mix=mix)
        looked = values_at(head, "jawOpen", frames)
        bake_layers(face, empty_scene, ["sequence"], Keying())
        assert values_at(head, "jawOpen", frames) == pytest.approx(looked, abs=0.0101)
        baked = [
            point
            for point in curve_of(head, "jawOpen").keyframe_points
            if point.type in ("EXTREME", "GENERATED")
        ]
        assert {point.handle_right_type for point in baked} == {"FREE"}
