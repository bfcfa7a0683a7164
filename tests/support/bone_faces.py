# SPDX-License-Identifier: GPL-3.0-or-later
"""Armatures with faces, made of bones that point any way."""

from collections.abc import Mapping

import bpy
from bpy.types import Object
from mathutils import Euler, Vector

AUTO_RIG_PRO = {
    "c_eye_offset.l": (0.03, -0.08, 1.70),
    "c_eyelid_top.l": (0.03, -0.10, 1.707),
    "c_eyelid_bot.l": (0.03, -0.10, 1.695),
    "c_eyebrow_full.l": (0.03, -0.10, 1.73),
    "c_eyebrow_01_end.l": (0.012, -0.105, 1.728),
    "c_eyebrow_01.l": (0.02, -0.105, 1.73),
    "c_eyebrow_02.l": (0.035, -0.10, 1.734),
    "c_eyebrow_03.l": (0.05, -0.09, 1.73),
    "c_cheek_smile.l": (0.04, -0.09, 1.66),
    "c_cheek_inflate.l": (0.05, -0.08, 1.63),
    "c_lips_smile.l": (0.025, -0.09, 1.62),
    "c_lips_top.l": (0.012, -0.10, 1.627),
    "c_lips_bot.l": (0.012, -0.10, 1.613),
    "c_lips_bot_01.l": (0.018, -0.10, 1.615),
    "c_lips_top.x": (0.0, -0.105, 1.628),
    "c_lips_bot.x": (0.0, -0.105, 1.612),
    "c_jawbone.x": (0.0, -0.07, 1.60),
    "c_tong_01.x": (0.0, -0.07, 1.61),
}
"""Controls of a face that looks along -Y, metres; those of the left stand for both sides."""

_OTHER = {".l": ".r", ".L": ".R"}


def both_sides(heads: Mapping[str, tuple[float, float, float]]) -> dict[str, tuple]:
    """Return bones with those of the right side."""
    right = {
        name[:-2] + _OTHER[name[-2:]]: (-x, y, z)
        for name, (x, y, z) in heads.items()
        if name[-2:] in _OTHER
    }
    return {**heads, **right}


def add_armature(
    name: str, heads: Mapping[str, tuple[float, float, float]], roll: float = 0.0
) -> Object:
    """Add an armature to the current scene, its bones each pointing another way.

    Args:
        name: of the object.
        heads: bone to its head in metres; the first bone is the others' parent.
        roll: radians by which each bone is rolled more than the one before it.
    """
    data = bpy.data.armatures.new(name)
    rig = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    root = None
    for number, (bone_name, head) in enumerate(heads.items()):
        bone = data.edit_bones.new(bone_name)
        bone.head = head
        bone.tail = bone.head + Euler((number, 2 * number, 0)).to_matrix() @ Vector((0, 0, 0.02))
        bone.roll = roll * (number + 1)
        bone.parent = root
        root = root or bone
    bpy.ops.object.mode_set(mode="OBJECT")
    return rig
