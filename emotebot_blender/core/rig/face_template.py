# SPDX-License-Identifier: GPL-3.0-or-later
"""What each channel does on a face that is known: EmoteBot's own head.

It goes as far as on today's head; where and which way it moves the skin is that of the head before
it was redrawn, which other heads are more like: ``tools/displacements.py`` says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from ..channels import CHANNELS
from ..errors import EmoteBotError
from .key_effects import ACROSS, UP, KeyEffects, joined

FILE = Path(__file__).resolve().parents[2] / "data" / "displacements.npz"

_STEPS = 127
"""Displacements are kept in so many steps of the greatest of their channel."""


@dataclass(frozen=True)
class FaceTemplate:
    """What channels do.

    Attributes:
        channels: names, in the order of ``CHANNELS``.
        effects: of each.
    """

    channels: tuple[str, ...]
    effects: KeyEffects


def template_of(effects: KeyEffects, channels: Mapping[str, Sequence[int]]) -> FaceTemplate:
    """Return a face as a template.

    Args:
        effects: of its keys.
        channels: to the indices of the keys that show them together, at least one each.
    """
    names = tuple(name for name in CHANNELS if name in channels)
    return FaceTemplate(names, joined([effects.together(channels[name]) for name in names]))


def write_template(template: FaceTemplate, path: Path = FILE) -> None:
    """Write a template, its displacements in one byte each.

    Raises:
        OSError: the file cannot be written.
    """
    effects = template.effects
    peaks = np.abs(effects.fields).max(axis=(1, 2, 3, 4))
    steps = effects.fields / np.maximum(peaks, 1e-9)[:, None, None, None, None] * _STEPS
    np.savez_compressed(
        path,
        channels=np.array(template.channels),
        peaks=peaks,
        fields=np.round(steps).astype(np.int8),
        gazes=effects.gazes,
        tongues=effects.tongues,
    )


@cache
def read_template(path: Path = FILE) -> FaceTemplate:
    """Return the template in a file.

    Raises:
        EmoteBotError: the file is missing or is no template.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            channels = tuple(str(name) for name in stored["channels"])
            fields = stored["fields"].astype(np.float32)
            fields *= stored["peaks"][:, None, None, None, None] / _STEPS
            effects = KeyEffects(fields, stored["gazes"], stored["tongues"])
    except OSError as error:
        raise EmoteBotError(
            "{path} cannot be read: {reason}", path=path, reason=error.strerror
        ) from error
    except (ValueError, KeyError) as error:
        raise EmoteBotError("{path} is no template of a face", path=path) from error
    if fields.shape != (len(channels), 2, ACROSS, UP, 3):
        raise EmoteBotError("{path} is no template of a face", path=path)
    return FaceTemplate(channels, effects)
