# SPDX-License-Identifier: GPL-3.0-or-later
"""From a script to files: what the subcommand ``perform`` does.

Only what concerns a .blend or pictures needs Blender.
"""

import csv
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.channels import CHANNELS
from ..core.clip import Clip
from ..core.errors import EmoteBotError
from ..core.lexicon.lexicon import Lexicon
from ..core.messages import Message
from ..core.performance import performance
from ..core.performance.networks import Networks, load_networks
from ..core.script.beats import EmotionScript
from ..core.script.script_files import read_script
from . import blend_files
from .blend_files import DEFAULT_FPS, FIRST_FRAME
from .output_files import filling, replacing
from .perform_options import PerformOptions, PerformResult, check_inputs_stay, check_options
from .terminal import Progress

if TYPE_CHECKING:
    from bpy.types import Scene

    from ..animation.key_report import KeyReport
    from ..core.performance.gaze_target import GazeTarget
    from ..rig.face import Face


def perform(options: PerformOptions, progress: Progress) -> PerformResult:
    """Make of a script what the options say; whatever can be checked beforehand is.

    Raises:
        EmoteBotError: what was handed in has a fault, or a file cannot be written; no file has
            been written then.
    """
    check_inputs_stay(options)
    script = read_script(options.script, Lexicon.load(options.lexicon))
    check_options(options, script)
    networks = load_networks(options.models)
    if not options.needs_blender:
        return _perform_alone(options, script, networks, progress)
    with blend_files.sequences_known():
        return _perform_in_blender(options, script, networks, progress)


