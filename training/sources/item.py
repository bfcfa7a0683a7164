# SPDX-License-Identifier: GPL-3.0-or-later
"""Items of a data set: each a picture, a film or a recording of one person, with its label."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from emotebot_blender.core.emotions import EMOTIONS, Mixture
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message

from ..faces.landmarks import SEEN
from ..faces.quality import Thresholds
from .damaged_files import describe_damage

IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")
VIDEO_ENDINGS = (".mp4", ".mov", ".avi", ".flv", ".mkv", ".webm", ".m4v")


@dataclass(frozen=True)
class ImageFile:
    """A picture in a file of its own."""

    path: Path


@dataclass(frozen=True)
class ImageArray:
    """A picture in memory: uint8, shape (height, width) grey or (height, width, 3) RGB."""

    pixels: np.ndarray


@dataclass(frozen=True)
class VideoFile:
    """A film in a file of its own."""

    path: Path


@dataclass(frozen=True)
class FrameFiles:
    """A film whose frames are picture files, in order of time, at a steady rate."""

    paths: tuple[Path, ...]
    fps: float


@dataclass(frozen=True)
class EncodedFrames:
    """A film in memory: frames as JPEG, with the seconds at which they were taken."""

    pictures: tuple[bytes, ...]
    seconds: tuple[float, ...]


@dataclass(frozen=True)
class ChannelFile:
    """A recording of channels instead of pictures.

    Attributes:
        path: the file.
        reader: a function of a module, as it is pickled; returns seconds, float64, shape
            (frames,), and weights, float32, shape (frames, 52), 0 to 1.
    """

    path: Path
    reader: Callable[[Path], tuple[np.ndarray, np.ndarray]]


Material = ImageFile | ImageArray | VideoFile | FrameFiles | EncodedFrames | ChannelFile


@dataclass(frozen=True)
class Item:
    """One picture, film or recording.

    Attributes:
        person: who is on it; where a data set does not say, every item is another person's.
        name: unique in the data set.
        material: what there is to measure.
        emotion: what it shows; None where it has no label.
        intensity: 0 to 1; None where nobody rated it.
        neutral: which of its frames show the person's neutral face: "all", "first" or "none".
        apex: which of a film's frames show the emotion: the "strongest" or the "last".
    """

    person: str
    name: str
    material: Material
    emotion: Mixture | None
    intensity: float | None = None
    neutral: str = "none"
    apex: str = "strongest"

    @property
    def moves(self) -> bool:
        """Whether it is a film or a recording."""
        return not isinstance(self.material, ImageFile | ImageArray)


@dataclass(frozen=True)
class Omitted:
    """An entry of a data set that is not measured, and why."""

    name: str
    reason: str


Listing = Iterator[Item | Omitted]


@dataclass(frozen=True)
class Request:
    """What the user asks of a source.

    Attributes:
        folder: of the data set.
        emotion: phrase for everything without a label of its own, or None.
        person: name for everyone, or None for the source's own names.
        camera: number of a camera or path of a film, for the webcam.
        seconds: how long each recording of the webcam lasts.
    """

    folder: Path
    emotion: str | None = None
    person: str | None = None
    camera: str = "0"
    seconds: float = 4.0


@dataclass(frozen=True)
class Source:
    """A kind of data set.

    Attributes:
        name: as the command calls it.
        title: as its makers call it, with the citation.
        licence: short name; "" where the user's own files have none.
        address: where it is found; "" where the user has it.
        layout: its files and folders, in one line.
        items: lists what is in a folder.
        pictures: whether it consists of pictures or films, and not of channels.
        spoken: whether people speak in it, so that their mouths move with the words, too.
        commercial: whether its licence allows commercial use of what is made from it.
        terms: what the licence asks, in one sentence.
        measured: the channels that are measured on it.
        thresholds: limits of the faces that are measured.
    """

    name: str
    title: str
    licence: str
    address: str
    layout: Message
    items: Callable[[Request], Listing]
    pictures: bool = True
    spoken: bool = False
    commercial: bool = True
    terms: str = ""
    measured: tuple[str, ...] = SEEN
    thresholds: Thresholds = field(default_factory=Thresholds)


def pure(emotion: str) -> Mixture:
    """Return the mixture of one emotion alone."""
    return Mixture.of({emotion: 1.0})


def files_in(folder: Path, *endings: str) -> list[Path]:
    """Return the files below a folder with one of these endings, in order; case does not matter.

    Hidden files and folders are left out: file systems keep shadows of pictures in them, which
    bear a picture's name.

    Args:
        folder: where to look, in its sub-folders, too.
        endings: of names, in small letters.
    """
    return sorted(
        path
        for path in folder.rglob("*")
        if path.name.lower().endswith(endings)
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
    )


def require(path: Path, source: str, layout: Message) -> Path:
    """Return a path that exists.

    Args:
        path: of a file or folder.
        source: the data set's title.
        layout: its files and folders.

    Raises:
        EmoteBotError: it does not exist, so that the folder is none of this source.
    """
    if not (path.is_file() or path.is_dir()):
        raise EmoteBotError(
            "{path} is missing; a folder of {source} holds {layout}",
            path=path,
            source=source,
            layout=layout,
        )
    return path


def neutral_frames(mixture: Mixture) -> str:
    """Return which frames of an item with this label show the neutral face: "all" or "none"."""
    return "all" if mixture.shares[EMOTIONS.index("neutral")] == 1 else "none"


def list_items(source: Source, request: Request) -> tuple[list[Item], Counter[str]]:
    """Return what there is to measure, and reason to how much of a data set is not even tried.

    Raises:
        EmoteBotError: the data set is not laid out as it should be, or a table in it cannot be
            read.
    """
    items: dict[str, Item] = {}
    omitted: Counter[str] = Counter()
    try:
        for entry in source.items(request):
            if isinstance(entry, Omitted):
                omitted[entry.reason] += 1
            elif entry.name in items:
                omitted["the same name again"] += 1
            else:
                items[entry.name] = entry
    except (OSError, UnicodeError, csv.Error) as error:
        raise EmoteBotError(
            "{folder} cannot be read as {source}: {reason}",
            folder=request.folder,
            source=source.name,
            reason=describe_damage(error),
        ) from error
    return list(items.values()), omitted
