# SPDX-License-Identifier: GPL-3.0-or-later
"""What moves by itself on the built-in head: corrective shapes, and lids that follow the bones.

Every driver is a simple expression, which Blender evaluates without Python: it works where scripts
are not allowed to run by themselves.
"""

from collections.abc import Sequence

import bpy
from bpy.types import Driver, Key, Object

from ..core.channels import CHANNELS
from .armature import GAZE_AIM, gaze_reach
from .skin_shapes import CORRECTIVES

LOOKS = {
    name.replace("eyeLook", "gaze"): name for name in (*CHANNELS, *CORRECTIVES) if "eyeLook" in name
}
"""Shape key that follows the eyes' bones to the channel or corrective that it looks like."""

_AXES = {"Up": ("ROT_X", 1), "Down": ("ROT_X", -1), "In": ("ROT_Z", -1), "Out": ("ROT_Z", 1)}
"""Local rotation of the left eye's bone that looks in a direction, and its sign."""


def drive_correctives(keys: Key) -> None:
    """Drive every corrective shape key by the product of its channels."""
    for name, channels in CORRECTIVES.items():
        if name in keys.key_blocks:
            _drive_by_product(keys, name, channels)


def drive_gaze(keys: Key, root: Object) -> None:
    """Let the lids follow the bones of the eyes as they follow the eyeLook channels."""
    for name, look in LOOKS.items():
        if name not in keys.key_blocks:
            continue
        if look in CORRECTIVES:
            factors = [part.replace("eyeLook", "gaze") for part in CORRECTIVES[look]]
            _drive_by_product(keys, name, factors)
        else:
            _drive_by_bone(keys, name, root)


def _drive_by_product(keys: Key, name: str, factors: Sequence[str]) -> None:
    driver = _drive(keys.key_blocks[name])
    letters = [chr(ord("a") + place) for place in range(len(factors))]
    for letter, factor in zip(letters, factors, strict=True):
        follow_key(driver, letter, keys, factor)
    driver.expression = " * ".join(letters)


def _drive_by_bone(keys: Key, name: str, root: Object) -> None:
    side = "Left" if name.endswith("Left") else "Right"
    direction = name.removeprefix("gaze").removesuffix(side)
    kind, sign = _AXES[direction]
    if side == "Right" and kind == "ROT_Z":
        sign = -sign
    driver = _drive(keys.key_blocks[name])
    variable = driver.variables.new()
    variable.name = "turn"
    variable.type = "TRANSFORMS"
    target = variable.targets[0]
    target.id, target.bone_target = root, f"eye.{side[0]}"
    target.transform_type = kind
    target.transform_space = "LOCAL_SPACE"
    driver.expression = f"clamp(turn * {sign / gaze_reach(direction):.6f})"


def tie(keys: Key, root: Object) -> None:
    """Let a mesh's shape keys depend on the armature object.

    A library override takes along only what refers back to the character: without this tie, brows,
    teeth and eyes would stay linked. The evaluation time means nothing to relative shape keys.
    """
    driver = keys.driver_add("eval_time").driver
    driver.type = "AVERAGE"
    _follow_aim(driver, root)


def drive_aim(root: Object) -> None:
    """Let the property ``GAZE_AIM`` say how much the eyes are aimed."""
    for side in "LR":
        aim = root.pose.bones[f"eye.{side}"].constraints["Gaze"]
        driver = aim.driver_add("influence").driver
        driver.type = "AVERAGE"
        _follow_aim(driver, root)


def follow_key(driver: Driver, letter: str, keys: Key, name: str) -> None:
    """Give a driver a variable that is the value of a shape key."""
    variable = driver.variables.new()
    variable.name = letter
    target = variable.targets[0]
    target.id_type = "KEY"
    target.id = keys
    target.data_path = f'key_blocks["{name}"].value'


def _follow_aim(driver: Driver, root: Object) -> None:
    variable = driver.variables.new()
    variable.targets[0].id = root
    variable.targets[0].data_path = f'["{GAZE_AIM}"]'


def _drive(block: bpy.types.ShapeKey) -> Driver:
    driver = block.driver_add("value").driver
    driver.type = "SCRIPTED"
    return driver
