# SPDX-License-Identifier: GPL-3.0-or-later
"""A step to undo for words that were typed.

Blender pushes one for every property that is edited in a panel, but for fields with completion:
they are buttons of a kind (``UI_BTYPE_SEARCH_MENU``) that ``ui_def_but`` leaves without
``UI_BUT_UNDO``. The step is pushed from a timer, once all has happened that follows the typing.
"""

import bpy

from ..session.events import WordsTyped
from ..session.runtime import runtime

_MODES = ("OBJECT", "POSE")
"""Modes of an object in which Blender keeps the whole file in a step."""


def follow_typing(_event: WordsTyped) -> None:
    """Push a step soon, unless an operator turns out to have set the words: that has its own."""
    running = runtime()
    if running.may_wait and not bpy.app.timers.is_registered(push_step):
        running.operator_before = _find_last_operator()
        bpy.app.timers.register(push_step, first_interval=0.0)


def forget_typing() -> None:
    """Push no step any more."""
    if bpy.app.timers.is_registered(push_step):
        bpy.app.timers.unregister(push_step)


def push_step() -> None:
    """Push a step, as the timer does."""
    windows = bpy.context.window_manager.windows
    if _find_last_operator() != runtime().operator_before or not windows:
        return
    with bpy.context.temp_override(window=windows[0]):
        active = bpy.context.view_layer.objects.active
        if active is None or active.mode in _MODES:
            bpy.ops.ed.undo_push(message="Feeling")


def _find_last_operator() -> int:
    operators = bpy.context.window_manager.operators
    return int(operators[-1].as_pointer()) if operators else 0
