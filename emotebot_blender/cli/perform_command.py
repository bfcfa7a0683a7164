# SPDX-License-Identifier: GPL-3.0-or-later
"""From words and files to files: what the command does, without its options' syntax.

Only the functions that handle a .blend need Blender.
"""

import csv
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.channels import CHANNELS
from ..core.clip import Clip
from ..core.emotions import Feeling
from ..core.errors import EmoteBotError
from ..core.lexicon.lexicon import Lexicon, amounts
from ..core.performance import performance
from ..core.performance.networks import FOLDER
from ..core.performance.performance import Networks
from ..core.script.beats import EmotionScript
from ..core.script.script_files import read_script
from .output_files import check_output, check_output_folder, filling, replacing
from .terminal import Progress

if TYPE_CHECKING:
    from bpy.types import Scene

    from ..animation.keyframes import KeyReport
    from ..rig.face import Face

DEFAULT_FPS = 24.0
FIRST_FRAME = 1


@dataclass(frozen=True)
class Wanted:
    """What one run of the command is to make of a script; None for what is not wanted.

    Attributes:
        script: text, or the path of a file.
        face: .blend file with the face; None for the open file or the built-in head.
        thing: name of an object of the character, where there are several.
        fps: frames a second; None for the file's own rate.
        seed: whole number from 0.
        tolerance: for few Bezier keys, above 0; None for a key on every frame.
        output: .blend file to write.
        film: .mp4 file or folder of pictures to write.
        sheet: .png file to write.
        table: .csv file to write.
        lexicon: the user's own trigger words.
        models: folder of the networks.
        force: a .blend file that is there may be replaced.
    """

    script: str
    face: Path | None = None
    thing: str | None = None
    fps: float | None = None
    seed: int = 0
    tolerance: float | None = 0.01
    output: Path | None = None
    film: Path | None = None
    sheet: Path | None = None
    table: Path | None = None
    lexicon: Path | None = None
    models: Path = FOLDER
    force: bool = False

    @property
    def needs_blender(self) -> bool:
        """Whether anything is wanted that only Blender can make."""
        return bool(self.output or self.film or self.sheet or self.face or self.thing)


@dataclass(frozen=True)
class Performed:
    """What a run has made.

    Attributes:
        clip: the performance.
        keys: what was keyed; None when nothing but a table was wanted.
        files: what was written.
    """

    clip: Clip
    keys: "KeyReport | None"
    files: tuple[Path, ...]


def perform(wanted: Wanted, progress: Progress) -> Performed:
    """Make all that is wanted; whatever can be checked beforehand is.

    Raises:
        EmoteBotError: what was handed in has a fault; nothing has been written then, unless the
            disk fails at the very end.
    """
    lexicon = Lexicon.load(wanted.lexicon)
    script = read_script(wanted.script, lexicon)
    check_wanted(wanted, script)
    networks = performance.load_networks(wanted.models)
    if not wanted.needs_blender:
        return _perform_alone(wanted, script, networks, progress)
    return _perform_in_blender(wanted, script, networks, progress)


def check_wanted(wanted: Wanted, script: EmotionScript) -> None:
    """Check that everything wanted of a script can be made and written.

    Raises:
        EmoteBotError: it cannot.
    """
    if not script.beats:
        raise EmoteBotError("The script has no beats: there is nothing to perform")
    for path, ending in (
        (wanted.output, ".blend"),
        (wanted.sheet, ".png"),
        (wanted.table, ".csv"),
    ):
        if path:
            check_output(path, ending)
            if _is_script(path, wanted.script):
                raise EmoteBotError("“{path}” is the script itself; choose another name", path=path)
    if wanted.output:
        check_not_there(wanted.output, wanted.force)
    if wanted.film or wanted.sheet:
        from ..render.film import check_film
        from ..render.sheet import check_sheet

        if wanted.sheet:
            check_sheet(len(script.beats))
        if wanted.film:
            check_film(wanted.film)
            if wanted.film.suffix.lower() == ".mp4":
                check_output(wanted.film, ".mp4")
            else:
                check_output_folder(wanted.film)


def check_not_there(path: Path, force: bool) -> None:
    """Check that a .blend file does not replace another, unless that is meant.

    Raises:
        EmoteBotError: it does.
    """
    if path.exists() and not force:
        raise EmoteBotError("“{path}” is already there; --force replaces it", path=path)


def expressions(
    words: str, feeling: Feeling, networks: Networks, seed: int, count: int
) -> list[dict[str, Any]]:
    """Return expressions of a feeling as plain objects, ready for JSON.

    Args:
        words: what the expressions are called.
        feeling: what is felt.
        networks: the trained networks.
        seed: of the first; the others follow it.
        count: how many, from 1.
    """
    rows = performance.express(networks, feeling, seed, count)
    return [
        {
            "name": words if count == 1 else f"{words} {place + 1}",
            "emotion": amounts(feeling),
            "intensity": feeling.intensity,
            "seed": seed + place,
            "channels": {
                name: round(float(value), 6) for name, value in zip(CHANNELS, row, strict=True)
            },
        }
        for place, row in enumerate(rows)
    ]


def open_face(path: Path | None, thing: str | None) -> "tuple[Face, Scene]":
    """Return a face and its scene: of a file, of the open file, or the built-in head.

    Args:
        path: of a .blend file, which is opened; None for the open file if there is one, else the
            built-in head in an empty file.
        thing: name of an object of the character; None where there is but one face.

    Raises:
        EmoteBotError: the file cannot be read, or has no such object or face.
    """
    import bpy

    from ..rig.face import find_face, find_object

    if path is not None:
        _open_file(path)
    elif not bpy.data.filepath and (refused := _file_refused()):
        raise EmoteBotError(
            "“{refused}” is not a .blend file that Blender can read", refused=refused
        )
    elif not bpy.data.filepath and not thing and not _has_shape_keys(bpy.context.scene):
        return _built_in_head()
    scene = bpy.context.scene
    start = find_object(thing, scene) if thing else None
    return find_face(start, scene), scene


