# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operators and the panel call: show a feeling on a face, and key it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import bpy
from bpy.types import Context, Object, Scene

from ..core.errors import EmoteBotError
from . import words
from .loaded_networks import networks
from .sequence import sequence_of, sequence_owner
from .settings import scene_settings

if TYPE_CHECKING:
    from ..animation.keyframes import Keying, KeyReport
    from ..animation.layers import Layer
    from ..core.clip import Clip
    from ..core.emotions import Feeling
    from ..core.performance.networks import Networks
    from ..core.script.beats import EmotionScript
    from ..rig.face import Face

_LONGEST_WAY = 10.0
"""Seconds into a feeling at most: a frame of a very slow scene is longer than any transition."""

_FRESH = 0.2
"""Seconds for which the panel trusts what it saw of the scene; a draw asks many times."""


@dataclass(frozen=True)
class FaceSummary:
    """What the panel says of a face; holds nothing of Blender's.

    Attributes:
        name: of the face.
        home: name of the object that remembers its sequence.
        meshes: how many there are.
        channels: how many it covers.
        obstacles: what cannot be driven, and why.
        layers: names of EmoteBot's layers on it.
        layer: that of its sequence, or None.
    """

    name: str
    home: str
    meshes: int
    channels: int
    obstacles: tuple[tuple[str, str], ...]
    layers: tuple[str, ...]
    layer: "Layer | None"


_seen: dict[tuple[int, int], tuple[float, FaceSummary]] = {}
"""(scene, active object) to when and what was last seen."""


def face_of(context: Context) -> "Face":
    """Return the face that the panel stays with, else that of the active object, else the only one.

    Raises:
        EmoteBotError: there is no face, or the object belongs to none of several.
    """
    return _face_of(_start(context), context.scene)


def face_summary(context: Context) -> FaceSummary:
    """Return what ``face_of`` finds, for drawing; a moment old at most.

    Raises:
        EmoteBotError: as ``face_of``.
    """
    start = _start(context)
    key = (context.scene.as_pointer(), start.as_pointer() if start else 0)
    seen = _seen.pop(key, None)
    _seen.clear()
    now = time.monotonic()
    if seen is None or now - seen[0] > _FRESH:
        face = face_of(context)
        seen = (now, _glance(face))
    _seen[key] = seen
    return seen[1]


def invalidate_summary() -> None:
    """Forget what ``face_summary`` has seen, as when something has been done to the face."""
    _seen.clear()


def shown_owner(context: Context) -> Object:
    """Return the object that remembers the sequence of the face that ``face_summary`` finds.

    Raises:
        EmoteBotError: as ``face_of``.
    """
    seen = context.scene.objects.get(face_summary(context).home)
    return sequence_owner(face_of(context)) if seen is None else seen  # it has another name by now


def _start(context: Context) -> Object | None:
    pinned = scene_settings(context.scene).face
    if pinned is not None and context.scene.objects.get(pinned.name) == pinned:
        return pinned
    return context.view_layer.objects.active


def _face_of(start: Object | None, scene: Scene) -> "Face":
    from ..rig.face import find_face

    try:
        return find_face(start, scene)
    except EmoteBotError:
        if start is None:
            raise
        try:
            return find_face(None, scene)
        except EmoteBotError:
            pass  # what is wrong with the object says more than that there are several
        raise


def pose(
    face: "Face", feeling: "Feeling", take: int, region: str = "WHOLE", strength: float = 1.0
) -> None:
    """Show a feeling on a face, now and without keys, with the seed of its character.

    Raises:
        EmoteBotError: the take is below 0, a network cannot be read, or nothing can be posed.
    """
    from ..core.channels import MASKS
    from ..core.performance.performance import express
    from ..rig.pose import apply_weights

    weights = express(networks(), feeling, sequence_of(face).seed, take=take)[0]
    apply_weights(face, weights * strength, MASKS[region])


def key(
    face: "Face",
    feeling: "Feeling",
    scene: Scene,
    frame: float,
    take: int,
    keying: "Keying",
    region: str = "WHOLE",
    strength: float = 1.0,
) -> "KeyReport":
    """Key a feeling at a frame, with the natural way into it before that frame.

    The way starts from what the animation of the face says at that time, a channel without any
    from 0, and never reaches back over the end of an earlier feeling.

    Raises:
        EmoteBotError: the take is below 0, a network cannot be read, or the face cannot be keyed.
    """
    from ..animation.layers import feeling_frames, write_keyed_feeling
    from ..animation.visibility import keyed_weights
    from ..core.channels import MASKS
    from ..core.performance.performance import approach
    from . import live

    if live.is_running():
        live.rest()  # else what was played is taken for how the face stood before
    rate = scene.render.fps / scene.render.fps_base
    frames = max(round(_seconds_into(feeling) * rate), 1)
    ends = [end for _, end in feeling_frames(face) if frame - frames < end < frame]
    start = max([frame - frames, *ends])
    held = keyed_weights(face, start)
    seconds = min((frame - start) / rate, _LONGEST_WAY)
    seed = sequence_of(face).seed
    clip = approach(networks(), held, feeling, seconds, rate, seed, take, strength)
    return write_keyed_feeling(face, clip, scene, start, "EmoteBot", keying, MASKS[region])


def read(script: str, text: str) -> "EmotionScript":
    """Return the script of a text data-block if one is named, else of a line or a file.

    A text data-block is read as its name ends: .json, .csv, .srt, else plain text.

    Raises:
        EmoteBotError: there is no such text, or the script has a fault.
    """
    from ..core.script.script_files import read_script, read_text_as

    if not text:
        path = bpy.path.abspath(script) if script.startswith("//") else script
        return read_script(path, words.lexicon())
    block = bpy.data.texts.get(text)
    if block is None:
        raise EmoteBotError("There is no text “{text}” in this file", text=text)
    return read_text_as(block.name, block.as_string(), words.lexicon())


def perform(
    face: "Face",
    script: "EmotionScript",
    models: "Networks",
    scene: Scene,
    frame_start: int,
    seed: int,
    keying: "Keying",
    progress: Callable[[float], None] | None = None,
) -> "tuple[Clip, KeyReport]":
    """Perform a script on a face as keys of its active action; the scene grows to hold it.

    Raises:
        EmoteBotError: the script has no beats, the seed is below 0, or the face cannot be keyed.
    """
    from ..animation.baking import bake_layers
    from ..animation.layers import write_layer
    from ..core.performance import performance

    rate = scene.render.fps / scene.render.fps_base
    clip = performance.perform(script, models, rate, seed, progress)
    layer = write_layer(face, clip, scene, frame_start, "EmoteBot", keying)
    baked = bake_layers(face, scene, ["sequence"], keying, scene.frame_set)
    report = replace(baked, skipped=layer.skipped, clamped=layer.clamped)
    scene.frame_end = max(scene.frame_end, frame_start + len(clip) - 1)
    return clip, report


def _glance(face: "Face") -> FaceSummary:
    from ..animation.layers import find_layer, layer_kinds

    found = {kind: find_layer(face, kind) for kind in layer_kinds(face)}
    return FaceSummary(
        face.name,
        sequence_owner(face).name,
        len(face.objects),
        len(face.channels),
        tuple((str(control), str(reason)) for control, reason in face.blocked()),
        tuple(layer.name for layer in found.values() if layer),
        found.get("sequence"),
    )


def _seconds_into(feeling: "Feeling") -> float:
    from ..core.emotions import NEUTRAL, Feeling
    from ..core.performance.transition_times import median_transition

    return median_transition(Feeling(NEUTRAL, 0.0), feeling)
