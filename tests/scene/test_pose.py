# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.scene.pose import apply_weights


class TestPose:
    def test_weights_become_values_without_keys(self, face):
        weights = np.zeros(52, dtype=np.float32)
        weights[INDEX["jawOpen"]] = 0.5
        apply_weights(face, weights)
        keys = face.meshes[0].data.shape_keys
        assert [block.value for block in keys.key_blocks] == [0, 0, 0, 0, 0.5, 0]
        assert keys.animation_data is None

    def test_what_cannot_be_driven_stays(self, face):
        blocks = face.meshes[0].data.shape_keys.key_blocks
        blocks["jawOpen"].lock_shape = True
        blocks["mouthClose"].mute = True
        apply_weights(face, np.ones(52, dtype=np.float32))
        assert [block.value for block in blocks] == [0, 1, 1, 0, 0, 0]

    @pytest.mark.parametrize("weights", [np.zeros(51), np.zeros((1, 52)), np.full(52, np.nan)])
    def test_no_pose(self, face, weights):
        with pytest.raises(EmoteBotError, match="52 finite weights"):
            apply_weights(face, weights)

    def test_nothing_that_can_be_posed(self, face):
        for block in face.meshes[0].data.shape_keys.key_blocks[1:]:
            block.mute = True
        with pytest.raises(EmoteBotError, match="“Head” can be posed: all of Head is muted"):
            apply_weights(face, np.ones(52, dtype=np.float32))
