# SPDX-License-Identifier: GPL-3.0-or-later
"""CREMA-D: actors speak a sentence in six emotions, and a crowd says what it sees.

Cao et al. 2014. ``AAAA_SSS_EEE_LL.flv`` (actor, sentence, intended emotion, level), anywhere below
the folder (``VideoFlash``). The labels are the crowd's votes on the silent picture and its mean
level, from ``tabulatedVotes.csv``, anywhere below the folder or in the one around it; what the
actor was asked for is not used, but for the neutral clips, which show the actor's neutral face.
"""

import csv
from pathlib import Path

from emotebot_blender.core.emotions import Mixture
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message

from .damaged_files import READ_ERRORS, describe_damage
from .item import (
    VIDEO_ENDINGS,
    Item,
    Listing,
    Omitted,
    Request,
    Source,
    VideoFile,
    files_in,
)

LETTERS = {
    "A": "anger",
    "D": "disgust",
    "F": "fear",
    "H": "happiness",
    "N": "neutral",
    "S": "sadness",
}
VOTES = "tabulatedVotes.csv"
LAYOUT = Message("AAAA_SSS_EEE_LL.flv, or VideoFlash with them, and tabulatedVotes.csv")


def read_votes(path: Path) -> dict[str, tuple[Mixture, float]]:
    """Return clip name to what the crowd saw on its silent picture: a mixture and a level, 0 to 1.

    Args:
        path: ``tabulatedVotes.csv``, whose first column begins with 2 for the silent picture.

    Raises:
        EmoteBotError: it is another table.
    """
    votes: dict[str, tuple[Mixture, float]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        try:
            for entry in csv.DictReader(file):
                if not entry[""].startswith("2"):
                    continue
                counts = {name: float(entry[letter]) for letter, name in LETTERS.items()}
                level = float(entry["meanEmoResp"]) / 100
                if not 0 <= level <= 1:
                    raise ValueError(f"a level is from 0 to 100, not {entry['meanEmoResp']}")
                votes[entry["fileName"]] = Mixture.of(counts), level
        except READ_ERRORS as error:
            raise EmoteBotError(
                "{path} is not the table of votes of CREMA-D: {reason}",
                path=path,
                reason=describe_damage(error),
            ) from error
    return votes


def items(request: Request) -> Listing:
    """List the clips that the crowd voted on.

    Raises:
        EmoteBotError: no votes or no clips.
    """
    folder = request.folder
    tables = files_in(folder, VOTES.lower()) or [folder / ".." / VOTES]
    if not tables[0].is_file():
        raise EmoteBotError(
            "{path} is missing; a folder of CREMA-D holds {layout}",
            path=folder / VOTES,
            layout=LAYOUT,
        )
    clips = files_in(folder, *VIDEO_ENDINGS)
    if not clips:
        raise EmoteBotError(
            "{folder} has no clips; a folder of CREMA-D holds {layout}",
            folder=folder,
            layout=LAYOUT,
        )
    votes = read_votes(tables[0])
    for clip in clips:
        parts = clip.stem.split("_")
        if clip.stem not in votes or len(parts) != 4:
            yield Omitted(clip.stem, "no votes")
            continue
        mixture, level = votes[clip.stem]
        neutral = "all" if parts[2] == "NEU" else "none"
        yield Item(parts[0], clip.stem, VideoFile(clip), mixture, level, neutral)


CREMA_D = Source(
    name="crema_d",
    title="CREMA-D, Crowd-sourced Emotional Multimodal Actors Dataset (Cao et al. 2014)",
    licence="ODbL 1.0",
    address="https://github.com/CheyneyComputerScience/CREMA-D",
    layout=LAYOUT,
    spoken=True,
    items=items,
    terms="Tables made from it keep the ODbL 1.0 (contents: DbCL 1.0); a model carries a notice.",
)
