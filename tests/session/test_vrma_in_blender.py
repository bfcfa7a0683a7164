# SPDX-License-Identifier: GPL-3.0-or-later
"""VRM animations as Blender's own glTF importer reads them, which knows nothing of EmoteBot."""

import bpy
import numpy as np
import pytest
from recorded_samples import posed

from emotebot_blender.core.exchange.vrma import write_perfect_sync

HEAD = np.array([(0, 0, 0), (0, 10, 0), (0, 20, 0)], dtype=np.float32)


@pytest.fixture
def imported(blender, tmp_path):
    """Open a file of three frames: the jaw opens, and the head turns left by 20 degrees."""
    path = tmp_path / "take.glb"
    path.write_bytes(write_perfect_sync(posed("jawOpen", (0, 0.5, 1), head=HEAD), "take"))
    bpy.context.scene.render.fps = 24
    bpy.ops.import_scene.gltf(filepath=str(path))
    return bpy.data.objects


def test_weights_are_the_x_of_nodes(imported):
    shown = []
    for frame in range(3):
        bpy.context.scene.frame_set(frame)
        shown.append(tuple(imported["jawOpen"].location))
    assert shown == [pytest.approx((x, 0, 0)) for x in (0, 0.5, 1)]


def test_neck_and_head_turn_to_the_characters_left(imported):
    """It looks along -y in Blender, where its left is +x: to the left is about +z."""
    bpy.context.scene.frame_set(40)
    turned = imported["head"].matrix_world.to_euler()
    assert np.degrees(turned[:]) == pytest.approx((0, 0, 20), abs=1e-3)


def test_the_body_stands_upright_as_a_t(imported):
    bpy.context.scene.frame_set(0)
    assert imported["head"].matrix_world.translation.z == pytest.approx(1.53, abs=0.01)
    assert imported["leftHand"].matrix_world.translation.x > 0.6
    assert imported["rightHand"].matrix_world.translation.x < -0.6
    assert imported["leftFoot"].matrix_world.translation.z == pytest.approx(0.08, abs=0.01)
