# SPDX-License-Identifier: GPL-3.0-or-later
"""What is seen of a layer, and what keeps it from being seen."""

from collections.abc import Collection

from bpy.types import Key, Scene

from ..core.errors import EmoteBotError
from ..rig.face import Control, Face
from ..rig.pose import controls_of, path_of
from .actions import curves_of
from .strips import LayerStrip


def animated_controls(face: Face, layer: LayerStrip) -> list[Control]:
    """Return what the curves of a layer move, among it shape keys that the user has added."""
    known = {
        control.shape_key: control
        for control in controls_of(face, None)
        if control.mesh.data.shape_keys == layer.owner
    }
    mesh = next(mesh for mesh in face.meshes if mesh.data.shape_keys == layer.owner)
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


def notes_on(face: Face, written: list[LayerStrip]) -> tuple[str, ...]:
    """Return why the layers written are not seen as they are."""
    notes = {f"The layer does not show: {layer.silenced}" for layer in written if layer.silenced}
    hidden = [name for layer in written for name in hidden_controls(face, layer)]
    if hidden:
        note = f"Keys of the active action hide the layer on {hidden[0]}"
        if len(hidden) > 1:
            note = f"{note} and {len(hidden) - 1} more"
        notes.add(note)
    if any(layer.has_animated_strength for layer in written):
        notes.add("The influence of the strip is animated and was kept")
    return tuple(sorted(notes))


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
