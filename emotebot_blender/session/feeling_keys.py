# SPDX-License-Identifier: GPL-3.0-or-later
"""One feeling keyed at a frame, and how long keyed feelings stay."""

from typing import TYPE_CHECKING

from bpy.types import Scene

from ..core.channels import MASKS
from ..core.messages import Message
from . import loaded_networks
from .calibrating import ready_face
from .held_pose import restore_live_poses, without_shown_pose
from .sequence import sequence_of
from .timeline import frame_rate

if TYPE_CHECKING:
    from ..animation.key_report import KeyReport
    from ..animation.keyframes import Keying
    from ..animation.mix_shares import Mix
    from ..animation.mixing import Mixing
    from ..core.clip import Clip
    from ..core.emotions import Feeling
    from ..rig.face import Face

_LONGEST_TRANSITION = 10.0
"""Seconds into a feeling at most: a frame of a very slow scene is longer than any transition."""


def key_feeling(
    face: "Face",
    feeling: "Feeling",
    scene: Scene,
    frame: float,
    take: int,
    keying: "Keying",
    words: str,
    region: str = "WHOLE",
    strength: float = 1.0,
    mix: "Mix | None" = None,
) -> "KeyReport":
    """Key a feeling so that it arrives at a frame, with the natural transition into it before that.

    The transition starts from what the animation of the face says at that time, a channel without
    any from 0. It never reaches back over the arrival of an earlier feeling, nor over the start of
    a scene that the frame lies in: at that start, the face begins with the feeling.

    Args:
        face: what is driven.
        feeling: what it shows at the frame.
        scene: where it is played.
        frame: at which the feeling is there.
        take: which take of its expression, from 0.
        keying: how values become keys.
        words: that name the feeling, and so its strip.
        region: the part of the face that moves, one of ``settings.REGIONS``.
        strength: how much of the expression is laid on the face, 0 to 1.
        mix: how it goes with other animation of the face, as ``Mixing`` takes it.

    Returns:
        What was keyed; its frames are those at which the face starts and arrives.

    Raises:
        EmoteBotError: the take is below 0, a network cannot be read, or the face cannot be keyed.
    """
    from ..animation.feeling_times import feeling_times
    from ..animation.keyed_feelings import write_keyed_feeling
    from ..animation.mixing import Mixing
    from ..core.performance.transition_times import release_seconds

    restore_live_poses()
    face = ready_face(face)
    rate = frame_rate(scene)
    earliest = frame - max(round(_natural_seconds(feeling) * rate), 1)
    starts = [times.arrival for times in feeling_times(face) if times.arrival < frame]
    if scene.frame_start <= frame:
        starts.append(scene.frame_start)
    start = max([earliest, *starts])
    mixing = Mixing(face, mix, MASKS[region], has_adding_strip=False)
    clip = _lead_in(face, feeling, (start, frame), rate, take, strength, mixing)
    with without_shown_pose(face):
        return write_keyed_feeling(
            face,
            clip,
            scene,
            start,
            f"{face.name}: {words}",
            keying,
            MASKS[region],
            release_seconds(feeling),
            _starts(face, scene),
            mixing,
        )


def fit_keyed_feelings(face: "Face", scene: Scene) -> None:
    """Have keyed feelings stay as long as the layers around them let them, once those changed."""
    from ..animation.feeling_times import fit_feelings

    fit_feelings(face, frame_rate(scene), _starts(face, scene))


def describe_times(face: "Face", report: "KeyReport", scene: Scene) -> Message:
    """Return when a feeling that was keyed is seen, a clause.

    Args:
        face: what it is on.
        report: of ``key_feeling``.
        scene: where it is played.
    """
    from ..animation.feeling_times import feeling_times

    start, arrival = report.frames
    if start == arrival:
        message = Message("begins on frame {arrival:g}, with the scene", arrival=arrival)
    elif start == scene.frame_start:
        message = Message(
            "arrives at frame {arrival:g}, starts at {start:g}, where the scene begins",
            arrival=arrival,
            start=start,
        )
    else:
        message = Message(
            "arrives at frame {arrival:g}, starts at {start:g}", arrival=arrival, start=start
        )
    for times in feeling_times(face):
        if abs(times.arrival - arrival) < 1 and times.end is not None:
            return Message("{arrival}, is gone by frame {end:.0f}", arrival=message, end=times.end)
    return message


def _lead_in(
    face: "Face",
    feeling: "Feeling",
    frames: tuple[float, float],
    rate: float,
    take: int,
    strength: float,
    mixing: "Mixing",
) -> "Clip":
    """Return the way into a feeling, a single frame where there is no time for one.

    Args:
        face: which holds something else before.
        feeling: what it shows in the end.
        frames: at which it starts and arrives.
        rate: frames a second.
        take: which take of its expression, from 0.
        strength: how much of the expression is laid on the face, 0 to 1.
        mixing: how it goes with other animation.
    """
    from ..animation.visibility import keyed_values
    from ..core.clip import Clip
    from ..core.performance.approach import approach
    from ..rig.pose import pose_of

    start, arrival = frames
    seconds = min(max(arrival - start, 1) / rate, _LONGEST_TRANSITION)
    weights, shares = pose_of(keyed_values(face, start, mixing))
    held = mixing.shares.unmixed(start, rate, weights)
    sequence, networks = sequence_of(face), loaded_networks.networks()
    clip = approach(
        networks,
        held,
        feeling,
        seconds,
        rate,
        sequence.seed,
        take,
        strength,
        shares,
        sequence.exaggeration,
    )
    if arrival > start:
        return clip
    return Clip(clip.weights[-1:], clip.fps, 0.0, clip.shares[-1:])


def _starts(face: "Face", scene: Scene) -> list[float]:
    """Return the frames at which beats of a face's sequence start."""
    sequence, rate = sequence_of(face), frame_rate(scene)
    beats = (beat for beat in sequence.beats if not beat.mute)
    return [sequence.frame_start + beat.start * rate for beat in beats]


def _natural_seconds(feeling: "Feeling") -> float:
    from ..core.emotions import NEUTRAL, Feeling
    from ..core.performance.transition_times import median_transition

    return median_transition(Feeling(NEUTRAL, 0.0), feeling)
