# SPDX-License-Identifier: GPL-3.0-or-later
"""The bones that turn the head of a face, found by name and by weight, and their rotations.

Neck and head share a turn 40 : 60, each about the same axis of the face at rest, taken apart along
the axes of each bone. A head that does not follow its neck does all of it.
"""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from bpy.types import Object, PoseBone
from mathutils import Euler, Quaternion
from numpy.typing import NDArray

from ..core.messages import Message
from ..core.rig.face_space import FaceSpace, Vector, measure_face
from ..core.rig.head_convention import NECK_SHARE, NamedHead, named_heads
from ..core.rig.solver import Drive
from .bones import rotation_property
from .control import Control, Path, driven_paths, member_path, not_editable, quoted_name
from .deforming_bones import deformed_share
from .vrm_expressions import assigned_bones

LEAST_SHARE = 0.05
"""Of the weights of a face's meshes that a head has at least: a body may be of one mesh with it."""

RANGE = math.radians(20)
"""A turn of a bone that counts as full where keys may be off by a share of it: a hundredth is .2
degrees."""

_HOLDING = ("COPY_ROTATION", "COPY_TRANSFORMS", "ARMATURE", "DAMPED_TRACK", "TRACK_TO")
"""Constraints that leave nothing of a bone's own rotation at full influence."""

_LEFT = re.compile(r"(?<![A-Za-z])(left|Left|LEFT|l|L)(?![a-z])")
_RIGHT = {"left": "right", "Left": "Right", "LEFT": "RIGHT", "l": "r", "L": "R"}

Turns = NDArray[np.floating]
"""Pitch, yaw and roll in degrees, shape (frames, 3), as ``core.performance.head_motion`` has them:
what is in front goes down, what is in front goes left, what is above goes left."""


@dataclass(frozen=True)
class TurningBone:
    """A bone that does a part of a head's turn.

    Attributes:
        name: of the bone.
        share: of the turn, above 0 to 1.
        axes: directions that it is rotated about, in the space of its armature, columns, (3, 3).
        blocked: why it cannot be rotated; None where it can.
    """

    name: str
    share: float
    axes: NDArray[np.float64]
    blocked: Message | None


@dataclass(frozen=True)
class Head:
    """What turns the head of a face; valid until undo, a removal or another file.

    Attributes:
        armature: whose bones they are.
        bones: the lowest first, the head last.
        space: directions of the face in the space of the armature.
    """

    armature: Object
    bones: tuple[TurningBone, ...]
    space: FaceSpace

    def controls(self) -> list[Control]:
        """Return the numbers that rotate its bones, each with why it is blocked."""
        poses = self.armature.pose.bones
        return [
            control
            for bone in self.bones
            for control in _rotation_controls(poses[bone.name], bone.blocked)
        ]

    def values(self, turns: Turns, before: Mapping[Path, float]) -> dict[Path, NDArray[np.float32]]:
        """Return what the controls of bones that are not blocked have to be for a head to turn.

        Args:
            turns: of the head.
            before: values that controls have without a turn, which it is added to; those missing
                are at rest.

        Returns:
            Path of a number to its values, float32 (frames,).
        """
        radians = np.radians(turns.astype(np.float64))
        vectors = np.stack([self.space.rotation(tuple(row)) for row in radians.tolist()])
        values: dict[Path, NDArray[np.float32]] = {}
        for bone in self.bones:
            if bone.blocked is None:
                pose = self.armature.pose.bones[bone.name]
                own = bone.share * vectors @ bone.axes
                own[:, np.array(pose.lock_rotation)] = 0.0
                values |= _rotated(pose, own, before)
        return values


def find_head(armature: Object, meshes: Collection[Object]) -> Head | None:
    """Return what turns the head of a face; None where no bone does.

    Args:
        armature: an armature object.
        meshes: of the face.
    """
    named = next(
        (
            candidate
            for candidate in _candidates(armature)
            if deformed_share(armature, candidate.head, meshes) >= LEAST_SHARE
        ),
        None,
    )
    space = None if named is None else _space(armature, named)
    if named is None or space is None:
        return None
    return Head(armature, _turning(armature, named), space)


def has_head_names(armature: Object | None) -> bool:
    """Return whether an armature has bones that may turn a head, by their names."""
    return armature is not None and armature.pose is not None and bool(_candidates(armature))


def head_control(armature: Object, path: Path) -> Control | None:
    """Return the number at a path as a control if it may turn the head of an armature, or None."""
    named = {name for one in _candidates(armature) for name in (*one.necks, one.head)}
    bone = armature.pose.bones.get(quoted_name(path[0]))
    if bone is None or bone.name not in named:
        return None
    controls = _rotation_controls(bone, _why_blocked(bone))
    return next((control for control in controls if control.path == path), None)


def _candidates(armature: Object) -> tuple[NamedHead, ...]:
    """Return the bones that may turn the head of an armature, those to be preferred first."""
    assigned = assigned_bones(armature, ("head", "neck"))
    named = named_heads(tuple(armature.data.bones.keys()))
    if "head" not in assigned:
        return named
    return (NamedHead(assigned["head"], tuple(filter(None, [assigned.get("neck")]))), *named)


def _turning(armature: Object, named: NamedHead) -> tuple[TurningBone, ...]:
    poses = armature.pose.bones
    blocked = {name: _why_blocked(poses[name]) for name in (*named.necks, named.head)}
    necks = [name for name in named.necks if _follows(armature, named.head, name)]
    shared = [name for name in necks if blocked[name] is None]
    shares = {name: NECK_SHARE / len(shared) for name in shared}
    shares[named.head] = 1 - sum(shares.values())
    return tuple(
        TurningBone(name, shares.get(name, 0.0), _axes(armature, name), blocked[name])
        for name in (*necks, named.head)
    )


