# SPDX-License-Identifier: GPL-3.0-or-later
"""Collections: measured faces that the networks learn from, as they stand in memory."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message

SHARE_ROUNDING = 1e-3
"""The shares of a row, written to four decimals, may miss 1 by as much."""


@dataclass(frozen=True)
class ChannelSequence:
    """A face through time, at a steady rate.

    Attributes:
        person: who, as the collection names them.
        item: which film or take; unique in the collection.
        fps: frames a second.
        emotion: float32, shape (16,), shares of the emotions; None where nobody labelled it.
        intensity: 0 to 1; None where nobody rated it.
        weights: float32, shape (frames, 52), 0 to 1; channels that were not measured are 0.
        neutral_known: whether the weights stand beyond the person's neutral face.
    """

    person: str
    item: str
    fps: float
    emotion: np.ndarray | None
    intensity: float | None
    weights: np.ndarray
    neutral_known: bool = True

    def __post_init__(self) -> None:
        name = Message("the sequence “{item}”", item=self.item)
        if not 0 < self.fps < math.inf:
            raise EmoteBotError("{name} has no frames a second", name=name)
        if self.emotion is not None:
            _check_shares(self.emotion[None], name)
        if self.intensity is not None:
            _check_range(np.array([self.intensity]), Message("the intensity of {name}", name=name))
        _check_weights(self.weights, len(self.weights), name)


@dataclass(frozen=True)
class Collection:
    """Measured expressions and sequences of one data set, n expressions.

    Attributes:
        name: short, as in the folder's name.
        licence: of the data set.
        people: who shows each expression, n names.
        items: from which picture, film or take, n names; a film may give several rows.
        emotion: float32, shape (n, 16), shares that add up to 1.
        intensity: float32, shape (n,), 0 to 1; not a number where nobody rated it.
        weights: float32, shape (n, 52), 0 to 1; channels that were not measured are 0.
        neutral_known: bool, shape (n,), whether a row stands beyond its person's neutral face.
        measured: the channels that were measured.
        sequences: any number of them.
        about: all else that ``collection.json`` says.
    """

    name: str
    licence: str
    people: tuple[str, ...]
    items: tuple[str, ...]
    emotion: np.ndarray
    intensity: np.ndarray
    weights: np.ndarray
    neutral_known: np.ndarray
    measured: tuple[str, ...]
    sequences: tuple[ChannelSequence, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        count, name = len(self.people), Message("the collection “{name}”", name=self.name)
        shapes = (
            len(self.items) == count,
            self.intensity.shape == (count,),
            self.neutral_known.shape == (count,),
        )
        if not all(shapes):
            raise EmoteBotError("The columns of {name} are of different lengths", name=name)
        unknown = [name for name in self.measured if name not in INDEX]
        if unknown:
            raise EmoteBotError(
                "There is no channel “{unknown}”, which {name} measures",
                unknown=unknown[0],
                name=name,
            )
        _check_shares(self.emotion, name)
        rated = self.intensity[~np.isnan(self.intensity)]
        _check_range(rated, Message("the intensities of {name}", name=name))
        _check_weights(self.weights, count, name)
        items = [sequence.item for sequence in self.sequences]
        if len(items) != len(set(items)):
            raise EmoteBotError("Two sequences of {name} share a name", name=name)

    @property
    def unmeasured(self) -> tuple[str, ...]:
        """The channels that are 0 because nobody could measure them."""
        return tuple(name for name in CHANNELS if name not in self.measured)

    def everyone(self) -> tuple[str, ...]:
        """Return the names of all people in it, in order."""
        return tuple(sorted({*self.people, *(sequence.person for sequence in self.sequences)}))


def _check_shares(emotion: np.ndarray, where: Message) -> None:
    if emotion.ndim != 2 or emotion.shape[1] != len(EMOTIONS):
        raise EmoteBotError(
            "An emotion has {count} shares in {where}", count=len(EMOTIONS), where=where
        )
    _check_range(emotion, Message("the shares of {where}", where=where))
    if (abs(emotion.sum(axis=1) - 1) > SHARE_ROUNDING).any():
        raise EmoteBotError("Shares of emotions do not add up to 1 in {where}", where=where)


def _check_weights(weights: np.ndarray, count: int, where: Message) -> None:
    if weights.shape != (count, len(CHANNELS)) or weights.dtype != np.float32:
        raise EmoteBotError(
            "The channels of {where} are not {count} rows of {channels}",
            where=where,
            count=count,
            channels=len(CHANNELS),
        )
    _check_range(weights, Message("the channels of {where}", where=where))


def _check_range(values: np.ndarray, subject: Message) -> None:
    if not ((values >= 0) & (values <= 1)).all():
        raise EmoteBotError("A number in {subject} is not from 0 to 1", subject=subject)
