# SPDX-License-Identifier: GPL-3.0-or-later
"""What panels and operators act on, the face that a context leads to, and the sentences on it."""

from typing import TYPE_CHECKING

import bpy

from ..core.messages import Message
from ..session import words
from ..session.beat_arrival import describe_cut_short
from ..session.face_summary import FaceSummary, left_alone, notices
from ..session.runtime import runtime
from ..session.sequence import FORMAT, SequenceSettings, active_beat, sequence_of
from ..session.settings import scene_settings
from ..session.shown_face import find_shown_face, find_shown_owner, shown_summary
from ..session.timeline import frame_rate

if TYPE_CHECKING:
    from ..rig.face import Face


def face_of(context: bpy.types.Context) -> "Face":
    """Return the face that the panel shows.

    Raises:
        EmoteBotError: there is none.
    """
    return find_shown_face(context.scene, context.view_layer.objects.active)


def summary_of(context: bpy.types.Context) -> FaceSummary:
    """Return the summary of that face.

    Raises:
        EmoteBotError: there is none.
    """
    return shown_summary(context.scene, context.view_layer.objects.active)


def owner_of(context: bpy.types.Context) -> bpy.types.Object:
    """Return the object that stores the sequence of that face.

    Raises:
        EmoteBotError: there is none.
    """
    return find_shown_owner(context.scene, context.view_layer.objects.active)


def sequence_in(context: bpy.types.Context) -> SequenceSettings:
    """Return the sequence of that face.

    Raises:
        EmoteBotError: there is none.
    """
    return sequence_of(face_of(context))


def has_unknown_shape_keys(context: bpy.types.Context) -> bool:
    """Return whether the active object, which has no face, has shape keys of unknown names."""
    from ..rig.key_recognition import keyed_meshes

    active = context.view_layer.objects.active
    return active is not None and bool(keyed_meshes(active, context.scene))


def face_notices(context: bpy.types.Context) -> list[Message]:
    """Return what somebody should know of that face.

    Raises:
        EmoteBotError: there is none.
    """
    face = summary_of(context)
    refusal = [face.refusal] if face.refusal is not None else []
    return [*refusal, *(left_alone((one,)) for one in face.blocked), *face.notes]


def word_notices(context: bpy.types.Context) -> list[Message]:
    """Return what is wrong with the words of the panel's feeling."""
    settings = scene_settings(context.scene)
    problem = words.problem_in(settings.words) if settings.words else None
    return [problem] if problem else []


def sequence_notices(context: bpy.types.Context) -> list[Message]:
    """Return what somebody should know of the sequence of that face and its layer.

    Raises:
        EmoteBotError: there is no face.
    """
    owner = owner_of(context)
    sequence = owner.emotebot
    messages = []
    if problem := runtime().problems.get(owner.session_uid):
        messages.append(problem)
    if done := runtime().unreported.get(owner.session_uid):
        messages.append(done)
    if sequence.format > FORMAT:
        messages.append(
            Message(
                "This sequence is from a newer EmoteBot: what this one does not know is kept, "
                "and it is performed when you press Perform"
            )
        )
    scene = context.scene
    messages += notices(summary_of(context), sequence, frame_rate(scene), scene.frame_end)
    if sequence.beats:
        active = sequence.beats[active_beat(sequence)]
        if cut_short := describe_cut_short(active, scene_settings(scene).time_unit):
            messages.append(cut_short)
    return messages
