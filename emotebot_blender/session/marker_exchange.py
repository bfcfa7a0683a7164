# SPDX-License-Identifier: GPL-3.0-or-later
"""Beats from markers of the timeline and markers from beats, whenever somebody asks for them.

Which marker became which beat is remembered, so that one that has been moved since is moved, not
doubled.
"""

from bpy.types import Scene, TimelineMarker

from ..core.errors import EmoteBotError
from ..core.messages import Message, with_more
from . import words
from .beat_editing import add, counted
from .beat_markers import agree, find_beat, follow_marker, frame_of, label_of
from .marker_matching import match, place_of, remember
from .runtime import paused_updates
from .sequence import BeatSettings, SequenceSettings, remove_beat
from .settings import scene_settings
from .timeline import frame_rate

_SAME_TIME = 1e-3
"""Seconds between starts that count as one."""


def from_markers(sequence: SequenceSettings, scene: Scene) -> Message:
    """Add a beat for each selected marker of a scene that names a feeling; return what was added.

    The beat that a marker became earlier follows it; one whose marker has gone stays, which is
    reported once.

    Raises:
        EmoteBotError: no marker is selected, one lies before the sequence, or none names a feeling.
    """
    selected = sorted((m for m in scene.timeline_markers if m.select), key=lambda m: m.frame)
    if not selected:
        raise EmoteBotError("Select markers in the timeline first")
    owner, links = sequence.id_data, scene_settings(scene).linked_markers
    matching = match(scene, is_asked_for=True)
    links_of = {marker: index for index, marker in matching.markers.items()}
    of_others = [m for m in selected if m in links_of and links[links_of[m]].owner != owner]
    readable = [
        m
        for m in selected
        if m not in of_others and words.problem_in(_words_in(m, sequence)) is None
    ]
    if not readable:
        words.feeling(selected[0].name, 1.0)  # raises what is wrong with it
        raise EmoteBotError("The selected markers are beats of another character")
    if readable[0].frame < sequence.frame_start:
        raise EmoteBotError(
            "The marker “{marker}” lies before the sequence, which begins on frame {frame}",
            marker=readable[0].name,
            frame=sequence.frame_start,
        )
    moved = replaced = 0
    for marker in readable:
        linked = links[links_of[marker]] if marker in links_of else None
        index = find_beat(owner, linked.beat) if linked else -1
        if linked and index >= 0:
            with paused_updates():
                moved += follow_marker(linked, marker, sequence.beats[index], scene)
            agree(linked, marker, sequence.beats[index])
        else:
            replaced += _take(marker, sequence, scene)
    left = _forget_missing(sequence, scene)
    remember(scene, match(scene))
    message = _describe_import(len(readable), moved, replaced, left)
    unknown = [m.name for m in selected if m not in readable and m not in of_others]
    if not unknown:
        return message
    return Message("{beats}; “{marker}” names no feeling", beats=message, marker=unknown[0])


def _describe_import(count: int, moved: int, replaced: int, left: list[str]) -> Message:
    """Return what became of beats, for people.

    Args:
        count: how many come from markers now.
        moved: how many of them followed a marker that was moved or renamed.
        replaced: how many gave way to others.
        left: words of those that have lost their markers.
    """
    message = Message("{beats} from markers", beats=counted(count))
    if moved:
        message = Message("{beats}, {count} moved or renamed", beats=message, count=moved)
    if replaced:
        message = Message("{beats}, {count} replaced", beats=message, count=replaced)
    if left:
        message = Message(
            "{beats}; still there without a marker: {left}",
            beats=message,
            left=with_more(Message("“{label}”", label=left[0]), len(left) - 1),
        )
    return message


def to_markers(sequence: SequenceSettings, scene: Scene) -> Message:
    """Set a marker for each beat that is not muted; one that it has already is moved and renamed.

    Returns:
        What was set.

    Raises:
        EmoteBotError: the words of a beat are none.
    """
    owner, links = sequence.id_data, scene_settings(scene).linked_markers
    beats = [beat for beat in sequence.beats if not beat.mute]
    for beat in beats:
        words.feeling(beat.words, beat.intensity)
    matching = match(scene)
    linked_to = {
        links[index].beat: index for index in matching.markers if links[index].owner == owner
    }
    others = {place_of(marker): marker for marker in matching.others}
    for beat in beats:
        frame, label = frame_of(owner, beat, scene), label_of(owner, beat)
        if beat.name in linked_to:
            index = linked_to[beat.name]
            marker = matching.markers[index]
            if not sequence.markers:  # else it is where it is to be
                marker.frame, marker.name = frame, label
            agree(links[index], marker, beat)
        else:
            marker = others.get((frame, label)) or scene.timeline_markers.new(label, frame=frame)
            _remember_link(marker, beat, scene)
    remember(scene, match(scene))
    return Message("Markers for {beats}", beats=counted(len(beats)))


def _words_in(marker: TimelineMarker, sequence: SequenceSettings) -> str:
    return marker.name.removesuffix(f" ({sequence.id_data.name})")


def _take(marker: TimelineMarker, sequence: SequenceSettings, scene: Scene) -> int:
    """Add the beat of a marker, in the place of any that starts there; return how many did."""
    second = (marker.frame - sequence.frame_start) / frame_rate(scene)
    there = [
        index for index, beat in enumerate(sequence.beats) if abs(beat.start - second) < _SAME_TIME
    ]
    with paused_updates():
        for index in reversed(there):
            remove_beat(sequence, index)
    _remember_link(marker, add(sequence, _words_in(marker, sequence), 1.0, second), scene)
    return len(there)


def _forget_missing(sequence: SequenceSettings, scene: Scene) -> list[str]:
    """Forget the links of a sequence whose markers have gone; return the words of their beats."""
    owner, links = sequence.id_data, scene_settings(scene).linked_markers
    matching = match(scene)
    left = []
    for index in reversed(range(len(links))):
        beat = find_beat(owner, links[index].beat) if links[index].owner == owner else -1
        if beat >= 0 and index not in matching.markers and index not in matching.with_cameras:
            left.append(sequence.beats[beat].words)
            links.remove(index)
    return left[::-1]


def _remember_link(marker: TimelineMarker, beat: BeatSettings, scene: Scene) -> None:
    """Have a scene remember that a marker, which stays the artist's, is a beat's."""
    linked = scene_settings(scene).linked_markers.add()
    linked.owner, linked.beat = beat.id_data, beat.name
    agree(linked, marker, beat)
