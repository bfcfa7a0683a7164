# SPDX-License-Identifier: GPL-3.0-or-later
"""How layers follow their sequences: at once, or in the first pause where that takes long.

A long sequence cannot be performed with every movement of the mouse. Where the last time took more
than ``QUICK``, the next waits until nothing has been edited for ``PAUSE``. As Blender may have kept
a step to undo by then, such sequences are performed again after an undo or a redo.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import bpy
from bpy.types import Object, Scene

from ..core.errors import EmoteBotError
from .channel_preview import kept_preview
from .events import LayerStrengthEdited, SequenceEdited, SequenceRenamed, StepTaken, WordsEdited
from .performing import update_layer
from .runtime import runtime
from .sequence import FORMAT, SEQUENCE_LAYER, has_beats
from .shown_face import forget_summary

if TYPE_CHECKING:
    from ..rig.face import Face

QUICK = 0.12
"""Seconds that performing may take while something is dragged."""

PAUSE = 0.25
"""Seconds without an edit after which a long sequence is performed."""


def follow_edit(event: SequenceEdited) -> None:
    """Perform a sequence that has been edited, if it is to be performed at once."""
    running, owner = runtime(), event.owner
    if running.pauses or not owner.emotebot.automatic:
        return
    if running.may_wait and running.durations.get(owner.session_uid, 0.0) > QUICK:
        _wait(owner)
    else:
        update(owner, event.scene)


def follow_words(_event: WordsEdited) -> None:
    """Perform every sequence again, as words mean something else now."""
    for scene in bpy.data.scenes:
        for obj in scene.objects:
            if has_beats(obj):
                follow_edit(SequenceEdited(obj, scene))


def follow_step(_event: StepTaken) -> None:
    """See to long sequences after an undo or a redo: their keys may be those of another step."""
    running = runtime()
    for scene in bpy.data.scenes:
        for obj in scene.objects:
            is_long = running.durations.get(obj.session_uid, 0.0) > QUICK
            if is_long and obj.emotebot.automatic:
                _wait(obj)


def follow_name(event: SequenceRenamed) -> None:
    """Name the tracks of a layer as its sequence is named."""
    from ..animation.layers import rename_layer

    name = event.owner.emotebot.name
    _change_layer(event.owner, lambda face: rename_layer(face, SEQUENCE_LAYER, name))


def follow_strength(event: LayerStrengthEdited) -> None:
    """Have the layer of a sequence count for as much as its settings say."""
    from ..animation.edited_keys import EDITS
    from ..animation.layers import layer_kinds, set_layer_strength

    strength = event.owner.emotebot.strength

    def change(face: "Face") -> None:
        for kind in {SEQUENCE_LAYER, EDITS}.intersection(layer_kinds(face)):
            set_layer_strength(face, kind, strength)

    _change_layer(event.owner, change)


def update(owner: Object, scene: Scene) -> None:
    """Perform a sequence on its layer; what keeps it from that is a problem for the panel to show.

    Args:
        owner: the object that stores the sequence.
        scene: where it is performed; another one where the object is not in it.
    """
    from ..rig.face import find_face

    running, uid = runtime(), owner.session_uid
    if owner.users_scene and scene not in owner.users_scene:
        scene = owner.users_scene[0]
    running.problems.pop(uid, None)
    running.edited_at.pop(uid, None)
    if owner.emotebot.format > FORMAT:
        return
    began = running.clock()
    try:
        update_layer(find_face(owner, scene), scene)
    except EmoteBotError as error:
        running.problems[uid] = error.message
    running.durations[uid] = running.clock() - began
    forget_summary()


def update_waiting() -> float | None:
    """Perform what has waited long enough, as the timer does.

    Returns:
        Seconds after which to look again, None where nothing waits any more.
    """
    running = runtime()
    now = running.clock()
    due = [uid for uid, edited in running.edited_at.items() if now - edited >= PAUSE]
    if not bpy.app.is_job_running("RENDER"):
        for scene in bpy.data.scenes:
            for obj in scene.objects:
                if obj.session_uid in due and obj.session_uid in running.edited_at:
                    with kept_preview():  # it may be looked at while its controls are corrected
                        update(obj, scene)
        for uid in due:
            running.edited_at.pop(uid, None)  # also of what has gone
    return PAUSE if running.edited_at else None


def stop() -> None:
    """Wait for nothing any more."""
    runtime().edited_at.clear()
    if bpy.app.timers.is_registered(update_waiting):
        bpy.app.timers.unregister(update_waiting)


def _change_layer(owner: Object, change: Callable[["Face"], None]) -> None:
    """Change the layer of a sequence, if it has one; what is in the way is a problem to show."""
    from ..animation.layers import layer_kinds
    from ..rig.face import find_face

    if runtime().pauses:
        return
    for scene in owner.users_scene[:1]:
        try:
            face = find_face(owner, scene)
            if SEQUENCE_LAYER in layer_kinds(face):
                change(face)
        except EmoteBotError as error:
            runtime().problems[owner.session_uid] = error.message
    forget_summary()


def _wait(owner: Object) -> None:
    running = runtime()
    running.edited_at[owner.session_uid] = running.clock()
    if not bpy.app.timers.is_registered(update_waiting):
        bpy.app.timers.register(update_waiting, first_interval=PAUSE)
