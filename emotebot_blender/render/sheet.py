# SPDX-License-Identifier: GPL-3.0-or-later
"""A sheet: one labelled picture of the face for each beat, side by side."""

import math
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from bpy.types import Scene

from ..core.errors import EmoteBotError
from ..core.script.beats import Beat
from ..rig.face import Face
from .images import CYCLES, read_image, render_frame, set_quality, write_image
from .lettering import Line, can_show, render_lines
from .studio import HEAD, Shot, portrait

PER_ROW = 7
"""Pictures side by side, at most."""

MOST_PICTURES = 210
"""Pictures on one sheet: thirty rows are as much as anyone looks at."""

SHEET_WIDTH = 336
"""Pixels across one picture."""

SHEET_SAMPLES = 8

_PAPER = np.array((0.976, 0.973, 0.965), dtype=np.float32)
_INK, _QUIET_INK = 0.13, 0.45

# Lengths in widths of a picture.
_MARGIN, _GAP, _LABEL, _ROW_GAP, _CORNER = 0.12, 0.06, 0.26, 0.08, 0.035
_LABEL_WITHOUT_NOTE = 0.14
_TITLE_SIZE, _NOTE_SIZE = 0.088, 0.062
_TITLE_DROP, _NOTE_DROP = 0.115, 0.215

_TEXT_WIDTH = 0.94
"""Share of a picture's width that lines of text take."""

_LETTER_WIDTH = 0.56
"""Width of a letter to its size, on average."""

_TEXT_STEP = 1.5
"""From one line of text to the next, in sizes of the letters."""


@dataclass(frozen=True)
class SheetPicture:
    """One picture of a sheet.

    Attributes:
        frame: of the scene, to be pictured.
        title: the first line of its label.
        note: its second, quieter line; may be empty.
    """

    frame: int
    title: str
    note: str


def picture_of(beat: Beat, frame: int) -> SheetPicture:
    """Return the picture of a beat: its words, and below them what they stand for.

    Words that the fonts cannot show give way to the emotion's name.
    """
    feeling = beat.feeling
    dominant = feeling.mixture.dominant()
    words = " ".join(beat.words.split())
    shares = {custom.word: share for custom, share in feeling.custom if can_show(custom.word)}
    if feeling.mixture_share > 0:
        emotions = feeling.mixture.amounts().items()
        shares |= {name: share * feeling.mixture_share for name, share in emotions}
    greatest = sorted(shares.items(), key=lambda item: -item[1])
    note = "  ".join(
        name if name == "neutral" else f"{name} {share * feeling.intensity:.0%}".replace("%", " %")
        for name, share in greatest[:2]
    )
    return SheetPicture(frame, words if can_show(words) else dominant, note)


def check_sheet(count: int) -> None:
    """Check that so many pictures fit on a sheet.

    Raises:
        EmoteBotError: there are none or too many.
    """
    if not 1 <= count <= MOST_PICTURES:
        raise EmoteBotError(
            "A sheet shows 1 to {most} beats, not {count}", most=MOST_PICTURES, count=count
        )


def render_sheet(
    face: Face,
    scene: Scene,
    pictures: Sequence[SheetPicture],
    path: Path,
    progress: Callable[[float], None] | None = None,
    width: int = SHEET_WIDTH,
    samples: int = SHEET_SAMPLES,
    per_row: int = PER_ROW,
    shot: Shot = HEAD,
    engine: str = CYCLES,
) -> None:
    """Write a sheet of portraits as a PNG file; the scene is left as it is.

    Args:
        face: the face.
        scene: where it is animated.
        pictures: what to show, 1 to ``MOST_PICTURES``.
        path: of the file.
        progress: called with the share done, 0 to 1, after each picture.
        width: of one picture in pixels.
        samples: a pixel.
        per_row: pictures side by side, at most; rows are filled evenly.
        shot: what each picture shows of the face.
        engine: one of ``images.ENGINES``.

    Raises:
        EmoteBotError: no or too many pictures, or this Blender cannot render.
    """
    check_sheet(len(pictures))
    height = width * shot.aspect[1] // shot.aspect[0] // 2 * 2
    frames = [picture.frame for picture in pictures]
    tiles = []
    with (
        tempfile.TemporaryDirectory(prefix="emotebot-") as folder,
        portrait(face, scene, width, height, shot, frames) as studio,
    ):
        set_quality(studio, samples, engine)
        studio.render.image_settings.color_mode = "RGB"
        for done, picture in enumerate(pictures, start=1):
            file = Path(folder) / "portrait.png"
            render_frame(studio, picture.frame, file)
            tiles.append(read_image(file)[..., :3])
            if progress:
                progress(done / (len(pictures) + 1))
    write_image(compose_sheet(tiles, pictures, per_row), path)
    if progress:
        progress(1.0)


