# SPDX-License-Identifier: GPL-3.0-or-later
"""How high a new character is and where it stands, so that it is seen beside what is there.

A box is float64, shape (2, 3): the least and the greatest x, y and z in metres.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from bpy.types import Object
from numpy.typing import NDArray

from .palettes import HEIGHT, LARGEST, SMALLEST

Box = NDArray[np.float64]

_BODIES = frozenset(("MESH", "CURVE", "CURVES", "SURFACE", "META", "FONT", "POINTCLOUD", "VOLUME"))
"""Types of objects that a character does not stand in."""

_GAP = 0.1
"""Free space beside a character, as a share of its height."""

_TOUCH = 0.01
"""How far bodies may reach into a character, as a share of its height: it stands on a floor."""

_SURROUNDINGS = 10.0
"""Heights of a character that what it stands in measures at least, as a room or a landscape."""


def bodies(objects: Iterable[Object]) -> list[Box]:
    """Return the boxes of what objects are to be seen, in world space.

    Objects under the same topmost parent are one body, as the parts of a character are. What is
    nowhere, as by a scale that is no finite number, is passed over.
    """
    corners: dict[Object, list[NDArray[np.float64]]] = {}
    for obj in objects:
        if obj.type in _BODIES:
            local = np.array(obj.bound_box)
            world = np.array(obj.matrix_world)
            points = local @ world[:3, :3].T + world[:3, 3]
            if np.isfinite(points).all():
                corners.setdefault(_topmost(obj), []).append(points)
    return [box_of(np.concatenate(points)) for points in corners.values()]


def box_of(points: NDArray[np.floating]) -> Box:
    """Return the box of points, shape (n, 3)."""
    return np.array([points.min(axis=0), points.max(axis=0)], dtype=np.float64)


def fitting_height(boxes: Sequence[Box]) -> float:
    """Return a height in metres at which a character suits what is there: life size without any.

    That is the median of the bodies' largest dimensions, so that neither a backdrop nor a screw
    counts for much.
    """
    largest = [size for box in boxes if (size := np.ptp(box, axis=0).max()) > 0]
    return float(np.clip(np.median(largest), SMALLEST, LARGEST)) if largest else HEIGHT


def free_location(
    wanted: Sequence[float], extent: Box, boxes: Sequence[Box]
) -> NDArray[np.float64]:
    """Return where a character stands free, float64 (3,): the place wanted or to the right of it.

    Args:
        wanted: where it would stand, in metres.
        extent: its box, from where it stands.
        boxes: of what is there. What encloses the place and is ten times as large is around the
            character, not in its way.
    """
    location = np.array(wanted, dtype=np.float64)
    height = float(np.ptp(extent[:, 2]))
    in_way = [box for box in boxes if not _surrounds(box, extent + location, height)]
    while True:
        own = extent + location
        hit = [box for box in in_way if _overlap(box, own, _TOUCH * height)]
        if not hit:
            return location
        location[0] = max(box[1, 0] for box in hit) + _GAP * height - extent[0, 0]


def _topmost(obj: Object) -> Object:
    while obj.parent is not None:
        obj = obj.parent
    return obj


def _surrounds(box: Box, own: Box, height: float) -> bool:
    encloses = (box[0, :2] <= own[0, :2]).all() and (box[1, :2] >= own[1, :2]).all()
    return bool(encloses and np.ptp(box, axis=0).max() >= _SURROUNDINGS * height)


def _overlap(one: Box, other: Box, touch: float) -> bool:
    return bool((np.minimum(one[1], other[1]) - np.maximum(one[0], other[0]) > touch).all())
