# SPDX-License-Identifier: GPL-3.0-or-later
"""How faces stood before they went live, kept on their objects until they are given it back.

It is saved and copied with the object and goes through undo with it: so a state of the file that
was saved, copied or stepped back to in the middle of a performance can be put right, whatever the
object is called by then.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING

import bpy
from bpy.types import Object

from .runtime import runtime

if TYPE_CHECKING:
    from ..rig.face import Face


def hold_pose(face: "Face", channels: Collection[str]) -> None:
    """Have each object of a face remember how it stands now, as far as these channels move it."""
    from ..rig.pose import held_pose

    for obj, held in held_pose(face, channels).items():
        obj.emotebot.held_pose = held


def restore_poses(_event: object = None) -> None:
    """Let every face stand as without a live performance, until the next tick of one."""
    for obj in bpy.data.objects:
        if obj.type == "MESH" and obj.is_property_set("emotebot") and obj.emotebot.held_pose:
            _restore(obj)
    live = runtime().live
    if live is not None:
        live.is_stale = True


def restore_live_poses() -> None:
    """Let a live face stand as it did before, or what it plays is taken for its rest."""
    if runtime().live is not None:
        restore_poses()


def _restore(obj: Object) -> None:
    """Give an object back how it stood; what animates it has the last word."""
    from ..rig.pose import restore_pose

    held, obj.emotebot.held_pose = obj.emotebot.held_pose, ""
    restore_pose(obj, held)
