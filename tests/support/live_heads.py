# SPDX-License-Identifier: GPL-3.0-or-later
"""The heads of live faces: how they stand now, and what is played."""

import bpy
import numpy as np
from bpy.types import Object
from interface import Clock, curves_of
from mathutils import Matrix

from emotebot_blender.session import live
from emotebot_blender.session.runtime import runtime


def rotations(rig: Object) -> dict[str, tuple[float, ...]]:
    return {bone.name: tuple(bone.rotation_quaternion) for bone in rig.pose.bones}


def lowered(rig: Object) -> float:
    """Degrees by which the head is lowered now."""
    bpy.context.view_layer.update()
    bone = rig.pose.bones["head"]
    turned = bone.matrix.to_3x3() @ bone.bone.matrix_local.to_3x3().inverted()
    return float(np.degrees(turned.to_euler().x))


def turn() -> float:
    """Degrees by which what is played lowers the head."""
    return float(runtime().live.face.played[2][0])


def lower_bone(rig: Object, degrees: float, name: str = "head") -> None:
    rotation = Matrix.Rotation(np.radians(degrees), 3, "X").to_quaternion()
    rig.pose.bones[name].rotation_quaternion = rotation


def play_sad(seconds: float = 3.0) -> Clock:
    clock = Clock().start()
    live.trigger("sad", take=1)
    assert clock.play(seconds) == ""
    return clock


def neck_degrees(rig: Object, frame: int) -> float:
    """Degrees by which the keys alone lower the neck on a frame."""
    parts = {
        curve.array_index: curve.evaluate(frame) for curve in curves_of(rig.animation_data.action)
    }
    return float(np.degrees(2 * np.arctan2(parts[1], parts[0])))
