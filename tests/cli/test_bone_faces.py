# SPDX-License-Identifier: GPL-3.0-or-later
"""The command on a face of bones."""

import bpy
import numpy as np
from bone_faces import AUTO_RIG_PRO, add_armature, both_sides

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.performance.networks import load_networks
from emotebot_blender.core.performance.performance import perform
from emotebot_blender.core.script.text_format import read_text


def test_a_performance_moves_its_bones(run, tmp_path):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    add_armature("rig", both_sides(AUTO_RIG_PRO), roll=0.5)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "rig.blend"))
    output = tmp_path / "out.blend"
    line = ("perform", "happy", "--face", tmp_path / "rig.blend", "--output", output, "--seed", 3)
    status, out, err = run(*line)
    assert (status, err[-1:]) == (0, ["emotebot: No bone turns the head of “rig”"])
    assert "50 channels on 1 object" in out
    bpy.ops.wm.open_mainfile(filepath=str(output))
    rig, scene = bpy.data.objects["rig"], bpy.context.scene
    clip = perform(read_text("happy", Lexicon.load()), load_networks(), 24.0, 3, liveliness=0.6)
    jaw, raised = rig.pose.bones["c_jawbone.x"], []
    for frame in range(1, 1 + len(clip)):
        scene.frame_set(frame)
        raised.append((jaw.head - jaw.bone.head_local).z / 0.06)
    expected = -0.45 * clip.weights[:, INDEX["jawOpen"]]
    np.testing.assert_allclose(raised, expected, atol=0.02)
