# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing ten minutes of keys, against one ``keyframe_insert`` for each value.

    python benchmarks/keys.py [FACE.blend]

Without a file the face is one triangle with the 52 channels: the shape of a mesh costs nothing
here. The inserts are measured over the first ``INSERTED`` frames and scaled by the number of
values, which flatters them: an insert takes the longer, the more keys the curve holds already.
"""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import bpy
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.clip import Clip
from emotebot_blender.scene.face import Face, find_face
from emotebot_blender.scene.keyframes import write_clip

FRAMES = 14_400
RATE = 24.0
INSERTED = 240
TOLERANCE = 0.01


def main(arguments: list[str]) -> None:
    """Print the figures."""
    weights = swaying_weights()
    face = open_face(arguments)
    before = peak_memory()
    dense = timed(lambda: write(face, weights, None))
    grown = peak_memory() - before
    count = len(face.controls())
    face = open_face(arguments)
    reduced = timed(lambda: write(face, weights, TOLERANCE))
    face = open_face(arguments)
    inserted = timed(lambda: insert(face, weights[:INSERTED])) * FRAMES / INSERTED
    print(f"Blender {bpy.app.version_string}, {FRAMES} frames x {count} controls")
    print(f"dense keys            {dense:8.2f} s   {grown:.0f} MB more at the peak")
    print(f"reduced within {TOLERANCE}   {reduced:8.2f} s")
    print(f"keyframe_insert       {inserted:8.2f} s   scaled from {INSERTED} frames")
    print(f"dense keys are written {inserted / dense:.0f} times faster")


def swaying_weights() -> NDArray[np.float32]:
    """Return weights that never rest, float32, shape (14,400, 52)."""
    seconds = np.arange(FRAMES)[:, None] / RATE
    pace = np.linspace(0.3, 3, len(CHANNELS))
    return np.asarray(0.5 + 0.5 * np.sin(seconds * pace + pace * 10), dtype=np.float32)


def open_face(arguments: list[str]) -> Face:
    """Return the face of the file named, or a new one with all channels."""
    if arguments:
        bpy.ops.wm.open_mainfile(filepath=arguments[0])
        return find_face(None, bpy.context.scene)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    mesh = bpy.data.meshes.new("Face")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    thing = bpy.data.objects.new("Face", mesh)
    bpy.context.scene.collection.objects.link(thing)
    for name in ("Basis", *CHANNELS):
        thing.shape_key_add(name=name, from_mix=False)
    return find_face(thing, bpy.context.scene)


def write(face: Face, weights: NDArray[np.float32], tolerance: float | None) -> None:
    """Write the weights as EmoteBot does."""
    rate = bpy.context.scene.render.fps / bpy.context.scene.render.fps_base
    write_clip(face, Clip(weights, rate), bpy.context.scene, 1, tolerance)


def insert(face: Face, weights: NDArray[np.float32]) -> None:
    """Write the weights value by value."""
    for control in face.controls():
        block = control.mesh.data.shape_keys.key_blocks[control.shape_key]
        ((channel, gain),) = control.sources
        for place, value in enumerate((weights[:, channel] * gain).tolist()):
            block.value = value
            block.keyframe_insert("value", frame=place + 1)


def timed(action: Callable[[], None]) -> float:
    """Return the seconds that an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def peak_memory() -> float:
    """Return the most memory held so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    main(sys.argv[1:])
