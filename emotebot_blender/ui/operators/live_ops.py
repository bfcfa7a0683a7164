# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators of a live performance."""

import time
from contextlib import suppress

import bpy

from ...core.errors import EmoteBotError
from ...core.messages import Message, sentences
from ...session import live, recording
from ...session.events import LiveEnded
from ...session.runtime import runtime
from ...session.settings import intensity_property, scene_settings, words_property
from ...session.translation import translate
from ..emotion_buttons import buttons, further_buttons
from ..shortcuts import DIGITS
from ..shown import face_of
from .operator_base import OnFace, Reporting, why_not_played

_RATE = 60
"""Ticks a second."""

_POSING_NOTHING = ("TIMER", "MIDDLEMOUSE", "WHEEL", "TRACKPAD", "NDOF")
"""What the types of events begin with that tell the time or move the view."""

_POSING = ("TRANSFORM_OT_", "POSE_OT_")
"""What the names of operators begin with that pose bones while they run."""


class _Recording(Reporting):
    """What may end a recording."""

    def keep_recording(self, scene: bpy.types.Scene) -> Message:
        """Keep what was recorded; return what was kept.

        Raises:
            EmoteBotError: as ``recording.keep``.
        """
        kept = _kept_recording(scene)
        self._warnings = (kept.problem,) if kept.problem else ()
        return kept.message


