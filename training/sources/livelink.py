# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes of the Live Link Face app: a phone's CSV files, one a take.

The columns are Timecode, BlendshapeCount, the 52 channels and nine turns of head and eyes; they are
read by their names, since their order differs from Apple's. Labels stand in ``labels.csv`` in the
folder, with the columns ``file`` and ``emotion`` (any phrase that EmoteBot understands: "happy",
"a little sad", "fear 80%") and, if wanted, ``person``; or ``--emotion`` names one for all takes.
Takes without a label teach movement alone. Takes in a sub-folder are by the person whose name it
bears, others by one person.
"""

import csv
import re
from pathlib import Path

import numpy as np

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import Feeling
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.messages import Message

from ..faces.landmarks import GAZE
from .damaged_files import READ_ERRORS, describe_damage
from .item import ChannelFile, Item, Listing, Request, Source, files_in, neutral_frames

LABELS = "labels.csv"
LAYOUT = Message(
    "CSV files of Live Link Face, and labels.csv with the columns file and emotion if wanted"
)
_TIMECODE = re.compile(r"(\d+):(\d+):(\d+)[:;](\d+)(\.\d+)?")
_RATES = (24.0, 25.0, 30.0, 60.0)
_DAY = 24 * 3600.0


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
        with path.open(newline="", encoding="utf-8-sig") as file:
            table = csv.reader(file)
            header = [name.strip().lower() for name in next(table, [])]
            rows = [row for row in table if row]
    except READ_ERRORS as error:
        raise EmoteBotError(
            "not a take of Live Link Face: {reason}", reason=describe_damage(error)
        ) from error
    columns = {name: header.index(name.lower()) for name in CHANNELS if name.lower() in header}
    if not columns or "timecode" not in header:
        raise EmoteBotError("not a take of Live Link Face")
    rows = [row for row in rows if len(row) >= len(header)]  # half a row ends what broke off
    seconds = _seconds([row[header.index("timecode")] for row in rows])
    weights = np.zeros((len(rows), len(CHANNELS)), dtype=np.float32)
    for name, column in columns.items():
        try:
            weights[:, INDEX[name]] = [float(row[column]) for row in rows]
        except ValueError as error:
            raise EmoteBotError("a row lacks its {name}", name=name) from error
    return seconds, np.clip(weights, 0, 1)


def _seconds(codes: list[str]) -> np.ndarray:
    """Return the seconds of timecodes from the first on, float64; they may pass midnight.

    A timecode is HH:MM:SS:FF.part; the frames a second are the lowest usual rate with such an FF.
    """
    matches = [_TIMECODE.fullmatch(code.strip()) for code in codes]
    if not matches or None in matches:
        raise EmoteBotError("not a take of Live Link Face: its timecodes cannot be read")
    parts = np.array([[float(part or 0) for part in match.groups()] for match in matches if match])
    rate = next((rate for rate in _RATES if parts[:, 3].max() < rate), _RATES[-1])
    seconds = parts[:, :3] @ (3600.0, 60.0, 1.0) + parts[:, 3:].sum(axis=1) / rate
    passed: np.ndarray = (seconds - seconds[0]) % _DAY
    return passed


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
