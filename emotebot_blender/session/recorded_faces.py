# SPDX-License-Identifier: GPL-3.0-or-later
"""Recorded faces of files performed on a face, and its performance as a file for others."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from bpy.types import Scene

from ..core.channels import CHANNELS, MASKS
from ..core.errors import EmoteBotError
from ..core.messages import Message
from .calibrating import ready_face
from .feeling_keys import fit_keyed_feelings
from .held_pose import restore_live_poses, without_shown_pose
from .performing import perform_beats
from .recorded_layers import turns_head, write_recording
from .sequence import RECORDING_LAYER, SEQUENCE_LAYER, SequenceSettings, sequence_of
from .sequence_script import begin, check_first_frame, script_of
from .timeline import extend_scene, frame_rate

if TYPE_CHECKING:
    from ..animation.key_report import KeyReport
    from ..animation.keyframes import Keying
    from ..core.clip import Clip
    from ..core.exchange.recorded_face import RecordedFace
    from ..core.exchange.recording_formats import RecordingFormat
    from ..rig.face import Face


def perform_recording(
    face: "Face",
    recorded: "RecordedFace",
    scene: Scene,
    frame_start: int,
    name: str,
    keying: "Keying",
    region: str = "WHOLE",
    strength: float = 1.0,
) -> "KeyReport":
    """Perform a recorded face on a layer of its own; the scene grows to hold it.

    Args:
        face: what is driven.
        recorded: what a file holds.
        scene: where it is played; its frames a second are those of the keys.
        frame_start: where second 0 of the recording lies.
        name: of the recording; its layer has that of the sequence before it.
        keying: how values become keys.
        region: the part of the face that moves, one of ``settings.REGIONS``.
        strength: how much of the recording is laid on the face, 0 to 1.

    Returns:
        What was keyed; its notes tell what of the file is not in it.

    Raises:
        EmoteBotError: it is too long, or the face cannot be keyed; nothing has been changed then.
    """
    from ..animation.layers import free_kind

    check_first_frame(frame_start)
    clip = recorded.clip().resampled(frame_rate(scene))
    restore_live_poses()
    face = ready_face(face)
    sequence = begin(face, scene)
    first = frame_start + clip.start * clip.fps
    frames = first, first + clip.duration * clip.fps
    has_turns = clip.head is not None and bool(clip.head.any())
    is_turned = has_turns and turns_head(face, (SEQUENCE_LAYER, RECORDING_LAYER), frames)
    with without_shown_pose(face):
        report = write_recording(
            face,
            sequence,
            clip,
            scene,
            frame_start,
            f"{sequence.name} {name}",
            keying,
            [name for name in MASKS[region] if name in recorded.channels],
            strength,
            free_kind(face, RECORDING_LAYER),
            turns=has_turns and not is_turned,
        )
    fit_keyed_feelings(face, scene)
    extend_scene(scene, report.frames[1])
    notes = [*recorded.notes, *report.notes]
    if is_turned and sequence.head:
        notes.append(Message("The head does not turn with it, as another layer turns it then"))
    return replace(report, notes=tuple(notes))


def export_performance(
    face: "Face", scene: Scene, path: Path, chosen: "RecordingFormat"
) -> tuple[Message, ...]:
    """Write the performance of a face's sequence to a file, which appears whole or not at all.

    It is as the layer has it: of the sequence's region, by its strength, at the scene's frames a
    second. A format that holds one frame has that of the playhead, or the nearest one.

    Args:
        face: whose sequence it is.
        scene: gives the frames a second and what the eyes follow.
        path: of the file.
        chosen: the format.

    Returns:
        What of the performance is not in the file, a sentence each.

    Raises:
        EmoteBotError: there are no beats to perform, a beat has a fault, or the file cannot be
            written.
    """
    from ..animation.layers import find_layer
    from ..core.file_writing import write_whole

    sequence = sequence_of(face)
    script = script_of(sequence)
    if not script.beats:
        raise EmoteBotError("Every beat is muted: there is nothing to perform")
    clip, unseen = perform_beats(face, script, scene)
    clip = as_laid(clip, sequence)
    if chosen.is_still:
        clip = _frame_of(clip, scene.frame_current - sequence.frame_start)
    write_whole(path, chosen.write(clip, path.stem))
    layer = find_layer(face, SEQUENCE_LAYER)
    is_edited = layer is not None and layer.edited
    edits = (Message("Keys that were edited by hand are not in the file"),) * is_edited
    return (*unseen, *chosen.lacks(clip), *edits)


def as_laid(clip: "Clip", sequence: SequenceSettings) -> "Clip":
    """Return a performance as the layer of a sequence shows it over a face at rest.

    Args:
        clip: the performance.
        sequence: has the region, the strength and how much the head turns.
    """
    from ..core.clip import Clip

    moved = np.array([name in MASKS[sequence.region] for name in CHANNELS], dtype=np.float32)
    weights = clip.weights * moved * np.float32(sequence.strength)
    shares = clip.shares
    if clip.has_emotions:
        shares = shares * np.float32(sequence.strength)
    head = clip.head
    if head is not None:
        head = head * np.float32(sequence.head * sequence.strength)
    return Clip(weights, clip.fps, clip.start, shares, head)


def _frame_of(clip: "Clip", frame: float) -> "Clip":
    """Return the frame of a clip that lies nearest to one, counted from second 0, as a clip."""
    from ..core.clip import Clip

    index = int(np.clip(round(frame - clip.start * clip.fps), 0, len(clip) - 1))
    one = slice(index, index + 1)
    head = None if clip.head is None else clip.head[one]
    return Clip(clip.weights[one], clip.fps, clip.start, clip.shares[one], head)
