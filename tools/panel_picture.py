# SPDX-License-Identifier: GPL-3.0-or-later
"""Take the picture of the whole panel, large enough to be read, in a real Blender window.

    blender --window-geometry 0 0 900 1960 --python tools/panel_picture.py

The extension has to be installed in that Blender, whose window is alone on its screen;
ImageMagick's ``import`` takes the picture. Writes ``docs/panel_open.webp``; READY is printed
at the end.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parent))  # beside this script, in Blender

from window_pictures import run, take_picture

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "panel_open.webp"
SCALE = 1.6
"""Of the interface: letters are 1.6 times as large as usual."""

_REDRAWS = 8
"""The pictures on buttons are loaded while the panel is drawn again."""

SCRIPT = "happy for 2s, then surprised!, then slightly sad over 1.5s"


def steps() -> Iterator[float]:
    """Fill the panel and take its picture; yield the seconds to wait before the next step."""
    bpy.context.preferences.use_preferences_save = False
    bpy.context.preferences.view.show_splash = False
    bpy.context.preferences.view.ui_scale = SCALE
    bpy.ops.wm.read_homefile(use_empty=True)
    yield 2
    bpy.ops.emotebot.add_character()
    bpy.ops.emotebot.pose(words="happy")
    bpy.ops.emotebot.perform(script=SCRIPT)
    bpy.context.scene.emotebot.script = SCRIPT
    window = bpy.context.window_manager.windows[0]
    area = max(window.screen.areas, key=lambda area: area.width * area.height)
    area.type = "VIEW_3D"
    area.spaces.active.show_region_ui = True
    with bpy.context.temp_override(window=window, area=area):
        bpy.ops.screen.screen_full_area(use_hide_panels=False)
    yield 2
    area = window.screen.areas[0]
    sidebar = next(region for region in area.regions if region.type == "UI")
    sidebar.active_panel_category = "EmoteBot"
    for _ in range(_REDRAWS):
        area.tag_redraw()
        yield 1
    take_picture(sidebar, PICTURE)


run(steps())
