# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a live recording: beats of the sequence, keys on a layer, or both."""

from typing import TYPE_CHECKING

from bpy.types import Scene

from ..core.channels import MASKS
from ..core.errors import EmoteBotError
from ..core.messages import Message
from . import auto_update, beat_editing, live
from .performing import keying_of
from .runtime import paused_updates
from .sequence import RECORDING_LAYER, SequenceSettings, remove_beat
from .sequence_script import begin
from .settings import scene_settings
from .timeline import extend_scene, frame_rate

if TYPE_CHECKING:
    from ..rig.face import Face
    from .live_face import Recording


def keep(scene: Scene) -> Message:
    """End the recording and keep it as the settings say; return what was kept.

    Raises:
        EmoteBotError: nothing is being recorded, the settings want nothing kept, or the face
            cannot be keyed.
    """
    settings = scene_settings(scene)
    if not (settings.record_beats or settings.record_keys):
        raise EmoteBotError("Choose beats or keys to keep a recording as")
    face, recording = live.end_recording(scene)
    seconds = recording.end - recording.begin
    if seconds < 1 / frame_rate(scene):
        raise EmoteBotError("The recording is shorter than a frame")
    sequence = begin(face, scene)
    count = 0
    if settings.record_beats:
        count = keep_beats(sequence, recording)
        auto_update.update(sequence.id_data, scene)
    if settings.record_keys:
        _keep_keys(face, sequence, recording, scene)
    extend_scene(scene, sequence.frame_start + recording.end * frame_rate(scene))
    if not settings.record_beats:
        return Message("{seconds:.1f} s recorded as keys", seconds=seconds)
    beats = beat_editing.counted(count)
    return Message("{seconds:.1f} s recorded: {beats}", seconds=seconds, beats=beats)


def keep_beats(sequence: SequenceSettings, recording: "Recording") -> int:
    """Put what was triggered in the place of the beats in that time; return how many there are."""
    with paused_updates():
        for index in reversed(range(len(sequence.beats))):
            if recording.begin <= sequence.beats[index].start <= recording.end:
                remove_beat(sequence, index)
    for trigger in recording.triggers:
        beat_editing.add(
            sequence, trigger.words, trigger.intensity, trigger.second, take=trigger.take
        )
    return len(recording.triggers)


def _keep_keys(
    face: "Face", sequence: SequenceSettings, recording: "Recording", scene: Scene
) -> None:
    """Write what was played on a layer of its own, which rests outside of the recording."""
    from ..animation.layers import free_kind, write_layer

    kind = free_kind(face, RECORDING_LAYER)
    number = kind.removeprefix(f"{RECORDING_LAYER}-")
    settings = scene_settings(scene)
    write_layer(
        face,
        recording.clip(frame_rate(scene)),
        scene,
        sequence.frame_start,
        f"{sequence.name} Live {number}",
        keying_of(sequence),
        MASKS[settings.region],
        settings.strength,
        kind,
        extrapolation="NOTHING",
    )
