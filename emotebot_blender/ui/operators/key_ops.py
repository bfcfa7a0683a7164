# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators for keys that an artist edits by hand."""

import bpy
from bpy.types import Object

from ...core.errors import EmoteBotError
from ...core.messages import Message, sentences
from ...session import key_editing
from ...session.translation import translate
from ..shown import face_of, summary_of
from .operator_base import OnFace, OnLayers


class EditKeys(OnLayers, bpy.types.Operator):
    """Show the keys of the layer in the animation editors, to be edited, until pressed again"""

    bl_idname = "emotebot.edit_keys"
    bl_label = "Edit Keys"

    over_speech: bpy.props.BoolProperty(
        name="Over Speech",
        description="Edit the keys that are added to lip-sync, where there are others as well",
        options={"SKIP_SAVE"},
    )

    def act(self, context: bpy.types.Context) -> Message:
        """Begin to edit, or end it."""
        face = face_of(context)
        if key_editing.is_editing(face):
            return key_editing.end_editing(face, context.scene)
        message = key_editing.begin_editing(face, context.scene, self.over_speech)
        unseen = _select(context, key_editing.keyed_objects(face))
        return sentences((message, unseen)) if unseen else message


class KeepEdits(OnFace, bpy.types.Operator):
    """Put what was edited by hand on a layer above, so that the sequence can be performed again"""

    bl_idname = "emotebot.keep_edits"
    bl_label = "Keep Edits"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether keys of the sequence were edited."""
        if not super().poll(context):
            return False
        layer = summary_of(context).layer
        if layer is None or not layer.edited:
            cls.poll_message_set(translate(Message("No keys of the sequence were edited by hand")))
            return False
        return True

    def act(self, context: bpy.types.Context) -> Message:
        """Keep what was edited."""
        face = face_of(context)
        report = key_editing.keep_edits(face, context.scene)
        if report is None:
            return Message("The sequence is performed as it was edited: there is nothing to keep")
        return Message(
            "Your edits lie on a layer of their own, which adds them to the sequence: {keys}",
            keys=report.sentence(),
        )


class SelectKeys(OnFace, bpy.types.Operator):
    """Select what of the face has keys as well, so that the animation editors show them"""

    bl_idname = "emotebot.select_keys"
    bl_label = "Select Keys"

    def act(self, context: bpy.types.Context) -> Message:
        """Select the objects."""
        objects = key_editing.keyed_objects(face_of(context))
        if not objects:
            raise EmoteBotError("Nothing of “{face}” has keys", face=face_of(context).name)
        unseen = _select(context, objects)
        message = Message(
            "Selected, with their keys in the animation editors: {objects}",
            objects=tuple(obj.name for obj in objects),
        )
        return sentences((message, unseen)) if unseen else message


def _select(context: bpy.types.Context, objects: list[Object]) -> Message | None:
    """Select objects as well; return which cannot be, so that editors hide their keys, or None."""
    for obj in objects:
        if obj.visible_get(view_layer=context.view_layer):
            obj.select_set(True, view_layer=context.view_layer)
    unseen = [obj.name for obj in objects if not obj.select_get(view_layer=context.view_layer)]
    if not unseen:
        return None
    return Message(
        "Hidden, so that only “Only Show Selected” switched off shows their keys: {objects}",
        objects=tuple(unseen),
    )
