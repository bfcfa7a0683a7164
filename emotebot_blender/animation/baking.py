# SPDX-License-Identifier: GPL-3.0-or-later
"""Layers flattened into the active action.

Baking is the only way into an action. What it replaces is stored on the action, bake by bake; see
``bake_clearing``.
"""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from bpy.types import ID, FCurve, Scene
from numpy.typing import NDArray

from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..rig.control import Control, Path, path_of
from ..rig.control_values import by_owner
from ..rig.face import Face
from ..rig.pose import controls_of
from .actions import check_local, curves_of, ensure_curve, find_curve, own_action
from .bake_clearing import check_bakes
from .bake_store import BakedCurve, StoredBake, add_bake
from .curves import FrameRange, all_keys, divided, is_muted, moved_handles, replace_keys
from .evaluation import time_scale, values_on
from .key_attributes import as_generated, with_free_handles, written_of
from .key_report import KeyReport
from .keyframes import Keying, KeyPlan, active_curve, check_curve, group_name, plan_values
from .layers import editable_strips, layer_kinds
from .own_actions import ensure_action, is_created
from .restoring import blend_type_before, clear_strip, strip_curves_in, values_before
from .strips import LayerStrip, layer_strips
from .visibility import animated_controls

_SAME_FRAME = 1e-4
"""Frames closer than this are one: time stretching is in single precision."""


@dataclass(frozen=True)
class BakePlan:
    """What a bake will write, found before anything is changed; valid until undo or another file.

    Attributes:
        kinds: of the layers that are flattened.
        layers: their strips.
        parts: the keys, of controls that change on the same frames together.
    """

    kinds: tuple[str, ...]
    layers: tuple[LayerStrip, ...]
    parts: tuple[KeyPlan, ...]


def bake_layers(
    face: Face,
    scene: Scene,
    kinds: Collection[str],
    keying: Keying,
    progress: Callable[[float], None] | None = None,
) -> KeyReport:
    """Do what ``plan_bake`` has found.

    Args:
        face: what is driven.
        scene: whose frames are seen.
        kinds: of the layers, one or more.
        keying: how values become keys.
        progress: called with the share that is done, 0 to 1.

    Raises:
        EmoteBotError: as ``plan_bake``.
    """
    return write_bake(plan_bake(face, scene, kinds, keying, progress))


def plan_bake(
    face: Face,
    scene: Scene,
    kinds: Collection[str],
    keying: Keying,
    progress: Callable[[float], None] | None = None,
) -> BakePlan:
    """Return the keys that show without layers what the face shows with them on every frame.

    That is due to all that animates their controls: the layers by their strengths, what lies below
    and above them, and the active action, which the keys go into. Where the action hides the
    layers, its keys stay. The scene stays on its frame.

    Args:
        face: what is driven.
        scene: whose frames are seen.
        kinds: of the layers, one or more.
        keying: how values become keys.
        progress: called with the share that is done, 0 to 1.

    Raises:
        EmoteBotError: there is no such layer, it does not show, or a control of it cannot be keyed.
    """
    layers = [layer for kind in kinds for layer in editable_strips(face, kind)]
    if not layers:
        raise EmoteBotError("“{face}” has no layer of EmoteBot’s", face=face.name)
    for layer in layers:
        _check_layer(layer, kinds)
    controls = _controls_to_bake(face, layers)
    own = _ends(layers)
    frames = _frames(scene, [own, *_other_ranges(controls, scene)])
    columns = values_on(frames, scene, controls, progress)
    first, last = np.searchsorted(frames, _frames(scene, [own], beyond=0)[[0, -1]])
    times = (frames.astype(np.float32) * time_scale(scene)).astype(np.float64)
    parts = [
        plan_values(
            face,
            [controls[column] for column in group],
            times[rows],
            columns[rows][:, group],
            keying,
        )
        for rows, group in _changing_together(columns, int(first), int(last))
    ]
    return BakePlan(tuple(kinds), tuple(layers), tuple(parts))


def write_bake(plan: BakePlan) -> KeyReport:
    """Write the keys of a plan into the active actions, and take its layers off.

    What is replaced there is stored, for ``clear_bakes``.
    """
    owners = dict.fromkeys(owner for part in plan.parts for owner in part.owners)
    notes = tuple(note for owner in owners for note in _notes_on_copies(owner))
    for owner in owners:
        _write(owner, plan, owners)
    for layer in plan.layers:
        clear_strip(layer)
    actions = {owner.animation_data.action for owner in owners}
    if len(actions) > 1 and all(map(is_created, actions)):
        notes += (Message("Export for Engines writes {count} actions as one", count=len(actions)),)
    return _joined(plan.parts).report(notes)


