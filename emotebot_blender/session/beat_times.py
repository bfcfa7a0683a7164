# SPDX-License-Identifier: GPL-3.0-or-later
"""Times of a beat that its settings leave open, and all of them counted in frames.

A beat is the ``BeatSettings`` of a sequence, which build upon this.
"""

from typing import TYPE_CHECKING, Any

from ..core.errors import EmoteBotError
from . import words
from .beat_order import PerformedOrder, performed_order
from .runtime import runtime
from .timeline import frame_rate

if TYPE_CHECKING:
    from bpy.types import Object

    from ..core.emotions import Feeling


def natural_transition(beat: Any) -> float:
    """Return the seconds of the way into a beat where it has no time of its own.

    Those of the performance, once there has been one; before, the median of the feeling. Half a
    second where the words are none.
    """
    from ..core.emotions import NEUTRAL, Feeling
    from ..core.performance.transition_times import median_transition
    from ..core.script.beats import NATURAL_TRANSITION

    performed = performed_transition(beat)
    if performed is not None:
        return performed
    try:
        feeling = words.feeling(beat.words, beat.intensity)
        return median_transition(_feeling_before(beat) or Feeling(NEUTRAL, 0.0), feeling)
    except EmoteBotError:
        return NATURAL_TRANSITION


def performed_transition(beat: Any) -> float | None:
    """Return the natural seconds into a beat of the last performance, None where there is none.

    Files do not keep them: once one is opened, its sequence is to be performed first.
    """
    performer = runtime().performers.get(beat.id_data.session_uid)
    if performer is None:
        return None
    try:
        return performer.transition_at(beat.start, words.feeling(beat.words, beat.intensity))
    except EmoteBotError:
        return None


def natural_hold(beat: Any) -> float:
    """Return the seconds that a beat stays where it has no hold of its own.

    It stays until the next one starts; the last one as long as the timeline allows for it.
    """
    from ..core.script.beats import DEFAULT_HOLD

    following = beat_after(beat)
    if following is None:
        return DEFAULT_HOLD
    return max(following.start - arrival_of(beat), 0.0)


def beat_after(beat: Any) -> Any:
    """Return the next beat that is performed, None after the last one."""
    order = performed_order(beat.id_data)
    return _beat_at(beat, order, order.after(beat.start))


def beat_before(beat: Any) -> Any:
    """Return the last beat that is performed before a beat, None before the first one."""
    order = performed_order(beat.id_data)
    return _beat_at(beat, order, order.before(beat.start))


def is_cut_short(beat: Any, order: PerformedOrder | None = None) -> bool:
    """Return whether the next beat starts, by more than a frame, before a beat has arrived.

    Args:
        beat: of a sequence.
        order: of that sequence, for those who ask of many beats.
    """
    order = order or performed_order(beat.id_data)
    following = None if beat.mute else order.after(beat.start)
    if following is None:
        return False
    return bool(order.starts[following] < arrival_of(beat) - 1 / rate_of(beat.id_data))


def arrival_of(beat: Any) -> float:
    """Return the second of the sequence at which a beat's feeling is there."""
    return float(beat.start + transition_of(beat))


def transition_of(beat: Any) -> float:
    """Return the seconds of the way into a beat, its own or the natural ones."""
    return beat.transition if beat.has_transition else natural_transition(beat)


def rate_of(owner: "Object") -> float:
    """Return the frames a second of the scene that an object is in; 24 where it is in none."""
    scene = next(iter(owner.users_scene), None)
    return frame_rate(scene) if scene else 24.0


def frame_of(beat: Any, second: float) -> float:
    """Return the frame of the scene on which a second of a beat's sequence lies."""
    owner = beat.id_data
    return float(owner.emotebot.frame_start + second * rate_of(owner))


def second_of(beat: Any, frame: float) -> float:
    """Return the second of a beat's sequence that lies on a frame of the scene, 0 at least."""
    owner = beat.id_data
    return max((frame - owner.emotebot.frame_start) / rate_of(owner), 0.0)


def _feeling_before(beat: Any) -> "Feeling | None":
    """Return what a sequence feels when a beat starts, or None before its first beat."""
    previous = beat_before(beat)
    if previous is None:
        return None
    return words.feeling(previous.words, previous.intensity)


def _beat_at(beat: Any, order: PerformedOrder, place: int | None) -> Any:
    """Return the beat at a place in the order of a beat's sequence, None for no place."""
    return None if place is None else beat.id_data.emotebot.beats[int(order.indices[place])]
