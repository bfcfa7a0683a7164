# SPDX-License-Identifier: GPL-3.0-or-later
"""Face rigs that Blender's own Rigify generates, made in a process of its own.

As a program: ``python rigify_rigs.py {modular,super_face} OUTPUT.blend``.
"""

import os
import subprocess
import sys
from pathlib import Path

import bpy
from bpy.types import Object


def generate_rig(kind: str, path: Path) -> None:
    """Write a file with a generated face rig.

    Args:
        kind: "super_face" for the face of the human meta-rig, "modular" for that which Rigify
            upgrades it to.
        path: of the file.
    """
    subprocess.run([sys.executable, __file__, kind, path], check=True, capture_output=True)


def _generate(kind: str, path: str) -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.preferences.addon_enable(module="rigify")
    add_face_metarig()
    if kind == "modular":
        bpy.ops.object.mode_set(mode="POSE")
        bpy.ops.pose.rigify_upgrade_face()
        bpy.ops.object.mode_set(mode="OBJECT")
    bpy.ops.pose.rigify_generate()
    bpy.ops.wm.save_as_mainfile(filepath=path)


def add_face_metarig() -> Object:
    """Add the face of Rigify's human meta-rig to the scene, the active object; Rigify is on."""
    bpy.ops.object.armature_human_metarig_add()
    metarig = bpy.context.object
    bpy.ops.object.mode_set(mode="EDIT")
    bones = metarig.data.edit_bones
    face = bones["face"]
    for bone in [bone for bone in bones if bone != face and face not in bone.parent_recursive]:
        bones.remove(bone)
    bpy.ops.object.mode_set(mode="OBJECT")
    return metarig


if __name__ == "__main__":
    _generate(*sys.argv[1:])
    os._exit(0)  # Blender as a module may hang on its way out
