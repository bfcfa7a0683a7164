# SPDX-License-Identifier: GPL-3.0-or-later
"""The pose of a face: read, held and set without keys."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np
from bpy.types import ID, Object
from numpy.typing import NDArray

from ..core.channels import CHANNELS, INDEX
from ..core.clip import custom_shares
from ..core.emotions import SHARES
from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..core.rig.solver import Solver
from .control import Control, Path, followed, renamed_paths, summarise
from .control_values import ControlValues, members, write_values
from .face import Face
from .rna_properties import read_value

NOT_POSED = "Nothing on “{face}” can be posed: {control} is {reason}"
"""Says that nothing of a face can be posed, with {face}, {control} and {reason}."""

_CUSTOM = custom_shares(1)[0]

_LEAST_LEFT = 0.05
"""Channels of which presets leave less than this do not say what their weight was."""

Pose = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Weights of the channels, float32 (52,), and what of them is which emotion, float32 (17,) in the
order of ``SHARES``, as a ``FacePoser`` shows them."""


class FacePoser:
    """A face to be posed many times a second.

    What can be driven is found once; the poser dies with undo, a removed shape key or another
    file, and the caller makes a new one then.

    Args:
        face: what is posed.
        channels: only controls that one of these feeds are touched; None for all.

    Raises:
        EmoteBotError: nothing on the face can be posed, or a channel is unknown.
    """

    def __init__(self, face: Face, channels: Collection[str] | None = None) -> None:
        controls = controls_of(face, channels)
        free = [control for control in controls if control.blocked is None]
        if not free:
            raise EmoteBotError(why_nothing(face, controls, NOT_POSED))
        self._values = ControlValues(free)
        self._solver = solver_of(free)

    def show(self, weights: NDArray[np.floating], shares: NDArray[np.floating] = _CUSTOM) -> None:
        """Pose the face; some 10 µs for 52 shape keys.

        Args:
            weights: shape (52,), 0 to 1, in the order of ``CHANNELS``.
            shares: shape (17,), 0 to 1, in the order of ``SHARES``: what of the weights is which
                emotion; left out, none is.

        Raises:
            EmoteBotError: the weights have another shape or are no finite numbers, or the controls
                of the face have changed.
        """
        if weights.shape != (len(CHANNELS),) or not np.isfinite(weights).all():
            raise EmoteBotError("A pose is {count} finite weights", count=len(CHANNELS))
        self._values.write(self._solver.values(weights[None], shares[None])[0])


def apply_weights(
    face: Face,
    weights: NDArray[np.floating],
    channels: Collection[str] | None = None,
    shares: NDArray[np.floating] = _CUSTOM,
) -> None:
    """Pose a face without keys; controls that cannot be driven stay as they are.

    Args:
        face: what is posed.
        weights: shape (52,), 0 to 1, in the order of ``CHANNELS``.
        channels: only controls that one of these feeds are touched; None for all.
        shares: shape (17,), 0 to 1, as ``FacePoser.show`` takes them.

    Raises:
        EmoteBotError: nothing on the face can be posed, the weights have another shape or are no
            finite numbers, or a channel is unknown.
    """
    FacePoser(face, channels).show(weights, shares)


def read_weights(face: Face) -> NDArray[np.float32]:
    """Return the weights that the face shows at this moment, float32 (52,), 0 to 1."""
    controls = face.controls()
    return mean_weights(zip(controls, ControlValues(controls).read().tolist(), strict=True))


def read_pose(face: Face) -> Pose:
    """Return what the face shows at this moment, as a performance goes on from there."""
    controls = face.controls()
    return pose_of(zip(controls, ControlValues(controls).read().tolist(), strict=True))


def control_paths(face: Face, channels: Collection[str] | None) -> dict[Object, list[Path]]:
    """Return for each of a face's holders the paths of its controls, from the object.

    Args:
        face: whose controls are meant.
        channels: only controls that one of these feeds count; None for all.

    Raises:
        EmoteBotError: a channel is unknown.
    """
    return paths_to(face, controls_of(face, channels))


def paths_to(face: Face, controls: Iterable[Control]) -> dict[Object, list[Path]]:
    """Return for each of a face's holders the paths of some controls of the face, from the object.

    So for objects of other controls, such as those of the head's bones.
    """
    controls = list(controls)
    holders = (*face.holders(), *(control.object for control in controls))
    paths: dict[Object, list[Path]] = {obj: [] for obj in holders}
    for control in controls:
        for obj, own in paths.items():
            path = _path_from(obj, control)
            if path is not None:
                own.append(path)
    return paths


def held_pose(
    face: Face, channels: Collection[str] | None, others: Collection[Control] = ()
) -> dict[Object, str]:
    """Return for each of a face's holders the values of its controls now, to be stored with it.

    Args:
        face: whose controls are read.
        channels: only controls that one of these feeds count; None for all.
        others: further controls, such as those of the head's bones; their objects count as holders.

    Returns:
        JSON that ``restore_pose`` takes.

    Raises:
        EmoteBotError: a channel is unknown.
    """
    return {
        obj: store_values(obj, {path: (read_value(obj, path),) for path in paths})
        for obj, paths in paths_to(face, [*controls_of(face, channels), *others]).items()
    }


def restore_pose(obj: Object, held: str) -> None:
    """Give the controls of an object the values that ``held_pose`` has read.

    What animates them has the last word; what there is no more is passed over.
    """
    pose_object(obj, {path: value for path, (value,) in stored_values(obj, held).items()})
    animate_object(obj)


