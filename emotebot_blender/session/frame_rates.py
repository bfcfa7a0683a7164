# SPDX-License-Identifier: GPL-3.0-or-later
"""Beats stay at their seconds when the frame rate of a scene changes: they are performed anew.

Blender notifies of the change; nothing polls for it. Without a window Blender does not, and the
panel and ``emotebot.perform_sequence`` are there.
"""

import bpy
from bpy.types import Object, Scene

from ..core.errors import EmoteBotError
from .auto_update import update
from .events import FrameRateChanged
from .preferences import choices
from .runtime import Runtime, runtime
from .sequence import RECORDING_LAYER, SEQUENCE_LAYER
from .timeline import frame_rate


def watch(running: Runtime) -> None:
    """Have Blender notify of frame rates that change; to be asked again in another file."""
    unwatch(running)
    for name in ("fps", "fps_base"):
        bpy.msgbus.subscribe_rna(
            key=(bpy.types.RenderSettings, name), owner=running, args=(), notify=_notify
        )


def unwatch(running: Runtime) -> None:
    """Have Blender notify of them no more."""
    bpy.msgbus.clear_by_owner(running)


def follow_rate(_event: FrameRateChanged) -> None:
    """Perform every sequence whose keys were made at another rate than its scene has now."""
    if choices().rate != "FOLLOW":
        return
    for scene in bpy.data.scenes:
        rate = frame_rate(scene)
        for obj in scene.objects:
            if obj.type == "MESH" and obj.is_property_set("emotebot"):
                _retime(obj, scene, rate)


def _notify() -> None:
    runtime().events.emit(FrameRateChanged())


def _retime(owner: Object, scene: Scene, rate: float) -> None:
    """Perform the sequence of an object at a rate, and keep recordings at their seconds."""
    from ..animation.layers import find_layer, layer_kinds
    from ..animation.retiming import retime_layer
    from ..rig.face import find_face

    try:
        face = find_face(owner, scene)
        for kind in layer_kinds(face):
            layer = find_layer(face, kind)
            if layer is None or abs(layer.fps - rate) <= 1e-3:
                continue
            if kind == SEQUENCE_LAYER:
                update(owner, scene)
            elif kind.startswith(RECORDING_LAYER):
                retime_layer(face, kind, rate, owner.emotebot.frame_start)
    except EmoteBotError as error:
        runtime().problems[owner.session_uid] = error.message
