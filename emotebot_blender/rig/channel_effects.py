# SPDX-License-Identifier: GPL-3.0-or-later
"""What the channels of a face do at full by its shape keys.

It reads these, which takes part of a second: never while something is drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bpy.types import Object

from ..core.errors import EmoteBotError
from ..core.rig.channel_checks import ChannelCheck, check_channels
from ..core.rig.convention import RigMap
from ..core.rig.face_template import read_template
from ..core.rig.key_effects import KeyEffects, joined
from ..core.rig.orientation import measure_any_way
from .mesh_displacements import read_displacements


@dataclass(frozen=True)
class ChannelEffects:
    """What channels do at full.

    Attributes:
        keys: channel to the shape keys that show it, and their values at full; at least one.
        effects: of each channel, in their order.
    """

    keys: Mapping[str, Mapping[str, float]]
    effects: KeyEffects

    @property
    def sizes(self) -> dict[str, float]:
        """How far each channel goes, in half distances of the eyes."""
        return dict(zip(self.keys, self.effects.sizes.tolist(), strict=True))

    def checks(self) -> tuple[ChannelCheck, ...]:
        """Return what is wrong with the channels, compared with EmoteBot's own head."""
        rows = {name: row for row, name in enumerate(self.keys)}
        return check_channels(self.effects, rows, read_template())


def measure_channels(objects: Sequence[Object], maps: Sequence[RigMap]) -> ChannelEffects | None:
    """Return what channels do by the shape keys that are named for them.

    Channels that something stands in for are left out, as their controls are made for others, and
    so are those with a shape key that is driven.

    Args:
        objects: of a face, its head first; of those that show the same mesh the first counts.
        maps: of these objects.

    Returns:
        None where there is none, or where they do not move as a face does at all.
    """
    used = {key for own in maps for keys in own.shape_keys.values() for key in keys}
    try:
        meshes = {obj.data: obj for obj in reversed(objects)}
        displacements = read_displacements([*reversed(meshes.values())], used)
        effects = measure_any_way(displacements, read_template())
    except EmoteBotError:
        return None
    rows = {name: row for row, name in enumerate(displacements.keys)}
    keys: dict[str, dict[str, float]] = {}
    for rig_map in maps:
        for channel, own in rig_map.shape_keys.items():
            if own and own.keys() <= rows.keys():
                keys.setdefault(channel, {}).update(own)
    if not keys:
        return None
    shown = [
        effects.at_values({rows[key]: full for key, full in own.items()}) for own in keys.values()
    ]
    return ChannelEffects(keys, joined(shown))
