# SPDX-License-Identifier: GPL-3.0-or-later
"""Beats stay at their seconds when the frame rate of a scene changes: they are performed anew.

Blender tells of the change; nothing looks for it. Where Blender cannot tell, without a window, the
panel and ``emotebot.perform_sequence`` are there.
"""

import bpy

from ..core.errors import EmoteBotError
from . import auto_update, performing
from .preferences import choices

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
        rate = performing.rate_of(scene)
        for thing in scene.objects:
            if thing.type == "MESH" and thing.is_property_set("emotebot"):
                _follow(thing, scene, rate)


def _follow(thing: bpy.types.Object, scene: bpy.types.Scene, rate: float) -> None:
    """Perform the sequence of an object at a rate; recordings keep their keys and seconds."""
    from ..animation.layers import find_layer, layer_kinds
    from ..animation.retiming import retime_layer
    from ..rig.face import find_face

    try:
        face = find_face(thing, scene)
        for kind in layer_kinds(face):
            layer = find_layer(face, kind)
            if layer is None or abs(layer.fps - rate) <= 1e-3:
                continue
            if kind == performing.LAYER:
                auto_update.refresh(thing, scene)
            else:
                retime_layer(face, kind, rate, thing.emotebot.frame_start)
    except EmoteBotError as error:
        performing.problems[thing.session_uid] = str(error)
