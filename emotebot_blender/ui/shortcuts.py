# SPDX-License-Identifier: GPL-3.0-or-later
"""The pie menus of the emotions, and keys for them and for each emotion, where they are wanted.

Blender 4.2 to 5.2 have nothing on these keys in any mode of the 3D viewport.
"""

from typing import Any

import bpy

from ..session.runtime import runtime
from ..session.translation import CONTEXT
from .emotion_buttons import Button, buttons, further_buttons, operator_for_feelings, picture_of

DIGITS = ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT")
"""Keys of the emotions in the order of the buttons, with Shift of those without a button in the
panel; a live face is played with the same."""

_KEYMAP = "3D View"
_HELD = {"ctrl": True, "alt": True}
"""What is held with every key."""


class EmotionPie(bpy.types.Menu):
    """The eight emotions of the panel around the mouse."""

    bl_idname = "EMOTEBOT_MT_emotions"
    bl_label = "Feeling"
    bl_translation_context = CONTEXT

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw the emotions, which a live face plays and another one shows."""
        _draw_pie(self.layout, buttons())


class FurtherPie(bpy.types.Menu):
    """The eight other emotions around the mouse."""

    bl_idname = "EMOTEBOT_MT_further_emotions"
    bl_label = "More Feelings"
    bl_translation_context = CONTEXT

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw the emotions, which a live face plays and another one shows."""
        _draw_pie(self.layout, further_buttons())


def follow_choice(are_wanted: bool) -> None:
    """Add the keys to Blender's, or take them away.

    Args:
        are_wanted: what the preferences say.
    """
    remove_shortcuts()
    keys = bpy.context.window_manager.keyconfigs.addon
    if not are_wanted or keys is None:  # without a window there are none
        return
    keymap = keys.keymaps.new(_KEYMAP, space_type="VIEW_3D")
    items = []
    for pie, shown, shift in (
        (EmotionPie, buttons(), False),
        (FurtherPie, further_buttons(), True),
    ):
        held = {**_HELD, "shift": shift}
        items.append(keymap.keymap_items.new("wm.call_menu_pie", "E", "PRESS", **held))
        items[-1].properties.name = pie.bl_idname
        for digit, button in zip(DIGITS, shown, strict=True):
            items.append(keymap.keymap_items.new("emotebot.pose", digit, "PRESS", **held))
            items[-1].properties.words = button.words
    runtime().shortcuts = [(keymap, item) for item in items]


def remove_shortcuts() -> None:
    """Take the keys away; their keymap goes as well if nothing else is in it."""
    added, runtime().shortcuts = runtime().shortcuts, []
    for keymap, item in added:
        keymap.keymap_items.remove(item)
    for keymap in {keymap.name: keymap for keymap, _ in added}.values():
        if not len(keymap.keymap_items):
            bpy.context.window_manager.keyconfigs.addon.keymaps.remove(keymap)


def draw_shortcuts(layout: Any) -> None:
    """Draw the keys, so that they can be changed."""
    keys = bpy.context.window_manager.keyconfigs.user
    keymap = keys.keymaps.get(_KEYMAP) if keys else None
    labels = {button.words: button.label for button in (*buttons(), *further_buttons())}
    column = layout.column()
    for item in reversed(keymap.keymap_items if keymap else ()):
        pie = item.properties.name if item.idname == "wm.call_menu_pie" else ""
        if pie == EmotionPie.bl_idname:
            column.prop(item, "type", text="Pie Menu", full_event=True)
        elif pie == FurtherPie.bl_idname:
            column.prop(item, "type", text="Pie Menu of More Feelings", full_event=True)
        elif item.idname == "emotebot.pose" and item.properties.words in labels:
            column.prop(item, "type", text=labels[item.properties.words], full_event=True)


def _draw_pie(layout: Any, shown: tuple[Button, ...]) -> None:
    pie = layout.menu_pie()
    for button in shown:
        pressed = pie.operator(
            operator_for_feelings(), text=button.label, icon_value=picture_of(button)
        )
        pressed.words = button.words
