# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator that recognises shape keys by what they do."""

import bpy

from ...core.messages import Message, with_more
from ...session.calibrating import calibrated
from ...session.translation import translate
from .operator_base import Reporting


class RecogniseShapeKeys(Reporting, bpy.types.Operator):
    """Recognise which channels the shape keys of the active character show, by how they move it"""

    bl_idname = "emotebot.recognise_shape_keys"
    bl_label = "Recognise Shape Keys"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an object is active whose shape keys could be recognised."""
        if context.view_layer.objects.active is None:
            cls.poll_message_set(translate(Message("Select a mesh of the character first")))
            return False
        return True

    def act(self, context: bpy.types.Context) -> Message:
        """Recognise the shape keys of the active character, and keep that with it."""
        from ...rig.face import find_face
        from ...rig.face_checks import checks_on_face
        from ...rig.key_recognition import recognise_shape_keys

        active = context.view_layer.objects.active
        recognised = recognise_shape_keys(active, context.scene)
        if recognised.count:
            face = calibrated(find_face(active, context.scene))
            checks = checks_on_face(face)
            if checks:
                self.warn(with_more(checks[0], len(checks) - 1))
        return recognised.sentence()
