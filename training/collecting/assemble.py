# SPDX-License-Identifier: GPL-3.0-or-later
"""Assemble a collection: neutral faces subtracted, apexes chosen, sequences resampled."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import EMOTIONS

from ..faces.landmarks import SEEN, masked, subtract_neutral
from ..sources.item import Item, Source
from .collection import ChannelSequence, Collection
from .measure import Measurement

APEX_SHARE = 0.2
"""Share of a film's frames, those of the strongest expression, that count as its apex."""

MOST_ROWS = 16
"""Frames of a film's apex at most that become rows, spread evenly; neighbours hardly differ."""

LAST_ROWS = 3
"""Frames at the end of a film that ends at its peak, which become rows."""

GAP = 0.2
"""Seconds of dropped frames that are interpolated; a longer gap ends a sequence."""

SHORTEST = 0.5
"""Seconds that a sequence lasts at least."""

EXPRESSIVE = (
    "brow",
    "eyeSquint",
    "eyeWide",
    "mouthSmile",
    "mouthFrown",
    "mouthUpperUp",
    "mouthStretch",
)
"""Beginnings of the names of channels that expressions move and speech hardly does."""

Get = Callable[[str], Measurement | None]
"""From an item's name to what was measured on it, None where nothing was."""


@dataclass
class Counts:
    """What became of a data set.

    Attributes:
        items: number of items that were measured or tried.
        dropped: reason to the number of items without a good frame.
        unreadable: item to why it could not be read.
        frames: number of frames that were looked at.
        dropped_frames: reason to the number of frames that were dropped.
        neutral: number of items that show a person's neutral face.
    """

    items: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    unreadable: dict[str, str] = field(default_factory=dict)
    frames: int = 0
    dropped_frames: Counter[str] = field(default_factory=Counter)
    neutral: int = 0


@dataclass(frozen=True)
class Peak:
    """The moment of an item that shows its emotion most strongly, in seconds."""

    item: Item
    seconds: float


@dataclass(frozen=True)
class Assembled:
    """A collection, what became of the data set, and the peak of each item with an emotion."""

    collection: Collection
    counts: Counts
    peaks: tuple[Peak, ...]


def neutral_faces(items: Iterable[Item], get: Get) -> dict[str, np.ndarray]:
    """Return person to the neutral face, the median of the person's neutral frames, shape (52,).

    People without any other item are left out: there is nothing to subtract it from.

    Args:
        items: of the data set.
        get: gives what was measured on each.
    """
    frames: dict[str, list[np.ndarray]] = defaultdict(list)
    others: set[str] = set()
    for item in items:
        if item.neutral != "all":
            others.add(item.person)
        if item.neutral == "none":
            continue
        measured = get(item.name)
        if measured is None or not len(measured.weights):
            continue
        if item.neutral == "all":
            frames[item.person].append(measured.weights)
        elif measured.seconds[0] == 0:
            frames[item.person].append(measured.weights[:1])
    return {
        person: np.median(np.concatenate(rows), axis=0)
        for person, rows in frames.items()
        if person in others or sum(map(len, rows)) > 1
    }


def assemble(
    name: str,
    source: Source,
    items: Sequence[Item],
    get: Get,
    about: dict[str, Any],
    longest: float,
) -> Assembled:
    """Return the collection of the items.

    Args:
        name: of the collection.
        source: where the items are from.
        items: in the order that their rows are to have.
        get: gives what was measured on each.
        about: what ``collection.json`` is to say besides.
        longest: seconds of one sequence at most.
    """
    neutrals = neutral_faces(items, get)
    counts = Counts()
    rows: list[tuple[Item, np.ndarray]] = []
    sequences: list[ChannelSequence] = []
    peaks: list[Peak] = []
    for item in items:
        measured = get(item.name)
        if measured is None:
            continue
        counts.items += 1
        counts.frames += measured.frames
        counts.dropped_frames.update(measured.dropped)
        reason = measured.reason()
        if reason is not None:
            counts.dropped[reason] += 1
            if measured.fault is not None:
                counts.unreadable[item.name] = measured.fault
            continue
        neutral = neutrals.get(item.person)
        counts.neutral += item.neutral != "none" and neutral is not None
        if neutral is None:
            weights = masked(measured.weights, source.measured)
        else:
            weights = subtract_neutral(measured.weights, neutral, source.measured)
        if item.moves:
            sequence = steady(item, measured.seconds, weights, longest, neutral is not None)
            if sequence is not None:
                sequences.append(sequence)
        if item.emotion is None:
            continue
        chosen = apex(item, weights)
        peaks.append(
            Peak(
                item,
                float(measured.seconds[chosen[np.argmax(expression_strength(weights[chosen]))]]),
            )
        )
        is_neutral = neutral is not None and item.neutral == "all" and not item.moves
        if not is_neutral:  # a photograph that is the neutral face is nothing beyond it
            rows.extend((item, weights[frame]) for frame in chosen)
    collection = Collection(
        name=name,
        licence=source.licence,
        people=tuple(item.person for item, _ in rows),
        items=tuple(item.name for item, _ in rows),
        emotion=np.array(
            [item.emotion.vector() for item, _ in rows if item.emotion], dtype=np.float32
        ).reshape(-1, len(EMOTIONS)),
        intensity=np.array(
            [np.nan if item.intensity is None else item.intensity for item, _ in rows],
            dtype=np.float32,
        ),
        weights=np.array([row for _, row in rows], dtype=np.float32).reshape(-1, len(CHANNELS)),
        neutral_known=np.array([item.person in neutrals for item, _ in rows], dtype=bool),
        measured=source.measured,
        sequences=tuple(sequences),
        about=about,
    )
    return Assembled(collection, counts, tuple(peaks))


