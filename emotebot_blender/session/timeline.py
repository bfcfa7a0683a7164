# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the seconds of a sequence lie among the frames of a scene.

Beats are ``BeatSettings``, sequences ``SequenceSettings``, which build upon this.
"""

from typing import Any

from bpy.types import Scene

from ..core.errors import EmoteBotError
from ..core.messages import Message


def frame_rate(scene: Scene) -> float:
    """Return a scene's frames a second."""
    return scene.render.fps / scene.render.fps_base


def playhead(sequence: Any, scene: Scene) -> float:
    """Return the second of a sequence at which the playhead stands.

    Raises:
        EmoteBotError: that is before its second 0.
    """
    second = (scene.frame_current_final - sequence.frame_start) / frame_rate(scene)
    if second < 0:
        raise EmoteBotError(
            "The playhead stands before the sequence, which begins on frame {frame}",
            frame=sequence.frame_start,
        )
    return second


def end_of(beat: Any) -> float:
    """Return the second at which the timeline counts a beat as played out."""
    from ..core.script.beats import DEFAULT_HOLD, NATURAL_TRANSITION

    transition = beat.transition if beat.has_transition else NATURAL_TRANSITION
    return beat.start + transition + (beat.hold if beat.has_hold else DEFAULT_HOLD)


def extend_scene(scene: Scene, frame: float) -> bool:
    """Lengthen a scene so that it shows a frame of the animation, as far as Blender counts.

    Returns:
        Whether it ended before that.
    """
    from ..animation.keyframes import LAST_FRAME

    stretched = frame * scene.render.frame_map_new / scene.render.frame_map_old
    end = int(min(stretched, LAST_FRAME))
    if end <= scene.frame_end:
        return False
    scene.frame_end = end
    return True


def extend_to_beats(scene: Scene, sequence: Any) -> bool:
    """Lengthen a scene so that it holds every beat of a sequence; return whether it did not."""
    last = max((end_of(beat) for beat in sequence.beats), default=0.0)
    return extend_scene(scene, sequence.frame_start + last * frame_rate(scene))


def describe_end(scene: Scene) -> Message:
    """Return where a scene that was lengthened ends, for people."""
    return Message("The scene ends on frame {frame} now", frame=scene.frame_end)
