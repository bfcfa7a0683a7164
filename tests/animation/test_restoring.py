# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes back once a layer goes."""

import pytest
from keying import RAMP, clip_of, curve_of, key_by_hand, strip_by_hand, values_at

from emotebot_blender.animation.bake_clearing import clear_bakes
from emotebot_blender.animation.baking import bake_layers
from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.layers import clear_layer


class TestValuesUnderSilentKeys:
    """A control whose own keys do not count has its value back; else it has what they show."""

    def cleared(self, face, head, scene, silence=lambda: None) -> float:
        """Write a layer and take it off in the middle; return what the jaw shows then."""
        head.data.shape_keys.key_blocks["jawOpen"].value = 0.125
        write_layer(face, clip_of(jawOpen=RAMP), scene, 1, "A", Keying(None))
        scene.frame_set(3)
        silence()
        clear_layer(face)
        return values_at(head, "jawOpen", [3])[0]

    @pytest.fixture
    def track(self, head):
        return strip_by_hand(head, "Speech", "jawOpen", (1, 0.75), (9, 0.75))

    def test_a_track_that_counts(self, face, head, empty_scene, track):
        assert self.cleared(face, head, empty_scene) == 0.75

    def test_a_muted_track(self, face, head, empty_scene, track):
        track.mute = True
        assert self.cleared(face, head, empty_scene) == 0.125

    @pytest.mark.parametrize("is_off", [True, False])
    def test_what_was_silenced_meanwhile(self, face, head, empty_scene, track, is_off):
        def silence() -> None:
            data = head.data.shape_keys.animation_data
            if is_off:
                data.use_nla = False
            else:
                data.nla_tracks.new().is_solo = True

        assert self.cleared(face, head, empty_scene, silence) == 0.125

    def test_a_muted_curve(self, face, head, empty_scene):
        key_by_hand(head, "jawOpen", (1, 0.75), (9, 0.75))
        curve_of(head, "jawOpen").mute = True
        assert self.cleared(face, head, empty_scene) == 0.125

    def test_a_muted_track_under_a_bake(self, face, head, empty_scene, track):
        track.mute = True
        head.data.shape_keys.key_blocks["jawOpen"].value = 0.125
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", Keying(None))
        bake_layers(face, empty_scene, ["sequence"], Keying(None))
        empty_scene.frame_set(3)
        clear_bakes(face)
        assert values_at(head, "jawOpen", [3]) == [0.125]
