# SPDX-License-Identifier: GPL-3.0-or-later
"""What is seen of a layer, and what keeps it from being seen."""

from collections.abc import Collection

import numpy as np
from bpy.types import Key, Scene
from numpy.typing import NDArray

from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..rig.face import Control, Face
from ..rig.pose import controls_of, mean_weights, path_of
from .actions import curves_of, find_curve
from .strips import LayerStrip, value_in_layers


def animated_controls(face: Face, layer: LayerStrip) -> list[Control]:
    """Return what the curves of a layer move, among it shape keys that the user has added."""
    known = {
        control.shape_key: control
        for control in controls_of(face, None)
        if control.mesh.data.shape_keys == layer.owner
    }
    mesh = next(mesh for mesh in face.objects if mesh.data.shape_keys == layer.owner)
    paths = {curve.data_path for curve in layer.curves or ()}
    return [
        known.get(block.name) or Control(mesh, block.name, (), None)
        for block in layer.owner.key_blocks
        if block.path_from_id("value") in paths
    ]


def hidden_controls(face: Face, layer: LayerStrip) -> list[str]:
    """Return the names of a layer's controls that the active action replaces."""
    data = layer.owner.animation_data
    above = curves_of(layer.owner)
    if above is None or layer.track.is_solo:
        return []
    if data.action_blend_type != "REPLACE" or data.action_influence == 0:
        return []
    paths = {curve.data_path for curve in above if not curve.mute}
    return [control.name for control in animated_controls(face, layer) if path_of(control) in paths]


def notes_on(face: Face, written: list[LayerStrip]) -> tuple[Message, ...]:
    """Return why the layers written are not seen as they are."""
    notes = [
        Message("The layer does not show: {reason}", reason=layer.silenced)
        for layer in written
        if layer.silenced
    ]
    hidden = [name for layer in written for name in hidden_controls(face, layer)]
    if len(hidden) == 1:
        notes.append(
            Message("Keys of the active action hide the layer on {control}", control=hidden[0])
        )
    elif hidden:
        note = "Keys of the active action hide the layer on {control} and {count} more"
        notes.append(Message(note, control=hidden[0], count=len(hidden) - 1))
    if any(layer.has_animated_strength for layer in written):
        notes.append(Message("The influence of the strip is animated and was kept"))
    return tuple(dict.fromkeys(notes))


def shown_values(scene: Scene, controls: Collection[Control]) -> list[float]:
    """Return what controls show at the present frame, as a view layer has evaluated them.

    Raises:
        EmoteBotError: none has, as with an object that is disabled in the viewport.
    """
    graphs = [graph for layer in scene.view_layers if (graph := layer.depsgraph) is not None]
    played: dict[Key, Key] = {}
    for control in controls:
        owner = control.mesh.data.shape_keys
        if owner in played:
            continue
        seen = (owner.evaluated_get(graph) for graph in graphs)
        found = next((copy for copy in seen if copy.is_evaluated), None)
        if found is None:
            raise EmoteBotError(
                "The layer cannot be baked as “{mesh}” is disabled in the viewport "
                "and does not move; enable it first",
                mesh=control.mesh.name,
            )
        played[owner] = found
    return [
        float(played[control.mesh.data.shape_keys].key_blocks[control.shape_key].value)
        for control in controls
    ]


def keyed_weights(face: Face, frame: float) -> NDArray[np.float32]:
    """Return the weights that the keys of a face hold at a frame, float32 (52,); unkeyed ones 0.

    They are those of the active action, and of EmoteBot's layers for what it leaves.
    """
    held = []
    for control in face.controls():
        owner, path = control.mesh.data.shape_keys, path_of(control)
        curve = find_curve(owner, path)
        value = value_in_layers(owner, path, frame) if curve is None else curve.evaluate(frame)
        if value is not None:
            held.append((control, value))
    return mean_weights(held)
