# SPDX-License-Identifier: GPL-3.0-or-later
r"""Take the picture of the asset shelf with expressions, in a real Blender window.

    blender --enable-event-simulate --window-geometry 0 0 1400 900 \
        --python tools/asset_shelf_picture.py

The extension has to be installed in that Blender, whose window is alone on its screen;
ImageMagick's ``import`` takes the picture. It presses an expression of the shelf and checks that
the face shows it. Writes ``docs/asset_shelf.webp``; READY is printed at the end.
"""

import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import numpy as np

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "asset_shelf.webp"
QUALITY = 85

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
    shot = PICTURE.with_suffix(".png")
    subprocess.run(["import", "-window", "root", str(shot)], check=True)
    write_part(shot, area)
    shot.unlink()


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


def write_part(shot: Path, area: Any) -> None:
    """Write the part of a window's picture that an area has."""
    whole = bpy.data.images.load(str(shot))
    width, height = whole.size
    pixels = np.empty(width * height * 4, np.float32)
    whole.pixels.foreach_get(pixels)
    rows, columns = slice(area.y, area.y + area.height), slice(area.x, area.x + area.width)
    part = np.ascontiguousarray(pixels.reshape(height, width, 4)[rows, columns])
    picture = bpy.data.images.new("shelf", part.shape[1], part.shape[0])
    picture.pixels.foreach_set(part.ravel())
    picture.file_format = "WEBP"
    picture.save(filepath=str(PICTURE), quality=QUALITY)


def main() -> None:
    """Run the steps as Blender's window comes to rest."""
    running = steps()

    def go_on() -> float | None:
        try:
            return next(running)
        except StopIteration:
            print("READY", flush=True)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        return None

    bpy.app.timers.register(go_on, first_interval=2, persistent=True)


main()
