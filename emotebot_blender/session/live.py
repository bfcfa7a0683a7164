# SPDX-License-Identifier: GPL-3.0-or-later
"""The live performance: one face at a time, from start to stop.

What runs is the ``live`` of the runtime and ends with the file; how the face stood before is kept
by ``held_pose``.
"""

import random
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import bpy
from bpy.types import Object, Scene

from ..core.channels import MASKS
from ..core.errors import EmoteBotError
from ..core.messages import Message
from . import words
from .calibrating import ready_face
from .events import FeelingEdited, FileClosing, FrameChanged, LiveEnded, SequenceEdited
from .held_pose import hold_pose, hold_values, restore_poses, without_shown_pose
from .loaded_networks import networks
from .runtime import runtime
from .sequence import as_chosen, sequence_of, sequence_owner
from .settings import scene_settings
from .timeline import frame_rate, playhead

if TYPE_CHECKING:
    from ..rig.face import Face
    from .live_face import LiveState, Recording

_TAKES = 10_000
"""A feeling that is triggered gets one of so many takes."""

_MODES = ("OBJECT", "POSE", "WEIGHT_PAINT")
"""Modes of an object in which its shape keys show."""


def is_running() -> bool:
    """Return whether a face is live."""
    return runtime().live is not None


def check_none_live() -> None:
    """Check that something else can pose a face.

    Raises:
        EmoteBotError: a face is live.
    """
    if is_running():
        raise EmoteBotError("A face is live already: stop it first")


def is_recording() -> bool:
    """Return whether a live face is recorded."""
    live = runtime().live
    return live is not None and live.recording is not None


def recorded_seconds() -> float:
    """Return how long what is being recorded is by now, 0 where nothing is."""
    live = runtime().live
    recording = live.recording if live is not None else None
    return recording.end - recording.begin if recording is not None else 0.0


def remember_kept(message: Message) -> None:
    """Remember what became of a recording until the live face stops."""
    live = runtime().live
    if live is not None:
        live.kept = message


def last_kept() -> Message:
    """Return what became of the last recording of the live face, for people."""
    live = runtime().live
    return (live.kept if live is not None else None) or Message("Nothing was recorded")


def is_live(face: "Face") -> bool:
    """Return whether a face is the live one."""
    live = runtime().live
    return live is not None and any(obj.session_uid == live.owner for obj in face.objects)


def live_scene() -> Scene | None:
    """Return the scene of the live face, or None."""
    live = runtime().live
    return next((s for s in bpy.data.scenes if live and s.session_uid == live.scene), None)


def start(face: "Face", scene: Scene, clock: float) -> None:
    """Make a face live, with the region and the strength of its scene's settings.

    Args:
        face: what plays.
        scene: where it is.
        clock: the time, in seconds.

    Raises:
        EmoteBotError: one is live already, or the face cannot be posed.
    """
    from ..rig.pose import read_pose
    from .live_face import LiveFace, LivePerformer, LiveState

    check_none_live()
    settings = scene_settings(scene)
    channels = MASKS[settings.region]
    face = ready_face(face)
    sequence = sequence_of(face)
    how = sequence.exaggeration, sequence.liveliness
    performer = LivePerformer(networks(), sequence.seed, *read_pose(face), *how)
    live_face = LiveFace(face, performer, channels, settings.strength, sequence.head, scene)
    with without_shown_pose(face):  # it plays on from there, but is not what the face goes back to
        hold_pose(face, channels, live_face.turning)
    owner = sequence_owner(face).session_uid
    runtime().live = LiveState(live_face, performer, owner, scene.session_uid, clock, channels)


def trigger(feeling_words: str, intensity: float = 1.0, take: int = -1) -> None:
    """Have the live face begin the transition to a feeling.

    Args:
        feeling_words: that name it.
        intensity: what theirs is scaled by.
        take: which take to show; -1 for any.

    Raises:
        EmoteBotError: no face is live, or the words are none.
    """
    from .live_face import RecordedTrigger

    live = _live()
    feeling = words.feeling(feeling_words, intensity)
    take = random.randrange(_TAKES) if take < 0 else take
    live.performer.set_target(feeling, take)
    live.trigger = RecordedTrigger(0.0, feeling_words, intensity, take)
    if live.recording is not None:
        second = max(live.recording.end, live.recording.begin)
        live.recording.triggers.append(RecordedTrigger(second, feeling_words, intensity, take))


def trigger_and_show(
    scene: Scene, feeling_words: str, intensity: float = 1.0, take: int = -1
) -> None:
    """Trigger a feeling, and have the panel of a scene show its words.

    Args:
        scene: whose panel.
        feeling_words: that name the feeling.
        intensity: what theirs is scaled by.
        take: which take to show; -1 for any.

    Raises:
        EmoteBotError: as ``trigger``.
    """
    trigger(feeling_words, intensity, take)
    live = _live()
    live.is_showing = True
    try:
        scene_settings(scene).words = feeling_words
    finally:
        live.is_showing = False


def follow_feeling(event: FeelingEdited) -> None:
    """Trigger what the panel says, unless it says what was triggered."""
    live = runtime().live
    if live is None or live.is_showing:
        return
    settings = scene_settings(event.scene)
    try:
        trigger(settings.words, settings.intensity)
    except EmoteBotError:
        return  # typing cannot report; the panel draws what is wrong with the words


