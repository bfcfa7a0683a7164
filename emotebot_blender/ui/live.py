# SPDX-License-Identifier: GPL-3.0-or-later
"""The live performance of the interface: one face at a time, from start to stop.

What runs lives here alone and ends with the file. While it runs, the object of the character holds
the pose that the face had before (``held_pose``), so that a state of the file which was saved or
stepped back to in the middle of a performance is put right by ``heal``.
"""

import json
import random
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import bpy
from bpy.types import Context, Object, Scene, WorkSpace

from ..core.errors import EmoteBotError
from . import emote, words
from .networks import networks
from .properties import settings
from .sequence import character, home
from .sequencing import rate_of

if TYPE_CHECKING:
    from ..scene.face import Face
    from ..scene.live import Live, Recording

_TAKES = 10_000
"""A feeling that is told live gets one of so many takes."""


@dataclass
class _Session:
    """What runs.

    Attributes:
        live: the performance.
        thing: session id of the character's object.
        scene: session id of the scene.
        recording: what is being recorded, or None.
        clock: of the last tick, in seconds.
        told: the last feeling, to begin a recording with: words, intensity and take.
        kept: whether something that was recorded has been kept.
        stale: whether the face has to be looked for again.
        stopping: whether the next tick is the last.
    """

    live: "Live"
    thing: int
    scene: int
    clock: float
    recording: "Recording | None" = None
    told: tuple[str, float, int] | None = None
    kept: bool = False
    stale: bool = False
    stopping: bool = False


_session: _Session | None = None

_held: list[tuple[Any, WorkSpace]] = []
"""The timer of the window that tells the time, and the workspace whose status bar says the keys."""


def is_running() -> bool:
    """Return whether a face is live."""
    return _session is not None


def is_recording() -> bool:
    """Return whether a live face is recorded."""
    return _session is not None and _session.recording is not None


def start(context: Context, clock: float) -> "Face":
    """Make the face that the panel shows live.

    Args:
        context: whose scene and face.
        clock: the time, in seconds.

    Raises:
        EmoteBotError: one is live already, there is no face, or it cannot be posed.
    """
    global _session
    from ..core.channels import MASKS
    from ..scene.live import Live

    if _session is not None:
        raise EmoteBotError("A face is live already: stop it first")
    face, chosen = emote.face_of(context), settings(context.scene)
    thing = home(face)
    live = Live(face, networks(), character(face).manner, MASKS[chosen.region], chosen.strength)
    thing.emotebot.held_pose = json.dumps(live.pose)
    _session = _Session(live, thing.session_uid, context.scene.session_uid, clock)
    for name, handler in _HANDLERS:
        getattr(bpy.app.handlers, name).append(handler)
    return face


def hold(timer: Any, workspace: WorkSpace) -> None:
    """Hold a window's timer and a workspace's status bar until the performance ends."""
    _held.append((timer, workspace))


def stage() -> Scene | None:
    """Return the scene of the performance, or None."""
    return next((s for s in bpy.data.scenes if _session and s.session_uid == _session.scene), None)


def plays(face: "Face") -> bool:
    """Return whether a face is live."""
    return _session is not None and any(mesh.session_uid == _session.thing for mesh in face.meshes)


def feel(said: str, intensity: float = 1.0, take: int = -1) -> None:
    """Tell the live face a feeling.

    Args:
        said: words.
        intensity: what theirs is scaled by.
        take: which take to show; -1 for any.

    Raises:
        EmoteBotError: no face is live, or the words are none.
    """
    from ..scene.live import Cue

    if _session is None:
        raise EmoteBotError("No face is live: start it first")
    feeling = words.feeling(said, intensity)
    take = random.randrange(_TAKES) if take < 0 else take
    _session.live.feel(feeling, take)
    _session.told = (said, intensity, take)
    if _session.recording is not None:
        second = max(_session.recording.end, _session.recording.begin)
        _session.recording.cues.append(Cue(second, said, intensity, take))


def record(scene: Scene) -> None:
    """Begin to record what the live face plays, from the playhead on.

    Raises:
        EmoteBotError: no face is live, or the playhead stands before the sequence.
    """
    from ..scene.live import Cue, Recording
    from .sequencing import playhead

    if _session is None:
        raise EmoteBotError("No face is live: start it first")
    face = _face_of(_thing(_session, scene), scene)
    begin = playhead(character(face), scene)
    _session.recording = Recording(begin)
    if _session.told is not None:
        _session.recording.cues.append(Cue(begin, *_session.told))


def tick(scene: Scene, clock: float, playing: bool) -> str:
    """Let the live face play on.

    Args:
        scene: the one that is shown now.
        clock: the time, in seconds.
        playing: whether the scene plays.

    Returns:
        Why the performance is over, empty if it is not.
    """
    session = _session
    if session is None:
        return "Live has ended"
    if session.stopping:
        return "Live has stopped"
    if scene.session_uid != session.scene:
        return "Live has stopped: another scene is shown"
    elapsed, session.clock = clock - session.clock, clock
    if bpy.app.is_job_running("RENDER"):
        return ""  # nothing may change while it renders
    try:
        thing = _thing(session, scene)
        if thing.mode not in ("OBJECT", "POSE", "WEIGHT_PAINT"):
            return f"Live has stopped: “{thing.name}” is being edited"
        if session.stale:
            session.live.bind(_face_of(thing, scene))
            thing.emotebot.held_pose = json.dumps(session.live.pose)
            session.stale = False
        elif not thing.emotebot.held_pose:  # the file was saved without it
            thing.emotebot.held_pose = json.dumps(session.live.pose)
        session.live.advance(elapsed)
        session.live.show()
    except EmoteBotError as error:
        return f"Live has stopped: {error}"
    if session.recording is not None:
        _record(session.recording, session, scene, elapsed, playing)
    return ""


