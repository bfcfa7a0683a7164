# SPDX-License-Identifier: GPL-3.0-or-later
"""Naming conventions of face rigs: which controls show which channel, and by how much.

How they lie in files, ``convention_files`` says. ``full`` is what is added to the rest value at
weight 1, and ``offset`` at any weight: radians for a rotation, metres for a location.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar

from ..channels import CHANNELS, INDEX, MIX_GROUPS
from ..emotions import EMOTIONS
from ..errors import EmoteBotError
from ..messages import Message
from .solver import OVERRIDDEN, Drive

KINDS = ("shape_key", "bone", "property")
"""What a control may be."""

AXES = tuple(f"{kind}_{axis}" for kind in ("location", "rotation", "scale") for axis in "xyz")
"""What of a bone may be a control, in the bone's own space."""


FeedT = TypeVar("FeedT")


@dataclass(frozen=True)
class ControlName:
    """What a control is called on a rig.

    Attributes:
        name: of the shape key, of the bone, or of the property: a custom one, or a data path.
        kind: one of ``KINDS``.
        axis: one of ``AXES`` for a bone, else empty.

    Raises:
        EmoteBotError: the kind is unknown, a bone has no axis or another kind has one.
    """

    name: str
    kind: str = "shape_key"
    axis: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS or (self.axis in AXES) != (self.kind == "bone"):
            raise EmoteBotError("“{name}” is no control of a face", name=self.name)

    def __str__(self) -> str:
        return f"{self.name} {self.axis}".rstrip()


@dataclass(frozen=True)
class Feed:
    """How a channel, or a preset, moves a control.

    Attributes:
        control: which.
        full: what is added to its rest value at weight 1, finite and not 0.
        half: whether this is one of two directions of the control, which exclude each other.
        offset: what is added to its rest value at every weight, finite: what a neutral face needs
            that is not at the rest values of its controls.

    Raises:
        EmoteBotError: the value at full is 0 or not finite, or the offset is not finite.
    """

    control: ControlName
    full: float = 1.0
    half: bool = False
    offset: float = 0.0

    def __post_init__(self) -> None:
        if not math.isfinite(self.full) or self.full == 0:
            raise EmoteBotError(
                "The gain of “{control}” must be a number other than 0", control=self.control
            )
        if not math.isfinite(self.offset):
            raise EmoteBotError(
                "The offset of “{control}” must be a finite number", control=self.control
            )


@dataclass(frozen=True)
class Preset:
    """A control that shows emotions as a whole.

    Attributes:
        feed: the control and its value at full.
        emotions: emotion to its share at full, above 0 to 1, at least one.
        parts: of the face, of ``MIX_GROUPS``, that it shows them on, at least one.
        overrides: one of ``OVERRIDDEN`` to how much of it the preset takes at full, above 0 to 1.

    Raises:
        EmoteBotError: there is no emotion or no part, one is unknown, or a share is none.
    """

    feed: Feed
    emotions: Mapping[str, float]
    parts: tuple[str, ...] = tuple(MIX_GROUPS)
    overrides: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        control = self.feed.control
        for shared, known in ((self.emotions, EMOTIONS), (self.overrides, OVERRIDDEN)):
            for name, share in shared.items():
                if name not in known or not 0 < share <= 1:
                    raise EmoteBotError(
                        "The preset “{control}” shows no share of “{emotion}”",
                        control=control,
                        emotion=name,
                    )
        if not (self.emotions and self.parts and set(self.parts) <= MIX_GROUPS.keys()):
            raise EmoteBotError("The preset “{control}” shows no emotion", control=control)


