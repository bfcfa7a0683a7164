# SPDX-License-Identifier: GPL-3.0-or-later
"""How good the built-in head is: building it, playing it, and how a face reader sees it.

    python benchmarks/character.py
    python benchmarks/character.py --landmarker face_landmarker.task FACE.blend

Building and playing run on one core, and their seconds are that core's: what else the machine does
meanwhile does not count. Nothing is subdivided, as in the viewport. For playing, every channel and
every bone moves on every frame.

With MediaPipe's model file, and the requirements for training, the head is rendered and read: is a
face found in each emotion from the front and from both sides, and does each channel come back? A
channel and its mirror image are posed together at rising weights; its gain is what is read at
weight 1 less what is read at rest, its rank correlation is Spearman's between weights and readings.
With a .blend file the same is done to its face, for comparison. That takes some minutes a head.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from emotebot_blender.core.channels import CHANNELS, INDEX, mirrored_name
from emotebot_blender.core.clip import Clip
from emotebot_blender.core.emotions import EMOTIONS, Feeling, Mixture
from emotebot_blender.core.performance import express, load_networks
from emotebot_blender.scene.character import add_character
from emotebot_blender.scene.face import Face, find_face
from emotebot_blender.scene.keyframes import write_clip
from emotebot_blender.scene.pictures import read_picture
from emotebot_blender.scene.render import render_frame
from emotebot_blender.scene.staging import Shot, portrait, set_quality
from emotebot_blender.ui.terminal import Progress, blender_silenced

ROOT = Path(__file__).resolve().parent.parent

BUILDS = 5
FRAMES = 600
SIDE = 25.0
"""Degrees that the camera goes to each side."""

LEVELS = (0.25, 0.5, 0.75, 1.0)
WIDTH, HEIGHT, SAMPLES = 256, 320, 4

JUDGED = (
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
"""Those that MediaPipe reads well from a realistic head."""

LEAST_RANK, LEAST_RATIO = 0.9, 0.5
"""One pair of the five readings in the wrong order is a rank correlation of .9."""

_ROUNDING = 1e-9

Told = Callable[[float], None]


@dataclass(frozen=True)
class Response:
    """How one channel comes back: its gain, and the rank correlation of weights and readings."""

    gain: float
    rank: float


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
    sys.path.insert(0, str(ROOT))  # training is not a part of the package
    from training.landmarks import FaceReader

    progress = Progress()
    with FaceReader(options.landmarker) as reader:
        with blender_silenced(), progress.stage("Emotions") as told:
            missed = unfound(reader, told)
        looks = 3 * len(EMOTIONS)
        print(f"face found                         {looks - len(missed):8d} of {looks}")
        print("".join(f"  not in {where}\n" for where in missed), end="", flush=True)
        with blender_silenced(), progress.stage("Channels") as told:
            own = responses(*new_head(), reader, told)
        other = None
        if options.face:
            bpy.ops.wm.open_mainfile(filepath=str(options.face.resolve()))
            face = find_face(None, bpy.context.scene)
            with blender_silenced(), progress.stage("Compared") as told:
                other = responses(face, bpy.context.scene, reader, told)
    tabulate(own, other)


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
    phases = np.arange(len(CHANNELS))
    waves = 0.5 - 0.45 * np.cos(np.arange(FRAMES)[:, None] / 7 + phases)
    rate = scene.render.fps / scene.render.fps_base
    write_clip(face, Clip(waves.astype(np.float32), rate), scene, 1, None)
    for bone in face.armature.pose.bones if face.armature else ():
        bone.rotation_mode = "XYZ"
        for frame in range(1, FRAMES + 1, 10):
            bone.rotation_euler = np.sin(np.array((1, 2, 3)) * frame) * 0.1
            bone.keyframe_insert("rotation_euler", frame=frame)
    scene.frame_set(0)
    before = place(face)
    start = time.process_time()
    for frame in range(1, FRAMES + 1):
        scene.frame_set(frame)
    seconds = time.process_time() - start
    if np.allclose(before, place(face)):
        raise RuntimeError("the head stands still")
    return FRAMES / seconds


def place(face: Face) -> np.ndarray:
    """Return where the vertices of the face's first mesh are, shape (3 * vertices,)."""
    mesh = face.meshes[0].evaluated_get(bpy.context.evaluated_depsgraph_get()).data
    points = np.empty(3 * len(mesh.vertices), dtype=np.float32)
    mesh.vertices.foreach_get("co", points)
    return points


def unfound(reader: Any, told: Told) -> list[str]:
    """Return the emotions, and the degrees to the side, in which the reader finds no face."""
    face, scene = new_head()
    networks = load_networks()
    missed, done = [], 0
    for turn in (0.0, -SIDE, SIDE):
        with looking(face, scene, reader, turn) as look:
            for name in EMOTIONS:
                weights = express(networks, Feeling(Mixture.of({name: 1.0}), 1.0))[0]
                if look(weights) is None:
                    missed.append(f"{name} at {turn:+.0f}°")
                done += 1
                told(done / (3 * len(EMOTIONS)))
    return missed


