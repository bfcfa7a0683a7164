# SPDX-License-Identifier: GPL-3.0-or-later
"""Drivers of the built-in head: corrective shapes, lids that follow the bones, the aim of eyes.

Every driver is a simple expression, which Blender evaluates without Python: it works where scripts
are not allowed to run by themselves.
"""

from collections.abc import Sequence

import bpy
from bpy.types import Driver, Key, Object

from ..core.channels import CHANNELS
from .armature import GAZE_AIM, gaze_reach
from .skin_shapes import CORRECTIVES

GAZE_KEYS = {
    name.replace("eyeLook", "gaze"): name for name in (*CHANNELS, *CORRECTIVES) if "eyeLook" in name
}
"""Driven shape key that follows the eyes' bones, to the channel or corrective of the same shape."""

_AXES = {"Up": ("ROT_X", 1), "Down": ("ROT_X", -1), "In": ("ROT_Z", -1), "Out": ("ROT_Z", 1)}
"""Local rotation channel of the left eye's bone for each direction, and its sign."""


def drive_correctives(keys: Key) -> None:
    """Drive every corrective shape key by the product of its channels."""
    for name, channels in CORRECTIVES.items():
        if name in keys.key_blocks:
            _drive_by_product(keys, name, channels)


def drive_gaze(keys: Key, root: Object) -> None:
    """Drive the lids by the bones of the eyes, as they move in the eyeLook channels."""
    for key, name in GAZE_KEYS.items():
        if key not in keys.key_blocks:
            continue
        if name in CORRECTIVES:
            factors = [factor.replace("eyeLook", "gaze") for factor in CORRECTIVES[name]]
            _drive_by_product(keys, key, factors)
        else:
            _drive_by_bone(keys, key, root)


def _drive_by_product(keys: Key, name: str, factors: Sequence[str]) -> None:
    driver = _scripted_driver(keys.key_blocks[name])
    variables = [chr(ord("a") + index) for index in range(len(factors))]
    for variable, factor in zip(variables, factors, strict=True):
        add_key_variable(driver, variable, keys, factor)
    driver.expression = " * ".join(variables)


def _drive_by_bone(keys: Key, name: str, root: Object) -> None:
    side = "Left" if name.endswith("Left") else "Right"
    direction = name.removeprefix("gaze").removesuffix(side)
    kind, sign = _AXES[direction]
    if side == "Right" and kind == "ROT_Z":
        sign = -sign
    driver = _scripted_driver(keys.key_blocks[name])
    variable = driver.variables.new()
    variable.name = "turn"
    variable.type = "TRANSFORMS"
    target = variable.targets[0]
    target.id, target.bone_target = root, f"eye.{side[0]}"
    target.transform_type = kind
    target.transform_space = "LOCAL_SPACE"
    driver.expression = f"clamp(turn * {sign / gaze_reach(direction):.6f})"


def depend_on(keys: Key, root: Object) -> None:
    """Make a mesh's shape keys depend on the armature object.

    A library override takes along only what refers back to the character: without this driver,
    brows, teeth and eyes would stay linked. The evaluation time means nothing to relative shape
    keys.
    """
    driver = keys.driver_add("eval_time").driver
    driver.type = "AVERAGE"
    _add_aim_variable(driver, root)


def drive_aim(root: Object) -> None:
    """Drive the influence of the eyes' constraints by the property ``GAZE_AIM``."""
    for side in "LR":
        aim = root.pose.bones[f"eye.{side}"].constraints["Gaze"]
        driver = aim.driver_add("influence").driver
        driver.type = "AVERAGE"
        _add_aim_variable(driver, root)


def add_key_variable(driver: Driver, name: str, keys: Key, key: str) -> None:
    """Give a driver a variable that is the value of a shape key.

    Args:
        driver: of any property.
        name: of the variable in the driver's expression.
        keys: that have the shape key.
        key: its name.
    """
    variable = driver.variables.new()
    variable.name = name
    target = variable.targets[0]
    target.id_type = "KEY"
    target.id = keys
    target.data_path = f'key_blocks["{key}"].value'


def _add_aim_variable(driver: Driver, root: Object) -> None:
    variable = driver.variables.new()
    variable.targets[0].id = root
    variable.targets[0].data_path = f'["{GAZE_AIM}"]'


def _scripted_driver(block: bpy.types.ShapeKey) -> Driver:
    driver = block.driver_add("value").driver
    driver.type = "SCRIPTED"
    return driver
