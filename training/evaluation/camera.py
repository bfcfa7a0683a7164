# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces before a camera: expressions put on a head, rendered, and given as pixels.

Needs Blender as a module. This package and the benchmarks are the only ones that learn or measure
and render as well.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from emotebot_blender.core.errors import EmoteBotError

RenderFace = Callable[[np.ndarray], np.ndarray]
"""From weights, shape (52,), to a picture, uint8, shape (height, width, 3), from the top row."""

WIDTH, HEIGHT, SAMPLES = 256, 320, 4


def open_head(path: Path | None = None) -> tuple[Any, Any]:
    """Return a face and its scene, in a new file.

    Args:
        path: a .blend file with a face in it; None for EmoteBot's own head.

    Raises:
        EmoteBotError: there is no such file, or no face in it.
    """
    import bpy

    from emotebot_blender.character.character import add_character
    from emotebot_blender.rig.face import find_face

    if path is None:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        scene = bpy.context.scene
        return find_face(add_character(scene), scene), scene
    if not path.is_file():
        raise EmoteBotError("There is no head at {path}", path=path)
    bpy.ops.wm.open_mainfile(filepath=str(path.resolve()))
    return find_face(None, bpy.context.scene), bpy.context.scene


@contextmanager
def silenced() -> Iterator[None]:
    """Keep off standard output what Blender prints there for every file and frame."""
    sys.stdout.flush()
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def face_renderer(
    face: Any,
    scene: Any,
    turn: float = 0.0,
    width: int = WIDTH,
    height: int = HEIGHT,
    samples: int = SAMPLES,
    below: float | None = None,
    own: bool = False,
) -> Iterator[RenderFace]:
    """Give a function that poses a face, renders it and returns the picture.

    Args:
        face: the face, from ``open_head``.
        scene: where it is.
        turn: degrees that the camera goes to the viewer's right.
        width: of the picture in pixels.
        height: of the picture in pixels.
        samples: a pixel.
        below: what is seen under the face's middle, in heights of the face; None for the neck.
        own: whether the scene's own camera and lights are used where its camera sees the face; the
            picture then has the scene's proportions and ``height`` pixels on its longer side.
    """
    from emotebot_blender.render.images import read_image, render_frame, set_quality
    from emotebot_blender.render.studio import Shot, camera_view, portrait
    from emotebot_blender.rig.pose import FacePoser

    shot = Shot(turn=turn) if below is None else Shot(turn=turn, below=below)
    with ExitStack() as opened:
        folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="emotebot-"))
        studio = opened.enter_context(camera_view(face, scene, height)) if own else None
        if studio is None:
            studio = opened.enter_context(portrait(face, scene, width, height, shot))
        set_quality(studio, samples)
        studio.render.image_settings.color_mode = "RGB"
        file = Path(folder) / "portrait.png"
        poser = FacePoser(face)

        def render(weights: np.ndarray) -> np.ndarray:
            poser.show(weights)
            render_frame(studio, scene.frame_current, file)
            pixels = read_image(file)[::-1, :, :3]
            picture: np.ndarray = np.round(pixels * 255).astype(np.uint8)
            return picture

        yield render


def mosaic(
    tiles: Sequence[Sequence[np.ndarray]],
    rows: Sequence[str],
    columns: Sequence[str],
    path: Path,
    colours: int = 256,
) -> None:
    """Write pictures as a labelled sheet.

    Args:
        tiles: rows of pictures, all of one shape: uint8, (height, width, 3) or (height, width).
        rows: what each row shows.
        columns: what each column shows.
        path: of the PNG file.
        colours: of its palette.
    """
    from PIL import Image, ImageDraw, ImageFont

    height, width = tiles[0][0].shape[:2]
    font = ImageFont.load_default(13)
    widest = max(font.getlength(line) for words in rows for line in words.split("\n"))
    gap, left, top = 4, round(widest) + 16, 26
    size = (left + len(tiles[0]) * (width + gap) + gap, top + len(tiles) * (height + gap) + gap)
    sheet = Image.new("RGB", size, "#fcfbf8")
    pen = ImageDraw.Draw(sheet)
    for x, words in enumerate(columns):
        position = (left + x * (width + gap) + width / 2, top / 2)
        pen.text(position, words, fill="#55595e", font=font, anchor="mm")
    for y, words in enumerate(rows):
        down = top + y * (height + gap)
        pen.text((left - 8, down + height / 2), words, fill="#26292c", font=font, anchor="rm")
        for x, tile in enumerate(tiles[y]):
            sheet.paste(Image.fromarray(tile).convert("RGB"), (left + x * (width + gap), down))
    palette = sheet.quantize(colours, Image.Quantize.MEDIANCUT, kmeans=2)
    sheet.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(path, optimize=True)
