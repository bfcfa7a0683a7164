# SPDX-License-Identifier: GPL-3.0-or-later
"""What panels and operators act on: the face that a context leads to."""

from typing import TYPE_CHECKING

import bpy

from ..session.face_summary import FaceSummary
from ..session.sequence import SequenceSettings, sequence_of
from ..session.shown_face import find_shown_face, find_shown_owner, shown_summary

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
