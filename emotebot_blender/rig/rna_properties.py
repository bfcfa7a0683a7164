# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties as controls: custom ones, and any number that Blender's data paths lead to."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bpy.types import ID, Object
from bpy.utils import escape_identifier, unescape_identifier
from numpy.typing import NDArray

from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..core.rig.convention import ControlName
from ..core.rig.solver import NOT_DRIVEN, Drive
from .control import LARGEST, Control, Path, driven_paths, not_editable, resolve


def property_controls(obj: Object, drives: Mapping[ControlName, Drive]) -> list[Control]:
    """Return properties of an object as controls.

    Args:
        obj: the object.
        drives: each property and what moves it; its name is that of a custom property of the object
            or of its data, or else a data path such as "location[2]" or "data.energy". Those that
            there are none of are left out.
    """
    controls = []
    for declared, drive in drives.items():
        name = declared.name
        located = _locate(obj, name)
        control = located and property_control(obj, *located, name=name, drive=drive)
        if control is not None:
            controls.append(control)
    return controls


def custom_property_names(obj: Object) -> list[str]:
    """Return the custom properties with a decimal point, of an object and of its data, each once.

    Daz importers keep the morphs of a figure on its armature object, and what drivers make of them
    on its data.
    """
    owners: tuple[ID | None, ...] = (obj, obj.data)
    names = [
        name
        for owner in owners
        if owner is not None
        for name, value in owner.items()
        if isinstance(value, float)
    ]
    return list(dict.fromkeys(names))


def property_control(
    obj: Object, owner: ID, data_path: str, index: int, name: str, drive: Drive = NOT_DRIVEN
) -> Control | None:
    """Return a number as a control, whatever it is; None where the path leads to none.

    Args:
        obj: of the face that it is a part of.
        owner: the ID that its animation belongs to.
        data_path: from the owner.
        index: in an array; 0 where the property is none.
        name: for people.
        drive: what moves it.
    """
    value, resolved = read_value(owner, (data_path, index)), resolve(owner, data_path)
    if value is None or resolved is None:
        return None
    rest, low, high, blocked = _about(*resolved, index)
    if (data_path, index) in driven_paths(owner):
        blocked = Message("driven")
    blocked = not_editable(owner) or blocked
    return Control(owner, data_path, index, "property", obj, name, rest, low, high, blocked, drive)


def is_property(obj: Object, name: str) -> bool:
    """Return whether a name, as ``property_controls`` has it, leads to a number of an object."""
    located = _locate(obj, name)
    return located is not None and read_value(located[0], located[1:]) is not None


def read_value(owner: ID, path: Path) -> float | None:
    """Return the number at a path of an ID; None where there is none."""
    data_path, index = path
    try:
        value = owner.path_resolve(data_path)
        return float(value[index] if hasattr(value, "__getitem__") else value)
    except (ValueError, TypeError, IndexError):
        return None


def write_value(owner: ID, path: Path, value: float) -> None:
    """Set the number at a path of an ID; a path that leads nowhere is passed over.

    Args:
        owner: the ID.
        path: from it, with the index in an array.
        value: what the number becomes, within its own range.
    """
    resolved = resolve(owner, path[0])
    if resolved is not None:
        _set(*resolved, path[1], value)


class PropertyAccessor:
    """The values of some properties of one ID, each found once."""

    def __init__(self, owner: ID, controls: Sequence[Control]) -> None:
        self._owner = owner
        self._paths = [control.path for control in controls]

    def read(self, owner: ID) -> NDArray[np.float32]:
        """Return their values, float32 (controls,), from the owner or an evaluated copy of it."""
        values = [read_value(owner, path) for path in self._paths]
        return np.array([0.0 if value is None else value for value in values], dtype=np.float32)

    def write(self, values: NDArray[np.float32]) -> None:
        """Set their values, float32 (controls,).

        Raises:
            EmoteBotError: a property has gone.
        """
        for (data_path, index), value in zip(self._paths, values.tolist(), strict=True):
            resolved = resolve(self._owner, data_path)
            if resolved is None:
                raise EmoteBotError("The properties of the face have changed; start again")
            _set(*resolved, index, value)
        self._owner.update_tag()


def _locate(obj: Object, name: str) -> tuple[ID, str, int] | None:
    for owner in (obj, obj.data):
        if owner is not None and name in owner.keys():  # noqa: SIM118 - not a dictionary
            return owner, f'["{escape_identifier(name)}"]', 0
    match = re.fullmatch(r"(.*?)(?:\[(\d+)\])?", name)
    resolved = resolve(obj, match[1]) if match else None
    if match is None or resolved is None:
        return None
    struct, attribute = resolved
    path = attribute if isinstance(struct, ID) else struct.path_from_id(attribute)
    return struct.id_data, path, int(match[2] or 0)


def _about(struct: Any, name: str, index: int) -> tuple[float, float, float, Message | None]:
    """Return a property's default, its range, and why it cannot be driven."""
    if name.startswith("["):
        shown = struct.id_properties_ui(_custom(name)).as_dict()
        default, low, high = (shown.get(key) for key in ("default", "min", "max"))
        if not isinstance(struct[_custom(name)], float):
            return 0.0, -LARGEST, LARGEST, Message("not a property with a decimal point")
        return default or 0.0, low, high, None
    prop = struct.bl_rna.properties[name]
    default = prop.default_array[index] if prop.is_array else prop.default
    reason = None
    if prop.type != "FLOAT":
        reason = Message("not a property with a decimal point")
    elif prop.is_readonly or not prop.is_animatable:
        reason = Message("not a property that can be animated")
    return float(default), float(prop.hard_min), float(prop.hard_max), reason


def _set(struct: Any, name: str, index: int, value: float) -> None:
    is_custom = name.startswith("[")
    held = struct[_custom(name)] if is_custom else getattr(struct, name)
    if hasattr(held, "__setitem__"):
        held[index] = value
    elif is_custom:
        struct[_custom(name)] = value
    else:
        setattr(struct, name, value)


def _custom(name: str) -> str:
    """Return the name of a custom property, from its brackets and quotes."""
    unescaped: str = unescape_identifier(name[2:-2])
    return unescaped
