# SPDX-License-Identifier: GPL-3.0-or-later
"""A clip becomes keys on a face.

Every channel that the face covers is driven, also where its weight is 0 throughout: the face then
shows this performance and nothing that was there before. What lies outside the performance's frame
span stays as it was, but for the rest of an earlier performance that began at the same frame: its
keys go, and are known by their type, so that keys made by hand between them stay.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from bpy.types import FCurve, FCurveKeyframePoints, Key, Scene, ShapeKey
from numpy.typing import NDArray

from ..core.channels import CHANNELS, INDEX
from ..core.clip import Clip
from ..core.errors import EmoteBotError
from ..core.reduce import BezierKeys, reduce_channels
from .actions import (
    check_editable,
    ensure_action,
    ensure_curve,
    find_curve,
    read_spans,
    write_spans,
)
from .face import Control, Face, summarise

LAST_FRAME = 1_048_574
"""The last frame that Blender counts to."""

Keys = dict[str, NDArray[Any]]
"""Attribute of ``Keyframe`` to its values, one row a key."""

_SAME_FRAME = 0.01
"""Keys closer than this, in frames, are one key to Blender."""

_LINEAR, _BEZIER = 1, 2  # Keyframe.interpolation
_FREE, _AUTO_CLAMPED = 0, 4  # Keyframe.handle_left_type
_GENERATED = 5  # Keyframe.type: set by a tool, not by an animator

_ATTRIBUTES: dict[str, tuple[type, int]] = {
    "co": (np.float32, 2),
    "handle_left": (np.float32, 2),
    "handle_right": (np.float32, 2),
    "interpolation": (np.uint8, 1),
    "handle_left_type": (np.uint8, 1),
    "handle_right_type": (np.uint8, 1),
    "easing": (np.int32, 1),
    "type": (np.int32, 1),
    "back": (np.float32, 1),
    "amplitude": (np.float32, 1),
    "period": (np.float32, 1),
    "select_control_point": (np.bool_, 1),
    "select_left_handle": (np.bool_, 1),
    "select_right_handle": (np.bool_, 1),
}
"""What a key holds: type and length of each attribute, as ``foreach_set`` takes it fastest."""


@dataclass(frozen=True)
class KeyReport:
    """What was written.

    Attributes:
        curves: number of F-curves that were given keys.
        keys: number of keys on them.
        frames: first and last frame of the performance.
        skipped: (control, reason) pairs of what was left alone, as ``summarise`` puts them.
        clamped: controls whose values met the end of their slider's range.
    """

    curves: int
    keys: int
    frames: tuple[float, float]
    skipped: tuple[tuple[str, str], ...]
    clamped: tuple[str, ...]


def write_clip(
    face: Face,
    clip: Clip,
    scene: Scene,
    frame_start: float,
    tolerance: float | None,
    channels: Collection[str] | None = None,
) -> KeyReport:
    """Write a clip as keys on a face; all of it, or nothing where that is refused.

    The performance begins at ``frame_start`` and lasts as long as the clip does in seconds. A clip
    at another rate than the scene's is resampled, so that keys stand on whole frames.

    Args:
        face: what is driven.
        clip: the performance, one frame or more.
        scene: gives the frames a second.
        frame_start: where second 0 of the performance lies.
        tolerance: the most that a value may be off on a frame, for as few Bezier keys as it takes;
            None for a key on every frame, with straight lines between.
        channels: those to drive; None for all that the face covers.

    Raises:
        EmoteBotError: nothing on the face can be keyed, or the clip, the frame, the tolerance or a
            channel makes no sense; nothing has been changed then.
    """
    frames, weights = _samples(clip, scene, frame_start)
    wanted = _indices(channels)
    controls = [
        _check_curve(control)
        for control in face.controls()
        if any(index in wanted for index, _ in control.sources)
    ]
    free = [control for control in controls if control.obstacle is None]
    if not free:
        raise EmoteBotError(_why_nothing(face, controls))
    owners: dict[Key, str] = {control.mesh.data.shape_keys: control.mesh.name for control in free}
    for owner in owners:
        check_editable(owner)

    clamped: list[str] = []
    reduced = []
    if tolerance is not None:  # they are few, and found before anything is changed
        columns = np.stack([_values(control, weights, clamped) for control in free], axis=1)
        reduced = [_reduced_keys(keys) for keys in reduce_channels(frames, columns, tolerance)]

    span = (float(frames[0]), float(frames[-1]))
    for owner, name in owners.items():
        ensure_action(owner, f"{name} EmoteBot")
    spans = {owner: read_spans(owner) for owner in owners}
    written = 0
    for place, control in enumerate(free):
        owner = control.mesh.data.shape_keys
        if tolerance is None:
            keys = _dense_keys(frames, _values(control, weights, clamped))
        else:
            keys = reduced[place]
        own = spans[owner].get(control.shape_key, [])
        curve = ensure_curve(owner, _data_path(control))
        _replace_keys(curve, keys, span, _end_of_own(own, span))
        spans[owner][control.shape_key] = _spans_after(own, span)
        written += len(keys["co"])
    for owner in owners:
        write_spans(owner, spans[owner])
        owner.animation_data.action.update_tag()
    return KeyReport(len(free), written, span, summarise(controls), tuple(clamped))


def apply_weights(face: Face, weights: NDArray[np.floating]) -> None:
    """Pose a face without keys; controls that cannot be driven stay as they are.

    Args:
        face: what is posed.
        weights: shape (52,), 0 to 1, in the order of ``CHANNELS``.

    Raises:
        EmoteBotError: the weights have another shape or are no finite numbers.
    """
    if weights.shape != (len(CHANNELS),) or not np.isfinite(weights).all():
        raise EmoteBotError(f"A pose is {len(CHANNELS)} finite weights")
    pose = weights.tolist()
    controls = list(face.controls())
    free = [control for control in controls if control.obstacle is None]
    if not free:
        raise EmoteBotError(_why_nothing(face, controls, "posed"))
    for control in free:
        _block(control).value = sum(pose[index] * gain for index, gain in control.sources)


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
            f"The performance would lie on frames {first:g} to {last:g}, "
            f"beyond the last one that Blender knows, {LAST_FRAME}"
        )
    return first + np.arange(len(clip), dtype=np.float64), clip.weights


def _indices(channels: Collection[str] | None) -> set[int]:
    for name in channels or ():
        if name not in INDEX:
            raise EmoteBotError(f"“{name}” is not one of the {len(CHANNELS)} channels")
    return {INDEX[name] for name in (CHANNELS if channels is None else channels)}


def _data_path(control: Control) -> str:
    return str(_block(control).path_from_id("value"))


def _check_curve(control: Control) -> Control:
    """Return the control with what its present F-curve puts in the way."""
    if control.obstacle is not None:
        return control
    curve = find_curve(control.mesh.data.shape_keys, _data_path(control))
    if curve is None:
        return control
    group = curve.group
    if curve.lock or (group is not None and group.lock):
        return replace(control, obstacle="on a locked F-curve")
    if curve.mute or (group is not None and group.mute):
        return replace(control, obstacle="on a muted F-curve")
    if len(curve.sampled_points) > 0:
        return replace(control, obstacle="on an F-curve baked to samples")
    return control


def _why_nothing(face: Face, controls: list[Control], done: str = "keyed") -> str:
    if not controls:
        return f"“{face.name}” has no control for the channels to be driven"
    control, reason = summarise(controls)[0]
    return f"Nothing on “{face.name}” can be {done}: {control} is {reason}"


def _block(control: Control) -> ShapeKey:
    return control.mesh.data.shape_keys.key_blocks[control.shape_key]


def _values(
    control: Control, weights: NDArray[np.float32], clamped: list[str]
) -> NDArray[np.float32]:
    """Return a control's value on each frame, float32 (n,), within its slider's range."""
    indices = [index for index, _ in control.sources]
    gains = np.array([gain for _, gain in control.sources], dtype=np.float32)
    values = weights[:, indices] @ gains
    block = _block(control)
    low, high = np.float32(block.slider_min), np.float32(block.slider_max)
    if values.min() < low or values.max() > high:
        clamped.append(control.name)
        np.clip(values, low, high, out=values)
    return values


def _dense_keys(frames: NDArray[np.float64], values: NDArray[np.float32]) -> Keys:
    count = len(frames)
    place = np.empty((count, 2), dtype=np.float32)
    place[:, 0] = frames
    place[:, 1] = values
    handle_type = np.full(count, _AUTO_CLAMPED, dtype=np.uint8)  # good ones, once made Bezier
    return {
        "co": place,
        "interpolation": np.full(count, _LINEAR, dtype=np.uint8),
        "handle_left_type": handle_type,
        "handle_right_type": handle_type,
    }


def _reduced_keys(found: BezierKeys) -> Keys:
    count = len(found)
    handle_type = np.full(count, _FREE, dtype=np.uint8)  # Blender leaves these where they are
    return {
        "co": found.co,
        "handle_left": found.handle_left,
        "handle_right": found.handle_right,
        "interpolation": np.full(count, _BEZIER, dtype=np.uint8),
        "handle_left_type": handle_type,
        "handle_right_type": handle_type,
    }


def _replace_keys(curve: FCurve, keys: Keys, span: tuple[float, float], own_end: float) -> None:
    """Put keys in the place of all within a span, and of EmoteBot's own from there to a frame."""
    keys["type"] = np.full(len(keys["co"]), _GENERATED, dtype=np.int32)
    points = curve.keyframe_points
    kept = _keys_to_keep(points, span, own_end)
    if kept is not None:
        keys = _joined(kept, keys)
    points.clear()
    points.add(len(keys["co"]))
    for name, values in keys.items():
        points.foreach_set(name, values.ravel())
    points.handles_recalc()


