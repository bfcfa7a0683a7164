# SPDX-License-Identifier: GPL-3.0-or-later
"""Layers flattened into the active action, and what they replaced there put back.

Baking is the only way into an action. What it replaces is stored on the action, bake by bake, and
is put back in reverse order.
"""

import math
from collections.abc import Callable, Collection

import numpy as np
from bpy.types import ID, Scene

from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..rig.control import Control, Path
from ..rig.control_values import by_owner
from ..rig.face import Face
from ..rig.pose import controls_of
from .actions import (
    check_editable,
    curves_of,
    drop_action,
    ensure_action,
    ensure_curve,
    find_curve,
    is_tweaked,
    read_bakes,
    remove_curve,
)
from .bake_store import BakedCurve, add_bake, store_bakes, stored_bakes
from .curves import (
    as_generated,
    count_written,
    keys_outside,
    moved_handles,
    replace_keys,
    restore_handles,
    restore_keys,
    take_keys,
    written_of,
)
from .evaluation import values_on
from .key_report import KeyReport
from .keyframes import (
    Keying,
    KeyPlan,
    active_curve,
    check_curve,
    group_name,
    is_locked,
    plan_values,
)
from .layers import editable_strips, layer_kinds
from .restoring import blend_type_before, clear_strip, give_back, values_before
from .strips import LayerStrip
from .visibility import animated_controls


def bake_layers(
    face: Face,
    scene: Scene,
    kinds: Collection[str],
    keying: Keying,
    progress: Callable[[float], None] | None = None,
) -> KeyReport:
    """Key what the controls of layers show on each of their frames, and take the layers off.

    What they show is due to all that animates them: the layers by their strengths, what lies below,
    and the active action, which the keys go into. What is replaced there is stored, for
    ``clear_bakes``. The current frame stays.

    Args:
        face: what is driven.
        scene: whose frames they are.
        kinds: of the layers, one or more.
        keying: how values become keys.
        progress: called with the share that is done, 0 to 1.

    Raises:
        EmoteBotError: there is no such layer, it does not show, its object is not played, or a
            control of it cannot be keyed; nothing has been changed then.
    """
    layers = [layer for kind in kinds for layer in editable_strips(face, kind)]
    if not layers:
        raise EmoteBotError("“{face}” has no layer of EmoteBot’s", face=face.name)
    for layer in layers:
        _check_layer(layer)
    controls = _controls_to_bake(face, layers)
    first = math.floor(min(layer.strip.frame_start for layer in layers))
    last = math.ceil(max(layer.strip.frame_end for layer in layers))
    frames = np.arange(first, last + 1)
    columns = values_on(frames, scene, controls, progress)
    plan = plan_values(face, controls, frames.astype(np.float64), columns, keying)
    for owner in plan.owners:
        _write(owner, plan)
    for layer in layers:
        clear_strip(layer)
    return plan.report()


def check_bake(face: Face, channels: Collection[str] | None) -> None:
    """Check that a layer yet to be written can be baked in the place of earlier bakes.

    Args:
        face: what it will be on; the layers that it has by now are baked along.
        channels: those that the layer will drive; None for all that the face covers.

    Raises:
        EmoteBotError: as ``bake_layers`` and ``clear_bakes``.
    """
    controls = [control for control in controls_of(face, channels) if control.blocked is None]
    for owner in dict.fromkeys(control.owner for control in controls):
        _check_owner(owner)
    for layer in (layer for kind in layer_kinds(face) for layer in editable_strips(face, kind)):
        _check_layer(layer)
        controls += animated_controls(face, layer)
    check_bakes(face)
    _check_controls(controls)


def clear_bakes(face: Face) -> int:
    """Put back what bakes have replaced in the active actions of a face; return the keys that went.

    Keys that the artist has set or changed since stay, as does what is on a locked curve, which is
    cleared once it is unlocked. Curves and actions that EmoteBot made and that are empty then go
    too, and their controls have the values from before.

    Args:
        face: what is cleared.

    Raises:
        EmoteBotError: an action cannot be changed; nothing has been changed then.
    """
    check_bakes(face)
    return sum(_clear(owner) for owner in _baked(face))


def check_bakes(face: Face) -> None:
    """Check that ``clear_bakes`` can do its work; it may have none.

    Raises:
        EmoteBotError: an action cannot be changed.
    """
    tweaked = [owner for owner in face.animated_ids if is_tweaked(owner)]
    for owner in [*tweaked, *_baked(face)]:
        check_editable(owner)


