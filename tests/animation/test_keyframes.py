# SPDX-License-Identifier: GPL-3.0-or-later
import dataclasses

import bpy
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keying import HEAD, clip_of, curve_of, key_by_hand, keys_of, state

from emotebot_blender.animation.keyframes import Keying, write_clip
from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.clip import Clip
from emotebot_blender.core.rig.convention import RigMap
from emotebot_blender.rig.face import find_face

DENSE = Keying(None)


class TestValues:
    def test_every_channel_of_every_frame_moves_the_reference_head(self, reference_head):
        face = find_face(None, reference_head)
        weights = np.random.default_rng(0).random((20, 52), dtype=np.float32)
        report = write_clip(face, Clip(weights, 24.0), reference_head, 5, DENSE)
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
        write_clip(face, clip_of(jawOpen=[0, 1, 0]), empty_scene, 1, DENSE)
        assert curve_of(face.objects[0], "jawOpen").evaluate(1.25) == pytest.approx(0.25)

    def test_dense_keys_made_bezier_do_not_overshoot(self, face, empty_scene):
        write_clip(face, clip_of(jawOpen=[0, 0, 1, 1]), empty_scene, 1, DENSE)
        curve = curve_of(face.objects[0], "jawOpen")
        for point in curve.keyframe_points:
            point.interpolation = "BEZIER"
        values = [curve.evaluate(frame) for frame in np.linspace(1, 4, 61)]
        assert min(values) >= 0
        assert max(values) <= 1
        assert curve.evaluate(2.25) < 0.2  # eased: a line would be at .25

    def test_a_channel_at_rest_replaces_what_was_there(self, face, empty_scene):
        key_by_hand(face.objects[0], "jawOpen", (2, 1.0))
        write_clip(face, clip_of(mouthClose=[0, 0.5, 0]), empty_scene, 1, DENSE)
        assert keys_of(face.objects[0], "jawOpen") == [(1, 0), (2, 0), (3, 0)]

    def test_gains_add_up_on_a_shared_control(self, face, empty_scene):
        both = RigMap("x", {"jawOpen": (("Hair", 0.5),), "mouthFunnel": (("Hair", -0.25),)})
        face = dataclasses.replace(face, maps=(both,))
        clip = clip_of(jawOpen=[1, 1], mouthFunnel=[0, 0.8])
        write_clip(face, clip, empty_scene, 1, DENSE)
        assert keys_of(face.objects[0], "Hair") == [(1, 0.5), (2, 0.3)]

    def test_values_stay_within_the_slider_and_that_is_reported(self, face, empty_scene):
        block = face.objects[0].data.shape_keys.key_blocks["jawOpen"]
        block.slider_max = 0.5
        clip = clip_of(jawOpen=[0.25, 1], mouthClose=[0, 1])
        report = write_clip(face, clip, empty_scene, 1, DENSE)
        assert keys_of(face.objects[0], "jawOpen") == [(1, 0.25), (2, 0.5)]
        assert report.clamped == ("Head: jawOpen",)

    def test_names_with_quotes_and_backslashes(self, add, empty_scene):
        head = add("MESH", "Head", ['a"b\\c.jawOpen'])
        write_clip(find_face(head, empty_scene), clip_of(jawOpen=[0, 1]), empty_scene, 1, DENSE)
        empty_scene.frame_set(2)
        assert head.data.shape_keys.key_blocks[1].value == 1

    def test_each_mesh_has_an_action_of_its_own(self, add, empty_scene):
        rig = add("ARMATURE", "Rig")
        head = add("MESH", "Head", HEAD, armature=rig)
        teeth = add("MESH", "Teeth", ["jawOpen"], armature=rig)
        report = write_clip(
            find_face(rig, empty_scene), clip_of(jawOpen=[0, 1]), empty_scene, 1, DENSE
        )
        assert report.curves == 5
        own = [mesh.data.shape_keys.animation_data.action for mesh in (head, teeth)]
        assert [action.name for action in own] == ["Head EmoteBot", "Teeth EmoteBot"]
        empty_scene.frame_set(2)
        assert teeth.data.shape_keys.key_blocks["jawOpen"].value == 1

    def test_all_of_it_is_there_after_saving(self, face, empty_scene, tmp_path):
        write_clip(face, clip_of(jawOpen=[0, 0.5, 1]), empty_scene, 1, DENSE)
        path = str(tmp_path / "saved.blend")
        bpy.ops.wm.save_as_mainfile(filepath=path)
        bpy.ops.wm.open_mainfile(filepath=path)
        bpy.context.scene.frame_set(2)
        assert bpy.data.objects["Head"].data.shape_keys.key_blocks["jawOpen"].value == 0.5

    def test_a_library_override_keeps_its_keys(self, linked_head, tmp_path):
        head, scene = linked_head
        head.override_create(remap_local_usages=True).data.override_create(remap_local_usages=True)
        write_clip(find_face(None, scene), clip_of(jawOpen=[0, 0.5, 1]), scene, 1, DENSE)
        path = str(tmp_path / "override.blend")
        bpy.ops.wm.save_as_mainfile(filepath=path)
        bpy.ops.wm.open_mainfile(filepath=path)
        bpy.context.scene.frame_set(2)
        (head,) = bpy.context.scene.objects
        assert head.data.shape_keys.key_blocks["jawOpen"].value == 0.5


