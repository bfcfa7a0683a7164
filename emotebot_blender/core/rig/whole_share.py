# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of a feeling presets show where nobody has chosen: all of it, or none.

Channels show a face in more ways than one emotion a preset, but where there are few of them they
show too little. A face is shown in detail where it has controls of its own for at least half of the
channels of the brows and half of those of the lips and the jaw; approximated ones do not count.
"""

from collections.abc import Collection

from ..channels import REGIONS
from .convention import RigMap

_DETAILED = (REGIONS["brow"], REGIONS["mouth"] + REGIONS["jaw"])
"""Channels of which a face in detail has at least half."""


def automatic_share(maps: Collection[RigMap]) -> float:
    """Return how much of a feeling the presets of a face show, 0 or 1.

    Args:
        maps: of the objects of the face.
    """
    own = {name for rig_map in maps for name in rig_map.feeds if name not in rig_map.approximated}
    is_detailed = all(2 * len(own.intersection(names)) >= len(names) for names in _DETAILED)
    return 0.0 if is_detailed else 1.0
