# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a face is in the world, its direction and its size, for cameras and lights."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import bpy
import numpy as np
from bpy.types import Object, Scene, ViewLayer
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Matrix, Vector

from ..core.channels import CHANNELS, INDEX, MIX_GROUPS
from ..rig.bones import bone_name
from ..rig.control import Control
from ..rig.face import Face
from ..rig.face_grouping import ancestry
from ..rig.shape_keys import greatest_displacements

_MOVED = 0.1
"""Share of the greatest movement of all from which a vertex counts as part of the face: brows and
lashes that a smile takes along a little are no part of a mouth."""

HEAD_DEPTH = 0.6
"""From the face back to the middle of the head, in heights of the face."""

_SMALLEST = 1 / 12
"""Least height of a face that a picture is taken of, in heights of the picture."""

_SKIN_AROUND = 1.29
"""Height of what shape keys move on a face, over that of the bones which move the same skin.

Measured on the built-in head, with its shape keys and on a face rig of Rigify.
"""
_FACE_OVER_MOUTH, _MIDDLE_OVER_MOUTH = 1.84, 0.45
"""Height of a face, and how far its middle is over that of the mouth, in heights of what moves of a
mouth. Between those measured on the built-in head, 2.10 and 0.58, and on the reference head of the
tests, 1.62 and 0.33."""

_SNAP = math.radians(20)
"""A face that looks this close to an axis of the world is taken to look along it."""


@dataclass(frozen=True)
class Framing:
    """A face in the world.

    Attributes:
        centre: the middle of the face.
        forward: unit vector, horizontal, the direction that the face looks.
        height: from the chin to the brows, in the scene's units, above 0.
    """

    centre: Vector
    forward: Vector
    height: float

    @property
    def orientation(self) -> Matrix:
        """Rotation whose columns are the viewer's right, the face's forward, and up."""
        right = Vector((0, 0, 1)).cross(self.forward)
        return Matrix((right, self.forward, Vector((0, 0, 1)))).transposed()


def frame_face(face: Face, view_layer: ViewLayer) -> Framing:
    """Return the position, direction and size of a face at the current frame.

    The face is what its shape keys move, without any where the bones are that do; a body that hangs
    on the same mesh does not count. Where nothing but a mouth moves, the face around it does.

    Args:
        face: the face.
        view_layer: one that shows the face's meshes.
    """
    view_layer.update()
    controls = face.controls()
    points, moved_points, steps = [], [], []
    meshes = [obj for obj in face.objects if obj.type == "MESH"]
    keyed = [control for control in controls if control.kind == "shape_key"]
    if not meshes:
        points = [_world_points(mesh, view_layer) for mesh in _skins(face, view_layer)]
        moved_points = [_moved_bones(obj, controls) for obj in face.objects]
        points = points or moved_points
    for mesh in meshes:
        keys = {control.name for control in keyed if control.object == mesh}
        points.append(_world_points(mesh, view_layer))
        steps.append(greatest_displacements(mesh, keys) * mesh.matrix_world.median_scale)
    if meshes:
        least = max(_MOVED * max(float(step.max(initial=0)) for step in steps), 1e-9)
        moved_points = [own[step > least] for own, step in zip(points, steps, strict=True)]
    everything, moved = np.concatenate(points), np.concatenate(moved_points)
    if len(moved) == 0:
        moved = everything
    low, high = np.quantile(moved, 0.02, axis=0), np.quantile(moved, 0.98, axis=0)
    centre = (low + high) / 2
    height = max(float(high[2] - low[2]), 1e-4)
    if not meshes:
        height *= _SKIN_AROUND
    elif keyed and all(map(_is_of_mouth, keyed)):
        centre[2] += _MIDDLE_OVER_MOUTH * height
        height *= _FACE_OVER_MOUTH
    return Framing(Vector(centre), _forward(everything, centre, height), height)


@dataclass(frozen=True)
class Extent:
    """How far a head reaches from its face's middle, in the scene's units.

    Attributes:
        above: up to its highest point.
        aside: to the sides, to the one that is farther from the middle of the head.
    """

    above: float
    aside: float


