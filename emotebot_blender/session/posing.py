# SPDX-License-Identifier: GPL-3.0-or-later
"""A feeling shown on a face, now and without keys, and other takes of it."""

from typing import TYPE_CHECKING

import numpy as np

from ..core.channels import MASKS
from ..core.errors import EmoteBotError
from ..core.messages import Message, with_more
from . import words
from .calibrating import ready_face
from .events import CharacterEdited, FeelingEdited
from .held_pose import show_pose
from .loaded_networks import networks
from .runtime import runtime
from .sequence import sequence_of, sequence_owner
from .settings import LARGEST_NUMBER, scene_settings
from .shown_face import find_shown_face

if TYPE_CHECKING:
    from ..core.emotions import Feeling
    from ..rig.control import Control
    from ..rig.face import Face
    from ..rig.pose import Pose


def pose(
    face: "Face", feeling: "Feeling", take: int, region: str = "WHOLE", strength: float = 1.0
) -> None:
    """Show a feeling on a face, as its character shows it, in place of one that is shown.

    What that replaces is put back once the face is keyed, cleared or posed anew.

    Args:
        face: what is posed.
        feeling: what it shows.
        take: which take of the expression, from 0.
        region: the part of it that moves, one of ``settings.REGIONS``.
        strength: how much of the expression is laid on the face, 0 to 1.

    Raises:
        EmoteBotError: the take is below 0, a network cannot be read, or nothing can be posed.
    """
    from ..rig.pose import apply_weights

    face, channels = ready_face(face), MASKS[region]
    weights, shares = expression_of(face, feeling, take, strength)
    show_pose(face, channels, lambda: apply_weights(face, weights, channels, shares))
    runtime().posed[sequence_owner(face).session_uid] = (feeling, take, region, strength)


def expression_of(face: "Face", feeling: "Feeling", take: int, strength: float) -> "Pose":
    """Return how the character of a face shows a feeling.

    Args:
        face: whose sequence says whose way it is, and how much it exaggerates.
        feeling: what it shows.
        take: which take of the expression, from 0.
        strength: how much of the expression is laid on the face, 0 to 1.

    Raises:
        EmoteBotError: the take is below 0, or a network cannot be read.
    """
    from ..core.performance.exaggeration import exaggerated
    from ..core.performance.performance import express

    sequence, share = sequence_of(face), np.float32(strength)
    gain = sequence.exaggeration
    weights = express(networks(), feeling, sequence.seed, take=take, exaggeration=gain)[0]
    return weights * share, exaggerated(feeling.shares(), gain) * share


def notes_on_pose(face: "Face", region: str) -> tuple[Message, ...]:
    """Return what keeps a pose from being seen or from staying, a sentence each.

    Args:
        face: what is posed.
        region: the part of it that the pose moves.
    """
    from ..rig.face_notes import notes_on_unseen
    from ..rig.pose import controls_of

    controls = controls_of(face, MASKS[region])
    fleeting = _fleeting(face, controls)
    return (*notes_on_unseen(controls), *((fleeting,) if fleeting else ()))


def next_take(take: int, back: bool) -> int:
    """Return the take after one, or the one before it.

    Raises:
        EmoteBotError: there is none before the first.
    """
    if back and take == 0:
        raise EmoteBotError("Take 0 is the first one")
    return take - 1 if back else min(take + 1, LARGEST_NUMBER)


def follow_feeling(event: FeelingEdited) -> None:
    """Show what the panel says, unless a live face plays it."""
    if runtime().live is not None:
        return
    settings = scene_settings(event.scene)
    try:
        face = find_shown_face(event.scene, event.active)
        feeling = words.feeling(settings.words, settings.intensity)
        pose(face, feeling, settings.take, settings.region, settings.strength)
    except EmoteBotError:
        return  # typing cannot report; the panel draws what is wrong with the words or the face


def follow_character(event: CharacterEdited) -> None:
    """Show the feeling that was shown on a face in the face's new way."""
    from ..rig.face import find_face

    posed = runtime().posed.get(event.owner.session_uid)
    if posed is None:
        return
    try:
        pose(find_face(event.owner, event.scene), *posed)
    except EmoteBotError:
        return  # a property cannot report; the panel draws what is wrong with the face


def _fleeting(face: "Face", controls: "list[Control]") -> Message | None:
    """Return what takes a pose back at the next frame, a sentence; None where nothing does."""
    from ..animation.restoring import keyed_paths

    keyed = {owner: keyed_paths(owner) for owner in face.animated_ids}
    labels = [
        control.label
        for control in controls
        if control.blocked is None and control.path in keyed[control.owner]
    ]
    if not labels:
        return None
    return Message(
        "On the next frame, keys take it back on {controls}: Key It keeps it, "
        "and so does Auto Keying",
        controls=with_more(Message("{control}", control=labels[0]), len(labels) - 1),
    )
