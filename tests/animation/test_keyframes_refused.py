# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be keyed: skipped and reported, or refused with nothing written."""

import bpy
import numpy as np
import pytest
from keying import DENSE, clip_of, key_by_hand, state, strip_curve, strip_keys

from emotebot_blender.animation.keyframes import LAST_FRAME, Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.core.clip import Clip
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message
from emotebot_blender.rig.face import find_face


def write(face, clip, scene, start=1, channels=None):
    return write_layer(face, clip, scene, start, "A", DENSE, channels)


class TestBlocked:
    @pytest.mark.parametrize(
        ("hinder", "reason"),
        [
            (lambda block, curve: setattr(block, "mute", True), "muted"),
            (lambda block, curve: setattr(block, "lock_shape", True), "locked"),
            (lambda block, curve: setattr(curve, "lock", True), "on a locked F-curve"),
            (lambda block, curve: setattr(curve, "mute", True), "on a muted F-curve"),
            (lambda block, curve: curve.convert_to_samples(1, 3), "on an F-curve baked"),
        ],
    )
    def test_skipped_and_reported(self, face, empty_scene, hinder, reason):
        head = face.objects[0]
        write(face, clip_of(jawOpen=[0.5, 0.75]), empty_scene)
        hinder(head.data.shape_keys.key_blocks["jawOpen"], strip_curve(head, "jawOpen"))
        before = strip_keys(head, "jawOpen")
        report = write(face, clip_of(jawOpen=[0, 1], mouthClose=[1, 1]), empty_scene)
        ((control, why),) = report.skipped
        assert control == "Head: jawOpen"
        assert str(why).startswith(reason)
        assert strip_keys(head, "jawOpen") == before
        assert report.curves == 3
        assert strip_keys(head, "mouthClose") == [(1, 1), (2, 1)]

    def test_a_driven_key(self, face, empty_scene):
        face.objects[0].data.shape_keys.key_blocks["jawOpen"].driver_add("value")
        report = write(face, clip_of(jawOpen=[0, 1]), empty_scene)
        assert report.skipped == (("Head: jawOpen", Message("driven")),)
        assert strip_curve(face.objects[0], "jawOpen") is None

    def test_a_linked_part_is_left_out(self, linked_head):
        linked, scene = linked_head
        own = bpy.data.objects.new("Own", linked.data.copy())
        scene.collection.objects.link(own)
        rig = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
        scene.collection.objects.link(rig)
        own.parent = rig
        brow = bpy.data.objects.new("Brow", linked.data)
        scene.collection.objects.link(brow)
        brow.parent = rig
        report = write(find_face(rig, scene), clip_of(jawOpen=[0, 1]), scene)
        ((control, reason),) = report.skipped
        assert str(control) == "all of Brow"
        assert str(reason).startswith("linked from “library.blend”")
        assert strip_keys(own, "jawOpen") == [(1, 0), (2, 1)]


class TestNothingIsWritten:
    @pytest.mark.parametrize(
        ("clip", "start", "channels", "message"),
        [
            (Clip(np.zeros((0, 52), np.float32), 24), 1, None, "has no frames"),
            (clip_of(jawOpen=[0, np.nan]), 1, None, "no finite numbers"),
            (clip_of(jawOpen=[0, 1]), LAST_FRAME, None, "beyond the last one"),
            (clip_of(jawOpen=[0, 1]), float("nan"), None, "beyond the last one"),
            (clip_of(jawOpen=[0, 1]), 1, ["smile"], "“smile” is not one of the 52"),
            (clip_of(jawOpen=[0, 1]), 1, ["cheekPuff"], "no control for the channels"),
        ],
    )
    def test_where_it_makes_no_sense(self, face, empty_scene, clip, start, channels, message):
        key_by_hand(face.objects[0], "jawOpen", (1, 0.5))
        before = state()
        with pytest.raises(EmoteBotError, match=message):
            write(face, clip, empty_scene, start, channels)
        assert state() == before

    def test_where_every_control_is_muted(self, face, empty_scene):
        for block in face.objects[0].data.shape_keys.key_blocks:
            block.mute = True
        before = state()
        with pytest.raises(EmoteBotError, match="keyed: all of Head is muted"):
            write(face, clip_of(jawOpen=[0, 1]), empty_scene)
        assert state() == before

    def test_where_all_is_linked(self, linked_head):
        head, scene = linked_head
        before = state()
        with pytest.raises(EmoteBotError, match="keyed: all of Head is linked from “library"):
            write(find_face(head, scene), clip_of(jawOpen=[0, 1]), scene)
        assert state() == before
        assert head.data.shape_keys.animation_data is None


@pytest.mark.parametrize("tolerance", [-0.1, float("nan"), float("inf")])
def test_a_tolerance_is_a_number_from_0(tolerance):
    with pytest.raises(EmoteBotError, match="tolerance is a number from 0"):
        Keying(tolerance)


@pytest.mark.parametrize("step", [0, -1, 1.5])
def test_a_step_is_a_whole_number_from_1(step):
    with pytest.raises(EmoteBotError, match="step is a whole number of frames from 1"):
        Keying(step=step)
