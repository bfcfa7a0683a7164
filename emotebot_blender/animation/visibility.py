# SPDX-License-Identifier: GPL-3.0-or-later
"""What is seen of a layer, what keeps it from being seen, and what the keys of a face hold."""

from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from ..core.messages import Message
from ..rig.bones import companions, components, is_companion
from ..rig.control import Control, Path, path_of
from ..rig.control_values import by_owner
from ..rig.face import Face
from ..rig.face_notes import notes_on_sharing
from ..rig.pose import mean_weights
from .actions import curves_of, find_curve, read_bakes
from .restoring import blend_type_before
from .strips import LayerStrip, layer_strips


def animated_controls(
    face: Face, layer: LayerStrip, controls: Collection[Control] | None = None
) -> list[Control]:
    """Return what the curves of a layer move, among it what the artist has added.

    Quaternions are moved as a whole.

    Args:
        face: what the layer is on.
        layer: the strip.
        controls: those of its ID, where they are known already.
    """
    known = [*(face.controls() if controls is None else controls)]
    known += companions(known)
    by_path = {control.path: control for control in known if control.owner == layer.owner}
    paths = [path_of(curve) for curve in layer.curves or ()]
    moved = [by_path.get(path) or face.control_at(layer.owner, path) for path in paths]
    found = [control for control in moved if control is not None]
    return [*found, *companions(found)]


def hidden_controls(face: Face, layers: Iterable[LayerStrip]) -> list[str]:
    """Return the labels of controls of layers that the active action replaces."""
    paths = {layer: found for layer in layers if (found := _replaced_paths(layer))}
    known = by_owner(face.controls()) if paths else {}
    return [
        control.label
        for layer, replaced in paths.items()
        for control in animated_controls(face, layer, known.get(layer.owner, []))
        if control.path in replaced and not is_companion(control)
    ]


def is_under_bake(face: Face, layers: Iterable[LayerStrip]) -> bool:
    """Return whether keys that layers were baked to hide some of others."""
    return bool(hidden_controls(face, [layer for layer in layers if read_bakes(layer.owner)]))


def _replaced_paths(layer: LayerStrip) -> set[Path]:
    """Return what the active action replaces of what lies below it, as a layer does."""
    data = layer.owner.animation_data
    above = curves_of(layer.owner)
    if above is None or layer.track.is_solo:
        return set()
    if data.action_blend_type != "REPLACE" or data.action_influence == 0:
        return set()
    keyed = (path_of(curve) for curve in above if not curve.mute)
    return {component for path in keyed for component in components(path)}


def notes_on(face: Face, written: list[LayerStrip]) -> tuple[Message, ...]:
    """Return why the layers written are not seen as they are."""
    notes = [
        Message("The layer does not show: {reason}", reason=layer.silenced)
        for layer in written
        if layer.silenced
    ]
    hidden = hidden_controls(face, written)
    if is_under_bake(face, written):
        notes.append(Message("Baked keys hide the layer: press Clear Baked Keys to see it"))
    elif len(hidden) == 1:
        notes.append(
            Message("Keys of the active action hide the layer on {control}", control=hidden[0])
        )
    elif hidden:
        note = "Keys of the active action hide the layer on {control} and {count} more"
        notes.append(Message(note, control=hidden[0], count=len(hidden) - 1))
    if any(layer.has_animated_strength for layer in written):
        notes.append(Message("The influence of the strip is animated and was kept"))
    notes += notes_on_sharing(face)
    return tuple(dict.fromkeys(notes))


def keyed_weights(face: Face, frame: float) -> NDArray[np.float32]:
    """Return the weights that the keys of a face hold at a frame, float32 (52,); unkeyed ones 0.

    They are those of the active action, unless it adds to the layers, and of EmoteBot's layers for
    what it leaves, each over those that lie below it.
    """
    held = []
    for control in face.controls():
        adds = blend_type_before(control.owner) is not None
        curve = None if adds else find_curve(control.owner, *control.path)
        value = _value_in_layers(control, frame) if curve is None else curve.evaluate(frame)
        if value is not None:
            held.append((control, value))
    return mean_weights(held)


def _value_in_layers(control: Control, frame: float) -> float | None:
    """Return what the layers with a curve for a control show at a frame, or None without any."""
    shown = None
    for layer in layer_strips(control.owner):
        curves = layer.curves
        curve = curves.find(control.data_path, index=control.index) if curves is not None else None
        if curve is None or layer.is_muted or not _counts_at(layer, frame):
            continue
        strip = layer.strip
        time = min(max(frame, strip.frame_start), strip.frame_end)
        influence = layer.influence_at(time)
        time = strip.action_frame_start + (time - strip.frame_start) / strip.scale
        below = control.rest if shown is None else shown
        value = float(curve.evaluate(time))
        adds = strip.blend_type in ("ADD", "COMBINE")
        shown = below + influence * (value if adds else value - below)
    return shown


def _counts_at(layer: LayerStrip, frame: float) -> bool:
    """Return whether a strip counts at a frame, itself or by what it holds."""
    strip = layer.strip
    others = [other for other in layer.track.strips if other != strip]
    if frame < strip.frame_start:
        is_first = all(other.frame_start > strip.frame_start for other in others)
        return bool(strip.extrapolation == "HOLD" and is_first)
    if frame <= strip.frame_end:
        return True
    is_last = not any(strip.frame_start < other.frame_start <= frame for other in others)
    return bool(strip.extrapolation != "NOTHING" and is_last)
