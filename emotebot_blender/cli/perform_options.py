# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``emotebot perform`` is asked for and gives back, and what can be checked beforehand."""

from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import EmoteBotError
from ..core.input_files import expanded_path
from ..core.messages import Message
from ..core.performance.liveliness import DEFAULT_LIVELINESS
from ..core.performance.networks import FOLDER
from ..core.script.beats import EmotionScript
from . import blend_files
from .output_files import check_distinct, check_output, check_output_folder

if TYPE_CHECKING:
    from ..animation.key_report import KeyReport


@dataclass(frozen=True)
class PerformOptions:
    """What one run of the command shall make of a script; None for what it shall not.

    Attributes:
        script: text, or the path of a file.
        face: .blend file with the face; None for the open file or the built-in head.
        object_name: name of an object of the character, where there are several.
        any_face: whether a face of which little is found is performed on.
        calibrate: whether a face that never was is measured for gains of its channels.
        fps: frames a second; None for the file's own rate.
        start: frame on which the performance begins; None for the first of the scene.
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
        film: .mp4 file or folder of pictures to write.
        frames: the first and last frame of the film; None for the whole performance.
        sheet: .png file to write.
        engine: what renders film and sheet, of ``render.images.ENGINES``.
        size: pixels of the film's longer side and across each picture of the sheet; None for what
            suits each.
        samples: a pixel; None for what suits each.
        table: .csv file to write.
        lexicon: the user's own trigger words.
        models: folder of the networks.
        force: a .blend file that is there may be replaced, be it the one with the face.
    """

    script: str
    face: Path | None = None
    object_name: str | None = None
    any_face: bool = False
    calibrate: bool = True
    fps: float | None = None
    start: int | None = None
    seed: int = 0
    exaggeration: float = 1.0
    liveliness: float = DEFAULT_LIVELINESS
    tolerance: float | None = 0.01
    whole: float | None = None
    head: float = 1.0
    look_at: str | None = None
    bake: bool = False
    output: Path | None = None
    film: Path | None = None
    frames: tuple[int, int] | None = None
    sheet: Path | None = None
    engine: str = "cycles"
    size: int | None = None
    samples: int | None = None
    table: Path | None = None
    lexicon: Path | None = None
    models: Path = FOLDER
    force: bool = False

    @property
    def needs_blender(self) -> bool:
        """Whether any of it takes Blender."""
        wanted = (self.output, self.film, self.sheet, self.face, self.object_name, self.look_at)
        return any(wanted)

    @property
    def outputs(self) -> tuple[Path, ...]:
        """The files to write and the folder to fill, in the order in which they are written."""
        return tuple(path for path in (self.output, self.table, self.sheet, self.film) if path)


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
        read: files that were read beside those that the options name, such as linked libraries.
    """

    frames: int
    fps: float
    face: str | None
    keys: "KeyReport | None"
    files: tuple[Path, ...]
    calibrated: Message | None = None
    read: tuple[Path, ...] = ()

    def described(self) -> dict[str, Any]:
        """Return all of it as plain objects, for JSON."""
        return {
            "summary": self.summary(),
            "frames": self.frames,
            "fps": self.fps,
            "face": self.face,
            "calibrated": str(self.calibrated) if self.calibrated else None,
            "files": [str(path) for path in self.files],
            "read": [str(path) for path in self.read],
        }

    def summary(self) -> str:
        """Return what was done, in one line."""
        seconds = (self.frames - 1) / self.fps
        frames = "1 frame" if self.frames == 1 else f"{self.frames} frames"
        line = f"{seconds:.1f} s, {frames} at {self.fps:g} a second"
        if self.face is None or self.keys is None:
            return line
        return f"{self.face}: {line}, {self.keys.done()}"


def options_of(parsed: Namespace) -> PerformOptions:
    """Return what the command line of ``emotebot perform`` asks for.

    Args:
        parsed: by the parser of ``arguments``.
    """
    return PerformOptions(
        script=parsed.script,
        face=parsed.face,
        object_name=parsed.object,
        any_face=parsed.any_face,
        calibrate=not parsed.no_calibration,
        fps=parsed.fps,
        start=parsed.start,
        seed=parsed.seed,
        exaggeration=parsed.exaggerate,
        liveliness=parsed.liveliness,
        tolerance=parsed.reduce or None,
        whole=parsed.whole,
        head=parsed.head,
        look_at=parsed.look_at,
        bake=parsed.bake,
        output=parsed.output,
        film=parsed.render,
        frames=parsed.frames,
        sheet=parsed.sheet,
        engine=parsed.engine,
        size=parsed.size,
        samples=parsed.samples,
        table=parsed.csv,
        lexicon=parsed.lexicon,
        models=parsed.models or FOLDER,
        force=parsed.force,
    )


def check_inputs_stay(options: PerformOptions) -> None:
    """Check that nothing is written over what is read, or over what else is written.

    Raises:
        EmoteBotError: it would be.
    """
    face = options.face or blend_files.path_of_open_file()
    inputs = model_files(options.models)
    if options.lexicon:
        inputs.append((Message("the word list"), options.lexicon))
    inputs.append((Message("the script"), expanded_path(options.script.strip())))
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
    for path, ending in (
        (options.output, ".blend"),
        (options.sheet, ".png"),
        (options.table, ".csv"),
    ):
        if path:
            check_output(path, ending)
    if options.output:
        blend_files.check_not_there(options.output, options.force)
    if options.film or options.sheet:
        from ..render.film import check_film
        from ..render.sheet import check_sheet

        if options.sheet:
            check_sheet(len(script.beats))
        if options.film:
            check_film(options.film)
            if options.film.suffix.lower() == ".mp4":
                check_output(options.film, ".mp4")
            else:
                check_output_folder(options.film)