def store_values(obj: Object, values: Mapping[Path, tuple[float | None, ...]]) -> str:
    """Return JSON of some values for each path from an object, which ``stored_values`` takes."""
    entries = [[*path, *own] for path, own in values.items()]
    return json.dumps({"members": _members_from(obj), "values": entries})


def stored_values(obj: Object, stored: str) -> dict[Path, tuple[float, ...]]:
    """Return what ``store_values`` was given, by the paths that numbers have now."""
    held = json.loads(stored)
    renamed = renamed_paths(held["members"], _members_from(obj))
    return {
        (followed(data_path, renamed), index): tuple(own)
        for data_path, index, *own in held["values"]
    }


def pose_object(obj: Object, values: Mapping[Path, float]) -> None:
    """Give numbers of an object, by their paths from it, values until what animates them plays."""
    write_values(obj, values)
    obj.update_tag()


def animate_object(obj: Object) -> None:
    """Have what animates numbers of an object play, also on the frame that is shown."""
    for owner in (obj, getattr(obj.data, "shape_keys", None)):
        if owner is not None:
            owner.update_tag(refresh={"TIME"})


def mean_weights(held: Iterable[tuple[Control, float]]) -> NDArray[np.float32]:
    """Return the weights, float32 (52,), 0 to 1, that values of controls stand for.

    A channel's weight is the mean of what the controls that it alone feeds show, or that it
    alone feeds in one of two directions; 0 without any.
    """
    shown: dict[int, list[float]] = {}
    for control, value in held:
        for channel, full in control.drive.channels:
            weight = (value - control.neutral) / full
            if control.drive.halves:
                shared = sum(other * full > 0 for _, other in control.drive.channels)
                weight = max(weight, 0.0)  # below 0 it shows the other direction
            else:
                shared = len(control.drive.channels)
            if shared == 1:
                shown.setdefault(channel, []).append(weight)
    weights = np.zeros(len(CHANNELS), dtype=np.float32)
    for channel, values in shown.items():
        weights[channel] = np.clip(np.mean(values), 0, 1)
    return weights


def pose_of(held: Iterable[tuple[Control, float]]) -> Pose:
    """Return the pose that values of controls stand for, which shows these values again.

    What presets do not show counts as a custom expression.
    """
    pairs = list(held)
    weights, shares = mean_weights(pairs), np.zeros(len(SHARES), dtype=np.float32)
    presets = [(control, value) for control, value in pairs if control.drive.emotions]
    for control, value in presets:
        drive = control.drive
        if drive.share > 0:
            strength = np.clip((value - control.neutral) / (drive.full * drive.share), 0, 1)
            shown = np.array(drive.emotions, dtype=np.float32) * np.float32(strength)
            shares[:-1] = np.maximum(shares[:-1], shown)
    if weights.any():
        shares[-1] = max(1 - float(shares[:-1].sum()), 0)
    if presets:
        left = solver_of([control for control, _ in presets]).left(shares[None])[0]
        weights = np.divide(weights, left, out=weights, where=left > _LEAST_LEFT).clip(0, 1)
    return weights, shares


def _path_from(obj: Object, control: Control) -> Path | None:
    """Return the path of a control from an object, or None where it is no part of that."""
    prefix = _path_to(obj, control.owner)
    if prefix is None:
        return None
    separator = "." if prefix and not control.data_path.startswith("[") else ""
    return prefix + separator + control.data_path, control.index


def _members_from(obj: Object) -> list[str]:
    """Return the paths, from an object, of its bones and shape keys, in their order."""
    keys = getattr(obj.data, "shape_keys", None)
    of_keys = members(keys) if keys is not None else []
    return [*members(obj), *(f"{_path_to(obj, keys)}.{path}" for path in of_keys)]


def _path_to(obj: Object, owner: ID) -> str | None:
    """Return the data path from an object to an ID that holds its controls, or None."""
    if owner == obj:
        return ""
    if owner == obj.data:
        return "data"
    return "data.shape_keys" if owner == getattr(obj.data, "shape_keys", None) else None


def controls_of(face: Face, channels: Collection[str] | None) -> list[Control]:
    """Return the controls that one of the channels feeds.

    Presets, which show emotions on the whole face, are among them for all channels only: a part of
    a face is shown in detail.

    Args:
        face: whose controls are returned.
        channels: names of channels; None for all.

    Raises:
        EmoteBotError: a channel is unknown.
    """
    for name in channels or ():
        if name not in INDEX:
            raise EmoteBotError(
                "“{channel}” is not one of the {count} channels", channel=name, count=len(CHANNELS)
            )
    wanted = {INDEX[name] for name in (CHANNELS if channels is None else channels)}
    if len(wanted) == len(CHANNELS):
        return list(face.controls())
    return [
        replace(control, drive=replace(control.drive, emotions=(), full=0.0))
        for control in face.controls()
        if any(channel in wanted for channel, _ in control.drive.channels)
    ]


def solver_of(controls: Collection[Control]) -> Solver:
    """Return what gives the values of these controls."""
    owners = {control.owner: number for number, control in enumerate(controls)}
    return Solver(
        [control.drive for control in controls],
        [control.rest for control in controls],
        [owners[control.owner] for control in controls],
    )


def why_nothing(face: Face, controls: Collection[Control], template: str) -> Message:
    """Return why nothing on a face can be posed, keyed and so on.

    Args:
        face: what was to be driven.
        controls: those that were asked for, none of them free.
        template: a sentence with {face}, {control} and {reason}.
    """
    if not controls:
        return Message("“{face}” has no control for the channels to be driven", face=face.name)
    control, reason = summarise(controls)[0]
    return Message(template, face=face.name, control=control, reason=reason)