@dataclass(frozen=True)
class RigMap:
    """Which controls of a rig show which channel and emotion.

    Attributes:
        convention: name of the naming convention; empty where none fits.
        feeds: channel to what it moves, at least one each, in the order of ``CHANNELS``.
        presets: controls that show emotions as a whole.
        approximated: those of the channels that other controls stand in for: both halves for a
            whole, a viseme for the jaw.
        doubtful: channels that may not move what they should, or that move nothing as it is open
            what they should move, and why.
        recognised: those of the channels whose controls were recognised by what they do, not by
            their names, and how sure that is, 0 to 1.
        repeated: those of the channels that two sets of names have, to the control that is used and
            one of the other set, which is left alone.

    Raises:
        EmoteBotError: a channel is unknown or moves nothing.
    """

    convention: str
    feeds: Mapping[str, tuple[Feed, ...]]
    presets: tuple[Preset, ...] = ()
    approximated: frozenset[str] = frozenset()
    doubtful: Mapping[str, Message] = field(default_factory=dict)
    recognised: Mapping[str, float] = field(default_factory=dict)
    repeated: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_channels(self.feeds)
        ordered = {name: self.feeds[name] for name in CHANNELS if name in self.feeds}
        object.__setattr__(self, "feeds", MappingProxyType(ordered))
        object.__setattr__(self, "approximated", self.approximated & ordered.keys())
        doubtful = {name: self.doubtful[name] for name in CHANNELS if name in self.doubtful}
        object.__setattr__(self, "doubtful", MappingProxyType(doubtful))
        recognised = {name: self.recognised[name] for name in ordered if name in self.recognised}
        object.__setattr__(self, "recognised", MappingProxyType(recognised))
        repeated = {name: self.repeated[name] for name in ordered if name in self.repeated}
        object.__setattr__(self, "repeated", MappingProxyType(repeated))

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that have a control, in the order of ``CHANNELS``."""
        return tuple(self.feeds)

    def without(self, channels: Collection[str]) -> "RigMap":
        """Return the map without some of its channels."""
        feeds = {name: own for name, own in self.feeds.items() if name not in channels}
        return replace(self, feeds=feeds)

    def completed_by(self, other: "RigMap") -> "RigMap":
        """Return the map with those channels of another one of the same rig that it lacks."""
        feeds = {**other.feeds, **self.feeds}
        if len(feeds) == len(self.feeds):
            return self
        approximated = self.approximated | (other.approximated - self.feeds.keys())
        doubtful = {**other.doubtful, **self.doubtful}
        largest = max(self, other, key=lambda rig_map: len(rig_map.channels))
        presets = (*self.presets, *other.presets)
        recognised = {**other.recognised, **self.recognised}
        repeated = {**other.repeated, **self.repeated}
        return RigMap(
            largest.convention, feeds, presets, approximated, doubtful, recognised, repeated
        )

    @cached_property
    def drives(self) -> Mapping[ControlName, Drive]:
        """The map read backwards: each control and all that moves it."""
        channels: dict[ControlName, list[tuple[int, float]]] = {}
        offsets: dict[ControlName, float] = {}
        halves = set()
        for channel, feeds in self.feeds.items():
            for feed in feeds:
                channels.setdefault(feed.control, []).append((INDEX[channel], feed.full))
                offsets[feed.control] = offsets.get(feed.control, 0.0) + feed.offset
                if feed.half:
                    halves.add(feed.control)
        drives = {
            control: Drive(tuple(moved), control in halves, offset=offsets[control])
            for control, moved in channels.items()
        }
        for preset in self.presets:
            before = drives.get(preset.feed.control, Drive())
            drives[preset.feed.control] = replace(
                before,
                emotions=tuple(preset.emotions.get(name, 0.0) for name in EMOTIONS),
                full=preset.feed.full,
                parts=preset.parts,
                overrides=tuple(preset.overrides.items()),
                offset=before.offset + preset.feed.offset,
            )
        return MappingProxyType(drives)

    @cached_property
    def kinds(self) -> Mapping[str, Mapping[ControlName, Drive]]:
        """The same for each of ``KINDS``."""
        return {
            kind: {name: drive for name, drive in self.drives.items() if name.kind == kind}
            for kind in KINDS
        }

    @cached_property
    def shape_keys(self) -> Mapping[str, Mapping[str, float]]:
        """The shape keys of each channel, and their values at full; approximated ones left out."""
        return {
            channel: {f.control.name: f.full for f in feeds if f.control.kind == "shape_key"}
            for channel, feeds in self.feeds.items()
            if channel not in self.approximated
        }


@dataclass(frozen=True)
class Convention:
    """How one family of rigs names its controls.

    Attributes:
        name: of the convention.
        source: where the names were read.
        feeds: channel to groups of what it moves, in the order of preference; at least one group
            with at least one member each.
        approximations: the same for channels without those, or that a rig may lack.
        presets: controls that show emotions as a whole, for each its alternatives in the order of
            preference.
        without: channels that nothing shows on such rigs, whatever else their names say.

    Raises:
        EmoteBotError: a channel is unknown, or has no group or an empty one.
    """

    name: str
    source: str
    feeds: Mapping[str, tuple[tuple[Feed, ...], ...]]
    approximations: Mapping[str, tuple[tuple[Feed, ...], ...]] = field(default_factory=dict)
    presets: tuple[tuple[Preset, ...], ...] = ()
    without: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        check_channels({channel: (channel,) for channel in self.without})
        for feeds in (self.feeds, self.approximations):
            check_channels(feeds)
            for channel, groups in feeds.items():
                if not all(groups):
                    raise EmoteBotError("The channel “{channel}” has no control", channel=channel)

    def controls(self) -> tuple[ControlName, ...]:
        """Return every control that is named, once."""
        entries = (*self.feeds.values(), *self.approximations.values())
        groups = (group for groups in entries for group in groups)
        named = [feed.control for group in groups for feed in group]
        presets = (preset for alternatives in self.presets for preset in alternatives)
        return tuple(dict.fromkeys([*named, *(preset.feed.control for preset in presets)]))

    def on(self, names: Mapping[ControlName, ControlName]) -> RigMap:
        """Return the map of a rig that has some of the controls.

        Of a channel's groups the first counts that is there in full, else the first with a part.

        Args:
            names: controls of this convention to what they are on the rig.
        """

        def renamed(feed: Feed) -> Feed:
            return replace(feed, control=names[feed.control])

        feeds, approximated = {}, set()
        for entries in (self.feeds, self.approximations):
            for channel, groups in entries.items():
                chosen = present_part(groups, lambda feed: feed.control in names)
                if chosen and channel not in feeds:
                    feeds[channel] = tuple(renamed(feed) for feed in chosen)
                    if entries is self.approximations:
                        approximated.add(channel)
        preferred = (
            next((preset for preset in alternatives if preset.feed.control in names), None)
            for alternatives in self.presets
        )
        presets = tuple(
            replace(preset, feed=renamed(preset.feed)) for preset in preferred if preset
        )
        return RigMap(self.name, feeds, presets, frozenset(approximated))


def present_part(
    groups: Sequence[Sequence[FeedT]], is_present: Callable[[FeedT], bool]
) -> tuple[FeedT, ...]:
    """Return what there is of the first group that is there in full, else with a part.

    Args:
        groups: in the order of preference.
        is_present: whether there is a member of a group.
    """
    present = [tuple(filter(is_present, group)) for group in groups]
    pairs = zip(present, groups, strict=True)
    complete = (part for part, group in pairs if len(part) == len(group))
    return next(complete, ()) or next(filter(None, present), ())


def check_channels(feeds: Mapping[str, tuple[Any, ...]]) -> None:
    """Check the channels of a convention or a map, and that each has something.

    Raises:
        EmoteBotError: a channel is unknown, or has nothing.
    """
    for channel, members in feeds.items():
        if channel not in INDEX:
            raise EmoteBotError(
                "“{channel}” is not one of the {count} channels",
                channel=channel,
                count=len(CHANNELS),
            )
        if not members:
            raise EmoteBotError("The channel “{channel}” has no control", channel=channel)
