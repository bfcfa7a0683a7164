# SPDX-License-Identifier: GPL-3.0-or-later
"""Films of a face: an MP4 file or a folder of numbered pictures."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import bpy
from bpy.types import Scene

from ..core.errors import EmoteBotError
from ..rig.face import Face
from .images import CYCLES, render_frame, run_render, set_quality
from .studio import camera_view, portrait
from .whole_files import check_mp4

FILM_SIZE = 448
"""Pixels of the longer side of a film."""

FILM_SAMPLES = 2

_ENCODING = 0.03
"""Share of a film's progress that goes to encoding."""


def check_film(path: Path) -> None:
    """Check that a film of this name can be made.

    Raises:
        EmoteBotError: the name ends like another kind of file, or this Blender writes no films.
    """
    if path.suffix and path.suffix.lower() != ".mp4" and not path.is_dir():
        raise EmoteBotError(
            "A film ends in .mp4, or is a folder for numbered pictures, not “{path}”",
            path=path.name,
        )
    if path.suffix.lower() == ".mp4" and not bpy.app.ffmpeg.supported:
        raise EmoteBotError("This Blender writes no films; name a folder for numbered pictures")


def render_film(
    face: Face,
    scene: Scene,
    frames: Sequence[int],
    path: Path,
    progress: Callable[[float], None] | None = None,
    size: int = FILM_SIZE,
    samples: int = FILM_SAMPLES,
    engine: str = CYCLES,
) -> None:
    """Film a face.

    The scene's own camera films if it sees the face; otherwise the character is filmed in a
    studio. The scene is left as it is.

    Args:
        face: the face.
        scene: where it is animated.
        frames: the frames to film, in order, at least one.
        path: of the film if it ends in .mp4, else of an existing folder to fill with pictures
            named after their frames.
        progress: called with the share done, 0 to 1, after each frame.
        size: pixels of the longer side.
        samples: a pixel.
        engine: one of ``images.ENGINES``.

    Raises:
        EmoteBotError: this Blender cannot render the film, or not write it whole.
    """
    check_film(path)
    with camera_view(face, scene, size) as view:
        if view is not None:
            _render_frames(view, scene, frames, path, progress, samples, engine)
            return
    with portrait(face, scene, size, size, frames=frames) as studio:
        _render_frames(studio, scene, frames, path, progress, samples, engine)


def _render_frames(
    view: Scene,
    scene: Scene,
    frames: Sequence[int],
    path: Path,
    progress: Callable[[float], None] | None,
    samples: int,
    engine: str,
) -> None:
    set_quality(view, samples, engine)
    view.render.image_settings.color_mode = "RGB"
    is_film = path.suffix.lower() == ".mp4"
    share = 1 - _ENCODING if is_film else 1.0
    with tempfile.TemporaryDirectory(prefix="emotebot-") as temporary:
        folder = Path(temporary) if is_film else path
        pictures = [folder / f"{frame:04d}.png" for frame in frames]
        for done, (frame, picture) in enumerate(zip(frames, pictures, strict=True), start=1):
            render_frame(view, frame, picture)
            if progress:
                progress(share * done / len(frames))
        if is_film:
            _encode(pictures, view, scene, path)
            check_mp4(path)
    if progress:
        progress(1.0)


def _encode(pictures: list[Path], view: Scene, scene: Scene, path: Path) -> None:
    """Write pictures as a film by Blender's own sequencer.

    Args:
        pictures: the files, in order.
        view: the scene that was rendered, which gives the size.
        scene: gives the frames a second.
        path: of the film.

    Raises:
        EmoteBotError: Blender cannot write it.
    """
    editing = bpy.data.scenes.new("EmoteBot film")
    try:
        editor = editing.sequence_editor_create()
        strips = editor.strips if hasattr(editor, "strips") else editor.sequences
        strip = strips.new_image("film", str(pictures[0]), channel=1, frame_start=1)
        for picture in pictures[1:]:
            strip.elements.append(picture.name)
        render = editing.render
        render.resolution_x = view.render.resolution_x
        render.resolution_y = view.render.resolution_y
        render.resolution_percentage = 100
        render.fps, render.fps_base = scene.render.fps, scene.render.fps_base
        editing.frame_start, editing.frame_end = 1, len(pictures)
        editing.view_settings.view_transform = "Standard"  # the pictures are developed already
        settings = render.image_settings
        if hasattr(settings, "media_type"):
            settings.media_type = "VIDEO"
        settings.file_format = "FFMPEG"
        settings.color_mode = "RGB"
        render.ffmpeg.format = "MPEG4"
        render.ffmpeg.codec = "H264"
        render.ffmpeg.constant_rate_factor = "HIGH"
        render.ffmpeg.audio_codec = "NONE"
        render.use_file_extension = False
        render.filepath = str(path)
        run_render(editing, animation=True)
    except EmoteBotError as error:  # Blender blames the codec where the disk is full
        raise EmoteBotError(
            "“{path}” was not written whole; is the disk full? {reason}", path=path, reason=error
        ) from error
    finally:
        bpy.data.scenes.remove(editing)