def expression_strength(weights: np.ndarray) -> np.ndarray:
    """Return how strong the expression of each row is, shape (n, 52) to (n,).

    The sum over the upper face, the corners of the mouth and the upper lip: speech moves the rest
    of the mouth in every film alike.
    """
    columns = [INDEX[name] for name in SEEN if name.startswith(EXPRESSIVE)]
    strength: np.ndarray = weights[:, columns].sum(axis=1)
    return strength


def strongest(weights: np.ndarray, share: float = APEX_SHARE) -> np.ndarray:
    """Return the frames of the strongest expression, in order of time.

    Args:
        weights: shape (frames, 52).
        share: share of the frames to return, 0 to 1; one frame at least.

    Returns:
        Indices, int, shape (k,).
    """
    count = max(1, round(share * len(weights)))
    return np.sort(np.argsort(-expression_strength(weights), kind="stable")[:count])


def apex(item: Item, weights: np.ndarray) -> np.ndarray:
    """Return the frames of an item that become rows, int, shape (k,), in order of time.

    Args:
        item: the item.
        weights: shape (frames, 52), beyond the neutral face.
    """
    if not item.moves:
        return np.zeros(1, dtype=int)
    if item.apex == "last":
        return np.arange(max(0, len(weights) - LAST_ROWS), len(weights))
    frames = strongest(weights)
    if len(frames) <= MOST_ROWS:
        return frames
    spread: np.ndarray = frames[np.linspace(0, len(frames) - 1, MOST_ROWS).round().astype(int)]
    return spread


def steady(
    item: Item, seconds: np.ndarray, weights: np.ndarray, longest: float, neutral_known: bool
) -> ChannelSequence | None:
    """Return an item's movement, resampled to a steady rate; None where no part is long enough.

    Of movement with gaps the longest part is taken, and of a part that is too long the stretch
    with the strongest expression.

    Args:
        item: the item.
        seconds: shape (frames,), rising.
        weights: shape (frames, 52).
        longest: seconds of the result at most.
        neutral_known: whether the weights are beyond the person's neutral face.
    """
    if len(seconds) < 2:
        return None
    fps = 1 / float(np.median(np.diff(seconds)))
    ends = np.flatnonzero(np.diff(seconds) > max(GAP, 1.5 / fps))
    parts = np.split(np.arange(len(seconds)), ends + 1)
    part = max(parts, key=lambda frames: float(seconds[frames[-1]] - seconds[frames[0]]))
    times = (seconds[part] - seconds[part[0]]) * fps  # in frames
    rounded = times.round()
    times = np.where(abs(times - rounded) < 0.05, rounded, times)  # a film's frames as they are
    grid = np.arange(int(times[-1]) + 1)
    rows = np.stack([np.interp(grid, times, column) for column in weights[part].T], axis=1)
    if len(rows) < SHORTEST * fps:
        return None
    most = max(2, round(longest * fps))
    if len(rows) > most:
        sums = np.concatenate([[0.0], np.cumsum(expression_strength(rows))])
        start = int(np.argmax(sums[most:] - sums[:-most]))
        rows = rows[start : start + most]
    emotion = None if item.emotion is None else item.emotion.vector()
    return ChannelSequence(
        item.person,
        item.name,
        float(f"{fps:.6g}"),
        emotion,
        item.intensity,
        np.clip(rows, 0, 1).astype(np.float32),
        neutral_known,
    )