def head_extent(
    framing: Framing, meshes: Iterable[Object], view_layer: ViewLayer, turn: float = 0.0
) -> Extent:
    """Return how far a head reaches, with whatever is on it, and not what is beside it.

    Args:
        framing: where the face is.
        meshes: of the character; what is farther from the middle of the head than the height of the
            face, such as a raised hand, does not count, nor to the sides what is below the chin.
        view_layer: one that shows the meshes.
        turn: degrees by which those who look at its sides stand to their right of its front.
    """
    middle = framing.centre - framing.forward * (HEAD_DEPTH * framing.height)
    right = Matrix.Rotation(math.radians(turn), 3, "Z") @ framing.orientation.col[0]
    above = aside = 0.0
    for mesh in meshes:
        away = _world_points(mesh, view_layer) - np.array(middle)
        head = away[np.linalg.norm(away[:, :2], axis=1) < framing.height]
        above = max(above, float(head[:, 2].max(initial=0)))
        sides = np.abs(head[head[:, 2] > -framing.height / 2] @ np.array(right))
        aside = max(aside, float(sides.max(initial=0)))
    return Extent(above, aside)


def sees(camera: Object, framing: Framing, scene: Scene) -> bool:
    """Return whether a camera shows a face: its middle, and no smaller than ``_SMALLEST``.

    Args:
        camera: an object of the scene.
        framing: where the face is.
        scene: gives the proportions of the picture.
    """
    x, y, depth = world_to_camera_view(scene, camera, framing.centre)
    up = camera.matrix_world.to_quaternion() @ Vector((0, framing.height, 0))
    above = world_to_camera_view(scene, camera, framing.centre + up).y
    return bool(0 < x < 1 and 0 < y < 1 and depth > 0 and above - y >= _SMALLEST)


def _world_points(mesh: Object, view_layer: ViewLayer) -> np.ndarray:
    """Return the posed vertices in the world, scene units, float64, shape (vertices, 3)."""
    evaluated = mesh.evaluated_get(view_layer.depsgraph)
    source = evaluated.data
    if len(source.vertices) != len(mesh.data.vertices):
        source = mesh.data  # a modifier has changed the vertices: they no longer match the keys
    points = np.empty(len(source.vertices) * 3, dtype=np.float32)
    source.vertices.foreach_get("co", points)
    matrix = np.array(evaluated.matrix_world)
    return points.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]


def _skins(face: Face, view_layer: ViewLayer) -> list[Object]:
    """Return the meshes that go with a face of bones."""
    return [
        obj
        for obj in view_layer.objects
        if obj.type == "MESH" and not obj.hide_render and face.armature in ancestry(obj)
    ]


def _is_of_mouth(control: Control) -> bool:
    """Return whether a control moves the mouth or the jaw, and shows no emotion as a whole."""
    channels = {CHANNELS[index] for index, _ in control.drive.channels}
    return channels.issubset(MIX_GROUPS["MOUTH"]) and not control.drive.emotions


def _moved_bones(armature: Object, controls: Iterable[Control]) -> np.ndarray:
    """Return where the bones stand that controls move, in the world, shape (bones, 3).

    Those that gaze moves do not count: they may be targets far in front of the eyes.
    """
    gaze = {INDEX[name] for name in CHANNELS if name.startswith("eyeLook")}
    names = {
        bone_name(control)
        for control in controls
        if control.object == armature
        and control.kind == "bone"
        and not gaze.issuperset(channel for channel, _ in control.drive.channels)
    }
    matrix = armature.matrix_world
    return np.array([matrix @ armature.pose.bones[name].head for name in names]).reshape(-1, 3)


def _forward(points: np.ndarray, centre: np.ndarray, height: float) -> Vector:
    """Return the unit vector from the middle of the head, cut at the face's height, to the face.

    Args:
        points: of all meshes in the world, shape (n, 3).
        centre: of the face, shape (3,).
        height: of the face.
    """
    across = points[:, :2] - centre[:2]
    near = (np.abs(points[:, 2] - centre[2]) < height / 2) & (
        np.linalg.norm(across, axis=1) < 2 * height
    )
    slice_ = points[near, :2] if near.any() else points[:, :2]
    middle = (slice_.min(axis=0) + slice_.max(axis=0)) / 2
    x, y = centre[:2] - middle
    if math.hypot(x, y) < 0.02 * height:
        return Vector((0, -1, 0))  # no depth: the direction that Blender's characters look
    angle = math.atan2(y, x)
    axis = round(angle / (math.pi / 2)) * (math.pi / 2)
    if abs(angle - axis) < _SNAP:
        angle = axis
    return Vector((round(math.cos(angle), 9), round(math.sin(angle), 9), 0))


def view_layer_of(scene: Scene) -> bpy.types.ViewLayer:
    """Return the view layer that renders."""
    return next((layer for layer in scene.view_layers if layer.use), scene.view_layers[0])