def _notes_on_copies(owner: ID) -> tuple[Message, ...]:
    """Return a sentence that says so where a copy of an ID's action will be baked into."""
    action = own_action(owner)
    if action is None or action.is_editable:
        return ()
    note = "The action “{action}” is linked: a copy holds the keys until they are cleared"
    return (Message(note, action=action.name),)


def check_bake(face: Face, kind: str, channels: Collection[str] | None) -> None:
    """Check that a layer yet to be written can be baked in the place of its earlier bake.

    Args:
        face: what it will be on.
        kind: of the layer.
        channels: those that the layer will drive; None for all that the face covers.

    Raises:
        EmoteBotError: as ``plan_bake`` and ``clear_bakes``.
    """
    controls = [control for control in controls_of(face, channels) if control.blocked is None]
    for owner in dict.fromkeys(control.owner for control in controls):
        _check_owner(owner, [kind])
    if kind in layer_kinds(face):
        for layer in editable_strips(face, kind):
            _check_layer(layer, [kind])
            controls += animated_controls(face, layer)
    check_bakes(face)
    _check_controls(controls)


def _check_layer(layer: LayerStrip, kinds: Collection[str]) -> None:
    _check_owner(layer.owner, kinds)
    if layer.silenced:
        raise EmoteBotError("The layer cannot be baked as {reason}", reason=layer.silenced)


def _check_owner(owner: ID, kinds: Collection[str]) -> None:
    """Check that layers of an ID show and can be baked into its active action.

    Args:
        owner: the ID.
        kinds: of the layers.
    """
    check_local(owner)
    data = owner.animation_data
    if data is None:
        return
    solo = next((track for track in data.nla_tracks if track.is_solo), None)
    reason = None
    if not data.use_nla:
        reason = Message("the NLA is switched off")
    elif solo is not None:
        reason = Message("the NLA track “{track}” is solo", track=solo.name)
    elif data.action_extrapolation != "HOLD":
        reason = Message("the active action counts only within its keys (extrapolation)")
    if reason:
        raise EmoteBotError("The layer cannot be baked as {reason}", reason=reason)
    staying = [layer for layer in layer_strips(owner) if layer.kind not in kinds]
    before = blend_type_before(owner)
    is_added_to = before and any(layer.mix.blend_type is not None for layer in staying)
    blend_type = before or data.action_blend_type
    if is_added_to or blend_type != "REPLACE" or data.action_influence < 1:
        raise EmoteBotError(
            "The layer cannot be baked as the active action does not replace what lies below it"
        )


def _controls_to_bake(face: Face, layers: list[LayerStrip]) -> list[Control]:
    """Return the controls that layers move and that the active action does not hide.

    Where the action adds to the layers, it will not any more: what else it adds to is among them.

    Raises:
        EmoteBotError: one of them is blocked, or there are none.
    """
    known = by_owner(face.controls())
    animated = {
        (control.owner, control.path): control
        for layer in layers
        for control in animated_controls(face, layer, known.get(layer.owner, []))
    }
    if not animated:
        raise EmoteBotError("The layer “{track}” has no keys to bake", track=layers[0].track.name)
    for owner in dict.fromkeys(layer.owner for layer in layers):
        for path in _added_to(owner):
            control = (owner, path) not in animated and face.control_at(owner, path)
            if control:
                animated[owner, path] = control
    shown = [control for control in animated.values() if not _is_hidden(control)]
    _check_controls(shown)
    if not shown:
        raise EmoteBotError(
            "Keys of the active action hide all of the layer: there is nothing to bake"
        )
    return shown


def _added_to(owner: ID) -> list[Path]:
    """Return what an active action that adds to layers shares with any strips."""
    if blend_type_before(owner) is None:
        return []
    strips = [strip for track in owner.animation_data.nla_tracks for strip in track.strips]
    below = _paths(strip_curves_in(strips))
    return sorted(_paths(curves_of(owner) or ()) & below)


def _paths(curves: Iterable[FCurve]) -> set[Path]:
    return {path_of(curve) for curve in curves}


def _is_hidden(control: Control) -> bool:
    """Return whether the active action replaces all that lies below a control."""
    curve = active_curve(control)
    if curve is None or is_muted(curve):
        return False
    is_empty = len(curve.keyframe_points) == 0 and len(curve.modifiers) == 0
    return not is_empty and control.owner.animation_data.action_blend_type == "REPLACE"


