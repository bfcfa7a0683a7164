# SPDX-License-Identifier: GPL-3.0-or-later
"""A performance as a layer: an NLA track over what the artist has, that can be taken off again.

A layer has one strip for each set of shape keys of the face. Its keys replace what lies below, as
far as its strength goes; the active action lies above it, so that keys by hand win. Nothing but the
layer is changed.
"""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from bpy.types import FCurve, Key, Scene

from ..core.clip import Clip
from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..rig.face import Control, Face
from ..rig.pose import path_of
from .actions import check_editable, own_strip_action
from .curves import checksum, fill
from .keyframes import (
    Keying,
    KeyReport,
    Plan,
    active_curve,
    check_curve,
    plan_clip,
    plan_values,
    write_plan,
)
from .strips import (
    LayerStrip,
    Mark,
    add_layer,
    check_layer,
    clear_strip,
    give_back,
    layer_strip,
    layer_strips,
    mute_linked,
    name_layer,
    own_layer_strips,
    place_strip,
    remove_curves,
    set_influence,
    value_before,
    write_mark,
)
from .visibility import animated_controls, hidden_controls, notes_on, shown_values


@dataclass(frozen=True)
class Layer:
    """What is to be said of a layer; holds nothing of Blender's.

    Attributes:
        name: of its track.
        frames: first and last frame of its strip in the scene.
        strength: how much it counts, 0 to 1.
        muted: whether its track or its strip is muted.
        edited: whether its keys were changed by hand since they were written.
        fps: frames a second at which it was written.
        hidden: names of controls that the active action keys as well, which hides the layer there.
        silenced: why none of it shows, a clause such as "the NLA is switched off"; None if it
            does.
    """

    name: str
    frames: tuple[float, float]
    strength: float
    muted: bool
    edited: bool
    fps: float
    hidden: tuple[str, ...]
    silenced: Message | None


def write_layer(
    face: Face,
    clip: Clip,
    scene: Scene,
    frame_start: float,
    name: str,
    keying: Keying,
    channels: Collection[str] | None = None,
    strength: float = 1.0,
    kind: str = "sequence",
    extrapolation: str = "HOLD",
) -> KeyReport:
    """Write a clip as a layer, in the place of the one of that kind; all of it, or nothing.

    Args:
        face: what is driven.
        clip: the performance, one frame or more.
        scene: gives the frames a second.
        frame_start: where second 0 of the performance lies.
        name: of the NLA track.
        keying: how values become keys.
        channels: those to drive; None for all that the face covers.
        strength: how much the layer counts, 0 to 1; a strength that the user has keyed stays.
        kind: which layer it is; a face has one of each kind.
        extrapolation: of its strips, as Blender has it: "HOLD" where its ends hold before and after
            it, "NOTHING" where it says nothing there.

    Raises:
        EmoteBotError: nothing on the face can be keyed, the layer cannot be changed, or an argument
            makes no sense; nothing has been changed then.
    """
    _check_strength(strength)
    old = _strips(face, kind)
    plan = plan_clip(
        face, clip, scene, frame_start, keying, channels, lambda control: _curve_in(old, control)
    )
    wanted = {control.mesh.data.shape_keys for control in plan.controls}
    for owner in {**plan.owners, **old}:
        check_layer(owner, old.get(owner))

    for owner in old.keys() - wanted:
        clear_strip(old[owner])
    rate = scene.render.fps / scene.render.fps_base
    written = [
        _write(owner, old.get(owner), plan, name, strength, kind, rate) for owner in plan.owners
    ]
    mute_linked(_owners(face), kind)
    for layer in written:
        layer.strip.extrapolation = extrapolation
    return plan.report(notes_on(face, written))


def layer_kinds(face: Face, linked: bool = False) -> tuple[str, ...]:
    """Return the kinds of the layers that a face has, the lowest first.

    Those that a library override has from its library count if ``linked`` is true.
    """
    strips_of = layer_strips if linked else own_layer_strips
    found = [layer for owner in _owners(face) for layer in strips_of(owner)]
    return tuple(dict.fromkeys(layer.mark.kind for layer in found))


