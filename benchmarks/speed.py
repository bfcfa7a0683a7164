# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast EmoteBot is: ten minutes of performance to keys, a live step, enabling the add-on.

    python benchmarks/speed.py [FACE.blend]

Everything runs on one core, in one process but for the enabling. Without a file the face is one
triangle with the 52 channels: the shape of a mesh costs nothing here. A key for each value through
``keyframe_insert`` is measured over the first ``INSERTED`` frames and scaled by the number of
values, which flatters it: an insert takes the longer, the more keys the curve holds already.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the checkout's own packages, wherever this is started

from emotebot_blender.animation.key_report import KeyReport  # noqa: E402
from emotebot_blender.animation.keyframes import Keying  # noqa: E402
from emotebot_blender.animation.layer_writing import write_layer  # noqa: E402
from emotebot_blender.core.channels import CHANNELS  # noqa: E402
from emotebot_blender.core.clip import Clip, custom_shares  # noqa: E402
from emotebot_blender.core.emotions import EMOTIONS, NEUTRAL, Feeling, Mixture  # noqa: E402
from emotebot_blender.core.performance.liveliness import DEFAULT_LIVELINESS  # noqa: E402
from emotebot_blender.core.performance.networks import FOLDER, MOTION_RATE, Networks, load_networks  # noqa: E402
from emotebot_blender.core.performance.performance import Performer, perform  # noqa: E402
from emotebot_blender.core.script.beats import Beat, EmotionScript  # noqa: E402
from emotebot_blender.rig.face import Face, find_face  # noqa: E402
from emotebot_blender.rig.pose import solver_of  # noqa: E402

FRAMES = 14_400
RATE = 24.0
BEATS = 240
INSERTED = 240
TOLERANCE = 0.01
STEPS = 3_000

ENABLING = """
import sys, time
import bpy
import emotebot_blender
begin = time.perf_counter()
emotebot_blender.register()
print((time.perf_counter() - begin) * 1000, "onnxruntime" in sys.modules)
emotebot_blender.unregister()
"""


def main(arguments: list[str]) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="How fast EmoteBot is.")
    parser.add_argument("face", nargs="?", metavar="FACE.blend", help="default: one triangle")
    options = parser.parse_args(arguments)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    script = ten_minutes()
    face = open_face(options.face)
    before = peak_memory()
    networks, loading = timed(load_networks)
    clip, performing = timed(lambda: perform(script, networks, RATE, liveliness=DEFAULT_LIVELINESS))
    _, writing = timed(lambda: write(face, clip, None))
    grown = peak_memory() - before
    count = len(face.controls())
    face = open_face(options.face)
    report, reducing = timed(lambda: write(face, clip, TOLERANCE))
    face = open_face(options.face)
    _, inserted = timed(lambda: insert(face, clip.weights[:INSERTED]))
    inserting = inserted * len(clip) / INSERTED
    step, step_and_feeling = live_steps(networks)
    drift, hour = timed(lambda: hour_of_motion(networks))
    sizes = sum(path.stat().st_size for path in FOLDER.glob("*.onnx"))

    print(f"Blender {bpy.app.version_string}, one core, {len(clip)} frames x {count} controls")
    print(f"loading the networks               {loading:8.2f} s")
    print(f"script to clip                     {performing:8.2f} s")
    print(f"clip to dense keys                 {writing:8.2f} s")
    print(f"script to finished keys            {performing + writing:8.2f} s")
    print(f"  memory over Blender's own        {grown:8.0f} MB at the peak")
    print(f"clip to keys within {TOLERANCE}           {reducing:8.2f} s")
    print(f"  keys left                        {100 * report.keys / len(clip) / count:8.1f} %")
    print(f"keyframe_insert for each value     {inserting:8.2f} s, scaled from {INSERTED} frames")
    print(f"  clip to dense keys is faster     {inserting / writing:8.0f} times")
    print(f"  script to keys is faster         {inserting / (performing + writing):8.0f} times")
    print(f"a live step                        {step:8.3f} ms")
    print(f"a live step with a new feeling     {step_and_feeling:8.3f} ms")
    print(f"an hour, {3600 * MOTION_RATE} steps in one go   {hour:8.2f} s")
    print(f"  from where it belongs at last    {drift:8.0e} of a weight")
    print(f"enabling the add-on                {enabling():8.1f} ms")
    print(f"the networks                       {sizes / 1e6:8.2f} MB")


