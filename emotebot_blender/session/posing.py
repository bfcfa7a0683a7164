# SPDX-License-Identifier: GPL-3.0-or-later
"""A feeling shown on a face, now and without keys."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bpy.types import Scene

from ..core.errors import EmoteBotError
from . import words
from .events import FeelingEdited
from .loaded_networks import networks
from .runtime import runtime
from .sequence import sequence_of
from .settings import scene_settings
from .shown_face import find_shown_face

if TYPE_CHECKING:
    from ..animation.keyframes import Keying, KeyReport
    from ..core.clip import Clip
    from ..core.emotions import Feeling
    from ..core.performance.networks import Networks
    from ..core.script.beats import EmotionScript
    from ..rig.face import Face


def pose(
    face: "Face", feeling: "Feeling", take: int, region: str = "WHOLE", strength: float = 1.0
) -> None:
    """Show a feeling on a face, with the seed of its sequence.

    Args:
        face: what is posed.
        feeling: what it shows.
        take: which take of the expression, from 0.
        region: the part of it that moves, one of ``settings.REGIONS``.
        strength: how much of the expression is laid on the face, 0 to 1.

    Raises:
        EmoteBotError: the take is below 0, a network cannot be read, or nothing can be posed.
    """
    from ..core.channels import MASKS
    from ..core.performance.performance import express
    from ..rig.pose import apply_weights

    weights = express(networks(), feeling, sequence_of(face).seed, take=take)[0]
    apply_weights(face, weights * strength, MASKS[region])


def follow_feeling(event: FeelingEdited) -> None:
    """Show what the panel says, unless a live face plays it."""
    if runtime().live is not None:
        return
    settings = scene_settings(event.scene)
    try:
        face = find_shown_face(event.scene, event.active)
        feeling = words.feeling(settings.words, settings.intensity)
        pose(face, feeling, settings.take, settings.region, settings.strength)
    except EmoteBotError:
        return  # typing cannot report; the panel draws what is wrong with the words or the face


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
    from dataclasses import replace

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
