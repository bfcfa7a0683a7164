# SPDX-License-Identifier: GPL-3.0-or-later
"""How good the built-in head is: building it, playing it, and how a face reader sees it.

    python benchmarks/character.py
    python benchmarks/character.py --landmarker face_landmarker.task FACE.blend

Building and playing run on one core, and their seconds are that core's: what else the machine does
meanwhile does not count. Nothing is subdivided, as in the viewport. For playing, every channel and
every bone moves on every frame.

With MediaPipe's model file, and the requirements for training, the head is rendered and read: is a
face found in each emotion from the front and from both sides, and does each channel come back, as
``training.evaluation.readback`` measures it?
With a .blend file the same is done to its face, for comparison. That takes some minutes a head.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]  # the checkout's own, wherever started

from waves import play_waves  # noqa: E402

from emotebot_blender.character.character import add_character  # noqa: E402
from emotebot_blender.cli.terminal import Progress, blender_silenced  # noqa: E402
from emotebot_blender.core.channels import CHANNELS  # noqa: E402
from emotebot_blender.core.emotions import EMOTIONS, Feeling, Mixture  # noqa: E402
from emotebot_blender.core.performance.networks import load_networks  # noqa: E402
from emotebot_blender.core.performance.performance import express  # noqa: E402
from emotebot_blender.rig.face import Face, find_face  # noqa: E402

BUILDS = 5
FRAMES = 600
TURNS = (0.0, -25.0, 25.0, -40.0, 40.0)
"""Degrees that the camera goes to the viewer's right."""

COMPARED = (
    "jawOpen",
    "mouthLeft",
    "mouthRight",
    "mouthPucker",
    "mouthShrugLower",
    "browInnerUp",
    "mouthSmileLeft",
    "mouthSmileRight",
    "eyeBlinkLeft",
    "eyeBlinkRight",
    "mouthFunnel",
    "browOuterUpLeft",
    "browOuterUpRight",
    "mouthShrugUpper",
    "mouthRollLower",
    "mouthRollUpper",
    "eyeSquintLeft",
    "eyeSquintRight",
    "browDownLeft",
    "browDownRight",
)
"""Channels that MediaPipe reads well from a realistic head."""

LEAST_RANK, LEAST_RATIO = 0.9, 0.5
"""One pair of the five readings in the wrong order is a rank correlation of .9."""

_ROUNDING = 1e-9

ShareDone = Callable[[float], None]
"""Called with the share done, 0 to 1."""


def main(arguments: list[str]) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="How good the built-in head is.")
    parser.add_argument("face", nargs="?", type=Path, metavar="FACE.blend", help="to compare with")
    parser.add_argument("--landmarker", type=Path, metavar="FILE", help="face_landmarker.task")
    options = parser.parse_args(arguments)
    with one_core():
        seconds, meshes, vertices = building()
        rate = playing()
    print(f"Blender {bpy.app.version_string}, one core")
    print(f"building the head                  {seconds:8.2f} s")
    print(f"  meshes                           {meshes:8d}")
    print(f"  vertices                         {vertices:8d}")
    print(f"playing all channels and bones     {rate:8.0f} frames a second")
    if not options.landmarker:
        return
    from training.evaluation.camera import open_head
    from training.evaluation.readback import responses
    from training.faces.landmarks import FaceReader

    terminal = Progress()
    with FaceReader(options.landmarker) as reader:
        with blender_silenced(), terminal.stage("Emotions") as progress:
            missed = views_without_face(reader, progress)
        count = len(TURNS) * len(EMOTIONS)
        print(f"face found                         {count - len(missed):8d} of {count}")
        print("".join(f"  not in {view}\n" for view in missed), end="", flush=True)
        with blender_silenced(), terminal.stage("Channels") as progress:
            own = responses(*open_head(), reader, progress)
        other = None
        if options.face:
            with blender_silenced(), terminal.stage("Compared") as progress:
                other = responses(*open_head(options.face), reader, progress)
    print_table(own, other)


