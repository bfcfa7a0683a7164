# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators that show one feeling: pose it, key it, show another take."""

from typing import TYPE_CHECKING, Any

import bpy

from ...core.messages import Message, sentences
from ...session import feeling_keys, live, performing, posing, words
from ...session.sequence import sequence_of
from ...session.settings import KeyingProperties, scene_settings
from ...session.translation import translate
from ..shown import face_of, owner_of
from .operator_base import OfFeeling, OnFace

if TYPE_CHECKING:
    from ...session.settings import SceneSettings

_SHOWN = ("words", "intensity", "take")
"""What the panel shows of the feeling that was posed or keyed last."""


class Pose(OfFeeling, bpy.types.Operator):
    """Show a feeling on the face now, without keys; with Auto Keying it is keyed"""

    bl_idname = "emotebot.pose"
    bl_label = "Show Feeling"

    def act(self, context: bpy.types.Context) -> Message:
        """Pose the face, or key it."""
        keep_in_panel(self, context.scene)
        if _keys_itself(context.scene):
            return _key(context, self, owner_of(context).emotebot)
        face = face_of(context)
        posing.pose(face, self.feeling(), self.take, self.region, self.strength)
        shown = Message("“{face}” shows “{words}”", face=face.name, words=self.words)
        return sentences((shown, *posing.notes_on_pose(face, self.region)))


class Key(OfFeeling, KeyingProperties, bpy.types.Operator):
    """Key the feeling to arrive at the playhead, with its natural lead-in before that"""

    bl_idname = "emotebot.key"
    bl_label = "Key It"

    def act(self, context: bpy.types.Context) -> Message:
        """Key the face."""
        keep_in_panel(self, context.scene)
        return _key(context, self, self)


class RollTake(OnFace, bpy.types.Operator):
    """Show the feeling in another take: the next one, or the one before"""

    bl_idname = "emotebot.roll_take"
    bl_label = "Another Take"
    shows_feelings = True

    take: bpy.props.IntProperty(
        name="Take",
        description="The take to show; the next one if not given",
        min=0,
        options={"SKIP_SAVE"},
    )
    back: bpy.props.BoolProperty(
        name="Back",
        description="Go back to the take before",
        options={"SKIP_SAVE", "HIDDEN"},
    )

    @classmethod
    def description(cls, _context: bpy.types.Context, properties: Any) -> str:
        """Return the tooltip."""
        if properties.back:
            return translate(Message("Go back to the take before"))
        return translate(Message("Show the next take of the feeling"))

    def act(self, context: bpy.types.Context) -> Message:
        """Set the take, which the panel shows at once."""
        settings = scene_settings(context.scene)
        if not self.properties.is_property_set("take"):
            self.take = posing.next_take(settings.take, self.back)
        settings.take = self.take
        if _keys_itself(context.scene):
            return _key(context, settings, owner_of(context).emotebot)
        return Message("Take {take} of “{words}”", take=self.take, words=settings.words)


def _keys_itself(scene: bpy.types.Scene) -> bool:
    """Return whether what is posed is keyed at once, as bones are; a live face is not."""
    return bool(scene.tool_settings.use_keyframe_insert_auto) and not live.is_running()


def keep_in_panel(operator: Any, scene: bpy.types.Scene) -> None:
    """Have the panel show what a button or the redo panel shows, so that Key It keys that."""
    if operator.options.is_invoke or operator.options.is_repeat:
        settings = scene_settings(scene)
        for name in _SHOWN:
            if getattr(settings, name) != getattr(operator, name):
                setattr(settings, name, getattr(operator, name))


def _key(context: bpy.types.Context, shown: "OfFeeling | SceneSettings", keying: Any) -> Message:
    """Key a feeling at the playhead and return what there is to say.

    Args:
        context: whose face and scene.
        shown: has the words, the intensity, the take, the region and the strength.
        keying: has the properties of ``KeyingProperties``.
    """
    scene, face = context.scene, face_of(context)
    report = feeling_keys.key_feeling(
        face,
        words.feeling(shown.words, shown.intensity),
        scene,
        scene.frame_current_final,
        shown.take,
        performing.keying_of(keying),
        shown.words,
        shown.region,
        shown.strength,
        performing.mix_of(sequence_of(face)),
    )
    return Message(
        "“{words}” on “{face}” {times}: {keys}",
        words=shown.words,
        face=face.name,
        times=feeling_keys.describe_times(face, report, scene),
        keys=report.sentence(),
    )
