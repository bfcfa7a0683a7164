# SPDX-License-Identifier: GPL-3.0-or-later
"""Beats stay at their seconds when the frame rate of a scene changes: they are performed anew.

Blender tells of the change; nothing looks for it. Where Blender cannot tell, without a window, the
panel and ``emotebot.perform_sequence`` are there.
"""

from typing import Any

import bpy

from . import sequencing, upkeep
from .preferences import choices
from .sequence import has_sequence

_OWNER = object()


def subscribe() -> None:
    """Ask Blender to tell of frame rates that change; to be asked again in another file."""
    unsubscribe()
    for name in ("fps", "fps_base"):
        bpy.msgbus.subscribe_rna(
            key=(bpy.types.RenderSettings, name), owner=_OWNER, args=(), notify=follow
        )


def unsubscribe() -> None:
    """Ask for nothing more."""
    bpy.msgbus.clear_by_owner(_OWNER)


def follow() -> None:
    """Perform every sequence whose keys were made at another rate than its scene has now."""
    if choices().rate != "FOLLOW":
        return
    for scene in bpy.data.scenes:
        rate = sequencing.rate_of(scene)
        for thing in _with_sequence(scene):
            layer = upkeep.layer_of(thing, scene)
            if layer is not None and abs(layer.fps - rate) > 1e-3:
                upkeep.refresh(thing, scene)


def _with_sequence(scene: bpy.types.Scene) -> list[Any]:
    return [thing for thing in scene.objects if has_sequence(thing)]
