# SPDX-License-Identifier: GPL-3.0-or-later
"""From a script to files: what the subcommand ``perform`` does.

Only what concerns a .blend or pictures needs Blender.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.clip import Clip
from ..core.errors import EmoteBotError
from ..core.exchange.recorded_beats import (
    lengthened,
    read_recordings,
    resolved,
    with_recordings,
)
from ..core.input_files import expanded_path
from ..core.lexicon.lexicon import Lexicon
from ..core.messages import Message
from ..core.performance import performance
from ..core.performance.networks import Networks, load_networks
from ..core.script.beats import EmotionScript
from ..core.script.script_files import read_script
from . import blend_files
from .blend_files import DEFAULT_FPS, FIRST_FRAME
from .file_rate import choose_rate
from .model_export import export_model
from .output_files import check_distinct, replacing
from .perform_options import (
    PerformOptions,
    PerformResult,
    check_inputs_stay,
    check_options,
    model_files,
)
from .performance_pictures import filmed_frames, write_film, write_sheet
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
    inputs = model_files(options.models)
    if options.lexicon:
        inputs.append((Message("the word list"), options.lexicon))
    inputs.append((Message("the script"), expanded_path(options.script.strip())))
    check_inputs_stay(options, inputs)
    script = read_script(options.script, Lexicon.load(options.lexicon))
    script = resolved(script, options.script)
    file = options.face or blend_files.path_of_open_file()
    recordings = tuple(
        blend_files.path_from_file(beat.recording, file) for beat in script.beats if beat.recording
    )
    check_distinct(options.outputs, [(Message("a recording"), path) for path in recordings])
    check_options(options, script)
    networks = load_networks(options.models)
    if not options.needs_blender:
        result = _perform_alone(options, script, networks, progress)
    else:
        with blend_files.sequences_known():
            result = _perform_in_blender(options, script, networks, progress)
    return replace(result, read=(*result.read, *recordings))


def _perform_alone(
    options: PerformOptions, script: EmotionScript, networks: Networks, progress: Progress
) -> PerformResult:
    fps = options.fps or DEFAULT_FPS
    with progress.stage("Performing") as show:
        clip = _clip(options, script, networks, fps, show)
    first = FIRST_FRAME if options.start is None else options.start
    with ExitStack() as outputs:
        notes = options.clip_files.write(clip, outputs, first)
    return PerformResult(len(clip), clip.fps, None, None, options.outputs, notes=notes)


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
    recordings = read_recordings(script, blend_files.path_from_file)
    script = lengthened(script, recordings)
    clip = performance.perform(script, networks, fps, options.seed, show, *how)
    clip = with_recordings(clip, script, recordings)
    return clip if clip.head is None else replace(clip, head=clip.head * np.float32(options.head))


def _perform_in_blender(
    options: PerformOptions, script: EmotionScript, networks: Networks, progress: Progress
) -> PerformResult:
    from ..rig.face_coverage import name_with_coverage
    from ..session.performing import last_target
    from ..session.timeline import frame_rate

    face, scene, calibrated, notes = prepared_face(options)
    fps, first = frame_rate(scene), first_frame(options, scene)
    keys = _perform_on(face, scene, script, first, options, networks, progress)
    performed = range(first, round(keys.frames[1]) + 1)
    filmed_frames(options, performed)  # before anything is written
    with ExitStack() as outputs:  # they take their places together, once all are written
        if options.output:
            blend_files.save_copy(outputs.enter_context(replacing(options.output)))
        if options.model:
            part = outputs.enter_context(replacing(options.model))
            notes += export_model(face, part)
        if options.table or options.export or options.sheet:
            clip = _clip(options, script, networks, fps, None, last_target(face))
            notes += options.clip_files.write(clip, outputs, first)
        if options.sheet:
            part = outputs.enter_context(replacing(options.sheet))
            whole = lengthened(script, read_recordings(script, blend_files.path_from_file))
            write_sheet(face, scene, whole, clip, first, part, options, progress)
        write_film(face, scene, performed, options, outputs, progress)
    name, read = str(name_with_coverage(face)), blend_files.libraries()
    count = len(performed)
    return PerformResult(count, fps, name, keys, options.outputs, calibrated, notes, read)


def prepared_face(
    options: PerformOptions,
) -> "tuple[Face, Scene, Message | None, tuple[Message, ...]]":
    """Return the face that the options mean, as it is to move, and its scene.

    With them come a sentence on the gains it got, or None, and what became of the frames a second.

    Raises:
        EmoteBotError: there is none, or too little of one, or a library would be written over.
    """
    from ..rig.face_coverage import coverage_of, refusal_of
    from ..rig.key_recognition import ANY_NAMED
    from ..session.calibrating import calibrated_if_wished

    face, scene = blend_files.open_face(options.face, options.object_name, ANY_NAMED)
    linked = [(Message("a linked library"), path) for path in blend_files.libraries()]
    check_distinct(options.outputs, linked)
    anyway = Message("perform on it anyway with --any-face")
    refusal = None if options.any_face else refusal_of(face.name, coverage_of(face), anyway)
    if refusal is not None:
        raise EmoteBotError(refusal)
    notes = choose_rate(scene, options.fps, options.change_rate)
    face, calibrated = calibrated_if_wished(face, options.calibrate)
    return face, scene, calibrated, notes


def first_frame(options: PerformOptions, scene: "Scene") -> int:
    """Return the frame on which a performance begins."""
    return scene.frame_start if options.start is None else options.start


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
