# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operators and the panel call: show a feeling on a face, and key it."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import bpy
from bpy.types import Object, Scene

from ..core.errors import EmoteBotError

if TYPE_CHECKING:
    from ..core.clip import Clip
    from ..core.emotions import Feeling
    from ..core.performance import Networks
    from ..core.script import EmotionScript
    from ..core.triggers import Lexicon
    from ..scene.face import Face
    from ..scene.keyframes import KeyReport

_FRESH = 0.2
"""Seconds for which the panel trusts what it saw of the scene; a draw asks many times."""


@dataclass(frozen=True)
class Glance:
    """What the panel says of a face; holds nothing of Blender's."""

    name: str
    meshes: int
    channels: int
    obstacles: tuple[tuple[str, str], ...]


_seen: dict[tuple[int, int], tuple[float, Glance]] = {}
"""(scene, active object) to when and what was last seen."""


def face_of(active: Object | None, scene: Scene) -> "Face":
    """Return the face of the active object, else the only face in the scene.

    Raises:
        EmoteBotError: there is no face, or the active object belongs to none of several.
    """
    from ..scene.face import find_face

    try:
        return find_face(active, scene)
    except EmoteBotError:
        if active is None:
            raise
        try:
            return find_face(None, scene)
        except EmoteBotError:
            pass  # what is wrong with the active object says more than that there are several
        raise


def glance(active: Object | None, scene: Scene) -> Glance:
    """Return what ``face_of`` finds, for drawing; a moment old at most.

    Raises:
        EmoteBotError: as ``face_of``.
    """
    key = (scene.as_pointer(), active.as_pointer() if active else 0)
    seen = _seen.pop(key, None)
    _seen.clear()
    now = time.monotonic()
    if seen is None or now - seen[0] > _FRESH:
        face = face_of(active, scene)
        seen = (
            now,
            Glance(face.name, len(face.meshes), len(face.channels), face.obstacles()),
        )
    _seen[key] = seen
    return seen[1]


@cache
def networks() -> "Networks":
    """Return the networks that come along, loaded once."""
    from ..core.performance import load_networks

    return load_networks()


def lexicon(own: Path | None) -> "Lexicon":
    """Return the trigger words, with the user's own, read again once their file has changed.

    Raises:
        EmoteBotError: the user's file cannot be read.
    """
    changed = own.stat().st_mtime_ns if own and own.is_file() else 0
    return _load_lexicon(own, changed)


@lru_cache(maxsize=2)
def _load_lexicon(own: Path | None, _changed: int) -> "Lexicon":
    from ..core.triggers import Lexicon

    return Lexicon.load(own)


def fault_in(words: str, own: Path | None) -> str:
    """Return what is wrong with the words of a feeling or the user's file, empty if nothing is."""
    try:
        return _fault_in(words, lexicon(own))
    except EmoteBotError as error:
        return str(error)


@lru_cache(maxsize=16)
def _fault_in(words: str, known: "Lexicon") -> str:
    """Return the same of the words; kept, as the nearest words take a while to find."""
    try:
        known.read(words)
    except EmoteBotError as error:
        return str(error)
    return ""


def complete(typed: str, own: Path | None) -> list[str]:
    """Return what the last word of a feeling being typed may become."""
    before, space, last = typed.rpartition(" ")
    start = last.casefold()
    return [before + space + word for word in lexicon(own).words if word.startswith(start)]


def read_feeling(words: str, intensity: float, own: Path | None) -> "Feeling":
    """Return the feeling of the words, its intensity scaled and held at 1.

    Raises:
        EmoteBotError: a word is unknown, or the intensity is no number from 0.
    """
    if not (math.isfinite(intensity) and intensity >= 0):
        raise EmoteBotError(f"An intensity is a number from 0, not {intensity:g}")
    said = lexicon(own).read(words)
    return replace(said, intensity=min(said.intensity * intensity, 1.0))


def pose(face: "Face", feeling: "Feeling", seed: int) -> None:
    """Show a feeling on a face, now and without keys.

    Raises:
        EmoteBotError: the seed is below 0, or a network cannot be read.
    """
    from ..core.performance import express
    from ..scene.pose import apply_weights

    apply_weights(face, express(networks(), feeling, seed)[0])


def key(
    face: "Face",
    feeling: "Feeling",
    scene: Scene,
    frame: float,
    seed: int,
    tolerance: float | None,
) -> "KeyReport":
    """Key a feeling at a frame, with the natural way into it before that frame.

    The way starts from what the keys of the face say at that time, a channel without keys from 0,
    and never reaches back over the end of an earlier feeling.

    Raises:
        EmoteBotError: the seed is below 0, a network cannot be read, or the face cannot be keyed.
    """
    from ..core.performance import approach
    from ..scene.keyframes import Keying, write_clip
    from ..scene.pose import keyed_weights

    fps = scene.render.fps / scene.render.fps_base
    frames = max(round(_seconds_into(feeling) * fps), 1)
    ends = [end for _, end in _spans(face) if frame - frames < end < frame]
    start = max([frame - frames, *ends])
    seconds = (frame - start) / fps
    clip = approach(networks(), keyed_weights(face, start), feeling, seconds, fps, seed)
    return write_clip(face, clip, scene, start, Keying(tolerance))


def read(script: str, text: str, own: Path | None) -> "EmotionScript":
    """Return the script of a text data-block if one is named, else of a line or a file.

    Raises:
        EmoteBotError: there is no such text, or the script has a fault.
    """
    from ..core.scriptfiles import read_script
    from ..core.scripttext import read_text

    if not text:
        path = bpy.path.abspath(script) if script.startswith("//") else script
        return read_script(path, lexicon(own))
    block = bpy.data.texts.get(text)
    if block is None:
        raise EmoteBotError(f"There is no text “{text}” in this file")
    return read_text(block.as_string(), lexicon(own))


def perform(
    face: "Face",
    script: "EmotionScript",
    models: "Networks",
    scene: Scene,
    frame_start: int,
    seed: int,
    tolerance: float | None,
    progress: Callable[[float], None] | None = None,
) -> "tuple[Clip, KeyReport]":
    """Perform a script on a face as keys at the scene's rate; the scene grows to hold it.

    Raises:
        EmoteBotError: the script has no beats, the seed is below 0, or the face cannot be keyed.
    """
    from ..core import performance
    from ..scene.keyframes import Keying, write_clip

    fps = scene.render.fps / scene.render.fps_base
    clip = performance.perform(script, models, fps, seed, progress)
    report = write_clip(face, clip, scene, frame_start, Keying(tolerance))
    scene.frame_end = max(scene.frame_end, frame_start + len(clip) - 1)
    return clip, report


def _seconds_into(feeling: "Feeling") -> float:
    from ..core.emotions import NEUTRAL, Feeling
    from ..core.timing import median_transition

    return median_transition(Feeling(NEUTRAL, 0.0), feeling)


def _spans(face: "Face") -> set[tuple[float, float]]:
    """Return the frame spans of the keys that EmoteBot has given the face."""
    from ..scene.actions import read_spans

    found: set[tuple[float, float]] = set()
    for mesh in face.meshes:
        found.update(*read_spans(mesh.data.shape_keys).values())
    return found
