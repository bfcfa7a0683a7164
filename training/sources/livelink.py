# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes of the Live Link Face app: a phone's CSV files, one a take.

They are read as the extension reads them; what the columns are, ``channel_table`` says. Labels
stand in ``labels.csv`` in the folder, with the columns ``file`` and ``emotion`` (any phrase that
EmoteBot understands: "happy", "a little sad", "fear 80%") and, if wanted, ``person``; or
``--emotion`` names one for all takes. Takes without a label teach movement alone. Takes in a
sub-folder are by the person whose name it bears, others by one person.
"""

import csv
from pathlib import Path

import numpy as np

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import Feeling
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.exchange.recording_formats import read_table
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.messages import Message

from ..faces.landmarks import GAZE
from .item import ChannelFile, Item, Listing, Request, Source, files_in, neutral_frames

LABELS = "labels.csv"
LAYOUT = Message(
    "CSV files of Live Link Face, and labels.csv with the columns file and emotion if wanted"
)


def items(request: Request) -> Listing:
    """List the takes.

    Raises:
        EmoteBotError: there are none, or a label names no feeling or no take.
    """
    files = [path for path in files_in(request.folder, ".csv") if is_take(path)]
    if not files:
        raise EmoteBotError(
            "{folder} has no takes; it should hold {layout}", folder=request.folder, layout=LAYOUT
        )
    labels = read_labels(request.folder / LABELS, {path.name for path in files})
    common = Lexicon.load().read(request.emotion) if request.emotion else None
    for path in files:
        feeling, person = labels.get(path.name, (common, None))
        folder = path.parent.name if path.parent != request.folder else "1"
        name = path.relative_to(request.folder).with_suffix("").as_posix()
        take = ChannelFile(path, read_channels)
        performer = request.person or person or folder
        if feeling is None:
            yield Item(performer, name, take, None)
            continue
        neutral = neutral_frames(feeling.mixture)
        yield Item(performer, name, take, feeling.mixture, feeling.intensity, neutral)


def is_take(path: Path) -> bool:
    """Return whether a CSV file has the columns of a take."""
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        try:
            header = [name.strip().lower() for name in next(csv.reader(file), [])]
        except csv.Error:  # a line too long for any table of these
            return False
    return "timecode" in header and "blendshapecount" in header


def read_labels(path: Path, files: set[str]) -> dict[str, tuple[Feeling | None, str | None]]:
    """Return file name to feeling and person, each None where the table is silent.

    Raises:
        EmoteBotError: a line names no take, or no feeling that EmoteBot understands.
    """
    if not path.is_file():
        return {}
    labels: dict[str, tuple[Feeling | None, str | None]] = {}
    with path.open(newline="", encoding="utf-8-sig") as file:
        table = csv.DictReader(file)
        if not {"file", "emotion"} <= set(table.fieldnames or ()):
            raise EmoteBotError("{path} needs the columns file and emotion", path=path)
        for line, entry in enumerate(table, 2):
            name = (entry["file"] or "").strip()
            if name not in files:
                raise EmoteBotError(
                    "{path}, line {line}: there is no take “{name}”",
                    path=path,
                    line=line,
                    name=name,
                )
            phrase, person = (entry["emotion"] or "").strip(), (entry.get("person") or "").strip()
            try:
                feeling = Lexicon.load().read(phrase) if phrase else None
            except EmoteBotError as error:
                raise EmoteBotError(
                    "{path}, line {line}: {error}", path=path, line=line, error=error
                ) from error
            labels[name] = feeling, person or None
    return labels


def read_channels(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read the channels of a take: seconds, shape (frames,), and weights (frames, 52).

    Raises:
        EmoteBotError: the file is no take.
    """
    try:
        take = read_table(path)
    except EmoteBotError as error:
        raise EmoteBotError("not a take of Live Link Face: {reason}", reason=error) from error
    return take.seconds, take.weights


LIVELINK = Source(
    name="livelink",
    title="Takes of Live Link Face",
    licence="",
    address="",
    layout=LAYOUT,
    pictures=False,
    items=items,
    terms="Your own recordings: ask the people in them.",
    measured=tuple(name for name in CHANNELS if name not in GAZE),
)
