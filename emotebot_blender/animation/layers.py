# SPDX-License-Identifier: GPL-3.0-or-later
"""The layers of a face: NLA tracks over what the artist has, that can be taken off again.

A layer has one strip for each ID that animation of the face belongs to, whose keys replace what
lies below, as far as its strength goes, and another one where some add to it. The active action
lies above it, so that keys by hand win, or add to it. Nothing of the artist's is changed for good.
"""

from collections.abc import Collection
from dataclasses import dataclass

from bpy.types import ID

from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..rig.face import Face
from .actions import own_action
from .curves import checksum
from .mixing import is_outdated
from .restoring import clear_strip
from .strips import (
    ROLES,
    LayerStrip,
    Role,
    check_layer,
    layer_strip,
    layer_strips,
    mute_linked,
    name_layer,
    own_layer_strips,
    set_influence,
)
from .visibility import hidden_controls, is_under_bake

_ENDINGS: dict[Role, str] = {"REPLACES": "", "ADDS": " over Speech", "HEAD": " Head"}
"""What the name of the track of a strip ends with, by what it is for."""

Place = tuple[ID, Role]
"""The ID that a strip moves, and what it is for."""


@dataclass(frozen=True)
class Layer:
    """What a layer is like; holds nothing of Blender's.

    Attributes:
        name: of its track.
        frames: first and last frame of its strip in the scene.
        strength: how much it counts, 0 to 1.
        muted: whether its track or its strip is muted.
        edited: whether its keys were changed by hand since they were written.
        fps: frames a second at which it was written.
        hidden: labels of controls that the active action keys as well, which hides the layer there.
        silenced: why none of it shows, a clause such as "the NLA is switched off"; None if it
            does.
        baked: whether keys of a bake hide some of it.
        outdated: whether the artist's own animation that its keys depend on, such as lip-sync, was
            changed since they were written.
        added_to: name of an active action that adds to it for as long as it is there; else None.
    """

    name: str
    frames: tuple[float, float]
    strength: float
    muted: bool
    edited: bool
    fps: float
    hidden: tuple[str, ...]
    silenced: Message | None
    baked: bool = False
    outdated: bool = False
    added_to: str | None = None


def layer_kinds(face: Face, linked: bool = False) -> tuple[str, ...]:
    """Return the kinds of the layers that a face has, the lowest first.

    Those that a library override has from its library count if ``linked`` is true.
    """
    strips_of = layer_strips if linked else own_layer_strips
    layers = [layer for owner in face.animated_ids for layer in strips_of(owner)]
    return tuple(dict.fromkeys(layer.kind for layer in layers))


def find_layer(face: Face, kind: str = "sequence") -> Layer | None:
    """Return what a face's layer is like, or None where it has none of that kind.

    Its keys are read for that, in some 40 ms for ten minutes with a key on every frame.
    """
    layers = list(strips_by_place(face, kind).values())
    if not layers:
        return None
    first = layers[0]
    edited = any(layer.record.written != checksum(layer.curves or ()) for layer in layers)
    hidden = hidden_controls(face, layers)
    return Layer(
        name=first.track.name.removesuffix(_ENDINGS[first.mix.role]),
        frames=(
            min(float(layer.strip.frame_start) for layer in layers),
            max(float(layer.strip.frame_end) for layer in layers),
        ),
        strength=first.strength,
        muted=any(layer.is_muted for layer in layers),
        edited=edited,
        fps=first.record.fps,
        hidden=tuple(hidden),
        silenced=next((layer.silenced for layer in layers if layer.silenced), None),
        baked=is_under_bake(face, layers),
        outdated=is_outdated(face, layers),
        added_to=next((added_to for layer in layers if (added_to := _action_over(layer))), None),
    )


