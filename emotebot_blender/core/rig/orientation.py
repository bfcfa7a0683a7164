# SPDX-License-Identifier: GPL-3.0-or-later
"""Which way a face looks, whatever the axes of its mesh."""

from functools import cache
from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray

from ..errors import EmoteBotError
from .displacements import Displacements
from .face_alignment import align
from .face_template import FaceTemplate
from .key_effects import KeyEffects, measure
from .similarity import surface_similarities

_FITTING = 0.55
"""Mean similarity of keys to the channel most similar that says that a face looks along -Y."""

_LOOKED_AT = 4000
"""Vertices that are enough to tell directions from each other."""


def measure_any_way(face: Displacements, template: FaceTemplate) -> KeyEffects:
    """Return what the keys of a face do, whichever axes it looks along.

    It is taken to look along -Y; where its keys then do nothing like what channels do, it is turned
    in all 24 ways that axes can go, and that counts by which they are most similar.

    Raises:
        EmoteBotError: nothing moves as a face does.
    """
    effects = _measured(face)
    if effects is not None and _fit(effects, template) > _FITTING:
        return effects
    thinned = _thinned(face)
    fits = []
    for rotation in _rotations():
        turned = _measured(thinned.turned(rotation))
        fits.append(-1.0 if turned is None else _fit(turned, template))
    effects = _measured(face.turned(_rotations()[int(np.argmax(fits))]))
    if effects is None:
        raise EmoteBotError("No shape key moves a part of a face")
    return effects


def _measured(face: Displacements) -> KeyEffects | None:
    try:
        return measure(face, align(face))
    except EmoteBotError:  # there is nothing where a face would be
        return None


def _fit(effects: KeyEffects, template: FaceTemplate) -> float:
    """Return how similar keys are to the channel most similar, the mean of the better half."""
    best = surface_similarities(effects, template.effects).max(axis=1)
    return float(np.sort(best)[len(best) // 2 :].mean())


def _thinned(face: Displacements) -> Displacements:
    """Return a face with fewer vertices."""
    count = len(face.positions)
    kept = np.arange(0, count, max(count // _LOOKED_AT, 1))
    place = np.full(count, -1)
    place[kept] = np.arange(len(kept))
    return Displacements(
        face.positions[kept],
        face.islands[kept],
        {
            name: (place[at][place[at] >= 0], by[place[at] >= 0])
            for name, (at, by) in face.keys.items()
        },
    )


@cache
def _rotations() -> tuple[NDArray[np.float64], ...]:
    """Return the 24 matrices that turn axes into axes."""
    rotations = []
    for order in permutations(range(3)):
        for signs in product((1.0, -1.0), repeat=3):
            matrix = np.eye(3)[list(order)] * np.array(signs)[:, None]
            if np.linalg.det(matrix) > 0:
                rotations.append(matrix)
    return tuple(rotations)
