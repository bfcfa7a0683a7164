# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of layers edited by hand: shown to the animation editors, and kept on a layer above."""

from typing import TYPE_CHECKING

from bpy.types import ID, Object, Scene

from ..core.errors import EmoteBotError
from ..core.messages import Message
from .feeling_keys import fit_keyed_feelings
from .performing import update_layer
from .sequence import SEQUENCE_LAYER, sequence_of
from .sequence_script import script_of
from .timeline import frame_rate

if TYPE_CHECKING:
    from ..animation.key_report import KeyReport
    from ..animation.strips import LayerStrip
    from ..rig.face import Face


def is_editing(face: "Face") -> bool:
    """Return whether the animation editors show the keys of a layer of a face."""
    from ..animation.edited_keys import edited_strips

    return bool(edited_strips(face))


def keyed_objects(face: "Face") -> list[Object]:
    """Return the objects of a face that have keys, of EmoteBot's or of the artist's."""
    from ..animation import edited_keys

    return edited_keys.keyed_objects(face)


def begin_editing(face: "Face", scene: Scene, over_speech: bool = False) -> Message:
    """Have the animation editors show the keys of the sequence, else of another layer.

    Without a sequence it is the feeling or the recording at the playhead, else the last one.

    Args:
        face: what is driven.
        scene: where it is played.
        over_speech: whether the keys that are added to lip-sync are meant, where a part of the face
            has others as well: the editors show those of one strip of an ID.

    Returns:
        Where to look, a sentence.

    Raises:
        EmoteBotError: there is no layer, or it cannot be changed.
    """
    from ..animation import edited_keys
    from ..animation.layers import find_layer

    layers = _layers_to_edit(face, scene.frame_current_final, over_speech)
    if not layers:
        raise EmoteBotError("“{face}” has no layer of EmoteBot’s", face=face.name)
    edited_keys.begin_editing(layers)
    layer = find_layer(face, layers[0].kind)
    if layer is not None and not layer.edited:
        edited_keys.remember_keys(layers)
    return Message(
        "The keys of “{layer}” are in the timeline, the dope sheet and the graph editor "
        "until you press Done Editing",
        layer=layers[0].strip.name,
    )


def end_editing(face: "Face", scene: Scene) -> Message:
    """Have the animation editors show the active action again; return what became of the keys."""
    from ..animation import edited_keys
    from ..animation.layers import find_layer

    edited = edited_keys.edited_strips(face)
    edited_keys.end_editing(face)
    fit_keyed_feelings(face, scene)
    layer = find_layer(face, edited[0].kind) if edited else None
    if layer is None or not layer.edited or edited[0].kind != SEQUENCE_LAYER:
        return Message("Editing is done")
    return Message(
        "Editing is done: Keep Edits puts what you changed on a layer of its own, "
        "so that the sequence can be performed again"
    )


def keep_edits(face: "Face", scene: Scene) -> "KeyReport | None":
    """Put what was edited by hand on a layer above, and perform the sequence again below it.

    Editing ends first where keys are being edited. The layer adds the difference between the keys
    as they are and as they were performed.

    Returns:
        What was keyed there; None where the sequence is performed as it was edited.

    Raises:
        EmoteBotError: nothing was edited, the face cannot be keyed, a beat has a fault, or there is
            none to perform; nothing has been changed then.
    """
    from ..animation import edited_keys
    from ..animation.layers import find_layer
    from ..animation.strips import own_layer_strips

    def strips() -> "list[LayerStrip]":
        owners = face.animated_ids
        return [layer for owner in owners for layer in own_layer_strips(owner, SEQUENCE_LAYER)]

    layer = find_layer(face, SEQUENCE_LAYER)
    if layer is None or not layer.edited:
        raise EmoteBotError("No keys of the sequence were edited by hand")
    if not script_of(sequence_of(face)).beats:
        raise EmoteBotError("Every beat is muted: there is nothing to perform")
    if is_editing(face):
        end_editing(face, scene)
    edited_keys.check_edits(face)
    edited, remembered = edited_keys.layer_keys(strips()), edited_keys.remembered_keys(strips())
    left_out = edited_keys.left_out_keys(face, strips())
    update_layer(face, scene, replace_edits=True)
    edited_keys.remove_left_out(strips(), left_out)
    performed = {**edited_keys.layer_keys(strips()), **remembered, **left_out}
    name = Message("{sequence} Edits", sequence=sequence_of(face).name)
    return edited_keys.write_edits(
        face, performed, edited, frame_rate(scene), str(name), layer.strength
    )


def _layers_to_edit(face: "Face", frame: float, over_speech: bool) -> "list[LayerStrip]":
    """Return the strips of the layer that is edited, one of each ID that it moves."""
    from ..animation.strips import own_layer_strips

    layers = [layer for owner in face.animated_ids for layer in own_layer_strips(owner)]
    kinds = dict.fromkeys(layer.kind for layer in layers)
    shown = [
        layer.kind for layer in layers if layer.strip.frame_start <= frame <= layer.strip.frame_end
    ]
    kind = SEQUENCE_LAYER if SEQUENCE_LAYER in kinds else next(reversed(shown or [*kinds]), None)
    chosen: dict[ID, LayerStrip] = {}
    for layer in sorted(layers, key=lambda layer: layer.mix.adds != over_speech):
        if layer.kind == kind:
            chosen.setdefault(layer.owner, layer)
    return list(chosen.values())
