# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the built-in head's correctives follow their channels in every frame.

    python benchmarks/correctives.py

All channels and the bones of the eyes move on every frame. Frames are set in order and at random,
in turns; the weight of every corrective is compared with what its channels make it, in the original
data and in the evaluated. Blender 5.2 takes a very small driven value for 0, so that less than
``TOLERANCE`` is no mistake.
"""

import argparse
import os
import random
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import bpy

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]  # the checkout's own, wherever started

from waves import play_waves, weights_of  # noqa: E402

from emotebot_blender.character.character import add_character  # noqa: E402
from emotebot_blender.character.correctives import is_corrective, weight_of  # noqa: E402

FRAMES = 250
TOLERANCE = 2e-4


def main(arguments: list[str]) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Whether correctives follow in every frame.")
    parser.add_argument("--pairs", type=int, default=200_000, help="correctives times frames")
    count = parser.parse_args(arguments).pairs
    scene, parts = playing_head()
    names = {keys: keys.key_blocks.keys() for keys in parts}
    frames = -(-count // sum(map(is_corrective, (name for own in names.values() for name in own))))
    pairs, original, evaluated = 0, 0, 0
    for frame in islice(frame_numbers(), frames):
        scene.frame_set(frame)
        graph = bpy.context.evaluated_depsgraph_get()
        for keys, own in names.items():
            found = weights_of(keys.evaluated_get(graph))
            true = {name: weight_of(name, found) for name in own if is_corrective(name)}
            original += wrong(weights_of(keys), true)
            evaluated += wrong(found, true)
            pairs += len(true)
    print(f"Blender {bpy.app.version_string}, {os.cpu_count()} cores")
    print(f"pairs of a corrective and a frame  {pairs:8d}")
    print(f"  wrong in the original data       {original:8d}")
    print(f"  wrong in the evaluated data      {evaluated:8d}")


def playing_head() -> tuple[Any, list[Any]]:
    """Return a scene in which all of a new head moves, and the shape keys of its meshes."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    root = add_character(scene)
    play_waves(root, scene, FRAMES, ("eye.L", "eye.R"))
    return scene, [part.data.shape_keys for part in root.children if part.data.shape_keys]


def frame_numbers() -> Iterator[int]:
    """Yield all frames in order, then as many at random, and so on."""
    jump = random.Random(1)
    while True:
        yield from range(1, FRAMES + 1)
        yield from (jump.randint(1, FRAMES) for _ in range(FRAMES))


def wrong(found: dict[str, float], true: dict[str, float]) -> int:
    """Return how many correctives have another weight than the true one; both by name."""
    return sum(abs(found[name] - weight) > TOLERANCE for name, weight in true.items())


if __name__ == "__main__":
    main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # bpy as a module may hang on its way out
