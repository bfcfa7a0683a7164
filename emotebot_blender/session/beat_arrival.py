# SPDX-License-Identifier: GPL-3.0-or-later
"""Beats that arrive at the playhead: where they start for that, and the sentence that says so."""

from bpy.types import Scene

from ..core.errors import EmoteBotError
from ..core.messages import Message
from . import beat_editing
from .beat_times import (
    arrival_of,
    beat_after,
    beat_before,
    frame_of,
    is_cut_short,
    transition_of,
)
from .performing import find_natural_times
from .runtime import paused_updates
from .sequence import BeatSettings, SequenceSettings
from .timeline import frame_rate

_ROUNDS = 2
"""How often a start is put right: the way into a feeling hardly changes with where it begins."""


def add_arriving(
    sequence: SequenceSettings,
    scene: Scene,
    feeling_words: str,
    intensity: float,
    second: float,
    transition: float = 0.0,
    take: int = -1,
) -> BeatSettings:
    """Add a beat whose feeling is there at a second, and make it the active one.

    It starts its natural transition earlier, but not before the sequence begins nor before the
    beat that starts last until then; where that one leaves it less time, it takes no more.

    Args:
        sequence: of a face.
        scene: where it is played.
        feeling_words: that name its feeling.
        intensity: what their intensity is scaled by.
        second: of the sequence, from 0.
        transition: seconds; 0 for the natural time.
        take: -1 for one of the character's own.

    Raises:
        EmoteBotError: the words are none, or a time makes no sense.
    """
    frame = 1 / frame_rate(scene)
    earlier = [beat.start for beat in sequence.beats if not beat.mute and beat.start < second]
    added = beat_editing.add(sequence, feeling_words, intensity, second, transition, take)
    for _ in range(_ROUNDS):
        with paused_updates():
            added.start = max(second - transition_of(added), 0.0)
        if added.has_transition or not _has_natural_times(sequence, scene):
            break
    with paused_updates():
        if earlier and added.start < max(earlier) + frame:
            added.start = max(min(max(earlier) + frame, second - frame), 0.0)
            added.has_transition, added.transition = True, second - added.start
    return added


def describe_arrival(beat: BeatSettings) -> Message:
    """Return when a beat arrives and when it starts, for people, in frames of the scene."""
    return Message(
        "“{words}” arrives at frame {arrival:.8g}, starts at {start:.8g}",
        words=beat.words,
        arrival=round(frame_of(beat, arrival_of(beat)), 2),
        start=round(frame_of(beat, beat.start), 2),
    )


def describe_cut_short(beat: BeatSettings, unit: str) -> Message | None:
    """Return which of a beat and its neighbours is to start later, a sentence; None for none.

    Args:
        beat: of a sequence.
        unit: that times are given in, one of ``settings.TIME_UNITS``.
    """
    earlier = next((one for one in (beat_before(beat), beat) if one and is_cut_short(one)), None)
    if earlier is None:
        return None
    time = Message("{seconds:.2f} s", seconds=arrival_of(earlier))
    if unit == "FRAMES":
        time = Message("frame {frame:.0f}", frame=frame_of(earlier, arrival_of(earlier)))
    return Message(
        "Move “{later}” to {time} or later: “{earlier}” has no time to arrive",
        later=beat_after(earlier).words,
        time=time,
        earlier=earlier.words,
    )


def _has_natural_times(sequence: SequenceSettings, scene: Scene) -> bool:
    """Find out natural times and return whether that was possible; else medians have to do."""
    try:
        find_natural_times(sequence, scene)
    except EmoteBotError:
        return False  # a beat has a fault, which performing the sequence reports
    return True