def set_layer_strength(face: Face, kind: str, strength: float) -> None:
    """Have a layer count for a part.

    Args:
        face: what it is on.
        kind: of the layer.
        strength: how much it counts, 0 to 1.

    Raises:
        EmoteBotError: there is no such layer, it cannot be changed, its strength is keyed, or the
            strength makes no sense.
    """
    check_strength(strength)
    layers = editable_strips(face, kind)
    for layer in layers:
        if layer.has_animated_strength:
            raise EmoteBotError(
                "The influence of the strip on “{track}” is animated; "
                "remove its keys in the NLA editor first",
                track=layer.track.name,
            )
    for layer in layers:
        set_influence(layer, strength)
        layer.owner.update_tag()


def editable_strips(face: Face, kind: str) -> list[LayerStrip]:
    """Return the strips of a layer, one to three for each ID that it moves.

    Raises:
        EmoteBotError: there is no such layer, or it cannot be changed.
    """
    check_clearable(face, [kind])
    layers = list(strips_by_place(face, kind).values())
    if not layers:
        raise EmoteBotError("“{face}” has no layer of EmoteBot’s", face=face.name)
    return layers


def rename_layer(face: Face, kind: str, name: str) -> None:
    """Give a layer another name.

    Args:
        face: what it is on.
        kind: of the layer.
        name: of its track, and with the character's of its strips and their actions.

    Raises:
        EmoteBotError: there is no such layer, or it cannot be changed.
    """
    layers = editable_strips(face, kind)
    places = [(layer.owner, layer.mix.role) for layer in layers]
    for layer, place in zip(layers, places, strict=True):
        name_layer(layer, track_name(name, part_of(place, places)), face.name)


def clear_layer(face: Face, kind: str = "sequence") -> bool:
    """Take a layer off, and give controls that nothing else animates their values from before.

    Returns:
        Whether there was one.

    Raises:
        EmoteBotError: it cannot be changed; nothing has been changed then.
    """
    check_clearable(face, [kind])
    layers = list(strips_by_place(face, kind).values())
    for layer in layers:
        clear_strip(layer)
    mute_linked(face.animated_ids, kind)
    return bool(layers)


def check_clearable(face: Face, kinds: Collection[str]) -> None:
    """Check that the layers of these kinds can be changed or taken off; there may be none.

    Raises:
        EmoteBotError: one of them cannot.
    """
    for kind in kinds:
        for (owner, _), layer in strips_by_place(face, kind).items():
            check_layer(owner, layer)


def free_kind(face: Face, prefix: str) -> str:
    """Return a kind that no layer of a face has yet: a prefix and a number from 1."""
    taken = layer_kinds(face, linked=True)
    return next(
        kind for number in range(1, len(taken) + 2) if (kind := f"{prefix}-{number}") not in taken
    )


def strips_by_place(face: Face, kind: str) -> dict[Place, LayerStrip]:
    """Return the strips of a layer, those that replace what lies below them first."""
    layers = {
        (owner, role): layer_strip(owner, kind, role)
        for role in ROLES
        for owner in face.animated_ids
    }
    return {place: layer for place, layer in layers.items() if layer is not None}


def track_name(name: str, part: Role) -> str:
    """Return the name of the tracks of a part of a layer, as ``part_of`` has it."""
    return name + _ENDINGS[part]


def part_of(place: Place, places: Collection[Place]) -> Role:
    """Return the part of a layer that a strip is in: those of one part are one animation.

    Turns of a head go with the face where their armature has no bones of it.

    Args:
        place: of the strip.
        places: of all strips of the layer.
    """
    owner, role = place
    return "REPLACES" if role == "HEAD" and (owner, "REPLACES") not in places else role


def check_strength(strength: float) -> None:
    """Check the strength that a layer is to have.

    Raises:
        EmoteBotError: it is not from 0 to 1.
    """
    if not 0 <= strength <= 1:
        raise EmoteBotError(
            "A strength is a number from 0 to 1, not {strength:g}", strength=strength
        )


def _action_over(layer: LayerStrip) -> str | None:
    """Return the name of the active action that adds to a layer on its account, or None."""
    action = own_action(layer.owner)
    return None if layer.mix.blend_type is None or action is None else str(action.name)
