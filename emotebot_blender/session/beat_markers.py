# SPDX-License-Identifier: GPL-3.0-or-later
"""Beats shown as markers in the timeline, linked both ways.

A marker that is moved, renamed or deleted moves, renames or removes its beat, and the other way
round; what was removed with its marker is reported, as whoever tidies up the timeline may not
think of beats. Blender tells nobody of markers: they are compared with what was agreed on last
whenever an editor of time is drawn, something is evaluated, a frame is gone to, an operator begins
or ends, and before the file is saved. After an undo or a redo, what the scene says of its markers
and beats counts: beats may be those of another step.
"""

import json
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

import bpy
from bpy.types import Object, Scene, TimelineMarker

from ..core.errors import EmoteBotError
from ..core.messages import Message, with_more
from . import words
from .events import SequenceEdited, StepTaken
from .marker_matching import Matching, label_that_fits, match, remember
from .runtime import paused_updates, runtime
from .sequence import BeatSettings, remove_beat
from .sequence_script import beat_settings
from .settings import LinkedMarker, scene_settings
from .timeline import frame_rate

if TYPE_CHECKING:
    from ..core.lexicon.lexicon import Lexicon


def follow_edit(event: SequenceEdited) -> None:
    """Have markers follow a sequence that was edited."""
    if not runtime().pauses:
        for scene in event.owner.users_scene:
            link(scene)


def follow_changes(_event: object = None) -> None:
    """Have beats follow markers, and markers beats, in every scene where that is wished."""
    for scene in bpy.data.scenes:
        link(scene)


def follow_frame(_event: object = None) -> None:
    """Do the same where there are linked markers already and something of them has changed."""
    for scene in bpy.data.scenes:
        if len(scene_settings(scene).linked_markers):
            agreed = runtime().agreed.get(scene.session_uid)
            if agreed is None or agreed != _signature(scene):
                link(scene)


def follow_step(_event: StepTaken) -> None:
    """Do the same after an undo or a redo."""
    runtime().markers.clear()
    runtime().agreed.clear()
    for scene in bpy.data.scenes:
        link(scene, is_step=True)


def link(scene: Scene, is_step: bool = False) -> None:
    """Have beats and markers of a scene say the same, as far as sequences show theirs.

    Args:
        scene: whose markers.
        is_step: whether beats may be of another step than the markers.
    """
    running, settings = runtime(), scene_settings(scene)
    if running.is_linking or scene.library is not None or bpy.app.is_job_running("RENDER"):
        return
    owners = _showing(scene)
    if not (owners or len(settings.linked_markers)):
        return
    running.is_linking = True
    try:
        with paused_updates():
            edited = _link(scene, owners, is_step)
    finally:
        running.is_linking = False
    signature = _signature(scene)
    if running.agreed.get(scene.session_uid) != signature:
        running.agreed[scene.session_uid] = signature
        _redraw()
    for owner in edited:
        running.events.emit(SequenceEdited(owner, scene))


def label_of(
    owner: Object,
    beat: BeatSettings,
    is_one_of_many: bool = False,
    reader: "Lexicon | None" = None,
) -> str:
    """Return what the marker of a beat is called.

    Args:
        owner: the object that stores the sequence.
        beat: of it.
        is_one_of_many: whether several characters of a scene show their beats.
        reader: the words that are known, for those who label many beats.
    """
    try:
        label = words.with_intensity(beat.words, beat.intensity, reader)
    except EmoteBotError:
        label = beat.words
    return label_that_fits(f"{label} ({owner.name})" if is_one_of_many else label)


def frame_of(owner: Object, beat: BeatSettings, scene: Scene) -> int:
    """Return the frame of a scene that is nearest to the start of a beat."""
    return round(owner.emotebot.frame_start + beat.start * frame_rate(scene))


def find_beat(owner: Object, name: str) -> int:
    """Return the index of the beat of a name, -1 where there is none."""
    return owner.emotebot.beats.find(name)


def agree(linked: LinkedMarker, marker: TimelineMarker, beat: BeatSettings) -> None:
    """Have what is remembered of a marker be as marker and beat are now."""
    now = {
        "frame": marker.frame,
        "label": marker.name,
        "settings": json.dumps(beat_settings(beat)),
    }
    for name, value in now.items():
        if getattr(linked, name) != value:
            setattr(linked, name, value)


def follow_marker(
    linked: LinkedMarker, marker: TimelineMarker, beat: BeatSettings, scene: Scene
) -> bool:
    """Have a beat start where its marker was moved to, and feel what that was renamed to.

    Args:
        linked: what was agreed on.
        marker: as it is.
        beat: of it.
        scene: of the marker.

    Returns:
        Whether there was anything to follow.
    """
    owner = linked.owner
    if marker.frame != linked.frame:
        frames = marker.frame - owner.emotebot.frame_start
        beat.start = max(frames / frame_rate(scene), 0.0)
    if marker.name != linked.label:
        beat.words = marker.name.removesuffix(f" ({owner.name})")
        beat.intensity = 1.0
    return (marker.frame, marker.name) != (linked.frame, linked.label)


def _signature(scene: Scene) -> Hashable:
    """Return what tells whether markers or beats of a scene have changed, but for their times."""
    markers = [(marker.frame, marker.name, marker.camera) for marker in scene.timeline_markers]
    beats = [
        (owner, owner.emotebot.frame_start, beat.name, beat.start, beat.words, beat.intensity)
        for owner in _showing(scene)
        for beat in owner.emotebot.beats
        if not beat.mute
    ]
    return frame_rate(scene), tuple(markers), tuple(beats)


