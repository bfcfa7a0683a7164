# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces measured before they first move, so that a smile is as much of one as on known heads."""

from typing import TYPE_CHECKING

from ..core.errors import EmoteBotError
from ..core.messages import Message, sentences
from .runtime import runtime
from .sequence import as_chosen, sequence_owner
from .shown_face import forget_summary

if TYPE_CHECKING:
    from ..rig.face import Face


def ready_face(face: "Face") -> "Face":
    """Return a face as it is to move: calibrated, and with its presets as its sequence says."""
    return as_chosen(calibrated(face))


def calibrated(face: "Face") -> "Face":
    """Return a face with its gains, which is measured for them if it never was.

    What was done is in the next operator's report, and in the panel until then.
    """
    from ..rig.face_calibration import as_measured

    measured, done = as_measured(face)
    if done is not None:
        owner, unreported = sequence_owner(face).session_uid, runtime().unreported
        before = (unreported[owner],) if owner in unreported else ()
        unreported[owner] = sentences((*before, done))
        forget_summary()
    return measured


def calibrate_anew(face: "Face") -> Message:
    """Measure a face whatever was measured before; return what was done, for people.

    Raises:
        EmoteBotError: nothing can be kept with an object of the face.
    """
    from ..rig.face_calibration import calibrate, why_not_calibrated

    if reason := why_not_calibrated(face):
        raise EmoteBotError(reason)
    return calibrate(face) or Message("No channel of “{face}” needs a gain", face=face.name)


def leave_uncalibrated(face: "Face") -> None:
    """Have a face keep gains of 1, also later, that would be measured before it moves next."""
    from ..rig.face_calibration import clear_gains, wants_calibration

    if wants_calibration(face):
        clear_gains(face)


def clear_calibration(face: "Face") -> bool:
    """Set all gains that were measured back to 1 for good; return whether one was another.

    Raises:
        EmoteBotError: nothing can be kept with an object of the face.
    """
    from ..rig.face_calibration import clear_gains, why_not_calibrated

    if reason := why_not_calibrated(face):
        raise EmoteBotError(reason)
    return clear_gains(face)


def calibrated_if_wished(face: "Face", is_wished: bool) -> "tuple[Face, Message | None]":
    """Return a face with gains for what is unusual, if that is wished, and which it got."""
    from ..rig.face_calibration import as_measured

    if is_wished:
        return as_measured(face)
    leave_uncalibrated(face)
    return face, None
