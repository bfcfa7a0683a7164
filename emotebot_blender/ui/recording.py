# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a live recording: beats of the sequence, keys on a layer, or both."""

from typing import TYPE_CHECKING

import bpy
from bpy.types import Scene

from ..core.errors import EmoteBotError
from . import beats, live, sequencing, upkeep
from .properties import settings
from .sequence import Character, drop

if TYPE_CHECKING:
    from ..scene.face import Face
    from ..scene.live import Recording

LAYER = "live"
"""What the layers of recordings are marked as, with a number behind it."""


def keep(scene: Scene) -> str:
    """End the recording and keep it as the settings say; return what was kept, for people.

    Raises:
        EmoteBotError: nothing is being recorded, the settings want nothing kept, or the face
            cannot be keyed.
    """
    chosen = settings(scene)
    if not (chosen.record_beats or chosen.record_keys):
        raise EmoteBotError("Choose beats or keys to keep a recording as")
    face, recording = live.end_recording(scene)
    if recording.end - recording.begin < 1 / sequencing.rate_of(scene):
        raise EmoteBotError("The recording is shorter than a frame")
    sequence = sequencing.begin(face, scene)
    count = 0
    if chosen.record_beats:
        count = keep_beats(sequence, recording)
        upkeep.refresh(sequence.id_data, scene)
    if chosen.record_keys:
        keep_keys(face, sequence, recording, scene)
    sequencing.make_room(scene, sequence.frame_start + recording.end * sequencing.rate_of(scene))
    bpy.ops.ed.undo_push(message="Record EmoteBot")
    seconds = f"{recording.end - recording.begin:.1f}"
    if not chosen.record_beats:
        return f"{seconds} s recorded as keys"
    return f"{seconds} s recorded: {beats.counted(count)}"


def keep_beats(sequence: Character, recording: "Recording") -> int:
    """Put what was told in the place of the beats in that time; return how many there are."""
    with sequencing.filling():
        for place in reversed(range(len(sequence.beats))):
            if recording.begin <= sequence.beats[place].start <= recording.end:
                drop(sequence, place)
    for cue in recording.cues:
        beats.add(sequence, cue.words, cue.intensity, cue.second, take=cue.take)
    return len(recording.cues)


def keep_keys(face: "Face", sequence: Character, recording: "Recording", scene: Scene) -> None:
    """Write what was played on a layer of its own, which rests outside of the recording."""
    from ..core.channels import MASKS
    from ..scene.layers import kinds_of, write_layer

    taken = {kind for kind in kinds_of(face, linked=True) if kind.startswith(LAYER)}
    number = next(n for n in range(1, len(taken) + 2) if f"{LAYER}-{n}" not in taken)
    chosen = settings(scene)
    write_layer(
        face,
        recording.clip(sequencing.rate_of(scene)),
        scene,
        sequence.frame_start,
        f"{sequence.name} Live {number}",
        sequencing.keying_of(sequence),
        MASKS[chosen.region],
        chosen.strength,
        f"{LAYER}-{number}",
        holds=False,
    )
