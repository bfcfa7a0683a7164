# SPDX-License-Identifier: GPL-3.0-or-later
"""A face that shows weights as they come, and what was shown while it was recorded.

Nothing here waits or draws: somebody with a clock calls ``LiveFace.advance``, and ``LiveFace.show``
whenever the face is to stand as it plays. How it stood before is theirs to keep.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from bpy.types import Object, Scene, Timer
from numpy.typing import NDArray

from ..animation.evaluation import time_scale
from ..animation.head_keys import values_without_turns
from ..core.channels import CHANNELS
from ..core.clip import Clip
from ..core.emotions import Feeling
from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..core.performance.head_motion import ANGLES
from ..core.performance.networks import MOTION_RATE, Networks
from ..core.performance.performance import Performer
from ..rig.control import Control, Path
from ..rig.face import Face
from ..rig.head_pose import HeadPoser
from ..rig.pose import FacePoser

MOST_STEPS = 15
"""Steps that are caught up with after a pause, a quarter of a second; a longer one is skipped."""

Played = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
"""Weights of the channels, float32 (52,), what of them is which emotion, one number for each of
``SHARES``, and the head's pitch, yaw and roll in degrees, float32 (3,)."""


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
        samples: float32, of one dimension each: weights of the channels, shares in the order of
            ``SHARES``, and the head's pitch, yaw and roll in degrees.
    """

    begin: float
    triggers: list[RecordedTrigger] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    samples: list[NDArray[np.float32]] = field(default_factory=list)

    @property
    def end(self) -> float:
        """Second of the sequence at which it ends."""
        return self.seconds[-1] if self.seconds else self.begin

    def add(self, second: float, played: Played) -> None:
        """Take in what is played at a second; a second that is not later is left out."""
        if not self.seconds or second > self.seconds[-1]:
            self.seconds.append(second)
            self.samples.append(np.concatenate(played))

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
        rows = np.stack(sampled, axis=1).astype(np.float32)
        weights, shares, head = np.split(rows, [len(CHANNELS), -len(ANGLES)], axis=1)
        return Clip(weights, rate, first / rate, shares, head)


class WeightSource(Protocol):
    """What a live face plays, whatever it comes from."""

    def advance(self, seconds: float) -> Played:
        """Let time go by and return the weights, the shares and the head's turn then."""


class LivePerformer:
    """A source of weights that feels what is triggered, from the pose that the face has.

    Args:
        networks: what it performs with.
        seed: whole number from 0; of the character.
        weights: float32, shape (52,); where the face starts.
        shares: float32, one for each of ``SHARES``, those that it shows there.
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

    def advance(self, seconds: float) -> Played:
        """Let time go by and return the weights, the shares and the head's turn then."""
        self._due = min(self._due + seconds * MOTION_RATE, MOST_STEPS)
        steps = int(self._due)
        if steps:
            self._due -= steps
            self._weights = self._performer.advance(steps)[-1]
        return self._weights, self._performer.shares[-1], self._performer.head[-1]


class LiveFace:
    """A face that shows what a source gives.

    Args:
        face: what plays.
        source: what it plays.
        channels: those that play; None for all.
        strength: how much of the expression and of the turns is laid on the face, 0 to 1.
        head: how much of its turns the head does, from 0; none has it stay as it is.
        scene: where it is; the turns take the place of those that layers have on its frame. None
            has the turns add to these.

    Attributes:
        played: weights, shares and the head's turn that it shows, before these are scaled.

    Raises:
        EmoteBotError: nothing on the face can be posed.
    """

    def __init__(
        self,
        face: Face,
        source: WeightSource,
        channels: Collection[str] | None = None,
        strength: float = 1.0,
        head: float = 0.0,
        scene: Scene | None = None,
    ) -> None:
        self._source = source
        self._channels = channels
        self._strength = strength
        self.bind(face, head, scene)
        self.played = source.advance(0.0)

    def bind(self, face: Face, head: float = 0.0, scene: Scene | None = None) -> None:
        """Play on the face as it is now in the file, as after an undo.

        Args:
            face: what plays.
            head: how much of its turns the head does, from 0.
            scene: where it is, or None.

        Raises:
            EmoteBotError: nothing on the face can be posed.
        """
        self._poser = FacePoser(face, self._channels)
        found = face.head() if head > 0 else None
        self._head = None if found is None else HeadPoser(found, _without_layers(scene))
        self._turned = head

    @property
    def turning(self) -> list[Control]:
        """The controls that turn its head."""
        return [] if self._head is None else self._head.controls

    def advance(self, seconds: float) -> None:
        """Let time go by; the face itself follows with ``show``."""
        self.played = self._source.advance(seconds)

    def show(self, turns: bool = True) -> dict[Object, dict[Path, float]]:
        """Let the face stand as it plays.

        Args:
            turns: whether the head turns, too; otherwise its bones are left alone.

        Returns:
            For the armature what the head's bones have without a turn, where that is not what they
            had when they were turned last; else nothing.

        Raises:
            EmoteBotError: a part of the face has gone or is not what it was.
        """
        weights, shares, turn = self.played
        strength = np.float32(self._strength)
        try:
            self._poser.show(weights * strength, shares * strength)
            if self._head is not None and turns and self._head.is_current:
                turn = turn * np.float32(self._strength * self._turned)
                if self._head.show(turn):
                    return {self._head.armature: self._head.before}
        except ReferenceError as error:
            raise EmoteBotError("a part of the face has gone") from error
        return {}

    def is_current(self) -> bool:
        """Return whether the bones of its head are those that it was bound to.

        Raises:
            EmoteBotError: a part of the face has gone.
        """
        try:
            return self._head is None or self._head.is_current
        except ReferenceError as error:
            raise EmoteBotError("a part of the face has gone") from error

    def put_head_back(self) -> None:
        """Let the head stand as without a turn, until the face is shown again.

        Raises:
            EmoteBotError: a part of the face has gone or is not what it was.
        """
        try:
            if self._head is not None:
                self._head.put_back()
        except ReferenceError as error:
            raise EmoteBotError("a part of the face has gone") from error


def _without_layers(
    scene: Scene | None,
) -> Callable[[Sequence[Control]], dict[Path, float]]:
    """Return what gives controls without the turns of layers, as ``HeadPoser`` takes it."""
    if scene is None:
        return lambda _: {}
    return lambda controls: values_without_turns(
        controls, scene.frame_current_final * float(time_scale(scene))
    )


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
        is_posed: whether the artist is posing bones, so that the head waits.
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
    is_posed: bool = False
    is_stopping: bool = False
    is_showing: bool = False
    timers: list[Timer] = field(default_factory=list)
    workspaces: set[str] = field(default_factory=set)