class TestTime:
    def test_a_clip_of_another_rate_stands_on_whole_frames(self, face, empty_scene):
        ramp = np.linspace(0, 1, 61)  # one second at 60 fps
        report = write_clip(face, clip_of(fps=60, jawOpen=ramp), empty_scene, 10, DENSE)
        frames, values = zip(*keys_of(face.objects[0], "jawOpen"), strict=True)
        assert frames == tuple(range(10, 35))
        assert values == pytest.approx(np.arange(25) / 24, abs=1e-6)
        assert report.frames == (10, 34)

    def test_a_rate_with_a_base(self, face, empty_scene):
        empty_scene.render.fps, empty_scene.render.fps_base = 30, 1.001
        clip = clip_of(fps=30 / 1.001, jawOpen=np.linspace(0, 1, 31))
        write_clip(face, clip, empty_scene, 1, DENSE)
        frames = [frame for frame, _ in keys_of(face.objects[0], "jawOpen")]
        assert frames == list(range(1, 32))

    def test_a_late_first_frame_and_a_fractional_start(self, face, empty_scene):
        clip = clip_of(start=0.5, jawOpen=[0, 1])
        report = write_clip(face, clip, empty_scene, 1.25, DENSE)
        assert keys_of(face.objects[0], "jawOpen") == [(13.25, 0), (14.25, 1)]
        assert report.frames == (13.25, 14.25)


