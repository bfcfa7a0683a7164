# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that EmoteBot has left on a face is taken off."""

from typing import TYPE_CHECKING

from ..core.errors import EmoteBotError
from ..core.messages import Message
from . import beat_editing
from .held_pose import restore_poses, without_shown_pose
from .runtime import paused_updates
from .sequence import remove_all_beats, sequence_of, sequence_owner
from .sequence_script import check_editable

if TYPE_CHECKING:
    from ..rig.face import Face


def staying(face: "Face") -> Message | None:
    """Return which beats stay on a face that was cleared, a clause; None where there are none."""
    count = len(sequence_of(face).beats)
    if not count:
        return None
    return Message("1 beat stays") if count == 1 else Message("{count} beats stay", count=count)


def clear(face: "Face", layers: bool, keys: bool, beats: bool) -> tuple[Message, ...]:
    """Remove what EmoteBot made on a face; return what has gone, part by part.

    Args:
        face: what is cleared.
        layers: whether the tracks of the sequence and of live recordings go.
        keys: whether EmoteBot's own keys in the active action go.
        beats: whether the beats of the sequence go.

    Raises:
        EmoteBotError: what is to be removed is linked, or there is nothing to remove.
    """
    from ..animation.bake_clearing import check_bakes, clear_bakes
    from ..animation.layers import check_clearable, clear_layer, layer_kinds

    kinds = layer_kinds(face) if layers else ()
    check_clearable(face, kinds)
    if keys:
        check_bakes(face)
    if beats:
        check_editable(sequence_owner(face))
    restore_poses()  # else a live face is given back in the end what the layers showed
    gone: list[Message] = []
    with without_shown_pose(face) as was_shown:
        for kind in kinds:
            clear_layer(face, kind)
    if kinds:
        count = len(kinds)
        gone.append(Message("1 layer") if count == 1 else Message("{count} layers", count=count))
    if keys and (count := clear_bakes(face)):
        gone.append(Message("1 key") if count == 1 else Message("{count} keys", count=count))
    sequence = sequence_of(face)
    if beats and sequence.beats:
        with paused_updates():
            count = remove_all_beats(sequence)
        if count:
            gone.append(beat_editing.counted(count))
    if was_shown:
        gone.append(Message("the pose that was shown"))
    if not gone:
        raise EmoteBotError("EmoteBot has left nothing on “{face}” to clear", face=face.name)
    return tuple(gone)
