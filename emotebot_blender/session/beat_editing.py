# SPDX-License-Identifier: GPL-3.0-or-later
"""How the beats of a sequence are edited; none of it performs them."""

import math
from typing import TYPE_CHECKING

import bpy

from ..core.errors import EmoteBotError
from . import words
from .performing import make_room as lengthen
from .performing import order, paused_updates, rate_of, script_of
from .sequence import LONGEST, BeatSettings, SequenceSettings, add_beat, drop
from .translation import told

if TYPE_CHECKING:
    from bpy.types import Scene

LONGEST_NAME = 63
"""Bytes of a name in Blender."""

_COPIED = (
    "words",
    "intensity",
    "has_transition",
    "transition",
    "has_hold",
    "hold",
    "has_take",
    "take",
    "mute",
)


def add(
    sequence: SequenceSettings,
    said: str,
    intensity: float,
    start: float,
    transition: float = 0.0,
    take: int = -1,
) -> BeatSettings:
    """Add a beat and make it the active one.

    Args:
        sequence: of a character.
        said: its words.
        intensity: what their intensity is scaled by.
        start: second of the sequence.
        transition: seconds; 0 for the natural time.
        take: -1 for one of the character's own.

    Raises:
        EmoteBotError: the words are none, or a time makes no sense.
    """
    words.feeling(said, intensity)
    for second in (start, transition):
        if not 0 <= second <= LONGEST:
            raise EmoteBotError(
                "A time of a beat is from 0 to {longest:g} s, not {second:g}",
                longest=LONGEST,
                second=second,
            )
    with paused_updates():
        added = add_beat(sequence)
        added.words, added.intensity, added.start = said, intensity, start
        if transition > 0:
            added.has_transition, added.transition = True, transition
        if take >= 0:
            added.has_take, added.take = True, take
    sequence.active = len(sequence.beats) - 1
    return added


def remove(sequence: SequenceSettings, place: int) -> str:
    """Drop a beat, make its neighbour in time the active one, and return its words."""
    said = sequence.beats[place].words
    in_time = order(sequence)
    rank = in_time.index(place)
    neighbours = in_time[rank + 1 : rank + 2] or in_time[max(rank - 1, 0) : rank]
    count = len(sequence.beats)
    with paused_updates():
        drop(sequence, place)
    if neighbours:
        is_gone = len(sequence.beats) < count
        sequence.active = neighbours[0] - (is_gone and neighbours[0] > place)
    return said


def duplicate(sequence: SequenceSettings, place: int) -> BeatSettings:
    """Add a copy of a beat where that one has played out, or half-way to the next one."""
    in_time = order(sequence)
    rank = in_time.index(place)
    start = end_of(sequence.beats[place])
    if rank + 1 < len(in_time):
        following = sequence.beats[in_time[rank + 1]].start
        start = min(start, (sequence.beats[place].start + following) / 2)
    with paused_updates():
        added = add_beat(sequence)
        copied = sequence.beats[place]  # adding may have moved it
        for name in _COPIED:
            setattr(added, name, getattr(copied, name))
        added.start = start
    sequence.active = len(sequence.beats) - 1
    return added


def move(sequence: SequenceSettings, place: int, steps: int) -> BeatSettings:
    """Let a beat change places in time with the one before it (-1) or after it (1).

    Raises:
        EmoteBotError: there is none.
    """
    in_time = order(sequence)
    rank = in_time.index(place) + steps
    if not 0 <= rank < len(in_time):
        raise EmoteBotError("There is no beat to change places with")
    moved, other = sequence.beats[place], sequence.beats[in_time[rank]]
    with paused_updates():
        moved.start, other.start = other.start, moved.start
    sequence.active = place
    return moved


def starts(sequence: SequenceSettings) -> list[float]:
    """Return the starts of all beats, in the order of the list."""
    return [beat.start for beat in sequence.beats]


def slide(
    sequence: SequenceSettings, place: int, before: list[float], offset: float, following: bool
) -> None:
    """Set a beat off from where it was by some seconds, and the later ones if they are to follow.

    Args:
        sequence: of a character.
        place: of the beat.
        before: what ``starts`` gave before the first slide.
        offset: seconds; the beat never goes before second 0.
        following: whether all later beats move along.

    Raises:
        EmoteBotError: the offset is no number.
    """
    if not math.isfinite(offset):
        raise EmoteBotError("A beat slides by a number of seconds, not {offset:g}", offset=offset)
    offset = max(offset, -before[place])
    with paused_updates():
        for each, start in enumerate(before):
            if each == place or (following and start > before[place]):
                sequence.beats[each].start = start + offset
    sequence.active = place


