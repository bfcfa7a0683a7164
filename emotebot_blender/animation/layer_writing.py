# SPDX-License-Identifier: GPL-3.0-or-later
"""A clip written as a layer of a face, in the place of the one that was there."""

from collections.abc import Callable, Collection, Mapping

from bpy.types import ID, Action, FCurve, Key, Scene

from ..core.clip import Clip
from ..core.messages import Message, listed
from ..rig.control import Control, Path
from ..rig.face import Face
from .actions import ensure_curve
from .curves import checksum, fill
from .evaluation import notes_on_stretching
from .head_keys import plan_head
from .key_report import KeyReport
from .keyframes import Keying, KeyPlan, group_name, plan_clip
from .layer_actions import join, shared_action, take_own_actions
from .layers import check_strength, part_of, strips_by_place, track_name
from .mix_shares import Mix
from .mixing import Mixing
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
    ROLES,
    LayerRecord,
    LayerStrip,
    MixRecord,
    Role,
    check_layer,
    is_below_other,
    keyed_feelings,
    layer_strip,
    mute_linked,
    name_layer,
    remove_curves,
    set_influence,
)
from .visibility import notes_on

_UNMIXED = MixRecord()


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
    head: float = 0.0,
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
            it, "NOTHING" where it does not count there; the head does not turn there.
        mix: how it goes with other animation of the face, as ``Mixing`` takes it.
        head: how much of its turns the head does, from 0; none has it stay as it is.

    Raises:
        EmoteBotError: nothing on the face can be keyed, the layer cannot be changed, or an argument
            makes no sense; nothing has been changed then.
    """
    check_strength(strength)
    mixing, old = Mixing(face, mix, channels), strips_by_place(face, kind)

    def curve_of(control: Control) -> FCurve | None:
        layer = old.get((control.owner, _role(mixing, control)))
        return _curve_in(layer, control)

    plan = plan_clip(face, clip, scene, frame_start, keying, channels, curve_of, mixing)
    idle = mixing.idle(plan.free, plan.keys)
    plan = plan.part(lambda control: control not in idle)
    returns = extrapolation == "NOTHING"
    turns = plan_head(face, clip, scene, frame_start, keying, head, kind, returns)
    parts: dict[Role, KeyPlan] = {
        "REPLACES": plan.part(_chosen(mixing, "REPLACES")),
        "ADDS": plan.part(_chosen(mixing, "ADDS")),
    }
    if turns.plan is not None:
        parts["HEAD"] = turns.plan
        plan = plan.joined(turns.plan)
    places = [(owner, role) for role, part in parts.items() for owner in part.owners]
    for place in dict.fromkeys([*places, *old]):
        check_layer(place[0], old.get(place))

    types = {owner: blend_type_before(owner) for owner in face.animated_ids}
    for place in old.keys() - set(places):
        clear_strip(old[place])
    rate = scene.render.fps / scene.render.fps_base
    written = []
    kept = [old[place] for place in places if place in old]
    take_own_actions(kept)
    actions = {
        part: shared_action(
            [old[place] for place in places if part_of(place, places) == part and place in old]
        )
        for part in ROLES
    }
    for owner, role in places:
        part = part_of((owner, role), places)
        layer = _strip_for(owner, kind, track_name(name, part), role, actions[part])
        actions[part] = actions[part] or layer.strip.action
        name_layer(layer, track_name(name, part), face.name)
        previous = layer.record.previous if (owner, role) in old else {}
        record = turns.record if role == "HEAD" else mixing.record(owner, role == "ADDS")
        have_action_add(owner, record)
        if role == "ADDS":  # what was set there by hand is replaced as other keys are
            remove_curves(layer, [control.path for control in idle if control.owner == owner])
        layer = write_strip(layer, previous, parts[role], kind, rate, record)
        if not layer.has_animated_strength:
            set_influence(layer, strength)
        # the artist's pose is part of the turns of a head: nothing would be rest
        layer.strip.extrapolation = "HOLD" if role == "HEAD" else extrapolation
        written.append(layer)
    for owner, blend_type in types.items():
        give_back_blend_type(owner, blend_type)
    mute_linked(face.animated_ids, kind)
    stretching = notes_on_stretching(scene, plan.performed[1])
    mixed = dict.fromkeys((*mixing.notes(written), *_notes_on_idle(idle)))
    notes = (*mixed, *notes_on(face, written), *stretching, *turns.notes)
    return plan.report(notes, name)


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


def _strip_for(owner: ID, kind: str, name: str, role: Role, shared: Action | None) -> LayerStrip:
    """Return the strip of a layer, where it is to lie; a new one where there was none.

    Args:
        owner: the ID that it moves.
        kind: of the layer.
        name: of its track.
        role: what it is for; where it adds to what lies below it, it lies above all of that.
        shared: the action of other strips of the layer; None where there are none yet.
    """
    layer = layer_strip(owner, kind, role)
    if layer is None:
        layer = add_layer(owner, name, shared=shared)
        if role != "REPLACES":
            combines = isinstance(owner, Key) or role == "HEAD"
            layer.strip.blend_type = ADDING if combines else "ADD"
    else:
        if shared is not None:
            join(layer, shared)
        if role == "REPLACES" or not is_below_other(layer):
            return layer
        raise_layers([layer])
        layer = layer_strip(owner, kind, role)
        assert layer is not None
    raise_layers(keyed_feelings(owner))  # they lie over what is played
    return layer


def _notes_on_idle(idle: Collection[Control]) -> tuple[Message, ...]:
    """Return a sentence that says what has no keys as they would add nothing, if there is any."""
    labels = sorted(control.label for control in idle)
    note = "Without keys, as nothing is added there: {controls}"
    return (Message(note, controls=listed(labels)),) if labels else ()


def _curve_in(layer: LayerStrip | None, control: Control) -> FCurve | None:
    if layer is None or layer.curves is None:
        return None
    return layer.curves.find(control.data_path, index=control.index)


def _role(mixing: Mixing, control: Control) -> Role:
    """Return which strip the keys of a control of the face go to."""
    return "ADDS" if mixing.is_added(control) else "REPLACES"


def _chosen(mixing: Mixing, role: Role) -> Callable[[Control], bool]:
    """Return what chooses the controls of a strip."""
    return lambda control: not mixing.is_left(control) and _role(mixing, control) == role
