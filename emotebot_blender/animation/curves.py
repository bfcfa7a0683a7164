# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of one F-curve, put in the place of others and given back in bulk."""

import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from bpy.types import FCurve, FCurveKeyframePoints
from numpy.typing import NDArray

from .actions import SMOOTHING
from .key_attributes import ALIGNED, ATTRIBUTES, BEZIER, HANDLES, Keys, own_attributes, written_of

FrameRange = tuple[float, float]
"""First and last frame."""

_SAME_FRAME = 0.01
"""Keys closer than this, in frames, are one key to Blender."""

_PLACED_BY_BLENDER = (1, 2, 4)
"""Types of handles that Blender places by the keys beside: auto, vector and auto clamped."""

_SAME_HANDLE = 1e-3
"""Handles closer than this, in frames and in values, are one to the eye."""


def is_muted(curve: FCurve) -> bool:
    """Return whether a curve is muted, by itself or with its group.

    Without any NLA tracks, Blender 4.4 and later play a curve of which the group alone is muted.
    """
    return bool(curve.mute or (curve.group is not None and curve.group.mute))


def fill(curve: FCurve, keys: Keys) -> None:
    """Give a curve of EmoteBot's these keys and no others.

    Those without a type are marked as set by a tool.
    """
    curve.auto_smoothing = SMOOTHING  # the artist may have chosen otherwise since
    _put(curve.keyframe_points, own_attributes(len(keys["co"])) | keys)


def copy_keys(source: FCurve, curve: FCurve) -> None:
    """Give a curve the keys of another one, and no others."""
    keys = all_keys(source)
    if keys is None:
        curve.keyframe_points.clear()
    else:
        _put(curve.keyframe_points, keys)


def all_keys(curve: FCurve) -> Keys | None:
    """Return all that the keys of a curve hold, or None where there are none."""
    points = curve.keyframe_points
    return _read(points, np.ones(len(points), dtype=np.bool_))


def read_handles(curve: FCurve) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the left and the right handles of a curve's keys, float32, shape (keys, 2) each."""
    left, right = (np.empty((len(curve.keyframe_points), 2), dtype=np.float32) for _ in HANDLES)
    curve.keyframe_points.foreach_get("handle_left", left.ravel())
    curve.keyframe_points.foreach_get("handle_right", right.ravel())
    return left, right


def replace_keys(curve: FCurve, keys: Keys, frames: FrameRange) -> None:
    """Put keys in the place of all within a frame range.

    Args:
        curve: what they are on.
        keys: at least one, in the order of their frames.
        frames: first and last frame; keys on both go, those outside stay.
    """
    _, kept = divided(all_keys(curve), frames)
    _put(curve.keyframe_points, _joined(kept, own_attributes(len(keys["co"])) | keys))


def moved_handles(before: Keys | None, after: Keys | None) -> tuple[Keys, Keys] | None:
    """Return keys before and after Blender has moved handles of theirs; None where it has not.

    Args:
        before: some keys of a curve.
        after: the same, once there were others beside them.
    """
    if before is None or after is None:
        return None
    moved = np.zeros(len(before["co"]), dtype=np.bool_)
    for name in HANDLES:
        moved |= (before[name] != after[name]).any(axis=1)
    if not moved.any():
        return None
    rows = np.flatnonzero(moved)
    return _rows(before, rows), _rows(after, rows)


def restore_handles(curve: FCurve, before: Keys, after: Keys) -> None:
    """Put back handles that Blender has moved and does not find again by itself.

    Those are handles of a single key, whichever they are, and aligned ones; of others a little may
    be lost in their way there and back. A handle that the artist has moved since stays.

    Args:
        curve: what they are on.
        before: keys as they were.
        after: the same keys with their handles moved.
    """
    points, now = curve.keyframe_points, all_keys(curve)
    if now is None:
        return
    for name in HANDLES:
        kinds = f"{name}_type"
        for row, co in enumerate(before["co"]):
            is_same = (now["co"] == co).all(axis=1) & (now["type"] == before["type"][row]).ravel()
            same = np.flatnonzero(is_same)
            if not len(same) or (now[kinds][same[0]] != before[kinds][row]).any():
                continue
            kind, is_single = int(before[kinds][row][0]), len(points) == 1
            handle, was = now[name][same[0]], before[name][row]
            stays = is_single or kind == ALIGNED
            if (
                np.allclose(handle, was, atol=_SAME_HANDLE)
                or (stays and np.allclose(handle, after[name][row], atol=_SAME_HANDLE))
                # whichever keys went last from beside it
                or (is_single and kind in _PLACED_BY_BLENDER)
            ):
                now[name][same[0]] = was
        points.foreach_set(name, now[name].ravel())


def count_written(curve: FCurve, writings: Iterable[NDArray[np.float32]]) -> int:
    """Return how many keys stand as they were written.

    Args:
        curve: what they are on.
        writings: each time, what ``written_of`` returns of the keys written.
    """
    keys = all_keys(curve)
    if keys is None:
        return 0
    standing = np.zeros(len(keys["co"]), dtype=np.bool_)
    for written in writings:
        standing |= _as_written(keys, written)
    return int(standing.sum())


def restore_keys(curve: FCurve, written: NDArray[np.float32], replaced: Keys | None) -> None:
    """Do to a curve what ``restored`` does to its keys."""
    points, standing = curve.keyframe_points, all_keys(curve)
    keys = restored(standing, written, replaced)
    if keys is None:
        points.clear()
        return
    _put(points, keys)
    kept = None if standing is None else _chosen(standing, ~_as_written(standing, written))
    for name in HANDLES:  # Blender reckons aligned ones anew, and rounds
        handles = np.empty((len(points), 2), dtype=np.float32)
        points.foreach_get(name, handles.ravel())
        same = np.isclose(handles, keys[name], atol=_SAME_HANDLE).all(axis=1)
        if kept is not None:  # their neighbours are others now
            by_blender = np.isin(keys[f"{name}_type"].ravel(), _PLACED_BY_BLENDER)
            same &= ~(by_blender & _near(keys["co"][:, 0], kept["co"][:, 0]))
        handles[same] = keys[name][same]
        points.foreach_set(name, handles.ravel())


