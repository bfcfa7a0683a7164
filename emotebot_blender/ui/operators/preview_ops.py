# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator that plays one channel on a face."""

import time

import bpy

from ...core.errors import EmoteBotError
from ...core.messages import Message
from ...session.channel_preview import DURATION, preview_channel, weight_at
from ...session.held_pose import end_preview
from ...session.translation import translate
from ..shown import face_of
from .mapping_ops import OnChannel
from .operator_base import why_not_played

_RATE = 60
"""Ticks a second while a channel is shown."""


class PlayChannel(OnChannel, bpy.types.Operator):
    """Show the channel on the face for a moment, from nothing to full and back"""

    bl_idname = "emotebot.channel_play"
    bl_label = "Play Channel"
    bl_options = {"REGISTER"}  # noqa: RUF012 - as Blender has it

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether a channel can be shown, and say why not."""
        reason = why_not_played(context, Message("Play Channel needs a window"))
        if reason is not None:
            cls.poll_message_set(translate(reason))
            return False
        return super().poll(context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Begin to show it."""
        try:
            self._face, self._name = face_of(context), self.row(context).name
            preview_channel(self._face, context.scene, self._name, 0.0)
        except EmoteBotError as error:
            self.report({"ERROR"}, translate(error.message))
            return {"CANCELLED"}
        manager = context.window_manager
        self._timer = manager.event_timer_add(1 / _RATE, window=context.window)
        self._start = time.perf_counter()
        manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Show it on; Escape ends it."""
        seconds = time.perf_counter() - self._start
        goes_on = event.type not in {"ESC", "RIGHTMOUSE"} and seconds < DURATION
        if goes_on and event.type == "TIMER":
            try:
                preview_channel(self._face, context.scene, self._name, weight_at(seconds))
            except EmoteBotError as error:
                self.report({"ERROR"}, translate(error.message))
                goes_on = False
        if context.area is not None:
            context.area.tag_redraw()  # its slider
        if goes_on:
            return {"RUNNING_MODAL"}
        self.cancel(context)
        return {"FINISHED"}

    def cancel(self, context: bpy.types.Context) -> None:
        """Let the face stand as before."""
        context.window_manager.event_timer_remove(self._timer)
        end_preview()