class TestOtherKeys:
    def test_keys_outside_are_kept_with_all_they_hold(self, face, empty_scene):
        head = face.objects[0]
        key_by_hand(head, "jawOpen", (-10, 0.1), (0, 0.2), (3, 0.9), (5, 0.3), (20, 0.4))
        points = curve_of(head, "jawOpen").keyframe_points
        for point in points:
            point.handle_left_type = point.handle_right_type = "FREE"
        points[0].interpolation, points[0].easing, points[0].back = "BACK", "EASE_IN", 2.5
        points[1].handle_right = (0.5, 0.7)
        points[3].type, points[3].interpolation = "EXTREME", "CONSTANT"
        points[4].interpolation, points[4].amplitude, points[4].period = "ELASTIC", 3, 5

        attributes = [
            "co", "handle_left", "handle_right", "handle_left_type", "handle_right_type",
            "interpolation", "easing", "type", "back", "amplitude", "period",
        ]  # fmt: skip

        def hold(point) -> list[str]:
            return [str(getattr(point, name)) for name in attributes]

        before = {point.co[0]: hold(point) for point in points}
        del before[3.0]
        write_clip(face, clip_of(jawOpen=[0, 1, 0, 1]), empty_scene, 1, DENSE)
        points = curve_of(head, "jawOpen").keyframe_points
        after = {point.co[0]: hold(point) for point in points}
        assert list(after) == [-10, 0, 1, 2, 3, 4, 5, 20]
        assert {frame: after[frame] for frame in before} == before

    def test_other_curves_are_untouched(self, face, empty_scene):
        key_by_hand(face.objects[0], "Hair", (1, 0.1), (2, 0.2))
        write_clip(face, clip_of(jawOpen=[0, 1, 0]), empty_scene, 1, DENSE)
        assert keys_of(face.objects[0], "Hair") == [(1, 0.1), (2, 0.2)]

    def test_only_the_channels_asked_for(self, face, empty_scene):
        key_by_hand(face.objects[0], "jawOpen", (1, 0.5))
        clip = clip_of(jawOpen=[0, 1], mouthClose=[0, 1])
        report = write_clip(face, clip, empty_scene, 1, DENSE, channels=["mouthClose", "tongueOut"])
        assert report.curves == 1
        assert keys_of(face.objects[0], "jawOpen") == [(1, 0.5)]
        assert curve_of(face.objects[0], "eyeBlinkLeft") is None

    def test_an_action_shared_with_another_mesh_is_not_changed(self, face, add, empty_scene):
        other = add("MESH", "Other", HEAD)
        key_by_hand(face.objects[0], "jawOpen", (1, 0.5))
        data, mine = other.data.shape_keys.animation_data_create(), face.objects[0].data.shape_keys
        data.action = mine.animation_data.action
        if hasattr(data, "action_slot"):
            data.action_slot = mine.animation_data.action_slot
        write_clip(face, clip_of(jawOpen=[0, 1]), empty_scene, 1, DENSE)
        assert keys_of(other, "jawOpen") == [(1, 0.5)]
        assert keys_of(face.objects[0], "jawOpen") == [(1, 0), (2, 1)]

    def test_modifiers_of_a_curve_are_kept(self, face, empty_scene):
        key_by_hand(face.objects[0], "jawOpen", (1, 0.5))
        curve_of(face.objects[0], "jawOpen").modifiers.new("NOISE")
        write_clip(face, clip_of(jawOpen=[0, 1]), empty_scene, 1, DENSE)
        assert [m.type for m in curve_of(face.objects[0], "jawOpen").modifiers] == ["NOISE"]


