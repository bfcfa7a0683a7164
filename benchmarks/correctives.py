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
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the checkout's own package, wherever this is started

from emotebot_blender.animation.keyframes import Keying  # noqa: E402
from emotebot_blender.animation.layer_writing import write_layer  # noqa: E402
from emotebot_blender.character.character import add_character  # noqa: E402
from emotebot_blender.character.correctives import is_corrective, weight_of  # noqa: E402
from emotebot_blender.core.channels import CHANNELS  # noqa: E402
from emotebot_blender.core.clip import Clip  # noqa: E402
from emotebot_blender.rig.face import find_face  # noqa: E402

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
            found = dict(zip(own, values(keys.evaluated_get(graph)).tolist(), strict=True))
            true = {name: weight_of(name, found) for name in own if is_corrective(name)}
            original += wrong(dict(zip(own, values(keys).tolist(), strict=True)), true)
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
    waves = 0.5 - 0.45 * np.cos(np.arange(FRAMES)[:, None] / 7 + np.arange(len(CHANNELS)))
    clip = Clip(waves.astype(np.float32), scene.render.fps / scene.render.fps_base)
    write_layer(find_face(root, scene), clip, scene, 1, "Waves", Keying(None))
    for name in ("eye.L", "eye.R"):
        bone = root.pose.bones[name]
        bone.rotation_mode = "XYZ"
        for frame in range(1, FRAMES + 1, 10):
            bone.rotation_euler = np.sin(np.array((1, 2, 3)) * frame) * 0.1
            bone.keyframe_insert("rotation_euler", frame=frame)
    return scene, [part.data.shape_keys for part in root.children if part.data.shape_keys]


def frame_numbers() -> Iterator[int]:
    """Yield all frames in order, then as many at random, and so on."""
    jump = random.Random(1)
    while True:
        yield from range(1, FRAMES + 1)
        yield from (jump.randint(1, FRAMES) for _ in range(FRAMES))


def values(keys: Any) -> np.ndarray:
    """Return the values of all shape keys, shape (shape keys,)."""
    result = np.empty(len(keys.key_blocks), np.float32)
    keys.key_blocks.foreach_get("value", result)
    return result


def wrong(found: dict[str, float], true: dict[str, float]) -> int:
    """Return how many correctives have another weight than the true one; both by name."""
    return sum(abs(found[name] - weight) > TOLERANCE for name, weight in true.items())


if __name__ == "__main__":
    main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # bpy as a module may hang on its way out