def _follows(armature: Object, head: str, neck: str) -> bool:
    """Return whether a head turns with a bone of the neck."""
    bone = armature.pose.bones[head]
    while bone.parent is not None and bone.bone.use_inherit_rotation and not _holding(bone):
        bone = bone.parent
        if bone.name == neck:
            return True
    return False


def _holding(bone: PoseBone) -> list[str]:
    """Return the names of constraints that leave nothing of a bone's own rotation."""
    return [
        constraint.name
        for constraint in bone.constraints
        if constraint.type in _HOLDING and not constraint.mute and constraint.influence == 1
        if getattr(constraint, "mix_mode", "REPLACE") == "REPLACE"
    ]


def _why_blocked(bone: PoseBone) -> Message | None:
    """Return why a bone cannot be rotated, or None."""
    armature = bone.id_data
    _, reason = rotation_property(bone)
    path, indices = _rotation_path(bone)
    if not driven_paths(armature).isdisjoint((path, index) for index in indices):
        reason = Message("driven")
    elif all(bone.lock_rotation):
        reason = Message("locked")
    holding = _holding(bone)
    if holding:
        reason = Message("held by the constraint “{constraint}”", constraint=holding[0])
    return not_editable(armature) or reason


def _rotation_controls(bone: PoseBone, blocked: Message | None) -> list[Control]:
    """Return the numbers of a bone's rotation."""
    path, indices = _rotation_path(bone)
    is_quaternion = len(indices) == 4
    names, full = ("wxyz", math.tan(RANGE / 2)) if is_quaternion else ("xyz", RANGE)
    armature = bone.id_data
    return [
        Control(
            armature,
            path,
            index,
            "bone",
            armature,
            f"{bone.name} rotation {names[index]}",
            1.0 if names[index] == "w" else 0.0,
            blocked=blocked,
            drive=Drive(full=full),
        )
        for index in indices
    ]


def _rotation_path(bone: PoseBone) -> tuple[str, range]:
    """Return the data path of a bone's rotation and the indices of its numbers."""
    attribute, _ = rotation_property(bone)
    path = f"{member_path('pose.bones', bone.name)}.{attribute}"
    return path, range(4 if attribute == "rotation_quaternion" else 3)


def _rotated(
    bone: PoseBone, vectors: NDArray[np.float64], before: Mapping[Path, float]
) -> dict[Path, NDArray[np.float32]]:
    """Return the numbers of a bone that is turned on top of what it has.

    Args:
        bone: the bone.
        vectors: rotation vectors along its own axes, shape (frames, 3).
        before: what it has, where that is not rest.
    """
    path, indices = _rotation_path(bone)
    is_quaternion = len(indices) == 4
    rest = [1.0, 0.0, 0.0, 0.0] if is_quaternion else [0.0] * 3
    held = [before.get((path, index), value) for index, value in zip(indices, rest, strict=True)]
    angles = np.linalg.norm(vectors, axis=1)
    halves = np.sinc(angles[:, None] / 2 / np.pi) * vectors / 2  # sine of half the angle, by axis
    turns = np.column_stack([np.cos(angles / 2), halves])
    if is_quaternion:
        columns = _product(np.array(held), turns)
    else:
        columns = _eulers(held, turns, bone.rotation_mode)
    kept = [index for index in indices if is_quaternion or not bone.lock_rotation[index]]
    return {(path, index): columns[:, index].astype(np.float32) for index in kept}


def _product(first: NDArray[np.float64], turns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a quaternion times each of some others, shape (frames, 4)."""
    w, x, y, z = first / (np.linalg.norm(first) or 1.0)
    matrix = np.array([[w, -x, -y, -z], [x, w, -z, y], [y, z, w, -x], [z, -y, x, w]])
    return np.asarray(turns @ matrix.T)


def _eulers(held: list[float], turns: NDArray[np.float64], order: str) -> NDArray[np.float64]:
    """Return the Euler angles of turns on top of those held, shape (frames, 3)."""
    last = Euler(held, order)
    base, rows = last.to_quaternion(), []
    for turn in turns.tolist():
        last = (base @ Quaternion(turn)).to_euler(order, last)
        rows.append(tuple(last))
    return np.array(rows)


def _axes(armature: Object, name: str) -> NDArray[np.float64]:
    return np.array(armature.data.bones[name].matrix_local.to_3x3(), dtype=np.float64)


def _space(armature: Object, named: NamedHead) -> FaceSpace | None:
    """Return the directions of a face, by the bones that its armature has on either side.

    Up leads from the farthest of the bones that the head hangs on, or along the head where there is
    none. Without sides, left is the X axis.
    """
    bones = armature.data.bones
    head = bones[named.head]
    above: list[Vector] = [_point(bone.head_local) for bone in head.parent_recursive]
    top = _point(head.tail_local if not above else head.head_local)
    others = above or [_point(head.head_local)]
    low = max(others, key=lambda point: float(np.linalg.norm(top - point)))
    across = sum((_across(armature, bone.name) for bone in bones), np.zeros(3))
    length = float(np.linalg.norm(across))
    left = across / length if length > 0 else np.array([1.0, 0.0, 0.0])
    return measure_face(top + left / 2, top - left / 2, low)


def _across(armature: Object, name: str) -> Vector:
    """Return how far a bone of the left is from that of the right, shape (3,); 0 for others."""
    bones = armature.data.bones
    other = _LEFT.sub(lambda match: _RIGHT[match[1]], name)
    if other == name or other not in bones:
        return np.zeros(3)
    return _point(bones[name].head_local) - _point(bones[other].head_local)


def _point(vector: object) -> Vector:
    return np.array(vector, dtype=np.float64)
