# SPDX-License-Identifier: GPL-3.0-or-later
"""The live performance of the interface: one face at a time, from start to stop.

What runs lives here alone and ends with the file. While it runs, each mesh of the face holds how
it stood before (``held_pose``): so a state of the file that was saved, copied or stepped back to in
the middle of a performance can be put right, whatever it is called by then.
"""

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import bpy
from bpy.types import Context, Object, Scene, WorkSpace

from ..core.errors import EmoteBotError
from . import posing, words
from .loaded_networks import networks
from .sequence import sequence_of, sequence_owner
from .settings import scene_settings

if TYPE_CHECKING:
    from ..rig.face import Face
    from .live_face import LiveFace, Recording

_TAKES = 10_000
"""A feeling that is told live gets one of so many takes."""


@dataclass
class LiveState:
    """What runs.

    Attributes:
        live: the performance.
        thing: session id of the character's object.
        scene: session id of the scene.
        recording: what is being recorded, or None.
        clock: of the last tick, in seconds.
        told: the last feeling, to begin a recording with: words, intensity and take.
        channels: those that play.
        come_round: whether the scene has begun again while it was recorded.
        stale: whether the face has to be looked for again.
        stopping: whether the next tick is the last.
    """

    live: "LiveFace"
    thing: int
    scene: int
    clock: float
    recording: "Recording | None" = None
    told: tuple[str, float, int] | None = None
    channels: tuple[str, ...] = ()
    come_round: bool = False
    stale: bool = False
    stopping: bool = False


_session: LiveState | None = None

_timers: list[Any] = []
"""The timer of the window that tells the time."""

_telling: list[str] = []
"""Words that the panel is being given."""

_told_in: set[str] = set()
"""Names of the workspaces whose status bars say the keys."""


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
    from .live_face import LiveFace

    if _session is not None:
        raise EmoteBotError("A face is live already: stop it first")
    face, chosen = posing.face_of(context), scene_settings(context.scene)
    thing, channels = sequence_owner(face), MASKS[chosen.region]
    live = LiveFace(face, networks(), sequence_of(face).seed, channels, chosen.strength)
    _hold(face, channels)
    uids = thing.session_uid, context.scene.session_uid
    _session = LiveState(live, *uids, clock, channels=channels)
    for name, handler in _HANDLERS:
        getattr(bpy.app.handlers, name).append(handler)
    return face


def hold(timer: Any) -> None:
    """Hold a window's timer until the performance ends."""
    _timers.append(timer)


def say(workspace: WorkSpace, keys: str, typed: str) -> None:
    """Say something until the performance ends.

    Args:
        workspace: in whose status bar the keys are told.
        keys: what can be pressed.
        typed: what has been typed, for the headers of its 3D viewports.
    """
    _told_in.add(workspace.name)
    workspace.status_text_set(keys)
    _set_headers(workspace, typed)


def _set_headers(workspace: WorkSpace, text: str | None) -> None:
    for screen in workspace.screens:
        for area in screen.areas:
            if area.type == "VIEW_3D":
                area.header_text_set(text)


def is_told_in(workspace: WorkSpace) -> bool:
    """Return whether the status bar of a workspace says something."""
    return workspace.name in _told_in


def stage() -> Scene | None:
    """Return the scene of the performance, or None."""
    return next((s for s in bpy.data.scenes if _session and s.session_uid == _session.scene), None)


def plays(face: "Face") -> bool:
    """Return whether a face is live."""
    return _session is not None and any(mesh.session_uid == _session.thing for mesh in face.objects)


def feel(said: str, intensity: float = 1.0, take: int = -1) -> None:
    """Tell the live face a feeling.

    Args:
        said: words.
        intensity: what theirs is scaled by.
        take: which take to show; -1 for any.

    Raises:
        EmoteBotError: no face is live, or the words are none.
    """
    from .live_face import RecordedTrigger

    if _session is None:
        raise EmoteBotError("No face is live: start it first")
    feeling = words.feeling(said, intensity)
    take = random.randrange(_TAKES) if take < 0 else take
    _session.live.feel(feeling, take)
    _session.told = (said, intensity, take)
    if _session.recording is not None:
        second = max(_session.recording.end, _session.recording.begin)
        _session.recording.triggers.append(RecordedTrigger(second, said, intensity, take))


def tell(scene: Scene, said: str, intensity: float = 1.0, take: int = -1) -> None:
    """Tell the live face a feeling, and have the panel of a scene say its words.

    Raises:
        EmoteBotError: as ``feel``.
    """
    feel(said, intensity, take)
    _telling.append(said)
    try:
        scene_settings(scene).words = said
    finally:
        _telling.pop()


def is_telling() -> bool:
    """Return whether the words of the panel are being set to what the face was told."""
    return bool(_telling)


