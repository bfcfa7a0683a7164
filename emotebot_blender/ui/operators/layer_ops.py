# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators for what a sequence has left on the face: perform it again, bake it, clear it."""

import bpy

from ...core.errors import EmoteBotError
from ...core.messages import Message
from ...session import clearing, performing
from ...session.sequence import sequence_of
from ...session.settings import KeyingProperties
from ...session.translation import translate
from ..shown import face_of, owner_of, summary_of
from .operator_base import BAKED_RESTS, OnFace, OnLayers, OnSequence, take_from_panel


class PerformSequence(OnSequence, bpy.types.Operator):
    """Key the beats of the sequence, in place of keys of its layer that were edited by hand"""

    bl_idname = "emotebot.perform_sequence"
    bl_label = "Perform"

    def act(self, context: bpy.types.Context) -> Message:
        """Perform the sequence."""
        from ...rig.face_coverage import name_with_coverage

        face = face_of(context)
        report = performing.perform_sequence(face, context.scene, replace_edits=True)
        if report is None:
            raise EmoteBotError("Every beat is muted: there is nothing to perform")
        return Message(
            "“{words}” on {face}: {keys}",
            words=sequence_of(face).name,
            face=name_with_coverage(face),
            keys=report.sentence(),
        )


class Bake(OnLayers, KeyingProperties, bpy.types.Operator):
    """Flatten the layers into keys of the active action, as the face shows them now"""

    bl_idname = "emotebot.bake"
    bl_label = "Bake"

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Take from the panel what is not given."""
        take_from_panel(self.properties, context)
        return self.execute(context)

    def act(self, context: bpy.types.Context) -> Message:
        """Bake the layers."""
        face, manager = face_of(context), context.window_manager
        sequence = sequence_of(face)
        was_automatic = sequence.automatic
        manager.progress_begin(0, 1)
        try:
            report = performing.bake(
                face, context.scene, performing.keying_of(self), manager.progress_update
            )
        finally:
            manager.progress_end()
        if was_automatic and not sequence.automatic:
            self.note(BAKED_RESTS)
        return Message("Baked on “{face}”: {keys}", face=face.name, keys=report.sentence())


class Clear(OnFace, bpy.types.Operator):
    """Remove exactly the layers and keys that EmoteBot made; the beats and all else stay"""

    bl_idname = "emotebot.clear"
    bl_label = "Clear"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is anything to clear, and say why not."""
        if not super().poll(context):
            return False
        if not (summary_of(context).clearable or owner_of(context).emotebot.beats):
            cls.poll_message_set(translate(Message("EmoteBot has left nothing on this face")))
            return False
        return True

    layers: bpy.props.BoolProperty(
        name="Layers",
        description="The tracks of the sequence, of keyed feelings and of live recordings",
        default=True,
        options={"SKIP_SAVE"},
    )
    keys: bpy.props.BoolProperty(
        name="Keys",
        description="EmoteBot's own keys in the active action",
        default=True,
        options={"SKIP_SAVE"},
    )
    beats: bpy.props.BoolProperty(
        name="Beats",
        description="The beats of the sequence as well",
        default=False,
        options={"SKIP_SAVE"},
    )

    def act(self, context: bpy.types.Context) -> Message:
        """Clear the face."""
        face = face_of(context)
        gone = clearing.clear(face, self.layers, self.keys, self.beats)
        cleared = Message("Cleared on “{face}”: {parts}", face=face.name, parts=gone)
        stays = clearing.staying(face)
        return Message("{cleared}; {stays}", cleared=cleared, stays=stays) if stays else cleared
