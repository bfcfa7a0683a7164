# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings of ARKit's blendshapes as JSON, as the data set BEAT has them (Liu et al. 2022).

``{"names": ["browDownLeft", …], "frames": [{"weights": [0.1, …], "time": 0.0}, …]}``, times in
seconds. BEAT's files have 51 names, all but tongueOut, and 60 frames a second; whatever else stands
in them is left alone.
"""

import json

import numpy as np

from ..channels import CHANNELS
from ..clip import Clip
from ..messages import Message
from .recorded_face import RecordedFace, note_missing, within_range
from .recorded_json import JsonRecording

DIGITS = 6
"""Of a weight after its point where it is written."""


def read_arkit(document: JsonRecording) -> RecordedFace:
    """Return the recorded face that a document holds.

    Raises:
        TextError: something else was expected; with line and column.
        EmoteBotError: there are no frames, or the times make no sense.
    """
    names = document.entry("names", list)
    places = document.channels(names, "names")
    frames = document.frames("frames")
    seconds = np.zeros(len(frames))
    weights = np.zeros((len(frames), len(CHANNELS)), dtype=np.float32)
    targets, sources = list(places), list(places.values())
    for index, frame in enumerate(frames):
        if not isinstance(frame, dict) or not {"weights", "time"} <= frame.keys():
            message = Message('a frame was expected, such as {"weights": [0.5], "time": 0}')
            raise document.fault(message, "frames", index)
        path = ("frames", index)
        seconds[index] = document.number(frame["time"], *path, "time")
        row = document.numbers(frame["weights"], len(names), *path, "weights")
        weights[index, targets] = row[sources]
    weights, notes = within_range(weights)
    channels = frozenset(CHANNELS[index] for index in places)
    return RecordedFace(
        seconds - seconds[:1].sum(),
        weights,
        channels=channels,
        notes=(*note_missing(channels), *notes),
    )


def write_arkit(clip: Clip) -> str:
    """Return a clip as JSON, a frame a line; its first frame has the time 0."""
    frames = (
        json.dumps({"weights": row, "time": round(index / clip.fps, 6)})
        for index, row in enumerate(np.round(clip.weights.astype(np.float64), DIGITS).tolist())
    )
    return f'{{"names": {json.dumps(CHANNELS)}, "frames": [\n' + ",\n".join(frames) + "\n]}\n"
