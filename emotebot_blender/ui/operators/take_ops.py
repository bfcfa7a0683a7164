# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator that shows four takes as pictures to choose from."""

import bpy

from ...core.errors import EmoteBotError
from ...core.messages import Message
from ...session import live
from ...session.settings import scene_settings
from ...session.translation import translate
from .. import take_pictures
from ..emotion_buttons import draw_tile
from ..shown import face_of
from .operator_base import OnFace

_COUNT = 4
_PICTURE = 5.0
"""Height of a picture, in lines."""

_WIDTH = 430
"""Pixels of the popup at a scale of 1."""


class ChooseTake(OnFace, bpy.types.Operator):
    """Show four takes of the feeling as pictures, to choose one by a press"""

    bl_idname = "emotebot.choose_take"
    bl_label = "Takes"
    bl_options = {"INTERNAL"}  # noqa: RUF012 - as Blender has it
    shows_feelings = True

    first: bpy.props.IntProperty(
        name="First",
        description="The first of the four; those around the take that is shown if not given",
        default=-1,
        min=-1,
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a face, and a viewport to take pictures in."""
        if bpy.app.background or context.space_data is None or context.area.type != "VIEW_3D":
            cls.poll_message_set(translate(Message("Pictures are taken in a 3D viewport")))
            return False
        if live.is_running():
            cls.poll_message_set(translate(Message("Stop the live performance first")))
            return False
        return super().poll(context)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Take the pictures and show them."""
        first = self.first
        if first < 0:
            take = scene_settings(context.scene).take
            first = take - take % _COUNT
        self._takes = range(first, first + _COUNT)
        try:
            self._pictures = take_pictures.take_pictures(face_of(context), context, self._takes)
        except EmoteBotError as error:
            self.report({"ERROR"}, translate(error.message))
            return {"CANCELLED"}
        return context.window_manager.invoke_popup(self, width=_WIDTH)

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the pictures, each a button, and a way to more of them."""
        shown = scene_settings(context.scene).take
        line = self.layout.grid_flow(row_major=True, columns=_COUNT, even_columns=True, align=True)
        for take, picture in zip(self._takes, self._pictures, strict=True):
            name = translate(Message("Take {take}", take=take))
            for button in draw_tile(
                line.column(align=True),
                "emotebot.roll_take",
                name,
                picture,
                take == shown,
                _PICTURE,
            ):
                button.take = take
        more = self.layout.row()
        more.operator("emotebot.choose_take", text="Next Four").first = self._takes.stop

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """Change nothing: the pictures are buttons of their own."""
        return {"FINISHED"}
