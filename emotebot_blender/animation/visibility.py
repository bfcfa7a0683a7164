# SPDX-License-Identifier: GPL-3.0-or-later
"""What is seen of a layer, what keeps it from being seen, and what the keys of a face hold."""

from collections.abc import Collection, Iterable

import numpy as np

from ..core.messages import Message
from ..rig.bones import components, is_undriven_component, undriven_components
from ..rig.control import Control, Path, path_of
from ..rig.control_values import by_owner
from ..rig.face import Face
from ..rig.face_notes import notes_on_sharing
from .actions import curves_of, read_bakes
from .curves import is_muted
from .mixing import Mixing
from .nla_stack import NlaStack
from .strips import LayerStrip


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
    known += undriven_components(known)
    by_path = {control.path: control for control in known if control.owner == layer.owner}
    paths = [path_of(curve) for curve in layer.curves or ()]
    moved = [by_path.get(path) or face.control_at(layer.owner, path) for path in paths]
    found = [control for control in moved if control is not None]
    return [*found, *undriven_components(found)]


def hidden_controls(face: Face, layers: Iterable[LayerStrip]) -> list[str]:
    """Return the labels of controls of layers that the active action replaces."""
    paths = {layer: found for layer in layers if (found := _replaced_paths(layer))}
    known = by_owner(face.controls()) if paths else {}
    return [
        control.label
        for layer, replaced in paths.items()
        for control in animated_controls(face, layer, known.get(layer.owner, []))
        if control.path in replaced and not is_undriven_component(control)
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
    keyed = (path_of(curve) for curve in above if not is_muted(curve))
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


def keyed_values(
    face: Face, frame: float, mixing: Mixing | None = None
) -> list[tuple[Control, float]]:
    """Return the keyed controls of a face, and what their keys hold at a frame.

    They are what a keyed feeling goes on from. An active action that adds to what lies below it
    does so to the feeling as well, and is left out.

    Args:
        face: whose keys.
        frame: of the scene.
        mixing: that of the feeling, which an action adds to where it says so; None for one that
            replaces all. What it leaves to other animation is unkeyed.
    """
    frames, held = np.array([frame]), []
    for owner, controls in by_owner(face.controls()).items():
        data = owner.animation_data
        replaces = data is None or data.action_blend_type == "REPLACE"
        stacks = {
            has_action: NlaStack(owner, has_action=has_action) for has_action in (False, True)
        }
        paths = {has_action: stack.paths for has_action, stack in stacks.items()}
        for control in controls:
            if mixing is not None and mixing.is_left(control):
                continue
            counts = replaces and not (mixing is not None and mixing.is_mixed(control))
            if control.path in paths[counts]:
                value = stacks[counts].values(control, frames)[0]
                held.append((control, float(value.clip(control.low, control.high))))
    return held
