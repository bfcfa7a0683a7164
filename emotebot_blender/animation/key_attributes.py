# SPDX-License-Identifier: GPL-3.0-or-later
"""What a key of an F-curve holds, and the keys that values become."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.reduce import BezierKeys

Keys = dict[str, NDArray[Any]]
"""Attribute of ``Keyframe`` to its values, one row a key."""

_CONSTANT, _LINEAR, BEZIER = 0, 1, 2  # Keyframe.interpolation
_FREE, ALIGNED, _AUTO_CLAMPED = 0, 3, 4  # Keyframe.handle_left_type
HANDLES = ("handle_left", "handle_right")
_EXTREME, _BREAKDOWN = 1, 2  # Keyframe.type: of a key pose, between key poses
_GENERATED = 5  # Keyframe.type: set by a tool, not by an animator

_EASING = {"back": 1.70158, "amplitude": 0.8, "period": 4.1}
"""How keys overshoot and swing once they are made to: as Blender has it for keys set by hand."""

ATTRIBUTES: dict[str, tuple[type, int]] = {
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

_RECORD = np.dtype(
    [
        (name, np.dtype(kind).newbyteorder("<"), (length,))
        for name, (kind, length) in ATTRIBUTES.items()
    ]
)
"""A key as it is stored in a file."""


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
    co = np.empty((count, 2), dtype=np.float32)
    co[:, 0] = frames
    co[:, 1] = values
    handle_type = np.full(count, _AUTO_CLAMPED, dtype=np.uint8)  # good ones, once made Bezier
    return {
        "co": co,
        "interpolation": np.full(count, _CONSTANT if stepped else _LINEAR, dtype=np.uint8),
        "handle_left_type": handle_type,
        "handle_right_type": handle_type,
    }


def reduced_keys(curve: BezierKeys, is_auto: NDArray[np.bool_], poses: NDArray[np.float64]) -> Keys:
    """Return the keys of a reduced curve as F-curves take them.

    Args:
        curve: the reduced curve.
        is_auto: which keys have handles that Blender finds, bool (keys,).
        poses: frames of the key poses; keys there are extremes, the others breakdowns.
    """
    is_pose = np.isin(curve.co[:, 0], poses.astype(np.float32))
    types = np.where(is_pose, _EXTREME, _BREAKDOWN).astype(np.int32)
    return bezier_keys(curve, is_auto) | {"type": types}


def bezier_keys(curve: BezierKeys, is_auto: NDArray[np.bool_]) -> Keys:
    """Return the same of no particular type."""
    handle_type = np.where(is_auto, _AUTO_CLAMPED, _FREE).astype(np.uint8)
    return {
        "co": curve.co,
        "handle_left": curve.handle_left,
        "handle_right": curve.handle_right,
        "interpolation": np.full(len(curve), BEZIER, dtype=np.uint8),
        "handle_left_type": handle_type,
        "handle_right_type": handle_type,
    }


def with_free_handles(keys: Keys) -> Keys:
    """Return Bezier keys with handles that Blender leaves where they are."""
    free = np.full(len(keys["co"]), _FREE, dtype=np.uint8)
    return keys | {f"{name}_type": free for name in HANDLES if name in keys}


def as_generated(keys: Keys) -> Keys:
    """Return keys with those between key poses marked as set by a tool."""
    types = keys.get("type", np.full(len(keys["co"]), _GENERATED, dtype=np.int32))
    return keys | {"type": np.where(types == _EXTREME, _EXTREME, _GENERATED).astype(np.int32)}


def own_attributes(count: int) -> Keys:
    """Return what keys of EmoteBot's hold where nothing else is said."""
    easing = {name: np.full(count, value, dtype=np.float32) for name, value in _EASING.items()}
    return {"type": np.full(count, _GENERATED, dtype=np.int32), **easing}


def written_of(keys: Keys) -> NDArray[np.float32]:
    """Return the frame, value and type of each key, float32, shape (n, 3), ascending."""
    return np.column_stack((keys["co"], keys["type"].astype(np.float32)))


def with_types(written: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the same of keys of which an older EmoteBot has stored frame and value alone."""
    if written.shape[1] == 3:
        return written
    types = np.full((len(written), 1), _GENERATED, dtype=np.float32)
    return np.concatenate((written, types), axis=1)


def to_record(keys: Keys) -> NDArray[np.void]:
    """Return keys with every attribute as a structured array, shape (n,), to be stored."""
    record = np.empty(len(keys["co"]), dtype=_RECORD)
    for name in ATTRIBUTES:
        record[name] = keys[name]
    return record


def from_record(record: NDArray[np.void]) -> Keys:
    """Return the keys that ``to_record`` has stored."""
    return {
        name: np.ascontiguousarray(record[name], dtype=kind)
        for name, (kind, _) in ATTRIBUTES.items()
    }
