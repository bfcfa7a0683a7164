# SPDX-License-Identifier: GPL-3.0-or-later
"""Where targets of a gaze are on the frames of a scene, seen from the head of a face.

A head that bones turn is measured as the artist holds and moves it, without what EmoteBot adds: on
a copy of its armature that lacks these strips. As in ``evaluation``, Blender plays the frames in a
scene of its own, here with empty objects that follow head and targets by constraints, so that
parents, constraints and cameras count and no mesh is evaluated.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import bpy
import numpy as np
from bpy.types import Object, Scene
from numpy.typing import NDArray

from ..core.errors import EmoteBotError
from ..core.rig.face_space import Vector
from ..render.framing import frame_face, view_layer_of
from ..rig.eye_points import between_eyes, carrying_bone
from ..rig.face import Face, find_face
from ..rig.head_bones import Head
from .restoring import clear_strip
from .strips import own_layer_strips

_NAME = "EmoteBot Gaze"

_EYES_OVER_MIDDLE = 0.25
"""How far eyes are over the middle of a face, in its heights, where nothing closes them."""

_SPARSE = 7
"""Every which frame is looked at first: where nothing moves on these, nothing does in between."""

_STILL = 1e-6
"""Share of its distance that a target moves by where it counts as still: single precision."""


@dataclass(frozen=True)
class GazePoint:
    """A point of an object or of one of its bones.

    Attributes:
        obj: the object.
        bone: name of a bone of it, or None.
        rest: where that is at rest, a matrix in the space of the object, shape (4, 4).
        point: in the same space, shape (3,).
    """

    obj: Object
    bone: str | None
    rest: NDArray[np.float64]
    point: Vector


@dataclass(frozen=True)
class SeeingHead:
    """A head that looks.

    Attributes:
        eyes: the point between its eyes.
        axes: the face's left, up and forward at rest in the same space, rows, shape (3, 3).
        pivot: what it turns about there, shape (3,).
    """

    eyes: GazePoint
    axes: NDArray[np.float64]
    pivot: Vector


def seeing_head(face: Face, scene: Scene) -> SeeingHead:
    """Return the head of a face: its bones if some turn it, else its object as it stands now."""
    head, eyes = face.head(), between_eyes(face)
    if head is not None:
        return _of_bones(face, head, eyes, scene)
    framing = frame_face(face, view_layer_of(scene))
    if eyes is None:
        eyes = _over_middle(face, scene)
    obj = face.objects[0]
    forward, up = np.array(framing.forward), np.array((0.0, 0.0, 1.0))
    axes = np.stack([np.cross(up, forward), up, forward])
    inverse = np.linalg.pinv(np.array(obj.matrix_world))
    axes = axes @ inverse[:3, :3].T
    axes /= np.linalg.norm(axes, axis=1, keepdims=True).clip(1e-12)
    own = inverse[:3, :3] @ eyes + inverse[:3, 3]
    return SeeingHead(GazePoint(obj, None, np.eye(4), own), axes, own)


def target_point(target: Object, scene: Scene) -> GazePoint:
    """Return what is looked at of an object: the eyes of a character, else its origin."""
    try:
        face = find_face(target, scene)
    except EmoteBotError:
        face = None
    if face is not None and (target in face.objects or target == face.armature):
        return seeing_head(face, scene).eyes
    return GazePoint(target, None, np.eye(4), np.zeros(3))


def sample_points(
    head: SeeingHead, targets: Sequence[GazePoint], frames: Sequence[int], scene: Scene
) -> tuple[NDArray[np.float64], tuple[float, float, float]]:
    """Return where targets are, seen from a head.

    Args:
        head: what looks.
        targets: what is looked at on each of the frames.
        frames: of the scene, whole ones.
        scene: whose time stretching counts; it stays as it is.

    Returns:
        Points of the target along the face's left, up and forward from what the head turns about,
        shape (frames, 3), and the point between the eyes.
    """
    rows = np.empty((len(frames), 3))
    sparse = _sparse(targets)
    distinct = {id(target): target for target in targets}
    with _without_own_turns(head.eyes) as eyes, _readers(scene) as (played, add):
        reader = add(eyes)
        readers = {key: add(target) for key, target in distinct.items()}

        def measure(row: int) -> None:
            target = targets[row]
            played.frame_set(frames[row])
            seen = _matrix(played, readers[id(target)]) @ _inverse(target.rest)
            at = seen @ np.append(target.point, 1.0)
            from_rest = head.eyes.rest @ _inverse(_matrix(played, reader))
            rows[row] = head.axes @ ((from_rest @ at)[:3] - head.pivot)

        for row in sparse:
            measure(row)
        if np.ptp(rows[sparse], axis=0).max() <= _STILL * np.abs(rows[sparse]).max():
            rows[:] = rows[0]
        else:
            for row in sorted(set(range(len(rows))).difference(sparse)):
                measure(row)
    left, up, forward = (head.axes @ (head.eyes.point - head.pivot)).tolist()
    return rows, (left, up, forward)


def _sparse(targets: Sequence[GazePoint]) -> list[int]:
    """Return rows that tell whether anything moves: every few, and those with another target."""
    rows = range(len(targets))
    switched = [row for row in rows[1:] if targets[row] is not targets[row - 1]]
    return sorted({*rows[::_SPARSE], *switched, rows[-1]})


def _of_bones(face: Face, head: Head, eyes: Vector | None, scene: Scene) -> SeeingHead:
    """Return a head that bones turn, in the space of its armature at rest."""
    armature = head.armature
    bones = armature.data.bones
    rest = np.array(bones[head.bones[-1].name].matrix_local)
    inverse = _inverse(np.array(armature.matrix_world))
    is_posed = False
    if eyes is None:
        eyes, is_posed = _over_middle(face, scene), True
    own = inverse @ np.append(eyes, 1.0)
    meshes = [obj for obj in face.objects if obj.type == "MESH"]
    if is_posed or any(carrying_bone(mesh, armature) for mesh in meshes[:1]):
        posed = np.array(armature.pose.bones[head.bones[-1].name].matrix)
        own = rest @ _inverse(posed) @ own
    pivot = sum(bone.share * np.array(bones[bone.name].head_local) for bone in head.bones)
    axes = np.stack([head.space.left, head.space.up, head.space.forward])
    point = GazePoint(armature, head.bones[-1].name, rest, own[:3])
    return SeeingHead(point, axes, np.asarray(pivot))


def _over_middle(face: Face, scene: Scene) -> Vector:
    """Return where the eyes of a face are in the world now, by its size alone."""
    framing = frame_face(face, view_layer_of(scene))
    return np.array(framing.centre) + np.array((0, 0, _EYES_OVER_MIDDLE * framing.height))


@contextmanager
def _without_own_turns(eyes: GazePoint) -> Iterator[GazePoint]:
    """Give the same point of an armature that EmoteBot does not turn, as long as it is needed."""
    if eyes.bone is None:
        yield eyes
        return
    copy = eyes.obj.copy()
    try:
        for layer in own_layer_strips(copy):
            if layer.mix.role == "HEAD":
                clear_strip(layer)
        yield GazePoint(copy, eyes.bone, eyes.rest, eyes.point)
    finally:
        bpy.data.objects.remove(copy)


@contextmanager
def _readers(scene: Scene) -> Iterator[tuple[Scene, Callable[[GazePoint], Object]]]:
    """Give a scene and what adds an empty object to it that is where a point's object is.

    Args:
        scene: another one, whose time stretching it has.
    """
    played, added = bpy.data.scenes.new(_NAME), list[Object]()

    def add(point: GazePoint) -> Object:
        reader = bpy.data.objects.new(_NAME, None)
        added.append(reader)
        played.collection.objects.link(reader)
        constraint = reader.constraints.new("COPY_TRANSFORMS")
        constraint.target = point.obj
        constraint.subtarget = point.bone or ""
        return reader

    try:
        played.render.frame_map_old = scene.render.frame_map_old
        played.render.frame_map_new = scene.render.frame_map_new
        yield played, add
    finally:
        bpy.data.scenes.remove(played)
        for reader in added:
            bpy.data.objects.remove(reader)


def _matrix(played: Scene, reader: Object) -> NDArray[np.float64]:
    return np.array(reader.evaluated_get(played.view_layers[0].depsgraph).matrix_world)


def _inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the inverse, or what comes nearest where an object has no size."""
    return np.linalg.pinv(matrix)
