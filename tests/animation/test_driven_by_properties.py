# SPDX-License-Identifier: GPL-3.0-or-later
"""What custom properties drive follows them when they have their values back."""

import bpy
import pytest
from keying import DENSE, RAMP, clip_of

from emotebot_blender.animation.bake_clearing import clear_bakes
from emotebot_blender.animation.baking import bake_layers
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.rig.face import find_face


def test_after_a_bake_in_an_action_of_the_artist_s():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    head = bpy.data.objects.new("Head", bpy.data.meshes.new("Head"))
    shown = bpy.data.objects.new("Shown", None)
    for obj in (head, shown):
        scene.collection.objects.link(obj)
    for name in (*CHANNELS, "hair"):
        head[name] = 0.0
    head.keyframe_insert('["hair"]', frame=1)
    driver = shown.driver_add("location", 0).driver
    variable = driver.variables.new()
    variable.name, driver.expression = "jaw", "jaw"
    variable.targets[0].id, variable.targets[0].data_path = head, '["jawOpen"]'
    face = find_face(head, scene)
    write_layer(face, clip_of(jawOpen=RAMP), scene, 1, "A", DENSE)
    bake_layers(face, scene, ["sequence"], DENSE)
    scene.frame_set(5)
    assert shown.location.x == pytest.approx(1)
    clear_bakes(face)
    scene.frame_set(1)
    assert (head["jawOpen"], shown.location.x) == (0, 0)
