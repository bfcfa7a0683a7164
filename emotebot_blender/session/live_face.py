# SPDX-License-Identifier: GPL-3.0-or-later
"""A face that plays live what it is told, and what was played while it was recorded.

Nothing here waits or draws: somebody with a clock calls ``LiveFace.advance``, and ``LiveFace.show``
whenever the face is to stand as it is played. How it stood before is theirs to keep.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..core.clip import Clip
from ..core.emotions import Feeling
from ..core.errors import EmoteBotError
from ..core.performance.networks import MOTION_RATE, Networks
from ..core.performance.performance import Performer
from ..rig.face import Face
from ..rig.pose import FacePoser, read_weights

MOST_STEPS = 15
"""Steps that are caught up with after a pause, a quarter of a second; a longer one is skipped."""


@dataclass(frozen=True)
class RecordedTrigger:
    """What the face was told while it was recorded.

    Attributes:
        second: when, from the beginning of the sequence.
        words: that name the feeling.
        intensity: what their intensity was scaled by.
        take: seed of the expression's take.
    """

    second: float
    words: str
    intensity: float
    take: int


@dataclass
class Recording:
    """What was played, as it was played.

    Attributes:
        begin: second of the sequence at which it begins.
        triggers: what the face was told, in the order of time.
        seconds: of each sample, ascending.
        samples: float32, shape (52,) each.
    """

    begin: float
    triggers: list[RecordedTrigger] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    samples: list[NDArray[np.float32]] = field(default_factory=list)

    @property
    def end(self) -> float:
        """Second of the sequence at which it ends."""
        return self.seconds[-1] if self.seconds else self.begin

    def add(self, second: float, weights: NDArray[np.float32]) -> None:
        """Take in how the face stands at a second; a second that is not later is left out."""
        if not self.seconds or second > self.seconds[-1]:
            self.seconds.append(second)
            self.samples.append(weights.copy())

    def clip(self, rate: float) -> Clip:
        """Return what was played, at a rate, from the first whole frame within the recording on.

        Raises:
            EmoteBotError: it is shorter than a frame.
        """
        first = int(np.ceil(self.begin * rate - 1e-6))
        last = int(np.floor(self.end * rate + 1e-6))
        if not self.seconds or last < first:
            raise EmoteBotError("The recording is shorter than a frame")
        times = np.arange(first, last + 1) / rate
        columns = np.stack(self.samples).T
        sampled = [np.interp(times, self.seconds, column) for column in columns]
        return Clip(np.stack(sampled, axis=1).astype(np.float32), rate, first / rate)


class LiveFace:
    """A live performance on a face, from the pose that it has.

    Args:
        face: what plays.
        networks: what it plays with.
        seed: of the character.
        channels: those that play; None for all.
        strength: how much of the expression is laid on the face, 0 to 1.

    Raises:
        EmoteBotError: nothing on the face can be posed.
    """

    def __init__(
        self,
        face: Face,
        networks: Networks,
        seed: int = 0,
        channels: Collection[str] | None = None,
        strength: float = 1.0,
    ) -> None:
        self.strength = strength
        self.weights = read_weights(face)
        self._channels = channels
        self._performer = Performer(networks, seed, self.weights)
        self._due = 0.0
        self.bind(face)

    def bind(self, face: Face) -> None:
        """Play on the face as it is now in the file, as after an undo.

        Raises:
            EmoteBotError: nothing on the face can be posed.
        """
        self._poser = FacePoser(face, self._channels)

    def feel(self, feeling: Feeling, take: int) -> None:
        """Set out for a feeling from wherever the face is."""
        self._performer.set_target(feeling, take=take)

    def advance(self, seconds: float) -> None:
        """Let time go by; the face itself follows with ``show``."""
        self._due = min(self._due + seconds * MOTION_RATE, MOST_STEPS)
        steps = int(self._due)
        if steps:
            self._due -= steps
            self.weights = self._performer.advance(steps)[-1]

    def show(self) -> None:
        """Let the face stand as it is played.

        Raises:
            EmoteBotError: a part of the face has gone.
        """
        try:
            self._poser.show(self.weights * np.float32(self.strength))
        except ReferenceError as error:
            raise EmoteBotError("a part of the face has gone") from error
