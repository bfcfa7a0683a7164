# SPDX-License-Identifier: GPL-3.0-or-later
"""How the beats of a sequence are edited; none of it performs them."""

import math

import bpy

from ..core.errors import EmoteBotError
from ..core.messages import Message
from . import words
from .beat_times import frame_of
from .marker_matching import LONGEST_NAME
from .runtime import paused_updates
from .sequence import (
    LONGEST,
    BeatSettings,
    SequenceSettings,
    add_beat,
    beats_in_order,
    remove_beat,
)
from .sequence_script import script_of
from .timeline import end_of, frame_rate

_COPIED = (
    "words",
    "intensity",
    "has_transition",
    "transition",
    "has_hold",
    "hold",
    "has_take",
    "take",
    "has_liveliness",
    "liveliness",
    "recording",
    "mute",
)


def add(
    sequence: SequenceSettings,
    feeling_words: str,
    intensity: float,
    start: float,
    transition: float = 0.0,
    take: int = -1,
) -> BeatSettings:
    """Add a beat and make it the active one.

    Args:
        sequence: of a face.
        feeling_words: that name its feeling.
        intensity: what their intensity is scaled by.
        start: second of the sequence.
        transition: seconds; 0 for the natural time.
        take: -1 for one of the character's own.

    Raises:
        EmoteBotError: the words are none, or a time makes no sense.
    """
    words.feeling(feeling_words, intensity)
    for second in (start, transition):
        if not 0 <= second <= LONGEST:
            raise EmoteBotError(
                "A time of a beat is from 0 to {longest:g} s, not {second:g}",
                longest=LONGEST,
                second=second,
            )
    with paused_updates():
        added = add_beat(sequence)
        added.words, added.intensity, added.start = feeling_words, intensity, start
        if transition > 0:
            added.has_transition, added.transition = True, transition
        if take >= 0:
            added.has_take, added.take = True, take
    sequence.active = len(sequence.beats) - 1
    return added


def add_recording(
    sequence: SequenceSettings, path: str, frame: int, scene: bpy.types.Scene
) -> BeatSettings:
    """Add a beat that is a recorded face, neutral once it has played; make it the active one.

    Args:
        sequence: of a face.
        path: of the recording.
        frame: on which it starts.
        scene: gives the frames a second.

    Raises:
        EmoteBotError: the frame lies before the sequence.
    """
    second = (frame - sequence.frame_start) / frame_rate(scene)
    added = add(sequence, "neutral", 1.0, second)
    with paused_updates():
        added.recording = path
    return added


def remove(sequence: SequenceSettings, index: int) -> Message:
    """Remove a beat, make its neighbour in time the active one, and return what has happened."""
    removed = sequence.beats[index].words
    in_order = beats_in_order(sequence)
    rank = in_order.index(index)
    neighbours = in_order[rank + 1 : rank + 2] or in_order[max(rank - 1, 0) : rank]
    count = len(sequence.beats)
    with paused_updates():
        remove_beat(sequence, index)
    is_gone = len(sequence.beats) < count
    if neighbours:
        sequence.active = neighbours[0] - (is_gone and neighbours[0] > index)
    if is_gone:
        return Message("“{words}” removed", words=removed)
    return Message("“{words}” muted, as it comes from the library", words=removed)


def duplicate(sequence: SequenceSettings, index: int) -> BeatSettings:
    """Add a copy of a beat where that one has played out, or half-way to the next one."""
    in_order = beats_in_order(sequence)
    rank = in_order.index(index)
    start = end_of(sequence.beats[index])
    if rank + 1 < len(in_order):
        following = sequence.beats[in_order[rank + 1]].start
        start = min(start, (sequence.beats[index].start + following) / 2)
    with paused_updates():
        added = add_beat(sequence)
        copied = sequence.beats[index]  # adding may have moved it
        for name in _COPIED:
            setattr(added, name, getattr(copied, name))
        added.start = start
    sequence.active = len(sequence.beats) - 1
    return added


def move(sequence: SequenceSettings, index: int, steps: int) -> BeatSettings:
    """Let a beat change places in time with another one.

    Args:
        sequence: of the beat.
        index: of the beat.
        steps: -1 for the beat before it in time, 1 for the one after it.

    Raises:
        EmoteBotError: there is none.
    """
    in_order = beats_in_order(sequence)
    rank = in_order.index(index) + steps
    if not 0 <= rank < len(in_order):
        raise EmoteBotError("There is no beat to change places with")
    moved, other = sequence.beats[index], sequence.beats[in_order[rank]]
    with paused_updates():
        moved.start, other.start = other.start, moved.start
    sequence.active = index
    return moved


def starts(sequence: SequenceSettings) -> list[float]:
    """Return the starts of all beats, in the order of the list."""
    return [beat.start for beat in sequence.beats]


def slide(
    sequence: SequenceSettings, index: int, previous: list[float], offset: float, following: bool
) -> None:
    """Set a beat off from where it was by some seconds, and the later ones if they are to follow.

    Args:
        sequence: of a face.
        index: of the beat.
        previous: what ``starts`` gave before the first slide.
        offset: seconds; the beat never goes before second 0.
        following: whether all later beats move along.

    Raises:
        EmoteBotError: the offset is no number.
    """
    if not math.isfinite(offset):
        raise EmoteBotError("A beat slides by a number of seconds, not {offset:g}", offset=offset)
    offset = max(offset, -previous[index])
    with paused_updates():
        for other, start in enumerate(previous):
            if other == index or (following and start > previous[index]):
                sequence.beats[other].start = start + offset
    sequence.active = index


def counted(count: int) -> Message:
    """Return a number of beats, for people."""
    return Message("1 beat") if count == 1 else Message("{count} beats", count=count)


def with_muted(sequence: SequenceSettings, written: Message) -> Message:
    """Return a report on a sequence that was written, with the muted beats that were left out."""
    muted = sum(beat.mute for beat in sequence.beats)
    if not muted:
        return written
    return Message("{written}; left out as muted: {beats}", written=written, beats=counted(muted))


def read_from(sequence: SequenceSettings, source: str) -> Message:
    """Return how many beats a sequence has been given by a text or a file of that name."""
    return Message("{beats} from “{source}”", beats=counted(len(sequence.beats)), source=source)


def at_time(beat: BeatSettings, unit: str) -> Message:
    """Return which beat is where, for people.

    Args:
        beat: of a sequence.
        unit: that times are given in, one of ``settings.TIME_UNITS``.
    """
    if unit == "FRAMES":
        frame = round(frame_of(beat, beat.start), 2)
        return Message("“{words}” at frame {frame:.8g}", words=beat.words, frame=frame)
    return Message("“{words}” at {seconds:.2f} s", words=beat.words, seconds=beat.start)


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
