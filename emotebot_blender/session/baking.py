# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done with everything that EmoteBot has left on a face: bake it, clear it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bpy.types import Scene

from ..core.errors import EmoteBotError
from . import live, performing
from .beat_editing import counted
from .sequence import drop_all, sequence_of, sequence_owner
from .translation import told

if TYPE_CHECKING:
    from ..animation.keyframes import Keying, KeyReport
    from ..rig.face import Face


def bake(
    face: "Face",
    scene: Scene,
    densely: "Keying",
    progress: Callable[[float], None],
) -> "KeyReport":
    """Flatten every layer of a face into the active action; its sequence rests from then on.

    Args:
        face: of the character.
        scene: where it is played.
        densely: how values become keys.
        progress: told the share that is done, 0 to 1.

    Raises:
        EmoteBotError: there is no layer, the face is live or hidden, or it cannot be keyed.
    """
    from ..animation.baking import bake_layers
    from ..animation.layers import layer_kinds

    if live.plays(face):
        raise EmoteBotError("Stop the live performance first")
    report = bake_layers(face, scene, layer_kinds(face), densely, scene.frame_set, progress)
    sequence = sequence_of(face)
    if sequence.beats:
        sequence.automatic = False
    return report


def clear(face: "Face", scene: Scene, layers: bool, keys: bool, beats: bool) -> str:
    """Remove what EmoteBot made on a face; return what went, for people.

    Raises:
        EmoteBotError: what is to be removed is linked, or there is nothing to remove.
    """
    from ..animation.baking import check_bakes, clear_bakes
    from ..animation.layers import check_clearable, clear_layer, layer_kinds

    kinds = layer_kinds(face) if layers else ()
    check_clearable(face, kinds)
    if keys:
        check_bakes(face)
    if beats:
        performing.check_editable(sequence_owner(face))
    gone = []
    if kinds:
        for kind in kinds:
            clear_layer(face, kind)
        gone.append("1 layer" if len(kinds) == 1 else f"{len(kinds)} layers")
    if keys and (count := clear_bakes(face)):
        gone.append("1 key" if count == 1 else f"{count} keys")
    sequence = sequence_of(face)
    if beats and sequence.beats:
        with performing.paused_updates():
            count = drop_all(sequence)
        if count:
            gone.append(counted(count))
    if not gone:
        raise EmoteBotError("EmoteBot has left nothing on “{face}” to clear", face=face.name)
    return ", ".join(told(part) for part in gone)
