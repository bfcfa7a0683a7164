# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a live recording: beats of the sequence, keys on a layer, or both."""

from typing import TYPE_CHECKING

import bpy
from bpy.types import Scene

from ..core.errors import EmoteBotError
from . import auto_update, beat_editing, live, performing
from .sequence import SequenceSettings, drop
from .settings import scene_settings

if TYPE_CHECKING:
    from ..rig.face import Face
    from .live_face import Recording

LAYER = "live"
"""What the layers of recordings are marked as, with a number behind it."""


def keep(scene: Scene) -> str:
    """End the recording and keep it as the settings say; return what was kept, for people.

    Raises:
        EmoteBotError: nothing is being recorded, the settings want nothing kept, or the face
            cannot be keyed.
    """
    chosen = scene_settings(scene)
    if not (chosen.record_beats or chosen.record_keys):
        raise EmoteBotError("Choose beats or keys to keep a recording as")
    face, recording = live.end_recording(scene)
    if recording.end - recording.begin < 1 / performing.rate_of(scene):
        raise EmoteBotError("The recording is shorter than a frame")
    sequence = performing.begin(face, scene)
    count = 0
    if chosen.record_beats:
        count = keep_beats(sequence, recording)
        auto_update.refresh(sequence.id_data, scene)
    if chosen.record_keys:
        keep_keys(face, sequence, recording, scene)
    performing.make_room(scene, sequence.frame_start + recording.end * performing.rate_of(scene))
    bpy.ops.ed.undo_push(message="Record EmoteBot")
    seconds = f"{recording.end - recording.begin:.1f}"
    if not chosen.record_beats:
        return f"{seconds} s recorded as keys"
    return f"{seconds} s recorded: {beat_editing.counted(count)}"


def keep_beats(sequence: SequenceSettings, recording: "Recording") -> int:
    """Put what was told in the place of the beats in that time; return how many there are."""
    with performing.paused_updates():
        for place in reversed(range(len(sequence.beats))):
            if recording.begin <= sequence.beats[place].start <= recording.end:
                drop(sequence, place)
    for trigger in recording.triggers:
        beat_editing.add(
            sequence, trigger.words, trigger.intensity, trigger.second, take=trigger.take
        )
    return len(recording.triggers)


def keep_keys(
    face: "Face", sequence: SequenceSettings, recording: "Recording", scene: Scene
) -> None:
    """Write what was played on a layer of its own, which rests outside of the recording."""
    from ..animation.layers import layer_kinds, write_layer
    from ..core.channels import MASKS

    taken = {kind for kind in layer_kinds(face, linked=True) if kind.startswith(LAYER)}
    number = next(n for n in range(1, len(taken) + 2) if f"{LAYER}-{n}" not in taken)
    chosen = scene_settings(scene)
    write_layer(
        face,
        recording.clip(performing.rate_of(scene)),
        scene,
        sequence.frame_start,
        f"{sequence.name} Live {number}",
        performing.keying_of(sequence),
        MASKS[chosen.region],
        chosen.strength,
        f"{LAYER}-{number}",
        extrapolation="NOTHING",
    )
