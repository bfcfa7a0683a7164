# SPDX-License-Identifier: GPL-3.0-or-later
"""How similar what keys do is to what others do, on the same face or on another."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .key_effects import KeyEffects

_REGION = 0.5
"""What the similarity of regions counts, beside that of displacements."""

_GAZING = 0.05
"""Movement of an eyeball's front that is one, in half distances of the eyes."""

_FEWEST = 2
"""Keys that turn eyeballs on a face whose eyes turn by keys."""

_SIZE = 0.04
"""What similarity falls by where a key goes twice or half as far as the channel does."""

_SIZE_AT_MOST = 0.25
"""What it falls by at most for that."""

_HARDLY = 3.5
"""A key that goes so often half as far, or twice, as the channel does is another one."""

_SAME = 0.97
"""Others that are more similar than this are the same."""


def scale_between(one: KeyEffects, other: KeyEffects) -> float:
    """Return how far keys go as a share of how far others do, by the median."""
    medians = [np.median(effects.sizes[effects.sizes > 0]) for effects in (one, other)]
    return float(medians[0] / medians[1])


def similarities(one: KeyEffects, other: KeyEffects, scale: float = 0.0) -> NDArray[np.float64]:
    """Return how similar keys are to others, -1 to 1, shape (keys, others).

    Eyeballs count on both faces or on none: where they turn by bones their keys say nothing.

    Args:
        one: the keys.
        other: the others.
        scale: how far the first go as a share of the others; 0 where sizes do not count.
    """
    surface = surface_similarities(one, other)
    if scale > 0:
        sizes = [np.maximum(effects.sizes, 1e-6) for effects in (one, other)]
        doublings = np.abs(np.log2(sizes[0][:, None] / sizes[1] / scale))
        surface -= np.where(doublings < _HARDLY, np.minimum(_SIZE * doublings, _SIZE_AT_MOST), 2)
    if not gazes_count(one, other):
        return surface
    gazing = [_gazing(effects) for effects in (one, other)]
    either = gazing[0][:, None] | gazing[1]
    gazes = cosines(one.gazes * gazing[0][:, None, None], other.gazes * gazing[1][:, None, None])
    similar: NDArray[np.float64] = np.where(either, (surface + gazes) / 2, surface)
    return similar


def gazes_count(*faces: KeyEffects) -> bool:
    """Return whether keys turn the eyeballs of all these faces, so that these can be compared."""
    return min(np.count_nonzero(_gazing(effects)) for effects in faces) >= _FEWEST


def surface_similarities(one: KeyEffects, other: KeyEffects) -> NDArray[np.float64]:
    """Return how similar displacements of the skin and their regions are, (keys, others)."""
    regions = region_similarities(one, other)
    return (cosines(one.fields, other.fields) + _REGION * regions) / (1 + _REGION)


def region_similarities(one: KeyEffects, other: KeyEffects) -> NDArray[np.float64]:
    """Return how similar the regions of the skin that keys move are, (keys, others)."""
    return cosines(*(np.linalg.norm(effects.fields, axis=-1) for effects in (one, other)))


def cosines(one: NDArray[np.floating], other: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the cosine of each of some arrays with each of others, shape (some, others)."""
    flat = [values.reshape(len(values), -1) for values in (one, other)]
    lengths = [np.sqrt(np.einsum("kv,kv->k", rows, rows)) for rows in flat]
    products = (flat[0] @ flat[1].T).astype(np.float64)
    cosines: NDArray[np.float64] = products / np.maximum(np.outer(*lengths), 1e-9)
    return cosines


def shares_of_one(
    one: KeyEffects, other: KeyEffects, pairs: Sequence[tuple[int, int]]
) -> list[float]:
    """Return how much of what keys do a single other one shows, of what it shows with one more.

    It is the cosine with that one, divided by the cosine with the best sum of it and any second one
    at values of 0 and more; 0 to 1.

    Args:
        one: the keys.
        other: the others.
        pairs: a key and the single other one, each.
    """
    own, between = cosines(one.fields, other.fields), cosines(other.fields, other.fields)
    shares = []
    for key, single in pairs:
        first, second, apart = own[key, single], own[key], between[single]
        helps = (second > first * apart) & (first > second * apart) & (apart < _SAME)
        squares = first**2 + second**2 - 2 * first * second * apart
        both = np.sqrt(np.maximum(squares, 0) / np.maximum(1 - apart**2, 1 - _SAME**2))
        best = max(float(first), float(np.where(helps, both, 0).max()))
        shares.append(max(float(first), 0.0) / max(best, 1e-9))
    return shares


def _gazing(effects: KeyEffects) -> NDArray[np.bool_]:
    """Return which keys turn an eyeball, (keys,)."""
    turning: NDArray[np.bool_] = np.abs(effects.gazes).max(axis=(1, 2)) > _GAZING
    return turning
