# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a bake takes beside the performance that it flattens: many meshes, a large mesh.

    python benchmarks/baking.py

Both run in one process, one after the other, with the networks loaded. A performance counts from
the script to the keys on the layer, a bake from there to the keys in the action.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the checkout's own package, wherever this is started

import bpy  # noqa: E402
import numpy as np  # noqa: E402

import emotebot_blender  # noqa: E402
from emotebot_blender.core.channels import CHANNELS  # noqa: E402
from emotebot_blender.core.lexicon.lexicon import Lexicon  # noqa: E402
from emotebot_blender.core.script.script_files import read_script  # noqa: E402
from emotebot_blender.rig.face import find_face  # noqa: E402
from emotebot_blender.session import performing  # noqa: E402
from emotebot_blender.session.sequence import sequence_of  # noqa: E402

SCRIPT = "0.5 happy\n3 surprised 80%\n5.5 angry\n8 slightly sad\n10.5 calm"
"""About 300 frames at 24 frames a second."""

FACES = (("60 meshes of 4 vertices", 60, 4), ("1 mesh of 300,000 vertices", 1, 300_000))
"""Name of a face, its meshes, the vertices of each; every mesh has all channels."""


def main(arguments: list[str]) -> None:
    """Print the figures."""
    argparse.ArgumentParser(description="How long a bake takes.").parse_args(arguments)
    emotebot_blender.register()
    measure(1, 4)  # loads the networks
    for name, meshes, vertices in FACES:
        performed, baked, frames = measure(meshes, vertices)
        print(f"{name}, {frames} frames: perform {performed:6.2f} s, bake {baked:6.2f} s")
        print(f"  bake takes                    {baked / performed:8.1f} times as long")


def measure(meshes: int, vertices: int) -> tuple[float, float, int]:
    """Return the seconds of a performance and of its bake, and the frames of it.

    Args:
        meshes: of the face.
        vertices: of each mesh.
    """
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    rig = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
    scene.collection.objects.link(rig)
    for number in range(meshes):
        add_mesh(f"Mesh {number}", vertices, rig)
    face = find_face(rig, scene)
    script = read_script(SCRIPT, Lexicon.load())
    bpy.context.view_layer.update()
    report, performed = timed(lambda: performing.perform_script(face, script, scene, {}))
    bpy.context.view_layer.update()
    keying = performing.keying_of(sequence_of(face))
    _, baked = timed(lambda: performing.bake(face, scene, keying))
    first, last = report.frames
    return performed, baked, round(last - first) + 1


def add_mesh(name: str, vertices: int, rig: bpy.types.Object) -> None:
    """Add a mesh with all channels as shape keys."""
    mesh = bpy.data.meshes.new(name)
    mesh.vertices.add(vertices)
    places = np.random.default_rng(0).random(vertices * 3, dtype=np.float32)
    mesh.vertices.foreach_set("co", places)
    obj = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(obj)
    obj.modifiers.new("Armature", "ARMATURE").object = rig
    for channel in ("Basis", *CHANNELS):
        obj.shape_key_add(name=channel, from_mix=False).value = 0


def timed(action: Callable[[], Any]) -> tuple[Any, float]:
    """Return what an action returns and the seconds that it takes."""
    start = time.perf_counter()
    result = action()
    return result, time.perf_counter() - start


if __name__ == "__main__":
    main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # bpy as a module may hang on its way out
