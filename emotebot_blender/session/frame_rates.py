# SPDX-License-Identifier: GPL-3.0-or-later
"""Layers keep their seconds when the frame rate of a scene changes: they follow by themselves.

Where there is a window, Blender notifies of the change. Where there is none it does not, so rates
are compared whenever something else happens: a change is evaluated, a frame is gone to, an operator
begins, the file is saved. That the keys follow is no step to undo of its own: an undo takes the
rate back, and the keys follow it again.

A file may hold keys of another rate than its scene's: they were made where layers do not follow, or
came from another file. Opening changes nothing: somebody who looks, renders or saves has what was
saved. The keys follow, and the panel says so, once the artist works on: goes to another frame,
edits a sequence or presses a button of EmoteBot's. Without a window going to a frame is rendering
more often than working, so there the first operator or edit counts alone.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import bpy
from bpy.types import ID, Object, Scene

from ..core.errors import EmoteBotError
from ..core.messages import Message
from .auto_update import update
from .events import FrameRateChanged
from .feeling_keys import fit_keyed_feelings
from .preferences import choices
from .runtime import Runtime, runtime
from .sequence import FORMAT, SEQUENCE_LAYER, sequence_of, sequence_owner
from .timeline import frame_rate

if TYPE_CHECKING:
    from ..rig.face import Face


def watch(running: Runtime) -> None:
    """Have Blender notify of frame rates that change; to be asked again in another file."""
    unwatch(running)
    for name in ("fps", "fps_base"):
        bpy.msgbus.subscribe_rna(
            key=(bpy.types.RenderSettings, name), owner=running, args=(), notify=_notify
        )
    running.rates = {scene.session_uid: frame_rate(scene) for scene in _scenes()}
    running.has_unseen_layers = True


def unwatch(running: Runtime) -> None:
    """Have Blender notify of them no more."""
    bpy.msgbus.clear_by_owner(running)


def follow_rates(_event: object = None) -> None:
    """Have layers keep their seconds in scenes whose frame rate has changed since the last time."""
    if bpy.app.is_job_running("RENDER"):
        return  # nothing may change while it renders
    rates = runtime().rates
    changed = [
        scene
        for scene in bpy.data.scenes
        if rates.setdefault(scene.session_uid, frame_rate(scene)) != frame_rate(scene)
    ]
    if changed and _is_wished():
        rates.update((scene.session_uid, frame_rate(scene)) for scene in changed)
        _retime(changed)


def follow_step(_event: object = None) -> None:
    """Have layers follow after an undo or a redo: their keys may be those of another step."""
    if _is_wished():
        runtime().rates = {scene.session_uid: frame_rate(scene) for scene in bpy.data.scenes}
        runtime().has_unseen_layers = False
        _retime(bpy.data.scenes)


def note_import(_event: object = None) -> None:
    """Have layers that came from another file follow once the artist works on."""
    runtime().has_unseen_layers = True


def follow_opened(_event: object = None) -> None:
    """Have layers follow that were of another rate when they came, as the artist works on."""
    running = runtime()
    if running.has_unseen_layers and _is_wished() and not bpy.app.is_job_running("RENDER"):
        running.has_unseen_layers = False
        running.rates = {scene.session_uid: frame_rate(scene) for scene in bpy.data.scenes}
        _retime(bpy.data.scenes, is_reported=True)


def follow_frame(_event: object = None) -> None:
    """Do the same where the artist goes to another frame in a window."""
    if runtime().may_wait:
        follow_opened()


def _is_wished() -> bool:
    return choices().rate == "FOLLOW"


def _notify() -> None:
    runtime().events.emit(FrameRateChanged())


def _scenes() -> Iterable[Scene]:
    return getattr(bpy.data, "scenes", ())  # out of reach while Blender enables add-ons


def _retime(scenes: Iterable[Scene], is_reported: bool = False) -> None:
    """Have every layer in some scenes lie at its scene's rate.

    Args:
        scenes: whose layers.
        is_reported: whether the panel reports which have moved, as nobody has just changed a
            rate.
    """
    seen: set[int] = set()
    for scene in scenes:
        for obj in scene.objects:
            if obj.session_uid not in seen and any(map(_has_layers, _animated(obj))):
                seen |= _follow(obj, scene, is_reported)


def _follow(obj: Object, scene: Scene, is_reported: bool) -> set[int]:
    """Have the layers of an object's face follow; return the session ids of the face's objects."""
    from ..rig.face import find_face

    try:
        face = find_face(obj, scene)
        owner = sequence_owner(face)
    except EmoteBotError:
        return {obj.session_uid}  # the face has gone, and nothing performs it any more
    try:
        previous = _follow_in(face, owner, scene)
    except EmoteBotError as error:
        runtime().problems[owner.session_uid] = Message(
            "The keys do not follow the frame rate: {reason}", reason=error
        )
    else:
        if is_reported and previous is not None:
            runtime().unreported[owner.session_uid] = Message(
                "The keys were made at {previous:g} frames a second and follow {rate:g} now",
                previous=round(previous, 3),
                rate=round(frame_rate(scene), 3),
            )
    return {one.session_uid for one in (obj, *face.objects)}


def _follow_in(face: "Face", owner: Object, scene: Scene) -> float | None:
    """Move what was keyed to its seconds, and perform the sequence if nothing stands against it.

    Keys that were edited by hand, or whose sequence rests, are moved as they are. Those of a face
    that several scenes play stay while one of these has their rate.

    Returns:
        Frames a second of what was moved, None where nothing was.
    """
    from ..animation.layers import find_layer
    from ..animation.retiming import kinds_at_other_rates, retime_layer

    if any(not kinds_at_other_rates(face, frame_rate(one)) for one in owner.users_scene):
        return None
    rate, sequence = frame_rate(scene), sequence_of(face)
    about = sequence.frame_start if sequence.format else scene.frame_start
    kinds = kinds_at_other_rates(face, rate)
    layer = find_layer(face, SEQUENCE_LAYER) if SEQUENCE_LAYER in kinds else None
    moved = find_layer(face, kinds[0]) if kinds else None
    for kind in kinds:
        retime_layer(face, kind, rate, about)
    if layer and not layer.edited and sequence.automatic and sequence.format <= FORMAT:
        update(owner, scene)
    elif kinds:
        fit_keyed_feelings(face, scene)
    return moved.fps if moved else None


def _animated(obj: Object) -> Iterator[ID]:
    """Yield what animation of an object and of its shape keys belongs to."""
    yield obj
    if obj.data is not None:
        yield obj.data
        if getattr(obj.data, "shape_keys", None) is not None:
            yield obj.data.shape_keys


def _has_layers(owner: ID) -> bool:
    from ..animation.strips import own_layer_strips

    return bool(getattr(owner, "animation_data", None) and own_layer_strips(owner))
