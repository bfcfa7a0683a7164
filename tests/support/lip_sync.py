# SPDX-License-Identifier: GPL-3.0-or-later
"""Ordinary lip-sync on a head: what an animator has keyed before EmoteBot comes to the face.

Forty keys each on ``jawOpen``, ``mouthFunnel`` and ``mouthClose``: four phrases of ten keys, one
every third frame, at rest on their first and last key. Between phrases the mouth rests for
eighteen frames, 0.75 s at 24 frames a second.
"""

import itertools
from collections.abc import Iterable

import bpy
from bpy.types import Object

from emotebot_blender.animation.actions import HAS_SLOTS, curves_of, find_curve

PHRASES = ((13, 40), (58, 85), (103, 130), (148, 175))
"""First and last frame of each phrase."""

PAUSES = tuple((last, first) for (_, last), (first, _) in itertools.pairwise(PHRASES))
"""The last frame of a phrase and the first of the next."""

LAST_FRAME = PHRASES[-1][1]

_LOUDNESS = (1.0, 0.8, 0.9, 0.7)
_STEP = 3
_SPOKEN = {
    "jawOpen": (0.0, 0.35, 0.12, 0.5, 0.1, 0.42, 0.2, 0.55, 0.15, 0.0),
    "mouthFunnel": (0.0, 0.1, 0.3, 0.05, 0.45, 0.1, 0.2, 0.0, 0.35, 0.0),
    "mouthClose": (0.0, 0.05, 0.1, 0.02, 0.08, 0.1, 0.15, 0.05, 0.1, 0.0),
}

CHANNELS = tuple(_SPOKEN)
"""The shape keys that speech moves."""

PLACES = ("ACTION", "TRACK", *(("SLOT",) if HAS_SLOTS else ()))
"""Where lip-sync may stand, in this Blender, as ``add_lip_sync`` takes it."""


CLOSURES = tuple(first + _STEP * number for first, _ in PHRASES for number in (2, 6))
"""Frames within phrases on which all channels are at rest, for an m, b or p, where that is asked
for."""


def spoken_keys(channel: str, closes: bool = False) -> list[tuple[int, float]]:
    """Return the frame and the value of each key of a channel.

    Args:
        channel: of speech.
        closes: whether the lips meet on the frames of ``CLOSURES``.
    """
    return [
        (frame, 0.0 if closes and frame in CLOSURES else value * loudness)
        for (first, _), loudness in zip(PHRASES, _LOUDNESS, strict=True)
        for number, value in enumerate(_SPOKEN[channel])
        for frame in (first + _STEP * number,)
    ]


def add_lip_sync(
    mesh: Object, place: str = "ACTION", name: str = "Speech", closes: bool = False
) -> None:
    """Key lip-sync on a mesh the way Blender's own interface does.

    Args:
        mesh: has the shape keys of ``CHANNELS``, and no active action on them.
        place: "ACTION" for the active action; "TRACK" for a strip on an NLA track of its own, on
            top of what is there by then; "SLOT" for the active action, whose other slot turns the
            mesh.
        name: of the action, and of the track and strip.
        closes: whether the lips meet on the frames of ``CLOSURES``.
    """
    keys = mesh.data.shape_keys
    assert not (keys.animation_data and keys.animation_data.action), "there is an active action"
    for channel in CHANNELS:
        block = keys.key_blocks[channel]
        before = block.value
        for frame, value in spoken_keys(channel, closes):
            block.value = value
            assert block.keyframe_insert("value", frame=frame)
        block.value = before
    keys.animation_data.action.name = name
    if place == "TRACK":
        push_down(mesh, name)
    elif place == "SLOT":
        mesh.animation_data_create().action = keys.animation_data.action
        mesh.animation_data.action_slot = mesh.animation_data.action.slots.new("OBJECT", mesh.name)
        for frame, angle in ((1, 0.0), (LAST_FRAME, 0.2)):
            mesh.rotation_euler.z = angle
            assert mesh.keyframe_insert("rotation_euler", index=2, frame=frame)


def push_down(mesh: Object, name: str = "Speech"):
    """Push the active action of a mesh's shape keys down to a new track on top; return its strip.

    What lies there when a layer is written first is below it, what comes later is above it.
    """
    data = mesh.data.shape_keys.animation_data
    track = data.nla_tracks.new()
    track.name = name
    strip = track.strips.new(name, PHRASES[0][0], data.action)
    if HAS_SLOTS:
        strip.action_slot = data.action_slot
    data.action = None
    return strip


def spoken_values(channel: str, frames: Iterable[float], closes: bool = False) -> list[float]:
    """Return what the artist's keys alone show on each frame, as Blender plays them."""
    owner = bpy.data.objects.new("spoken", None)
    try:
        for at, value in spoken_keys(channel, closes):
            owner.location.x = value
            owner.keyframe_insert("location", index=0, frame=at)
        curve = find_curve(owner, "location", 0)
        return [float(curve.evaluate(frame)) for frame in frames]
    finally:
        action = owner.animation_data.action
        bpy.data.objects.remove(owner)
        bpy.data.actions.remove(action)


def standing_keys(mesh: Object) -> dict[str, int]:
    """Return how many keys the active action has on each channel of speech that it animates."""
    curves = curves_of(mesh.data.shape_keys) or ()
    blocks = mesh.data.shape_keys.key_blocks
    counts = {curve.data_path: len(curve.keyframe_points) for curve in curves}
    paths = {channel: blocks[channel].path_from_id("value") for channel in CHANNELS}
    return {channel: counts[path] for channel, path in paths.items() if path in counts}
