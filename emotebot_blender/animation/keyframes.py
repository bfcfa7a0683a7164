# SPDX-License-Identifier: GPL-3.0-or-later
"""A clip becomes keys on a face.

Every channel that the face covers is driven, also where its weight is 0 throughout: the face then
shows this performance and nothing that was there before. What lies outside the performance's frame
span stays as it was, but for the rest of an earlier performance that began at the same frame: its
keys go, and are known by their type, so that keys made by hand between them stay. A sequence has
one performance in the active action, and takes all of its earlier one back.
"""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import numpy as np
from bpy.types import FCurve, Key, Scene
from numpy.typing import NDArray

from ..core.clip import Clip
from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..core.reduce import reduce_channels
from ..rig.face import BlockedReason, Control, Face, summarise
from ..rig.pose import block_of, controls_of, path_of, why_nothing
from .actions import (
    KINDS,
    check_editable,
    curves_of,
    drop_action,
    ensure_action,
    ensure_curve,
    find_curve,
    is_tweaked,
    read_before,
    read_spans,
    write_before,
    write_spans,
)
from .curves import (
    Keys,
    Span,
    dense_keys,
    end_of_own,
    reduced_keys,
    remove_own,
    replace_keys,
    spans_after,
    spans_beside,
)
from .strips import give_back, value_before

LAST_FRAME = 1_048_574
"""The last frame that Blender counts to."""

_NOT_KEYED = "Nothing on “{face}” can be keyed: {control} is {reason}"

FindCurve = Callable[[Control], FCurve | None]
"""Returns the F-curve of a control that keys would be written to, if there is one."""


@dataclass(frozen=True)
class Keying:
    """How values become keys.

    Attributes:
        tolerance: the most that a value may be off on a frame, for as few Bezier keys as it takes;
            None for a key on every frame, with straight lines between.
        step: frames from one key to the next; above 1 each value holds until the next key ("on
            twos"), and nothing is left out.
    """

    tolerance: float | None = 0.01
    step: int = 1

    def __post_init__(self) -> None:
        if self.tolerance is not None and not (
            math.isfinite(self.tolerance) and self.tolerance >= 0
        ):
            raise EmoteBotError(
                "A tolerance is a number from 0, not {tolerance:g}", tolerance=self.tolerance
            )
        if self.step != int(self.step) or self.step < 1:
            raise EmoteBotError(
                "A step is a whole number of frames from 1, not {step:g}", step=self.step
            )


