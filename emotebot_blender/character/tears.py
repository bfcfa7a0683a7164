# SPDX-License-Identifier: GPL-3.0-or-later
"""Tears: a drop under each eye, which a shape key lets run from the lid onto the cheek."""

import numpy as np

from .distance_field import cast, normals
from .part import Part, lathe, merged, mirrored
from .style import Style

TEARS = "tears"
"""Name of the part and of its shape key."""

_PROFILE = (
    (0.0, -0.5),
    (0.22, -0.44),
    (0.35, -0.26),
    (0.38, -0.08),
    (0.3, 0.16),
    (0.16, 0.5),
    (0.05, 0.8),
    (0.0, 0.95),
)
"""Radius and height of a drop, from below."""
_FLATNESS = 0.55
"""How thick a drop is, as a share of its width."""
_LIFT = 0.1
"""Centimetres of a drop's middle over the skin."""
_HIDDEN = 0.01
"""Size of a drop that is not there, at the lid."""


def tears(style: Style) -> Part:
    """Return a drop under each eye, hidden under the lids without the shape key."""
    drop = lathe(TEARS, _PROFILE, "tear", 8)
    eye = style.eye
    x, top = eye.centre[0] + 0.15 * eye.half_width, eye.centre[2] - eye.lower
    places = np.array([[x, 0.0, top], [x, 0.0, top - 0.5 * eye.half_width]])
    lid, cheek = cast(places, np.tile([0.0, -1.0, 0.0], (2, 1)), style.lidded_solids, 12.0)
    normal = normals(cheek[None], style.lidded_solids)[0]
    up = np.array([0.0, 0.0, 1.0]) - normal[2] * normal
    up /= np.linalg.norm(up)
    axes = np.stack([np.cross(normal, up), _FLATNESS * normal, up])
    size = 1.35 * eye.half_width / 2.15
    shown = cheek + _LIFT * normal + size * drop.points @ axes
    drop.points = lid + _HIDDEN * drop.points
    drop.displacements = {TEARS: shown - drop.points}
    return merged(TEARS, drop, mirrored(drop))
