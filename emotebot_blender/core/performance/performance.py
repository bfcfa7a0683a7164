# SPDX-License-Identifier: GPL-3.0-or-later
"""From a script of feelings to a clip, and the same frame by frame for a live face.

The expression generator says how each feeling looks, the motion model moves the face from one to
the next, the eyes live their own life. Everything random comes from one seed.
"""

import contextlib
import copy
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS, anatomical
from ..clip import Clip
from ..emotions import NEUTRAL, SHARES, Feeling
from ..errors import EmoteBotError
from ..script.beats import NATURAL_TRANSITION, EmotionScript
from .emotion_path import EmotionPath
from .exaggeration import check_exaggeration, exaggerated
from .eye_motion import Eyes, with_averted_gaze
from .face_motion import Change, FaceMotion
from .gaze_target import GazeTarget
from .head_motion import ANGLES, HeadMotion
from .hold_motion import HoldMotion
from .liveliness import check_liveliness
from .networks import MOTION_RATE, Networks
from .transition_times import natural_transition

TRUNCATION = 2.0
"""Latents are cut off here, in standard deviations: rarer faces are odd rather than interesting."""

_CHUNK = 2**12
"""Steps that the motion network takes at a time: as quick as more, and little memory is needed."""

LONGEST = 12 * 3600
"""Seconds of a performance at most: what Blender's timeline holds at 24 frames a second."""

_MOST_FRAMES = 2**32  # a terabyte: not to be asked for where any amount is promised

_IDENTITY, _TAKE, _MOVE, _EYES, _HOLD, _HEAD = range(6)  # streams of the seed

_REST = Feeling(NEUTRAL, 0.0)


def express(
    networks: Networks,
    feeling: Feeling,
    seed: int = 0,
    count: int = 1,
    take: int | None = None,
    exaggeration: float = 1.0,
) -> NDArray[np.float32]:
    """Return expressions of a feeling, each of another identity, with the eyes where it looks.

    Args:
        networks: from ``load_networks``.
        feeling: what is felt.
        seed: whole number from 0; row i is what seed + i gives alone.
        count: number of expressions.
        take: seed of the take, the same for all; None for takes of their own seeds.
        exaggeration: gain of what is shown, as ``exaggerated`` takes it.

    Returns:
        float32, shape (count, 52), 0 to 1.

    Raises:
        EmoteBotError: a seed or a gain that is none.
    """
    check_exaggeration(exaggeration)
    weights = np.zeros((count, len(CHANNELS)), dtype=np.float32)
    for row in range(count):
        random = np.random.default_rng((seed + row if take is None else take, _TAKE))
        identity = _identity(networks, seed + row)
        apex = _apex(networks, feeling, identity, random, exaggeration)
        side = 1.0 if random.random() < 0.5 else -1.0
        weights[row] = anatomical(with_averted_gaze(apex, feeling, side))
    return weights


