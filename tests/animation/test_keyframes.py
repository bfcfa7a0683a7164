# SPDX-License-Identifier: GPL-3.0-or-later
"""What clips become as keys of a layer."""

import dataclasses

import numpy as np
import pytest
from keying import DENSE, clip_of, strip_curve, strip_keys

from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.clip import Clip
from emotebot_blender.core.rig.convention import ControlName, Feed, RigMap
from emotebot_blender.rig.face import find_face


def write(face, clip, scene, start, keying):
    return write_layer(face, clip, scene, start, "A", keying)


class TestValues:
    def test_every_channel_of_every_frame_moves_the_reference_head(self, reference_head):
        face = find_face(None, reference_head)
        weights = np.random.default_rng(0).random((20, 52), dtype=np.float32)
        report = write(face, Clip(weights, 24.0), reference_head, 5, DENSE)
        assert (report.curves, report.keys, report.frames) == (53, 53 * 20, (5.0, 24.0))
        blocks = face.objects[0].data.shape_keys.key_blocks
        for frame in (5, 13, 24):
            reference_head.frame_set(frame)
            pose = dict(zip(CHANNELS, weights[frame - 5].tolist(), strict=True))
            assert blocks["jawOpen"].value == pytest.approx(pose["jawOpen"])
            assert blocks["mouthSmile_L"].value == pytest.approx(pose["mouthSmileLeft"])
            assert blocks["cheekPuff_L"].value == pytest.approx(pose["cheekPuff"])
            assert blocks["cheekPuff_R"].value == pytest.approx(pose["cheekPuff"])
            assert blocks["cheekRaiser_L"].value == 0
            total = sum(block.value for block in blocks[1:])
            twice = pose["browInnerUp"] + pose["cheekPuff"] - pose["tongueOut"]
            assert total == pytest.approx(sum(pose.values()) + twice, rel=1e-5)

    def test_straight_lines_lie_between_dense_keys(self, face, empty_scene):
        write(face, clip_of(jawOpen=[0, 1, 0]), empty_scene, 1, DENSE)
        assert strip_curve(face.objects[0], "jawOpen").evaluate(1.25) == pytest.approx(0.25)

    def test_keys_made_elastic_swing_as_those_set_by_hand(self, face, empty_scene):
        write(face, clip_of(jawOpen=[0, 1, 0]), empty_scene, 1, DENSE)
        point = strip_curve(face.objects[0], "jawOpen").keyframe_points[1]
        found = (point.back, point.amplitude, point.period)
        assert found == pytest.approx((1.70158, 0.8, 4.1))  # Blender's own defaults

    def test_dense_keys_made_bezier_do_not_overshoot(self, face, empty_scene):
        write(face, clip_of(jawOpen=[0, 0, 1, 1]), empty_scene, 1, DENSE)
        curve = strip_curve(face.objects[0], "jawOpen")
        for point in curve.keyframe_points:
            point.interpolation = "BEZIER"
        values = [curve.evaluate(frame) for frame in np.linspace(1, 4, 61)]
        assert min(values) >= 0
        assert max(values) <= 1
        assert curve.evaluate(2.25) < 0.2  # eased: a line would be at .25

    def test_gains_add_up_on_a_shared_control(self, face, empty_scene):
        hair = ControlName("Hair")
        both = RigMap("x", {"jawOpen": (Feed(hair, 0.5),), "mouthFunnel": (Feed(hair, -0.25),)})
        face = dataclasses.replace(face, maps=(both,))
        clip = clip_of(jawOpen=[1, 1], mouthFunnel=[0, 0.8])
        write(face, clip, empty_scene, 1, DENSE)
        assert strip_keys(face.objects[0], "Hair") == [(1, 0.5), (2, 0.3)]

    def test_values_stay_within_the_slider_and_that_is_reported(self, face, empty_scene):
        block = face.objects[0].data.shape_keys.key_blocks["jawOpen"]
        block.slider_max = 0.5
        clip = clip_of(jawOpen=[0.25, 1], mouthClose=[0, 1])
        report = write(face, clip, empty_scene, 1, DENSE)
        assert strip_keys(face.objects[0], "jawOpen") == [(1, 0.25), (2, 0.5)]
        assert report.clamped == ("Head: jawOpen",)

    def test_names_with_quotes_and_backslashes(self, add, empty_scene):
        head = add("MESH", "Head", ['a"b\\c.jawOpen'])
        write(find_face(head, empty_scene), clip_of(jawOpen=[0, 1]), empty_scene, 1, DENSE)
        empty_scene.frame_set(2)
        assert head.data.shape_keys.key_blocks[1].value == 1


class TestTime:
    def test_a_clip_of_another_rate_stands_on_whole_frames(self, face, empty_scene):
        ramp = np.linspace(0, 1, 61)  # one second at 60 fps
        report = write(face, clip_of(fps=60, jawOpen=ramp), empty_scene, 10, DENSE)
        frames, values = zip(*strip_keys(face.objects[0], "jawOpen"), strict=True)
        assert frames == tuple(range(10, 35))
        assert values == pytest.approx(np.arange(25) / 24, abs=1e-5)
        assert report.frames == (10, 34)

    def test_a_rate_with_a_base(self, face, empty_scene):
        empty_scene.render.fps, empty_scene.render.fps_base = 30, 1.001
        clip = clip_of(fps=30 / 1.001, jawOpen=np.linspace(0, 1, 31))
        write(face, clip, empty_scene, 1, DENSE)
        frames = [frame for frame, _ in strip_keys(face.objects[0], "jawOpen")]
        assert frames == list(range(1, 32))

    def test_a_late_first_frame_and_a_fractional_start(self, face, empty_scene):
        clip = clip_of(start=0.5, jawOpen=[0, 1])
        report = write(face, clip, empty_scene, 1.25, DENSE)
        assert strip_keys(face.objects[0], "jawOpen") == [(13.25, 0), (14.25, 1)]
        assert report.frames == (13.25, 14.25)


class TestReduced:
    @pytest.mark.parametrize("tolerance", [0.01, 0.05])
    def test_a_minute_is_within_the_tolerance_with_a_fifth_of_the_keys(
        self, face, empty_scene, tolerance
    ):
        time = np.arange(1441) / 24
        jaw = 0.5 + 0.3 * np.sin(time * 1.7) + 0.2 * np.sin(time * 0.6 + 1)
        blink = np.exp(-(((time % 4) - 2) ** 2) / 0.01)
        clip = clip_of(jawOpen=jaw, eyeBlinkLeft=blink)
        report = write(face, clip, empty_scene, 1, Keying(tolerance))
        assert report.keys < 1441 * 4 / 5
        for name, values in (("jawOpen", jaw), ("eyeBlinkLeft", blink), ("mouthClose", 0 * time)):
            curve = strip_curve(face.objects[0], name)
            shown = np.array([curve.evaluate(frame) for frame in range(1, 1442)])
            assert np.abs(shown - values).max() <= tolerance + 1e-6
        assert len(strip_keys(face.objects[0], "mouthClose")) <= 2

    def test_one_frame(self, face, empty_scene):
        write(face, clip_of(jawOpen=[0.5]), empty_scene, 7, Keying())
        assert strip_keys(face.objects[0], "jawOpen") == [(7, 0.5)]
