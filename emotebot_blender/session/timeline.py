# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the seconds of a sequence lie among the frames of a scene.

Beats are ``BeatSettings``, sequences ``SequenceSettings``, which build upon this.
"""

from typing import Any

from bpy.types import Scene

from ..core.errors import EmoteBotError


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


def extend_scene(scene: Scene, frame: float) -> None:
    """Lengthen a scene so that it reaches a frame, as far as Blender counts."""
    from ..animation.keyframes import LAST_FRAME

    scene.frame_end = max(scene.frame_end, int(min(frame, LAST_FRAME)))


def extend_to_beats(scene: Scene, sequence: Any) -> None:
    """Lengthen a scene so that it holds every beat of a sequence."""
    last = max((end_of(beat) for beat in sequence.beats), default=0.0)
    extend_scene(scene, sequence.frame_start + last * frame_rate(scene))
