# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether EmoteBot gives back what it takes: enabled and disabled over and over, and an hour live.

    python benchmarks/endurance.py --cycles 1000 --ticks 216000

Prints, as JSON, what is registered before and after the cycles, and the memory of the process
after a tenth of the cycles or ticks, and after all of them. 216,000 ticks are an hour at 60 a
second; they are played without waiting, and Blender evaluates the head once a second.
"""

import argparse
import gc
import json
import os
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from emotebot_blender.character.character import add_character
from emotebot_blender.rig.face import find_face
from emotebot_blender.session import live

_RATE = 60
"""Ticks a second."""

_FEELINGS = ("happy", "terrified", "calm", "furious", "tired, confused", "surprised", "sad")

_BETWEEN = 150
"""Ticks from one feeling to the next."""

_MODULE = "emotebot_blender"


def registered() -> dict[str, int]:
    """Return how many there are of everything that an add-on can leave behind."""
    handlers = (getattr(bpy.app.handlers, name) for name in dir(bpy.app.handlers))
    keymaps = bpy.context.window_manager.keyconfigs.addon.keymaps
    menus = (getattr(bpy.types, name) for name in dir(bpy.types) if "_MT_" in name)
    return {
        "classes": len(dir(bpy.types)),
        "operators": sum(len(dir(getattr(bpy.ops, group))) for group in dir(bpy.ops)),
        "handlers": sum(len(one) for one in handlers if isinstance(one, list)),
        "properties": sum(
            len(kind.bl_rna.properties)
            for kind in (bpy.types.Scene, bpy.types.Object, bpy.types.WindowManager)
        ),
        "keys": sum(len(keymap.keymap_items) for keymap in keymaps),
        "menus": sum(
            draw.__module__.startswith(_MODULE)
            for menu in menus
            for draw in getattr(menu.draw, "_draw_funcs", ())
        ),
    }


def memory() -> dict[str, float]:
    """Return the memory of this process in MiB: what Python holds, and what is resident."""
    gc.collect()
    held = tracemalloc.get_traced_memory()[0] / 2**20 if tracemalloc.is_tracing() else 0.0
    return {"python": round(held, 3), "resident": round(_resident() / 2**20, 3)}


def _resident() -> int:
    """Return the bytes of this process in memory; the most so far where the system says no more."""
    statistics = Path("/proc/self/statm")
    if statistics.exists():
        return int(statistics.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def enable_and_disable(cycles: int) -> dict[str, Any]:
    """Enable and disable the add-on over and over; return what is registered, and the memory."""
    before, early = registered(), {}
    for cycle in range(cycles):
        if cycle == cycles // 10:
            early = memory()
        bpy.ops.preferences.addon_enable(module=_MODULE)
        bpy.ops.preferences.addon_disable(module=_MODULE)
    return {
        "cycles": cycles,
        "registered": [before, registered()],
        "memory": [early, memory()],
    }


def play(ticks: int) -> dict[str, Any]:
    """Play the built-in head live, with a new feeling every few seconds; return the memory."""
    bpy.ops.preferences.addon_enable(module=_MODULE)
    scene = bpy.context.scene
    add_character(scene)
    live.start(find_face(None, scene), scene, 0.0)
    early: dict[str, float] = {}
    for tick in range(ticks):
        if tick == ticks // 10:
            early = memory()
        if tick % _BETWEEN == 0:
            live.trigger(_FEELINGS[tick // _BETWEEN % len(_FEELINGS)], take=tick % 100)
        reason = live.tick(scene, (tick + 1) / _RATE, False)
        assert reason is None, reason
        if tick % _RATE == 0:
            bpy.context.view_layer.update()
    late = memory()
    live.stop()
    bpy.ops.preferences.addon_disable(module=_MODULE)
    return {"ticks": ticks, "memory": [early, late]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cycles", type=int, default=1000, help="of enabling and disabling")
    parser.add_argument("--ticks", type=int, default=216_000, help="of a live face")
    parser.add_argument(
        "--traced", action="store_true", help="have Python count its memory, which takes longer"
    )
    options = parser.parse_args()
    bpy.ops.wm.read_factory_settings(use_empty=True)
    if options.traced:
        tracemalloc.start()
    measured = {}
    if options.cycles:
        measured["enabled"] = enable_and_disable(options.cycles)
    if options.ticks:
        measured["live"] = play(options.ticks)
    print("\n" + json.dumps(measured), flush=True)
    os._exit(0)  # the module of 4.2 crashes at its end


if __name__ == "__main__":
    main()