def end_of(said: BeatSettings) -> float:
    """Return the second at which the timeline counts a beat as played out."""
    from ..core.script.beats import DEFAULT_HOLD, NATURAL_TRANSITION

    transition = said.transition if said.has_transition else NATURAL_TRANSITION
    return said.start + transition + (said.hold if said.has_hold else DEFAULT_HOLD)


def make_room(sequence: SequenceSettings, scene: "Scene") -> None:
    """Lengthen the scene so that it holds the sequence."""
    last = max((end_of(beat) for beat in sequence.beats), default=0.0)
    lengthen(scene, sequence.frame_start + last * rate_of(scene))


def counted(number: int) -> str:
    """Return a number of beats, as people say it."""
    return "1 beat" if number == 1 else f"{number} beats"


def with_muted(sequence: SequenceSettings, said: str) -> str:
    """Return a report on a sequence that was written, with the muted beats that were left out."""
    muted = sum(beat.mute for beat in sequence.beats)
    return told(f"{said}; left out as muted: {counted(muted)}") if muted else said


def label(said: BeatSettings) -> str:
    """Return words that say a beat's feeling with its intensity, such as "happy 80%"."""
    return words.with_intensity(said.words, said.intensity)


def from_markers(sequence: SequenceSettings, scene: "Scene") -> tuple[int, tuple[str, ...]]:
    """Add a beat for each selected marker of a scene that names a feeling.

    Returns:
        The number of beats, and the names of the markers that name no feeling.

    Raises:
        EmoteBotError: no marker is selected, one lies before the sequence, or none names a feeling.
    """
    chosen = sorted((m for m in scene.timeline_markers if m.select), key=lambda m: m.frame)
    if not chosen:
        raise EmoteBotError("Select markers in the timeline first")
    known = [marker for marker in chosen if not words.fault_in(marker.name)]
    if not known:
        raise EmoteBotError(words.fault_in(chosen[0].name))
    if known[0].frame < sequence.frame_start:
        raise EmoteBotError(
            "The marker “{known}” lies before the sequence, which begins on frame {frame_start}",
            known=known[0].name,
            frame_start=sequence.frame_start,
        )
    seconds = [(marker.frame - sequence.frame_start) / rate_of(scene) for marker in known]
    with paused_updates():
        for place in reversed(range(len(sequence.beats))):
            if any(abs(sequence.beats[place].start - second) < 1e-3 for second in seconds):
                drop(sequence, place)
    for marker, second in zip(known, seconds, strict=True):
        add(sequence, marker.name, 1.0, second)
    left = tuple(marker.name for marker in chosen if marker not in known)
    return len(known), left


def to_markers(sequence: SequenceSettings, scene: "Scene") -> int:
    """Set a marker for each beat that is not muted, in place of one of the same name there.

    Returns:
        The number of markers.
    """
    beats = [beat for beat in sequence.beats if not beat.mute]
    for beat in beats:
        frame = round(sequence.frame_start + beat.start * rate_of(scene))
        name = label(beat).encode()[:LONGEST_NAME].decode(errors="ignore")
        for marker in [m for m in scene.timeline_markers if (m.frame, m.name) == (frame, name)]:
            scene.timeline_markers.remove(marker)
        scene.timeline_markers.new(name, frame=frame)
    return len(beats)


def to_text(sequence: SequenceSettings, name: str) -> bpy.types.Text:
    """Write a sequence into the text data-block of a name, as that name ends, and return it.

    Raises:
        EmoteBotError: a beat has a fault, or the format cannot hold it, or the text is linked.
    """
    from ..core.script.script_files import write_text_as

    if len(name.encode()) > LONGEST_NAME:
        raise EmoteBotError("“{name}” is too long for the name of a text", name=name)
    content = write_text_as(name, script_of(sequence), words.lexicon())
    text = bpy.data.texts.get(name) or bpy.data.texts.new(name)
    if not text.is_editable:
        raise EmoteBotError("The text “{text}” is linked and cannot be changed", text=text.name)
    text.from_string(content)
    return text
