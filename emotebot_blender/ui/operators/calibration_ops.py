# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators that calibrate a face, and that take its gains away."""

import bpy

from ...core.messages import Message
from ...session.calibrating import calibrate_anew, clear_calibration
from ...session.channel_editing import change_channels
from ..shown import face_of
from .operator_base import OnFace


class CalibrateChannels(OnFace, bpy.types.Operator):
    """Measure how far each channel goes, and give a gain to those that go too far, or hardly"""

    bl_idname = "emotebot.channels_calibrate"
    bl_label = "Calibrate"

    def act(self, context: bpy.types.Context) -> Message:
        """Measure the face again."""
        face, active = face_of(context), context.view_layer.objects.active
        return change_channels(context.scene, active, lambda: calibrate_anew(face))


class ClearCalibration(OnFace, bpy.types.Operator):
    """Set the gains that were measured back to 1, and leave them there"""

    bl_idname = "emotebot.calibration_clear"
    bl_label = "Clear Calibration"

    def act(self, context: bpy.types.Context) -> Message:
        """Clear the gains."""
        face, active = face_of(context), context.view_layer.objects.active
        if not change_channels(context.scene, active, lambda: clear_calibration(face)):
            return Message("“{face}” had no gains, and will be given none", face=face.name)
        return Message("All gains that were measured are 1 again")
