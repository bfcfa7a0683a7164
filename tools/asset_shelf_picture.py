# SPDX-License-Identifier: GPL-3.0-or-later
r"""Take the picture of the asset shelf with expressions, in a real Blender window.

    blender --enable-event-simulate --window-geometry 0 0 1400 900 \
        --python tools/asset_shelf_picture.py

The extension has to be installed in that Blender, whose window is alone on its screen;
ImageMagick's ``import`` takes the picture. It presses an expression of the shelf and checks that
the face shows it. Writes ``docs/asset_shelf.webp``; READY is printed at the end.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parent))  # beside this script, in Blender

from window_pictures import run, take_picture

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "asset_shelf.webp"
_PRESSED = 8
"""Which of the shelf's expressions is pressed, from 0: happiness, as they stand by the alphabet."""


def steps() -> Iterator[float]:
    """Make the assets, press one, take the picture; yield the seconds to wait in between."""
    bpy.context.preferences.use_preferences_save = False
    bpy.context.preferences.view.show_splash = False
    bpy.ops.wm.read_homefile(use_empty=True)
    yield 2
    window = bpy.context.window_manager.windows[0]
    area = max(window.screen.areas, key=lambda area: area.width * area.height)
    area.type = "VIEW_3D"
    with in_viewport(window, area):
        bpy.ops.emotebot.add_character(show=True)
    yield 2
    with in_viewport(window, area):
        bpy.ops.emotebot.expressions_to_assets("INVOKE_DEFAULT", True, expressions="ALL")
    yield 4
    shelf = next(region for region in area.regions if region.type == "ASSET_SHELF")
    first, step = tiles(shelf)
    press(window, shelf.x + first + round(step * _PRESSED), shelf.y + shelf.height // 2)
    yield 2
    keys = bpy.data.objects["EmoteBot head"].data.shape_keys.key_blocks
    assert keys["mouthSmileLeft"].value > 0.5, "the face does not show what was pressed"
    take_picture(area, PICTURE)


def in_viewport(window: Any, area: Any) -> Any:
    """Return a context in a viewport's main region."""
    region = next(region for region in area.regions if region.type == "WINDOW")
    return bpy.context.temp_override(window=window, area=area, region=region)


def tiles(shelf: Any) -> tuple[int, float]:
    """Return where the middle of the first tile of a shelf is, and how far apart tiles are."""
    step = bpy.context.preferences.system.ui_scale * 77
    return round(step / 2), step


def press(window: Any, x: int, y: int) -> None:
    """Press the mouse somewhere in a window."""
    for kind, value in (
        ("MOUSEMOVE", "NOTHING"),
        ("MOUSEMOVE", "NOTHING"),
        ("LEFTMOUSE", "PRESS"),
        ("LEFTMOUSE", "RELEASE"),
    ):
        window.event_simulate(type=kind, value=value, x=x, y=y)


run(steps())
