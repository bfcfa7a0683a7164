# SPDX-License-Identifier: GPL-3.0-or-later
"""From words and files to files: what the subcommands ``perform`` and ``express`` do.

Only what concerns a .blend or pictures needs Blender.
"""

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.channels import CHANNELS
from ..core.clip import Clip
from ..core.emotions import Feeling
from ..core.errors import EmoteBotError
from ..core.exchange.recorded_beats import (
    lengthened,
    read_recordings,
    resolved,
    with_recordings,
)
from ..core.input_files import expanded_path
from ..core.lexicon.lexicon import Lexicon, amounts
from ..core.messages import Message
from ..core.performance import performance
from ..core.performance.liveliness import DEFAULT_LIVELINESS
from ..core.performance.networks import FOLDER, Networks, load_networks
from ..core.script.beats import EmotionScript
from ..core.script.script_files import read_script
from . import blend_files
from .blend_files import DEFAULT_FPS
from .clip_files import ClipFiles
from .file_rate import choose_rate
from .model_export import check_model, export_model
from .output_files import check_distinct, check_output, check_output_folder, filling, replacing
from .performance_pictures import write_film, write_sheet
from .terminal import Progress

if TYPE_CHECKING:
    from bpy.types import Scene

    from ..animation.key_report import KeyReport
    from ..core.performance.gaze_target import GazeTarget
    from ..rig.face import Face


@dataclass(frozen=True)
class PerformOptions:
    """What one run of the command shall make of a script; None for what it shall not.

    Attributes:
        script: text, or the path of a file; left out where a recording is performed.
        face: .blend file with the face; None for the open file or the built-in head.
        object_name: name of an object of the character, where there are several.
        any_face: whether a face of which little is found is performed on.
        calibrate: whether a face that never was is measured for gains of its channels.
        fps: frames a second; None for the file's own rate.
        change_rate: whether that may make other animation of the file faster or slower.
        seed: whole number from 0.
        exaggeration: gain of what is shown, as ``exaggerated`` takes it.
        liveliness: how much a held feeling moves, 0 to 1, where its beat does not say.
        tolerance: for few Bezier keys, above 0; None for a key on every frame.
        whole: how much of a feeling the presets of the face show, 0 to 1; None for what the file or
            else the rig says.
        head: how much of its turns the head does, 0 to 1.
        look_at: name of an object that the eyes are on, ``CAMERA`` for the scene's camera; None for
            what the file says.
        bake: whether the layer is baked into the active action.
        output: .blend file to write.
        model: file for other programs to write.
        film: .mp4 file or folder of pictures to write.
        sheet: .png file to write.
        table: .csv file to write.
        export: file for other programs to write.
        export_format: name of its format, of ``recording_formats``; None for what its ending means.
        lexicon: the user's own trigger words.
        models: folder of the networks.
        force: a .blend file that is there may be replaced, be it the one with the face.
    """

    script: str = ""
    face: Path | None = None
    object_name: str | None = None
    any_face: bool = False
    calibrate: bool = True
    fps: float | None = None
    change_rate: bool = False
    seed: int = 0
    exaggeration: float = 1.0
    liveliness: float = DEFAULT_LIVELINESS
    tolerance: float | None = 0.01
    whole: float | None = None
    head: float = 1.0
    look_at: str | None = None
    bake: bool = False
    output: Path | None = None
    model: Path | None = None
    film: Path | None = None
    sheet: Path | None = None
    table: Path | None = None
    export: Path | None = None
    export_format: str | None = None
    lexicon: Path | None = None
    models: Path = FOLDER
    force: bool = False

    @property
    def needs_blender(self) -> bool:
        """Whether any of it takes Blender."""
        files = (self.output, self.model, self.film, self.sheet, self.face)
        return any((*files, self.object_name, self.look_at))

    @property
    def outputs(self) -> tuple[Path, ...]:
        """The files to write and the folder to fill, in the order in which they are written."""
        files = (self.output, self.model, self.table, self.export, self.sheet, self.film)
        return tuple(path for path in files if path)

    @property
    def clip_files(self) -> ClipFiles:
        """Those of them that hold the performance itself."""
        return ClipFiles(self.table, self.export, self.export_format)


@dataclass(frozen=True)
class PerformResult:
    """What a run has made.

    Attributes:
        frames: how many, one or more.
        fps: how many of them there are a second.
        face: name of what was driven; None when nothing but a table was made.
        keys: what was keyed; None where there is no face.
        files: what was written.
        calibrated: a sentence on the gains that channels were given, or None.
        notes: what of the performance is not in a file, a sentence each.
    """

    frames: int
    fps: float
    face: str | None
    keys: "KeyReport | None"
    files: tuple[Path, ...]
    calibrated: Message | None = None
    notes: tuple[Message, ...] = ()

    def summary(self) -> str:
        """Return what was done, in one line."""
        seconds = (self.frames - 1) / self.fps
        frames = "1 frame" if self.frames == 1 else f"{self.frames} frames"
        line = f"{seconds:.1f} s, {frames} at {self.fps:g} a second"
        if self.face is None or self.keys is None:
            return line
        return f"{self.face}: {line}, {self.keys.done()}"


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
    named = (Path(beat.recording) for beat in script.beats if beat.recording)
    check_distinct(options.outputs, [(Message("a recording"), path) for path in named])
    check_options(options, script)
    networks = load_networks(options.models)
    if not options.needs_blender:
        return _perform_alone(options, script, networks, progress)
    with blend_files.sequences_known():
        return _perform_in_blender(options, script, networks, progress)


