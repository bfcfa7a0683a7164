# SPDX-License-Identifier: GPL-3.0-or-later
"""The values of controls of any kind, read and written in bulk."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from bpy.types import ID, Key, Object
from numpy.typing import NDArray

from .bones import BoneAccessor, bone_members
from .control import Accessor, Control, Path
from .rna_properties import PropertyAccessor, write_value
from .shape_keys import ShapeKeyAccessor, shape_key_members

_ACCESSORS: dict[str, type[Accessor]] = {
    "shape_key": ShapeKeyAccessor,
    "bone": BoneAccessor,
    "property": PropertyAccessor,
}


class ControlValues:
    """The values of some controls; valid until undo, a removal or another file.

    Args:
        controls: of any kinds and owners.
    """

    def __init__(self, controls: Sequence[Control]) -> None:
        rows: dict[tuple[ID, str], list[int]] = {}
        for row, control in enumerate(controls):
            rows.setdefault((control.owner, control.kind), []).append(row)
        self._count = len(controls)
        self._parts = [
            (owner, np.array(own), _ACCESSORS[kind](owner, [controls[row] for row in own]))
            for (owner, kind), own in rows.items()
        ]

    def read(self, shown: Callable[[ID], ID] = lambda owner: owner) -> NDArray[np.float32]:
        """Return the values, float32 (controls,).

        Args:
            shown: gives for each owner what is read, as an evaluated copy of it.
        """
        values = np.empty(self._count, dtype=np.float32)
        for owner, rows, accessor in self._parts:
            values[rows] = accessor.read(shown(owner))
        return values

    def write(self, values: NDArray[np.float32]) -> None:
        """Set the values, float32 (controls,).

        Raises:
            EmoteBotError: the controls are not what they were.
        """
        for _, rows, accessor in self._parts:
            accessor.write(values[rows])


def members(owner: ID) -> list[str]:
    """Return the data paths of the shape keys or bones of an ID, in their order."""
    if isinstance(owner, Key):
        return shape_key_members(owner)
    return bone_members(owner) if isinstance(owner, Object) and owner.pose else []


def write_values(owner: ID, values: Mapping[Path, float]) -> None:
    """Set numbers of an ID; paths that lead nowhere are passed over."""
    for path, value in values.items():
        write_value(owner, path, value)
    if values:
        owner.update_tag()  # what custom properties drive would stay as it was


def by_owner(controls: Iterable[Control]) -> dict[ID, list[Control]]:
    """Return the controls of each ID, in their order."""
    groups: dict[ID, list[Control]] = {}
    for control in controls:
        groups.setdefault(control.owner, []).append(control)
    return groups
