# SPDX-License-Identifier: GPL-3.0-or-later
"""Few keys for faces of bones, which move by millimetres where shape keys move by 1."""

import bpy
import numpy as np
import pytest
from bone_faces import AUTO_RIG_PRO, add_armature, both_sides
from keying import clip_of

from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.rig.face import find_face

SMILE = [0.0, 0.1, 0.4, 0.8, 1.0, 0.9, 0.5, 0.2, 0.0]


@pytest.mark.parametrize("size", [0.1, 1.0])
def test_bones_stray_by_a_share_of_their_way_whatever_their_size(size):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scaled = {
        name: tuple(size * value for value in head)
        for name, head in both_sides(AUTO_RIG_PRO).items()
    }
    rig, scene = add_armature("rig", scaled), bpy.context.scene
    clip = clip_of(mouthSmileLeft=SMILE)
    write_layer(find_face(rig, scene), clip, scene, 1, "Layer", Keying(0.01))
    corner, heads = rig.pose.bones["c_lips_smile.l"], []
    for frame in range(1, 1 + len(SMILE)):
        scene.frame_set(frame)
        heads.append(np.array(corner.head))
    way = np.linalg.norm(np.array(heads) - heads[0], axis=1)
    assert way[4] > 0.01 * size
    np.testing.assert_allclose(way / way[4], SMILE, atol=0.02)