def end_recording(scene: Scene) -> "tuple[Face, Recording]":
    """Return what has been recorded and the face, which has its pose from before until it plays on.

    Raises:
        EmoteBotError: nothing is being recorded, or the face has gone.
    """
    if _session is None or _session.recording is None:
        raise EmoteBotError("Nothing is being recorded")
    recording, _session.recording = _session.recording, None
    face = _face_of(_thing(_session, scene), scene)
    _session.live.give_back(face)
    return face, recording


def mark_kept() -> None:
    """Note that something of this performance stays in the file."""
    if _session is not None:
        _session.kept = True


def has_kept() -> bool:
    """Return whether something of this performance stays in the file."""
    return _session is not None and _session.kept


def rest(face: "Face") -> None:
    """Give a face that is live the pose from before, until it plays on with the next tick.

    What is written on it meanwhile takes that pose for its own, not what was played.
    """
    if _session is not None and plays(face):
        _session.live.give_back(face)


def request_stop() -> None:
    """Let the next tick be the last one."""
    if _session is not None:
        _session.stopping = True


def stop() -> None:
    """End the performance and give the face back the pose that it had, wherever it is by now."""
    session = _session
    forget()
    if session is None:
        return
    for scene in bpy.data.scenes:
        for thing in scene.objects:
            if thing.session_uid == session.thing:
                _give_back(thing, scene, session.live.pose)
    heal()  # what was copied while it was live


def forget() -> None:
    """End the performance without touching the face, as when its file is closed."""
    global _session
    _session = None
    while _held:
        timer, workspace = _held.pop()
        bpy.context.window_manager.event_timer_remove(timer)
        with suppress(ReferenceError):  # the workspace has gone
            workspace.status_text_set(None)
    for name, handler in _HANDLERS:
        listed = getattr(bpy.app.handlers, name)
        if handler in listed:
            listed.remove(handler)


def heal() -> None:
    """Give every face its pose back that a performance, now over, had left in this state."""
    running = _session.thing if _session else None
    for scene in bpy.data.scenes:
        for thing in scene.objects:
            if (
                thing.type == "MESH"
                and thing.session_uid != running
                and thing.is_property_set("emotebot")
                and thing.emotebot.held_pose
            ):
                _give_back(thing, scene, json.loads(thing.emotebot.held_pose))


def _give_back(thing: Object, scene: Scene, pose: dict[str, float]) -> None:
    from ..scene.pose import put_pose

    thing.emotebot.held_pose = ""
    try:
        put_pose(_face_of(thing, scene), pose)
    except EmoteBotError:
        return  # not a face any more: there is no pose to give back


def _record(
    recording: "Recording", session: _Session, scene: Scene, elapsed: float, playing: bool
) -> None:
    if playing:
        thing = _thing(session, scene)
        frames = scene.frame_current_final - thing.emotebot.frame_start
        second = frames / rate_of(scene)
    else:
        second = recording.end + (elapsed if recording.seconds else 0.0)
    recording.add(second, session.live.weights)


def _thing(session: _Session, scene: Scene) -> Object:
    for thing in scene.objects:
        if thing.session_uid == session.thing:
            return thing
    raise EmoteBotError("the character is not in the scene any more")


def _face_of(thing: Object, scene: Scene) -> "Face":
    from ..scene.face import find_face

    return find_face(thing, scene)


def _on_step(*_of_blender: Any) -> None:
    """An undo or a redo: nothing that was known of the file holds any more."""
    if _session is not None:
        _session.stale = True


def _on_frame(*_of_blender: Any) -> None:
    """A new frame: the animation has posed the face, and the performance poses it again."""
    if _session is not None and not _session.stale and not bpy.app.is_job_running("RENDER"):
        try:
            _session.live.show()
        except EmoteBotError:
            _session.stale = True  # the next tick says what has gone


def _before_save(*_of_blender: Any) -> None:
    """The file is saved: with the pose that is not a performance."""
    session = _session
    if session is None:
        return
    for scene in bpy.data.scenes:
        if scene.session_uid == session.scene:
            _give_back_for_now(session, scene)


def _give_back_for_now(session: _Session, scene: Scene) -> None:
    try:
        thing = _thing(session, scene)
        thing.emotebot.held_pose = ""
        session.live.give_back(_face_of(thing, scene))
    except EmoteBotError:
        session.stale = True  # the next tick says what has gone


def _on_load(*_of_blender: Any) -> None:
    forget()


_HANDLERS = (
    ("undo_post", _on_step),
    ("redo_post", _on_step),
    ("frame_change_post", _on_frame),
    ("save_pre", _before_save),
    ("load_pre", _on_load),
)
"""Lists of handlers and what is in them while a face is live, and only then."""