class GoLive(_Recording, OnFace, bpy.types.Operator):
    """Play the face live: type feelings over the viewport, press buttons or the keys 1 to 8"""

    bl_idname = "emotebot.live"
    bl_label = "Go Live"
    bl_options = {"REGISTER"}  # noqa: RUF012 - as Blender has it
    shows_feelings = True

    _typed = ""
    _second = 0
    """Whole seconds of the recording that the panel shows."""
    _is_waiting = False
    """Whether the head waits for what a press leads to."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether a face can go live."""
        reason = why_not_played(context, Message("Live needs a window"))
        if reason is not None:
            cls.poll_message_set(translate(reason))
            return False
        return super().poll(context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Go live: it goes on until it is stopped, also when a script has started it."""
        try:
            face = face_of(context)
            live.start(face, context.scene, time.perf_counter())
        except EmoteBotError as error:
            self.report({"ERROR"}, translate(error.message))
            return {"CANCELLED"}
        manager, state = context.window_manager, runtime().live
        assert state is not None
        state.timers.append(manager.event_timer_add(1 / _RATE, window=context.window))
        manager.modal_handler_add(self)
        self._typed = ""
        self._show_keys(context)
        self.report({"INFO"}, translate(Message("“{face}” is live", face=face.name)))
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Play on at every tick of the clock; take keys that are pressed over a viewport."""
        try:
            return self._handle(context, event)
        except Exception:
            live.stop()  # a bug shows its traceback, but leaves no face live for good
            raise

    def _handle(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        state = runtime().live
        if state is None:  # another file was opened
            return {"CANCELLED"}
        self._await_poses(context, event)
        if event.type == "TIMER":
            is_playing = bool(context.screen and context.screen.is_animation_playing)
            clock, is_posed = time.perf_counter(), self._is_waiting or _is_posed(context)
            reason = live.tick(context.scene, clock, is_playing, is_posed)
            if reason is not None:
                return self._stop(context, reason)
            if live.has_restarted():
                self._record(context)
            second = int(live.recorded_seconds())
            if context.workspace.name not in state.workspaces or second != self._second:
                self._second = second
                self._show_keys(context)
            _redraw(context)
        elif event.type == "ESC" and event.value == "PRESS":
            return self._stop(context, Message("Live has stopped"))
        elif event.value == "PRESS" and _is_over_viewport(context, event):
            return self._press(context, event)
        return {"PASS_THROUGH"}

    def cancel(self, _context: bpy.types.Context) -> None:
        """Stop, as the window is closed; what was recorded is kept."""
        scene = live.live_scene()
        if live.is_recording() and scene is not None:
            with suppress(EmoteBotError):
                _kept_recording(scene)
        live.stop()

    def _press(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
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
            self._trigger(context, self._typed)
            self._typed = ""
        elif event.type.removeprefix("NUMPAD_") in DIGITS and not self._typed:
            shown = further_buttons() if event.shift else buttons()
            number = DIGITS.index(event.type.removeprefix("NUMPAD_"))
            self._trigger(context, shown[number].words)
        elif is_typing(event.unicode, self._typed):
            self._typed += event.unicode
        else:
            return {"PASS_THROUGH"}
        self._show_keys(context)
        return {"RUNNING_MODAL"}

    def _await_poses(self, context: bpy.types.Context, event: bpy.types.Event) -> None:
        """Have the head stand without a turn while bones may be posed or keyed.

        A menu or a slider that a press opens takes the events that follow until it is done.
        """
        if context.mode != "POSE":
            self._is_waiting = False
        elif not event.type.startswith(_POSING_NOTHING):
            self._is_waiting = event.value not in {"NOTHING", "RELEASE"}
            if event.value != "NOTHING":
                live.put_head_back()

    def _trigger(self, context: bpy.types.Context, words: str) -> None:
        try:
            live.trigger_and_show(context.scene, words)
        except EmoteBotError as error:
            self.report({"WARNING"}, translate(error.message))

    def _record(self, context: bpy.types.Context) -> None:
        try:
            if live.is_recording():
                self.report_done(self.keep_recording(context.scene))
            else:
                live.record(context.scene)
        except EmoteBotError as error:
            self.report({"WARNING"}, translate(error.message))

    def _stop(self, context: bpy.types.Context, reason: Message) -> set[str]:
        if live.is_recording():
            try:
                self.keep_recording(live.live_scene() or context.scene)
            except EmoteBotError as error:
                self.warn(error.message)
        reason = sentences((reason, live.last_kept()))
        live.stop()
        _redraw(context)
        self.report_done(reason)
        return {"CANCELLED"}  # a recording is a step to undo of its own

    def _show_keys(self, context: bpy.types.Context) -> None:
        """Show in the status bar which keys do what, and what has been typed."""
        state = runtime().live
        if state is None:
            return
        typed = f"{self._typed}▏" if self._typed else translate(Message("type a feeling"))
        tab = Message("Tab: stop recording") if live.is_recording() else Message("Tab: record")
        keys = (
            Message("Enter: play"),
            Message("1 to 8: emotions, with Shift: more"),
            tab,
            Message("Esc: stop"),
        )
        listed = " · ".join(map(translate, keys))
        state.workspaces.add(context.workspace.name)
        context.workspace.status_text_set(f"EmoteBot  {typed}    {listed}")
        _set_headers(context.workspace, f"EmoteBot: {typed}")
        for area in context.screen.areas:
            area.tag_redraw()  # the panel shows whether it is recorded


class _WhileLive(Reporting):
    """What is there while a face is live; it changes nothing that could be undone."""

    bl_options = {"REGISTER"}  # noqa: RUF012 - as Blender has it

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Return whether a face is live."""
        if not live.is_running():
            cls.poll_message_set(translate(Message("No face is live: start it first")))
            return False
        return True


class Trigger(_WhileLive, bpy.types.Operator):
    """Have the live face change to a feeling"""

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
        """Take from the panel what is not given."""
        if not self.properties.is_property_set("intensity"):
            self.intensity = scene_settings(context.scene).intensity
        return self.execute(context)

    def act(self, context: bpy.types.Context) -> Message:
        """Trigger it."""
        live.trigger_and_show(context.scene, self.words, self.intensity, self.take)
        return Message("Live: “{words}”", words=self.words)


class Record(_Recording, _WhileLive, bpy.types.Operator):
    """Record what the live face plays, from the playhead on; again to stop and keep it"""

    bl_idname = "emotebot.record"
    bl_label = "Record"

    def act(self, context: bpy.types.Context) -> Message:
        """Begin or end the recording."""
        if live.is_recording():
            return self.keep_recording(context.scene)
        live.record(context.scene)
        return Message("Recording")


class StopLive(_WhileLive, bpy.types.Operator):
    """Stop the live face and give it back the pose that it had"""

    bl_idname = "emotebot.live_stop"
    bl_label = "Stop"

    def act(self, _context: bpy.types.Context) -> Message:
        """Ask it to stop, which it does at once."""
        live.request_stop()
        return Message("Live has stopped")


def follow_end(event: LiveEnded) -> None:
    """Take back the timers and texts of a live performance that has ended."""
    manager = bpy.context.window_manager
    for timer in event.timers:
        manager.event_timer_remove(timer)
    for name in event.workspaces:
        workspace = bpy.data.workspaces.get(name)
        if workspace is not None:
            with bpy.context.temp_override(workspace=workspace):
                workspace.status_text_set(None)
            _set_headers(workspace, None)


def _kept_recording(scene: bpy.types.Scene) -> recording.KeptRecording:
    """Keep what was recorded, as a step to undo of its own, and return what has become of it."""
    kept = recording.keep(scene)
    bpy.ops.ed.undo_push(message="Record EmoteBot")
    return kept


def _set_headers(workspace: bpy.types.WorkSpace, text: str | None) -> None:
    for screen in workspace.screens:
        for area in screen.areas:
            if area.type == "VIEW_3D":
                area.header_text_set(text)


def is_typing(letter: str, typed: str) -> bool:
    """Return whether a key belongs to a word; a space does so only within one."""
    return letter.isprintable() and bool(letter.strip() or (letter and typed))


def _is_posed(context: bpy.types.Context) -> bool:
    """Return whether the artist is moving bones."""
    return context.mode == "POSE" and any(
        operator.bl_idname.startswith(_POSING)
        for window in context.window_manager.windows
        for operator in window.modal_operators
    )


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