@contextmanager
def one_core() -> Iterator[None]:
    """Keep all threads of this process, Blender's own too, on one core where that can be done."""
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        yield
        return
    cores = os.sched_getaffinity(0)
    for task in tasks.iterdir():
        os.sched_setaffinity(int(task.name), {min(cores)})
    yield
    for task in tasks.iterdir():
        os.sched_setaffinity(int(task.name), cores)


def new_head() -> tuple[Face, Any]:
    """Return the built-in head's face in a new file, and its scene."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    return find_face(add_character(scene), scene), scene


def building() -> tuple[float, int, int]:
    """Return the median seconds that a head takes, and its numbers of meshes and vertices."""
    times = []
    for _ in range(BUILDS):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        start = time.process_time()
        root = add_character(bpy.context.scene)
        times.append(time.process_time() - start)
    meshes = [part.data for part in root.children]
    return statistics.median(times), len(meshes), sum(len(mesh.vertices) for mesh in meshes)


def playing() -> float:
    """Return how many frames a second a loop over the frames evaluates, everything moving.

    Raises:
        RuntimeError: the head stands still.
    """
    face, scene = new_head()
    play_waves(face.armature, scene, FRAMES, tuple(face.armature.pose.bones.keys()))
    scene.frame_set(0)
    at_rest = vertex_positions(face)
    start = time.process_time()
    for frame in range(1, FRAMES + 1):
        scene.frame_set(frame)
    seconds = time.process_time() - start
    if np.allclose(at_rest, vertex_positions(face)):
        raise RuntimeError("the head stands still")
    return FRAMES / seconds


def vertex_positions(face: Face) -> np.ndarray:
    """Return the evaluated vertices of the face's first mesh, metres, shape (3 * vertices,)."""
    mesh = face.objects[0].evaluated_get(bpy.context.evaluated_depsgraph_get()).data
    points = np.empty(3 * len(mesh.vertices), dtype=np.float32)
    mesh.vertices.foreach_get("co", points)
    return points


def views_without_face(reader: Any, progress: ShareDone) -> list[str]:
    """Return the emotions, and the degrees to the side, in which the reader finds no face."""
    from training.evaluation.camera import face_renderer

    face, scene = new_head()
    networks = load_networks()
    missed, count = [], 0
    for turn in TURNS:
        with face_renderer(face, scene, turn) as render:
            for name in EMOTIONS:
                weights = express(networks, Feeling(Mixture.of({name: 1.0}), 1.0))[0]
                if reader.read(render(weights)) is None:
                    missed.append(f"{name} at {turn:+.0f}°")
                count += 1
                progress(count / (len(TURNS) * len(EMOTIONS)))
    return missed


def print_table(own: dict[str, Any], other: dict[str, Any] | None) -> None:
    """Print the channels with their gains and ranks, those that are compared first.

    Args:
        own: by channel, its ``training.evaluation.readback.Response`` on the built-in head.
        other: the same on the head to compare with, or None.
    """
    print(f"\n{'channel':22s}{'gain':>6s}{'rank':>6s}", end="")
    print(f"{'other':>8s}{'rank':>6s}{'ratio':>7s}" if other else "")
    passed = 0
    for name in (*COMPARED, *(name for name in CHANNELS if name not in COMPARED)):
        response = own[name]
        line = f"{name:22s}{response.gain:6.2f}{response.rank:6.2f}"
        compared = other.get(name) if other else None
        if compared:
            ratio = response.gain / compared.gain if compared.gain > 0.005 else np.nan
            good = response.rank >= LEAST_RANK - _ROUNDING and ratio >= LEAST_RATIO
            line += f"{compared.gain:8.2f}{compared.rank:6.2f}{ratio:7.2f}"
            if name in COMPARED:
                passed += good
                line += "" if good else "  falls short"
        print(line)
        if name == COMPARED[-1]:
            if other:
                print(f"{passed} of {len(COMPARED)} come back with a rank correlation of", end=" ")
                print(f"{LEAST_RANK} and {LEAST_RATIO} of the gain")
            print()


if __name__ == "__main__":
    main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # bpy as a module may hang on its way out
