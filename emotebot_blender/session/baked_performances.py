# SPDX-License-Identifier: GPL-3.0-or-later
"""A script performed straight into the active action, or nothing changed where that fails."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bpy.types import Scene

from ..core.channels import MASKS
from ..core.messages import Message
from .calibrating import calibrated
from .feeling_keys import fit_keyed_feelings
from .held_pose import without_shown_pose
from .performing import GAVE_WAY, check_not_live, keying_of, perform_script, update_layer
from .runtime import paused_updates
from .sequence import SEQUENCE_LAYER, sequence_of
from .sequence_script import begin, restore, snapshot

if TYPE_CHECKING:
    from ..animation.edited_keys import FaceKeys
    from ..animation.key_report import KeyReport
    from ..animation.strips import LayerStrip
    from ..core.performance.networks import Networks
    from ..core.script.beats import EmotionScript
    from ..rig.face import Face


def perform_and_bake(
    face: "Face",
    script: "EmotionScript",
    scene: Scene,
    options: Mapping[str, Any],
    networks: "Networks | None" = None,
    progress: Callable[[float], None] | None = None,
) -> "KeyReport":
    """Do what ``perform_script`` does, and bake the layer in place of its own bake before.

    Other layers and bakes stay.

    Args:
        face: what is driven.
        script: what is felt and when.
        scene: where it is played.
        options: names of settings of the sequence (``SequenceSettings``) and their values.
        networks: those to perform with; None for those that the user prefers.
        progress: called with the share that is done, 0 to 1.

    Raises:
        EmoteBotError: as ``perform_script`` and ``bake``; the face is as it was then.
    """
    from ..animation.bake_clearing import clear_bakes, kinds_baked_with, without_bakes
    from ..animation.baking import check_bake, plan_bake, write_bake
    from ..animation.edited_keys import EDITS, layer_keys
    from ..animation.layers import layer_kinds
    from ..animation.mixing import SPEECH_KEPT

    def half(done: float) -> Callable[[float], None] | None:
        return None if progress is None else lambda share: progress(done + share / 2)

    check_not_live(face)
    face = calibrated(face)
    region = options.get("region", sequence_of(face).region)
    check_bake(face, SEQUENCE_LAYER, MASKS[region])
    sequence, frame_end = begin(face, scene), scene.frame_end
    kept, keys = snapshot(sequence), layer_keys(_strips(face))
    dense = {**options, "keying": "DENSE"}  # keys are reduced once, when they are baked
    own, performed = (SEQUENCE_LAYER, EDITS), None
    try:
        with without_bakes(face), without_shown_pose(face):  # else they hide the layer
            performed = perform_script(face, script, scene, dense, networks, half(0.0))
            with paused_updates():
                sequence.keying = options.get("keying", kept["keying"])
            kinds = [kind for kind in own if kind in layer_kinds(face)]
            plan = plan_bake(face, scene, kinds, keying_of(sequence), half(0.5))
    except BaseException:
        if performed is not None:
            restore(sequence, kept)
            scene.frame_end = frame_end
            _put_back_layer(face, scene, keys)
        raise
    kept_notes = (note for note in performed.notes if note.template in (SPEECH_KEPT, GAVE_WAY))
    notes: tuple[Message, ...] = ()
    if kinds_baked_with(face, own):
        notes = (Message("Other layers that were baked together with the last one are cleared"),)
    clear_bakes(face, own)
    with without_shown_pose(face):
        baked = write_bake(plan)
    with paused_updates():
        sequence.automatic = False
    return replace(
        baked,
        skipped=performed.skipped,
        clamped=performed.clamped,
        notes=(*kept_notes, *baked.notes, *notes),
    )


def _strips(face: "Face") -> "list[LayerStrip]":
    """Return the strips of the layer of a sequence."""
    from ..animation.strips import own_layer_strips

    return [
        layer for owner in face.animated_ids for layer in own_layer_strips(owner, SEQUENCE_LAYER)
    ]


def _put_back_layer(face: "Face", scene: Scene, keys: "FaceKeys") -> None:
    """Perform a sequence again that is as it was before, with the keys that its layer had then."""
    from ..animation.actions import ensure_curve
    from ..animation.curves import fill
    from ..animation.edited_keys import layer_keys
    from ..animation.layers import clear_layer
    from ..rig.control import path_of

    if not keys:
        clear_layer(face, SEQUENCE_LAYER)
        fit_keyed_feelings(face, scene)
        return
    update_layer(face, scene, replace_edits=True)
    left_out = keys.keys() - layer_keys(_strips(face)).keys()  # set by hand where nothing was added
    for layer in _strips(face):
        for owner, path in left_out if layer.mix.adds else ():
            if owner == layer.owner:
                ensure_curve(layer.curves, *path)
        for curve in layer.curves or ():
            if (keyed := (layer.owner, path_of(curve))) in keys:
                fill(curve, keys[keyed])
