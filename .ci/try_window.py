# SPDX-License-Identifier: GPL-3.0-or-later
"""Play a face live in a real Blender window, with keys that are really pressed.

    blender-ui SHOT.png .ci/try_window.py

The extension has to be installed in that Blender. Prints READY if all went well.
"""

import os
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import bpy

MIDDLE = (400, 500)


def steps() -> Iterator[float]:
    """Play, record, stop, undo; yield the seconds to wait before each next piece."""
    window = bpy.context.window_manager.windows[0]

    def press(key: str, **held: Any) -> None:
        position = {"x": MIDDLE[0], "y": MIDDLE[1]}
        window.event_simulate(type=key, value="PRESS", **position, **held)
        held.pop("unicode", None)
        window.event_simulate(type=key, value="RELEASE", **position, **held)

    window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=MIDDLE[0], y=MIDDLE[1])
    handlers = [len(getattr(bpy.app.handlers, name)) for name in ("undo_post", "frame_change_post")]
    yield 0.5
    with in_viewport(window):
        bpy.ops.object.select_all(action="SELECT")
        bpy.ops.object.delete()
        bpy.ops.emotebot.add_character()
        bpy.ops.ed.undo_push(message="a character")
    yield 1.0
    rest = pose()
    with in_viewport(window):
        bpy.ops.emotebot.live("INVOKE_DEFAULT")
    yield 1.0
    press("TAB")
    for letter in "furious":
        press(letter.upper(), unicode=letter)
        yield 0.1
    press("RET")
    yield 3.0
    assert pose()["browDownLeft"] > 0.2, "the face is not furious"
    press("ONE")
    yield 3.0
    assert pose()["mouthSmileLeft"] > 0.2, "the face is not happy"
    press("ESC")
    yield 1.5
    assert pose() == rest, "the pose was not given back"
    now = [len(getattr(bpy.app.handlers, name)) for name in ("undo_post", "frame_change_post")]
    assert now == handlers, "handlers stay behind"
    assert words() == ["furious", "happy"], f"the beats are {words()}"
    press("Z", ctrl=True)
    yield 1.0
    assert words() == [], "undo leaves beats behind"


def in_viewport(window: Any) -> Any:
    """Return the context of the window's 3D viewport."""
    area = next(area for area in window.screen.areas if area.type == "VIEW_3D")
    region = next(region for region in area.regions if region.type == "WINDOW")
    return bpy.context.temp_override(window=window, area=area, region=region)


def pose() -> dict[str, float]:
    """Return the values of the face's shape keys."""
    blocks = bpy.data.objects["EmoteBot head"].data.shape_keys.key_blocks
    return {block.name: block.value for block in blocks}


def words() -> list[str]:
    """Return the words of the sequence."""
    return [beat.words for beat in bpy.data.objects["EmoteBot head"].emotebot.beats]


def main() -> None:
    """Go from piece to piece whenever Blender has waited long enough."""
    bpy.context.preferences.view.show_splash = False
    walk = steps()

    def go_on() -> float | None:
        try:
            return next(walk)
        except StopIteration:
            print("READY", flush=True)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        return None

    bpy.app.timers.register(go_on, first_interval=1.5, persistent=True)


main()
