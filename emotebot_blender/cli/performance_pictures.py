# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of a face that performs: a sheet of its beats, a film."""

from pathlib import Path
from typing import TYPE_CHECKING

from ..core.clip import Clip
from ..core.script.beats import EmotionScript
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
    progress: Progress,
) -> None:
    """Render a labelled picture of the face for each beat of a script, at its apex."""
    from ..core.performance.apex_frames import apex_frames
    from ..render.sheet import picture_of, render_sheet

    apexes = apex_frames(script, clip)
    pictures = [
        picture_of(beat, first + apex) for beat, apex in zip(script.beats, apexes, strict=True)
    ]
    with progress.stage("Sheet") as show:
        render_sheet(face, scene, pictures, path, show)


def write_film(face: "Face", scene: "Scene", frames: range, path: Path, progress: Progress) -> None:
    """Render frames of a face as a film, or into a folder of pictures."""
    from ..render.film import render_film

    with progress.stage("Film") as show:
        render_film(face, scene, frames, path, show)
