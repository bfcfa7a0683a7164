# SPDX-License-Identifier: GPL-3.0-or-later
"""Corrective shapes: what has to be added where the sum of channels goes wrong.

A corrective is weighted by the product of its channels' weights; a channel named twice gives its
square. Its name is its channels' names joined by plus signs.
"""

from collections.abc import Callable, Mapping

import numpy as np

from ..core.channels import mirrored_name
from . import headlids as lids
from . import headlips as lips
from .headface import Face

Moves = Mapping[str, np.ndarray]
"""Displacements by channel, each of shape (n, 3)."""


def mirrored_corrective(name: str) -> str:
    """Return the corrective, or channel, that takes this one's place in a mirror."""
    return "+".join(mirrored_name(channel) for channel in name.split("+"))


_LEFT: dict[str, Callable[[Face], np.ndarray]] = {
    "mouthSmileLeft+mouthSmileLeft": lambda face: -4 * lips.smile_arc(face),
    "eyeBlinkLeft+eyeLookDownLeft": lambda face: -lids.look_down(face),
    "eyeBlinkLeft+eyeLookUpLeft": lambda face: -lids.look_up(face),
    "eyeBlinkLeft+eyeSquintLeft": lambda face: -lids.squint_lids(face),
    "eyeBlinkLeft+cheekSquintLeft": lambda face: -lids.cheek_squint_lids(face),
    "eyeBlinkLeft+browDownLeft": lambda face: -lids.brow_down_lids(face),
}
_CENTRAL: dict[str, Callable[[Face], np.ndarray]] = {
    "mouthClose+mouthClose": lambda face: -lips.close(face),
    "jawOpen+mouthClose": lips.close,
}

CORRECTIVES: dict[str, tuple[str, ...]] = {
    name: tuple(name.split("+"))
    for left in (*_LEFT, *_CENTRAL)
    for name in dict.fromkeys((left, mirrored_corrective(left)))
}
"""The channels whose weights are multiplied to weigh each corrective."""


def corrective_moves(face: Face, moves: Moves) -> dict[str, np.ndarray]:
    """Return how far each point goes in each corrective, by name, each of shape (n, 3)."""
    result = {}
    for name in CORRECTIVES:
        if name in _CENTRAL:
            result[name] = _CENTRAL[name](face)
        elif name in _LEFT:
            result[name] = _LEFT[name](face)
        else:
            result[name] = face.mirrored(_LEFT[mirrored_corrective(name)])
    return result