def responses(face: Face, scene: Any, reader: Any, told: Told) -> dict[str, Response]:
    """Return how each channel that the face has comes back.

    Raises:
        RuntimeError: the face is not found at rest.
    """
    groups = [group for group in together() if set(group) & set(face.channels)]
    found = {}
    with looking(face, scene, reader) as look:
        rest = look(np.zeros(len(CHANNELS)))
        if rest is None:
            raise RuntimeError("the reader finds no face at rest")
        for done, group in enumerate(groups, start=1):
            readings = [rest]
            for level in LEVELS:
                weights = np.zeros(len(CHANNELS))
                weights[[INDEX[name] for name in group]] = level
                read = look(weights)
                readings.append(np.full(len(CHANNELS), np.nan) if read is None else read)
            for name in group:
                column = np.array(readings)[:, INDEX[name]]
                rank = rank_correlation(np.array((0.0, *LEVELS)), column)
                found[name] = Response(float(column[-1] - column[0]), rank)
            told(done / len(groups))
    return found


def together() -> list[tuple[str, ...]]:
    """Return the channels in the groups that are posed together.

    Those are a channel and its mirror image; but eyes that both look inwards would squint, so of
    each gaze to the side the two channels go together that look the same way.
    """
    groups: list[tuple[str, ...]] = []
    for name in CHANNELS:
        if any(name in group for group in groups):
            continue
        partner = mirrored_name(name)
        if name.startswith(("eyeLookIn", "eyeLookOut")):
            way = {"In": "Out", "Out": "In"}["In" if "In" in name else "Out"]
            partner = f"eyeLook{way}Right"
        groups.append((name,) if partner == name or not is_pair(name) else (name, partner))
    return groups


def is_pair(name: str) -> bool:
    """Return whether a channel has a mirror image that can be shown at the same time."""
    return name not in ("jawLeft", "jawRight", "mouthLeft", "mouthRight")


@contextmanager
def looking(
    face: Face, scene: Any, reader: Any, turn: float = 0.0
) -> Iterator[Callable[[np.ndarray], np.ndarray | None]]:
    """Give a function that poses the face, renders it and returns what is read, or None.

    Args:
        face: who is looked at.
        scene: where it is.
        reader: a FaceReader.
        turn: degrees that the camera goes to the viewer's right.
    """
    with (
        tempfile.TemporaryDirectory(prefix="emotebot-") as folder,
        portrait(face, scene, WIDTH, HEIGHT, Shot(turn=turn)) as studio,
    ):
        set_quality(studio, SAMPLES)
        studio.render.image_settings.color_mode = "RGB"
        file = Path(folder) / "portrait.png"

        def look(weights: np.ndarray) -> np.ndarray | None:
            for control in face.controls():
                block = control.mesh.data.shape_keys.key_blocks[control.shape_key]
                block.value = sum(weights[index] * gain for index, gain in control.sources)
            render_frame(studio, scene.frame_current, file)
            pixels = read_picture(file)[::-1, :, :3]
            read: np.ndarray | None = reader.read(np.round(pixels * 255).astype(np.uint8))
            return read

        yield look


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Return Spearman's rank correlation; equal values share their ranks, 0 if all are equal."""
    if np.isnan(other).any() or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(ranks(one), ranks(other))[0, 1])


def ranks(values: np.ndarray) -> np.ndarray:
    """Return the ranks of values from 0 up, the mean rank for those that are equal."""
    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts) - 1
    mean: np.ndarray = (last - (counts - 1) / 2)[group]
    return mean


def tabulate(own: dict[str, Response], other: dict[str, Response] | None) -> None:
    """Print the channels with their gains and ranks, those that are judged first."""
    print(f"\n{'channel':22s}{'gain':>6s}{'rank':>6s}", end="")
    print(f"{'other':>8s}{'rank':>6s}{'ratio':>7s}" if other else "")
    passed = 0
    for name in (*JUDGED, *(name for name in CHANNELS if name not in JUDGED)):
        response = own[name]
        line = f"{name:22s}{response.gain:6.2f}{response.rank:6.2f}"
        compared = other.get(name) if other else None
        if compared:
            ratio = response.gain / compared.gain if compared.gain > 0.005 else np.nan
            good = response.rank >= LEAST_RANK - _ROUNDING and ratio >= LEAST_RATIO
            line += f"{compared.gain:8.2f}{compared.rank:6.2f}{ratio:7.2f}"
            if name in JUDGED:
                passed += good
                line += "" if good else "  falls short"
        print(line)
        if name == JUDGED[-1]:
            if other:
                print(f"{passed} of {len(JUDGED)} come back with a rank correlation of", end=" ")
                print(f"{LEAST_RANK} and {LEAST_RATIO} of the gain")
            print()


if __name__ == "__main__":
    main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # bpy as a module may hang on its way out
