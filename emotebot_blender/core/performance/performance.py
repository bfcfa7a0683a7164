# SPDX-License-Identifier: GPL-3.0-or-later
"""From a script of feelings to a clip, and the same frame by frame for a live face.

The expression generator says how each feeling looks, the motion model moves the face from one to
the next, the eyes live their own life. Everything random comes from one seed.
"""

import copy
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS, INDEX
from ..clip import Clip
from ..emotions import NEUTRAL, Feeling
from ..errors import EmoteBotError
from ..script.beats import NATURAL_TRANSITION, EmotionScript
from .eye_motion import Eyes
from .networks import FOLDER, MOTION_RATE, ExpressionModel, MotionModel
from .transition_times import natural_transition

TRUNCATION = 2.0
"""Latents are cut off here, in standard deviations: rarer faces are odd rather than interesting."""

LONGEST = 12 * 3600
"""Seconds of a performance at most: what Blender's timeline holds at 24 frames a second."""

_CHARACTER, _TAKE, _MOVE, _EYES = range(4)  # streams of the seed

_REST = Feeling(NEUTRAL, 0.0)

_LIMITED = np.array([INDEX[name] for name in ("mouthClose", "eyeWideLeft", "eyeWideRight")])
_LIMITING = np.array([INDEX[name] for name in ("jawOpen", "eyeBlinkLeft", "eyeBlinkRight")])
_TO_LEFT = np.array([INDEX[name] for name in ("jawLeft", "mouthLeft")])
_TO_RIGHT = np.array([INDEX[name] for name in ("jawRight", "mouthRight")])


@dataclass(frozen=True)
class Networks:
    """The two trained networks of a performance."""

    expression: ExpressionModel
    motion: MotionModel


def load_networks(folder: Path = FOLDER) -> Networks:
    """Return the networks ``expression.onnx`` and ``motion.onnx`` of a folder, checked.

    Raises:
        EmoteBotError: a file is missing, damaged, or not a network for this EmoteBot.
    """
    return Networks(
        ExpressionModel(folder / "expression.onnx"), MotionModel(folder / "motion.onnx")
    )


def express(
    networks: Networks, feeling: Feeling, seed: int = 0, count: int = 1, take: int | None = None
) -> NDArray[np.float32]:
    """Return expressions of a feeling, each of another person.

    Args:
        networks: from ``load_networks``.
        feeling: what is felt.
        seed: whole number from 0; row i is what seed + i gives alone.
        count: number of expressions.
        take: seed of the take, the same for each person; None for takes of their own seeds.

    Returns:
        float32, shape (count, 52), 0 to 1.
    """
    weights = np.zeros((count, len(CHANNELS)), dtype=np.float32)
    for row, each in enumerate(range(seed, seed + count)):
        random = np.random.default_rng((each if take is None else take, _TAKE))
        weights[row] = _apex(networks, feeling, _character(networks, each), random)
    return weights


class Performer:
    """A face that feels what it is told, 60 steps a second.

    Args:
        networks: from ``load_networks``.
        seed: whole number from 0; the same seed and the same feelings give the same motion.
        weights: shape (52,), where the face starts; None for neutral.
    """

    def __init__(
        self, networks: Networks, seed: int = 0, weights: NDArray[np.float32] | None = None
    ) -> None:
        _check_seed(seed)
        self._networks = networks
        self._seed = seed
        self._character = _character(networks, seed)
        self._eyes = Eyes(seed, _EYES)
        self._state = networks.motion.rest_state(weights)
        self._feeling = _REST
        self._moves = 0
        self._set_out(_REST, None, None)

    def set_target(
        self, feeling: Feeling, transition: float | None = None, take: int | None = None
    ) -> None:
        """Set out for a feeling from wherever the face is now.

        Args:
            feeling: what is felt next.
            transition: seconds until it is there; None for the natural time.
            take: seed of the expression's take; None for one of the performer's own.
        """
        self._moves += 1
        self._set_out(feeling, transition, take)

    def advance(self, steps: int) -> NDArray[np.float32]:
        """Return the next frames, float32, shape (steps, 52), ``MOTION_RATE`` a second."""
        if steps == 0:
            return np.zeros((0, len(CHANNELS)), dtype=np.float32)
        elapsed = np.arange(self._elapsed, self._elapsed + steps) / MOTION_RATE
        self._elapsed += steps
        remaining = np.maximum(self._transition - elapsed, 0)
        weights, self._state = self._networks.motion.advance(
            self._target.repeat(steps, axis=0),
            self._emotion.repeat(steps, axis=0),
            np.stack([elapsed, remaining], axis=1).astype(np.float32),
            self._noise.repeat(steps, axis=0),
            self._state,
        )
        return anatomical(self._eyes.advance(weights))

    def copy(self) -> "Performer":
        """Return a performer that goes on from here as this one does, each without the other."""
        other = copy.copy(self)  # nothing but the eyes is changed in place
        other._eyes = self._eyes.copy()
        return other

    def _set_out(self, feeling: Feeling, transition: float | None, take: int | None) -> None:
        random = np.random.default_rng((self._seed, _MOVE, self._moves))
        self._noise = _latent(random, self._networks.motion.sizes["noise"])[None]
        stream = random if take is None else np.random.default_rng((take, _TAKE))
        self._target = _apex(self._networks, feeling, self._character, stream)[None]
        way = self._target[0] - self._state[: len(CHANNELS)]
        natural = natural_transition(self._feeling, feeling, way, self._noise[0])
        self._transition = natural if transition is None else transition
        self._emotion = _emotion(feeling)[None]
        self._feeling = feeling
        self._elapsed = 0