def _baked(face: Face) -> list[ID]:
    return [owner for owner in face.animated_ids if read_bakes(owner)]


def _check_layer(layer: LayerStrip) -> None:
    _check_owner(layer.owner)
    if layer.silenced:
        raise EmoteBotError("The layer cannot be baked as {reason}", reason=layer.silenced)


def _check_owner(owner: ID) -> None:
    """Check that layers of an ID show and can be baked into its active action."""
    check_editable(owner)
    data = owner.animation_data
    if data is None:
        return
    solo = next((track for track in data.nla_tracks if track.is_solo), None)
    reason = None
    if not data.use_nla:
        reason = Message("the NLA is switched off")
    elif solo is not None:
        reason = Message("the NLA track “{track}” is solo", track=solo.name)
    if reason:
        raise EmoteBotError("The layer cannot be baked as {reason}", reason=reason)
    blend_type = blend_type_before(owner) or data.action_blend_type
    if blend_type != "REPLACE" or data.action_influence < 1:
        raise EmoteBotError(
            "The layer cannot be baked as the active action does not replace what lies below it"
        )


def _controls_to_bake(face: Face, layers: list[LayerStrip]) -> list[Control]:
    """Return the controls that layers move, none of them blocked.

    Raises:
        EmoteBotError: one of them is blocked, or there are none.
    """
    known = by_owner(face.controls())
    animated = {
        (control.owner, control.path): control
        for layer in layers
        for control in animated_controls(face, layer, known.get(layer.owner, []))
    }
    controls = list(animated.values())
    _check_controls(controls)
    if not controls:
        raise EmoteBotError("The layer “{track}” has no keys to bake", track=layers[0].track.name)
    return controls


def _check_controls(controls: Collection[Control]) -> None:
    for control in (check_curve(control, active_curve) for control in controls):
        if control.blocked is not None:
            raise EmoteBotError(
                "The layer cannot be baked: {control} is {reason}",
                control=control.label,
                reason=control.blocked,
            )


def _write(owner: ID, plan: KeyPlan) -> None:
    """Write the part of a plan that goes to the action of one ID, and store what it replaces."""
    keyed = plan.keys_of(owner)
    previous = values_before(owner, [control.path for control, _ in keyed])
    ensure_action(owner, f"{keyed[0][0].object.name} EmoteBot")
    baked = []
    for control, keys in keyed:
        is_new = find_curve(owner, *control.path) is None
        curve = ensure_curve(curves_of(owner), *control.path, group_name(control))
        replaced, outside = take_keys(curve, plan.frames), keys_outside(curve, plan.frames)
        keys = as_generated(keys)
        replace_keys(curve, keys, plan.frames)
        baked.append(
            BakedCurve(
                control.path,
                written_of(keys),
                replaced,
                previous.get(control.path) if is_new else None,
                moved_handles(outside, keys_outside(curve, plan.frames)),
            )
        )
    add_bake(owner, baked)
    owner.animation_data.action.update_tag()


def _clear(owner: ID) -> int:
    """Put back what bakes have replaced on one ID; return the number of keys that went."""
    ensure_action(owner, owner.name)  # its own, should a duplicate use the same
    curves, bakes = curves_of(owner), stored_bakes(owner)
    by_path: dict[Path, list[BakedCurve]] = {}
    for baked in (baked for bake in bakes for baked in bake):
        by_path.setdefault(baked.path, []).append(baked)
    locked: set[Path] = set()
    freed: dict[Path, float] = {}
    count = 0
    for path, writings in by_path.items():
        curve = curves.find(path[0], index=path[1])
        if curve is None:
            continue
        if is_locked(curve):
            locked.add(path)
            continue
        count += count_written(curve, [baked.written for baked in writings])
        for baked in reversed(writings):
            restore_keys(curve, baked.written, baked.replaced)
        for baked in reversed(writings):
            if baked.beside is not None:
                restore_handles(curve, *baked.beside)
        previous = next((b.previous for b in writings if b.previous is not None), None)
        if previous is not None and not (len(curve.keyframe_points) or len(curve.modifiers)):
            remove_curve(curves, curve)
            freed[path] = previous
    store_bakes(owner, [[baked for baked in bake if baked.path in locked] for bake in bakes])
    owner.animation_data.action.update_tag()
    drop_action(owner)
    give_back(owner, freed)
    return count
