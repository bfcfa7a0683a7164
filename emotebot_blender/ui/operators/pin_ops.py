# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator that has the panel stay with a face."""

import bpy

from ...core.messages import Message
from ...session.settings import scene_settings
from ..shown import owner_of, summary_of
from .operator_base import OnFace


class PinFace(OnFace, bpy.types.Operator):
    """Stay with this face, whatever is selected; press again to follow the selection"""

    bl_idname = "emotebot.pin_face"
    bl_label = "Stay with This Face"

    def act(self, context: bpy.types.Context) -> Message:
        """Pin the face that is shown, or the pin is taken off."""
        settings, name = scene_settings(context.scene), summary_of(context).name
        if settings.face is not None:
            settings.face = None
            return Message("The panel follows the selection")
        settings.face = owner_of(context)
        return Message("The panel stays with “{face}”", face=name)
