# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows something in a 3D viewport from the front, without a detour through the selection."""

import math
from itertools import product
from typing import Any

import bpy
import numpy as np
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Quaternion, Vector
from numpy.typing import NDArray

from ..core.messages import Message

FRONT = Quaternion((math.sqrt(0.5), math.sqrt(0.5), 0.0, 0.0))
"""Rotation of a view from the front, as Numpad 1 gives."""

_SENSOR = 72.0
"""Millimetres of the larger side of a viewport that its focal length is for."""

_FILLED = 0.85
"""How much of the free height or width is filled."""

_LEAST_IN_CAMERA = 0.15
"""Height in a camera's picture from which on something is seen there."""


def show_from_front(context: bpy.types.Context, box: NDArray[np.float64]) -> list[Message]:
    """Frame a box in the viewport, and return what else than the view had to be changed.

    A view through a camera that sees it is left as it is; a view that may not be turned, as in a
    quad view, is not.

    Args:
        context: whose area is a 3D viewport.
        box: shape (2, 3), the least and the greatest x, y and z in metres.
    """
    space, changes = context.space_data, []
    if space.shading.type == "WIREFRAME":
        space.shading.type = "SOLID"
        changes.append(Message("The viewport's shading is solid now"))
    for region, view in _views(context.area, space):
        if view.view_perspective == "CAMERA":
            if _seen_by(context.scene, space.camera, box):
                continue
            view.view_perspective = "PERSP"
            changes.append(Message("The viewport has left the camera, which does not see it"))
        if not view.lock_rotation:
            view.view_rotation = FRONT
        view.view_location = box.mean(axis=0)
        view.view_distance = _distance(context.area, region, view, box)
    return changes


def _views(area: bpy.types.Area, space: bpy.types.SpaceView3D) -> list[tuple[Any, Any]]:
    """Return each part of a viewport that shows the scene and its view: four in a quad view."""
    regions = [region for region in area.regions if region.type == "WINDOW"]
    if len(regions) == 1:
        return [(regions[0], space.region_3d)]
    return [(region, region.data) for region in regions]


def _distance(
    area: bpy.types.Area,
    region: bpy.types.Region,
    view: bpy.types.RegionView3D,
    box: NDArray[np.float64],
) -> float:
    """Return the metres from which a box fills what is free of a viewport.

    Args:
        area: the viewport.
        region: the part of it that shows the scene.
        view: of that part.
        box: what is framed.
    """
    width = max(region.width - 2 * _covered(area, region), 1)
    axes = np.array(view.view_rotation.to_matrix())  # columns: right, up, towards the eye
    right, up, depth = np.abs(axes.T) @ np.ptp(box, axis=0)
    wanted = max(right / width, up / max(region.height, 1)) * max(region.width, region.height)
    distance = wanted * area.spaces.active.lens / (_SENSOR * _FILLED)
    return float(distance if view.view_perspective == "ORTHO" else distance + depth / 2)


def _covered(area: bpy.types.Area, region: bpy.types.Region) -> int:
    """Return how many pixels sidebars cover of a region, on the side where it is more."""
    covered = 0
    for other in area.regions:
        if other.type in ("UI", "TOOLS") and other.width > 1 and other.height > 1:
            left, right = other.x - region.x, region.x + region.width - other.x - other.width
            if left >= 0 and right >= 0:  # they lie over the region
                covered = max(covered, other.width + min(left, right))
    return min(covered, region.width // 3)


def _seen_by(
    scene: bpy.types.Scene, camera: bpy.types.Object | None, box: NDArray[np.float64]
) -> bool:
    """Return whether a camera has a box in its picture, not too small and not from behind."""
    if camera is None or camera.type != "CAMERA":
        return False
    if camera.matrix_world.translation.y > box[0, 1]:
        return False
    corners = [
        world_to_camera_view(scene, camera, Vector(corner)) for corner in product(*box.T.tolist())
    ]
    heights = [corner.y for corner in corners]
    inside = all(0 <= corner.x <= 1 and 0 <= corner.y <= 1 and corner.z > 0 for corner in corners)
    return inside and max(heights) - min(heights) >= _LEAST_IN_CAMERA