def check_inputs_stay(options: PerformOptions, inputs: list[tuple[Message, Path]]) -> None:
    """Check that nothing is written over what is read, or over what else is written.

    Args:
        options: say what is written, and which file has the face.
        inputs: what each other file that is read is called, and its path.

    Raises:
        EmoteBotError: it would be.
    """
    face = options.face or blend_files.path_of_open_file()
    check_distinct(options.outputs, inputs)
    if face:
        others = [path for path in options.outputs if path != options.output]  # it may, by --force
        check_distinct(others, [(Message("the file with the face"), face)])


def model_files(folder: Path) -> list[tuple[Message, Path]]:
    """Return the files of networks that are read, as ``check_distinct`` takes them."""
    names = ("expression.onnx", "motion.onnx", "hold.onnx")
    return [(Message("a network"), folder / name) for name in names]


def check_options(options: PerformOptions, script: EmotionScript) -> None:
    """Check that all that the options say can be made of a script and written.

    Raises:
        EmoteBotError: it cannot.
    """
    if not script.beats:
        raise EmoteBotError("The script has no beats: there is nothing to perform")
    check_outputs(options)
    if options.sheet:
        from ..render.sheet import check_sheet

        check_sheet(len(script.beats))


def check_outputs(options: PerformOptions) -> None:
    """Check, without leaving a trace, that the files that the options name can be written.

    Raises:
        EmoteBotError: one cannot.
    """
    for path, ending in ((options.output, ".blend"), (options.sheet, ".png")):
        if path:
            check_output(path, ending)
    options.clip_files.check()
    if options.output:
        blend_files.check_not_there(options.output, options.force)
    if options.model:
        check_model(options.model)
    if options.film:
        from ..render.film import check_film

        check_film(options.film)
        if options.film.suffix.lower() == ".mp4":
            check_output(options.film, ".mp4")
        else:
            check_output_folder(options.film)


def expressions(
    words: str,
    feeling: Feeling,
    networks: Networks,
    seed: int,
    count: int,
    exaggeration: float = 1.0,
) -> list[dict[str, Any]]:
    """Return expressions of a feeling as plain objects, ready for JSON.

    Args:
        words: what the expressions are called.
        feeling: what is felt.
        networks: the trained networks.
        seed: of the first; the others follow it.
        count: how many, from 1.
        exaggeration: their gain, as ``exaggerated`` takes it.
    """
    rows = performance.express(networks, feeling, seed, count, exaggeration=exaggeration)
    return [
        {
            "name": words if count == 1 else f"{words} {index + 1}",
            "emotion": amounts(feeling),
            "intensity": feeling.intensity,
            "seed": seed + index,
            "channels": {
                name: round(float(value), 6) for name, value in zip(CHANNELS, row, strict=True)
            },
        }
        for index, row in enumerate(rows)
    ]


def write_json(content: Any, path: Path) -> None:
    """Write plain objects as JSON.

    Raises:
        EmoteBotError: the file cannot be written.
    """
    with replacing(path) as part:
        part.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _perform_alone(
    options: PerformOptions, script: EmotionScript, networks: Networks, progress: Progress
) -> PerformResult:
    fps = options.fps or DEFAULT_FPS
    with progress.stage("Performing") as show:
        clip = _clip(options, script, networks, fps, show)
    with ExitStack() as outputs:
        notes = options.clip_files.write(clip, outputs)
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
    fps, first = frame_rate(scene), scene.frame_start
    keys = _perform_on(face, scene, script, options, networks, progress)
    count = round(keys.frames[1]) - first + 1
    with ExitStack() as outputs:  # they take their places together, once all are written
        if options.output:
            blend_files.save_copy(outputs.enter_context(replacing(options.output)))
        if options.model:
            notes += export_model(face, options.model)
        if options.table or options.export or options.sheet:
            clip = _clip(options, script, networks, fps, None, last_target(face))
            notes += options.clip_files.write(clip, outputs, first)
        if options.sheet:
            part = outputs.enter_context(replacing(options.sheet))
            write_sheet(face, scene, script, clip, first, part, progress)
        if options.film:
            target = replacing if options.film.suffix.lower() == ".mp4" else filling
            part = outputs.enter_context(target(options.film))
            write_film(face, scene, range(first, first + count), part, progress)
    name = str(name_with_coverage(face))
    return PerformResult(count, fps, name, keys, options.outputs, calibrated, notes)


def prepared_face(
    options: PerformOptions,
) -> "tuple[Face, Scene, Message | None, tuple[Message, ...]]":
    """Return the face that the options mean, as it is to move, and its scene.

    With them come a sentence on the gains it got, or None, and what became of the frames a second.

    Raises:
        EmoteBotError: there is none, or too little of one.
    """
    from ..rig.face_coverage import coverage_of, refusal_of
    from ..rig.key_recognition import ANY_NAMED
    from ..session.calibrating import calibrated_if_wished

    face, scene = blend_files.open_face(options.face, options.object_name, ANY_NAMED)
    anyway = Message("perform on it anyway with --any-face")
    refusal = None if options.any_face else refusal_of(face.name, coverage_of(face), anyway)
    if refusal is not None:
        raise EmoteBotError(refusal)
    notes = choose_rate(scene, options.fps, options.change_rate)
    face, calibrated = calibrated_if_wished(face, options.calibrate)
    return face, scene, calibrated, notes


def _perform_on(
    face: "Face",
    scene: "Scene",
    script: EmotionScript,
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
    settings: dict[str, Any] = {"seed": options.seed, "frame_start": scene.frame_start}
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
