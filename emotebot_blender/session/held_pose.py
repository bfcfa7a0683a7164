# SPDX-License-Identifier: GPL-3.0-or-later
"""How faces stood before they were live, previewed a channel or showed a feeling, kept on objects.

It is saved and copied with the object and goes through undo with it: so a state of the file that
was saved, copied or stepped back to in the middle of a performance can be put right, whatever the
object is called by then. A live face is given back all that it played; a preview and a shown
feeling leave what the artist has changed since.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import bpy
import numpy as np
from bpy.types import Object
from numpy.typing import NDArray

from .runtime import runtime

if TYPE_CHECKING:
    from ..rig.control import Control, Path
    from ..rig.face import Face


def hold_pose(face: "Face", channels: Collection[str], turning: "Collection[Control]" = ()) -> None:
    """Have each object of a face remember how it stands now, as far as a live performance moves it.

    Args:
        face: what is about to be live.
        channels: that move it.
        turning: controls of the bones that turn its head.
    """
    from ..rig.pose import held_pose

    for obj, held in held_pose(face, channels, turning).items():
        obj.emotebot.held_pose = held


def hold_values(obj: Object, values: "Mapping[Path, float]") -> None:
    """Have an object remember other values than so far for some of what it has been holding."""
    from ..rig.pose import store_values, stored_values

    if not obj.emotebot.held_pose:
        return
    held = stored_values(obj, obj.emotebot.held_pose)
    held |= {path: (value,) for path, value in values.items() if path in held}
    obj.emotebot.held_pose = store_values(obj, held)


def restore_poses(_event: object = None) -> None:
    """Let every face stand as without a preview and, until its next tick, a live performance."""
    from ..rig.pose import animate_object

    for obj in _put_back_held():
        animate_object(obj)
    runtime().preview = None
    live = runtime().live
    if live is not None:
        live.is_stale = True


def restore_live_poses() -> None:
    """Let a live face stand as it did before, or what it plays is taken for its rest."""
    if runtime().live is not None:
        restore_poses()


def preview_pose(face: "Face", controls: "Sequence[Control]", values: NDArray[np.float32]) -> None:
    """Pose controls of a face, in place of those that it previews, until ``end_preview``.

    Args:
        face: what is posed.
        controls: some of its controls that can be driven.
        values: of the controls, float32 (controls,).

    Raises:
        EmoteBotError: the controls are not what they were.
    """
    from ..rig.control_values import ControlValues
    from ..rig.pose import paths_to, pose_object, store_values
    from ..rig.rna_properties import read_value

    before: dict[Object, dict[Path, float | None]] = {}
    for obj, paths in paths_to(face, controls).items():
        held = _as_shown(obj, obj.emotebot.held_pose)
        left = {path: own for path, (own, _) in held.items() if path not in paths}
        if left:
            pose_object(obj, left)
        before[obj] = {
            path: held[path][0] if path in held else read_value(obj, path) for path in paths
        }
    ControlValues(controls).write(values)
    for obj, own in before.items():
        if own or obj.emotebot.held_pose:
            pairs = {path: (value, read_value(obj, path)) for path, value in own.items()}
            obj.emotebot.held_pose = store_values(obj, pairs)


def end_preview(_event: object = None) -> None:
    """Let a face that previews a channel stand as before."""
    if runtime().preview is not None:
        restore_poses()


def show_pose(face: "Face", channels: Collection[str], show: Callable[[], None]) -> None:
    """Pose a face in place of the pose that is shown, and have it remember what that replaces.

    Args:
        face: what is posed.
        channels: that the pose moves.
        show: poses it.
    """
    from ..rig.pose import control_paths, store_values
    from ..rig.rna_properties import read_value

    restore_live_poses()
    with _put_back(face):
        before = {
            obj: {path: read_value(obj, path) for path in paths}
            for obj, paths in control_paths(face, channels).items()
        }
        show()
    for obj, values in before.items():
        replaced = {
            path: (value, shown)
            for path, value in values.items()
            if (shown := read_value(obj, path)) != value
        }
        if replaced and obj.is_editable:
            obj.emotebot.shown_pose = store_values(obj, replaced)


def shows_pose(face: "Face") -> bool:
    """Return whether a face shows a feeling without keys, any of it as it was shown."""
    return any(
        _as_shown(obj, obj.emotebot.shown_pose)
        for obj in face.holders()
        if obj.is_property_set("emotebot") and obj.emotebot.shown_pose
    )


@contextmanager
def without_shown_pose(face: "Face") -> Iterator[bool]:
    """Put back what the feeling that a face shows has replaced; shown again where this fails.

    A preview ends, too, and for good. A value that is not as it was shown is the artist's, or of
    what animates it, and stays. What animates the face has the last word.

    Yields:
        Whether anything was put back.
    """
    from ..rig.pose import animate_object

    with _put_back(face) as objects:
        yield bool(objects)
    for obj in objects:
        animate_object(obj)


@contextmanager
def _put_back(face: "Face") -> "Iterator[list[Object]]":
    """Do what ``without_shown_pose`` does, and yield the objects on which anything was put back."""
    from ..rig.pose import pose_object

    end_preview()
    shown = [
        (obj, obj.emotebot.shown_pose, _as_shown(obj, obj.emotebot.shown_pose))
        for obj in face.holders()
        if obj.is_property_set("emotebot") and obj.emotebot.shown_pose
    ]
    for obj, _, replaced in shown:
        pose_object(obj, {path: before for path, (before, _) in replaced.items()})
        obj.emotebot.shown_pose = ""
    try:
        yield [obj for obj, _, replaced in shown if replaced]
    except BaseException:
        for obj, stored, replaced in shown:
            pose_object(obj, {path: after for path, (_, after) in replaced.items()})
            obj.emotebot.shown_pose = stored
        raise


def _as_shown(obj: Object, stored: str) -> "dict[Path, tuple[float, float]]":
    """Return what an object shows still, and what that replaced: path to (before, shown)."""
    from ..rig.pose import stored_values
    from ..rig.rna_properties import read_value

    return {
        path: (before, shown)
        for path, (before, shown) in (stored_values(obj, stored) if stored else {}).items()
        if (value := read_value(obj, path)) is not None and np.float32(value) == np.float32(shown)
    }


def _put_back_held() -> list[Object]:
    """Give every object back how it stood; return those that were live, to be animated again.

    What was previewed was as it stands now: poses over animation that have no keys yet stay.
    """
    from ..rig.pose import pose_object, stored_values

    were_live = []
    for obj in bpy.data.objects:
        if not obj.is_property_set("emotebot") or not obj.emotebot.held_pose:
            continue
        held, obj.emotebot.held_pose = obj.emotebot.held_pose, ""
        values: Mapping[Path, tuple[float, ...]] = stored_values(obj, held)
        if any(len(own) > 1 for own in values.values()):  # of a preview
            values = _as_shown(obj, held)
        else:
            were_live.append(obj)
        pose_object(obj, {path: own[0] for path, own in values.items()})
    return were_live