@dataclass(frozen=True)
class TargetChange:
    """What a performer is told, and at which second; the rest as ``Performer.feel`` takes it."""

    start: float
    feeling: Feeling
    transition: float | None
    take: int | None


def target_changes(script: EmotionScript) -> Iterator[TargetChange]:
    """Yield what the performer is told and when: the beats, and the rest after a held one."""
    for index, beat in enumerate(script.beats):
        yield TargetChange(beat.start, beat.feeling, beat.transition, beat.take)
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
) -> Clip:
    """Return the performance of a script, from its second 0 to the end of its last beat.

    Args:
        script: what is felt and when; the face starts neutral.
        networks: from ``load_networks``.
        fps: frames a second of the clip, above 0.
        seed: whole number from 0; the same seed gives the same clip to the bit.
        progress: told the share done, 0 to 1, beat by beat.

    Raises:
        EmoteBotError: a script without beats or one over ``LONGEST``, or a rate or seed that is
            none.
    """
    weights = empty_frames(script, fps)
    steps = len(weights) - 1
    for done in fill_frames(target_changes(script), Performer(networks, seed), weights):
        if progress:
            progress(done / steps)
    if progress:
        progress(1.0)
    return Clip(weights, MOTION_RATE).resampled(fps)


def empty_frames(script: EmotionScript, fps: float) -> NDArray[np.float32]:
    """Return the frames of a script before anything has moved, once script and rate are checked.

    Returns:
        float32, shape (steps + 1, 52), ``MOTION_RATE`` a second, all 0.

    Raises:
        EmoteBotError: as ``perform`` does, but for the seed.
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
    steps = math.ceil(script.duration * MOTION_RATE)
    return np.zeros((steps + 1, len(CHANNELS)), dtype=np.float32)


def fill_frames(
    told: Iterable[TargetChange], performer: Performer, weights: NDArray[np.float32], done: int = 0
) -> Iterator[int]:
    """Fill the frames after one that is done with what a performer does on its cues.

    Args:
        told: cues that start no earlier than the frame that is done.
        performer: as it is at that frame.
        weights: float32, shape (steps + 1, 52), ``MOTION_RATE`` a second; filled to its end once
            the last cue has been taken and the caller asks for more.
        done: index of the frame that is done.

    Yields:
        Index of the frame at which the performer has just taken a cue.
    """
    last = len(weights) - 1
    for cue in told:
        until = min(round(cue.start * MOTION_RATE), last)
        weights[done + 1 : until + 1] = performer.advance(until - done)
        done = until
        performer.set_target(cue.feeling, cue.transition, cue.take)
        yield done
    weights[done + 1 :] = performer.advance(last - done)


def approach(
    networks: Networks,
    weights: NDArray[np.float32],
    feeling: Feeling,
    seconds: float,
    fps: float,
    seed: int = 0,
    take: int | None = None,
    strength: float = 1.0,
) -> Clip:
    """Return the way from where a face is to a feeling, as ``express`` shows it, without the eyes.

    Args:
        networks: from ``load_networks``.
        weights: shape (52,), the first frame.
        feeling: what the last frame shows.
        seconds: from the first frame to the last, above 0.
        fps: frames a second; there is one frame more than fit into the time, rounded.
        seed: whole number from 0; of the expression.
        take: seed of its take; None for that of the seed.
        strength: how much of the expression the last frame shows, 0 to 1.
    """
    target = express(networks, feeling, seed, take=take)[0] * np.float32(strength)
    steps = max(round(seconds * MOTION_RATE), 1)
    elapsed = np.arange(steps) / MOTION_RATE
    moved, _ = networks.motion.advance(
        np.tile(target, (steps, 1)),
        np.tile(_emotion(feeling), (steps, 1)),
        np.stack([elapsed, np.maximum(seconds - elapsed, 0)], axis=1).astype(np.float32),
        np.zeros((steps, networks.motion.sizes["noise"]), dtype=np.float32),
        networks.motion.rest_state(weights),
    )
    path = np.concatenate([weights[None], moved])
    share = np.linspace(0, 1, steps + 1, dtype=np.float32)[:, None]
    path += share * (target - path[-1])  # the network arrives within its error: close that gap
    places = np.linspace(0, steps, max(round(seconds * fps), 1) + 1)
    sampled = [np.interp(places, np.arange(steps + 1), column) for column in path.T]
    return Clip(anatomical(np.stack(sampled, axis=1).astype(np.float32)), fps)


def apex_frames(script: EmotionScript, clip: Clip) -> tuple[int, ...]:
    """Return, for each beat, the frame that shows it best: at its fullest, the eyes open.

    Args:
        script: the script that was performed.
        clip: its performance.
    """
    lids = clip.weights[:, [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]].max(axis=1)
    frames = []
    for index, beat in enumerate(script.beats):
        following = script.beats[index + 1 : index + 2]
        end = min([beat.nominal_end, *(each.start for each in following)])
        middle = (beat.start + end) / 2
        last = min(math.floor((end - clip.start) * clip.fps), len(clip) - 1)
        first = min(math.ceil((middle - clip.start) * clip.fps), last)
        held = lids[first : last + 1]
        frames.append(first + int(np.flatnonzero(held <= held.min() + 0.01)[-1]))
    return tuple(frames)


def anatomical(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return weights that a face can have.

    Weights are from 0 to 1, lips close no further than the jaw is open, an eye opens wide no
    further than its lid is up, and the jaw and the mouth go to one side at a time.

    Args:
        weights: float32, shape (..., 52).
    """
    weights = np.clip(weights, 0, 1)
    limits = weights[..., _LIMITING]
    limits[..., 1:] = 1 - limits[..., 1:]
    weights[..., _LIMITED] = np.minimum(weights[..., _LIMITED], limits)
    both = np.minimum(weights[..., _TO_LEFT], weights[..., _TO_RIGHT])
    weights[..., _TO_LEFT] -= both
    weights[..., _TO_RIGHT] -= both
    return weights


