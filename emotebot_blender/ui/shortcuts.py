# SPDX-License-Identifier: GPL-3.0-or-later
"""The pie menu of the eight emotions, and keys for it and for each of them, where they are wanted.

Blender 4.2 to 5.2 have nothing on these keys in any mode of the 3D viewport.
"""

from typing import Any

import bpy

from ..session.runtime import runtime
from ..session.translation import CONTEXT
from .emotion_buttons import buttons, operator_for_feelings, picture_of

DIGITS = ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT")
"""Keys of the eight emotions, in the order of the buttons; a live face is played with the same."""

_KEYMAP = "3D View"
_HELD = {"ctrl": True, "alt": True}
"""What is held with every key."""


class EmotionPie(bpy.types.Menu):
    """The eight emotions around the mouse."""

    bl_idname = "EMOTEBOT_MT_emotions"
    bl_label = "Feeling"
    bl_translation_context = CONTEXT

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw the emotions, which a live face plays and another one shows."""
        pie = self.layout.menu_pie()
        for button in buttons():
            shown = pie.operator(
                operator_for_feelings(), text=button.label, icon_value=picture_of(button)
            )
            shown.words = button.words


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
    items = [keymap.keymap_items.new("wm.call_menu_pie", "E", "PRESS", **_HELD)]
    items[0].properties.name = EmotionPie.bl_idname
    for digit, button in zip(DIGITS, buttons(), strict=True):
        items.append(keymap.keymap_items.new("emotebot.pose", digit, "PRESS", **_HELD))
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
    labels = {button.words: button.label for button in buttons()}
    column = layout.column()
    for item in reversed(keymap.keymap_items if keymap else ()):
        if item.idname == "wm.call_menu_pie" and item.properties.name == EmotionPie.bl_idname:
            column.prop(item, "type", text="Pie Menu", full_event=True)
        elif item.idname == "emotebot.pose" and item.properties.words in labels:
            column.prop(item, "type", text=labels[item.properties.words], full_event=True)