class Performer:
    """Moves a face from one feeling to the next, 60 steps a second.

    Args:
        networks: from ``load_networks``.
        seed: whole number from 0; the same seed and the same feelings give the same motion.
        weights: float32, shape (52,), where the face starts; None for neutral.
        shares: float32, shape (17,), in the order of ``SHARES``, those that it shows there; None
            for none.
        exaggeration: gain of what is shown, as ``exaggerated`` takes it.
        liveliness: how much a held feeling moves, 0 to 1; 0 holds still.
        target: what the eyes look at; None for straight ahead and about.

    Attributes:
        shares: float32, shape (steps, 17), 0 to 1, those on the frames that were advanced last.
        head: float32, shape (steps, 3), the head's pitch, yaw and roll on them in degrees, as
            ``head_motion`` has them.

    Raises:
        EmoteBotError: a seed, a gain or a liveliness that is none.
    """

    def __init__(
        self,
        networks: Networks,
        seed: int = 0,
        weights: NDArray[np.float32] | None = None,
        shares: NDArray[np.float32] | None = None,
        exaggeration: float = 1.0,
        liveliness: float = 0.0,
        target: GazeTarget | None = None,
    ) -> None:
        _check_seed(seed)
        check_exaggeration(exaggeration)
        check_liveliness(liveliness)
        self._networks = networks
        self._seed = seed
        self._exaggeration = exaggeration
        self._liveliness = liveliness
        self._identity = _identity(networks, seed)
        self._eyes = Eyes(seed, _EYES, target=target)
        self._face = FaceMotion(networks.motion, weights)
        self._hold = HoldMotion(networks.hold, liveliness, seed, _HOLD)
        self._emotions = EmotionPath(shares)
        self.shares = self._emotions.shares[None]
        self._turns = HeadMotion(seed, _HEAD)
        self.head = np.zeros((1, len(ANGLES)), dtype=np.float32)
        self._feeling = _REST
        self._moves = 0
        self._start_transition(_REST, None, None)

    def set_target(
        self,
        feeling: Feeling,
        transition: float | None = None,
        take: int | None = None,
        liveliness: float | None = None,
    ) -> None:
        """Start the transition to a feeling, from wherever the face is now.

        Args:
            feeling: what is felt next.
            transition: seconds until its apex; None for the natural time.
            take: seed of the expression's take; None for one of the performer's own.
            liveliness: how much the feeling moves while it is held, 0 to 1; None for the
                performer's own.

        Raises:
            EmoteBotError: a liveliness that is none.
        """
        if liveliness is not None:
            check_liveliness(liveliness)
        self._moves += 1
        displacement = self._start_transition(feeling, transition, take)
        self._hold.set_target(
            self._transition, self._liveliness if liveliness is None else liveliness
        )
        self._turns.set_target(feeling, self._transition)
        self._eyes.set_feeling(feeling, Change.of(displacement).size, self._turns.side)

    @property
    def transition(self) -> float:
        """Seconds of the transition that was started last."""
        return self._transition

    def advance(self, steps: int) -> NDArray[np.float32]:
        """Return the next frames, float32, shape (steps, 52), ``MOTION_RATE`` a second.

        Raises:
            EmoteBotError: the network cannot be run.
        """
        path = self._face.advance(steps)
        self.shares = self._emotions.follow(path)
        self.head = self._eyes.follow(self._turns.advance(steps))
        return anatomical(self._eyes.advance(self._hold.advance(path, self.shares), self.head))

    def copy(self) -> "Performer":
        """Return a performer that goes on from here as this one does, each without the other."""
        other = copy.copy(self)  # nothing but these four is changed in place
        other._face = self._face.copy()
        other._hold = self._hold.copy()
        other._emotions = copy.copy(self._emotions)
        other._eyes = self._eyes.copy()
        other._turns = self._turns.copy()
        return other

    def _start_transition(
        self, feeling: Feeling, transition: float | None, take: int | None
    ) -> NDArray[np.float32]:
        """Begin the way to a feeling and return how far each channel has to go, shape (52,)."""
        random = np.random.default_rng((self._seed, _MOVE, self._moves))
        noise = _latent(random, self._networks.motion.sizes["noise"])
        stream = random if take is None else np.random.default_rng((take, _TAKE))
        target = _apex(self._networks, feeling, self._identity, stream, self._exaggeration)
        displacement = target - (weights := self._face.weights)
        natural = natural_transition(self._feeling, feeling, displacement, noise)
        self._transition = natural if transition is None else transition
        shares = feeling.shares()
        self._feeling = feeling
        shown = exaggerated(shares, self._exaggeration)
        self._emotions.set_target(weights, target, shown, self._transition)
        self._face.set_target(target, shares[:-1], noise, self._transition)
        return displacement


@dataclass(frozen=True)
class TargetChange:
    """What a performer's next target is, and from when on.

    Attributes:
        start: second at which the transition starts.
        feeling: the target.
        transition: seconds from the start to the apex; None for the natural time.
        take: seed of the expression's take; None for one of the performer's own.
        liveliness: how much the feeling moves while it is held, 0 to 1; None for the performer's
            own.
    """

    start: float
    feeling: Feeling
    transition: float | None
    take: int | None
    liveliness: float | None = None


def target_changes(script: EmotionScript) -> Iterator[TargetChange]:
    """Yield the targets of a script in order: its beats, and neutral after the hold of a beat."""
    for index, beat in enumerate(script.beats):
        yield TargetChange(beat.start, beat.feeling, beat.transition, beat.take, beat.liveliness)
        following = script.beats[index + 1 : index + 2]
        if beat.hold is not None and following:
            arrival = NATURAL_TRANSITION if beat.transition is None else beat.transition
            release = beat.start + arrival + beat.hold
            if release + 1 / MOTION_RATE < following[0].start:
                yield TargetChange(release, _REST, None, None)


def perform(
    script: EmotionScript,
    networks: Networks,
    fps: float = 24.0,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
    exaggeration: float = 1.0,
    liveliness: float = 0.0,
    target: GazeTarget | None = None,
) -> Clip:
    """Return the performance of a script, from its second 0 to the end of its last beat.

    Args:
        script: what is felt and when; the face starts neutral.
        networks: from ``load_networks``.
        fps: frames a second of the clip, above 0.
        seed: whole number from 0; the same seed gives the same clip to the bit.
        progress: called with the share done, 0 to 1, beat by beat.
        exaggeration: gain of what is shown, as ``exaggerated`` takes it.
        liveliness: how much a held feeling moves, 0 to 1, where its beat does not say.
        target: what the eyes look at; None for straight ahead and about.

    Raises:
        EmoteBotError: a script without beats or one over ``LONGEST``, a rate, seed, gain or
            liveliness that is none, or not enough memory.
    """
    with enough_memory(script, fps):
        clip = still_clip(script, fps)
        performer = Performer(networks, seed, None, None, exaggeration, liveliness, target)
        for done in fill_frames(target_changes(script), performer, clip):
            if progress:
                progress(done / (len(clip) - 1))
        if progress:
            progress(1.0)
        return clip.resampled(fps)


