# SPDX-License-Identifier: GPL-3.0-or-later
"""Has corrected channels and layers go by the names that shape keys and bones have now.

Several changes seen at once, such as a key that was renamed beside one that was added, cannot be
told apart; so names are stored again whenever something may have changed.
"""

import bpy

from .runtime import runtime

_RENAMED = ((bpy.types.ShapeKey, "name"), (bpy.types.Bone, "name"), (bpy.types.PoseBone, "name"))


def watch(_event: object = None) -> None:
    """Have Blender tell of controls that are renamed; it forgets with each file that is opened."""
    unwatch()
    for key in _RENAMED:
        bpy.msgbus.subscribe_rna(key=key, owner=_RENAMED, args=(), notify=follow_names)


def unwatch() -> None:
    """Have Blender tell no more."""
    bpy.msgbus.clear_by_owner(_RENAMED)


def follow_names(_event: object = None) -> None:
    """Store the names of today with the corrections of all objects of the file."""
    from ..rig.map_corrections import store_names

    if bpy.app.is_job_running("RENDER"):
        return  # nothing may change while it renders
    for obj in bpy.data.objects:
        if obj.emotebot_map:
            store_names(obj)
    _restore_paths()


def follow_step(_event: object = None) -> None:
    """Do the same after an undo or a redo, whichever names there were before."""
    runtime().key_names = None
    follow_names()


def _restore_paths() -> None:
    """Have layers and bakes move the shape keys that they did, once one was renamed."""
    from ..animation.actions import RENAMES_IN_ALL_SLOTS
    from ..animation.slot_paths import restore_slot_paths

    if not RENAMES_IN_ALL_SLOTS:
        return
    animated = [keys for keys in bpy.data.shape_keys if keys.animation_data is not None]
    names = [keys.key_blocks.keys() for keys in animated]
    if names != runtime().key_names:
        restore_slot_paths(animated)
        runtime().key_names = names
