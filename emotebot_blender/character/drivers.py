# SPDX-License-Identifier: GPL-3.0-or-later
"""Drivers of the built-in head: corrective shapes, lids that follow the bones, the aim of eyes.

Of the data-blocks of shape keys, only values of shape keys are driven. Where anything else of one
is driven, as ``eval_time``, even muted, Blender 4.5 and 5.2 (not 4.2) read all that its drivers
drive and write it back, so that memory is not shared, while drivers of shape keys already run: a
corrective may get its value of the frame before back, most often in the original data.
"""

from bpy.types import Key, Object

from .armature import GAZE_AIM, gaze_reach
from .correctives import expression_of, factors_of, is_corrective
from .driving import DriverInput, drive

_AXES = {"Up": ("ROT_X", 1), "Down": ("ROT_X", -1), "In": ("ROT_Z", -1), "Out": ("ROT_Z", 1)}
"""Local rotation channel of the left eye's bone for each direction, and its sign."""


def gaze_key(name: str) -> str:
    """Return the shape key that follows the eyes' bones as a channel or corrective of eyeLook…."""
    return name.replace("eyeLook", "gaze")


def drive_keys(keys: Key, root: Object) -> None:
    """Drive correctives by the product of their channels, and lids by the bones of the eyes.

    Args:
        keys: of a part.
        root: the armature object.
    """
    for name in [block.name for block in keys.key_blocks]:
        if is_corrective(name):
            _drive_corrective(keys, name)
        elif name.startswith("gaze"):
            _drive_by_bone(keys, name, root)
    _depend_on(keys, root)


def _drive_corrective(keys: Key, name: str) -> None:
    readings = DriverInput.of_keys(keys, *factors_of(name))
    drive(keys.key_blocks[name], "value", expression_of(name), readings)


def _drive_by_bone(keys: Key, name: str, root: Object) -> None:
    side = "Left" if name.endswith("Left") else "Right"
    direction = name.removeprefix("gaze").removesuffix(side)
    kind, sign = _AXES[direction]
    if side == "Right" and kind == "ROT_Z":
        sign = -sign
    turn = DriverInput(root, kind, f"eye.{side[0]}")
    expression = f"clamp(a * {sign / gaze_reach(direction):.6f})"
    drive(keys.key_blocks[name], "value", expression, (turn,))


def _depend_on(keys: Key, root: Object) -> None:
    """Make a mesh's shape keys depend on the armature object.

    A library override takes along only what refers back to the character: without this driver,
    brows, teeth and eyes would stay linked. The value of the basis means nothing: what other shape
    keys are relative to has no weight.
    """
    drive(keys.reference_key, "value", "a", (_aim_of(root),))


def drive_aim(root: Object) -> None:
    """Drive the influence of the eyes' constraints by the property ``GAZE_AIM``."""
    for side in "LR":
        aim = root.pose.bones[f"eye.{side}"].constraints["Gaze"]
        drive(aim, "influence", "a", (_aim_of(root),))


def _aim_of(root: Object) -> DriverInput:
    return DriverInput(root, f'["{GAZE_AIM}"]')
