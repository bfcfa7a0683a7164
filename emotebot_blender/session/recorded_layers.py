# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings on layers of their own, live ones and those of files."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from bpy.types import Scene

from .performing import mix_of
from .sequence import SequenceSettings

if TYPE_CHECKING:
    from ..animation.key_report import KeyReport
    from ..animation.keyframes import Keying
    from ..core.clip import Clip
    from ..rig.face import Face


def write_recording(
    face: "Face",
    sequence: SequenceSettings,
    clip: "Clip",
    scene: Scene,
    frame_start: float,
    name: str,
    keying: "Keying",
    channels: Collection[str],
    strength: float,
    kind: str,
    turns: bool = True,
) -> "KeyReport":
    """Write a recording on a layer; outside of its time it does not count.

    A single frame is a face that stands still: it lasts from its frame on.

    Args:
        face: what is driven, with its presets as its sequence says.
        sequence: of that face, which says how the layer goes with other animation.
        clip: what was recorded, one frame or more.
        scene: where it is played.
        frame_start: where second 0 of the clip lies.
        name: of the NLA track.
        keying: how values become keys.
        channels: that the recording has and that are to move.
        strength: how much of the recording is laid on the face, 0 to 1.
        kind: of the layer, as ``free_kind`` gives one.
        turns: whether the head turns.

    Raises:
        EmoteBotError: nothing on the face can be keyed, or the layer cannot be changed.
    """
    from ..animation.layer_writing import write_layer

    return write_layer(
        face,
        clip,
        scene,
        frame_start,
        name,
        keying,
        channels,
        strength,
        kind,
        extrapolation="NOTHING" if len(clip) > 1 else "HOLD_FORWARD",
        mix=mix_of(sequence),
        head=sequence.head if turns else 0.0,
    )


def turns_head(face: "Face", kinds: tuple[str, ...], frames: tuple[float, float]) -> bool:
    """Return whether a layer turns the head of a face on some frames.

    Args:
        face: whose layers they are.
        kinds: of the layers, what these begin with.
        frames: first and last one.
    """
    from ..animation.strips import layer_strips

    first, last = frames
    armature = face.head_armature
    layers = layer_strips(armature) if armature is not None else []
    return any(
        layer.mix.head and layer.strip.frame_start < last and layer.strip.frame_end > first
        for layer in layers
        if layer.kind.startswith(kinds)
    )
