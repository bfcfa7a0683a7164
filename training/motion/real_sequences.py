# SPDX-License-Identifier: GPL-3.0-or-later
"""Real faces in motion, made ready for the motion network and its discriminator.

Measured sequences tremble with the landmarker's noise, blink and speak. They are smoothed by a
Gaussian, resampled to the network's rate, and only the channels in ``COMPARED`` are used: brows,
the muscle around the eye and the lid that opens wide; the mouth and the jaw of someone who speaks
show words, and a blink is no expression. A sequence is cut where the face comes to rest or turns
round. These turning points are the network's targets, with the times between them; so its rollout
stands beside the real sequence.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d

from emotebot_blender.core.channels import CHANNELS, MIRROR
from emotebot_blender.core.emotions import BASIC_EMOTIONS
from emotebot_blender.core.performance.emotion_tables import basic_amounts
from emotebot_blender.core.performance.networks import MOTION_RATE
from emotebot_blender.core.performance.transition_times import NOISE

from ..collecting.collection import ChannelSequence, Collection
from ..tables.splits import Part, part_of
from .motion_network import STEP
from .rollouts import Rollout

SMOOTHING = 0.05
"""Deviation of the Gaussian in seconds: what is quicker than about a tenth of a second is noise."""

COMPARED = np.array(
    [
        index
        for index, name in enumerate(CHANNELS)
        if name.startswith(("brow", "eyeSquint", "eyeWide"))
    ]
)
"""Numbers of the channels whose motion the discriminator sees, shape (m,)."""

_SHORTEST = 0.2  # seconds between two turning points
_TREMBLE = 0.03  # of a weight: faces that come and go by less are at rest


@dataclass(frozen=True)
class RealSequence:
    """A measured sequence at the network's rate, smoothed.

    Attributes:
        item: its name in the collection.
        weights: float32, shape (steps, 52).
        emotion: float32, shape (8,), shares times intensity; zeros where nobody labelled it.
        turning_points: steps at which the face turns or rests, the first and the last among them.
    """

    item: str
    weights: np.ndarray
    emotion: np.ndarray
    turning_points: tuple[int, ...]


def read_sequences(collections: Iterable[Collection], part: Part) -> tuple[RealSequence, ...]:
    """Return the sequences of a part of some collections, each followed by its mirror image.

    Sequences under a second teach nothing of movement and are left out.
    """
    sequences = []
    for collection in collections:
        for sequence in collection.sequences:
            long_enough = len(sequence.weights) >= sequence.fps
            if long_enough and part_of(collection.name, sequence.person, sequence.item) == part:
                real = resample(sequence)
                sequences += [real, _mirrored(real)]
    return tuple(sequences)


def resample(sequence: ChannelSequence) -> RealSequence:
    """Return a sequence at the network's rate, smoothed and cut where the face turns or rests."""
    smooth = smoothed(sequence.weights, sequence.fps)
    seconds = np.arange(len(smooth)) / sequence.fps
    steps = np.arange(int(seconds[-1] * MOTION_RATE) + 1) / MOTION_RATE
    weights = np.clip(CubicSpline(seconds, smooth)(steps), 0, 1).astype(np.float32)
    emotion = np.zeros(len(BASIC_EMOTIONS), dtype=np.float32)
    if sequence.emotion is not None:
        intensity = 0.5 if sequence.intensity is None else sequence.intensity
        emotion = basic_amounts((sequence.emotion * intensity).astype(np.float32))
    return RealSequence(sequence.item, weights, emotion, find_turning_points(weights))


def smoothed(weights: np.ndarray, rate: float) -> np.ndarray:
    """Return weights, shape (steps, n), without what is quicker than ``SMOOTHING``.

    ``rate`` is in steps a second.
    """
    result: np.ndarray = gaussian_filter1d(
        weights.astype(float), SMOOTHING * rate, axis=0, mode="nearest"
    )
    return result


def find_turning_points(weights: np.ndarray) -> tuple[int, ...]:
    """Return the steps at which a face comes to rest or turns, with the first and the last.

    They are where the compared channels together are slowest between two movements of some size.
    """
    columns = weights[:, COMPARED]
    speed = np.linalg.norm(np.gradient(columns, axis=0), axis=1)
    last, points = len(weights) - 1, [0]
    for step in range(1, last):
        slowest = speed[step] <= speed[step - 1] and speed[step] < speed[step + 1]
        far = np.abs(columns[step] - columns[points[-1]]).max() >= _TREMBLE
        if slowest and far and step - points[-1] >= _SHORTEST * MOTION_RATE:
            points.append(step)
    if last - points[-1] < _SHORTEST * MOTION_RATE and len(points) > 1:
        points.pop()
    return (*points, last)


def draw_real_rollout(
    sequences: Sequence[RealSequence], steps: int, count: int, generator: torch.Generator
) -> Rollout:
    """Return rollouts through the turning points of real sequences; the path is the real one.

    Args:
        sequences: from ``read_sequences``.
        steps: length of a rollout; a shorter sequence rests on its last frame.
        count: rollouts.
        generator: source of chance.
    """
    rows = [_draw_rows(sequences, steps, generator) for _ in range(count)]
    noise = torch.randn(count, NOISE, generator=generator).clamp(-2, 2)
    target, emotion, timing, path, start = (
        torch.from_numpy(np.stack(arrays, axis=-2)) for arrays in zip(*rows, strict=True)
    )
    return Rollout(target, emotion, timing, noise.expand(steps, *noise.shape), start, path)


def _draw_rows(
    sequences: Sequence[RealSequence], steps: int, generator: torch.Generator
) -> tuple[np.ndarray, ...]:
    """Return target, emotion, timing and path at each step of one rollout, and its start."""
    sequence = sequences[int(torch.randint(len(sequences), (), generator=generator))]
    weights, points = sequence.weights, np.array(sequence.turning_points)
    begins = [0, *(point for point in points[1:] if len(weights) - point > steps)]
    begin = begins[int(torch.randint(len(begins), (), generator=generator))]
    at = np.minimum(np.arange(begin, begin + steps), len(weights) - 1)
    leg = np.minimum(np.searchsorted(points, at, side="right"), len(points) - 1)
    elapsed = (np.arange(begin, begin + steps) - points[leg - 1]) * STEP
    remaining = np.maximum((points[leg] - points[leg - 1]) * STEP - elapsed, 0)
    path = weights[np.minimum(at + 1, len(weights) - 1)]
    emotion = np.broadcast_to(sequence.emotion, (steps, len(BASIC_EMOTIONS)))
    timing = np.stack([elapsed, remaining], axis=1).astype(np.float32)
    return weights[points[leg]], emotion.copy(), timing, path, weights[begin]


def _mirrored(sequence: RealSequence) -> RealSequence:
    return dataclasses.replace(sequence, weights=sequence.weights[:, MIRROR])
