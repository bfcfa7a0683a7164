# SPDX-License-Identifier: GPL-3.0-or-later
"""What the keys of a face say at a frame."""

import pytest
from keying import clip_of, curve_of, key_by_hand, keyed_weights, strip_by_hand, values_at

from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.strips import layer_strips
from emotebot_blender.animation.visibility import hidden_controls
from emotebot_blender.core.channels import INDEX


class TestKeyed:
    def test_no_keys(self, face, head):
        head.data.shape_keys.key_blocks["jawOpen"].value = 0.5
        assert keyed_weights(face, 1).tolist() == [0.0] * 52

    def test_the_active_action_and_then_the_layer(self, face, head, empty_scene):
        key_by_hand(head, "mouthClose", (1, 0.0), (5, 1.0))
        for point in curve_of(head, "mouthClose").keyframe_points:
            point.interpolation = "LINEAR"
        clip = clip_of(jawOpen=[0, 0.25, 0.5], mouthClose=[1, 1, 1])
        write_layer(face, clip, empty_scene, 10, "A", Keying(None), strength=0.5)
        weights = keyed_weights(face, 4)
        assert weights[INDEX["mouthClose"]] == 0.75
        assert [keyed_weights(face, at)[INDEX["jawOpen"]] for at in (4, 11, 12, 50)] == [
            0, 0.125, 0.25, 0.25,
        ]  # fmt: skip

    def test_a_strip_that_was_moved_and_one_that_is_muted(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=[0, 0.25, 0.5]), empty_scene, 10, "A", Keying(None))
        track = head.data.shape_keys.animation_data.nla_tracks[0]
        track.strips[0].frame_start, track.strips[0].frame_end = 100, 102
        jaw = INDEX["jawOpen"]
        assert [keyed_weights(face, at)[jaw] for at in (99, 101, 102)] == [0, 0.25, 0.5]
        assert values_at(head, "jawOpen", (99, 101, 102)) == [0, 0.25, 0.5]
        track.mute = True
        assert keyed_weights(face, 101)[jaw] == 0

    def test_the_artists_own_strips(self, face, head):
        strip_by_hand(head, "Speech", "jawOpen", (1, 0.25), (5, 0.75))
        jaw = INDEX["jawOpen"]
        assert [keyed_weights(face, at)[jaw] for at in (1, 3, 9)] == [0.25, 0.5, 0.75]

    @pytest.mark.parametrize("blend_type", ["ADD", "COMBINE"])
    def test_without_an_action_that_adds(self, face, head, empty_scene, blend_type):
        write_layer(face, clip_of(jawOpen=[0.25, 0.25]), empty_scene, 1, "A", Keying(None))
        key_by_hand(head, "jawOpen", (1, 0.5))
        head.data.shape_keys.animation_data.action_blend_type = blend_type
        assert keyed_weights(face, 1)[INDEX["jawOpen"]] == 0.25


class TestHidden:
    @pytest.mark.parametrize("is_muted", [False, True])
    def test_by_the_active_action_unless_its_group_is_muted(
        self, face, head, empty_scene, is_muted
    ):
        block = head.data.shape_keys.key_blocks["jawOpen"]
        block.value = 0.75
        block.keyframe_insert("value", frame=1, group="Mouth")
        curve_of(head, "jawOpen").group.mute = is_muted
        write_layer(face, clip_of(jawOpen=[0.25, 0.25]), empty_scene, 1, "A", Keying(None))
        hidden = hidden_controls(face, layer_strips(head.data.shape_keys))
        assert hidden == ([] if is_muted else ["Head: jawOpen"])
        assert values_at(head, "jawOpen", [1]) == [0.25 if is_muted else 0.75]
