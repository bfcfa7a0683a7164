# SPDX-License-Identifier: GPL-3.0-or-later
"""The turns of a head as keys, which add to how the artist holds and moves it.

They go to a strip of their own that combines with what lies below it. What the artist has keyed for
these bones in the active action is set to add to it, as ``mixing`` does for the face; a pose that
is not keyed, which any strip would hide, is part of the keys of the first of these strips.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from bpy.types import Object, Scene
from numpy.typing import NDArray

from ..core.clip import Clip
from ..core.messages import Message
from ..rig.control import Control, Path
from ..rig.face import Face
from ..rig.head_bones import Head
from .actions import is_tweaked
from .foreign_animation import ForeignAnimation
from .keyframes import Keying, KeyPlan, on_frames, plan_values
from .restoring import blend_type_before, values_before
from .strips import ADDING, MixRecord, layer_strips

_AXIS_ANGLE = "rotation_axis_angle"
"""What adds to nothing would not give: Blender adds angles and axes."""

_ALONE = MixRecord(adds=True, head=True)


@dataclass(frozen=True)
class HeadPlan:
    """What a head's turns become, found before anything is changed.

    Attributes:
        plan: the keys; None where nothing turns.
        record: what their strip remembers.
        notes: why something stays still, a sentence each.
    """

    plan: KeyPlan | None = None
    record: MixRecord = _ALONE
    notes: tuple[Message, ...] = ()


def plan_head(
    face: Face,
    clip: Clip,
    scene: Scene,
    frame_start: float,
    keying: Keying,
    strength: float,
    kind: str,
    returns: bool = False,
) -> HeadPlan:
    """Return the keys that the turns of a clip become on the bones of a face's head.

    Args:
        face: what is driven.
        clip: the performance, one frame or more.
        scene: gives the frames a second.
        frame_start: where second 0 of the performance lies.
        keying: how values become keys.
        strength: how much of the turns is done, from 0.
        kind: which layer of the face they are a part of.
        returns: whether the head is without a turn before and after the clip; else the first and
            the last turn last.
    """
    if clip.head is None or strength == 0:
        return HeadPlan()
    head = face.head()
    if head is None:
        # nobody expects that of a mesh alone, which would be told at every performance
        note = Message("No bone turns the head of “{face}”", face=face.name)
        return HeadPlan(notes=() if face.armature is None else (note,))
    notes = [
        Message("“{bone}” does not turn: it is {reason}", bone=bone.name, reason=bone.blocked)
        for bone in head.bones
        if bone.blocked is not None
    ]
    foreign = ForeignAnimation(head.armature)
    controls = [control for control in head.controls() if control.blocked is None]
    reason = _why_still(face, head.armature, controls, foreign)
    if reason is not None:
        note = Message("The head does not turn: it is {reason}", reason=reason)
        return HeadPlan(notes=(*notes, note))
    frames, clip = on_frames(clip, scene, frame_start)
    assert clip.head is not None
    turns = clip.head * strength
    if returns:
        frames, turns = _with_ends(frames, turns, keying.step)
    is_posed = not any(
        layer.mix.head and layer.mix.posed and layer.kind != kind
        for layer in layer_strips(head.armature)
    )
    values = head.values(turns, _posed(head, controls, foreign) if is_posed else {})
    keyed = [control for control in controls if control.path in values]
    if not keyed:
        return HeadPlan(notes=tuple(notes))
    columns = np.stack([values[control.path] for control in keyed], axis=1)
    blend_type = _changed_blend_type(head.armature, keyed, foreign)
    record = MixRecord(True, blend_type, head=True, posed=is_posed)
    return HeadPlan(plan_values(face, keyed, frames, columns, keying), record, tuple(notes))


def turns_head(face: Face) -> bool:
    """Return whether turns of a clip become keys of the head of a face."""
    head = face.head()
    if head is None:
        return False
    controls = [control for control in head.controls() if control.blocked is None]
    foreign = ForeignAnimation(head.armature)
    return bool(controls) and _why_still(face, head.armature, controls, foreign) is None


def values_without_turns(controls: Sequence[Control], frame: float) -> dict[Path, float]:
    """Return the values of a head's controls without the turns of EmoteBot's layers.

    Args:
        controls: numbers that rotate bones of one armature.
        frame: of its animation.

    Returns:
        Path of a number to its value; nothing where no layer turns the head.
    """
    armature = controls[0].object if controls else None
    layers = [] if armature is None else layer_strips(armature)
    turned = {path for layer in layers if layer.mix.head for path in layer.record.previous}
    if armature is None or not turned:
        return {}
    foreign = ForeignAnimation(armature)
    values = values_before(armature, turned)
    for control in controls:
        if control.path in turned & foreign.paths:
            values[control.path] = float(foreign.values(control, np.array([frame]))[0])
    return values


def _with_ends(
    frames: NDArray[np.float64], turns: NDArray[np.float32], step: int
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Return frames and turns with frames at both ends that have none, on which keys come to lie.

    Args:
        frames: shape (n,), a frame apart.
        turns: shape (n, 3).
        step: frames from one key to the next.
    """
    before, after = step, step - (len(frames) - 1) % step
    count = before + len(frames) + after
    return frames[0] - before + np.arange(count), np.pad(turns, ((before, after), (0, 0)))


def _why_still(
    face: Face, armature: Object, controls: Iterable[Control], foreign: ForeignAnimation
) -> Message | None:
    """Return why no keys can turn a head, or None."""
    if is_tweaked(armature):
        return Message("on an armature whose strip is edited in the NLA editor")
    if not _is_in_action(controls, foreign) or foreign.blend_type in (ADDING, "ADD"):
        return None
    others = {control.path for control in face.controls() if control.owner == armature}
    is_mixed = foreign.action_paths & (foreign.strip_paths | others)
    if is_mixed or any(path.endswith(_AXIS_ANGLE) for path, _ in foreign.action_paths):
        return Message("keyed in the active action: push the action down to have both")
    return None


def _posed(head: Head, controls: Iterable[Control], foreign: ForeignAnimation) -> dict[Path, float]:
    """Return the values of bones that nothing of the artist's animates, before EmoteBot did."""
    animated = {path for path, _ in foreign.action_paths | foreign.strip_paths}
    still = [control.path for control in controls if control.data_path not in animated]
    return values_before(head.armature, still)


def _changed_blend_type(
    armature: Object, controls: Iterable[Control], foreign: ForeignAnimation
) -> str | None:
    """Return the blend type of the active action, if it has to be changed to add to a head."""
    if not _is_in_action(controls, foreign) or foreign.blend_type != "REPLACE":
        return None
    return blend_type_before(armature) or str(armature.animation_data.action_blend_type)


def _is_in_action(controls: Iterable[Control], foreign: ForeignAnimation) -> bool:
    keyed = {path for path, _ in foreign.action_paths}
    return any(control.data_path in keyed for control in controls)
