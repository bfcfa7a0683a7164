# SPDX-License-Identifier: GPL-3.0-or-later
"""When a mouth speaks and closes its lips, and how an expression is added; numpy alone."""

import numpy as np
from numpy.typing import NDArray

from .channels import CHANNELS, INDEX

PAUSE = 0.25
"""Seconds of stillness that make a pause; what is shorter belongs to articulation.

Goldman-Eisler, Psycholinguistics: experiments in spontaneous speech (1968), draws the line there.
"""

EDGE = 0.2
"""Seconds in which an expression comes and goes at the edges of a pause: a syllable's mean length.

Greenberg, Speaking in shorthand, Speech Communication 29 (1999).
"""

CLOSURE_EDGE = 0.125
"""Seconds in which lips come together before a closure and part again after it; chosen by eye."""

PARTING = (
    "jawOpen",
    "mouthClose",
    "mouthFunnel",
    *(name for name in CHANNELS if name.startswith(("mouthLowerDown", "mouthUpperUp"))),
    "tongueOut",
)
"""Channels of an expression that part the lips, and that which takes the jaw's part back."""

_STILL = 0.05
"""A weight that changes by no more within ``PAUSE`` rests: captured faces tremble by some .01."""

_AT_REST = 0.1
"""A weight further than this from rest speaks, however still it is: a vowel that is held."""

_CLOSED = 0.05
"""Lips that are no further apart than by this weight are closed."""

_PRESSED = 0.1
"""Lips that are pressed by more than this weight are closed on purpose."""

_BEND = 0.25
"""Sums bend towards the end of a range within at most this share of it."""


def speaking_envelope(spoken: NDArray[np.floating], rate: float) -> NDArray[np.float64]:
    """Return how much a mouth speaks on each frame, float64 (frames,): 1 in phrases, 0 in pauses.

    It falls from 1 within ``EDGE`` after the beginning of a pause, and is back at 1 at its end.

    Args:
        spoken: weights that speech alone moves, shape (frames, channels), at rest at 0.
        rate: frames a second.
    """
    count = len(spoken)
    window = max(round(PAUSE * rate), 1) + 1
    around = np.pad(spoken, ((window, window), (0, 0)), mode="edge")
    views = np.lib.stride_tricks.sliding_window_view(around, window, axis=0)
    still = (np.ptp(views, axis=2) <= _STILL) & (np.abs(views).max(axis=2) <= _AT_REST)
    pauses = np.convolve(still.all(axis=1), np.ones(window)) > 0.5
    return _faded(~pauses, EDGE * rate)[window : window + count]


def closure_envelope(spoken: NDArray[np.floating], rate: float) -> NDArray[np.float64]:
    """Return how much speech closes the lips on each frame, float64 (frames,): 1 while it does.

    Lips that meet for no longer than ``PAUSE`` between vowels do so for an m, b or p, as do lips
    that are pressed. Towards both sides it falls to 0 within ``CLOSURE_EDGE``.

    Args:
        spoken: weights of the channels that speech alone moves, shape (frames, 52).
        rate: frames a second.
    """

    def most(*names: str) -> NDArray[np.floating]:
        return np.asarray(spoken[:, [INDEX[name] for name in names]].max(axis=1).clip(0))

    jaw = np.clip(most("jawOpen") - most("mouthClose"), 0, None)
    apart = (
        jaw
        + most("mouthFunnel", "tongueOut")
        + most("mouthLowerDownLeft", "mouthLowerDownRight")
        + most("mouthUpperUpLeft", "mouthUpperUpRight")
    )
    closed = apart <= _CLOSED
    rolled = np.minimum(most("mouthRollLower"), most("mouthRollUpper"))
    pressed = np.maximum(most("mouthPressLeft", "mouthPressRight"), rolled) > _PRESSED
    return _faded(closed & (pressed | _is_brief(closed, PAUSE * rate)), CLOSURE_EDGE * rate)


def _is_brief(marks: NDArray[np.bool_], longest: float) -> NDArray[np.bool_]:
    """Return which frames are in a run of marked ones with an end on both sides, bool (frames,).

    Args:
        marks: shape (frames,).
        longest: frames that a run has at most.
    """
    changes = np.flatnonzero(np.diff(marks.astype(np.int8))) + 1
    runs = np.split(np.arange(len(marks)), changes)
    brief = np.zeros(len(marks), dtype=np.bool_)
    for run in runs[1:-1]:
        brief[run] = len(run) <= longest
    return brief & marks


def _faded(marks: NDArray[np.bool_], edge: float) -> NDArray[np.float64]:
    """Return 1 on marked frames, which falls to 0 on both sides of them, float64 (frames,).

    Args:
        marks: shape (frames,).
        edge: frames in which it falls.
    """
    marked, frames = np.flatnonzero(marks), np.arange(len(marks))
    if len(marked) == 0:
        return np.zeros(len(marks))
    after = np.minimum(np.searchsorted(marked, frames), len(marked) - 1)
    before = np.maximum(after - 1, 0)
    distance = np.minimum(np.abs(marked[after] - frames), np.abs(marked[before] - frames))
    part = np.clip(distance / edge, 0, 1)
    return np.asarray(1 - part * part * (3 - 2 * part))


def soft_sum(
    base: NDArray[np.floating],
    added: NDArray[np.floating],
    rest: NDArray[np.floating],
    low: NDArray[np.floating],
    high: NDArray[np.floating],
) -> NDArray[np.float64]:
    """Return base and what is added to it, held within a range without a corner.

    The sum bends towards the end of the range as a polynomial smooth minimum does (I. Quilez,
    "smooth minimum", 2013). Where one of the two is at rest, the other comes out as it is.

    Args:
        base: values, shape (frames, controls).
        added: differences, the same shape.
        rest: value of each control that nothing moves, shape (controls,).
        low: least value of each.
        high: greatest value of each.
    """
    low, high = low.astype(np.float64), high.astype(np.float64)
    base = np.clip(base, low, high)
    total = base + added
    width = np.minimum(np.abs(base - rest), np.abs(added))
    width = np.minimum(width, _BEND * (high - low))
    return np.asarray(total - _ramp(total - high, width) + _ramp(low - total, width))


def _ramp(excess: NDArray[np.float64], width: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the positive part of an excess, with the corner rounded within a width."""
    width = np.maximum(width, 1e-12)
    rounded = np.square(np.clip(excess + width, 0, 2 * width)) / (4 * width)
    return np.where(np.abs(excess) < width, rounded, np.maximum(excess, 0))
