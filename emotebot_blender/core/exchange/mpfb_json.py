# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions as MPFB saves them, MakeHuman's extension for Blender: one face, which stands still.

``{"format_version": 1, "name": "smile", "description": "", "tags": [], "face_units":
{"mouthSmileLeft": 0.35}, "author": "", "copyright": "", "license": "", "homepage": ""}``. Face
units are ARKit's channels. By the format's rules, what is missing is empty, unknown names are
skipped, those at 0 are left out, and a weight has four digits after its point.
"""

import json

import numpy as np

from ..channels import CHANNELS
from ..clip import Clip
from ..errors import EmoteBotError
from ..messages import Message, listed
from .recorded_face import RecordedFace, within_range
from .recorded_json import JsonRecording, channel_index

DIGITS = 4
"""Of a weight after its point, as MPFB writes them."""

_VERSION = 1


def read_mpfb(document: JsonRecording) -> RecordedFace:
    """Return the face that a document holds, a recording of one frame.

    Raises:
        TextError: something else was expected; with line and column.
    """
    version = document.content.get("format_version", _VERSION)
    if document.number(version, "format_version") > _VERSION:
        message = Message(
            "version {version} of the format was expected, the one known here", version=_VERSION
        )
        raise document.fault(message, "format_version")
    weights = np.zeros((1, len(CHANNELS)), dtype=np.float32)
    unknown = []
    for name, value in document.entry("face_units", dict).items():
        channel, weight = channel_index(name), document.number(value, "face_units", name)
        if channel is None:
            unknown.append(name)
        else:
            weights[0, channel] = weight
    weights, notes = within_range(weights)
    if unknown:
        notes = (*notes, Message("No channels, left out: {names}", names=listed(unknown)))
    return RecordedFace(np.zeros(1), weights, notes=notes)


def write_mpfb(clip: Clip, name: str) -> str:
    """Return the frame of a clip that shows most as an expression.

    Args:
        clip: one frame or more.
        name: of the expression.

    Raises:
        EmoteBotError: the face shows nothing, which MPFB takes for no expression.
    """
    row = np.round(clip.weights[strongest_frame(clip)].astype(np.float64), DIGITS)
    units = {channel: value for channel, value in zip(CHANNELS, row.tolist(), strict=True) if value}
    if not units:
        raise EmoteBotError("The face shows nothing: MPFB has no expression without a face unit")
    content = {
        "format_version": _VERSION,
        "name": name,
        "description": "",
        "tags": [],
        "face_units": units,
        "author": "",
        "copyright": "",
        "license": "",
        "homepage": "",
    }
    return json.dumps(content, indent=4, ensure_ascii=False) + "\n"


def strongest_frame(clip: Clip) -> int:
    """Return the index of the frame of a clip with the largest sum of weights, lids left out.

    Args:
        clip: one frame or more.
    """
    shown = [index for index, name in enumerate(CHANNELS) if not name.startswith("eye")]
    return int(clip.weights[:, shown].sum(axis=1).argmax())
