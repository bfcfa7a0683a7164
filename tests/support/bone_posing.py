# SPDX-License-Identifier: GPL-3.0-or-later
"""A character posed by its bones, as Blender evaluates it."""

import math

import bpy
import numpy as np
from mathutils import Vector

from emotebot_blender.character.armature import GAZE_AIM

TURN = math.radians(15)


def part(root, name: str):
    """Return the object of a part."""
    return next(obj for obj in root.children if obj.name == f"{root.name} {name}")


def posed(root, name: str) -> np.ndarray:
    """Return the vertices of a part as evaluated, in the world, metres, shape (n, 3)."""
    graph = bpy.context.evaluated_depsgraph_get()
    obj = part(root, name).evaluated_get(graph)
    flat = np.empty(len(obj.data.vertices) * 3, dtype=np.float32)
    obj.data.vertices.foreach_get("co", flat)
    matrix = np.array(obj.matrix_world)
    return flat.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]


def turn(root, bone: str, axis: int, angle: float = TURN) -> None:
    """Rotate a bone.

    Args:
        root: the armature object.
        bone: its name.
        axis: of the bone, 0 to 2.
        angle: radians.
    """
    root.pose.bones[bone].rotation_mode = "XYZ"
    root.pose.bones[bone].rotation_euler[axis] = angle
    bpy.context.view_layer.update()


def aim_at(root, position: tuple[float, float, float], amount: float = 1.0) -> None:
    """Move the bone "gaze" and let the eyes follow it.

    Args:
        root: the armature object.
        position: in the armature's space, metres.
        amount: how far the eyes follow, 0 to 1.
    """
    bone = root.pose.bones["gaze"]
    rest = bone.bone.matrix_local
    bone.location = rest.to_3x3().inverted() @ (Vector(position) - rest.translation)
    root[GAZE_AIM] = amount
    root.update_tag()
    bpy.context.view_layer.update()


def sights(root) -> dict[str, Vector]:
    """Unit vectors along which the eyes look, by side."""
    return {
        side: (root.pose.bones[f"eye.{side}"].matrix.to_3x3() @ Vector((0, 1, 0))) for side in "LR"
    }
