# SPDX-License-Identifier: GPL-3.0-or-later
"""How immediate the interface is: drawing the panel, an edit of a sequence, a tick of a live face.

    python benchmarks/interface.py [FACE.blend]

Without a file the face is the built-in character. Drawing is what our code takes to say what the
panels hold, ten rows of the list in sight; Blender's own part of it is not in that. An edit counts
from the change of a beat to the keys on the layer, also where a window would wait for a pause; a
tick from the clock to the face as Blender has evaluated it, without drawing.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the checkout's own package, wherever this is started

import bpy  # noqa: E402

import emotebot_blender  # noqa: E402
from emotebot_blender.cli.terminal import blender_silenced  # noqa: E402
from emotebot_blender.session import live  # noqa: E402
from emotebot_blender.session.runtime import paused_updates  # noqa: E402
from emotebot_blender.session.sequence import SequenceSettings  # noqa: E402
from emotebot_blender.ui import classes, sequence_panels  # noqa: E402
from emotebot_blender.ui.shown import face_of, sequence_in  # noqa: E402

WORDS = ("happy", "surprised 80%", "angry", "slightly sad", "calm")
SECONDS_A_BEAT = 2.0
RATE = 60
EDITS = 9
DRAWS = 200
ROWS = 10
TICKS = 600


def main(arguments: list[str]) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="How immediate the interface is.")
    parser.add_argument("face", nargs="?", metavar="FACE.blend", help="default: the character")
    options = parser.parse_args(arguments)
    emotebot_blender.register()
    if options.face:
        bpy.ops.wm.open_mainfile(filepath=options.face)
    else:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        with blender_silenced():
            bpy.ops.emotebot.add_character()
    face = face_of(bpy.context)
    print(f"{face.name}: {len(face.controls())} controls")
    for count in (5, 200):
        with blender_silenced():
            sequence = fill(count)
        last, middle = count - 1, count // 2
        print(f"{count:3d} beats, the panel is drawn   {drawing():8.2f} ms")
        for name, index in (("last", last), ("middle", middle), ("first", 0)):
            print(f"{count:3d} beats, the {name} is dragged {edit(sequence, index):8.1f} ms")
    median, most = tick()
    frame = 1000 / RATE
    print(f"live tick                  {median:8.2f} ms, 99 of 100 within {most:.2f} ms")
    print(f"share of a frame at {RATE} Hz  {100 * median / frame:8.1f} %")


def fill(count: int) -> SequenceSettings:
    """Give the face a sequence of so many beats."""
    if sequence_in(bpy.context).beats:
        bpy.ops.emotebot.clear(beats=True)
    with paused_updates():
        for number in range(count):
            start = number * SECONDS_A_BEAT
            bpy.ops.emotebot.beat_add(words=WORDS[number % len(WORDS)], start=start)
    bpy.ops.emotebot.perform_sequence()
    return sequence_in(bpy.context)


class NullLayout:
    """A layout that accepts every call and draws nothing but the rows of lists."""

    def __getattr__(self, _name: str) -> Any:
        return self._take

    def _take(self, *_arguments: Any, **_named: Any) -> "NullLayout":
        return self

    def template_list(
        self, kind: str, _id: str, data: Any, name: str, *_: Any, **_named: Any
    ) -> None:
        """Draw the rows that are in sight, as Blender calls it."""
        rows = SimpleNamespace(filter_name="", bitflag_filter_item=1)
        drawing = getattr(bpy.types, kind)
        if kind == sequence_panels.BeatList.bl_idname:
            drawing.filter_items(rows, None, data, name)
        for item in getattr(data, name)[:ROWS]:
            drawing.draw_item(rows, bpy.context, self, data, item, 0, data, "", 0)


def drawing() -> float:
    """Return the milliseconds that all panels of the sidebar take, the median of many."""
    every = [kind for kind in classes() if issubclass(kind, bpy.types.Panel)]
    panels = [panel for panel in every if panel.bl_region_type == "UI"]  # popovers open at a press
    context = SimpleNamespace(
        scene=bpy.context.scene,
        view_layer=bpy.context.view_layer,
        preferences=SimpleNamespace(system=SimpleNamespace(ui_scale=1.0)),
        region=SimpleNamespace(width=292),
    )

    def draw() -> None:
        for panel in panels:
            panel.draw(SimpleNamespace(layout=NullLayout()), context)

    return 1000 * statistics.median(timed(draw) for _ in range(DRAWS))


def edit(sequence: SequenceSettings, index: int) -> float:
    """Return the milliseconds from a drag of a beat to its keys, the median of several."""
    beat = sequence.beats[index]

    def drag() -> None:
        beat.start += 0.05

    return 1000 * statistics.median(timed(drag) for _ in range(EDITS))


def tick() -> tuple[float, float]:
    """Return the median and the 99th percentile, in milliseconds, of a tick of a live face."""
    live.start(face_of(bpy.context), bpy.context.scene, 0.0)
    scene, layer = bpy.context.scene, bpy.context.view_layer
    taken = []
    for number in range(1, TICKS + 1):
        if number % 90 == 1:
            live.trigger(WORDS[number // 90 % len(WORDS)])

        def advance(clock: float = number / RATE) -> None:
            live.tick(scene, clock, False)
            layer.update()

        taken.append(1000 * timed(advance))
    live.stop()
    return statistics.median(taken), sorted(taken)[round(0.99 * TICKS)]


def timed(action: Callable[[], None]) -> float:
    """Return the seconds that an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


if __name__ == "__main__":
    main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # bpy as a module may hang on its way out