def _redraw() -> None:
    """Have Blender draw again what shows markers and beats, as it does not know of them."""
    for manager in bpy.data.window_managers:
        for window in manager.windows:
            for area in window.screen.areas:
                area.tag_redraw()


def _showing(scene: Scene) -> list[Object]:
    """Return the objects of a scene that show their beats; of those that share a mesh, one."""
    owners: dict[Any, Object] = {}
    for obj in scene.objects:
        if obj.is_property_set("emotebot") and obj.emotebot.markers and obj.is_editable:
            owners.setdefault(obj.data or obj, obj)
    return list(owners.values())


def _link(scene: Scene, owners: list[Object], is_step: bool) -> list[Object]:
    """Have beats and markers say the same; return the objects whose beats were changed."""
    matching = match(scene)
    edited: dict[Object, None] = {}
    removed: dict[Object, list[str]] = {}
    gone: list[int] = []
    links = scene_settings(scene).linked_markers
    for index, linked in enumerate(links):
        owner = linked.owner
        if owner is None or owner.name not in scene.objects:
            gone.append(index)
        elif owner in owners:
            if is_step and index in matching.markers and _restore(linked):
                edited[owner] = None
            label = linked.label
            if _follow(index, linked, matching, scene):
                edited[owner] = None
                if index not in matching.markers:
                    removed.setdefault(owner, []).append(label)
            if index not in matching.markers or _is_silent(linked):
                gone.append(index)
        elif linked.is_own or find_beat(owner, linked.beat) < 0:
            gone.append(index)  # its sequence shows its beats no more
    _forget(scene, gone, matching)
    _show(scene, owners, matching)
    remember(scene, matching)
    for owner, labels in removed.items():
        _report_removed(owner, labels)
    return list(edited)


def _report_removed(owner: Object, labels: list[str]) -> None:
    """Have the panel and the next report say which beats went with their markers."""
    runtime().unreported[owner.session_uid] = Message(
        "Taken out with the marker: {beats} (Undo brings it back)",
        beats=with_more(Message("“{label}”", label=labels[0]), len(labels) - 1),
    )


def _follow(index: int, linked: LinkedMarker, matching: Matching, scene: Scene) -> bool:
    """Have the beat of a marker follow it; return whether it was changed."""
    sequence = linked.owner.emotebot
    beat_index = find_beat(linked.owner, linked.beat)
    if beat_index < 0 or index in matching.with_cameras:
        return False
    beat = sequence.beats[beat_index]
    marker = matching.markers.get(index)
    if marker is not None:
        return follow_marker(linked, marker, beat, scene)
    if beat.mute:
        return False
    remove_beat(sequence, beat_index)
    return True


def _restore(linked: LinkedMarker) -> bool:
    """Have a beat be as it was when its marker was as the scene says; return whether it was not."""
    index = find_beat(linked.owner, linked.beat)
    beats = linked.owner.emotebot.beats
    kept = json.loads(linked.settings)  # of an older EmoteBot it lacks what came later
    if index >= 0 and kept.items() <= beat_settings(beats[index]).items():
        return False
    if index >= 0:
        beat = beats[index]
    else:
        beat = beats.add()
        beat.name = linked.beat
    for name, value in kept.items():
        setattr(beat, name, value)
    return True


def _is_silent(linked: LinkedMarker) -> bool:
    """Return whether a beat has gone or is muted."""
    index = find_beat(linked.owner, linked.beat)
    return index < 0 or bool(linked.owner.emotebot.beats[index].mute)


def _forget(scene: Scene, gone: Iterable[int], matching: Matching) -> None:
    """Forget links of a scene, and remove those of their markers that EmoteBot has set."""
    links = scene_settings(scene).linked_markers
    for index in sorted(gone, reverse=True):
        marker = matching.markers.pop(index, None)
        if marker is not None:
            if links[index].is_own:
                scene.timeline_markers.remove(marker)
            else:
                matching.others.append(marker)
        links.remove(index)
        matching.markers = {
            other - (other > index): marker for other, marker in matching.markers.items()
        }


def _show(scene: Scene, owners: list[Object], matching: Matching) -> None:
    """Have each beat that is to be shown have a marker where it starts, called as it feels."""
    links = scene_settings(scene).linked_markers
    try:
        reader = words.lexicon()
    except EmoteBotError:
        reader = None  # a list has a fault, which the panel shows: beats keep their own words
    known = {(one.owner, one.beat): index for index, one in enumerate(links)}
    for owner in owners:
        for beat in owner.emotebot.beats:
            if beat.mute or not beat.name:
                continue
            index = known.get((owner, beat.name), -1)
            place = frame_of(owner, beat, scene), label_of(owner, beat, len(owners) > 1, reader)
            if index < 0:
                index = len(links)
                linked = links.add()
                linked.owner, linked.beat, linked.is_own = owner, beat.name, True
                marker = scene.timeline_markers.new(place[1], frame=place[0])
                marker.select = False
                matching.markers[index] = marker
            _place(matching.markers[index], place)
            agree(links[index], matching.markers[index], beat)


def _place(marker: TimelineMarker, place: tuple[int, str]) -> None:
    if marker.frame != place[0]:
        marker.frame = place[0]
    if marker.name != place[1]:
        marker.name = place[1]
