# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the mean face of each emotion, which is nobody's portrait as long as many people are in it.

Faces are aligned by the eyes, warped so that their landmarks are at the mean ones, and averaged
pixel by pixel. Of fewer than ``PEOPLE`` people no mean is drawn: it would look like them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message

from ..faces.landmarks import FaceReader
from ..faces.quality import align
from .assemble import Peak
from .measure import enlarged, frames_of

PEOPLE = 12
"""People at least that a mean face is made of."""

MOST = 48
"""Faces at most that a mean face is made of."""

SIDE = 320
"""Width and height of a mean face on the sheet, in pixels."""

_MARGIN = 4
"""Pixels around each face."""

_LINE = 36
"""Pixels of the line with the emotion's name below it."""

_COLUMNS = 4
_PAPER = "#fcfbf8"
"""The colour of the report's page."""

_BORDER = 40
"""Pixels between fixed points along the picture's edge, which is not warped."""


def draw(peaks: Sequence[Peak], model: Path | None, path: Path) -> tuple[tuple[str, ...], Message]:
    """Draw the mean faces of a data set side by side.

    Args:
        peaks: the moments that show the emotions.
        model: path of ``face_landmarker.task``; None where there are no pictures.
        path: of the sheet, PNG.

    Returns:
        The emotions that are on it, none where there is no sheet, and which are missing and why.
    """
    if model is None:
        return (), Message("There are no photographs in this data set, so there are no mean faces.")
    shown: list[str] = []
    drawn: list[np.ndarray] = []
    with FaceReader(model) as reader:
        for emotion in EMOTIONS:
            faces = list(_faces(choose(peaks, emotion), reader))
            if len({person for person, _, _ in faces}) < PEOPLE:
                continue
            shown.append(emotion)
            drawn.append(mean_face([face for _, *face in faces]))
    missing = [emotion for emotion in EMOTIONS if emotion not in shown]
    if not shown:
        return (), Message(
            "No mean face is drawn of any emotion: one of fewer than {people} people looks like "
            "them.",
            people=PEOPLE,
        )
    _draw_sheet(drawn, shown, path)
    note = Message("Each is the mean of {people} to {faces} faces.", people=PEOPLE, faces=MOST)
    if missing:
        note = Message(
            "{note} No mean face is drawn of {emotions}: one of fewer than {people} people looks "
            "like them.",
            note=note,
            emotions=tuple(missing),
            people=PEOPLE,
        )
    return tuple(shown), note


def choose(peaks: Iterable[Peak], emotion: str) -> list[Peak]:
    """Return moments that show an emotion most of all, of as many people as there are."""
    by_person: dict[str, list[Peak]] = defaultdict(list)
    for peak in peaks:
        if peak.item.emotion is not None and peak.item.emotion.dominant() == emotion:
            by_person[peak.item.person].append(peak)
    people = sorted(by_person)
    if len(people) < PEOPLE:
        return []
    turns = range(max(map(len, by_person.values())))
    ordered = [
        by_person[person][turn]
        for turn in turns
        for person in people
        if turn < len(by_person[person])
    ]
    if len(people) > MOST:
        return [ordered[int(index)] for index in np.linspace(0, len(people) - 1, MOST)]
    return ordered[:MOST]


def mean_face(faces: Sequence[Sequence[np.ndarray]]) -> np.ndarray:
    """Return the mean of aligned faces, uint8, shape (side, side, 3).

    Args:
        faces: of each the pixels, uint8, shape (side, side, 3), and the landmarks on them, shape
            (478, 2).
    """
    middle = np.mean([points for _, points in faces], axis=0)
    total = np.sum([_warped(pixels, points, middle) for pixels, points in faces], axis=0)
    mean: np.ndarray = np.clip(total / len(faces), 0, 255).round().astype(np.uint8)
    return mean


def _faces(
    peaks: Iterable[Peak], reader: FaceReader
) -> Iterable[tuple[str, np.ndarray, np.ndarray]]:
    """Yield person, aligned pixels and landmarks of each moment on which a face is found."""
    for peak in peaks:
        try:
            pixels = next(
                picture for time, picture in frames_of(peak.item) if time >= peak.seconds - 1e-6
            )
        except (EmoteBotError, OSError, StopIteration):
            continue
        pixels, _ = enlarged(pixels)
        face = reader.find(pixels)
        if face is not None:
            yield peak.item.person, *align(pixels, face.points, SIDE)


def _warped(pixels: np.ndarray, points: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return a face warped so that its landmarks are at others, float64, shape (side, side, 3).

    Piecewise linear between the landmarks, after Delaunay.

    Args:
        pixels: uint8, shape (side, side, 3).
        points: shape (478, 2), the face's landmarks in pixels.
        target: shape (478, 2), where they go.
    """
    import cv2
    from scipy.interpolate import LinearNDInterpolator

    side = len(pixels)
    edge = np.linspace(0, side - 1, side // _BORDER + 1)
    frame = np.array([(x, y) for x in edge for y in edge if {x, y} & {0.0, side - 1.0}])
    inside = ((target > 0) & (target < side - 1)).all(axis=1)
    knots = np.concatenate([target[inside], frame])
    shifts = np.concatenate([points[inside] - target[inside], np.zeros_like(frame)])
    y, x = np.mgrid[:side, :side].astype(np.float32)
    shift = LinearNDInterpolator(knots, shifts, fill_value=0.0)(x, y).astype(np.float32)
    warped: np.ndarray = cv2.remap(
        pixels,
        x + shift[..., 0],
        y + shift[..., 1],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return warped.astype(float)


def _draw_sheet(faces: Sequence[np.ndarray], emotions: Sequence[str], path: Path) -> None:
    """Write a picture of faces, pixel by pixel, with the emotions' names below them."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = min(len(faces), _COLUMNS)
    width, height = SIDE + 2 * _MARGIN, SIDE + 2 * _MARGIN + _LINE
    rows = -(-len(faces) // columns)
    dpi = 100
    figure = Figure((columns * width / dpi, rows * height / dpi), dpi=dpi, facecolor=_PAPER)
    FigureCanvasAgg(figure)
    for index, (face, emotion) in enumerate(zip(faces, emotions, strict=True)):
        left, bottom = index % columns * width, (rows - 1 - index // columns) * height
        figure.figimage(face[::-1], left + _MARGIN, bottom + _LINE + _MARGIN, origin="lower")
        middle = (left + width / 2) / (columns * width)
        figure.text(middle, (bottom + _LINE / 2) / (rows * height), emotion, ha="center", size=14)
    figure.savefig(path)
