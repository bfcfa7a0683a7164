# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of one F-curve: what they hold, and how they are put in the place of others in bulk."""

import math
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from bpy.types import FCurve, FCurveKeyframePoints
from numpy.typing import NDArray

from ..core.reduce import BezierKeys

Span = tuple[float, float]
"""First and last frame."""

Keys = dict[str, NDArray[Any]]
"""Attribute of ``Keyframe`` to its values, one row a key."""

_SAME_FRAME = 0.01
"""Keys closer than this, in frames, are one key to Blender."""

_CONSTANT, _LINEAR, _BEZIER = 0, 1, 2  # Keyframe.interpolation
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


def dense_keys(
    frames: NDArray[np.float64], values: NDArray[np.float32], stepped: bool = False
) -> Keys:
    """Return a key for each value.

    Args:
        frames: shape (n,).
        values: shape (n,).
        stepped: each value holds until the next key; otherwise straight lines lie between.
    """
    count = len(frames)
    place = np.empty((count, 2), dtype=np.float32)
    place[:, 0] = frames
    place[:, 1] = values
    handle_type = np.full(count, _AUTO_CLAMPED, dtype=np.uint8)  # good ones, once made Bezier
    return {
        "co": place,
        "interpolation": np.full(count, _CONSTANT if stepped else _LINEAR, dtype=np.uint8),
        "handle_left_type": handle_type,
        "handle_right_type": handle_type,
    }


def reduced_keys(found: BezierKeys) -> Keys:
    """Return the keys of a reduced curve as F-curves take them."""
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


def fill(curve: FCurve, keys: Keys) -> None:
    """Give a curve these keys and no others, marked as EmoteBot's own."""
    _put(curve.keyframe_points, keys | _own(len(keys["co"])))


def replace_keys(curve: FCurve, keys: Keys, span: Span, gone: Iterable[Span] = ()) -> None:
    """Put keys in the place of all within a span, and of EmoteBot's own within others."""
    keys = keys | _own(len(keys["co"]))
    points = curve.keyframe_points
    place, own = _places(points)
    kept = _read(points, ~_within(place, [span]) & ~(own & _within(place, gone)))
    if kept is not None:
        keys = _joined(kept, keys)
    _put(points, keys)


def remove_own(curve: FCurve, spans: Iterable[Span]) -> int:
    """Remove EmoteBot's own keys within the spans; return how many there were."""
    points = curve.keyframe_points
    place, own = _places(points)
    gone = own & _within(place, spans)
    if gone.any():
        _put(points, _read(points, ~gone) or {"co": np.empty((0, 2), dtype=np.float32)})
    return int(gone.sum())


def scale_frames(curve: FCurve, factor: float, about: float) -> None:
    """Move keys and their handles away from a frame, or towards it, by a factor above 0."""
    points = curve.keyframe_points
    for name in ("co", "handle_left", "handle_right"):
        place = np.empty((len(points), 2), dtype=np.float32)
        points.foreach_get(name, place.ravel())
        place[:, 0] = about + (place[:, 0].astype(np.float64) - about) * factor
        points.foreach_set(name, place.ravel())
    points.handles_recalc()


def checksum(curves: Iterable[FCurve]) -> str:
    """Return a number, in hexadecimal, that tells whether keys were changed.

    It does not depend on the order of the curves and their paths, which change when a shape key is
    renamed. Handles count where curves are Bezier; else they do nothing.
    """
    total = 0
    for curve in curves:
        points = curve.keyframe_points
        names = ["co", "interpolation"]
        kinds = np.empty(len(points), dtype=np.uint8)
        points.foreach_get("interpolation", kinds)
        if (kinds == _BEZIER).any():
            names += ["handle_left", "handle_right"]
        code = 0
        for name in names:
            kind, length = _ATTRIBUTES[name]
            values: NDArray[Any] = np.empty(len(points) * length, dtype=kind)
            points.foreach_get(name, values)
            code = zlib.crc32(values.tobytes(), code)
        total += code
    return f"{total & 0xFFFFFFFF:08x}"


def _own(count: int) -> Keys:
    return {"type": np.full(count, _GENERATED, dtype=np.int32)}


def _put(points: FCurveKeyframePoints, keys: Keys) -> None:
    points.clear()
    points.add(len(keys["co"]))
    for name, values in keys.items():
        points.foreach_set(name, values.ravel())
    points.handles_recalc()


def _places(points: FCurveKeyframePoints) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return for each key its frame, float32 (n,), and whether it is EmoteBot's own, bool (n,)."""
    place = np.empty((len(points), 2), dtype=np.float32)
    points.foreach_get("co", place.ravel())
    kinds = np.empty(len(points), dtype=np.int32)
    points.foreach_get("type", kinds)
    return place[:, 0], kinds == _GENERATED


def _within(place: NDArray[np.float32], spans: Iterable[Span]) -> NDArray[np.bool_]:
    """Return whether each frame, shape (n,), lies in one of the spans, bool (n,)."""
    inside = np.zeros(len(place), dtype=np.bool_)
    for first, last in spans:
        inside |= (place >= first - _SAME_FRAME) & (place <= last + _SAME_FRAME)
    return inside


def _read(points: FCurveKeyframePoints, wanted: NDArray[np.bool_]) -> Keys | None:
    """Return all that the keys wanted, bool (n,), hold, or None where there are none."""
    if not wanted.any():
        return None
    kept = {}
    for name, (kind, length) in _ATTRIBUTES.items():
        values: NDArray[Any] = np.empty((len(points), length), dtype=kind)
        points.foreach_get(name, values.ravel())
        kept[name] = values[wanted]
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


def end_of_own(own: list[Span], span: Span) -> float:
    """Return where the performance ends, or an earlier one that began at the same frame."""
    ends = [last for first, last in own if abs(first - span[0]) <= _SAME_FRAME]
    return max([span[1], *ends])


def spans_after(own: list[Span], span: Span) -> list[Span]:
    """Return EmoteBot's spans once a performance has been written over them."""
    others = [other for other in own if abs(other[0] - span[0]) > _SAME_FRAME]
    return [span, *spans_beside(others, span)]


def spans_beside(own: list[Span], span: Span) -> list[Span]:
    """Return what of EmoteBot's spans lies before and after another one.

    Their keys stand a whole number of frames from their start.
    """
    start, end = span
    spans = []
    for first, last in own:
        before = first + math.ceil(start - first - _SAME_FRAME) - 1
        after = first + max(math.floor(end - first + _SAME_FRAME) + 1, 0)
        if before >= first:
            spans.append((first, min(last, before)))
        if after <= last:
            spans.append((after, last))
    return spans
