# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys that a performance becomes, found before anything is changed.

Every channel that the face covers is driven, also where its weight is 0 throughout: the face then
shows this performance and nothing that was there before. Such constant curves of a layer that
replaces stay even where nothing else animates the control. Without them a feeling that is only
looked at, a slider that was touched, or a strip put below would show from then on through the
performance, and curves would come and go with every edit of its beats. Only what adds nothing to
animation below is left out, as ``Mixing.idle`` has it.
"""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from bpy.types import ID, FCurve, Scene
from numpy.typing import NDArray

from ..core.channels import MIX_GROUPS
from ..core.clip import Clip
from ..core.errors import EmoteBotError
from ..core.key_poses import key_poses
from ..core.messages import Message
from ..core.reduce import ColumnGroup
from ..rig.bones import bone_name, undriven_components
from ..rig.control import Control, summarise
from ..rig.face import Face
from ..rig.face_notes import notes_on_feelings, notes_on_repeated, notes_on_unseen
from ..rig.pose import controls_of, solver_of, why_nothing
from .actions import find_curve
from .curves import FrameRange, is_muted
from .fitted_keys import fit_keys
from .key_attributes import Keys, dense_keys, reduced_keys
from .key_report import KeyReport
from .mixing import Mixing, group_of

LAST_FRAME = 1_048_574
"""The last frame that Blender counts to."""

GROUP_NAMES = {
    "EYES": "Eyes",
    "BROWS": "Brows",
    "CHEEKS": "Cheeks and Nose",
    "MOUTH": "Mouth and Jaw",
}
"""Names of the channel groups of new curves, by the part of the face that they move."""

_NOT_KEYED = "Nothing on “{face}” can be keyed: {control} is {reason}"

FindCurve = Callable[[Control], FCurve | None]
"""Returns the F-curve of a control that keys would be written to, if there is one."""


@dataclass(frozen=True)
class Keying:
    """How values become keys.

    Attributes:
        tolerance: the most that a value may be off on a frame, as a share of what its control has
            at full, for as few Bezier keys as it takes; None for a key on every frame, with
            straight lines between.
        step: frames from one key to the next; above 1 each value holds until the next key ("on
            twos"), and nothing is left out.

    Raises:
        EmoteBotError: the tolerance or the step makes no sense.
    """

    tolerance: float | None = 0.01
    step: int = 1

    def __post_init__(self) -> None:
        if self.tolerance is not None and not (
            math.isfinite(self.tolerance) and self.tolerance >= 0
        ):
            raise EmoteBotError(
                "A tolerance is a number from 0, not {tolerance:g}", tolerance=self.tolerance
            )
        if self.step != int(self.step) or self.step < 1:
            raise EmoteBotError(
                "A step is a whole number of frames from 1, not {step:g}", step=self.step
            )


@dataclass(frozen=True)
class KeyPlan:
    """Keys for a face, found before anything is changed.

    Attributes:
        controls: those asked for, with why each is blocked.
        free: those of them that can be keyed, one or more.
        keys: the keys of each free control.
        frames: first and last frame that is keyed.
        clamped: labels of controls whose values met the end of their slider's range.
        covered: how many channels the face has controls for.
        performed: first and last frame of the performance.
        unshown: what of the feelings the face cannot show, and which of its controls are no part of
            it, a sentence each.
    """

    controls: tuple[Control, ...]
    free: tuple[Control, ...]
    keys: tuple[Keys, ...]
    frames: FrameRange
    clamped: tuple[str, ...]
    covered: int
    performed: FrameRange
    unshown: tuple[Message, ...] = ()

    def part(self, is_in: Callable[[Control], bool]) -> "KeyPlan":
        """Return the part of it that some of its controls have."""
        kept = [row for row, control in enumerate(self.free) if is_in(control)]
        return replace(
            self,
            controls=tuple(control for control in self.controls if is_in(control)),
            free=tuple(self.free[row] for row in kept),
            keys=tuple(self.keys[row] for row in kept),
        )

    def joined(self, other: "KeyPlan") -> "KeyPlan":
        """Return it with the controls and keys of another one, whose frames are the same."""
        return replace(
            self,
            controls=(*self.controls, *other.controls),
            free=(*self.free, *other.free),
            keys=(*self.keys, *other.keys),
        )

    @property
    def owners(self) -> tuple[ID, ...]:
        """The IDs to be keyed."""
        return tuple(dict.fromkeys(control.owner for control in self.free))

    def keys_of(self, owner: ID) -> list[tuple[Control, Keys]]:
        """Return the free controls of an ID and their keys."""
        pairs = zip(self.free, self.keys, strict=True)
        return [(control, keys) for control, keys in pairs if control.owner == owner]

    def report(self, notes: tuple[Message, ...] = (), layer: str | None = None) -> KeyReport:
        """Return the report of these keys, once they are written.

        Args:
            notes: what keeps them from being seen, a sentence each.
            layer: name of the layer that they are on; None for the active action.
        """
        driven = {channel for control in self.free for channel, _ in control.drive.channels}
        return KeyReport(
            curves=len(self.free),
            keys=sum(len(keys["co"]) for keys in self.keys),
            frames=self.performed,
            skipped=summarise(self.controls),
            clamped=self.clamped,
            notes=(*notes, *self.unshown, *notes_on_unseen(self.free)),
            channels=(len(driven), self.covered),
            objects=len({control.object for control in self.free}),
            layer=layer,
        )


def plan_clip(
    face: Face,
    clip: Clip,
    scene: Scene,
    frame_start: float,
    keying: Keying,
    channels: Collection[str] | None,
    curve_of: FindCurve,
    mixing: Mixing,
) -> KeyPlan:
    """Return the keys that a clip becomes on a face.

    A clip at another rate than the scene's is resampled, so that keys stand on whole frames. With
    a component of a quaternion the others are keyed as they are without layers: the NLA sets all.

    Args:
        face: what is driven.
        clip: the performance, one frame or more.
        scene: gives the frames a second.
        frame_start: where second 0 of the performance lies.
        keying: how its values become keys.
        channels: those to drive; None for all that the face covers.
        curve_of: returns the curve that a control's keys shall go to, where there is one already.
        mixing: how the layer goes with other animation of the face.

    Raises:
        EmoteBotError: nothing on the face can be keyed, or the clip, the frame or a channel makes
            no sense.
    """
    frames, clip = on_frames(clip, scene, frame_start)
    performed = (float(frames[0]), float(frames[-1]))
    frames, clip = mixing.shares.held(frames, clip)
    asked = mixing.controls(controls_of(face, channels))
    controls = [check_curve(control, curve_of) for control in asked]
    free = [control for control in controls if control.blocked is None]
    if not free:
        raise EmoteBotError(why_nothing(face, controls, _NOT_KEYED))
    controls += [check_curve(control, curve_of) for control in undriven_components(free)]
    free = [control for control in controls if control.blocked is None]
    weights = mixing.shares.weights(frames, clip.fps, clip.weights)
    columns = solver_of(free).values(weights, clip.shares)
    plan = plan_values(face, controls, frames, columns, keying, mixing)
    unshown = notes_on_feelings(free, clip.weights, clip.shares)
    return replace(plan, performed=performed, unshown=(*unshown, *notes_on_repeated(face)))


def plan_values(
    face: Face,
    controls: Collection[Control],
    frames: NDArray[np.float64],
    columns: NDArray[np.float32],
    keying: Keying,
    mixing: Mixing | None = None,
) -> KeyPlan:
    """Return the keys that values become, held within the range of the controls' sliders.

    Args:
        face: what is driven.
        controls: some of them free.
        frames: shape (n,), ascending.
        columns: shape (n, free controls).
        keying: how values become keys.
        mixing: how they go with other animation of the face; None for as they are.
    """
    free = tuple(control for control in controls if control.blocked is None)
    low = np.array([control.low for control in free], dtype=np.float32)
    high = np.array([control.high for control in free], dtype=np.float32)
    beyond = (columns.min(axis=0) < low) | (columns.max(axis=0) > high)
    if beyond.any():
        columns = np.clip(columns, low, high)
    clamped = tuple(free[index].label for index in np.flatnonzero(beyond))
    if mixing is not None:
        columns = mixing.values(free, frames, columns)
    rows, stepped = slice(None, None, keying.step), keying.step > 1
    if keying.tolerance is None or stepped:
        keys = [dense_keys(frames[rows], values, stepped) for values in columns[rows].T]
    else:
        reach = np.array([control.drive.reach or 1.0 for control in free], dtype=np.float32)
        shares = columns / reach  # a bone goes a few millimetres: 0.01 would be nearly all of it
        groups = column_groups(free, shares, keying.tolerance)
        fitted = fit_keys(frames, shares, keying.tolerance, groups)
        poses = frames[sorted({pose for group in groups for pose in group.poses})]
        keys = [
            reduced_keys(curve.scaled(full), is_auto, poses)
            for (curve, is_auto), full in zip(fitted, reach, strict=True)
        ]
    ends = (float(frames[0]), float(frames[-1]))
    count = len(face.channels)
    return KeyPlan(tuple(controls), free, tuple(keys), ends, clamped, count, ends)


def column_groups(
    controls: Sequence[Control], columns: NDArray[np.float32], tolerance: float
) -> tuple[ColumnGroup, ...]:
    """Return which controls have their keys on shared frames: those of a region, on its key poses.

    Eyes blink and look around at times of their own, so that poses of the rest of the face are none
    of theirs.

    Args:
        controls: those to be keyed.
        columns: their values, as shares of those at full, shape (frames, controls).
        tolerance: distance in value that is not seen.
    """
    part_of = [group_of(control) for control in controls]
    members = {part: [i for i, own in enumerate(part_of) if own == part] for part in MIX_GROUPS}
    eyes = members.pop("EYES")
    posed = [index for group in members.values() for index in group]
    poses = key_poses(columns[:, posed], tolerance)
    groups = [ColumnGroup(tuple(group), poses) for group in members.values()]
    return (ColumnGroup(tuple(eyes)), *groups)


def group_name(control: Control) -> str | None:
    """Return the name of the channel group that the curve of a control belongs in."""
    part = group_of(control)
    if part is not None:
        return GROUP_NAMES[part]
    if control.kind == "bone" and not control.drive.channels:
        return bone_name(control)
    return "Emotions" if control.drive.emotions else None


def active_curve(control: Control) -> FCurve | None:
    """Return the F-curve of a control in the active action, or None."""
    return find_curve(control.owner, *control.path)


def check_curve(control: Control, curve_of: FindCurve) -> Control:
    """Return the control, blocked if its present F-curve cannot be given keys."""
    if control.blocked is not None:
        return control
    curve = curve_of(control)
    if curve is None:
        return control
    if is_locked(curve):
        return replace(control, blocked=Message("on a locked F-curve"))
    if is_muted(curve):
        return replace(control, blocked=Message("on a muted F-curve"))
    if len(curve.sampled_points) > 0:
        return replace(control, blocked=Message("on an F-curve baked to samples"))
    return control


def is_locked(curve: FCurve) -> bool:
    """Return whether an F-curve, or its group, is locked."""
    return bool(curve.lock or (curve.group is not None and curve.group.lock))


def on_frames(clip: Clip, scene: Scene, frame_start: float) -> tuple[NDArray[np.float64], Clip]:
    """Return the frames of a clip in the scene, float64 (n,), and the clip at the scene's rate.

    Args:
        clip: one frame or more.
        scene: gives the frames a second.
        frame_start: where second 0 of the clip lies.

    Raises:
        EmoteBotError: the clip is empty, not finite, or would lie beyond the last frame.
    """
    if len(clip) == 0:
        raise EmoteBotError("The performance has no frames")
    if not np.isfinite(clip.weights).all():
        raise EmoteBotError("The performance holds weights that are no finite numbers")
    rate = scene.render.fps / scene.render.fps_base
    if not np.isclose(clip.fps, rate, rtol=1e-6, atol=0):
        clip = clip.resampled(rate)
    first = frame_start + clip.start * rate
    last = first + len(clip) - 1
    if not (first >= -LAST_FRAME and last <= LAST_FRAME):
        raise EmoteBotError(
            "The performance would lie on frames {first:g} to {last:g}, "
            "beyond the last one that Blender knows, {last_frame}",
            first=first,
            last=last,
            last_frame=LAST_FRAME,
        )
    return first + np.arange(len(clip), dtype=np.float64), clip
