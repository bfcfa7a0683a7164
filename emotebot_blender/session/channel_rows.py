# SPDX-License-Identifier: GPL-3.0-or-later
"""What the table of channels shows: each channel, its state, and what it moves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bpy.types import Object

from ..core.channels import CHANNELS
from ..core.emotions import EMOTIONS
from ..core.messages import Message

if TYPE_CHECKING:
    from ..core.rig.convention import Feed, RigMap

FILTERS = {
    "ALL": ("covered", "approximated", "doubtful", "missing"),
    "MISSING": ("missing",),
    "TO_CHECK": ("doubtful", "approximated"),
}
"""The states of the channels that each part of the table shows; corrected ones have a part too."""


@dataclass(frozen=True)
class ChannelRow:
    """A channel, or an emotion as a whole; holds nothing of Blender's.

    Attributes:
        name: of the channel or the emotion.
        state: "covered", "approximated", "doubtful" or "missing".
        corrected: the names of objects on which an artist has chosen what it moves.
        controls: the name of an object and what moves there, in the order of the face.
        doubt: what is doubtful about it, or None.
    """

    name: str
    state: str
    corrected: tuple[str, ...]
    controls: "tuple[tuple[str, Feed], ...]"
    doubt: Message | None = None

    def is_in(self, shown: str) -> bool:
        """Return whether a part of the table shows it, "CORRECTED" or one of ``FILTERS``."""
        if shown == "CORRECTED":
            return bool(self.corrected)
        is_lacking = self.state == "missing" and self.name in EMOTIONS  # most faces have none
        return self.state in FILTERS[shown] and (shown == "ALL" or not is_lacking)


def channel_rows(
    objects: Iterable[Object], parts: "Mapping[Object, RigMap] | None" = None
) -> tuple[ChannelRow, ...]:
    """Return the rows of the table: the 52 channels, then the emotions.

    Args:
        objects: of a face, or one that is none yet.
        parts: those that are parts of the face, each with its map.
    """
    from ..rig.map_corrections import corrected_channels
    from ..rig.object_maps import map_of

    known = parts or {}
    members = [
        (obj.name, known.get(obj) or map_of(obj), corrected_channels(obj)) for obj in objects
    ]
    return tuple(_row(name, members) for name in (*CHANNELS, *EMOTIONS))


def _row(name: str, members: "list[tuple[str, RigMap, frozenset[str]]]") -> ChannelRow:
    from ..rig.face_coverage import channel_state

    controls = [(owner, feed) for owner, rig_map, _ in members for feed in _feeds(rig_map, name)]
    if name in EMOTIONS:
        state = "covered" if controls else "missing"
    else:
        state = channel_state((own for _, own, _ in members), name)
    is_open = state in ("doubtful", "missing")
    doubts = [own.doubtful[name] for _, own, _ in members if is_open and name in own.doubtful]
    corrected = tuple(owner for owner, _, chosen in members if name in chosen)
    return ChannelRow(name, state, corrected, tuple(controls), next(iter(doubts), None))


def _feeds(rig_map: "RigMap", name: str) -> "tuple[Feed, ...]":
    from ..core.rig.corrections import main_emotion

    if name in EMOTIONS:
        return tuple(one.feed for one in rig_map.presets if main_emotion(one) == name)
    return rig_map.feeds.get(name, ())