@dataclass(frozen=True)
class KeyReport:
    """What was written.

    Attributes:
        curves: number of F-curves that were given keys.
        keys: number of keys on them.
        frames: first and last frame of the performance.
        skipped: (control, reason) pairs of what was left alone, as ``summarise`` puts them.
        clamped: controls whose values met the end of their slider's range.
        notes: what keeps all of it from being seen as written, a sentence each.
    """

    curves: int
    keys: int
    frames: tuple[float, float]
    skipped: tuple[BlockedReason, ...]
    clamped: tuple[str, ...]
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Keys for a face, found before anything is changed.

    Attributes:
        controls: those asked for, with what stands in the way of each.
        free: those of them that can be keyed, one or more.
        keys: the keys of each free control.
        span: first and last frame of the performance.
        clamped: names of controls whose values met the end of their slider's range.
    """

    controls: tuple[Control, ...]
    free: tuple[Control, ...]
    keys: tuple[Keys, ...]
    span: Span
    clamped: tuple[str, ...]

    @property
    def owners(self) -> dict[Key, str]:
        """The data-blocks to be keyed and the name of an object that each belongs to."""
        return {control.mesh.data.shape_keys: control.mesh.name for control in self.free}

    def report(self, notes: tuple[Message, ...] = ()) -> KeyReport:
        """Return what is said of it once it is written."""
        count = sum(len(keys["co"]) for keys in self.keys)
        return KeyReport(
            len(self.free), count, self.span, summarise(self.controls), self.clamped, notes
        )


def write_clip(
    face: Face,
    clip: Clip,
    scene: Scene,
    frame_start: float,
    keying: Keying,
    channels: Collection[str] | None = None,
    kind: str = "key",
) -> KeyReport:
    """Write a clip as keys on a face; all of it, or nothing where that is refused.

    The performance begins at ``frame_start`` and lasts as long as the clip does in seconds. A clip
    at another rate than the scene's is resampled, so that keys stand on whole frames. What the
    report says was skipped is left alone, with the keys it has.

    Args:
        face: what is driven.
        clip: the performance, one frame or more.
        scene: gives the frames a second.
        frame_start: where second 0 of the performance lies.
        keying: how its values become keys.
        channels: those to drive; None for all that the face covers.
        kind: of the keys, one of ``KINDS``; those of a "sequence" take the place of all that it
            had, on whatever controls and frames they were.

    Raises:
        EmoteBotError: nothing on the face can be keyed, or the clip, the frame or a channel
            makes no sense; nothing has been changed then.
    """
    plan = plan_clip(face, clip, scene, frame_start, keying, channels, active_curve)
    return write_plan(face, plan, kind)


def plan_clip(
    face: Face,
    clip: Clip,
    scene: Scene,
    frame_start: float,
    keying: Keying,
    channels: Collection[str] | None,
    curve_of: FindCurve,
) -> Plan:
    """Return the keys that a clip becomes; arguments and errors are those of ``write_clip``.

    ``curve_of`` returns the curve that a control's keys shall go to, where there is one already.
    """
    frames, weights = _samples(clip, scene, frame_start)
    controls = [check_curve(control, curve_of) for control in controls_of(face, channels)]
    free = [control for control in controls if control.blocked is None]
    if not free:
        raise EmoteBotError(why_nothing(face, controls, _NOT_KEYED))
    columns = np.stack([_mixed(control, weights) for control in free], axis=1)
    return plan_values(controls, frames, columns, keying)


def plan_values(
    controls: Collection[Control],
    frames: NDArray[np.float64],
    columns: NDArray[np.float32],
    keying: Keying,
) -> Plan:
    """Return the keys that values become, held within the range of the controls' sliders.

    Args:
        controls: some of them free.
        frames: shape (n,), ascending.
        columns: shape (n, free controls).
        keying: how values become keys.
    """
    free = tuple(control for control in controls if control.blocked is None)
    low = np.array([block_of(control).slider_min for control in free], dtype=np.float32)
    high = np.array([block_of(control).slider_max for control in free], dtype=np.float32)
    beyond = (columns.min(axis=0) < low) | (columns.max(axis=0) > high)
    if beyond.any():
        columns = np.clip(columns, low, high)
    clamped = tuple(free[place].name for place in np.flatnonzero(beyond))
    rows, stepped = slice(None, None, keying.step), keying.step > 1
    if keying.tolerance is None or stepped:
        keys = [dense_keys(frames[rows], values, stepped) for values in columns[rows].T]
    else:
        keys = [reduced_keys(few) for few in reduce_channels(frames, columns, keying.tolerance)]
    span = (float(frames[0]), float(frames[-1]))
    return Plan(tuple(controls), free, tuple(keys), span, clamped)


def write_plan(face: Face, plan: Plan, kind: str = "key") -> KeyReport:
    """Write keys of a kind into the active actions of a face; all of them, or nothing.

    Raises:
        EmoteBotError: an action cannot be changed.
    """
    for owner in plan.owners:
        check_editable(owner)
    earlier = []
    if kind == "sequence":
        check_keys(face, kind)
        earlier = _keyed(face, kind)
    for owner, name in plan.owners.items():
        ensure_action(owner, f"{name} EmoteBot")
    spans = {owner: {held: read_spans(owner, held) for held in KINDS} for owner in plan.owners}
    first = {owner: read_before(owner) for owner in plan.owners}
    for control, keys in zip(plan.free, plan.keys, strict=True):
        owner, name = control.mesh.data.shape_keys, control.shape_key
        if find_curve(owner, path_of(control)) is None:
            first[owner][name] = value_before(owner, name)
        curve, own = ensure_curve(owner, path_of(control)), spans[owner][kind].get(name, [])
        gone = own if kind == "sequence" else [(plan.span[0], end_of_own(own, plan.span))]
        replace_keys(curve, keys, plan.span, gone)
        for by_name in spans[owner].values():
            by_name[name] = spans_beside(by_name.get(name, []), plan.span)
        after = [plan.span] if kind == "sequence" else spans_after(own, plan.span)
        spans[owner][kind][name] = after
    for owner in plan.owners:
        for held, by_name in spans[owner].items():
            write_spans(owner, by_name, held)
        write_before(owner, first[owner])
        owner.animation_data.action.update_tag()
    for owner in earlier:  # last, so that nothing is removed that is written again
        asked = {
            control.shape_key for control in plan.controls if control.mesh.data.shape_keys == owner
        }
        _clear_keys(owner, (kind,), asked)
    return plan.report()


def clear_keys(face: Face, kind: str | None = None) -> int:
    """Remove the keys that EmoteBot wrote into the active actions of a face; return their number.

    Keys by hand stay, as does what is on a locked curve. Curves and actions that EmoteBot made and
    that are empty then go too, and their controls have the values from before.

    Args:
        face: what is cleared.
        kind: of the keys that go, one of ``KINDS``; None for all.

    Raises:
        EmoteBotError: an action cannot be changed; nothing has been changed then.
    """
    check_keys(face, kind)
    kinds = KINDS if kind is None else (kind,)
    return sum(_clear_keys(owner, kinds) for owner in _keyed(face, kind))


def check_keys(face: Face, kind: str | None = None) -> None:
    """Check that ``clear_keys`` can do its work; it may have none.

    Raises:
        EmoteBotError: an action cannot be changed.
    """
    tweaked = [mesh.data.shape_keys for mesh in face.objects if is_tweaked(mesh.data.shape_keys)]
    for owner in [*tweaked, *_keyed(face, kind)]:
        check_editable(owner)


def _keyed(face: Face, kind: str | None) -> list[Key]:
    """Return the shape keys of a face with keys of EmoteBot's, of a kind or any."""
    owners = dict.fromkeys(mesh.data.shape_keys for mesh in face.objects)
    return [owner for owner in owners if read_spans(owner, kind)]