def restored(keys: Keys | None, written: NDArray[np.float32], replaced: Keys | None) -> Keys | None:
    """Return keys without those as they were written, and with those that these replaced.

    A key that was set or changed since is the artist's and stays.

    Args:
        keys: of a curve.
        written: what ``written_of`` returns of the keys written.
        replaced: what was there before.
    """
    kept = None if keys is None else _chosen(keys, ~_as_written(keys, written))
    if replaced is not None and kept is not None:
        replaced = _chosen(replaced, ~_near(replaced["co"][:, 0], kept["co"][:, 0]))
    return kept if replaced is None else _joined(kept, replaced)


def divided(keys: Keys | None, frames: FrameRange) -> tuple[Keys | None, Keys | None]:
    """Return the keys within a frame range, and those outside of it."""
    if keys is None:
        return None, None
    inside = _within(keys["co"][:, 0], frames)
    return _chosen(keys, inside), _chosen(keys, ~inside)


def scale_frames(curve: FCurve, factor: float, about: float) -> None:
    """Move keys and their handles away from a frame, or towards it.

    Args:
        curve: what they are on.
        factor: by which their distance from the frame grows, above 0.
        about: the frame that stays.
    """
    points = curve.keyframe_points
    for name in ("co", "handle_left", "handle_right"):
        co = np.empty((len(points), 2), dtype=np.float32)
        points.foreach_get(name, co.ravel())
        co[:, 0] = about + (co[:, 0].astype(np.float64) - about) * factor
        points.foreach_set(name, co.ravel())
    points.handles_recalc()


def checksum(curves: Iterable[FCurve]) -> str:
    """Return a number, in hexadecimal, that differs once keys were changed.

    It does not depend on the order of the curves and their paths, which change when a shape key is
    renamed. Handles count where curves are Bezier; else they do nothing.
    """
    total = 0
    for curve in curves:
        points = curve.keyframe_points
        names = ["co", "interpolation"]
        kinds = np.empty(len(points), dtype=np.uint8)
        points.foreach_get("interpolation", kinds)
        if (kinds == BEZIER).any():
            names += ["handle_left", "handle_right"]
        code = 0
        for name in names:
            kind, length = ATTRIBUTES[name]
            values: NDArray[Any] = np.empty(len(points) * length, dtype=kind)
            points.foreach_get(name, values)
            code = zlib.crc32(values.tobytes(), code)
        total += code
    return f"{total & 0xFFFFFFFF:08x}"


def _put(points: FCurveKeyframePoints, keys: Keys) -> None:
    points.clear()
    points.add(len(keys["co"]))
    for name, values in keys.items():
        points.foreach_set(name, values.ravel())
    points.handles_recalc()


def _within(frames: NDArray[np.float32], frame_range: FrameRange) -> NDArray[np.bool_]:
    """Return whether each frame, shape (n,), lies in a range, bool (n,)."""
    first, last = frame_range
    return (frames >= first - _SAME_FRAME) & (frames <= last + _SAME_FRAME)


def _near(frames: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return whether each frame, shape (n,), is one of others, ascending, (m,), bool (n,)."""
    after = np.minimum(np.searchsorted(others, frames), len(others) - 1)
    before = np.maximum(after - 1, 0)
    nearest = np.minimum(np.abs(others[after] - frames), np.abs(others[before] - frames))
    return nearest <= _SAME_FRAME


def _as_written(keys: Keys, written: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which keys stand as EmoteBot wrote them, bool (n,).

    Args:
        keys: those of a curve.
        written: what ``written_of`` returns of the keys written, shape (m, 3).
    """
    standing = written_of(keys)
    index = np.minimum(np.searchsorted(written[:, 0], standing[:, 0]), len(written) - 1)
    same: NDArray[np.bool_] = (written[index] == standing).all(axis=1)
    return same


def _chosen(keys: Keys, chosen: NDArray[np.bool_]) -> Keys | None:
    """Return the chosen keys, bool (n,), or None where there are none."""
    return _rows(keys, np.flatnonzero(chosen)) if chosen.any() else None


def _read(points: FCurveKeyframePoints, chosen: NDArray[np.bool_]) -> Keys | None:
    """Return all that the chosen keys, bool (n,), hold, or None where there are none."""
    if not chosen.any():
        return None
    kept = {}
    for name, (kind, length) in ATTRIBUTES.items():
        values: NDArray[Any] = np.empty((len(points), length), dtype=kind)
        points.foreach_get(name, values.ravel())
        kept[name] = values[chosen]
    return kept


def _joined(kept: Keys | None, keys: Keys) -> Keys:
    """Return old and new keys in the order of their frames, with every attribute."""
    if kept is None:
        return keys
    count = len(keys["co"])
    order = np.argsort(np.concatenate([kept["co"][:, 0], keys["co"][:, 0]]), kind="stable")
    joined = {}
    for name, (kind, length) in ATTRIBUTES.items():
        new = keys.get(name, np.full(count * length, name.startswith("select"), dtype=kind))
        joined[name] = np.concatenate([kept[name], new.reshape(count, length)])[order]
    return joined


def _rows(keys: Keys, rows: NDArray[np.intp]) -> Keys:
    """Return some of the keys, by their numbers."""
    return {name: values[rows] for name, values in keys.items()}