def record(scene: Scene) -> None:
    """Begin to record what the live face plays, from the playhead on.

    Raises:
        EmoteBotError: no face is live, or the playhead stands before the sequence.
    """
    from .live_face import RecordedTrigger, Recording
    from .performing import playhead

    if _session is None:
        raise EmoteBotError("No face is live: start it first")
    face = _face_of(_thing(_session, scene), scene)
    begin = playhead(sequence_of(face), scene)
    _session.recording, _session.come_round = Recording(begin), False
    if _session.told is not None:
        _session.recording.triggers.append(RecordedTrigger(begin, *_session.told))


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
            face = _face_of(thing, scene)
            session.live.bind(face)
            _hold(face, session.channels)
            session.stale = False
        session.live.advance(elapsed)
        session.live.show()
    except EmoteBotError as error:
        return f"Live has stopped: {error}"
    if session.recording is not None:
        _record(session.recording, session, scene, elapsed, playing)
    return ""


def end_recording(scene: Scene) -> "tuple[Face, Recording]":
    """Return what has been recorded and the face, which is at rest until it plays on.

    Raises:
        EmoteBotError: nothing is being recorded, or the face has gone.
    """
    if _session is None or _session.recording is None:
        raise EmoteBotError("Nothing is being recorded")
    recording, _session.recording = _session.recording, None
    face = _face_of(_thing(_session, scene), scene)
    rest()
    return face, recording


def has_come_round() -> bool:
    """Return whether the scene has begun again since the recording began."""
    return _session is not None and _session.recording is not None and _session.come_round


def rest() -> None:
    """Let every face stand as without a performance, until the next tick."""
    for thing in bpy.data.objects:
        if thing.type == "MESH" and thing.is_property_set("emotebot") and thing.emotebot.held_pose:
            _let_go(thing)
    if _session is not None:
        _session.stale = True


def request_stop() -> None:
    """Let the next tick be the last one."""
    if _session is not None:
        _session.stopping = True


def stop() -> None:
    """End the performance; every face stands as it did before, wherever it is by now."""
    forget()
    rest()


def forget() -> None:
    """End the performance without touching the face, as when its file is closed."""
    global _session
    _session = None
    while _timers:
        bpy.context.window_manager.event_timer_remove(_timers.pop())
    while _told_in:
        workspace = bpy.data.workspaces.get(_told_in.pop())
        if workspace is not None:
            with bpy.context.temp_override(workspace=workspace):
                workspace.status_text_set(None)
            _set_headers(workspace, None)
    for name, handler in _HANDLERS:
        listed = getattr(bpy.app.handlers, name)
        if handler in listed:
            listed.remove(handler)


def _hold(face: "Face", channels: tuple[str, ...]) -> None:
    """Have each mesh of a face remember how it stands now, as far as it will play."""
    from ..rig.pose import held_pose

    for obj, held in held_pose(face, channels).items():
        obj.emotebot.held_pose = held


def _let_go(thing: Object) -> None:
    """Give an object back how it stood; what animates it has the last word."""
    from ..rig.pose import restore_pose

    held, thing.emotebot.held_pose = thing.emotebot.held_pose, ""
    restore_pose(thing, held)


def _record(
    recording: "Recording", session: LiveState, scene: Scene, elapsed: float, playing: bool
) -> None:
    from .performing import rate_of

    if playing:
        thing = _thing(session, scene)
        frames = scene.frame_current_final - thing.emotebot.frame_start
        second = frames / rate_of(scene)
        session.come_round |= second < recording.end - 0.5 / rate_of(scene)
    else:
        second = recording.end + (elapsed if recording.seconds else 0.0)
    recording.add(second, session.live.weights)


def _thing(session: LiveState, scene: Scene) -> Object:
    for thing in scene.objects:
        if thing.session_uid == session.thing:
            return thing
    raise EmoteBotError("the character is not in the scene any more")


def _face_of(thing: Object, scene: Scene) -> "Face":
    from ..rig.face import find_face

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


def _step_aside(*_of_blender: Any) -> None:
    """The file is saved or stepped through: with poses that are no performance."""
    if _session is not None:
        rest()


def _on_load(*_of_blender: Any) -> None:
    """Another file is opened; the handlers go later, as this list of them is being gone through."""
    global _session
    _step_aside()
    _session = None


_HANDLERS = (
    ("undo_pre", _step_aside),
    ("redo_pre", _step_aside),
    ("undo_post", _on_step),
    ("redo_post", _on_step),
    ("frame_change_post", _on_frame),
    ("save_pre", _step_aside),
    ("load_pre", _on_load),
)
"""Lists of handlers and what is in them while a face is live, and only then."""