def record(scene: Scene) -> None:
    """Begin to record what the live face plays, from the playhead on.

    Raises:
        EmoteBotError: no face is live, or the playhead stands before the sequence.
    """
    from .live_face import Recording

    live = _live()
    face = _find_face(_owner(live, scene), scene)
    begin = playhead(sequence_of(face), scene)
    live.recording, live.has_restarted = Recording(begin), False
    if live.trigger is not None:
        live.recording.triggers.append(replace(live.trigger, second=begin))


def tick(scene: Scene, clock: float, is_playing: bool, is_posed: bool = False) -> Message | None:
    """Let the live face play on.

    Args:
        scene: the one that is shown now.
        clock: the time, in seconds.
        is_playing: whether the scene plays.
        is_posed: whether the artist is posing bones, whose keys are not to hold turns of the head.

    Returns:
        Why the performance is over, None if it is not.
    """
    live = runtime().live
    if live is None:
        return Message("Live has ended")
    if live.is_stopping:
        return Message("Live has stopped")
    if scene.session_uid != live.scene:
        return Message("Live has stopped: another scene is shown")
    elapsed, live.clock = clock - live.clock, clock
    if bpy.app.is_job_running("RENDER"):
        return None  # nothing may change while it renders
    try:
        owner = _owner(live, scene)
        if owner.mode not in _MODES:
            return Message("Live has stopped: “{object}” is being edited", object=owner.name)
        live.is_posed = is_posed
        if not live.is_stale and not live.face.is_current():
            put_head_back()
            restore_poses()
        if live.is_stale:
            face = _find_face(owner, scene)
            live.face.bind(as_chosen(face), sequence_of(face).head, scene)
            hold_pose(face, live.channels, live.face.turning)
            live.is_stale = False
        live.face.advance(elapsed)
        for armature, before in live.face.show(turns=not is_posed).items():
            hold_values(armature, before)
    except EmoteBotError as error:
        return Message("Live has stopped: {reason}", reason=error)
    if live.recording is not None:
        _add_sample(live.recording, live, scene, elapsed, is_playing)
    return None


def end_recording(scene: Scene) -> "tuple[Face, Recording]":
    """Return the live face, at rest until it plays on, and what has been recorded of it.

    Raises:
        EmoteBotError: nothing is being recorded, or the face has gone.
    """
    live = runtime().live
    if live is None or live.recording is None:
        raise EmoteBotError("Nothing is being recorded")
    recording, live.recording = live.recording, None
    face = _find_face(_owner(live, scene), scene)
    restore_poses()
    return face, recording


def has_restarted() -> bool:
    """Return whether the scene has begun again since the recording began."""
    live = runtime().live
    return live is not None and live.recording is not None and live.has_restarted


def put_head_back() -> None:
    """Let the head of the live face stand as without a turn until its next tick.

    So what the artist is about to key or to pose is the artist's own.
    """
    live = runtime().live
    if live is not None and not live.is_stale:
        with suppress(EmoteBotError):  # the next tick says what has gone
            live.face.put_head_back()


def request_stop() -> None:
    """Let the next tick be the last one."""
    live = runtime().live
    if live is not None:
        live.is_stopping = True


def stop() -> None:
    """End the performance; every face stands as it did before, wherever it is by now."""
    running = runtime()
    live, running.live = running.live, None
    if live is not None:
        running.events.emit(LiveEnded(tuple(live.timers), tuple(live.workspaces)))
    restore_poses()


def follow_edit(event: SequenceEdited) -> None:
    """Have the live face look again how its sequence is set."""
    live = runtime().live
    if live is not None and live.owner == event.owner.session_uid:
        restore_poses()


def follow_frame(_event: FrameChanged) -> None:
    """Pose the face again, once the animation has posed it on another frame."""
    live = runtime().live
    if live is not None and not live.is_stale and not bpy.app.is_job_running("RENDER"):
        try:
            live.face.show(turns=not live.is_posed)
        except EmoteBotError:
            live.is_stale = True  # the next tick says what has gone


def follow_closing(_event: FileClosing) -> None:
    """End the performance with its file."""
    if is_running():
        stop()


def _live() -> "LiveState":
    live = runtime().live
    if live is None:
        raise EmoteBotError("No face is live: start it first")
    return live


def _add_sample(
    recording: "Recording", live: "LiveState", scene: Scene, elapsed: float, is_playing: bool
) -> None:
    if is_playing:
        frames = scene.frame_current_final - _owner(live, scene).emotebot.frame_start
        second = frames / frame_rate(scene)
        live.has_restarted |= second < recording.end - 0.5 / frame_rate(scene)
    else:
        second = recording.end + (elapsed if recording.seconds else 0.0)
    recording.add(second, live.face.played)


def _owner(live: "LiveState", scene: Scene) -> Object:
    for obj in scene.objects:
        if obj.session_uid == live.owner:
            return obj
    raise EmoteBotError("the character is not in the scene any more")


def _find_face(owner: Object, scene: Scene) -> "Face":
    from ..rig.face import find_face

    return find_face(owner, scene)