def _check_controls(controls: Collection[Control]) -> None:
    for control in controls:
        curve, reason = active_curve(control), check_curve(control, active_curve).blocked
        if curve is not None and not all(modifier.mute for modifier in curve.modifiers):
            reason = reason or Message("on an F-curve with modifiers")
        if reason is not None:
            raise EmoteBotError(
                "The layer cannot be baked: {control} is {reason}",
                control=control.label,
                reason=reason,
            )


def _ends(layers: list[LayerStrip]) -> FrameRange:
    return (
        min(float(layer.strip.frame_start) for layer in layers),
        max(float(layer.strip.frame_end) for layer in layers),
    )


def _other_ranges(controls: Collection[Control], scene: Scene) -> Iterator[FrameRange]:
    """Yield the frames of animation on which something else may move controls."""
    scale = float(time_scale(scene))
    for owner, own in by_owner(controls).items():
        paths = {control.path for control in own}
        tracks = owner.animation_data.nla_tracks
        for strip in (strip for track in tracks for strip in track.strips):
            if not paths.isdisjoint(_paths(strip_curves_in([strip]))):
                yield float(strip.frame_start), float(strip.frame_end)
        for curve in filter(None, map(active_curve, own)):
            yield curve.range()[0], curve.range()[1]
            if curve.extrapolation == "LINEAR":
                yield scene.frame_start * scale, scene.frame_end * scale


def _frames(scene: Scene, ranges: list[FrameRange], beyond: int = 1) -> NDArray[np.int64]:
    """Return the frames of a scene that show ranges of the animation, int64 (n,).

    Args:
        scene: with its time stretching.
        ranges: frames of the animation.
        beyond: how many frames more at each end.
    """
    scale = float(time_scale(scene))
    first = math.floor(min(start for start, _ in ranges) / scale + _SAME_FRAME)
    last = math.ceil(max(end for _, end in ranges) / scale - _SAME_FRAME)
    return np.arange(first - beyond, last + beyond + 1)


def _changing_together(
    columns: NDArray[np.float32], first: int, last: int
) -> list[tuple[slice, list[int]]]:
    """Return the rows on which columns change, and which columns change on the same ones.

    Args:
        columns: what controls show, shape (frames, controls).
        first: row that all of them count from on, though nothing changes there.
        last: row that all of them count to.
    """
    groups: dict[tuple[int, int], list[int]] = {}
    changes = columns[1:] != columns[:-1]
    for column in range(columns.shape[1]):
        changed = np.flatnonzero(changes[:, column])
        rows = (
            int(min([first, *changed[:1]])),
            int(max([last, *(changed[-1:] + 1)])),
        )
        groups.setdefault(rows, []).append(column)
    return [(slice(begin, end + 1), group) for (begin, end), group in groups.items()]


def _joined(parts: Sequence[KeyPlan]) -> KeyPlan:
    """Return plans as one that covers the frames of all."""
    frames = min(part.frames[0] for part in parts), max(part.frames[1] for part in parts)
    return replace(
        parts[0],
        controls=tuple(control for part in parts for control in part.controls),
        free=tuple(control for part in parts for control in part.free),
        keys=tuple(keys for part in parts for keys in part.keys),
        frames=frames,
        performed=frames,
        clamped=tuple(label for part in parts for label in part.clamped),
    )


def _write(owner: ID, plan: BakePlan, owners: Iterable[ID]) -> None:
    """Write the part of a plan that goes to the action of one ID, and store what it replaces.

    Args:
        owner: the ID.
        plan: with keys for it.
        owners: all IDs that the plan has keys for.
    """
    keyed = [
        (control, keys, part.frames) for part in plan.parts for control, keys in part.keys_of(owner)
    ]
    previous = values_before(owner, [control.path for control, *_ in keyed])
    tracks = ", ".join(dict.fromkeys(layer.track.name for layer in plan.layers))
    ensure_action(owner, f"{keyed[0][0].object.name}: {tracks} baked", owners)
    baked = []
    for control, keys, frames in keyed:
        is_new = find_curve(owner, *control.path) is None
        curve = ensure_curve(curves_of(owner), *control.path, group_name(control))
        replaced, outside = divided(all_keys(curve), frames)
        keys = as_generated(keys if is_new else with_free_handles(keys))  # others lie beside them
        replace_keys(curve, keys, frames)
        _, beside = divided(all_keys(curve), frames)
        baked.append(
            BakedCurve(
                control.path,
                written_of(keys),
                frames,
                replaced,
                previous.get(control.path) if is_new else None,
                moved_handles(outside, beside),
            )
        )
    add_bake(owner, StoredBake(plan.kinds, tuple(baked)))
    owner.animation_data.action.update_tag()
