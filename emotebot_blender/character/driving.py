# SPDX-License-Identifier: GPL-3.0-or-later
"""How a property is driven by others.

Every driver is a simple expression, which Blender evaluates without Python: it works where scripts
are not allowed to run by themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from bpy.types import ID, Driver, Key, Object


@dataclass(frozen=True)
class DriverInput:
    """What a variable of a driver reads.

    Attributes:
        source: the data-block that it is read from.
        path: of a property of it, or, with ``bone``, Blender's name of a transform channel.
        bone: name of a bone of the armature object whose local transform is read; empty for none.
    """

    source: ID
    path: str
    bone: str = ""

    @classmethod
    def of_keys(cls, keys: Key, *names: str) -> "tuple[DriverInput, ...]":
        """Return readings of the values of shape keys."""
        return tuple(cls(keys, f'key_blocks["{name}"].value') for name in names)

    def add_to(self, driver: Driver, name: str) -> None:
        """Give a driver a variable that reads this, by a name in its expression."""
        variable = driver.variables.new()
        variable.name = name
        target = variable.targets[0]
        if self.bone:
            variable.type = "TRANSFORMS"
            target = variable.targets[0]
            target.id, target.bone_target = self.source, self.bone
            target.transform_type = self.path
            target.transform_space = "LOCAL_SPACE"
            return
        if isinstance(self.source, Key):
            target.id_type = "KEY"
        target.id = self.source
        target.data_path = self.path


def drive(
    owner: Any, path: str, expression: str, readings: Iterable[DriverInput], index: int = -1
) -> None:
    """Drive a property.

    Args:
        owner: what has the property.
        path: of the property.
        expression: a simple one; the readings are its variables a, b, c and so on.
        readings: what it depends on.
        index: of the component of a property that has several; -1 for one that has one.
    """
    driver = owner.driver_add(path, index).driver
    driver.type = "SCRIPTED"
    for name, reading in zip(ascii_lowercase, readings, strict=False):
        reading.add_to(driver, name)
    driver.expression = expression


def drive_new_property(
    obj: Object, name: str, expression: str, readings: Iterable[DriverInput]
) -> None:
    """Give an object a property that is driven, as by ``drive``."""
    obj[name] = 0.0
    drive(obj, f'["{name}"]', expression, readings)


def add_amount(root: Object, name: str, default: float, description: str) -> None:
    """Give an armature object a property from 0 to 1, which library overrides may change.

    Args:
        root: the armature object.
        name: of the property.
        default: its value at first.
        description: for the interface.
    """
    root[name] = default
    root.id_properties_ui(name).update(
        min=0.0, max=1.0, default=default, subtype="FACTOR", description=description
    )
    root.property_overridable_library_set(f'["{name}"]', True)


def both_sides(*channels: str) -> tuple[str, ...]:
    """Return the channels of both sides, left and right in turn."""
    return tuple(f"{channel}{side}" for channel in channels for side in ("Left", "Right"))