class TestAgain:
    def test_the_same_again_changes_nothing(self, face, empty_scene):
        key_by_hand(face.objects[0], "jawOpen", (-5, 0.5), (50, 0.5))
        clip = clip_of(jawOpen=[0, 0.5, 1])
        first = write_clip(face, clip, empty_scene, 1, DENSE)
        before = state()
        assert write_clip(face, clip, empty_scene, 1, DENSE) == first
        assert state() == before

    def test_a_shorter_one_removes_the_rest_and_nothing_more(self, face, empty_scene):
        head = face.objects[0]
        key_by_hand(head, "jawOpen", (0, 0.1), (11, 0.9))
        write_clip(face, clip_of(jawOpen=[0.5] * 10), empty_scene, 1, DENSE)
        write_clip(face, clip_of(jawOpen=[0.25] * 3), empty_scene, 1, DENSE)
        expected = [(0, 0.1), (1, 0.25), (2, 0.25), (3, 0.25), (11, 0.9)]
        assert keys_of(head, "jawOpen") == expected

    def test_a_shorter_one_leaves_what_was_keyed_by_hand_in_the_rest(self, face, empty_scene):
        head = face.objects[0]
        write_clip(face, clip_of(jawOpen=[0.5] * 10), empty_scene, 1, DENSE)
        key_by_hand(head, "jawOpen", (7.5, 0.75), (12, 0.125))
        write_clip(face, clip_of(jawOpen=[0.25] * 3), empty_scene, 1, DENSE)
        expected = [(1, 0.25), (2, 0.25), (3, 0.25), (7.5, 0.75), (12, 0.125)]
        assert keys_of(head, "jawOpen") == expected

    def test_a_control_left_out_in_between(self, face, empty_scene):
        clip, head = clip_of(jawOpen=[0.5] * 10), face.objects[0]
        write_clip(face, clip, empty_scene, 1, DENSE)
        write_clip(face, clip_of(jawOpen=[0.5] * 5), empty_scene, 1, DENSE, ["jawOpen"])
        assert len(keys_of(head, "mouthClose")) == 10
        key_by_hand(head, "jawOpen", (9, 0.75))
        write_clip(face, clip_of(jawOpen=[0.5] * 2), empty_scene, 1, DENSE)
        assert keys_of(head, "jawOpen") == [(1, 0.5), (2, 0.5), (9, 0.75)]
        assert keys_of(head, "mouthClose") == [(1, 0), (2, 0)]

    def test_also_after_saving(self, face, empty_scene, tmp_path):
        write_clip(face, clip_of(jawOpen=[0.5] * 10), empty_scene, 1, DENSE)
        path = str(tmp_path / "saved.blend")
        bpy.ops.wm.save_as_mainfile(filepath=path)
        bpy.ops.wm.open_mainfile(filepath=path)
        face = find_face(None, bpy.context.scene)
        write_clip(face, clip_of(jawOpen=[0.25]), bpy.context.scene, 1, DENSE)
        assert keys_of(face.objects[0], "jawOpen") == [(1, 0.25)]

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 8)), min_size=1, max_size=6))
    def test_one_after_another(self, face, empty_scene, performances):
        """Frames belong to a run of frames, named by its first; a new run cuts others."""
        keys = face.objects[0].data.shape_keys
        keys.animation_data_clear()
        run: dict[int, int] = {}
        value: dict[int, float] = {}
        for number, (start, count) in enumerate(performances):
            level = round((number + 1) / 8, 6)
            write_clip(face, clip_of(jawOpen=[level] * count), empty_scene, start, DENSE)
            end = start + count - 1
            run = {frame: first for frame, first in run.items() if first != start}
            run = {
                frame: end + 1 if frame > end >= first else first for frame, first in run.items()
            }
            run |= dict.fromkeys(range(start, end + 1), start)
            value |= dict.fromkeys(range(start, end + 1), level)
            expected = [(frame, value[frame]) for frame in sorted(run)]
            assert keys_of(face.objects[0], "jawOpen") == expected


class TestReduced:
    @pytest.mark.parametrize("tolerance", [0.01, 0.05])
    def test_a_minute_is_within_the_tolerance_with_a_fifth_of_the_keys(
        self, face, empty_scene, tolerance
    ):
        time = np.arange(1441) / 24
        jaw = 0.5 + 0.3 * np.sin(time * 1.7) + 0.2 * np.sin(time * 0.6 + 1)
        blink = np.exp(-(((time % 4) - 2) ** 2) / 0.01)
        clip = clip_of(jawOpen=jaw, eyeBlinkLeft=blink)
        report = write_clip(face, clip, empty_scene, 1, Keying(tolerance))
        assert report.keys < 1441 * 4 / 5
        for name, values in (("jawOpen", jaw), ("eyeBlinkLeft", blink), ("mouthClose", 0 * time)):
            curve = curve_of(face.objects[0], name)
            shown = np.array([curve.evaluate(frame) for frame in range(1, 1442)])
            assert np.abs(shown - values).max() <= tolerance + 1e-6
        assert len(keys_of(face.objects[0], "mouthClose")) <= 2

    def test_one_frame(self, face, empty_scene):
        write_clip(face, clip_of(jawOpen=[0.5]), empty_scene, 7, Keying())
        assert keys_of(face.objects[0], "jawOpen") == [(7, 0.5)]

    def test_keys_outside_are_kept(self, face, empty_scene):
        key_by_hand(face.objects[0], "jawOpen", (0, 0.25), (40, 0.75))
        write_clip(face, clip_of(jawOpen=np.linspace(0, 1, 24)), empty_scene, 1, Keying())
        found = keys_of(face.objects[0], "jawOpen")
        assert found[0] == (0, 0.25)
        assert found[-1] == (40, 0.75)
        assert curve_of(face.objects[0], "jawOpen").evaluate(12) == pytest.approx(
            11 / 23, abs=0.011
        )
