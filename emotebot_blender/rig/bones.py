# SPDX-License-Identifier: GPL-3.0-or-later
"""Axes of pose bones as controls.

A bone is located, rotated and scaled in its own space. Where it rotates by quaternions, an axis is
that component of (1, x, y, z), which Blender normalises when it evaluates a pose: the tangent of
half the angle turns the bone by the angle, and rotations about several axes go together without an
order. At a part of the full weight the angle is 2 atan(weight tan(full / 2)): for a full angle of
20 degrees off by less than .1 degrees from a straight line.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from bpy.types import ID, Object, PoseBone
from numpy.typing import NDArray

from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..core.rig.convention import ControlName
from ..core.rig.solver import Drive
from .control import Control, Path, driven_paths, member_path, not_editable, quoted_name

_COMPONENTS = "wxyz"
"""Of a quaternion, in Blender's order."""

_LENGTHS = {"location": 3, "rotation_euler": 3, "rotation_quaternion": 4, "scale": 3}


def bone_controls(obj: Object, drives: Mapping[ControlName, Drive]) -> list[Control]:
    """Return axes of the bones of an armature as controls.

    Args:
        obj: an armature object.
        drives: each axis and what moves it, in metres and radians; bones that there are none of
            are left out.
    """
    blocked, driven = not_editable(obj), driven_paths(obj)
    controls = []
    for control, drive in drives.items():
        name = control.name
        bone = obj.pose.bones.get(name) if obj.pose else None
        if bone is None:
            continue
        kind, letter = control.axis.split("_")
        index = "xyz".index(letter)
        is_locked = getattr(bone, f"lock_{kind}")[index]
        attribute, reason = kind, None
        if kind == "rotation":
            attribute, reason = rotation_property(bone)
            if attribute == "rotation_quaternion":
                index += 1
                drive = _by_half_angles(drive)
        path = f"{member_path('pose.bones', name)}.{attribute}"
        if (path, index) in driven:
            reason = Message("driven")
        elif is_locked:
            reason = Message("locked")
        controls.append(
            Control(
                obj,
                path,
                index,
                "bone",
                obj,
                f"{name} {control.axis.replace('_', ' ')}",
                1.0 if kind == "scale" else 0.0,
                blocked=blocked or reason,
                drive=drive,
            )
        )
    return controls


def components(path: Path) -> tuple[Path, ...]:
    """Return the numbers that the NLA sets once a strip has a curve for one, that one among them.

    It mixes quaternions as a whole: components without a curve go to their defaults.
    """
    data_path, _ = path
    if not data_path.endswith("rotation_quaternion"):
        return (path,)
    return tuple((data_path, index) for index in range(len(_COMPONENTS)))


def undriven_components(controls: Iterable[Control]) -> list[Control]:
    """Return the other components of the quaternions that controls are components of.

    What moves a control moves them by nothing. Those with a driver are left out.
    """
    known = {(control.owner, control.path): control for control in controls}
    driven = {owner: driven_paths(owner) for owner in {owner for owner, _ in known}}
    others: dict[tuple[ID, Path], Control] = {}
    for (owner, path), control in known.items():
        for other in components(path):
            if (owner, other) not in known and other not in driven[owner]:
                others.setdefault((owner, other), _undriven(control, other[1]))
    return list(others.values())


def is_undriven_component(control: Control) -> bool:
    """Return whether a control is one of ``undriven_components``."""
    drive = control.drive
    return bool(drive.channels) and not any(full for _, full in drive.channels)


def bone_name(control: Control) -> str:
    """Return the name of the bone that a control is an axis of."""
    return quoted_name(control.data_path)


def bone_members(obj: Object) -> list[str]:
    """Return the data path of each pose bone, in their order."""
    return [member_path("pose.bones", bone.name) for bone in obj.pose.bones]


class BoneAccessor:
    """The values of some axes of one armature's bones: one call for each property in question."""

    def __init__(self, owner: Object, controls: Sequence[Control]) -> None:
        self._owner = owner
        self._names = owner.pose.bones.keys()
        self._count = len(controls)
        index = {path: index for index, path in enumerate(bone_members(owner))}
        entries: dict[str, list[tuple[int, int, int]]] = {}
        for row, control in enumerate(controls):
            bone, _, attribute = control.data_path.rpartition(".")
            entries.setdefault(attribute, []).append((row, index[bone], control.index))
        self._entries = {name: np.array(own).T for name, own in entries.items()}

    def read(self, owner: Object) -> NDArray[np.float32]:
        """Return their values, float32 (controls,), from the owner or an evaluated copy of it."""
        values = np.empty(self._count, dtype=np.float32)
        for attribute, (rows, bones, indices) in self._entries.items():
            values[rows] = self._all(owner, attribute)[bones, indices]
        return values

    def write(self, values: NDArray[np.float32]) -> None:
        """Set their values, float32 (controls,).

        Raises:
            EmoteBotError: bones came, went or were renamed.
        """
        if self._owner.pose.bones.keys() != self._names:
            raise EmoteBotError("The bones of the face have changed; start again")
        for attribute, (rows, bones, indices) in self._entries.items():
            held = self._all(self._owner, attribute)
            held[bones, indices] = values[rows]
            self._owner.pose.bones.foreach_set(attribute, held.ravel())
        self._owner.update_tag(refresh={"DATA"})

    def _all(self, owner: Object, attribute: str) -> NDArray[np.float32]:
        """Return a property of every bone, float32 (bones, length of the property)."""
        held = np.empty((len(self._names), _LENGTHS[attribute]), dtype=np.float32)
        owner.pose.bones.foreach_get(attribute, held.ravel())
        return held


def rotation_property(bone: PoseBone) -> tuple[str, Message | None]:
    """Return the property that rotates a bone, and why it cannot be driven."""
    if bone.rotation_mode == "AXIS_ANGLE":
        reason = Message("rotated about a free axis; set its rotation mode to XYZ Euler first")
        return "rotation_euler", reason
    if bone.rotation_mode == "QUATERNION":
        return "rotation_quaternion", None
    return "rotation_euler", None


def _undriven(control: Control, index: int) -> Control:
    stem = control.name[:-1] if control.kind == "bone" else f"{control.name} "
    still = tuple((channel, 0.0) for channel, _ in control.drive.channels)
    return replace(
        control,
        index=index,
        name=stem + _COMPONENTS[index],
        rest=1.0 if index == 0 else 0.0,
        blocked=None,
        drive=Drive(still),
    )


def _by_half_angles(drive: Drive) -> Drive:
    channels = tuple((channel, math.tan(full / 2)) for channel, full in drive.channels)
    full, offset = math.tan(drive.full / 2), math.tan(drive.offset / 2)
    return replace(drive, channels=channels, full=full, offset=offset)
