# SPDX-License-Identifier: GPL-3.0-or-later
"""Real faces in motion, made ready for the motion network and its critic.

Measured sequences tremble with the landmarker's noise, blink and speak. They are smoothed by a
Gaussian, brought to the network's rate, and only the channels in ``JUDGED`` are looked at: brows,
the muscle around the eye and the lid that opens wide; the mouth and the jaw of someone who speaks
tell of words, and a blink is no expression. A sequence is cut where the face comes to rest or turns
round, and the network is told these places as targets and the times between them; so its rollout
stands beside the real sequence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d

from emotebot_blender.core.channels import CHANNELS, MIRROR
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.performance.networks import MOTION_RATE
from emotebot_blender.core.performance.transition_times import NOISE

from ..collecting.collection import ChannelSequence, Collection
from ..tables.splits import Part, part_of
from .rollouts import STEP, Lesson

SMOOTHING = 0.05
"""Deviation of the Gaussian in seconds: what is quicker than about a tenth of a second is noise."""

JUDGED = np.array(
    [
        index
        for index, name in enumerate(CHANNELS)
        if name.startswith(("brow", "eyeSquint", "eyeWide"))
    ]
)
"""Channels whose motion the critic sees."""

_SHORTEST = 0.2  # seconds between two places that the network is told
_TREMBLE = 0.03  # of a weight: faces that come and go by less are at rest


@dataclass(frozen=True)
class Film:
    """A real sequence at the network's rate, smoothed.

    Attributes:
        item: which it is.
        weights: float32, shape (steps, 52).
        emotion: float32, shape (8,), shares times intensity; zeros where nobody labelled it.
        places: steps at which the face turns or rests, the first and the last among them.
    """

    item: str
    weights: np.ndarray
    emotion: np.ndarray
    places: tuple[int, ...]


def read_films(collections: Iterable[Collection], part: Part) -> tuple[Film, ...]:
    """Return the sequences of a part of some collections, each followed by its mirror image.

    Sequences under a second teach nothing of movement and are left out.
    """
    films = []
    for collection in collections:
        for sequence in collection.sequences:
            long_enough = len(sequence.weights) >= sequence.fps
            if long_enough and part_of(collection.name, sequence.person, sequence.item) == part:
                film = make_film(sequence)
                films += [film, _mirrored(film)]
    return tuple(films)


def make_film(sequence: ChannelSequence) -> Film:
    """Return a sequence at the network's rate, smoothed and cut where the face turns or rests."""
    smooth = smoothed(sequence.weights, sequence.fps)
    seconds = np.arange(len(smooth)) / sequence.fps
    steps = np.arange(int(seconds[-1] * MOTION_RATE) + 1) / MOTION_RATE
    weights = np.clip(CubicSpline(seconds, smooth)(steps), 0, 1).astype(np.float32)
    emotion = np.zeros(len(EMOTIONS), dtype=np.float32)
    if sequence.emotion is not None:
        felt = 0.5 if sequence.intensity is None else sequence.intensity
        emotion = (sequence.emotion * felt).astype(np.float32)
    return Film(sequence.item, weights, emotion, turning_places(weights))


def smoothed(weights: np.ndarray, rate: float) -> np.ndarray:
    """Return weights, shape (steps, n), without what is quicker than ``SMOOTHING``."""
    result: np.ndarray = gaussian_filter1d(
        weights.astype(float), SMOOTHING * rate, axis=0, mode="nearest"
    )
    return result


def turning_places(weights: np.ndarray) -> tuple[int, ...]:
    """Return the steps at which a face comes to rest or turns, with the first and the last.

    They are where the judged channels together are slowest between two movements of some size.
    """
    judged = weights[:, JUDGED]
    speed = np.linalg.norm(np.gradient(judged, axis=0), axis=1)
    last, places = len(weights) - 1, [0]
    for step in range(1, last):
        slowest = speed[step] <= speed[step - 1] and speed[step] < speed[step + 1]
        far = np.abs(judged[step] - judged[places[-1]]).max() >= _TREMBLE
        if slowest and far and step - places[-1] >= _SHORTEST * MOTION_RATE:
            places.append(step)
    if last - places[-1] < _SHORTEST * MOTION_RATE and len(places) > 1:
        places.pop()
    return (*places, last)


def draw_rehearsal(
    films: Sequence[Film], steps: int, count: int, generator: torch.Generator
) -> Lesson:
    """Return rollouts through the places of real sequences; the path is the real one.

    Args:
        films: from ``read_films``.
        steps: length of a rollout; a shorter film rests on its last frame.
        count: rollouts.
        generator: source of chance.
    """
    rows = [_rehearse(films, steps, generator) for _ in range(count)]
    noise = torch.randn(count, NOISE, generator=generator).clamp(-2, 2)
    target, emotion, clock, path, start = (
        torch.from_numpy(np.stack(each, axis=-2)) for each in zip(*rows, strict=True)
    )
    return Lesson(target, emotion, clock, noise.expand(steps, *noise.shape), start, path)


def _rehearse(
    films: Sequence[Film], steps: int, generator: torch.Generator
) -> tuple[np.ndarray, ...]:
    """Return target, emotion, clock and path at each step, and the start."""
    film = films[int(torch.randint(len(films), (), generator=generator))]
    begins = [place for place in film.places[1:] if len(film.weights) - place > steps]
    begins.insert(0, 0)
    begin = begins[int(torch.randint(len(begins), (), generator=generator))]
    at = np.minimum(np.arange(begin, begin + steps), len(film.weights) - 1)
    places = np.array(film.places)
    leg = np.minimum(np.searchsorted(places, at, side="right"), len(places) - 1)
    since = (np.arange(begin, begin + steps) - places[leg - 1]) * STEP
    left = np.maximum((places[leg] - places[leg - 1]) * STEP - since, 0)
    path = film.weights[np.minimum(at + 1, len(film.weights) - 1)]
    emotion = np.broadcast_to(film.emotion, (steps, len(EMOTIONS)))
    clock = np.stack([since, left], axis=1).astype(np.float32)
    return film.weights[places[leg]], emotion.copy(), clock, path, film.weights[begin]


def _mirrored(film: Film) -> Film:
    return Film(film.item, film.weights[:, MIRROR], film.emotion, film.places)
