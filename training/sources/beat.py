# SPDX-License-Identifier: GPL-3.0-or-later
"""BEAT: people speak in eight emotions, recorded by a phone as channels at 60 frames a second.

Liu et al. 2022. ``{speaker}/{id}_{name}_{rec}_{start}_{end}.json`` with ``names`` (51 channels) and
``frames`` of ``weights`` and ``time``. Of the recordings 0 (English speech), the start number
tells the emotion; others are conversations, which nobody labelled.
"""

from pathlib import Path

import numpy as np

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.exchange.arkit_json import read_arkit
from emotebot_blender.core.exchange.recorded_json import JsonRecording
from emotebot_blender.core.input_files import read_text_file
from emotebot_blender.core.messages import Message

from ..faces.landmarks import GAZE
from .item import (
    ChannelFile,
    Item,
    Listing,
    Omitted,
    Request,
    Source,
    files_in,
    pure,
)

EMOTION = (
    (64, "neutral"),
    (72, "happiness"),
    (80, "anger"),
    (86, "sadness"),
    (94, "contempt"),
    (102, "surprise"),
    (110, "fear"),
    (118, "disgust"),
)
"""The last start number of each emotion."""

LAYOUT = Message("1/1_wayne_0_1_8.json and so on")


def items(request: Request) -> Listing:
    """List the recordings.

    Raises:
        EmoteBotError: there are none.
    """
    files = files_in(request.folder, ".json")
    if not files:
        raise EmoteBotError(
            "{folder} has no recordings; a folder of BEAT holds {layout}",
            folder=request.folder,
            layout=LAYOUT,
        )
    for path in files:
        parts = path.stem.split("_")
        if len(parts) != 5 or not all(part.isdecimal() for part in (*parts[:1], *parts[2:])):
            yield Omitted(path.stem, "not a name of BEAT")
            continue
        person = f"{parts[0]}_{parts[1]}"
        emotion = emotion_of(int(parts[3])) if parts[2] == "0" else None
        mixture = None if emotion is None else pure(emotion)
        neutral = "all" if emotion == "neutral" else "none"
        yield Item(person, path.stem, ChannelFile(path, read_channels), mixture, None, neutral)


def emotion_of(start: int) -> str | None:
    """Return the emotion of an English speech with this start number, None where it has none."""
    return next((emotion for last, emotion in EMOTION if start <= last), None)


def read_channels(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read the channels of a recording: seconds, shape (frames,), and weights (frames, 52).

    Raises:
        EmoteBotError: the file is no recording of BEAT.
    """
    try:
        recording = read_arkit(JsonRecording(read_text_file(path)))
    except EmoteBotError as error:
        raise EmoteBotError("not a recording of BEAT: {reason}", reason=error) from error
    return recording.seconds, recording.weights


BEAT = Source(
    name="beat",
    title="BEAT, Body-Expression-Audio-Text Dataset (Liu et al. 2022)",
    licence="CC BY-NC 4.0",
    address="https://pantomatrix.github.io/BEAT/",
    layout=LAYOUT,
    pictures=False,
    spoken=True,
    items=items,
    commercial=False,
    terms="Not for commercial use; name the authors.",
    measured=tuple(name for name in CHANNELS if name not in (*GAZE, "tongueOut")),
)
