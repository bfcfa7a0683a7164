# SPDX-License-Identifier: GPL-3.0-or-later
"""Notices markers that are moved, renamed or deleted: Blender tells nobody, but draws them anew.

Nothing may be changed while an editor is drawn, so a timer looks at once after that.
"""

import bpy

from .beat_markers import follow_frame
from .runtime import Runtime

_EDITORS = ("SpaceDopeSheetEditor", "SpaceGraphEditor", "SpaceNLA", "SpaceSequenceEditor")
"""Those that show markers."""


def register(running: Runtime) -> None:
    """Have Blender tell when an editor with markers is drawn.

    Args:
        running: whose ``closing`` has it tell no more.
    """
    undo = running.closing.callback
    undo(_stop)
    for name in _EDITORS:
        editor = getattr(bpy.types, name)
        handle = editor.draw_handler_add(_drawn, (), "WINDOW", "POST_PIXEL")
        undo(editor.draw_handler_remove, handle, "WINDOW")


def _stop() -> None:
    if bpy.app.timers.is_registered(_look):
        bpy.app.timers.unregister(_look)


def _drawn() -> None:
    has_links = any(len(scene.emotebot.linked_markers) for scene in bpy.data.scenes)
    if has_links and not bpy.app.timers.is_registered(_look):
        bpy.app.timers.register(_look, first_interval=0.0)


def _look() -> None:
    follow_frame()