@contextlib.contextmanager
def enough_memory(script: EmotionScript, fps: float) -> Iterator[None]:
    """Return a context in which want of memory is an error of the script and its rate.

    Raises:
        EmoteBotError: there was not enough memory.
    """
    try:
        yield
    except MemoryError as error:
        raise EmoteBotError(
            "A performance of {duration:g} s at {fps:g} frames a second takes more memory than "
            "there is",
            duration=script.duration,
            fps=fps,
        ) from error


def still_clip(script: EmotionScript, fps: float) -> Clip:
    """Return the clip of a script before anything has moved, once script and rate are checked.

    Returns:
        All 0, ``MOTION_RATE`` frames a second.

    Raises:
        EmoteBotError: as ``perform`` does, but for the seed.
        MemoryError: there is not enough memory for the clip at its own rate.
    """
    if not script.beats:
        raise EmoteBotError("The script has no beats: there is nothing to perform")
    if not (math.isfinite(fps) and fps > 0):
        raise EmoteBotError("Frames a second must be a number above 0, not {fps:g}", fps=fps)
    if script.duration > LONGEST:
        raise EmoteBotError(
            "The script lasts {duration:g} s; a performance lasts {longest} s at most",
            duration=script.duration,
            longest=LONGEST,
        )
    if script.duration * fps > _MOST_FRAMES:
        raise MemoryError
    columns = len(CHANNELS) + len(SHARES) + len(ANGLES)
    np.empty((math.ceil(script.duration * fps), columns), dtype=np.float32)  # fails now or never
    frames = math.ceil(script.duration * MOTION_RATE) + 1
    weights, shares, head = (
        np.zeros((frames, len(names)), dtype=np.float32) for names in (CHANNELS, SHARES, ANGLES)
    )
    return Clip(weights, MOTION_RATE, shares=shares, head=head)


def fill_frames(
    changes: Iterable[TargetChange], performer: Performer, clip: Clip, done: int = 0
) -> Iterator[int]:
    """Fill the frames after one that is done with what a performer does.

    Args:
        changes: of its target; they start no earlier than the frame that is done.
        performer: as it is at that frame.
        clip: ``MOTION_RATE`` frames a second; filled to its end once the last change has been
            made and the caller asks for more.
        done: index of the frame that is done.

    Yields:
        Index of the frame at which the performer has just been given a target.
    """
    last = len(clip) - 1
    for change in changes:
        until = min(round(change.start * MOTION_RATE), last)
        _fill(performer, clip, done, until)
        done = until
        performer.set_target(change.feeling, change.transition, change.take, change.liveliness)
        yield done
    _fill(performer, clip, done, last)


def _fill(performer: Performer, clip: Clip, done: int, until: int) -> None:
    for begin in range(done, until, _CHUNK):
        frames = slice(begin + 1, min(begin + _CHUNK, until) + 1)
        clip.weights[frames] = performer.advance(frames.stop - frames.start)
        clip.shares[frames] = performer.shares
        if clip.head is not None:
            clip.head[frames] = performer.head


def _apex(
    networks: Networks,
    feeling: Feeling,
    identity: NDArray[np.float32],
    random: np.random.Generator,
    exaggeration: float,
) -> NDArray[np.float32]:
    """Return a feeling at its apex, float32, shape (52,)."""
    model = networks.expression
    take = _latent(random, model.sizes["take"])
    intensity = np.array([[feeling.intensity]], dtype=np.float32)
    emotion = feeling.mixture.vector()[None]
    weights = model.predict(emotion, intensity, identity[None], take[None])[0]
    if feeling.custom:
        weights = weights * np.float32(feeling.mixture_share)
        for expression, share in feeling.custom:
            face = np.array(expression.weights, dtype=np.float32)
            weights += np.float32(share * feeling.intensity) * face
    return anatomical(exaggerated(np.clip(weights, 0, 1), exaggeration))


def _identity(networks: Networks, seed: int) -> NDArray[np.float32]:
    """Return the identity latent of a seed, float32."""
    _check_seed(seed)
    random = np.random.default_rng((seed, _IDENTITY))
    return _latent(random, networks.expression.sizes["character"])


def _latent(random: np.random.Generator, size: int) -> NDArray[np.float32]:
    return random.standard_normal(size, dtype=np.float32).clip(-TRUNCATION, TRUNCATION)


def _check_seed(seed: int) -> None:
    if seed < 0:
        raise EmoteBotError("A seed is a whole number from 0, not {seed}", seed=seed)