def ten_minutes() -> EmotionScript:
    """Return a script of 240 beats, one each two and a half seconds."""
    return EmotionScript(
        tuple(
            Beat(Feeling(Mixture.of({EMOTIONS[i % len(EMOTIONS)]: 1.0}), 0.8), start, hold=2.0)
            for i, start in enumerate(np.arange(BEATS) * FRAMES / RATE / BEATS)
        )
    )


def live_steps(networks: Networks) -> tuple[float, float]:
    """Return the median milliseconds of a step, without and with a new feeling."""
    performer = Performer(networks, 0, liveliness=DEFAULT_LIVELINESS)
    feelings = [Feeling(Mixture.of({name: 1.0}), 0.8) for name in EMOTIONS]
    plain, retargeted = [], []
    for index in range(STEPS):
        feeling = feelings[index % len(feelings)]
        retargeted.append(
            timed(lambda new=feeling: (performer.set_target(new), performer.advance(1)))[1]
        )
        plain.append(timed(lambda: performer.advance(1))[1])
    return statistics.median(plain) * 1000, statistics.median(retargeted) * 1000


def hour_of_motion(networks: Networks) -> float:
    """Perform an hour of feelings, then neutral, and return how far from it the face ends."""
    performer = Performer(networks, 0)
    random = np.random.default_rng(0)
    beats = 3600 // 2 - 5
    for beat in range(beats):
        name = EMOTIONS[beat % len(EMOTIONS)]
        performer.set_target(Feeling(Mixture.of({name: 1.0}), float(random.uniform(0.2, 1.0))))
        performer.advance(2 * MOTION_RATE)
    performer.set_target(Feeling(NEUTRAL, 0.0))
    last = performer.advance(10 * MOTION_RATE)[-1]
    moved = [not name.startswith(("eyeBlink", "eyeLook")) for name in CHANNELS]
    return float(np.abs(last[moved]).max())


def enabling() -> float:
    """Return the milliseconds that registering takes in a fresh Blender.

    Raises:
        RuntimeError: it has imported onnxruntime.
    """
    run = [sys.executable, "-c", ENABLING]
    output = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    milliseconds, heavy = output.split()[-2:]
    if heavy == "True":
        raise RuntimeError("enabling the add-on has imported onnxruntime")
    return float(milliseconds)


def open_face(path: str | None) -> Face:
    """Return the face of a file, or a new one with all channels, at 24 frames a second."""
    if path:
        bpy.ops.wm.open_mainfile(filepath=path)
    else:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        mesh = bpy.data.meshes.new("Face")
        mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
        obj = bpy.data.objects.new("Face", mesh)
        bpy.context.scene.collection.objects.link(obj)
        for name in ("Basis", *CHANNELS):
            obj.shape_key_add(name=name, from_mix=False).value = 0
    bpy.context.scene.render.fps, bpy.context.scene.render.fps_base = round(RATE), 1.0
    return find_face(None, bpy.context.scene)


def write(face: Face, clip: Clip, tolerance: float | None) -> KeyReport:
    """Write the clip as a layer, as EmoteBot does, and return its report.

    Args:
        face: the face.
        clip: the performance.
        tolerance: of the keys; None for a key on every frame.
    """
    return write_layer(face, clip, bpy.context.scene, 1, "Performance", Keying(tolerance))


def insert(face: Face, weights: NDArray[np.float32]) -> None:
    """Key weights of shape (frames, 52) value by value."""
    controls = face.controls()
    values = solver_of(controls).values(weights, custom_shares(len(weights)))
    for control, column in zip(controls, values.T.tolist(), strict=True):
        block, _, name = control.data_path.rpartition(".")
        member = control.owner.path_resolve(block)
        for frame, value in enumerate(column, start=1):
            setattr(member, name, value)
            member.keyframe_insert(name, frame=frame)


def timed(action: Callable[[], Any]) -> tuple[Any, float]:
    """Return what an action returns and the seconds that it takes."""
    start = time.perf_counter()
    result = action()
    return result, time.perf_counter() - start


def peak_memory() -> float:
    """Return the most memory held so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # bpy as a module may hang on its way out
