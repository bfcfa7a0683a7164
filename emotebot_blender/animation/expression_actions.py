# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions of one frame that hold an expression of a face, for the asset browser.

Beside its curves, which fit the face that it was made of, an action has the pose in channels, so
that it can be shown on any other face.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import bpy
import numpy as np
from bpy.types import Action
from numpy.typing import NDArray

from ..core.channels import CHANNELS
from ..core.emotions import SHARES
from ..rig.control import Control, Path, path_of
from ..rig.pose import Pose
from .actions import HAS_SLOTS, all_curves, curves_for, empty_action, ensure_curve
from .curves import fill
from .key_attributes import dense_keys
from .keyframes import group_name

_RECORD = "emotebot_expression"
"""Custom property of an action: whose expression it is, and its pose in channels, as JSON."""

_FRAME = np.array([1.0])


@dataclass(frozen=True)
class ExpressionAction:
    """What an action holds of an expression, read from it.

    Attributes:
        name: of the action.
        expression: which one it is; None if another add-on, or a person, has made it.
        face: name of the face that it was made of, "" without one.
        pose: in channels; None without one.
        values: type and name of the data-block that a curve is for, and its path, to the value on
            the curve's first frame; before 4.4 type and name are "".
    """

    name: str
    expression: str | None
    face: str
    pose: Pose | None
    values: Mapping[tuple[str, str, Path], float]

    def values_of(self, controls: Sequence[Control]) -> dict[int, float]:
        """Return its values for those of some controls that it has any for, by their rows.

        A curve for a data-block of the name of the control's comes before one for another data-
        block of its type.
        """
        by_type: dict[tuple[str, Path], float] = {}
        for (kind, _, path), value in self.values.items():
            by_type.setdefault((kind, path), value)
        found = {}
        for row, control in enumerate(controls):
            kind, name = (control.owner.id_type, control.owner.name) if HAS_SLOTS else ("", "")
            own = (kind, name, control.path)
            held = self.values[own] if own in self.values else by_type.get(own[::2])
            if held is not None:
                found[row] = held
        return found


def write_expression(
    action: Action | None,
    name: str,
    expression: tuple[str, str],
    pose: Pose,
    controls: Sequence[Control],
    values: NDArray[np.float32],
) -> Action:
    """Return an action that holds an expression on one frame.

    Args:
        action: one that is written anew, with all that it holds; None for a new one.
        name: of a new one.
        expression: which one it is, and the name of the face.
        pose: of the face in channels.
        controls: of the face, free ones.
        values: of the controls, shape (controls,).
    """
    if action is None:
        action = bpy.data.actions.new(name)
    else:
        empty_action(action)
    for control, value in zip(controls, values, strict=True):
        curves = curves_for(action, control.owner)
        curve = ensure_curve(curves, *control.path, group_name(control))
        fill(curve, dense_keys(_FRAME, np.array([value], dtype=np.float32)))
    weights, shares = pose
    action[_RECORD] = json.dumps(
        {
            "expression": expression[0],
            "face": expression[1],
            "weights": _amounts(CHANNELS, weights),
            "shares": _amounts(SHARES, shares),
        }
    )
    return action


def read_expression(action: Action) -> ExpressionAction:
    """Return what an action holds of an expression."""
    values: dict[tuple[str, str, Path], float] = {}
    for kind, name, curve in all_curves(action):
        value = curve.evaluate(curve.range()[0])
        if math.isfinite(value):
            values.setdefault((kind, name, path_of(curve)), value)
    try:
        record = json.loads(action.get(_RECORD, ""))
        expression, face = str(record["expression"]), str(record["face"])
        pose = _vector(CHANNELS, record["weights"]), _vector(SHARES, record["shares"])
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return ExpressionAction(action.name, None, "", None, values)
    return ExpressionAction(action.name, expression, face, pose, values)


def find_expression(expression: tuple[str, str]) -> Action | None:
    """Return the asset of this file that holds an expression of a face, or None.

    One whose asset mark was taken off is the artist's from then on.

    Args:
        expression: which one it is, and the name of the face.
    """
    for action in bpy.data.actions:
        if action.is_editable and action.asset_data is not None and _RECORD in action:
            held = read_expression(action)
            if (held.expression, held.face) == expression:
                return action
    return None


def _amounts(names: Sequence[str], values: NDArray[np.float32]) -> dict[str, float]:
    pairs = zip(names, values.tolist(), strict=True)
    return {name: round(value, 6) for name, value in pairs if value > 0}


def _vector(names: Sequence[str], amounts: Mapping[str, float]) -> NDArray[np.float32]:
    """Return the amounts of some names, float32 (names,), 0 to 1.

    Raises:
        ValueError: one is no finite number.
    """
    values = np.array([float(amounts.get(name, 0)) for name in names], dtype=np.float32)
    if not np.isfinite(values).all():
        raise ValueError("amounts are finite numbers")
    return values.clip(0, 1)
