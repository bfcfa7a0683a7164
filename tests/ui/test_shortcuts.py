# SPDX-License-Identifier: GPL-3.0-or-later
from types import SimpleNamespace

import bpy
import pytest

from emotebot_blender.ui import emotion_buttons, shortcuts

DIGITS = ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT")


def _keys() -> list[tuple[str, str, bool, bool, bool]]:
    keys = bpy.context.window_manager.keyconfigs.addon
    return [
        (item.idname, item.type, bool(item.ctrl), bool(item.alt), bool(item.shift))
        for keymap in keys.keymaps
        for item in keymap.keymap_items
        if "emotebot" in str(item.idname) or item.idname == "wm.call_menu_pie"
    ]


@pytest.fixture
def preferring(preferred):
    """Yield the preferences, and leave them as they were."""
    yield preferred
    bpy.context.preferences.addons["emotebot_blender"].preferences.shortcuts = False


def test_no_key_is_taken_until_shortcuts_are_chosen(preferring) -> None:
    assert _keys() == []


def test_the_pies_and_each_emotion_have_a_key_once_they_are_chosen(preferring) -> None:
    preferring.shortcuts = True
    keys = _keys()
    for shift, shown in ((False, keys[:9]), (True, keys[9:])):
        pie, *emotions = shown
        assert pie == ("wm.call_menu_pie", "E", True, True, shift)
        assert emotions == [("emotebot.pose", digit, True, True, shift) for digit in DIGITS]
    preferring.shortcuts = False
    assert _keys() == []


def test_choosing_them_twice_adds_no_key_twice(preferring) -> None:
    preferring.shortcuts = True
    shortcuts.follow_choice(True)
    assert len(_keys()) == 18


def test_the_keys_go_with_the_add_on_and_come_back_with_it(preferring) -> None:
    keymaps = bpy.context.window_manager.keyconfigs.addon.keymaps
    before = len(keymaps)
    preferring.shortcuts = True
    bpy.ops.preferences.addon_disable(module="emotebot_blender")
    assert (_keys(), len(keymaps)) == ([], before)
    bpy.ops.preferences.addon_enable(module="emotebot_blender")
    bpy.context.preferences.addons["emotebot_blender"].preferences.shortcuts = True
    assert len(_keys()) == 18


@pytest.mark.parametrize(
    ("pie", "buttons"),
    [
        (shortcuts.EmotionPie, emotion_buttons.buttons()),
        (shortcuts.FurtherPie, emotion_buttons.further_buttons()),
    ],
)
def test_a_pie_shows_its_eight(pie, buttons, face) -> None:
    drawn: list[str] = []

    def operator(name: str, text: str, icon_value: int) -> SimpleNamespace:
        assert name == "emotebot.pose"
        drawn.append(text)
        return SimpleNamespace()

    layout = SimpleNamespace(menu_pie=lambda: SimpleNamespace(operator=operator))
    pie.draw(SimpleNamespace(layout=layout), bpy.context)
    assert drawn == [button.label for button in buttons]
