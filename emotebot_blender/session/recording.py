# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a live recording: beats of the sequence, keys on a layer, or both."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bpy.types import Scene

from ..core.channels import MASKS
from ..core.errors import EmoteBotError
from ..core.messages import Message, sentences
from . import auto_update, beat_editing, beat_markers, live
from .performing import keying_of
from .recorded_layers import turns_head, write_recording
from .runtime import paused_updates, runtime
from .sequence import (
    RECORDING_LAYER,
    SEQUENCE_LAYER,
    SequenceSettings,
    as_chosen,
    remove_beat,
)
from .sequence_script import begin
from .settings import scene_settings
from .timeline import describe_end, extend_scene, extend_to_beats, frame_rate

if TYPE_CHECKING:
    from ..rig.face import Face
    from .live_face import Recording

_SAME_TIME = 1e-3
"""Seconds: a beat so close before the recording counts as within."""


@dataclass(frozen=True)
class KeptRecording:
    """What became of a recording.

    Attributes:
        message: what was kept, and what else that has changed.
        problem: what keeps it from being performed, or None.
    """

    message: Message
    problem: Message | None


def keep(scene: Scene) -> KeptRecording:
    """End the recording and keep it as the settings say.

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
    owner = sequence.id_data
    message = Message(
        "{seconds:.1f} s recorded from frame {frame:.0f}",
        seconds=seconds,
        frame=sequence.frame_start + recording.begin * frame_rate(scene),
    )
    if settings.record_beats:
        beats = keep_beats(sequence, recording, settings.record_mode)
        message = Message("{recorded}: {beats}", recorded=message, beats=beats)
        beat_markers.link(scene)
        auto_update.update(owner, scene)
    if settings.record_keys:
        layer = _keep_keys(face, sequence, recording, scene)
        message = Message("{recorded}, keys in the layer “{layer}”", recorded=message, layer=layer)
    is_longer = extend_scene(scene, sequence.frame_start + recording.end * frame_rate(scene))
    if settings.record_beats and settings.record_mode == "INSERT":
        is_longer |= extend_to_beats(scene, sequence)
    if is_longer:
        message = sentences((message, describe_end(scene)))
    problem = runtime().problems.get(owner.session_uid) if settings.record_beats else None
    live.remember_kept(message)
    return KeptRecording(message, problem)


def keep_beats(sequence: SequenceSettings, recording: "Recording", mode: str) -> Message:
    """Add what was triggered to a sequence, and return what has become of its beats.

    Args:
        sequence: of the live face.
        recording: what was played.
        mode: what becomes of existing beats, one of ``settings.RECORDINGS``.
    """
    seconds = recording.end - recording.begin
    is_later = [beat.start >= recording.begin - _SAME_TIME for beat in sequence.beats]
    in_time = [beat.start <= recording.end + _SAME_TIME for beat in sequence.beats]
    is_there = [later and within for later, within in zip(is_later, in_time, strict=True)]
    with paused_updates():
        if mode == "INSERT" and any(is_there):
            for beat, moves in zip(sequence.beats, is_later, strict=True):
                beat.start += seconds * moves
        if mode == "REPLACE":
            for index in reversed(range(len(is_there))):
                if is_there[index]:
                    remove_beat(sequence, index)
    for trigger in recording.triggers:
        beat_editing.add(
            sequence, trigger.words, trigger.intensity, trigger.second, take=trigger.take
        )
    added = Message(
        "{beats} added to the sequence", beats=beat_editing.counted(len(recording.triggers))
    )
    if not any(is_there):
        return added
    if mode == "INSERT":
        return Message(
            "{added}, {count} later moved by {seconds:.1f} s",
            added=added,
            count=sum(is_later),
            seconds=seconds,
        )
    if mode == "REPLACE":
        return Message("{added}, {count} replaced", added=added, count=sum(is_there))
    return Message("{added}, {count} kept beside them", added=added, count=sum(is_there))


def _keep_keys(
    face: "Face", sequence: SequenceSettings, recording: "Recording", scene: Scene
) -> str:
    """Write what was played on a layer of its own, which rests outside of it; return its name."""
    from ..animation.layers import free_kind

    kind = free_kind(face, RECORDING_LAYER)
    number = kind.removeprefix(f"{RECORDING_LAYER}-")
    settings, name = scene_settings(scene), f"{sequence.name} Live {number}"
    clip = recording.clip(frame_rate(scene))
    first = sequence.frame_start + clip.start * clip.fps
    frames = first, first + clip.duration * clip.fps
    is_turned = settings.record_beats or turns_head(face, (SEQUENCE_LAYER,), frames)
    write_recording(
        as_chosen(face),
        sequence,
        clip,
        scene,
        sequence.frame_start,
        name,
        keying_of(sequence),
        MASKS[settings.region],
        settings.strength,
        kind,
        turns=not is_turned,  # turns of two layers would add up
    )
    return name
