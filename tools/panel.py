# SPDX-License-Identifier: GPL-3.0-or-later
"""Set up a Blender window for the picture of the panel in the documents.

    blender --factory-startup --python tools/panel.py

The Python of that Blender has to have onnxruntime. Once it has said READY, the picture can be taken
of the window, which stays open.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy

ROOT = Path(__file__).resolve().parent.parent
WORDS = "happy"
SCRIPT = "happy, then surprised, then slightly angry"
LENS = 85.0

sys.path.insert(0, str(ROOT))


def steps() -> Iterator[float]:
    """Set the scene; yield the seconds to wait until the next step."""
    import emotebot_blender

    emotebot_blender.register()
    window = bpy.context.window_manager.windows[0]
    area = next(area for area in window.screen.areas if area.type == "VIEW_3D")
    region = next(region for region in area.regions if region.type == "WINDOW")
    sidebar = next(region for region in area.regions if region.type == "UI")
    with bpy.context.temp_override(window=window, area=area, region=region):
        bpy.data.batch_remove(list(bpy.data.objects))
        bpy.ops.emotebot.add_character()
        settings = bpy.context.scene.emotebot
        settings.script = SCRIPT
        bpy.ops.emotebot.perform(script=SCRIPT, frame_start=1)
        bpy.context.scene.frame_set(1)
        frame_view(area.spaces.active, bpy.context.scene)
    yield 2.0
    sidebar.active_panel_category = "EmoteBot"  # it can be chosen once the sidebar was drawn
    with bpy.context.temp_override(window=window, area=area, region=region):
        bpy.context.scene.frame_set(28)
        bpy.context.scene.emotebot.words = WORDS
        bpy.ops.object.select_all(action="DESELECT")
    yield 20.0
    print("READY", flush=True)


def frame_view(space: Any, scene: Any) -> None:
    """Show the head, as materials look, a little from the side."""
    from mathutils import Euler, Vector

    space.show_region_ui = True
    space.shading.type = "MATERIAL"
    space.lens = LENS
    space.overlay.show_extras = False
    space.overlay.show_bones = False
    view = space.region_3d
    view.view_perspective = "PERSP"
    meshes = [thing for thing in scene.objects if thing.type == "MESH" and thing.parent]
    corners = [
        thing.matrix_world @ Vector(corner) for thing in meshes for corner in thing.bound_box
    ]
    low, high = (Vector(map(end, zip(*corners, strict=True))) for end in (min, max))
    view.view_location = (low + high) / 2
    view.view_distance = 1.95 * (high - low).length
    view.view_rotation = Euler((1.50, 0.0, 0.32)).to_quaternion()


def main() -> None:
    """Go from step to step whenever Blender has time."""
    bpy.context.preferences.view.show_splash = False
    walk = steps()
    bpy.app.timers.register(lambda: next(walk, None), first_interval=1.0)


main()