def write_table(clip: Clip, path: Path, first_frame: int = FIRST_FRAME) -> None:
    """Write a clip as CSV: frame, time in seconds, and the 52 channels.

    Args:
        clip: what is written, a line a frame.
        path: of the file.
        first_frame: number of the clip's first frame.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("frame", "time", *CHANNELS))
        for index, (time, row) in enumerate(zip(clip.times(), clip.weights, strict=True)):
            weights = (f"{weight:.6f}" for weight in row.tolist())
            writer.writerow((first_frame + index, f"{time:.6f}", *weights))


def _perform_alone(
    options: PerformOptions, script: EmotionScript, networks: Networks, progress: Progress
) -> PerformResult:
    fps = options.fps or DEFAULT_FPS
    with progress.stage("Performing") as show:
        clip = _clip(options, script, networks, fps, show)
    if options.table:
        with replacing(options.table) as part:
            write_table(clip, part, FIRST_FRAME if options.start is None else options.start)
    return PerformResult(len(clip), clip.fps, None, None, options.outputs)


def _clip(
    options: PerformOptions,
    script: EmotionScript,
    networks: Networks,
    fps: float,
    show: Callable[[float], None] | None = None,
    target: "GazeTarget | None" = None,
) -> Clip:
    """Return the performance that the options want of a script."""
    how = options.exaggeration, options.liveliness, target
    return performance.perform(script, networks, fps, options.seed, show, *how)


def _perform_in_blender(
    options: PerformOptions, script: EmotionScript, networks: Networks, progress: Progress
) -> PerformResult:
    from ..rig.face_coverage import coverage_of, name_with_coverage, refusal_of
    from ..rig.key_recognition import ANY_NAMED
    from ..session.performing import last_target
    from ..session.timeline import frame_rate

    face, scene = blend_files.open_face(options.face, options.object_name, ANY_NAMED)
    anyway = Message("perform on it anyway with --any-face")
    refusal = None if options.any_face else refusal_of(face.name, coverage_of(face), anyway)
    if refusal is not None:
        raise EmoteBotError(refusal)
    if options.fps:
        blend_files.set_rate(scene, options.fps)
    fps, first = frame_rate(scene), options.start
    if first is None:
        first = scene.frame_start
    face, calibrated = _calibrated(face, options)
    keys = _perform_on(face, scene, script, first, options, networks, progress)
    count = round(keys.frames[1]) - first + 1
    filmed = _filmed(options, range(first, first + count))
    with ExitStack() as outputs:  # they take their places together, once all are written
        if options.output:
            blend_files.save_copy(outputs.enter_context(replacing(options.output)))
        if options.table or options.sheet:
            clip = _clip(options, script, networks, fps, None, last_target(face))
        if options.table:
            write_table(clip, outputs.enter_context(replacing(options.table)), first)
        if options.sheet:
            part = outputs.enter_context(replacing(options.sheet))
            _write_sheet(face, scene, script, clip, first, part, options, progress)
        if options.film:
            target = replacing if options.film.suffix.lower() == ".mp4" else filling
            part = outputs.enter_context(target(options.film))
            _write_film(face, scene, filmed, part, options, progress)
    name, read = str(name_with_coverage(face)), blend_files.libraries()
    return PerformResult(count, fps, name, keys, options.outputs, calibrated, read)


def _filmed(options: PerformOptions, performed: range) -> range:
    """Return the frames that the film shows.

    Raises:
        EmoteBotError: none of those that the options want are performed.
    """
    first, last = options.frames or (performed[0], performed[-1])
    filmed = range(max(first, performed[0]), min(last, performed[-1]) + 1)
    if not filmed:
        raise EmoteBotError(
            "Frames {first} to {last} are not performed, but {start} to {end}",
            first=first,
            last=last,
            start=performed[0],
            end=performed[-1],
        )
    return filmed


def _calibrated(face: "Face", options: PerformOptions) -> "tuple[Face, Message | None]":
    """Return a face with gains for what is unusual, if the options want that, and which it got."""
    from ..rig.face_calibration import as_measured
    from ..session.calibrating import leave_uncalibrated

    if options.calibrate:
        return as_measured(face)
    leave_uncalibrated(face)
    return face, None


def _perform_on(
    face: "Face",
    scene: "Scene",
    script: EmotionScript,
    first: int,
    options: PerformOptions,
    networks: Networks,
    progress: Progress,
) -> "KeyReport":
    """Make a script the sequence of a face and perform it on a layer, which may then be baked."""
    from ..session import baked_performances, performing, words
    from ..session.gaze import look_settings

    words.take_expressions(
        scene, {expression for beat in script.beats for expression, _ in beat.feeling.custom}
    )
    settings: dict[str, Any] = {"seed": options.seed, "frame_start": first}
    settings |= {"exaggeration": options.exaggeration, "liveliness": options.liveliness}
    settings["head"] = options.head
    if options.look_at is not None:
        settings |= look_settings(options.look_at, scene)
    settings["keying"] = "REDUCED" if options.tolerance else "DENSE"
    if options.tolerance:
        settings["tolerance"] = options.tolerance
    if options.whole is not None:
        settings |= {"detail": "BLEND", "whole_share": options.whole}
    write = baked_performances.perform_and_bake if options.bake else performing.perform_script
    with progress.stage("Performing") as show:
        return write(face, script, scene, settings, networks, show)


def _write_sheet(
    face: "Face",
    scene: "Scene",
    script: EmotionScript,
    clip: Clip,
    first: int,
    path: Path,
    options: PerformOptions,
    progress: Progress,
) -> None:
    from ..core.performance.apex_frames import apex_frames
    from ..render.sheet import SHEET_SAMPLES, SHEET_WIDTH, picture_of, render_sheet

    apexes = apex_frames(script, clip)
    pictures = [
        picture_of(beat, first + apex) for beat, apex in zip(script.beats, apexes, strict=True)
    ]
    width, samples = options.size or SHEET_WIDTH, options.samples or SHEET_SAMPLES
    with progress.stage("Sheet") as show:
        render_sheet(face, scene, pictures, path, show, width, samples, engine=options.engine)


def _write_film(
    face: "Face",
    scene: "Scene",
    frames: range,
    path: Path,
    options: PerformOptions,
    progress: Progress,
) -> None:
    from ..render.film import FILM_SAMPLES, FILM_SIZE, render_film

    size, samples = options.size or FILM_SIZE, options.samples or FILM_SAMPLES
    with progress.stage("Film") as show:
        render_film(face, scene, frames, path, show, size, samples, options.engine)
