# SPDX-License-Identifier: GPL-3.0-or-later
"""How far the parts of a face go at full, and the gains that bring them to what is usual.

Heads made with care differ by up to 2.6 times in a part, and are left as they are: a gain is for
the faint mouth of a drawn face and for caricatures.
"""

from collections.abc import Mapping

import numpy as np

from ..channels import MIX_GROUPS
from .face_template import FaceTemplate
from .key_effects import KeyEffects

_USUAL = 3.0
"""How often as far as on the template, or the reverse, a part goes on a head as it should be."""

_LEAST, _MOST = 0.5, 2.0
"""Ends of a gain."""

_FEWEST = 3
"""Channels of a part that its gain is measured by, at least."""


def measure_gains(
    effects: KeyEffects, channels: Mapping[str, int], template: FaceTemplate
) -> dict[str, float]:
    """Return the gains of the parts of a face that go much further than usual, or hardly as far.

    Args:
        effects: of channels at full.
        channels: each to its row of ``effects``.
        template: what they do on a face that is known.

    Returns:
        Part of ``MIX_GROUPS`` to its gain, 0.5 to 2; without those that go as far as they should.
    """
    known = {name: row for row, name in enumerate(template.channels)}
    sizes, full = effects.sizes, template.effects.sizes
    gains = {}
    for part, names in MIX_GROUPS.items():
        shares = [
            float(sizes[channels[name]] / full[known[name]])
            for name in names
            if name in channels and name in known and sizes[channels[name]] > 0
        ]
        middle = float(np.median(shares)) if len(shares) >= _FEWEST else 1.0
        if not 1 / _USUAL < middle < _USUAL:
            gains[part] = float(np.clip(1 / middle, _LEAST, _MOST))
    return gains
