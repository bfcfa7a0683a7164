# SPDX-License-Identifier: GPL-3.0-or-later
"""The map of a face as a convention of its own, to be shared and found again by its very names."""

from collections.abc import Collection, Iterable, Sequence

from .convention import ControlName, Convention, Feed, Preset, RigMap

SOURCE = "saved with EmoteBot"
"""Where the names of such a convention were read."""


def convention_of(name: str, maps: Iterable[RigMap], taken_off: Collection[str] = ()) -> Convention:
    """Return the convention of a face, which stands alone.

    Args:
        name: what it is called.
        maps: of the objects of the face; where several move a control for a channel, the first
            says by how much.
        taken_off: channels that no object is to move.
    """
    feeds: dict[str, dict[ControlName, Feed]] = {}
    presets: dict[ControlName, Preset] = {}
    own: set[str] = set()
    for rig_map in maps:
        for channel, moved in rig_map.feeds.items():
            known = feeds.setdefault(channel, {})
            known.update({feed.control: feed for feed in moved if feed.control not in known})
        own |= rig_map.feeds.keys() - rig_map.approximated
        for preset in rig_map.presets:
            presets.setdefault(preset.feed.control, preset)
    groups = {channel: (tuple(moved.values()),) for channel, moved in feeds.items()}
    return Convention(
        name,
        SOURCE,
        {channel: group for channel, group in groups.items() if channel in own},
        {channel: group for channel, group in groups.items() if channel not in own},
        tuple((preset,) for preset in presets.values()),
        frozenset(taken_off) - feeds.keys(),
    )


def map_by_exact_names(convention: Convention, controls: Collection[ControlName]) -> RigMap:
    """Return the map of a rig that has some of a convention's controls by the same names."""
    return convention.on({control: control for control in controls})


def preferred(
    found: RigMap, fitting: Sequence[tuple[Convention, Collection[ControlName]]]
) -> RigMap:
    """Return the map of the saved convention that says most of a rig, or what was found.

    That is how many channels and presets it moves, or knows to be without where all of it is
    there. A saved one that says as much as what was found counts.

    Args:
        found: the map as EmoteBot finds it.
        fitting: saved conventions, and which of their controls the rig has.
    """
    best, most = found, _said(found) - 0.5
    for convention, controls in fitting:
        own = map_by_exact_names(convention, controls)
        is_whole = len(controls) == len(convention.controls())
        said = _said(own) + (len(convention.without) if is_whole else 0)
        if controls and said > most:
            best, most = own, said
    return best


def _said(rig_map: RigMap) -> float:
    return len(rig_map.channels) + len(rig_map.presets)