def find_layer(face: Face, kind: str = "sequence") -> Layer | None:
    """Return what is to be said of a face's layer, or None where it has none of that kind.

    Its keys are read for that, in some 40 ms for ten minutes with a key on every frame.
    """
    found = list(_strips(face, kind).values())
    if not found:
        return None
    first = found[0]
    edited = any(layer.mark.written != checksum(layer.curves or ()) for layer in found)
    hidden = [name for layer in found for name in hidden_controls(face, layer)]
    return Layer(
        name=first.track.name,
        frames=(
            min(float(layer.strip.frame_start) for layer in found),
            max(float(layer.strip.frame_end) for layer in found),
        ),
        strength=first.strength,
        muted=any(layer.is_muted for layer in found),
        edited=edited,
        fps=first.mark.fps,
        hidden=tuple(hidden),
        silenced=next((layer.silenced for layer in found if layer.silenced), None),
    )


def set_layer_strength(face: Face, kind: str, strength: float) -> None:
    """Have a layer count for a part, 0 to 1.

    Raises:
        EmoteBotError: there is no such layer, it cannot be changed, its strength is keyed, or the
            strength makes no sense.
    """
    _check_strength(strength)
    found = editable_strips(face, kind)
    for layer in found:
        if layer.has_animated_strength:
            raise EmoteBotError(
                "The influence of the strip on “{track}” is animated; "
                "remove its keys in the NLA editor first",
                track=layer.track.name,
            )
    for layer in found:
        set_influence(layer, strength)
        layer.owner.update_tag()


def editable_strips(face: Face, kind: str) -> list[LayerStrip]:
    """Return the strips of a layer, one for each set of shape keys that it moves.

    Raises:
        EmoteBotError: there is no such layer, or it cannot be changed.
    """
    check_layers(face, [kind])
    found = list(_strips(face, kind).values())
    if not found:
        raise EmoteBotError("“{face}” has no layer of EmoteBot’s", face=face.name)
    return found


def rename_layer(face: Face, kind: str, name: str) -> None:
    """Give a layer another name.

    Raises:
        EmoteBotError: there is no such layer, or it cannot be changed.
    """
    for layer in editable_strips(face, kind):
        name_layer(layer, name)


def clear_layer(face: Face, kind: str = "sequence") -> bool:
    """Take a layer off, and give controls that nothing else animates their values from before.

    Returns:
        Whether there was one.

    Raises:
        EmoteBotError: it cannot be changed; nothing has been changed then.
    """
    check_layers(face, [kind])
    found = list(_strips(face, kind).values())
    for layer in found:
        clear_strip(layer)
    mute_linked(_owners(face), kind)
    return bool(found)


def check_layers(face: Face, kinds: Collection[str]) -> None:
    """Check that the layers of these kinds can be changed or taken off; there may be none.

    Raises:
        EmoteBotError: one of them cannot.
    """
    for kind in kinds:
        for owner, layer in _strips(face, kind).items():
            check_layer(owner, layer)


