# SPDX-License-Identifier: GPL-3.0-or-later
"""A performance as a layer: an NLA track over what the artist has, that can be taken off again.

A layer has one strip for each ID that animation of the face belongs to, whose keys replace what
lies below, as far as its strength goes, and another one where some add to it. The active action
lies above it, so that keys by hand win, or add to it. Nothing of the artist's is changed for good.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from bpy.types import ID, FCurve, Key, Scene

from ..core.clip import Clip
from ..core.errors import EmoteBotError
from ..core.messages import Message, listed
from ..rig.control import Control, Path
from ..rig.face import Face
from .actions import ensure_curve, own_action, own_strip_action
from .curves import checksum, fill
from .evaluation import notes_on_stretching
from .key_report import KeyReport
from .keyframes import Keying, KeyPlan, group_name, plan_clip
from .mixing import Mix, Mixing, is_outdated
from .placement import add_layer, place_strip, raise_layers
from .restoring import (
    blend_type_before,
    clear_strip,
    give_back,
    give_back_blend_type,
    have_action_add,
    played_along,
    values_before,
)
from .strips import (
    ADDING,
    LayerRecord,
    LayerStrip,
    MixRecord,
    check_layer,
    is_below_other,
    keyed_feelings,
    layer_strip,
    layer_strips,
    mute_linked,
    name_layer,
    own_layer_strips,
    remove_curves,
    set_influence,
)
from .visibility import hidden_controls, is_under_bake, notes_on

_OVER_SPEECH = " over Speech"
"""What the name of the track of a strip that adds to what lies below it ends with."""

_UNMIXED = MixRecord()

Place = tuple[ID, bool]
"""The ID that a strip moves, and whether it adds to what lies below it."""


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
    mix: Mix | None = None,
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
        strength: how much the layer counts, 0 to 1; a strength that the artist has keyed stays.
        kind: which layer it is; a face has one of each kind.
        extrapolation: of its strips, as Blender has it: "HOLD" where its ends hold before and after
            it, "NOTHING" where it does not count there.
        mix: how it goes with other animation of the face, as ``Mixing`` takes it.

    Raises:
        EmoteBotError: nothing on the face can be keyed, the layer cannot be changed, or an argument
            makes no sense; nothing has been changed then.
    """
    _check_strength(strength)
    mixing, old = Mixing(face, mix, channels), _strips(face, kind)

    def curve_of(control: Control) -> FCurve | None:
        layer = old.get((control.owner, mixing.is_added(control)))
        return _curve_in(layer, control)

    plan = plan_clip(face, clip, scene, frame_start, keying, channels, curve_of, mixing)
    idle = mixing.idle(plan.free, plan.keys)
    plan = plan.part(lambda control: control not in idle)
    parts = {adds: plan.part(_chosen(mixing, adds)) for adds in (False, True)}
    places = [(owner, adds) for adds, part in parts.items() for owner in part.owners]
    for owner, adds in dict.fromkeys([*places, *old]):
        check_layer(owner, old.get((owner, adds)))

    types = {owner: blend_type_before(owner) for owner in face.animated_ids}
    for place in old.keys() - set(places):
        clear_strip(old[place])
    rate = scene.render.fps / scene.render.fps_base
    written = []
    for owner, adds in places:
        layer = _strip_for(owner, kind, name, adds)
        name_layer(layer, _name_of(name, adds), face.name)
        previous = layer.record.previous if (owner, adds) in old else {}
        record = mixing.record(owner, adds)
        have_action_add(owner, record)
        layer = write_strip(layer, previous, parts[adds], kind, rate, record)
        if not layer.has_animated_strength:
            set_influence(layer, strength)
        layer.strip.extrapolation = extrapolation
        written.append(layer)
    for owner, blend_type in types.items():
        give_back_blend_type(owner, blend_type)
    mute_linked(face.animated_ids, kind)
    stretching = notes_on_stretching(scene, plan.performed[1])
    notes = (*mixing.notes(written), *_notes_on_idle(idle), *notes_on(face, written), *stretching)
    return plan.report(notes, name)


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
    layers = list(_strips(face, kind).values())
    if not layers:
        return None
    first = layers[0]
    edited = any(layer.record.written != checksum(layer.curves or ()) for layer in layers)
    hidden = hidden_controls(face, layers)
    return Layer(
        name=first.track.name.removesuffix(_OVER_SPEECH),
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
    _check_strength(strength)
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
    """Return the strips of a layer, one or two for each ID that it moves.

    Raises:
        EmoteBotError: there is no such layer, or it cannot be changed.
    """
    check_clearable(face, [kind])
    layers = list(_strips(face, kind).values())
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
    for layer in editable_strips(face, kind):
        name_layer(layer, _name_of(name, layer.mix.adds), face.name)


def clear_layer(face: Face, kind: str = "sequence") -> bool:
    """Take a layer off, and give controls that nothing else animates their values from before.

    Returns:
        Whether there was one.

    Raises:
        EmoteBotError: it cannot be changed; nothing has been changed then.
    """
    check_clearable(face, [kind])
    layers = list(_strips(face, kind).values())
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
        for (owner, _), layer in _strips(face, kind).items():
            check_layer(owner, layer)


def free_kind(face: Face, prefix: str) -> str:
    """Return a kind that no layer of a face has yet: a prefix and a number from 1."""
    taken = layer_kinds(face, linked=True)
    return next(
        kind for number in range(1, len(taken) + 2) if (kind := f"{prefix}-{number}") not in taken
    )


def write_strip(
    layer: LayerStrip,
    previous: Mapping[Path, float],
    plan: KeyPlan,
    kind: str,
    rate: float,
    mix: MixRecord = _UNMIXED,
) -> LayerStrip:
    """Write the part of a plan that goes to one ID; return the layer where it lies then.

    Args:
        layer: the strip that is filled.
        previous: the values before of what it has moved so far.
        plan: the keys.
        kind: of the layer.
        rate: frames a second.
        mix: how it goes with the artist's own animation.
    """
    owner, curves = layer.owner, layer.curves
    keyed = plan.keys_of(owner)
    along = played_along(owner)
    paths = along | {control.path for control in plan.controls if control.owner == owner}
    new = (along | {control.path for control, _ in keyed}) - previous.keys()
    previous = {**previous, **(values_before(owner, new) if new else {})}
    for control, keys in keyed:
        fill(ensure_curve(curves, *control.path, group_name(control)), keys)
    dropped = {path: value for path, value in previous.items() if path not in paths}
    kept = {path: value for path, value in previous.items() if path in paths}
    remove_curves(layer, dropped)
    layer.write_record(LayerRecord(kind, rate, kept, checksum(curves), mix=mix))
    layer = place_strip(layer, *plan.frames)
    layer.strip.action.update_tag()
    owner.update_tag()
    give_back(owner, dropped)
    return layer


def _strips(face: Face, kind: str) -> dict[Place, LayerStrip]:
    """Return the strips of a layer, those that replace what lies below them first."""
    layers = {
        (owner, adds): layer_strip(owner, kind, adds)
        for adds in (False, True)
        for owner in face.animated_ids
    }
    return {place: layer for place, layer in layers.items() if layer is not None}


def _strip_for(owner: ID, kind: str, name: str, adds: bool) -> LayerStrip:
    """Return the strip of a layer, where it is to lie; a new one where there was none.

    Args:
        owner: the ID that it moves.
        kind: of the layer.
        name: of the layer.
        adds: whether it adds to what lies below it: it lies above all of that then.
    """
    layer = layer_strip(owner, kind, adds)
    if layer is None:
        layer = add_layer(owner, _name_of(name, adds))
        if adds:
            layer.strip.blend_type = ADDING if isinstance(owner, Key) else "ADD"
    else:
        own_strip_action(layer.strip, owner)
        if not (adds and is_below_other(layer)):
            return layer
        raise_layers([layer])
        layer = layer_strip(owner, kind, adds)
        assert layer is not None
    raise_layers(keyed_feelings(owner))  # they lie over what is played
    return layer


def _name_of(name: str, adds: bool) -> str:
    return name + _OVER_SPEECH if adds else name


def _action_over(layer: LayerStrip) -> str | None:
    """Return the name of the active action that adds to a layer on its account, or None."""
    action = own_action(layer.owner)
    return None if layer.mix.blend_type is None or action is None else str(action.name)


def _notes_on_idle(idle: Collection[Control]) -> tuple[Message, ...]:
    """Return a sentence that says what has no keys as they would add nothing, if there is any."""
    labels = sorted(control.label for control in idle)
    note = "Without keys, as nothing is added there: {controls}"
    return (Message(note, controls=listed(labels)),) if labels else ()


def _check_strength(strength: float) -> None:
    if not 0 <= strength <= 1:
        raise EmoteBotError(
            "A strength is a number from 0 to 1, not {strength:g}", strength=strength
        )


def _curve_in(layer: LayerStrip | None, control: Control) -> FCurve | None:
    if layer is None or layer.curves is None:
        return None
    return layer.curves.find(control.data_path, index=control.index)


def _chosen(mixing: Mixing, adds: bool) -> Callable[[Control], bool]:
    """Return what chooses the controls of a strip."""
    return lambda control: not mixing.is_left(control) and mixing.is_added(control) == adds
