# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters exported by Blender, imported again, and what they show then."""

import re
from pathlib import Path

import bpy
import numpy as np
from bpy.types import Object

Shown = dict[str, dict[str, np.ndarray]]
"""Value on each frame, float64 (frames,), by mesh and by shape key, in the order of the keys."""


def keyed_meshes() -> list[Object]:
    """Return the meshes of the current scene that have shape keys."""
    objects = bpy.context.scene.objects
    return [obj for obj in objects if obj.type == "MESH" and obj.data.shape_keys]


def plain(name: str) -> str:
    """Return a name without what importers add to it, or put in the place of spaces."""
    return re.sub(r"\.\d+$", "", name).replace(" ", "_")


def shown_values(first: int, last: int) -> Shown:
    """Return what the shape keys of the current scene show on its frames."""
    rows = []
    for frame in range(first, last + 1):
        bpy.context.scene.frame_set(frame)
        rows.append(
            [block.value for obj in keyed_meshes() for block in obj.data.shape_keys.key_blocks[1:]]
        )
    columns = iter(np.array(rows, dtype=np.float64).T)
    return {
        plain(obj.name): {block.name: next(columns) for block in obj.data.shape_keys.key_blocks[1:]}
        for obj in keyed_meshes()
    }


def bone_turns(name: str, first: int, last: int) -> np.ndarray:
    """Return how far a bone is turned from where it is on the first frame, in degrees (frames,).

    Args:
        name: of the bone, of whichever armature.
        first: frame.
        last: frame.
    """
    objects = [obj for obj in bpy.context.scene.objects if obj.type == "ARMATURE"]
    (bone,) = [obj.pose.bones[name] for obj in objects if name in obj.pose.bones]
    turns = []
    for frame in range(first, last + 1):
        bpy.context.scene.frame_set(frame)
        turns.append((bone.id_data.matrix_world @ bone.matrix).to_quaternion())
    return np.degrees([turns[0].rotation_difference(turn).angle for turn in turns])


def import_alone(path: Path, fps: int) -> None:
    """Import a file into a new, empty one with so many frames a second."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.scene.render.fps = fps
    importers = {".glb": bpy.ops.import_scene.gltf, ".fbx": bpy.ops.import_scene.fbx}
    importers.get(path.suffix, bpy.ops.wm.usd_import)(filepath=str(path))


def largest_difference(before: Shown, after: Shown, by_order: bool = False) -> float:
    """Return the largest difference of two times the same meshes.

    Args:
        before: what they have shown.
        after: what they show; whatever else there is, is passed over.
        by_order: whether shape keys may have other names, but are in the same order.
    """
    differences = [0.0]
    for mesh, keys in before.items():
        others = after[mesh]
        found = list(others.values()) if by_order else [others[name] for name in keys]
        assert len(found) >= len(keys), f"{mesh} has lost shape keys"
        for values, other in zip(keys.values(), found, strict=False):
            differences.append(float(np.abs(values - other).max()))
    return max(differences)
