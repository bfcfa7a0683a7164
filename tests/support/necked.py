# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces on a neck."""

import bpy
import numpy as np
from bpy.types import Object


def add_neck(mesh: Object) -> Object:
    """Hang a mesh of the current scene on an upright head with a neck; return the armature object.

    It looks along -Y.
    """
    data = bpy.data.armatures.new("Rig")
    rig = bpy.data.objects.new("Rig", data)
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    for name, low, high in (("neck", 0.0, 0.1), ("head", 0.1, 0.3)):
        bone = data.edit_bones.new(name)
        bone.head, bone.tail = (0, 0, low), (0, 0, high)
    data.edit_bones["head"].parent = data.edit_bones["neck"]
    bpy.ops.object.mode_set(mode="OBJECT")
    bpy.context.view_layer.objects.active = mesh
    mesh.parent = rig
    group = mesh.vertex_groups.new(name="head")
    group.add(range(len(mesh.data.vertices)), 1.0, "REPLACE")
    mesh.modifiers.new("Armature", "ARMATURE").object = rig
    return rig


def lowered(rig: Object, frame: int) -> float:
    """Return the degrees by which the head is lowered on a frame."""
    bpy.context.scene.frame_set(frame)
    bone = rig.pose.bones["head"]
    turned = bone.matrix.to_3x3() @ bone.bone.matrix_local.to_3x3().inverted()
    return float(np.degrees(turned.to_euler().x))
