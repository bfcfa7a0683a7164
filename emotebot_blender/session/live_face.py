# SPDX-License-Identifier: GPL-3.0-or-later
"""A face that shows weights as they come, and what was shown while it was recorded.

Nothing here waits or draws: somebody with a clock calls ``LiveFace.advance``, and ``LiveFace.show``
whenever the face is to stand as it plays. How it stood before is theirs to keep.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from bpy.types import Timer
from numpy.typing import NDArray

from ..core.channels import CHANNELS
from ..core.clip import Clip
from ..core.emotions import Feeling
from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..core.performance.networks import MOTION_RATE, Networks
from ..core.performance.performance import Performer
from ..rig.face import Face
from ..rig.pose import FacePoser, Pose

MOST_STEPS = 15
"""Steps that are caught up with after a pause, a quarter of a second; a longer one is skipped."""


@dataclass(frozen=True)
class RecordedTrigger:
    """A feeling that was triggered on a live face, as it is recorded.

    Attributes:
        second: of the sequence, at which it was triggered.
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
        triggers: the feelings that were triggered, in the order of time.
        seconds: of each sample, ascending.
        samples: float32, shape (61,) each: weights of the channels, and shares in the order of
            ``SHARES``.
    """

    begin: float
    triggers: list[RecordedTrigger] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    samples: list[NDArray[np.float32]] = field(default_factory=list)

    @property
    def end(self) -> float:
        """Second of the sequence at which it ends."""
        return self.seconds[-1] if self.seconds else self.begin

    def add(self, second: float, weights: NDArray[np.float32], shares: NDArray[np.float32]) -> None:
        """Take in how the face stands at a second; a second that is not later is left out."""
        if not self.seconds or second > self.seconds[-1]:
            self.seconds.append(second)
            self.samples.append(np.concatenate([weights, shares]))

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
        both = np.stack(sampled, axis=1).astype(np.float32)
        weights, shares = np.split(both, [len(CHANNELS)], axis=1)
        return Clip(weights, rate, first / rate, shares)


class WeightSource(Protocol):
    """What a live face plays, whatever it comes from."""

    def advance(self, seconds: float) -> Pose:
        """Let time go by and return the weights and the shares then."""


class LivePerformer:
    """A source of weights that feels what is triggered, from the pose that the face has.

    Args:
        networks: what it performs with.
        seed: whole number from 0; of the character.
        weights: float32, shape (52,); where the face starts.
        shares: float32, shape (9,), those that it shows there.
        exaggeration: gain of what is triggered.
        liveliness: how much a feeling moves while it is held, 0 to 1.
    """

    def __init__(
        self,
        networks: Networks,
        seed: int,
        weights: NDArray[np.float32],
        shares: NDArray[np.float32],
        exaggeration: float = 1.0,
        liveliness: float = 0.0,
    ) -> None:
        self._performer = Performer(networks, seed, weights, shares, exaggeration, liveliness)
        self._weights = weights
        self._due = 0.0

    def set_target(self, feeling: Feeling, take: int) -> None:
        """Begin the transition to a feeling from wherever the face is."""
        self._performer.set_target(feeling, take=take)

    def advance(self, seconds: float) -> Pose:
        """Let time go by and return the weights and the shares then."""
        self._due = min(self._due + seconds * MOTION_RATE, MOST_STEPS)
        steps = int(self._due)
        if steps:
            self._due -= steps
            self._weights = self._performer.advance(steps)[-1]
        return self._weights, self._performer.shares[-1]


class LiveFace:
    """A face that shows what a source gives.

    Args:
        face: what plays.
        source: what it plays.
        channels: those that play; None for all.
        strength: how much of the expression is laid on the face, 0 to 1.

    Attributes:
        weights: float32, shape (52,); what it shows, before the strength.
        shares: float32, shape (9,), what of it is which emotion, in the order of ``SHARES``.

    Raises:
        EmoteBotError: nothing on the face can be posed.
    """

    def __init__(
        self,
        face: Face,
        source: WeightSource,
        channels: Collection[str] | None = None,
        strength: float = 1.0,
    ) -> None:
        self._source = source
        self._channels = channels
        self._strength = strength
        self.bind(face)
        self.weights, self.shares = source.advance(0.0)

    def bind(self, face: Face) -> None:
        """Play on the face as it is now in the file, as after an undo.

        Raises:
            EmoteBotError: nothing on the face can be posed.
        """
        self._poser = FacePoser(face, self._channels)

    def advance(self, seconds: float) -> None:
        """Let time go by; the face itself follows with ``show``."""
        self.weights, self.shares = self._source.advance(seconds)

    def show(self) -> None:
        """Let the face stand as it plays.

        Raises:
            EmoteBotError: a part of the face has gone.
        """
        try:
            strength = np.float32(self._strength)
            self._poser.show(self.weights * strength, self.shares * strength)
        except ReferenceError as error:
            raise EmoteBotError("a part of the face has gone") from error


@dataclass
class LiveState:
    """The live performance that runs.

    Attributes:
        face: what plays.
        performer: what it plays, as far as feelings are triggered.
        owner: session id of the object that stores the sequence of the face.
        scene: session id of the scene.
        clock: of the last tick, in seconds.
        channels: those that play.
        trigger: the last feeling that was triggered, with which a recording begins.
        recording: what is being recorded, or None.
        kept: what became of the last recording, None where there was none.
        has_restarted: whether the scene has begun again while it was recorded.
        is_stale: whether the face has to be looked for again.
        is_stopping: whether the next tick is the last.
        is_showing: whether the panel is being set to what was triggered.
        timers: of windows, that call for its ticks.
        workspaces: names of those whose status bars show its keys.
    """

    face: LiveFace
    performer: LivePerformer
    owner: int
    scene: int
    clock: float
    channels: tuple[str, ...]
    trigger: RecordedTrigger | None = None
    recording: Recording | None = None
    kept: Message | None = None
    has_restarted: bool = False
    is_stale: bool = False
    is_stopping: bool = False
    is_showing: bool = False
    timers: list[Timer] = field(default_factory=list)
    workspaces: set[str] = field(default_factory=set)
