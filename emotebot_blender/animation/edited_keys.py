# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of a layer that are edited by hand, and what was edited as a layer of its own.

Strips are edited in Blender's tweak mode, where the animation editors show their keys. What is
edited can be kept as a difference, on a layer that adds it to what is performed below.
"""

import io
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from bpy.types import ID, Object
from numpy.typing import NDArray

from ..rig.bones import undriven_components
from ..rig.control import LARGEST, Control, Path, followed, path_of, renamed_paths
from ..rig.control_values import members
from ..rig.face import Face
from .actions import is_tweaked, temporary_curve
from .curves import all_keys, checksum, fill
from .foreign_animation import ForeignAnimation
from .key_attributes import HANDLES, Keys, from_record, to_record, with_free_handles
from .key_report import KeyReport
from .keyframes import Keying, KeyPlan, plan_values
from .layer_actions import shared_action
from .layer_writing import write_strip
from .placement import add_layer, raise_layers
from .restoring import clear_strip
from .strip_actions import is_tweaked_strip
from .strips import (
    LayerStrip,
    check_layer,
    keyed_feelings,
    layer_strip,
    layer_strips,
    name_layer,
    own_layer_strips,
    remove_curves,
    set_influence,
)

EDITS = "edits"
"""The kind of the layer of what was edited by hand."""

FaceKeys = dict[tuple[ID, Path], Keys]
"""All that the keys of a layer hold, by the ID and the path of what they move."""

_SMALLEST = 1e-5
"""A difference below this is none."""

_TOLERANCE = 0.002
"""The most that a difference may be off between its keys."""


def begin_editing(layers: Sequence[LayerStrip]) -> None:
    """Have the animation editors show the keys of strips, at most one of an ID.

    Raises:
        EmoteBotError: one of them cannot be changed; nothing has been changed then.
    """
    for layer in layers:
        check_layer(layer.owner, layer)
    for layer in layers:
        data = layer.owner.animation_data
        for track in data.nla_tracks:
            track.select = track == layer.track
            for strip in track.strips:
                strip.select = strip == layer.strip
        data.nla_tracks.active = layer.track
        data.use_tweak_mode = True
        layer.owner.update_tag()


def end_editing(face: Face) -> None:
    """Have the animation editors show the active action again."""
    for layer in edited_strips(face):
        layer.owner.animation_data.use_tweak_mode = False
        layer.owner.update_tag()


def edited_strips(face: Face) -> list[LayerStrip]:
    """Return the layers of a face whose keys the animation editors show."""
    return [
        layer
        for owner in face.animated_ids
        if is_tweaked(owner)
        for layer in layer_strips(owner)
        if is_tweaked_strip(layer.strip, owner)
    ]


def keyed_objects(face: Face) -> list[Object]:
    """Return the objects of a face whose keys are EmoteBot's or the artist's own."""
    keyed = {
        owner
        for owner in face.animated_ids
        if (data := owner.animation_data) and (data.action or layer_strips(owner))
    }
    objects = [control.object for control in face.controls() if control.owner in keyed]
    armature = face.head_armature
    turned = [armature] if armature is not None and layer_strips(armature) else []
    return list(dict.fromkeys([*objects, *turned]))


def layer_keys(layers: Iterable[LayerStrip]) -> FaceKeys:
    """Return all keys of some layers."""
    return {
        (layer.owner, path_of(curve)): keys
        for layer in layers
        for curve in layer.curves or ()
        if (keys := all_keys(curve)) is not None
    }


def remember_keys(layers: Iterable[LayerStrip]) -> None:
    """Have layers whose keys are as they were written remember them, to be compared later."""
    for layer in layers:
        keys = layer_keys([layer])
        heading = {
            "written": layer.record.written,
            "members": members(layer.owner),
            "paths": [path for _, path in keys],
        }
        buffer = io.BytesIO()
        arrays = {str(number): to_record(one) for number, one in enumerate(keys.values())}
        np.savez_compressed(buffer, **arrays)
        layer.write_performed({"heading": json.dumps(heading), "keys": buffer.getvalue()})


def remembered_keys(layers: Iterable[LayerStrip]) -> FaceKeys:
    """Return the keys that layers had before they were edited, as far as they remember."""
    keys: FaceKeys = {}
    for layer in layers:
        stored = layer.performed
        heading = json.loads(stored["heading"]) if stored is not None else {}
        if heading.get("written") != layer.record.written:
            continue  # they were written anew since
        renamed = renamed_paths(heading["members"], members(layer.owner))
        with np.load(io.BytesIO(stored["keys"]), allow_pickle=False) as arrays:
            for number, (data_path, index) in enumerate(heading["paths"]):
                path = followed(data_path, renamed), index
                keys[layer.owner, path] = from_record(arrays[str(number)])
    return keys


def left_out_keys(face: Face, layers: Iterable[LayerStrip]) -> FaceKeys:
    """Return what was performed where keys were set by hand on controls that it left out.

    They are the same keys at rest. What is keyed over strips of the artist's, so that these do not
    show, is no difference from rest, and is left in its layer, as is what no performance moves.

    Args:
        face: what is driven.
        layers: those edited.
    """
    controls = {(control.owner, control.path): control for control in face.controls()}
    keys: FaceKeys = {}
    for layer in layers:
        adds, performed = layer.mix.adds, layer.record.previous
        below = ForeignAnimation(layer.owner).strip_paths
        for number, edited in layer_keys([layer]).items():
            path, control = number[1], controls.get(number)
            if control is None or path in performed or (path in below and not adds):
                continue
            still = {name: edited[name].copy() for name in ("co", *HANDLES)}
            for points in still.values():
                points[:, 1] = 0 if adds else control.rest
            keys[number] = edited | still
    return keys


def remove_left_out(layers: Iterable[LayerStrip], numbers: Collection[tuple[ID, Path]]) -> None:
    """Take the curves of numbers off layers where these were not performed."""
    for layer in layers:
        performed = layer.record.previous
        paths = [p for owner, p in numbers if owner == layer.owner and p not in performed]
        remove_curves(layer, paths)
        layer.write_record(replace(layer.record, written=checksum(layer.curves or ())))


def write_edits(
    face: Face,
    performed: Mapping[tuple[ID, Path], Keys],
    edited: Mapping[tuple[ID, Path], Keys],
    rate: float,
    name: str,
    strength: float,
) -> KeyReport | None:
    """Add what was edited to the layer of edits, which lies over what is performed.

    Args:
        face: what is driven.
        performed: keys as they were performed.
        edited: the same keys as they are now.
        rate: frames a second.
        name: of the layer.
        strength: how much it counts, 0 to 1.

    Returns:
        What was keyed; None where nothing was edited.

    Raises:
        EmoteBotError: the layer of edits cannot be changed; nothing has been changed then.
    """
    changed = [
        number
        for number in performed.keys() & edited.keys()
        if to_record(performed[number]).tobytes() != to_record(edited[number]).tobytes()
    ]
    if not changed:
        return None
    check_edits(face)
    old = [layer for owner in face.animated_ids for layer in own_layer_strips(owner, EDITS)]
    before = layer_keys(old)
    all_keys = [*(performed[n] for n in changed), *(edited[n] for n in changed), *before.values()]
    first = np.floor(min(keys["co"][0, 0] for keys in all_keys))
    last = np.ceil(max(keys["co"][-1, 0] for keys in all_keys))
    frames = np.arange(first, last + 1, dtype=np.float64)
    columns = {number: _values(keys, frames) for number, keys in before.items()}
    for number in changed:
        difference = _values(edited[number], frames) - _values(performed[number], frames)
        columns[number] = columns.get(number, 0) + difference
    controls = _controls(face, [n for n, c in columns.items() if np.abs(c).max() > _SMALLEST])
    if not controls:
        for layer in old:
            clear_strip(layer)
        return None
    controls += undriven_components(controls)  # what is added to a quaternion is added to all of it
    still = np.zeros(len(frames))
    values = np.stack([columns.get((c.owner, c.path), still) for c in controls], axis=1)
    plan = plan_values(face, controls, frames, values.astype(np.float32), Keying(_TOLERANCE))
    for layer in old:
        if layer.owner not in plan.owners:
            clear_strip(layer)
    _write_strips(face, plan, rate, name, strength)
    return plan.report(layer=name)


def _write_strips(face: Face, plan: KeyPlan, rate: float, name: str, strength: float) -> None:
    """Write the layer of edits, over all that is performed.

    Args:
        face: what is driven.
        plan: the keys.
        rate: frames a second.
        name: of the layer.
        strength: how much it counts, 0 to 1.
    """
    strips = {owner: layer_strip(owner, EDITS) for owner in plan.owners}
    shared = shared_action(filter(None, strips.values()))
    for owner, found in strips.items():
        previous = found.record.previous if found is not None else {}
        layer = found or add_layer(owner, name, shared=shared)
        shared = shared or layer.strip.action
        name_layer(layer, name, face.name)
        layer = write_strip(layer, previous, plan, EDITS, rate)
        layer.strip.blend_type = "ADD"
        if not layer.has_animated_strength:
            set_influence(layer, strength)
    raise_edits(face)


def check_edits(face: Face) -> None:
    """Check that the layer of edits can be changed; there may be none.

    Raises:
        EmoteBotError: it cannot.
    """
    for owner in face.animated_ids:
        check_layer(owner, layer_strip(owner, EDITS))


def raise_edits(face: Face) -> None:
    """Move the layer of edits over what is performed, where it lies below, and feelings over it."""
    for owner in face.animated_ids:
        layers = own_layer_strips(owner)
        kinds = [layer.kind for layer in layers]
        if EDITS not in kinds:
            continue
        if any(kind == "sequence" for kind in kinds[kinds.index(EDITS) :]):
            raise_layers([layer for layer in layers if layer.kind == EDITS])
        feelings = keyed_feelings(owner)
        if feelings and own_layer_strips(owner)[-1].kind == EDITS:
            raise_layers(feelings)


def _controls(face: Face, numbers: Iterable[tuple[ID, Path]]) -> list[Control]:
    """Return numbers as controls for differences, which have no range and can always be keyed."""
    known = {(control.owner, control.path): control for control in face.controls()}
    found = (known.get(number) or face.control_at(*number) for number in numbers)
    return [
        replace(control, low=-LARGEST, high=LARGEST, blocked=None)
        for control in found
        if control is not None
    ]


def _values(keys: Keys, frames: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what keys hold on frames, float64, shape (n,)."""
    with temporary_curve() as curve:
        fill(curve, with_free_handles(keys))  # as they were beside others
        return np.array([curve.evaluate(frame) for frame in frames.tolist()])
