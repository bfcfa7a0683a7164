# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the interface ask of faces and of what animates them."""

import bpy
from bpy.types import Action, FCurve, Object

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.session import live
from emotebot_blender.ui.shown import face_of

RATE = 60
"""Ticks a second of a live face."""


def new_face(name: str) -> Object:
    """Add a triangle with all 52 channels to the scene, and make it active."""
    data = bpy.data.meshes.new(name)
    data.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    face = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(face)
    for key in ("Basis", *CHANNELS):
        block = face.shape_key_add(name=key, from_mix=False)
        block.value = 0  # 1 in Blender 5
        block.data[0].co.z = key != "Basis"
    bpy.context.view_layer.objects.active = face
    return face


def curves_of(action: Action) -> list[FCurve]:
    """Return the F-curves of an action, in whichever way this Blender keeps them."""
    if hasattr(action, "fcurves"):
        return list(action.fcurves)
    bags = (bag for layer in action.layers for strip in layer.strips for bag in strip.channelbags)
    return [curve for bag in bags for curve in bag.fcurves]


def beats_of(face) -> list[tuple[str, float]]:
    """Return (words, start) of each beat in the order of time."""
    beats = [(beat.words, round(beat.start, 4)) for beat in face.emotebot.beats]
    return sorted(beats, key=lambda beat: beat[1])


def tracks(face) -> dict[str, int]:
    """Return for each track of the face's keys how many strips it has."""
    data = face.data.shape_keys.animation_data
    return {track.name: len(track.strips) for track in data.nla_tracks} if data else {}


def value(face, channel: str) -> float:
    return face.data.shape_keys.key_blocks[channel].value


def values(face) -> list[float]:
    return [block.value for block in face.data.shape_keys.key_blocks]


class Clock:
    """Plays the face that the panel shows live for some seconds, as the window's timer does."""

    def __init__(self) -> None:
        self.now = 100.0

    def start(self) -> "Clock":
        live.start(face_of(bpy.context), bpy.context.scene, self.now)
        return self

    def play(self, seconds: float, playing: bool = False) -> str:
        """Return why the performance is over, empty if it is not."""
        for _ in range(round(seconds * RATE)):
            self.now += 1 / RATE
            reason = live.tick(bpy.context.scene, self.now, playing)
            if reason is not None:
                return str(reason)
        return ""