def bake_layers(
    face: Face,
    scene: Scene,
    kinds: Collection[str],
    keying: Keying,
    go_to_frame: Callable[[int], None],
    progress: Callable[[float], None] | None = None,
) -> KeyReport:
    """Key what the controls of layers show on each of their frames, and take the layers off.

    What they show is due to all that animates them: the layers by their strengths, what lies below,
    and the active action, which the keys go into. The current frame stays.

    Args:
        face: what is driven.
        scene: the one that ``go_to_frame`` plays.
        kinds: of the layers, one or more.
        keying: how values become keys.
        go_to_frame: evaluates the scene at a frame, as ``scene.frame_set`` does.
        progress: told the share that is done, 0 to 1.

    Raises:
        EmoteBotError: there is no such layer, it does not show, its object is not played, or a
            control of it cannot be keyed; nothing has been changed then.
    """
    found = [layer for kind in kinds for layer in editable_strips(face, kind)]
    if not found:
        raise EmoteBotError("“{face}” has no layer of EmoteBot’s", face=face.name)
    for layer in found:
        _check_bake(layer)
    animated = {
        control.name: control for layer in found for control in animated_controls(face, layer)
    }
    controls = [check_curve(control, active_curve) for control in animated.values()]
    for control in controls:
        if control.blocked is not None:
            raise EmoteBotError(
                "The layer cannot be baked: {control} is {reason}",
                control=control.name,
                reason=control.blocked,
            )
    if not controls:
        raise EmoteBotError("The layer “{track}” has no keys to bake", track=found[0].track.name)

    first = math.floor(min(layer.strip.frame_start for layer in found))
    last = math.ceil(max(layer.strip.frame_end for layer in found))
    frames = np.arange(first, last + 1)
    columns = np.empty((len(frames), len(controls)), dtype=np.float32)
    current, part = scene.frame_current, scene.frame_subframe
    try:
        for row, frame in enumerate(frames.tolist()):
            go_to_frame(frame)
            columns[row] = shown_values(scene, controls)
            if progress is not None:
                progress((row + 1) / len(frames))
    finally:
        go_to_frame(current)
        scene.frame_subframe = part

    plan = plan_values(controls, frames.astype(np.float64), columns, keying)
    report = write_plan(face, plan)
    for layer in found:
        clear_strip(layer)
    return report


def _write(
    owner: Key,
    old: LayerStrip | None,
    plan: Plan,
    name: str,
    strength: float,
    kind: str,
    rate: float,
) -> LayerStrip:
    """Write the part of a plan that goes to one set of shape keys."""
    if old is None:
        layer = add_layer(owner, name)
        before: dict[str, float] = {}
    else:
        layer, before = old, old.mark.before
        own_strip_action(layer.strip, owner)
        name_layer(layer, name)
    action, curves = layer.strip.action, layer.curves
    wanted = {
        control.shape_key for control in plan.controls if control.mesh.data.shape_keys == owner
    }
    for control, keys in zip(plan.free, plan.keys, strict=True):
        if control.mesh.data.shape_keys != owner:
            continue
        path = path_of(control)
        if control.shape_key not in before:
            before[control.shape_key] = value_before(owner, control.shape_key)
        fill(curves.find(path) or curves.new(path), keys)
    dropped = {key: before.pop(key) for key in before.keys() - wanted}
    remove_curves(layer, dropped)
    write_mark(action, Mark(kind, rate, before, checksum(curves)))
    layer = place_strip(layer, *plan.span)
    if not layer.has_animated_strength:
        set_influence(layer, strength)
    action.update_tag()
    owner.update_tag()
    give_back(owner, dropped)
    return layer


def _owners(face: Face) -> list[Key]:
    return list(dict.fromkeys(mesh.data.shape_keys for mesh in face.objects))


def _strips(face: Face, kind: str) -> dict[Key, LayerStrip]:
    """Return the layer of a kind on each set of shape keys that has one."""
    found = {owner: layer_strip(owner, kind) for owner in _owners(face)}
    return {owner: layer for owner, layer in found.items() if layer is not None}


def _check_strength(strength: float) -> None:
    if not 0 <= strength <= 1:
        raise EmoteBotError(
            "A strength is a number from 0 to 1, not {strength:g}", strength=strength
        )


def _check_bake(layer: LayerStrip) -> None:
    check_editable(layer.owner)
    silenced = layer.silenced
    data = layer.owner.animation_data
    if not silenced and any(track.is_solo for track in data.nla_tracks):
        silenced = Message("the NLA track “{track}” is solo", track=layer.track.name)
    if silenced:
        raise EmoteBotError("The layer cannot be baked as {silenced}", silenced=silenced)
    if data.action_blend_type != "REPLACE" or data.action_influence < 1:
        raise EmoteBotError(
            "The layer cannot be baked as the active action does not replace what lies below it"
        )


def _curve_in(layers: dict[Key, LayerStrip], control: Control) -> FCurve | None:
    layer = layers.get(control.mesh.data.shape_keys)
    if layer is None or layer.curves is None:
        return None
    return layer.curves.find(path_of(control))
