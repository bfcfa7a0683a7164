# SPDX-License-Identifier: GPL-3.0-or-later
"""What the keys of a face say at a frame."""

from keying import clip_of, curve_of, key_by_hand, values_at

from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layers import write_layer
from emotebot_blender.animation.visibility import keyed_weights
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
