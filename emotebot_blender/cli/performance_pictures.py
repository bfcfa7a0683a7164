# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of a face that performs: a sheet of its beats, a film."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.clip import Clip
from ..core.errors import EmoteBotError
from ..core.script.beats import EmotionScript
from .output_files import filling, replacing
from .perform_options import PerformOptions
from .terminal import Progress

if TYPE_CHECKING:
    from bpy.types import Scene

    from ..rig.face import Face


def write_sheet(
    face: "Face",
    scene: "Scene",
    script: EmotionScript,
    clip: Clip,
    first: int,
    path: Path,
    options: PerformOptions,
    progress: Progress,
) -> None:
    """Render a labelled picture of the face for each beat of a script, at its apex."""
    from ..core.performance.apex_frames import apex_frames
    from ..render.sheet import SHEET_SAMPLES, SHEET_WIDTH, picture_of, render_sheet

    apexes = apex_frames(script, clip)
    pictures = [
        picture_of(beat, first + apex) for beat, apex in zip(script.beats, apexes, strict=True)
    ]
    width, samples = options.size or SHEET_WIDTH, options.samples or SHEET_SAMPLES
    with progress.stage("Sheet") as show:
        render_sheet(face, scene, pictures, path, show, width, samples, engine=options.engine)


def write_film(
    face: "Face",
    scene: "Scene",
    performed: range,
    options: PerformOptions,
    outputs: ExitStack,
    progress: Progress,
) -> None:
    """Render frames of a face as a film, or into a folder of pictures, as the options want it.

    Args:
        face: the face.
        scene: where it performs.
        performed: the frames on which it does.
        options: of the command; without a film nothing is done.
        outputs: of the command, which take their places together.
        progress: shows what is done.

    Raises:
        EmoteBotError: none of the frames that the options want are performed, or the film cannot
            be rendered or written.
    """
    from ..render.film import FILM_SAMPLES, FILM_SIZE, render_film

    if options.film is None:
        return
    target = replacing if options.film.suffix.lower() == ".mp4" else filling
    size, samples = options.size or FILM_SIZE, options.samples or FILM_SAMPLES
    filmed, part = filmed_frames(options, performed), outputs.enter_context(target(options.film))
    with progress.stage("Film") as show:
        render_film(face, scene, filmed, part, show, size, samples, options.engine)


def filmed_frames(options: PerformOptions, performed: range) -> range:
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