def write_table(clip: Clip, path: Path, first_frame: int = FIRST_FRAME) -> None:
    """Write a clip as CSV: frame, time in seconds, and the 52 channels.

    Raises:
        EmoteBotError: the file cannot be written.
    """
    with replacing(path) as part, part.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("frame", "time", *CHANNELS))
        for place, (time, row) in enumerate(zip(clip.times(), clip.weights, strict=True)):
            weights = (f"{weight:.6f}" for weight in row.tolist())
            writer.writerow((first_frame + place, f"{time:.6f}", *weights))


def write_json(content: Any, path: Path) -> None:
    """Write plain objects as JSON.

    Raises:
        EmoteBotError: the file cannot be written.
    """
    with replacing(path) as part:
        part.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _perform_alone(
    wanted: Wanted, script: EmotionScript, networks: Networks, progress: Progress
) -> Performed:
    with progress.stage("Performing") as told:
        clip = performance.perform(
            script, networks, wanted.fps or DEFAULT_FPS, wanted.seed, progress=told
        )
    if wanted.table:
        write_table(clip, wanted.table)
    return Performed(clip, None, (wanted.table,) if wanted.table else ())


def _perform_in_blender(
    wanted: Wanted, script: EmotionScript, networks: Networks, progress: Progress
) -> Performed:
    from ..animation.keyframes import Keying
    from ..session import posing

    face, scene = open_face(wanted.face, wanted.thing)
    if wanted.fps:
        _set_rate(scene, wanted.fps)
    first = scene.frame_start
    with progress.stage("Performing") as told:
        clip, keys = posing.perform(
            face, script, networks, scene, first, wanted.seed, Keying(wanted.tolerance), told
        )
    frames = range(first, first + len(clip))
    if wanted.output:
        save_file(wanted.output)
    if wanted.table:
        write_table(clip, wanted.table, first)
    if wanted.sheet:
        _write_sheet(face, scene, script, clip, first, wanted.sheet, progress)
    if wanted.film:
        _write_film(face, scene, frames, wanted.film, progress)
    files = (wanted.output, wanted.table, wanted.sheet, wanted.film)
    return Performed(clip, keys, tuple(path for path in files if path))


def _write_sheet(
    face: "Face",
    scene: "Scene",
    script: EmotionScript,
    clip: Clip,
    first: int,
    path: Path,
    progress: Progress,
) -> None:
    from ..render.sheet import picture_of, render_sheet

    apexes = performance.apex_frames(script, clip)
    pictures = [
        picture_of(beat, first + apex) for beat, apex in zip(script.beats, apexes, strict=True)
    ]
    with replacing(path) as part, progress.stage("Sheet") as told:
        render_sheet(face, scene, pictures, part, told)


def _write_film(
    face: "Face", scene: "Scene", frames: Sequence[int], path: Path, progress: Progress
) -> None:
    from ..render.film import render_film

    place = replacing if path.suffix.lower() == ".mp4" else filling
    with place(path) as part, progress.stage("Film") as told:
        render_film(face, scene, frames, part, told)


def _is_script(path: Path, script: str) -> bool:
    try:
        return path.exists() and path.samefile(script.strip())
    except (OSError, ValueError):
        return False  # the script is text, and no name of a file


def _open_file(path: Path) -> None:
    import bpy

    if not os.path.isfile(path):  # unlike Path.is_file, no to any name that cannot be
        raise EmoteBotError("There is no .blend file “{path}”", path=path)
    try:
        bpy.ops.wm.open_mainfile(filepath=str(path.resolve()), load_ui=False, use_scripts=False)
    except RuntimeError as error:
        raise EmoteBotError(
            "“{path}” is not a .blend file that Blender can read", path=path
        ) from error


def _file_refused() -> str | None:
    """Return the file named in ``blender FILE --command …``; Blender goes on where it fails."""
    for place, argument in enumerate(sys.argv):
        if argument in ("--command", "-c"):
            return next((name for name in sys.argv[1:place] if name.endswith(".blend")), None)
    return None


def _has_shape_keys(scene: "Scene") -> bool:
    return any(thing.type == "MESH" and thing.data.shape_keys for thing in scene.objects)


def new_scene() -> "Scene":
    """Return the scene of a new, empty file, which is open then."""
    import bpy

    bpy.ops.wm.read_homefile(use_empty=True)
    return bpy.context.scene


def _built_in_head() -> "tuple[Face, Scene]":
    from ..character.character import add_character
    from ..rig.face import find_face

    scene = new_scene()
    scene.frame_start = scene.frame_end = FIRST_FRAME
    _set_rate(scene, DEFAULT_FPS)
    return find_face(add_character(scene), scene), scene


def _set_rate(scene: "Scene", fps: float) -> None:
    whole = max(round(fps), 1)
    scene.render.fps, scene.render.fps_base = whole, whole / fps


def save_file(path: Path) -> None:
    """Write a copy of the open file.

    Raises:
        EmoteBotError: it cannot be written.
    """
    import bpy

    with replacing(path) as part:
        try:
            bpy.ops.wm.save_as_mainfile(
                filepath=str(part), copy=True, relative_remap=True, check_existing=False
            )
        except RuntimeError as error:
            raise EmoteBotError("“{path}” cannot be written: Blender refused", path=path) from error
