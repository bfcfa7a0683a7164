# SPDX-License-Identifier: GPL-3.0-or-later
"""How layers follow their sequences: at once, or in the first pause where that takes long.

A long sequence cannot be performed with every movement of the mouse. Where the last time took more
than ``_QUICK``, the next waits until nothing has been edited for ``_PAUSE``. As Blender may have
kept a step to undo by then, such sequences are performed again after an undo or a redo.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import bpy
from bpy.types import Object, Scene

from ..core.errors import EmoteBotError
from . import performing, posing
from .performing import LAYER, problems
from .sequence import FORMAT, has_sequence

if TYPE_CHECKING:
    from ..rig.face import Face

_QUICK = 0.12
"""Seconds that performing may take while something is dragged."""

_PAUSE = 0.25
"""Seconds without an edit after which a long sequence is performed."""

_took: dict[int, float] = {}
"""Session id of a character's object to the seconds that its sequence took the last time."""

_waiting: dict[int, float] = {}
"""Session id to when its sequence was last edited, while it waits to be performed."""


def follow_edit(thing: Object, scene: Scene) -> None:
    """Perform the sequence of an object that has been edited, if it is to be performed at once."""
    if performing.updates_paused() or not thing.emotebot.automatic:
        return
    if _took.get(thing.session_uid, 0.0) <= _QUICK or bpy.app.background:
        refresh(thing, scene)
    else:
        _wait(thing)


def follow_words() -> None:
    """Perform every sequence again, as words mean something else now."""
    for scene in bpy.data.scenes:
        for thing in scene.objects:
            if has_sequence(thing):
                follow_edit(thing, scene)


def follow_step() -> None:
    """See to long sequences after an undo or a redo: their keys may be those of another step."""
    for scene in bpy.data.scenes:
        for thing in scene.objects:
            if _took.get(thing.session_uid, 0.0) > _QUICK and thing.emotebot.automatic:
                _wait(thing)


def refresh(thing: Object, scene: Scene) -> None:
    """Perform the sequence of an object on its layer; a fault is for the panel to tell.

    An object that is not in the scene is performed in one that it is in.
    """
    from ..rig.face import find_face

    if thing.users_scene and scene not in thing.users_scene:
        scene = thing.users_scene[0]
    problems.pop(thing.session_uid, None)
    _waiting.pop(thing.session_uid, None)
    if thing.emotebot.format > FORMAT:
        return
    began = time.perf_counter()
    try:
        performing.perform(find_face(thing, scene), scene)
    except EmoteBotError as error:
        problems[thing.session_uid] = str(error)
    _took[thing.session_uid] = time.perf_counter() - began
    posing.invalidate_summary()


def rename(thing: Object) -> None:
    """Name the tracks of an object's layer as its sequence is named."""
    from ..animation.layers import rename_layer

    _of_layer(thing, lambda face: rename_layer(face, LAYER, thing.emotebot.name))


def set_strength(thing: Object) -> None:
    """Lay the layer of an object's sequence on the face as strongly as its settings say."""
    from ..animation.layers import set_layer_strength

    _of_layer(thing, lambda face: set_layer_strength(face, LAYER, thing.emotebot.strength))


def forget() -> None:
    """Wait for nothing any more, as when another file is opened."""
    _took.clear()
    _waiting.clear()
    if bpy.app.timers.is_registered(_perform_waiting):
        bpy.app.timers.unregister(_perform_waiting)


def _of_layer(thing: Object, change: Callable[["Face"], None]) -> None:
    """Change the layer of an object's sequence, if it has one; a fault is for the panel to tell."""
    from ..animation.layers import layer_kinds
    from ..rig.face import find_face

    if performing.updates_paused():
        return
    for scene in thing.users_scene[:1]:
        try:
            face = find_face(thing, scene)
            if LAYER in layer_kinds(face):
                change(face)
        except EmoteBotError as error:
            problems[thing.session_uid] = str(error)


def _wait(thing: Object) -> None:
    _waiting[thing.session_uid] = time.monotonic()
    if not bpy.app.timers.is_registered(_perform_waiting):
        bpy.app.timers.register(_perform_waiting, first_interval=_PAUSE)


def _perform_waiting() -> float | None:
    """Perform what has waited long enough; return when to look again, or None for never."""
    now = time.monotonic()
    due = [uid for uid, edited in _waiting.items() if now - edited >= _PAUSE]
    if not bpy.app.is_job_running("RENDER"):
        for scene in bpy.data.scenes:
            for thing in scene.objects:
                if thing.session_uid in due and thing.session_uid in _waiting:
                    refresh(thing, scene)
        for uid in due:
            _waiting.pop(uid, None)  # also of what has gone
    return _PAUSE if _waiting else None
