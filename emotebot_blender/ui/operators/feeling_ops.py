# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators that show one feeling: pose it, key it, roll another take."""

import random

import bpy

from ...core.messages import Message
from ...session import feeling_keys, performing, posing
from ...session.settings import LARGEST_NUMBER, KeyingProperties, scene_settings
from ..shown import face_of
from .operator_base import OfFeeling, OnFace, keyed

_DICE = min(LARGEST_NUMBER, 9999)
"""The largest take that the die rolls: short enough to read out to a colleague."""


class Pose(OfFeeling, bpy.types.Operator):
    """Show a feeling on the face now, without keys"""

    bl_idname = "emotebot.pose"
    bl_label = "Show Feeling"

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Keep the words in the panel, where "Key It" finds them."""
        if self.words:
            scene_settings(context.scene).words = self.words
        return super().invoke(context, event)

    def act(self, context: bpy.types.Context) -> Message:
        """Pose the face."""
        face = face_of(context)
        posing.pose(face, self.feeling(), self.take, self.region, self.strength)
        return Message("“{face}” shows “{words}”", face=face.name, words=self.words)


class Key(OfFeeling, KeyingProperties, bpy.types.Operator):
    """Key the feeling to arrive at the playhead, with its natural lead-in before that"""

    bl_idname = "emotebot.key"
    bl_label = "Key It"

    def act(self, context: bpy.types.Context) -> Message:
        """Key the face."""
        scene, face = context.scene, face_of(context)
        report = feeling_keys.key_feeling(
            face,
            self.feeling(),
            scene,
            scene.frame_current_final,
            self.take,
            performing.keying_of(self),
            self.words,
            self.region,
            self.strength,
        )
        return Message(
            "“{words}” on “{face}” {times}: {keys}",
            words=self.words,
            face=face.name,
            times=feeling_keys.times_told(face, report, scene),
            keys=keyed(report),
        )


class RollTake(OnFace, bpy.types.Operator):
    """Roll another take of the feeling and show it"""

    bl_idname = "emotebot.roll_take"
    bl_label = "Roll Another Take"

    take: bpy.props.IntProperty(
        name="Take",
        description="The take to show; one is rolled if not given",
        min=0,
        options={"SKIP_SAVE"},
    )

    def act(self, context: bpy.types.Context) -> Message:
        """Set the take, which the panel shows at once."""
        settings = scene_settings(context.scene)
        if not self.properties.is_property_set("take"):
            others = random.sample(range(_DICE + 1), 2)
            self.take = next(number for number in others if number != settings.take)
        settings.take = self.take
        return Message("Take {take} of “{words}”", take=self.take, words=settings.words)
