# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators for what a sequence has left on the face: perform it again, bake it, clear it."""

import bpy

from ...core.errors import EmoteBotError
from ...session import baking, performing, posing
from ...session.sequence import sequence_of
from ...session.settings import KeyingProperties
from ...session.translation import told
from .operator_base import OnFace, OnSequence, face_of, keys_told, take_unsaid


class PerformSequence(OnSequence, bpy.types.Operator):
    """Perform the sequence again, in place of keys of its layer that were edited by hand"""

    bl_idname = "emotebot.perform_sequence"
    bl_label = "Perform"

    def act(self, context: bpy.types.Context) -> str:
        """Perform the sequence."""
        face = face_of(context)
        report = performing.perform(face, context.scene, replace_edits=True)
        if report is None:
            raise EmoteBotError("Every beat is muted: there is nothing to perform")
        performing.make_room(context.scene, report.frames[1])
        return f"“{sequence_of(face).name}” on “{face.name}”: {keys_told(report)}"


class Bake(OnFace, KeyingProperties, bpy.types.Operator):
    """Flatten the layers into keys of the active action, as the face shows them now"""

    bl_idname = "emotebot.bake"
    bl_label = "Bake"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a layer to bake."""
        if not super().poll(context):
            return False
        if not posing.face_summary(context).layers:
            cls.poll_message_set(told("EmoteBot has no layer on this face"))
            return False
        return True

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Take from the panel what is not said."""
        take_unsaid(self.properties, context.scene)
        return self.execute(context)

    def act(self, context: bpy.types.Context) -> str:
        """Bake the layers."""
        face = face_of(context)
        densely = performing.keying(self.keying, self.tolerance, self.step)
        manager = context.window_manager
        manager.progress_begin(0, 1)
        try:
            report = baking.bake(face, context.scene, densely, manager.progress_update)
        finally:
            manager.progress_end()
        return f"Baked on “{face.name}”, and the sequence rests: {keys_told(report)}"


class Clear(OnFace, bpy.types.Operator):
    """Remove exactly the layers and keys that EmoteBot made; everything else stays"""

    bl_idname = "emotebot.clear"
    bl_label = "Clear"

    layers: bpy.props.BoolProperty(
        name="Layers",
        description="The tracks of the sequence and of live recordings",
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

    def act(self, context: bpy.types.Context) -> str:
        """Clear the face."""
        face = face_of(context)
        done = baking.clear(face, context.scene, self.layers, self.keys, self.beats)
        return f"Cleared on “{face.name}”: {done}"
