# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator that tests a face: all its channels and the emotions as a sheet of pictures."""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import bpy

from ...core.errors import EmoteBotError
from ...core.messages import Message
from ...session.loaded_networks import networks
from ...session.sequence import sequence_of
from ...session.translation import translate
from ..shown import face_of
from .operator_base import OnStillFace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SHEET = "EmoteBot Face Test"
"""Name of the image that shows the sheet."""

_PAUSE = 0.01
"""Seconds between two pictures, in which Blender hears of a press on Esc."""


class FaceTest(OnStillFace, bpy.types.Operator):
    """Picture every channel and every emotion on this face, as a sheet; Esc stops"""

    bl_idname = "emotebot.test_face"
    bl_label = "Test Face"
    bl_options = {"REGISTER", "BLOCKING"}  # noqa: RUF012 - as Blender has it

    _timer: Any = None

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Begin, a picture at a time."""
        try:
            self._begin(context)
        except EmoteBotError as error:
            self.report({"ERROR"}, translate(error.message))
            return {"CANCELLED"}
        manager = context.window_manager
        self._timer = manager.event_timer_add(_PAUSE, window=context.window)
        manager.modal_handler_add(self)
        self._show_progress(context)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Take the next picture; Esc stops."""
        if event.type == "ESC":
            self.cancel(context)
            self.report({"INFO"}, translate(Message("The face test was stopped")))
            return {"CANCELLED"}
        if event.type != "TIMER":
            return {"RUNNING_MODAL"}
        try:
            if self._take_next():
                self._show_progress(context)
                return {"RUNNING_MODAL"}
        except EmoteBotError as error:
            self.cancel(context)
            self.report({"ERROR"}, translate(error.message))
            return {"CANCELLED"}
        self.cancel(context)
        status = self.execute(context)
        _show_image(context)
        return status

    def cancel(self, context: bpy.types.Context) -> None:
        """Stop, and take the studio away."""
        self._taking.close()
        context.window_manager.event_timer_remove(self._timer)
        context.workspace.status_text_set(None)

    def act(self, context: bpy.types.Context) -> Message:
        """Take all pictures that are left, and make the sheet of them."""
        from ...render.face_sheet import compose_face_sheet

        if self._timer is None:
            self._begin(context)
        while self._take_next():
            pass
        pixels = compose_face_sheet(self._face, self._poses, self._pictures, translate)
        _keep_image(pixels)
        return Message("“{face}” was tested: “{image}”", face=self._face.name, image=_SHEET)

    def _begin(self, context: bpy.types.Context) -> None:
        from ...render.face_sheet import picture_poses, sheet_poses

        self._face = face_of(context)
        sequence = sequence_of(self._face)
        self._poses = sheet_poses(self._face, networks(), sequence.seed, sequence.exaggeration)
        self._pictures: list[NDArray[np.float32]] = []
        self._taking: Generator[NDArray[np.float32], None, None] = picture_poses(
            self._face, context.scene, self._poses, draft=not bpy.app.background
        )

    def _take_next(self) -> bool:
        """Take a picture; return whether there was one left."""
        picture = next(self._taking, None)
        if picture is not None:
            self._pictures.append(picture)
        return picture is not None

    def _show_progress(self, context: bpy.types.Context) -> None:
        progress = Message(
            "Face test: {done} of {count} pictures    Esc: stop",
            done=len(self._pictures),
            count=len(self._poses),
        )
        context.workspace.status_text_set(translate(progress))


def _keep_image(pixels: "NDArray[np.float32]") -> None:
    """Have the file's image of the sheet show these pixels."""
    from ...render.images import new_image

    former = bpy.data.images.get(_SHEET)
    image = new_image(_SHEET, pixels)
    image.pack()  # else Blender asks on its way out whether to save it
    if former is not None:
        former.user_remap(image)
        bpy.data.images.remove(former)
    image.name = _SHEET


def _show_image(context: bpy.types.Context) -> None:
    """Show the sheet in an image editor that has it, else in a window of its own."""
    image = bpy.data.images[_SHEET]
    windows = context.window_manager.windows
    editors = [
        area.spaces.active
        for window in windows
        for area in window.screen.areas
        if area.type == "IMAGE_EDITOR"
    ]
    if any(editor.image == image for editor in editors):
        return
    before = set(windows)
    bpy.ops.wm.window_new()
    window = next(window for window in windows if window not in before)
    area = window.screen.areas[0]
    area.type = "IMAGE_EDITOR"
    area.spaces.active.image = image
    region = next(region for region in area.regions if region.type == "WINDOW")
    with context.temp_override(window=window, area=area, region=region):
        bpy.ops.image.view_all(fit_view=True)
