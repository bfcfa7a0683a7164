# SPDX-License-Identifier: GPL-3.0-or-later
"""F-curves of slots keep to the shape keys of their own mesh when a key is renamed on another one.

Blender 4.5 changes the path of a shape key that is renamed in every slot of an action that its mesh
plays, so that meshes which have a key of the same name would lose their animation of it.
"""

from collections.abc import Iterable
from typing import Any

from bpy.types import ID, Action

from ..rig.control import followed, renamed_paths
from ..rig.control_values import members
from .actions import RENAMES_IN_ALL_SLOTS, curves_of, own_action
from .bake_store import members_when_baked
from .strips import layer_strips

_Renamed = dict[str, str]
"""Data path of a shape key as it was written, and as it is."""


def restore_slot_paths(owners: Iterable[ID]) -> None:
    """Give F-curves of layers and bakes back the paths that keys of other meshes took along.

    Args:
        owners: IDs that have the shape keys.
    """
    by_action: dict[Action, list[tuple[ID, Any, _Renamed]]] = {}
    for owner in owners if RENAMES_IN_ALL_SLOTS else ():
        if owner.animation_data is None or not owner.is_editable:
            continue
        for layer in layer_strips(owner):
            renamed = renamed_paths(layer.members_when_written, members(owner))
            by_action.setdefault(layer.strip.action, []).append((owner, layer.curves, renamed))
        action, before = own_action(owner), members_when_baked(owner)
        if action is not None and before is not None:
            renamed = renamed_paths(before, members(owner))
            by_action.setdefault(action, []).append((owner, curves_of(owner), renamed))
    for action, played in by_action.items():
        if not action.is_editable or not any(renamed for *_, renamed in played):
            continue
        for owner, curves, own in played:
            for other, _, renamed in played:
                if other != owner:
                    _restore(curves, set(members(owner)), own, renamed)


def _restore(curves: Any, there: set[str], own: _Renamed, renamed: _Renamed) -> None:
    """Give F-curves of one mesh their paths back.

    Args:
        curves: a collection of Blender's, or None.
        there: paths of the mesh's own shape keys.
        own: which of them were renamed.
        renamed: which of another mesh were.
    """
    for old, new in renamed.items():
        path = followed(old, own)
        if new in there or path not in there:
            continue
        for curve in curves or ():
            if curve.data_path.startswith(f"{new}."):
                wanted = path + curve.data_path[len(new) :]
                if curves.find(wanted, index=curve.array_index) is None:
                    curve.data_path = wanted