def compose_sheet(
    tiles: Sequence[np.ndarray], pictures: Sequence[SheetPicture], per_row: int = PER_ROW
) -> np.ndarray:
    """Return a sheet, float32, shape (height, width, 3), from the bottom row up.

    Args:
        tiles: the rendered pictures, float32, each of the same shape (height, width, 3), 0 to 1,
            from the bottom row up.
        pictures: their labels.
        per_row: pictures side by side, at most.
    """
    tile_height, unit = tiles[0].shape[:2]
    rows = math.ceil(len(tiles) / per_row)
    columns = math.ceil(len(tiles) / rows)
    noted = any(picture.note for picture in pictures)
    label = round((_LABEL if noted else _LABEL_WITHOUT_NOTE) * unit)
    margin, gap = round(_MARGIN * unit), round(_GAP * unit)
    row_gap = round(_ROW_GAP * unit)
    width = 2 * margin + columns * unit + (columns - 1) * gap
    step = tile_height + label + row_gap
    height = margin + rows * step - row_gap + margin - round(0.04 * unit)
    sheet = np.tile(_PAPER, (height, width, 1))
    cover = _rounded(tile_height, unit)[..., None]
    for row in range(rows):
        members = range(row * columns, min((row + 1) * columns, len(tiles)))
        indent = (columns - len(members)) * (unit + gap) // 2
        bottom = height - margin - row * step - tile_height
        lines = []
        for column, index in enumerate(members):
            left = margin + indent + column * (unit + gap)
            area = sheet[bottom : bottom + tile_height, left : left + unit]
            area += (tiles[index] - area) * cover
            middle = left + unit / 2
            title, note = pictures[index].title, pictures[index].note
            lines.append(_label_line(title, middle, label, unit, _TITLE_DROP, _TITLE_SIZE, _INK))
            if note:
                lines.append(
                    _label_line(note, middle, label, unit, _NOTE_DROP, _NOTE_SIZE, _QUIET_INK)
                )
        _overlay(render_lines(lines, width, label), sheet[bottom - label : bottom])
    return np.clip(sheet, 0, 1)


def compose_text(texts: Sequence[str], width: int, size: float, quiet: bool = False) -> np.ndarray:
    """Return lines of text on paper, float32, shape (height, width, 3), from the bottom row up.

    Args:
        texts: the lines, each on as many rows as it needs.
        width: of the picture in pixels.
        size: of the letters in pixels.
        quiet: whether the ink is that of notes.
    """
    letters = max(int(width * _TEXT_WIDTH / (size * _LETTER_WIDTH)), 1)
    rows = [row for text in texts for row in textwrap.wrap(text, letters)]
    step = _TEXT_STEP * size
    height = max(round(step * len(rows) + size), 1)
    paper = np.tile(_PAPER, (height, width, 1))
    grey = _QUIET_INK if quiet else _INK
    lines = [
        Line(row, width / 2, height - step * number, size, width * _TEXT_WIDTH, grey)
        for number, row in enumerate(rows, start=1)
    ]
    _overlay(render_lines(lines, width, height), paper)
    return np.clip(paper, 0, 1)


def stack(blocks: Sequence[np.ndarray]) -> np.ndarray:
    """Return pictures one below the other on paper, each in the middle of the widest.

    Args:
        blocks: float32, each of a shape (height, width, 3), from the bottom row up.
    """
    width = max(block.shape[1] for block in blocks)
    rows = []
    for block in reversed(blocks):  # rows of pixels go upwards
        row = np.tile(_PAPER, (len(block), width, 1))
        left = (width - block.shape[1]) // 2
        row[:, left : left + block.shape[1]] = block
        rows.append(row)
    return np.concatenate(rows)


def _label_line(
    text: str, middle: float, label: int, unit: int, drop: float, size: float, grey: float
) -> Line:
    return Line(text, middle, label - drop * unit, size * unit, float(unit), grey)


def _overlay(ink: np.ndarray, paper: np.ndarray) -> None:
    """Lay RGBA pixels, shape (height, width, 4), over RGB ones, (height, width, 3), in place."""
    paper += (ink[..., :3] - paper) * ink[..., 3:]


def _rounded(height: int, width: int) -> np.ndarray:
    """Return the alpha of a rectangle with round corners, float32, shape (height, width)."""
    radius = _CORNER * width
    y = np.abs(np.arange(height) + 0.5 - height / 2) - (height / 2 - radius)
    x = np.abs(np.arange(width) + 0.5 - width / 2) - (width / 2 - radius)
    outside = np.hypot(np.maximum(y, 0)[:, None], np.maximum(x, 0)[None])
    return np.clip(radius - outside + 0.5, 0, 1).astype(np.float32)
