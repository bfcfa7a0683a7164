# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators of a live performance."""

import time
from contextlib import suppress

import bpy

from ...core.errors import EmoteBotError
from ...session import live, recording
from ...session.settings import intensity_property, scene_settings, words_property
from ...session.translation import told
from ..emotion_buttons import buttons
from .operator_base import OnFace, Reporting

_RATE = 60

_DIGITS = ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT")


class GoLive(OnFace, bpy.types.Operator):
    """Play the face live: type feelings over the viewport, press buttons or the keys 1 to 8"""

    bl_idname = "emotebot.live"
    bl_label = "Go Live"
    bl_options = {"REGISTER"}  # noqa: RUF012 - as Blender has it

    _typed = ""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether a face can go live."""
        if live.is_running():
            cls.poll_message_set(told("A face is live already: stop it first"))
            return False
        if bpy.app.background or context.window is None:
            cls.poll_message_set(told("Live needs a window"))
            return False
        return super().poll(context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Go live: it goes on until it is stopped, also when a script has started it."""
        try:
            face = live.start(context, time.perf_counter())
        except EmoteBotError as error:
            self.report({"ERROR"}, told(str(error)))
            return {"CANCELLED"}
        manager = context.window_manager
        live.hold(manager.event_timer_add(1 / _RATE, window=context.window))
        manager.modal_handler_add(self)
        self._typed = ""
        self._say(context)
        self.report({"INFO"}, told(f"“{face.name}” is live"))
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Play on at every tick of the clock; take keys that are pressed over a viewport."""
        try:
            return self._take(context, event)
        except Exception:
            live.stop()  # a bug shows its traceback, but leaves no face live for good
            raise

    def _take(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if not live.is_running():  # another file was opened
            return {"CANCELLED"}
        if event.type == "TIMER":
            playing = bool(context.screen and context.screen.is_animation_playing)
            over = live.tick(context.scene, time.perf_counter(), playing)
            if over:
                return self._stop(context, over)
            if live.has_come_round():
                self._record(context)
            if not live.is_told_in(context.workspace):
                self._say(context)
            _redraw(context)
        elif event.type == "ESC" and event.value == "PRESS":
            return self._stop(context, "Live has stopped")
        elif event.value == "PRESS" and _is_over_viewport(context, event):
            return self._key(context, event)
        return {"PASS_THROUGH"}

    def cancel(self, context: bpy.types.Context) -> None:
        """Stop, as the window is closed; what was recorded is kept."""
        scene = live.stage()
        if live.is_recording() and scene is not None:
            with suppress(EmoteBotError):
                recording.keep(scene)
        live.stop()

    def _key(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Take a key: a letter of a word, or one of the keys that the status bar names."""
        if event.ctrl or event.alt or event.oskey or (event.shift and event.type == "TAB"):
            return {"PASS_THROUGH"}
        if event.is_repeat and event.type != "BACK_SPACE":
            return {"RUNNING_MODAL"}
        if event.type == "TAB":
            self._record(context)
        elif event.type == "BACK_SPACE" and self._typed:
            self._typed = self._typed[:-1]
        elif event.type in {"RET", "NUMPAD_ENTER"} and self._typed:
            self._play(context, self._typed)
            self._typed = ""
        elif event.type.removeprefix("NUMPAD_") in _DIGITS and not self._typed:
            self._play(context, buttons()[_DIGITS.index(event.type.removeprefix("NUMPAD_"))].words)
        elif _is_typing(event.unicode, self._typed):
            self._typed += event.unicode
        else:
            return {"PASS_THROUGH"}
        self._say(context)
        return {"RUNNING_MODAL"}

    def _play(self, context: bpy.types.Context, words: str) -> None:
        try:
            live.tell(context.scene, words)
        except EmoteBotError as error:
            self.report({"WARNING"}, told(str(error)))

    def _record(self, context: bpy.types.Context) -> None:
        try:
            if live.is_recording():
                self.report({"INFO"}, told(recording.keep(context.scene)))
            else:
                live.record(context.scene)
        except EmoteBotError as error:
            self.report({"WARNING"}, told(str(error)))

    def _stop(self, context: bpy.types.Context, why: str) -> set[str]:
        scene = live.stage() or context.scene
        if live.is_recording():
            try:
                why = recording.keep(scene)
            except EmoteBotError as error:
                why = str(error)
        live.stop()
        _redraw(context)
        self.report({"INFO"}, told(why))
        return {"CANCELLED"}  # a recording is a step to undo of its own

    def _say(self, context: bpy.types.Context) -> None:
        """Say in the status bar which keys do what, and what has been typed."""
        typed = f"{self._typed}▏" if self._typed else told("type a feeling")
        tab = told("Tab: stop recording") if live.is_recording() else told("Tab: record")
        keys = " · ".join((told("Enter: play"), told("1 to 8: emotions"), tab, told("Esc: stop")))
        live.say(context.workspace, f"EmoteBot  {typed}    {keys}", f"EmoteBot: {typed}")
        for area in context.screen.areas:
            area.tag_redraw()  # the panel shows whether it is recorded