def _keys_to_keep(
    points: FCurveKeyframePoints, span: tuple[float, float], own_end: float
) -> Keys | None:
    """Return all that the keys to be kept hold, or None where there are none."""
    count = len(points)
    place = np.empty((count, 2), dtype=np.float32)
    points.foreach_get("co", place.ravel())
    kinds = np.empty(count, dtype=np.int32)
    points.foreach_get("type", kinds)
    before, after = place[:, 0] < span[0] - _SAME_FRAME, place[:, 0] > span[1] + _SAME_FRAME
    theirs = (place[:, 0] > own_end + _SAME_FRAME) | (kinds != _GENERATED)
    outside = before | (after & theirs)
    if not outside.any():
        return None
    kept = {}
    for name, (kind, length) in _ATTRIBUTES.items():
        values: NDArray[Any] = np.empty((count, length), dtype=kind)
        points.foreach_get(name, values.ravel())
        kept[name] = values[outside]
    return kept


def _joined(kept: Keys, keys: Keys) -> Keys:
    """Return old and new keys in the order of their frames, with every attribute."""
    count = len(keys["co"])
    order = np.argsort(np.concatenate([kept["co"][:, 0], keys["co"][:, 0]]), kind="stable")
    joined = {}
    for name, (kind, length) in _ATTRIBUTES.items():
        new = keys.get(name, np.full(count * length, name.startswith("select"), dtype=kind))
        joined[name] = np.concatenate([kept[name], new.reshape(count, length)])[order]
    return joined


def _end_of_own(own: list[tuple[float, float]], span: tuple[float, float]) -> float:
    """Return where the performance ends, or an earlier one that began at the same frame."""
    ends = [last for first, last in own if abs(first - span[0]) <= _SAME_FRAME]
    return max([span[1], *ends])


def _spans_after(
    own: list[tuple[float, float]], span: tuple[float, float]
) -> list[tuple[float, float]]:
    """Return EmoteBot's spans once a performance has been written over them.

    A span that began elsewhere keeps what lies before and after the new one; its keys stand a whole
    number of frames from its start.
    """
    start, end = span
    spans = [span]
    for first, last in own:
        if abs(first - start) <= _SAME_FRAME:
            continue
        before = first + math.ceil(start - first - _SAME_FRAME) - 1
        after = first + max(math.floor(end - first + _SAME_FRAME) + 1, 0)
        if before >= first:
            spans.append((first, min(last, before)))
        if after <= last:
            spans.append((after, last))
    return spans
