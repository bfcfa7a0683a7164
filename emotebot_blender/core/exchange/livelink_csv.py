# SPDX-License-Identifier: GPL-3.0-or-later
"""Performances as takes of Epic's Live Link Face app, to be read where those are.

A take is a table of 63 columns: Timecode (HH:MM:SS:FF.part, FF in frames), BlendshapeCount, which
is 61, the 52 channels in an order of their own, and yaw, pitch and roll of the head and of both
eyes in radians. Their signs are those of real takes, of which the eyes tell: yaw to the person's
left and pitch down are above 0, as ARKit's axes have it, and roll is above 0 where the left side
goes up. ``channel_table`` reads them.
"""

import csv
from typing import TextIO

import numpy as np

from ..channels import CHANNELS, INDEX, mirrored_name
from ..clip import Clip
from .channel_table import HEAD_COLUMNS
from .eye_angles import eye_angles
from .head_angles import yaw_pitch_roll
from .recorded_face import RATES

EYE_COLUMNS = tuple(
    f"{side}Eye{angle}" for side in ("Left", "Right") for angle in ("Yaw", "Pitch", "Roll")
)

_SWAPPED = ("jawLeft", "mouthLeft")
"""Channels that stand after those of the other side in a take, unlike in ARKit."""

DIGITS = 10
"""Of a number after its point, as the app writes them."""


def columns() -> tuple[str, ...]:
    """Return the names of the 61 columns after the first two, in the order of a take."""
    order = list(CHANNELS)
    for name in _SWAPPED:
        first, second = INDEX[name], INDEX[mirrored_name(name)]
        order[first], order[second] = order[second], order[first]
    shapes = (name[0].upper() + name[1:] for name in order)
    return (*shapes, *HEAD_COLUMNS, *EYE_COLUMNS)


def write_livelink(clip: Clip, stream: TextIO) -> None:
    """Write a clip as a take; without turns of its head, these are 0.

    It keeps its frames a second where a timecode can count them, else it has 60.

    Args:
        clip: what is written, a line a frame.
        stream: to which; opened without translation of line ends.
    """
    clip = clip if clip.fps in RATES else clip.resampled(RATES[-1])
    names = columns()
    order = [INDEX[name[0].lower() + name[1:]] for name in names[: len(CHANNELS)]]
    head = np.zeros((len(clip), 3)) if clip.head is None else yaw_pitch_roll(clip.head)
    nothing = np.zeros((len(clip), 1))  # eyes do not roll
    eyes = [
        part for side in ("Left", "Right") for part in (eye_angles(clip.weights, side), nothing)
    ]
    table = np.concatenate([clip.weights[:, order], head, *eyes], axis=1)
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("Timecode", "BlendshapeCount", *names))
    rate = round(clip.fps)
    first = 0 if len(clip) > rate else rate - 1  # a second has to end for its frames to be counted
    for frame, row in enumerate(table.tolist(), first):
        numbers = (f"{number:.{DIGITS}f}" for number in row)
        writer.writerow((_timecode(frame, rate), len(names), *numbers))


def _timecode(frame: int, rate: int) -> str:
    seconds, frames = divmod(frame, rate)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours % 24:02}:{minutes:02}:{seconds:02}:{frames:02}.000"