class _WhileLive(Reporting):
    """What is there while a face is live; it changes nothing that could be undone."""

    bl_options = {"REGISTER"}  # noqa: RUF012 - as Blender has it

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Return whether a face is live."""
        if not live.is_running():
            cls.poll_message_set(told("No face is live: start it first"))
            return False
        return True


class Trigger(_WhileLive, bpy.types.Operator):
    """Tell the live face a feeling"""

    bl_idname = "emotebot.trigger"
    bl_label = "Feel"

    words: words_property(options={"SKIP_SAVE"})
    intensity: intensity_property(options={"SKIP_SAVE"})
    take: bpy.props.IntProperty(
        name="Take",
        description="Which take to show; -1 for any",
        default=-1,
        min=-1,
        options={"SKIP_SAVE"},
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Take from the panel what is not said."""
        chosen = scene_settings(context.scene)
        if not self.properties.is_property_set("intensity"):
            self.intensity = chosen.intensity
        return self.execute(context)

    def act(self, context: bpy.types.Context) -> str:
        """Tell it."""
        live.tell(context.scene, self.words, self.intensity, self.take)
        return f"Live: “{self.words}”"


class Record(_WhileLive, bpy.types.Operator):
    """Record what the live face plays, from the playhead on; again to stop and keep it"""

    bl_idname = "emotebot.record"
    bl_label = "Record"

    def act(self, context: bpy.types.Context) -> str:
        """Begin or end the recording."""
        if live.is_recording():
            return recording.keep(context.scene)
        live.record(context.scene)
        return "Recording"


class StopLive(_WhileLive, bpy.types.Operator):
    """Stop the live face and give it back the pose that it had"""

    bl_idname = "emotebot.live_stop"
    bl_label = "Stop"

    def act(self, _context: bpy.types.Context) -> str:
        """Ask it to stop, which it does at once."""
        live.request_stop()
        return "Live has stopped"


def _is_typing(letter: str, typed: str) -> bool:
    """Return whether a key belongs to a word; a space does so only within one."""
    return letter.isprintable() and bool(letter.strip() or (letter and typed))


def _is_over_viewport(context: bpy.types.Context, event: bpy.types.Event) -> bool:
    """Return whether the mouse is over the picture of a 3D viewport, not over one of its bars."""
    x, y = event.mouse_x, event.mouse_y
    for area in context.screen.areas if context.screen else ():
        if area.type != "VIEW_3D":
            continue
        inside = [
            region.type
            for region in area.regions
            if region.x <= x < region.x + region.width and region.y <= y < region.y + region.height
        ]
        if inside:
            return all(kind == "WINDOW" for kind in inside)
    return False


def _redraw(context: bpy.types.Context) -> None:
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            for region in area.regions if area.type == "VIEW_3D" else ():
                if region.type == "WINDOW":
                    region.tag_redraw()