def _apex(
    networks: Networks,
    feeling: Feeling,
    character: NDArray[np.float32],
    random: np.random.Generator,
) -> NDArray[np.float32]:
    model = networks.expression
    take = _latent(random, model.sizes["take"])
    intensity = np.array([[feeling.intensity]], dtype=np.float32)
    emotion = feeling.mixture.vector()[None]
    weights = model.predict(emotion, intensity, character[None], take[None])[0]
    if feeling.custom:
        weights = weights * np.float32(feeling.mixture_share)
        for expression, share in feeling.custom:
            face = np.array(expression.weights, dtype=np.float32)
            weights += np.float32(share * feeling.intensity) * face
    return anatomical(weights)


def _emotion(feeling: Feeling) -> NDArray[np.float32]:
    """Return what the motion network is told of a feeling, float32, shape (8,)."""
    return feeling.mixture.vector() * np.float32(feeling.intensity * feeling.mixture_share)


def _character(networks: Networks, seed: int) -> NDArray[np.float32]:
    _check_seed(seed)
    random = np.random.default_rng((seed, _CHARACTER))
    return _latent(random, networks.expression.sizes["character"])


def _latent(random: np.random.Generator, size: int) -> NDArray[np.float32]:
    return random.standard_normal(size, dtype=np.float32).clip(-TRUNCATION, TRUNCATION)


def _check_seed(seed: int) -> None:
    if seed < 0:
        raise EmoteBotError("A seed is a whole number from 0, not {seed}", seed=seed)