def _clear_keys(owner: Key, kinds: Collection[str], but: Collection[str] = ()) -> int:
    """Remove keys of some kinds, but for those of some shape keys; return their number."""
    spans = {kind: read_spans(owner, kind) for kind in KINDS}
    names = dict.fromkeys(name for kind in kinds for name in spans[kind] if name not in but)
    if not names:
        return 0
    action = ensure_action(owner, owner.name)  # its own, should a duplicate use the same
    curves, before = curves_of(owner), read_before(owner)
    count = 0
    freed = {}
    for name in names:
        block = owner.key_blocks.get(name)
        curve = None if block is None else curves.find(block.path_from_id("value"))
        if curve is not None and _is_locked(curve):
            continue
        own = [span for kind in kinds for span in spans[kind].pop(name, [])]
        if curve is not None:
            count += remove_own(curve, own)
        is_empty = curve is not None and not (len(curve.keyframe_points) or len(curve.modifiers))
        if not is_empty and any(name in held for held in spans.values()):
            continue
        value = before.pop(name, None)
        if is_empty:
            for held in spans.values():
                held.pop(name, None)
            curves.remove(curve)
            if value is not None:
                freed[name] = value
    for kind, by_name in spans.items():
        write_spans(owner, by_name, kind)
    write_before(owner, before)
    action.update_tag()
    drop_action(owner)
    give_back(owner, freed)
    return count


def active_curve(control: Control) -> FCurve | None:
    """Return the F-curve of a control in the active action, or None."""
    return find_curve(control.mesh.data.shape_keys, path_of(control))


def check_curve(control: Control, curve_of: FindCurve) -> Control:
    """Return the control with what its present F-curve puts in the way."""
    if control.blocked is not None:
        return control
    curve = curve_of(control)
    if curve is None:
        return control
    if _is_locked(curve):
        return replace(control, blocked=Message("on a locked F-curve"))
    if curve.mute or (curve.group is not None and curve.group.mute):
        return replace(control, blocked=Message("on a muted F-curve"))
    if len(curve.sampled_points) > 0:
        return replace(control, blocked=Message("on an F-curve baked to samples"))
    return control


def _is_locked(curve: FCurve) -> bool:
    return bool(curve.lock or (curve.group is not None and curve.group.lock))


def _samples(
    clip: Clip, scene: Scene, frame_start: float
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Return frames, float64 (n,), and weights, float32 (n, 52), at the scene's rate."""
    if len(clip) == 0:
        raise EmoteBotError("The performance has no frames")
    if not np.isfinite(clip.weights).all():
        raise EmoteBotError("The performance holds weights that are no finite numbers")
    rate = scene.render.fps / scene.render.fps_base
    if not np.isclose(clip.fps, rate, rtol=1e-6, atol=0):
        clip = clip.resampled(rate)
    first = frame_start + clip.start * rate
    last = first + len(clip) - 1
    if not (first >= -LAST_FRAME and last <= LAST_FRAME):
        raise EmoteBotError(
            "The performance would lie on frames {first:g} to {last:g}, "
            "beyond the last one that Blender knows, {last_frame}",
            first=first,
            last=last,
            last_frame=LAST_FRAME,
        )
    return first + np.arange(len(clip), dtype=np.float64), clip.weights


def _mixed(control: Control, weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what the channels ask of a control on each frame, float32 (n,)."""
    indices = [index for index, _ in control.sources]
    gains = np.array([gain for _, gain in control.sources], dtype=np.float32)
    return weights[:, indices] @ gains
