# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions of a character as assets: actions of one frame that the asset browser shows.

Blender's pose library applies actions to bones in Pose Mode alone, on 4.2 as on 5.2. Shape keys
and properties follow an asset by ``apply_expression``.
"""

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import bpy
import numpy as np

from ..core.channels import MASKS
from ..core.emotions import BASIC_EMOTIONS, EMOTIONS, NEUTRAL, Feeling, Mixture
from ..core.errors import EmoteBotError
from ..core.input_files import check_input_file
from ..core.messages import Message
from . import words
from .calibrating import ready_face
from .held_pose import restore_live_poses, show_pose
from .posing import expression_of
from .runtime import runtime
from .sequence import sequence_owner

if TYPE_CHECKING:
    from ..animation.expression_actions import ExpressionAction
    from ..rig.control import Control
    from ..rig.face import Face
    from ..rig.pose import Pose

CATALOG = "EmoteBot/Expressions"
"""Path of the catalog in which new assets are."""

_CATALOG_ID = "7d0c7c3e-2f0b-4d8a-9a53-6f0a1e8f4b21"
"""UUID of that catalog where a library does not have it yet; drawn by chance."""

_NO_CATALOG = "00000000-0000-0000-0000-000000000000"

TAG = "EmoteBot"
"""Tag by which the asset shelf knows expressions."""

_PIXELS = 256
"""Of a preview, each way, as many as those that Blender renders."""


@dataclass(frozen=True)
class Expression:
    """What becomes an asset.

    Attributes:
        name: an emotion, or the word of an own expression.
        feeling: that shows it.
    """

    name: str
    feeling: Feeling


def chosen_expressions(which: str, intensity: float = 1.0) -> list[Expression]:
    """Return expressions to be made assets of.

    Args:
        which: "BASIC" for eight emotions, "ALL" for sixteen, "OWN" for the file's own expressions.
        intensity: of each, 0 to 1.

    Raises:
        EmoteBotError: the file has none of its own, or one of them was damaged.
    """
    if which != "OWN":
        emotions = BASIC_EMOTIONS if which == "BASIC" else EMOTIONS
        return [Expression(name, Feeling(Mixture.of({name: 1.0}), intensity)) for name in emotions]
    own = words.own_expressions()
    if not own:
        raise EmoteBotError("Save an expression first")
    return [Expression(one.word, Feeling(NEUTRAL, intensity, ((one, 1.0),))) for one in own]


def make_assets(
    face: "Face",
    scene: bpy.types.Scene,
    expressions: Sequence[Expression],
    author: str,
    catalog: str,
    draft: bool,
) -> list[bpy.types.Action]:
    """Have each expression of a face be an asset of this file, with a picture.

    One that was made of the same face before is written anew, and keeps its catalog, its author
    and its tags. All pictures are taken before anything is changed.

    Args:
        face: whose expressions.
        scene: where it is.
        expressions: one or more.
        author: of new assets.
        catalog: UUID of the catalog that those are in which have none.
        draft: as ``picture_poses`` takes it.

    Raises:
        EmoteBotError: nothing of the face can be posed, a network cannot be read, or this Blender
            cannot render.
    """
    from ..animation.expression_actions import find_expression, write_expression
    from ..render.face_sheet import SheetPose, picture_poses
    from ..render.images import set_preview
    from ..rig.bones import undriven_components

    restore_live_poses()
    face = ready_face(face)
    poses = [expression_of(face, own.feeling, take=0, strength=1.0) for own in expressions]
    shown = [
        SheetPose(own.name, None, *pose, 0) for own, pose in zip(expressions, poses, strict=True)
    ]
    pictures = list(picture_poses(face, scene, shown, draft, _PIXELS))
    free = [control for control in face.controls() if control.blocked is None]
    free += [control for control in undriven_components(free) if control.blocked is None]
    made = []
    for own, pose, picture in zip(expressions, poses, pictures, strict=True):
        key = own.name, face.name
        name = f"{own.name[:1].upper()}{own.name[1:]}, {face.name}"
        action = write_expression(
            find_expression(key), name, key, pose, free, _values(free, [pose])[0]
        )
        _describe(action, own, face, author, catalog)
        opaque = np.ones((*picture.shape[:2], 1), dtype=np.float32)
        set_preview(action, np.concatenate([picture, opaque], axis=2))
        made.append(action)
    return made


def asset_library_of(file: str, libraries: Iterable[str]) -> Path | None:
    """Return the root of the asset library that a file lies in, the innermost one, or None.

    Args:
        file: path of a blend file; "" for one that was never saved.
        libraries: root folders.
    """
    if not file:
        return None
    place = Path(os.path.realpath(file))
    roots = [Path(os.path.realpath(bpy.path.abspath(root))) for root in libraries if root]
    holding = [root for root in roots if place.is_relative_to(root)]
    return max(holding, key=lambda root: len(root.parts), default=None)


def catalog_in(library: Path | None) -> str:
    """Return the UUID of the catalog for expressions, which the library knows from now on.

    Args:
        library: its root; None for none, which writes nothing.

    Raises:
        EmoteBotError: the library's file of catalogs cannot be read or written.
    """
    from ..core.asset_catalogs import ensure_catalog

    return _CATALOG_ID if library is None else ensure_catalog(library, CATALOG, _CATALOG_ID)


def load_expression(file: str, name: str) -> "ExpressionAction":
    """Return the expression that an action holds, of this file or another, which stays out of it.

    Args:
        file: path of the blend file; "" for the open one.
        name: of the action.

    Raises:
        EmoteBotError: there is no such action, or the file cannot be read.
    """
    from ..animation.expression_actions import read_expression

    if not file:
        action = bpy.data.actions.get((name, None))
        if action is None:
            raise EmoteBotError("There is no action “{action}” in this file", action=name)
        return read_expression(action)
    check_input_file(Path(file))
    missing = EmoteBotError("There is no action “{action}” in “{file}”", action=name, file=file)
    try:
        with bpy.data.temp_data() as elsewhere:
            with elsewhere.libraries.load(file) as (held, wanted):
                if name not in held.actions:
                    raise missing
                wanted.actions = [name]
            if wanted.actions[0] is None:
                raise missing
            return read_expression(wanted.actions[0])
    except OSError as error:
        raise EmoteBotError(
            "{path} cannot be read: {reason}", path=Path(file), reason=str(error)
        ) from error


def apply_expression(face: "Face", expression: "ExpressionAction") -> tuple[Message, ...]:
    """Show an expression on a face without keys, in place of a feeling that is shown.

    A face that it has a curve for each control of gets those values; any other one the pose in
    channels; without that, such values as there are.

    Args:
        face: what is posed.
        expression: of any face.

    Returns:
        What is to be reported of it, a sentence each.

    Raises:
        EmoteBotError: nothing of the face can be posed, or nothing of the action is for it.
    """
    from ..rig.control_values import ControlValues
    from ..rig.pose import NOT_POSED, FacePoser, why_nothing

    face = ready_face(face)
    controls = list(face.controls())
    free = [control for control in controls if control.blocked is None]
    if not free:
        raise EmoteBotError(why_nothing(face, controls, NOT_POSED))
    own = expression.values_of(free)
    notes: tuple[Message, ...] = ()
    if len(own) < len(free) and expression.pose is not None:
        poser, pose = FacePoser(face), expression.pose
        show_pose(face, MASKS["WHOLE"], lambda: poser.show(*pose))
    elif own:
        values = ControlValues([free[row] for row in own])
        shown = np.array(list(own.values()), dtype=np.float32)
        show_pose(face, MASKS["WHOLE"], lambda: values.write(shown))
        left = len(expression.values) - len(own)
        if expression.pose is None and left > 0:
            notes = (Message("Curves for other things were left out: {count}", count=left),)
    else:
        raise EmoteBotError(
            "“{action}” has nothing for “{face}”", action=expression.name, face=face.name
        )
    runtime().posed.pop(sequence_owner(face).session_uid, None)
    return notes


def _values(controls: "Sequence[Control]", poses: "Collection[Pose]") -> np.ndarray:
    """Return the values of controls in some poses, float32 (poses, controls), in their ranges."""
    from ..rig.pose import solver_of

    weights, shares = (np.stack(part) for part in zip(*poses, strict=True))
    low = np.array([control.low for control in controls], dtype=np.float32)
    high = np.array([control.high for control in controls], dtype=np.float32)
    return solver_of(controls).values(weights, shares).clip(low, high)


def _describe(
    action: bpy.types.Action, expression: Expression, face: "Face", author: str, catalog: str
) -> None:
    """Mark an action as an asset, with what the asset browser says of it."""
    is_new = action.asset_data is None
    action.asset_mark()
    metadata = action.asset_data
    metadata.description = str(
        Message(
            "The expression “{expression}” of “{face}”, on one frame",
            expression=expression.name,
            face=face.name,
        )
    )
    if is_new:
        metadata.author = author
        for tag in (TAG, "expression", expression.name, face.name):
            metadata.tags.new(tag, skip_if_exists=True)
    if metadata.catalog_id in (_NO_CATALOG, _CATALOG_ID):  # a library may have another UUID for it
        metadata.catalog_id = catalog
